"""Equilibria of auctions: known formulas, independent numerical best responses, and wrong answers that fail."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest

import gametheory as gt
from gametheory.errors import InputError, RefusedError
from gametheory.mechanism.auctions import (
    BestResponse,
    BestResponseProblem,
    LinearOffer,
    LinearSchedules,
    NoLinearEquilibrium,
    PayAsBidAuction,
    PowerBid,
    PowerSchedule,
    PrivateValueAuction,
    ShareAuction,
    SignalAuction,
    SignalSchedule,
)
from gametheory.mechanism.auctions.verify_private_values import largest_gain
from gametheory.mechanism.auctions.verify_shares import best_response
from gametheory.solution import Termination
from gametheory.solvers import Options

F = Fraction


def solved(form, **options):
    return gt.solve(form, **options).require()


# -- share auctions -------------------------------------------------------------------------------


def wilson(n=4, expected="0.04", reserve="0.05"):
    return ShareAuction(n, expected, reserve=reserve)


@pytest.mark.parametrize("n", [3, 4, 10])
@pytest.mark.parametrize("stop_out", ["0.041", "0.05"])
def test_back_zender_supports_every_yield_up_to_the_reserve(n, stop_out):
    solution = solved(wilson(n), exact=True, method="back_zender", stop_out=stop_out)
    E, R = F("0.04"), F(stop_out)
    assert solution.answer.slopes[0] == 1 / (n * (n - 1) * (R - E))
    assert solution.answer.intercepts[0] + solution.answer.slopes[0] * E == F(n - 2, n * (n - 1))
    at = solution.results["at_supply"]
    assert at["stop_out"] == R
    assert at["quantities"] == [F(1, n)] * n and at["payoffs"] == [(R - E) / n] * n
    assert solution.certificate.kind == "best_response" and solution.certificate.max_violation == 0


def test_back_zender_against_a_grid_of_yields():
    """The deviator picks any yield and takes what the others leave."""
    n, E, R = 5, 0.04, 0.05
    answer = solved(wilson(n), method="back_zender").answer
    yields = np.linspace(E, R, 2001)
    left = 1 - (n - 1) * (float(answer.intercepts[0]) + float(answer.slopes[0]) * yields)
    payoff = np.where(left >= 0, (yields - E) * left, 0)
    assert payoff.max() == pytest.approx((R - E) / n, rel=1e-12)
    assert yields[payoff.argmax()] == pytest.approx(R)


def test_a_yield_outside_the_range_is_not_supported():
    for stop_out in ("0.04", "0.06"):
        assert gt.solve(wilson(), method="back_zender", stop_out=stop_out).termination is Termination.FAILED


def test_linear_supply_functions_with_inelastic_supply():
    """Kyle (1989): k = (n-2)/((n-1) kappa), and the margin over E is kappa (n-1)/(n(n-2))."""
    n, kappa = 5, F(2)
    solution = solved(ShareAuction(n, "0.04", kappa, supply="1/2", supply_high=1), exact=True)
    assert solution.answer.slopes[0] == F(n - 2, n - 1) / kappa
    assert solution.results["at_supply_high"]["stop_out"] - F("0.04") == kappa * (n - 1) / (n * (n - 2))
    assert solution.certificate.exact and solution.certificate.max_violation == 0


def test_linear_supply_functions_with_private_costs():
    expected = ["0.03", "0.04", "0.05"]
    solution = solved(ShareAuction(3, expected, 2), exact=True)
    at = solution.results["at_supply"]
    assert sum(at["quantities"]) == 1
    # An independent best response: maximise over quantity on a grid of the residual supply.
    k = float(solution.answer.slopes[0])
    for i, E in enumerate(map(float, expected)):
        others = [float(e) for j, e in enumerate(expected) if j != i]
        quantity = np.linspace(0, 1, 100001)
        yields = (1 - quantity + k * sum(others)) / (2 * k)
        payoff = quantity * (yields - E) - quantity**2
        assert payoff.max() == pytest.approx(float(at["payoffs"][i]), rel=1e-8)


def test_linear_supply_functions_with_elastic_supply():
    """kappa (n-1) k^2 + (kappa s - (n-2)) k - s = 0; n = 2, kappa = 1, s = 3/2 gives k^2 + 3k/2 - 3/2 = 0."""
    for n, kappa, s in ((2, 1.0, 1.5), (6, 0.5, 2.0)):
        solution = solved(ShareAuction(n, 0.0, kappa, supply=1.0, supply_high=2.0, supply_slope=s))
        k = solution.answer.slopes[0]
        assert kappa * (n - 1) * k**2 + (kappa * s - (n - 2)) * k - s == pytest.approx(0, abs=1e-12)
        assert k > 0
    rational = solved(ShareAuction(2, 0, 1, supply_slope="1/2"), exact=True)  # k^2 + k/2 - 1/2 = 0
    assert rational.answer.slopes[0] == F(1, 2)


def test_uneven_curvatures():
    kappas = [0.5, 1.0, 4.0]
    solution = solved(ShareAuction(3, 0.0, kappas, supply_slope=0.3))
    k = solution.answer.slopes
    for i, kappa in enumerate(kappas):
        d = k.sum() - k[i] + 0.3
        assert k[i] == pytest.approx(d / (1 + kappa * d), rel=1e-12)


def test_irrational_slopes_are_refused_exactly():
    with pytest.raises(RefusedError, match="irrational"):
        gt.solve(ShareAuction(2, 0, 1, supply_slope=1), exact=True, method="linear")


def test_truthful_schedules_are_not_an_equilibrium():
    """Bidding marginal cost, k = 1/kappa, leaves a gain that a bidder of known residual supply computes by hand."""
    n, kappa = 4, F(1)
    auction = ShareAuction(n, 0, kappa)
    truthful = LinearSchedules([0] * n, [1 / kappa] * n)
    certificate = gt.verify(auction, truthful)
    # Residual supply: x = 1 - 3r. Payoff x(1-x)/3 - x^2/2, best at x = 1/5: 1/30; at x = 1/4: 1/16 - 1/32 = 1/32.
    assert not certificate.ok
    assert certificate.max_violation == F(1, 30) - F(1, 32)
    assert best_response(auction, truthful, 0, 1)["quantity"] == F(1, 5)


def test_schedules_that_fall_are_not_checked_as_if_they_rose():
    falling = LinearSchedules([1, 1, 1], [-1, -1, -1])
    certificate = gt.verify(ShareAuction(3, 0, 1), falling)
    assert not certificate.ok and "slope of bidder 0" in {v.constraint for v in certificate.violations}
    with pytest.raises(InputError, match="residual supply"):
        gt.verify(ShareAuction(3, 0, 1), LinearSchedules([0, 0, 0], [0, 0, 1]))


def test_klemperer_meyer_family_against_a_grid():
    """For two constants: clear at several supplies, and look for a better yield on the residual supply."""
    n, E, theta, R = 4, 0.04, 0.5, 0.10
    auction = ShareAuction(n, E, supply=0.2, supply_high=0.5, supply_slope=1 / theta, reserve=R)
    for constant in (None, 3.0):
        chosen = {} if constant is None else {"constant": constant}
        solution = solved(auction, method="klemperer_meyer", **chosen)
        answer = solution.answer

        def schedule(u, answer=answer):
            return answer.power * u ** (1 / (n - 1)) - answer.linear * u

        grid = np.linspace(1e-9, R - E, 200001)
        assert (np.diff(schedule(grid)) > -1e-12).all()
        for supply in (0.2, 0.35, 0.5):
            excess = supply - (E + grid) / theta - n * schedule(grid)
            clearing = grid[np.abs(excess).argmin()]
            residual = supply - (E + grid) / theta - (n - 1) * schedule(grid)
            payoff = np.where(residual > 0, grid * residual, 0)
            assert grid[payoff.argmax()] == pytest.approx(clearing, abs=2e-6)
        assert solution.results["at_supply_high"]["stop_out"] == pytest.approx(E + clearing, abs=1e-6)


def test_klemperer_meyer_exactly_and_wrong():
    auction = ShareAuction(3, 0, supply=1, supply_slope=1, reserve="1/4")
    solution = solved(auction, exact=True, method="klemperer_meyer", constant=2)
    assert solution.answer == PowerSchedule(F(2), F(1))
    assert solution.certificate.exact
    for wrong in (PowerSchedule(F(2), F(1, 2)), PowerSchedule(F(1, 2), F(1)), PowerSchedule(F(-1), F(1))):
        assert not gt.verify(auction, wrong).ok
    # With inelastic supply every positive constant will do, and no reserve is needed.
    assert solved(ShareAuction(3, 0, supply=1, supply_high=2), method="klemperer_meyer", constant=1).verified


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"bidders": 2, "expected_yields": 0}, "at least 3"),
        ({"bidders": 1, "expected_yields": 0, "supply_slope": 1}, "at least 2"),
        ({"bidders": 3, "expected_yields": [0, 0]}, "shape"),
        ({"bidders": 3, "expected_yields": "x"}, "expected_yields"),
        ({"bidders": 3, "expected_yields": 0, "curvatures": -1}, "curvature"),
        ({"bidders": 3, "expected_yields": 0, "supply": 0}, "positive"),
        ({"bidders": 3, "expected_yields": 0, "supply": float("nan")}, "not a finite number"),
        ({"bidders": 3, "expected_yields": 0, "supply_high": 1}, "largest supply"),
        ({"bidders": 3, "expected_yields": "0.05", "reserve": "0.04"}, "reserve"),
        ({"bidders": True, "expected_yields": 0}, "bidders"),
    ],
)
def test_bad_share_auctions_are_refused(arguments, said):
    with pytest.raises(InputError, match=said):
        ShareAuction(**arguments)


# -- private signals ------------------------------------------------------------------------------


def vives(**changes):
    base = {"bidders": 4, "mean": "0.04", "variance": 1, "correlation": "1/5", "noise": "1/2", "curvature": 2}
    return SignalAuction(**{**base, **changes})


def test_signals_match_the_formulas_of_vives():
    a = vives()
    solution = solved(a, exact=True)
    v, rho, e, n, kappa = F(1), F(1, 5), F(1, 2), 4, F(2)
    A = v * (1 - rho) / (v * (1 - rho) + e)
    C = v * (1 + (n - 1) * rho) / (v * (1 + (n - 1) * rho) + e)
    k = (A / C - F(1, n - 1)) / kappa
    assert solution.answer.slope == k
    assert solution.answer.weight == A / (kappa + 1 / ((n - 1) * k))
    assert solution.certificate.kind == "best_response" and solution.certificate.max_violation == 0


def test_signals_with_known_values_are_linear_supply_functions():
    """Without noise everyone knows his own value, and the schedule is that of private costs."""
    solution = solved(vives(noise=0, correlation=0), exact=True)
    assert solution.answer.slope == F(4 - 2, (4 - 1) * 2) == solution.answer.weight
    assert solution.answer.intercept == 0


def test_signals_by_simulation():
    """Draw values and signals, clear, and move one bidder's coefficients: nothing pays."""
    a = vives()
    answer = solved(a).answer
    rng = np.random.default_rng(5)
    n, size, rho, kappa = 4, 200_000, 0.2, 2.0
    common = rng.normal(size=(size, 1)) * rho**0.5
    theta = 0.04 + common + rng.normal(size=(size, n)) * (1 - rho) ** 0.5
    signal = theta + rng.normal(size=(size, n)) * 0.5**0.5

    def payoff(intercept, slope, weight):
        others = (n - 1) * answer.intercept - answer.weight * signal[:, 1:].sum(axis=1)
        own = intercept - weight * signal[:, 0]
        r = (1 - others - own) / (slope + (n - 1) * answer.slope)
        x = own + slope * r
        return (x * (r - theta[:, 0]) - kappa / 2 * x**2).mean()

    base = (answer.intercept, answer.slope, answer.weight)
    at = payoff(*base)
    assert at == pytest.approx(float(solved(a).results["expected_payoff"]), rel=0.02)
    for i in range(3):
        for change in (-0.1, 0.1):
            moved = list(base)
            moved[i] += change * max(abs(moved[i]), 0.1)
            assert payoff(*moved) < at


