"""All extreme equilibria of two players, by enumerating supports in rational arithmetic."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.limits import Budget, LimitReached
from gametheory.numbers import exact_array, float_array
from gametheory.solution import Outcome, Termination
from gametheory.strategic.profiles import Equilibria

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.solvers import Options
    from gametheory.strategic.form import StrategicGame

#: Pairs of supports above which another method is better.
MOST_SUPPORTS = 200_000


def refuses(game: StrategicGame, options: Options) -> str | None:
    """Say why enumerating supports does not apply, or return None."""
    if len(game.players) != 2:
        return f"support enumeration is for two players, not {len(game.players)}; use pygambit"
    if too_many(game):
        rows, columns = game.shape
        return f"{rows} x {columns} strategies have too many supports; use lemke_howson, zero_sum or pygambit"
    return None


def too_many(game: StrategicGame) -> bool:
    """Say whether a game of two players has too many supports to go through."""
    rows, columns = game.shape
    return comb(rows + columns, rows) > MOST_SUPPORTS


def solve(game: StrategicGame, options: Options) -> Outcome:
    """Return all extreme equilibria; every equilibrium is a mixture of some that can be exchanged.

    A strategy of a player, with the most it lets the opponent earn, is a vertex where as many linearly
    independent inequalities hold with equality as there are unknowns. Those vertices are found by going
    through the supports of equal size; two of them are an equilibrium if each strategy is either not
    played or a best reply. (Avis, Rosenberg, Savani and von Stengel, Enumeration of Nash equilibria
    for two-player games, Economic Theory 2010.)

    Returns
    -------
    Outcome
        ``complete`` is ``"all"`` where the extreme equilibria share no strategy, so that there are no
        others, else ``"all_extreme"``.
    """
    A, B = game.numbers(True)
    try:
        mine = _vertices(np.array(B.T), options.budget)
        theirs = _vertices(A, options.budget)
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, options.exact, message=str(limit))
    rows, columns = game.shape
    everything = (1 << (rows + columns)) - 1
    labels_y = []
    for y, best in theirs:
        label = sum(1 << i for i in best) | sum(1 << (rows + j) for j in range(columns) if y[j] == 0)
        labels_y.append(label)
    pairs = []
    for h, (x, best) in enumerate(mine):
        label = sum(1 << (rows + j) for j in best) | sum(1 << i for i in range(rows) if x[i] == 0)
        need = everything & ~label
        pairs += [(h, k) for k, other in enumerate(labels_y) if other & need == need]
    once = len({h for h, _ in pairs}) == len({k for _, k in pairs}) == len(pairs)
    profiles: list[tuple[Any, ...]] = []
    for h, k in sorted(pairs, key=lambda pair: _order(mine[pair[0]][0], theirs[pair[1]][0])):
        pair = exact_array(mine[h][0]), exact_array(theirs[k][0])
        profiles.append(pair if options.exact else tuple(float_array(row) for row in pair))
    return Outcome(Termination.SOLVED, Equilibria(tuple(profiles)), options.exact, "all" if once else "all_extreme")


#: Probabilities in floats below which a strategy is taken for one that is not played.
NOT_PLAYED = 1e-7


def near(game: StrategicGame, profile: Any) -> tuple[NDArray[Any], ...] | None:
    """Return the rational equilibrium of two players on the supports of a profile in floats, or None.

    Parameters
    ----------
    game : StrategicGame
        Two players.
    profile : sequence of arrays [strategies]
        Probabilities, near those of an equilibrium whose supports have one size.
    """
    import flint

    played = [[k for k, p in enumerate(row) if p > NOT_PLAYED] for row in profile]
    if not played[0] or len(played[0]) != len(played[1]):
        return None
    A, B = game.numbers(True)
    found = []
    for payoffs, replies, strategies in ((B.T, played[1], played[0]), (A, played[0], played[1])):
        scale = _common_denominator(payoffs)
        columns = [[int(row[j] * scale) for j in strategies] for row in payoffs.tolist()]
        solved = _solve(flint, [columns[i] for i in replies])
        if solved is None or max(_earned(solved[0], columns)) > solved[1]:
            return None
        row = np.full(payoffs.shape[1], Fraction(0), dtype=object)
        row[strategies] = solved[0]
        found.append(row)
    return tuple(found)


def _earned(weights: list[Fraction], rows: list[list[int]]) -> list[Fraction]:
    return [sum((w * e for w, e in zip(weights, row, strict=True)), Fraction(0)) for row in rows]


def _order(x: tuple[Fraction, ...], y: tuple[Fraction, ...]) -> tuple[int, tuple[Fraction, ...], tuple[Fraction, ...]]:
    """Pure equilibria first, then by strategy."""
    played = sum(p > 0 for p in x) + sum(p > 0 for p in y)
    return played, tuple(-p for p in x), tuple(-p for p in y)


def _vertices(M: NDArray[Any], budget: Budget) -> list[tuple[tuple[Fraction, ...], tuple[int, ...]]]:
    """Return the vertices of ``{(y, v): M y <= v, y >= 0, sum y = 1}`` and the rows where ``M y = v``.

    Parameters
    ----------
    M : object array [replies, strategies]
        What each reply earns against each strategy.
    budget : Budget
        Polled for every support.
    """
    import flint

    replies, strategies = M.shape
    scale = _common_denominator(M)
    integer = [[int(v * scale) for v in row] for row in M.tolist()]
    found: dict[tuple[Fraction, ...], tuple[int, ...]] = {}
    for size in range(1, min(replies, strategies) + 1):
        for support in combinations(range(strategies), size):
            columns = [[row[j] for j in support] for row in integer]
            # A reply worse than another one against all of the support is never a best one.
            able = [
                i
                for i, row in enumerate(columns)
                if not any(all(a > b for a, b in zip(other, row, strict=True)) for other in columns)
            ]
            for tight in combinations(able, size):
                budget.check()
                solved = _solve(flint, [columns[i] for i in tight])
                if solved is None:
                    continue
                weights, value = solved
                earned = _earned(weights, columns)
                if any(e > value for e in earned):
                    continue
                y = [Fraction(0)] * strategies
                for j, w in zip(support, weights, strict=True):
                    y[j] = w
                found.setdefault(tuple(y), tuple(i for i, e in enumerate(earned) if e == value))
    return list(found.items())


def _solve(flint: Any, square: list[list[int]]) -> tuple[list[Fraction], Fraction] | None:
    """Return the weights >= 0 with which all rows earn the same, and what they earn; None unless unique."""
    size = len(square)
    if size == 1:
        return [Fraction(1)], Fraction(square[0][0])
    matrix = flint.fmpz_mat(size + 1, size + 1, [x for row in square for x in (*row, -1)] + [1] * size + [0])
    right = flint.fmpz_mat(size + 1, 1, [0] * size + [1])
    try:
        result = matrix.solve(right)
    except ZeroDivisionError:
        return None
    values = [Fraction(int(result[k, 0].p), int(result[k, 0].q)) for k in range(size + 1)]
    return (values[:-1], values[-1]) if min(values[:-1]) >= 0 else None


def _common_denominator(M: NDArray[Any]) -> int:
    from math import lcm

    return lcm(*{v.denominator for v in M.ravel().tolist()})
