"""HiGHS on a linear program that grows by rows, warm-started.

What HiGHS says is a hint: nothing here is certified. Every return status is checked.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.errors import InputError
from gametheory.limits import Budget
from gametheory.linear.basis import Basis
from gametheory.linear.bounds import bound_array, finite
from gametheory.linear.program import LinearProgram
from gametheory.linear.rational import less, signs
from gametheory.linear.scaling import Binary, Scaling, row_scaling, scaling_of
from gametheory.linear.sparse import SparseMatrix
from gametheory.solution import Termination

Array = NDArray[Any]

#: HiGHS drops entries up to its smallest admissible setting of `small_matrix_value`.
SMALLEST_ENTRY = 1e-12
#: HiGHS refuses entries from `large_matrix_value` on.
LARGEST_ENTRY = 1e15


@dataclass(frozen=True, eq=False)
class HighsResult:
    """What HiGHS says of the program at hand.

    Attributes
    ----------
    status : Termination
        `SOLVED`, `INFEASIBLE`, `UNBOUNDED`, `LIMIT` or `FAILED`.
    primal, row_dual : float arrays or None, shapes (n,) and (m,)
        Values of the columns and shadow prices of the rows, with the signs of `LinearProgram`.
    basis : Basis or None
        The last basis.
    ray : float array or None
        Multipliers of the rows, shape (m,), if infeasible; a direction, shape (n,), if unbounded.
    message : str
        One line for people, empty if solved.
    """

    status: Termination
    primal: Array | None = None
    row_dual: Array | None = None
    basis: Basis | None = None
    ray: Array | None = None
    message: str = ""


class HighsRefusedError(Exception):
    """A call of HiGHS did not return without complaint."""


class HighsSession:
    """A linear program inside HiGHS, to which rows can be added between solves.

    Parameters
    ----------
    lp : LinearProgram
        The program, in floats or fractions; it is scaled by powers of two before it is handed over.
    """

    def __init__(self, lp: LinearProgram) -> None:
        import highspy

        self._highspy = highspy
        self._columns = lp.columns
        self._sign = 1.0 if lp.sense == "min" else -1.0
        self._scaling = scaling_of(lp)
        self._budget = Budget()
        self._contradicted = _crossed(lp.lower, lp.upper)
        self._refusal = ""
        self._highs = highspy.Highs()
        try:
            self._configure()
            self._pass(lp)
        except HighsRefusedError as error:
            self._refusal = str(error)

    # -- handing over -----------------------------------------------------------------------------

    def _configure(self) -> None:
        for option, value in (
            ("output_flag", False),
            ("small_matrix_value", SMALLEST_ENTRY),
            ("large_matrix_value", LARGEST_ENTRY),
            ("infinite_bound", math.inf),
            ("infinite_cost", math.inf),
        ):
            self._check(self._highs.setOptionValue(option, value), f"option {option}")
        kinds = self._highspy.cb.HighsCallbackType
        self._check(self._highs.setCallback(self._interrupt, None), "a callback")
        for kind in (kinds.kCallbackSimplexInterrupt, kinds.kCallbackIpmInterrupt):
            self._check(self._highs.startCallback(kind), "a callback")

    def _interrupt(self, kind: Any, message: str, given: Any, answer: Any, data: Any) -> None:
        # Called between iterations, in the thread that solves: pending signals are handled here.
        answer.user_interrupt = self._budget.interrupted

    def _check(self, status: Any, what: str) -> None:
        if status != self._highspy.HighsStatus.kOk:
            raise HighsRefusedError(f"HiGHS did not accept {what}: {status}")

    def _entries(self, matrix: SparseMatrix, rows: Array) -> Array:
        powers = rows[matrix.entry_rows] + self._scaling.columns[matrix.indices]
        entries = Binary.of(matrix.data).times(powers)
        size = np.abs(entries)
        if len(size) and not (size.min() > SMALLEST_ENTRY and size.max() < LARGEST_ENTRY):
            raise HighsRefusedError(
                f"coefficients range too widely for floats: {size.min():.1e} to {size.max():.1e} after scaling"
            )
        return entries

    def _pass(self, lp: LinearProgram) -> None:
        scaling, kinds = self._scaling, self._highspy
        self._contradicted |= _contradicts(lp.matrix, lp.row_lower, lp.row_upper)
        if self._contradicted:
            return
        status = self._highs.passModel(
            lp.columns,
            lp.rows,
            len(lp.matrix.data),
            int(kinds.MatrixFormat.kRowwise),
            int(kinds.ObjSense.kMinimize),
            0.0,
            _finite(self._sign * Binary.of(lp.objective).times(scaling.columns + scaling.costs), "costs"),
            _bounds(lp.lower, -scaling.columns - scaling.bounds),
            _bounds(lp.upper, -scaling.columns - scaling.bounds),
            _bounds(lp.row_lower, scaling.rows - scaling.bounds),
            _bounds(lp.row_upper, scaling.rows - scaling.bounds),
            lp.matrix.indptr.astype(np.int32),
            lp.matrix.indices.astype(np.int32),
            self._entries(lp.matrix, scaling.rows),
            np.zeros(lp.columns, dtype=np.int32),
        )
        self._check(status, "the program")

    def add_rows(self, matrix: SparseMatrix, lower: Any, upper: Any) -> None:
        """Add rows ``lower <= matrix x <= upper``; the next solve starts from the last basis.

        Parameters
        ----------
        matrix : SparseMatrix, shape (k, n)
            Coefficients.
        lower, upper : arrays, shape (k,)
            Bounds, infinite or None where there are none.
        """
        if matrix.shape[1] != self._columns:
            raise InputError(f"rows of {matrix.shape[1]} columns for a program of {self._columns}")
        lower, upper = bound_array(lower, matrix.shape[0], -1, "lower"), bound_array(upper, matrix.shape[0], 1, "upper")
        powers, old = row_scaling(matrix, self._scaling.columns), self._scaling
        self._scaling = Scaling(np.concatenate((old.rows, powers)), old.columns, old.bounds, old.costs)
        self._contradicted |= _contradicts(matrix, lower, upper)
        if self._refusal or self._contradicted:
            return
        try:
            status = self._highs.addRows(
                matrix.shape[0],
                _bounds(lower, powers - old.bounds),
                _bounds(upper, powers - old.bounds),
                len(matrix.data),
                matrix.indptr[:-1].astype(np.int32),
                matrix.indices.astype(np.int32),
                self._entries(matrix, powers),
            )
            self._check(status, "added rows")
        except HighsRefusedError as error:
            self._refusal = str(error)

    # -- solving ----------------------------------------------------------------------------------

    def solve(self, budget: Budget | None = None) -> HighsResult:
        """Solve the program with all rows added so far, from the last basis.

        Parameters
        ----------
        budget : Budget, optional
            What may be spent: seconds, simplex iterations, or until Ctrl-C.
        """
        self._budget = budget or Budget()
        if self._contradicted:
            return HighsResult(Termination.INFEASIBLE, message="bounds contradict each other")
        if self._refusal:
            return HighsResult(Termination.FAILED, message=self._refusal)
        if not self._columns:
            nothing = np.zeros(0)
            return HighsResult(Termination.SOLVED, nothing, np.zeros(len(self._scaling.rows)), self._basis())
        try:
            return self._solve()
        except HighsRefusedError as error:
            return HighsResult(Termination.FAILED, message=str(error))

    def _solve(self) -> HighsResult:
        said = self._highspy.HighsModelStatus
        status = self._run()
        if status in (said.kUnknown, said.kUnboundedOrInfeasible, said.kSolveError, said.kNotset):
            # Once more from nothing, without the presolve that may have blurred the answer.
            self._check(self._highs.clearSolver(), "a fresh start")
            self._check(self._highs.setOptionValue("presolve", "off"), "option presolve")
            status = self._run()
            self._check(self._highs.setOptionValue("presolve", "choose"), "option presolve")
        if status == said.kOptimal:
            return self._result(Termination.SOLVED)
        if status == said.kInfeasible:
            return self._result(Termination.INFEASIBLE, self._ray("getDualRay", self._scaling.dual_ray))
        if status == said.kUnbounded:
            return self._result(Termination.UNBOUNDED, self._ray("getPrimalRay", self._scaling.primal_ray))
        if status in (said.kTimeLimit, said.kIterationLimit, said.kInterrupt):
            return self._result(Termination.LIMIT, message=self._budget.spent() or "limit")
        return HighsResult(Termination.FAILED, message=f"HiGHS ended with status {status.name}")

    def _run(self) -> Any:
        seconds, iterations = self._budget.seconds_left, self._budget.iterations_left
        # HiGHS counts the seconds of all its runs, and the iterations of each.
        until = math.inf if seconds is None else self._highs.getRunTime() + seconds
        self._check(self._highs.setOptionValue("time_limit", until), "a time limit")
        most = 2**31 - 1 if iterations is None else min(iterations, 2**31 - 1)
        for option in ("simplex_iteration_limit", "ipm_iteration_limit"):
            self._check(self._highs.setOptionValue(option, most), "an iteration limit")
        if self._budget.spent():
            return self._highspy.HighsModelStatus.kTimeLimit
        status = self._highs.run()
        self._budget.iterations += max(0, self._highs.getInfo().simplex_iteration_count)
        if status == self._highspy.HighsStatus.kError:
            return self._highspy.HighsModelStatus.kSolveError
        return self._highs.getModelStatus()

    def _result(self, status: Termination, ray: Array | None = None, message: str = "") -> HighsResult:
        solution = self._highs.getSolution()
        primal = row_dual = None
        if solution.value_valid:
            primal = self._scaling.primal(np.array(solution.col_value, dtype=np.float64)) + 0.0
        if solution.dual_valid:
            row_dual = self._sign * self._scaling.dual(np.array(solution.row_dual, dtype=np.float64)) + 0.0
        return HighsResult(status, primal, row_dual, self._basis(), ray, message)

    def _basis(self) -> Basis | None:
        basis = self._highs.getBasis()
        columns = np.array([int(s) for s in basis.col_status], dtype=np.int8)
        rows = np.array([int(s) for s in basis.row_status], dtype=np.int8)
        if not basis.valid or len(columns) != self._columns or len(rows) != len(self._scaling.rows):
            return None
        return Basis(columns, rows)

    def _ray(self, question: str, unscale: Callable[[Array], Array]) -> Array | None:
        ask = getattr(self._highs, question, None)
        if ask is None:  # highspy before 1.10
            return None
        status, exists, ray = ask()
        if status != self._highspy.HighsStatus.kOk or not exists:
            return None
        largest = float(np.abs(ray).max(initial=0.0))
        return unscale(np.asarray(ray) / largest) if 0 < largest < math.inf else None


def _crossed(lower: Array, upper: Array) -> bool:
    return bool(less(upper, lower, finite(lower) & finite(upper)).any())


def _contradicts(matrix: SparseMatrix, lower: Array, upper: Array) -> bool:
    """Say whether bounds cross, or a row without entries excludes 0: HiGHS proves neither."""
    empty = np.flatnonzero(matrix.indptr[1:] == matrix.indptr[:-1])
    excluded = (signs(lower[empty]) > 0) | (signs(upper[empty]) < 0)
    return _crossed(lower, upper) or bool(excluded.any())


def _finite(values: Array, what: str) -> Array:
    if not np.isfinite(values).all():
        raise HighsRefusedError(f"{what} range too widely for floats")
    return values


def _bounds(values: Array, powers: Array | int) -> Array:
    scaled = Binary.of(values).times(powers)
    _finite(scaled[finite(values)], "bounds")
    return scaled
