"""Scaling by powers of two, so that a floating-point solver sees numbers of moderate size.

Powers of two change no digit of a float, leave every basis a basis, and are undone exactly. Fractions are
scaled before they become floats, so that 1e300 or 1e-300 can be handed over too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.linear.program import LinearProgram
from gametheory.linear.sparse import SparseMatrix

Array = NDArray[Any]

#: Entries within these powers of two are left as they are; solvers scale such matrices themselves.
MODERATE_ENTRIES = (-13, 20)
MODERATE_COSTS = (-6, 24)
MODERATE_BOUNDS = (-6, 26)
#: Sweeps of rows and columns.
SWEEPS = 6
#: Exponents past this overflow or vanish in a float.
LARGEST_EXPONENT = 1000
SMALLEST_NORMAL = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, eq=False)
class Binary:
    """Numbers ``mantissa * 2**exponent``, the mantissas floats in (-1, 1)."""

    mantissa: Array
    exponent: Array

    @classmethod
    def of(cls, values: Array) -> Binary:
        """Split floats or fractions; infinite ones keep exponent 0."""
        if values.dtype != object:
            mantissa, exponent = np.frexp(values)
            return cls(mantissa, exponent.astype(np.int64))
        try:
            rough = np.array([float(v) for v in values.tolist()], dtype=np.float64)
        except OverflowError:
            rough = np.zeros(len(values))
        mantissa, exponent = np.frexp(rough)
        exponent = exponent.astype(np.int64)
        for place in np.flatnonzero(np.abs(rough) < SMALLEST_NORMAL).tolist():
            # Beyond the floats: the power of two is taken out first.
            top, bottom = values[place].numerator, values[place].denominator
            if top:
                power = top.bit_length() - bottom.bit_length()
                scaled = top / (bottom << power) if power > 0 else (top << -power) / bottom
                mantissa[place], more = np.frexp(scaled)
                exponent[place] = power + more
        return cls(mantissa, exponent)

    @property
    def nonzero(self) -> Array:
        """Which numbers are finite and not zero."""
        return np.asarray(np.isfinite(self.mantissa) & (self.mantissa != 0), dtype=bool)

    def times(self, powers: Array | int) -> Array:
        """Return the numbers times ``2**powers`` as floats; too large becomes infinite, too small zero."""
        exponent = np.clip(self.exponent + powers, -2 * LARGEST_EXPONENT, 2 * LARGEST_EXPONENT)
        return _scaled(self.mantissa, exponent)


@dataclass(frozen=True, eq=False)
class Scaling:
    """Powers of two between a program and its scaled image.

    With r, c, b, g the powers of rows, columns, bounds and costs: entries are scaled by ``r_i + c_j``, costs by
    ``c_j + g``, bounds of rows by ``r_i - b``, bounds of columns by ``-c_j - b``; so ``x = 2**(c + b) x'`` and
    ``y = 2**(r - g) y'``.
    """

    rows: Array
    columns: Array
    bounds: int
    costs: int

    def primal(self, scaled: Array) -> Array:
        """Return columns' values in the units of the program."""
        return _scaled(scaled, self.columns + self.bounds)

    def dual(self, scaled: Array) -> Array:
        """Return rows' values in the units of the program."""
        return _scaled(scaled, self.rows - self.costs)

    def primal_ray(self, scaled: Array) -> Array:
        """Return a direction in the units of the program, up to length."""
        return _scaled(scaled, self.columns - int(self.columns.max(initial=0)))

    def dual_ray(self, scaled: Array) -> Array:
        """Return multipliers of rows in the units of the program, up to length."""
        return _scaled(scaled, self.rows - int(self.rows.max(initial=0)))


