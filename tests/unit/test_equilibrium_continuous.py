"""Games with real choices and bidding games, against textbook closed forms."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

import gametheory as gt
from gametheory.errors import InputError
from gametheory.solution import Termination


def cournot(firms):
    """Inverse demand 1 - Q and marginal cost c; each firm sells (1 - c)/(n + 1)."""
    names = [f"q{i}" for i in range(firms)]
    total = " - ".join(names)
    return gt.ContinuousGame(names, [f"{q} * (1 - {total} - c)" for q in names], [0] * firms, [1] * firms, {"c": "0.1"})


@pytest.mark.parametrize("firms", [1, 2, 5])
@pytest.mark.parametrize("method", ["first_order", "best_response"])
def test_cournot(firms, method):
    options = {"damping": 0.4} if method == "best_response" else {}
    solution = gt.solve(cournot(firms), method=method, exact=True, **options).require()
    assert solution.answer.choices == pytest.approx({f"q{i}": 0.9 / (firms + 1) for i in range(firms)}, abs=1e-9)
    assert solution.certificate.kind == "epsilon"
    assert not solution.certificate.exact
    assert solution.results["payoffs"]["q0"] == pytest.approx((0.9 / (firms + 1)) ** 2)


def test_bertrand_with_differentiated_goods():
    # Demand 1 - p + p'/2 and no cost: p = (1 + p'/2)/2, so p = 2/3.
    game = gt.ContinuousGame(["p", "s"], ["p*(1 - p + s/2)", "s*(1 - s + p/2)"], [0, 0], [2, 2])
    assert gt.solve(game).require().answer.choices == pytest.approx({"p": 2 / 3, "s": 2 / 3})


def test_a_rent_seeking_contest():
    # Tullock: payoffs x/(x+y) - x, equilibrium x = 1/4.
    game = gt.ContinuousGame(["x", "y"], ["x/(x+y) - x", "y/(x+y) - y"], ["0.01", "0.01"], [1, 1])
    assert gt.solve(game).require().answer.choices == pytest.approx({"x": 0.25, "y": 0.25})


def test_a_local_maximum_is_not_an_equilibrium():
    hump = gt.ContinuousGame(["x"], ["-(x**2 - 1)**2 + x/10"], [-2], [2], start=[-1])
    failed = gt.solve(hump, method="first_order")
    assert failed.termination is Termination.FAILED
    found = gt.solve(hump, method="best_response").require()
    best = minimize_scalar(lambda x: (x**2 - 1) ** 2 - x / 10, bounds=(0.5, 1.5), method="bounded")
    assert found.answer["x"] == pytest.approx(best.x, abs=1e-5)


def test_the_proved_gain_is_at_least_the_true_gain_and_close_to_it():
    game = cournot(2)
    profile = gt.ChoiceProfile({"q0": 0.25, "q1": 0.3}, 1)
    certificate = gt.verify(game, profile)
    true = max(0.3**2 - 0.25 * (0.9 - 0.55), (0.65 / 2) ** 2 - 0.3 * (0.9 - 0.55))
    assert certificate.ok
    tight = gt.verify(game, gt.ChoiceProfile({"q0": 0.25, "q1": 0.3}, true * 1.001))
    assert tight.ok
    assert not gt.verify(game, gt.ChoiceProfile({"q0": 0.25, "q1": 0.3}, true * 0.999)).ok


def test_choices_outside_the_bounds_are_refused():
    certificate = gt.verify(cournot(1), gt.ChoiceProfile({"q0": 2}, 1))
    assert [v.constraint for v in certificate.violations] == ["bounds of q0"]


METHODS = ["quadrature", "differential_equation"]


@pytest.mark.parametrize("method", METHODS)
def test_first_price_auction(method):
    # Uniform values and n bidders: a bidder bids (n - 1)/n of the value.
    game = gt.BiddingGame(3, "value", 0, 1, "value - bid", "0", 0)
    solution = gt.solve(game, method=method).require()
    assert solution.answer.bids == pytest.approx(2 / 3 * solution.answer.values, abs=1e-12)
    assert solution.certificate.max_violation < 1e-12


@pytest.mark.parametrize("method", METHODS)
def test_first_price_auction_with_another_distribution(method):
    # F = v^2 on [0, 1], two bidders: the bid is E[V | V < v] = 2v/3.
    solution = gt.solve(gt.BiddingGame(2, "value**2", 0, 1, "value - bid", "0", 0), method=method).require()
    assert solution.answer.bids == pytest.approx(2 / 3 * solution.answer.values, abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_all_pay_auction(method):
    # Uniform values and n bidders: the bid is (n - 1)/n of the value to the power n.
    game = gt.BiddingGame(2, "value", 0, 1, "value - bid", "-bid", 0)
    solution = gt.solve(game, method=method).require()
    assert solution.answer.bids == pytest.approx(solution.answer.values**2 / 2, abs=1e-9)
    assert 0 < solution.certificate.max_violation <= 1e-6


def test_the_bound_on_the_gain_covers_every_deviation_of_a_wrong_schedule():
    game = gt.BiddingGame(2, "value", 0, 1, "value - bid", "0", 0)
    values = np.linspace(0, 1, 65)
    schedule = gt.BidSchedule(values, 0.5 * values + 0.05 * values**2, 1.0)
    bound = gt.verify(game, schedule).max_violation
    fine = np.linspace(0, 1, 801)
    expected = np.multiply.outer(fine, fine) - fine * schedule(fine)
    gain = np.max(expected - np.diag(expected)[:, None])
    assert gain <= bound <= 60 * gain


def test_a_schedule_that_leaves_a_gain_is_refused():
    game = gt.BiddingGame(2, "value", 0, 1, "value - bid", "0", 0)
    values = np.linspace(0, 1, 11)
    assert not gt.verify(game, gt.BidSchedule(values, 0.45 * values, 1e-6)).ok
    assert not gt.verify(game, gt.BidSchedule(values, 0.5 * values[::-1], 1e-6)).ok
    assert gt.verify(game, gt.BidSchedule(values, 0.5 * values, 1e-6)).ok


def test_a_saved_schedule_is_checked_from_its_file(tmp_path):
    gt.solve(gt.BiddingGame(2, "value", 0, 1, "value - bid", "0", 0)).save(tmp_path / "bids.json")
    assert gt.verify_file(tmp_path / "bids.json").ok


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"bidders": 1}, "number of bidders"),
        ({"distribution": "value / 2"}, "the distribution is 0.5 at 1"),
        ({"low": 2}, "not below"),
        ({"winning": "values - bid"}, "unknown name 'values'"),
        ({"floor": 1}, "above the opening"),
    ],
)
def test_malformed_bidding_games_are_refused(changes, said):
    given = {"bidders": 2, "distribution": "value", "low": 0, "high": 1, "winning": "value-bid", "losing": "0"}
    with pytest.raises(InputError, match=said):
        gt.BiddingGame(**{**given, "opening": 0, **changes})


@pytest.mark.parametrize(
    "changes", [{"lower": [1], "upper": [0]}, {"payoffs": ["y"]}, {"payoffs": []}, {"players": []}]
)
def test_malformed_games_are_refused(changes):
    given = {"players": ["x"], "payoffs": ["x"], "lower": [0], "upper": [1], **changes}
    with pytest.raises(InputError):
        gt.ContinuousGame(**given)
