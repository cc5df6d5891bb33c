"""The form of one-sided trades and the data of its answers."""

from fractions import Fraction

import numpy as np
import pytest

from gametheory.errors import InputError
from gametheory.mechanism.neutral import NeutralMechanism, NeutralOptimum, OneSidedTrade, Weights
from gametheory.mechanism.neutral.solver import neutral_optimum
from gametheory.trees import encode_tree
from tests.neutral_examples import paper, two_types

F = Fraction


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (([1, 2], [3], ["1/2", "1/2"]), "values has 1 entries"),
        (([1, 2], [3, 4], ["1/2", "1/4"]), "sums to 3/4"),
        (([1, 2], [3, 4], [1, 0]), "type 't2' is 0, not positive"),
        (([1, 2], [3, 4], ["3/2", "-1/2"]), "not positive"),
        (([], [], []), "one number per type"),
        (([[1]], [[2]], [[1]]), "one number per type"),
        (([1, "x"], [3, 4], ["1/2", "1/2"]), "'x' is not a finite number"),
        (([1, float("nan")], [3, 4], ["1/2", "1/2"]), "not a finite number"),
        (([1, 2], [3, 4], ["1/2", "1/2"], ("a",)), "1 names"),
        (([1, 2], [3, 4], ["1/2", "1/2"], ("a", "a")), "named twice"),
        (([1, 2], [3, 4], ["1/2", "1/2"], (), "3/2"), "between 0 and 1"),
        (([1, 2], [3, 4], ["1/2", "1/2"], (), -1), "between 0 and 1"),
    ],
)
def test_refused(parts, said):
    with pytest.raises(InputError, match=said):
        OneSidedTrade(*parts)


def test_floats_stand_for_their_decimals():
    trade = OneSidedTrade([0.1, 0.2], [1.5, 2], [0.3, 0.7], power=0.25)
    assert trade.costs.tolist() == [F(1, 10), F(1, 5)]
    assert trade.prior.sum() == 1 and trade.power == F(1, 4) and trade.types == ("t1", "t2")
    with pytest.raises(ValueError, match="read-only"):
        trade.costs[0] = F(0)


def test_utilities_and_slack_of_the_papers_first_mechanism():
    trade = paper()
    quantities = np.array([F(1), F(2, 3), F(1, 6), F(1, 9)])
    payments = np.array([F(20), F(50, 3), F(20, 3), F(5)])
    assert trade.informed_utilities(quantities, payments).tolist() == [10, F(10, 3), F(5, 3), F(5, 9)]
    assert trade.uninformed_utility(quantities, payments) == F(97, 18)
    slack = trade.incentive_slack(quantities, payments)
    binding = {(t, s) for t in range(4) for s in range(4) if s != t and slack[t, s] == 0}
    assert binding == {(0, 1), (1, 2), (2, 3)} and (slack >= 0).all()


def test_classes_group_equal_costs():
    trade = OneSidedTrade([5, 1, 5, 3], [6] * 4, ["1/4"] * 4)
    assert trade.classes == ((1,), (3,), (0, 2))


@pytest.mark.parametrize("exactly", [True, False])
def test_data_round_trip(exactly):
    trade = paper("1/3")
    again = OneSidedTrade.from_data(encode_tree(trade.to_data(), exactly=exactly))
    assert again.types == trade.types
    assert np.allclose((again.prior - trade.prior).astype(float), 0)
    answer = neutral_optimum(two_types())
    tree = encode_tree(answer.to_data(), exactly=exactly)
    back = NeutralOptimum.from_data(tree)
    assert encode_tree(back.to_data(), exactly=exactly) == tree
    assert back.payoffs_unique is False


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (OneSidedTrade, {"costs": [1]}),
        (OneSidedTrade, {"costs": [1], "values": [2], "prior": [1], "colour": 1}),
        (OneSidedTrade, {"costs": 1, "values": [2], "prior": [1]}),
        (OneSidedTrade, [1, 2]),
        (Weights, {"informed": [1], "uninformed": 1, "alpha": [[0, 1]]}),
        (Weights, {"informed": [[1]], "uninformed": 1, "alpha": [[0]]}),
        (NeutralMechanism, {"quantities": [1]}),
        (NeutralOptimum, {"payoffs_unique": True}),
        (NeutralOptimum, "nothing"),
    ],
)
def test_malformed_data_is_an_input_error(kind, data):
    with pytest.raises(InputError):
        kind.from_data(data)


def test_an_alternative_and_uniqueness_belong_together():
    answer = neutral_optimum(two_types())
    for unique, other in ((True, answer.alternative), (None, answer.alternative), (False, None)):
        with pytest.raises(InputError, match="alternative"):
            NeutralOptimum(answer.mechanism, unique, other)
    with pytest.raises(InputError, match="payoffs_unique"):
        NeutralOptimum(answer.mechanism, "yes")
