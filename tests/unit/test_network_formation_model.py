"""The model of network formation against the round-by-round solver, the planner's program and hand calculation."""

from fractions import Fraction

import numpy as np
import pytest

import gametheory as gt
from gametheory_plugins.network_formation import NetworkFormation, TradingCapacity
from gametheory_plugins.network_formation.evidence import enumerated_debt, printed_debt
from gametheory_plugins.network_formation.planner import middle_types, pairing
from gametheory_plugins.network_formation.theory import Tiers

#: Five laws, each with parameters at which all dealers stay.
LAWS = {
    "uniform": ({"kind": "uniform", "low": 0.1, "high": 1}, 4, 0.5, 0.999),
    "beta": ({"kind": "beta", "a": 2, "b": 5, "low": 0.05, "high": 2}, 3, 0.7, 0.995),
    "power": ({"kind": "power", "k": 2, "low": 0.2, "high": 1.5}, 5, 0.3, 0.99),
    "truncated_lognormal": ({"kind": "truncated_lognormal", "mu": 0, "s": 0.6, "low": 0.1, "high": 3}, 4, 0.9, 0.999),
    "empirical": ({"kind": "empirical", "x": [0.3, 0.4, 0.9, 1.1, 2.0, 2.1, 3.0]}, 2, 0.5, 0.98),
}
#: Not divisible by 2, so that every cutoff falls inside a type and fees are unique.
TYPES = 101


def finite_tiers(market, types):
    """Return the closed form where the types have equal mass: the cutoff type of round t holds the share 2^-t."""
    cutoffs = [types[int(len(types) * 0.5**t)] for t in range(1, market.rounds + 1)]
    fees = [(1 - market.opposite) * cutoffs[-1] * market.holding]
    for s in reversed(cutoffs[:-1]):
        fees.append(((1 - market.discount) * (market.dividend + s) * market.holding + market.discount * fees[-1]) / 2)
    return Tiers(market, cutoffs, fees[::-1], False)


@pytest.mark.parametrize(("method", "tolerance"), [("backward_forward", 1e-12), ("planner_program", 1e-9)])
@pytest.mark.parametrize("law", LAWS)
def test_closed_form_and_rounds_of_pairing_agree(law, method, tolerance):
    distribution, rounds, p, discount = LAWS[law]
    model = NetworkFormation(
        distribution=distribution, rounds=rounds, p=p, intraday_discount=discount, dividend=4.0, holding=1.5
    )
    assert model.solve().results["participation"]
    market = model.market(exactly=False)
    types = middle_types(market, TYPES)
    tiers = finite_tiers(market, types)
    played = gt.solve(pairing(market, types), method=method).require().answer
    assert np.allclose(played.fees, tiers.fees, rtol=0, atol=tolerance)
    ours = [[tiers.exiting(s, tiers.tier(s), since=t) for s in types] for t in range(1, rounds + 1)]
    present = [[t <= tiers.tier(s) for s in types] for t in range(1, rounds + 1)]
    difference = np.abs(np.array(ours) - played.unsettled_values)[np.array(present)]
    assert difference.max() <= tolerance


def test_results_by_hand():
    model = NetworkFormation(
        distribution={"kind": "uniform", "low": 0, "high": 1},
        rounds=2,
        p="1/2",
        intraday_discount="19/20",
        dividend=1,
        holding=2,
        at=[0, "1/4", "1/2", "3/4"],
    )
    r = model.solve(exact=True).require().results
    second = Fraction(1, 4)
    first = (Fraction(1, 20) * Fraction(3, 2) * 2 + Fraction(19, 20) * second) / 2
    beta = Fraction(19, 20)
    assert r["transfers"] == [first, second]
    assert r["participation_threshold"] == r["participation_threshold_paper"] == Fraction(8, 9)
    assert r["participation"] is True
    assert r["admissible"] == {"ok": True, "reasons": []}
    assert r["payoff_after_entry"] == [
        first + beta * (2 + second),
        first + beta * (2 + second),
        first + beta * (3 - second),
        Fraction(7, 2) - first,
    ]
    assert r["payoff"] == [beta * w for w in r["payoff_after_entry"]]
    assert r["first_best"] == [2, Fraction(5, 2), 3, Fraction(7, 2)]
    assert r["exit_round"] == [2, 2, 2, 1]
    assert r["core"] == [True, True, False, False]
    assert r["expected_volume"] == [4, 4, 4, 2]
    assert r["revenue"] == [first + second, first + second, first, 0]
    assert r["spread"] == {"per_meeting": [first, second], "per_trade": [first, second]}
    assert r["spread_shape"] == "up"
    assert (r["mean_links"], r["sparsity"]) == (Fraction(3, 2), Fraction(3, 4))
    assert r["links_distribution"] == [Fraction(1, 2), Fraction(1, 2)]
    # Tier 2 buys 2a at the ask of round two.
    assert r["max_debt"] == 2 * (1 + Fraction(1, 8))


