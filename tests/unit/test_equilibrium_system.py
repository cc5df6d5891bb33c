"""Systems of equilibrium conditions: textbook equilibria, corners, proofs that a root is near."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gametheory as gt
from gametheory.equilibrium.expressions import Formula, IrrationalError, Slope
from gametheory.equilibrium.verify_system import krawczyk
from gametheory.errors import InputError, UsageError
from gametheory.solution import Termination


def market(**changes):
    """Linear demand and supply: price 3, quantity 4."""
    given = {"unknowns": ["p", "q"], "residuals": ["10 - 2*p - q", "q - 1 - p"], "start": [1, 1], **changes}
    return gt.EquilibriumSystem(**given)


@pytest.mark.parametrize("method", ["newton", "scipy"])
def test_demand_meets_supply_exactly(method):
    solution = gt.solve(market(), method=method, exact=True).require()
    assert solution.exact
    assert solution.certificate.exact
    assert solution.answer.values == {"p": Fraction(3), "q": Fraction(4)}


def test_an_irrational_root_is_a_float_with_a_proof_that_a_root_is_near():
    solution = gt.solve(gt.EquilibriumSystem(["x"], ["x**2 - 2"], lower=[0]), exact=True).require()
    assert not solution.exact
    assert solution.answer["x"] == pytest.approx(2**0.5, rel=1e-15)
    assert "proved by interval arithmetic" in solution.certificate.note


def test_the_interval_test_rejects_a_point_with_no_root_near():
    system = gt.EquilibriumSystem(["x"], ["x**2 + 1/1000000"])
    assert not krawczyk(system, [0.0], [0], 1e-7)
    assert not krawczyk(gt.EquilibriumSystem(["x"], ["x - 1"]), [1.1], [0], 1e-7)


@pytest.mark.parametrize("method", ["newton", "scipy", "fixed_point"])
def test_a_fixed_point_by_every_method(method):
    solution = gt.solve(gt.EquilibriumSystem(["x"], ["x - exp(-x)"], start=["1/2"]), method=method).require()
    assert solution.answer["x"] == pytest.approx(0.5671432904097838, abs=1e-15)  # the omega constant


@pytest.mark.parametrize("method", ["newton", "fixed_point", "scipy"])
def test_a_corner_may_leave_its_residual_positive(method):
    system = gt.EquilibriumSystem(["x", "y"], ["x + 1", "y - 1/2"], lower=[0, 0], upper=[1, 1], complementary=True)
    solution = gt.solve(system, method=method).require()
    assert solution.answer["x"] == pytest.approx(0, abs=1e-9)
    assert solution.answer["y"] == pytest.approx(0.5)


def test_a_root_far_from_its_bound_is_found():
    system = gt.EquilibriumSystem(["x"], ["1 - a/x**2"], {"a": "1e40"}, lower=[0], start=["1.5e20"], complementary=True)
    assert gt.solve(system, method="newton").require().answer["x"] == pytest.approx(1e20, rel=1e-12)


def test_without_complementarity_there_is_no_such_corner():
    solution = gt.solve(gt.EquilibriumSystem(["x"], ["x + 1"], lower=[0]))
    assert solution.termination is Termination.FAILED
    assert solution.certificate.violations[0].constraint == "residual of x"


def test_a_system_of_functions_is_solved_and_not_saved():
    system = gt.EquilibriumSystem(["x", "y"], lambda x: [x[0] * x[1] - 2, x[0] - 2 * x[1]], start=[1.0, 1.0])
    solution = gt.solve(system).require()
    assert solution.answer["y"] == pytest.approx(1)
    with pytest.raises(UsageError, match="cannot be saved"):
        solution.to_json()


def test_a_wrong_root_is_refused_by_name():
    certificate = gt.verify(market(), gt.Root({"p": 3, "q": 5}))
    assert not certificate.ok
    assert {v.constraint for v in certificate.violations} == {"residual of p", "residual of q"}
    assert certificate.max_violation == 1


def test_a_limit_is_a_termination():
    assert gt.solve(market(), iterations=1).termination in (Termination.LIMIT, Termination.SOLVED)
    slow = gt.EquilibriumSystem(["x"], ["x - exp(-x)"])
    assert gt.solve(slow, method="fixed_point", iterations=3).termination is Termination.LIMIT


@pytest.mark.filterwarnings("error")
def test_an_iteration_that_diverges_is_a_failure_and_no_warning():
    runaway = gt.EquilibriumSystem(["x"], ["x**2 + 1"])  # x <- x - x^2 - 1 runs off to minus infinity
    solution = gt.solve(runaway, method="fixed_point")
    assert solution.termination is Termination.FAILED
    assert "diverges" in solution.message


def test_a_saved_system_is_checked_from_its_file(tmp_path):
    gt.solve(market(), exact=True).save(tmp_path / "market.json")
    assert gt.verify_file(tmp_path / "market.json").ok
    assert gt.load_solution(tmp_path / "market.json").form == market()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"residuals": ["p"]}, "'residuals' has 1 entries; 2 are needed"),
        ({"residuals": ["p", "z"]}, "unknown name 'z'"),
        ({"residuals": ["p", "__import__('os')"]}, "may not stand|no function"),
        ({"residuals": ["p", "p if q else 1"]}, "may not stand"),
        ({"residuals": ["p", "p.real"]}, "may not stand"),
        ({"residuals": ["p", "q**1000"]}, "power above"),
        ({"residuals": ["p", "(" * 300 + "q" + ")" * 300]}, "formula|nested"),
        ({"unknowns": ["p", "p"]}, "is taken"),
        ({"unknowns": ["p", "exp"]}, "is taken"),
        ({"lower": [2, 0], "upper": [1, 1]}, "cross"),
        ({"constants": {"q": 1}}, "is taken"),
        ({"start": ["nan", 1]}, "not a finite number"),
    ],
)
def test_malformed_systems_are_refused(changes, said):
    with pytest.raises(InputError, match=said):
        market(**changes)


def test_malformed_data_is_refused():
    for data in ({}, {"unknowns": 3}, {"unknowns": ["x"], "residuals": [1]}, {"unknowns": ["x"], "residuals": "x"}):
        with pytest.raises(InputError):
            gt.EquilibriumSystem.from_data(data)


@given(
    st.fractions(-5, 5, max_denominator=9),
    st.fractions(-5, 5, max_denominator=9),
    st.fractions(1, 5, max_denominator=9),
)
def test_formulas_agree_in_every_arithmetic(x, y, c):
    formula = Formula("(x - 2*y)**3 / c - x*y + c", ("x", "y", "c"))
    exact = formula({"x": x, "y": y, "c": c})
    assert exact == (x - 2 * y) ** 3 / c - x * y + c
    floats = {"x": np.float64(float(x)), "y": np.array([float(y)] * 2), "c": float(c)}
    assert formula(floats) == pytest.approx([float(exact)] * 2, abs=1e-9)
    from gametheory.equilibrium.expressions import interval

    ball = formula({"x": interval(x), "y": interval(y), "c": interval(c)})
    assert ball.overlaps(interval(exact))
    assert float(ball.rad()) < 1e-11


@given(st.fractions(-3, 3, max_denominator=7))
def test_slopes_are_exact_derivatives(x):
    slope = Formula("(x**2 + 1) / (x**2 + 2) - 3*x", ("x",))({"x": Slope.variables([x])[0]}).slopes[0]
    assert slope == 2 * x / (x**2 + 2) ** 2 - 3


def test_fractions_stay_fractions_or_are_refused():
    assert Formula("sqrt(x)", ("x",))({"x": Fraction(9, 4)}) == Fraction(3, 2)
    assert Formula("x * 0.1", ("x",))({"x": Fraction(1)}) == Fraction(1, 10)
    with pytest.raises(IrrationalError):
        Formula("sqrt(x)", ("x",))({"x": Fraction(2)})
