"""Small linear programs in floats, some columns yes-or-no, solved by HiGHS: hints, decided elsewhere in fractions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.limits import Budget

Array = NDArray[np.float64]
Term = tuple[int, float]
#: By how much HiGHS may break a row or leave a yes-or-no column between.
TOLERANCE = 1e-9
#: Up to so many columns, the heuristics of HiGHS that solve parts of a program take longer than the program itself.
SMALL = 100
PARTIAL_HEURISTICS = ("mip_heuristic_run_rins", "mip_heuristic_run_rens", "mip_heuristic_run_root_reduced_cost")


class UndecidedError(Exception):
    """HiGHS neither solved a program nor proved that it has no point."""


class HintProgram:
    """Columns with bounds, rows of terms; built once, then solved with different objectives and extra rows."""

    def __init__(self) -> None:
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.binary: list[bool] = []
        self.rows: list[tuple[Sequence[Term], float, float]] = []

    def columns(self, count: int, upper: Any = np.inf, *, binary: bool = False) -> NDArray[np.int64]:
        """Add nonnegative columns; return their places."""
        first = len(self.lower)
        self.lower += [0.0] * count
        self.upper += np.broadcast_to(np.asarray(upper, dtype=np.float64), (count,)).tolist()
        self.binary += [binary] * count
        return np.arange(first, first + count, dtype=np.int64)

    def row(self, terms: Sequence[Term], low: float = -np.inf, high: float = np.inf) -> None:
        """Add the row ``low <= sum of terms <= high``."""
        self.rows.append((terms, low, high))

    def solve(
        self,
        objective: Sequence[Term] = (),
        extra: Sequence[tuple[Sequence[Term], float, float]] = (),
        *,
        budget: Budget | None = None,
        relaxed: bool = False,
        presolve: bool = True,
        seconds: float | None = None,
        above: float | None = None,
        decide: bool = False,
    ) -> Array | None:
        """Maximise the objective; return a point, or None if HiGHS found none.

        Parameters
        ----------
        objective : sequence of (column, coefficient)
            What is maximised; nothing if any point will do.
        extra : sequence of rows
            Rows of this solve alone.
        budget : Budget, optional
            Its remaining seconds limit the solve.
        relaxed : bool
            Whether yes-or-no columns may take values between.
        presolve : bool
            Whether HiGHS simplifies the program first.
        seconds : float, optional
            A further limit.
        above : float, optional
            Only points with a larger objective are wanted.
        decide : bool
            Whether None must mean that there is no such point.

        Raises
        ------
        UndecidedError
            If `decide`, and HiGHS proves neither.
        """
        import highspy

        rows = [*self.rows, *extra]
        starts = np.zeros(len(rows) + 1, dtype=np.int32)
        starts[1:] = np.cumsum([len(terms) for terms, _, _ in rows])
        columns = len(self.lower)
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = columns, len(rows)
        cost = np.zeros(columns)
        for column, coefficient in objective:
            cost[column] -= coefficient
        program.col_cost_ = cost
        program.col_lower_, program.col_upper_ = np.array(self.lower), np.array(self.upper)
        program.row_lower_ = np.array([low for _, low, _ in rows], dtype=np.float64)
        program.row_upper_ = np.array([high for _, _, high in rows], dtype=np.float64)
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_ = starts
        program.a_matrix_.index_ = np.array([c for terms, _, _ in rows for c, _ in terms], dtype=np.int32)
        program.a_matrix_.value_ = np.array([v for terms, _, _ in rows for _, v in terms], dtype=np.float64)
        if not relaxed:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            program.integrality_ = [kinds[b] for b in self.binary]
        solver = highspy.Highs()
        options: dict[str, Any] = {
            "output_flag": False,
            "threads": 1,
            "random_seed": 0,
            "presolve": "choose" if presolve else "off",
            "primal_feasibility_tolerance": TOLERANCE,
            "mip_feasibility_tolerance": TOLERANCE,
        }
        if columns <= SMALL:
            options |= dict.fromkeys(PARTIAL_HEURISTICS, False)
        left = [s for s in (seconds, None if budget is None else budget.seconds_left) if s is not None]
        if left:
            options["time_limit"] = max(0.01, min(left))
        if above is not None:
            options["objective_bound"] = -above
        for name, value in options.items():
            solver.setOptionValue(name, value)
        status = highspy.HighsModelStatus.kNotset
        if solver.passModel(program) != highspy.HighsStatus.kError:
            solver.run()
            status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return np.array(solver.getSolution().col_value)
        if decide and status not in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kObjectiveBound):
            raise UndecidedError(f"HiGHS answered {solver.modelStatusToString(status)}")
        return None
