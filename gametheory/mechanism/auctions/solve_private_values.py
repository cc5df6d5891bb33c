"""Symmetric equilibria of first-price and all-pay auctions, in closed form."""

from __future__ import annotations

from gametheory.mechanism.auctions.private_values import PowerBid, PrivateValueAuction
from gametheory.numbers import exact
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options


def solve(auction: PrivateValueAuction, options: Options) -> Outcome:
    """Bid the expected highest rival value given that it is lower; in an all-pay auction, times the chance to win."""
    m = auction.rivalry
    coefficient = exact(auction.highest) * m / (m + 1)
    exponent = 1 if auction.payment == "first_price" else m + 1
    answer = PowerBid(coefficient if options.exact else float(coefficient), exponent)
    return Outcome(Termination.SOLVED, answer, exact=options.exact)
