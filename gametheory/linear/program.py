"""The linear program: sparse, named, with bounds and ranges, minimised or maximised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from gametheory.errors import InputError, UsageError, nearest
from gametheory.linear.bounds import bound_array, bounds_from_data, bounds_to_data, finite
from gametheory.linear.names import checked_names, names_to_data
from gametheory.linear.rational import exact_values, float_values, inner, signs
from gametheory.linear.sparse import SparseMatrix, frozen
from gametheory.notebook import Displayed
from gametheory.numbers import decode, decode_array, exact, number, number_array

if TYPE_CHECKING:
    import pulp

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class LinearProgram(Displayed):
    """Minimise or maximise ``constant + c'x`` subject to ``L <= A x <= U`` and ``l <= x <= u``.

    A row with two different finite bounds is a range, with two equal ones an equation, with none a free row.
    All numbers are floats, or all are fractions: one exact array makes the whole program exact, and a
    float then stands for its shortest decimal. Infinite bounds are the floats inf and -inf in both cases.

    **Signs of dual values.** The value ``y[i]`` of a row is a shadow price: the rate of change of the optimal
    objective per unit of the row's active bound, whether the program is minimised or maximised. The reduced
    cost of a column is ``d = c - A'y``: the same rate for the column's active bound. Hence

    ======== =============================== ===============================
    sense    at the lower bound              at the upper bound
    ======== =============================== ===============================
    min      ``y[i] >= 0``, ``d[j] >= 0``    ``y[i] <= 0``, ``d[j] <= 0``
    max      ``y[i] <= 0``, ``d[j] <= 0``    ``y[i] >= 0``, ``d[j] >= 0``
    ======== =============================== ===============================

    an equation or a fixed column has any sign, and a row or column strictly between its bounds has 0. Every
    ``x`` satisfies ``c'x = y'(A x) + d'x``, so each y whose signs find finite bounds proves a bound on
    the objective (`dual_objective`): a lower one for min, an upper one for max.

    Attributes
    ----------
    sense : str
        ``"min"`` or ``"max"``.
    objective : array, shape (n,)
        The costs c.
    matrix : SparseMatrix, shape (m, n)
        The matrix A.
    row_lower, row_upper : arrays, shape (m,)
        The bounds L and U of the rows; a lower bound may exceed an upper one (the program is then infeasible).
    lower, upper : arrays, shape (n,)
        The bounds l and u of the columns.
    row_names, column_names : sequences of str
        Distinct names; ``r0, r1, ...`` and ``c0, c1, ...`` if not given.
    constant : Fraction or float
        What is added to ``c'x``.

    Raises
    ------
    InputError
        If shapes disagree, a number is NaN, a lower bound is inf or an upper bound -inf, or a name repeats.
    """

    sense: str
    objective: Array
    matrix: SparseMatrix
    row_lower: Array
    row_upper: Array
    lower: Array
    upper: Array
    row_names: Sequence[str] = ()
    column_names: Sequence[str] = ()
    constant: Any = 0

    def __post_init__(self) -> None:
        if self.sense not in ("min", "max"):
            raise InputError(f"the sense of a linear program is 'min' or 'max', not {self.sense!r}")
        if not isinstance(self.matrix, SparseMatrix):
            raise InputError("the matrix of a linear program is a SparseMatrix", remedy="use LinearProgram.build")
        rows, columns = self.matrix.shape
        arrays = {
            "objective": number_array(self.objective),
            "row_lower": bound_array(self.row_lower, rows, -1, "row_lower"),
            "row_upper": bound_array(self.row_upper, rows, 1, "row_upper"),
            "lower": bound_array(self.lower, columns, -1, "lower"),
            "upper": bound_array(self.upper, columns, 1, "upper"),
        }
        if arrays["objective"].shape != (columns,):
            raise InputError(f"the objective has shape {arrays['objective'].shape}; the matrix has {columns} columns")
        matrix, constant = self.matrix, number(self.constant)
        kinds = [a.dtype == object for a in arrays.values()] + [matrix.is_exact]
        if any(kinds) or (isinstance(constant, Fraction) and not isinstance(self.constant, int)):
            matrix, constant = matrix.to_exact(), exact(constant)
            arrays = {name: exact_bounds(values) for name, values in arrays.items()}
        else:
            constant = float(constant)
        for name, values in arrays.items():
            object.__setattr__(self, name, frozen(values, getattr(self, name)))
        object.__setattr__(self, "matrix", matrix)
        object.__setattr__(self, "constant", constant)
        object.__setattr__(self, "row_names", checked_names(self.row_names, rows, "r", "row"))
        object.__setattr__(self, "column_names", checked_names(self.column_names, columns, "c", "column"))

    @classmethod
    def build(
        cls,
        sense: str,
        objective: Any,
        *,
        at_most: tuple[Any, Any] | None = None,
        at_least: tuple[Any, Any] | None = None,
        equal: tuple[Any, Any] | None = None,
        between: tuple[Any, Any, Any] | None = None,
        lower: Any = 0.0,
        upper: Any = None,
        row_names: Sequence[str] = (),
        column_names: Sequence[str] = (),
        constant: Any = 0,
    ) -> Self:
        """Build a program from matrices given in full, or as sparse matrices of ours or of scipy's.

        Parameters
        ----------
        sense : str
            ``"min"`` or ``"max"``.
        objective : array, shape (n,)
            Costs. Integers, fractions and text are exact, here and below, and make the program exact.
        at_most, at_least, equal : (matrix, vector), optional
            Rows ``A x <= b``, ``A x >= b`` and ``A x = b``, in this order in the program.
        between : (matrix, vector, vector), optional
            Rows ``low <= A x <= high``, last; None in a vector is no bound.
        lower, upper : number, array with None for no bound, or None
            Bounds of the columns; nonnegative without an upper bound if not given.
        row_names, column_names : sequences of str, optional
            Distinct names.
        constant : number
            What is added to the objective.

        Examples
        --------
        >>> lp = LinearProgram.build("max", [3, 5], at_most=([[1, 0], [0, 2], [3, 2]], [4, 12, 18]))
        >>> lp.matrix.shape
        (3, 2)
        """
        costs = number_array(objective)
        if costs.ndim != 1:
            raise InputError("the objective is a vector")
        matrix: SparseMatrix | None = None
        lows: list[Array] = []
        highs: list[Array] = []
        blocks: list[tuple[str, Any, Any, Any]] = []
        for block, given in (("at_most", at_most), ("at_least", at_least), ("equal", equal), ("between", between)):
            if given is None:
                continue
            if len(given) != (3 if block == "between" else 2):
                raise InputError(f"{block} is a matrix and {'two vectors' if block == 'between' else 'a vector'}")
            low = None if block == "at_most" else given[1]
            blocks.append((block, given[0], low, None if block == "at_least" else given[-1]))
        for block, coefficients, low, high in blocks:
            part = SparseMatrix.of(coefficients)
            if part.shape[1] != len(costs):
                raise InputError(f"{block} has {part.shape[1]} columns; the objective has {len(costs)}")
            matrix = part if matrix is None else matrix.stack(part)
            lows.append(bound_array(low, part.shape[0], -1, block))
            highs.append(bound_array(high, part.shape[0], 1, block))
        return cls(
            sense,
            costs,
            SparseMatrix.zeros(0, len(costs)) if matrix is None else matrix,
            np.concatenate(lows) if lows else np.zeros(0),
            np.concatenate(highs) if highs else np.zeros(0),
            bound_array(lower, len(costs), -1, "lower"),
            bound_array(upper, len(costs), 1, "upper"),
            row_names,
            column_names,
            constant,
        )

    # -- kinds ------------------------------------------------------------------------------------

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.matrix.shape[0]

    @property
    def columns(self) -> int:
        """Number of columns."""
        return self.matrix.shape[1]

    @property
    def is_exact(self) -> bool:
        """Whether the numbers are fractions."""
        return isinstance(self.constant, Fraction)

    def to_exact(self) -> Self:
        """Return the program in fractions; a float stands for its shortest decimal."""
        return self if self.is_exact else self._converted(exact_bounds, self.matrix.to_exact(), exact(self.constant))

    def to_float(self) -> Self:
        """Return the program in float64.

        Raises
        ------
        InputError
            If a number is too large for a float, or not zero and too small.
        """
        if not self.is_exact:
            return self
        constant = float_values(np.array([self.constant], dtype=object))[0]
        return self._converted(float_values, self.matrix.to_float(), float(constant))

    def _converted(self, convert: Any, matrix: SparseMatrix, constant: Any) -> Self:
        return type(self)(
            self.sense,
            convert(self.objective),
            matrix,
            convert(self.row_lower),
            convert(self.row_upper),
            convert(self.lower),
            convert(self.upper),
            self.row_names,
            self.column_names,
            constant,
        )

    # -- places -----------------------------------------------------------------------------------

    def row(self, name: str) -> int:
        """Return the place of the row with this name."""
        return _place(name, self._row_places, "row")

    def column(self, name: str) -> int:
        """Return the place of the column with this name."""
        return _place(name, self._column_places, "column")

    @cached_property
    def _row_places(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.row_names)}

    @cached_property
    def _column_places(self) -> dict[str, int]:
        return {name: j for j, name in enumerate(self.column_names)}

    @cached_property
    def finite_row_lower(self) -> Array:
        """Whether each row has a lower bound, bool, shape (m,)."""
        return finite(self.row_lower)

    @cached_property
    def finite_row_upper(self) -> Array:
        """Whether each row has an upper bound, bool, shape (m,)."""
        return finite(self.row_upper)

    @cached_property
    def finite_lower(self) -> Array:
        """Whether each column has a lower bound, bool, shape (n,)."""
        return finite(self.lower)

    @cached_property
    def finite_upper(self) -> Array:
        """Whether each column has an upper bound, bool, shape (n,)."""
        return finite(self.upper)

    # -- values -----------------------------------------------------------------------------------

    def objective_value(self, primal: Array) -> Any:
        """Return ``constant + c'x``."""
        return self.constant + inner(self.objective, primal)

    def reduced_costs(self, row_dual: Array) -> Array:
        """Return ``c - A'y``, shape (n,)."""
        return self.objective - self.matrix.transpose_dot(row_dual)

    def dual_objective(self, row_dual: Array, negligible: Array | float = 0) -> Any:
        """Return the bound on the objective that row multipliers prove by weak duality.

        For min it is ``constant + sum_i min(y_i s : L_i <= s <= U_i) + sum_j min(d_j x : l_j <= x <= u_j)`` with
        ``d = c - A'y``, for max the same with maxima. A multiplier that finds no finite bound makes it infinite.

        Parameters
        ----------
        row_dual : array, shape (m,)
            The multipliers y.
        negligible : float or array, shape (n,)
            Reduced costs no larger than this that find no finite bound count as zero (rounding of floats).
        """
        reduced = self.reduced_costs(row_dual)
        sign, total = 1 if self.sense == "min" else -1, self.constant
        for multipliers, low, high, has_low, has_high, tiny in (
            (row_dual, self.row_lower, self.row_upper, self.finite_row_lower, self.finite_row_upper, 0),
            (reduced, self.lower, self.upper, self.finite_lower, self.finite_upper, negligible),
        ):
            side = sign * signs(multipliers)
            uses_low, uses_high = side > 0, side < 0
            stray = (uses_low & ~has_low) | (uses_high & ~has_high)
            if np.any(stray & np.asarray(np.abs(multipliers) > tiny, dtype=bool)):
                return -sign * np.inf
            uses_low, uses_high = uses_low & has_low, uses_high & has_high
            total = total + inner(multipliers[uses_low], low[uses_low]) + inner(multipliers[uses_high], high[uses_high])
        return total

    def dual(self) -> LinearProgram:
        """Return the dual as a program of its own; see `gametheory.linear.dual`."""
        from gametheory.linear.dual import dual_program

        return dual_program(self)

    def to_pulp(self) -> pulp.LpProblem:
        """Return the program as a `pulp.LpProblem` (in floats)."""
        from gametheory.linear.pulp_solver import to_pulp

        return to_pulp(self)

    # -- data -------------------------------------------------------------------------------------

    def to_data(self) -> dict[str, Any]:
        """Return the program as a tree; no bound is None, default names are None."""
        return {
            "sense": self.sense,
            "constant": self.constant,
            "objective": self.objective,
            "matrix": self.matrix.to_data(),
            "row_lower": bounds_to_data(self.row_lower, self.finite_row_lower),
            "row_upper": bounds_to_data(self.row_upper, self.finite_row_upper),
            "lower": bounds_to_data(self.lower, self.finite_lower),
            "upper": bounds_to_data(self.upper, self.finite_upper),
            "row_names": names_to_data(self.row_names),
            "column_names": names_to_data(self.column_names),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the program from what `to_data` returned, or from that tree read back from JSON."""
        if not isinstance(data, Mapping):
            raise InputError("a linear program is an object")
        missing = {"sense", "objective", "matrix"} - set(data)
        if missing:
            raise InputError(f"a linear program without '{min(missing)}'")
        for key in ("row_names", "column_names"):
            if data.get(key) is not None and not isinstance(data[key], Sequence):
                raise InputError(f"'{key}' of a linear program is a list of names")
        matrix = SparseMatrix.from_data(data["matrix"])
        rows, columns = matrix.shape
        try:
            objective = decode_array(data["objective"])
        except ValueError as error:
            raise InputError(f"objective of a linear program: {error}") from None
        constant = decode(data.get("constant", 0.0))
        return cls(
            data["sense"],
            objective,
            matrix,
            bounds_from_data(data.get("row_lower"), rows, -1, "row_lower"),
            bounds_from_data(data.get("row_upper"), rows, 1, "row_upper"),
            bounds_from_data(data.get("lower"), columns, -1, "lower"),
            bounds_from_data(data.get("upper"), columns, 1, "upper"),
            data.get("row_names") or (),
            data.get("column_names") or (),
            constant,
        )


def exact_bounds(values: Array) -> Array:
    """Return numbers as fractions, infinite ones as they are."""
    if values.dtype == object:
        return values
    bounded = np.isfinite(values)
    if bounded.all():
        return exact_values(values)
    result = np.empty(len(values), dtype=object)
    result[:] = values.tolist()
    result[bounded] = exact_values(values[bounded])
    return result


def _place(name: str, places: Mapping[str, int], what: str) -> int:
    if name not in places:
        raise UsageError(f"no {what} is named '{name}'", remedy=nearest(name, places))
    return places[name]
