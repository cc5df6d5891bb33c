"""All stable matchings of a strict one-to-one market, one rotation at a time; minimum regret."""

from __future__ import annotations

import numpy as np

from gametheory.errors import UsageError
from gametheory.limits import Budget, LimitReached
from gametheory.matching.answers import MinimumRegretMatching, SomeStableMatchings, StableMatchings
from gametheory.matching.deferred_acceptance import proposers_propose
from gametheory.matching.market import MatchingMarket
from gametheory.matching.preferences import IntArray, PreferenceLists, mates
from gametheory.matching.strictness import require_strict
from gametheory.matching.ties import StrictMarket, break_ties
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options

#: Matchings found before an enumeration stops, unless the option `limit` says otherwise.
MOST_MATCHINGS = 100_000


def refuses(market: MatchingMarket, options: Options) -> str | None:
    """Say why rotations do not apply: a one-sided market, or a quota above 1."""
    if market.one_sided:
        return "rotations are of markets of two sides; for roommates use concept 'stable'"
    if (market.quotas > 1).any():
        receiver = int(np.flatnonzero(market.quotas > 1)[0])
        return f"rotations are of one-to-one markets, and the quota of '{market.receiver_name(receiver)}' is above 1"
    return None


def solve_all(market: MatchingMarket, options: Options) -> Outcome:
    """Find every stable matching, starting from the proposers' best and eliminating exposed rotations.

    ``extra["limit"]`` bounds their number (there may be exponentially many); if it is reached, the outcome
    is `LIMIT` with `SomeStableMatchings`.

    Raises
    ------
    InputError
        If a list has a tie.
    """
    require_strict(market, "the enumeration of stable matchings", receivers=True)
    limit = options.extra.get("limit", MOST_MATCHINGS)
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise UsageError(f"the limit on stable matchings is a whole number from 1, not {limit!r}")
    strict = break_ties(market, options)
    first = proposers_propose(strict, market.quotas)
    walk = _Descent(market, strict, options.budget)
    found = {first.tobytes(): first}
    queue = [first]
    reason = ""
    try:
        for matching in queue:
            options.budget.check(1)
            for rotation in walk.exposed(matching):
                following = matching.copy()
                for man, woman in rotation:
                    following[man] = woman
                if following.tobytes() not in found:
                    if len(found) >= limit:
                        raise LimitReached(f"limit of {limit} stable matchings")
                    found[following.tobytes()] = following
                    queue.append(following)
    except LimitReached as reached:
        reason = str(reached)
    rows = np.array(list(found.values()), dtype=np.int64).reshape(len(found), first.size)
    if reason:
        said = f"{reason}; each of the {len(found)} found is stable, and there may be more"
        return Outcome(Termination.LIMIT, SomeStableMatchings(rows), exact=True, complete="unknown", message=said)
    return Outcome(Termination.SOLVED, StableMatchings(rows), exact=True, complete="all")


class _Descent:
    """Rotations exposed in a stable matching, read from the strict lists, each list when it is first asked for."""

    def __init__(self, market: MatchingMarket, strict: StrictMarket, budget: Budget) -> None:
        self._proposers, self._receivers, self._budget = strict.proposers, strict.receivers, budget
        self._closed = set(np.flatnonzero(market.quotas == 0).tolist())
        self._lists: dict[int, tuple[list[int], dict[int, int]]] = {}
        self._ranks: dict[int, dict[int, int]] = {}

    def _list(self, man: int) -> tuple[list[int], dict[int, int]]:
        """Return a proposer's list, and the place on it of each receiver."""
        if man not in self._lists:
            own = [woman for woman in _slice(self._proposers, man) if woman not in self._closed]
            self._lists[man] = own, {woman: k for k, woman in enumerate(own)}
        return self._lists[man]

    def _rank(self, woman: int) -> dict[int, int]:
        """Return the rank of each proposer on a receiver's list."""
        if woman not in self._ranks:
            self._ranks[woman] = {man: k for k, man in enumerate(_slice(self._receivers, woman))}
        return self._ranks[woman]

    def exposed(self, matching: IntArray) -> list[list[tuple[int, int]]]:
        """Return rotations as lists of (proposer, the receiver it moves to).

        Raises
        ------
        LimitReached
            If the budget is spent meanwhile.
        """
        holder = {int(woman): man for man, woman in enumerate(matching) if woman >= 0}
        moves: dict[int, int] = {}
        for woman, man in holder.items():
            self._budget.check()
            own, places = self._list(man)
            for k in range(places[woman] + 1, len(own)):
                other = own[k]
                if other not in holder:
                    break  # free in every stable matching: the man cannot do worse than to ask there
                rank = self._ranks.get(other) or self._rank(other)
                if rank[man] < rank[holder[other]]:
                    moves[man] = other
                    break
        seen: set[int] = set()
        rotations = []
        for start in moves:
            path: list[int] = []
            man = start
            while man in moves and man not in seen:
                seen.add(man)
                path.append(man)
                man = holder[moves[man]]
            if man in path:
                rotations.append([(m, moves[m]) for m in path[path.index(man) :]])
        return rotations


def solve_minimum_regret(market: MatchingMarket, options: Options) -> Outcome:
    """Find a stable matching that minimises the largest rank anyone gives to its partner.

    By bisection on that rank: lists are cut below it, and deferred acceptance shows whether the same agents
    are still matched.

    Raises
    ------
    InputError
        If a list has a tie.
    """
    require_strict(market, "minimum regret", receivers=True)
    lists, other = market.proposers, market.receivers
    partner = market.partner_entries
    if partner is None:
        partner = mates(lists, other)
    try:
        options.budget.check()
        full = proposers_propose(break_ties(market, options), market.quotas)
        # Whoever is unmatched in one stable matching is in all, accepts any rank, and has no regret.
        taken = np.bincount(full[full >= 0], minlength=len(other)) > 0
        own = np.where(full[lists.owners()] >= 0, lists.entry_classes(), -1)
        worst = np.maximum(own, np.where(taken[lists.targets], other.entry_classes()[partner], -1))
        low, high = -1, int(worst.max(initial=0))
        while high - low > 1:
            middle = (low + high) // 2
            found = _cut(market, partner, worst, middle, options.budget)
            receivers = np.bincount(found[found >= 0], minlength=len(other)) > 0
            same = np.array_equal(found >= 0, full >= 0) and np.array_equal(receivers, taken)
            low, high = (low, middle) if same else (middle, high)
        best, witness = (_cut(market, partner, worst, k, options.budget) for k in (high, low))
    except LimitReached as reached:
        return Outcome(Termination.LIMIT, None, message=str(reached))
    return Outcome(Termination.SOLVED, MinimumRegretMatching(best, witness), exact=True)


def _cut(market: MatchingMarket, partner: IntArray, worst: IntArray, rank: int, budget: Budget) -> IntArray:
    """Return the proposer-optimal matching of the market without entries ranked below `rank` by either."""
    budget.check(1)
    kept = worst <= rank
    lists = market.proposers.keep(kept)
    stays = np.zeros(market.receivers.targets.size, dtype=bool)
    stays[partner[kept]] = True
    other = market.receivers.keep(stays)
    cut = StrictMarket(lists, other, mates(lists, other), np.empty((0, 0), dtype=np.int32))
    return proposers_propose(cut, market.quotas)


def _slice(lists: PreferenceLists, agent: int) -> list[int]:
    return lists.targets[lists.offsets[agent] : lists.offsets[agent + 1]].tolist()  # type: ignore[no-any-return]
