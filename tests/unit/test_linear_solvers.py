"""Linear programs with answers known from textbooks and papers, by every method."""

import dataclasses
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest

from gametheory.linear import FarkasRay, LinearProgram, PrimalDual, SparseMatrix, UnboundedRay, highs, pulp_solver
from gametheory.linear import exact as exact_layer
from gametheory.linear.verify import verify
from gametheory.solution import Termination
from gametheory.solvers import Options

METHODS = {"highs": highs.solve, "pulp": pulp_solver.solve, "exact_simplex": exact_layer.solve}


@pytest.fixture(params=METHODS)
def method(request):
    return METHODS[request.param]


@pytest.fixture(params=[True, False], ids=["exact", "float"])
def exact(request):
    return request.param


def solved(lp, method, exact, termination=Termination.SOLVED):
    lp = lp if exact else lp.to_float()
    outcome = method(lp, Options(exact=exact))
    assert outcome.termination is termination, outcome.message
    assert outcome.exact is exact
    assert outcome.answer.proves is termination
    certificate = verify(lp, outcome.answer, exact=exact)
    assert certificate.ok, certificate
    return outcome.answer


def agrees(values, expected, exact):
    expected = [Fraction(v) for v in expected]
    if exact:
        return values.tolist() == expected
    return np.allclose(values, [float(v) for v in expected], rtol=1e-6, atol=1e-6)


# name: program, primal, duals, objective
TEXTBOOK = {
    # Hillier and Lieberman, Introduction to Operations Research: the Wyndor Glass Co. problem.
    "wyndor": (
        LinearProgram.build("max", [3, 5], at_most=([[1, 0], [0, 2], [3, 2]], [4, 12, 18])),
        [2, 6],
        [0, "3/2", 1],
        36,
    ),
    # Bertsimas and Tsitsiklis, Introduction to Linear Optimization, example 3.5.
    "bertsimas_tsitsiklis": (
        LinearProgram.build("min", [-10, -12, -12], at_most=([[1, 2, 2], [2, 1, 2], [2, 2, 1]], [20, 20, 20])),
        [4, 4, 4],
        ["-18/5", "-8/5", "-8/5"],
        -136,
    ),
    # Chvatal, Linear Programming, chapter 1.
    "chvatal": (
        LinearProgram.build("max", [5, 4, 3], at_most=([[2, 3, 1], [4, 1, 2], [3, 4, 2]], [5, 11, 8])),
        [2, 0, 1],
        [1, 0, 1],
        13,
    ),
    # Dantzig's transport problem from Seattle and San Diego (cost 90 dollars per case and thousand miles).
    "transport": (
        LinearProgram.build(
            "min",
            ["0.225", "0.153", "0.162", "0.225", "0.162", "0.126"],
            at_most=([[1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1]], [350, 600]),
            at_least=([[1, 0, 0, 1, 0, 0], [0, 1, 0, 0, 1, 0], [0, 0, 1, 0, 0, 1]], [325, 300, 275]),
        ),
        None,
        None,
        "153.675",
    ),
}


@pytest.mark.parametrize("name", TEXTBOOK)
def test_textbook(name, method, exact):
    lp, primal, dual, objective = TEXTBOOK[name]
    answer = solved(lp, method, exact)
    assert agrees(np.array([answer.objective]), [objective], exact)
    if primal is not None:
        assert agrees(answer.primal, primal, exact)
        assert agrees(answer.row_dual, dual, exact)


# Beale (1955), in the form of Gass: optimum -1/20 at (1/25, 0, 1, 0).
BEALE_ROWS = [["0.25", -60, "-0.04", 9], ["0.5", -90, "-0.02", 3], [0, 0, 1, 0]]
BEALE_COSTS = ["-0.75", 150, "-0.02", 6]
BEALE = LinearProgram.build("min", BEALE_COSTS, at_most=(BEALE_ROWS, [0, 0, 1]))


def hoffman():
    """Hoffman's example (1953) with angle 2 pi / 5 and w = 5, to 40 digits: columns 2.. are powers of a rotation."""
    with localcontext(prec=40):
        cosine = (Decimal(5).sqrt() - 1) / 4
        square, double, w = 1 - cosine**2, 2 * cosine**2 - 1, Decimal(5)
        first = [cosine, -w * cosine, double, -2 * w * cosine**2, double, 2 * w * cosine**2, cosine, w * cosine]
        second = [square / cosine / w, cosine, 2 * square / w, double, -2 * square / w, double]
        second += [-square / cosine / w, cosine]
        costs = [-(1 - cosine) / cosine, w, 0, 2 * w, 4 * square, -2 * w * double, 4 * square, w * (1 - 2 * cosine)]
    return [first, second, [0] * 8], costs


