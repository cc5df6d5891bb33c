"""Multistage games with observed actions: states, simultaneous moves, chance between stages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np

from gametheory.errors import InputError, UsageError, nearest
from gametheory.extensive.arrays import decoded, integers, same_kind, sums_to_one, texts
from gametheory.extensive.bargain import Bargain, Bargains, struck
from gametheory.notebook import Displayed
from gametheory.numbers import number, number_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.extensive.form import ExtensiveGame
    from gametheory.extensive.stage_profile import StageProfile

#: The only move of a player who has nothing to decide in a stage.
IDLE = "-"


@dataclass(frozen=True, eq=False)
class MultistageGame(Displayed):
    """A finite game in stages: in each state all move at once, all see what was done, chance leads on.

    The cells of a state are the profiles of its moves, the last player's moves changing fastest. Every
    branch leads to a state with a higher number, so that the game ends. State 0 is the start.

    Attributes
    ----------
    players : tuple of str
        Names, in player order.
    states : tuple of str
        Names, all different.
    actions : tuple [states] of tuple [players] of tuple of str
        The moves of each player in each state; all empty where the game ends.
    payoffs : array [cells, players]
        What a cell pays. Float64, or an object array of fractions.
    first_branch : int array [cells + 1]
        Where the branches of each cell begin.
    next_state : int array [branches]
        Where each branch leads.
    probability : array [branches]
        How likely each branch of a cell is.
    bargains : mapping of int to Bargain or tuple of Bargain
        The stage rule: prices bargained over, by cell; a tuple where several bargains are struck in one cell.

    Raises
    ------
    InputError
        If the data do not describe a game.
    """

    players: tuple[str, ...]
    states: tuple[str, ...]
    actions: tuple[tuple[tuple[str, ...], ...], ...]
    payoffs: NDArray[Any]
    first_branch: NDArray[Any]
    next_state: NDArray[Any]
    probability: NDArray[Any]
    bargains: Bargains

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "players", _different(texts(self.players, "players"), "players"))
        put(self, "states", _different(texts(self.states, "states"), "states"))
        given: Any = self.actions
        if isinstance(given, str) or not hasattr(given, "__iter__"):
            raise InputError("'actions' is a list by state")
        rows = []
        for name, row in zip(self.states, given, strict=False):
            if isinstance(row, str) or not hasattr(row, "__iter__"):
                raise InputError(f"'actions' of state '{name}' is a list by player")
            rows.append(tuple(_different(texts(moves, "actions"), f"moves at '{name}'") for moves in row))
        put(self, "actions", tuple(rows))
        if len(rows) != len(self.states) or len(list(given)) != len(self.states):
            raise InputError("'actions' needs one entry for each state")
        payoffs, probability = same_kind(self.payoffs, self.probability)
        put(self, "payoffs", payoffs)
        put(self, "probability", probability)
        put(self, "first_branch", integers(self.first_branch, "first_branch"))
        put(self, "next_state", integers(self.next_state, "next_state"))
        put(self, "bargains", dict(self.bargains))
        self._check()

    def _check(self) -> None:
        count = len(self.players)
        if not count or not self.states:
            raise InputError("a multistage game needs a player and a state")
        for name, row in zip(self.states, self.actions, strict=True):
            if len(row) != count or len({bool(moves) for moves in row}) > 1:
                raise InputError(f"at '{name}' every player needs a move, or nobody")
        cells = int(self.first_cell[-1])
        if self.payoffs.ndim != 2 or (self.payoffs.shape != (cells, count) and cells):
            raise InputError(f"'payoffs' has shape {self.payoffs.shape}; needed: {(cells, count)}")
        first = self.first_branch
        if len(first) != cells + 1 or first[0] != 0 or (np.diff(first) < 1).any() or first[-1] != len(self.next_state):
            raise InputError("'first_branch' must give every cell a branch")
        if self.probability.shape != self.next_state.shape:
            raise InputError("'probability' needs one entry for each branch")
        if cells:
            source = np.repeat(np.arange(cells), np.diff(first))
            state = np.searchsorted(self.first_cell, source, side="right") - 1
            wrong = (self.next_state <= state) | (self.next_state >= len(self.states))
            if wrong.any():
                where = self.states[int(state[np.argmax(wrong)])]
                raise InputError(f"a branch of '{where}' does not lead to a later state")
            if (self.probability < 0).any():
                raise InputError("a branch has a negative probability")
            sums = np.add.reduceat(self.probability, first[:-1])
            bad = ~sums_to_one(sums)
            if bad.any():
                cell = int(np.argmax(bad))
                raise InputError(f"probabilities after {self.cell_label(cell)} sum to {sums[cell]}, not 1")
        for cell in self.bargains:
            if not 0 <= cell < cells:
                raise InputError(f"there is no cell {cell} to bargain in")
            for bargain in struck(self.bargains, cell):
                self._check_bargain(bargain, cell)

    def _check_bargain(self, bargain: Bargain, cell: int) -> None:
        where = self.cell_label(cell)
        for name in (bargain.seller, bargain.buyer, *bargain.pays):
            if name not in self.players:
                raise InputError(f"no player '{name}' bargains at {where}", remedy=nearest(name, self.players))
        for fallback in (bargain.seller_disagreement, bargain.buyer_disagreement):
            if isinstance(fallback, tuple) and fallback not in self.cells(self.state_of(cell)):
                raise InputError(f"the disagreement {fallback} at {where} is no profile of the stage")

    @cached_property
    def first_cell(self) -> NDArray[np.int64]:
        """Where the cells of each state begin [states + 1]."""
        sizes = [prod(len(moves) for moves in row) for row in self.actions]
        return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    @cached_property
    def first_move(self) -> NDArray[np.int64]:
        """Where the moves of each state and player begin in a flat array of moves [states * players + 1]."""
        sizes = [len(moves) for row in self.actions for moves in row]
        return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    @property
    def exact(self) -> bool:
        """Whether the numbers are fractions."""
        return self.payoffs.dtype == object

    def shape(self, state: int) -> tuple[int, ...]:
        """Return how many moves each player has in a state."""
        return tuple(len(moves) for moves in self.actions[state])

    def cells(self, state: int) -> dict[tuple[str, ...], int]:
        """Return the cells of a state by profile, counted from the first cell of all states."""
        if not any(self.actions[state]):
            return {}
        start = int(self.first_cell[state])
        return {profile: start + k for k, profile in enumerate(product(*self.actions[state]))}

    def state_of(self, cell: int) -> int:
        """Return the state that a cell belongs to."""
        return int(np.searchsorted(self.first_cell, cell, side="right")) - 1

    def cell_label(self, cell: int) -> str:
        """Return the name of a cell."""
        state = self.state_of(cell)
        k = cell - int(self.first_cell[state])
        profile = list(product(*self.actions[state]))[k]
        return f"({', '.join(profile)}) at '{self.states[state]}'"

    @staticmethod
    def from_rules(rules: StageRules, *, most: int = 1_000_000) -> MultistageGame:
        """Build a multistage game from its rules, states reached and nothing else.

        Raises
        ------
        InputError
            If a state can be reached from itself, or the rules name an unknown player.
        UsageError
            If there are more than `most` states.
        """
        return _from_rules(rules, most)

    def to_extensive(self, answer: StageProfile | None = None) -> ExtensiveGame:
        """Return the game as a tree with information sets, payments included.

        Parameters
        ----------
        answer : StageProfile, optional
            Where the bargained prices come from; needed if there are any.

        Raises
        ------
        UsageError
            If prices are needed and not given, or the tree has more than a million nodes.
        """
        from gametheory.extensive.stage_tree import to_extensive

        return to_extensive(self, answer)

    def to_data(self) -> dict[str, Any]:
        """Return the game as a tree of dicts, lists, arrays and text."""
        return {
            "players": list(self.players),
            "states": list(self.states),
            "actions": [[list(moves) for moves in row] for row in self.actions],
            "payoffs": self.payoffs,
            "first_branch": self.first_branch,
            "next_state": self.next_state,
            "probability": self.probability,
            "bargains": {
                str(cell): [b.to_data() for b in held] if isinstance(held, tuple) else held.to_data()
                for cell, held in self.bargains.items()
            },
        }

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
            raise InputError("a multistage game is a table of arrays")
        for name in data:
            if name not in known:
                raise InputError(f"a multistage game has no '{name}'", remedy=nearest(str(name), known))
        for name in known - {"bargains"}:
            if name not in data:
                raise InputError(f"a multistage game needs '{name}'")
        bargains = data.get("bargains") or {}
        if not isinstance(bargains, Mapping) or not all(str(k).isdigit() for k in bargains):
            raise InputError("'bargains' is a table by number of the cell")
        listed = {
            int(k): tuple(Bargain.from_data(b) for b in held) if isinstance(held, list) else Bargain.from_data(held)
            for k, held in bargains.items()
        }
        given = {**data, "bargains": listed}
        for name in ("payoffs", "probability"):
            given[name] = decoded(given[name], name)
        if given["payoffs"].size == 0:
            given["payoffs"] = np.zeros((0, max(1, len(data["players"]))))
        return cls(**given)


class StageRules(Protocol):
    """What `MultistageGame.from_rules` asks of the rules of a game.

    Attributes
    ----------
    players : sequence of str
        Names, in player order.
    initial : hashable
        The first state.
    """

    players: Sequence[str]
    initial: Any

    def actions(self, state: Any) -> Mapping[str, Iterable[str]] | None:
        """Return the moves of the players who have any, by name; None or empty where the game ends."""
        ...

    def next(self, state: Any, profile: Mapping[str, str]) -> Any:
        """Return the next state, or a mapping from states to probabilities."""
        ...

    def payoffs(self, state: Any, profile: Mapping[str, str]) -> Mapping[str, Any] | None:
        """Return what the stage pays, by name; None for nothing."""
        ...

    def bargain(self, state: Any, profile: Mapping[str, str]) -> Bargain | tuple[Bargain, ...] | None:
        """Return the bargain struck in a cell, from `nash_bargain`; a tuple of several; None for none.

        May be left out.
        """
        ...


def _from_rules(rules: StageRules, most: int) -> MultistageGame:
    from gametheory.extensive.rules import _sorted

    players = tuple(rules.players)
    states: list[Any] = [rules.initial]
    index = {rules.initial: 0}
    found: list[list[tuple[Any, Any, Any]]] = []
    actions: list[tuple[tuple[str, ...], ...]] = []
    bargain = getattr(rules, "bargain", None)
    k = 0
    while k < len(states):
        state = states[k]
        given = rules.actions(state) or {}
        for name in given:
            if name not in players:
                raise InputError(f"no player '{name}' at state {state!r}", remedy=nearest(str(name), players))
        moves = tuple(tuple(given.get(name, ())) or ((IDLE,) if given else ()) for name in players)
        actions.append(moves)
        cells = []
        for profile in product(*moves) if given else ():
            named = dict(zip(players, profile, strict=True))
            after = rules.next(state, named)
            branches = after if isinstance(after, Mapping) else {after: 1}
            for state_after in branches:
                if state_after not in index:
                    index[state_after] = len(states)
                    states.append(state_after)
            row = rules.payoffs(state, named) or {}
            for name in row:
                if name not in players:
                    raise InputError(f"no player '{name}' to pay at state {state!r}", remedy=nearest(name, players))
            listed = {index[s]: number(p) for s, p in branches.items()}
            cells.append((row, listed, bargain(state, named) if bargain else None))
        found.append(cells)
        if len(states) > most:
            raise UsageError(f"the rules lead to more than {most} states")
        k += 1
    targets = [t for cells in found for _, branches, _ in cells for t in branches]
    first = np.concatenate([[0], np.cumsum([sum(len(b) for _, b, _ in cells) for cells in found])]).astype(np.int64)
    order = _sorted(first, np.array(targets, dtype=np.int64), states).tolist()
    place = {old: new for new, old in enumerate(order)}
    ordered = [cell for old in order for cell in found[old]]
    names = [str(states[old]) for old in order]
    if len(set(names)) < len(names):
        names = [f"{name} ({k})" for k, name in enumerate(names)]
    amounts = [[number(row.get(name, Fraction(0))) for name in players] for row, _, _ in ordered]
    some_float = any(isinstance(number(x), float) for row, _, _ in ordered for x in row.values())
    if some_float and all(isinstance(number(x), float) for row, _, _ in ordered for x in row.values()):
        amounts = [[float(x) for x in row] for row in amounts]
    odds = [p for _, branches, _ in ordered for p in branches.values()]
    if odds and any(isinstance(p, float) for p in odds) and all(isinstance(p, float) or p == 1 for p in odds):
        odds = [float(p) for p in odds]
    elif some_float and all(p == 1 for p in odds):
        odds = [1.0 for _ in odds]
    return MultistageGame(
        players=players,
        states=tuple(names),
        actions=tuple(actions[old] for old in order),
        payoffs=number_array(amounts) if amounts else np.zeros((0, len(players))),
        first_branch=np.concatenate([[0], np.cumsum([len(b) for _, b, _ in ordered])]).astype(np.int64),
        next_state=np.array([place[t] for _, branches, _ in ordered for t in branches], dtype=np.int64),
        probability=number_array(odds) if odds else np.zeros(0),
        bargains={k: cell[2] for k, cell in enumerate(ordered) if cell[2]},
    )


def _different(names: tuple[str, ...], what: str) -> tuple[str, ...]:
    if len(set(names)) < len(names):
        twice = next(name for k, name in enumerate(names) if name in names[:k])
        raise InputError(f"two {what} are called '{twice}'")
    return names
