"""What follows from the arrays of a game in extensive form: counts, indices and labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from gametheory.errors import UsageError, nearest
from gametheory.extensive.compiled import unsigned

if TYPE_CHECKING:
    from numpy.typing import NDArray


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


class Indexed:
    """Counts, indices and labels of a game in extensive form; its arrays are those of `ExtensiveGame`."""

    players: tuple[str, ...]
    player: NDArray[Any]
    first_edge: NDArray[Any]
    payoffs: NDArray[Any]
    probability: NDArray[Any] | None
    information_set: NDArray[Any] | None
    target: NDArray[Any] | None
    action: NDArray[Any] | None
    action_names: tuple[str, ...] | None
    set_names: tuple[str, ...] | None
    node_names: tuple[str, ...] | None

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
