"""Probabilistic serial (Bogomolnaia and Moulin 2001), with a Birkhoff-von Neumann lottery."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.limits import Budget, LimitReached
from gametheory.matching.answers import RandomAssignment
from gametheory.matching.market import MatchingMarket
from gametheory.matching.strictness import require_strict
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options


def solve(market: MatchingMarket, options: Options) -> Outcome:
    """Let all proposers eat their best receivers at equal speed for one unit of time, exactly.

    Raises
    ------
    InputError
        If a proposer's list has a tie.
    """
    require_strict(market, "probabilistic serial")
    try:
        eaten = _eat(market, options.budget)
        weights, assignments = birkhoff(market, eaten, options.budget)
    except LimitReached as reached:
        return Outcome(Termination.LIMIT, None, message=str(reached))
    return Outcome(Termination.SOLVED, RandomAssignment(eaten, weights, assignments), exact=True)


def _eat(market: MatchingMarket, budget: Budget) -> NDArray[Any]:
    """Return the probability of each entry of the proposers' lists."""
    lists = market.proposers
    offsets, targets = lists.offsets.tolist(), lists.targets.tolist()
    left = [Fraction(int(q)) for q in market.quotas]
    eaten = np.full(len(targets), Fraction(0), dtype=object)
    at = offsets[:-1]
    clock = Fraction(0)
    while clock < 1:
        budget.check(1)
        eaters: dict[int, list[int]] = {}
        for agent in range(len(lists)):
            while at[agent] < offsets[agent + 1] and left[targets[at[agent]]] == 0:
                at[agent] += 1
            if at[agent] < offsets[agent + 1]:
                eaters.setdefault(targets[at[agent]], []).append(at[agent])
        if not eaters:
            break
        step = min(min(left[thing] / len(entries) for thing, entries in eaters.items()), 1 - clock)
        for thing, entries in eaters.items():
            left[thing] -= step * len(entries)
            for entry in entries:
                eaten[entry] += step
        clock += step
    return eaten


def birkhoff(
    market: MatchingMarket, probabilities: NDArray[Any], budget: Budget
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return weights and matchings of a lottery with given probabilities.

    Parameters
    ----------
    market : MatchingMarket
        The market.
    probabilities : object array of Fraction, shape (entries of proposers,)
        At most 1 in total per proposer, at most the quota per receiver.
    budget : Budget
        Polled once per matching.

    Returns
    -------
    weights : object array of Fraction, shape (matchings,)
    assignments : int64 array, shape (matchings, proposers)

    Notes
    -----
    The probabilities P, with one column per place, are bordered to a doubly stochastic matrix
    ``[[P, diag(1 - rows)], [diag(1 - columns), P transposed]]``; a perfect matching of its support is
    repaired after each subtraction, so every step uses up at least one entry.
    """
    n = len(market.proposers)
    scale = math.lcm(*(p.denominator for p in probabilities)) if probabilities.size else 1
    places, receiver_of = _split_into_places(market, probabilities, scale)
    m = len(receiver_of)
    support: list[dict[int, int]] = [{} for _ in range(n + m)]
    rows, columns = [scale] * n, [scale] * m
    for (agent, place), units in places.items():
        support[agent][place] = units
        support[n + place][m + agent] = units
        rows[agent] -= units
        columns[place] -= units
    for agent in range(n):
        if rows[agent]:
            support[agent][m + agent] = rows[agent]
    for place in range(m):
        if columns[place]:
            support[n + place][place] = columns[place]
    found: dict[tuple[int, ...], int] = {}
    partner: list[int] = [-1] * (n + m)
    holder: list[int] = [-1] * (n + m)
    left = scale
    while left:
        budget.check(1)
        for row in range(n + m):
            if partner[row] < 0:
                _augment(support, partner, holder, row)
        amount = min(support[row][partner[row]] for row in range(n + m)) if n + m else left
        matching = tuple(receiver_of[partner[row]] if partner[row] < m else -1 for row in range(n))
        found[matching] = found.get(matching, 0) + amount
        left -= amount
        for row in range(n + m):
            column = partner[row]
            support[row][column] -= amount
            if support[row][column] == 0:
                del support[row][column]
                partner[row] = holder[column] = -1
    weights = np.empty(len(found), dtype=object)
    weights[:] = [Fraction(units, scale) for units in found.values()]
    return weights, np.array(list(found), dtype=np.int64).reshape(len(found), n)


def _split_into_places(
    market: MatchingMarket, probabilities: NDArray[Any], scale: int
) -> tuple[dict[tuple[int, int], int], list[int]]:
    """Spread each receiver's probabilities over places of total at most 1 each, in integer units."""
    lists = market.proposers
    owners = lists.owners()
    places: dict[tuple[int, int], int] = {}
    receiver_of: list[int] = []
    current: dict[int, tuple[int, int]] = {}  # receiver -> (place being filled, units left in it)
    for entry in np.flatnonzero(probabilities != 0):
        receiver = int(lists.targets[entry])
        units = int(probabilities[entry] * scale)
        while units:
            place, room = current.get(receiver, (-1, 0))
            if room == 0:
                place, room = len(receiver_of), scale
                receiver_of.append(receiver)
            put = min(units, room)
            key = (int(owners[entry]), place)
            places[key] = places.get(key, 0) + put
            units -= put
            current[receiver] = (place, room - put)
    return places, receiver_of


def _augment(support: list[dict[int, int]], partner: list[int], holder: list[int], start: int) -> None:
    """Match a free row along an alternating path found by breadth-first search."""
    reached_from: dict[int, int] = {}
    queue = [start]
    for row in queue:
        for column in support[row]:
            if column in reached_from:
                continue
            reached_from[column] = row
            if holder[column] >= 0:
                queue.append(holder[column])
                continue
            while True:
                row_here = reached_from[column]
                column, partner[row_here] = partner[row_here], column
                holder[partner[row_here]] = row_here
                if row_here == start:
                    return
    raise AssertionError("a doubly stochastic matrix has a perfect matching in its support")
