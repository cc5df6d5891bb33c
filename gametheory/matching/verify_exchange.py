"""Check an exchange: disjoint cycles of allowed length, and the proof that none is worth more."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from gametheory.matching.answers import BranchProof, Exchange
from gametheory.matching.market import MatchingMarket
from gametheory.matching.verify_stability import Findings, failures
from gametheory.numbers import exact


def check_exchange(market: MatchingMarket, answer: Exchange) -> tuple[Fraction, Findings]:
    """Check the cycles of an exchange, and every leaf of its proof.

    Returns
    -------
    gap, findings
        By how much the proved bound exceeds the worth of the exchange, rounded down to what worths can differ
        by (so 0 if it is optimal); and what is wrong.
    """
    owned = market.endowment
    n = len(market.proposers)
    if owned is None or (owned < 0).any() or np.unique(owned).size != n:
        return Fraction(1), failures(["the market is no exchange: not everyone owns one thing of its own"], 1)
    owner = np.full(len(market.receivers), -1, dtype=np.int64)
    owner[owned] = np.arange(n)
    received = answer.assignment
    if received.size != n or (received < 0).any() or (received >= owner.size).any() or (owner[received] < 0).any():
        return Fraction(1), failures(["an agent of the exchange receives what nobody owns"], 1)
    giver = owner[received]
    texts = []
    if np.unique(giver).size != n:
        texts.append("something is received twice")
    worth = _arc_worths(market, owner)
    value = Fraction(0)
    seen = np.zeros(n, dtype=bool)
    for start in range(n):
        steps, agent = 0, start
        while not seen[agent]:
            seen[agent] = True
            steps += 1
            if giver[agent] != agent:
                arc = (agent, int(giver[agent]))
                if arc in worth:
                    value += worth[arc]
                else:
                    texts.append(f"{market.proposer_name(agent)} receives what it does not list")
            agent = int(giver[agent])
        if steps > answer.length:
            texts.append(f"the cycle of {market.proposer_name(start)} has {steps} agents, more than {answer.length}")
    cycles = _all_cycles(worth, n, answer.length)
    if len(texts):
        return Fraction(1), failures(texts, n)
    bound = _proved_bound(answer.proof, cycles, n, texts, market)
    unit = Fraction(1, math.lcm(*(w.denominator for w in worth.values())) if worth else 1)
    gap = max(Fraction(0), (bound / unit).__floor__() * unit - value)
    return gap, failures(texts, len(cycles) + n)


def _arc_worths(market: MatchingMarket, owner: np.ndarray) -> dict[tuple[int, int], Fraction]:
    lists = market.proposers
    result = {}
    for entry, agent in enumerate(lists.owners().tolist()):
        giver = int(owner[lists.targets[entry]])
        if giver >= 0 and giver != agent:
            result[agent, giver] = Fraction(1) if market.weights is None else exact(market.weights[entry])
    return result


def _all_cycles(worth: dict[tuple[int, int], Fraction], count: int, length: int) -> dict[tuple[int, ...], Fraction]:
    """Return every cycle of at most `length` agents, from its lowest, growing paths one arc at a time."""
    after: list[list[int]] = [[] for _ in range(count)]
    for agent, giver in worth:
        after[agent].append(giver)
    cycles: dict[tuple[int, ...], Fraction] = {}
    paths: list[tuple[tuple[int, ...], Fraction]] = [((agent,), Fraction(0)) for agent in range(count)]
    for _ in range(min(length, count)):
        longer = []
        for path, value in paths:
            for giver in after[path[-1]]:
                total = value + worth[path[-1], giver]
                if giver == path[0]:
                    cycles[path] = total
                elif giver > path[0] and giver not in path:
                    longer.append(((*path, giver), total))
        paths = longer
    return cycles


def _proved_bound(
    root: BranchProof,
    cycles: dict[tuple[int, ...], Fraction],
    count: int,
    texts: list[str],
    market: MatchingMarket,
) -> Fraction:
    """Return the largest bound over the leaves; leaves and cases that prove nothing are named in `texts`."""
    best = Fraction(0)
    todo: list[tuple[BranchProof, frozenset[tuple[int, ...]], frozenset[int], Fraction]] = [
        (root, frozenset(), frozenset(), Fraction(0))
    ]
    while todo:
        node, banned, taken, worth = todo.pop()
        if node.without is not None and node.including is not None:
            if node.cycle not in cycles:
                texts.append(f"the proof splits on {node.cycle}, which is no cycle")
                continue
            todo.append((node.without, banned | {node.cycle}, taken, worth))
            if taken.isdisjoint(node.cycle) and node.cycle not in banned:
                todo.append((node.including, banned, taken | set(node.cycle), worth + cycles[node.cycle]))
            continue
        prices = [exact(p) for p in node.prices]
        if len(prices) != count or any(p < 0 for p in prices):
            texts.append("a leaf of the proof does not have one price from 0 per agent")
            continue
        for cycle, value in cycles.items():
            if cycle not in banned and taken.isdisjoint(cycle) and sum(prices[a] for a in cycle) < value:
                names = ", ".join(market.proposer_name(a) for a in cycle)
                texts.append(f"the prices of a leaf do not pay for the cycle {names}")
        best = max(best, worth + sum((p for a, p in enumerate(prices) if a not in taken), Fraction(0)))
    return best
