"""Mediated games against published values, closed forms, and a program written from the definition."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

import gametheory as gt
from gametheory.mechanism.communication import CommunicationMechanism, CommunicationProblem
from gametheory.mechanism.communication.cases import (
    bayes_correlated_equilibrium,
    bayesian_persuasion,
    correlated_equilibrium,
    moral_hazard,
)
from gametheory.strategic import StrategicGame

F = Fraction
CHICKEN = StrategicGame.from_arrays([[6, 2], [7, 0]], [[6, 7], [2, 0]])


def value(problem, **options):
    return gt.solve(problem, exact=True, **options).require().results["value"]


def test_the_prosecutor_convicts_six_times_in_ten():
    """Kamenica and Gentzkow (2011), the leading example: prior 0.3, conviction with probability 0.6."""
    problem = bayesian_persuasion(
        {"innocent": "7/10", "guilty": "3/10"}, ["acquit", "convict"], [[0, 1], [0, 1]], [[1, 0], [0, 1]]
    )
    solution = gt.solve(problem, exact=True).require()
    assert solution.results["value"] == F(3, 5)
    assert solution.certificate.kind == "communication_duality"
    assert solution.certificate.exact
    assert solution.results["probabilities"]["innocent:convict"] == F(3, 7)


def test_chicken():
    """Aumann (1974): (5.25, 5.25) is the best symmetric correlated equilibrium payoff."""
    assert value(correlated_equilibrium(CHICKEN)) == F(21, 2)


def test_a_weight_on_one_player():
    best = value(correlated_equilibrium(CHICKEN, [1, 0]))
    assert best == 7  # the pure equilibrium (second, first) is correlated, and 7 is the largest payoff of all
    assert value(correlated_equilibrium(CHICKEN, [[1, 0], [0, 0]])) == F(1, 2)


def correlated_by_scipy(game, coarse):
    """Return the largest sum of payoffs over (coarse) correlated equilibria, from the definition."""
    shape = game.shape
    profiles = list(np.ndindex(*shape))
    u = game.payoffs.astype(float)
    rows = []
    for i, n in enumerate(shape):
        for b in range(n):
            gains = [u[(i, *p)] - u[(i, *p[:i], b, *p[i + 1 :])] for p in profiles]
            if coarse:
                rows.append([-g for g in gains])
            else:
                rows.extend([[-g if p[i] == a else 0 for g, p in zip(gains, profiles, strict=True)] for a in range(n)])
    found = linprog(-u.sum(axis=0).ravel(), rows, np.zeros(len(rows)), np.ones((1, len(profiles))), [1])
    return -found.fun


@pytest.mark.parametrize("coarse", [False, True])
@pytest.mark.parametrize("shape", [(2, 2), (3, 4), (2, 3, 2)])
def test_correlated_equilibrium_against_the_definition(shape, coarse):
    rng = np.random.default_rng(11)
    for _ in range(5):
        game = StrategicGame.from_arrays(*rng.integers(-9, 10, (len(shape), *shape)))
        expected = correlated_by_scipy(game, coarse)
        assert float(value(correlated_equilibrium(game, coarse=coarse))) == pytest.approx(expected, abs=1e-8)


def test_moral_hazard_with_limited_liability():
    """A risk-neutral agent who cannot pay: the wage after success is cost / (difference of chances) = 2."""
    problem = moral_hazard(
        {"shirk": 0, "work": 1},
        {"failure": 0, "success": 10},
        [["3/4", "1/4"], ["1/4", "3/4"]],
        {str(w): (w, w) for w in range(4)},
        outside=0,
    )
    solution = gt.solve(problem, exact=True).require()
    assert solution.results["value"] == F(3, 4) * (10 - 2)
    assert solution.results["expected_utility"] == {"agent": F(1, 2)}


def test_a_risk_averse_agent_is_paid_the_cost_of_incentives():
    """With utility 0, 1, 2, 3 of wages 0, 1, 4, 9 the contract (0, 4) is the cheapest that makes work worth it."""
    problem = moral_hazard(
        {"shirk": 0, "work": 1},
        {"failure": 0, "success": 40},
        [["3/4", "1/4"], ["1/4", "3/4"]],
        {str(u): (u * u, u) for u in range(4)},
        outside=0,
    )
    assert value(problem) == F(3, 4) * (40 - 4)


def test_an_outside_option_nobody_can_meet_is_infeasible():
    problem = moral_hazard({"work": 1}, {"good": 5}, [[1]], {"low": (0, 0)}, outside=3)
    solution = gt.solve(problem, exact=True)
    assert solution.termination is gt.Termination.INFEASIBLE
    assert solution.verified


def random_problem(seed, **switches):
    rng = np.random.default_rng(seed)
    shape = (2, 2, 2, 2, 2, 3)  # states, types, types, decisions, actions, actions
    weights = rng.integers(1, 6, shape[:3])
    return CommunicationProblem(
        agents=("one", "two"),
        actions=(("a", "b"), ("a", "b", "c")),
        utility=rng.integers(-9, 10, (2, *shape)),
        objective=rng.integers(-9, 10, shape),
        types=(("s", "t"), ("s", "t")),
        states=("dry", "wet"),
        decisions=("left", "right"),
        prior=np.array([F(int(w), int(weights.sum())) for w in weights.ravel()], dtype=object).reshape(shape[:3]),
        **switches,
    )


def by_definition(problem):
    """Return the optimum over mechanisms that no lie followed by no rule of disobedience can beat, by scipy."""
    shape = problem.shape
    size = int(np.prod(shape))
    place = np.arange(size).reshape(shape)
    p = problem.prior.astype(float)
    seen = problem.decision_is_seen
    rows = []
    for i in range(2):
        u = problem.utility[i].astype(float)
        told = list(product(range(2), range(shape[4 + i]))) if seen else [(None, a) for a in range(shape[4 + i])]
        if problem.obedience == "none":
            rules = [None]
        elif problem.obedience == "before_recommendation":
            rules = [None, *(dict.fromkeys(told, b) for b in range(shape[4 + i]))]
        else:
            rules = [dict(zip(told, r, strict=True)) for r in product(range(shape[4 + i]), repeat=len(told))]
        for own, report in product(range(2), repeat=2):
            if report != own and problem.types_are == "known":
                continue
            for rule in rules:
                row = np.zeros(size)
                for w, other, d, a1, a2 in product(*(range(n) for n in (2, 2, 2, *shape[4:]))):
                    t = (own, other) if i == 0 else (other, own)
                    s = (report, other) if i == 0 else (other, report)
                    acts = [a1, a2]
                    weight = p[(w, *t)]
                    row[place[(w, *t, d, a1, a2)]] -= weight * u[(w, *t, d, a1, a2)]
                    if rule is not None:
                        acts[i] = rule[(d if seen else None, acts[i])]
                    row[place[(w, *s, d, a1, a2)]] += weight * u[(w, *t, d, *acts)]
                rows.append(row)
    sums = np.zeros((8, size))
    for k, at in enumerate(np.ndindex(2, 2, 2)):
        sums[k, place[at].ravel()] = 1
    aim = (problem.objective.astype(float) * p[..., None, None, None]).ravel()
    found = linprog(-aim, np.array(rows), np.zeros(len(rows)), sums, np.ones(8), method="highs")
    assert found.status in (0, 2)
    return None if found.status == 2 else -found.fun


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"decision_is_seen": False},
        {"types_are": "known"},
        {"obedience": "before_recommendation"},
        {"obedience": "none"},
    ],
    ids=str,
)
def test_against_every_lie_and_every_rule_of_disobedience(seed, switches):
    problem = random_problem(seed, **switches)
    expected = by_definition(problem)
    solution = gt.solve(problem)
    if expected is None:
        assert solution.termination is gt.Termination.INFEASIBLE
    else:
        assert solution.require().results["value"] == pytest.approx(expected, abs=1e-7)


def test_an_edited_mechanism_fails_and_names_the_rule():
    problem = random_problem(0)
    solution = gt.solve(problem).require()
    x = np.zeros(problem.shape)
    x[..., 0, 0, 0] = 1
    certificate = gt.verify(problem, CommunicationMechanism(x), exact=True)
    assert certificate.kind == "communication_incentives"
    assert certificate.ok == (not certificate.violations)
    worst = CommunicationMechanism(solution.answer.probabilities, None)
    assert gt.verify(problem, worst, exact=False).ok
    moved = solution.answer.probabilities.copy()
    moved[0, 0, 0] = np.roll(moved[0, 0, 0].ravel(), 1).reshape(moved[0, 0, 0].shape)
    broken = gt.verify(problem, CommunicationMechanism(moved), exact=False)
    assert not broken.ok
    assert broken.violations[0].constraint.split(":")[0] in ("honesty", "obedience")


def test_saving_and_loading(tmp_path):
    path = tmp_path / "chicken.json"
    gt.solve(correlated_equilibrium(CHICKEN), exact=True).save(path)
    assert gt.verify_file(path).ok
    path.write_text(path.read_text().replace('"21/2"', '"22/2"', 1))
    assert not gt.verify_file(path).ok


def test_bad_problems_are_named():
    with pytest.raises(gt.InputError, match="sums to"):
        bayesian_persuasion({"a": "1/2", "b": "1/3"}, ["x"], [[0], [0]], [[0], [0]])
    with pytest.raises(gt.InputError, match="fit"):
        bayes_correlated_equilibrium(["one"], [["x"]], [[1, 2, 3]], [[1]], [1], states=["only"])
    with pytest.raises(gt.InputError, match="effort 'work'"):
        moral_hazard({"work": 1}, {"bad": 0, "good": 1}, [["1/2", "1/3"]], {"low": (0, 0)}, outside=0)
    with pytest.raises(gt.InputError, match="utility"):
        CommunicationProblem(("one",), (("a",),), np.zeros((1, 7)), np.zeros((1, 1, 1, 1)))
    with pytest.raises(gt.InputError):
        CommunicationProblem.from_data({"agents": 3})


def test_float_likelihoods_may_be_rounded():
    chances = [[0.1, 0.2, 0.7], [0.7, 0.2, 0.1]]
    problem = moral_hazard({"low": 0, "high": 1}, {"a": 0, "b": 5, "c": 10}, chances, {"w": (0, 0), "x": (2, 3)}, 0)
    assert gt.solve(problem).require().results["value"] > 0
