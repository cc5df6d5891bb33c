"""Random linear programs against Fourier-Motzkin elimination, against CBC, and against themselves."""

import math
from dataclasses import replace
from fractions import Fraction
from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gametheory.linear import LinearProgram, SparseMatrix, highs, pulp_solver
from gametheory.linear import exact as exact_layer
from gametheory.linear.basis import Basis
from gametheory.linear.mps import read_mps, write_mps
from gametheory.linear.verify import verify
from gametheory.solution import Termination
from gametheory.solvers import Options

METHODS = {"highs": highs.solve, "pulp": pulp_solver.solve, "exact_simplex": exact_layer.solve}

small = st.integers(-3, 3)
fraction = st.fractions(-3, 3, max_denominator=4)


@st.composite
def programs(draw, columns=3, rows=3, entries=small, bound=fraction):
    n, m = draw(st.integers(1, columns)), draw(st.integers(0, rows))
    matrix = draw(st.lists(st.lists(entries, min_size=n, max_size=n), min_size=m, max_size=m))

    def interval():
        kind = draw(st.sampled_from(["lower", "upper", "both", "equal", "none"]))
        first, second = draw(bound), draw(bound)
        low, high = min(first, second), max(first, second)
        return {"lower": (low, None), "upper": (None, high), "both": (low, high), "equal": (low, low)}.get(
            kind, (None, None)
        )

    sides = [interval() for _ in range(m)]
    bounds = [draw(st.sampled_from([(0, None), (0, 1), (None, None), (-1, 2), (None, 0)])) for _ in range(n)]
    return LinearProgram.build(
        draw(st.sampled_from(["min", "max"])),
        draw(st.lists(small, min_size=n, max_size=n)),
        between=(matrix, [s[0] for s in sides], [s[1] for s in sides]) if m else None,
        lower=[b[0] for b in bounds],
        upper=[b[1] for b in bounds],
        constant=draw(small),
    )


