"""Check that a set of stable matchings is all of them, and that one has least regret or least total rank."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from gametheory import tolerances
from gametheory.matching.answers import EgalitarianMatching, MinimumRegretMatching, StableMatchings
from gametheory.matching.compiled import compiled
from gametheory.matching.market import MatchingMarket
from gametheory.matching.preferences import IntArray, PreferenceLists, mates
from gametheory.matching.strictness import require_strict
from gametheory.matching.verify_stability import (
    Findings,
    check_feasible,
    check_no_blocking_pair,
    failures,
    joined,
)
from gametheory.numbers import exact_array, float_array


def check_stable(market: MatchingMarket, assignment: IntArray) -> Findings:
    """Check feasibility, then individual rationality and stability."""
    findings = check_feasible(market, assignment)
    return findings if findings.count else joined(findings, check_no_blocking_pair(market, assignment))


def check_all_stable(market: MatchingMarket, answer: StableMatchings) -> Findings:
    """Check that the matchings are stable, different, and every one there is.

    The stable matchings form a lattice in which every one is reached from the proposers' best by eliminating
    exposed rotations. So a set is complete if it holds a matching that no rotation of the receivers improves
    for the proposers, and with each matching all those one rotation below it.

    Raises
    ------
    InputError
        If a list has a tie.
    """
    require_strict(market, "the check of all stable matchings", receivers=True)
    n = len(market.proposers)
    if market.one_sided or (market.quotas > 1).any():
        return failures(["the market is not one-to-one with two sides"], 1)
    found = check_some_stable(market, answer)
    if found.count:
        return found
    held = {row.tobytes() for row in answer.assignments}
    texts = []
    singles = np.ones(n, dtype=np.int64)
    down = _Neighbours(market.proposers, market.receivers, market.quotas)
    up = _Neighbours(market.receivers, market.proposers, singles)
    best = False
    for index, row in enumerate(answer.assignments):
        missing = sum(below.tobytes() not in held for below in down.of(row))
        if missing:
            texts.append(f"stable matchings are missing: {missing} one rotation below matching {index + 1}")
        inverse = np.full(len(market.receivers), -1, dtype=np.int64)
        inverse[row[row >= 0]] = np.flatnonzero(row >= 0)
        best = best or up.of(inverse).shape[0] == 0
    if not best:
        texts.append(f"the stable matching that is best for the {market.sides[0]} is missing")
    return joined(found, failures(texts, 2 * answer.assignments.shape[0]))


def check_some_stable(market: MatchingMarket, answer: StableMatchings) -> Findings:
    """Check that each matching is stable, and that no two are the same."""
    n = len(market.proposers)
    if answer.assignments.shape[0] == 0 or answer.assignments.shape[1] != n:
        return failures([f"the answer is not one or more rows of {n} partners"], 1)
    found = joined(*(check_stable(market, row) for row in answer.assignments))
    if len({row.tobytes() for row in answer.assignments}) < answer.assignments.shape[0]:
        found = joined(found, failures(["a matching is given twice"], 1))
    return found


class _Neighbours:
    """The stable matchings one rotation below a given one, for the side that `lists` belong to."""

    def __init__(self, lists: PreferenceLists, other: PreferenceLists, quotas: IntArray) -> None:
        self.lists, self.quotas = lists, quotas
        back = mates(lists, other)
        # The place of each lister in the listed agent's own list.
        self.seen = back - other.offsets[lists.targets]
        self.work = lists.targets.size

    def of(self, matching: IntArray) -> IntArray:
        size = matching.size
        result = np.empty((size // 2 + 1, size), dtype=np.int64)
        count = compiled(_below, 20 * self.work)(
            self.lists.offsets, self.lists.targets, self.seen, matching, self.quotas, result
        )
        return result[:count]


def _below(offsets: Any, targets: Any, seen: Any, matching: Any, quotas: Any, result: Any) -> int:
    """Write each matching after one exposed rotation; return how many there are."""
    size = matching.size
    holder = np.full(quotas.size, -1, dtype=np.int64)
    held_place = np.full(quotas.size, -1, dtype=np.int64)
    for agent in range(size):
        if matching[agent] >= 0:
            holder[matching[agent]] = agent
            for entry in range(offsets[agent], offsets[agent + 1]):
                if targets[entry] == matching[agent]:
                    held_place[matching[agent]] = seen[entry]
    step = np.full(size, -1, dtype=np.int64)
    for agent in range(size):
        passed = False
        if matching[agent] < 0:
            continue
        for entry in range(offsets[agent], offsets[agent + 1]):
            other = targets[entry]
            if passed:
                if quotas[other] == 0:
                    continue
                if holder[other] < 0:
                    break
                if seen[entry] < held_place[other]:
                    step[agent] = other
                    break
            elif other == matching[agent]:
                passed = True
    mark = np.zeros(size, dtype=np.int64)  # the walk that reached an agent first
    count = 0
    for start in range(size):
        agent = start
        while agent >= 0 and step[agent] >= 0 and mark[agent] == 0:
            mark[agent] = start + 1
            agent = holder[step[agent]]
        if agent >= 0 and step[agent] >= 0 and mark[agent] == start + 1:
            result[count, :] = matching
            around = agent
            while True:
                result[count, around] = step[around]
                around = holder[step[around]]
                if around == agent:
                    break
            count += 1
    return count


def pair_ranks(market: MatchingMarket) -> tuple[IntArray, IntArray]:
    """Return, for each entry of the proposers' lists, its place there and in the partner's list, from 0."""
    lists, other = market.proposers, market.receivers
    return lists.entry_classes().astype(np.int64), other.entry_classes()[mates(lists, other)].astype(np.int64)


def check_minimum_regret(market: MatchingMarket, answer: MinimumRegretMatching) -> Findings:
    """Check that the matching is stable and that its witness rules out less regret.

    Raises
    ------
    InputError
        If a list has a tie.
    """
    require_strict(market, "minimum regret", receivers=True)
    stable = check_stable(market, answer.assignment)
    fitting = check_feasible(market, answer.witness)
    if stable.count or fitting.count or market.one_sided or not (answer.assignment >= 0).any():
        return joined(stable, fitting)
    own, theirs = pair_ranks(market)
    owners, targets = market.proposers.owners(), market.proposers.targets
    taken = np.bincount(answer.assignment[answer.assignment >= 0], minlength=len(market.receivers)) > 0
    worst = np.maximum(
        np.where(answer.assignment[owners] >= 0, own, -1),
        np.where(taken[targets], theirs, -1),
    )
    regret = int(worst[targets == answer.assignment[owners]].max())
    lists = market.proposers.keep(worst < regret)
    kept = np.zeros(market.receivers.targets.size, dtype=bool)
    kept[mates(market.proposers, market.receivers)[worst < regret]] = True
    smaller = MatchingMarket(
        lists,
        market.receivers.keep(kept),
        market.quotas,
        market.proposer_names,
        market.receiver_names,
        market.sides,
    )
    witness = check_no_blocking_pair(smaller, answer.witness)
    texts = []
    held = np.bincount(answer.witness[answer.witness >= 0], minlength=len(market.receivers)) > 0
    if np.array_equal(answer.witness >= 0, answer.assignment >= 0) and np.array_equal(held, taken):
        texts.append(f"the witness matches the same agents: a rank better than {regret + 1} is not ruled out")
    return joined(stable, witness, failures(texts, 1))


def check_egalitarian(market: MatchingMarket, answer: EgalitarianMatching, *, exact: bool) -> tuple[Any, int, Findings]:
    """Check stability, and the gap between the total rank and the bound that the prices prove.

    The linear program minimises total rank over ``x >= 0``: each agent matched at most once, and for every
    entry (i, j) the mass i spends on entries at least as good as j, plus that j spends on better than i, is at
    least 1. Every stable matching is feasible in it.

    Returns
    -------
    gap, checked, findings
        The gap (0 if optimal, to tolerance in floats), how many dual constraints were checked, and the rest.
    """
    stable = check_stable(market, answer.assignment)
    lists, other = market.proposers, market.receivers
    number = exact_array if exact else float_array
    alpha, beta, gamma = (number(a) for a in (answer.proposer_prices, answer.receiver_prices, answer.pair_prices))
    if alpha.shape != (len(lists),) or beta.shape != (len(other),) or gamma.shape != lists.targets.shape:
        return 1, 1, joined(stable, failures(["the prices do not have one entry per agent and pair"], 1))
    if stable.count:
        return 1, 1, stable
    own, theirs = pair_ranks(market)
    owners, back = lists.owners(), mates(lists, other)
    cost = own + theirs + 2
    by_other = np.empty_like(gamma)
    by_other[back] = gamma
    worse_own = _tail_sums(lists.offsets, gamma)
    worse_theirs = _tail_sums(other.offsets, by_other)[back] - gamma
    slack = cost - (worse_own + worse_theirs - alpha[owners] - beta[lists.targets])
    tolerance = 0 if exact else tolerances.FEASIBILITY * max(1.0, float(cost.max(initial=1)))
    texts = [
        f"{what} price {p} is negative"
        for what, ps in (("an agent's", alpha), ("a receiver's", beta), ("a pair's", gamma))
        for p in ps
        if p < -tolerance
    ]
    for entry in np.flatnonzero(slack < -tolerance):
        pair = f"{market.proposer_name(int(owners[entry]))}, {market.receiver_name(int(lists.targets[entry]))}"
        texts.append(f"the dual constraint of ({pair}) is violated by {-slack[entry]}")
    value = int(cost[lists.targets == answer.assignment[owners]].sum())
    places = market.quotas > 0  # a receiver without a place blocks nothing and takes nobody
    bound = _total(gamma[places[lists.targets]]) - _total(alpha) - _total(beta[places])
    return value - bound, gamma.size + 1, joined(stable, failures(texts, gamma.size))


def _total(values: Any) -> Any:
    return sum(values, Fraction(0)) if values.dtype == object else float(values.sum())


def _tail_sums(offsets: IntArray, values: Any) -> Any:
    """Return, for each entry, the sum of its list from it to the end."""
    result = values.copy()
    for start, end in pairwise(offsets.tolist()):
        result[start:end] = np.add.accumulate(values[start:end][::-1])[::-1]
    return result
