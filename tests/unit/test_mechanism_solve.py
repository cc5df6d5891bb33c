"""Textbook problems, in floats and in fractions, by both methods."""

from fractions import Fraction

import numpy as np
import pytest

from gametheory.engine import solve
from gametheory.errors import InputError
from gametheory.mechanism import (
    BudgetConstraint,
    DecisionPolytope,
    InfeasibilityProof,
    MechanismBound,
    MechanismProblem,
    OptimalMechanism,
    UnboundedMechanism,
)
from gametheory.solution import Termination
from tests.mechanism_examples import auction, bargaining, public_good, screening, trade

PAPER_WEIGHTS = {"dealer": {"lb": "0.1", "hb": "0.2", "lg": "0.5", "hg": "0.2"}, "trader": 1}
CORRELATED = [["2/5", "1/10"], ["1/10", "2/5"]]

VALUES = [
    ("bargaining with the paper's weights: equation (17)", bargaining(weights=PAPER_WEIGHTS), 8),
    ("bargaining, most gains", bargaining(), Fraction(31, 2)),
    # Two bidders, values 1 and 2 equally likely: sell at 2 unless both say 1; virtual value of 1 is 0.
    ("auction", auction([1, 2]), Fraction(3, 2)),
    # Cremer and McLean: with correlated values the seller gets the whole surplus, 0.4 x 1 + 0.6 x 2.
    ("correlated auction", auction([1, 2], CORRELATED), Fraction(8, 5)),
    # Independent types: dominant strategies and ex post participation cost nothing (Manelli and Vincent).
    (
        "auction in dominant strategies",
        auction([1, 2], incentive_compatibility="dominant_strategy", participation="ex_post"),
        Fraction(3, 2),
    ),
    # ... but with correlated values they forgo the surplus of the high type next to a low one.
    (
        "correlated auction in dominant strategies",
        auction([1, 2], CORRELATED, incentive_compatibility="dominant_strategy", participation="ex_post"),
        Fraction(3, 2),
    ),
    # Three values, one bidder: a posted price of 2 sells with probability 2/3.
    ("posted price", auction([1, 2, 3], bidders=1), Fraction(4, 3)),
    ("trade on 5 points", trade(5), Fraction(1, 5)),
    ("trade on 7 points", trade(7), Fraction(15, 16) * Fraction(4, 21)),
    ("public good without participation", public_good(), Fraction(7, 9)),
    ("public good with participation", public_good(participation="interim"), Fraction(20, 27)),
]


@pytest.mark.parametrize("exact", [False, True], ids=["float", "exact"])
@pytest.mark.parametrize("method", ["lazy_constraints", "full_program"])
@pytest.mark.parametrize(("problem", "value"), [v[1:] for v in VALUES], ids=[v[0] for v in VALUES])
def test_values_known_from_theory(problem, value, method, exact):
    solution = solve(problem, method=method, exact=exact).require()
    assert solution.exact == exact
    assert solution.certificate.kind == "lp_duality"
    assert solution.certificate.exact == exact
    if exact:
        assert solution.results["value"] == value
    else:
        assert solution.results["value"] == pytest.approx(float(value), abs=1e-9)


@pytest.mark.parametrize(("points", "ratio"), [(5, 1), (7, 0.9375), (9, 0.9333), (13, 0.9066)])
def test_second_best_of_bilateral_trade(points, ratio):
    second = solve(trade(points)).require().results["value"]
    first = solve(trade(points, incentive_compatibility="none", participation="none")).require().results["value"]
    assert second / first == pytest.approx(ratio, abs=5e-5)


def test_without_incentives_the_efficient_trades_are_made():
    # P(v = i, c = j) = 1/25 on a grid of 5: mean of (v - c)+ is 1/5.
    solution = solve(trade(5, incentive_compatibility="none", participation="none"), exact=True).require()
    assert solution.results["value"] == Fraction(1, 5)
    assert solution.results["decisions"]["trade"]["0,1"] == 1
    assert solution.results["decisions"]["trade"]["1,0"] == 0


def test_auction_allocates_to_the_high_bidder_and_excludes_the_low():
    results = solve(auction([1, 2, 3]), exact=True).require().results
    # Uniform on 1, 2, 3: virtual values v - (1 - F)/f are 1 - 2, 2 - 1, 3.
    nobody = results["decisions"]["nobody"]
    assert nobody["v1,v1"] == 1
    assert nobody["v3,v1"] == 0
    assert results["decisions"]["bidder1"]["v3,v2"] == 1
    assert results["value"] == Fraction(5 * 3 + 3 * 1, 9)


