"""The optimal auction by ironing: the good goes to a highest ironed virtual value, if that is not negative."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.mechanism.arrays import to_numbers, zero
from gametheory.mechanism.reduced_form.answers import ReducedFormMechanism
from gametheory.solution import Outcome, Termination

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.mechanism.reduced_form.auction import ReducedFormAuction
    from gametheory.solvers import Options


def solve(auction: ReducedFormAuction, options: Options) -> Outcome:
    """Return an optimal auction of one good in reduced form.

    Ironing (Myerson 1981) averages virtual values that fall over the values on which they fall. The good goes to a
    bidder with the highest ironed virtual value, equal chances among equals, and stays unsold below zero; payments are
    the highest that the incentive constraints allow.
    """
    auction = auction.to_exact() if options.exact else auction.to_float()
    ironed = tuple(iron(auction.virtual_values(i), f) for i, f in enumerate(auction.probabilities))
    winning = _winning(auction, ironed)
    payments = tuple(_payments(v, q) for v, q in zip(auction.values, winning, strict=True))
    return Outcome(Termination.SOLVED, ReducedFormMechanism(winning, payments, ironed), exact=options.exact)


def iron(values: NDArray[Any], weights: NDArray[Any]) -> NDArray[Any]:
    """Return the weighted nondecreasing regression of a sequence, by pooling adjacent violators.

    Parameters
    ----------
    values, weights : ndarrays of shape (T,)
        The sequence and its positive weights.

    Returns
    -------
    ndarray of shape (T,)
        Each falling stretch replaced by its weighted mean.
    """
    pools: list[tuple[Any, Any, int]] = []  # weighted sum, weight, length
    for value, weight in zip(values, weights, strict=True):
        total, mass, length = value * weight, weight, 1
        while pools and pools[-1][0] * mass > total * pools[-1][1]:
            held = pools.pop()
            total, mass, length = held[0] + total, held[1] + mass, held[2] + length
        pools.append((total, mass, length))
    means = [total / mass for total, mass, _ in pools]
    return np.repeat(np.array(means, dtype=values.dtype), [length for _, _, length in pools])


def _winning(auction: ReducedFormAuction, ironed: tuple[NDArray[Any], ...]) -> tuple[NDArray[Any], ...]:
    """Return the probability that each bidder wins with each value, equal chances among equals."""
    found = [to_numbers(np.zeros(len(v), dtype=np.int64), auction.exact) for v in auction.values]
    levels = sorted({level for own in ironed for level in own if level >= 0})
    for level in levels:
        below = [f[own < level].sum() for own, f in zip(ironed, auction.probabilities, strict=True)]
        equal = [f[own == level].sum() for own, f in zip(ironed, auction.probabilities, strict=True)]
        shares: dict[tuple[Any, Any], Any] = {}
        for i, own in enumerate(ironed):
            at = own == level
            if not at.any():
                continue
            key = (below[i], equal[i])
            if key not in shares:
                shares[key] = _share(auction, [*below[:i], *below[i + 1 :]], [*equal[:i], *equal[i + 1 :]])
            found[i][at] = shares[key]
    return tuple(found)


def _share(auction: ReducedFormAuction, below: list[Any], equal: list[Any]) -> Any:
    """Return the chance to win against bidders who are below with one probability, and equal with another.

    Give every bidder among equals a uniform number: one wins with number u if every other is below, or equal
    with a smaller number, which is the integral of ``prod (below + u equal)`` over u from 0 to 1.
    """
    certain = zero(auction.exact) + 1
    polynomial = [certain]
    for b, e in zip(below, equal, strict=True):
        if not e:
            certain = certain * b
            continue
        longer = [b * c for c in polynomial] + [zero(auction.exact)]
        for k, c in enumerate(polynomial):
            longer[k + 1] = longer[k + 1] + e * c
        polynomial = longer
    return certain * sum(c / (k + 1) for k, c in enumerate(polynomial))


def _payments(values: NDArray[Any], winning: NDArray[Any]) -> NDArray[Any]:
    """Return the largest payments: the lowest value pays all it gains, every other is indifferent to the next lower."""
    rents = np.append(values[:1] * 0, (winning[:-1] * (values[1:] - values[:-1])).cumsum())
    paid: NDArray[Any] = values * winning - rents
    return paid
