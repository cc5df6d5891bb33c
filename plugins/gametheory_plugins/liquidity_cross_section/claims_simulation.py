"""Every meeting simulated: what the theory of a continuum says of many banks, and errata that a sample shows."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from gametheory import Claim, Reported
from gametheory_plugins.liquidity_cross_section.numbered import erratum

STATEMENTS = (
    "equation (26)",
    "Proposition 4",
    "Proposition 6",
    "Proposition 7",
    "Corollary 3",
    "erratum 2",
    "erratum 8",
)


def agrees(*measures: str) -> Callable[[Reported], bool]:
    """Return a check that measures are within the threshold of theory."""

    def check(r: Reported) -> bool:
        z: list[float] = []
        for name in measures:
            found = r[name]["z"]
            z += found if isinstance(found, list) else [found]
        return max(map(abs, z)) <= r["threshold"]

    return check


def estimates_equal(r: Reported, name: str, wanted: list[float]) -> bool:
    """Say whether each estimate is within the threshold of a number."""
    table = r[name]
    listed = zip(table["estimate"], table["standard_error"], wanted, strict=True)
    return all(abs(e - w) <= r["threshold"] * s for e, s, w in listed)


def printed_quantity_dispersion(r: Reported) -> bool:
    """sigma_q as C.7 prints it."""
    spread = r.model.market().misallocation
    return estimates_equal(r, "quantity_dispersion", [math.sqrt(2) * spread / abs(float(p)) for p in r.model.psi])


def printed_delay(r: Reported) -> bool:
    """Check that A bank meets another in market j at rate lambda_j, so that the delay is 1/lambda_j."""
    return estimates_equal(r, "meeting_rate", [float(c) for c in r.model.contact_rates])


def positions_settle(r: Reported) -> bool:
    """Check that the variance of positions does not grow: (eta, a) has a steady state."""
    return estimates_equal(r, "position_growth", [0.0] * len(r.model.psi))


_LARGER: dict[str, Any] = {"banks": 20_000}

CLAIMS = (
    Claim(
        "volume",
        "simulated volume is (27)",
        agrees("volume"),
        "Proposition 4",
        ("Proposition 4", "equation (26)"),
        settings=_LARGER,
    ),
    Claim(
        "price_dispersion",
        "simulated price dispersion is (30)",
        agrees("price_dispersion"),
        "Proposition 6",
        ("Proposition 6",),
        settings=_LARGER,
    ),
    Claim(
        "price_impact",
        "simulated sigma_P / sigma_q is r gamma_B sigma^2 psi^2 / (r + lambda/2)",
        agrees("price_impact", "quantity_dispersion"),
        "Proposition 7",
        ("Proposition 7",),
        settings=_LARGER,
    ),
    Claim(
        "exposures",
        "simulated variance and excess kurtosis of exposures",
        agrees("variance", "excess_kurtosis"),
        "Corollary 3",
        ("Corollary 3",),
        settings=_LARGER,
    ),
    Claim(
        "erratum1",
        "sigma_q = sqrt(2) sigma_eta / (|psi| sqrt(lambda))",
        printed_quantity_dispersion,
        "C.7",
        settings=_LARGER,
        recorded="differs",
        reason="algebra slip: half of it",
    ),
    erratum(
        2,
        "the expected delay in market j is 1/lambda_j",
        printed_delay,
        "Section 2",
        "misprint: with lambda_j meetings per unit of mass a bank meets at rate 2 lambda_j, as in (4) and (18)",
        settings=_LARGER,
    ),
    Claim("erratum2.mended", "a bank meets at rate 2 lambda_j", agrees("meeting_rate"), "(4)", settings=_LARGER),
    erratum(
        8,
        "hedging needs and positions have a steady state distribution",
        positions_settle,
        "Section 6.1",
        "our reading: only the exposure is stationary; needs are a Brownian motion, and positions spread",
        settings=_LARGER,
    ),
    Claim(
        "erratum8.mended",
        "the variance of positions grows at lambda_j sigma_eta^2 / (lambda psi_j^2) (ours)",
        agrees("position_growth"),
        "Section 6.1",
        settings=_LARGER,
    ),
)
