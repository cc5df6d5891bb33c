"""A search market away from its stationary state: a starting law, and the path that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import comb, factorial
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium.law import ExposureLaw
from gametheory.equilibrium.reading import array_of, number_of, numbers_of
from gametheory.equilibrium.search import SearchMarket
from gametheory.errors import InputError
from gametheory.notebook import Displayed
from gametheory.numbers import float_array, number_array
from gametheory.solution import Termination

Number = Fraction | float
Array = NDArray[Any]

#: The lowest frequency, in units of one over the standard deviation, that is not left to moments.
LOW = 2.0**-6
#: Moments of the exposure that a path follows: orders 0 to 8.
HIGHEST = 8
#: How far moments in floats may be from those of a law by rounding: of the fourth one a share, of a matrix of moments,
#: scaled to a diagonal of ones, a negative eigenvalue.
NEGLIGIBLE = 1e-9


@dataclass(frozen=True)
class StartingLaw:
    """How exposures are distributed at time 0: exactly one of the three.

    Attributes
    ----------
    misallocation : number or None
        The standard deviation of the law that is stationary in another market.
    moments : tuple of number or None
        Raw moments of order 1, 2, ...; the first must be 0. Only moments can be followed from them.
    points, weights : tuple of number or None
        Finitely many exposures of mean 0, and the share of agents at each.
    """

    misallocation: Number | None = None
    moments: tuple[Number, ...] | None = None
    points: tuple[Number, ...] | None = None
    weights: tuple[Number, ...] | None = None

    def __post_init__(self) -> None:
        given = [name for name in ("misallocation", "moments", "points") if getattr(self, name) is not None]
        if len(given) != 1:
            raise InputError("a starting law is given by exactly one of misallocation, moments and points")
        if self.misallocation is not None:
            scale = number_of({"misallocation": self.misallocation}, "misallocation")
            if not scale > 0:
                raise InputError(f"{scale} is not a positive standard deviation", place="misallocation")
            object.__setattr__(self, "misallocation", scale)
        for name in ("moments", "points", "weights"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, numbers_of(value, name))
        if self.moments is not None:
            self._check_moments(self.moments)
        if self.points is not None:
            self._check_points(self.points)
        elif self.weights is not None:
            raise InputError("weights without points", place="weights")

    def _check_moments(self, moments: tuple[Number, ...]) -> None:
        if len(moments) < 4:
            raise InputError(f"{len(moments)} moments; at least the first four are needed", place="moments")
        if moments[0] != 0:
            raise InputError(f"the mean exposure is {moments[0]}; markets clear at 0", place="moments[0]")
        if moments[1] < 0:
            raise InputError("a variance is not negative", place="moments[1]")
        # Two points have as low a fourth moment as there is; floats are rounded to either side of it.
        rounding = 0 if all(isinstance(m, Fraction) for m in moments) else NEGLIGIBLE * moments[3]
        spare = moments[3] - moments[1] ** 2 + rounding
        if spare < 0 or moments[1] * spare < moments[2] ** 2:
            raise InputError("no law has these moments", place="moments[3]")
        if moments[1] == 0 and any(moments):
            place = next(i for i, m in enumerate(moments) if m)
            raise InputError("without variance every moment is 0", place=f"moments[{place}]")
        raw = np.array([1.0, *(float(m) for m in moments)])
        for half in range(3, len(moments) // 2 + 1):
            # E[p(theta)^2] is not negative for any polynomial p: the matrix of moments has no negative eigenvalue.
            matrix = raw[np.add.outer(np.arange(half + 1), np.arange(half + 1))]
            size = np.sqrt(np.maximum(np.diag(matrix), 0.0))
            size[size == 0] = 1.0
            if np.linalg.eigvalsh(matrix / np.outer(size, size))[0] < -NEGLIGIBLE or (np.diag(matrix) < 0).any():
                raise InputError("no law has these moments", place=f"moments[{2 * half - 1}]")

    def _check_points(self, points: tuple[Number, ...]) -> None:
        count = len(points)
        if count == 0:
            raise InputError("a law needs at least one point", place="points")
        weights = self.weights if self.weights is not None else (Fraction(1, count),) * count
        if len(weights) != count:
            raise InputError(f"'weights' has {len(weights)} entries; {count} are needed", place="weights")
        object.__setattr__(self, "weights", weights)
        for i, weight in enumerate(weights):
            if weight < 0:
                raise InputError(f"{weight} is negative", place=f"weights[{i}]")
        if abs(float(sum(weights)) - 1) > 1e-12:
            raise InputError(f"the weights sum to {float(sum(weights)):g}, not 1", place="weights")
        mean = float(sum(w * p for w, p in zip(weights, points, strict=True)))
        if abs(mean) > 1e-12 * max(1.0, *(abs(float(p)) for p in points)):
            raise InputError(f"the mean exposure is {mean:g}; markets clear at 0", place="points")

    @property
    def has_law(self) -> bool:
        """Whether the whole law is known, not its moments only."""
        return self.moments is None

    def raw_moments(self, highest: int) -> list[float]:
        """Return the raw moments of order 0, ..., as many as are known up to `highest`."""
        if self.misallocation is not None:
            return ExposureLaw(float(self.misallocation)).moments(highest)
        if self.moments is not None:
            return [1.0, *(float(m) for m in self.moments[:highest])]
        points, weights = self._atoms()
        return [float(weights @ points**n) for n in range(highest + 1)]

    def characteristic(self, z: Array) -> Array:
        """Return the characteristic function at frequencies; of a law, not of moments."""
        if self.misallocation is not None:
            return ExposureLaw(float(self.misallocation)).characteristic(z).astype(np.complex128)
        points, weights = self._atoms()
        return np.asarray(np.exp(1j * np.multiply.outer(z, points)) @ weights)

    def half_mean_gap(self) -> float:
        """Return half the mean distance of two draws."""
        if self.misallocation is not None:
            return ExposureLaw(float(self.misallocation)).half_mean_gap()
        points, weights = self._atoms()
        return float(weights @ np.abs(np.subtract.outer(points, points)) @ weights) / 2

    def _atoms(self) -> tuple[Array, Array]:
        assert self.points is not None
        assert self.weights is not None
        return float_array(number_array(self.points)), float_array(number_array(self.weights))

    def to_data(self) -> dict[str, Any]:
        """Return the law as a tree."""
        listed = {name: getattr(self, name) for name in ("misallocation", "moments", "points", "weights")}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in listed.items() if v is not None}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the law from its tree; raises `InputError` on malformed data."""
        if not isinstance(data, Mapping):
            raise InputError("a starting law is not a table")
        scale = None if data.get("misallocation") is None else number_of(data, "misallocation")
        return cls(scale, *(data.get(name) for name in ("moments", "points", "weights")))