def cycles_under_the_textbook_rule(rows, costs):
    """Whether a tableau simplex from the slack basis returns to a basis: most negative cost, first of tied rows."""
    with localcontext(prec=60):
        small = Decimal("1e-30")
        slacks = np.eye(len(rows), dtype=int).tolist()
        table = [[Decimal(v) for v in (*slack, *row)] for slack, row in zip(slacks, rows, strict=True)]
        side, price = [Decimal(0), Decimal(0), Decimal(1)], [Decimal(0)] * len(rows) + [Decimal(v) for v in costs]
        basis, seen = list(range(len(rows))), set()
        while tuple(basis) not in seen:
            seen.add(tuple(basis))
            enter = min(range(len(price)), key=lambda j: (price[j].quantize(small), j))
            able = [i for i in range(len(rows)) if table[i][enter] > small]
            if price[enter] > -small or not able:
                return False
            out = min(able, key=lambda i: ((side[i] / table[i][enter]).quantize(small), basis[i]))
            pivot = table[out][enter]
            table[out], side[out] = [v / pivot for v in table[out]], side[out] / pivot
            for i in range(len(rows)):
                if i != out:
                    side[i] -= table[i][enter] * side[out]
                    table[i] = [a - table[i][enter] * b for a, b in zip(table[i], table[out], strict=True)]
            price = [a - price[enter] * b for a, b in zip(price, table[out], strict=True)]
            basis[out] = enter
    return True


def test_the_examples_do_cycle():
    assert cycles_under_the_textbook_rule(BEALE_ROWS, BEALE_COSTS)
    assert cycles_under_the_textbook_rule(*hoffman())


def test_beale_does_not_cycle(method, exact):
    answer = solved(BEALE, method, exact)
    assert agrees(np.array([answer.objective]), ["-1/20"], exact)
    assert agrees(answer.primal, ["1/25", 0, 1, 0], exact)


def test_hoffman_does_not_cycle(method, exact):
    rows, costs = hoffman()
    answer = solved(LinearProgram.build("min", costs, at_most=(rows, [0, 0, 1])), method, exact)
    assert agrees(np.array([answer.objective]), [0], exact)


@pytest.mark.parametrize("dimension", [3, 8])
def test_klee_minty(dimension, method, exact):
    # Chvatal's form: maximise sum 10**(n-j) x_j; the optimum is 100**(n-1) at (0, ..., 0, 100**(n-1)).
    n = dimension
    rows = [[2 * 10 ** (i - j) if j < i else int(i == j) for j in range(n)] for i in range(n)]
    lp = LinearProgram.build("max", [10 ** (n - 1 - j) for j in range(n)], at_most=(rows, [100**i for i in range(n)]))
    answer = solved(lp, method, exact)
    assert agrees(np.array([answer.objective]), [100 ** (n - 1)], exact)
    if exact:
        assert answer.primal.tolist() == [0] * (n - 1) + [100 ** (n - 1)]


def test_coefficients_of_1e19_and_1e_minus_12_in_one_problem(method, exact):
    # x >= (1 - 1e-12 y) / 1e19, and 1e19 y + 1e-12 x >= 1e5, so that y >= about 1e-14: cost 1e19 x + 1e-12 y = 1.
    matrix = [["1e19", "1e-12"], ["1e-12", "1e19"], ["1", "1"]]
    lp = LinearProgram.build("min", ["1e19", "1e-12"], at_least=(matrix, [1, "1e5", "1e-3"]))
    answer = solved(lp, method, exact)
    assert agrees(np.array([answer.objective]), [1], exact)


def test_tiny_coefficients_are_not_dropped(method, exact):
    # HiGHS drops 1e-10 by default, which would make this infeasible.
    answer = solved(LinearProgram.build("min", [1], at_least=([["1e-10"]], [3])), method, exact)
    assert agrees(answer.primal / 10**10, [3], exact)


def test_numbers_beyond_floats_are_solved_exactly():
    lp = LinearProgram.build("min", ["1e350", 1], at_least=([["1e-350", 1]], [1]), upper=[None, "1/2"])
    for method in (highs.solve, exact_layer.solve):
        outcome = method(lp, Options(exact=True))
        assert outcome.answer.primal.tolist() == [Fraction(10) ** 350 / 2, Fraction(1, 2)]
        assert verify(lp, outcome.answer, exact=True).ok


def test_free_variables_and_ranges(method, exact):
    # min x + y, 1 <= x + y <= 3, -2 <= x - y <= 5, x and y free: 1.
    lp = LinearProgram.build("min", [1, 1], between=([[1, 1], [1, -1]], [1, -2], [3, 5]), lower=None, constant=10)
    answer = solved(lp, method, exact)
    assert agrees(np.array([answer.objective]), [11], exact)
    assert agrees(answer.row_dual, [1, 0], exact)


