"""Constraints added as they are violated lead to the same optimum as all of them at once."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gametheory.engine import solve
from gametheory.mechanism.program import MechanismProgram
from gametheory.solution import Termination
from tests.mechanism_examples import random_problem

SHAPES = st.sampled_from([(4,), (6,), (3, 2), (2, 2, 2), (4, 3), (1, 5)])


def _by_scipy(problem):
    """The full program through scipy, as a second opinion."""
    from scipy.optimize import linprog

    lp = MechanismProgram(problem.to_float()).full()
    matrix, low, high = lp.matrix.to_scipy(), lp.row_lower, lp.row_upper
    equal = low == high
    above, below = ~equal & np.isfinite(high), ~equal & np.isfinite(low)
    from scipy.sparse import vstack

    result = linprog(
        -lp.objective,
        A_ub=vstack([matrix[above], -matrix[below]]),
        b_ub=np.concatenate([high[above], -low[below]]),
        A_eq=matrix[equal],
        b_eq=low[equal],
        bounds=np.column_stack([lp.lower, lp.upper]),
    )
    return result.status, -result.fun if result.status == 0 else None


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    shape=SHAPES,
    transfers=st.integers(0, 2),
    incentives=st.sampled_from(["bayesian", "dominant_strategy"]),
    participation=st.sampled_from(["interim", "ex_post", "none"]),
)
def test_lazy_equals_full_equals_scipy(seed, shape, transfers, incentives, participation):
    problem = random_problem(
        np.random.default_rng(seed),
        shape,
        2,
        transfers,
        incentive_compatibility=incentives,
        participation=participation,
    )
    status, value = _by_scipy(problem)
    for method in ("lazy_constraints", "full_program"):
        solution = solve(problem, method=method)
        assert solution.verified
        if status == 0:
            assert solution.solved
            assert solution.results["value"] == pytest.approx(value, rel=1e-6, abs=1e-6)
        else:
            assert status == 2
            assert solution.termination is Termination.INFEASIBLE


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), shape=SHAPES, incentives=st.sampled_from(["bayesian", "dominant_strategy", "none"]))
def test_exact_lazy_equals_exact_full(seed, shape, incentives):
    problem = random_problem(np.random.default_rng(seed), shape, 2, 1, exactly=True, incentive_compatibility=incentives)
    lazy, full = (solve(problem, method=m, exact=True) for m in ("lazy_constraints", "full_program"))
    assert lazy.termination is full.termination
    assert lazy.verified
    assert full.verified
    if lazy.solved:
        assert lazy.results["value"] == full.results["value"]
        assert isinstance(lazy.results["value"], Fraction)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), shape=SHAPES)
def test_free_transfers_end_optimal_unbounded_or_infeasible_with_proof(seed, shape):
    """Without budgets transfers are free, and the first programs may be unbounded where the problem is not."""
    problem = replace(random_problem(np.random.default_rng(seed), shape, 2, 2), budgets=())
    status, value = _by_scipy(problem)
    solution = solve(problem)
    assert solution.verified
    expected = {0: Termination.SOLVED, 2: Termination.INFEASIBLE, 3: Termination.UNBOUNDED}
    if status in expected:
        assert solution.termination is expected[status]
    if status == 0:
        assert solution.results["value"] == pytest.approx(value, rel=1e-6, abs=1e-6)
