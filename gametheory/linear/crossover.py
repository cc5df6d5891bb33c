"""From a point and multipliers, as any solver gives them, to a basis to start from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.linear.basis import BASIC, Basis, nearest_bounds
from gametheory.linear.factor import independent, submatrix
from gametheory.linear.program import LinearProgram

Array = NDArray[Any]

#: What a value may differ from a bound, relative to its size, and still count as standing there.
AT_BOUND = 1e-7


def basis_from_point(lp: LinearProgram, primal: Array, row_dual: Array) -> Basis:
    """Guess a basis at an optimal pair given in floats.

    Columns between their bounds are to be basic, then those at a bound with no reduced cost; rows with a shadow
    price are to be active, then tight rows without one. As many are taken, in this order, as are independent.

    Parameters
    ----------
    lp : LinearProgram
        The program, floats or fractions.
    primal, row_dual : float arrays, shapes (n,) and (m,)
        A point and multipliers, about optimal.
    """
    rough = lp.to_float()
    activity, reduced = rough.matrix.dot(primal), rough.reduced_costs(row_dual)
    columns = nearest_bounds(primal, rough.lower, rough.upper, lp.finite_lower, lp.finite_upper)
    rows = nearest_bounds(activity, rough.row_lower, rough.row_upper, lp.finite_row_lower, lp.finite_row_upper)
    inside = _between(primal, rough.lower, rough.upper)
    tight = ~_between(activity, rough.row_lower, rough.row_upper)
    costless = np.abs(reduced) <= AT_BOUND * np.maximum(1.0, np.abs(rough.objective))
    priced = np.abs(row_dual) > AT_BOUND * np.maximum(1.0, np.abs(row_dual).max(initial=0.0))
    wanted_columns = np.concatenate((np.flatnonzero(inside), np.flatnonzero(~inside & costless)))
    wanted_rows = np.concatenate((np.flatnonzero(tight & priced), np.flatnonzero(tight & ~priced)))
    pairs = submatrix(lp.to_exact().matrix, wanted_rows, wanted_columns)
    active, basic = independent(pairs, len(wanted_columns))
    columns[wanted_columns[basic]] = BASIC
    basic_rows = np.ones(lp.rows, dtype=bool)
    basic_rows[wanted_rows[active]] = False
    rows[basic_rows] = BASIC
    return Basis(columns, rows)


def _between(values: Array, low: Array, high: Array) -> Array:
    near = AT_BOUND * np.maximum(1.0, np.abs(values))
    return np.asarray((values > low + near) & (values < high - near), dtype=bool)
