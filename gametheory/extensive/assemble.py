"""From nodes in any order to the breadth-first arrays of a game."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from gametheory.extensive.annotations import Annotations
from gametheory.extensive.form import CHANCE, TERMINAL, ExtensiveGame
from gametheory.numbers import number_array

#: The longest label made of the moves that lead somewhere.
LONGEST_HISTORY = 24


@dataclass
class RawNode:
    """A node before it has a number.

    Attributes
    ----------
    player : int
        A position among the players, `CHANCE` or `TERMINAL`.
    key : hashable
        What tells its information set from others; None for a set of its own.
    label : str
        The label of its information set; empty to make one.
    actions : sequence of str
        The labels of its moves.
    probabilities : sequence of numbers
        One for each move of chance.
    payoffs : sequence of numbers, optional
        One for each player; None for nothing.
    outcome : hashable
        What tells the outcome that pays here from others; None for none, or one that has no name.
    outcome_name : str
        Its name.
    name : str
        The label of the node itself.
    children : list of RawNode
        One for each move.
    """

    player: int = TERMINAL
    key: Hashable = None
    label: str = ""
    actions: Sequence[str] = ()
    probabilities: Sequence[Any] = ()
    payoffs: Sequence[Any] | None = None
    outcome: Hashable = None
    outcome_name: str = ""
    name: str = ""
    children: list[RawNode] = field(default_factory=list)


def assemble(players: Sequence[str], root: RawNode, title: str = "", comment: str | None = None) -> ExtensiveGame:
    """Return the game whose tree hangs from `root`.

    Parameters
    ----------
    players : sequence of str
        Names, in player order.
    root : RawNode
        The start.
    title : str
        What the game is called.
    comment : str, optional
        What it is about, if it comes from a file, whose labels are then kept as they were written.
    """
    order = [root]
    for node in order:
        order.extend(node.children)
    counts = [len(node.children) for node in order]
    player = np.array([node.player for node in order], dtype=np.int32)

    ids: dict[Hashable, int] = {}
    labels: list[str] = []
    firsts: list[int] = []
    sets = np.full(len(order), -1, dtype=np.int64)
    for k, node in enumerate(order):
        if node.player >= 0:
            key = ("", k) if node.key is None else (node.player, node.key)
            if key not in ids:
                ids[key] = len(ids)
                labels.append(node.label)
                firsts.append(k)
            sets[k] = ids[key]
    alone = len(ids) == int((player >= 0).sum())

    parents = np.repeat(np.arange(len(order)), counts)
    names: dict[str, int] = {}
    action = [names.setdefault(label, len(names)) for node in order for label in node.actions]
    chance = [
        p for node in order for p in (node.probabilities if node.player == CHANCE else [None] * len(node.actions))
    ]
    probability = _filled(chance) if (player == CHANCE).any() else None
    nothing = [None] * len(players)
    payoffs = _filled([x for node in order for x in (nothing if node.payoffs is None else node.payoffs)])
    histories = _histories(parents, [label for node in order for label in node.actions], firsts)
    set_names = _distinct(labels, histories)
    return ExtensiveGame(
        players=tuple(players),
        player=player,
        first_edge=np.concatenate([[0], np.cumsum(counts)]),
        payoffs=payoffs.reshape(len(order), len(players)),
        probability=probability,
        information_set=None if alone else sets,
        action=np.array(action, dtype=np.int32),
        action_names=tuple(names),
        set_names=set_names,
        node_names=tuple(node.name for node in order) if any(node.name for node in order) else None,
        title=title,
        annotations=None if comment is None else _annotations(order, comment, tuple(labels), set_names),
    )


def _annotations(
    order: list[RawNode], comment: str, labels: tuple[str, ...], names: tuple[str, ...]
) -> Annotations | None:
    """Return what is said beside the game, or None for nothing."""
    held: dict[str, Any] = {"comment": comment} if comment else {}
    if labels != names:
        held["set_labels"] = labels
    if any(node.outcome_name for node in order):
        keys = [node.outcome for node in order]
        held["outcome"], held["outcome_names"] = _numbered(keys, [node.outcome_name for node in order])
    chance = [("", k) if node.key is None else node.key for k, node in enumerate(order)]
    keys = [key if node.player == CHANCE else None for key, node in zip(chance, order, strict=True)]
    numbers, given = _numbered(keys, [node.label for node in order])
    if any(given) or len(given) < int((numbers >= 0).sum()):
        held["chance_set"], held["chance_labels"] = numbers, given
    return Annotations(**held) if held else None


def _numbered(keys: list[Hashable], names: list[str]) -> tuple[Any, tuple[str, ...]]:
    """Return the number of each key in order of appearance, -1 for None, and the first name of each."""
    numbers: dict[Hashable, int] = {}
    held: list[str] = []
    result = np.full(len(keys), -1, dtype=np.int64)
    for k, (key, name) in enumerate(zip(keys, names, strict=True)):
        if key is not None:
            if key not in numbers:
                numbers[key] = len(numbers)
                held.append(name)
            result[k] = numbers[key]
    return result, tuple(held)


def _filled(values: list[Any]) -> Any:
    """Return an array with zeros for None: floats if every number given is a float, else fractions."""
    given = [v for v in values if v is not None]
    zero: Any = 0.0 if given and all(isinstance(v, float) for v in given) else Fraction(0)
    return number_array([zero if v is None else v for v in values])


def _histories(parents: Any, moves: list[str], wanted: list[int]) -> list[str]:
    """Return the moves that lead to each wanted node, or its number where they are many."""
    result = []
    for start in wanted:
        found: list[str] = []
        node = start
        while node > 0 and len(found) <= LONGEST_HISTORY:
            found.append(moves[node - 1])
            node = int(parents[node - 1])
        result.append(f"node {start}" if len(found) > LONGEST_HISTORY else "/".join(reversed(found)) or "start")
    return result


def _distinct(labels: list[str], spare: list[str]) -> tuple[str, ...]:
    """Return labels that all differ: those given where they are unique, else a spare one made longer."""
    counts: dict[str, int] = {}
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
    taken = {label for label, count in counts.items() if count == 1 and label}
    result = []
    for label, other in zip(labels, spare, strict=True):
        if label and counts[label] == 1:
            result.append(label)
            continue
        name, tries = other, 1
        while name in taken:
            tries += 1
            name = f"{other} ({tries})"
        taken.add(name)
        result.append(name)
    return tuple(result)
