"""Distributions of types on an interval: how many are below a type, and the type below which a share is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from gametheory import tolerances
from gametheory.errors import InputError, nearest
from gametheory.networks.arrays import frozen
from gametheory.numbers import exact, exact_array, number, number_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: The kinds of law and the parameters each needs.
KINDS: Final[dict[str, tuple[str, ...]]] = {
    "uniform": ("low", "high"),
    "power": ("k", "low", "high"),
    "beta": ("a", "b", "low", "high"),
    "truncated_lognormal": ("mu", "s", "low", "high"),
    "empirical": ("x",),
}
#: Parameters that must be above 0.
POSITIVE: Final = ("k", "a", "b", "s")
#: The smallest power of a power law: the types below its quantiles are shares to the power 1/k.
SMALLEST_POWER: Final = Fraction(1, 1000)


@dataclass(frozen=True, eq=False)
class TypeDistribution:
    """A distribution of nonnegative types.

    Kinds: ``uniform`` on [low, high]; ``power``, ``G(x) = ((x - low) / (high - low))**k``; ``beta`` with shapes a
    and b, scaled to [low, high]; ``truncated_lognormal``, whose logarithm is normal with mean mu and standard
    deviation s, cut to [low, high]; ``empirical``, quantiles by linear interpolation of the sorted points x at the
    levels ``i / (m - 1)``.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    parameters : mapping of str to (Fraction or float)
        What the kind needs, without x.
    points : array [m]
        The sorted points of an empirical law: float64, or an object array of fractions; else empty.

    Raises
    ------
    InputError
        If a parameter is missing, unknown, not a number or out of bounds; it is named.
    """

    kind: str
    parameters: Mapping[str, Any]
    points: NDArray[Any] = ()  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(f"no law is of kind {self.kind!r}", remedy=nearest(str(self.kind), KINDS))
        needed = [name for name in KINDS[self.kind] if name != "x"]
        for name in self.parameters:
            if name not in needed:
                raise InputError(f"a law of kind '{self.kind}' has no '{name}'", remedy=nearest(name, needed))
        values: dict[str, Any] = {}
        for name in needed:
            if name not in self.parameters:
                raise InputError(f"a law of kind '{self.kind}' needs '{name}'")
            values[name] = _number(self.parameters[name], name)
            if name in POSITIVE and not values[name] > 0:
                raise InputError(f"'{name}' is {values[name]}, not above 0")
        if "low" in values:
            if values["low"] < 0:
                raise InputError(f"'low' is {values['low']}; types are not negative")
            if not values["low"] < values["high"]:
                raise InputError(f"'low' ({values['low']}) is not below 'high' ({values['high']})")
        if "k" in values and values["k"] < SMALLEST_POWER:
            raise InputError(f"'k' is {values['k']}, below {SMALLEST_POWER}: nearly all types would be the lowest")
        object.__setattr__(self, "parameters", values)
        if self.kind != "empirical" and not self.is_rational():
            refuse_beyond_floats(values)
        object.__setattr__(self, "points", self._sorted_points())
        if self.kind == "truncated_lognormal" and not self._normal_mass() > 0:
            raise InputError("the lognormal law has no mass between 'low' and 'high'")

    def _sorted_points(self) -> NDArray[Any]:
        if self.kind != "empirical":
            return np.zeros(0)
        try:
            points = number_array(self.points)
        except InputError as error:
            raise InputError(f"'x': {error.message}", remedy=error.remedy) from None
        if points.ndim != 1 or len(points) < 2:
            raise InputError("'x' is a list of at least two numbers")
        points = np.sort(points)
        if points[0] < 0:
            raise InputError(f"'x' holds {points[0]}; types are not negative")
        if not points[0] < points[-1]:
            raise InputError("'x' holds one number only; types differ")
        return frozen(points)

    @property
    def low(self) -> Any:
        """The lowest type."""
        return self.points[0] if self.kind == "empirical" else self.parameters["low"]

    @property
    def high(self) -> Any:
        """The highest type."""
        return self.points[-1] if self.kind == "empirical" else self.parameters["high"]

    def is_rational(self) -> bool:
        """Say whether quantiles at rational levels are rational: uniform, empirical, and power with 1/k whole."""
        if self.kind == "power":
            return (1 / exact(self.parameters["k"])).denominator == 1
        return self.kind in ("uniform", "empirical")

    def quantile(self, level: Any) -> Any:
        """Return the type below which the share `level` is; exact if the law is in fractions and rational."""
        if self.kind == "empirical":
            place = level * (len(self.points) - 1)
            i = min(int(place), len(self.points) - 2)
            return self.points[i] + (place - i) * (self.points[i + 1] - self.points[i])
        low, high = self.low, self.high
        if self.kind == "uniform":
            return low + level * (high - low)
        if self.kind == "power":
            k = self.parameters["k"]
            if isinstance(k, Fraction) and isinstance(level, Fraction) and self.is_rational():
                return low + level ** int(1 / k) * (high - low)
            return self._scaled(float(level) ** (1 / float(k)), level)
        if self.kind == "beta":
            from scipy.special import betaincinv

            share = float(betaincinv(float(self.parameters["a"]), float(self.parameters["b"]), float(level)))
            return self._scaled(share, level)
        return self._lognormal_quantile(float(level))

    def _scaled(self, share: float, level: Any) -> float:
        """Return the type at a share of the range; refuse one that floats cannot tell from the lowest, but for few."""
        low, high = float(self.low), float(self.high)
        value = low + share * (high - low)
        if level > tolerances.REGRET and not value > low:
            raise InputError(
                f"a share of {float(level):.3g} of this law is below every type that floats tell apart",
                remedy="take fewer rounds, or a law less concentrated at its lowest type",
            )
        return value

    def cdf(self, value: Any) -> tuple[Any, Any]:
        """Return the share of types below `value`, and the share of those not above it."""
        low, high = self.low, self.high
        if value < low:
            return (0 * value, 0 * value)
        if value > high:
            return (0 * value + 1, 0 * value + 1)
        if self.kind == "empirical":
            return self._empirical_share(value, "left"), self._empirical_share(value, "right")
        share: Any = (value - low) / (high - low)
        if self.kind == "power":
            k = self.parameters["k"]
            if isinstance(k, Fraction) and isinstance(share, Fraction) and k.denominator == 1:
                share = share ** int(k)
            elif isinstance(k, Fraction) and isinstance(share, Fraction) and k.numerator == 1:
                return _root(share, k.denominator)
            else:
                share = float(share) ** float(k)
        elif self.kind == "beta":
            from scipy.special import betainc

            share = float(betainc(float(self.parameters["a"]), float(self.parameters["b"]), float(share)))
        elif self.kind == "truncated_lognormal":
            share = self._lognormal_share(float(value))
        return share, share

    def density(self, value: float) -> float:
        """Return the density at a type, in floats; of an empirical law, of its interpolated quantiles."""
        low, high = float(self.low), float(self.high)
        if not low <= value <= high:
            return 0.0
        width = 1e-6 * (high - low)
        left, right = max(low, value - width), min(high, value + width)
        return float((self.cdf(right)[1] - self.cdf(left)[0]) / (right - left))

    def _empirical_share(self, value: Any, side: Any) -> Any:
        i = int(np.searchsorted(self.points, value, side=side))
        last = len(self.points) - 1
        one = value * 0 + 1
        if side == "right" and i > last:
            return one
        if i == 0 or self.points[i - (side == "right")] == value:
            return one * (i - (side == "right")) / last
        below, above = self.points[i - 1], self.points[i]
        return (i - 1 + (value - below) / (above - below)) / last

    def _normal_ends(self) -> tuple[float, float]:
        mu, s = float(self.parameters["mu"]), float(self.parameters["s"])
        low = float(self.low)
        return (-math.inf if low == 0 else (math.log(low) - mu) / s), (math.log(float(self.high)) - mu) / s

    def _upper_tail(self) -> bool:
        return self._normal_ends()[0] > 0

    def _normal_mass(self) -> float:
        from scipy.special import ndtr

        low, high = self._normal_ends()
        # In the upper tail the mass is the difference of two small numbers, not of two near 1.
        return float(ndtr(-low) - ndtr(-high) if self._upper_tail() else ndtr(high) - ndtr(low))

    def _lognormal_quantile(self, level: float) -> float:
        from scipy.special import ndtr, ndtri

        low, _ = self._normal_ends()
        if self._upper_tail():
            z = -float(ndtri(ndtr(-low) - level * self._normal_mass()))
        else:
            z = float(ndtri(ndtr(low) + level * self._normal_mass()))
        value = math.exp(float(self.parameters["mu"]) + float(self.parameters["s"]) * z)
        return min(max(value, float(self.low)), float(self.high))

    def _lognormal_share(self, value: float) -> float:
        from scipy.special import ndtr

        if value <= 0:
            return 0.0
        low, _ = self._normal_ends()
        z = (math.log(value) - float(self.parameters["mu"])) / float(self.parameters["s"])
        below = ndtr(-low) - ndtr(-z) if self._upper_tail() else ndtr(z) - ndtr(low)
        return float(below) / self._normal_mass()

    def to_exact(self) -> Self:
        """Return the law with parameters in fractions; a float stands for its shortest decimal."""
        parameters = {name: exact(value) for name, value in self.parameters.items()}
        return type(self)(self.kind, parameters, exact_array(self.points))

    def to_float(self) -> Self:
        """Return the law with parameters in floats; raises `InputError` if they cannot hold one."""
        refuse_beyond_floats({**self.parameters, **({"x": self.high} if self.kind == "empirical" else {})})
        parameters = {name: float(value) for name, value in self.parameters.items()}
        return type(self)(self.kind, parameters, self.points.astype(np.float64))

    def to_data(self) -> dict[str, Any]:
        """Return the law as a tree: its kind and parameters."""
        points = {"x": self.points} if self.kind == "empirical" else {}
        return {"kind": self.kind, **self.parameters, **points}

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Build the law from a table with its kind and parameters, as TOML or JSON hold it."""
        if not isinstance(data, Mapping) or not isinstance(data.get("kind"), str):
            raise InputError("a law is a table with its kind", remedy='write {kind = "uniform", low = 0, high = 1}')
        parameters = {str(k): v for k, v in data.items() if k not in ("kind", "x")}
        if data["kind"] == "empirical" and "x" not in data:
            raise InputError("a law of kind 'empirical' needs 'x'")
        if "x" in data and data["kind"] != "empirical":
            raise InputError(f"a law of kind '{data['kind']}' has no 'x'")
        points = data.get("x", ())
        if not isinstance(points, list | tuple | np.ndarray):
            raise InputError("'x' is a list of at least two numbers")
        if isinstance(points, list | tuple) and not all(np.ndim(p) == 0 for p in points):
            raise InputError("'x' is a list of numbers, not of lists")
        return cls(data["kind"], parameters, np.asarray(points, dtype=object) if len(points) else np.zeros(0))


