"""Checks of auctions in reduced form, without a solver."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory import tolerances
from gametheory.checks import Checks
from gametheory.errors import InputError
from gametheory.mechanism.arrays import to_numbers, zero
from gametheory.mechanism.reduced_form.answers import ReducedFormMechanism
from gametheory.solution import Certificate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.mechanism.reduced_form.auction import ReducedFormAuction


def verify(auction: ReducedFormAuction, answer: Any, *, exact: bool, concept: str = "optimal") -> Certificate:
    """Check interim probabilities and payments: all incentive constraints, participation, and Border's conditions.

    **Border's conditions.** Probabilities Q can be implemented by some rule that assigns the good at most once iff for
    all sets S_i of values ``sum_i sum_{v in S_i} f_i(v) Q_i(v) <= 1 - prod_i (1 - f_i(S_i))``: nobody in the sets wins
    more often than somebody is in them. The sets at which this is tightest are found without search. Given the
    others' sets, S_i must hold exactly the values with ``Q_i(v) (1 - f_i(S_i)) > c``, where c is the product over
    all bidders. Number the values of i by falling Q and let ``h_i(k) = Q_i(k) (1 - f_i(first k values))``, which
    falls in k; the tightest S_i is then ``{k : h_i(k) > c}``. So it is enough to check the sets of the form
    ``{h > c}``: as many as there are values.

    **Optimality.** With psi the virtual values and phi the ironed ones, for every feasible mechanism the objective is
    at most ``sum f psi Q`` (incentive constraints between neighbours, participation), at most ``sum f phi Q`` (Q
    does not decrease, and every tail sum of ``f (phi - psi)`` is nonnegative), at most ``E max(0, max_i phi_i)``. The
    answer is optimal if its objective equals the last.

    Raises
    ------
    InputError
        If the answer does not have the shape of the auction.
    """
    auction = auction.to_exact() if exact else auction.to_float()
    if not isinstance(answer, ReducedFormMechanism):
        raise InputError(f"{type(answer).__name__} is not an answer to an auction in reduced form")
    winning = _fitted(auction, answer.winning, "winning", exact)
    payments = _fitted(auction, answer.payments, "payments", exact)
    checks = Checks(tolerances.FEASIBILITY, exact)
    for i, bidder in enumerate(auction.bidders):
        _check_bidder(auction, i, bidder, winning[i], payments[i], checks)
    _check_border(auction, winning, checks)
    if answer.ironed is None:
        return checks.certificate("border", "feasibility only: no ironed virtual values to prove optimality")
    ironed = _fitted(auction, answer.ironed, "ironed", exact)
    for i, bidder in enumerate(auction.bidders):
        change = auction.probabilities[i] * (ironed[i] - auction.virtual_values(i))
        tails = change[::-1].cumsum()[::-1]
        checks.all_at_most(-tails, [f"ironing:{bidder}:{k}" for k in _labels(auction, i)].__getitem__)
    value = sum(_objective(auction, i, winning[i], payments[i]) for i in range(len(auction.bidders)))
    bound = _expected_maximum(auction, ironed)
    checks.at_most(abs(bound - value), "duality gap")
    return checks.certificate("border_duality")


def _fitted(
    auction: ReducedFormAuction, arrays: tuple[NDArray[Any], ...], what: str, exact: bool
) -> list[NDArray[Any]]:
    if len(arrays) != len(auction.bidders) or any(
        a.shape != v.shape for a, v in zip(arrays, auction.values, strict=True)
    ):
        raise InputError(f"'{what}' of the answer does not have one number for each value of each bidder")
    return [to_numbers(a, exact) for a in arrays]


def _labels(auction: ReducedFormAuction, i: int) -> list[str]:
    return [str(v) for v in auction.values[i]]


def _check_bidder(
    auction: ReducedFormAuction, i: int, bidder: str, q: NDArray[Any], paid: NDArray[Any], checks: Checks
) -> None:
    """Check participation and every pair of values."""
    v, labels = auction.values[i], _labels(auction, i)
    utility = v * q - paid
    checks.all_at_most(-utility, [f"participation:{bidder}:{k}" for k in labels].__getitem__)
    checks.all_at_most(-q, [f"negative:{bidder}:{k}" for k in labels].__getitem__)
    for k, label in enumerate(labels):
        gain = v[k] * q - paid - utility[k]
        checks.all_at_most(gain, [f"incentive:{bidder}:{label}->{other}" for other in labels].__getitem__)


def _check_border(auction: ReducedFormAuction, winning: list[NDArray[Any]], checks: Checks) -> None:
    """Check the sets of values at which Border's condition can be tightest."""
    entries = []
    for i, (q, f) in enumerate(zip(winning, auction.probabilities, strict=True)):
        inside = f[0] * 0
        for k in sorted(range(len(q)), key=lambda k: q[k], reverse=True):
            inside = inside + f[k]
            entries.append((q[k] * (1 - inside), i, k))
    entries.sort(key=lambda entry: entry[0], reverse=True)
    one = zero(auction.exact) + 1
    outside = [one] * len(winning)
    wins = zero(auction.exact)
    amounts, names = [], []
    for _, i, k in entries:
        f = auction.probabilities[i][k]
        outside[i] = outside[i] - f
        wins = wins + f * winning[i][k]
        nobody = one
        for chance in outside:
            nobody = nobody * chance
        amounts.append(wins - (one - nobody))
        names.append(f"border:{auction.bidders[i]}:{auction.values[i][k]} and above")
    checks.all_at_most(np.array(amounts, dtype=winning[0].dtype), names.__getitem__)


def _objective(auction: ReducedFormAuction, i: int, q: NDArray[Any], paid: NDArray[Any]) -> Any:
    w = auction.revenue_weight
    kept = (1 - w) * auction.values[i] * q - auction.reserve * q
    return (auction.probabilities[i] * (w * paid + kept)).sum()


def _expected_maximum(auction: ReducedFormAuction, ironed: list[NDArray[Any]]) -> Any:
    """Return ``E max(0, max_i phi_i)`` of independent bidders."""
    levels = sorted({level for own in ironed for level in own if level > 0})
    one = zero(auction.exact) + 1

    def none_above(level: Any) -> Any:
        chance = one
        for own, f in zip(ironed, auction.probabilities, strict=True):
            chance = chance * f[own <= level].sum()
        return chance

    steps = [zero(auction.exact), *levels]
    return sum((high - low) * (one - none_above(low)) for low, high in pairwise(steps))
