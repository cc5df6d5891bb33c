"""Equilibria of share auctions in closed form."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from gametheory.limits import LimitReached
from gametheory.mechanism.auctions.shares import LinearSchedules, PowerSchedule, ShareAuction
from gametheory.numbers import exact, exact_array, float_array, number
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options

#: Yields over the margin between them, from which on floats leave too few digits to clear with.
_FINEST = 10**6


def refuses_linear(auction: ShareAuction, options: Options) -> str | None:
    """Say why there is no linear supply function equilibrium in closed form here."""
    if not bool((auction.curvatures > 0).all()):
        return "linear supply functions need increasing marginal costs (curvatures above 0); with none, use back_zender"
    if options.exact and slope(auction) is None:
        return "the slopes of this equilibrium are irrational; leave out exact"
    return None


def solve_linear(auction: ShareAuction, options: Options) -> Outcome:
    """Find the equilibrium in linear supply functions ``k_i (r - E_i)``, optimal whatever the supply turns out to be.

    With d_i the slope of the residual supply, ``k_i = d_i / (1 + kappa_i d_i)``. For a common curvature k is a root of
    ``kappa (n-1) k^2 + (kappa s - (n-2)) k - s = 0``, s the slope of the issuer's supply; otherwise the sum of all
    slopes is found by bisection.
    """
    try:
        options.budget.check()
        found = slope(auction)
        if options.exact:
            slopes = exact_array([found] * auction.bidders)
            intercepts = -slopes * exact_array(auction.expected_yields)
        else:
            slopes = _uneven_slopes(auction) if found is None else np.full(auction.bidders, float(found))
            intercepts = -slopes * float_array(auction.expected_yields)
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, exact=options.exact, message=str(limit))
    answer = LinearSchedules(intercepts, slopes)
    for supply in auction.supplies:
        stop_out, taken = answer.cleared(auction, supply)
        rounding = 0 if options.exact else 1e-12 * abs(float(stop_out))
        if auction.reserve is not None and exact(stop_out) > exact(auction.reserve) + exact(rounding):
            said = f"the linear schedules clear at {_shown(stop_out)}, above the reserve of {_shown(auction.reserve)}"
            return Outcome(Termination.FAILED, None, exact=options.exact, message=said)
        if bool((taken < 0).any()):
            who = int(np.flatnonzero(taken < 0)[0])
            said = f"bidder {who} would sell: its expected yield is above the stop-out"
            return Outcome(Termination.FAILED, None, exact=options.exact, message=said)
    return Outcome(Termination.SOLVED, answer, exact=options.exact)


def _shown(value: Any) -> str:
    return str(value) if isinstance(value, Fraction) else f"{value:.6g}"


def slope(auction: ShareAuction) -> Fraction | None:
    """Return the common slope of the linear schedules if it is rational, else None."""
    curvatures = {exact(v) for v in auction.curvatures.tolist()}
    if len(curvatures) != 1:
        return None
    kappa, s, n = curvatures.pop(), exact(auction.supply_slope), auction.bidders
    b = kappa * s - (n - 2)
    square = b * b + 4 * kappa * (n - 1) * s
    top, bottom = math.isqrt(square.numerator), math.isqrt(square.denominator)
    if top * top != square.numerator or bottom * bottom != square.denominator:
        return None
    return (Fraction(top, bottom) - b) / (2 * kappa * (n - 1))


def _uneven_slopes(auction: ShareAuction) -> Any:
    """Return the slopes for any curvatures: each is a function of the sum B of all slopes, and B is their sum."""
    kappa, s = float_array(auction.curvatures), float(auction.supply_slope)

    def slopes(total: float) -> Any:
        b = 2 + kappa * total
        return 2 * total / (b + np.sqrt(b * b - 4 * kappa * total))

    low, high = s, s + float((1 / kappa).sum())
    low = max(low, 1e-9 * high)
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if slopes(middle).sum() + s > middle else (low, middle)
    return slopes(high)


def refuses_back_zender(auction: ShareAuction, options: Options) -> str | None:
    """Say why the equilibria of Wilson, and Back and Zender, do not apply."""
    if not auction.symmetric or bool((auction.curvatures > 0).any()):
        return "back_zender needs one expected yield and curvature 0"
    if auction.supply_high is not None or auction.supply_slope > 0:
        return "back_zender needs a known, inelastic supply; use klemperer_meyer"
    if auction.reserve is None and "stop_out" not in options.extra:
        return "back_zender needs a reserve, or the option stop_out: every yield above the expected one is supported"
    return None


def solve_back_zender(auction: ShareAuction, options: Options) -> Outcome:
    """Return schedules that support a chosen stop-out, by default the reserve.

    ``b(r) = S [(n-2)/(n(n-1)) + (r-E) / (n(n-1)(R-E))]`` supports the stop-out R above E: along the residual supply
    each bidder's payoff is a parabola in the yield with its top at R. Every R up to the reserve has an equilibrium.
    """
    n, supply, expected = auction.bidders, exact(auction.supply), exact(auction.expected_yields[0])
    stop_out = exact(options.extra.get("stop_out", auction.reserve))
    if not stop_out > expected or (auction.reserve is not None and stop_out > exact(auction.reserve)):
        most = "" if auction.reserve is None else f" and at most the reserve of {_shown(auction.reserve)}"
        said = f"no schedule supports a stop-out of {_shown(stop_out)}: it is above {_shown(expected)}{most}"
        return Outcome(Termination.FAILED, None, exact=options.exact, message=said)
    if not options.exact and (stop_out - expected) * _FINEST < max(abs(stop_out), abs(expected)):
        said = "the stop-out is too close to the expected yield for floats: solve exactly"
        return Outcome(Termination.FAILED, None, exact=False, message=said)
    rise = supply / (n * (n - 1) * (stop_out - expected))
    start = supply * (n - 2) / (n * (n - 1)) - rise * expected
    make = exact_array if options.exact else float_array
    return Outcome(Termination.SOLVED, LinearSchedules(make([start] * n), make([rise] * n)), exact=options.exact)


def refuses_klemperer_meyer(auction: ShareAuction, options: Options) -> str | None:
    """Say why the Klemperer-Meyer family does not apply."""
    if not auction.symmetric or bool((auction.curvatures > 0).any()):
        return "klemperer_meyer needs one expected yield and curvature 0; use linear"
    if auction.bidders < 3:
        return "klemperer_meyer needs at least 3 bidders"
    if auction.supply_slope > 0 and auction.reserve is None:
        return "with elastic supply the schedules rise only up to some yield: give a reserve"
    if auction.reserve is None and "constant" not in options.extra:
        return "without a reserve the option constant chooses the member of the family"
    return None


def solve_klemperer_meyer(auction: ShareAuction, options: Options) -> Outcome:
    """Return a member of the family ``C u^(1/(n-1)) - s u/(n-2)``; C is the option constant.

    Each solves ``(n-1) b' = b/u - s``, the first-order condition at every supply. By default C is about the least for
    which the schedules rise up to the reserve and cover the largest supply there.
    """
    convert = exact if options.exact else lambda value: float(number(value))
    m, s = auction.bidders - 1, exact(auction.supply_slope)
    linear = s / (m - 1)
    least = 0.0
    if auction.reserve is not None:
        top = exact(auction.reserve) - exact(auction.expected_yields[0])
        rising = m * float(linear) * float(top) ** ((m - 1) / m)
        left = exact(auction.supplies[-1]) - s * exact(auction.reserve) + (m + 1) * linear * top
        covering = float(left) / (m + 1) / float(top) ** (1 / m)
        least = max(rising, covering)
    constant = exact(options.extra.get("constant", float(f"{least * (1 + 1e-9):.12g}")))
    if constant <= 0 or constant < least * (1 - 1e-9):
        said = f"schedules that rise and cover the supply up to the reserve need a constant of at least {least:.6g}"
        return Outcome(Termination.FAILED, None, exact=options.exact, message=said)
    return Outcome(Termination.SOLVED, PowerSchedule(convert(constant), convert(linear)), exact=options.exact)
