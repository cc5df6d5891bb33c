r"""The stationary law of exposures that diffuse and are averaged in pairwise meetings.

With standard deviation 1 its characteristic function is ``prod_{k>=0} (1 + z^2/4^{k+1})^(-2^k)``. It is evaluated with
no truncation to choose: z is halved until a series of its logarithm converges at once, and the factors are multiplied
back. Densities and probabilities are trapezoidal sums, whose error falls exponentially for a function as smooth as
this one; far out the contour is shifted towards the nearest pole, at z = -2i, and beyond that its residue is all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.errors import InputError

Array = NDArray[Any]

#: Terms of the logarithm's series, used for |z| <= 1/2.
TERMS = 18
#: Standard deviations beyond which the contour is shifted, and beyond which one residue is exact to rounding.
SHIFTED, RESIDUE = 3.0, 19.0
#: Height of the shifted contour, below the pole at 2.
HEIGHT = 1.6

_COEFFICIENTS = np.array([(-1) ** m / (m * (1 - 2.0 ** (1 - 2 * m))) for m in range(1, TERMS + 1)])


def log_characteristic(z: Any) -> Array:
    """Return the logarithm of the characteristic function at standard deviation 1, up to multiples of 2 pi i.

    Parameters
    ----------
    z : array
        Real or complex, with an imaginary part between -2 and 2.
    """
    z = np.asarray(z)
    size = float(np.max(np.abs(z), initial=0.0))
    halvings = max(0, math.ceil(math.log2(size)) + 1) if size > 0 else 0
    small = z / 2.0**halvings
    square = (small / 2) ** 2
    series = np.zeros_like(square)
    for coefficient in _COEFFICIENTS[::-1]:
        series = square * (coefficient + series)
    total = 2.0**halvings * series
    for k in range(halvings):
        total = total - 2.0**k * np.log1p(z * z / 4.0 ** (k + 1))
    return np.asarray(total)


def characteristic(z: Any) -> Array:
    """Return the characteristic function at standard deviation 1, relative error about 1e-15 times ``max(1, |z|)``."""
    return np.asarray(np.exp(log_characteristic(z)))


@cache
def half_mean_gap() -> float:
    """Return half the mean distance of two independent draws at standard deviation 1, to 15 digits.

    It is ``(1/pi) int_0^inf (1 - g(z)^2)/z^2 dz``; the part without g is summed in closed form.
    """
    step = 0.25
    z = step * np.arange(1, 60)
    terms = np.exp(2 * log_characteristic(z)) / z**2
    return float((math.pi**2 / (6 * step) + step / 2 - step * math.fsum(terms)) / math.pi)


@cache
def tail_constant() -> float:
    """Return C in ``density(t) ~ C exp(-2 |t|)`` at standard deviation 1."""
    return float(np.exp(2 * log_characteristic(np.array([1j]))[0].real))


def cumulant(order: int) -> Fraction:
    """Return a cumulant at standard deviation 1; odd ones are 0."""
    if order % 2:
        return Fraction(0)
    m = order // 2
    return Fraction(math.factorial(order), 4**m * m) / (1 - Fraction(2) ** (1 - 2 * m))


def moments(highest: int) -> list[Fraction]:
    """Return the raw moments of order 0, ..., `highest` at standard deviation 1."""
    found = [Fraction(1)]
    for n in range(1, highest + 1):
        terms = (math.comb(n - 1, k - 1) * cumulant(k) * found[n - k] for k in range(1, n + 1))
        found.append(sum(terms, Fraction(0)))
    return found


@dataclass(frozen=True)
class ExposureLaw:
    """The stationary law of exposures.

    Attributes
    ----------
    scale : float
        Its standard deviation, not negative; 0 is the point mass at 0.
    """

    scale: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.scale) and self.scale >= 0):
            raise InputError(f"{self.scale} is not a standard deviation")

    def characteristic(self, z: Any) -> Array:
        """Return the characteristic function at an array of frequencies."""
        return characteristic(np.asarray(z) * self.scale)

    def density(self, points: Any) -> Array:
        """Return the density, relative error below 1e-12; `InputError` for the point mass."""
        t, shape = self._standard(points)
        return np.reshape(_by_region(t, _density_near, _density_shifted, _density_far) / self.scale, shape)

    def distribution(self, points: Any) -> Array:
        """Return the probability of an exposure at most `points`; the smaller tail is accurate to 1e-12 relative."""
        t, shape = self._standard(points)
        upper = _by_region(t, _tail_near, _tail_shifted, lambda u: _density_far(u) / 2)
        return np.reshape(np.where(t < 0, upper, 1 - upper), shape)

    def half_mean_gap(self) -> float:
        """Return half the mean distance of two independent draws."""
        return half_mean_gap() * self.scale

    def moments(self, highest: int) -> list[float]:
        """Return the raw moments of order 0, ..., `highest`."""
        return [float(m) * self.scale**n for n, m in enumerate(moments(highest))]

    def sample(self, count: int, generator: np.random.Generator) -> Array:
        """Return independent draws: sums of Laplace variables down a tree, the rest of it drawn as one normal.

        The rest has variance 2^-20 and is itself a sum of 2^20 equal parts, hence all but normal.
        """
        total = np.zeros(count)
        depth = 20
        for k in range(depth):
            if k < 6:
                for _ in range(2**k):
                    total += generator.laplace(0.0, 2.0 ** -(k + 1), count)
            else:
                shape = float(2**k)
                total += 2.0 ** -(k + 1) * (generator.gamma(shape, 1.0, count) - generator.gamma(shape, 1.0, count))
        total += generator.normal(0.0, 2.0 ** (-depth / 2), count)
        return total * self.scale

    def _standard(self, points: Any) -> tuple[Array, tuple[int, ...]]:
        if self.scale == 0:
            raise InputError("the law is a point mass at 0: it has no density")
        given = np.asarray(points, dtype=np.float64)
        return given.ravel() / self.scale, given.shape


def _by_region(t: Array, near: Any, shifted: Any, far: Any) -> Array:
    size = np.abs(t)
    result = np.empty_like(size)
    for chosen, function in (
        (size <= SHIFTED, near),
        ((size > SHIFTED) & (size < RESIDUE), shifted),
        (size >= RESIDUE, far),
    ):
        if chosen.any():
            result[chosen] = function(size[chosen])
    return result


@cache
def _near_nodes() -> tuple[Array, Array]:
    z = 0.2 * np.arange(1, 121)
    return z, characteristic(z)


@cache
def _shifted_nodes() -> tuple[Array, Array]:
    z = 0.05 * np.arange(0, 380) - 1j * HEIGHT
    return z, characteristic(z)


def _density_near(t: Array) -> Array:
    z, g = _near_nodes()
    return np.asarray(0.2 / math.pi * (0.5 + np.cos(np.multiply.outer(t, z)) @ g))


def _tail_near(t: Array) -> Array:
    z, g = _near_nodes()
    return np.asarray(0.5 - 0.2 / math.pi * (t / 2 + np.sin(np.multiply.outer(t, z)) @ (g / z)))


def _contour(t: Array, weights: Array) -> Array:
    """Return the trapezoidal sum over the shifted contour; the half left of 0 is the conjugate of the right."""
    z, _ = _shifted_nodes()
    waves = np.exp(-1j * np.multiply.outer(t, z.real)) @ weights
    middle = weights[0].real / 2
    return np.asarray(0.05 / math.pi * np.exp(-HEIGHT * t) * (waves.real - middle))


def _density_shifted(t: Array) -> Array:
    return _contour(t, _shifted_nodes()[1])


def _tail_shifted(t: Array) -> Array:
    z, g = _shifted_nodes()
    return _contour(t, g / (1j * z))


def _density_far(t: Array) -> Array:
    return np.asarray(tail_constant() * np.exp(-2 * t))