def test_spreads_per_trade():
    r = NetworkFormation(rounds=3, p="3/4", intraday_discount=1).solve(exact=True).results
    assert r["spread"]["per_meeting"] == [2 * t for t in r["transfers"]]
    assert r["spread"]["per_trade"] == [2 * r["transfers"][0], *(4 * t for t in r["transfers"][1:])]


def test_one_round_has_no_threshold():
    r = NetworkFormation(rounds=1, intraday_discount="1/10").solve(exact=True).results
    assert r["participation_threshold"] is r["participation_threshold_paper"] is None
    assert r["participation"] is True
    assert r["links_distribution"] == [1]
    assert r["spread_shape"] == "flat"


@pytest.mark.parametrize("q", ["0", "3/5", "1"])
def test_exposure_stands_for_p(q):
    q = Fraction(q)
    given = NetworkFormation(exposure=q).solve(exact=True).results
    same = NetworkFormation(p=(1 + q * q) / 2).solve(exact=True).results
    assert given == same


def test_below_the_threshold_nothing_is_extrapolated():
    r = NetworkFormation(intraday_discount="1/2").solve(exact=True).require().results
    assert r["participation"] is False
    assert r["payoff"] is r["payoff_after_entry"] is r["exit_round"] is None
    assert not r["admissible"]["ok"]
    assert "participation_threshold" in r["admissible"]["reasons"][0]


@pytest.mark.parametrize("exact", [False, True])
def test_a_discount_at_the_threshold_is_said_to_be_at_it(exact):
    # y / (y + (2p - 1)...): with sigma_L = 0 and p < 1/2, 0.7 / (0.7 + 0.7 / 4) = 0.8
    model = NetworkFormation(rounds=2, p="0.3", dividend="0.7", intraday_discount="0.8")
    r = model.solve(exact=exact).require().results
    assert r["participation"] is False
    assert r["participation_threshold"] == (Fraction(4, 5) if exact else 0.8)
    # (y + (2p - 1) s_2) / (y + p s_2) with s_2 = 1/4, as printed
    assert r["participation_threshold_paper"] == (Fraction(24, 31) if exact else 24 / 31)


def test_rounds_that_nobody_deals_in_change_nothing():
    # 0.7^20 = 8e-4 and 0.7^30 = 2e-5: one method for each
    few, many = (
        NetworkFormation(rounds=n, intraday_discount="0.7", solve_below_threshold=True).solve().require()
        for n in (20, 30)
    )
    assert few.parts[-1].method != many.parts[-1].method
    assert many.results["payoff"] == pytest.approx(few.results["payoff"], rel=1e-9)
    assert many.results["below_threshold"]["welfare"] == pytest.approx(few.results["below_threshold"]["welfare"])


def test_below_the_threshold_the_planner_is_asked():
    # At p = 1/2 dealers of round one are then indifferent to staying: T_2 = (1 - beta) y a / beta, and the type
    # 2 T_2 / a is the marginal one, so that 2 [G(1/2) - G(2 T_2 / a)] take part in round two.
    beta, y = 0.93, 2
    model = NetworkFormation(
        rounds=2, intraday_discount=beta, dividend=y, solve_below_threshold=True, program_types=401
    )
    found = model.solve().require()
    below = found.results["below_threshold"]
    fee = (1 - beta) * y / beta
    assert below["transfers"][1] == pytest.approx(fee, rel=1e-9)
    assert below["active"][1] == pytest.approx(2 * (0.5 - 2 * fee), abs=4 / 401)
    assert found.results["payoff"][0] == pytest.approx(beta * (y + below["transfers"][0]), abs=1e-9)
    assert [part.form.__class__.__name__ for part in found.parts] == ["DynamicPairing"]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"dividend": "1/2"}, "sigma_H"),
        ({"p": 1, "intraday_discount": 1}, "p = 1"),
        ({"distribution": {"kind": "empirical", "x": [0, 1, 1, 1, 1]}}, "atomless"),
    ],
)
def test_every_violated_condition_is_named(change, word):
    r = NetworkFormation(**change).solve(exact=True).require().results
    assert not r["admissible"]["ok"]
    assert any(word in reason for reason in r["admissible"]["reasons"])


