"""From the extensive to the strategic form, and back to what is done at each information set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import UsageError
from gametheory.extensive.structure import edge_moves, parents
from gametheory.limits import Budget
from gametheory.strategic.form import StrategicGame

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.extensive.form import ExtensiveGame

#: Payoffs above which a strategic form is refused.
MOST_PAYOFFS = 4_000_000


@dataclass(frozen=True)
class ReducedForm:
    """A strategic form, and what its strategies do.

    Attributes
    ----------
    game : StrategicGame
        The strategic form.
    plans : tuple of list of dict
        For each player and strategy: the position of the move at each information set that the strategy
        itself does not rule out.
    """

    game: StrategicGame
    plans: tuple[list[dict[int, int]], ...]


class TooLarge(Exception):  # noqa: N818  (it is a signal to the caller, not an error)
    """The strategic form has too many payoffs; `str` says whose strategies they are."""


def to_strategic(game: ExtensiveGame, *, reduced: bool = True) -> StrategicGame:
    """Return the strategic form of a tree.

    Parameters
    ----------
    game : ExtensiveGame
        A tree; perfect recall is not needed.
    reduced : bool
        Whether strategies that differ only where they rule themselves out are one.

    Raises
    ------
    UsageError
        If states are merged, or there are more than four million payoffs.
    """
    if not game.is_tree:
        raise UsageError("merged states have no strategic form", remedy="unfold the game into a tree first")
    if game.points is not None:
        raise UsageError("a batch of parameter points has no single strategic form")
    try:
        return strategic_form(game, reduced=reduced).game
    except TooLarge as error:
        raise UsageError(str(error)) from None


def needed_moves(game: ExtensiveGame) -> list[list[frozenset[tuple[int, int]] | None]]:
    """Return, for each player and node, which (information set, move) leads there.

    None where a node asks for two different moves at one information set, so that no pure strategy leads there.
    """
    place = edge_moves(game)
    before = parents(game).tolist()
    movers, sets = game.player.tolist(), game.set_of.tolist()
    result: list[list[frozenset[tuple[int, int]] | None]] = []
    for i in range(len(game.players)):
        mine: list[frozenset[tuple[int, int]] | None] = [frozenset()]
        for v in range(1, game.nodes):
            p = before[v]
            held = mine[p]
            if movers[p] == i and held is not None:
                step = (sets[p], int(place[v - 1]) - int(game.first_move[sets[p]]))
                clash = any(h == step[0] and a != step[1] for h, a in held)
                held = None if clash else held | {step}
            mine.append(held)
        result.append(mine)
    return result


def _plans(
    game: ExtensiveGame, player: int, needed: Sequence[Any], reduced: bool, most: int, budget: Budget
) -> list[dict[int, int]]:
    """Return the pure strategies of a player, in the order of their moves."""
    mine = [k for k in range(game.sets) if game.player[game.first_node[k]] == player]
    counts = {k: int(game.first_move[k + 1] - game.first_move[k]) for k in mine}
    ways: dict[int, list[Any]] = {k: [] for k in mine}
    for v in game.decisions.tolist():
        k = int(game.set_of[v])
        if k in ways and needed[v] is not None and needed[v] not in ways[k]:
            ways[k].append(needed[v])
    result: list[dict[int, int]] = []

    def possible(k: int, plan: dict[int, int]) -> bool:
        return any(all(plan.get(h) == a for h, a in way) for way in ways[k])

    stack: list[dict[int, int]] = [{}]
    while stack:
        budget.check()
        plan = stack.pop()
        open_sets = (k for k in mine if k not in plan and (not reduced or possible(k, plan)))
        k = next(open_sets, -1)
        if k < 0:
            result.append(plan)
            if len(result) > most:
                name = game.players[player]
                raise TooLarge(f"player '{name}' has more than {most} strategies; use a method on the tree itself")
        else:
            stack.extend({**plan, k: a} for a in range(counts[k] - 1, -1, -1))
    return result


def strategic_form(
    game: ExtensiveGame, *, reduced: bool = True, most: int = MOST_PAYOFFS, budget: Budget | None = None
) -> ReducedForm:
    """Return the strategic form of a tree, with what its strategies do.

    Raises
    ------
    TooLarge
        If there are more than `most` payoffs.
    LimitReached
        If the budget is spent while strategies are listed.
    """
    players = len(game.players)
    needed = needed_moves(game)
    plans = tuple(_plans(game, i, needed[i], reduced, most, budget or Budget()) for i in range(players))
    shape = tuple(len(p) for p in plans)
    total = players
    for n in shape:
        total *= n
    if total > most:
        raise TooLarge(f"the strategic form has {total} payoffs; use a method on the tree itself")
    exact = game.exact
    payoffs = np.full((players, *shape), Fraction(0) if exact else 0.0, dtype=object if exact else np.float64)
    reach = _chance(game)
    amounts: dict[tuple[frozenset[tuple[int, int]], ...], Any] = {}
    for v in np.flatnonzero((game.payoffs != 0).any(axis=1)).tolist():
        ways = [needed[i][v] for i in range(players)]
        key = tuple(way for way in ways if way is not None)
        if len(key) == players:
            add = reach[v] * game.payoffs[v]
            amounts[key] = amounts[key] + add if key in amounts else add
    allowed: list[dict[Any, list[int]]] = [{} for _ in plans]
    for key, amount in amounts.items():
        index = []
        for i, way in enumerate(key):
            if way not in allowed[i]:
                allowed[i][way] = [s for s, p in enumerate(plans[i]) if all(p.get(h) == a for h, a in way)]
            index.append(allowed[i][way])
        if all(index):
            where = np.ix_(*index)
            for i in range(players):
                payoffs[i][where] += amount[i]
    names = tuple(_names(game, i, plans[i]) for i in range(players))
    return ReducedForm(StrategicGame(game.players, names, payoffs, game.title), plans)


def _chance(game: ExtensiveGame) -> Any:
    """Return the probability that chance allows each node [nodes]."""
    one: Any = Fraction(1) if game.exact else 1.0
    reach = [one] * game.nodes
    before = parents(game).tolist()
    for v in range(1, game.nodes):
        p = before[v]
        reach[v] = reach[p]
        if game.player[p] == -1:
            assert game.probability is not None
            reach[v] = reach[p] * game.probability[v - 1]
    return reach


def _names(game: ExtensiveGame, player: int, plans: list[dict[int, int]]) -> tuple[str, ...]:
    mine = [k for k in range(game.sets) if game.player[game.first_node[k]] == player]
    labels = {k: game.action_labels(int(game.first_node[k])) for k in mine}
    names = ["/".join(labels[k][plan[k]] if k in plan else "*" for k in mine) or "-" for plan in plans]
    if len(set(names)) < len(names):
        names = [f"{name} ({k + 1})" for k, name in enumerate(names)]
    return tuple(names)


def to_behaviour(game: ExtensiveGame, form: ReducedForm, profile: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Return behaviour probabilities [moves of all sets] that do what a mixed profile does.

    At an information set that the player's own strategy rules out, the first move.

    Parameters
    ----------
    game : ExtensiveGame
        A tree of perfect recall.
    form : ReducedForm
        Its strategic form.
    profile : sequence of arrays [strategies]
        Probabilities, as fractions.
    """
    result = np.full(int(game.first_move[-1]), Fraction(0), dtype=object)
    met = np.full(game.sets, Fraction(0), dtype=object)
    for plans, row in zip(form.plans, profile, strict=True):
        for plan, weight in zip(plans, row, strict=True):
            if weight:
                for k, a in plan.items():
                    result[int(game.first_move[k]) + a] += weight
                    met[k] += weight
    for k in range(game.sets):
        first, last = int(game.first_move[k]), int(game.first_move[k + 1])
        if met[k]:
            result[first:last] /= met[k]
        else:
            result[first] = Fraction(1)
    return result
