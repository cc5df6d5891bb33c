"""Textbook problems of mechanism design against their closed forms."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

import gametheory as gt
from gametheory.mechanism import classics
from gametheory.mechanism.answers import Mechanism

F = Fraction


def value(problem):
    return gt.solve(problem, exact=True).require().results["value"]


def virtual_values(values, chances):
    """Return v - (next v - v) (1 - F(v)) / f(v), for increasing values (Myerson 1981 with finitely many values)."""
    found = []
    for k, v in enumerate(values):
        above = sum(chances[k + 1 :], F(0))
        found.append(v - (values[k + 1] - v) * above / chances[k] if above else F(v))
    return found


def test_a_regular_auction_gives_the_expected_virtual_surplus():
    values, chances = [1, 2, 4], [F(1, 2), F(1, 4), F(1, 4)]
    virtual = virtual_values([F(v) for v in values], chances)
    assert virtual == sorted(virtual)
    expected = sum(chances[a] * chances[b] * max(virtual[a], virtual[b], 0) for a, b in product(range(3), repeat=2))
    assert value(classics.auction([values, values], [chances, chances])) == expected


def test_one_bidder_is_a_posted_price():
    """With one bidder the optimum is the best posted price, regular or not."""
    values, chances = [1, 5, 6, 7], [F(1, 10), F(2, 5), F(1, 10), F(2, 5)]
    prices = [v * sum(chances[k:]) for k, v in enumerate(values)]
    assert value(classics.auction([values], [chances])) == max(prices)


def test_an_irregular_auction_needs_ironing():
    """Two bidders: bunching the values whose virtual values fall gives the expected ironed virtual surplus."""
    values, chances = [F(1), F(2), F(3)], [F(2, 5), F(1, 10), F(1, 2)]
    virtual = virtual_values(values, chances)
    assert virtual[1] < virtual[0]
    bunched = (chances[0] * virtual[0] + chances[1] * virtual[1]) / (chances[0] + chances[1])
    ironed = [bunched, bunched, virtual[2]]
    expected = sum(chances[a] * chances[b] * max(ironed[a], ironed[b], 0) for a, b in product(range(3), repeat=2))
    assert value(classics.auction([values, values], [chances, chances])) == expected


def test_a_reserve():
    assert value(classics.auction([[1, 2]], reserve=F(3, 2))) == F(1, 2) * 2 + F(1, 2) * F(3, 2)


def test_correlated_values_are_extracted_in_full():
    """Cremer and McLean (1988): with correlation of full rank the seller takes the whole surplus."""
    joint = [["3/10", "1/5"], ["1/5", "3/10"]]
    surplus = F(3, 10) * 1 + F(1, 5) * 2 + F(1, 5) * 2 + F(3, 10) * 2
    assert value(classics.auction([[1, 2], [1, 2]], joint=joint)) == surplus
    independent = [["1/2", "1/2"], ["1/2", "1/2"]]
    assert value(classics.auction([[1, 2], [1, 2]], independent)) == F(3, 2)


def test_bilateral_trade_on_two_by_two():
    """Costs 0, 3 and values 2, 5, equally likely: the first best is out of reach or not, by the closed form.

    Trade in all states but (3, 2) is implementable with a balanced budget iff the virtual surplus of the rule is
    nonnegative: here the sum over trading states of (2 * 2 - 5, 5) less (0, 2 * 3 - 0) virtual terms.
    """
    problem = classics.bilateral_trade([0, 3], [2, 5])
    best = classics.first_best_gains([0, 3], [2, 5])
    assert best == F(1, 4) * (2 + 5 + 2)
    buyer = {2: 2 * 2 - 5, 5: 5}
    seller = {0: 0, 3: 2 * 3 - 0}
    surplus = (buyer[2] - seller[0]) + (buyer[5] - seller[0]) + (buyer[5] - seller[3])
    assert surplus >= 0
    assert value(problem) == best


def test_bilateral_trade_is_inefficient_on_a_fine_grid():
    """Uniform grids of n points on [0, 1] (Myerson and Satterthwaite 1983); 5 points still admit the first best."""
    for points, ratio in ((5, F(1)), (7, F(15, 16))):
        grid = [F(k, points - 1) for k in range(points)]
        assert value(classics.bilateral_trade(grid, grid)) == ratio * classics.first_best_gains(grid, grid)
    assert value(classics.bilateral_trade(grid, grid, objective="volume")) < 1


def test_the_pivotal_auction_is_the_second_price_auction():
    problem = classics.auction([[1, 2, 5], [1, 3, 4]], incentive_compatibility="dominant_strategy")
    mechanism = classics.vickrey_clarke_groves(problem)
    assert gt.verify(problem, mechanism).ok
    for (a, v), (b, w) in product(enumerate([1, 2, 5]), enumerate([1, 3, 4])):
        winner = 1 if v >= w else 2
        assert mechanism.decisions[a, b].tolist().index(1) == winner
        assert mechanism.transfers[a, b].tolist() == [min(v, w) if i == winner else 0 for i in (1, 2)]


def test_a_first_price_payment_is_no_dominant_strategy():
    problem = classics.auction([[1, 2, 5], [1, 3, 4]], incentive_compatibility="dominant_strategy")
    mechanism = classics.vickrey_clarke_groves(problem)
    payments = mechanism.decisions[..., 1:] * np.array([[1, 2, 5]]).T[:, :, None]
    assert not gt.verify(problem, Mechanism(mechanism.decisions, payments)).ok


def test_a_public_good_by_expected_externalities():
    """Efficient and balanced without participation constraints; with them the second best falls short."""
    values, cost = [[0, 2], [0, 1], [0, 3]], 2
    problem = classics.public_good(values, cost)
    mechanism = classics.expected_externality(problem, cost=[cost])
    assert gt.verify(problem, mechanism).ok
    efficient = sum(max(sum(v) - cost, 0) for v in product(*values)) * F(1, 8)
    assert (
        mechanism.decisions[..., 0] * np.array([sum(v) - cost for v in product(*values)]).reshape(2, 2, 2)
    ).sum() == (efficient * 8)
    assert (mechanism.transfers.sum(axis=-1) == cost * mechanism.decisions[..., 0]).all()
    assert value(problem) == efficient
    with_exit = [[0, 1, 2], [0, 1, 2]], F(3, 2)
    assert value(classics.public_good(*with_exit)) == F(7, 9)
    assert value(classics.public_good(*with_exit, participation="interim")) == F(20, 27)


def test_groves_refuses_what_it_cannot_do():
    problem = classics.bilateral_trade([0, 1], [1, 2])
    with pytest.raises(gt.RefusedError, match="transfer of its own"):
        classics.vickrey_clarke_groves(problem)
    correlated = classics.auction([[1, 2], [1, 2]], joint=[["3/10", "1/5"], ["1/5", "3/10"]])
    with pytest.raises(gt.RefusedError, match="correlated"):
        classics.expected_externality(correlated)


def test_two_goods_are_sold_as_a_bundle():
    """Values 1 or 2 for each good, independent: the bundle at 3 earns 9/4, more than 2 from separate prices."""
    tastes = {f"{a}{b}": (a, b) for a, b in product((1, 2), repeat=2)}
    assert value(classics.screening(tastes)) == F(9, 4)


def menu_value(tastes, chances, prices):
    """Return the revenue of deterministic prices for good 1, good 2 and the bundle, ties for the seller."""
    total = F(0)
    for (a, b), p in zip(tastes, chances, strict=True):
        offers = [(0, 0), *((v - price, price) for v, price in zip((a, b, a + b), prices, strict=True))]
        total += p * max(offers)[1]
    return total


def test_screening_is_at_least_every_menu_of_prices():
    tastes = [(1, 2), (2, 4), (5, 1), (3, 3)]
    chances = [F(1, 4), F(1, 4), F(1, 6), F(1, 3)]
    best = max(menu_value(tastes, chances, prices) for prices in product(range(10), repeat=3))
    found = value(classics.screening({f"t{k}": t for k, t in enumerate(tastes)}, chances))
    assert found >= best
    assert found <= sum(p * (a + b) for (a, b), p in zip(tastes, chances, strict=True))


def test_bad_tables_are_named():
    with pytest.raises(gt.InputError, match="listed twice"):
        classics.auction([[1, 1]])
    with pytest.raises(gt.InputError, match="do not sum to 1"):
        classics.auction([[1, 2]], [["1/2", "1/3"]])
    with pytest.raises(gt.InputError, match="not positive"):
        classics.bilateral_trade([0, 1], [1, 2], [0, 1])
    with pytest.raises(gt.InputError, match="each good"):
        classics.screening({"a": [1, 2], "b": [1]})
