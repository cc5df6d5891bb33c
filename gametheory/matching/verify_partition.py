"""Check a stable partition: with an odd party of three or more it proves that no matching is stable."""

from __future__ import annotations

from typing import Any

import numpy as np

from gametheory.matching.answers import StablePartition
from gametheory.matching.compiled import compiled
from gametheory.matching.market import MatchingMarket
from gametheory.matching.strictness import require_strict
from gametheory.matching.verify_stability import SHOWN, Findings, failures


def check_partition(market: MatchingMarket, answer: StablePartition) -> Findings:
    """Check Tan's conditions for a strict one-sided market.

    An agent in a party of three or more lists its successor before its predecessor; partners of a pair list
    each other; and no two agents both prefer each other to their predecessors (an agent alone accepts
    everybody in its list). One party must be odd and of three or more.

    Raises
    ------
    InputError
        If a list has a tie.
    """
    lists = market.proposers
    count = len(lists)
    successor = answer.successor
    if not market.one_sided:
        return failures(["a stable partition is about a one-sided market"], 1)
    require_strict(market, "a stable partition")
    if successor.size != count or not np.array_equal(np.sort(successor), np.arange(count)):
        return failures([f"the partition is no permutation of the {count} {market.sides[0]}"], 1)
    predecessor = np.empty(count, dtype=np.int64)
    predecessor[successor] = np.arange(count)
    owners = lists.owners()
    ranks = lists.entry_classes()
    far = np.iinfo(np.int32).max
    ahead, behind = np.full(count, far, dtype=np.int64), np.full(count, far, dtype=np.int64)
    at = lists.targets == successor[owners]
    ahead[owners[at]] = ranks[at]
    at = lists.targets == predecessor[owners]
    behind[owners[at]] = ranks[at]
    alone = successor == np.arange(count)
    name = market.proposer_name
    texts = [
        f"{name(int(i))} does not list {name(int(successor[i]))} and {name(int(predecessor[i]))}"
        for i in np.flatnonzero(~alone & ((ahead == far) | (behind == far)))
    ]
    texts += [
        f"{name(int(i))} prefers its predecessor {name(int(predecessor[i]))} to its successor"
        for i in np.flatnonzero(~alone & (behind < ahead))
    ]
    if not any(len(p) % 2 and len(p) > 2 for p in answer.parties()):
        texts.append("no party is odd and of three or more: nothing is proved")
    bound = np.where(alone, far, behind)
    pairs = np.full((SHOWN, 2), -1, dtype=np.int64)
    work = 2 * lists.targets.size
    blocking = compiled(_count_pairs, work)(lists.offsets, lists.targets, bound, pairs)
    texts += [f"{name(int(i))} and {name(int(j))} prefer each other to their predecessors" for i, j in pairs if i >= 0]
    return Findings(len(texts) + max(0, int(blocking) - SHOWN), failures(texts, 0).shown, lists.targets.size)


def _count_pairs(offsets: Any, targets: Any, bound: Any, pairs: Any) -> int:
    """Count pairs in which each stands above the other's bound, by stamping who wants each agent."""
    count = offsets.size - 1
    start = np.zeros(count + 1, dtype=np.int64)
    for agent in range(count):
        for entry in range(offsets[agent], offsets[agent + 1]):
            if entry - offsets[agent] >= bound[agent]:
                break
            start[targets[entry] + 1] += 1
    for agent in range(count):
        start[agent + 1] += start[agent]
    place = start[:-1].copy()
    wanting = np.empty(start[count], dtype=np.int64)
    for agent in range(count):
        for entry in range(offsets[agent], offsets[agent + 1]):
            if entry - offsets[agent] >= bound[agent]:
                break
            other = targets[entry]
            wanting[place[other]] = agent
            place[other] += 1
    stamps = np.full(count, -1, dtype=np.int64)
    total = 0
    for agent in range(count):
        for at in range(start[agent], start[agent + 1]):
            stamps[wanting[at]] = agent
        for entry in range(offsets[agent], offsets[agent + 1]):
            if entry - offsets[agent] >= bound[agent]:
                break
            other = targets[entry]
            if other > agent and stamps[other] == agent:
                if total < pairs.shape[0]:
                    pairs[total, 0] = agent
                    pairs[total, 1] = other
                total += 1
    return total
