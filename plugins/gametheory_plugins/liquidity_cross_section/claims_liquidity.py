"""The law of exposures and the measures of liquidity: equations (18) to (33) and (50) to (54), and what follows."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from gametheory import Claim, Reported, exact
from gametheory_plugins.liquidity_cross_section.paper import (
    characteristic,
    close,
    m2,
    quadrature,
    same,
    several,
    slope,
    total,
)


def _spread(r: Reported) -> float:
    return float(r.model.sigma_eta) / math.sqrt(float(total(r.model)))


def _density(r: Reported, points: list[float]) -> list[float]:
    return list(r.solve(at=points)["density"])


def _grid(r: Reported, reach: float, pieces: int) -> tuple[list[float], list[float], float]:
    """Return exposures, the density there and the step, for sums over the whole line."""
    step = reach * _spread(r) / pieces
    points = [k * step for k in range(-pieces, pieces + 1)]
    return points, _density(r, points), step


def kolmogorov(r: Reported) -> bool:
    """Equation (18) at rest: half sigma_eta^2 g'' - 2 lambda g + 4 lambda (g * g)(2 theta) = 0, by sums on a grid."""
    points, g, step = _grid(r, 18, 360)
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
    _, g, step = _grid(r, 18, 180)
    return math.fsum(g) * step


def mean_exposure(r: Reported) -> float:
    """Return the mean under the density."""
    points, g, step = _grid(r, 18, 180)
    return math.fsum(t * d for t, d in zip(points, g, strict=True)) * step


def product_formula(r: Reported) -> bool:
    """Check that the product (24) is the Fourier transform of our density, is 1 and flat at 0, and never vanishes."""
    points, g, step = _grid(r, 18, 360)
    spread = _spread(r)
    for z in (0.0, 0.5, 1.0, 3.0, 6.0):
        ours = math.fsum(d * math.cos(z / spread * t) for t, d in zip(points, g, strict=True)) * step
        theirs = characteristic(z / spread, spread)
        if abs(ours - theirs) > 1e-12 or theirs <= 0:
            return False
    rise = characteristic(1e-4 / spread, spread) - characteristic(-1e-4 / spread, spread)
    return characteristic(0.0, spread) == 1 and rise == 0


def functional_equation(r: Reported) -> bool:
    """Equation (50), and the factors (51) that lead from it to (24)."""
    spread = _spread(r)
    for z in (0.1, 1.0, 4.0, 9.0):
        halved = characteristic(z / 2, spread, 59) ** 2 / (1 + (z * spread) ** 2 / 4)
        if not close(characteristic(z, spread), halved):
            return False
    partial = [characteristic(3.0, spread, k) for k in (5, 20, 40)]
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


def volume_by_double_sum(r: Reported) -> bool:
    """Equation (26): lambda_j times the mean size of trades, summed over pairs of exposures."""
    points, g, step = _grid(r, 14, 280)
    cumulative, below, gap = 0.0, 0.0, 0.0  # E|theta' - theta| = 2 int F (1 - F)
    for d in g:
        below = cumulative + d * step / 2
        gap += 2 * below * (1 - below) * step
        cumulative += d * step
    return (
        all(
            close(v, float(c) * gap / (2 * abs(float(p))), 1e-3)
            for v, c, p in zip(r["volume"], r.model.contact_rates, r.model.psi, strict=True)
        )
        and len(points) == 561
    )


def volume_formula(r: Reported) -> bool:
    """Equation (27): the integral by Simpson's rule, its tail in closed form."""
    spread = _spread(r)
    end = 40 / spread

    def integrand(z: float) -> float:
        square = spread**2  # the limit at 0
        return (1 - characteristic(z, spread) ** 2) / z**2 if z > 1e-3 / spread else square

    integral = quadrature(integrand, 0.0, end, 1500) + 1 / end
    return all(
        close(v, float(c) / abs(float(p)) * integral / math.pi, 2e-6)
        for v, c, p in zip(r["volume"], r.model.contact_rates, r.model.psi, strict=True)
    )


def volume_constant(r: Reported) -> float:
    """V_j |psi_j| / (lambda_j s), the same for every asset and all parameters."""
    return float(r["volume"][0]) * abs(float(r.model.psi[0])) / (float(r.model.contact_rates[0]) * _spread(r))


