"""A market of bilateral rounds in which traders may serve each other and leave, and its tiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from gametheory.errors import InputError
from gametheory.networks.arrays import decoded, field, frozen
from gametheory.networks.distributions import TypeDistribution, refuse_beyond_floats
from gametheory.notebook import Displayed
from gametheory.numbers import decode, exact, number, number_array
from gametheory.solution import Termination

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class IntermediatedMarket(Displayed):
    """A continuum of traders who meet in pairs, round after round, before they know who wants what.

    A trader of type s values a unit at ``dividend + s`` or ``dividend - s``, each with probability 1/2; two who meet
    differ with probability `opposite`. Holdings lie between 0 and twice `holding`. In a meeting one of the two is
    served: he gets the holding he wants, pays the fee of the round, and may leave with
    ``(dividend + s) * holding``. The other deals: he takes the opposite holding, receives the fee, and may leave with
    ``(dividend + (2 * opposite - 1) * s) * holding``. What comes a round later counts `discount` times as much.

    Attributes
    ----------
    law : TypeDistribution
        The distribution of types.
    rounds : int
        How many rounds, at least 1.
    opposite : Fraction or float
        Probability, from 0 to 1.
    discount : Fraction or float
        Per round, above 0 and at most 1.
    dividend, holding : Fraction or float
        Above 0.

    Raises
    ------
    InputError
        If a number is out of bounds; it is named.
    """

    law: TypeDistribution
    rounds: int
    opposite: Any
    discount: Any
    dividend: Any
    holding: Any = 1

    def __post_init__(self) -> None:
        if not isinstance(self.law, TypeDistribution):
            raise InputError("'law' is a TypeDistribution")
        if isinstance(self.rounds, bool) or not isinstance(self.rounds, int | np.integer) or self.rounds < 1:
            raise InputError(f"'rounds' is a whole number, at least 1, not {self.rounds!r}")
        object.__setattr__(self, "rounds", int(self.rounds))
        for name in ("opposite", "discount", "dividend", "holding"):
            object.__setattr__(self, name, number(getattr(self, name)))
        if not 0 <= self.opposite <= 1:
            raise InputError(f"'opposite' is {self.opposite}, outside 0 .. 1")
        if not 0 < self.discount <= 1:
            raise InputError(f"'discount' is {self.discount}, not above 0 and at most 1")
        for name in ("dividend", "holding"):
            if not getattr(self, name) > 0:
                raise InputError(f"'{name}' is {getattr(self, name)}, not above 0")

    def _converted(self, law: TypeDistribution, convert: Any) -> Self:
        names = ("opposite", "discount", "dividend", "holding")
        return replace(self, law=law, **{name: convert(getattr(self, name)) for name in names})

    def to_exact(self) -> Self:
        """Return the market in fractions; a float stands for its shortest decimal."""
        return self._converted(self.law.to_exact(), exact)

    def to_float(self) -> Self:
        """Return the market in floats."""
        refuse_beyond_floats({"dividend": self.dividend, "holding": self.holding, "discount": self.discount})
        return self._converted(self.law.to_float(), float)

    def to_data(self) -> dict[str, Any]:
        """Return the market as a tree."""
        names = ("rounds", "opposite", "discount", "dividend", "holding")
        return {"law": self.law.to_data(), **{name: getattr(self, name) for name in names}}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the market from what `to_data` returned, or from that tree read back from JSON."""
        owner = cls.__name__
        numbers = {n: decode(field(data, n, owner)) for n in ("opposite", "discount", "dividend")}
        return cls(
            law=TypeDistribution.from_data(field(data, "law", owner)),
            rounds=field(data, "rounds", owner),
            holding=decode(data.get("holding", 1)),
            **numbers,
        )


@dataclass(frozen=True, eq=False)
class TierEquilibrium:
    """Tiers of an intermediated market: cutoffs and fees, and whether traders keep to them.

    In round t types above ``cutoffs[t - 1]`` that are still there are served and leave; the others deal and stay.

    Attributes
    ----------
    cutoffs : array [rounds]
        Types, not increasing.
    fees : array [rounds]
        What whoever is served pays per meeting.
    participation : bool
        Whether every dealer strictly prefers staying for the next round to leaving; only then are the tiers an
        equilibrium with strict incentives to stay. With one round nobody has to stay.
    leaver : tuple of (int, number) or None
        If not: a round, and a type that deals in it and does not strictly lose by leaving.
    """

    cutoffs: NDArray[Any]
    fees: NDArray[Any]
    participation: bool
    leaver: tuple[int, Any] | None = None

    proves: ClassVar[Termination] = Termination.SOLVED

    def __post_init__(self) -> None:
        for name in ("cutoffs", "fees"):
            values = number_array(getattr(self, name))
            if values.ndim != 1:
                raise InputError(f"'{name}' is a list of numbers, one per round")
            object.__setattr__(self, name, frozen(values))
        if not isinstance(self.participation, bool):
            raise InputError(f"'participation' is {self.participation!r}, not true or false")
        if self.leaver is not None:
            try:
                place, leaver = self.leaver
            except (TypeError, ValueError):
                raise InputError("'leaver' is a round and a type") from None
            if isinstance(place, bool) or not isinstance(place, int):
                raise InputError("'leaver' is a round and a type")
            object.__setattr__(self, "leaver", (place, number(leaver)))

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        leaver = None if self.leaver is None else list(self.leaver)
        tree = {"cutoffs": self.cutoffs, "fees": self.fees, "participation": self.participation}
        return {**tree, "leaver": leaver}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the answer from what `to_data` returned, or from that tree read back from JSON."""
        owner = cls.__name__
        leaver = data.get("leaver")
        if isinstance(leaver, list) and len(leaver) == 2:
            leaver = (leaver[0], decode(leaver[1]))
        return cls(
            cutoffs=decoded(field(data, "cutoffs", owner), "cutoffs"),
            fees=decoded(field(data, "fees", owner), "fees"),
            participation=field(data, "participation", owner),
            leaver=leaver,
        )
