"""Backward induction on perfect information."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import UsageError, nearest
from gametheory.extensive import kernels
from gametheory.extensive.arrays import as_exact, as_floats
from gametheory.extensive.compiled import chunk_size, fast, read_only, scaled_to_integers
from gametheory.extensive.form import ExtensiveGame
from gametheory.extensive.indices import InnerNodes
from gametheory.extensive.payoff_sets import needless_limit, solve_with_sets
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
    return needless_limit(options)


def refuses_nash(game: ExtensiveGame, options: Options) -> str | None:
    """Say why backward induction finds no Nash equilibrium, or return None; `InputError` on imperfect recall."""
    if not game.perfect_information:
        require_recall(game)
        return "an information set has several nodes; for Nash equilibria use sequence_form, pygambit or subgames"
    if game.points is not None:
        return "parameter points are solved with concept subgame_perfect"
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
) -> tuple[NDArray[Any], NDArray[np.int32], int]:
    """Return the value [players], the choices [sets] and the number of nodes with ties, at one parameter point.

    Raises
    ------
    LimitReached
        If the budget is spent on the way.
    """
    rule, order = tie_rule(game, options.ties)
    payoffs, probability, scale = _numbers(game, options.exact, point)
    payoffs, probability = read_only(payoffs), read_only(probability)
    inner = game.inner_nodes
    choice = np.empty(len(inner.node), dtype=np.int32)
    if game.is_tree and rule == kernels.FIRST:
        value, tied = _on_tree(inner, payoffs, probability, choice, options.budget)
    else:
        draws = np.zeros(0)
        if rule == kernels.RANDOM:
            draws = options.generator().random(len(choice))
        value, tied = _on_graph(game, payoffs, probability, rule, order, draws, choice, options.budget)
    if scale is not None:
        value = np.array([Fraction(int(v), int(d)) for v, d in zip(value, scale, strict=True)], dtype=object)
    if len(game.decisions) < len(choice):
        choice = choice[inner.mover < len(game.players)]
    if game.information_set is not None:  # sets of one node each, in any order
        by_set = np.empty_like(choice)
        by_set[game.information_set[game.decisions]] = choice
        choice = by_set
    return value, choice, tied


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
    if probability is None:
        only_ends = not (payoffs[game.inner] != 0).any()
        steps = 1 if only_ends else len(game.inner) + 1
        scaled = scaled_to_integers(payoffs, steps) or scaled_to_integers(as_exact(payoffs), steps)
        if scaled is not None:
            return scaled[0], np.zeros(1, dtype=np.int64), scaled[1]
        return as_exact(payoffs), np.zeros(1, dtype=np.int64), None
    return as_exact(payoffs), as_exact(probability), None


def _parts(last: int, size: int, budget: Budget) -> Iterator[slice]:
    """Cut ``0 .. last - 1`` into slices, last first, and look at the budget before each."""
    for high in range(last, 0, -size):
        budget.check()
        yield slice(max(0, high - size), high)


def _on_tree(
    inner: InnerNodes, payoffs: NDArray[Any], probability: NDArray[Any], choice: NDArray[np.int32], budget: Budget
) -> tuple[NDArray[Any], int]:
    """Fill in the choices; return what the start is worth, and how many nodes have several best moves."""
    node, mover, first = inner.node, inner.mover, inner.first
    if not len(node):
        return payoffs[0], 0
    # All children of the inner nodes from `split` on are ends after the last inner node: they are read where they are.
    split = int(np.searchsorted(first[:-1], node[-1]))
    value = payoffs[: int(first[split]) + 1].copy()
    run = fast(kernels.tree_pass(payoffs.shape[1]), payoffs)
    tied = 0
    for begin, end, source in ((split, len(node), payoffs), (0, split, read_only(value))):
        for part in _parts(end - begin, chunk_size(run), budget):
            low, high = begin + part.start, begin + part.stop
            rows = node[low:high], mover[low:high], first[low : high + 1]
            tied += int(run(*rows, probability, source, value, choice[low:high]))
    return value[0], tied


def _on_graph(
    game: ExtensiveGame,
    payoffs: NDArray[Any],
    probability: NDArray[Any],
    rule: int,
    order: NDArray[np.int64],
    draws: NDArray[Any],
    choice: NDArray[np.int32],
    budget: Budget,
) -> tuple[NDArray[Any], int]:
    """Fill in the choices; return what the start is worth, and how many nodes have several best moves."""
    node, mover, first = game.inner_nodes.node, game.inner_nodes.mover, game.inner_nodes.first
    value = payoffs.copy()
    run = fast(kernels.graph_pass(payoffs.shape[1]), payoffs)
    tied = 0
    for part in _parts(len(node), chunk_size(run), budget):
        rows = node[part], mover[part], first[part.start : part.stop + 1]
        given = (game.unsigned_targets, probability, rule, order, draws[part])
        tied += int(run(*rows, *given, value, choice[part]))
    return value[0], tied
