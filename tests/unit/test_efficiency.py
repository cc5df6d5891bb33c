"""Interim incentive efficiency and its frontier on the paper's example, against enumeration and by hand."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

import gametheory as gt
from gametheory.mechanism import classics
from gametheory.mechanism.answers import Mechanism
from gametheory.mechanism.efficiency import is_interim_incentive_efficient
from gametheory.mechanism.frontier import efficient_frontier, sample_frontier
from gametheory.mechanism.polyhedron import extreme_points

F = Fraction
COSTS = dict(zip(("lb", "hb", "lg", "hg"), (10, 20, 30, 40), strict=True))
VALUES = dict(zip(COSTS, (30, 30, 50, 50), strict=True))


def dealer_problem():
    return gt.MechanismProblem.build(
        agents={"dealer": list(COSTS), "trader": None},
        prior={"dealer": ["2/5", "3/10", "1/5", "1/10"]},
        decisions={"Q": (0, 1)},
        utility={"dealer": {"Q": lambda t: -COSTS[t["dealer"]]}, "trader": {"Q": lambda t: VALUES[t["dealer"]]}},
        transfers={"Y": {"dealer": 1, "trader": -1}},
    )


def mechanism(quantities, payments):
    return Mechanism([F(q) for q in quantities], [F(y) for y in payments])


def test_both_mechanisms_of_the_paper_are_efficient():
    problem = dealer_problem()
    for quantities, payments in (
        ((1, "2/3", "1/6", "1/9"), (20, "50/3", "20/3", 5)),
        ((1, "1/2", "1/6", "1/6"), (20, 15, "25/3", "25/3")),
    ):
        found = is_interim_incentive_efficient(problem, mechanism(quantities, payments))
        assert found.efficient
        assert found.certificate.ok
        assert found.certificate.kind == "lp_duality"
        assert all(w > 0 for own in found.weights.values() for w in own.values())


def test_at_an_interior_point_the_weights_are_the_papers():
    """They are unique there up to scale: 1/10, 1/5, 1/2, 1/5 and 1."""
    found = is_interim_incentive_efficient(
        dealer_problem(), mechanism((1, "2/3", "1/6", "1/9"), (20, "50/3", "20/3", 5))
    )
    scale = found.weights["trader"]["trader"]
    assert [w / scale for w in found.weights["dealer"].values()] == [F(1, 10), F(1, 5), F(1, 2), F(1, 5)]


def test_a_dominated_mechanism_comes_with_a_better_one():
    problem = dealer_problem()
    poor = mechanism((F(1, 2), 0, 0, 0), (F(15, 2), 0, 0, 0))
    found = is_interim_incentive_efficient(problem, poor)
    assert not found.efficient
    assert gt.verify(problem, found.dominating, exact=True).ok
    now, then = poor.utilities(problem), found.dominating.utilities(problem)
    changes = [then[a][t] - u for a, own in now.items() for t, u in own.items()]
    assert min(changes) >= 0
    assert max(changes) > 0


def test_an_infeasible_mechanism_is_named():
    with pytest.raises(gt.VerificationError, match="incentive"):
        is_interim_incentive_efficient(dealer_problem(), mechanism((0, 1, 0, 0), (0, 25, 0, 0)))


def test_the_frontier_of_the_example():
    """Eighteen extreme points, nine of them efficient, and one maximal efficient face that holds these nine."""
    frontier = efficient_frontier(dealer_problem())
    assert len(frontier.mechanisms) == 18
    efficient = frontier.efficient_mechanisms
    assert len(efficient) == 9
    assert frontier.faces == (tuple(k for k, e in enumerate(frontier.efficient) if e.efficient),)
    listed = {tuple(m.decisions.ravel()) for m in efficient}
    half, third = F(1, 2), F(2, 3)
    assert listed == {
        (1, 1, 1, half),
        (1, 1, 1, 0),
        (1, 1, F(7, 11), F(7, 11)),
        (1, 1, 0, 0),
        (1, third, third, third),
        (1, 0, 0, 0),
    }
    for m in efficient:
        q, y = m.decisions.ravel(), m.transfers.ravel()
        u = {(t, s): y[s] - c * q[s] for t, c in enumerate((10, 20, 30, 40)) for s in range(4)}
        assert q[0] == 1
        assert all(u[t, t] == u[t, t + 1] for t in range(3))


def test_samples_lie_on_the_frontier():
    problem = dealer_problem()
    for point in sample_frontier(problem, 5, seed=3, exact=True):
        assert is_interim_incentive_efficient(problem, point.mechanism).efficient
    again = [p.utilities for p in sample_frontier(problem, 2, seed=3, exact=True)]
    assert again == [p.utilities for p in sample_frontier(problem, 5, seed=3, exact=True)][:2]


def test_two_sided_trade():
    problem = classics.bilateral_trade([0, 3], [2, 5])
    best = gt.solve(problem, exact=True).require().answer.mechanism
    assert is_interim_incentive_efficient(problem, best).efficient
    nothing = Mechanism(np.zeros((2, 2, 1), dtype=int), np.zeros((2, 2, 1), dtype=int))
    assert not is_interim_incentive_efficient(problem, nothing).efficient


@pytest.mark.parametrize("seed", range(6))
def test_extreme_points_against_all_bases(seed):
    """Every extreme point is the solution of a square system of tight constraints, and the other way round."""
    from gametheory.limits import Budget

    rng = np.random.default_rng(seed)
    n, m = 3, 5
    matrix, right = rng.integers(-4, 5, (m, n)), rng.integers(1, 9, m)
    program = gt.LinearProgram.build("max", [0] * n, at_most=(matrix, right), lower=0, upper=[4] * n)
    rows = np.vstack([matrix, -np.eye(n), np.eye(n)])
    bounds = np.concatenate([right, np.zeros(n), np.full(n, 4)])
    expected = set()
    for chosen in product(range(len(rows)), repeat=n):
        square = rows[list(chosen)]
        if len(set(chosen)) == n and abs(np.linalg.det(square)) > 1e-9:
            x = np.linalg.solve(square, bounds[list(chosen)])
            if (rows @ x <= bounds + 1e-9).all():
                expected.add(tuple(np.round(x, 6) + 0.0))
    found = {tuple(np.round(p.astype(float), 6) + 0.0) for p in extreme_points(program, Budget())}
    assert found == expected


def test_an_unbounded_set_is_refused():
    problem = classics.public_good([[0, 1], [0, 1]], 1)
    with pytest.raises(gt.RefusedError, match=r"unbounded|line"):
        efficient_frontier(problem)
