"""Checks of the tiers of an intermediated market, from its definition and without their closed form.

Given the fees, every trader solves a problem of his own, so it is enough that nobody gains by one change of
role: being served, dealing or idling, and staying or leaving, in any round, also for those who have been
served and might come back. What following the tiers is worth is linear in the type on every tier and so is every
alternative, so that comparing them at both ends of every tier proves the comparison for the whole continuum.
Two traders who meet then cannot gain together either: what they share is what one gets served plus what
the other gets dealing, and the fee drops out. Rounds clear if half of those present are served.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from gametheory import tolerances
from gametheory.errors import InputError
from gametheory.networks.market import IntermediatedMarket, TierEquilibrium
from gametheory.numbers import exact as exact_number
from gametheory.solution import Certificate, Violation


def verify(
    market: IntermediatedMarket, answer: TierEquilibrium, *, exact: bool, concept: str = "tier_equilibrium"
) -> Certificate:
    """Check cutoffs, fees and participation.

    Parameters
    ----------
    market : IntermediatedMarket
        The market.
    answer : TierEquilibrium
        What is claimed. If it says that dealers do not participate, only clearing, indifference and the type
        that would leave are checked.
    exact : bool
        Whether to check in fractions, with tolerance 0; else relative to the payoff of the highest type.
    concept : str
        Only ``"tier_equilibrium"``.

    Returns
    -------
    Certificate
        Of kind ``"tier_equilibrium"``; violations are named by round.

    Raises
    ------
    InputError
        If the answer does not have the shape of the market.
    """
    if concept != "tier_equilibrium" or not isinstance(answer, TierEquilibrium):
        raise InputError(f"{type(answer).__name__} is not an answer for the concept '{concept}' of this market")
    if len(answer.cutoffs) != market.rounds or len(answer.fees) != market.rounds:
        raise InputError(f"there are {market.rounds} rounds, {len(answer.cutoffs)} cutoffs and {len(answer.fees)} fees")
    return _Check(market, answer, exact).certificate()


class _Check:
    def __init__(self, market: IntermediatedMarket, answer: TierEquilibrium, exact: bool) -> None:
        self.exact = exact
        self.answer = answer
        self.market = market.to_exact() if exact else market.to_float()
        self.rounds = market.rounds
        read = exact_number if exact else float
        # Both are numbered from 1, as rounds are.
        self.cutoff: list[Any] = [None, *(read(s) for s in answer.cutoffs.tolist())]
        self.fee: list[Any] = [None, *(read(t) for t in answer.fees.tolist())]
        self.scale: Any = 1 if exact else (self.market.dividend + self.market.law.high) * self.market.holding
        if not 0 < self.scale < math.inf:
            raise InputError("payoffs of this market are beyond floats", remedy="solve exactly, or change units")
        self.checked = 0
        self.worst: Any = Fraction(0) if exact else 0.0
        self.found: list[Violation] = []

    # What things are worth.

    def served(self, s: Any) -> Any:
        return (self.market.dividend + s) * self.market.holding

    def dealt(self, s: Any) -> Any:
        return (self.market.dividend + (2 * self.market.opposite - 1) * s) * self.market.holding

    def plans(self, tier: int, s: Any, first: int = 1) -> dict[int, Any]:
        """Return what following the tiers is worth from rounds N, N - 1, ..., `first` on; tier N + 1 always deals."""
        worth: dict[int, Any] = {}
        for t in range(self.rounds, first - 1, -1):
            if tier <= t:
                worth[t] = self.served(s) - self.fee[t]
            elif t == self.rounds:
                worth[t] = self.dealt(s) + self.fee[t]
            else:
                worth[t] = self.fee[t] + self.market.discount * worth[t + 1]
        return worth

    def staying(self, t: int, tier: int, s: Any) -> Any:
        """Return what staying after round t without the right holding is worth."""
        return self.market.discount * self.plans(tier, s, t + 1)[t + 1]

    # Conditions.

    def at_most_zero(self, amount: Any, what: str, strict: bool = False) -> None:
        self.checked += 1
        size = amount / self.scale
        limit = 0 if self.exact else tolerances.REGRET
        self.worst = max(self.worst, size)
        if size > limit or (strict and self.exact and size == 0):
            self.found.append(Violation(what, size if size else Fraction(1)))

    def type_at_most_zero(self, amount: Any, what: str) -> None:
        """Check a difference of types, which are money per unit, as what it is worth."""
        self.at_most_zero(amount * self.market.holding, what)

    def certificate(self) -> Certificate:
        self.clearing()
        self.indifference()
        if self.answer.participation:
            if self.answer.leaver is not None:
                raise InputError("the answer says that all dealers stay, and names one who leaves")
            self.roles()
        else:
            self.leaver()
        found = sorted(self.found, key=lambda v: v.amount, reverse=True)
        return Certificate(
            kind="tier_equilibrium",
            checked=self.checked,
            max_violation=self.worst,
            tolerance=Fraction(0) if self.exact else tolerances.REGRET,
            exact=self.exact,
            ok=not found,
            violations=tuple(found[:20]),
            note="" if self.answer.participation else "the tiers are not an equilibrium: a dealer would leave",
        )

    def clearing(self) -> None:
        """Check that in every round half of those present are above the cutoff, and that cutoffs fall."""
        above = self.market.law.high
        for t in range(1, self.rounds + 1):
            s = self.cutoff[t]
            below, not_above = self.market.law.cdf(s)
            share = Fraction(1, 2**t) if self.exact else 0.5**t
            if self.exact and not isinstance(below, Fraction):
                raise InputError("this law has irrational shares; its tiers are checked in floats only")
            # Shares have no unit.
            self.at_most_zero((below - share) * self.scale, f"round {t}: too many below the cutoff")
            self.at_most_zero((share - not_above) * self.scale, f"round {t}: too few below the cutoff")
            self.type_at_most_zero(s - above, f"round {t}: cutoff above the one before")
            above = s
        self.type_at_most_zero(self.market.law.low - above, f"round {self.rounds}: cutoff below every type")

    def indifference(self) -> None:
        """Check that the cutoff type is as well off served as dealing and going on."""
        for t in range(1, self.rounds + 1):
            s = self.cutoff[t]
            # In the next round he is at the top, so he is served then.
            after = self.dealt(s) if t == self.rounds else self.staying(t, t + 1, s)
            gap = (self.served(s) - self.fee[t]) - (after + self.fee[t])
            self.at_most_zero(abs(gap), f"round {t}: the cutoff type is not indifferent")

    def ends(self) -> list[tuple[int, Any]]:
        """Return (tier, type) at both ends of every tier."""
        borders = [self.market.law.high, *self.cutoff[1:], self.market.law.low]
        return [(k + 1, s) for k in range(self.rounds + 1) for s in (borders[k], borders[k + 1])]

    def roles(self) -> None:
        """Check that nobody gains by another role, or by leaving when he should stay, in any round."""
        for tier, s in self.ends():
            back: Any = None
            plans = self.plans(tier, s)
            for t in range(self.rounds, 0, -1):
                last = t == self.rounds
                unserved = self.dealt(s)
                if not last:
                    stays = self.market.discount * plans[t + 1]
                    if t < tier:
                        self.at_most_zero(unserved - stays, f"round {t}: a dealer of type {s} leaves", strict=True)
                    unserved = max(unserved, stays)
                holds = self.served(s) if last else max(self.served(s), self.market.discount * back)
                for role, worth in (
                    ("served", holds - self.fee[t]),
                    ("dealing", unserved + self.fee[t]),
                    ("idle", unserved),
                ):
                    self.at_most_zero(worth - plans[t], f"round {t}: type {s} is better off {role}")
                # Who has been served may come back in round t: to deal, or to wait and see.
                back = max(holds, unserved + self.fee[t])

    def leaver(self) -> None:
        """Check that the type said to leave deals in that round and does not lose by leaving."""
        if self.answer.leaver is None:
            raise InputError("the answer says that not all dealers stay, and names none who leaves")
        t = self.answer.leaver[0]
        s = exact_number(self.answer.leaver[1]) if self.exact else float(self.answer.leaver[1])
        if not 1 <= t < self.rounds:
            raise InputError(f"nobody can leave early in round {t} of {self.rounds}")
        self.type_at_most_zero(s - self.cutoff[t], f"round {t}: type {s} does not deal")
        self.type_at_most_zero(self.market.law.low - s, f"round {t}: there is no type {s}")
        tier = next((k for k in range(t + 1, self.rounds + 1) if s > self.cutoff[k]), self.rounds + 1)
        self.at_most_zero(self.staying(t, tier, s) - self.dealt(s), f"round {t}: type {s} is better off staying")
