"""Contagion among eight banks against a cascade written out bank by bank, and groups of banks by enumeration."""

from collections import Counter
from fractions import Fraction

import networkx as nx
import pytest

import gametheory as gt
from gametheory_plugins.network_formation import InterbankContagion
from gametheory_plugins.network_formation.component import every_group, free_signs, group, shape

EIGHTH = Fraction(1, 8)


def by_hand(y):
    """Return the chains of eight banks with S = 1, beta = 1, p = 1/2, sigma_1 = 0, from Table 1's loans alone."""
    first, second, third = EIGHTH, 2 * EIGHTH, 4 * EIGHTH
    loans = {  # (borrower, lender): face
        ("E", "A"): y - first,
        ("H", "B"): y - first,
        ("C", "F"): y + first,
        ("D", "G"): y + first,
        ("G", "E"): 2 * (y - second),
        ("F", "H"): 2 * (y + second),
        ("H", "G"): 2 * (y - third),
    }
    investment = dict.fromkeys("ABEG", Fraction(0)) | {"C": 2 * (y + 6), "D": 2 * (y + 6), "F": 2 * (y + 3), "H": 2 * y}
    chains = []
    for start in "CDFH":
        fallen, news = [start], [start]
        while news:
            exposed = {lender for (borrower, lender) in loans if borrower in news} - set(fallen)
            news = []
            for bank in sorted(exposed):
                assets = investment[bank] + sum(
                    face for (borrower, lender), face in loans.items() if lender == bank and borrower not in fallen
                )
                if assets < sum(face for (borrower, _), face in loans.items() if borrower == bank):
                    news.append(bank)
            fallen += news
        chains.append(fallen)
    return dict(zip("CDFH", chains, strict=True))


@pytest.mark.parametrize(
    "y", [Fraction(k, 16) for k in (1, 2, 3, 4, 5, 8, 10, 11, 12, 14, 15, 18, 19, 26, 27, 40, 160)]
)
def test_chains_of_eight_banks(y):
    r = InterbankContagion(dividend=y).solve(exact=True).require().results
    assert r["chains"] == by_hand(y)
    longer = ["D-G"] if y <= EIGHTH else ["D-G-E"]
    longer += ["F-H-G-E"] if y > 9 * EIGHTH else []
    longer += ["H-G-E"] if y > 5 * EIGHTH else []
    assert sorted(r["chains_longer"]) == longer
    assert r["feasible"]["prices_not_negative"] == (y >= Fraction(1, 2))
    assert r["feasible"]["solvent_without_shock"] == (y >= 3 * EIGHTH)
    assert r["shock_induced"]["H"] == (y > 13 * EIGHTH)


def test_floats_agree_with_fractions():
    for y in (EIGHTH, 5 * EIGHTH, 9 * EIGHTH, Fraction(3)):
        exact = InterbankContagion(dividend=y).solve(exact=True).results["chains"]
        assert InterbankContagion(dividend=float(y)).solve().require().results["chains"] == exact


@pytest.mark.parametrize(
    ("discount", "p"), [(1, Fraction(1, 2)), (Fraction(95, 100), Fraction(1, 2)), (1, Fraction(9, 10))]
)
@pytest.mark.parametrize("core_sign", [1, -1])
def test_conditions_for_other_fees(discount, p, core_sign):
    s1, s3 = Fraction(1, 2), Fraction(3)
    for y in (Fraction(8), Fraction(9), Fraction(30)):
        model = InterbankContagion(
            dividend=y, intraday_discount=discount, p=p, core_sign=core_sign, bank_types=[s1, Fraction(3, 2), s3, 6]
        )
        r = model.solve(exact=True).require().results
        t1, t2, t3 = r["transfers"]
        chains = r["chains"]
        assert ("G" in chains["D"]) == (t3 > t2)
        assert ("E" in chains["D"]) == (t3 > t2 and y > t1)
        assert ("G" in chains["H"]) == (y > t1 + 2 * t2)
        assert ("H" in chains["F"]) == (y > t1 + 2 * t3 + core_sign * 2 * s1)
        assert r["shock_induced"]["H"] == (y > t1 + 2 * t2 + 2 * t3)
        assert chains["C"] == ["C"]


