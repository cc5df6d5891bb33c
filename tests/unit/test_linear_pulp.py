import pulp
import pytest

from gametheory.errors import RefusedError
from gametheory.limits import Budget, Limits
from gametheory.linear import LinearProgram, pulp_solver
from gametheory.linear.pulp_solver import refuses, solve, to_pulp
from gametheory.linear.verify import verify
from gametheory.solution import Termination
from gametheory.solvers import Options

# y and z at their upper bounds, and then x = 2 by the total: 2 + 4 + 0.5.
RANGES = LinearProgram.build(
    "max",
    [1.0, 2.0, 3.0],
    between=([[1.0, 1.0, 1.0], [1.0, -1.0, 0.0], [0.0, 0.0, 1.0]], [None, -2.0, None], [4.0, 5.0, None]),
    lower=[1.0, None, -2.0],
    upper=[3.0, 2.0, 0.0],
    row_names=["total", "gap", "free"],
    column_names=["first x", "second-x", "third"],
    constant=0.5,
)


@pytest.mark.parametrize("solver", ["cbc", "CBC", "PULP_CBC_CMD", "highs"])
def test_solvers_by_their_common_names(solver):
    outcome = solve(RANGES, Options(extra={"solver": solver}))
    assert outcome.method == f"pulp:{'highs' if solver == 'highs' else 'cbc'}"
    assert outcome.answer.objective == pytest.approx(6.5)
    assert verify(RANGES, outcome.answer, exact=False).ok


def test_exact_after_pulp():
    outcome = solve(RANGES, Options(exact=True))
    assert outcome.exact
    assert verify(RANGES, outcome.answer, exact=True).ok


def test_refusals_name_what_is_installed():
    assert refuses(RANGES, Options()) is None
    assert "knows no solver 'cbcc'; installed here: cbc" in refuses(RANGES, Options(extra={"solver": "cbcc"}))
    missing = next(name for name in pulp.listSolvers() if name not in pulp.listSolvers(onlyAvailable=True))
    assert "is not installed; installed here: cbc" in refuses(RANGES, Options(extra={"solver": missing}))
    assert "limit the seconds" in refuses(RANGES, Options(budget=Budget(Limits(iterations=3))))
    with pytest.raises(RefusedError, match="not installed"):
        solve(RANGES, Options(extra={"solver": missing}))


def test_a_solver_that_raises_or_lies_is_not_believed(monkeypatch):
    class Lying(pulp.LpSolver):
        def actualSolve(self, problem):
            for variable in problem.variables():
                variable.varValue = 0.0
            for part in problem.constraints():
                part.pi = 0.0
            problem.assignStatus(pulp.LpStatusOptimal)

    class Raising(pulp.LpSolver):
        def actualSolve(self, problem):
            raise pulp.PulpSolverError("no licence")

    for kind in (Lying, Raising):
        monkeypatch.setattr(pulp, "getSolver", lambda name, kind=kind, **settings: kind())
        outcome = solve(RANGES, Options())
        assert verify(RANGES, outcome.answer, exact=False).ok  # the exact layer answered
        assert outcome.answer.objective == pytest.approx(6.5)
        monkeypatch.setattr("gametheory.linear.exact.EXACT_ENTRIES_LIMIT", 2)
        assert solve(RANGES, Options()).termination is Termination.FAILED
        monkeypatch.setattr("gametheory.linear.exact.EXACT_ENTRIES_LIMIT", 100)


def test_a_time_limit():
    budget = Budget(Limits(seconds=1e-9))
    assert solve(RANGES, Options(budget=budget)).termination is Termination.LIMIT


def test_a_solver_stopped_at_its_time_limit(monkeypatch):
    class Stopped(pulp.LpSolver):
        def actualSolve(self, problem):
            problem.assignStatus(pulp.LpStatusNotSolved)

    monkeypatch.setattr(pulp, "getSolver", lambda name, **settings: Stopped())
    outcome = solve(RANGES, Options(budget=Budget(Limits(seconds=100))))
    assert outcome.termination is Termination.LIMIT


def test_to_pulp_is_the_same_program():
    problem = to_pulp(RANGES)
    assert problem.sense == pulp.LpMaximize
    assert {v.name for v in problem.variables()} == {"first_x", "second_x", "third"}
    assert [c.name for c in problem.constraints()] == ["total", "gap_lower", "gap_upper"]
    problem.solve(pulp.getSolver("HiGHS", msg=False))
    assert pulp.value(problem.objective) == pytest.approx(6.5)
    clashing = LinearProgram.build("min", [1, 1], column_names=["a b", "a-b"])
    assert {v.name for v in to_pulp(clashing).variables()} == {"c0", "c1"}


def test_method_through_the_engine():
    from gametheory.engine import solve as engine_solve

    solution = engine_solve(RANGES, method="pulp:cbc")
    assert solution.verified
    assert solution.method == "pulp:cbc"
    assert pulp_solver.solve(RANGES, Options()).termination is solution.termination
