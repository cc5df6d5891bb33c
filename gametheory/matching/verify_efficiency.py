"""Check efficiency: of allocations (no improving cycle), of lotteries, and the core of a housing market."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from gametheory.matching.answers import RandomAssignment
from gametheory.matching.compiled import compiled
from gametheory.matching.market import MatchingMarket
from gametheory.matching.preferences import IntArray, PreferenceLists
from gametheory.matching.strictness import require_strict
from gametheory.matching.verify_stability import SHOWN, Findings, failures
from gametheory.numbers import exact_array


def _envied_entries(lists: PreferenceLists, assignment: IntArray) -> tuple[IntArray, IntArray]:
    """Return (agent, target) of every entry strictly better than the agent's match."""
    owners, classes = lists.owners(), lists.entry_classes()
    own = np.full(len(lists), np.iinfo(np.int32).max, dtype=np.int64)
    held = lists.targets == assignment[owners]
    own[owners[held]] = classes[held]
    better = classes < own[owners]
    return owners[better], lists.targets[better].astype(np.int64)


def cyclic(nodes: int, sources: IntArray, targets: IntArray) -> IntArray:
    """Return the nodes that lie on a cycle or lead to one; empty for an acyclic graph."""
    order = np.argsort(targets, kind="stable")
    offsets = np.concatenate([[0], np.cumsum(np.bincount(targets, minlength=nodes))]).astype(np.int64)
    out = np.bincount(sources, minlength=nodes).astype(np.int64)
    kept = np.ones(nodes, dtype=np.bool_)
    compiled(_peel, sources.size + nodes)(offsets, sources[order], out, kept)
    return np.flatnonzero(kept)


def _peel(offsets: Any, sources: Any, out: Any, kept: Any) -> None:
    """Remove nodes without outgoing edges until none is left."""
    stack = np.empty(kept.size, dtype=np.int64)
    height = 0
    for node in range(kept.size):
        if out[node] == 0:
            stack[height] = node
            height += 1
    while height > 0:
        height -= 1
        node = stack[height]
        kept[node] = False
        for entry in range(offsets[node], offsets[node + 1]):
            source = sources[entry]
            out[source] -= 1
            if out[source] == 0:
                stack[height] = source
                height += 1


def _one_cycle(nodes: IntArray, sources: IntArray, targets: IntArray) -> list[int]:
    """Return one cycle among nodes of which each leads to another of them."""
    inside = set(nodes.tolist())
    step = {int(s): int(t) for s, t in zip(sources, targets, strict=True) if int(s) in inside and int(t) in inside}
    path: list[int] = []
    at = int(nodes[0])
    while at not in path:
        path.append(at)
        at = step[at]
    return path[path.index(at) :]


def check_pareto(market: MatchingMarket, assignment: IntArray) -> Findings:
    """Check that no other allocation is better for some proposer and worse for none.

    With strict lists that fails exactly if somebody prefers a free place, or some places form a cycle
    in which each holder prefers the next: the check peels the graph of places until nothing is left.

    Raises
    ------
    InputError
        If a proposer's list has a tie.
    """
    require_strict(market, "the check of Pareto efficiency")
    agents, targets = _envied_entries(market.proposers, assignment)
    taken = np.bincount(assignment[assignment >= 0], minlength=len(market.receivers))
    waste = np.flatnonzero(taken[targets] < market.quotas[targets])
    texts = [
        f"{market.proposer_name(int(agents[e]))} prefers a free place at {market.receiver_name(int(targets[e]))}"
        for e in waste[:SHOWN]
    ]
    holding = assignment[agents] >= 0
    sources, ends = assignment[agents[holding]], targets[holding]
    left = cyclic(len(market.receivers), sources, ends)
    if left.size:
        loop = " -> ".join(market.receiver_name(r) for r in _one_cycle(left, sources, ends))
        texts.append(f"holders of {loop} would all gain by trading")
    return Findings(int(waste.size) + int(left.size > 0), failures(texts, 0).shown, market.proposers.targets.size)


def check_core(market: MatchingMarket, assignment: IntArray) -> Findings:
    """Check the core of a housing market.

    With strict lists: no coalition can reallocate its own houses so that none of it loses and one gains.
    With ties, only that no coalition can make all its members gain (the weak core).
    """
    owned = market.endowment
    count = len(market.proposers)
    if owned is None or (owned < 0).any() or np.unique(owned).size != count:
        return failures(["the market is no housing market: not everyone owns a house of its own"], 1)
    owner = np.full(len(market.receivers), -1, dtype=np.int64)
    owner[owned] = np.arange(count)
    if (assignment < 0).any() or (owner[assignment] < 0).any():
        lost = int(np.flatnonzero((assignment < 0) | (owner[assignment] < 0))[0])
        return failures([f"{market.proposer_name(lost)} does not hold the house of a trader"], count)
    agents, targets = _envied_entries(market.proposers, assignment)
    traded = owner[targets] >= 0
    sources, ends = agents[traded], owner[targets[traded]]
    labels: IntArray = np.arange(count)
    if market.proposers.strict:
        labels = _trading_cycles(owner[assignment])
    inside = np.flatnonzero(labels[sources] == labels[ends]) if market.proposers.strict else np.empty(0, np.int64)
    texts = [
        f"{market.proposer_name(int(sources[e]))} gains within its own trading cycle by taking from "
        f"{market.proposer_name(int(ends[e]))}"
        for e in inside[:SHOWN]
    ]
    left = cyclic(count, labels[sources], labels[ends])
    if left.size and not inside.size:
        loop = ", ".join(market.proposer_name(a) for a in _one_cycle(left, labels[sources], labels[ends]))
        texts.append(f"a coalition around {loop} gains by trading among itself")
    return Findings(len(texts), failures(texts, 0).shown, market.proposers.targets.size)


