"""From multipliers in floats to rational ones nearby that satisfy chosen equations exactly."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.mechanism.neutral.chain import Chain
from gametheory.mechanism.neutral.relaxation import Point
from gametheory.numbers import exact_array

Array = NDArray[Any]
#: What counts as zero in the point, relative to the size of the number's kind; tried in turn.
ZERO = (1e-8, 1e-6, 1e-4)
#: Largest denominators of multipliers that nothing determines; simple numbers are tried first.
DENOMINATORS = (12, 1000, 10**6, 10**10)


def rational_multipliers(chain: Chain, point: Point) -> Iterator[Array]:
    """Give exact multipliers near a point of the relaxation, simple ones first, each of them once.

    What is (nearly) zero at the point is made zero: multipliers, weights, and virtual surplus. These are linear
    equations in the multipliers; those of them that remain free are rounded.
    """
    size = float(max(abs(chain.values - chain.costs)))
    seen: list[list[Fraction]] = []
    for zero in ZERO:
        active = np.flatnonzero(point.alpha > zero)
        equations = _equations(chain, point, active, zero, size)
        for denominator in DENOMINATORS:
            solved = nearest_solution(equations, point.alpha[active], denominator)
            if solved is None:
                break
            alpha = exact_array([0] * chain.sources.size)
            alpha[active] = solved
            if min(solved, default=Fraction(0)) < 0 or alpha.tolist() in seen:
                continue
            seen.append(alpha.tolist())
            yield alpha


def _equations(chain: Chain, point: Point, active: Array, zero: float, size: float) -> list[list[Fraction]]:
    """Return rows ``[coefficients of the active multipliers, right-hand side]`` of what is zero at the point."""
    rows = []
    target_class = chain.class_of[chain.targets]
    for g in np.flatnonzero(point.weight <= zero):
        signs = [int(chain.sources[e] == g) - int(target_class[e] == g) for e in active]
        rows.append([*map(Fraction, signs), chain.class_prior[g]])
    for i in np.flatnonzero(point.surplus + point.loss <= zero * size):
        raises = [chain.distances[e] if chain.targets[e] == i else Fraction(0) for e in active]
        rows.append([*raises, chain.prior[i] * (chain.values[i] - chain.costs[i])])
    return rows


def nearest_solution(rows: list[list[Fraction]], near: Array, denominator: int) -> list[Fraction] | None:
    """Return a rational solution of linear equations near a point, free unknowns rounded; None if there is none.

    Parameters
    ----------
    rows : list of lists
        Coefficients of the unknowns, then the right-hand side.
    near : array of float
        The point.
    denominator : int
        The largest denominator of free unknowns.
    """
    rows = [list(row) for row in rows]
    unknowns = len(near)
    pivots: list[int] = []
    # Large unknowns are solved for, small ones are free: rounding errors then stay small.
    columns = np.argsort(-np.asarray(near, dtype=np.float64), kind="stable").tolist()
    done = 0
    for column in columns:
        pivot = next((r for r in range(done, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        head = rows[done][column]
        rows[done] = [x / head for x in rows[done]]
        for r in range(len(rows)):
            factor = rows[r][column]
            if r != done and factor:
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[done], strict=True)]
        pivots.append(column)
        done += 1
    if any(row[-1] for row in rows[done:]):
        return None
    solution = [Fraction(x).limit_denominator(denominator) for x in np.asarray(near, dtype=np.float64).tolist()]
    for row, column in zip(rows, pivots, strict=False):
        solution[column] = row[-1] - sum(row[j] * solution[j] for j in range(unknowns) if j not in pivots)
    return solution
