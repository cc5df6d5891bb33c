"""The contact rate that banks choose, from second sources: bisection, closed forms, a simulated deviator."""

import math
from fractions import Fraction

import numpy as np
import pytest

import gametheory as gt

Contact = gt.models()["endogenous_contact_rate"]


def results(model, **options):
    return model.solve(**options).require().results


@pytest.mark.parametrize("variant", ["paper", "paper_text", "corrected"])
def test_the_chosen_rate_by_bisection(variant):
    model = Contact(variant=variant, cost_curvature="1/5", r="1/10")

    def gap(rate):
        total = float(model.other_contact_rate) + rate
        cost = float(model.marginal_cost) + float(model.cost_curvature) * rate
        return cost - float(model.marginal_benefit(total))

    low, high = 0.0, 100.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if gap(middle) > 0 else (middle, high)
    assert float(results(model)["contact_rate"]) == pytest.approx(low, rel=1e-10)


@pytest.mark.parametrize("r", ["1/1000", "1/20", 2])
@pytest.mark.parametrize("other", [0, "1/2", 10])
def test_the_chosen_rate_in_closed_form(r, other):
    gain, cost, rate = 2 * 0.3**2 * 4, 0.4, float(Fraction(r))
    totals = {
        "paper": max(np.roots([cost, 2 * rate * cost, -gain, -gain * rate]).real),  # a cubic with one positive root
        "paper_text": -rate + math.sqrt(rate**2 + gain / cost),
        # cost x (x + 2r) (3x + 4r) = 4 gain (x + r)
        "corrected": max(np.roots([3 * cost, 10 * rate * cost, 8 * rate**2 * cost - 4 * gain, -4 * gain * rate]).real),
    }
    for variant, total in totals.items():
        found = results(
            Contact(
                variant=variant,
                r=r,
                other_contact_rate=other,
                gamma_B=2,
                sigma="3/10",
                sigma_eta=2,
                marginal_cost="2/5",
            )
        )
        elsewhere = float(Fraction(other))
        assert found["contact_rate"] == pytest.approx(max(0.0, total - elsewhere), rel=1e-12)
        assert found["total_rate"] == pytest.approx(max(total, elsewhere), rel=1e-12)
        assert (found["deviation_gain"] <= 1e-9) == (variant == "corrected" or found["contact_rate"] == 0)


def test_the_corrected_rate_is_where_the_corrected_value_is_flat():
    model = Contact(r="1/4", other_contact_rate="1/2", marginal_cost="1/3")
    found = results(model)
    game = model.deviations(float(found["contact_rate"]))
    total = float(found["total_rate"])
    assert total == pytest.approx(0.5 + float(found["contact_rate"]))
    slope = (float(game.payoff(0, [1 + 1e-5])) - float(game.payoff(0, [1 - 1e-5]))) / 2e-5
    assert slope == pytest.approx(0, abs=1e-8)
    assert found["deviation_gain"] <= 1e-12


def deviator(rate, others, r, paths, draws):
    """Simulate a bank with another contact rate: discounted flows and payments, from the economy's law."""
    market = gt.SearchMarket(r, 1, 1, 1, [others], [1])
    law = market.law()
    flow = r / 2
    common = r / (2 * r + others)
    own = max(np.roots([r + rate, r * common - flow, -flow * common]))  # rG(G + G0) = flow (G + G0) - rate G^2
    exposure = law.sample(paths, draws)
    payoff, clock = np.zeros(paths), np.zeros(paths)
    for _ in range(int(2 * rate * 14 / r) + 40):
        wait = draws.standard_exponential(paths) / (2 * rate)
        # Expected flow cost over the wait, given the exposure at its start, discounted.
        steps = 8
        for k in range(steps):
            middle = wait * (k + 0.5) / steps
            payoff -= flow * np.exp(-r * (clock + middle)) * (exposure**2 + middle) * wait / steps
        clock += wait
        exposure = exposure + np.sqrt(wait) * draws.standard_normal(paths)
        other = law.sample(paths, draws)
        bought = (common * other - own * exposure) / (own + common)
        mine = -own * ((exposure + bought) ** 2 - exposure**2)
        theirs = -common * ((other - bought) ** 2 - other**2)
        payoff -= np.exp(-r * clock) * (mine - (mine + theirs) / 2)
        exposure = exposure + bought
    return payoff.mean(), payoff.std() / math.sqrt(paths)


