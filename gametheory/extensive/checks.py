"""Whether arrays describe a game in extensive form; every error names the node or information set."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import InputError
from gametheory.extensive.arrays import sums_to_one
from gametheory.extensive.indices import CHANCE, TERMINAL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.extensive.form import ExtensiveGame


def _first(mask: NDArray[Any]) -> int:
    return int(np.flatnonzero(mask)[0])


def _twice(names: tuple[str, ...]) -> str:
    return next(name for name, count in Counter(names).items() if count > 1)


def check_game(game: ExtensiveGame) -> None:
    """Raise `InputError` unless the arrays of `game` describe a game."""
    if not game.players:
        raise InputError("a game needs a player")
    if len(set(game.players)) < len(game.players):
        raise InputError(f"two players are called '{_twice(game.players)}'")
    _check_shape(game)
    _check_chance(game)
    _check_sets(game)
    _check_labels(game)
    if game.annotations is not None:
        game.annotations.check(game)


def _check_shape(game: ExtensiveGame) -> None:
    nodes = len(game.player)
    if nodes == 0:
        raise InputError("a game needs a node")
    if game.player.min() < TERMINAL or game.player.max() >= len(game.players):
        bad = _first((game.player < TERMINAL) | (game.player >= len(game.players)))
        raise InputError(f"node {bad} belongs to player {int(game.player[bad])}, who does not exist")
    if len(game.first_edge) != nodes + 1 or game.first_edge[0] != 0:
        raise InputError("'first_edge' must begin with 0 and hold one more entry than there are nodes")
    counts = np.diff(game.first_edge)
    if counts.min() < 0:
        raise InputError("'first_edge' must not decrease")
    wrong = (counts == 0) != (game.player == TERMINAL)
    if wrong.any():
        bad = _first(wrong)
        which = "has moves but no player" if counts[bad] else "has a player but no moves"
        raise InputError(f"node {bad} {which}")
    edges = int(game.first_edge[-1])
    if game.target is None:
        if edges != nodes - 1:
            raise InputError(f"a tree of {nodes} nodes has {nodes - 1} moves, not {edges}")
        if ((game.first_edge[:-1] < np.arange(nodes)) & (counts > 0)).any():
            raise InputError("the nodes of a tree must be in breadth-first order")
    else:
        _check_merged(game, edges)
    if game.payoffs.ndim not in (2, 3) or game.payoffs.shape[-2:] != (nodes, len(game.players)):
        raise InputError(f"'payoffs' has shape {game.payoffs.shape}; needed: {(nodes, len(game.players))}")
    if game.payoffs.ndim == 3 and len(game.payoffs) == 0:
        raise InputError("'payoffs' has no parameter point")


def _check_merged(game: ExtensiveGame, edges: int) -> None:
    target = game.target
    assert target is not None
    if len(target) != edges:
        raise InputError(f"'target' has {len(target)} entries for {edges} moves")
    if edges and (target.max() >= game.nodes or (target <= game.source).any()):
        raise InputError("every move must lead to a node with a higher number")
    reached = np.zeros(game.nodes, dtype=bool)
    reached[0] = True
    reached[target] = True
    if not reached.all():
        raise InputError(f"no move leads to node {_first(~reached)}")
    if game.information_set is not None:
        raise InputError("merged states need perfect information", remedy="unfold the game into a tree")


def _check_chance(game: ExtensiveGame) -> None:
    chance = np.flatnonzero(game.player == CHANCE)
    if game.probability is None:
        if len(chance):
            raise InputError(f"chance moves at node {int(chance[0])}, and there are no probabilities")
        return
    probability = game.probability
    if probability.ndim not in (1, 2) or probability.shape[-1] != game.edges or len(probability) == 0 < game.edges:
        raise InputError(f"'probability' has shape {probability.shape} for {game.edges} moves")
    if probability.ndim == 2 and game.payoffs.ndim == 3 and len(probability) != len(game.payoffs):
        raise InputError(f"{len(game.payoffs)} points of payoffs and {len(probability)} of probabilities")
    rows = probability.reshape(-1, game.edges)
    at_chance = np.repeat(game.player == CHANCE, np.diff(game.first_edge))
    if (rows[:, ~at_chance] != 0).any():
        raise InputError("a move of a player has a chance probability")
    if (rows < 0).any():
        edge = _first(np.asarray((rows < 0).any(axis=0)))
        node = int(game.source[edge])
        raise InputError(f"chance has a negative probability at {game.node_label(node)}")
    if not len(chance):
        return
    sums = np.add.reduceat(rows, game.first_edge[game.inner], axis=1)[:, game.player[game.inner] == CHANCE]
    wrong = ~sums_to_one(sums)
    if wrong.any():
        point, which = np.argwhere(wrong)[0]
        where = game.node_label(int(chance[which]))
        raise InputError(f"chance probabilities at {where} sum to {sums[point, which]}, not 1")


def _check_sets(game: ExtensiveGame) -> None:
    sets = game.information_set
    if sets is None:
        return
    if len(sets) != game.nodes:
        raise InputError(f"'information_set' has {len(sets)} entries for {game.nodes} nodes")
    if ((sets >= 0) != (game.player >= 0)).any():
        bad = _first((sets >= 0) != (game.player >= 0))
        raise InputError(f"node {bad}: decision nodes, and only they, are in an information set")
    numbers = sets[game.decisions]
    if len(numbers) and len(np.unique(numbers)) != numbers.max() + 1:
        raise InputError("information sets must be numbered 0, 1, ... without gaps")
    lead = game.first_node[numbers]
    counts = np.diff(game.first_edge)
    for what, differs in (
        ("players", game.player[lead] != game.player[game.decisions]),
        ("numbers of moves", counts[lead] != counts[game.decisions]),
    ):
        if differs.any():
            where = int(numbers[_first(differs)])
            raise InputError(f"information set {_name(game, where)} has nodes with different {what}")
    if game.action is not None and len(game.action) == game.edges:
        for node, first in zip(game.decisions.tolist(), lead.tolist(), strict=True):
            if node != first:
                a, b = int(game.first_edge[first]), int(game.first_edge[node])
                n = int(counts[node])
                if (game.action[a : a + n] != game.action[b : b + n]).any():
                    raise InputError(f"information set {_name(game, int(sets[node]))} has nodes with different moves")


def _name(game: ExtensiveGame, information_set: int) -> str:
    if game.set_names is not None and information_set < len(game.set_names):
        return f"'{game.set_names[information_set]}'"
    return str(information_set)


def _check_labels(game: ExtensiveGame) -> None:
    if (game.action is None) != (game.action_names is None):
        raise InputError("'action' and 'action_names' go together")
    if game.action is not None and game.action_names is not None:
        if len(game.action) != game.edges:
            raise InputError(f"'action' has {len(game.action)} entries for {game.edges} moves")
        if game.edges and (game.action.min() < 0 or game.action.max() >= len(game.action_names)):
            raise InputError("'action' names a label that does not exist")
        if len(set(game.action_names)) < len(game.action_names):
            raise InputError("'action_names' holds a label twice")
        _check_moves_differ(game)
    if game.set_names is not None:
        if len(game.set_names) != game.sets:
            raise InputError(f"{len(game.set_names)} labels for {game.sets} information sets")
        if len(set(game.set_names)) < len(game.set_names):
            raise InputError(f"two information sets are called '{_twice(game.set_names)}'")
    if game.node_names is not None and len(game.node_names) != game.nodes:
        raise InputError(f"{len(game.node_names)} labels for {game.nodes} nodes")


def _check_moves_differ(game: ExtensiveGame) -> None:
    assert game.action is not None
    rising = game.action[1:] > game.action[:-1]
    rising[game.first_edge[game.inner][1:] - 1] = True
    if rising.all():  # in order at every node, as most games give them: no two are the same, and nothing to sort
        return
    order = np.lexsort((game.action, game.source))
    same = (game.source[order][1:] == game.source[order][:-1]) & (game.action[order][1:] == game.action[order][:-1])
    if same.any():
        edge = int(order[_first(same)])
        node = int(game.source[edge])
        raise InputError(f"two moves at {game.node_label(node)} are called '{game.action_label(edge)}'")
