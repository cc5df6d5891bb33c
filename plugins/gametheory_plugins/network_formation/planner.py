"""The market with finitely many types, as a game of pairing over rounds.

It needs no closed form and no condition on the discount: in every round each type is served, deals or idles, and then
leaves or stays, and whoever has been served may come back. The planner's program over these roles has the market's
payoffs and fees as multipliers.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gametheory import DynamicPairing, IntermediatedMarket, Solution, exact

#: Rows of the flows of a pairing plan.
SERVED_LEAVES, DEALING_LEAVES, IDLE_LEAVES, BACK_LEAVES = 0, 2, 4, 6
MEETING = [0, 1, 2, 3, 6, 7]


def middle_types(market: IntermediatedMarket, count: int) -> list[Any]:
    """Return `count` types of equal mass, increasing: the quantiles in the middle of equal shares."""
    return [market.law.quantile(Fraction(2 * i + 1, 2 * count)) for i in range(count)]


def pairing(market: IntermediatedMarket, types: list[Any], exactly: bool = False) -> DynamicPairing:
    """Return the pairing game of these types, in equal masses; in floats, or all in fractions.

    Who leaves when served has ``(y + s) a``, who leaves after dealing ``(y + (2p - 1) s) a``.
    """
    read = exact if exactly else float
    y, a, p, beta = (read(v) for v in (market.dividend, market.holding, market.opposite, market.discount))
    masses = [read(Fraction(1, len(types)))] * len(types)
    served = [(y + read(s)) * a for s in types]
    dealt = [(y + (2 * p - 1) * read(s)) * a for s in types]
    return DynamicPairing(masses, served, dealt, market.rounds, beta)


def active(solution: Solution) -> list[Any]:
    """Return the mass that takes part in meetings, by round."""
    return [sum(flows[MEETING].ravel().tolist()) for flows in solution.answer.flows]


def welfare(solution: Solution) -> Any:
    """Return total payoff at the start of round 1."""
    return sum((solution.form.masses * solution.answer.unsettled_values[0]).tolist())