@pytest.mark.parametrize("rounds", [1, 2, 3, 5])
def test_groups_are_binomial_trees(rounds):
    tier, meetings = shape(rounds)
    assert len(tier) == 2**rounds
    assert Counter(tier) == {**{t: 2 ** (rounds - t) for t in range(1, rounds + 1)}, rounds + 1: 1}
    graph = nx.Graph((d, c) for _, d, c in meetings)
    expected = nx.binomial_tree(rounds)
    assert nx.is_isomorphic(graph, expected)
    for t, dealer, customer in meetings:
        assert tier[customer] == t < tier[dealer]


def test_every_group_of_eight():
    groups = list(every_group(3))
    assert len(groups) == 32
    trades = set()
    for each in groups:
        network = each.network([1] * 3, [1] * 3, 1)
        held = dict.fromkeys(range(8), Fraction(1))
        rows = zip(network.trader, network.counterparty, network.round, network.quantity, strict=True)
        for seller, buyer, _, quantity in sorted(rows, key=lambda row: row[2]):
            # Who meets holds 2a together, and both keep within 0 .. 2a.
            assert held[seller] + held[buyer] == 2
            held[seller] -= quantity
            held[buyer] += quantity
            assert 0 <= held[seller] <= 2
        assert [held[i] / 2 for i in range(8)] == each.holdings()
        for i, sign in enumerate(each.sign[:-1]):
            assert held[i] == (2 if sign > 0 else 0)
        trades.add(tuple(zip(network.trader.tolist(), network.counterparty.tolist(), network.quantity, strict=True)))
    assert len(trades) == 16


def test_a_market_draws_such_groups():
    # The share of meetings after round one that lead to a trade is 1/2, in groups and in drawn markets.
    quantities = [q for g in every_group(3) for q in g.network([1] * 3, [1] * 3, 1).quantity[4:].tolist()]
    assert Counter(quantities) == {0: 48, 2: 48}


def test_more_banks():
    r = InterbankContagion(rounds=5, draw=4, distribution={"kind": "uniform", "low": 0, "high": 1}, dividend=1).solve()
    results = r.require().results
    assert len(results["chains"]) == 16
    assert all(chain[0] == bank for bank, chain in results["chains"].items())
    assert next(iter(results["banks"])) == "bank 1"
    assert results["connected"] <= 32
    assert free_signs(5) == 17
    assert group(2, [1, 1, -1]).labels == ("A", "B", "C", "D")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"draw": 1, "p": "3/4"}, "p = 1/2"),
        ({"rounds": 4, "exposure": "1/2"}, "p = 1/2"),
        ({"bank_types": [0, 1]}, "one per tier"),
        ({"bank_types": [0, 3, 2, 6]}, "increasing"),
        ({"core_sign": 0}, "core_sign"),
        ({"rounds": 11}, "rounds"),
    ],
)
def test_bad_parameters(change, message):
    with pytest.raises(gt.InputError, match=message):
        InterbankContagion(**change)


def test_bank_types_belong_to_their_tiers():
    with pytest.raises(gt.InputError, match="not of tier"):
        InterbankContagion(bank_types=[0, Fraction(1, 2), 3, 6]).solve()


def test_an_investment_that_loses_money_is_refused():
    model = InterbankContagion(dividend="1/10", core_sign=-1, bank_types=[Fraction(1, 2), Fraction(3, 2), 3, 6])
    with pytest.raises(gt.InputError, match="dividend"):
        model.solve()


def test_what_a_bank_does_not_hold_or_need_is_no_negative_zero():
    # below y = sigma the unit that A does not hold is worth less than nothing
    r = InterbankContagion(dividend=1).solve().require().results
    assert str(r["banks"]["A"]["investment"]) == "0.0"
    assert {str(r["thresholds"][bank]["loans"]) for bank in "AB"} == {"0.0"}
    assert "-" not in str(r["thresholds"])
