"""The egalitarian stable matching: least total rank, by the linear program over stable matchings."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.limits import LimitReached
from gametheory.linear import LinearProgram, SparseMatrix
from gametheory.matching.answers import EgalitarianMatching
from gametheory.matching.deferred_acceptance import proposers_propose, receivers_propose
from gametheory.matching.game_data import Array
from gametheory.matching.market import MatchingMarket
from gametheory.matching.preferences import IntArray, PreferenceLists, mates
from gametheory.matching.strictness import require_strict
from gametheory.matching.ties import break_ties
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options


def solve(market: MatchingMarket, options: Options) -> Outcome:
    """Find a stable matching with the least sum of ranks over all matched agents.

    The extreme points of the program are the stable matchings (Rothblum 1992), so a vertex is one, and the dual
    prices prove that none has a smaller sum. The program is solved for the lists cut as `_Cut` does, and its
    prices are then made to hold for the whole lists.

    Raises
    ------
    InputError
        If a list has a tie.
    """
    from gametheory.linear.highs import solve as solve_program

    require_strict(market, "the egalitarian matching", receivers=True)
    try:
        options.budget.check()
        cut = _Cut(market, options)
        options.budget.check()
    except LimitReached as reached:
        return Outcome(Termination.LIMIT, None, message=str(reached))
    outcome = solve_program(program(cut.lists, cut.other, cut.cost), options)
    if outcome.termination is not Termination.SOLVED:
        # The program is feasible and bounded: anything but an optimum is a limit or a failure.
        kind = Termination.LIMIT if outcome.termination is Termination.LIMIT else Termination.FAILED
        return Outcome(kind, None, message=outcome.message)
    found: Any = outcome.answer
    chosen = np.array([x > Fraction(1, 2) for x in found.primal], dtype=bool)
    assignment = np.full(len(cut.lists), -1, dtype=np.int64)
    assignment[cut.lists.owners()[chosen]] = cut.lists.targets[chosen]
    return Outcome(Termination.SOLVED, EgalitarianMatching(assignment, *cut.whole(found.row_dual)), exact=outcome.exact)


class _Cut:
    """The market without the entries that neither side's proposals nor any stable matching reach.

    Let best and worst be an agent's partners in the stable matchings that are best and worst for its side. Kept
    are the entries that either agent likes at least as well as its best, and those between best and worst for
    both. Both runs of deferred acceptance take place there, so the stable matchings are the same, and an entry that
    is left out blocks none.
    """

    def __init__(self, market: MatchingMarket, options: Options) -> None:
        strict = break_ties(market, options)
        self.market = market
        lists, other = market.proposers, market.receivers
        self.back = mates(lists, other)
        own, theirs = lists.entry_classes().astype(np.int64), other.entry_classes()[self.back].astype(np.int64)
        #: What each proposer gets in the proposers' best stable matching, and in the receivers' best.
        self.first = proposers_propose(strict, market.quotas)
        self.last = receivers_propose(strict, market.quotas)
        owners, targets = lists.owners(), lists.targets
        one = [_partner_ranks(targets == m[owners], owners, own, len(lists)) for m in (self.first, self.last)]
        two = [_partner_ranks(targets == m[owners], targets, theirs, len(other)) for m in (self.first, self.last)]
        reached = (own <= one[0][owners]) | (theirs <= two[1][targets])
        between = (own <= one[1][owners]) & (theirs <= two[0][targets])
        self.kept = (reached | between) & (market.quotas[targets] > 0)
        stays = np.zeros(other.targets.size, dtype=bool)
        stays[self.back[self.kept]] = True
        self.lists, self.other = lists.keep(self.kept), other.keep(stays)
        self.cost = (own + theirs + 2)[self.kept]

    def whole(self, dual: Array) -> tuple[Array, Array, Array]:
        """Return prices of proposers, receivers and entries of the whole lists, from multipliers of the rows.

        Of each of the two stable matchings, a price of 1 on its entries and on the agents of one side adds nothing
        to the bound or to what any entry costs, and takes 1 from each entry left out that is worse for its proposer
        than the receivers' best, or for its receiver than the proposers' best. Enough of both is added.
        """
        market, lists = self.market, self.market.proposers
        n, m = len(lists), len(market.receivers)
        alpha, beta, inside = -dual[:n], -dual[n : n + m], dual[n + m :]
        gamma = np.full(lists.targets.size, 0 * dual.sum(), dtype=dual.dtype)
        gamma[self.kept] = inside
        if self.kept.all():
            return alpha, beta, gamma
        owners, targets = lists.owners(), lists.targets
        enough = _largest_sum(owners, gamma, n) + _largest_sum(targets, gamma, m)
        for matching in (self.first, self.last):
            gamma[targets == matching[owners]] += enough
        beta[self.first[self.first >= 0]] += enough
        alpha[self.last >= 0] += enough
        beta[market.quotas == 0] += 3 * enough  # a price of what has no place to sell costs the bound nothing
        return alpha, beta, gamma


def _partner_ranks(matched: NDArray[np.bool_], agents: IntArray, ranks: IntArray, count: int) -> IntArray:
    """Return the rank of each agent's partner, from the matched entries; of the unmatched one below every rank."""
    result = np.full(count, np.iinfo(np.int64).max)
    result[agents[matched]] = ranks[matched]
    return result


def _largest_sum(agents: IntArray, prices: Array, count: int) -> Any:
    """Return the largest sum of the prices of one agent's entries."""
    sums = np.zeros(count, dtype=prices.dtype)
    charged = np.flatnonzero(prices != 0)
    np.add.at(sums, agents[charged], prices[charged])
    return sums.max(initial=0)


def program(lists: PreferenceLists, other: PreferenceLists, cost: IntArray) -> LinearProgram:
    """Return the program: minimise total cost, one column per entry of the proposers' lists.

    Rows: each proposer and each receiver at most once, and for each entry (i, j) at least 1 in total of i with
    what it likes at least as well as j, and of j with whom it prefers to i.
    """
    n, m, entries = len(lists), len(other), lists.targets.size
    owners, targets = lists.owners(), lists.targets.astype(np.int64)
    back = mates(lists, other)
    forth = np.empty(entries, dtype=np.int64)
    forth[back] = np.arange(entries)
    rows, columns = [owners, n + targets], [np.arange(entries)] * 2
    for entry in range(entries):
        own = np.arange(lists.offsets[owners[entry]], entry + 1)
        theirs = forth[other.offsets[targets[entry]] : back[entry]]
        both = np.concatenate([own, theirs])
        rows.append(np.full(both.size, n + m + entry))
        columns.append(both)
    row, column = np.concatenate(rows), np.concatenate(columns)
    matrix = SparseMatrix.from_coo(row, column, np.ones(row.size), (n + m + entries, entries))
    lower = np.concatenate([np.full(n + m, -np.inf), np.ones(entries)])
    upper = np.concatenate([np.ones(n + m), np.full(entries, np.inf)])
    return LinearProgram(
        "min", cost.astype(np.float64), matrix, lower, upper, np.zeros(entries), np.full(entries, np.inf)
    )