def test_screening_two_goods_needs_distant_constraints():
    problem = screening(6, np.random.default_rng(3))
    lazy = solve(problem, method="lazy_constraints").require()
    full = solve(problem, method="full_program").require()
    assert lazy.results["value"] == pytest.approx(full.results["value"], abs=1e-9)
    # one good at a time, optimal price each: a lower bound that bundling beats
    values, weight = np.linspace(0, 1, 6), problem.prior.reshape(6, 6)
    separate = sum(max(v * weight.sum(axis=1 - g)[values >= v].sum() for v in values) for g in (0, 1))
    assert lazy.results["value"] > separate + 1e-3
    deviations = lazy.results["alpha"]["buyer"]
    distances = [
        max(abs(int(a) - int(b)) for a, b in zip(s.split(","), t.split(","), strict=True))
        for s, t in (key.split("|") for key in deviations)
    ]
    assert max(distances) > 1


@pytest.mark.parametrize("exact", [False, True], ids=["float", "exact"])
@pytest.mark.parametrize("method", ["lazy_constraints", "full_program"])
def test_infeasible_is_proved(method, exact):
    # The trader must be given more than all there is.
    problem = bargaining(outside={"trader": 100})
    solution = solve(problem, method=method, exact=exact)
    assert solution.termination is Termination.INFEASIBLE
    assert isinstance(solution.answer, InfeasibilityProof)
    assert solution.verified
    assert solution.certificate.kind == "farkas_ray"
    assert solution.certificate.exact == exact


@pytest.mark.parametrize("exact", [False, True], ids=["float", "exact"])
@pytest.mark.parametrize("method", ["lazy_constraints", "full_program"])
def test_unbounded_is_proved(method, exact):
    # Nobody can leave, so that the designer can charge any amount.
    problem = auction([1, 2], participation="none")
    solution = solve(problem, method=method, exact=exact)
    assert solution.termination is Termination.UNBOUNDED
    assert isinstance(solution.answer, UnboundedMechanism)
    assert solution.verified
    assert solution.certificate.exact == exact


def test_infeasible_only_through_incentives():
    # The good type must trade and the bad one must not, at one price, with equal tastes.
    problem = MechanismProblem.build(
        agents={"a": ["x", "y"]},
        decisions={"q": (0, 1)},
        utility={"a": {"q": 1}},
        budgets={
            "split": {
                "of": {"q": lambda t: 1 if t["a"] == "x" else -1},
                "sense": "=",
                "bound": lambda t: int(t["a"] == "x"),
            }
        },
    )
    solution = solve(problem, exact=True)
    assert solution.termination is Termination.INFEASIBLE
    assert solution.verified
    assert solve(
        MechanismProblem.from_data({**problem.to_data(), "incentive_compatibility": "none"}), exact=True
    ).solved


def test_limits_leave_a_certified_bound_or_nothing():
    problem = screening(12, np.random.default_rng(1))
    best = solve(problem).require().results["value"]
    stopped = solve(problem, iterations=5)
    assert stopped.termination is Termination.LIMIT
    assert stopped.answer is None or stopped.verified
    for iterations in (800, 1200):
        stopped = solve(problem, iterations=iterations)
        if isinstance(stopped.answer, MechanismBound):
            assert stopped.verified
            from gametheory.mechanism.duality import dual_bound

            bound = dual_bound(problem, stopped.answer.multipliers.fitted(problem, exactly=False))
            assert bound >= best - 1e-7
        else:
            assert stopped.solved or stopped.answer is None


def test_budget_in_expectation_and_at_every_profile():
    def problem(timing):
        return MechanismProblem(
            agents=("a", "b"),
            types=(("x", "y"), ("z",)),
            prior=[["1/2"], ["1/2"]],
            decisions=("q",),
            utility=np.array([[2, 4], [0, 0]]).reshape(2, 2, 1, 1),
            transfers=("m",),
            transfer_utility=[[1], [-1]],
            weights=(["1/2", "1/2"], [0]),
            polytope=DecisionPolytope.box([0], [1]),
            participation="none",
            incentive_compatibility="none",
            budgets=(BudgetConstraint("purse", [1], [1], "<=", 3, timing),),
        )

    # a gets 2q + m or 4q + m; m + q <= 3 at each profile, or on average: trade everywhere, m = 2.
    for timing in ("ex_post", "ex_ante"):
        solution = solve(problem(timing), exact=True).require()
        assert solution.results["value"] == 3 + 2
    assert isinstance(solution.answer, OptimalMechanism)
    assert solution.answer.multipliers.budgets[0].tolist() == [1]


def test_beliefs_of_a_type_of_probability_zero_still_bind():
    tree = auction([1, 2], bidders=1).to_data()
    tree["prior"] = np.array([1, 0])
    tree["beliefs"] = [np.array([1, 1])]
    solution = solve(MechanismProblem.from_data(tree), exact=True).require()
    # The seller is sure to face the low type and takes its whole value; the other type could still come.
    assert solution.results["value"] == 1
    assert set(solution.results["utilities"]["bidder1"]) == {"v1", "v2"}


@pytest.mark.parametrize(("exact", "remedy"), [(False, "solve exactly, or change units"), (True, "change units")])
def test_numbers_beyond_floats_are_refused_with_a_remedy_that_is_left(exact, remedy):
    problem = auction([1, 10**400])
    with pytest.raises(InputError, match=rf"a number is too large for a float\n{remedy}$"):
        solve(problem, exact=exact)