def test_p_and_exposure_contradict():
    with pytest.raises(gt.UsageError, match="p and exposure"):
        NetworkFormation(p="1/2", exposure="1/2")


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"p": "3/2"}, "'p'"),
        ({"p": -1}, "'p'"),
        ({"p": float("nan")}, "'p'"),
        ({"exposure": 2}, "'exposure'"),
        ({"rounds": 0}, "'rounds'"),
        ({"intraday_discount": "5/4"}, "'intraday_discount'"),
        ({"dividend": 0}, "'dividend'"),
        ({"distribution": {"kind": "uniform", "low": 1, "high": 1}}, "'distribution'"),
        ({"distribution": {"kind": "empirical", "x": [1, float("nan")]}}, "'distribution'"),
        ({"distribution": {"kind": "empirical", "x": [-1, 1]}}, "'distribution'"),
        ({"at": [2]}, "at"),
        ({"at": [float("nan")]}, "at"),
    ],
)
def test_bad_parameters_are_named(change, name):
    with pytest.raises(gt.InputError, match=name):
        NetworkFormation(**change)


@pytest.mark.parametrize("rounds", range(1, 9))
@pytest.mark.parametrize("p", ["1/5", "1/2", "9/10"])
def test_worst_debts_against_every_sequence_of_wishes(rounds, p):
    model = NetworkFormation(
        rounds=rounds,
        p=p,
        intraday_discount=1,
        dividend=1,
        distribution={"kind": "empirical", "x": [0.1, 0.15, 0.4, 0.9, 1]},
    )
    tiers = Tiers.of(model.solve(exact=True))
    every = [enumerated_debt(tiers, tier) for tier in range(1, rounds + 2)]
    assert tiers.worst_debts() == every
    if rounds >= 3:
        assert max(every) == printed_debt(tiers)


def test_capacity_by_hand():
    # N = 1: debt y + T_1 in tier 1; the lowest type gains T_1 a day, the median type T_1 too.
    model = TradingCapacity(
        rounds=1, dividend=1, daily_discount="1/2", distribution={"kind": "uniform", "low": 0, "high": 1}
    )
    r = model.solve(exact=True).require().results
    quarter = Fraction(1, 4)
    assert r["max_debt"] == [1 + quarter]
    assert r["gain_core"] == [quarter]
    assert r["slack"] == [quarter - (1 + quarter)]
    assert r["unsecured"] == 0
    patient = model.with_(daily_discount="9/10").solve(exact=True).results
    assert patient["slack"] == [9 * quarter - (1 + quarter)]
    assert patient["unsecured"] == 1
    assert model.with_(collateral="5/4").solve(exact=True).results["secured"] == 1
    assert model.with_(collateral="6/5").solve(exact=True).results["secured"] == 0


@pytest.mark.parametrize("exact", [False, True])
# Worst debts at beta = 1, p = 1/2: y + s_1 / 2 with one round, 2 (y + s_2 / 2) with two.
@pytest.mark.parametrize(("high", "collateral", "rounds"), [("0.9", "1.325", 1), ("0.3", "2.275", 2)])
def test_collateral_equal_to_the_debt_is_enough(exact, high, collateral, rounds):
    law = {"kind": "uniform", "low": 0, "high": high}
    model = TradingCapacity(rounds=4, dividend="1.1", distribution=law, collateral=collateral)
    assert model.solve(exact=exact).require().results["secured"] == rounds
    less = model.with_(collateral=Fraction(collateral) - Fraction(1, 10**6))
    assert less.solve(exact=exact).require().results["secured"] == rounds - 1
