"""The linear equilibrium of a share auction with private signals, in closed form."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gametheory.mechanism.auctions.signals import NoLinearEquilibrium, SignalAuction, SignalSchedule
from gametheory.numbers import exact
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options


def solve(auction: SignalAuction, options: Options) -> Outcome:
    """Match coefficients: a bidder infers the mean signal from the stop-out, and bids his conditional expectation.

    With ``A = v(1-rho) / (v(1-rho) + e)`` and ``C = v(1+(n-1)rho) / (v(1+(n-1)rho) + e)`` the expectation of theta_i
    given all signals is ``mean (1-C) + A s_i + (C-A) sbar``. Then ``curvature k = A/C - 1/(n-1)``, ``d = curvature +
    1/((n-1)k)``, the weight on the signal is A/d and the intercept follows; there is none unless k is positive.
    """
    v, rho, e = exact(auction.variance), exact(auction.correlation), exact(auction.noise)
    mean, kappa, supply, n = exact(auction.mean), exact(auction.curvature), exact(auction.supply), auction.bidders

    def plain(value: Fraction) -> Any:
        return value if options.exact else float(value)

    own, common = v * (1 - rho), v * (1 + (n - 1) * rho)
    a = own / (own + e) if own else Fraction(0)
    c = common / (common + e)
    if a / c <= Fraction(1, n - 1):
        said = "signals tell too little of what is one's own: no linear equilibrium"
        none = NoLinearEquilibrium(plain(a / c))
        return Outcome(Termination.NONE_EXISTS, none, exact=options.exact, complete="all", message=said)
    slope = (a / c - Fraction(1, n - 1)) / kappa
    steepness = kappa + 1 / ((n - 1) * slope)
    intercept = ((c - a) * supply / n - a * mean * (1 - c) / steepness) / c
    answer = SignalSchedule(plain(intercept), plain(slope), plain(a / steepness))
    return Outcome(Termination.SOLVED, answer, exact=options.exact)
