"""Strategy profiles of games in extensive form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from gametheory.errors import InputError, UsageError, nearest
from gametheory.extensive.arrays import as_exact, as_floats, decoded, integers, texts
from gametheory.numbers import decode, exact_array, float_array, number
from gametheory.solution import Termination

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

    from gametheory.extensive.form import ExtensiveGame

#: Information sets up to which a profile is written with labels; larger ones are arrays.
LABELLED_SETS = 10_000


class ArrayStrategy(Mapping[str, Any]):
    """A strategy for each information set, kept as one array and read by label.

    Parameters
    ----------
    choices : int array [sets], optional
        The move chosen at each information set, for pure strategies.
    probabilities : array [moves of all sets], optional
        The probability of each move, set after set, for behaviour strategies.
    game : ExtensiveGame, optional
        What the labels come from; without it the profile can be checked but not read by label.
    """

    def __init__(
        self,
        choices: NDArray[Any] | None = None,
        probabilities: NDArray[Any] | None = None,
        game: ExtensiveGame | None = None,
    ) -> None:
        self.choices = choices
        self.probabilities = probabilities
        self.game = game

    def _labels(self) -> ExtensiveGame:
        if self.game is None:
            raise UsageError("this profile holds no labels", remedy="read it with the game: profile.of(game)")
        return self.game

    def __getitem__(self, label: str) -> Any:
        game = self._labels()
        if label not in game.set_index:
            raise KeyError(label)
        k = game.set_index[label]
        actions = game.action_labels(int(game.first_node[k]))
        if self.choices is not None:
            return actions[int(self.choices[k])]
        assert self.probabilities is not None
        first = int(game.first_move[k])
        return {a: self.probabilities[first + j] for j, a in enumerate(actions)}

    def __iter__(self) -> Iterator[str]:
        return iter(self._labels().set_index)

    def __len__(self) -> int:
        if self.choices is not None:
            return len(self.choices)
        return self._labels().sets


@dataclass(frozen=True, eq=False)
class StrategyProfile:
    """What every player does at every information set, and what comes of it.

    Attributes
    ----------
    strategy : mapping of str to str, or to a mapping of str to number
        By label of the information set: the move, or the probability of each move.
    payoffs : mapping of str to number
        By player, in player order: the expected payoff.
    path : tuple of str
        The moves from the start, as far as they are certain: up to the first chance move or mixed choice
        with several moves of positive probability.
    all_payoffs : tuple of tuple of number, optional
        The payoff vectors of all pure subgame-perfect equilibria, sorted.
    epsilon : Fraction or float, optional
        For a profile that is near an equilibrium only: a bound on what anybody gains by deviating.
    """

    proves: ClassVar[Termination] = Termination.SOLVED

    strategy: Mapping[str, Any]
    payoffs: Mapping[str, Fraction | float]
    path: tuple[str, ...]
    all_payoffs: tuple[tuple[Any, ...], ...] | None = None
    epsilon: Fraction | float | None = None

    def of(self, game: ExtensiveGame) -> Self:
        """Return the same profile, with the labels of a game."""
        held = self.strategy
        if isinstance(held, ArrayStrategy):
            held = ArrayStrategy(held.choices, held.probabilities, game)
        return replace(self, strategy=held)

    def to_data(self) -> dict[str, Any]:
        """Return the profile as a tree; information sets by label unless they are many."""
        data: dict[str, Any] = {"payoffs": dict(self.payoffs), "path": list(self.path)}
        if self.all_payoffs is not None:
            data["all_payoffs"] = [list(row) for row in self.all_payoffs]
        if self.epsilon is not None:
            data["epsilon"] = self.epsilon
        held = self.strategy
        if isinstance(held, ArrayStrategy) and (held.game is None or len(held) > LABELLED_SETS):
            if held.choices is not None:
                data["choices"] = held.choices
            else:
                data["probabilities"] = held.probabilities
        else:
            data["strategy"] = {k: dict(v) if isinstance(v, Mapping) else v for k, v in held.items()}
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build a profile from what `to_data` returned, or from that tree read back from JSON.

        Raises
        ------
        InputError
            If something is missing or malformed.
        """
        if not isinstance(data, Mapping):
            raise InputError("a strategy profile is a table")
        known = {"strategy", "choices", "probabilities", "payoffs", "path", "all_payoffs", "epsilon"}
        for name in data:
            if name not in known:
                raise InputError(f"a strategy profile has no '{name}'", remedy=nearest(str(name), known))
        given = [name for name in ("strategy", "choices", "probabilities") if data.get(name) is not None]
        if len(given) != 1:
            raise InputError("a strategy profile needs one of 'strategy', 'choices' and 'probabilities'")
        strategy: Mapping[str, Any]
        if given[0] == "strategy":
            strategy = _labelled(data["strategy"])
        elif given[0] == "choices":
            strategy = ArrayStrategy(choices=integers(data["choices"], "choices"))
        else:
            strategy = ArrayStrategy(probabilities=decoded(data["probabilities"], "probabilities"))
        payoffs = data.get("payoffs") or {}
        if not isinstance(payoffs, Mapping):
            raise InputError("'payoffs' of a strategy profile is a table by player")
        path = texts(data.get("path") or (), "path")
        every = data.get("all_payoffs")
        if every is not None:
            if isinstance(every, str) or not isinstance(every, Sequence | np.ndarray):
                raise InputError("'all_payoffs' is a list of payoff vectors")
            every = tuple(tuple(decoded(row, "all_payoffs").ravel().tolist()) for row in every)
        epsilon = data.get("epsilon")
        return cls(
            strategy,
            {str(k): _number(v, f"payoffs.{k}") for k, v in payoffs.items()},
            path,
            every,
            None if epsilon is None else _number(epsilon, "epsilon"),
        )


