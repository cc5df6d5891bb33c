"""Finite games in extensive form, on flat arrays in breadth-first order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from gametheory.errors import InputError, nearest
from gametheory.extensive.annotations import Annotations
from gametheory.extensive.arrays import decoded, integers, same_kind, texts
from gametheory.extensive.indices import CHANCE, TERMINAL, Indexed
from gametheory.notebook import Displayed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.extensive.builder import TreeBuilder
    from gametheory.extensive.rules import Rules
    from gametheory.strategic.form import StrategicGame

__all__ = ["CHANCE", "TERMINAL", "ExtensiveGame"]


@dataclass(frozen=True, eq=False)
class ExtensiveGame(Indexed, Displayed):
    """A finite game in extensive form: a tree, or rules whose equal states are merged.

    Nodes are numbered so that every move leads to a higher number; node 0 is the start. The moves
    of node v are the edges ``first_edge[v] .. first_edge[v + 1] - 1``. In a tree the nodes are in
    breadth-first order, so that edge e leads to node e + 1 and `target` is not needed.

    Attributes
    ----------
    players : tuple of str
        Names, in player order.
    player : int array [nodes]
        Who moves: a position in `players`, `CHANCE` or `TERMINAL`.
    first_edge : int array [nodes + 1]
        Where the moves of each node begin.
    payoffs : array [nodes, players] or [points, nodes, players]
        What each player gets on reaching a node; a play is worth the sum along its path. Float64, or
        an object array of fractions. A leading axis holds parameter points.
    probability : array [edges] or [points, edges], optional
        Probabilities of chance moves, zero on other edges; None if chance never moves.
    information_set : int array [nodes], optional
        The information set of each decision node, -1 elsewhere; None for perfect information, where
        the decision nodes are numbered in order.
    target : int array [edges], optional
        Where each edge leads, for merged states (perfect information only); None for a tree.
    action : int array [edges], optional
        The label of each edge, as a position in `action_names`; None to call the moves of each node 1, 2, ...
    action_names : tuple of str, optional
        The labels of moves.
    set_names : tuple of str, optional
        The labels of information sets, all different.
    node_names : tuple of str, optional
        The labels of nodes, or of states.
    title : str
        What the game is called.
    annotations : Annotations, optional
        A comment and labels that a file holds beside the game; no part of the fingerprint.

    Raises
    ------
    InputError
        If the arrays do not describe a game.
    """

    #: What `to_data` tells besides the game itself; left out of fingerprints.
    DESCRIPTIVE: ClassVar[frozenset[str]] = frozenset({"annotations"})

    players: tuple[str, ...]
    player: NDArray[Any]
    first_edge: NDArray[Any]
    payoffs: NDArray[Any]
    probability: NDArray[Any] | None = None
    information_set: NDArray[Any] | None = None
    target: NDArray[Any] | None = None
    action: NDArray[Any] | None = None
    action_names: tuple[str, ...] | None = None
    set_names: tuple[str, ...] | None = None
    node_names: tuple[str, ...] | None = None
    title: str = ""
    annotations: Annotations | None = None

    def __post_init__(self) -> None:
        def put(name: str, value: Any) -> None:
            if isinstance(value, np.ndarray):
                value = value.view()
                value.flags.writeable = False
            object.__setattr__(self, name, value)

        put("players", texts(self.players, "players"))
        put("player", integers(self.player, "player", np.int32))
        put("first_edge", integers(self.first_edge, "first_edge"))
        payoffs, probability = same_kind(self.payoffs, self.probability)
        put("payoffs", payoffs)
        put("probability", probability)
        for name in ("information_set", "target"):
            if getattr(self, name) is not None:
                put(name, integers(getattr(self, name), name))
        if self.action is not None:
            put("action", integers(self.action, "action", np.int32))
        for name in ("action_names", "set_names", "node_names"):
            if getattr(self, name) is not None:
                put(name, texts(getattr(self, name), name))
        from gametheory.extensive.checks import check_game

        check_game(self)

    @staticmethod
    def build(players: Iterable[str], title: str = "") -> TreeBuilder:
        """Begin a tree, to be written node by node.

        Parameters
        ----------
        players : iterable of str
            Names, in player order.
        title : str
            What the game is called.
        """
        from gametheory.extensive.builder import TreeBuilder

        return TreeBuilder(players, title)

    @staticmethod
    def from_rules(rules: Rules, *, merge: bool = True, most: int = 20_000_000, title: str = "") -> ExtensiveGame:
        """Build a game of perfect information from its rules; see `gametheory.extensive.rules`."""
        from gametheory.extensive.rules import from_rules

        return from_rules(rules, merge=merge, most=most, title=title)

    def unfolded(self) -> ExtensiveGame:
        """Return the game as a tree in which every history is a node."""
        from gametheory.extensive.unfold import unfold

        return unfold(self)

    def to_strategic(self, *, reduced: bool = True) -> StrategicGame:
        """Return the strategic form; see `gametheory.extensive.normal`."""
        from gametheory.extensive.normal import to_strategic

        return to_strategic(self, reduced=reduced)

    def to_efg(self) -> str:
        """Return the game as the text of an ``.efg`` file; merged states are unfolded.

        Raises
        ------
        UsageError
            If the game holds parameter points, or unfolds into too many nodes.
        """
        from gametheory.extensive.efg_writer import text

        return text(self)

    @staticmethod
    def from_pygambit(game: Any) -> ExtensiveGame:
        """Build a game from a ``pygambit.Game`` that is a tree."""
        from gametheory.extensive.gambit import from_pygambit

        return from_pygambit(game)

    def to_pygambit(self) -> Any:
        """Return the game as a ``pygambit.Game``, with exact numbers."""
        from gametheory.extensive.gambit import to_pygambit

        return to_pygambit(self)

    def to_data(self) -> dict[str, Any]:
        """Return the game as a tree of dicts, lists, arrays and text."""
        data: dict[str, Any] = {"players": list(self.players)}
        for name in ("player", "first_edge", "payoffs", "probability", "information_set", "target", "action"):
            if getattr(self, name) is not None:
                data[name] = getattr(self, name)
        for name in ("action_names", "set_names", "node_names"):
            if getattr(self, name) is not None:
                data[name] = list(getattr(self, name))
        if self.title:
            data["title"] = self.title
        if self.annotations is not None:
            data["annotations"] = self.annotations.to_data()
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the game from what `to_data` returned, or from that tree read back from JSON.

        Raises
        ------
        InputError
            If something is missing, unknown or malformed.
        """
        known = set(cls.__dataclass_fields__)
        if not isinstance(data, Mapping):
            raise InputError("an extensive game is a table of arrays")
        for name in data:
            if name not in known:
                raise InputError(f"an extensive game has no '{name}'", remedy=nearest(str(name), known))
        for name in ("players", "player", "first_edge", "payoffs"):
            if name not in data:
                raise InputError(f"an extensive game needs '{name}'")
        given = {name: value for name, value in data.items() if value is not None}
        for name in ("payoffs", "probability"):
            if name in given:
                given[name] = decoded(given[name], name)
        if "annotations" in given:
            given["annotations"] = Annotations.from_data(given["annotations"])
        return cls(**given)