def _root(share: Fraction, degree: int) -> tuple[Fraction, Fraction]:
    """Return a rational root twice; of an irrational one, a fraction above it and one below.

    An irrational share equals no rational level, so whichever level it is compared with as "at most" or "at
    least", the bound on the wrong side makes the comparison strict.
    """
    scale = 1
    while True:
        top = _whole_root(share.numerator * scale**degree, degree)
        bottom = _whole_root(share.denominator * scale**degree, degree)
        below, above = Fraction(top, bottom + 1), Fraction(top + 1, bottom)
        if Fraction(top, bottom) ** degree == share:
            return Fraction(top, bottom), Fraction(top, bottom)
        if scale > 1:
            return above, below
        scale = 1 << 64


def _whole_root(value: int, degree: int) -> int:
    """Return the largest whole number whose power is at most `value`."""
    low, high = 0, 1 << (value.bit_length() // degree + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**degree <= value else (low, middle - 1)
    return low


def refuse_beyond_floats(values: Mapping[str, Any]) -> None:
    """Refuse numbers that floats cannot hold, by name.

    Raises
    ------
    InputError
        Naming the first.
    """
    for name, value in values.items():
        try:
            told = float(value)
        except OverflowError:
            raise InputError(f"'{name}' is too large for a float", remedy="change units") from None
        if value and not told:
            raise InputError(f"'{name}' is too small for a float", remedy="change units")


def _number(value: Any, name: str) -> Any:
    try:
        return number(value)
    except InputError as error:
        raise InputError(f"'{name}': {error.message}", remedy=error.remedy) from None