def test_no_linear_equilibrium_where_signals_are_mostly_common():
    solution = gt.solve(vives(correlation=1), exact=True)
    assert solution.termination is Termination.NONE_EXISTS and solution.verified
    assert not gt.verify(vives(), NoLinearEquilibrium(F(1, 9))).ok


def test_wrong_signal_schedules_fail():
    right = solved(vives(), exact=True).answer
    for name in ("intercept", "slope", "weight"):
        wrong = dataclasses.replace(right, **{name: getattr(right, name) + F(1, 100)})
        certificate = gt.verify(vives(), wrong)
        assert not certificate.ok and certificate.max_violation > 0
    assert not gt.verify(vives(), SignalSchedule(0, 0, 1)).ok


@pytest.mark.parametrize(
    "change",
    [
        {"bidders": 2},
        {"variance": 0},
        {"correlation": 2},
        {"noise": -1},
        {"curvature": 0},
        {"supply": 0},
        {"noise": 0, "correlation": 1},
        {"mean": "x"},
    ],
)
def test_bad_signal_auctions_are_refused(change):
    with pytest.raises(InputError):
        vives(**change)


# -- pay-as-bid -----------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [2, 3, 8])
def test_pay_as_bid_with_uniform_supply(n):
    """At the total Q the offer is E + (kappa/n) (Qmax - (Qmax - Q)(n-1)/(2n-1))."""
    kappa, top, E = F("0.02"), F(3), F("0.04")
    answer = solved(PayAsBidAuction(n, E, kappa, top), exact=True).answer
    for total in (F(0), F(1), top):
        expected = E + kappa / n * (top - (top - total) * F(n - 1, 2 * n - 1))
        assert answer.intercept + answer.slope * total / n == expected


