"""The form: independent bidders, each with finitely many values, and one good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from gametheory.errors import InputError
from gametheory.mechanism.arrays import common, frozen, known_keys, names, reading, to_numbers
from gametheory.notebook import Displayed
from gametheory.numbers import decode, decode_array, is_exact_array, number_array, simplest_sum_to_one

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class ReducedFormAuction(Displayed):
    """Sell one good to n bidders with independent private values, for revenue, surplus or a mixture.

    A mechanism is described by the interim probability Q_i(v) that bidder i wins with value v, and the expected payment
    P_i(v): sum of all T_i numbers of each, instead of one for every profile of values. The objective is
    ``sum_i sum_v f_i(v) (revenue_weight P_i(v) + (1 - revenue_weight) v Q_i(v))``, less what the good is worth to
    the seller when it is sold.

    Attributes
    ----------
    bidders : tuple of str
        n names.
    values : tuple of n ndarrays of shape (Ti,)
        The possible values of each bidder, increasing.
    probabilities : tuple of n ndarrays of shape (Ti,)
        Their probabilities, positive, summing to 1.
    revenue_weight : Fraction or float
        Between 0 (surplus) and 1 (revenue).
    reserve : Fraction or float
        What the good is worth to the seller.

    Raises
    ------
    InputError
        If values do not increase, probabilities are not positive or do not sum to 1, or shapes disagree.
    """

    bidders: tuple[str, ...]
    values: tuple[NDArray[Any], ...]
    probabilities: tuple[NDArray[Any], ...]
    revenue_weight: Any = 1
    reserve: Any = 0

    def __post_init__(self) -> None:
        bidders = names(self.bidders, "the bidders")
        if not bidders:
            raise InputError("an auction needs at least one bidder")
        for what in ("values", "probabilities"):
            if len(getattr(self, what)) != len(bidders):
                raise InputError(f"{len(bidders)} bidders, but {what} of {len(getattr(self, what))}")
        given = {"the revenue weight": np.array([self.revenue_weight]), "the reserve": np.array([self.reserve])}
        for i, bidder in enumerate(bidders):
            given[f"the values of '{bidder}'"] = self.values[i]
            given[f"the probabilities of '{bidder}'"] = self.probabilities[i]
        read, _ = common(given)
        weight, reserve = read["the revenue weight"][0], read["the reserve"][0]
        if not 0 <= weight <= 1:
            raise InputError(f"the revenue weight is {weight}, not between 0 and 1")
        values = tuple(frozen(read[f"the values of '{b}'"]) for b in bidders)
        chances = tuple(frozen(read[f"the probabilities of '{b}'"]) for b in bidders)
        for bidder, v, f in zip(bidders, values, chances, strict=True):
            if v.ndim != 1 or not v.size or f.shape != v.shape:
                raise InputError(f"bidder '{bidder}': {v.size} values and {f.size} probabilities")
            if (v[1:] <= v[:-1]).any():
                raise InputError(f"the values of bidder '{bidder}' do not increase", remedy="sort them")
            if (f <= 0).any():
                raise InputError(f"a probability of bidder '{bidder}' is not positive", remedy="leave the value out")
            if not simplest_sum_to_one(f):
                raise InputError(f"the probabilities of bidder '{bidder}' sum to {f.sum()}, not to 1")
        for field, value in (
            ("bidders", bidders),
            ("values", values),
            ("probabilities", chances),
            ("revenue_weight", weight),
            ("reserve", reserve),
        ):
            object.__setattr__(self, field, value)

    @classmethod
    def symmetric(
        cls, bidders: int, values: Sequence[Any], probabilities: Sequence[Any] | None = None, **more: Any
    ) -> Self:
        """Build the auction of n alike bidders; the probabilities are uniform if left out."""
        from fractions import Fraction

        chances = [Fraction(1, len(values))] * len(values) if probabilities is None else probabilities
        labels = tuple(f"bidder{i + 1}" for i in range(bidders))
        return cls(labels, (number_array(values),) * bidders, (number_array(chances),) * bidders, **more)

    @property
    def exact(self) -> bool:
        """Whether the arrays hold fractions."""
        return is_exact_array(self.values[0])

    def virtual_values(self, i: int) -> NDArray[Any]:
        """Return what the objective gains when bidder i wins with each value, shape (Ti,), before ironing.

        With ``F`` the probability of the value or less, ``v - w (next v - v) (1 - F(v)) / f(v) - reserve`` where w is
        the revenue weight (Myerson 1981, with finitely many values).
        """
        v, f = self.values[i], self.probabilities[i]
        above = f[::-1].cumsum()[::-1] - f
        step = np.append(v[1:] - v[:-1], v[:1] * 0)
        found: NDArray[Any] = v - self.revenue_weight * step * above / f - self.reserve
        return found

    def to_exact(self) -> Self:
        """Return the auction in fractions; floats stand for their shortest decimals."""
        return self if self.exact else self._converted(True)

    def to_float(self) -> Self:
        """Return the auction in floats."""
        return self._converted(False) if self.exact else self

    def _converted(self, exactly: bool) -> Self:
        numbers = to_numbers(number_array([self.revenue_weight, self.reserve]), exactly)
        lists = (tuple(to_numbers(a, exactly) for a in part) for part in (self.values, self.probabilities))
        return type(self)(self.bidders, *lists, *numbers)

    def to_data(self) -> dict[str, Any]:
        """Return the auction as a tree."""
        return {
            "bidders": list(self.bidders),
            "values": list(self.values),
            "probabilities": list(self.probabilities),
            "revenue_weight": self.revenue_weight,
            "reserve": self.reserve,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the auction from what `to_data` returned, or from that tree read back from JSON."""
        known_keys(data, ("bidders", "values", "probabilities", "revenue_weight", "reserve"), "reduced-form auction")
        with reading("reduced-form auction"):
            values, chances = (tuple(decode_array(a) for a in data[part]) for part in ("values", "probabilities"))
            weight, reserve = decode(data.get("revenue_weight", 1)), decode(data.get("reserve", 0))
            return cls(tuple(data["bidders"]), values, chances, weight, reserve)
