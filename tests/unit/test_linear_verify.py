from fractions import Fraction

import numpy as np
import pytest

from gametheory.errors import InputError
from gametheory.linear import DualBound, FarkasRay, LinearProgram, PrimalDual, UnboundedRay
from gametheory.linear.verify import verify

# Hillier and Lieberman, the Wyndor Glass problem: x = (2, 6), value 36, shadow prices (0, 3/2, 1).
WYNDOR = LinearProgram.build(
    "max",
    [3, 5],
    at_most=([[1, 0], [0, 2], [3, 2]], [4, 12, 18]),
    row_names=["plant1", "plant2", "plant3"],
    column_names=["doors", "windows"],
)


@pytest.mark.parametrize("exact", [True, False])
def test_textbook_optimum_passes(exact):
    certificate = verify(WYNDOR, PrimalDual([2, 6], [0, "3/2", 1], 36), exact=exact)
    assert certificate.ok
    assert certificate.kind == "lp_duality"
    assert certificate.exact is exact
    assert certificate.max_violation == 0
    assert certificate.checked > 0


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(
    ("primal", "dual", "objective", "constraint", "amount"),
    [
        ([2, "13/2"], [0, "3/2", 1], "77/2", "plant2: upper bound", 1),
        ([-1, 6], [0, "3/2", 1], 27, "doors: lower bound", 1),
        ([2, 6], [0, "-3/2", 1], 36, "plant2: dual sign", Fraction(3, 2)),
        ([2, 6], [0, "3/2", 0], 36, "doors: reduced cost sign", 3),
        ([2, 6], [0, "3/2", 1], 37, "objective", 1),
        ([2, 5], [0, "3/2", 1], 31, "duality gap", 5),
        ([2, 6], [1, "3/2", 1], 36, "duality gap", 4),
    ],
)
def test_wrong_answers_are_named(primal, dual, objective, constraint, amount, exact):
    certificate = verify(WYNDOR, PrimalDual(primal, dual, objective), exact=exact)
    assert not certificate.ok
    amounts = {v.constraint: v.amount for v in certificate.violations}
    assert constraint in amounts
    if exact:
        assert amounts[constraint] == amount
        assert certificate.max_violation == max(amounts.values())


def test_tiny_errors_pass_in_floats_only():
    answer = PrimalDual([2 + 1e-9, 6], [0, 1.5, 1.0], 36)
    assert verify(WYNDOR, answer, exact=False).ok
    assert not verify(WYNDOR, answer, exact=True).ok


def test_gap_is_measured_by_the_objective_not_by_its_terms():
    # CBC calls this optimal: the terms cancel to 100 where the optimum is 0.
    lp = LinearProgram.build("min", [1.0, 3.0], at_least=([[1.0, 1.0], [1.0, 3.0]], [1.0, 0.0]), lower=[0.0, None])
    certificate = verify(lp, PrimalDual([1e10, -3.3333333e9], [0.0, 1.0], 100.0), exact=False)
    assert [v.constraint for v in certificate.violations] == ["duality gap"]


def test_violations_are_the_worst_twenty():
    n = 50
    lp = LinearProgram.build("min", np.zeros(n), equal=(np.eye(n), np.zeros(n)))
    certificate = verify(lp, PrimalDual(np.arange(n, dtype=float), np.zeros(n), 0.0), exact=True)
    assert len(certificate.violations) == 20
    assert certificate.violations[0].constraint == "r49: upper bound"
    assert certificate.max_violation == 49


INFEASIBLE = LinearProgram.build(
    "min", [1, 1], at_most=([[1, 1]], [1]), at_least=([[1, 2]], [3]), column_names=["x", "y"]
)


@pytest.mark.parametrize("exact", [True, False])
def test_farkas_ray(exact):
    # 2 (x + y) <= 2 and x + 2y >= 3 leave -x >= 1, against x >= 0.
    ray = FarkasRay([0, 1], [2, 0], [1, 0], [0, 0])
    certificate = verify(INFEASIBLE, ray, exact=exact)
    assert certificate.ok
    assert certificate.kind == "farkas_ray"
    by_rows = FarkasRay.from_row_multipliers(INFEASIBLE, np.array([Fraction(-2), Fraction(1)], dtype=object))
    assert [getattr(by_rows, k).tolist() for k in ("row_lower", "row_upper", "lower", "upper")] == [
        [0, 1],
        [2, 0],
        [1, 0],
        [0, 0],
    ]


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(
    ("ray", "constraint"),
    [
        (([0, 1], [1, 0], [0, 0], [0, 0]), "y: multipliers do not cancel"),
        (([0, 1], [3, 0], [2, 1], [0, 0]), "contradiction"),
        (([0, 0], [0, 0], [0, 0], [0, 0]), "contradiction"),
        (([0, -1], [-2, 0], [-1, 0], [0, 0]), "r0: upper multiplier sign"),
        (([-2, 1], [0, 0], [1, 0], [0, 0]), "r0: no lower bound"),
        (([0, 1], [2, 0], [0, 0], [-1, 0]), "x: upper multiplier sign"),
    ],
)
def test_wrong_farkas_rays_are_named(ray, constraint, exact):
    certificate = verify(INFEASIBLE, FarkasRay(*ray), exact=exact)
    assert not certificate.ok
    assert constraint in {v.constraint for v in certificate.violations}


@pytest.mark.parametrize("exact", [True, False])
def test_crossed_bounds_and_empty_rows_have_rays(exact):
    crossed = LinearProgram.build("min", [1], between=([[1]], [3], [2]))
    assert verify(crossed, FarkasRay([1], [1], [0], [0]), exact=exact).ok
    empty = LinearProgram.build("min", [1], at_least=([[0]], [3]))
    assert verify(empty, FarkasRay([1], [0], [0], [0]), exact=exact).ok
    free = LinearProgram.build("min", [1], between=([[1]], [None], [None]))
    assert not verify(free, FarkasRay([1], [1], [0], [0]), exact=exact).ok


