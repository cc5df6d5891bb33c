"""Writing a tree node by node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gametheory.errors import InputError, nearest
from gametheory.extensive.assemble import RawNode, assemble
from gametheory.extensive.form import CHANCE, TERMINAL, ExtensiveGame
from gametheory.numbers import number, simplest_sum_to_one


class Position:
    """A node of a tree under construction, reached by moves from the start."""

    def __init__(self, tree: TreeBuilder, moves: tuple[str, ...], node: RawNode) -> None:
        self._tree = tree
        self._moves = moves
        self._node = node

    def __getitem__(self, moves: str | tuple[str, ...]) -> Position:
        """Return the node that further moves lead to.

        Raises
        ------
        InputError
            If there is no such move; the nearest are named.
        """
        node, path = self._node, self._moves
        for move in (moves,) if isinstance(moves, str) else tuple(moves):
            if move not in node.actions:
                raise InputError(f"no move '{move}' at {_where(path)}", remedy=nearest(str(move), node.actions))
            node, path = node.children[list(node.actions).index(move)], (*path, move)
        return Position(self._tree, path, node)

    def move(self, player: str, actions: Iterable[str], *, information_set: str | None = None) -> Position:
        """Let a player move here.

        Parameters
        ----------
        player : str
            Who moves.
        actions : iterable of str
            The labels of the moves, all different.
        information_set : str, optional
            Nodes of one player given the same label are not told apart by that player.

        Raises
        ------
        InputError
            If the player is unknown, a label occurs twice, someone moves here already, or the nodes of
            the information set differ in player or moves.
        """
        tree = self._tree
        if player not in tree.players:
            raise InputError(f"no player '{player}' at {self}", remedy=nearest(str(player), tree.players))
        labels = self._labels(actions)
        node = self._node
        if information_set is not None:
            held = tree.sets.setdefault(information_set, (player, labels))
            if held[0] != player:
                raise InputError(f"information set '{information_set}' belongs to {held[0]}, not to {player}")
            if held[1] != labels:
                raise InputError(f"information set '{information_set}' has nodes with different moves", place=str(self))
            node.key, node.label = information_set, information_set
        node.player = tree.players.index(player)
        self._grow(labels)
        return self

    def chance(self, moves: Mapping[str, Any]) -> Position:
        """Let chance move here.

        Parameters
        ----------
        moves : mapping of str to number
            The probability of each move.

        Raises
        ------
        InputError
            If a probability is negative, they do not sum to 1, or someone moves here already.
        """
        if not isinstance(moves, Mapping):
            raise InputError(f"chance at {self} needs a table of move and probability")
        labels = self._labels(moves)
        probabilities = [number(p) for p in moves.values()]
        for label, p in zip(labels, probabilities, strict=True):
            if p < 0:
                raise InputError(f"the probability of '{label}' at {self} is {p}, which is negative")
        if not simplest_sum_to_one(probabilities):
            raise InputError(f"chance probabilities at {self} sum to {sum(probabilities)}, not 1")
        self._node.player = CHANCE
        self._node.probabilities = probabilities
        self._grow(labels)
        return self

    def pay(self, payoffs: Mapping[str, Any] | None = None, /, **by_name: Any) -> Position:
        """Pay players on reaching this node; a play is worth the sum along its path.

        Parameters
        ----------
        payoffs : mapping of str to number, optional
            Payoffs by player, for names that are no Python names.
        **by_name : number
            Payoffs by player.

        Raises
        ------
        InputError
            If a player is unknown or paid here already.
        """
        tree = self._tree
        for player, amount in {**(payoffs or {}), **by_name}.items():
            if player not in tree.players:
                raise InputError(f"no player '{player}' to pay at {self}", remedy=nearest(str(player), tree.players))
            held = self._node.payoffs = list(self._node.payoffs or [None] * len(tree.players))
            place = tree.players.index(player)
            if held[place] is not None:
                raise InputError(f"'{player}' is paid twice at {self}")
            try:
                held[place] = number(amount)
            except InputError as error:
                raise InputError(error.message, place=f"payoff of '{player}' at {self}", remedy=error.remedy) from None
        return self

    def __str__(self) -> str:
        return _where(self._moves)

    def _labels(self, actions: Iterable[str]) -> tuple[str, ...]:
        if self._node.player != TERMINAL:
            raise InputError(f"someone moves at {self} already")
        labels = () if isinstance(actions, str) else tuple(actions)
        if not labels or not all(isinstance(label, str) for label in labels):
            raise InputError(f"the moves at {self} must be a list of text, with one entry at least")
        for k, label in enumerate(labels):
            if label in labels[:k]:
                raise InputError(f"two moves at {self} are called '{label}'")
        return labels

    def _grow(self, labels: tuple[str, ...]) -> None:
        self._node.actions = labels
        self._node.children = [RawNode() for _ in labels]


class TreeBuilder(Position):
    """A tree under construction, standing at its start; made by `ExtensiveGame.build`.

    Examples
    --------
    >>> tree = ExtensiveGame.build(players=["entrant", "incumbent"])
    >>> tree.move("entrant", ["out", "in"])["out"].pay(incumbent=4)
    >>> tree["in"].move("incumbent", ["fight", "share"])["share"].pay(entrant=1, incumbent=1)
    >>> tree["in", "fight"].pay(entrant=-1, incumbent=-1)
    >>> game = tree.game()
    """

    def __init__(self, players: Iterable[str], title: str = "") -> None:
        names = () if isinstance(players, str) else tuple(players)
        if not names or not all(isinstance(name, str) and name for name in names):
            raise InputError("players must be a list of names, with one entry at least")
        for k, name in enumerate(names):
            if name in names[:k]:
                raise InputError(f"two players are called '{name}'")
        self.players = names
        self.title = title
        self.sets: dict[str, tuple[str, tuple[str, ...]]] = {}
        super().__init__(self, (), RawNode())

    def game(self) -> ExtensiveGame:
        """Return the finished game; nodes where nobody moves are ends, and pay 0 unless told otherwise."""
        return assemble(self.players, self._node, self.title)


def _where(moves: tuple[str, ...]) -> str:
    return "'" + "/".join(moves) + "'" if moves else "the start"