def _labelled(data: Any) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        raise InputError("'strategy' is a table by information set")
    result: dict[str, Any] = {}
    for label, choice in data.items():
        if isinstance(choice, str):
            result[str(label)] = choice
        elif isinstance(choice, Mapping):
            result[str(label)] = {str(a): _number(p, f"strategy.{label}.{a}") for a, p in choice.items()}
        else:
            raise InputError("a choice is a move, or a table of moves and probabilities", place=f"strategy.{label}")
    return result


def _number(value: Any, place: str) -> Fraction | float:
    try:
        return decode(value)
    except InputError as error:
        raise InputError(error.message, place=place, remedy=error.remedy) from None


def behaviour(game: ExtensiveGame, strategy: Mapping[str, Any], *, exact: bool) -> NDArray[Any]:
    """Return the probability of every move of every information set, set after set.

    Parameters
    ----------
    game : ExtensiveGame
        The game.
    strategy : mapping
        As in `StrategyProfile`.
    exact : bool
        Whether to return fractions rather than floats.

    Returns
    -------
    array [moves of all sets]
        Float64, or an object array of fractions; for pure strategies an int64 array of 0 and 1.

    Raises
    ------
    InputError
        If an information set or move is missing or unknown, or a mapping holds something else than
        probabilities. Whether they sum to 1 is left to the verifier.
    """
    size = int(game.first_move[-1])
    if isinstance(strategy, ArrayStrategy):
        if strategy.choices is not None:
            choices = strategy.choices
            counts = np.diff(game.first_move)
            if len(choices) != game.sets:
                raise InputError(f"{len(choices)} choices for {game.sets} information sets")
            wrong = np.flatnonzero((choices < 0) | (choices >= counts))
            if len(wrong):
                k = int(wrong[0])
                raise InputError(f"information set '{game.set_label(k)}' has no move number {int(choices[k])}")
            pure = np.zeros(size, dtype=np.int64)
            pure[game.first_move[:-1] + choices] = 1
            return pure
        assert strategy.probabilities is not None
        if strategy.probabilities.shape != (size,):
            raise InputError(f"{strategy.probabilities.size} probabilities for {size} moves")
        return as_exact(strategy.probabilities) if exact else as_floats(strategy.probabilities)
    for label in strategy:
        if label not in game.set_index:
            raise InputError(f"no information set '{label}'", remedy=nearest(str(label), game.set_index))
    pure_all = all(isinstance(choice, str) for choice in strategy.values())
    result: list[Any] = []
    for k in range(game.sets):
        label = game.set_label(k)
        if label not in strategy:
            raise InputError(f"the profile says nothing about information set '{label}'")
        actions = game.action_labels(int(game.first_node[k]))
        choice = strategy[label]
        named = (choice,) if isinstance(choice, str) else tuple(choice)
        for move in named:
            if move not in actions:
                raise InputError(f"no move '{move}' at information set '{label}'", remedy=nearest(str(move), actions))
        if isinstance(choice, str):
            result.extend(int(a == choice) for a in actions)
        else:
            result.extend(number(choice.get(a, 0)) for a in actions)
    if pure_all:
        return np.array(result, dtype=np.int64)
    given = np.empty(len(result), dtype=object)
    given[:] = result
    return exact_array(given) if exact else float_array(given)


