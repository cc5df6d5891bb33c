"""Games given by rules: a first state, the moves of a state, and where a move leads."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from gametheory.errors import InputError, UsageError, nearest
from gametheory.extensive.compiled import fast
from gametheory.extensive.form import CHANCE, TERMINAL, ExtensiveGame
from gametheory.extensive.unfold import unfold
from gametheory.numbers import number, number_array

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Rules(Protocol):
    """What `from_rules` asks of the rules of a game.

    Attributes
    ----------
    players : sequence of str
        Names, in player order.
    initial : hashable
        The first state. States are compared with ``==``; equal ones are one node where states are merged.
    """

    players: Sequence[str]
    initial: Hashable

    def player(self, state: Any) -> str | None:
        """Return who moves: the name of a player, ``"chance"``, or None where the game ends."""
        ...

    def actions(self, state: Any) -> Iterable[Any]:
        """Return the moves of a state; for chance, a mapping from moves to probabilities."""
        ...

    def next(self, state: Any, action: Any) -> Hashable:
        """Return the state that a move leads to."""
        ...

    def payoffs(self, state: Any) -> Sequence[Any] | Mapping[str, Any] | None:
        """Return what the players get on reaching a state, in player order or by name; None for nothing."""
        ...


def from_rules(rules: Rules, *, merge: bool = True, most: int = 20_000_000, title: str = "") -> ExtensiveGame:
    """Build a game of perfect information from its rules.

    Parameters
    ----------
    rules : Rules
        The rules.
    merge : bool
        Whether equal states are one node. The game is then a directed graph without cycles, else a tree in which every
        history is a node. Either way the rules are asked once for each state, so what they say of a state must not
        depend on the way there.
    most : int
        How many nodes there may be.
    title : str
        What the game is called.

    Raises
    ------
    InputError
        If a state can be reached from itself, a player is unknown, or probabilities are none.
    UsageError
        If there are more than `most` nodes.
    """
    game = _merged(rules, named=merge, most=most, title=title)
    return game if merge else unfold(game, most)


def _merged(rules: Rules, *, named: bool, most: int, title: str) -> ExtensiveGame:
    """Return the game in which equal states are one node, with the states as labels if `named`."""
    players = tuple(rules.players)
    index: dict[Any, int] = {name: k for k, name in enumerate(players)}
    index["chance"] = CHANCE
    names: dict[str, int] = {}
    labels: dict[Any, int] = {}
    states: list[Any] = [rules.initial]
    known: dict[Any, int] = {rules.initial: 0}
    player: list[int] = []
    counts: list[int] = []
    targets: list[int] = []
    action: list[int] = []
    odds: dict[int, Any] = {}
    paid: dict[int, Any] = {}
    who_moves, moves_of, follow, pay = rules.player, rules.actions, rules.next, rules.payoffs
    node = 0
    while node < len(states):
        state = states[node]
        amounts = pay(state)
        if amounts is not None:
            paid[node] = amounts
        who = who_moves(state)
        if who is None:
            player.append(TERMINAL)
            counts.append(0)
            node += 1
            continue
        if who not in index:
            raise InputError(f"no player '{who}' at state {state!r}", remedy=nearest(str(who), map(str, index)))
        player.append(index[who])
        moves = moves_of(state)
        before = len(targets)
        for move in moves:
            after = follow(state, move)
            found = known.get(after)
            if found is None:
                found = known[after] = len(states)
                states.append(after)
            if who == "chance":
                odds[len(targets)] = moves[move]  # type: ignore[index]
            targets.append(found)
            label = labels.get(move)
            if label is None:
                label = labels[move] = names.setdefault(str(move), len(names))
            action.append(label)
        counts.append(len(targets) - before)
        if counts[-1] == 0:
            raise InputError(f"'{who}' has no move at state {state!r}", remedy="return None as the player of an end")
        if len(states) > most:
            raise UsageError(f"the rules lead to more than {most} states")
        node += 1
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    target = np.array(targets, dtype=np.int64)
    is_tree = len(states) == len(targets) + 1
    order = None if is_tree else _sorted(first, target, states)
    game_arrays = (np.array(player, dtype=np.int32), first, target, np.array(action, dtype=np.int32))
    payoffs = _payoffs(paid, players, len(states))
    probability = None
    if odds:
        probability = _sparse_array([number(p) for p in odds.values()], list(odds), (len(targets),))
    if order is not None:
        game_arrays, payoffs, probability, states = _reordered(order, game_arrays, payoffs, probability, states)
    who_array, first, target, action_array = game_arrays
    return ExtensiveGame(
        players=players,
        player=who_array,
        first_edge=first,
        payoffs=payoffs,
        probability=probability,
        target=None if is_tree else target,
        action=action_array,
        action_names=tuple(names),
        node_names=tuple(map(str, states)) if named else None,
        title=title,
    )


def _sparse_array(values: list[Any], places: list[int], shape: tuple[int, ...]) -> NDArray[Any]:
    given = number_array(values)
    result = np.zeros(shape) if given.dtype == np.float64 else np.zeros(shape, dtype=np.int64).astype(object)
    if result.dtype == object:
        from fractions import Fraction

        result[...] = Fraction(0)
    result[places] = given
    return result


def _payoffs(paid: dict[int, Any], players: tuple[str, ...], nodes: int) -> NDArray[Any]:
    if not paid:
        return np.zeros((nodes, len(players)))
    rows = []
    for amounts in paid.values():
        if isinstance(amounts, Mapping):
            unknown = sorted(set(amounts) - set(players))
            if unknown:
                raise InputError(f"no player '{unknown[0]}' to pay", remedy=nearest(str(unknown[0]), players))
            rows.append([amounts.get(name, 0) for name in players])
        else:
            rows.append(list(amounts))
        if len(rows[-1]) != len(players):
            raise InputError(f"{len(rows[-1])} payoffs for {len(players)} players")
    return _sparse_array(rows, list(paid), (nodes, len(players)))


def _depths(first, target, waiting, order):  # type: ignore[no-untyped-def]
    done = 1
    for v in range(len(waiting)):
        if v >= done:
            return done
        node = order[v]
        for edge in range(first[node], first[node + 1]):
            after = target[edge]
            waiting[after] -= 1
            if waiting[after] == 0:
                order[done] = after
                done += 1
    return done


def _sorted(first: NDArray[np.int64], target: NDArray[np.int64], states: list[Any]) -> NDArray[np.int64]:
    """Return the states in an order in which every move leads forward."""
    waiting = np.bincount(target, minlength=len(states))
    order = np.zeros(len(states), dtype=np.int64)
    if waiting[0]:
        raise InputError(f"state {states[0]!r} can be reached from itself")
    if fast(_depths, target)(first, target, waiting, order) < len(states):
        stuck = states[int(np.argmax(waiting > 0))]
        raise InputError(f"state {stuck!r} lies on or after a cycle", remedy="let the state count the moves")
    return order


def _reordered(
    order: NDArray[np.int64], arrays: tuple[Any, ...], payoffs: Any, probability: Any, states: list[Any]
) -> tuple[Any, Any, Any, list[Any]]:
    player, first, target, action = arrays
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    counts = np.diff(first)[order]
    new_first = np.concatenate([[0], np.cumsum(counts)])
    edges = np.repeat(first[order] - new_first[:-1], counts) + np.arange(len(target))
    moved = (player[order], new_first, place[target[edges]], action[edges])
    chances = None if probability is None else probability[edges]
    return moved, payoffs[order], chances, [states[k] for k in order.tolist()]