def _ratio(r: Reported, name: str) -> float:
    return float(r[name][0] / r[name][1])


def _within(r: Reported, low: Any, high: Any) -> bool:
    return all(a <= v <= b for a, v, b in zip(low, r["volume"], high, strict=True))


def volume_limits(r: Reported) -> bool:
    """Volume of asset 0 explodes or vanishes with its own rate, psi and sigma_eta, and vanishes with others' rates."""
    rates, psi = list(r.model.contact_rates), list(r.model.psi)

    def volume(**changes: Any) -> float:
        return float(r.solve(**changes)["volume"][0])

    here = volume()
    large, small = 10**8, Fraction(1, 10**8)
    up = [
        volume(contact_rates=[large, *rates[1:]]),
        volume(psi=[small, *psi[1:]]),
        volume(sigma_eta=large),
    ]
    down = [
        volume(contact_rates=[small, *rates[1:]]),
        volume(psi=[large, *psi[1:]]),
        volume(sigma_eta=small),
        volume(contact_rates=[rates[0], large, *rates[2:]]),
    ]
    return all(v > 1000 * here for v in up) and all(v < here / 1000 for v in down)


def paper_dispersion(r: Reported) -> list[float]:
    """Price dispersion by formula (30)."""
    factor = float(slope(r.model)) * _spread(r) / math.sqrt(2)
    return [factor * abs(float(p)) for p in r.model.psi]


def price_spread(r: Reported) -> list[float]:
    """Return the standard deviation of prices over pairs, from C.6: the half sum of two draws."""
    return [float(slope(r.model)) * abs(float(p)) / 2 * math.sqrt(2 * float(m2(r.model))) for p in r.model.psi]


def impact_formula(r: Reported) -> bool:
    """Check that r gamma_B sigma^2 psi^2/(r + lambda/2) is the slope of price in quantity, and sigma_P/sigma_q."""
    listed = zip(r["price_impact"], r["price_dispersion"], r["quantity_dispersion"], r.model.psi, strict=True)
    return all(same(d, slope(r.model) * exact(p) ** 2) and close(d, s / q) for d, s, q, p in listed)


def published_impact(r: Reported) -> bool:
    """Equation (32) as printed: 2 sigma_P / sigma_q = r gamma_B sigma^2 psi^2/(r + lambda/2)."""
    return all(
        same(d, slope(r.model) * exact(p) ** 2) for d, p in zip(r["price_impact_published"], r.model.psi, strict=True)
    )


def published_quantity_dispersion(r: Reported) -> list[float]:
    """sigma_q as printed in C.7."""
    return [math.sqrt(2) * _spread(r) / abs(float(p)) for p in r.model.psi]


def impact_without_meetings(r: Reported) -> bool:
    """Price impact goes to 0 as some contact rate goes to 0."""
    few = r.solve(contact_rates=["1e-9", *r.model.contact_rates[1:]])
    return bool(few["price_impact"][0] < r["price_impact"][0] / 1000)


def impact_with_meetings(r: Reported) -> bool:
    """Price impact goes to 0 as some contact rate goes to infinity."""
    many = r.solve(contact_rates=["1e9", *r.model.contact_rates[1:]])
    return bool(many["price_impact"][1] < r["price_impact"][1] / 1000)


def elasticities_hold(r: Reported) -> bool:
    """Our elasticities are the slopes of logarithms, by central differences."""
    model, step = r.model, Fraction(1, 10**4)
    for measure in ("volume", "price_dispersion", "price_impact"):
        ours = r["elasticities"][measure]
        for name in ("sigma_eta", "sigma", "gamma_B", "r"):
            ends = [r.solve(**{name: exact(getattr(model, name)) * (1 + s)})[measure][0] for s in (step, -step)]
            if abs(math.log(ends[0] / ends[1]) / float(2 * step) - float(ours[name])) > 1e-6:
                return False
        for k in range(len(model.psi)):
            ends = []
            for s in (step, -step):
                changed = [exact(c) * (1 + s) if i == k else c for i, c in enumerate(model.contact_rates)]
                ends.append(r.solve(contact_rates=changed)[measure][0])
            wanted = ours["own_contact_rate"][0] if k == 0 else ours["cross_contact_rate"][k]
            if abs(math.log(ends[0] / ends[1]) / float(2 * step) - float(wanted)) > 1e-6:
                return False
        if not same(ours["other_contact_rates"][0], sum(ours["cross_contact_rate"][1:])):
            return False
    return True


