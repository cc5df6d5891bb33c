"""Backward induction over the stages of a multistage game."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.extensive.arrays import as_exact, as_floats, expected
from gametheory.extensive.bargain import bargain_equation, payments, struck
from gametheory.extensive.selection import Selection
from gametheory.extensive.stage_profile import StageProfile
from gametheory.limits import LimitReached
from gametheory.numbers import exact
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options
from gametheory.strategic import support
from gametheory.strategic.form import StrategicGame
from gametheory.strategic.profiles import Equilibria, payoffs_against
from gametheory.strategic.pure import pure_equilibria, unit_profile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.extensive.multistage import MultistageGame


class StageFailed(Exception):  # noqa: N818  (it is a signal to the solver, not an error)
    """A stage could not be solved; `str` names its state and says why."""


def solve(game: MultistageGame, options: Options) -> Outcome:
    """Return a subgame-perfect equilibrium.

    From the last state to the first: what each cell is worth, the prices bargained over (linear equations, all
    cells of a stage at once), then an equilibrium of the stage. Equilibria of a stage are listed with pure ones
    first, in the order of their moves; the tie rule says which is taken. Mixed ones are found for two movers.

    Parameters
    ----------
    game : MultistageGame
        The game.
    options : Options
        ``ties``: ``first``, ``last``, ``random`` (seeded) or ``prefer:player,player``.
    """
    try:
        answer, ambiguous = induct(game, options)
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, options.exact, message=str(limit))
    except StageFailed as failure:
        return Outcome(Termination.FAILED, None, options.exact, message=str(failure))
    if not options.exact:
        prices = {
            cell: tuple(float(p) for p in price) if isinstance(price, tuple) else float(price)
            for cell, price in answer.prices.items()
        }
        answer = StageProfile(as_floats(answer.moves), as_floats(answer.values), prices)
    complete = "one" if ambiguous else "all" if options.exact else "unknown"
    return Outcome(Termination.SOLVED, answer, options.exact, complete)


def induct(game: MultistageGame, options: Options) -> tuple[StageProfile, bool]:
    """Return the equilibrium in fractions, and whether there may be others."""
    selection = Selection(game, options)
    count = len(game.players)
    payoffs, probability = as_exact(game.payoffs), as_exact(game.probability)
    values = np.full((len(game.states), count), Fraction(0), dtype=object)
    moves = np.full(int(game.first_move[-1]), Fraction(0), dtype=object)
    prices: dict[int, Any] = {}
    ambiguous = False
    for s in range(len(game.states) - 1, -1, -1):
        options.budget.check()
        cells = game.cells(s)
        if not cells:
            continue
        worth = {}
        for cell in cells.values():
            branches = slice(int(game.first_branch[cell]), int(game.first_branch[cell + 1]))
            worth[cell] = [
                payoffs[cell, i] + expected(probability[branches], values[game.next_state[branches], i])
                for i in range(count)
            ]
        bargained = [cell for cell in cells.values() if cell in game.bargains]
        if bargained:
            prices |= _prices(game, s, cells, worth, bargained)
        table = np.array(
            [
                [w + p for w, p in zip(worth[c], payments(game.bargains, prices, c, game.players), strict=True)]
                for c in cells.values()
            ],
            dtype=object,
        )
        stage = table.T.reshape(count, *game.shape(s))
        found, all_found = _equilibria(stage, game.states[s], options)
        worths = [_worths(stage, profile) for profile in found]
        k = selection.pick(worths)
        ambiguous |= len(found) > 1 or not all_found
        values[s] = worths[k]
        for i, row in enumerate(found[k]):
            first = int(game.first_move[s * count + i])
            moves[first : first + len(row)] = row
    return StageProfile(moves, values, prices), ambiguous


def _worths(stage: NDArray[Any], profile: tuple[NDArray[Any], ...]) -> list[Any]:
    """Return what a profile is worth to each player."""
    played = [np.flatnonzero(row) for row in profile]
    if all(len(moves) == 1 for moves in played):
        cell: Any = (slice(None), *(int(moves[0]) for moves in played))
        return list(stage[cell])
    return [(row * payoffs_against(stage, profile, i)).sum() for i, row in enumerate(profile)]


def _prices(
    game: MultistageGame, s: int, cells: dict[tuple[str, ...], int], worth: Any, bargained: list[int]
) -> dict[int, Any]:
    """Return the prices that satisfy every bargain of a stage, by Gaussian elimination."""
    count = len(game.players)
    listed = [(cell, k) for cell in bargained for k in range(len(struck(game.bargains, cell)))]
    place = {pair: n for n, pair in enumerate(listed)}
    rows = []
    for cell, k in listed:
        coefficients, right = bargain_equation(struck(game.bargains, cell)[k], worth, cells, cell, game.players)
        row = [Fraction(0)] * len(listed) + [right]
        for key, c in coefficients.items():
            there, i = divmod(key, count)
            for m, other in enumerate(struck(game.bargains, there)):
                row[place[there, m]] += c * exact(other.pays.get(game.players[i], 0))
        rows.append(row)
    for k in range(len(rows)):
        pivot = next((r for r in range(k, len(rows)) if rows[r][k]), None)
        if pivot is None:
            raise StageFailed(f"the bargains at '{game.states[s]}' do not determine their prices")
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for r in range(len(rows)):
            if r != k and rows[r][k]:
                factor = rows[r][k]
                rows[r] = [x - factor * y for x, y in zip(rows[r], rows[k], strict=True)]
    found = {cell: tuple(rows[place[pair]][-1] for pair in listed if pair[0] == cell) for cell in bargained}
    return {cell: p if isinstance(game.bargains[cell], tuple) else p[0] for cell, p in found.items()}


def _equilibria(stage: NDArray[Any], state: str, options: Options) -> tuple[list[tuple[NDArray[Any], ...]], bool]:
    """Return equilibria of a stage, pure ones first, and whether there can be no others."""
    shape = stage.shape[1:]
    profiles = [unit_profile(shape, row, True) for row in pure_equilibria(stage)]
    movers = [i for i, n in enumerate(shape) if n > 1]
    if len(movers) < 2:
        return profiles, True
    if len(movers) == 2:
        index = tuple(slice(None) if i in movers else 0 for i in range(len(shape)))
        pair = StrategicGame.from_arrays(*(stage[i][index] for i in movers))
        told = Options(exact=True, budget=options.budget)
        if support.refuses(pair, told) is None:
            outcome = support.solve(pair, told)
            if outcome.termination is Termination.LIMIT:
                raise LimitReached(outcome.message)
            assert isinstance(outcome.answer, Equilibria)
            for rows in outcome.answer.profiles:
                if any(p not in (0, 1) for row in rows for p in row):
                    given = iter(rows)
                    one = np.array([Fraction(1)], dtype=object)
                    profiles.append(tuple(next(given) if i in movers else one for i in range(len(shape))))
            return profiles, True
    if not profiles:
        raise StageFailed(f"the stage at '{state}' has no pure equilibrium, and {len(movers)} players move")
    return profiles, False
