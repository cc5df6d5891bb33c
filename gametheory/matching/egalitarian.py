"""The egalitarian stable matching: least total rank, by the linear program over stable matchings."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from gametheory.linear import LinearProgram, SparseMatrix
from gametheory.matching.answers import EgalitarianMatching
from gametheory.matching.market import MatchingMarket
from gametheory.matching.preferences import mates
from gametheory.matching.strictness import require_strict
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options


def solve(market: MatchingMarket, options: Options) -> Outcome:
    """Find a stable matching with the least sum of ranks over all matched agents.

    The extreme points of the program are the stable matchings (Rothblum 1992), so a vertex is one, and the dual
    prices prove that none has a smaller sum.

    Raises
    ------
    InputError
        If a list has a tie.
    """
    from gametheory.linear.highs import solve as solve_program

    require_strict(market, "the egalitarian matching", receivers=True)
    outcome = solve_program(program(market), options)
    if outcome.termination is not Termination.SOLVED:
        # The program is feasible and bounded: anything but an optimum is a limit or a failure.
        kind = Termination.LIMIT if outcome.termination is Termination.LIMIT else Termination.FAILED
        return Outcome(kind, None, message=outcome.message)
    found: Any = outcome.answer
    lists = market.proposers
    n, m = len(lists), len(market.receivers)
    chosen = np.array([x > Fraction(1, 2) for x in found.primal], dtype=bool)
    assignment = np.full(n, -1, dtype=np.int64)
    assignment[lists.owners()[chosen]] = lists.targets[chosen]
    dual = found.row_dual
    answer = EgalitarianMatching(assignment, -dual[:n], -dual[n : n + m], dual[n + m :])
    return Outcome(Termination.SOLVED, answer, exact=outcome.exact)


def program(market: MatchingMarket) -> LinearProgram:
    """Return the program: minimise total rank (from 1), one column per entry of the proposers' lists.

    Rows: each proposer at most once, each receiver at most its quota of 0 or 1, and for each entry (i, j) at
    least 1 in total of i with what it likes at least as well as j, and of j with whom it prefers to i.
    """
    lists, other = market.proposers, market.receivers
    n, m, entries = len(lists), len(other), lists.targets.size
    owners, targets = lists.owners(), lists.targets.astype(np.int64)
    back = mates(lists, other)
    forth = np.empty(entries, dtype=np.int64)
    forth[back] = np.arange(entries)
    cost = lists.entry_classes().astype(np.int64) + other.entry_classes()[back] + 2
    rows, columns = [owners, n + targets], [np.arange(entries)] * 2
    for entry in range(entries):
        own = np.arange(lists.offsets[owners[entry]], entry + 1)
        theirs = forth[other.offsets[targets[entry]] : back[entry]]
        both = np.concatenate([own, theirs])
        rows.append(np.full(both.size, n + m + entry))
        columns.append(both)
    row, column = np.concatenate(rows), np.concatenate(columns)
    matrix = SparseMatrix.from_coo(row, column, np.ones(row.size), (n + m + entries, entries))
    # A receiver without a place blocks nothing: its rows ask for nothing.
    asked = (market.quotas[targets] > 0).astype(np.float64)
    lower = np.concatenate([np.full(n + m, -np.inf), asked])
    upper = np.concatenate([np.ones(n), market.quotas.astype(np.float64), np.full(entries, np.inf)])
    return LinearProgram(
        "min", cost.astype(np.float64), matrix, lower, upper, np.zeros(entries), np.full(entries, np.inf)
    )