def substitutes_and_complements(r: Reported) -> bool:
    """Less contact elsewhere raises an asset's volume, and its price dispersion and impact, these all in proportion."""
    found = r["elasticities"]
    volume = found["volume"]
    apart = min(volume["own_contact_rate"]) > 0 and max(volume["cross_contact_rate"]) < 0
    others = [found[name] for name in ("price_dispersion", "price_impact")]
    together = all(t["own_contact_rate"] == t["cross_contact_rate"] and max(t["own_contact_rate"]) < 0 for t in others)
    return apart and together


def one_parameter(r: Reported) -> bool:
    """Figure 1: the densities for s = 1, 2, 4 are one curve, g(t/s)/s, and the peak falls in s."""
    peaks = []
    lam = total(r.model)
    for s in (1, 2, 4):
        need = {"contact_rates": [exact(c) / lam for c in r.model.contact_rates], "sigma_eta": s}
        points = [Fraction(k * s, 2) for k in range(-6, 7)]
        density = [d * s for d in r.solve(**need, at=points)["density"]]
        peaks.append(density)
    return all(close(a, b) for other in peaks[1:] for a, b in zip(peaks[0], other, strict=True)) and all(
        peaks[0][6] > d for k, d in enumerate(peaks[0]) if k != 6
    )


def _pair_bounds(r: Reported) -> tuple[float, float, float]:
    """Return E|theta' - theta| with the bounds (54) and (53)."""
    second, fourth = r["moments"]["2"], r["moments"]["4"]
    gap = 2 * volume_constant(r) * _spread(r)
    low = 2 * float(second) ** 1.5 / math.sqrt(float(fourth + 3 * second**2))
    return low, gap, 4 / math.pi * math.sqrt(float(second))


def upper_bound_is_near_some_law(r: Reported) -> bool:
    """Whether some law comes within 0.1% of the upper bound of (29).

    With Q the quantile function, half the mean distance is the integral of Q(u) (2u - 1), at most s times the root of
    the integral of (2u - 1)^2, and uniform laws attain it.
    """
    attained = math.sqrt(quadrature(lambda u: (2 * u - 1) ** 2, 0.0, 1.0, 10))
    scale = float(r.model.contact_rates[0]) / abs(float(r.model.psi[0])) * _spread(r)
    return bool(r["volume_upper_bound"][0] <= 1.001 * attained * scale)