EMPTY = {
    "nothing": (LinearProgram.build("min", []), 0),
    "no rows": (LinearProgram.build("max", [2, -3], upper=[5, None]), 10),
    "no columns": (LinearProgram("min", np.zeros(0), SparseMatrix.zeros(1, 0), [-1.0], [2.0], [], []), 0),
    "no entries": (LinearProgram.build("min", [1, 0], at_most=([[0, 0]], [3]), lower=[-2, None]), -2),
    "a free row": (LinearProgram.build("max", [1], between=([[1]], [None], [None]), upper=4), 4),
}


@pytest.mark.parametrize("name", EMPTY)
def test_programs_with_nothing_in_them(name, method, exact):
    lp, objective = EMPTY[name]
    answer = solved(lp.to_exact(), method, exact)
    assert agrees(np.array([answer.objective]), [objective], exact)


INFEASIBLE = {
    "two rows": LinearProgram.build("min", [1, 1], at_most=([[1, 1]], [1]), at_least=([[1, 2]], [3])),
    "equations": LinearProgram.build("max", [0, 1], equal=([[1, 1], [2, 2]], [1, 3]), lower=None),
    "crossed row": LinearProgram.build("min", [1], between=([[1]], [3], [2])),
    "crossed column": LinearProgram.build("min", [1], lower=3, upper=2),
    "empty row": LinearProgram.build("min", [1, 1], at_least=([[0, 0], [1, 1]], [3, 0])),
    "empty row above": LinearProgram.build("min", [1], at_most=([[0]], [-1])),
    "row against columns": LinearProgram.build("max", [1, 1], at_least=([[1, 1]], [5]), upper=2),
    "infeasible and its dual too": LinearProgram.build("max", [1, 1], at_most=([[1, -1], [-1, 1]], [-1, -1])),
    "no columns": LinearProgram("min", np.zeros(0), SparseMatrix.zeros(1, 0), [1.0], [2.0], [], []),
}


@pytest.mark.parametrize("name", INFEASIBLE)
def test_infeasible(name, method, exact):
    answer = solved(INFEASIBLE[name].to_exact(), method, exact, Termination.INFEASIBLE)
    assert isinstance(answer, FarkasRay)


UNBOUNDED = {
    "ray": LinearProgram.build("max", [1, 1], at_most=([[1, -1]], [1])),
    "free": LinearProgram.build("min", [1, 2], equal=([[1, 1]], [3]), lower=None),
    "no rows": LinearProgram.build("max", [1]),
    "needs a feasible point": LinearProgram.build(
        "min", [-1, 0, 1], at_least=([[1, 1, 1], [-1, 2, 0]], [7, 3]), at_most=([[0, 0, 1]], [5])
    ),
}


@pytest.mark.parametrize("name", UNBOUNDED)
def test_unbounded(name, method, exact):
    answer = solved(UNBOUNDED[name], method, exact, Termination.UNBOUNDED)
    assert isinstance(answer, UnboundedRay)


@pytest.mark.parametrize("sense", ["min", "max"])
@pytest.mark.parametrize("kind", ["at_most", "at_least", "equal"])
def test_dual_is_the_rate_of_change_of_the_objective(sense, kind, method, exact):
    """The written sign convention, checked by moving the bound and solving again."""
    # The row binds: it pulls x + 2y away from where the objective pulls it.
    direction = {"min": {"at_most": -1, "at_least": 1, "equal": 1}, "max": {"at_most": 1, "at_least": -1, "equal": 1}}
    sign = direction[sense][kind]

    def program(bound):
        return LinearProgram.build(
            sense, [3 * sign, 5 * sign], lower=None, upper=None, **{kind: ([[1, 2], [1, 1]], [bound, 1])}
        )

    lp, moved = program(4), program(Fraction(9, 2))
    base, other = solved(lp, method, exact), solved(moved, method, exact)
    rate = (other.objective - base.objective) * 2
    assert agrees(base.row_dual[:1], [2 * sign], exact)
    assert agrees(np.array([rate]), [2 * sign], exact)
    allowed = {"at_most": -1, "at_least": 1}.get(kind)
    if allowed is not None:
        assert base.row_dual[0] * allowed * (1 if sense == "min" else -1) > 0
    assert agrees(base.reduced_costs(lp if exact else lp.to_float()), [0, 0], exact)


