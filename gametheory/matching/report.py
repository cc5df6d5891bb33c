"""What solving a bare matching market or game reports on the command line."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from gametheory.matching.answers import (
    Exchange,
    Matching,
    RandomAssignment,
    StableMatchings,
)
from gametheory.matching.cutoffs import cutoffs
from gametheory.matching.market import MatchingMarket
from gametheory.matching.preferences import IntArray
from gametheory.numbers import exact

#: Agents above which a report counts instead of naming everyone.
NAMED = 100_000
#: Matchings of a set that a report lists.
LISTED = 100


def report(form: Any, solution: Any) -> dict[str, Any]:
    """Return the results of a solution by name.

    Parameters
    ----------
    form : MatchingMarket, AssignmentGame, RoommateGame or DynamicPairing
        What was solved.
    solution : Solution
        Its solution.

    Returns
    -------
    dict
        Who is matched with whom (above `NAMED` agents only how many), ranks, cutoffs, values, prices.
    """
    if not isinstance(form, MatchingMarket):
        from gametheory.matching.report_transfers import report_game

        return report_game(form, solution)
    answer = solution.answer
    if isinstance(answer, StableMatchings):
        shown = answer.assignments[:LISTED]
        return {"count": answer.assignments.shape[0], "matchings": [_pairs(form, row) for row in shown]}
    if isinstance(answer, RandomAssignment):
        return _lottery(form, answer)
    if isinstance(answer, Exchange):
        return _exchange(form, answer)
    results = _matching(form, answer.assignment)
    if solution.concept == "stable" and not form.one_sided:
        results["cutoffs"] = _cutoffs(form, answer.assignment)
    return results


def _pairs(market: MatchingMarket, assignment: IntArray) -> dict[str, str | None]:
    return {
        market.proposer_name(i): market.receiver_name(j) if j >= 0 else None for i, j in enumerate(assignment.tolist())
    }


def _matching(market: MatchingMarket, assignment: IntArray) -> dict[str, Any]:
    lists = market.proposers
    owners = lists.owners()
    ranks = lists.entry_classes()[lists.targets == assignment[owners]] + 1
    results: dict[str, Any] = {}
    if len(lists) <= NAMED:
        results["matching"] = _pairs(market, assignment)
        results["unmatched"] = [market.proposer_name(int(i)) for i in np.flatnonzero(assignment < 0)]
    results["matched"] = int((assignment >= 0).sum())
    results["first_choices"] = int((ranks == 1).sum())
    results["average_rank"] = Fraction(int(ranks.sum()), ranks.size) if ranks.size else None
    return results


def _cutoffs(market: MatchingMarket, assignment: IntArray) -> dict[str, int | None] | None:
    """Return the place in each receiver's list of the last one admitted, from 1; None where a place is free."""
    if len(market.receivers) > NAMED:
        return None
    levels = cutoffs(market, Matching(assignment))
    return {
        market.receiver_name(j): int(level) + 1 if level >= 0 else (None if level == -1 else 0)
        for j, level in enumerate(levels)
    }


def _lottery(market: MatchingMarket, answer: RandomAssignment) -> dict[str, Any]:
    lists = market.proposers
    results: dict[str, Any] = {"matchings_in_lottery": answer.assignments.shape[0]}
    results["envy_free"] = _envy_free(market, answer)
    if lists.targets.size <= NAMED:
        table: dict[str, dict[str, Any]] = {market.proposer_name(i): {} for i in range(len(lists))}
        for owner, target, p in zip(lists.owners(), lists.targets, answer.probabilities, strict=True):
            if p:
                table[market.proposer_name(int(owner))][market.receiver_name(int(target))] = p
        results["probabilities"] = table
        results["lottery"] = [
            {"probability": w, "matching": _pairs(market, row)}
            for w, row in zip(answer.weights[:LISTED], answer.assignments[:LISTED], strict=True)
        ]
    return results


def _envy_free(market: MatchingMarket, answer: RandomAssignment) -> bool | None:
    """Say whether everyone's lottery first-order dominates everyone else's, by its own list."""
    lists = market.proposers
    if len(lists) ** 2 * max(1, int(np.diff(lists.offsets).max(initial=1))) > 1_000_000:
        return None
    chances: list[dict[int, Any]] = [{} for _ in range(len(lists))]
    for owner, target, p in zip(lists.owners(), lists.targets, answer.probabilities, strict=True):
        chances[owner][int(target)] = p
    for own, (start, end) in enumerate(zip(lists.offsets[:-1], lists.offsets[1:], strict=True)):
        for other in chances:
            ahead = Fraction(0)
            for target in lists.targets[start:end]:
                ahead += chances[own][int(target)] - other.get(int(target), 0)
                if ahead < 0:
                    return False
    return True


def _exchange(market: MatchingMarket, answer: Exchange) -> dict[str, Any]:
    assert market.endowment is not None
    owner = {int(thing): agent for agent, thing in enumerate(market.endowment)}
    giver = [owner[int(thing)] for thing in answer.assignment]
    cycles, seen = [], set()
    for start in range(len(giver)):
        cycle, agent = [], start
        while agent not in seen:
            seen.add(agent)
            cycle.append(market.proposer_name(agent))
            agent = giver[agent]
        if len(cycle) > 1:
            cycles.append(cycle)
    results: dict[str, Any] = {"transplants": sum(len(c) for c in cycles), "cycles": cycles}
    if market.weights is not None:
        entries = market.proposers.targets == answer.assignment[market.proposers.owners()]
        traded = answer.assignment != market.endowment
        worths = market.weights[entries & traded[market.proposers.owners()]]
        results["worth"] = sum((exact(w) for w in worths), Fraction(0))
    if len(giver) <= NAMED:
        partners = np.where(answer.assignment == market.endowment, -1, answer.assignment)
        results["receives"] = _pairs(market, partners)
    return results
