"""From merged states to a tree in which every history is a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gametheory.errors import UsageError
from gametheory.extensive.form import ExtensiveGame

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
    counts = np.diff(game.first_edge)
    level: NDArray[np.int64] = np.zeros(1, dtype=np.int64)
    states, edges = [level], []
    while len(level):
        here = counts[level]
        ends = np.cumsum(here)
        offset = np.arange(int(here.sum())) - np.repeat(ends - here, here)
        below = np.repeat(game.first_edge[level], here) + offset
        level = game.targets[below]
        edges.append(below)
        states.append(level)
    state, edge = np.concatenate(states), np.concatenate(edges)
    names = None
    if game.node_names is not None:
        held = game.node_names
        names = tuple(held[s] for s in state.tolist())
    return ExtensiveGame(
        players=game.players,
        player=game.player[state],
        first_edge=np.concatenate([[0], np.cumsum(counts[state])]),
        payoffs=game.payoffs[..., state, :],
        probability=None if game.probability is None else game.probability[..., edge],
        action=None if game.action is None else game.action[edge],
        action_names=game.action_names,
        node_names=names,
        title=game.title,
    )
