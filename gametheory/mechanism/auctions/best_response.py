"""The best response of one player whose payoff is a sum of powers of his own choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Self

from gametheory.equilibrium.reading import number_of
from gametheory.errors import InputError
from gametheory.notebook import Displayed
from gametheory.numbers import number
from gametheory.solution import Termination

Number = Fraction | float

#: Largest power, in size, that a payoff may hold.
LARGEST_POWER = 10_000


@dataclass(frozen=True)
class BestResponseProblem(Displayed):
    """A player's payoff ``sum_p coefficient_p t^p`` in his own choice t, the others' choices held fixed.

    The payoff is convex, concave or linear over the range: then its maximum is at an end, or where the slope changes
    sign, and is certified exactly.

    Attributes
    ----------
    coefficients : mapping of int to number
        By power, which may be negative.
    lower, upper : Fraction or float
        The range of choices, positive where a power is negative.
    played : Fraction or float
        The choice in the profile that is tested.
    name : str
        What is tested, in a word.

    Raises
    ------
    InputError
        If the range is empty or does not hold the choice played, or the payoff is neither convex nor concave term by
        term.
    """

    coefficients: Mapping[int, Number]
    lower: Number
    upper: Number
    played: Number
    name: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.coefficients, Mapping):
            raise InputError("'coefficients' is not a table of numbers by power", place="coefficients")
        try:
            table = {int(p): number(c) for p, c in self.coefficients.items()}
        except (ValueError, TypeError):
            raise InputError("a power is an integer, and its coefficient a number", place="coefficients") from None
        if any(abs(p) > LARGEST_POWER for p in table):
            raise InputError(f"powers are at most {LARGEST_POWER} in size", place="coefficients")
        object.__setattr__(self, "coefficients", {p: table[p] for p in sorted(table)})
        for name in ("lower", "upper", "played"):
            object.__setattr__(self, name, number_of({name: getattr(self, name)}, name))
        if not self.lower <= self.upper:
            raise InputError(f"the range from {self.lower} to {self.upper} is empty", place="lower")
        if not self.lower <= self.played <= self.upper:
            raise InputError(f"the choice {self.played} is outside the range", place="played")
        odd = [p for p in table if p < 0 or p > 2]
        if odd and not self.lower > 0:
            raise InputError("powers other than 0, 1 and 2 need positive choices", place="lower")
        bends = self.bends
        if any(b > 0 for b in bends) and any(b < 0 for b in bends):
            raise InputError("the payoff is neither convex nor concave", place="coefficients")

    @property
    def bends(self) -> list[Number]:
        """``p (p-1) coefficient_p`` for every power: their common sign is that of the second derivative."""
        return [p * (p - 1) * c for p, c in self.coefficients.items()]

    def payoff(self, choice: Any, *, one: Any = lambda value: value) -> Any:
        """Return the payoff of a choice; `one` converts the coefficients."""
        return sum((one(c) * choice**p for p, c in self.coefficients.items()), 0 * choice)

    def slope(self, choice: Any, *, one: Any = lambda value: value) -> Any:
        """Return the derivative of the payoff at a choice."""
        return sum((p * one(c) * choice ** (p - 1) for p, c in self.coefficients.items() if p), 0 * choice)

    def to_data(self) -> dict[str, Any]:
        """Return the problem as a tree."""
        return {
            "coefficients": {str(p): c for p, c in self.coefficients.items()},
            "lower": self.lower,
            "upper": self.upper,
            "played": self.played,
            "name": self.name,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the problem from its tree; raises `InputError` on malformed data."""
        return cls(
            data.get("coefficients", {}),
            number_of(data, "lower"),
            number_of(data, "upper"),
            number_of(data, "played"),
            str(data.get("name", "")),
        )


@dataclass(frozen=True)
class BestResponse:
    """The best choice, and what it gains over the choice played.

    Attributes
    ----------
    choice, payoff, gain : Fraction or float
        `gain` is 0 where the choice played is a best response.
    """

    choice: Number
    payoff: Number
    gain: Number

    proves: ClassVar[Termination] = Termination.SOLVED

    def __post_init__(self) -> None:
        for name in ("choice", "payoff", "gain"):
            object.__setattr__(self, name, number_of({name: getattr(self, name)}, name))

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {"choice": self.choice, "payoff": self.payoff, "gain": self.gain}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned."""
        return cls(*(number_of(data, name) for name in ("choice", "payoff", "gain")))
