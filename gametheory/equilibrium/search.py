"""Search markets: agents with diffusing needs trade several assets in random pairwise meetings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isqrt, sqrt
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium.law import ExposureLaw
from gametheory.equilibrium.reading import array_of, number_of, numbers_of, text_list
from gametheory.errors import InputError
from gametheory.notebook import Displayed
from gametheory.numbers import exact, number_array
from gametheory.solution import Termination

Number = Fraction | float
Array = NDArray[Any]

#: Raw moments of the exposure that an equilibrium states: orders 2, 4, 6 and 8.
ORDERS = (2, 4, 6, 8)


def _root(square: Number) -> Number:
    """Return the square root, a fraction where the square of one is given."""
    if isinstance(square, Fraction):
        root = Fraction(isqrt(square.numerator), isqrt(square.denominator))
        if root * root == square:
            return root
    return sqrt(square)


@dataclass(frozen=True)
class SearchMarket(Displayed):
    """A continuum of agents, of mass 1, who trade several assets in segments with random bilateral meetings.

    An agent's need is a Brownian motion; together with the positions it makes the exposure ``need + exposures'
    (positions - supply)``. Holding positions costs ``discount_rate * risk_aversion * aggregate_volatility^2 / 2`` times
    the square of ``need + exposures' positions`` per unit of time, and yields the dividends. In segment j an agent
    meets another, drawn at random, at rate ``2 contact_rates[j]`` (mass ``contact_rates[j]`` of meetings per unit of
    time) and trades what maximises the joint surplus; whoever made the contact, either with probability one half, gets
    the share `power` of it.

    Every parameter that is not 0 is between 1e-20 and 1e20 in size, by the choice of units.

    Parameters
    ----------
    discount_rate, risk_aversion, aggregate_volatility, need_volatility : number
        All positive, per unit of time; the volatilities per square root of a unit of time.
    contact_rates : array [assets]
        Positive, per unit of time.
    exposures : array [assets]
        Systematic risk per unit of each asset; not zero.
    dividends : array [assets], optional
        Expected dividend per unit of time; 0 by default.
    supply : array [assets], optional
        Positions per agent; 0 by default.
    power : number
        The share of the surplus that goes to whoever made the contact; 1/2 by default.
    names : sequence of str, optional
        Of the assets; ``asset0``, ``asset1``, ... by default.

    Raises
    ------
    InputError
        If a number is out of bounds or lists differ in length; the field and position (from 0) are named.
    """

    discount_rate: Number
    risk_aversion: Number
    aggregate_volatility: Number
    need_volatility: Number
    contact_rates: Any
    exposures: Any
    dividends: Any = None
    supply: Any = None
    power: Number = Fraction(1, 2)
    names: tuple[str, ...] = ()
    #: The least and the largest size of a parameter that is not 0: the eighth moments of exposures fit in floats.
    SIZES: ClassVar[tuple[float, float]] = (1e-20, 1e20)

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        for name in ("discount_rate", "risk_aversion", "aggregate_volatility", "need_volatility", "power"):
            set_(self, name, number_of({name: getattr(self, name)}, name))
            if name != "power" and not getattr(self, name) > 0:
                raise InputError(f"{getattr(self, name)} is not positive", place=name)
            self.check_size(getattr(self, name), name)
        if not 0 <= self.power <= 1:
            raise InputError(f"a share of {self.power} is not between 0 and 1", place="power")
        count = len(numbers_of(self.contact_rates, "contact_rates"))
        if count == 0:
            raise InputError("a market needs at least one asset", place="contact_rates")
        for name in ("contact_rates", "exposures", "dividends", "supply"):
            given = getattr(self, name)
            listed = (Fraction(0),) * count if given is None else numbers_of(given, name, count)
            set_(self, name, number_array(listed))
            for j, value in enumerate(listed):
                self.check_size(value, f"{name}[{j}]")
        for j in range(count):
            if not self.contact_rates[j] > 0:
                raise InputError(f"{self.contact_rates[j]} is not positive", place=f"contact_rates[{j}]")
            if self.exposures[j] == 0:
                raise InputError("an asset without systematic risk has no finite trade", place=f"exposures[{j}]")
        names = tuple(self.names) or tuple(f"asset{j}" for j in range(count))
        set_(self, "names", text_list(names, "names", count))
        if len(set(self.names)) != count:
            raise InputError("names of assets repeat", place="names")

    @classmethod
    def check_size(cls, value: Number, place: str) -> None:
        """Raise `InputError`, naming the place, if a number is neither 0 nor within `SIZES`."""
        low, high = cls.SIZES
        size: Any = abs(value)
        if value != 0 and not low <= size <= high:
            raise InputError(f"its size is not between {low:g} and {high:g}", place=place, remedy="change units")

    def __eq__(self, other: object) -> bool:
        from gametheory.trees import differences

        if not isinstance(other, SearchMarket):
            return NotImplemented
        return not any(differences(self.to_data(), other.to_data(), exactly=True, tolerance=0))

    __hash__ = None  # type: ignore[assignment]

    @property
    def assets(self) -> int:
        """How many assets there are."""
        return len(self.contact_rates)

    @cached_property
    def total_rate(self) -> Number:
        """The contact rates added up."""
        return sum(self.contact_rates.tolist(), Fraction(0))

    def to_exact(self) -> SearchMarket:
        """Return the market with every number a fraction."""
        return self._mapped(exact)

    def to_float(self) -> SearchMarket:
        """Return the market with every number a float."""
        return self._mapped(float)

    def _mapped(self, change: Any) -> SearchMarket:
        data = self.to_data()
        names = data.pop("names")
        listed: dict[str, Any] = {
            k: [change(x) for x in v] if isinstance(v, np.ndarray) else change(v) for k, v in data.items()
        }
        return SearchMarket(**listed, names=names)

    @cached_property
    def misallocation(self) -> float:
        """The stationary standard deviation of exposures: need volatility over the root of the total contact rate."""
        return float(self.need_volatility) / sqrt(float(self.total_rate))

    @property
    def standard_deviation(self) -> Number:
        """The misallocation; a fraction where the market is in fractions and it is rational."""
        return _root(self.need_volatility * self.need_volatility / self.total_rate)

    def law(self) -> ExposureLaw:
        """Return the stationary law of exposures."""
        return ExposureLaw(self.misallocation)

    def exposure(self, need: Any, positions: Any) -> Any:
        """Return the exposure of an agent: the need plus the risk of positions beyond the supply."""
        return need + sum(self.exposures[j] * (positions[j] - self.supply[j]) for j in range(self.assets))

    @cached_property
    def slope(self) -> Number:
        """How fast the marginal value of risk falls in the exposure, stationary; in units of the numeraire."""
        cost = self.discount_rate * self.risk_aversion * self.aggregate_volatility * self.aggregate_volatility
        return cost / (self.discount_rate + self.total_rate / 2)

    def liquidity(self, half_mean_gap: float | None = None, variance: float | None = None) -> dict[str, list[Any]]:
        """Return the measures of each asset's market, by name, each a list over assets.

        Parameters
        ----------
        half_mean_gap, variance : float, optional
            Half the mean distance of two agents' exposures, and their variance; the stationary ones by default.

        Returns
        -------
        dict
            ``volume`` (units of the asset per unit of time; a float), ``price_dispersion`` and ``quantity_dispersion``
            (standard deviations over trades), ``price_impact`` (price per unit of the asset). Where the market is in
            fractions, so is what is rational; the rest are floats.
        """
        gap = self.law().half_mean_gap() if half_mean_gap is None else half_mean_gap
        square = (self.need_volatility * self.need_volatility / self.total_rate if variance is None else variance) / 2
        tilt = self.power - Fraction(1, 2)
        sizes, prices = _root(square), _root(square * (1 + tilt * tilt))
        risk = [abs(e) for e in self.exposures.tolist()]
        return {
            "volume": [gap * float(c) / float(e) for c, e in zip(self.contact_rates, risk, strict=True)],
            "price_dispersion": [self.slope * e * prices for e in risk],
            "quantity_dispersion": [sizes / e for e in risk],
            "price_impact": [self.slope * e * e for e in risk],
        }

    def to_data(self) -> dict[str, Any]:
        """Return the market as a tree."""
        return {
            "discount_rate": self.discount_rate,
            "risk_aversion": self.risk_aversion,
            "aggregate_volatility": self.aggregate_volatility,
            "need_volatility": self.need_volatility,
            "contact_rates": self.contact_rates,
            "exposures": self.exposures,
            "dividends": self.dividends,
            "supply": self.supply,
            "power": self.power,
            "names": list(self.names),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the market from its tree; raises `InputError` on malformed data."""
        scalars = ("discount_rate", "risk_aversion", "aggregate_volatility", "need_volatility")
        return cls(
            **{name: number_of(data, name) for name in scalars},
            contact_rates=array_of(data.get("contact_rates"), "contact_rates", 1),
            exposures=array_of(data.get("exposures"), "exposures", 1),
            dividends=data.get("dividends"),
            supply=data.get("supply"),
            power=number_of(data, "power", Fraction(1, 2)),
            names=text_list(data.get("names", ()), "names"),
        )


