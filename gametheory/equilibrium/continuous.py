"""Games whose strategies are real numbers, and profiles claimed to be nearly equilibria."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar, Self

from gametheory.equilibrium.expressions import FUNCTIONS, Formula, Slope, like
from gametheory.equilibrium.reading import names_of, number_of, number_table, numbers_of, text_list
from gametheory.equilibrium.system import like_number
from gametheory.errors import InputError
from gametheory.notebook import Displayed
from gametheory.solution import Termination

Number = Fraction | float


@dataclass(frozen=True)
class ContinuousGame(Displayed):
    """Each player chooses a real number between bounds; payoffs are formulas in the choices.

    A game of one player is a maximisation.

    Parameters
    ----------
    players : sequence of str
        Names; in the formulas each stands for that player's choice.
    payoffs : sequence of str
        One formula per player, in the players' names and `constants`.
    lower, upper : sequence of number
        Least and largest choice per player, in the unit of the choice.
    constants : mapping of str to number, optional
        Named numbers the formulas use.
    start : sequence of number, optional
        Where a search begins; the middle of the bounds by default.

    Raises
    ------
    InputError
        If names repeat, lengths differ, bounds cross or a formula cannot be read.
    """

    players: tuple[str, ...]
    payoffs: tuple[str, ...]
    lower: tuple[Number, ...]
    upper: tuple[Number, ...]
    constants: Mapping[str, Number] = field(default_factory=dict)
    start: tuple[Number, ...] = ()

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "players", names_of(self.players, "players", taken=FUNCTIONS))
        count = len(self.players)
        if count == 0:
            raise InputError("a game needs at least one player")
        set_(self, "constants", number_table(self.constants, "constants", taken=(*self.players, *FUNCTIONS)))
        set_(self, "payoffs", text_list(self.payoffs, "payoffs", count))
        set_(self, "lower", numbers_of(self.lower, "lower", count))
        set_(self, "upper", numbers_of(self.upper, "upper", count))
        for i, (low, high) in enumerate(zip(self.lower, self.upper, strict=True)):
            if not low < high:
                raise InputError(f"the least choice {low} is not below the largest {high}", place=f"lower[{i}]")
        middle = tuple((low + high) / 2 for low, high in zip(self.lower, self.upper, strict=True))
        set_(self, "start", numbers_of(self.start, "start", count) if len(self.start) else middle)
        _ = self.formulas

    @cached_property
    def formulas(self) -> tuple[Formula, ...]:
        """The payoffs as formulas."""
        return tuple(Formula(text, (*self.players, *self.constants)) for text in self.payoffs)

    def payoff(self, player: int, choices: Sequence[Any]) -> Any:
        """Return a player's payoff, in the arithmetic of the choices (floats, arrays, fractions, intervals, slopes)."""
        constants = {name: like_number(v, choices[player]) for name, v in self.constants.items()}
        return self.formulas[player]({**constants, **dict(zip(self.players, choices, strict=True))})

    def own_slopes(self, player: int, choices: Sequence[Any]) -> tuple[Any, Any, Any]:
        """Return a player's payoff and its first and second derivative in the own choice."""
        own = choices[player]
        zero, one = (like(Fraction(v), own) + own * like(Fraction(0), own) for v in (0, 1))
        inner = Slope(Slope(own, [one]), [Slope(one, [zero])])
        found = self.payoff(player, [inner if i == player else c for i, c in enumerate(choices)])
        if not isinstance(found, Slope):
            return found, zero, zero
        return found.value.value, found.value.slopes[0], found.slopes[0].slopes[0]

    def to_data(self) -> dict[str, Any]:
        """Return the game as a tree."""
        return {
            "players": list(self.players),
            "payoffs": list(self.payoffs),
            "lower": list(self.lower),
            "upper": list(self.upper),
            "constants": dict(self.constants),
            "start": list(self.start),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the game from its tree; raises `InputError` on malformed data."""
        return cls(
            players=text_list(data.get("players"), "players"),
            payoffs=text_list(data.get("payoffs"), "payoffs"),
            lower=numbers_of(data.get("lower", ()), "lower"),
            upper=numbers_of(data.get("upper", ()), "upper"),
            constants=data.get("constants", {}),
            start=numbers_of(data.get("start", ()), "start"),
        )


@dataclass(frozen=True)
class ChoiceProfile:
    """One choice per player, from which nobody is claimed to gain more than `epsilon`.

    Attributes
    ----------
    choices : mapping of str to number
        By player.
    epsilon : number
        The claim: no player gains more than this by any other choice; in units of payoff.
    """

    choices: Mapping[str, Number]
    epsilon: Number
    proves: ClassVar[Termination] = Termination.SOLVED

    def __post_init__(self) -> None:
        object.__setattr__(self, "choices", number_table(self.choices, "choices"))
        object.__setattr__(self, "epsilon", number_of({"epsilon": self.epsilon}, "epsilon"))
        if self.epsilon < 0:
            raise InputError("a bound on a gain is not negative", place="epsilon")

    def __getitem__(self, player: str) -> Number:
        return self.choices[player]

    def to_data(self) -> dict[str, Any]:
        """Return the profile as a tree."""
        return {"choices": dict(self.choices), "epsilon": self.epsilon}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the profile from its tree; raises `InputError` on malformed data."""
        return cls(data.get("choices", {}), number_of(data, "epsilon"))
