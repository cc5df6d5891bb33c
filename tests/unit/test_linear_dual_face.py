from fractions import Fraction

import numpy as np
import pytest

from gametheory.errors import UnsolvedError, UsageError
from gametheory.linear import LinearProgram, PrimalDual
from gametheory.linear.dual_face import dual_face, dual_is_unique, dual_range, extreme_dual
from gametheory.linear.highs import solve
from gametheory.linear.verify import verify
from gametheory.solvers import Options


def optimum(lp, exact):
    lp = lp if exact else lp.to_float()
    return lp, solve(lp, Options(exact=exact)).answer


def maximise(costs, rows, sides, lower=0):
    return LinearProgram.build("max", costs, at_most=(rows, sides), lower=lower)


# name: program, range of each row's price, unique
KNOWN = {
    # The same constraint twice, and once doubled: any split of the price 1.
    "repeated": (maximise([1, 1], [[1, 1], [1, 1], [2, 2]], [1, 1, 2]), [(0, 1), (0, 1), (0, "1/2")], False),
    "regular": (
        maximise([3, 5], [[1, 0], [0, 2], [3, 2]], [4, 12, 18]),
        [(0, 0), ("3/2", "3/2"), (1, 1)],
        True,
    ),
    # Three lines through (1, 1): prices (1 - t, 1 - t, t) for t in [0, 1].
    "three lines": (maximise([1, 1], [[1, 0], [0, 1], [1, 1]], [1, 1, 2]), [(0, 1), (0, 1), (0, 1)], False),
    # Prices y0 + y1 + y2 = 1 with y1 >= y2, because the second column stands at 0.
    "with a sign": (
        maximise([1, 0], [[1, 0], [1, 1], [1, -1]], [0, 0, 0], [None, 0]),
        [(0, 1), (0, 1), (0, "1/2")],
        False,
    ),
    "one price": (maximise([1], [[1], [1]], [1, 2]), [(1, 1), (0, 0)], True),
    "endless": (
        LinearProgram.build("min", [1], equal=([[1], [1]], [1, 1])),
        [(-np.inf, np.inf), (-np.inf, np.inf)],
        False,
    ),
    "half endless": (LinearProgram.build("min", [1], equal=([[1]], [0])), [(-np.inf, 1)], False),
    # A whole line of optimal points, but one price.
    "many points": (LinearProgram.build("min", [1, 1], at_least=([[1, 1]], [0]), lower=None), [(1, 1)], True),
    # Degenerate: three rows meet at the origin of the plane, and only one of them can have a price.
    "degenerate and unique": (
        maximise([1, 0], [[1, 0], [1, 1], [-1, 1]], [0, 0, 0], None),
        [(1, 1), (0, 0), (0, 0)],
        True,
    ),
}


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("name", KNOWN)
def test_ranges_and_uniqueness(name, exact):
    program, ranges, unique = KNOWN[name]
    lp, answer = optimum(program, exact)
    assert dual_is_unique(lp, answer) is unique
    for row, ends in enumerate(ranges):
        expected = [Fraction(e) if isinstance(e, str) else e for e in ends]
        found = dual_range(lp, answer, row)
        assert found == tuple(expected) if exact else np.allclose(found, [float(e) for e in expected])
    assert dual_range(lp, answer, "r0") == dual_range(lp, answer, 0)


@pytest.mark.parametrize("exact", [True, False])
def test_extreme_prices_are_optimal_prices(exact):
    lp, answer = optimum(KNOWN["repeated"][0], exact)
    for weights in ([1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 2, 3]):
        prices = extreme_dual(lp, answer, weights)
        assert verify(lp, PrimalDual(answer.primal, prices, answer.objective), exact=exact).ok
    assert list(extreme_dual(lp, answer, [0, 1, 0])) == [0, 1, 0]
    endless, found = optimum(KNOWN["endless"][0], exact)
    assert extreme_dual(endless, found, [1, 0]) is None


def test_minimisation_and_maximisation_have_one_face():
    lp = LinearProgram.build("max", [1, 1], at_most=([[1, 1], [1, 1]], [1, 1]), lower=["1/4", 0], upper=[None, 3])
    opposite = LinearProgram.build(
        "min", [-1, -1], at_most=([[1, 1], [1, 1]], [1, 1]), lower=["1/4", 0], upper=[None, 3]
    )
    (lp, answer), (opposite, other) = optimum(lp, True), optimum(opposite, True)
    assert dual_range(lp, answer, 0) == (0, 1)
    assert dual_range(opposite, other, 0) == (-1, 0)
    assert dual_face(lp, answer).column_names[1] == "r1"


def test_a_point_that_is_not_optimal_is_refused():
    lp = KNOWN["regular"][0]
    with pytest.raises(UnsolvedError, match="INFEASIBLE"):
        dual_range(lp, PrimalDual([0, 0], [0, 0, 0], 0), 1)
    with pytest.raises(UsageError, match="3 values; the program has 2"):
        dual_range(lp, PrimalDual([0, 0, 0], [0, 0, 0], 0), 1)
