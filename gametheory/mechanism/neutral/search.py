"""The search for multipliers under which a feasible mechanism gives everyone what is warranted.

The relaxation is solved, and the multipliers of its point are made rational. If they pass, or do after polishing,
the search ends. Otherwise some flow is not a multiplier times an excess: the interval of that excess is divided,
and so on, breadth first. That there is a neutral mechanism is Myerson's theorem; his proof, by a fixed point of the
map from weights to optimal mechanisms and multipliers and on to warrants and weights, goes through with any set of
incentive constraints that implies the others, so that those between neighbours suffice to find one.
"""

from __future__ import annotations

import heapq
from itertools import count
from typing import Any

from numpy.typing import NDArray

from gametheory.limits import Budget
from gametheory.mechanism.neutral.answers import NeutralMechanism
from gametheory.mechanism.neutral.chain import Chain
from gametheory.mechanism.neutral.hints import HintProgram
from gametheory.mechanism.neutral.polish import polished
from gametheory.mechanism.neutral.refine import neutral_mechanism
from gametheory.mechanism.neutral.relaxation import Boxes, Relaxation
from gametheory.mechanism.neutral.rounding import rational_multipliers

Array = NDArray[Any]
#: How far, relative to the gains, a float may say that warrants exceed utilities although they do not.
NEAR = 1e-7
#: Up to here, relative to the gains, multipliers are worth polishing.
WITHIN_REACH = 1e-2


def shortfall(chain: Chain, alpha: Array) -> float:
    """Return by how much the warrants of some side exceed what any feasible mechanism gives (float, 0 if none)."""
    warrants, other = chain.warrants(alpha)
    program = HintProgram()
    quantity = program.columns(chain.order.size, 1.0)
    utility, short = program.columns(chain.classes), program.columns(1)[0]
    for e, (source, target) in enumerate(zip(chain.sources, chain.targets, strict=True)):
        reported = utility[chain.class_of[target]]
        distance = float(chain.distances[e])
        program.row([(utility[source], 1.0), (reported, -1.0), (quantity[target], -distance)], 0.0)
    for u, warrant in zip(utility, warrants.tolist(), strict=True):
        program.row([(u, 1.0), (short, 1.0)], float(warrant))
    gains = chain.prior * (chain.values - chain.costs)
    total = [(q, float(g)) for q, g in zip(quantity, gains, strict=True)]
    total += [(u, -float(p)) for u, p in zip(utility, chain.class_prior, strict=True)]
    program.row([*total, (short, 1.0)], float(other))
    x = program.solve([(short, -1.0)])
    return float("inf") if x is None else float(x[short])


def search(chain: Chain, budget: Budget, *, iterations: int) -> NeutralMechanism | None:
    """Return a neutral mechanism with exact certificates.

    Parameters
    ----------
    chain : Chain
        The trade, with the constraints between neighbours.
    budget : Budget
        Polled at each program solved.
    iterations : int
        The most programs to solve.

    Returns
    -------
    NeutralMechanism or None
        None if the search ended without one.
    """
    relaxation = Relaxation(chain)
    full = Chain.of(chain.trade, neighbours_only=False)
    size = scale(chain)
    ticket = count()
    heap: list[tuple[int, int, Boxes]] = [(0, next(ticket), {})]
    for _ in range(iterations):
        if not heap:
            return None
        budget.check(1)
        _, _, boxes = heapq.heappop(heap)
        point = relaxation.solve(boxes, budget=budget)
        if point is None and not boxes:
            # There always is a point: if HiGHS found none, its presolve went wrong.
            point = relaxation.solve(boxes, budget=budget, presolve=False)
        if point is None:
            continue
        for alpha in rational_multipliers(chain, point):
            short = shortfall(chain, alpha)
            found = neutral_mechanism(chain, alpha, budget) if short <= NEAR * size else None
            if found is None and short <= WITHIN_REACH * size:
                tried = (
                    neutral_mechanism(full, a, budget) for a in polished(full, full.extended(chain, alpha), budget)
                )
                found = next((mechanism for mechanism in tried if mechanism is not None), None)
            if found is not None:
                return found
        for part in relaxation.split(point, boxes):
            heapq.heappush(heap, (len(part), next(ticket), part))
    return None


def scale(chain: Chain) -> float:
    """Return the size of gains from trade, at least 1: what tolerances are relative to."""
    return max(1.0, float(max(abs(chain.values - chain.costs))))