@dataclass(frozen=True)
class SearchTransition(Displayed):
    """The path of a search market from a starting law.

    Parameters
    ----------
    market : SearchMarket
        The market from time 0 on.
    start : StartingLaw
        Exposures at time 0.
    times : array [times]
        When the path is wanted; increasing, not negative, in the market's unit of time.
    """

    market: SearchMarket
    start: StartingLaw
    times: Any

    def __post_init__(self) -> None:
        times = float_array(number_array(numbers_of(self.times, "times")))
        if len(times) == 0:
            raise InputError("at least one time is needed", place="times")
        if times[0] < 0:
            raise InputError(f"time {times[0]:g} is before 0", place="times[0]")
        for i in range(1, len(times)):
            if not times[i] > times[i - 1]:
                raise InputError(f"time {times[i]:g} does not exceed the one before", place=f"times[{i}]")
        object.__setattr__(self, "times", times)

    def to_data(self) -> dict[str, Any]:
        """Return the problem as a tree."""
        return {"market": self.market.to_data(), "start": self.start.to_data(), "times": self.times}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the problem from its tree; raises `InputError` on malformed data."""
        if not isinstance(data.get("market"), Mapping):
            raise InputError("'market' is not a table")
        return cls(
            SearchMarket.from_data(data["market"]),
            StartingLaw.from_data(data.get("start", {})),
            array_of(data.get("times"), "times", 1),
        )


@dataclass(frozen=True, eq=False)
class TransitionPath:
    """Moments and mean distances along a transition, with the characteristic function they come from.

    Attributes
    ----------
    moments : array [times, orders]
        Raw moments of the exposure of order 0, 1, ... at the times wanted.
    half_mean_gap : array [times]
        Half the mean distance of two agents' exposures; empty if only moments are known.
    breaks : array [panels + 1]
        Times that cut the path into panels, from 0 to the last time; all times wanted are among them.
    per_octave : int
        Frequencies per doubling.
    lowest : float
        The first frequency; the k-th is ``lowest * 2^(k / per_octave)``.
    real, imaginary : array [panels, nodes, frequencies]
        The characteristic function at the Chebyshev points of each panel, from early to late.
    """

    moments: Array
    half_mean_gap: Array
    breaks: Array
    per_octave: int
    lowest: float
    real: Array
    imaginary: Array
    proves: ClassVar[Termination] = Termination.SOLVED

    def __post_init__(self) -> None:
        for name, dimensions in (("moments", 2), ("half_mean_gap", 1), ("breaks", 1), ("real", 3), ("imaginary", 3)):
            given = getattr(self, name)
            empty = len(given) == 0 if isinstance(given, list | np.ndarray) else False
            found = np.zeros((0,) * dimensions) if empty else float_array(array_of(given, name, dimensions))
            object.__setattr__(self, name, found)
        if self.real.shape != self.imaginary.shape:
            raise InputError("the real and imaginary parts differ in shape", place="imaginary")
        object.__setattr__(self, "lowest", float(number_of({"lowest": self.lowest}, "lowest")))
        if isinstance(self.per_octave, bool) or not isinstance(self.per_octave, int) or self.per_octave < 1:
            raise InputError(f"{self.per_octave!r} is not a number of frequencies", place="per_octave")

    @classmethod
    def of_moments(cls, moments: Array) -> Self:
        """Return a path of moments alone."""
        none = np.zeros(0)
        return cls(moments, none, none, 1, 1.0, none, none)

    @property
    def frequencies(self) -> Array:
        """The frequencies [frequencies]."""
        return np.asarray(self.lowest * 2.0 ** (np.arange(self.real.shape[2]) / self.per_octave))

    def to_data(self) -> dict[str, Any]:
        """Return the path as a tree."""
        return {
            "moments": self.moments,
            "half_mean_gap": self.half_mean_gap,
            "breaks": self.breaks,
            "per_octave": self.per_octave,
            "lowest": self.lowest,
            "real": self.real,
            "imaginary": self.imaginary,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the path from its tree; raises `InputError` on malformed data."""
        arrays = {name: data.get(name, []) for name in ("moments", "half_mean_gap", "breaks", "real", "imaginary")}
        return cls(**arrays, per_octave=data.get("per_octave", 0), lowest=float(number_of(data, "lowest")))


