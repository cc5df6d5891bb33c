"""Many parameter points at once: one structure, a leading axis of payoffs or chance probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from gametheory.errors import InputError
from gametheory.extensive.arrays import as_exact, as_floats, decoded
from gametheory.extensive.profile import ArrayStrategy, StrategyProfile, chosen_path
from gametheory.limits import LimitReached
from gametheory.solution import Outcome, Termination

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.extensive.form import ExtensiveGame
    from gametheory.solvers import Options


@dataclass(frozen=True, eq=False)
class ProfileBatch:
    """One pure profile for each parameter point.

    Attributes
    ----------
    choices : int array [points, sets]
        The position of the move chosen at each information set.
    payoffs : array [points, players]
        Expected payoffs.
    """

    proves: ClassVar[Termination] = Termination.SOLVED

    choices: NDArray[Any]
    payoffs: NDArray[Any]

    def point(self, game: ExtensiveGame, k: int) -> StrategyProfile:
        """Return the profile of one parameter point of a game."""
        single = at_point(game, k)
        path = chosen_path(single, self.choices[k], single.probability)
        payoffs = dict(zip(game.players, self.payoffs[k].tolist(), strict=True))
        return StrategyProfile(ArrayStrategy(choices=self.choices[k], game=single), payoffs, path)

    def to_data(self) -> dict[str, Any]:
        """Return the profiles as a tree."""
        return {"choices": self.choices, "payoffs": self.payoffs}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the profiles from what `to_data` returned, or from that tree read back from JSON."""
        if not isinstance(data, Mapping) or not {"choices", "payoffs"} <= set(data):
            raise InputError("profiles of parameter points need 'choices' and 'payoffs'")
        try:
            choices = np.asarray(data["choices"])
        except ValueError:
            raise InputError("'choices' is not a rectangular array of integers") from None
        payoffs = decoded(data["payoffs"], "payoffs")
        if choices.size == 0 and choices.ndim == 2:
            choices = choices.astype(np.int64)
        if choices.ndim != 2 or choices.dtype.kind not in "iu" or payoffs.ndim != 2 or len(payoffs) != len(choices):
            raise InputError("'choices' [points, sets] and 'payoffs' [points, players] do not fit")
        return cls(choices.astype(np.int64), payoffs)


def at_point(game: ExtensiveGame, k: int) -> ExtensiveGame:
    """Return the game at one parameter point."""
    payoffs = game.payoffs[k] if game.payoffs.ndim == 3 else game.payoffs
    probability = game.probability
    if probability is not None and probability.ndim == 2:
        probability = probability[k]
    return replace(game, payoffs=payoffs, probability=probability)


#: Points for each node above which all points are taken through the tree together.
TOGETHER = 4


def solve_points(game: ExtensiveGame, options: Options) -> Outcome:
    """Return a pure subgame-perfect equilibrium of every parameter point.

    Many points are taken through the tree together, one node after another; few points one by one.
    """
    from gametheory.extensive.backward import induction

    if options.ties in ("first", "last") and (game.points or 0) >= TOGETHER * len(game.inner):
        try:
            return _together(game, options)
        except LimitReached as limit:
            return Outcome(Termination.LIMIT, None, options.exact, message=str(limit))
    values, choices, tied = [], [], 0
    try:
        for k in range(game.points or 0):
            value, choice, ties = induction(game, options, k)
            values.append(value)
            choices.append(choice)
            tied += ties
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, options.exact, message=str(limit))
    complete = "one" if tied else "all" if options.exact else "unknown"
    return Outcome(Termination.SOLVED, ProfileBatch(np.array(choices), np.array(values)), options.exact, complete)


def by_point(game: ExtensiveGame, exact: bool) -> tuple[NDArray[Any], NDArray[Any] | None]:
    """Return payoffs [1 or points, nodes, players] and probabilities [1 or points, edges]."""
    convert = as_exact if exact else as_floats
    payoffs = convert(game.payoffs if game.payoffs.ndim == 3 else game.payoffs[None])
    if game.probability is None:
        return payoffs, None
    return payoffs, convert(game.probability if game.probability.ndim == 2 else game.probability[None])


def _together(game: ExtensiveGame, options: Options) -> Outcome:
    points = game.points or 1
    payoffs, probability = by_point(game, options.exact)
    choices = np.zeros((points, game.sets), dtype=np.int64)
    value: dict[int, NDArray[Any]] = {}
    rows = np.arange(points)
    tied = False
    for node in game.inner[::-1].tolist():
        options.budget.check()
        edges = range(int(game.first_edge[node]), int(game.first_edge[node + 1]))
        below = [value.get(v, payoffs[:, v]) for v in (int(game.targets[e]) for e in edges)]
        who = int(game.player[node])
        if who < 0:
            assert probability is not None
            after = sum(probability[:, e, None] * b for e, b in zip(edges, below, strict=True))
        else:
            mine = np.stack([np.broadcast_to(b[:, who], (points,)) for b in below])
            best = np.argmax(mine, axis=0) if options.ties == "first" else len(mine) - 1 - np.argmax(mine[::-1], axis=0)
            tied |= bool(np.asarray((mine == mine[best, rows]).sum(axis=0) > 1, dtype=bool).any())
            choices[:, int(game.set_of[node])] = best
            every = np.stack([np.broadcast_to(b, (points, b.shape[1])) for b in below])
            after = every[best, rows]
        value[node] = payoffs[:, node] + after
        if game.is_tree:
            for e in edges:
                value.pop(e + 1, None)
    worth = np.broadcast_to(value.get(0, payoffs[:, 0]), (points, len(game.players))).copy()
    complete = "one" if tied else "all" if options.exact else "unknown"
    return Outcome(Termination.SOLVED, ProfileBatch(choices, worth), options.exact, complete)