@pytest.mark.parametrize("shape", [1.0, 2.0, 0.5])
def test_pay_as_bid_against_a_grid_of_yields(shape):
    n, E, kappa, top = 3, 0.04, 0.02, 2.0
    answer = solved(PayAsBidAuction(n, E, kappa, top, shape)).answer
    share = top / n
    yields = np.linspace(E, E + kappa * top, 400001)
    low, high = answer.intercept, answer.intercept + answer.slope * share
    offered = np.where(yields < low, 0, np.where(yields <= high, (yields - low) / answer.slope, (yields - E) / kappa))
    for unit in np.linspace(0, share * 0.99, 7):
        chance = np.clip(1 - (unit + (n - 1) * offered) / top, 0, None) ** shape
        best = yields[((yields - E - kappa * unit) * chance).argmax()]
        assert best == pytest.approx(answer.intercept + answer.slope * unit, abs=3e-7)


def test_wrong_offers_fail():
    auction = PayAsBidAuction(3, "0.04", "0.02")
    at_cost = gt.verify(auction, LinearOffer(F("0.04"), F("0.02")))
    assert not at_cost.ok
    # The first unit's best response to offers at cost, by hand: max p (1 - 2 (p/0.02)) above 0.04, at p = 0.005.
    assert at_cost.max_violation == F("0.005")
    assert not gt.verify(auction, LinearOffer(F("0.04"), F(-1))).ok
    for bad in ({"bidders": 1}, {"curvature": 0}, {"shape": "1/4"}, {"largest_supply": -1}):
        with pytest.raises(InputError):
            PayAsBidAuction(**{"bidders": 3, "expected_yield": 0, "curvature": 1, **bad})


