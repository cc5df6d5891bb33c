"""Share auctions: known formulas, independent numerical best responses, and wrong schedules that fail."""

from fractions import Fraction

import numpy as np
import pytest

import gametheory as gt
from gametheory.errors import InputError, RefusedError
from gametheory.mechanism.auctions import LinearSchedules, PowerSchedule, ShareAuction
from gametheory.mechanism.auctions.verify_shares import best_response
from gametheory.solution import Termination

F = Fraction


def solved(form, **options):
    return gt.solve(form, **options).require()


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


def test_a_stop_out_that_floats_do_not_tell_from_the_expected_yield():
    """Each of ten takes 1/10; schedules of slope 1e18 cannot be cleared in floats, and must not be called verified."""
    auction = ShareAuction(10, "0.04", reserve="0.05")
    close = {"method": "back_zender", "stop_out": "0.0400000000000000000001"}
    exact = gt.solve(auction, exact=True, **close).require()
    assert exact.results["at_supply"]["quantities"] == [F(1, 10)] * 10
    found = gt.solve(auction, **close)
    assert found.termination is Termination.FAILED and "solve exactly" in found.message
    rounded = LinearSchedules(exact.answer.intercepts.astype(float), exact.answer.slopes.astype(float))
    certificate = gt.verify(auction, rounded, exact=False)
    assert not certificate.ok and certificate.violations[0].constraint == "the schedules clear the supply of 1"


def test_klemperer_meyer_family_against_a_grid():
    """For two constants: clear at several supplies, and look for a better yield on the residual supply."""
    n, E, theta, R = 4, 0.04, 0.5, 0.10
    auction = ShareAuction(n, E, supply=0.2, supply_high=0.5, supply_slope=1 / theta, reserve=R)
    for constant in (None, 3.0):
        chosen = {} if constant is None else {"constant": constant}
        solution = solved(auction, method="klemperer_meyer", **chosen)
        answer = solution.answer

        def schedule(u, answer=answer):
            return answer.constant * u ** (1 / (n - 1)) - answer.linear * u

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


def test_a_stop_out_above_the_reserve_is_said():
    """Three bidders with kappa 1 clear one unit at 2/3."""
    assert solved(ShareAuction(3, 0, 1, reserve="2/3"), exact=True).results["at_supply"]["stop_out"] == F(2, 3)
    found = gt.solve(ShareAuction(3, 0, 1, reserve="1/10"), exact=True)
    assert found.termination is Termination.FAILED
    assert found.message == "the linear schedules clear at 2/3, above the reserve of 1/10"


def test_a_constant_too_small_for_the_reserve_is_said():
    """With n = 3, s = 1 and E = 0 three schedules C sqrt(u) - u reach 3/4 at u = 1/4 from C = 1 on."""
    auction = ShareAuction(3, 0, supply=1, supply_slope=1, reserve="1/4")
    assert solved(auction, method="klemperer_meyer", constant=1).answer.constant == 1
    found = gt.solve(auction, method="klemperer_meyer", constant="9/10")
    assert found.termination is Termination.FAILED and found.message.endswith("at least 1")