def certain_path(game: ExtensiveGame, weights: Sequence[Any] | NDArray[Any]) -> tuple[str, ...]:
    """Return the moves from the start as long as one of them has all the probability.

    Parameters
    ----------
    game : ExtensiveGame
        The game.
    weights : array [edges]
        The probability of every move, of chance and of players.
    """
    path = []
    node = 0
    while game.player[node] != -2:
        first, last = int(game.first_edge[node]), int(game.first_edge[node + 1])
        likely = [e for e in range(first, last) if weights[e] > 0]
        if len(likely) != 1:
            break
        path.append(_label(game, first, likely[0]))
        node = int(game.targets[likely[0]])
    return tuple(path)


def _label(game: ExtensiveGame, first: int, edge: int) -> str:
    """Return the label of an edge, given the first edge of its node."""
    if game.action is None or game.action_names is None:
        return str(edge - first + 1)
    return game.action_names[int(game.action[edge])]


def chosen_path(game: ExtensiveGame, choices: NDArray[Any], probability: NDArray[Any] | None) -> tuple[str, ...]:
    """Return the moves from the start that a pure profile makes certain, without looking at the rest of the game.

    Parameters
    ----------
    game : ExtensiveGame
        The game.
    choices : int array [sets]
        The position of the move chosen at each information set.
    probability : array [edges] or None
        Chance probabilities of one parameter point.
    """
    path = []
    node = 0
    while game.player[node] != -2:
        first, last = int(game.first_edge[node]), int(game.first_edge[node + 1])
        if game.player[node] >= 0:
            if game.information_set is None:
                which = int(game.decisions.searchsorted(node))
            else:
                which = int(game.information_set[node])
            edge = first + int(choices[which])
        else:
            assert probability is not None
            likely = [e for e in range(first, last) if probability[e] > 0]
            if len(likely) != 1:
                break
            edge = likely[0]
        path.append(_label(game, first, edge))
        node = edge + 1 if game.target is None else int(game.target[edge])
    return tuple(path)


def edge_weights(game: ExtensiveGame, moves: NDArray[Any], probability: NDArray[Any] | None) -> NDArray[Any]:
    """Return the probability of every edge, given that its node is reached.

    Parameters
    ----------
    game : ExtensiveGame
        The game.
    moves : array [moves of all sets]
        Behaviour probabilities, as `behaviour` returns them.
    probability : array [edges] or None
        Chance probabilities of one parameter point.
    """
    sets = game.set_of[game.inner]
    counts = np.diff(game.first_edge)[game.inner]
    base = np.where(sets >= 0, game.first_move[np.maximum(sets, 0)] if game.sets else 0, 0)
    place = np.repeat(base - game.first_edge[game.inner], counts) + np.arange(game.edges)
    if probability is None:
        return moves[place]
    if not len(moves):
        return probability
    chance = np.repeat(sets < 0, counts)
    place[chance] = 0
    result = moves[place].astype(np.result_type(moves.dtype, probability.dtype))
    result[chance] = probability[chance]
    return result
