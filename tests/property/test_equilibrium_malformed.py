"""Malformed data of this folder's forms and answers is refused with `InputError`, whatever is wrong with it."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gametheory as gt
from gametheory.equilibrium import (
    BidSchedule,
    ChoiceProfile,
    Root,
    SearchEquilibrium,
    SearchSimulation,
    TradingSteadyState,
    TransitionPath,
)
from gametheory.errors import InputError
from gametheory.trees import encode_tree

MARKET = gt.SearchMarket("1/20", 1, "3/10", 1, [1, 2], [1, -1], dividends=[1, 2])
DEALERS = gt.IndivisibleMarket(["low", "high"], [-1, 1], [[0, 1], ["1/10", 0]], "4/5", "1/20", [10], ["1/2"])
PATH = gt.SearchTransition(MARKET, gt.StartingLaw(points=[-1, 1]), ["1/10", 1])
CASES = [
    (gt.EquilibriumSystem, gt.EquilibriumSystem(["x", "y"], ["x - a", "x*y"], {"a": 1}, [0, None], [1, 2])),
    (gt.ContinuousGame, gt.ContinuousGame(["x"], ["x*(1-x)*a"], [0], [1], {"a": 2})),
    (gt.BiddingGame, gt.BiddingGame(2, "value", 0, 1, "value - bid", "0", 0)),
    (gt.SearchMarket, MARKET),
    (gt.SearchTransition, PATH),
    (gt.IndivisibleMarket, DEALERS),
    (Root, Root({"x": 1})),
    (ChoiceProfile, ChoiceProfile({"x": "1/2"}, "1/10")),
    (BidSchedule, BidSchedule([0, 0.5, 1], [0, 0.2, 0.5], 0.1)),
    (SearchEquilibrium, gt.solve(MARKET, exact=True).answer),
    (SearchSimulation, gt.solve(MARKET, concept="simulation", agents=200, batches=2, streams=1).answer),
    (TradingSteadyState, gt.solve(DEALERS).answer),
    (TransitionPath, TransitionPath.of_moments(gt.solve(PATH).answer.moments)),
]
ODD = st.sampled_from([None, "x", "1/0", -1, 0, 3, 1e400, True, [], [1], [[1], [1, 2]], {}, {"a": 1}, "nan", 10**400])


def places(tree, path=()):
    yield path
    if isinstance(tree, dict):
        for key in tree:
            yield from places(tree[key], (*path, key))
    elif isinstance(tree, list):
        for index in range(len(tree)):
            yield from places(tree[index], (*path, index))


@pytest.mark.parametrize(("kind", "good"), CASES, ids=lambda c: getattr(c, "__name__", ""))
@pytest.mark.parametrize("exactly", [True, False])
def test_data_survives_json(kind, good, exactly):
    tree = json.loads(json.dumps(encode_tree(good.to_data(), exactly=exactly)))
    again = encode_tree(kind.from_data(tree).to_data(), exactly=exactly)
    assert again == tree


@pytest.mark.parametrize(("kind", "good"), CASES, ids=lambda c: getattr(c, "__name__", ""))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_damage_is_an_input_error_or_none(kind, good, data):
    tree = json.loads(json.dumps(encode_tree(good.to_data(), exactly=data.draw(st.booleans()))))
    path = data.draw(st.sampled_from([p for p in places(tree) if p]))
    damaged = copy.deepcopy(tree)
    inside = damaged
    for step in path[:-1]:
        inside = inside[step]
    if data.draw(st.booleans()):
        inside[path[-1]] = data.draw(ODD)
    else:
        del inside[path[-1]]
    try:
        kind.from_data(damaged)
    except InputError as error:
        assert str(error)