@pytest.mark.parametrize("rate", [0.5, 2.0])
def test_the_corrected_value_against_a_simulated_deviator(rate):
    model = Contact(r="3/10", other_contact_rate=0, marginal_cost=1)
    game = model.deviations(1.0)
    assert model.worth(1.0) == 1
    value = float(game.payoff(0, [rate])) + rate  # without the cost
    found, error = deviator(rate, 1.0, 0.3, 4000, gt.generator(5, int(10 * rate)))
    assert abs(found - value) < 4 * error
    printed = (-1 + rate / 2 - 0.3 / rate) / (0.6 + rate)  # equation (36)
    if rate == 2:
        assert abs(found - printed) > 4 * error


def corrected_value(rate, others, r, noise=1.0, risk=1.0):
    """The value of a bank that meets at another rate, on average over the economy's exposures; r not 0."""
    common = r * risk / (2 * r + others)
    own = max(np.roots([r + rate, r * common - r * risk / 2, -r * risk / 2 * common]))
    spread = noise / others
    return (rate * common**2 * spread / (own + common) - noise * own) / r - own * spread


@pytest.mark.parametrize("variant", ["paper", "corrected"])
def test_without_discounting_deviations_gain_what_they_do_as_it_vanishes(variant):
    found = results(Contact(r=0, variant=variant, gamma_B=2, sigma="1/2", sigma_eta=3, marginal_cost="2/5"))
    gain = 2 * 0.25 * 9
    total = math.sqrt(gain / 0.4 * (4 / 3 if variant == "corrected" else 1))
    assert float(found["total_rate"]) == pytest.approx(total, rel=1e-12)
    rates = np.linspace(0.5, 4 * total, 4001)
    values = [corrected_value(x, total, 1e-7, 9.0, 0.5) - 0.4 * x for x in rates]
    stays = corrected_value(total, total, 1e-7, 9.0, 0.5) - 0.4 * total
    assert found["deviation_gain"] == pytest.approx(max(values) - stays, abs=1e-5)
    assert (found["deviation_gain"] > 0.1) == (variant == "paper")
    if variant == "paper":
        assert found["best_deviation"] + 0.5 == pytest.approx(rates[int(np.argmax(values))], abs=0.01)


@pytest.mark.parametrize("change", [{"sigma": "1e20"}, {"gamma_B": "1e-12", "marginal_cost": "1e-12"}, {"r": "1e-12"}])
def test_the_unit_of_money_and_time_does_not_matter(change):
    for variant in ("paper", "corrected"):
        found = results(Contact(variant=variant, other_contact_rate=0, **{"r": 0, "marginal_cost": 1, **change}))
        model = Contact(**{"marginal_cost": 1, **change})
        gain = float(model.gamma_B) * float(model.sigma) ** 2 * float(model.sigma_eta) ** 2 / float(model.marginal_cost)
        total = math.sqrt(gain * (4 / 3 if variant == "corrected" else 1))
        assert float(found["total_rate"]) == pytest.approx(total, rel=1e-11)
        ratio = found["deviation_gain"] / model.worth(total)
        # x/(1 + g) - g - x, with x g^2 = (1 + g)/2 for the slope g, is largest at x = 1 + 1/sqrt(2).
        assert ratio == pytest.approx(0 if variant == "corrected" else 1.5 - math.sqrt(2), abs=1e-9)
        best = (float(found["best_deviation"]) / total) if variant == "paper" else 1 + 1 / math.sqrt(2)
        assert best == pytest.approx(1 + 1 / math.sqrt(2), rel=1e-6)


def test_the_best_deviation_from_the_paper():
    found = results(Contact(variant="paper", r="1/100", other_contact_rate="1/10"))
    assert float(found["total_rate"]) == pytest.approx(1.409, abs=5e-4)
    assert found["best_deviation"] + 0.1 == pytest.approx(2.35, abs=5e-3)
