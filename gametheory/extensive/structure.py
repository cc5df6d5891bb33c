"""What follows from a tree alone: subgames, recall, reach and best responses. No solving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import InputError
from gametheory.extensive.compiled import fast

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.extensive.form import ExtensiveGame


def _intervals(parent, size, position):  # type: ignore[no-untyped-def]
    nodes = len(parent)
    for v in range(nodes - 1, 0, -1):
        size[parent[v]] += size[v]
    before = 0
    for v in range(1, nodes):
        if parent[v] != parent[v - 1] or v == 1:
            before = position[parent[v]] + 1
        position[v] = before
        before += size[v]


def _widest(parent, low, high):  # type: ignore[no-untyped-def]
    for v in range(len(parent) - 1, 0, -1):
        low[parent[v]] = min(low[parent[v]], low[v])
        high[parent[v]] = max(high[parent[v]], high[v])


def parents(game: ExtensiveGame) -> NDArray[np.int64]:
    """Return the node before each node of a tree, -1 at the start [nodes]."""
    return np.concatenate([np.full(1, -1, dtype=np.int64), game.source])


def subgame_roots(game: ExtensiveGame) -> NDArray[np.bool_]:
    """Say at which nodes a subgame begins [nodes].

    A subgame begins at a node if every information set met from there on lies wholly there. Nodes where the
    game ends begin none.
    """
    if game.perfect_information:
        return np.asarray(game.player != -2)
    before = parents(game)
    size = np.ones(game.nodes, dtype=np.int64)
    position = np.zeros(game.nodes, dtype=np.int64)
    fast(_intervals, size)(before, size, position)
    sets = game.set_of
    low, high = np.full(game.nodes, game.nodes), np.full(game.nodes, -1)
    first, last = np.full(game.sets, game.nodes), np.full(game.sets, -1)
    np.minimum.at(first, sets[game.decisions], position[game.decisions])
    np.maximum.at(last, sets[game.decisions], position[game.decisions])
    low[game.decisions], high[game.decisions] = first[sets[game.decisions]], last[sets[game.decisions]]
    fast(_widest, low)(before, low, high)
    return np.asarray((game.player != -2) & (low >= position) & (high < position + size))


def _own_moves(parent, player, edge_move, mover, last, count):  # type: ignore[no-untyped-def]
    for v in range(1, len(parent)):
        p = parent[v]
        if player[p] == mover:
            last[v] = edge_move[v - 1]
            count[v] = count[p] + 1
        else:
            last[v] = last[p]
            count[v] = count[p]


@dataclass(frozen=True)
class OwnMoves:
    """What one player did on the way to each node.

    Attributes
    ----------
    last : int array [nodes]
        The player's last move (a position among the moves of all information sets), -1 before the first.
    count : int array [nodes]
        How many moves the player made.
    """

    last: NDArray[np.int64]
    count: NDArray[np.int64]


def edge_moves(game: ExtensiveGame) -> NDArray[np.int64]:
    """Return the position of every edge among the moves of all information sets, -1 for chance [edges]."""
    sets = game.set_of[game.inner]
    counts = np.diff(game.first_edge)[game.inner]
    base = np.where(sets >= 0, game.first_move[np.maximum(sets, 0)], 0) if game.sets else np.zeros(len(sets), np.int64)
    place = np.repeat(base - game.first_edge[game.inner], counts) + np.arange(game.edges)
    place[np.repeat(sets < 0, counts)] = -1
    return place


def own_moves(game: ExtensiveGame, player: int) -> OwnMoves:
    """Return what a player did on the way to each node of a tree."""
    last = np.full(game.nodes, -1, dtype=np.int64)
    count = np.zeros(game.nodes, dtype=np.int64)
    fast(_own_moves, last)(parents(game), game.player, edge_moves(game), player, last, count)
    return OwnMoves(last, count)


def forgotten(game: ExtensiveGame) -> tuple[int, int, int] | None:
    """Return an information set and two of its nodes whose player did different things before, or None."""
    if game.perfect_information:
        return None
    for i in range(len(game.players)):
        mine = np.flatnonzero(game.player == i)
        last = own_moves(game, i).last
        sets = game.set_of[mine]
        lead = game.first_node[sets]
        wrong = np.flatnonzero(last[mine] != last[lead])
        if len(wrong):
            k = int(wrong[0])
            return int(sets[k]), int(lead[k]), int(mine[k])
    return None


def meets_twice(game: ExtensiveGame) -> bool:
    """Say whether some path meets an information set twice (absent-mindedness)."""
    before, sets = parents(game).tolist(), game.set_of.tolist()
    for v in game.decisions.tolist():
        p = before[v]
        while p >= 0:
            if sets[p] == sets[v]:
                return True
            p = before[p]
    return False


def require_recall(game: ExtensiveGame) -> None:
    """Raise `InputError` unless every player remembers what they did and knew.

    The message names an information set and two histories that lead to it.
    """
    found = forgotten(game)
    if found is None:
        return
    label = game.set_label(found[0])
    one, other = (", ".join(game.history(v)) or "the start" for v in found[1:])
    raise InputError(
        f"imperfect recall: {game.owner(found[0])} forgets at information set '{label}', "
        f"reached by ({one}) and by ({other})",
        remedy="concept nash with method pure_enumeration needs no recall",
    )


def _respond(  # type: ignore[no-untyped-def]
    mover, parent, player, first_edge, weights, begins, order, level, sets, first_move, reach, score, choice, value
):
    nodes = len(parent)
    for v in range(1, nodes):
        if not begins[v]:
            p = parent[v]
            if player[p] == mover:
                reach[v] = reach[p]
            else:
                reach[v] = reach[p] * weights[v - 1]
    k = 0
    while k < nodes:
        stop = k
        while stop < nodes and level[order[stop]] == level[order[k]]:
            stop += 1
        for j in range(k, stop):
            v = order[j]
            if player[v] == mover:
                first = first_move[sets[v]] - first_edge[v]
                for edge in range(first_edge[v], first_edge[v + 1]):
                    score[first + edge] += reach[v] * value[edge + 1]
        for j in range(k, stop):
            v = order[j]
            start = first_edge[v]
            if player[v] == mover:
                h = sets[v]
                if choice[h] < 0:
                    best = first_move[h]
                    for move in range(first_move[h] + 1, first_move[h + 1]):
                        if score[move] > score[best]:
                            best = move
                    choice[h] = best - first_move[h]
                value[v] += value[start + choice[h] + 1]
            else:
                for edge in range(start, first_edge[v + 1]):
                    if weights[edge] != 0:
                        value[v] += weights[edge] * value[edge + 1]
        k = stop


def best_response_values(
    game: ExtensiveGame,
    player: int,
    payoffs: NDArray[Any],
    weights: NDArray[Any],
    roots: NDArray[np.bool_],
    start: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return what a player can get from every node on by the best response in every subgame.

    One pass over the player's information sets, those with most own moves before them first. Moves are
    weighed by the reach of the others and chance since the subgame began, so that subgames the profile
    never reaches are judged too. Needs perfect recall.

    Parameters
    ----------
    game : ExtensiveGame
        A tree.
    player : int
        Who responds.
    payoffs : array [nodes, players]
        Payoffs at nodes.
    weights : array [edges]
        The probability of every move under the profile.
    roots : bool array [nodes]
        Where subgames begin.
    start : array [nodes], optional
        How the nodes where something begins are weighed; each by 1 if not given.

    Returns
    -------
    array [nodes]
        Meaningful where subgames begin.
    """
    level = own_moves(game, player).count
    order = np.lexsort((-np.arange(game.nodes), -level))
    value = payoffs[:, player].copy()
    if value.dtype != object and weights.dtype == np.float64:
        value = value.astype(np.float64)
    kind = value.dtype
    if value.dtype == object and weights.dtype != object:
        weights = weights.astype(object)  # integers of the machine overflow beside Python's
    reach = np.ones(game.nodes, dtype=np.int64).astype(kind) if start is None else start.astype(kind)
    score = np.zeros(int(game.first_move[-1]), dtype=np.int64).astype(kind)
    choice = np.full(game.sets, -1, dtype=np.int64)
    fast(_respond, value, weights)(
        player,
        parents(game),
        game.player,
        game.first_edge,
        weights,
        roots,
        order,
        level,
        game.set_of,
        game.first_move,
        reach,
        score,
        choice,
        value,
    )
    return value


def _reached(parent, weights, reach):  # type: ignore[no-untyped-def]
    for v in range(1, len(parent)):
        reach[v] = reach[parent[v]] * weights[v - 1]


def reach_probabilities(game: ExtensiveGame, weights: NDArray[Any]) -> NDArray[Any]:
    """Return the probability with which each node of a tree is reached [nodes]."""
    reach = np.ones(game.nodes, dtype=np.int64).astype(weights.dtype)
    fast(_reached, reach)(parents(game), weights, reach)
    return reach
