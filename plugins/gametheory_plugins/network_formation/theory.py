"""What the tiers of a solved market imply: payoffs, volumes, revenues, spreads, links and debts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from gametheory import IntermediatedMarket, Solution, exact


@dataclass(frozen=True)
class Tiers:
    """A market and its tiers, in one arithmetic.

    `cutoffs` and `fees` are lists over rounds 1 .. N, so round t is at place t - 1. Tiers are numbered 1 .. N for those
    who are served in that round; the core, who deal in every round, are tier N + 1.
    """

    market: IntermediatedMarket
    cutoffs: list[Any]
    fees: list[Any]
    exact: bool

    @classmethod
    def of(cls, solution: Solution) -> Tiers:
        """Read them from a solution."""
        form = solution.form.to_exact() if solution.exact else solution.form.to_float()
        return cls(form, solution.answer.cutoffs.tolist(), solution.answer.fees.tolist(), solution.exact)

    @property
    def rounds(self) -> int:
        """The number of rounds N."""
        return len(self.cutoffs)

    def share(self, t: int) -> Any:
        """Return 2^-t."""
        return Fraction(1, 2**t) if self.exact else 0.5**t

    def tier(self, s: Any) -> int:
        """Return the tier of a type; a cutoff type belongs to the tier below it."""
        return next((t for t, cutoff in enumerate(self.cutoffs, 1) if s > cutoff), self.rounds + 1)

    # Payoffs, in numeraire.

    def served(self, s: Any) -> Any:
        """Return (y + s) a: the frictionless payoff."""
        return (self.market.dividend + s) * self.market.holding

    def dealt(self, s: Any) -> Any:
        """Return (y + (2p - 1) s) a: what the opposite holding is worth."""
        return (self.market.dividend + (2 * self.market.opposite - 1) * s) * self.market.holding

    def exiting(self, s: Any, tier: int, since: int = 1) -> Any:
        """Return W at the start of round `since` of a type that behaves as one of `tier`."""
        beta, last = self.market.discount, min(max(tier, since), self.rounds)
        earned = sum(beta ** (t - since) * self.fees[t - 1] for t in range(since, last))
        final = self.dealt(s) + self.fees[-1] if tier > self.rounds else self.served(s) - self.fees[last - 1]
        return earned + beta ** (last - since) * final

    def payoff_after_entry(self, s: Any) -> Any:
        """Return W_1."""
        return self.exiting(s, self.tier(s))

    def payoff(self, s: Any) -> Any:
        """Return W_0 = beta W_1."""
        return self.market.discount * self.payoff_after_entry(s)

    def ends(self) -> list[tuple[int, Any]]:
        """Return (tier, type) at both ends of every tier; payoffs are linear in between."""
        borders = [self.market.law.high, *self.cutoffs, self.market.law.low]
        return [(k + 1, s) for k in range(self.rounds + 1) for s in (borders[k], borders[k + 1])]

    def entry_gain(self) -> Any:
        """Return the smallest W_0 - y a of any type: what entering adds to keeping the endowment, undiscounted."""
        worth = [self.market.discount * self.exiting(s, tier) for tier, s in self.ends()]
        return min(worth) - self.market.dividend * self.market.holding

    # Trading.

    def volume(self, tier: int) -> Any:
        """Return expected gross volume: a in the first round, 2(1 - p)a in every later one."""
        return self.market.holding * (1 + 2 * (1 - self.market.opposite) * (min(tier, self.rounds) - 1))

    def revenue(self, tier: int) -> Any:
        """Return expected fees from dealing: those of the rounds before one's own, of all rounds in the core."""
        return sum(self.fees[: tier - 1], self.market.holding * 0)

    def spread_per_meeting(self) -> list[Any]:
        """Return 2 T_t / a."""
        return [2 * fee / self.market.holding for fee in self.fees]

    def spread_per_trade(self) -> list[Any]:
        """Return the spread if fees are paid only when units change hands: after round 1, 2a with probability 1 - p."""
        after = (1 - self.market.opposite) * self.market.holding
        first = [2 * self.fees[0] / self.market.holding]
        return first + [fee / after if after else None for fee in self.fees[1:]]

    def spread_shape(self) -> str:
        """Return how the spread per meeting moves over the rounds: up, down, mixed or flat."""
        spread = self.spread_per_meeting()
        slack = 0 if self.exact else 1e-12 * max(spread)
        steps = [later - earlier for earlier, later in pairwise(spread)]
        rises, falls = any(step > slack for step in steps), any(step < -slack for step in steps)
        return {(True, True): "mixed", (True, False): "up", (False, True): "down", (False, False): "flat"}[rises, falls]

    # Links.

    def links(self) -> list[Any]:
        """Return the probabilities of 1 .. N links."""
        return [self.share(n) for n in range(1, self.rounds)] + [self.share(self.rounds - 1)]

    def mean_links(self) -> Any:
        """Return 2 - 2^(1 - N)."""
        return 2 - self.share(self.rounds - 1)

    # Debts.

    def prices(self) -> tuple[list[Any], list[Any]]:
        """Return bid and ask per unit by round, y -+ T_t / a."""
        y, a = self.market.dividend, self.market.holding
        return [y - fee / a for fee in self.fees], [y + fee / a for fee in self.fees]

    def worst_debt(self, tier: int) -> Any:
        """Return the largest debt that a trader of a tier can run up over all shocks of those he meets.

        Whoever buys borrows the price; sales are loans of his own and do not reduce what he owes. A dealer
        holds nothing or 2a after the first round, buys 2a from nothing and sells 2a from 2a, or meets somebody content.
        """
        bid, ask = self.prices()
        a = self.market.holding
        if tier == 1:
            return ask[0] * a
        empty, full = a * 0, bid[0] * a
        for t in range(2, min(tier - 1, self.rounds) + 1):
            empty, full = max(empty, full), max(full, empty + 2 * bid[t - 1] * a)
        return max(full, empty + 2 * ask[tier - 1] * a) if tier <= self.rounds else max(empty, full)

    def worst_debts(self) -> list[Any]:
        """Return the worst debt of each tier, the core last."""
        return [self.worst_debt(tier) for tier in range(1, self.rounds + 2)]