LIQUIDITY = [
    Claim(
        "lemma2.steady",
        "the density satisfies the Kolmogorov equation at rest",
        kolmogorov,
        "Lemma 2",
        ("Lemma 2", "equation (18)"),
    ),
    Claim("eq19", "the density integrates to 1", None, "equation (19)", ("equation (19)",), 1, total_mass, 1e-12),
    Claim("eq20", "the mean exposure is 0", None, "equation (20)", ("equation (20)",), 0, mean_exposure, 1e-12),
    Claim(
        "theorem2",
        "the characteristic function is the product (24)",
        product_formula,
        "Theorem 2",
        ("Theorem 2", "equation (22)", "equation (23)", "equation (24)"),
    ),
    Claim(
        "eq50-51",
        "the characteristic function halves its argument; its factors never vanish",
        functional_equation,
        "equations (50) and (51)",
        ("equation (50)", "equation (51)"),
    ),
    Claim("eq25", "moments by differentiation", moments_by_differentiation, "equation (25)", ("equation (25)",)),
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
        lambda r: close(r["std"], _spread(r)) and same(r["moments"]["2"], m2(r.model)),
        place="Corollary 3",
    ),
    Claim("figure1", "one parameter determines the density", one_parameter, "Figure 1", ("Figure 1",)),
    Claim(
        "eq26",
        "volume is lambda_j E|q_j|",
        volume_by_double_sum,
        "equation (26)",
        ("equation (26)", "equation (52)"),
    ),
    Claim(
        "proposition4",
        "volume by the integral (27)",
        volume_formula,
        "Proposition 4",
        ("Proposition 4", "equation (27)"),
    ),
    Claim(
        "eq28",
        "relative volume is lambda_A |psi_B| / (lambda_B |psi_A|)",
        several(
            lambda r: close(
                _ratio(r, "volume"),
                exact(r.model.contact_rates[0])
                * abs(exact(r.model.psi[1]))
                / (exact(r.model.contact_rates[1]) * abs(exact(r.model.psi[0]))),
            )
        ),
        "equation (28)",
        ("equation (28)",),
    ),
    Claim(
        "eq53-54",
        "bounds of E|theta' - theta|",
        lambda r: _pair_bounds(r)[0] <= _pair_bounds(r)[1] <= _pair_bounds(r)[2],
        "equations (53) and (54)",
        ("equation (53)", "equation (54)"),
    ),
    Claim(
        "corollary5.bounds",
        "volume is within the bounds (29)",
        lambda r: _within(r, r["volume_lower_bound"], r["volume_upper_bound"]),
        "Corollary 5",
        ("Corollary 5", "equation (29)"),
    ),
    Claim("corollary5.limits", "limits of volume", several(volume_limits), "Corollary 5"),
    Claim(
        "corollary5.mixture",
        "volume is within bounds for mixtures of normals, which the law is (ours)",
        lambda r: _within(r, r["volume_bounds_sharp"]["lower"], r["volume_bounds_sharp"]["upper"]),
        place="Corollary 5",
    ),
    Claim(
        "proposition6",
        "price dispersion",
        lambda r: (
            all(map(close, r["price_dispersion"], paper_dispersion(r)))
            and all(map(close, r["price_dispersion"], price_spread(r)))
        ),
        "Proposition 6",
        ("Proposition 6", "equation (30)"),
    ),
    Claim(
        "eq31",
        "relative price dispersion is |psi_A / psi_B|",
        several(lambda r: close(_ratio(r, "price_dispersion"), abs(exact(r.model.psi[0]) / exact(r.model.psi[1])))),
        "equation (31)",
        ("equation (31)",),
    ),
    Claim(
        "proposition7",
        "price impact is r gamma_B sigma^2 psi^2 / (r + lambda/2), the sensitivity of price to quantity",
        impact_formula,
        "Proposition 7",
        ("Proposition 7",),
    ),
    Claim(
        "eq32",
        "2 sigma_P / sigma_q = r gamma_B sigma^2 psi^2 / (r + lambda/2)",
        published_impact,
        "equation (32)",
        ("equation (32)",),
        recorded="differs",
        reason="algebra slip: sigma_q is half of what C.7 prints; sigma_P / sigma_q without the 2 is the sensitivity",
    ),
    Claim(
        "eq33",
        "relative price impact is |psi_A / psi_B|^2",
        several(lambda r: close(_ratio(r, "price_impact"), (exact(r.model.psi[0]) / exact(r.model.psi[1])) ** 2)),
        "equation (33)",
        ("equation (33)",),
    ),
    Claim("text.elasticities", "elasticities of the three measures", several(elasticities_hold), "Section 4"),
    Claim(
        "text.cross_market",
        "volumes are substitutes across assets; price dispersion and impact are complements",
        several(substitutes_and_complements),
        "Section 1",
    ),
    Claim(
        "erratum1",
        "sigma_q = sqrt(2) sigma_eta / (|psi| sqrt(lambda))",
        lambda r: all(map(close, r["quantity_dispersion"], published_quantity_dispersion(r))),
        "C.7",
        ("erratum 1",),
        recorded="differs",
        reason="algebra slip: the line above gives sigma_eta / (sqrt(2) |psi| sqrt(lambda)), half of it",
    ),
    Claim(
        "erratum3",
        "price impact goes to 0 as lambda_j -> 0",
        several(impact_without_meetings),
        "after Proposition 7",
        ("erratum 3",),
        recorded="differs",
        reason="misprint: lambda_j -> infinity",
    ),
    Claim(
        "erratum3.mended",
        "price impact goes to 0 as lambda_j -> infinity",
        several(impact_with_meetings),
        "Proposition 7",
    ),
    Claim(
        "erratum5",
        "the upper bound of (29) is sharp: some law of exposures comes near it",
        upper_bound_is_near_some_law,
        "Corollary 5",
        ("erratum 5",),
        recorded="differs",
        reason="for independent draws of one law E|x - y|/2 is at most s/sqrt(3) (Glasser), as for uniform laws; "
        "mixtures of normals stay below s/sqrt(pi)",
    ),
]
