"""From merged states to a tree in which every history is a node."""

from __future__ import annotations

import numpy as np

from gametheory.errors import UsageError
from gametheory.extensive.compiled import fast, read_only
from gametheory.extensive.form import ExtensiveGame

#: Nodes above which a game is not unfolded.
MOST_NODES = 20_000_000


def histories(game: ExtensiveGame) -> int:
    """Return how many nodes the tree has into which a game unfolds."""
    if game.is_tree:
        return game.nodes
    counts = [1] * game.nodes
    first, target = game.first_edge.tolist(), game.targets.tolist()
    for v in range(game.nodes - 1, -1, -1):
        counts[v] += sum(counts[t] for t in target[first[v] : first[v + 1]])
    return counts[0]


def _walk(first, target, state, edge):  # type: ignore[no-untyped-def]
    done = 0
    for node in range(len(state)):
        for move in range(first[state[node]], first[state[node] + 1]):
            edge[done] = move
            done += 1
            state[done] = target[move]


def unfold(game: ExtensiveGame, most: int = MOST_NODES) -> ExtensiveGame:
    """Return the same game as a tree; a tree is returned as it is.

    Parameters
    ----------
    game : ExtensiveGame
        The game.
    most : int
        How many nodes the tree may have.

    Raises
    ------
    UsageError
        If it has more.
    """
    if game.is_tree:
        return game
    total = histories(game)
    if total > most:
        raise UsageError(f"the game unfolds into {total} nodes, more than {most}")
    state, edge = np.zeros(total, dtype=np.int64), np.zeros(total - 1, dtype=np.int64)
    fast(_walk, state)(read_only(game.first_edge), read_only(game.targets), state, edge)
    names = None
    if game.node_names is not None:
        held = game.node_names
        names = tuple(held[s] for s in state.tolist())
    return ExtensiveGame(
        players=game.players,
        player=game.player.take(state),
        first_edge=np.concatenate([[0], np.cumsum(np.diff(game.first_edge).take(state))]),
        payoffs=game.payoffs.take(state, axis=-2),
        probability=None if game.probability is None else game.probability.take(edge, axis=-1),
        action=None if game.action is None else game.action.take(edge),
        action_names=game.action_names,
        node_names=names,
        title=game.title,
    )