def participation_threshold(tiers: Tiers) -> Any:
    """Return the discount above which every dealer stays: X / (X + (1 - p) s_N), or None with one round.

    X is ``y + (2p - 1) s`` at the dealer who gains most by leaving: the marginal one of the last round if
    ``p >= 1/2``, the lowest type if not.
    """
    if tiers.rounds == 1:
        return None
    y, p, last, low = _numbers(tiers)
    alone = y + (2 * p - 1) * (last if 2 * p >= 1 else low)
    return _like(alone / (alone + (1 - p) * last), tiers)


def published_threshold(tiers: Tiers) -> Any:
    """Return the bound of Propositions 5 and 7, ``(y + (2p - 1) s_N) / (y + p s_N)``, or None with one round."""
    if tiers.rounds == 1:
        return None
    y, p, last, _ = _numbers(tiers)
    return _like((y + (2 * p - 1) * last) / (y + p * last), tiers)


def _numbers(tiers: Tiers) -> tuple[Fraction, ...]:
    """Return y, p, s_N and the lowest type exactly: rounding must not put a discount above a threshold it is at."""
    market = tiers.market
    return tuple(exact(v) for v in (market.dividend, market.opposite, tiers.cutoffs[-1], market.law.low))


def _like(value: Fraction, tiers: Tiers) -> Any:
    return value if tiers.exact else float(value)


def surplus(s: Any, other: Any, p: Any, y: Any, a: Any = 1) -> Any:
    """Return the surplus of a pair in one round, ``a [max - (1 - 2p) min] + 2 y a`` (equation 3)."""
    return a * (max(s, other) - (1 - 2 * p) * min(s, other)) + 2 * y * a