def eliminate(inequalities, place):
    """Fourier-Motzkin: what rows ``a'x <= b`` say once a variable is projected out."""
    above = [row for row in inequalities if row[place] > 0]
    below = [row for row in inequalities if row[place] < 0]
    kept = {row for row in inequalities if row[place] == 0}
    for up in above:
        for down in below:
            row = [u * -down[place] + d * up[place] for u, d in zip(up, down, strict=True)]
            divisor = reduce(math.gcd, (abs(v) for v in row), 0) or 1
            kept.add(tuple(v // divisor for v in row))
    return kept


def fourier_motzkin(lp):
    """Return ``infeasible``, ``unbounded`` or the optimal objective, by projecting the program on its objective."""
    n, rows = lp.columns, []
    dense, identity = lp.matrix.to_dense().tolist(), np.eye(n, dtype=int).tolist()
    for coefficients, low, high in zip(
        [*dense, *identity], [*lp.row_lower, *lp.lower], [*lp.row_upper, *lp.upper], strict=True
    ):
        if high != math.inf:
            rows.append([*coefficients, 0, high])
        if low != -math.inf:
            rows.append([*(-c for c in coefficients), 0, -low])
    sign = 1 if lp.sense == "min" else -1
    rows.append([*(sign * c for c in lp.objective), -1, 0])  # z >= sign c'x
    whole = set()
    for row in rows:
        scale = math.lcm(*(Fraction(v).denominator for v in row))
        whole.add(tuple(int(v * scale) for v in row))
    for place in range(n):
        whole = eliminate(whole, place)
    if any(row[n] == 0 and row[n + 1] < 0 for row in whole):
        return "infeasible"
    ends = [Fraction(row[n + 1], row[n]) for row in whole if row[n] < 0]
    return sign * max(ends) + lp.constant if ends else "unbounded"


def outcome_of(lp, method, exact):
    outcome = method(lp if exact else lp.to_float(), Options(exact=exact))
    certificate = verify(lp, outcome.answer, exact=exact)
    assert certificate.ok, (outcome, certificate)
    assert outcome.exact is exact
    if outcome.termination is Termination.SOLVED:
        return outcome.answer.objective
    return outcome.termination.value.lower()


def same(found, expected, exact):
    if exact or isinstance(found, str) or isinstance(expected, str):
        return found == expected
    return abs(found - float(expected)) <= 1e-6 * max(1.0, abs(float(expected)))


def test_elimination_is_right_where_the_answer_is_known():
    lp = LinearProgram.build("max", [3, 5], at_most=([[1, 0], [0, 2], [3, 2]], [4, 12, 18]), constant=1)
    assert fourier_motzkin(lp) == 37
    assert fourier_motzkin(LinearProgram.build("min", [1], at_least=([[0]], [1]))) == "infeasible"
    assert fourier_motzkin(LinearProgram.build("max", [1, 0], at_most=([[1, -1]], [1]))) == "unbounded"


@pytest.mark.parametrize(("name", "examples"), [("highs", 200), ("exact_simplex", 200), ("pulp", 60)])
def test_agrees_with_elimination(name, examples):
    @settings(max_examples=examples, deadline=None)
    @given(programs())
    def check(lp):
        expected = fourier_motzkin(lp)
        for exact in (True, False):
            assert same(outcome_of(lp, METHODS[name], exact), expected, exact)

    check()


@settings(max_examples=60, deadline=None)
@given(programs(columns=8, rows=8))
def test_methods_agree_on_larger_programs(lp):
    by_pivots = outcome_of(lp, exact_layer.solve, True)
    assert outcome_of(lp, highs.solve, True) == by_pivots
    assert same(outcome_of(lp, highs.solve, False), by_pivots, False)
    assert same(outcome_of(lp, pulp_solver.solve, False), by_pivots, False)


@settings(max_examples=100, deadline=None)
@given(programs(columns=5, rows=5), st.randoms(use_true_random=False))
def test_any_hint_leads_to_the_answer(lp, random):
    hint = Basis(
        np.array([random.randrange(4) for _ in range(lp.columns)], dtype=np.int8),
        np.array([random.randrange(4) for _ in range(lp.rows)], dtype=np.int8),
    )

    def from_hint(program, options):
        return exact_layer.solve_exactly(program, hint, options.budget)

    assert outcome_of(lp, from_hint, True) == outcome_of(lp, exact_layer.solve, True)


scales = st.sampled_from([Fraction(10) ** k for k in (-12, -6, 0, 6, 12, 19)])


@settings(max_examples=60, deadline=None)
@given(programs(), st.lists(scales, min_size=3, max_size=3), st.lists(scales, min_size=3, max_size=3))
def test_units_do_not_matter(lp, of_rows, of_columns):
    """Rows and columns in other units, many powers of ten apart, leave the objective as it is."""
    row, column = np.array(of_rows[: lp.rows], dtype=object), np.array(of_columns[: lp.columns], dtype=object)
    entries = lp.matrix.data * row[lp.matrix.entry_rows] * column[lp.matrix.indices]
    scaled = replace(
        lp,
        matrix=SparseMatrix.from_coo(lp.matrix.entry_rows, lp.matrix.indices, entries, lp.matrix.shape),
        objective=lp.objective * column,
        row_lower=lp.row_lower * row,
        row_upper=lp.row_upper * row,
        lower=lp.lower / column,
        upper=lp.upper / column,
    )
    assert outcome_of(scaled, highs.solve, True) == outcome_of(lp, exact_layer.solve, True)


@settings(max_examples=100, deadline=None)
@given(programs(columns=4, rows=4))
def test_dual_program_has_the_same_optimum(lp):
    found = outcome_of(lp, exact_layer.solve, True)
    of_dual = outcome_of(lp.dual(), exact_layer.solve, True)
    if isinstance(found, Fraction):
        assert of_dual == found
    elif found == "unbounded":
        assert of_dual == "infeasible"
    else:
        assert of_dual in ("infeasible", "unbounded")


@settings(max_examples=100, deadline=None)
@given(programs(columns=4, rows=4, bound=st.decimals(-3, 3, places=2).map(Fraction)))
def test_mps_files_hold_the_program(tmp_path_factory, lp):
    path = tmp_path_factory.mktemp("mps") / "program.mps"
    for program in (lp, lp.to_float()):
        write_mps(program, path)
        again, expected = read_mps(path), program.to_exact()
        assert again.sense == lp.sense
        for part in ("objective", "row_lower", "row_upper", "lower", "upper"):
            assert getattr(again, part).tolist() == getattr(expected, part).tolist()
        assert np.array_equal(again.matrix.to_dense(), expected.matrix.to_dense())
        assert again.constant == expected.constant
        assert list(again.row_names) == list(lp.row_names)
        assert list(again.column_names) == list(lp.column_names)
