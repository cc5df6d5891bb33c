"""Top trading cycles: Gale's for housing markets, Abdulkadiroglu and Sonmez's for school choice."""

from __future__ import annotations

from typing import Any

import numpy as np

from gametheory.limits import LimitReached
from gametheory.matching.answers import Matching
from gametheory.matching.compiled import compiled
from gametheory.matching.market import MatchingMarket
from gametheory.matching.strictness import require_strict
from gametheory.matching.ties import break_ties
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options


def refuses_core(market: MatchingMarket, options: Options) -> str | None:
    """Say why the market has no core of a housing market: not everyone owns one thing of its own."""
    owned = market.endowment
    if owned is None or (owned < 0).any() or np.unique(owned).size != owned.size:
        return "the core is defined here for housing markets: give every proposer a house of its own ('owns')"
    lists = market.proposers
    listed = np.zeros(len(lists), dtype=bool)
    listed[lists.owners()[lists.targets == owned[lists.owners()]]] = True
    if not listed.all():
        agent = int(np.flatnonzero(~listed)[0])
        who = market.proposer_names[agent] if market.proposer_names else f"proposer {agent}"
        house = int(owned[agent])
        what = market.receiver_names[house] if market.receiver_names else f"receiver {house}"
        return f"'{who}' owns '{what}' and does not list it: list it, last if need be"
    return None


def solve(market: MatchingMarket, options: Options) -> Outcome:
    """Find the allocation of top trading cycles.

    Every proposer points to its best receiver with a free place; every receiver to its owner, or else to the
    proposer of highest priority still there; cycles trade. Ties in priorities are broken by ``options.ties``.

    Raises
    ------
    InputError
        If a proposer's list has a tie.
    """
    require_strict(market, "top trading cycles")
    lists = market.proposers
    try:
        options.budget.check(1)
        strict = break_ties(market, options)
        owners, owner_offsets = _owners(market)
        assignment = np.full(len(lists), -1, dtype=np.int64)
        compiled(_trade, lists.targets.size)(
            lists.offsets,
            lists.targets,
            strict.receivers.offsets,
            strict.receivers.targets,
            owner_offsets,
            owners,
            market.quotas.copy(),
            assignment,
        )
        options.budget.check()
    except LimitReached as reached:
        return Outcome(Termination.LIMIT, None, message=str(reached))
    return Outcome(Termination.SOLVED, Matching(assignment), exact=True)


def _owners(market: MatchingMarket) -> tuple[Any, Any]:
    """Return the owners of each receiver, grouped: (agents, offsets)."""
    count = len(market.receivers)
    if market.endowment is None:
        return np.empty(0, dtype=np.int64), np.zeros(count + 1, dtype=np.int64)
    agents = np.flatnonzero(market.endowment >= 0)
    held = market.endowment[agents]
    order = np.argsort(held, kind="stable")
    offsets = np.concatenate([[0], np.cumsum(np.bincount(held, minlength=count))])
    return agents[order], offsets


def _trade(
    offsets: Any,
    targets: Any,
    other_offsets: Any,
    other_targets: Any,
    owner_offsets: Any,
    owners: Any,
    free: Any,
    assignment: Any,
) -> None:
    """Follow pointers from each agent still there until a cycle closes, trade, and go on."""
    count = offsets.size - 1
    gone = np.zeros(count, dtype=np.bool_)
    place = np.full(count, -1, dtype=np.int64)  # where an agent stands on the path
    want = offsets[:-1].copy()
    call = other_offsets[:-1].copy()
    owner_call = owner_offsets[:-1].copy()
    path = np.empty(count, dtype=np.int64)
    for first in range(count):
        if gone[first]:
            continue
        height = 1
        path[0] = first
        place[first] = 0
        while height > 0:
            agent = path[height - 1]
            while want[agent] < offsets[agent + 1] and free[targets[want[agent]]] == 0:
                want[agent] += 1
            if want[agent] == offsets[agent + 1]:
                gone[agent] = True
                place[agent] = -1
                height -= 1
                continue
            receiver = targets[want[agent]]
            while owner_call[receiver] < owner_offsets[receiver + 1] and gone[owners[owner_call[receiver]]]:
                owner_call[receiver] += 1
            if owner_call[receiver] < owner_offsets[receiver + 1]:
                pointed = owners[owner_call[receiver]]
            else:
                while gone[other_targets[call[receiver]]]:
                    call[receiver] += 1
                pointed = other_targets[call[receiver]]
            if place[pointed] < 0:
                path[height] = pointed
                place[pointed] = height
                height += 1
                continue
            start = place[pointed]
            for step in range(start, height):
                trader = path[step]
                assignment[trader] = targets[want[trader]]
                free[assignment[trader]] -= 1
                gone[trader] = True
                place[trader] = -1
            height = start
