"""From multipliers that almost pass to ones that do, where one equation is missing.

A *direction* raises some multipliers in proportion, by d, so that the matrix M changes by a matrix of rank one, ``d
a b'``, and the virtual surplus (as long as its signs stay) by ``d f`` with f a multiple of a. With ``x = M^-1 a``
the warrants change by ``x d (power f / a - b'omega) / (1 + d b'x)``: one fraction, the same for all. The largest e
such that some feasible mechanism gives everyone the warrant plus e changes, near multipliers for which it is 0, by
a fixed combination of the changes of warrants. That it be 0 is then a linear equation in d. Directions are

*   one multiplier, "h does not report i": ``a = 1_i, b = 1_i - 1_h``;
*   opposite multipliers between two classes, which leave the weights alone: ``a = b = 1_i - 1_h``;
*   a multiplier between classes h and i that are not neighbours, in exchange for those between each of them and a
    class j between: ``b`` is then 0 on constants and on costs, so that weights and virtual costs stay as they are.
    Such multipliers are of use where neighbouring types are pooled.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.limits import Budget
from gametheory.linear.program import LinearProgram
from gametheory.linear.sparse import SparseMatrix
from gametheory.mechanism.neutral.chain import Chain
from gametheory.mechanism.neutral.refine import exact_optimum, mechanisms_above
from gametheory.mechanism.neutral.virtual import solve_dominant
from gametheory.numbers import exact_array

Array = NDArray[Any]


def gap(chain: Chain, alpha: Array, budget: Budget) -> tuple[Fraction, Array]:
    """Return the largest e such that a feasible mechanism gives everyone the warrant plus e, and its shadow prices.

    By weak duality e is never positive: the weighted sum of what is given is at most that of the warrants.

    Returns
    -------
    Fraction, array of shape (classes + 1,)
        The gap e, and by how much it falls per unit of each warrant; the latter sum to 1.
    """
    warrants, other = chain.warrants(alpha)
    above = mechanisms_above(chain, warrants, other)
    rows, columns = above.rows, above.columns
    warranted = np.arange(rows - warrants.size - 1, rows, dtype=np.int64)
    matrix = SparseMatrix.from_coo(
        np.concatenate((above.matrix.entry_rows, warranted)),
        np.concatenate((above.matrix.indices, np.full(warranted.size, columns, dtype=np.int64))),
        np.concatenate((above.matrix.data, exact_array([-1] * warranted.size))),
        (rows, columns + 1),
    )
    program = LinearProgram(
        "max",
        exact_array([*([0] * columns), 1]),
        matrix,
        above.row_lower,
        above.row_upper,
        np.append(above.lower, -np.inf),
        np.append(above.upper, np.inf),
    )
    pair = exact_optimum(program, budget)
    assert pair is not None  # doing nothing is feasible for e low enough, and e is bounded
    return pair.objective, -pair.row_dual[warranted]


def polished(chain: Chain, alpha: Array, budget: Budget) -> Iterator[Array]:
    """Give multipliers near the given ones at which the gap may be 0; each differs from them in one direction.

    Parameters
    ----------
    chain : Chain
        The trade with the constraints between all classes.
    alpha : array of Fraction, shape (edges,)
        Multipliers.
    budget : Budget
        What may be spent.
    """
    short, prices = gap(chain, alpha, budget)
    if not short:
        return
    warrants, _ = chain.warrants(alpha)
    margins = chain.margins(alpha)
    matrix = chain.matrix(alpha)
    for moved in _directions(chain, alpha):
        raised = chain.raised(moved)
        if np.any((raised != 0) & (margins == 0)):
            continue  # virtual surplus 0 must remain 0
        surplus = np.where(margins > 0, -raised, raised * 0)
        if (1 - chain.trade.power) * surplus.sum():
            continue  # the other side's warrant would change too, and the equation would not be linear
        change = chain.matrix(moved) - chain.matrix(moved * 0)
        pivot = next((tuple(p) for p in np.argwhere(change != 0)), None)
        if pivot is None:
            continue
        left, right = change[:, pivot[1]] / change[pivot], change[pivot[0]]
        reward = chain.trade.power * chain.class_sums(surplus)
        factor = reward[pivot[0]]
        if np.any(change != np.outer(left, right)) or np.any(reward != factor * left):
            continue
        x = solve_dominant(matrix, left)
        falls = (prices[:-1] * x).sum()
        slope = factor - (right * warrants).sum()
        if not falls:
            continue
        fraction = short / falls
        bottom = slope - fraction * (right * x).sum()
        if not bottom:
            continue
        candidate = alpha + moved * (fraction / bottom)
        if min(candidate.tolist()) >= 0 and min(chain.weights(candidate).tolist()) >= 0:
            yield candidate


def _directions(chain: Chain, alpha: Array) -> Iterator[Array]:
    """Give changes of multipliers that may be of rank one, simple ones first."""
    target_class = chain.class_of[chain.targets]
    place = {(h, i): e for e, (h, i) in enumerate(zip(chain.sources.tolist(), chain.targets.tolist(), strict=True))}

    def direction(parts: dict[int, Any]) -> Array:
        result = exact_array([0] * chain.sources.size)
        for e, amount in parts.items():
            result[e] = Fraction(amount)
        return result

    active = np.flatnonzero(alpha > 0).tolist()
    for e in active:
        for other in active:
            if other > e and chain.sources[other] == target_class[e] and chain.sources[e] == target_class[other]:
                yield direction({e: 1, other: 1})
    weights = chain.weights(alpha)
    for e in active:
        if weights[chain.sources[e]] and weights[target_class[e]]:
            yield direction({e: 1})
    # Exchanges: h not reporting i, for h not reporting j, j not reporting i and i not reporting j.
    for (h, i), e in place.items():
        g = int(chain.class_of[i])
        for j in range(chain.order.size):
            between = int(chain.class_of[j])
            if not min(h, g) < between < max(h, g):
                continue
            parts = [(h, j), (between, i), (g, j)]
            if any(part not in place or not alpha[place[part]] for part in parts):
                continue
            ratio = (chain.class_costs[between] - chain.class_costs[h]) / (
                chain.class_costs[g] - chain.class_costs[between]
            )
            yield direction({e: 1, place[h, j]: -1, place[between, i]: -1 - ratio, place[g, j]: -ratio})
