"""Immediate acceptance (Boston) and serial dictatorship."""

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


def refuses_one_sided(market: MatchingMarket, options: Options) -> str | None:
    """Say why a mechanism for two sides does not apply."""
    return "the market has one side only: use concept 'stable', method 'irving'" if market.one_sided else None


def solve_boston(market: MatchingMarket, options: Options) -> Outcome:
    """Find the outcome of immediate acceptance, the Boston mechanism.

    In round k each unmatched proposer applies to the k-th entry of its list; receivers fill their free
    places from the applicants for good. Ties in the receivers' lists are broken by ``options.ties``.

    Raises
    ------
    InputError
        If a proposer's list has a tie.
    """
    require_strict(market, "immediate acceptance")
    lists = market.proposers
    strict = break_ties(market, options)
    free = market.quotas.copy()
    assignment = np.full(len(lists), -1, dtype=np.int64)
    lengths = np.diff(lists.offsets)
    waiting = np.flatnonzero(lengths > 0)
    rank = 0
    try:
        while waiting.size:
            options.budget.check(1)
            entries = lists.offsets[waiting] + rank
            receivers = lists.targets[entries].astype(np.int64)
            if strict.receiver_ranks.size:
                places = strict.receiver_ranks[receivers, waiting]
            else:
                places = strict.partner_entries[entries]
            order = np.lexsort((places, receivers))
            applied = receivers[order]
            first = np.searchsorted(applied, applied, side="left")
            accepted = order[np.arange(order.size) - first < free[applied]]
            assignment[waiting[accepted]] = receivers[accepted]
            free -= np.bincount(receivers[accepted], minlength=free.size)
            rank += 1
            waiting = waiting[(assignment[waiting] < 0) & (lengths[waiting] > rank)]
    except LimitReached as reached:
        return Outcome(Termination.LIMIT, None, message=f"{reached} in round {rank + 1}")
    return Outcome(Termination.SOLVED, Matching(assignment), exact=True)


def solve_serial_dictatorship(market: MatchingMarket, options: Options) -> Outcome:
    """Let each proposer in turn take the best receiver with a free place.

    The order is that of the market with tie rule ``first``, and drawn with ``options.seed`` with tie rule
    ``single_lottery`` (random serial dictatorship). Priorities play no part.

    Raises
    ------
    InputError
        If a proposer's list has a tie.
    """
    require_strict(market, "serial dictatorship")
    lists = market.proposers
    order = np.arange(len(lists))
    if options.ties == "single_lottery":
        order = options.generator().permutation(len(lists))
    assignment = np.full(len(lists), -1, dtype=np.int64)
    try:
        options.budget.check(1)
    except LimitReached as reached:
        return Outcome(Termination.LIMIT, None, message=str(reached))
    compiled(_choose_in_turn, lists.targets.size)(lists.offsets, lists.targets, order, market.quotas.copy(), assignment)
    return Outcome(Termination.SOLVED, Matching(assignment), exact=True)


def _choose_in_turn(offsets: Any, targets: Any, order: Any, free: Any, assignment: Any) -> None:
    for turn in range(order.size):
        agent = order[turn]
        for entry in range(offsets[agent], offsets[agent + 1]):
            if free[targets[entry]] > 0:
                free[targets[entry]] -= 1
                assignment[agent] = targets[entry]
                break
