"""All optimal shadow prices of a linear program, not only the ones a solver happened to return.

Given an optimal point x, the optimal shadow prices are those that are complementary to it: ``y_i = 0`` unless row
i is at a bound, with the sign that bound allows, and likewise for the reduced costs ``c - A'y``. That is a
polyhedron, the same for every optimal x, and questions about it are linear programs. Degeneracy alone decides
nothing: a degenerate vertex may have one vector of prices or many.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory import tolerances
from gametheory.errors import UnsolvedError, UsageError
from gametheory.limits import Budget, LimitReached
from gametheory.linear.answers import PrimalDual
from gametheory.linear.factor import dense, submatrix
from gametheory.linear.program import LinearProgram
from gametheory.linear.sparse import SparseMatrix
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options

Array = NDArray[Any]


def dual_face(lp: LinearProgram, solution: PrimalDual) -> LinearProgram:
    """Return the polyhedron of optimal shadow prices as a program with objective 0.

    Its columns are the rows of `lp`, its rows the columns of `lp`.

    Parameters
    ----------
    lp : LinearProgram
        The program; in floats, a row counts as at its bound within the feasibility tolerance.
    solution : PrimalDual
        An optimal answer; only its point is used.
    """
    x = solution.primal
    if len(x) != lp.columns:
        raise UsageError(f"the answer has {len(x)} values; the program has {lp.columns} columns")
    activity = lp.matrix.dot(x)
    row_low = _at(activity, lp.row_lower, lp.finite_row_lower)
    row_high = _at(activity, lp.row_upper, lp.finite_row_upper)
    low, high = _at(x, lp.lower, lp.finite_lower), _at(x, lp.upper, lp.finite_upper)
    if lp.sense == "max":
        row_low, row_high, low, high = row_high, row_low, high, low
    # d >= 0 where only the lower bound is met: A'y <= c, without a bound from below.
    costs = lp.objective
    return LinearProgram(
        "min",
        np.zeros(lp.rows),
        lp.matrix.transpose(),
        _unless(low, costs, -np.inf),
        _unless(high, costs, np.inf),
        np.where(row_high, -np.inf, 0.0),
        np.where(row_low, np.inf, 0.0),
        lp.column_names,
        lp.row_names,
    )


def extreme_dual(
    lp: LinearProgram, solution: PrimalDual, weights: Any, sense: str = "max", *, budget: Budget | None = None
) -> Array | None:
    """Return optimal shadow prices that maximise or minimise ``weights'y``, None if there is no end to them.

    Parameters
    ----------
    lp : LinearProgram
        The program.
    solution : PrimalDual
        An optimal answer.
    weights : array, shape (m,)
        What to look for.
    sense : str
        ``"max"`` or ``"min"``.
    budget : Budget, optional
        What may be spent.

    Returns
    -------
    array or None, shape (m,)
        Fractions if `lp` is exact.
    """
    face = replace(dual_face(lp, solution), objective=np.asarray(weights), sense=sense)
    outcome = _solve(face, lp.is_exact, budget)
    if outcome.termination is Termination.UNBOUNDED:
        return None
    assert isinstance(outcome.answer, PrimalDual)
    return outcome.answer.primal


def dual_range(
    lp: LinearProgram, solution: PrimalDual, row: int | str, *, budget: Budget | None = None
) -> tuple[Any, Any]:
    """Return the smallest and the largest optimal shadow price of a row, infinite where there is no end.

    Parameters
    ----------
    lp : LinearProgram
        The program.
    solution : PrimalDual
        An optimal answer.
    row : int or str
        The row's place or name.
    budget : Budget, optional
        What may be spent.

    Raises
    ------
    UnsolvedError
        If the answer's point is not optimal.
    LimitReached
        If the budget is spent.
    """
    place = lp.row(row) if isinstance(row, str) else row
    weights = np.zeros(lp.rows)
    weights[place] = 1.0
    ends = []
    for sense, infinite in (("min", -np.inf), ("max", np.inf)):
        prices = extreme_dual(lp, solution, weights, sense, budget=budget)
        ends.append(infinite if prices is None else prices[place : place + 1].tolist()[0])
    return ends[0], ends[1]


def dual_is_unique(lp: LinearProgram, solution: PrimalDual, *, budget: Budget | None = None) -> bool:
    """Say whether the optimal shadow prices of a program are unique.

    They are not exactly if from the given y one can move in some direction v and stay among them. Directions are
    the cone ``E v = 0, G v >= 0``, E and G being the conditions of `dual_face` that y meets with equality. It is more
    than 0 exactly if some v in it has ``sum(G v) > 0``, which a linear program decides, or if ``E v = 0, G v = 0`` has
    a solution other than 0, which a rank decides. Exact where `lp` and the answer are.

    Parameters
    ----------
    lp : LinearProgram
        The program.
    solution : PrimalDual
        An optimal answer, whose shadow prices are optimal too.
    budget : Budget, optional
        What may be spent.
    """
    face, y = dual_face(lp, solution), solution.row_dual
    values = face.matrix.dot(y)
    row_low = _at(values, face.row_lower, face.finite_row_lower)
    row_high = _at(values, face.row_upper, face.finite_row_upper)
    low, high = _at(y, face.lower, face.finite_lower), _at(y, face.upper, face.finite_upper)
    free = np.flatnonzero(~low & ~high)
    if _rank(face.matrix.take_rows(np.flatnonzero(row_low | row_high)), free) < len(free):
        return False
    of_rows, of_columns = _one_sided(row_low, row_high), _one_sided(low, high)
    weights = face.matrix.transpose_dot(of_rows) + of_columns
    cone = LinearProgram(
        "max",
        weights,
        face.matrix,
        np.where(row_low, 0.0, -np.inf),
        np.where(row_high, 0.0, np.inf),
        np.where(low, 0.0, -1.0),
        np.where(high, 0.0, 1.0),
    )
    outcome = _solve(cone, lp.is_exact, budget)
    assert isinstance(outcome.answer, PrimalDual)
    return bool(outcome.answer.objective <= (0 if lp.is_exact else tolerances.FEASIBILITY))


def _at(values: Array, bounds: Array, there: Array) -> Array:
    """Return which values are at their bound: exactly in fractions, else within the tolerance."""
    result = np.zeros(len(values), dtype=bool)
    value, bound = values[there], bounds[there]
    if bounds.dtype == object:
        result[there] = np.asarray(value == bound, dtype=bool)
    else:
        near = tolerances.FEASIBILITY * np.maximum(1.0, np.abs(bound))
        result[there] = np.abs(value.astype(np.float64) - bound) <= near
    return result


def _unless(condition: Array, values: Array, otherwise: float) -> Array:
    """Return `otherwise` where a condition holds, else the values."""
    result = values.copy()
    result[condition] = otherwise
    return result


def _one_sided(low: Array, high: Array) -> Array:
    return (low & ~high).astype(np.float64) - (high & ~low).astype(np.float64)


def _rank(matrix: SparseMatrix, columns: Array) -> int:
    """Return the rank of chosen columns; exact for fractions."""
    if not len(columns) or not matrix.shape[0]:
        return 0
    if matrix.is_exact:
        import flint

        pairs = submatrix(matrix, np.arange(matrix.shape[0]), columns)
        return int(flint.fmpz_mat(dense(pairs, range(len(pairs)), list(range(len(columns))))).rank())
    return int(np.linalg.matrix_rank(matrix.to_dense()[:, columns]))


def _solve(lp: LinearProgram, exact: bool, budget: Budget | None) -> Outcome:
    from gametheory.linear.highs import solve

    outcome = solve(lp, Options(exact=exact, budget=budget or Budget()))
    if outcome.termination is Termination.LIMIT:
        raise LimitReached(outcome.message)
    if outcome.termination not in (Termination.SOLVED, Termination.UNBOUNDED):
        raise UnsolvedError(
            f"the optimal shadow prices could not be searched: {outcome.termination}",
            remedy="give an optimal answer of this program" if outcome.termination is Termination.INFEASIBLE else None,
        )
    return outcome
