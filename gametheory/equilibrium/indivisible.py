"""Search markets in which everyone holds one unit of the asset or none (Duffie, Garleanu and Pedersen, 2005)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium.reading import array_of, number_of, text_list
from gametheory.errors import InputError
from gametheory.notebook import Displayed
from gametheory.numbers import float_array, number_array
from gametheory.solution import Termination

Number = Fraction | float
Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class IndivisibleMarket(Displayed):
    """A continuum of agents, of mass 1, whose type switches, and who hold one unit of an asset or none.

    Agents meet at random in several segments; where the one who does not hold the asset values it more than the one who
    does, they trade, and the seller gets the segment's `powers` share of the surplus. They may also meet dealers, who
    trade among themselves at once and keep the share `dealer_power` of an agent's surplus.

    Parameters
    ----------
    types : sequence of str
        Names, from the type that likes the asset least to the one that likes it most.
    income : array [types]
        What holding one unit is worth per unit of time, increasing.
    switching : array [types, types]
        Rates per unit of time from the row's type to the column's; the diagonal is ignored.
    supply : number
        Units per agent, between 0 and 1.
    discount_rate : number
        Positive, per unit of time.
    contact_rates : array [segments]
        An agent contacts another at this rate and is contacted at the same, per unit of time.
    powers : array [segments]
        The seller's share of the surplus, between 0 and 1.
    dealer_rate, dealer_power : number
        Rate of meeting a dealer, and the dealer's share of the surplus; with dealers there are exactly two types.

    Raises
    ------
    InputError
        If a number is out of bounds or shapes differ; the field and position are named.
    """

    types: tuple[str, ...]
    income: Any
    switching: Any
    supply: Number
    discount_rate: Number
    contact_rates: Any
    powers: Any
    dealer_rate: Number = Fraction(0)
    dealer_power: Number = Fraction(1, 2)

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "types", text_list(self.types, "types"))
        count = len(self.types)
        if count < 2:
            raise InputError("trade needs at least two types", place="types")
        for name, dimensions in (("income", 1), ("switching", 2), ("contact_rates", 1), ("powers", 1)):
            set_(self, name, array_of(number_array(getattr(self, name)), name, dimensions))
        for name in ("supply", "discount_rate", "dealer_rate", "dealer_power"):
            set_(self, name, number_of({name: getattr(self, name)}, name))
        if self.income.shape != (count,) or self.switching.shape != (count, count):
            raise InputError(f"income and switching must be over {count} types", place="switching")
        if len(self.powers) != len(self.contact_rates):
            raise InputError(f"'powers' has {len(self.powers)} entries; {len(self.contact_rates)} are needed")
        for k in range(count - 1):
            if not self.income[k] < self.income[k + 1]:
                raise InputError("incomes must increase from type to type", place=f"income[{k + 1}]")
        for name, low, high in (("contact_rates", 0, None), ("powers", 0, 1)):
            for j, value in enumerate(getattr(self, name).tolist()):
                if value < low or (high is not None and value > high):
                    raise InputError(f"{value} is out of bounds", place=f"{name}[{j}]")
        for i, k in np.ndindex(count, count):
            if i != k and self.switching[i, k] < 0:
                raise InputError(f"{self.switching[i, k]} is not a rate", place=f"switching[{i}][{k}]")
        if not 0 < self.supply < 1:
            raise InputError(f"a supply of {self.supply} is not between 0 and 1", place="supply")
        if not self.discount_rate > 0:
            raise InputError(f"{self.discount_rate} is not positive", place="discount_rate")
        if self.dealer_rate < 0 or not 0 <= self.dealer_power <= 1:
            raise InputError("a dealer's rate is not negative, and the share between 0 and 1", place="dealer_rate")
        if self.dealer_rate > 0 and count != 2:
            raise InputError("with dealers there must be exactly two types", place="types")

    def to_data(self) -> dict[str, Any]:
        """Return the market as a tree."""
        return {
            "types": list(self.types),
            "income": self.income,
            "switching": self.switching,
            "supply": self.supply,
            "discount_rate": self.discount_rate,
            "contact_rates": self.contact_rates,
            "powers": self.powers,
            "dealer_rate": self.dealer_rate,
            "dealer_power": self.dealer_power,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the market from its tree; raises `InputError` on malformed data."""
        return cls(
            types=text_list(data.get("types"), "types"),
            income=array_of(data.get("income"), "income", 1),
            switching=array_of(data.get("switching"), "switching", 2),
            supply=number_of(data, "supply"),
            discount_rate=number_of(data, "discount_rate"),
            contact_rates=array_of(data.get("contact_rates"), "contact_rates", 1),
            powers=array_of(data.get("powers"), "powers", 1),
            dealer_rate=number_of(data, "dealer_rate", Fraction(0)),
            dealer_power=number_of(data, "dealer_power", Fraction(1, 2)),
        )


@dataclass(frozen=True, eq=False)
class TradingSteadyState:
    """Masses of owners and of others by type, and what the asset is worth to each type.

    Attributes
    ----------
    owners, others : array [types]
        Masses, adding up to 1.
    reservation : array [types]
        The value of having a unit over not having one.
    """

    owners: Array
    others: Array
    reservation: Array
    proves: ClassVar[Termination] = Termination.SOLVED

    def __post_init__(self) -> None:
        for name in ("owners", "others", "reservation"):
            object.__setattr__(self, name, float_array(array_of(getattr(self, name), name, 1)))
        if not len(self.owners) == len(self.others) == len(self.reservation):
            raise InputError("owners, others and reservation differ in length", place="owners")

    def price(self, market: IndivisibleMarket, segment: int, seller: int, buyer: int) -> float:
        """Return the price between two types in a segment."""
        power = float(market.powers[segment])
        return float((1 - power) * self.reservation[seller] + power * self.reservation[buyer])

    def interdealer_price(self) -> float:
        """Return the price among dealers: the reservation value of whoever is on the long side of the market."""
        sellers, buyers = self.owners[0], self.others[-1]
        return float(self.reservation[-1] if sellers < buyers else self.reservation[0])

    def bid(self, market: IndivisibleMarket) -> float:
        """Return what dealers pay."""
        share = float(market.dealer_power)
        return share * float(self.reservation[0]) + (1 - share) * self.interdealer_price()

    def ask(self, market: IndivisibleMarket) -> float:
        """Return what dealers ask."""
        share = float(market.dealer_power)
        return share * float(self.reservation[-1]) + (1 - share) * self.interdealer_price()

    def to_data(self) -> dict[str, Any]:
        """Return the steady state as a tree."""
        return {"owners": self.owners, "others": self.others, "reservation": self.reservation}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the steady state from its tree; raises `InputError` on malformed data."""
        return cls(*(array_of(data.get(name), name, 1) for name in ("owners", "others", "reservation")))
