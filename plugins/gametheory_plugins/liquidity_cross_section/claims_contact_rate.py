"""Section 6.1: equation (36), Proposition 8, and what is wrong with them."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

from gametheory import Claim, Reported, exact
from gametheory_plugins.liquidity_cross_section.numbered import equation, erratum

STATEMENTS = ("equation (36)", "Proposition 8", "erratum 6", "erratum 7")

PAPER = {"variant": "paper", "cost_curvature": 0}
CORRECTED = {"variant": "corrected", "cost_curvature": 0}


def gain(r: Reported) -> float:
    """Return gamma_B sigma^2 sigma_eta^2."""
    return float(exact(r.model.gamma_B) * exact(r.model.sigma) ** 2 * exact(r.model.sigma_eta) ** 2)


def chosen(check: Callable[[Reported], Any]) -> Callable[[Reported], Any]:
    """Return a check made where banks choose to meet; at the corner, where the other market does not exist."""
    return lambda r: check(r if r["contact_rate"] > 0 else r.solve(other_contact_rate=0))


def objective(r: Reported, total: Fraction, others: Fraction) -> Fraction:
    """Return (36) over gamma_B sigma^2 sigma_eta^2, without the cost, at the total rates of the bank and of others."""
    rate = exact(r.model.r)
    return (-1 + total / (2 * others) - rate / total) / (2 * rate + total)


def _slope(function: Callable[[Fraction], Fraction], at: Fraction) -> float:
    step = Fraction(1, 10**6)
    return float((function(at + step) - function(at - step)) / (2 * step))


def _bend(function: Callable[[Fraction], Fraction], at: Fraction) -> float:
    step = Fraction(1, 10**6)
    return float((function(at + step) - 2 * function(at) + function(at - step)) / step**2)


def first_order(r: Reported) -> bool:
    """At the variant 'paper' the slope of (36) equals the marginal cost, at a rational point near the total rate."""
    total = Fraction(float(r["total_rate"])).limit_denominator(10**9)
    return abs(gain(r) * _slope(lambda x: objective(r, x, total), total) - float(r.model.marginal_cost)) < 1e-6


def derived_from_theorem_1(r: Reported) -> bool:
    """(36) is the mean of (14), with the state's spread taken at the bank's own rate, as C.8 does."""
    rate, noise = exact(r.model.r), exact(r.model.sigma_eta) ** 2
    risk = exact(r.model.gamma_B) * exact(r.model.sigma) ** 2
    for total, others in ((Fraction(1), Fraction(2)), (Fraction(3), Fraction(1, 2))):
        first = risk / (2 * rate + total) * (-noise + total / 2 * noise / others)
        mean = first - rate * risk / (2 * rate + total) * noise / total
        if mean != risk * noise * objective(r, total, others):
            return False
    return True


def limit_formula(r: Reported) -> float:
    """Return the paper's rate, sqrt(gamma_B/chi_0) sigma sigma_eta - lambda_c."""
    return math.sqrt(gain(r) / float(r.model.marginal_cost)) - float(r.model.other_contact_rate)


def near_limit(r: Reported) -> float:
    """Our rate as r falls to 0, under the variant in force."""
    return float(r.solve(r="1e-9")["contact_rate"])


def unique(r: Reported) -> bool:
    """Check that the marginal benefit falls in the rate, so that it meets a cost that does not fall once."""
    total = exact(r.model.other_contact_rate) + Fraction(1, 100)
    listed = [r.model.marginal_benefit(total * Fraction(5, 4) ** k) for k in range(40)]
    return all(a > b for a, b in pairwise(listed))


def cds_crowds_out(r: Reported) -> bool:
    """Check that a faster other market lowers the chosen rate one for one, down to the corner."""
    alone = Fraction(float(r.solve(other_contact_rate=0)["total_rate"])).limit_denominator(1000)
    total = float(r.solve(other_contact_rate=alone / 2)["total_rate"])
    others = [alone * Fraction(k, 6) for k in range(9)]
    rates = [float(r.solve(other_contact_rate=c)["contact_rate"]) for c in others]
    return all(abs(x - max(0.0, total - float(c))) < 1e-9 * total for x, c in zip(rates, others, strict=True))


def fast(r: Reported) -> Reported:
    """Return what banks choose where the other market alone is ten times faster than they would want."""
    return r.solve(other_contact_rate=exact(10 * float(r.solve(other_contact_rate=0)["total_rate"])))


def interior_always(r: Reported) -> bool:
    """Whether the paper's formula gives a rate that is not negative, at a fast other market."""
    return limit_formula(fast(r)) >= 0


