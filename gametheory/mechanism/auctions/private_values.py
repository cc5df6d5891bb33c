"""One good, independent private values: first-price and all-pay auctions as Bayesian games."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Self

from gametheory.equilibrium.reading import number_of
from gametheory.errors import InputError, nearest
from gametheory.notebook import Displayed
from gametheory.solution import Termination

if TYPE_CHECKING:
    from gametheory.equilibrium import BiddingGame

Number = Fraction | float

#: Who pays his bid.
PAYMENTS = ("first_price", "all_pay")


@dataclass(frozen=True)
class PrivateValueAuction(Displayed):
    """One good for the highest bidder; values are independent with ``P(value <= v) = (v/highest)^shape``.

    Attributes
    ----------
    bidders : int
        At least 2.
    payment : str
        ``"first_price"`` (the winner pays his bid) or ``"all_pay"`` (everyone does).
    highest : Fraction or float
        The highest value, positive.
    shape : int
        Of the law of values, at least 1; 1 is the uniform law.

    Raises
    ------
    InputError
        If there are too few bidders, or a number is out of its range.
    """

    bidders: int
    payment: str = "first_price"
    highest: Number = Fraction(1)
    shape: int = 1

    def __post_init__(self) -> None:
        for name, least in (("bidders", 2), ("shape", 1)):
            value = getattr(self, name)
            if isinstance(value, Fraction) and value.denominator == 1:
                value = int(value)
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise InputError(f"{name} is {value!r}; it is an integer of at least {least}", place=name)
            object.__setattr__(self, name, value)
        if self.payment not in PAYMENTS:
            raise InputError(
                f"payment is {self.payment!r}", place="payment", remedy=nearest(str(self.payment), PAYMENTS)
            )
        object.__setattr__(self, "highest", number_of({"highest": self.highest}, "highest"))
        if not self.highest > 0:
            raise InputError(f"highest is {self.highest}; it is positive", place="highest")

    @property
    def rivalry(self) -> int:
        """``shape (bidders - 1)``: the chance to have the highest value is ``(v/highest)`` to this power."""
        return self.shape * (self.bidders - 1)

    def as_bidding_game(self) -> BiddingGame:
        """Return the same auction as a game of the equilibrium layer, for any method there."""
        from gametheory.equilibrium import BiddingGame

        return BiddingGame(
            bidders=self.bidders,
            distribution=f"(value / highest)**{self.shape}",
            low=Fraction(0),
            high=self.highest,
            winning="value - bid",
            losing="0" if self.payment == "first_price" else "-bid",
            opening=Fraction(0),
            constants={"highest": self.highest},
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
                raise InputError(f"an auction of private values has no '{key}'", remedy=nearest(str(key), known))
        if "bidders" not in data:
            raise InputError("the auction has no 'bidders'")
        return cls(**dict(data))


@dataclass(frozen=True)
class PowerBid:
    """The same bid function for all: ``coefficient (v/highest)^exponent`` at the value v.

    Attributes
    ----------
    coefficient : Fraction or float
        The bid of the highest value, positive.
    exponent : int
        At least 1.
    """

    coefficient: Number
    exponent: int

    proves: ClassVar[Termination] = Termination.SOLVED

    def __post_init__(self) -> None:
        object.__setattr__(self, "coefficient", number_of({"coefficient": self.coefficient}, "coefficient"))
        power = self.exponent
        if isinstance(power, bool) or not isinstance(power, int) or power < 1:
            raise InputError(f"exponent is {power!r}; it is an integer of at least 1", place="exponent")
        if not self.coefficient > 0:
            raise InputError(f"coefficient is {self.coefficient}; it is positive", place="coefficient")

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {"coefficient": self.coefficient, "exponent": self.exponent}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned."""
        return cls(number_of(data, "coefficient"), data.get("exponent", 0))