@pytest.mark.parametrize("sense", ["min", "max"])
@pytest.mark.parametrize("side", ["lower", "upper"])
def test_reduced_cost_is_the_rate_of_change_of_the_objective(sense, side, method, exact):
    cost = {("min", "lower"): 3, ("min", "upper"): -3, ("max", "lower"): -3, ("max", "upper"): 3}[sense, side]

    def program(bound):
        return LinearProgram.build(
            sense,
            [cost, 1 if sense == "min" else -1],
            at_least=([[1, 1]], [-100]),
            lower=[bound if side == "lower" else None, 0],
            upper=[bound if side == "upper" else None, None],
        )

    base, moved = solved(program(2), method, exact), solved(program(3), method, exact)
    reduced = base.reduced_costs(program(2) if exact else program(2).to_float())
    assert agrees(reduced, [cost, 1 if sense == "min" else -1], exact)
    assert agrees(np.array([moved.objective - base.objective]), [cost], exact)


@pytest.mark.parametrize("name", [*TEXTBOOK, "beale", "ranges"])
def test_dual_program_has_the_same_optimum(name):
    extra = {
        "beale": BEALE,
        "ranges": LinearProgram.build(
            "max",
            [1, 2, 3],
            between=([[1, 1, 1], [1, -1, 0]], [None, -2], [4, 5]),
            lower=[1, None, -2],
            upper=[3, 2, 0],
        ),
    }
    lp = extra[name] if name in extra else TEXTBOOK[name][0]
    answer, of_dual = solved(lp, exact_layer.solve, True), solved(lp.dual(), exact_layer.solve, True)
    assert of_dual.objective == answer.objective
    again = solved(lp.dual().dual(), exact_layer.solve, True)
    assert again.objective == answer.objective
    # The dual's columns are shadow prices of the rows: they prove the same bound.
    prices = dict(zip(lp.dual().column_names, of_dual.primal, strict=True))
    row_dual = [
        sum((prices.get(f"{r}{end}", 0) for end in ("", ":lower", ":upper")), Fraction(0)) for r in lp.row_names
    ]
    assert verify(lp, PrimalDual(answer.primal, row_dual, answer.objective), exact=True).ok


def test_dual_program_in_floats_and_names():
    lp = LinearProgram.build(
        "min",
        [1.0, 2.0, 0.5],
        between=([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0]], [1.0, 2.0, None], [4.0, 2.0, None]),
        lower=[0.0, 1.0, None],
        upper=[None, 3.0, 0.0],
        row_names=["range", "equation", "free"],
        column_names=["x", "y", "z"],
    )
    dual = lp.dual()
    assert dual.sense == "max"
    assert list(dual.column_names) == ["range:lower", "range:upper", "equation", "y:lower", "y:upper"]
    assert list(dual.row_names) == ["x", "y", "z"]
    assert not dual.is_exact
    assert solved(dual, highs.solve, False).objective == pytest.approx(solved(lp, highs.solve, False).objective)


def test_crossing_by_rounding_is_no_contradiction_in_floats():
    lp = LinearProgram.build("min", [1.0, 1.0], between=([[1.0, 1.0]], [1.0 + 1e-12], [1.0]))
    assert solved(lp, highs.solve, False).objective == pytest.approx(1)
    assert solved(lp.to_exact(), highs.solve, True, Termination.INFEASIBLE)


def test_an_exact_program_solved_in_floats(method):
    lp = TEXTBOOK["wyndor"][0]
    outcome = method(lp, Options(exact=False))
    assert not outcome.exact
    assert outcome.answer.primal.dtype == np.float64
    assert verify(lp, outcome.answer, exact=False).ok


def test_size_limit_says_so(monkeypatch):
    lp = TEXTBOOK["wyndor"][0]
    monkeypatch.setattr(exact_layer, "EXACT_ENTRIES_LIMIT", 3)
    for method in (highs.solve, pulp_solver.solve):
        outcome = method(lp, Options(exact=True))
        assert not outcome.exact
        assert "beyond the exact limit of 3" in outcome.message
        assert verify(lp, outcome.answer, exact=False).ok


def test_size_limit_of_the_basis_says_so():
    rng = np.random.default_rng(0)
    lp = LinearProgram.build("max", rng.integers(1, 9, 12), at_most=(rng.integers(1, 9, (12, 12)), [50] * 12))
    outcome = highs.solve(lp, Options(exact=True))
    assert outcome.exact
    limited = exact_layer.solve_exactly(lp, highs.HighsSession(lp).solve().basis, largest_kernel=1)
    assert limited.termination is Termination.FAILED
    assert "beyond the exact limit of 1" in limited.message


def test_options_are_not_changed():
    options = Options(exact=True)
    highs.solve(TEXTBOOK["chvatal"][0], options)
    assert dataclasses.replace(options) == options
