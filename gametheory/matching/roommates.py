"""Stable roommates: Irving's algorithm (1985), with Tan's stable partition (1991) where none is stable."""

from __future__ import annotations

from typing import Any

import numpy as np

from gametheory.limits import LimitReached
from gametheory.matching.answers import Matching, StablePartition
from gametheory.matching.compiled import compiled
from gametheory.matching.market import MatchingMarket
from gametheory.matching.preferences import mates
from gametheory.matching.strictness import require_strict
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options


def refuses(market: MatchingMarket, options: Options) -> str | None:
    """Say why Irving's algorithm does not apply: a market of two sides."""
    return None if market.one_sided else "a market of two sides: use method 'deferred_acceptance'"


def solve(market: MatchingMarket, options: Options) -> Outcome:
    """Find a stable matching, or the stable partition with an odd party that shows there is none.

    Raises
    ------
    InputError
        If a list has a tie: with ties even deciding existence is NP-complete.
    """
    require_strict(market, "the roommates problem")
    lists = market.proposers
    count = len(lists)
    partner = market.partner_entries
    if partner is None:
        partner = mates(lists, lists)
    try:
        options.budget.check(1)
        successor = np.full(count, -1, dtype=np.int64)
        compiled(_partition, 4 * lists.targets.size)(lists.offsets, lists.targets, partner, successor)
        options.budget.check()
    except LimitReached as reached:
        return Outcome(Termination.LIMIT, None, message=str(reached))
    alone = successor == np.arange(count)
    if (successor[successor] != np.arange(count)).any():
        partition = StablePartition(successor)
        odd = min((p for p in partition.parties() if len(p) > 2), key=len)
        names = ", ".join(market.proposer_name(a) for a in odd)
        return Outcome(Termination.NONE_EXISTS, partition, exact=True, message=f"odd party: {names}")
    return Outcome(Termination.SOLVED, Matching(np.where(alone, -1, successor)), exact=True)


def _partition(offsets: Any, targets: Any, partner: Any, successor: Any) -> None:
    """Write a stable partition: pairs, single agents, and odd parties.

    `first`, `second` and `last` are entries of an agent's list that are still alive; deleting an entry
    deletes its partner entry. Pointers only move inwards, so the whole is linear in the entries.
    """
    count = offsets.size - 1
    alive = np.ones(targets.size, dtype=np.bool_)
    first = offsets[:-1].copy()
    second = offsets[:-1].copy()
    last = offsets[1:] - 1
    holds = np.full(count, -1, dtype=np.int64)  # whose proposal an agent holds

    # Phase 1: everyone proposes down its list; a holder deletes whoever is worse.
    for start in range(count):
        agent = start
        while agent >= 0:
            while first[agent] < offsets[agent + 1] and not alive[first[agent]]:
                first[agent] += 1
            if first[agent] == offsets[agent + 1]:
                break
            entry = first[agent]
            other = targets[entry]
            rejected = holds[other]
            holds[other] = agent
            keep = partner[entry]
            while last[other] > keep:
                if alive[last[other]]:
                    alive[last[other]] = False
                    alive[partner[last[other]]] = False
                last[other] -= 1
            agent = rejected

    # Phase 2: eliminate rotations until every list has one entry; set odd parties aside.
    settled = np.zeros(count, dtype=np.bool_)
    place = np.full(count, -1, dtype=np.int64)
    path = np.empty(count + 1, dtype=np.int64)
    height = 0
    scan = 0
    while True:
        if height == 0:
            while scan < count:
                agent = scan
                while first[agent] < offsets[agent + 1] and not alive[first[agent]]:
                    first[agent] += 1
                while last[agent] >= offsets[agent] and not alive[last[agent]]:
                    last[agent] -= 1
                if first[agent] > last[agent]:
                    successor[agent] = agent
                    scan += 1
                elif settled[agent]:
                    scan += 1
                elif first[agent] == last[agent]:
                    successor[agent] = targets[first[agent]]
                    scan += 1
                else:
                    break
            if scan == count:
                return
            path[0] = scan
            place[scan] = 0
            height = 1
        # Walk: the next agent is last in the list of the second of this one.
        agent = path[height - 1]
        while first[agent] < offsets[agent + 1] and not alive[first[agent]]:
            first[agent] += 1
        while last[agent] >= offsets[agent] and not alive[last[agent]]:
            last[agent] -= 1
        if first[agent] >= last[agent]:  # an elimination has settled the start of the path
            place[agent] = -1
            height -= 1
            continue
        if second[agent] <= first[agent]:
            second[agent] = first[agent] + 1
        while not alive[second[agent]]:
            second[agent] += 1
        other = targets[second[agent]]
        while not alive[last[other]]:
            last[other] -= 1
        following = targets[last[other]]
        if place[following] < 0:
            path[height] = following
            place[following] = height
            height += 1
            continue
        start = place[following]
        # An odd party: the rotation's agents have two entries each, among themselves.
        party = (height - start) % 2 == 1
        for step in range(start, height):
            agent = path[step]
            while not alive[last[agent]]:
                last[agent] -= 1
            if last[agent] != second[agent] or place[targets[first[agent]]] < start:
                party = False
        if party:
            for step in range(start, height):
                agent = path[step]
                successor[agent] = targets[first[agent]]
                settled[agent] = True
                place[agent] = -1
        else:
            # Every agent of the rotation is rejected by its first and accepted by its second.
            for step in range(start, height):
                place[path[step]] = -1
            for step in range(start, height):
                agent = path[step]
                entry = second[agent]
                other = targets[entry]
                keep = partner[entry]
                while last[other] > keep:
                    if alive[last[other]]:
                        alive[last[other]] = False
                        alive[partner[last[other]]] = False
                    last[other] -= 1
        height = start