def scaling_of(lp: LinearProgram) -> Scaling:
    """Choose powers of two that bring entries, costs and bounds near 1; zero powers where they are moderate."""
    entries = Binary.of(lp.matrix.data)
    rows, columns = _equilibrate(entries.exponent, lp.matrix)
    costs, lower, upper = Binary.of(lp.objective), Binary.of(lp.lower), Binary.of(lp.upper)
    of_costs = (costs.exponent + columns)[costs.nonzero]
    low, high = Binary.of(lp.row_lower), Binary.of(lp.row_upper)
    sides = ((low, rows), (high, rows), (lower, -columns), (upper, -columns))
    of_bounds = np.concatenate([(number.exponent + power)[number.nonzero] for number, power in sides])
    return Scaling(rows, columns, _centre(of_bounds, MODERATE_BOUNDS), -_centre(of_costs, MODERATE_COSTS))


def row_scaling(matrix: SparseMatrix, columns: Array) -> Array:
    """Return the powers of new rows below a matrix whose columns have these powers."""
    exponent = Binary.of(matrix.data).exponent + columns[matrix.indices]
    if not len(exponent) or (exponent.min() >= MODERATE_ENTRIES[0] and exponent.max() <= MODERATE_ENTRIES[1]):
        return np.zeros(matrix.shape[0], dtype=np.int64)
    return -_middles(exponent, matrix.indptr)


def _scaled(values: Array, powers: Array) -> Array:
    """Return floats times powers of two; too large becomes infinite, which no check accepts, too small zero."""
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(np.ldexp(values, powers.astype(np.int32)), dtype=np.float64)


def _centre(exponents: Array, moderate: tuple[int, int]) -> int:
    """Return the power of two to divide by, 0 if the largest is moderate."""
    if not len(exponents) or moderate[0] <= int(exponents.max()) <= moderate[1]:
        return 0
    largest, median = int(exponents.max()), int(np.median(exponents))
    if largest < moderate[0]:
        return largest
    # A few huge numbers (a bound that means "none") must not make the others vanish.
    return median if median > moderate[1] else 0


def _equilibrate(exponent: Array, matrix: SparseMatrix) -> tuple[Array, Array]:
    rows = np.zeros(matrix.shape[0], dtype=np.int64)
    columns = np.zeros(matrix.shape[1], dtype=np.int64)
    if not len(exponent) or (exponent.min() >= MODERATE_ENTRIES[0] and exponent.max() <= MODERATE_ENTRIES[1]):
        return rows, columns
    order, starts = matrix.column_order, matrix.column_starts
    for _ in range(SWEEPS):
        rows = -_middles(exponent + columns[matrix.indices], matrix.indptr)
        columns = -_middles((exponent + rows[matrix.entry_rows])[order], starts)
    return rows, columns


def _middles(exponents: Array, starts: Array) -> Array:
    """Return the middle between smallest and largest of each segment, 0 for empty ones."""
    result = np.zeros(len(starts) - 1, dtype=np.int64)
    filled = starts[:-1] < starts[1:]
    if filled.any():
        first = starts[:-1][filled]
        result[filled] = (np.minimum.reduceat(exponents, first) + np.maximum.reduceat(exponents, first)) // 2
    return result


def scaled_program(lp: LinearProgram, scaling: Scaling) -> LinearProgram:
    """Return the scaled image of a program in floats, as a minimum without a constant.

    Numbers beyond the floats become infinite (a bound that is not there) or zero; answers must be checked.
    """
    sign = 1.0 if lp.sense == "min" else -1.0
    powers = scaling.rows[lp.matrix.entry_rows] + scaling.columns[lp.matrix.indices]
    matrix = lp.matrix
    coordinates = matrix.entry_rows, matrix.indices, Binary.of(matrix.data).times(powers)
    return LinearProgram(
        "min",
        sign * Binary.of(lp.objective).times(scaling.columns + scaling.costs),
        SparseMatrix.from_coo(*coordinates, matrix.shape),
        Binary.of(lp.row_lower).times(scaling.rows - scaling.bounds),
        Binary.of(lp.row_upper).times(scaling.rows - scaling.bounds),
        Binary.of(lp.lower).times(-scaling.columns - scaling.bounds),
        Binary.of(lp.upper).times(-scaling.columns - scaling.bounds),
    )