def _trading_cycles(next_agent: IntArray) -> IntArray:
    """Return for each agent the lowest agent of its cycle of a permutation."""
    labels = np.arange(next_agent.size)
    jump = next_agent.copy()
    while True:
        lower = np.minimum(labels, labels[jump])
        if (lower == labels).all():
            return labels
        labels, jump = lower, jump[jump]


def check_lottery(market: MatchingMarket, answer: RandomAssignment) -> Findings:
    """Check that probabilities are feasible, ordinally efficient, and those of the lottery over matchings.

    Ordinal efficiency fails exactly if somebody receives something with positive probability (or nothing)
    while something it prefers is not used up, or such preferences form a cycle.

    Raises
    ------
    InputError
        If a proposer's list has a tie.
    """
    require_strict(market, "the check of ordinal efficiency")
    lists = market.proposers
    n, m = len(lists), len(market.receivers)
    probabilities, weights = exact_array(answer.probabilities), exact_array(answer.weights)
    matchings = answer.assignments
    if probabilities.shape != lists.targets.shape:
        return failures([f"{probabilities.size} probabilities for {lists.targets.size} entries of lists"], 1)
    if weights.ndim != 1 or matchings.shape != (weights.size, n):
        return failures(["the lottery does not have one weight and one matching of all proposers per row"], 1)
    texts = []
    owners = lists.owners()
    rows, columns = [Fraction(0)] * n, [Fraction(0)] * m
    for entry, p in enumerate(probabilities):
        rows[owners[entry]] += p
        columns[lists.targets[entry]] += p
        if p < 0:
            texts.append(f"probability {p} of {market.proposer_name(int(owners[entry]))} is negative")
    texts += [f"probabilities of {market.proposer_name(i)} sum to {r}" for i, r in enumerate(rows) if r > 1]
    texts += [
        f"{market.receiver_name(j)} is given away {c} times, quota {market.quotas[j]}"
        for j, c in enumerate(columns)
        if c > int(market.quotas[j])
    ]
    texts += _lottery_faults(market, probabilities, weights, matchings)
    sources, ends = [], []
    for i in range(n):
        start, end = int(lists.offsets[i]), int(lists.offsets[i + 1])
        for entry in range(start, end):
            better = range(start, entry)
            if probabilities[entry] > 0:
                sources += [int(lists.targets[entry])] * len(better)
                ends += [int(lists.targets[b]) for b in better]
        held = [e for e in range(start, end) if probabilities[e] > 0]
        worst = end if rows[i] < 1 else (held[-1] if held else end)
        for entry in range(start, worst):
            thing = int(lists.targets[entry])
            if columns[thing] < int(market.quotas[thing]):
                texts.append(f"{market.proposer_name(i)} prefers {market.receiver_name(thing)}, which is not used up")
    left = cyclic(m, np.array(sources, dtype=np.int64), np.array(ends, dtype=np.int64))
    if left.size:
        loop = _one_cycle(left, np.array(sources), np.array(ends))
        texts.append("probabilities of " + " -> ".join(market.receiver_name(r) for r in loop) + " could be traded")
    return failures(texts, probabilities.size + weights.size)


def _lottery_faults(market: MatchingMarket, probabilities: Any, weights: Any, matchings: IntArray) -> list[str]:
    """Say where the lottery is no lottery over matchings, or has other probabilities."""
    lists = market.proposers
    texts = [f"weight {w} of the lottery is negative" for w in weights if w < 0]
    total = sum(weights, Fraction(0))
    if total != 1:
        texts.append(f"the weights of the lottery sum to {total}")
    entry_of = {(int(i), int(j)): e for e, (i, j) in enumerate(zip(lists.owners(), lists.targets, strict=True))}
    scale = math.lcm(*(w.denominator for w in weights))
    units = [int(w * scale) for w in weights]
    drawn = [0] * lists.targets.size
    for weight, matching in zip(units, matchings, strict=True):
        taken = [0] * len(market.receivers)
        for i, j in enumerate(matching.tolist()):
            if j == -1:
                continue
            entry = entry_of.get((i, j))
            if entry is None:
                texts.append(f"a matching of the lottery gives {market.proposer_name(i)} what it does not list")
                continue
            drawn[entry] += weight
            taken[j] += 1
        texts += [
            f"a matching of the lottery exceeds the quota of {market.receiver_name(j)}"
            for j, t in enumerate(taken)
            if t > market.quotas[j]
        ]
    owners = lists.owners()
    for entry, (p, d) in enumerate(zip(probabilities, drawn, strict=True)):
        if p.numerator * scale != d * p.denominator:
            pair = f"{market.proposer_name(int(owners[entry]))}, {market.receiver_name(int(lists.targets[entry]))}"
            texts.append(f"the lottery draws ({pair}) with probability {Fraction(d, scale)}, not {p}")
    return texts
