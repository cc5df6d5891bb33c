"""Matching markets against brute force, and under relabelling and swapping of sides."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gametheory.matching import (
    Matching,
    MatchingMarket,
    egalitarian,
    exchange,
    mechanisms,
    roommates,
    rotations,
    trading_cycles,
)
from gametheory.matching import deferred_acceptance as deferred
from gametheory.matching import probabilistic_serial as serial
from gametheory.matching.verify import verify
from gametheory.solution import Termination
from gametheory.solvers import Options


def ok(market, answer, concept, *, exact=True):
    certificate = verify(market, answer, exact=exact, concept=concept)
    assert certificate.ok, certificate
    return True


@st.composite
def strict_lists(draw, most=6, quota=1):
    n, m = draw(st.integers(1, most)), draw(st.integers(1, most))
    accepts = [[draw(st.integers(0, 3)) > 0 for _ in range(m)] for _ in range(n)]
    first = [draw(st.permutations([j for j in range(m) if accepts[i][j]])) for i in range(n)]
    second = [draw(st.permutations([i for i in range(n) if accepts[i][j]])) for j in range(m)]
    quotas = [draw(st.integers(0 if quota > 1 else 1, quota)) for _ in range(m)]
    return first, second, quotas


@st.composite
def tied_market(draw):
    first, second, quotas = draw(strict_lists(5, 3))

    def tie(order):
        groups = []
        for name in order:
            if groups and draw(st.booleans()):
                groups[-1].append(name)
            else:
                groups.append([name])
        return groups

    return MatchingMarket.from_lists(
        {f"p{i}": tie([f"r{j}" for j in own]) for i, own in enumerate(first)},
        {f"r{j}": tie([f"p{i}" for i in own]) for j, own in enumerate(second)},
        quotas={f"r{j}": q for j, q in enumerate(quotas)},
    )


def brute_stable(first, second, quotas):
    """Return every stable assignment by trying all, straight from the definition."""
    found = []
    for mu in product(*[[*own, -1] for own in first]):
        load = [mu.count(j) for j in range(len(second))]
        if any(used > q for used, q in zip(load, quotas, strict=True)):
            continue
        blocked = False
        for i, own in enumerate(first):
            for j in own:
                if mu[i] != -1 and own.index(j) >= own.index(mu[i]):
                    break
                worst = max((second[j].index(k) for k, r in enumerate(mu) if r == j), default=-1)
                if quotas[j] > 0 and (load[j] < quotas[j] or second[j].index(i) < worst):
                    blocked = True
        if not blocked:
            found.append(mu)
    return found


@given(strict_lists())
@settings(max_examples=80, deadline=None)
def test_rotations_find_every_stable_matching(lists):
    first, second, quotas = lists
    market = MatchingMarket.from_arrays(first, second)
    answer = rotations.solve_all(market, Options()).answer
    everyone = brute_stable(first, second, quotas)
    assert sorted(map(tuple, answer.assignments.tolist())) == sorted(everyone)
    assert ok(market, answer, "all_stable")
    if len(everyone) > 1:
        from gametheory.matching import StableMatchings

        fewer = StableMatchings(answer.assignments[1:])
        assert not verify(market, fewer, exact=True, concept="all_stable").ok


@given(strict_lists())
@settings(max_examples=40, deadline=None)
def test_least_regret_and_least_total_rank_among_all_stable_matchings(lists):
    first, second, quotas = lists
    market = MatchingMarket.from_arrays(first, second)
    everyone = brute_stable(first, second, quotas)

    def ranks(mu):
        return [r for i, j in enumerate(mu) if j >= 0 for r in (first[i].index(j), second[j].index(i))]

    regret = rotations.solve_minimum_regret(market, Options()).answer
    assert ok(market, regret, "minimum_regret")
    assert max(ranks(regret.assignment.tolist()), default=0) == min(max(ranks(mu), default=0) for mu in everyone)
    outcome = egalitarian.solve(market, Options(exact=True))
    assert outcome.exact
    assert ok(market, outcome.answer, "egalitarian")
    assert sum(ranks(outcome.answer.assignment.tolist())) == min(sum(ranks(mu)) for mu in everyone)


@pytest.mark.parametrize("seed", range(8))
def test_least_total_rank_of_cut_lists_is_the_least_of_the_whole(seed):
    """Lists of different lengths, agents who stay alone and closed receivers; against every stable matching."""
    draws = np.random.default_rng(seed)
    men, women = 40 + 5 * (seed % 3), 40 + 5 * (seed // 3)
    chance = (0.1, 0.3, 1.0)[seed % 3]
    mutual = draws.random((men, women)) < chance
    first = [draws.permutation(np.flatnonzero(row)).tolist() for row in mutual]
    second = [draws.permutation(np.flatnonzero(column)).tolist() for column in mutual.T]
    quotas = np.ones(women, dtype=np.int64)
    quotas[: seed % 2 * 4] = 0
    market = MatchingMarket.from_arrays(first, second, quotas)
    every = rotations.solve_all(market, Options()).answer.assignments

    def total(mu):
        return sum(first[i].index(j) + second[j].index(i) for i, j in enumerate(mu.tolist()) if j >= 0)

    answer = egalitarian.solve(market, Options(exact=True)).answer
    assert ok(market, answer, "egalitarian")
    assert total(answer.assignment) == min(total(mu) for mu in every)


@given(strict_lists(5, 3))
@settings(max_examples=80, deadline=None)
def test_deferred_acceptance_is_best_for_the_side_that_proposes(lists):
    first, second, quotas = lists
    market = MatchingMarket.from_arrays(first, second, quotas)
    everyone = brute_stable(first, second, quotas)
    best = deferred.solve(market, Options()).answer.assignment.tolist()
    worst = deferred.solve(market, Options(extra={"proposing": "receivers"})).answer.assignment.tolist()
    assert tuple(best) in everyone
    assert tuple(worst) in everyone

    def rank(i, j):
        return len(first[i]) if j == -1 else first[i].index(j)

    for mu in everyone:
        assert all(rank(i, best[i]) <= rank(i, mu[i]) <= rank(i, worst[i]) for i in range(len(first)))


@given(strict_lists(5, 3), st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_the_stability_check_agrees_with_the_definition(lists, number):
    first, second, quotas = lists
    market = MatchingMarket.from_arrays(first, second, quotas)
    draws = np.random.default_rng(number)
    mu = [int(draws.choice([*own, -1])) for own in first]
    says = verify(market, Matching(np.array(mu)), exact=True, concept="stable").ok
    assert says == (tuple(mu) in brute_stable(first, second, quotas))


@given(tied_market(), st.sampled_from(["first", "single_lottery", "multiple_lottery"]), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_broken_ties_give_weakly_stable_matchings(market, ties, seed):
    for proposing in ("proposers", "receivers"):
        options = Options(ties=ties, seed=seed, extra={"proposing": proposing})
        answer = deferred.solve(market, options).answer
        assert ok(market, answer, "stable")
        assert answer.assignment.tolist() == deferred.solve(market, options).answer.assignment.tolist()


@given(strict_lists(6), st.randoms())
@settings(max_examples=60, deadline=None)
def test_relabelling_and_swapping_sides_commute_with_solving(lists, random):
    first, second, _ = lists
    n, m = len(first), len(second)
    market = MatchingMarket.from_arrays(first, second)
    base = deferred.solve(market, Options()).answer.assignment.tolist()
    p, r = list(range(n)), list(range(m))
    random.shuffle(p)
    random.shuffle(r)
    moved_first, moved_second = [[]] * n, [[]] * m
    for i in range(n):
        moved_first[p[i]] = [r[j] for j in first[i]]
    for j in range(m):
        moved_second[r[j]] = [p[i] for i in second[j]]
    moved = deferred.solve(MatchingMarket.from_arrays(moved_first, moved_second), Options()).answer.assignment.tolist()
    assert [moved[p[i]] for i in range(n)] == [r[j] if j >= 0 else -1 for j in base]
    swapped = deferred.solve(market.swapped(), Options(extra={"proposing": "receivers"})).answer.assignment.tolist()
    inverse = [-1] * m
    for i, j in enumerate(base):
        if j >= 0:
            inverse[j] = i
    assert swapped == inverse


@given(strict_lists(5, 2))
@settings(max_examples=60, deadline=None)
def test_mechanisms_are_efficient_and_the_check_agrees_with_brute_force(lists):
    first, second, quotas = lists
    market = MatchingMarket.from_arrays(first, second, quotas, priorities=True)
    assert ok(market, serial.solve(market, Options()).answer, "ordinally_efficient")
    boston = mechanisms.solve_boston(market, Options()).answer
    assert ok(market, boston, "immediate_acceptance")
    for solver in (mechanisms.solve_boston, mechanisms.solve_serial_dictatorship, trading_cycles.solve):
        assert ok(market, solver(market, Options()).answer, "pareto_efficient")
    stable = deferred.solve(market, Options()).answer.assignment.tolist()

    def rank(i, j):
        return len(first[i]) if j == -1 else first[i].index(j)

    dominated = False
    for mu in product(*[[*own, -1] for own in first]):
        if any(mu.count(j) > q for j, q in enumerate(quotas)):
            continue
        gains = [rank(i, stable[i]) - rank(i, mu[i]) for i in range(len(first))]
        dominated = dominated or (min(gains) >= 0 and max(gains) > 0)
    says = verify(market, Matching(np.array(stable)), exact=True, concept="pareto_efficient").ok
    assert says != dominated


@given(st.integers(1, 5).flatmap(lambda n: st.tuples(*[st.permutations(range(n))] * n)))
@settings(max_examples=50, deadline=None)
def test_the_core_of_a_housing_market_is_one_allocation(lists):
    n = len(lists)
    market = MatchingMarket.housing({str(i): [str(j) for j in own] for i, own in enumerate(lists)})
    core = trading_cycles.solve(market, Options()).answer.assignment.tolist()
    for mu in product(range(n), repeat=n):
        if len(set(mu)) == n:
            says = verify(market, Matching(np.array(mu)), exact=True, concept="core").ok
            assert says == (list(mu) == core)


@st.composite
def roommate_lists(draw):
    n = draw(st.integers(2, 6))
    pairs = [(a, b) for a in range(n) for b in range(a + 1, n) if draw(st.integers(0, 4)) > 0]
    return [draw(st.permutations([b for b in range(n) if (min(a, b), max(a, b)) in pairs])) for a in range(n)]


def brute_roommates(lists):
    n = len(lists)
    found = []

    def extend(left, mu):
        if not left:
            for a in range(n):
                for b in lists[a]:
                    wants = [mu[x] is None or lists[x].index(y) < lists[x].index(mu[x]) for x, y in ((a, b), (b, a))]
                    if all(wants):
                        return
            found.append(dict(mu))
            return
        a, *rest = left
        extend(rest, {**mu, a: None})
        for b in rest:
            if b in lists[a]:
                extend([x for x in rest if x != b], {**mu, a: b, b: a})

    extend(list(range(n)), {})
    return found


@given(roommate_lists())
@settings(max_examples=150, deadline=None)
def test_roommates_against_brute_force(lists):
    market = MatchingMarket.roommates({str(a): [str(b) for b in own] for a, own in enumerate(lists)})
    outcome = roommates.solve(market, Options())
    everyone = brute_roommates(lists)
    assert ok(market, outcome.answer, "stable")
    assert (outcome.termination is Termination.NONE_EXISTS) == (not everyone)
    if everyone:
        mu = {a: (b if b >= 0 else None) for a, b in enumerate(outcome.answer.assignment.tolist())}
        assert mu in everyone


@given(st.integers(2, 6), st.integers(0, 10**6), st.integers(2, 4))
@settings(max_examples=25, deadline=None)
def test_exchange_against_brute_force(n, seed, length):
    draws = np.random.default_rng(seed)
    arcs = draws.random((n, n)) < 0.4
    market = MatchingMarket.housing({str(i): [str(j) for j in range(n) if arcs[i, j] and i != j] for i in range(n)})
    answer = exchange.solve(market, Options(extra={"length": length})).answer
    assert ok(market, answer, "maximum_exchange")
    best = 0
    for mu in product(range(n), repeat=n):
        if len(set(mu)) < n or any(j != i and not arcs[i, j] for i, j in enumerate(mu)):
            continue
        sizes, seen = [], set()
        for start in range(n):
            size, at = 0, start
            while at not in seen:
                seen.add(at)
                size, at = size + 1, mu[at]
            sizes.append(size)
        if max(sizes) <= length:
            best = max(best, sum(j != i for i, j in enumerate(mu)))
    assert sum(int(j) != i for i, j in enumerate(answer.assignment)) == best
