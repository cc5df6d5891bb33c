"""The paper's formulas, written out by hand: the second source of the claims.

A state is (need, positions); `m` is a model, whose parameters are the paper's letters.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from gametheory import Reported, exact

#: States at which formulas are compared: need, positions (as many as there are assets), and the same of a counterparty.
NEEDS = (Fraction(0), Fraction(1), Fraction(-3, 2), Fraction(2, 5))


def states(m: Any) -> list[tuple[Fraction, list[Fraction]]]:
    """Return states that determine a quadratic function of need and positions, and a few more."""
    count = len(m.psi)
    zero = [Fraction(0)] * count
    found = [(need, list(zero)) for need in NEEDS]
    for j in range(count):
        for size in (Fraction(1), Fraction(-2, 3)):
            for need in NEEDS[:3]:
                held = list(zero)
                held[j] = size
                held[(j + 1) % count] += Fraction(1, 4) * size
                found.append((need, held))
    return found


def total(m: Any) -> Fraction:
    """Return lambda."""
    return sum((exact(c) for c in m.contact_rates), Fraction(0))


def m2(m: Any) -> Fraction:
    """Return E[theta^2] of Corollary 3."""
    return exact(m.sigma_eta) ** 2 / total(m)


def spread(m: Any) -> float:
    """Return the standard deviation of exposures of Corollary 3."""
    return float(m.sigma_eta) / math.sqrt(float(total(m)))


def risk(m: Any) -> Fraction:
    """Return gamma_B sigma^2."""
    return exact(m.gamma_B) * exact(m.sigma) ** 2


def dividends(m: Any) -> list[Fraction]:
    """Return the m_j."""
    return [exact(d) for d in m.dividends or [0] * len(m.psi)]


def dot(left: Sequence[Any], right: Sequence[Any]) -> Any:
    """Return an inner product."""
    return sum((exact(a) * exact(b) for a, b in zip(left, right, strict=True)), Fraction(0))


def flow(m: Any, need: Any, held: Sequence[Any]) -> Any:
    """Return u of equation (12), its quadratic form multiplied out with Psi = psi psi'."""
    psi = [exact(p) for p in m.psi]
    matrix = sum((psi[j] * psi[k] * held[j] * held[k] for j in range(len(psi)) for k in range(len(psi))), Fraction(0))
    inside = need**2 + 2 * need * dot(psi, held) + matrix
    return dot(dividends(m), held) - exact(m.r) * risk(m) / 2 * inside


def value(m: Any, need: Any, held: Sequence[Any]) -> Any:
    """Return V of equation (14) where assets are in zero net supply, so that E[a'] = 0."""
    r, lam = exact(m.r), total(m)
    base = risk(m) / (2 * r + lam) * (-(exact(m.sigma_eta) ** 2) + lam / 2 * m2(m))
    x = need + dot(m.psi, held)
    return base + dot(dividends(m), held) / r - r * risk(m) / (2 * r + lam) * x**2


def slope(m: Any) -> Fraction:
    """Return r gamma_B sigma^2 / (r + lambda/2), the factor of (15)."""
    return exact(m.r) * risk(m) / (exact(m.r) + total(m) / 2)


def marginal(m: Any, j: int, need: Any, held: Sequence[Any]) -> Any:
    """Return the marginal value of equation (15)."""
    return dividends(m)[j] / exact(m.r) - slope(m) * (need + dot(m.psi, held)) * exact(m.psi[j])


def quantity(m: Any, j: int, theta: Any, other: Any) -> Any:
    """Return q of equation (16)."""
    return (other - theta) / (2 * exact(m.psi[j]))


def price(m: Any, j: int, theta: Any, other: Any) -> Any:
    """Return P of equation (17)."""
    return dividends(m)[j] / exact(m.r) - slope(m) * exact(m.psi[j]) * (theta + other) / 2


def moved(held: Sequence[Any], j: int, by: Any) -> list[Any]:
    """Return positions with `by` more of asset j."""
    return [a + (by if k == j else 0) for k, a in enumerate(held)]


def characteristic(z: float, deviation: float, factors: int = 60) -> float:
    """Return the product (24), multiplied out."""
    return math.exp(-sum(2**k * math.log1p((z * deviation) ** 2 / 4 ** (k + 1)) for k in range(factors)))


def quadrature(function: Callable[[float], float], low: float, high: float, pieces: int) -> float:
    """Return an integral by Simpson's rule."""
    step = (high - low) / (2 * pieces)
    inner = sum(function(low + k * step) * (4 if k % 2 else 2) for k in range(1, 2 * pieces))
    return (function(low) + inner + function(high)) * step / 3


def close(left: Any, right: Any, tolerance: float = 1e-12) -> bool:
    """Say whether two numbers agree relative to their size."""
    return abs(float(left) - float(right)) <= tolerance * max(abs(float(left)), abs(float(right)), 1e-300)


def same(left: Any, right: Any) -> bool:
    """Say whether two numbers are equal, or, where one is a float, agree to 1e-9."""
    if isinstance(left, float) or isinstance(right, float):
        return abs(left - right) <= 1e-9 * max(1.0, abs(left), abs(right))
    return bool(left == right)


def rich(check: Callable[[Reported], Any]) -> Callable[[Reported], Any]:
    """Return a check made where dividends differ and psi has both signs, so that no term of a formula is lost."""

    def checked(r: Reported) -> Any:
        signs = [(-1) ** j for j in range(len(r.model.psi))]
        given = {
            "psi": [s * abs(exact(p)) for s, p in zip(signs, r.model.psi, strict=True)],
            "dividends": [s * Fraction(j + 1, 2) for j, s in enumerate(signs)],
        }
        return check(r.solve(**given))

    return checked


def several(check: Callable[[Reported], Any]) -> Callable[[Reported], Any]:
    """Return a check that needs two assets; a market with one gets another like it, of twice the risk."""

    def checked(r: Reported) -> Any:
        if len(r.model.psi) > 1:
            return check(r)
        rate, psi = exact(r.model.contact_rates[0]), exact(r.model.psi[0])
        return check(r.solve(contact_rates=[rate, rate], psi=[psi, 2 * psi], dividends=None, positions=None))

    return checked
