"""What every node is worth under a profile. No solving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.extensive.compiled import fast

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.extensive.form import ExtensiveGame


def one_shot_gains(
    game: ExtensiveGame, payoffs: NDArray[Any], weights: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return what each node is worth under a profile, and what its player can gain by changing that one move.

    Parameters
    ----------
    game : ExtensiveGame
        The game.
    payoffs : array [nodes, players]
        Payoffs at nodes.
    weights : array [edges]
        The probability of every move.

    Returns
    -------
    value : array [nodes, players]
        Expected payoffs from each node on.
    gain : array [nodes]
        Zero where no player moves.
    """
    value = payoffs.copy()
    if value.dtype != object and weights.dtype == np.float64:
        value = value.astype(np.float64)
    if value.dtype == object and weights.dtype != object:
        weights = weights.astype(object)  # integers of the machine overflow beside Python's
    gain = np.zeros(game.nodes, dtype=value.dtype)
    with np.errstate(over="ignore", invalid="ignore"):  # `verify` refuses what overflows
        fast(_sweep, value, weights)(game.inner, game.player, game.first_edge, game.targets, weights, value, gain)
    return value, gain


def _sweep(inner, player, first_edge, target, weights, value, gain):  # type: ignore[no-untyped-def]
    players = value.shape[1]
    for k in range(len(inner) - 1, -1, -1):
        node = inner[k]
        mover = player[node]
        start = first_edge[node]
        stop = first_edge[node + 1]
        if mover >= 0:
            best = value[target[start], mover]
            mean = weights[start] * best
            for edge in range(start + 1, stop):
                x = value[target[edge], mover]
                mean += weights[edge] * x
                if x > best:
                    best = x
            gain[node] = best - mean
        for edge in range(start, stop):
            if weights[edge] != 0:
                for i in range(players):
                    value[node, i] += weights[edge] * value[target[edge], i]