UNBOUNDED = LinearProgram.build("max", [1, 1], at_most=([[1, -1]], [1]), column_names=["x", "y"], row_names=["gap"])


@pytest.mark.parametrize("exact", [True, False])
def test_unbounded_ray(exact):
    certificate = verify(UNBOUNDED, UnboundedRay([1, 0], [1, 1]), exact=exact)
    assert certificate.ok
    assert certificate.kind == "unbounded_ray"


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(
    ("point", "ray", "constraint"),
    [
        ([2, 0], [1, 1], "gap: upper bound"),
        ([1, 0], [2, 1], "gap: ray leaves upper bound"),
        ([1, 0], [-1, 2], "x: ray leaves lower bound"),
        ([1, 0], [0, 0], "improvement"),
        ([1, 0], [-1, -1], "improvement"),
    ],
)
def test_wrong_unbounded_rays_are_named(point, ray, constraint, exact):
    certificate = verify(UNBOUNDED, UnboundedRay(point, ray), exact=exact)
    assert not certificate.ok
    assert constraint in {v.constraint for v in certificate.violations}


def test_ray_conditions_have_no_unit():
    # The ray leaves the bound by 1e-12 of its length: far more than rounding.
    lp = LinearProgram.build("max", [1.0], at_most=([[1e-12]], [5.0]))
    assert not verify(lp, UnboundedRay([0.0], [1.0]), exact=False).ok


@pytest.mark.parametrize("exact", [True, False])
def test_dual_bound(exact):
    # The price 5/2 on plant 2 and 3 on plant 1 prove 12 + 30 = 42.
    assert verify(WYNDOR, DualBound([3, "5/2", 0], 42), exact=exact).ok
    assert verify(WYNDOR, DualBound([3, "5/2", 0], 43), exact=exact).ok
    assert not verify(WYNDOR, DualBound([3, "5/2", 0], 41), exact=exact).ok
    assert not verify(WYNDOR, DualBound([0, "5/2", 0], 30), exact=exact).ok


def test_shapes_must_fit():
    with pytest.raises(InputError, match="'primal' of the answer has 1 values; the program needs 2"):
        verify(WYNDOR, PrimalDual([1], [0, 0, 0], 0), exact=True)
    with pytest.raises(InputError, match="no concept 'nash'"):
        verify(WYNDOR, PrimalDual([2, 6], [0, 0, 0], 0), exact=True, concept="nash")


@pytest.mark.parametrize(
    "answer",
    [
        PrimalDual([1, "1/3"], [2], 3),
        PrimalDual([1.0, 0.5], [2.0], 3.5),
        FarkasRay([1], [0], [1, 2], [0, 0]),
        UnboundedRay([1.0], [2.0]),
        DualBound(["1/7"], "2/3"),
    ],
)
def test_answers_survive_json(answer):
    def as_json(value):
        if isinstance(value, np.ndarray):
            return [as_json(v) for v in value.tolist()]
        return str(value) if isinstance(value, Fraction) else value

    data = answer.to_data()
    again = type(answer).from_data({k: as_json(v) for k, v in data.items()}).to_data()
    for key, value in data.items():
        assert np.array_equal(np.asarray(again[key]), np.asarray(value))
        assert type(again[key]) is type(value)


@pytest.mark.parametrize("broken", [None, {}, {"primal": [1]}, {"primal": "x", "row_dual": [1], "objective": 1}])
def test_malformed_answers_are_refused(broken):
    with pytest.raises(InputError):
        PrimalDual.from_data(broken)
    with pytest.raises(InputError):
        PrimalDual.from_data({"primal": [[1]], "row_dual": [1], "objective": 1})


@pytest.mark.parametrize("matrix", [[[1e200, -1e200]], [[1e200, 1.0]], [[1e108, 1e108]]])
def test_sums_beyond_floats_prove_nothing(matrix):
    # 1e200 (1e200) - 1e200 (1e200) is 0, not 1, but in floats it is no number at all
    lp = LinearProgram.build("min", [0.0, 0.0], equal=(matrix, [1.0]))
    point = PrimalDual([1e200, 1e200], [0.0], 0.0)
    assert not verify(lp, point, exact=True).ok
    certificate = verify(lp, point, exact=False)
    assert not certificate.ok
    assert np.isfinite(certificate.max_violation)


def test_a_bound_beyond_floats_proves_nothing():
    # the multipliers prove 1e400 - 3e400: infinity less infinity is not the gap 0
    lp = LinearProgram.build("min", [0.0], at_most=([[1.0]], [3e200]), at_least=([[1.0]], [1e200]))
    claim = PrimalDual([2e200], [-1e200, 1e200], 0.0)
    assert verify(lp, PrimalDual([2e200], [0.0, 0.0], 0.0), exact=False).ok
    assert not verify(lp, claim, exact=True).ok
    assert not verify(lp, claim, exact=False).ok


@pytest.mark.parametrize("size", [1e160, 1e200])
def test_rays_beyond_floats_prove_nothing(size):
    # x = 0 satisfies a x + b y = 0: no multipliers are a contradiction, and no ray improves anything
    lp = LinearProgram.build("min", [0.0, 0.0], equal=([[size, -size]], [0.0]))
    assert not verify(lp, FarkasRay([size], [size], [size, 0], [0, size]), exact=False).ok
    assert not verify(lp, UnboundedRay([0.0, 0.0], [size, size]), exact=False).ok
