"""Preference lists read from Python lists: what is wrong is said with the agent's name; long and short lists alike."""

import numpy as np
import pytest

import gametheory as gt
from gametheory.matching import MatchingMarket

#: How many lists of 200 come before the list that is wrong: few are read as Python, many in compiled code.
BEFORE = (0, 200)


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize(
    ("own", "message"),
    [
        ([1.5], "lists 1.5, which is not an integer"),
        (["a"], "lists 'a', which is not an integer"),
        ([None], "lists None, which is not an integer"),
        ([[1]], r"lists \[1\], which is not an integer"),
        ([0, -1], "lists number -1, which does not exist"),
        ([200], "lists number 200, which does not exist"),
        ([2**31], "lists number 2147483648, which does not exist"),
        ([2**70], "lists number 1180591620717411303424, which does not exist"),
        ([7, 3, 7], "lists '8' twice"),
    ],
)
def test_a_wrong_entry_names_its_agent(before, own, message):
    rows = [list(range(200)) for _ in range(before)] + [own]
    with pytest.raises(gt.InputError, match=f"'{before + 1}' {message}"):
        MatchingMarket.from_arrays(rows, [list(range(before + 1))] * 200)


def test_lists_that_are_no_lists_are_refused():
    with pytest.raises(gt.InputError, match="one list per agent"):
        MatchingMarket.from_arrays([3], [[0]])
    with pytest.raises(gt.InputError, match="the list of 'a' is not a list of names"):
        MatchingMarket.from_lists({"a": 5}, ["x"])
    with pytest.raises(gt.InputError, match=r"'a' lists '1.5', which is not one of the receivers"):
        MatchingMarket.from_lists({"a": [1.5]}, ["x"])


@pytest.mark.parametrize("n", [20, 250])
def test_lists_of_every_kind_build_the_same_market(n):
    """Matrices, lists, tuples, rows of an array, lists of unequal length in two orders of reading, and names."""
    draws = np.random.default_rng(n)
    first, second = (draws.permuted(np.tile(np.arange(n), (n, 1)), axis=1) for _ in range(2))
    men, women = [f"m{i}" for i in range(n)], [f"w{i}" for i in range(n)]
    named = MatchingMarket.from_lists(
        {men[i]: [women[j] for j in row] for i, row in enumerate(first)},
        {women[j]: [men[i] for i in row] for j, row in enumerate(second)},
    )
    for kind in (lambda a: a, lambda a: a.tolist(), lambda a: tuple(map(tuple, a.tolist())), list):
        market = MatchingMarket.from_arrays(kind(first), kind(second))
        for one, two in ((market.proposers, named.proposers), (market.receivers, named.receivers)):
            assert (one.targets == two.targets).all() and (one.offsets == two.offsets).all()
        assert (market.proposers.targets.reshape(n, n) == first).all()


def test_lists_of_unequal_length_keep_their_ends():
    n = 300
    rows = [list(range(i + 1)) for i in range(n)]
    market = MatchingMarket.from_arrays(rows, [list(range(n - 1, j - 1, -1)) for j in range(n)])
    assert [market.proposers.groups(i) for i in (0, 1, n - 1)] == [[[j] for j in range(i + 1)] for i in (0, 1, n - 1)]
    assert market.receivers.groups(n - 1) == [[n - 1]]


def test_ties_among_names_that_are_numbers_or_text():
    market = MatchingMarket.from_lists({"a": [("x", "y"), 3], "b": [3, ["x"]], "c": []}, ["x", "y", "3"])
    assert [market.proposers.groups(i) for i in range(3)] == [[[0, 1], [2]], [[2], [0]], []]