@dataclass(frozen=True, eq=False)
class SearchEquilibrium:
    """The quadratic stationary value of an agent, and the even moments of the stationary exposure.

    With x = need + exposures' positions, ``value = constant + linear' positions + quadratic x^2 + hedging need``.

    Attributes
    ----------
    constant, quadratic, hedging : number
        Coefficients of the value; in units of the numeraire.
    linear : array [assets]
        What a unit of each asset is worth apart from its risk.
    moments : array [4]
        Raw moments of the exposure, orders 2, 4, 6, 8; the odd ones are 0.
    """

    constant: Number
    linear: Array
    quadratic: Number
    hedging: Number
    moments: Array
    proves: ClassVar[Termination] = Termination.SOLVED

    def __post_init__(self) -> None:
        for name in ("constant", "quadratic", "hedging"):
            object.__setattr__(self, name, number_of({name: getattr(self, name)}, name))
        for name in ("linear", "moments"):
            object.__setattr__(self, name, number_array(array_of(getattr(self, name), name, 1)))
        if len(self.moments) != len(ORDERS):
            raise InputError(f"{len(self.moments)} moments; orders 2, 4, 6 and 8 are needed", place="moments")

    def value(self, market: SearchMarket, need: Any, positions: Any) -> Any:
        """Return the value of an agent with a need and positions [assets]."""
        x = need + sum(market.exposures[j] * positions[j] for j in range(market.assets))
        held = sum(self.linear[j] * positions[j] for j in range(market.assets))
        return self.constant + held + self.quadratic * x * x + self.hedging * need

    def marginal_value(self, market: SearchMarket, asset: int, need: Any, positions: Any) -> Any:
        """Return what one more unit of an asset is worth to an agent."""
        x = need + sum(market.exposures[j] * positions[j] for j in range(market.assets))
        return self.linear[asset] + 2 * self.quadratic * market.exposures[asset] * x

    def trade_size(self, market: SearchMarket, asset: int, exposure: Any, counterparty: Any) -> Any:
        """Return how much an agent with an exposure buys from a counterparty with another; negative is a sale."""
        return (counterparty - exposure) / (2 * market.exposures[asset])

    def price(self, market: SearchMarket, asset: int, exposure: Any, counterparty: Any) -> Any:
        """Return the unit price between two exposures, for contact made by the one named first."""
        total = sum(market.exposures[j] * market.supply[j] for j in range(market.assets))
        at_supply = self.linear[asset] + 2 * self.quadratic * market.exposures[asset] * total
        middle = (exposure + counterparty) / 2 + (market.power - Fraction(1, 2)) * (counterparty - exposure) / 2
        return at_supply + 2 * self.quadratic * market.exposures[asset] * middle

    def to_data(self) -> dict[str, Any]:
        """Return the equilibrium as a tree."""
        return {
            "constant": self.constant,
            "linear": self.linear,
            "quadratic": self.quadratic,
            "hedging": self.hedging,
            "moments": self.moments,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the equilibrium from its tree; raises `InputError` on malformed data."""
        return cls(
            number_of(data, "constant"),
            array_of(data.get("linear"), "linear", 1),
            number_of(data, "quadratic"),
            number_of(data, "hedging"),
            array_of(data.get("moments"), "moments", 1),
        )
