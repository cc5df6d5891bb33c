"""What proves a program infeasible or unbounded, from linear programs that are neither.

A floating-point solver may say "infeasible" without evidence, or not know which of the two it is. The programs
here are always feasible and bounded, and their optima are the evidence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.linear.answers import DualBound, FarkasRay, LinearAnswer, UnboundedRay
from gametheory.linear.program import LinearProgram
from gametheory.linear.rational import exact_values, kept, less, signs
from gametheory.linear.sparse import SparseMatrix
from gametheory.linear.verify import verify

Array = NDArray[Any]

#: Multipliers below this fraction of the largest are taken for rounding.
NEGLIGIBLE = 1e-9

#: Solves a program in floats: its columns' and rows' values at an optimum, or None.
Run = Callable[[LinearProgram], tuple[Array, Array] | None]


def feasibility_program(lp: LinearProgram) -> LinearProgram:
    """Return the program that minimises the sum of what `lp`'s rows are missed by.

    Minimise ``sum_i (e_i + f_i)`` subject to ``L <= A x + e - f <= U``, ``l <= x <= u``, ``e, f >= 0``, where e_i is
    there if L_i is and f_i if U_i is. If ``l <= u``, it has an optimum: 0 exactly if `lp` is feasible, and then x is
    feasible; else its shadow prices y add up to the contradiction `FarkasRay.from_row_multipliers`, because by
    duality ``min y'[L, U] + min d'[l, u]`` is that positive optimum, with ``d = -A'y``.
    """
    low, high = np.flatnonzero(lp.finite_row_lower), np.flatnonzero(lp.finite_row_upper)
    extra = len(low) + len(high)
    offsets = lp.columns + np.arange(extra, dtype=np.int64)
    signs = np.concatenate((np.ones(len(low)), -np.ones(len(high))))
    matrix = SparseMatrix.from_coo(
        np.concatenate((lp.matrix.entry_rows, low, high)),
        np.concatenate((lp.matrix.indices, offsets)),
        np.concatenate((lp.matrix.data, exact_values(signs) if lp.is_exact else signs)),
        (lp.rows, lp.columns + extra),
    )
    return LinearProgram(
        "min",
        np.concatenate((np.zeros(lp.columns), np.ones(extra))),
        matrix,
        lp.row_lower,
        lp.row_upper,
        np.concatenate((lp.lower, np.zeros(extra))),
        np.concatenate((lp.upper, np.full(extra, np.inf))),
    )


def recession_program(lp: LinearProgram) -> LinearProgram:
    """Return the program whose optimum is the best direction of length 1 that no bound of `lp` stops.

    Its objective is that of `lp`; a bound of `lp` becomes 0, and directions lie between -1 and 1. Where `lp` is
    feasible, it is unbounded exactly if the optimum is not 0.
    """
    return LinearProgram(
        lp.sense,
        lp.objective,
        lp.matrix,
        np.where(lp.finite_row_lower, 0.0, -np.inf),
        np.where(lp.finite_row_upper, 0.0, np.inf),
        np.where(lp.finite_lower, 0.0, -1.0),
        np.where(lp.finite_upper, 0.0, 1.0),
    )


def contradiction(lp: LinearProgram) -> FarkasRay | None:
    """Return the ray of crossed bounds, or of a row without entries that excludes 0; None if there is neither."""
    zero, one = (exact_values(np.zeros(1))[0], exact_values(np.ones(1))[0]) if lp.is_exact else (0.0, 1.0)
    kind = object if lp.is_exact else np.float64
    vectors = [np.full(size, zero, dtype=kind) for size in (lp.rows, lp.rows, lp.columns, lp.columns)]
    crossed_rows = np.flatnonzero(less(lp.row_upper, lp.row_lower, lp.finite_row_lower & lp.finite_row_upper))
    crossed_columns = np.flatnonzero(less(lp.upper, lp.lower, lp.finite_lower & lp.finite_upper))
    empty = lp.matrix.indptr[1:] == lp.matrix.indptr[:-1]
    above = np.flatnonzero(empty & (signs(lp.row_lower) > 0))
    below = np.flatnonzero(empty & (signs(lp.row_upper) < 0))
    for places, used in ((crossed_rows, (0, 1)), (crossed_columns, (2, 3)), (above, (0,)), (below, (1,))):
        if len(places):
            for which in used:
                vectors[which][places[0]] = one
            return FarkasRay(*vectors)
    return None


def uncrossed(lp: LinearProgram) -> LinearProgram:
    """Return a float program whose bounds, where they cross by rounding, meet instead."""
    row_low, row_high = np.minimum(lp.row_lower, lp.row_upper), np.maximum(lp.row_lower, lp.row_upper)
    low, high = np.minimum(lp.lower, lp.upper), np.maximum(lp.lower, lp.upper)
    if np.array_equal(low, lp.lower) and np.array_equal(row_low, lp.row_lower):
        return lp
    return replace(lp, row_lower=row_low, row_upper=row_high, lower=low, upper=high)


def certified_farkas(lp: LinearProgram, multipliers: Array | None) -> FarkasRay | None:
    """Return a ray of a float program that passes its check, from multipliers of either sign; None if none does."""
    if multipliers is None or not np.isfinite(multipliers).all():
        return None
    cleaned = np.where(np.abs(multipliers) <= NEGLIGIBLE * np.abs(multipliers).max(initial=0.0), 0.0, multipliers)
    for net in (multipliers, -multipliers, cleaned, -cleaned):
        allowed = np.where(((net > 0) & ~lp.finite_row_lower) | ((net < 0) & ~lp.finite_row_upper), 0.0, net)
        ray = FarkasRay.from_row_multipliers(lp, allowed)
        if verify(lp, ray, exact=False).ok:
            return ray
    return None


def certified_ray(lp: LinearProgram, point: Array | None, direction: Array | None) -> UnboundedRay | None:
    """Return a ray of a float program that passes its check, or None."""
    if point is None or direction is None or not (np.isfinite(point).all() and np.isfinite(direction).all()):
        return None
    small = np.abs(direction) <= NEGLIGIBLE * np.abs(direction).max(initial=0.0)
    for tried in (direction, np.where(small, 0.0, direction)):
        ray = UnboundedRay(point, tried)
        if verify(lp, ray, exact=False).ok:
            return ray
    return None


def certified_bound(lp: LinearProgram, row_dual: Array | None) -> DualBound | None:
    """Return what multipliers prove of a program, floats or fractions; None if that is nothing."""
    if row_dual is None or (row_dual.dtype != object and not np.isfinite(row_dual).all()):
        return None
    sign = 1 if lp.sense == "min" else -1
    if lp.is_exact:
        row_dual = exact_values(row_dual)
    side = sign * signs(row_dual)
    allowed = kept(row_dual, ~(((side > 0) & ~lp.finite_row_lower) | ((side < 0) & ~lp.finite_row_upper)))
    negligible: Any = 0
    if not lp.is_exact:
        size = lp.matrix.absolute.transpose_dot(np.abs(allowed))
        negligible = NEGLIGIBLE * np.maximum(1.0, np.maximum(size, np.abs(lp.objective)))
    bound = lp.dual_objective(allowed, negligible)
    return None if isinstance(bound, float) and not np.isfinite(bound) else DualBound(allowed, bound)


def certify_negative(lp: LinearProgram, run: Run) -> LinearAnswer | None:
    """Decide in floats whether a program is infeasible or unbounded, with evidence; None if neither is certified.

    Parameters
    ----------
    lp : LinearProgram
        A float program that a solver found to have no optimum.
    run : callable
        Solves a program in floats.
    """
    found = run(feasibility_program(lp))
    if found is None:
        return None
    ray = certified_farkas(lp, found[1])
    if ray is not None:
        return ray
    direction = run(recession_program(lp))
    return None if direction is None else certified_ray(lp, found[0][: lp.columns], direction[0])
