"""Share auctions in which bidders have private signals about correlated values (Vives 2011)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any, ClassVar, Self

from gametheory.equilibrium.reading import number_of
from gametheory.errors import InputError, nearest
from gametheory.notebook import Displayed
from gametheory.solution import Termination

Number = Fraction | float


@dataclass(frozen=True)
class SignalAuction(Displayed):
    """A uniform-price auction of a fixed supply among bidders who each know something of their own value.

    Bidder i's good yields theta_i elsewhere, normal with mean `mean` and variance `variance`, correlated with factor
    `correlation` between any two bidders; he observes theta_i plus independent normal noise of variance `noise`, and
    submits a schedule. Taking x at the stop-out r earns him ``x (r - theta_i) - curvature x^2 / 2``.

    Attributes
    ----------
    bidders : int
        At least 3.
    mean, variance : Fraction or float
        Of each theta_i; the variance is positive.
    correlation : Fraction or float
        From 0 to 1.
    noise : Fraction or float
        Variance of the noise, not negative.
    curvature : Fraction or float
        How fast the marginal cost of holding the good rises, positive.
    supply : Fraction or float
        What is on sale, positive.

    Raises
    ------
    InputError
        If there are too few bidders, or a number is out of its range.
    """

    bidders: int
    mean: Number
    variance: Number
    correlation: Number
    noise: Number
    curvature: Number
    supply: Number = Fraction(1)

    def __post_init__(self) -> None:
        if isinstance(self.bidders, bool) or not isinstance(self.bidders, int) or self.bidders < 3:
            raise InputError(f"{self.bidders!r} bidders; at least 3 are needed", place="bidders")
        for name in ("mean", "variance", "correlation", "noise", "curvature", "supply"):
            object.__setattr__(self, name, number_of({name: getattr(self, name)}, name))
        for name in ("variance", "curvature", "supply"):
            if not getattr(self, name) > 0:
                raise InputError(f"{name} is {getattr(self, name)}; it is positive", place=name)
        if self.noise < 0:
            raise InputError(f"noise is {self.noise}; a variance is not negative", place="noise")
        if not 0 <= self.correlation <= 1:
            raise InputError(f"correlation is {self.correlation}; it is from 0 to 1", place="correlation")
        if self.noise == 0 and self.correlation == 1:
            raise InputError("with one common value and no noise everything is known", place="noise")

    def to_data(self) -> dict[str, Any]:
        """Return the auction as a tree."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the auction from its tree; raises `InputError` on malformed data."""
        known = [field.name for field in fields(cls)]
        for key in data:
            if key not in known:
                raise InputError(f"a signal auction has no '{key}'", remedy=nearest(str(key), known))
        for key in known[:-1]:
            if key not in data:
                raise InputError(f"the signal auction has no '{key}'")
        return cls(**dict(data))


@dataclass(frozen=True)
class SignalSchedule:
    """The same schedule for all: ``intercept + slope r - weight s`` at the yield r, given the signal s.

    Attributes
    ----------
    intercept, slope, weight : Fraction or float
        In units of the good, and of the good per unit of yield; slope and weight are positive.
    """

    intercept: Number
    slope: Number
    weight: Number

    proves: ClassVar[Termination] = Termination.SOLVED

    def __post_init__(self) -> None:
        for name in ("intercept", "slope", "weight"):
            object.__setattr__(self, name, number_of({name: getattr(self, name)}, name))

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {"intercept": self.intercept, "slope": self.slope, "weight": self.weight}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned."""
        return cls(*(number_of(data, name) for name in ("intercept", "slope", "weight")))


@dataclass(frozen=True)
class NoLinearEquilibrium:
    """The claim that no equilibrium in equal linear schedules with positive slope exists.

    Attributes
    ----------
    informativeness : Fraction or float
        A/C, the weight on what is own in the signal relative to that on what is common: an equilibrium needs
        ``curvature k = A/C - 1/(n-1) > 0``.
    """

    informativeness: Number

    proves: ClassVar[Termination] = Termination.NONE_EXISTS

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {"informativeness": self.informativeness}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned."""
        return cls(number_of(data, "informativeness"))
