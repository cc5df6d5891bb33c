import os
import signal
import threading
import time
from fractions import Fraction

import numpy as np
import pytest

from gametheory.errors import InputError
from gametheory.limits import Budget, Limits
from gametheory.linear import DualBound, LinearProgram, PrimalDual, SparseMatrix
from gametheory.linear.exact import solve as solve_by_pivots
from gametheory.linear.highs import HighsSession, solve
from gametheory.linear.verify import verify
from gametheory.solution import Termination
from gametheory.solvers import Options


def test_rows_added_between_solves():
    # A polygon around the unit disc, cut where the optimum is: max x + y tends to sqrt(2).
    lp = LinearProgram.build("max", [1.0, 1.0], lower=-1.0, upper=1.0)
    session, rows, sides = HighsSession(lp), SparseMatrix.zeros(0, 2), np.zeros(0)
    for _ in range(30):
        result = session.solve()
        assert result.status is Termination.SOLVED
        length = np.hypot(*result.primal)
        if length < 1 + 1e-7:
            break
        cut = SparseMatrix.from_dense([(result.primal / length).tolist()])
        session.add_rows(cut, [-np.inf], [1.0])
        rows, sides = rows.stack(cut), np.append(sides, 1.0)
    assert result.primal.sum() == pytest.approx(np.sqrt(2), abs=1e-6)
    assert len(result.row_dual) == len(result.basis.rows) == len(sides) > 0
    whole = LinearProgram.build("max", [1.0, 1.0], at_most=(rows, sides), lower=-1.0, upper=1.0)
    assert verify(whole, PrimalDual(result.primal, result.row_dual, result.primal.sum()), exact=False).ok


def test_added_rows_may_be_exact_badly_scaled_empty_or_contradictory():
    lp = LinearProgram.build("min", [1, 1], at_least=([[1, 2]], [2]))
    session = HighsSession(lp)
    session.add_rows(SparseMatrix.from_dense([["1e-14", 0], [0, 0]]), [Fraction(3, 10**14), None], [None, 5])
    result = session.solve()
    assert np.allclose(result.primal, [3, 0])
    assert np.allclose(result.row_dual, [0, 1e14, 0])
    session.add_rows(SparseMatrix.from_dense([[0, 0]]), [1], [2])
    assert session.solve().status is Termination.INFEASIBLE
    with pytest.raises(InputError, match="rows of 3 columns"):
        session.add_rows(SparseMatrix.zeros(1, 3), [0], [1])


def test_what_highs_refuses_is_failed_never_infeasible():
    matrix = [["1e19", "1e-12"], ["1e-12", "1e19"], ["1", "1"]]
    lp = LinearProgram.build("min", [1, 1], at_least=(matrix, [1, 1, 1]))
    result = HighsSession(lp).solve()
    assert result.status is Termination.FAILED
    assert "range too widely" in result.message


def test_bounds_beyond_highs_infinity_are_bounds():
    lp = LinearProgram.build("max", [1.0], upper=1e25)
    assert HighsSession(lp).solve().primal.tolist() == [1e25]


def assignment_like(size=120, seed=0):
    rng = np.random.default_rng(seed)
    rows, columns = 3 * size, 2 * size
    dense = rng.integers(0, 9, (rows, columns)) * (rng.random((rows, columns)) < 0.3)
    return LinearProgram.build(
        "max", rng.integers(1, 99, columns), at_most=(dense, rng.integers(500, 999, rows)), upper=1000
    )


@pytest.mark.parametrize("method", [solve, solve_by_pivots])
@pytest.mark.parametrize("exact", [True, False])
def test_an_iteration_limit_ends_with_a_proved_bound(method, exact):
    lp = assignment_like(40)
    best = solve(lp, Options()).answer.objective
    outcome = method(lp, Options(exact=exact, budget=Budget(Limits(iterations=5))))
    assert outcome.termination is Termination.LIMIT
    assert "5 iterations" in outcome.message
    if outcome.answer is not None:
        assert isinstance(outcome.answer, DualBound)
        assert verify(lp, outcome.answer, exact=exact).ok
        assert float(outcome.answer.bound) >= best - 1e-6


def test_bounded_columns_always_give_a_bound():
    lp = assignment_like(40)
    outcome = solve_by_pivots(lp, Options(exact=True, budget=Budget(Limits(iterations=5))))
    assert isinstance(outcome.answer, DualBound)
    assert outcome.exact


def test_a_spent_budget_solves_nothing():
    lp = assignment_like(5)
    for exact in (True, False):
        budget = Budget(Limits(seconds=1e-9))
        time.sleep(1e-3)
        assert solve(lp, Options(exact=exact, budget=budget)).termination is Termination.LIMIT


def test_the_time_limit_counts_from_this_solve():
    session = HighsSession(assignment_like(40))
    session.solve()
    session.add_rows(SparseMatrix.from_dense([[1] * 80]), [None], [20])
    assert session.solve(Budget(Limits(seconds=30))).status is Termination.SOLVED


@pytest.mark.skipif(not hasattr(signal, "SIGINT") or os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_ends_highs_within_an_iteration():
    rng = np.random.default_rng(0)
    rows = rng.integers(0, 9, (1200, 900)) * (rng.random((1200, 900)) < 0.3)
    lp = LinearProgram.build("max", rng.random(900), at_most=(rows.astype(float), rng.random(1200) + 500), upper=1e3)
    budget = Budget()
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    with budget.watching_interrupt():
        session = HighsSession(lp)
        timer.start()
        began = time.monotonic()
        result = session.solve(budget)
    timer.join()
    assert time.monotonic() - began < 60
    assert result.status is Termination.LIMIT
    assert result.message == "interrupted"


def test_a_hinted_basis_of_order_hundreds_is_certified_quickly():
    rng = np.random.default_rng(0)
    dense = rng.integers(1, 10, (2000, 300)) * (rng.random((2000, 300)) < 0.03)
    lp = LinearProgram.build("max", rng.integers(1, 10, 300), at_most=(dense, rng.integers(50, 100, 2000)))
    began = time.monotonic()
    outcome = solve(lp, Options(exact=True))
    assert outcome.exact
    assert outcome.termination is Termination.SOLVED
    assert verify(lp, outcome.answer, exact=True).ok
    assert time.monotonic() - began < 60
