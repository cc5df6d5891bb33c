"""The measures of liquidity: equations (26) to (33) and (52) to (54), and what follows."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from gametheory import Claim, Reported, exact
from gametheory_plugins.liquidity_cross_section.claims_law import density_grid
from gametheory_plugins.liquidity_cross_section.numbered import equation, erratum
from gametheory_plugins.liquidity_cross_section.paper import (
    characteristic,
    close,
    m2,
    quadrature,
    same,
    several,
    slope,
    spread,
    total,
)


def volume_by_double_sum(r: Reported) -> bool:
    """Equation (26): lambda_j times the mean size of trades, summed over pairs of exposures."""
    points, g, step = density_grid(r, 14, 280)
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
    scale = spread(r.model)
    end = 40 / scale

    def integrand(z: float) -> float:
        square = scale**2  # the limit at 0
        return (1 - characteristic(z, scale) ** 2) / z**2 if z > 1e-3 / scale else square

    integral = quadrature(integrand, 0.0, end, 1500) + 1 / end
    return all(
        close(v, float(c) / abs(float(p)) * integral / math.pi, 2e-6)
        for v, c, p in zip(r["volume"], r.model.contact_rates, r.model.psi, strict=True)
    )


def volume_constant(r: Reported) -> float:
    """V_j |psi_j| / (lambda_j s), the same for every asset and all parameters."""
    return float(r["volume"][0]) * abs(float(r.model.psi[0])) / (float(r.model.contact_rates[0]) * spread(r.model))


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
    far = 10**8
    large, small = far * total(r.model), exact(rates[0]) / far
    risk, noise = exact(psi[0]), exact(r.model.sigma_eta)
    up = [
        volume(contact_rates=[large, *rates[1:]]),
        volume(psi=[risk / far, *psi[1:]]),
        volume(sigma_eta=noise * far),
    ]
    down = [
        volume(contact_rates=[small, *rates[1:]]),
        volume(psi=[risk * far, *psi[1:]]),
        volume(sigma_eta=noise / far),
        volume(contact_rates=[rates[0], large, *rates[2:]]),
    ]
    return all(v > 1000 * here for v in up) and all(v < here / 1000 for v in down)


def paper_dispersion(r: Reported) -> list[float]:
    """Price dispersion by formula (30)."""
    factor = float(slope(r.model)) * spread(r.model) / math.sqrt(2)
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
    return [math.sqrt(2) * spread(r.model) / abs(float(p)) for p in r.model.psi]


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


def _pair_bounds(r: Reported) -> tuple[float, float, float]:
    """Return E|theta' - theta| with the bounds (54) and (53)."""
    second, fourth = r["moments"]["2"], r["moments"]["4"]
    gap = 2 * volume_constant(r) * spread(r.model)
    low = 2 * float(second) ** 1.5 / math.sqrt(float(fourth + 3 * second**2))
    return low, gap, 4 / math.pi * math.sqrt(float(second))


def upper_bound_is_near_some_law(r: Reported) -> bool:
    """Whether some law comes within 0.1% of the upper bound of (29).

    With Q the quantile function, half the mean distance is the integral of Q(u) (2u - 1), at most s times the root of
    the integral of (2u - 1)^2, and uniform laws attain it.
    """
    attained = math.sqrt(quadrature(lambda u: (2 * u - 1) ** 2, 0.0, 1.0, 10))
    scale = float(r.model.contact_rates[0]) / abs(float(r.model.psi[0])) * spread(r.model)
    return bool(r["volume_upper_bound"][0] <= 1.001 * attained * scale)


LIQUIDITY = [
    equation(26, "volume is lambda_j E|q_j|", volume_by_double_sum, also=(52,)),
    Claim(
        "proposition4",
        "volume by the integral (27)",
        volume_formula,
        "Proposition 4, equation (27)",
        ("Proposition 4", "equation (27)"),
    ),
    equation(
        28,
        "relative volume is lambda_A |psi_B| / (lambda_B |psi_A|)",
        several(
            lambda r: close(
                _ratio(r, "volume"),
                exact(r.model.contact_rates[0])
                * abs(exact(r.model.psi[1]))
                / (exact(r.model.contact_rates[1]) * abs(exact(r.model.psi[0]))),
            )
        ),
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
        "Corollary 5, equation (29)",
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
        "Proposition 6, equation (30)",
        ("Proposition 6", "equation (30)"),
    ),
    equation(
        31,
        "relative price dispersion is |psi_A / psi_B|",
        several(lambda r: close(_ratio(r, "price_dispersion"), abs(exact(r.model.psi[0]) / exact(r.model.psi[1])))),
    ),
    Claim(
        "proposition7",
        "price impact is r gamma_B sigma^2 psi^2 / (r + lambda/2), the sensitivity of price to quantity",
        impact_formula,
        "Proposition 7",
        ("Proposition 7",),
    ),
    equation(
        32,
        "2 sigma_P / sigma_q = r gamma_B sigma^2 psi^2 / (r + lambda/2)",
        published_impact,
        recorded="differs",
        reason="algebra slip: sigma_q is half of what C.7 prints; sigma_P / sigma_q without the 2 is the sensitivity",
    ),
    equation(
        33,
        "relative price impact is |psi_A / psi_B|^2",
        several(lambda r: close(_ratio(r, "price_impact"), (exact(r.model.psi[0]) / exact(r.model.psi[1])) ** 2)),
    ),
    Claim("text.elasticities", "elasticities of the three measures", several(elasticities_hold), "Section 4"),
    Claim(
        "text.cross_market",
        "volumes are substitutes across assets; price dispersion and impact are complements",
        several(substitutes_and_complements),
        "Section 1",
    ),
    erratum(
        1,
        "sigma_q = sqrt(2) sigma_eta / (|psi| sqrt(lambda))",
        lambda r: all(map(close, r["quantity_dispersion"], published_quantity_dispersion(r))),
        "C.7",
        "algebra slip: the line above gives sigma_eta / (sqrt(2) |psi| sqrt(lambda)), half of it",
    ),
    erratum(
        3,
        "price impact goes to 0 as lambda_j -> 0",
        several(impact_without_meetings),
        "after Proposition 7",
        "misprint: lambda_j -> infinity",
    ),
    Claim(
        "erratum3.mended",
        "price impact goes to 0 as lambda_j -> infinity",
        several(impact_with_meetings),
        "Proposition 7",
    ),
    erratum(
        5,
        "the upper bound of (29) is sharp: some law of exposures comes near it",
        upper_bound_is_near_some_law,
        "Corollary 5",
        "for independent draws of one law E|x - y|/2 is at most s/sqrt(3) (Glasser), as for uniform laws; "
        "mixtures of normals stay below s/sqrt(pi)",
    ),
]
