"""Data trees of forms and answers: whatever is wrong with them is said, and nothing else is raised."""

from __future__ import annotations

import copy
import random

import numpy as np
import pytest

import gametheory as gt
from gametheory.errors import InputError, UsageError
from gametheory.forms import answer_from_data, form_from_data
from gametheory.matching import AssignmentGame, DynamicPairing, MatchingMarket, RoommateGame
from gametheory.trees import encode_tree

SQUARE = MatchingMarket.from_arrays([[0, 1], [0, 1]], [[1, 0], [0, 1]])
HOUSES = MatchingMarket.housing({"a": ["b"], "b": ["a"], "c": ["a"]})
MASSES = AssignmentGame([[1.5, 2], [3, 4]], buyer_masses=[1, 2.0], seller_masses=[1.0, 2], scale=1)
CASES = [
    (
        MatchingMarket.from_lists({"a": ["x", ["y", "z"]], "b": ["y"]}, {"x": ["a"], "y": ["b", "a"], "z": ["a"]}),
        "stable",
    ),
    (MatchingMarket.roommates({"1": ["2", "3"], "2": ["3", "1"], "3": ["1", "2"]}), "stable"),
    (SQUARE, "all_stable"),
    (SQUARE, "egalitarian"),
    (SQUARE, "minimum_regret"),
    (SQUARE, "ordinally_efficient"),
    (HOUSES, "core"),
    (HOUSES, "maximum_exchange"),
    (AssignmentGame([[1, 2], [3, 4]]), "core"),
    (AssignmentGame.sparse([0], [1], [2], (2, 2)), "core"),
    (MASSES, "core"),
    (MASSES, "choo_siow"),
    (RoommateGame([[0, 1, 1], [1, 0, 1], [1, 1, 0]]), "core"),
    (RoommateGame.separable([1, 2, 3, 4], 1, 0, masses=[1, 1, 2, 1]), "core"),
    (DynamicPairing([1, 2], [3, 4], [1, 2], 2, "9/10"), "equilibrium"),
]
WRONG = [None, -1, 99, 1.5, "x", "1/3", [], {}, [1], [[1, 2], [3]], True, float("nan"), 10**40, ""]


def places(tree, path=()):
    if path:
        yield path
    for key in tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ():
        yield from places(tree[key], (*path, key))


def damaged(tree, draws):
    tree = copy.deepcopy(tree)
    *way, last = draws.choice(list(places(tree)))
    at = tree
    for key in way:
        at = at[key]
    if draws.random() < 0.2:
        del at[last]
    else:
        at[last] = draws.choice(WRONG)
    return tree


@pytest.mark.parametrize(("form", "concept"), CASES)
def test_damaged_trees_are_refused_or_fail_their_check(form, concept):
    draws = random.Random(concept)
    solution = gt.solve(form, concept=concept)
    name, kind = type(form).__name__, type(solution.answer).__name__
    trees = [encode_tree(x.to_data(), exactly=solution.exact) for x in (form, solution.answer)]
    again = form_from_data(name, trees[0])
    answer = answer_from_data(again, kind, trees[1])
    assert gt.verify(again, answer, exact=solution.exact, concept=concept).ok
    for _ in range(60):
        for damage in (0, 1):
            try:
                some = form_from_data(name, damaged(trees[0], draws)) if damage == 0 else again
                other = answer_from_data(again, kind, damaged(trees[1], draws)) if damage else answer
                gt.verify(some, other, exact=solution.exact, concept=concept)
            except (InputError, UsageError) as error:
                assert str(error)


@pytest.mark.parametrize("form", [SQUARE, MASSES, CASES[-1][0]])
def test_arrays_of_forms_are_read_only_and_their_own(form):
    for value in vars(form).values():
        if isinstance(value, np.ndarray) and value.size:
            with pytest.raises(ValueError, match="read-only"):
                value[(0,) * value.ndim] = value[(0,) * value.ndim]


def test_a_form_does_not_change_with_the_array_it_was_built_from():
    given = np.array([[1.0, 2.0], [3.0, 4.0]])
    game = AssignmentGame(given)
    given[0, 0] = 100
    assert game.surplus[0, 0] == 1