def corner(r: Reported) -> bool:
    """At a fast other market nobody meets in this one, and the total rate is the other's."""
    found = fast(r)
    return bool(found["contact_rate"] == 0 and found["total_rate"] == found.model.other_contact_rate)


def second_order_as_printed(r: Reported) -> bool:
    """Check that the printed second derivative of (36) is the second derivative of (36)."""
    rate = exact(r.model.r)
    for x, others in ((Fraction(1), Fraction(1)), (Fraction(2), Fraction(1))):
        printed = (
            -2 / (2 * rate + x) ** 3 * (1 + rate / others + rate / x)
            - 2 / (2 * rate + x) ** 2 * rate / x**2
            - (1 / (2 * others**2) + 2 * rate / x**3) / (2 * rate + x)
        )
        ours = _bend(lambda y, others=others: objective(r, y, others), x)  # type: ignore[misc]
        if abs(float(printed) - ours) > 1e-5:
            return False
    return True


def second_order_mended(r: Reported) -> bool:
    """Without the term in lambda_b*, which the bank does not choose, it is; and it is negative."""
    rate = exact(r.model.r)
    for x, others in ((Fraction(1), Fraction(1)), (Fraction(2), Fraction(1))):
        mended = (
            -2 / (2 * rate + x) ** 3 * (1 + rate / others + rate / x)
            - 2 / (2 * rate + x) ** 2 * rate / x**2
            - 2 * rate / x**3 / (2 * rate + x)
        )
        ours = _bend(lambda y, others=others: objective(r, y, others), x)  # type: ignore[misc]
        if abs(float(mended) - ours) > 1e-5 or mended >= 0:
            return False
    return True


def nobody_deviates(r: Reported) -> bool:
    """Whether no bank gains by another rate, its bargaining taken into account."""
    return bool(r["deviation_gain"] <= 1e-9 * r.model.worth(float(r["total_rate"])))


CLAIMS = (
    equation(
        36,
        "the problem (36), and its first-order condition",
        chosen(lambda r: derived_from_theorem_1(r) and first_order(r)),
        settings=PAPER,
    ),
    Claim(
        "proposition8.limit",
        "lambda_b = sqrt(gamma_B/chi_0) sigma sigma_eta - lambda_c as r -> 0, by the paper's own condition",
        chosen(lambda r: abs(near_limit(r) - limit_formula(r)) < 1e-6),
        "Proposition 8",
        ("Proposition 8",),
        settings=PAPER,
    ),
    Claim(
        "proposition8.text",
        "the same limit where states are drawn from the economy, as the text says",
        chosen(lambda r: abs(near_limit(r) - limit_formula(r)) < 1e-6),
        "Section 6.1",
        settings={"variant": "paper_text", "cost_curvature": 0},
    ),
    Claim(
        "proposition8.equilibrium",
        "no bank gains by another contact rate",
        chosen(nobody_deviates),
        "Proposition 8",
        settings=PAPER,
        recorded="differs",
        reason="algebra slip: (14) is not the value of a bank with another rate than others: it bargains differently",
    ),
    Claim(
        "corrected.equilibrium",
        "at the corrected rate no bank gains by another",
        nobody_deviates,
        "Proposition 8",
        settings=CORRECTED,
    ),
    Claim(
        "corrected.limit",
        "as r -> 0 the corrected total rate is sqrt(4/3) times the paper's",
        None,
        "Proposition 8",
        paper=math.sqrt(4 / 3),
        ours=chosen(
            lambda r: (
                (near_limit(r) + float(r.model.other_contact_rate))
                / (limit_formula(r) + float(r.model.other_contact_rate))
            )
        ),
        tolerance=1e-6,
        settings=CORRECTED,
    ),
    Claim("proposition8.unique", "the symmetric equilibrium is unique", unique, "Proposition 8", settings=PAPER),
    Claim(
        "proposition8.crowding_out",
        "a deeper other market lowers the rate",
        cds_crowds_out,
        "Proposition 8",
        settings=CORRECTED,
    ),
    erratum(
        7,
        "the rate of Proposition 8 holds whatever lambda_c",
        interior_always,
        "Proposition 8",
        "our reading: it is negative where lambda_c is large; the rate is the larger of it and 0",
        settings=PAPER,
    ),
    Claim("erratum7.mended", "at a fast other market the rate is 0", corner, "Proposition 8", settings=PAPER),
    erratum(
        6,
        "the second derivative of (36) as printed in C.8",
        second_order_as_printed,
        "C.8",
        "algebra slip: a term differentiates with respect to lambda_b*, which the bank takes as given",
        settings=PAPER,
    ),
    Claim("erratum6.mended", "without that term, and negative", second_order_mended, "C.8", settings=PAPER),
)
