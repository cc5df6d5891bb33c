"""Instances of the literature against their published answers."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, permutations

import numpy as np
import pytest

from gametheory.limits import Budget
from gametheory.matching import (
    Matching,
    MatchingMarket,
    NamedMatching,
    SomeStableMatchings,
    StableMatchings,
    mechanisms,
    roommates,
    rotations,
    trading_cycles,
)
from gametheory.matching import deferred_acceptance as deferred
from gametheory.matching import probabilistic_serial as serial
from gametheory.matching.cutoffs import cutoffs, demand
from gametheory.matching.verify import verify
from gametheory.solution import Termination
from gametheory.solvers import Options


def named(market, assignment):
    return {market.proposer_name(i): market.receiver_name(int(j)) if j >= 0 else None for i, j in enumerate(assignment)}


def certified(market, answer, concept):
    certificate = verify(market, answer, exact=True, concept=concept)
    assert certificate.ok, certificate
    assert certificate.exact
    return certificate


def solved(function, market, concept, **options):
    outcome = function(market, Options(**options))
    assert outcome.termination is Termination.SOLVED
    certified(market, outcome.answer, concept)
    return named(market, outcome.answer.assignment)


@pytest.fixture
def gale_shapley():
    """Example 1 of Gale and Shapley (1962)."""
    men = {"alpha": ["A", "B", "C"], "beta": ["B", "C", "A"], "gamma": ["C", "A", "B"]}
    women = {"A": ["beta", "gamma", "alpha"], "B": ["gamma", "alpha", "beta"], "C": ["alpha", "beta", "gamma"]}
    return MatchingMarket.from_lists(men, women, sides=("men", "women"))


def test_gale_shapley_men_propose_and_get_first_choices(gale_shapley):
    found = solved(deferred.solve, gale_shapley, "stable")
    assert found == {"alpha": "A", "beta": "B", "gamma": "C"}


@pytest.mark.parametrize("who", ["receivers", "women"])
def test_gale_shapley_women_propose_and_get_first_choices(gale_shapley, who):
    found = solved(deferred.solve, gale_shapley, "stable", extra={"proposing": who})
    assert found == {"alpha": "C", "beta": "A", "gamma": "B"}


def test_gale_shapley_has_three_stable_matchings_and_the_other_three_are_refuted(gale_shapley):
    answer = rotations.solve_all(gale_shapley, Options()).answer
    certified(gale_shapley, answer, "all_stable")
    assert sorted(map(tuple, answer.assignments.tolist())) == [(0, 1, 2), (1, 2, 0), (2, 0, 1)]
    for rest in set(permutations(range(3))) - {(0, 1, 2), (1, 2, 0), (2, 0, 1)}:
        assert not verify(gale_shapley, Matching(np.array(rest)), exact=True, concept="stable").ok


def test_gale_shapley_second_example_has_one_stable_matching():
    men = {"a": ["A", "B", "C", "D"], "b": ["A", "D", "C", "B"], "c": ["B", "A", "C", "D"], "d": ["D", "B", "C", "A"]}
    women = {"A": ["d", "c", "a", "b"], "B": ["b", "d", "a", "c"], "C": ["d", "a", "b", "c"], "D": ["c", "b", "a", "d"]}
    market = MatchingMarket.from_lists(men, women)
    answer = rotations.solve_all(market, Options()).answer
    certified(market, answer, "all_stable")
    assert [named(market, row) for row in answer.assignments] == [{"a": "C", "b": "D", "c": "A", "d": "B"}]


def roommates_market(text):
    rows = [row.split() for row in text.strip().splitlines()]
    return MatchingMarket.roommates({str(i + 1): row for i, row in enumerate(rows)})


def pairs_of(assignment):
    return sorted((i + 1, int(j) + 1) for i, j in enumerate(assignment) if i < j)


IRVING_SIX = "4 6 2 5 3\n6 3 5 1 4\n4 5 1 6 2\n2 6 5 1 3\n4 2 3 6 1\n5 1 4 2 3"
IRVING_NONE = "2 6 4 3 5\n3 5 1 6 4\n1 6 2 5 4\n5 2 3 6 1\n6 1 3 4 2\n4 2 5 1 3"
IRVING_EIGHT = """
2 5 4 6 7 8 3
3 6 1 7 8 5 4
4 7 2 8 5 6 1
1 8 3 5 6 7 2
6 1 8 2 3 4 7
7 2 5 3 4 1 8
8 3 6 4 1 2 5
5 4 7 1 2 3 6
"""
GUSFIELD_IRVING_TEN = """
8 2 9 3 6 4 5 7 10
4 3 8 9 5 1 10 6 7
5 6 8 2 1 7 10 4 9
10 7 9 3 1 6 2 5 8
7 4 10 8 2 6 3 1 9
2 8 7 3 4 10 1 5 9
2 1 8 3 5 10 4 6 9
10 4 2 5 6 7 1 3 9
6 7 2 5 10 3 4 8 1
3 1 6 5 2 9 8 4 7
"""


def test_irving_six_persons():
    market = roommates_market(IRVING_SIX)
    outcome = roommates.solve(market, Options())
    certified(market, outcome.answer, "stable")
    assert pairs_of(outcome.answer.assignment) == [(1, 6), (2, 3), (4, 5)]


def test_irving_eight_persons_is_one_of_its_three():
    market = roommates_market(IRVING_EIGHT)
    outcome = roommates.solve(market, Options())
    certified(market, outcome.answer, "stable")
    assert pairs_of(outcome.answer.assignment) in (
        [(1, 2), (3, 4), (5, 8), (6, 7)],
        [(1, 4), (2, 3), (5, 6), (7, 8)],
        [(1, 5), (2, 6), (3, 7), (4, 8)],
    )


SEVEN = (
    [(1, 3), (2, 4), (5, 7), (6, 8), (9, 10)],
    [(1, 4), (2, 3), (5, 7), (6, 8), (9, 10)],
    [(1, 4), (2, 8), (3, 6), (5, 7), (9, 10)],
    [(1, 4), (2, 9), (3, 6), (5, 7), (8, 10)],
    [(1, 7), (2, 3), (4, 9), (5, 10), (6, 8)],
    [(1, 7), (2, 8), (3, 5), (4, 9), (6, 10)],
    [(1, 7), (2, 8), (3, 6), (4, 9), (5, 10)],
)


def test_gusfield_irving_ten_persons_has_seven_stable_matchings():
    market = roommates_market(GUSFIELD_IRVING_TEN)
    outcome = roommates.solve(market, Options())
    assert pairs_of(outcome.answer.assignment) in SEVEN
    for pairs in SEVEN:
        certified(market, NamedMatching(tuple((str(a), str(b)) for a, b in pairs)), "stable")
    swapped = NamedMatching((("1", "2"), ("3", "4"), ("5", "6"), ("7", "8"), ("9", "10")))
    assert not verify(market, swapped, exact=True, concept="stable").ok


def test_irving_without_stable_matching_has_two_odd_parties():
    market = roommates_market(IRVING_NONE)
    outcome = roommates.solve(market, Options())
    assert outcome.termination is Termination.NONE_EXISTS
    assert certified(market, outcome.answer, "stable").kind == "stable_partition"
    assert outcome.answer.parties() == [[0, 1, 2], [3, 4, 5]]


def test_gale_shapley_roommates_example_has_no_stable_matching():
    lists = {"a": ["b", "c", "d"], "b": ["c", "a", "d"], "c": ["a", "b", "d"], "d": ["a", "b", "c"]}
    market = MatchingMarket.roommates(lists)
    outcome = roommates.solve(market, Options())
    assert outcome.termination is Termination.NONE_EXISTS
    certified(market, outcome.answer, "stable")
    assert outcome.answer.parties() == [[0, 1, 2], [3]]


def test_roth_many_to_one_college_optimal_is_not_best_for_colleges():
    """Roth (1985): three colleges, four students, one stable outcome that every college could better."""
    students = {"s1": ["C3", "C1", "C2"], "s2": ["C2", "C1", "C3"], "s3": ["C1", "C3", "C2"], "s4": ["C1", "C2", "C3"]}
    order = ["s1", "s2", "s3", "s4"]
    colleges = {"C1": order, "C2": order, "C3": ["s3", "s1", "s2", "s4"]}
    market = MatchingMarket.from_lists(students, colleges, quotas={"C1": 2})
    expected = {"s1": "C3", "s2": "C2", "s3": "C1", "s4": "C1"}
    assert solved(deferred.solve, market, "stable") == expected
    assert solved(deferred.solve, market, "stable", extra={"proposing": "receivers"}) == expected
    better = NamedMatching((("s2", "C1"), ("s4", "C1"), ("s1", "C2"), ("s3", "C3")))
    assert not verify(market, better, exact=True, concept="stable").ok


ABDULKADIROGLU_SONMEZ = MatchingMarket.from_lists(
    {
        "i1": ["s2", "s1", "s3", "s4"],
        "i2": ["s1", "s2", "s3", "s4"],
        "i3": ["s3", "s2", "s1", "s4"],
        "i4": ["s3", "s4", "s1", "s2"],
        "i5": ["s1", "s3", "s4", "s2"],
        "i6": ["s4", "s1", "s2", "s3"],
        "i7": ["s1", "s2", "s3", "s4"],
        "i8": ["s1", "s2", "s4", "s3"],
    },
    {
        "s1": ["i1", "i2", "i3", "i4", "i5", "i6", "i7", "i8"],
        "s2": ["i3", "i5", "i4", "i8", "i7", "i2", "i1", "i6"],
        "s3": ["i5", "i3", "i1", "i7", "i2", "i8", "i6", "i4"],
        "s4": ["i6", "i8", "i7", "i4", "i2", "i3", "i5", "i1"],
    },
    quotas={"s1": 2, "s2": 2, "s3": 3, "s4": 1},
    priorities=True,
    sides=("students", "schools"),
)


def test_top_trading_cycles_of_abdulkadiroglu_and_sonmez():
    """By hand: i1, i3, i5 trade and i6 takes s4; then i2 takes s1; then i7 and i4 trade; i8 is left s3."""
    found = solved(trading_cycles.solve, ABDULKADIROGLU_SONMEZ, "pareto_efficient")
    assert found == {
        "i1": "s2", "i2": "s1", "i3": "s3", "i4": "s3", "i5": "s1", "i6": "s4", "i7": "s2", "i8": "s3",
    }  # fmt: skip


def test_boston_fills_first_choices_first():
    market = ABDULKADIROGLU_SONMEZ
    found = solved(mechanisms.solve_boston, market, "immediate_acceptance")
    # First choices: s1 takes i2, i5 of (i2, i5, i7, i8); i1, i3, i4, i6 get theirs. Then i8 before i7 at s2.
    assert found == {
        "i1": "s2", "i2": "s1", "i3": "s3", "i4": "s3", "i5": "s1", "i6": "s4", "i7": "s3", "i8": "s2",
    }  # fmt: skip
    certified(market, NamedMatching(tuple(found.items())), "pareto_efficient")
    traded = {**found, "i7": "s2", "i8": "s3"}
    assert not verify(market, NamedMatching(tuple(traded.items())), exact=True, concept="immediate_acceptance").ok


def test_serial_dictatorship_follows_the_order():
    lists = {"a": ["x", "y"], "b": ["x", "y"], "c": ["x", "y"]}
    market = MatchingMarket.from_lists(lists, ["x", "y"])
    found = solved(mechanisms.solve_serial_dictatorship, market, "pareto_efficient")
    assert found == {"a": "x", "b": "y", "c": None}
    drawn = {
        tuple(solved(mechanisms.solve_serial_dictatorship, market, "pareto_efficient", ties="single_lottery", seed=s))
        for s in range(3)
    }
    again = [mechanisms.solve_serial_dictatorship(market, Options(ties="single_lottery", seed=7)) for _ in range(2)]
    assert again[0].answer.assignment.tolist() == again[1].answer.assignment.tolist()
    assert len(drawn) >= 1


def test_housing_market_core_is_the_trading_cycles():
    """A cycle of three, then one of one: the core allocation found by hand."""
    lists = {"1": ["3", "2"], "2": ["1", "4"], "3": ["2", "1"], "4": ["2", "3"]}
    market = MatchingMarket.housing(lists)
    assert solved(trading_cycles.solve, market, "core") == {"1": "3", "2": "1", "3": "2", "4": "4"}
    swap = NamedMatching((("1", "2"), ("2", "1"), ("3", "3"), ("4", "4")))
    assert not verify(market, swap, exact=True, concept="core").ok


def test_probabilistic_serial_of_bogomolnaia_and_moulin():
    lists = {"1": list("abcd"), "2": list("abcd"), "3": list("badc"), "4": list("badc")}
    market = MatchingMarket.from_lists(lists, list("abcd"))
    answer = serial.solve(market, Options()).answer
    certified(market, answer, "ordinally_efficient")
    half = Fraction(1, 2)
    assert answer.probabilities.tolist() == [half, 0, half, 0] * 4
    assert sum(answer.weights) == 1


def test_random_serial_dictatorship_of_the_same_lists_is_not_ordinally_efficient():
    from gametheory.matching import RandomAssignment

    lists = {"1": list("abcd"), "2": list("abcd"), "3": list("badc"), "4": list("badc")}
    market = MatchingMarket.from_lists(lists, list("abcd"))
    rows = []
    for order in permutations(range(4)):
        free, row = set(range(4)), [0] * 4
        for agent in order:
            row[agent] = next(int(t[0]) for t in market.proposers.groups(agent) if int(t[0]) in free)
            free.remove(row[agent])
        rows.append(row)
    matchings = np.array(rows)
    owners, targets = market.proposers.owners(), market.proposers.targets
    chances = np.array(
        [Fraction(int((matchings[:, i] == t).sum()), 24) for i, t in zip(owners, targets, strict=True)], dtype=object
    )
    assert chances[:4].tolist() == [Fraction(5, 12), Fraction(1, 12), Fraction(5, 12), Fraction(1, 12)]
    weights = np.array([Fraction(1, 24)] * 24, dtype=object)
    certificate = verify(
        market, RandomAssignment(chances, weights, matchings), exact=True, concept="ordinally_efficient"
    )
    assert not certificate.ok
    assert "could be traded" in certificate.violations[0].constraint


def test_cutoffs_reproduce_the_stable_matching():
    market = ABDULKADIROGLU_SONMEZ
    answer = deferred.solve(market, Options()).answer
    levels = cutoffs(market, answer)
    assert demand(market, levels).assignment.tolist() == answer.assignment.tolist()
    unstable = trading_cycles.solve(market, Options()).answer
    assert not verify(market, unstable, exact=True, concept="stable").ok
    assert demand(market, cutoffs(market, unstable)).assignment.tolist() != unstable.assignment.tolist()


def test_latin_square_market_has_as_many_stable_matchings_as_shifts():
    n = 6
    men = [[(i + k) % n for k in range(n)] for i in range(n)]
    women = [[(j + 1 + k) % n for k in range(n)] for j in range(n)]
    market = MatchingMarket.from_arrays(men, women)
    answer = rotations.solve_all(market, Options()).answer
    certified(market, answer, "all_stable")
    assert answer.assignments.shape[0] == n
    ranks = [sum(men[i].index(j) for i, j in enumerate(row)) for row in answer.assignments.tolist()]
    assert all(a < b for a, b in pairwise(ranks))


def test_enumeration_stops_at_its_limit(gale_shapley):
    outcome = rotations.solve_all(gale_shapley, Options(extra={"limit": 2}))
    assert outcome.termination is Termination.LIMIT
    assert outcome.answer.assignments.shape[0] == 2
    certificate = verify(gale_shapley, outcome.answer, exact=True, concept="all_stable")
    assert (certificate.ok, certificate.kind) == (True, "stable_matchings")
    claimed = verify(gale_shapley, StableMatchings(outcome.answer.assignments), exact=True, concept="all_stable")
    assert not claimed.ok
    assert "missing" in claimed.violations[0].constraint


def test_some_stable_matchings_are_stable_and_differ(gale_shapley):
    one, two = ([0, 1, 2], [1, 0, 2])
    for rows, message in (([one, one], "given twice"), ([one, two], "block"), (np.empty((0, 3), dtype=int), "rows")):
        certificate = verify(gale_shapley, SomeStableMatchings(rows), exact=True, concept="all_stable")
        assert not certificate.ok
        assert message in certificate.violations[0].constraint


def test_the_enumeration_is_stopped_between_one_proposer_and_the_next(gale_shapley):
    class Interrupted(Budget):
        polled = 0

        def check(self, iterations=0):
            self.polled += 1
            self.interrupted = self.polled > 2  # once for the first matching, once for its first proposer
            super().check(iterations)

    outcome = rotations.solve_all(gale_shapley, Options(budget=Interrupted()))
    assert outcome.termination is Termination.LIMIT
    assert len(outcome.answer.assignments) == 1
