"""Deferred acceptance (Gale and Shapley 1962), proposed to by either side, with quotas."""

from __future__ import annotations

from typing import Any

import numpy as np

from gametheory.errors import UsageError
from gametheory.limits import LimitReached
from gametheory.matching.answers import Matching
from gametheory.matching.compiled import compiled
from gametheory.matching.market import MatchingMarket
from gametheory.matching.preferences import IntArray
from gametheory.matching.ties import StrictMarket, break_ties
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options


def refuses(market: MatchingMarket, options: Options) -> str | None:
    """Say why deferred acceptance does not apply: a one-sided market."""
    if market.one_sided:
        return "a one-sided market has no proposers: use method 'irving'"
    return None


def solve(market: MatchingMarket, options: Options) -> Outcome:
    """Find the stable matching that is best for the side that proposes.

    Parameters
    ----------
    market : MatchingMarket
        A two-sided market; ties are broken by ``options.ties``, and the matching is then weakly stable.
    options : Options
        ``extra["proposing"]`` is "proposers" (default) or "receivers", or the name of a side.

    Returns
    -------
    Outcome
        With a `Matching`, or `LIMIT`.
    """
    proposing = options.extra.get("proposing", "proposers")
    if proposing not in ("proposers", "receivers", *market.sides):
        raise UsageError(f"'{proposing}' does not propose in this market", remedy=f"one of {', '.join(market.sides)}")
    try:
        options.budget.check()
        strict = break_ties(market, options)
        if proposing in ("receivers", market.sides[1]):
            assignment = receivers_propose(strict, market.quotas)
        else:
            assignment = proposers_propose(strict, market.quotas)
        options.budget.check(1)
    except LimitReached as reached:
        return Outcome(Termination.LIMIT, None, message=str(reached))
    return Outcome(Termination.SOLVED, Matching(assignment), exact=True)


def proposers_propose(market: StrictMarket, quotas: IntArray) -> IntArray:
    """Return the proposer-optimal stable assignment, int64 of shape (proposers,)."""
    lists, other = market.proposers, market.receivers
    lengths = np.diff(other.offsets)
    room = np.minimum(quotas, lengths)
    heaps = np.concatenate([[0], np.cumsum(room)])
    held = np.empty(heaps[-1], dtype=np.int64)
    assignment = np.full(len(lists), -1, dtype=np.int64)
    compiled(_propose, lists.targets.size)(
        lists.offsets,
        lists.targets,
        other.offsets,
        other.targets,
        market.partner_entries,
        market.receiver_ranks,
        heaps,
        held,
        np.zeros(len(other), dtype=np.int64),
        lists.offsets[:-1].copy(),
        assignment,
    )
    return assignment


def _propose(
    offsets: Any,
    targets: Any,
    other_offsets: Any,
    other_targets: Any,
    partner_entries: Any,
    ranks: Any,
    heaps: Any,
    held: Any,
    sizes: Any,
    following: Any,
    assignment: Any,
) -> None:
    """Let each proposer ask down its list; a receiver keeps the best, worst on top of its heap."""
    complete = ranks.size > 0
    for first in range(offsets.size - 1):
        agent = first
        while agent >= 0:
            entry = following[agent]
            if entry >= offsets[agent + 1]:
                break  # the list is exhausted: unmatched
            following[agent] = entry + 1
            receiver = targets[entry]
            low = other_offsets[receiver]
            place = ranks[receiver, agent] if complete else partner_entries[entry] - low
            base = heaps[receiver]
            room = heaps[receiver + 1] - base
            size = sizes[receiver]
            if size < room:
                child = size
                while child > 0:
                    parent = (child - 1) // 2
                    if held[base + parent] >= place:
                        break
                    held[base + child] = held[base + parent]
                    child = parent
                held[base + child] = place
                sizes[receiver] = size + 1
                assignment[agent] = receiver
                break
            if room == 0 or held[base] < place:
                continue
            loser = other_targets[low + held[base]]
            parent = 0
            while True:
                child = 2 * parent + 1
                if child >= size:
                    break
                if child + 1 < size and held[base + child + 1] > held[base + child]:
                    child += 1
                if held[base + child] <= place:
                    break
                held[base + parent] = held[base + child]
                parent = child
            held[base + parent] = place
            assignment[agent] = receiver
            assignment[loser] = -1
            agent = loser


def receivers_propose(market: StrictMarket, quotas: IntArray) -> IntArray:
    """Return the receiver-optimal stable assignment, int64 of shape (proposers,)."""
    lists, other = market.proposers, market.receivers
    # The place of each receiver's entry in the proposer's own list.
    places = np.empty(other.targets.size, dtype=np.int64)
    own = np.arange(lists.targets.size) - np.repeat(lists.offsets[:-1], np.diff(lists.offsets))
    if market.receiver_ranks.size:
        places[other.offsets[lists.targets] + market.receiver_ranks[lists.targets, lists.owners()]] = own
    else:
        places[market.partner_entries] = own
    best = np.full(len(lists), -1, dtype=np.int64)
    assignment = np.full(len(lists), -1, dtype=np.int64)
    compiled(_offer, other.targets.size)(
        other.offsets, other.targets, places, quotas.copy(), other.offsets[:-1].copy(), best, assignment
    )
    return assignment


def _offer(offsets: Any, targets: Any, places: Any, vacancies: Any, following: Any, best: Any, assignment: Any) -> None:
    """Let each receiver with a vacancy ask down its list; a proposer keeps the best offer."""
    count = offsets.size - 1
    waiting = np.arange(count)
    queued = np.ones(count, dtype=np.bool_)
    height = count
    while height > 0:
        height -= 1
        receiver = waiting[height]
        queued[receiver] = False
        while vacancies[receiver] > 0 and following[receiver] < offsets[receiver + 1]:
            entry = following[receiver]
            following[receiver] = entry + 1
            agent = targets[entry]
            before = assignment[agent]
            if before >= 0 and best[agent] < places[entry]:
                continue
            best[agent] = places[entry]
            assignment[agent] = receiver
            vacancies[receiver] -= 1
            if before >= 0:
                vacancies[before] += 1
                if not queued[before]:
                    queued[before] = True
                    waiting[height] = before
                    height += 1
