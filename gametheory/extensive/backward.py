"""Backward induction on perfect information."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import UsageError, nearest
from gametheory.extensive import kernels
from gametheory.extensive.arrays import as_exact, as_floats
from gametheory.extensive.compiled import chunk_size, fast, scaled_to_integers
from gametheory.extensive.form import CHANCE, ExtensiveGame
from gametheory.extensive.profile import ArrayStrategy, StrategyProfile, certain_path, edge_weights
from gametheory.limits import Budget, LimitReached
from gametheory.solution import Outcome, Termination

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.solvers import Options


def refuses(game: ExtensiveGame, options: Options) -> str | None:
    """Say why backward induction does not apply, or return None."""
    if not game.perfect_information:
        sizes = np.bincount(game.set_of[game.decisions])
        k = int(np.argmax(sizes > 1))
        return f"information set '{game.set_label(k)}' has {int(sizes[k])} nodes; backward induction needs single ones"
    return None


def solve(game: ExtensiveGame, options: Options) -> Outcome:
    """Return a pure subgame-perfect equilibrium.

    Parameters
    ----------
    game : ExtensiveGame
        A game of perfect information.
    options : Options
        ``ties``: ``first``, ``last``, ``random`` (seeded) or ``prefer:player,player`` (those named first
        decide; players left out come last, in player order).

    Returns
    -------
    Outcome
        With a `StrategyProfile`; ``complete`` is ``"all"`` where exact comparison found no tie.
    """
    try:
        value, choice, tied = induction(game, options)
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, options.exact, message=str(limit))
    weights = edge_weights(game, pure_moves(game, choice), game.probability)
    answer = StrategyProfile(
        strategy=ArrayStrategy(choices=choice, game=game),
        payoffs=dict(zip(game.players, value.tolist(), strict=True)),
        path=certain_path(game, weights),
    )
    complete = "one" if tied else "all" if options.exact else "unknown"
    return Outcome(Termination.SOLVED, answer, options.exact, complete)


def pure_moves(game: ExtensiveGame, choice: NDArray[Any]) -> NDArray[np.int64]:
    """Return 0 and 1 for every move of every information set, from the move chosen at each."""
    moves = np.zeros(int(game.first_move[-1]), dtype=np.int64)
    moves[game.first_move[:-1] + choice] = 1
    return moves


def induction(game: ExtensiveGame, options: Options) -> tuple[NDArray[Any], NDArray[np.int64], int]:
    """Return the value [players], the choices [sets] and the number of nodes with ties.

    Raises
    ------
    LimitReached
        If the budget is spent on the way.
    """
    rule, order = tie_rule(game, options.ties)
    draws = np.zeros(1)
    if rule == kernels.RANDOM:
        seeds = np.random.SeedSequence(options.seed)
        draws = np.random.default_rng(seeds).random(len(game.inner))
    payoffs, probability, scale = _numbers(game, options.exact)
    if game.is_tree:
        value, choice, tied = _on_tree(game, payoffs, probability, rule, order, draws, options.budget)
    else:
        value, choice, tied = _on_merged(game, payoffs, probability, rule, order, draws, options.budget)
    if scale is not None:
        value = np.array([Fraction(int(v), int(d)) for v, d in zip(value, scale, strict=True)], dtype=object)
    return value, choice[game.player[game.inner] != CHANCE], tied


def tie_rule(game: ExtensiveGame, ties: str) -> tuple[int, NDArray[np.int64]]:
    """Read a tie rule; return its code and the order in which players are favoured.

    Raises
    ------
    UsageError
        If the rule or a player it names is unknown.
    """
    name, _, rest = ties.partition(":")
    codes = {"first": kernels.FIRST, "last": kernels.LAST, "prefer": kernels.PREFER, "random": kernels.RANDOM}
    if name not in codes or (rest and name != "prefer"):
        raise UsageError(f"no tie rule '{ties}'", remedy=nearest(name, codes))
    named = [p.strip() for p in rest.split(",")] if rest else []
    for player in named:
        if player not in game.players:
            raise UsageError(f"no player '{player}' in tie rule '{ties}'", remedy=nearest(player, game.players))
    positions = [game.players.index(p) for p in dict.fromkeys([*named, *game.players])]
    return codes[name], np.array(positions, dtype=np.int64)


def _numbers(game: ExtensiveGame, exact: bool) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any] | None]:
    """Return payoffs, probabilities and, where payoffs became integers, what to divide them by."""
    if not exact:
        chance = np.zeros(1) if game.probability is None else as_floats(game.probability)
        return as_floats(game.payoffs), chance, None
    payoffs = as_exact(game.payoffs)
    if game.probability is None:
        only_ends = not (payoffs[game.inner] != 0).any()
        scaled = scaled_to_integers(payoffs, 1 if only_ends else len(game.inner) + 1)
        if scaled is not None:
            return scaled[0], np.zeros(1, dtype=np.int64), scaled[1]
        return payoffs, np.zeros(1, dtype=np.int64), None
    return payoffs, as_exact(game.probability), None


def _on_tree(
    game: ExtensiveGame,
    payoffs: NDArray[Any],
    probability: NDArray[Any],
    rule: int,
    order: NDArray[np.int64],
    draws: NDArray[Any],
    budget: Budget,
) -> tuple[NDArray[Any], NDArray[np.int64], int]:
    inner = game.inner
    if not len(inner):
        return payoffs[0], np.zeros(0, dtype=np.int64), 0
    player, first = compiled_structure(game)
    value = np.empty((len(inner), payoffs.shape[1]), dtype=payoffs.dtype)
    choice = np.zeros(len(inner), dtype=np.int64)
    tied = np.zeros(1, dtype=np.int64)
    run = fast(kernels.induce, payoffs)
    step = chunk_size(run)
    high, waiting = len(inner), len(inner) - 1
    while high > 0:
        budget.check()
        low = max(0, high - step)
        waiting = run(
            low, high, waiting, inner, player, first, payoffs, probability, rule, order, draws, value, choice, tied
        )
        high = low
    return value[0], choice, int(tied[0])


def compiled_structure(game: ExtensiveGame) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return who moves at each inner node, and the first edge of each (with the end at the end)."""
    first = np.append(game.first_edge[game.inner], game.first_edge[-1])
    return np.ascontiguousarray(game.player[game.inner]), first


def _on_merged(
    game: ExtensiveGame,
    payoffs: NDArray[Any],
    probability: NDArray[Any],
    rule: int,
    order: NDArray[np.int64],
    draws: NDArray[Any],
    budget: Budget,
) -> tuple[NDArray[Any], NDArray[np.int64], int]:
    inner = game.inner
    player, first = compiled_structure(game)
    value = payoffs.copy()
    choice = np.zeros(len(inner), dtype=np.int64)
    tied = np.zeros(1, dtype=np.int64)
    run = fast(kernels.induce_merged, payoffs)
    step = chunk_size(run)
    high = len(inner)
    while high > 0:
        budget.check()
        low = max(0, high - step)
        run(low, high, inner, player, first, game.targets, probability, rule, order, draws, value, choice, tied)
        high = low
    return value[0], choice, int(tied[0])