def chebyshev_points(count: int) -> Array:
    """Return the Chebyshev points of the second kind in [0, 1], increasing."""
    return np.asarray((1 - np.cos(np.pi * np.arange(count) / (count - 1))) / 2)


def barycentric_weights(count: int) -> Array:
    """Return the weights of interpolation at these points."""
    weights = (-1.0) ** np.arange(count)
    weights[[0, -1]] /= 2
    return weights


def differentiation(count: int) -> Array:
    """Return the matrix that differentiates polynomials given at the points of [0, 1]."""
    points, weights = chebyshev_points(count), barycentric_weights(count)
    gaps = np.subtract.outer(points, points) + np.eye(count)
    matrix = (weights[None, :] / weights[:, None]) / gaps
    np.fill_diagonal(matrix, 0.0)
    np.fill_diagonal(matrix, -matrix.sum(axis=1))
    return np.asarray(matrix)


def gap_from_frequencies(values: Array, lowest: float, per_octave: int, moments: list[float], at_rest: float) -> float:
    """Return half the mean distance of two draws from the characteristic function on a geometric grid of frequencies.

    The integral of ``(1 - |g|^2)/z`` over log z is a trapezoidal sum; below the grid the integrand is its Taylor
    polynomial and above it ``1/z``, and both geometric series are summed.

    Parameters
    ----------
    values : complex array [frequencies]
        The characteristic function.
    lowest, per_octave
        As in `TransitionPath`.
    moments : list of float
        Raw moments of order 0 to 8.
    at_rest : float
        The standard deviation long after: where it is more than what `moments` say, they are rounded to it.
    """
    ratio = 2.0 ** (1 / per_octave)
    # Frequencies low for the law at hand are left to the polynomial: there 1 - |g|^2 is lost in rounding.
    spread = max(moments[2] ** 0.5, at_rest)
    skipped = min(max(0, int(np.ceil(np.log2(LOW / (spread * lowest)) * per_octave))), len(values) - 1)
    values, lowest = values[skipped:], lowest * ratio**skipped
    z = lowest * ratio ** np.arange(len(values))
    inside = float(np.sum((1 - np.abs(values) ** 2) / z))
    terms = enumerate(_gap_series(moments), start=1)
    below = sum(c * lowest ** (2 * m - 1) / (ratio ** (2 * m - 1) - 1) for m, c in terms)
    above = 1 / (z[-1] * (ratio - 1))
    return float((inside + below + above) * np.log(2.0) / per_octave / np.pi)


def _gap_series(moments: list[float]) -> list[float]:
    """Return the coefficients of z^2, z^4, ... in ``1 - |g(z)|^2``, from the cumulants."""
    cumulants = [0.0]
    for n in range(1, len(moments)):
        lower = sum(comb(n - 1, k - 1) * cumulants[k] * moments[n - k] for k in range(1, n))
        cumulants.append(moments[n] - lower)
    half = (len(moments) - 1) // 2
    logs = [0.0, *(2 * (-1) ** m * cumulants[2 * m] / factorial(2 * m) for m in range(1, half + 1))]
    series = [1.0]
    for n in range(1, half + 1):
        series.append(sum(k * logs[k] * series[n - k] for k in range(1, n + 1)) / n)
    return [-c for c in series[1:]]
