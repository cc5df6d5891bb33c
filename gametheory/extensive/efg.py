"""Reading games from ``.efg`` files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gametheory.errors import InputError
from gametheory.extensive.assemble import RawNode, assemble
from gametheory.extensive.form import CHANCE, ExtensiveGame
from gametheory.strategic.tokens import Tokens, read_text, tidy


def read(path: str | Path) -> ExtensiveGame:
    """Read a game from an ``.efg`` file.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    ExtensiveGame
        In exact numbers: ``0.1`` is 1/10.

    Raises
    ------
    InputError
        If the file is not a game; the place is ``file:line:column``.
    """
    return parse(read_text(path), str(path))


def parse(text: str, name: str = "<efg>") -> ExtensiveGame:
    """Read a game from the text of an ``.efg`` file.

    Parameters
    ----------
    text : str
        The text.
    name : str
        What to call it in errors.
    """
    return _Reader(Tokens(text, name)).game()


@dataclass
class _Set:
    label: str
    actions: tuple[str, ...]
    probabilities: tuple[Any, ...]


class _Reader:
    """Nodes come in prefix order: a node, then all that follows its first move, and so on."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.sets: dict[tuple[int, int], _Set] = {}
        self.outcomes: dict[int, tuple[Any, ...]] = {}
        self.outcome_names: dict[int, str] = {}
        self.awaited: list[tuple[RawNode, int, Any]] = []

    def game(self) -> ExtensiveGame:
        tokens = self.tokens
        tokens.word("EFG")
        version = tokens.integer("the version of the format")
        if version != 2:
            raise tokens.error(f"version {version} of the format is not known", remedy="only version 2 is")
        tokens.word("R", "D")
        title = tokens.text("the title")
        start = tokens.position
        self.players = tokens.named(tokens.texts("player names"), "players", start, "player ")
        if not self.players:
            raise tokens.error("a game needs a player")
        comment = tokens.text("the comment") if tokens.next_is("text") else ""
        root = self.tree()
        if not tokens.next_is("end"):
            raise tokens.unexpected("the end of the file: every move has its node already")
        for node, outcome, position in self.awaited:
            if outcome not in self.outcomes:
                raise tokens.error(f"outcome {outcome} is never given payoffs", position)
            node.payoffs, node.outcome_name = self.outcomes[outcome], self.outcome_names.get(outcome, "")
            node.outcome = outcome
        try:
            return assemble(self.players, root, title, comment)
        except InputError as error:
            raise InputError(error.message, place=tokens.name, remedy=error.remedy) from None

    def tree(self) -> RawNode:
        root = self.node()
        open_nodes = [root] if root.actions else []
        while open_nodes:
            parent = open_nodes[-1]
            if len(parent.children) == len(parent.actions):
                open_nodes.pop()
                continue
            child = self.node()
            parent.children.append(child)
            if child.actions:
                open_nodes.append(child)
        return root

    def node(self) -> RawNode:
        tokens = self.tokens
        kind = tokens.word("c", "p", "t")
        node = RawNode(name=tokens.text("the label of the node"))
        if kind == "p":
            node.player = tokens.integer("the number of the player") - 1
            if not 0 <= node.player < len(self.players):
                message = f"player {node.player + 1} does not exist; there are {len(self.players)}"
                raise tokens.error(message, tokens.previous)
        elif kind == "c":
            node.player = CHANCE
        if kind != "t":
            node.key, held = self.information_set(node.player)
            node.actions, node.probabilities = held.actions, held.probabilities
            node.label = held.label
        self.outcome(node)
        return node

    def information_set(self, player: int) -> tuple[int, _Set]:
        tokens = self.tokens
        position = tokens.position
        number = tokens.integer("the number of the information set")
        key = (player, number)
        label = tokens.text("the label of the information set") if tokens.next_is("text") else ""
        if not tokens.next_is("{"):
            if key not in self.sets:
                raise tokens.error(f"information set {number} has no moves yet", position)
            return number, self.sets[key]
        start = tokens.position
        tokens.symbol("{")
        actions: list[str] = []
        probabilities: list[Any] = []
        while not tokens.next_is("}"):
            actions.append(tokens.text("the label of a move"))
            if player == CHANCE:
                where = tokens.position
                probabilities.append(tokens.number("the probability of the move"))
                if probabilities[-1] < 0:
                    raise tokens.error(f"the probability {probabilities[-1]} is negative", where)
            tokens.skip_comma()
        tokens.symbol("}")
        if not actions:
            raise tokens.error("an information set needs a move", start)
        if player == CHANCE and sum(probabilities) != 1:
            raise tokens.error(f"the probabilities sum to {sum(probabilities)}, not 1", start)
        moves = tidy(actions, "") if key in self.sets else tokens.named(actions, "moves", start)
        given = _Set(label, moves, tuple(probabilities))
        held = self.sets.setdefault(key, given)
        if (held.actions, held.probabilities) != (given.actions, given.probabilities):
            raise tokens.error(f"information set {number} had other moves before", start)
        return number, held

    def outcome(self, node: RawNode) -> None:
        tokens = self.tokens
        position = tokens.position
        number = tokens.integer("the number of the outcome")
        if number == 0:
            return
        if tokens.next_is("text"):
            name = tokens.text("the name of the outcome")
            self.outcome_names[number] = self.outcome_names.get(number) or name
        if tokens.next_is("{"):
            payoffs = self.payoffs()
            if self.outcomes.setdefault(number, payoffs) != payoffs:
                raise tokens.error(f"outcome {number} had other payoffs before", position)
        self.awaited.append((node, number, position))

    def payoffs(self) -> tuple[Any, ...]:
        tokens = self.tokens
        start = tokens.position
        tokens.symbol("{")
        result = []
        while not tokens.next_is("}"):
            result.append(tokens.number("a payoff"))
            tokens.skip_comma()
        tokens.symbol("}")
        if len(result) != len(self.players):
            raise tokens.error(f"{len(result)} payoffs for {len(self.players)} players", start)
        return tuple(result)
