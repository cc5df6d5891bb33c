"""Finite games in extensive form, on flat arrays in breadth-first order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, Self

import numpy as np

from gametheory.errors import InputError, UsageError, nearest
from gametheory.extensive.annotations import Annotations
from gametheory.extensive.arrays import decoded, integers, same_kind, texts
from gametheory.extensive.compiled import unsigned
from gametheory.notebook import Displayed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.extensive.builder import TreeBuilder
    from gametheory.extensive.rules import Rules
    from gametheory.strategic.form import StrategicGame

#: The player of a node where chance moves.
CHANCE: Final = -1
#: The player of a node where the game ends.
TERMINAL: Final = -2


class InnerNodes(NamedTuple):
    """The nodes where someone moves, ascending.

    Attributes
    ----------
    node : unsigned array [inner nodes]
        Their number.
    mover : unsigned array [inner nodes]
        Who moves: a position among the players, or the number of players for chance.
    first : unsigned array [inner nodes + 1]
        Their first edge, and the number of edges.
    """

    node: NDArray[Any]
    mover: NDArray[Any]
    first: NDArray[Any]


@dataclass(frozen=True, eq=False)
class ExtensiveGame(Displayed):
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

    def to_pygambit(self) -> Any:
        """Return the game as a ``pygambit.Game``, with exact numbers."""
        from gametheory.extensive.gambit import to_pygambit

        return to_pygambit(self)

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.player)

    @property
    def edges(self) -> int:
        """How many moves there are, over all nodes."""
        return int(self.first_edge[-1])

    @property
    def points(self) -> int | None:
        """How many parameter points the payoffs or chance probabilities hold; None for a single game."""
        if self.payoffs.ndim == 3:
            return len(self.payoffs)
        return len(self.probability) if self.probability is not None and self.probability.ndim == 2 else None

    @property
    def exact(self) -> bool:
        """Whether the numbers are fractions."""
        return self.payoffs.dtype == object

    @property
    def is_tree(self) -> bool:
        """Whether every node has one history (states are not merged)."""
        return self.target is None

    @cached_property
    def inner(self) -> NDArray[np.int64]:
        """The nodes where someone moves, ascending [inner nodes]."""
        return np.flatnonzero(self.player != TERMINAL)

    @cached_property
    def inner_nodes(self) -> InnerNodes:
        """The inner nodes as backward passes read them."""
        mover = self.player[self.inner]
        first = np.append(self.first_edge[self.inner], self.first_edge[-1])
        return InnerNodes(
            unsigned(self.inner), unsigned(np.where(mover < 0, len(self.players), mover)), unsigned(first)
        )

    @cached_property
    def unsigned_targets(self) -> NDArray[Any]:
        """Where each edge leads, as backward passes read it [edges]."""
        return unsigned(self.targets)

    @cached_property
    def decisions(self) -> NDArray[np.int64]:
        """The nodes where a player moves, ascending [decision nodes]."""
        return np.flatnonzero(self.player >= 0)

    @cached_property
    def source(self) -> NDArray[np.int64]:
        """Where each edge starts [edges]."""
        return np.repeat(np.arange(self.nodes), np.diff(self.first_edge))

    @cached_property
    def targets(self) -> NDArray[np.int64]:
        """Where each edge leads [edges]."""
        return np.arange(1, self.nodes) if self.target is None else self.target

    @cached_property
    def perfect_information(self) -> bool:
        """Whether every information set is a single node."""
        return self.information_set is None or self.sets == len(self.decisions)

    @cached_property
    def sets(self) -> int:
        """How many information sets there are."""
        if self.information_set is None:
            return len(self.decisions)
        return int(self.information_set.max(initial=-1)) + 1

    @cached_property
    def set_of(self) -> NDArray[np.int64]:
        """The information set of every node, -1 where no player moves [nodes]."""
        if self.information_set is not None:
            return self.information_set
        result = np.full(self.nodes, -1, dtype=np.int64)
        result[self.decisions] = np.arange(len(self.decisions))
        return result

    @cached_property
    def first_node(self) -> NDArray[np.int64]:
        """The first node of each information set [sets]."""
        if self.information_set is None:
            return self.decisions
        result = np.zeros(self.sets, dtype=np.int64)
        result[self.information_set[self.decisions][::-1]] = self.decisions[::-1]
        return result

    @cached_property
    def first_move(self) -> NDArray[np.int64]:
        """Where the moves of each information set begin in a flat array of moves [sets + 1]."""
        counts = (self.first_edge[1:] - self.first_edge[:-1])[self.first_node]
        return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])

    @cached_property
    def parent_edge(self) -> NDArray[np.int64]:
        """The edge that leads to each node of a tree, -1 at the start [nodes]."""
        assert self.target is None, "merged states have no single parent"
        return np.arange(-1, self.nodes - 1)

    def owner(self, information_set: int) -> str:
        """Return the name of the player who moves at an information set."""
        return self.players[int(self.player[self.first_node[information_set]])]

    def action_label(self, edge: int) -> str:
        """Return the label of an edge."""
        if self.action is None or self.action_names is None:
            before = int(np.searchsorted(self.first_edge, edge, side="right")) - 1
            return str(edge - int(self.first_edge[before]) + 1)
        return self.action_names[int(self.action[edge])]

    def action_labels(self, node: int) -> tuple[str, ...]:
        """Return the labels of the moves of a node."""
        start, stop = int(self.first_edge[node]), int(self.first_edge[node + 1])
        if self.action is None or self.action_names is None:
            return tuple(str(k + 1) for k in range(stop - start))
        names = self.action_names
        return tuple(names[k] for k in self.action[start:stop].tolist())

    def set_label(self, information_set: int) -> str:
        """Return the label of an information set."""
        if self.set_names is None:
            return f"node {int(self.first_node[information_set])}"
        return self.set_names[information_set]

    @cached_property
    def set_index(self) -> Mapping[str, int]:
        """The information sets by label."""
        return {self.set_label(k): k for k in range(self.sets)}

    def find_set(self, label: str) -> int:
        """Return the number of the information set with this label.

        Raises
        ------
        UsageError
            If there is none.
        """
        try:
            return self.set_index[label]
        except KeyError:
            raise UsageError(f"no information set '{label}'", remedy=nearest(label, self.set_index)) from None

    def node_label(self, node: int) -> str:
        """Return the label of a node: its own, else the moves that lead there."""
        if self.node_names is not None and self.node_names[node]:
            return self.node_names[node]
        if self.target is not None:
            return f"node {node}"
        moves = self.history(node)
        return "/".join(moves) if moves else "start"

    def history(self, node: int) -> tuple[str, ...]:
        """Return the moves that lead from the start to a node of a tree."""
        moves = []
        while node > 0:
            edge = int(self.parent_edge[node])
            moves.append(self.action_label(edge))
            node = int(self.source[edge])
        return tuple(reversed(moves))

    def node_at(self, moves: Iterable[str]) -> int:
        """Return the node that a list of moves leads to.

        Raises
        ------
        UsageError
            If there is no such move; the nearest are named.
        """
        node = 0
        for move in moves:
            labels = self.action_labels(node)
            if move not in labels:
                raise UsageError(f"no move '{move}' at {self.node_label(node)}", remedy=nearest(move, labels))
            node = int(self.targets[int(self.first_edge[node]) + labels.index(move)])
        return node

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
