"""Drawn markets against theory, with thresholds for the number of comparisons and the finite-sample idling."""

import numpy as np
import pytest
from scipy.stats import norm

import gametheory as gt
from gametheory_plugins.network_formation import NetworkSimulation
from gametheory_plugins.network_formation.theory import Tiers

#: Chance that any comparison of this file is off by chance, and how many there are: 3 runs, 3 tables, 6 tiers.
ALARM, COMPARISONS = 1e-3, 3 * 3 * 6
CRITICAL = norm.isf(ALARM / COMPARISONS / 2)


@pytest.mark.parametrize(("exposure", "seed"), [(0, 11), (0.6, 12), (0.9, 13)])
def test_131072_traders(exposure, seed):
    model = NetworkSimulation(log2_traders=17, exposure=exposure, seed=seed, rounds=5, dividend=1)
    r = model.solve().require().results
    # Trades need holdings of 2a and 0 in equal numbers; where they differ by chance, some traders, about the square
    # root of how many there are, find nobody. A missed meeting costs at most 2a of volume and one fee.
    fees = model.solve().results["payoff"]["theory"][0]
    for name, worth in (("volume", 2), ("revenue", 0.1), ("payoff", fees)):
        for tier in range(6):
            error = abs(r[name]["mean"][tier] - r[name]["theory"][tier])
            chance = CRITICAL * r[name]["standard_error"][tier]
            assert error <= chance + worth * r["idle_bias"][tier] + 1e-12, (name, tier)
    assert r["idle"][0] == 0
    assert 0 < max(r["idle"]) <= 6 * np.sqrt(2**17)
    assert r["within_tier_meetings"] == 0
    assert r["largest_component"]["meetings"] == 32
    assert r["largest_component"]["trades"] <= 32
    assert r["rank_correlation"] < -0.9
    assert r["mean_links"]["drawn"] == pytest.approx(r["mean_links"]["theory"], abs=0.01)


def test_printed_volumes_are_rejected():
    r = NetworkSimulation(log2_traders=17, seed=3, rounds=5).solve().require().results
    for tier, printed in enumerate([1, 1, 2, 3, 4], 1):
        if tier > 1:
            assert abs(r["volume"]["mean"][tier - 1] - printed) > 20 * r["volume"]["standard_error"][tier - 1]


def drawn(**changes):
    model = NetworkSimulation(**{"log2_traders": 10, "rounds": 4, **changes})
    return model, model.draw(Tiers.of(model.solve()))


def test_a_drawn_market_obeys_the_rules():
    _, day = drawn()
    network = day.network
    # Units are conserved, nobody holds less than nothing or more than 2a.
    held = np.ones(network.traders)
    assert network.net_volume.sum() == pytest.approx(0)
    for t in range(1, 5):
        now = network.round == t
        seller, buyer, quantity = network.trader[now], network.counterparty[now], network.quantity[now]
        both = np.concatenate([seller, buyer])
        assert len(set(both.tolist())) == len(both)
        assert np.allclose(held[seller] + held[buyer], 2)
        held[seller] -= quantity
        held[buyer] += quantity
        assert held.min() >= 0
        assert held.max() <= 2
        # Members of a pair are of different groups.
        assert np.all((seller + buyer) % 2 == 1)
    # What is paid is received.
    assert day.fees.sum() == pytest.approx(day.paid.sum())


@pytest.mark.parametrize("exposure", [0, 0.6, 0.9])
def test_spreads_per_trade_pay_dealers_what_theory_says(exposure):
    model = NetworkSimulation(log2_traders=16, rounds=5, exposure=exposure, fees="per_trade", seed=5)
    r = model.solve().require().results
    p = (1 + exposure**2) / 2
    printed = model.with_(fees="printed").solve().results["revenue"]["mean"]
    theory = r["revenue"]["theory"]
    first = theory[1]
    limit = norm.isf(ALARM / 36 / 2)
    for tier in range(6):
        missed = 0.1 * r["idle_bias"][tier]
        assert abs(r["revenue"]["mean"][tier] - theory[tier]) <= limit * r["revenue"]["standard_error"][tier] + missed
        # T_t/a per unit pays 2 (1 - p) T_t after round one.
        expected = 0 if tier == 0 else first + 2 * (1 - p) * (theory[tier] - first)
        assert abs(printed[tier] - expected) <= limit * r["revenue"]["standard_error"][tier] + missed


def test_seeds():
    one, two, other = drawn(seed=1)[1], drawn(seed=1)[1], drawn(seed=2)[1]
    assert one.network.trader.tolist() == two.network.trader.tolist()
    assert one.payoff.tolist() == two.payoff.tolist()
    assert one.payoff.tolist() != other.payoff.tolist()


@pytest.mark.parametrize(
    ("change", "message"), [({"rounds": 10}, "log2_traders"), ({"p": "1/4"}, "p >= 1/2"), ({"log2_traders": 1}, "log2")]
)
def test_bad_parameters(change, message):
    with pytest.raises(gt.InputError, match=message):
        NetworkSimulation(**{"log2_traders": 10, **change})


@pytest.mark.parametrize("large", [{"dividend": "1e308"}, {"dividend": "1e200"}, {"holding": "1e200"}])
def test_payoffs_whose_variance_floats_cannot_hold_are_refused(large):
    with pytest.raises(gt.InputError, match=r"payoffs above 1e\+150 have squares that floats cannot hold\nchange"):
        NetworkSimulation(log2_traders=6, rounds=2, **large).solve()
    assert NetworkSimulation(log2_traders=6, rounds=2, dividend="1e140").solve().solved
