"""A basis: which columns and rows are basic, and at which bound the others stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gametheory.linear.program import LinearProgram

Array = NDArray[Any]

AT_LOWER: Final = 0
BASIC: Final = 1
AT_UPPER: Final = 2
AT_ZERO: Final = 3


@dataclass(frozen=True, eq=False)
class Basis:
    """Status of every column and row: `AT_LOWER`, `BASIC`, `AT_UPPER`, or `AT_ZERO` (no bound, not basic).

    The rows stand for the variables ``s = A x``; as many columns are basic as rows are not.

    Attributes
    ----------
    columns : int8 array, shape (n,)
        Status of the columns.
    rows : int8 array, shape (m,)
        Status of the rows.
    """

    columns: Array
    rows: Array

    @classmethod
    def slack(cls, lp: LinearProgram) -> Basis:
        """Return the basis of all rows, every column at the bound nearest to zero."""
        columns = nearest_bounds(np.zeros(lp.columns), lp.lower, lp.upper, lp.finite_lower, lp.finite_upper)
        return cls(columns, np.full(lp.rows, BASIC, dtype=np.int8))

    @classmethod
    def of_values(cls, lp: LinearProgram, basic: Array, primal: Array, activity: Array) -> Basis:
        """Return the basis with these basic variables, the others at the bound nearest to their values.

        Parameters
        ----------
        lp : LinearProgram
            The program.
        basic : int array
            Basic variables: columns ``0..n-1``, then rows ``n..n+m-1``.
        primal : float array, shape (n,)
            Values of the columns.
        activity : float array, shape (m,)
            Values of the rows.
        """
        status = np.concatenate(
            (
                nearest_bounds(primal, lp.lower, lp.upper, lp.finite_lower, lp.finite_upper),
                nearest_bounds(activity, lp.row_lower, lp.row_upper, lp.finite_row_lower, lp.finite_row_upper),
            )
        )
        status[basic] = BASIC
        return cls(status[: lp.columns], status[lp.columns :])


def nearest_bounds(values: Array, low: Array, high: Array, has_low: Array, has_high: Array) -> Array:
    """Return the status of variables that are not basic: at the bound nearest to their values."""
    status = np.full(len(values), AT_ZERO, dtype=np.int8)
    status[has_high] = AT_UPPER
    status[has_low] = AT_LOWER
    both = has_low & has_high
    if both.any():
        middle = low[both] / 2 + high[both] / 2
        status[both] = np.where(np.asarray(values[both] > middle, dtype=bool), AT_UPPER, AT_LOWER)
    return status