# -- private values -------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "shape"), [(2, 1), (3, 1), (5, 2)])
def test_first_price_and_all_pay_raise_the_same_revenue(n, shape):
    """Revenue equivalence, and the textbook value (n-1)/(n+1) for uniform values."""
    revenues = [
        solved(PrivateValueAuction(n, payment, shape=shape), exact=True).results["expected_revenue"]
        for payment in ("first_price", "all_pay")
    ]
    assert revenues[0] == revenues[1]
    if shape == 1:
        assert revenues[0] == F(n - 1, n + 1)


@pytest.mark.parametrize("payment", ["first_price", "all_pay"])
def test_bids_against_the_general_method_for_bidding_games(payment):
    auction = PrivateValueAuction(3, payment, highest=2)
    answer = solved(auction).answer
    game = auction.as_bidding_game()
    for value in (0.3, 1.1, 2.0):
        bid = answer.coefficient * (value / 2) ** answer.exponent
        slope = answer.exponent * bid / value
        assert float(game.marginal_gain(np.float64(value), np.float64(bid), np.float64(slope))) == pytest.approx(
            0, abs=1e-12
        )


def test_truthful_bidding_in_a_first_price_auction_fails_by_the_known_amount():
    """Against truthful bids the highest of 2 uniform values bids 1/2 and earns 1/4 instead of 0."""
    certificate = gt.verify(PrivateValueAuction(2), PowerBid(F(1), 1))
    assert not certificate.ok
    assert max(v.amount for v in certificate.violations if "gain" in v.constraint) == F(1, 4)
    assert largest_gain(PrivateValueAuction(2, "all_pay"), PowerBid(F(1), 1), 0.5) == pytest.approx(0.25)
    for bad in ({"bidders": 1}, {"payment": "second"}, {"highest": 0}, {"shape": 0}):
        with pytest.raises(InputError):
            PrivateValueAuction(**{"bidders": 2, **bad})


