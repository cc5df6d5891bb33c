"""Cores against brute force and against other packages."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

import gametheory as gt
from gametheory.matching import AssignmentGame, DynamicPairing, RoommateGame
from gametheory.solution import Termination

matrices = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(-3, 9), min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]
    )
)


def best_value(surplus):
    gains = np.maximum(surplus, 0)
    rows, columns = linear_sum_assignment(gains, maximize=True)
    return int(gains[rows, columns].sum())


@given(matrices)
@settings(max_examples=60, deadline=None)
def test_buyer_optimal_prices_are_vickrey_payments(rows):
    surplus = np.array(rows)
    solution = gt.solve(AssignmentGame(surplus), exact=True).require()
    value = best_value(surplus)
    assert solution.results["value"] == value
    for i in range(surplus.shape[0]):
        assert solution.answer.best_for_buyers[i] == value - best_value(np.delete(surplus, i, axis=0))
    for j in range(surplus.shape[1]):
        assert solution.answer.best_for_sellers[j] == value - best_value(np.delete(surplus, j, axis=1))


@given(matrices, st.data())
@settings(max_examples=30, deadline=None)
def test_masses_equal_as_many_individuals(rows, data):
    surplus = np.array(rows)
    many = [data.draw(st.lists(st.integers(1, 3), min_size=k, max_size=k)) for k in surplus.shape]
    masses = gt.solve(AssignmentGame(surplus, buyer_masses=many[0], seller_masses=many[1]), exact=True).require()
    copies = np.repeat(np.repeat(surplus, many[0], axis=0), many[1], axis=1)
    single = gt.solve(AssignmentGame(copies), exact=True).require()
    assert masses.results["value"] == single.results["value"]
    starts = [np.concatenate([[0], np.cumsum(k)[:-1]]) for k in many]
    for name, start in (("best_for_buyers", 0), ("then_buyers", 0), ("then_sellers", 1), ("best_for_sellers", 1)):
        assert getattr(masses.answer, name).tolist() == getattr(single.answer, name)[starts[start]].tolist()


@given(matrices, st.randoms())
@settings(max_examples=30, deadline=None)
def test_relabelling_and_swapping_sides_commute_with_solving(rows, random):
    surplus = np.array(rows)
    order = list(range(surplus.shape[0]))
    random.shuffle(order)
    base = gt.solve(AssignmentGame(surplus), exact=True).answer
    moved = gt.solve(AssignmentGame(surplus[order]), exact=True).answer
    assert moved.best_for_buyers.tolist() == base.best_for_buyers[order].tolist()
    assert moved.then_sellers.tolist() == base.then_sellers.tolist()
    turned = gt.solve(AssignmentGame(surplus.T), exact=True).answer
    assert turned.best_for_buyers.tolist() == base.best_for_sellers.tolist()


@given(st.integers(1, 7), st.integers(0, 10**6), st.booleans())
@settings(max_examples=50, deadline=None)
def test_one_sided_cores_against_a_blossom_algorithm(n, seed, exactly):
    draws = np.random.default_rng(seed)
    surplus = np.triu(draws.integers(-2, 9, (n, n)), 1)
    surplus = surplus + surplus.T
    solution = gt.solve(RoommateGame(surplus if exactly else surplus * 1.0), exact=exactly)
    assert solution.verified
    graph = nx.Graph([(i, j, {"weight": int(surplus[i, j])}) for i in range(n) for j in range(i) if surplus[i, j] > 0])
    best = sum(int(surplus[i, j]) for i, j in nx.max_weight_matching(graph))
    answer = solution.answer
    if solution.termination is Termination.SOLVED:
        assert abs(float(solution.results["value"]) - best) < 1e-6
    else:
        halves = (answer.set_offsets[1:] - answer.set_offsets[:-1]) // 2
        bound = sum(float(p) for p in answer.prices) + sum(
            float(p) * int(h) for p, h in zip(answer.set_prices, halves, strict=True)
        )
        assert abs(bound - best) < 1e-6


@given(st.lists(st.integers(0, 6), min_size=1, max_size=7), st.integers(0, 4), st.integers(0, 8), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_sorting_says_what_the_program_says(types, high, gap, constant):
    low = gap - 4 if gap - 4 >= -high else -high
    game = RoommateGame.separable(types, high, low, constant=constant)
    fast, slow = (gt.solve(game, exact=True, method=m) for m in (None, "linear_program"))
    assert fast.verified
    assert slow.verified
    assert fast.termination is slow.termination
    if fast.solved:
        assert fast.results["value"] == slow.results["value"]


@given(st.integers(1, 4), st.integers(1, 3), st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_rounds_are_worth_what_the_planner_finds(count, periods, seed):
    draws = np.random.default_rng(seed)
    types = [Fraction(int(k), 10) for k in draws.integers(0, 10, count)]
    game = DynamicPairing(
        [int(k) for k in draws.integers(1, 5, count)], [2 + s for s in types], [2] * count, periods, "99/100"
    )
    first, second = (gt.solve(game, exact=True, method=m).require() for m in ("backward_forward", "planner_program"))
    assert first.results["value"] == second.results["value"]


@given(st.integers(2, 4), st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_two_individuals_of_each_type_against_all_ways_to_pair_twice(count, seed):
    """One round of pairing is worth what the best assignment of roles is worth."""
    draws = np.random.default_rng(seed)
    high, low = draws.integers(5, 12, 2 * count), draws.integers(0, 5, 2 * count)
    game = DynamicPairing([1] * (2 * count), high, low, 1)
    best = (
        max(
            sum(int(high[k]) for k in order[:count]) + sum(int(low[k]) for k in order[count:])
            for order in permutations(range(2 * count))
        )
        if count < 4
        else None
    )
    value = gt.solve(game, exact=True).require().results["value"]
    gains = np.sort(high - low)[::-1][:count]
    assert value == int(low.sum() + gains.sum())
    assert best is None or value == best
