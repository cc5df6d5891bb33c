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
from gametheory.extensive.profile import ArrayStrategy, StrategyProfile, chosen_path
from gametheory.extensive.structure import parents, require_recall, subgame_roots
from gametheory.limits import Budget, LimitReached
from gametheory.solution import Outcome, Termination

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.extensive.multistage import MultistageGame
    from gametheory.solvers import Options


def refuses(game: ExtensiveGame, options: Options) -> str | None:
    """Say why backward induction does not apply, or return None; `InputError` on imperfect recall."""
    require_recall(game)
    if game.points is not None and (not game.perfect_information or options.ties == "all_payoffs"):
        return "parameter points are solved at once with perfect information and a tie rule that picks one move only"
    if not game.perfect_information and not only_stages(game):
        sizes = np.bincount(game.set_of[game.decisions])
        k = int(np.argmax(sizes > 1))
        label = game.set_label(k)
        return f"information set '{label}' has {int(sizes[k])} nodes and is no simultaneous move; use method subgames"
    return None


def only_stages(game: ExtensiveGame) -> bool:
    """Say whether every minimal subgame is one move, or one move of each of some players at the same time."""
    if not game.is_tree:
        return True
    roots, before = subgame_roots(game), parents(game)
    top = np.arange(game.nodes)
    sizes: dict[int, set[int]] = {}
    for v in range(1, game.nodes):
        top[v] = before[v] if roots[before[v]] else top[before[v]]
    for v in game.inner.tolist():
        root = v if roots[v] else int(top[v])
        if game.player[v] < 0 and not roots[v]:
            return False
        if game.player[root] >= 0:
            sizes.setdefault(root, set()).add(int(game.set_of[v]))
        elif v != root:
            return False
    owners = {root: [int(game.player[game.first_node[h]]) for h in sets] for root, sets in sizes.items()}
    return all(len(set(who)) == len(who) for who in owners.values())


def solve(game: ExtensiveGame, options: Options) -> Outcome:
    """Return a subgame-perfect equilibrium.

    Parameters
    ----------
    game : ExtensiveGame
        A game of perfect information, or one where otherwise all move at once and then see what was done.
    options : Options
        ``ties``: ``first``, ``last``, ``random`` (seeded) or ``prefer:player,player`` (those named first
        decide; players left out come last, in player order); ``all_payoffs``: ``first``, and the payoff vectors of all
        pure equilibria.

    Returns
    -------
    Outcome
        With a `StrategyProfile`; ``complete`` is ``"all"`` where exact comparison found no tie.
    """
    if options.ties == "all_payoffs":
        from gametheory.extensive.payoff_sets import solve_with_sets

        return solve_with_sets(game, options, solve)
    if not game.perfect_information:
        from gametheory.extensive import subgames

        return subgames.solve(game, options)
    if game.points is not None:
        from gametheory.extensive.batch import solve_points

        return solve_points(game, options)
    try:
        value, choice, tied = induction(game, options)
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, options.exact, message=str(limit))
    answer = StrategyProfile(
        strategy=ArrayStrategy(choices=choice, game=game),
        payoffs=dict(zip(game.players, value.tolist(), strict=True)),
        path=chosen_path(game, choice, game.probability),
    )
    complete = "one" if tied else "all" if options.exact else "unknown"
    return Outcome(Termination.SOLVED, answer, options.exact, complete)


def pure_moves(game: ExtensiveGame, choice: NDArray[Any]) -> NDArray[np.int64]:
    """Return 0 and 1 for every move of every information set, from the move chosen at each."""
    moves = np.zeros(int(game.first_move[-1]), dtype=np.int64)
    moves[game.first_move[:-1] + choice] = 1
    return moves


def induction(
    game: ExtensiveGame, options: Options, point: int | None = None
) -> tuple[NDArray[Any], NDArray[np.int64], int]:
    """Return the value [players], the choices [sets] and the number of nodes with ties, at one parameter point.

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
    payoffs, probability, scale = _numbers(game, options.exact, point)
    if game.is_tree and 4 * len(game.inner) < game.nodes:
        value, choice, tied = _on_tree(game, payoffs, probability, rule, order, draws, options.budget)
    else:
        value, choice, tied = _on_nodes(game, payoffs, probability, rule, order, draws, options.budget)
    if scale is not None:
        value = np.array([Fraction(int(v), int(d)) for v, d in zip(value, scale, strict=True)], dtype=object)
    chance = game.inner_player == CHANCE
    return value, choice[~chance] if chance.any() else choice, tied


def tie_rule(game: ExtensiveGame | MultistageGame, ties: str) -> tuple[int, NDArray[np.int64]]:
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


def _numbers(
    game: ExtensiveGame, exact: bool, point: int | None
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any] | None]:
    """Return payoffs, probabilities and, where payoffs became integers, what to divide them by."""
    payoffs = game.payoffs if game.payoffs.ndim == 2 else game.payoffs[point]
    probability = game.probability
    if probability is not None and probability.ndim == 2:
        probability = probability[point]
    if not exact:
        return as_floats(payoffs), np.zeros(1) if probability is None else as_floats(probability), None
    payoffs = as_exact(payoffs)
    if probability is None:
        only_ends = not (payoffs[game.inner] != 0).any()
        scaled = scaled_to_integers(payoffs, 1 if only_ends else len(game.inner) + 1)
        if scaled is not None:
            return scaled[0], np.zeros(1, dtype=np.int64), scaled[1]
        return payoffs, np.zeros(1, dtype=np.int64), None
    return payoffs, as_exact(probability), None


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
    player, first = game.inner_player, game.inner_edge
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


def _on_nodes(
    game: ExtensiveGame,
    payoffs: NDArray[Any],
    probability: NDArray[Any],
    rule: int,
    order: NDArray[np.int64],
    draws: NDArray[Any],
    budget: Budget,
) -> tuple[NDArray[Any], NDArray[np.int64], int]:
    inner = game.inner
    player, first = game.inner_player, game.inner_edge
    value = payoffs.copy()
    choice = np.zeros(len(inner), dtype=np.int64)
    tied = np.zeros(1, dtype=np.int64)
    simple = game.is_tree and rule == kernels.FIRST
    run = fast(kernels.induce_first if simple else kernels.induce_all, payoffs)
    step = chunk_size(run)
    high = len(inner)
    while high > 0:
        budget.check()
        low = max(0, high - step)
        if simple:
            run(low, high, inner, player, first, probability, value, choice, tied)
        else:
            run(low, high, inner, player, first, game.targets, probability, rule, order, draws, value, choice, tied)
        high = low
    return value[0], choice, int(tied[0])