# -- best responses -------------------------------------------------------------------------------


def test_a_cournot_best_response():
    """Demand 10 - Q, cost 1, the other firm sells 2: the best quantity is 7/2."""
    problem = BestResponseProblem({1: 10 - 1 - 2, 2: -1}, 0, 10, 3, "cournot")
    answer = solved(problem, exact=True).answer
    assert answer == BestResponse(F(7, 2), F(49, 4), F(49, 4) - 12)


def test_corners_convex_payoffs_and_indifference():
    assert solved(BestResponseProblem({1: 1}, 0, 4, 1), exact=True).answer == BestResponse(F(4), F(4), F(3))
    assert solved(BestResponseProblem({2: 1}, -1, 2, 0), exact=True).answer.choice == 2
    assert solved(BestResponseProblem({0: 5}, 0, 1, "1/3"), exact=True).answer == BestResponse(F(1, 3), F(5), F(0))
    assert solved(BestResponseProblem({1: 8, 2: -1}, 0, 3, 1), exact=True).answer.choice == 3
    convex = solved(BestResponseProblem({-1: 1, 1: 1}, "1/2", 4, 1), exact=True).answer
    assert convex == BestResponse(F(4), F(17, 4), F(9, 4))


def test_an_irrational_top_is_answered_in_floats():
    problem = BestResponseProblem({-1: -2, 1: -1}, 1, 3, 1)
    assert solved(problem).answer.choice == pytest.approx(2**0.5, rel=1e-9)
    assert gt.solve(problem, exact=True).termination is Termination.FAILED


@pytest.mark.parametrize(
    "wrong",
    [BestResponse(3, 12, 0), BestResponse("7/2", 12, 0), BestResponse("7/2", "49/4", 0), BestResponse(11, 0, 0)],
)
def test_wrong_best_responses_fail(wrong):
    problem = BestResponseProblem({1: 7, 2: -1}, 0, 10, 3)
    assert not gt.verify(problem, wrong).ok
    assert not gt.verify(problem, wrong, exact=False).ok


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (({1: 1}, 1, 0, 0), "empty"),
        (({1: 1}, 0, 1, 2), "outside"),
        (({3: 1}, -1, 1, 0), "positive choices"),
        (({2: 1, -1: -1}, 1, 2, 1), "neither convex nor concave"),
        (({"x": 1}, 0, 1, 0), "power"),
        (([1], 0, 1, 0), "table"),
        (({10**9: 1}, 0, 1, 0), "at most 10000"),
    ],
)
def test_bad_problems_are_refused(arguments, said):
    with pytest.raises(InputError, match=said):
        BestResponseProblem(*arguments)


# -- all of them ----------------------------------------------------------------------------------

FORMS = [
    wilson(),
    ShareAuction(4, ["1/3", "1/3", "1/3", "1/2"], 7, supply=1, supply_high=2),
    ShareAuction(3, 0, supply=1, supply_slope=1, reserve="1/4"),
    vives(),
    PayAsBidAuction(3, "0.04", "1/3"),
    PrivateValueAuction(3, "all_pay", "7/3", 2),
    BestResponseProblem({1: 7, 2: -1}, 0, 10, 3),
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: type(form).__name__)
@pytest.mark.parametrize("exact", [True, False])
def test_saved_and_verified(form, exact, tmp_path):
    path = tmp_path / "solved.json"
    solved(form, exact=exact).save(path)
    verification = gt.verify_file(path)
    assert verification.ok, verification


@pytest.mark.parametrize("form", FORMS, ids=lambda form: type(form).__name__)
def test_malformed_trees_are_refused(form):
    answer = solved(form).answer
    for kind in (type(form), type(answer)):
        for data in ({}, {"bidders": "many"}, {"nothing": 1}):
            with pytest.raises(InputError):
                kind.from_data(data)


def test_a_spent_budget_is_a_limit():
    from gametheory.limits import Budget
    from gametheory.mechanism.auctions.solve_shares import solve_linear

    budget = Budget()
    budget.interrupted = True
    assert solve_linear(ShareAuction(3, 0, 1), Options(budget=budget)).termination is Termination.LIMIT
