"""Symmetric bidding games with independent private values, and schedules claimed to be nearly equilibria."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np

from gametheory.equilibrium.expressions import FUNCTIONS, Formula, Slope, integer_power, like
from gametheory.equilibrium.reading import array_of, number_of, number_table
from gametheory.equilibrium.system import like_number
from gametheory.errors import InputError
from gametheory.notebook import Displayed
from gametheory.numbers import float_array
from gametheory.solution import Termination

Number = Fraction | float


@dataclass(frozen=True)
class BiddingGame(Displayed):
    """Bidders with independent private values bid once, and the highest bid wins.

    Parameters
    ----------
    bidders : int
        How many, at least 2.
    distribution : str
        The probability that a value is at most ``value``, as a formula in ``value`` and `constants`; 0 at `low` and 1
        at `high`, increasing between.
    low, high : number
        Least and largest value.
    winning, losing : str
        The payoff of a bidder who wins, and of one who loses, as formulas in ``value``, ``bid`` and `constants`.
        ``"value - bid"`` and ``"0"`` is a first-price auction, ``"value - bid"`` and ``"-bid"`` an all-pay auction.
    opening : number
        The bid of the least value.
    floor : number, optional
        The least bid allowed; `opening` by default.
    constants : mapping of str to number, optional
        Named numbers the formulas use.

    Raises
    ------
    InputError
        If a formula cannot be read, the distribution does not run from 0 to 1, or the numbers are out of order.
    """

    bidders: int
    distribution: str
    low: Number
    high: Number
    winning: str
    losing: str
    opening: Number
    floor: Number | None = None
    constants: Mapping[str, Number] = field(default_factory=dict)

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        if isinstance(self.bidders, bool) or not isinstance(self.bidders, int) or self.bidders < 2:
            raise InputError(f"{self.bidders!r} is not a number of bidders", place="bidders", remedy="at least 2")
        set_(self, "constants", number_table(self.constants, "constants", taken=("value", "bid", *FUNCTIONS)))
        for name in ("low", "high", "opening"):
            set_(self, name, number_of({name: getattr(self, name)}, name))
        floor = self.opening if self.floor is None else self.floor
        set_(self, "floor", number_of({"floor": floor}, "floor"))
        if not self.low < self.high:
            raise InputError(f"the least value {self.low} is not below the largest {self.high}", place="low")
        if floor > self.opening:
            raise InputError("the least bid allowed is above the opening bid", place="floor")
        _ = self.formulas
        for end, wanted in ((self.low, 0), (self.high, 1)):
            try:
                with np.errstate(all="ignore"):
                    found = float(self.evaluate("distribution", np.float64(float(end))))
            except ArithmeticError:
                raise InputError(f"the distribution has no value at {end}", place="distribution") from None
            if not abs(found - wanted) <= 1e-12:
                raise InputError(f"the distribution is {found} at {end}, not {wanted}", place="distribution")

    @cached_property
    def formulas(self) -> dict[str, Formula]:
        """The three formulas, by name."""
        known = ("value", "bid", *self.constants)
        return {
            "distribution": Formula(self.distribution, ("value", *self.constants)),
            "winning": Formula(self.winning, known),
            "losing": Formula(self.losing, known),
        }

    def evaluate(self, which: str, value: Any, bid: Any = None) -> Any:
        """Return the distribution, or a payoff, in the arithmetic of its arguments."""
        constants = {name: like_number(v, value) for name, v in self.constants.items()}
        given = {"value": value} if bid is None else {"value": value, "bid": bid}
        return self.formulas[which]({**constants, **given})

    def density(self, value: Any) -> tuple[Any, Any]:
        """Return the distribution and its density at a value."""
        one = like(Fraction(1), value) + value * like(Fraction(0), value)
        found = self.evaluate("distribution", Slope(value, [one]))
        return (found.value, found.slopes[0]) if isinstance(found, Slope) else (found, one * like(Fraction(0), value))

    def payoff_slopes(self, which: str, value: Any, bid: Any) -> tuple[Any, Any, Any]:
        """Return a payoff and its derivatives in the value and in the bid."""
        found = self.evaluate(which, *Slope.variables([value, bid]))
        if not isinstance(found, Slope):
            zero = value * like(Fraction(0), value)
            return found + zero, zero, zero
        return found.value, found.slopes[0], found.slopes[1]

    def marginal_gain(self, value: Any, bid: Any, slope: Any) -> Any:
        """Return the derivative of the expected payoff in the type pretended, where one tells the truth.

        Parameters
        ----------
        value, bid, slope : number, array, interval or series
            A value, the bid that the schedule gives it, and the schedule's slope there.
        """
        share, density = self.density(value)
        others = self.bidders - 1
        chance = integer_power(share, others)
        rising = others * density * integer_power(share, others - 1)
        win, _, win_bid = self.payoff_slopes("winning", value, bid)
        lose, _, lose_bid = self.payoff_slopes("losing", value, bid)
        return rising * (win - lose) + slope * (chance * win_bid + (1 - chance) * lose_bid)

    def to_data(self) -> dict[str, Any]:
        """Return the game as a tree."""
        return {
            "bidders": self.bidders,
            "distribution": self.distribution,
            "low": self.low,
            "high": self.high,
            "winning": self.winning,
            "losing": self.losing,
            "opening": self.opening,
            "floor": self.floor,
            "constants": dict(self.constants),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the game from its tree; raises `InputError` on malformed data."""
        return cls(
            bidders=data.get("bidders", 0),
            distribution=data.get("distribution", ""),
            low=number_of(data, "low"),
            high=number_of(data, "high"),
            winning=data.get("winning", ""),
            losing=data.get("losing", ""),
            opening=number_of(data, "opening"),
            floor=None if data.get("floor") is None else number_of(data, "floor"),
            constants=data.get("constants", {}),
        )


@dataclass(frozen=True, eq=False)
class BidSchedule:
    """An increasing bid for every value, linear between nodes, from which no type is claimed to gain more than epsilon.

    Attributes
    ----------
    values, bids : array [nodes]
        Values from least to largest, and the bid at each; both increasing.
    epsilon : float
        The claim, in units of payoff.
    """

    values: np.ndarray[Any, Any]
    bids: np.ndarray[Any, Any]
    epsilon: float
    proves: ClassVar[Termination] = Termination.SOLVED

    def __post_init__(self) -> None:
        values, bids = (float_array(array_of(getattr(self, n), n, 1)) for n in ("values", "bids"))
        if len(values) != len(bids) or len(values) < 2:
            raise InputError(f"a schedule of {len(values)} values and {len(bids)} bids", remedy="at least two of each")
        if not (np.diff(values) > 0).all():
            raise InputError("the values of a schedule do not increase", place="values")
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "bids", bids)
        object.__setattr__(self, "epsilon", float(number_of({"epsilon": self.epsilon}, "epsilon")))
        if self.epsilon < 0:
            raise InputError("a bound on a gain is not negative", place="epsilon")

    def __call__(self, value: Any) -> Any:
        """Return the bid at a value, or at an array of values."""
        return np.interp(value, self.values, self.bids)

    def to_data(self) -> dict[str, Any]:
        """Return the schedule as a tree."""
        return {"values": self.values, "bids": self.bids, "epsilon": self.epsilon}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the schedule from its tree; raises `InputError` on malformed data."""
        return cls(
            array_of(data.get("values"), "values", 1),
            array_of(data.get("bids"), "bids", 1),
            float(number_of(data, "epsilon")),
        )
