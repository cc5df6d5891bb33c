"""Off the steady state: equations (18) and (21), and the motion (48) and (49) of exposures."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

from gametheory import Claim, Reported, exact
from gametheory_plugins.liquidity_cross_section.paper import close, total

#: Times before a path has settled, in units of one over the total contact rate at first.
SOON = (0, "1/8", "1/4", "1/2", 1, 2)

STATEMENTS = ("equation (18)", "equation (21)", "equation (48)", "equation (49)", "Lemma 2")


def _after(r: Reported) -> tuple[float, float]:
    """Return the total contact rate and the variance of needs from time 0 on."""
    market = r.model.market_after()
    return float(market.total_rate), float(exact(market.need_volatility)) ** 2


def _changed(r: Reported, factor: Fraction, *, last_only: bool = False) -> Reported:
    """Return the path from the steady state after contact rates, or the last, are multiplied."""
    rates = [exact(c) for c in r.model.contact_rates]
    after = [*rates[:-1], rates[-1] * factor] if last_only else [c * factor for c in rates]
    times = [exact(t) / total(r.model) for t in (*SOON, 10)]
    return r.solve(start=None, after={"contact_rates": after}, times=times)


def second_moment(r: Reported) -> bool:
    """(21) twice differentiated at 0: the variance decays at the rate lambda towards sigma_eta^2/lambda."""
    lam, noise = _after(r)
    first = r["variance"][0]
    return all(
        close(v, noise / lam + (first - noise / lam) * math.exp(-lam * t), 1e-10)
        for t, v in zip(r["times"], r["variance"], strict=True)
    )


def fourth_moment(r: Reported) -> bool:
    """(21) four times differentiated: m4' = 6 sigma_eta^2 m2 - 7/4 lambda m4 + 3/4 lambda m2^2, by Runge and Kutta."""
    lam, noise = _after(r)
    first, variance = r["fourth_moment"][0], r["variance"][0]

    def second(t: float) -> float:
        return float(noise / lam + (variance - noise / lam) * math.exp(-lam * t))

    def change(t: float, m4: float) -> float:
        return 6 * noise * second(t) - 1.75 * lam * m4 + 0.75 * lam * second(t) ** 2

    value, clock = first, 0.0
    for end, found in zip(r["times"], r["fourth_moment"], strict=True):
        steps = max(1, math.ceil((end - clock) * lam * 200))
        h = (end - clock) / steps
        for _ in range(steps):
            a = change(clock, value)
            b = change(clock + h / 2, value + h / 2 * a)
            c = change(clock + h / 2, value + h / 2 * b)
            value += h / 6 * (a + 2 * b + 2 * c + change(clock + h, value + h * c))
            clock += h
        if not close(value, found, 1e-8):
            return False
    return True


def law_solves_its_equation(r: Reported) -> bool:
    """Check that the characteristic function solves (21) at every frequency, by the certificate."""
    certificate = r.solution.certificate
    return bool(certificate.ok and certificate.max_violation < 1e-10)


def volume_jumps_then_relaxes(r: Reported) -> bool:
    """More contact raises every volume at once, in proportion to its rate, and volumes then fall."""
    found = _changed(r, Fraction(3))["volume"]
    start = [3 * v for v in r.model.market().liquidity()["volume"]]
    falls = all(x > y for now, then in pairwise(found) for x, y in zip(now, then, strict=True))
    return falls and all(close(a, b, 1e-9) for a, b in zip(found[0], start, strict=True))


def impact_jumps(r: Reported) -> bool:
    """Price impact is that of the new steady state from the first moment."""
    new = [float(d) for d in r.model.market_after().liquidity()["price_impact"]]
    return all(close(a, b) for row in r["price_impact"] for a, b in zip(row, new, strict=True))


def settles(r: Reported) -> bool:
    """Check that A long time later everything is as at the new steady state."""
    late = r.solve(start=None, times=[0, 40 / _after(r)[0]])
    new = r.model.market_after().liquidity()
    return all(
        close(a, b, 1e-9)
        for name in ("volume", "price_dispersion")
        for a, b in zip(late[name][-1], new[name], strict=True)
    )


def kurtosis_overshoots(r: Reported) -> bool:
    """After contact rates triple, the excess kurtosis rises from 6/7 above 1.4 and returns."""
    found = _changed(r, Fraction(3))["excess_kurtosis"]
    return bool(abs(found[0] - 6 / 7) < 1e-9 and max(found) > 1.4 and abs(found[-1] - 6 / 7) < 1e-6)


def fire_sale(r: Reported) -> bool:
    """Check that less contact in the last market slowly raises volume elsewhere, and price impact at once."""
    before, r = r.model.market().liquidity(), _changed(r, Fraction(1, 4), last_only=True)
    elsewhere = range(len(r.model.psi) - 1)
    rises = all(now[j] < then[j] for now, then in pairwise(r["volume"]) for j in elsewhere)
    same_at_first = all(close(r["volume"][0][j], before["volume"][j], 1e-9) for j in elsewhere)
    impact = all(d > float(b) for d, b in zip(r["price_impact"][0], before["price_impact"], strict=True))
    return rises and same_at_first and impact


CLAIMS = (
    Claim(
        "fire_sale", "more friction in one asset raises other assets' volume and price impact", fire_sale, "Section 1"
    ),
    Claim(
        "eq21.law",
        "the characteristic function moves by (21)",
        law_solves_its_equation,
        "equations (18) and (21)",
        ("equation (21)", "equation (18)", "Lemma 2"),
    ),
    Claim(
        "eq48.variance",
        "the variance under diffusion and pairwise averaging",
        second_moment,
        "equations (48) and (49)",
        ("equation (48)", "equation (49)"),
    ),
    Claim("eq21.fourth", "the fourth moment under (21)", fourth_moment, "equation (21)"),
    Claim(
        "eq21.points",
        "(21) from two points",
        law_solves_its_equation,
        "equation (21)",
        settings={
            "start": {"points": [-1, "1/2"], "weights": ["1/3", "2/3"]},
            "times": ["1/100", "1/10", 1],
        },
    ),
    Claim(
        "volume.jump",
        "volumes jump with the rates and then fall (ours)",
        volume_jumps_then_relaxes,
        "Section 4.1",
    ),
    Claim("impact.jump", "price impact jumps at once (ours)", impact_jumps, "Section 4.3"),
    Claim("settles", "the path ends at the new steady state", settles, "Theorem 2"),
    Claim("kurtosis", "the excess kurtosis overshoots (ours)", kurtosis_overshoots, "Corollary 3"),
)
