"""Many parameter points at once: one structure, a leading axis of payoffs or chance probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from gametheory.errors import InputError
from gametheory.extensive.arrays import decoded
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


def solve_points(game: ExtensiveGame, options: Options) -> Outcome:
    """Return a pure subgame-perfect equilibrium of every parameter point."""
    from gametheory.extensive.backward import induction

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
