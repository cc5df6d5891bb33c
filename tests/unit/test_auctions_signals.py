"""Share auctions with private signals: known formulas, simulation, and wrong schedules that fail."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest

import gametheory as gt
from gametheory.errors import InputError
from gametheory.mechanism.auctions import NoLinearEquilibrium, SignalAuction, SignalSchedule
from gametheory.solution import Termination

F = Fraction


def solved(form, **options):
    return gt.solve(form, **options).require()


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
