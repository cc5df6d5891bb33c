"""The dual of a linear program, as a linear program with named rows and columns."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.linear.program import LinearProgram
from gametheory.linear.rational import exact_values
from gametheory.linear.sparse import SparseMatrix

Array = NDArray[Any]


def dual_program(lp: LinearProgram) -> LinearProgram:
    """Return the dual: its optimal columns are the shadow prices and reduced costs of `lp`.

    For min ``c'x`` it maximises the bound that multipliers prove, for max it minimises it:

        ``constant + sum_i (L_i y_i+ + U_i y_i-) + sum_j (l_j d_j+ + u_j d_j-)`` subject to ``A'y + d = c``,

    with ``y_i = y_i+ + y_i-``, ``d_j = d_j+ + d_j-``, where for min the parts at lower bounds are ``>= 0`` and the
    parts at upper bounds ``<= 0``, for max the other way round; a part whose bound is not there is left out.

    - A row with one finite bound, or an equation, is one column of the dual with the row's name; a range is two,
      ``name:lower`` and ``name:upper``; a free row is none.
    - A column is a row of the dual with the column's name, and its reduced cost is a dual column only where the
      bound is not 0 (``name:lower``, ``name:upper``; ``name:fixed`` for equal bounds): a part ``d_j`` with bound 0
      costs nothing, and is the slack of the row.
    """
    sign = 1 if lp.sense == "min" else -1
    prices = _Columns(lp.row_names, sign)
    prices.add(lp.row_lower, lp.row_upper, lp.finite_row_lower, lp.finite_row_upper, plain=True)
    costs = _Columns(lp.column_names, sign)
    free_low = lp.finite_lower & np.asarray(lp.lower == 0, dtype=bool)
    free_high = lp.finite_upper & np.asarray(lp.upper == 0, dtype=bool)
    costs.add(lp.lower, lp.upper, lp.finite_lower & ~free_low, lp.finite_upper & ~free_high, plain=False)

    transposed = lp.matrix.transpose()
    chosen = np.array(prices.places, dtype=np.int64)
    of_prices = lp.matrix.take_rows(chosen)
    rows = np.concatenate((of_prices.indices, np.array(costs.places, dtype=np.int64)))
    offsets = len(chosen) + np.arange(len(costs.places), dtype=np.int64)
    columns = np.concatenate((of_prices.entry_rows, offsets))
    ones = np.ones(len(offsets))
    data = np.concatenate((of_prices.data, exact_values(ones) if lp.is_exact else ones))
    matrix = SparseMatrix.from_coo(rows, columns, data, (transposed.shape[0], len(chosen) + len(offsets)))

    # A reduced cost of either sign that costs nothing is the slack of the row A'y = c.
    below = free_low if sign > 0 else free_high
    above = free_high if sign > 0 else free_low
    row_lower, row_upper = lp.objective.copy(), lp.objective.copy()
    if lp.is_exact:
        row_lower, row_upper = row_lower.astype(object), row_upper.astype(object)
    row_lower[below] = -np.inf
    row_upper[above] = np.inf
    bounds = [np.array(prices.bounds + costs.bounds, dtype=object)] if lp.is_exact else []
    objective = bounds[0] if bounds else np.array(prices.bounds + costs.bounds, dtype=np.float64)
    return LinearProgram(
        "max" if sign > 0 else "min",
        objective,
        matrix,
        row_lower,
        row_upper,
        np.array(prices.low + costs.low, dtype=np.float64),
        np.array(prices.high + costs.high, dtype=np.float64),
        list(lp.column_names),
        prices.names + costs.names,
        lp.constant,
    )


class _Columns:
    """Columns of the dual that stand for multipliers of bounds."""

    def __init__(self, names: Any, sign: int) -> None:
        self.given = names
        self.sign = sign
        self.places: list[int] = []
        self.bounds: list[Any] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.names: list[str] = []

    def add(self, low: Array, high: Array, has_low: Array, has_high: Array, *, plain: bool) -> None:
        """Add one column per multiplier; `plain` names a single multiplier as its row."""
        same = has_low & has_high & np.asarray(low == high, dtype=bool)
        for place in np.flatnonzero(has_low | has_high).tolist():
            name, single = self.given[place], has_low[place] != has_high[place]
            if same[place]:
                self._one(place, low[place], -np.inf, np.inf, name if plain else f"{name}:fixed")
                continue
            at_low, at_high = (0.0, np.inf), (-np.inf, 0.0)
            if self.sign < 0:
                at_low, at_high = at_high, at_low
            if has_low[place]:
                self._one(place, low[place], *at_low, name if plain and single else f"{name}:lower")
            if has_high[place]:
                self._one(place, high[place], *at_high, name if plain and single else f"{name}:upper")

    def _one(self, place: int, bound: Any, low: float, high: float, name: str) -> None:
        self.places.append(place)
        self.bounds.append(bound)
        self.low.append(low)
        self.high.append(high)
        self.names.append(name)
