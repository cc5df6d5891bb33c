"""The law of exposures: equations (18) to (25), (50) and (51), Figure 1."""

from __future__ import annotations

import math
from fractions import Fraction

from gametheory import Claim, Reported, exact
from gametheory_plugins.liquidity_cross_section.numbered import equation
from gametheory_plugins.liquidity_cross_section.paper import characteristic, close, m2, same, spread, total


def _densities(r: Reported, points: list[float]) -> list[float]:
    return list(r.solve(at=points)["density"])


def density_grid(r: Reported, reach: float, pieces: int) -> tuple[list[float], list[float], float]:
    """Return exposures, the density there and the step, for sums over the whole line."""
    step = reach * spread(r.model) / pieces
    points = [k * step for k in range(-pieces, pieces + 1)]
    return points, _densities(r, points), step


def kolmogorov(r: Reported) -> bool:
    """Equation (18) at rest: half sigma_eta^2 g'' - 2 lambda g + 4 lambda (g * g)(2 theta) = 0, by sums on a grid."""
    points, g, step = density_grid(r, 18, 360)
    lam, noise, middle = float(total(r.model)), float(r.model.sigma_eta) ** 2, 360
    for k in (0, 20, 45):  # exposures 0, 1 and 2.25 standard deviations
        at = middle + k
        fourth = [-1 / 560, 8 / 315, -1 / 5, 8 / 5, -205 / 72, 8 / 5, -1 / 5, 8 / 315, -1 / 560]
        bend = sum(c * g[at + i - 4] for i, c in enumerate(fourth)) / step**2
        pairs = sum(g[middle + i] * g[middle + 2 * k - i] for i in range(2 * k - 360, 361) if abs(2 * k - i) <= 360)
        terms = [noise / 2 * bend, -2 * lam * g[at], 4 * lam * pairs * step]
        if abs(sum(terms)) > 1e-6 * max(map(abs, terms)):
            return False
    return len(points) == 721


def total_mass(r: Reported) -> float:
    """Return the integral of the density."""
    _, g, step = density_grid(r, 18, 180)
    return math.fsum(g) * step


def mean_exposure(r: Reported) -> float:
    """Return the mean under the density."""
    points, g, step = density_grid(r, 18, 180)
    return math.fsum(t * d for t, d in zip(points, g, strict=True)) * step


def product_formula(r: Reported) -> bool:
    """Check that the product (24) is the Fourier transform of our density, is 1 and flat at 0, and never vanishes."""
    points, g, step = density_grid(r, 18, 360)
    scale = spread(r.model)
    for z in (0.0, 0.5, 1.0, 3.0, 6.0):
        ours = math.fsum(d * math.cos(z / scale * t) for t, d in zip(points, g, strict=True)) * step
        theirs = characteristic(z / scale, scale)
        if abs(ours - theirs) > 1e-12 or theirs <= 0:
            return False
    rise = characteristic(1e-4 / scale, scale) - characteristic(-1e-4 / scale, scale)
    return characteristic(0.0, scale) == 1 and rise == 0


def functional_equation(r: Reported) -> bool:
    """Equation (50), and the factors (51) that lead from it to (24)."""
    scale, law = spread(r.model), r.model.market().law()
    for z in (0.1, 1.0, 4.0, 9.0):
        whole, half = (float(law.characteristic([z / scale / k])[0]) for k in (1, 2))
        if not close(whole, half**2 / (1 + z**2 / 4)):
            return False
    partial = [characteristic(3.0, scale, k) for k in (5, 20, 40)]
    return partial[0] > partial[1] >= partial[2] > 0


def moments_by_differentiation(r: Reported) -> bool:
    """Equation (25): moments are Taylor coefficients of the product, multiplied out as a power series in z^2."""
    variance = m2(r.model)
    order = 5
    series = [Fraction(1)] + [Fraction(0)] * (order - 1)
    logs = [Fraction(0)] * order  # of the product: sum over k of -2^k log(1 + variance z^2 / 4^(k+1))
    for n in range(1, order):
        geometric = Fraction(1, 4**n) / (1 - Fraction(2, 4**n))
        logs[n] = Fraction((-1) ** n, n) * variance**n * geometric
    for n in range(1, order):
        series[n] = sum((k * logs[k] * series[n - k] for k in range(1, n + 1)), Fraction(0)) / n
    return all(same(r["moments"][str(2 * n)], (-1) ** n * math.factorial(2 * n) * series[n]) for n in range(1, order))


def one_parameter(r: Reported) -> bool:
    """Figure 1: the densities for s = 1, 2, 4 are one curve, g(t/s)/s, the Fourier inverse of (24), highest at 0."""
    peaks = []
    lam = total(r.model)
    for s in (1, 2, 4):
        need = {"contact_rates": [exact(c) / lam for c in r.model.contact_rates], "sigma_eta": s}
        points = [Fraction(k * s, 2) for k in range(-6, 7)]
        density = [d * s for d in r.solve(**need, at=points)["density"]]
        peaks.append(density)
    if not all(close(a, b) for other in peaks[1:] for a, b in zip(peaks[0], other, strict=True)):
        return False
    if not all(peaks[0][6] > d for k, d in enumerate(peaks[0]) if k != 6):
        return False
    step = 0.2  # sums converge as fast as the density falls: nothing to see beyond 2 pi / step
    inverse = [
        step / math.pi * (0.5 + sum(characteristic(n * step, 1.0) * math.cos(n * step * t / 2) for n in range(1, 90)))
        for t in range(-6, 7)
    ]
    return all(close(a, b, 1e-10) for a, b in zip(peaks[0], inverse, strict=True))


LAW = [
    Claim(
        "lemma2.steady",
        "the density satisfies the Kolmogorov equation at rest",
        kolmogorov,
        "Lemma 2, equation (18)",
        ("Lemma 2", "equation (18)"),
    ),
    equation(19, "the density integrates to 1", None, paper=1, ours=total_mass, tolerance=1e-12),
    equation(20, "the mean exposure is 0", None, paper=0, ours=mean_exposure, tolerance=1e-12),
    Claim(
        "theorem2",
        "the characteristic function is the product (24)",
        product_formula,
        "Theorem 2, equations (22) to (24)",
        ("Theorem 2", "equation (22)", "equation (23)", "equation (24)"),
    ),
    Claim(
        "eq50-51",
        "the characteristic function halves its argument; its factors never vanish",
        functional_equation,
        "equations (50) and (51)",
        ("equation (50)", "equation (51)"),
    ),
    equation(25, "moments by differentiation", moments_by_differentiation),
    Claim(
        "corollary3.kurtosis",
        "excess kurtosis 6/7",
        None,
        "Corollary 3",
        ("Corollary 3",),
        Fraction(6, 7),
        lambda r: r["excess_kurtosis"],
        Fraction(1, 10**12),
    ),
    Claim(
        "corollary3.std",
        "standard deviation sigma_eta / sqrt(lambda)",
        lambda r: close(r["std"], spread(r.model)) and same(r["moments"]["2"], m2(r.model)),
        place="Corollary 3",
    ),
    Claim("figure1", "one parameter determines the density", one_parameter, "Figure 1", ("Figure 1",)),
]
