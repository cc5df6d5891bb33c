"""Pay-as-bid auctions of a random supply: each bidder names a yield for every unit and earns what he named."""

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
class PayAsBidAuction(Displayed):
    """A discriminatory auction among equal bidders; the supply is random and everyone knows its law.

    The q-th unit costs a bidder the yield ``expected_yield + curvature q``. He offers a schedule: the yield he asks for
    each unit. Offers are served in ascending order up to the supply Q, and each earns what it asked. The supply lies
    between 0 and `largest_supply`, with ``P(Q > x) = (1 - x/largest_supply)^shape``: uniform for shape 1.

    Attributes
    ----------
    bidders : int
        At least 2.
    expected_yield : Fraction or float
        What the first unit yields elsewhere.
    curvature : Fraction or float
        How fast that rises with the quantity, positive.
    largest_supply, shape : Fraction or float
        Of the law of the supply, positive; ``shape (bidders - 1) >= 1``.

    Raises
    ------
    InputError
        If there are too few bidders, or a number is out of its range.
    """

    bidders: int
    expected_yield: Number
    curvature: Number
    largest_supply: Number = Fraction(1)
    shape: Number = Fraction(1)

    def __post_init__(self) -> None:
        if isinstance(self.bidders, bool) or not isinstance(self.bidders, int) or self.bidders < 2:
            raise InputError(f"{self.bidders!r} bidders; at least 2 are needed", place="bidders")
        for name in ("expected_yield", "curvature", "largest_supply", "shape"):
            object.__setattr__(self, name, number_of({name: getattr(self, name)}, name))
        for name in ("curvature", "largest_supply", "shape"):
            if not getattr(self, name) > 0:
                raise InputError(f"{name} is {getattr(self, name)}; it is positive", place=name)
        if self.shape * (self.bidders - 1) < 1:
            raise InputError(
                f"shape is {self.shape}: large supplies are so likely that asking ever more pays",
                place="shape",
                remedy=f"it is at least {Fraction(1, self.bidders - 1)} for {self.bidders} bidders",
            )

    def to_data(self) -> dict[str, Any]:
        """Return the auction as a tree."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the auction from its tree; raises `InputError` on malformed data."""
        known = [field.name for field in fields(cls)]
        for key in data:
            if key not in known:
                raise InputError(f"a pay-as-bid auction has no '{key}'", remedy=nearest(str(key), known))
        for key in known[:3]:
            if key not in data:
                raise InputError(f"the pay-as-bid auction has no '{key}'")
        return cls(**dict(data))


@dataclass(frozen=True)
class LinearOffer:
    """The same offer for all: ``intercept + slope q`` for the q-th unit, as far as units can be sold.

    Units beyond an equal share of the largest supply are offered at what they cost.

    Attributes
    ----------
    intercept, slope : Fraction or float
        In yield, and in yield per unit of the good; the slope is positive.
    """

    intercept: Number
    slope: Number

    proves: ClassVar[Termination] = Termination.SOLVED

    def __post_init__(self) -> None:
        for name in ("intercept", "slope"):
            object.__setattr__(self, name, number_of({name: getattr(self, name)}, name))

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {"intercept": self.intercept, "slope": self.slope}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned."""
        return cls(number_of(data, "intercept"), number_of(data, "slope"))
