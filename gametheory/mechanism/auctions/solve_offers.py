"""The symmetric equilibrium of a pay-as-bid auction with random supply, in closed form."""

from __future__ import annotations

from gametheory.mechanism.auctions.offers import LinearOffer, PayAsBidAuction
from gametheory.numbers import exact
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options


def solve(auction: PayAsBidAuction, options: Options) -> Outcome:
    """Average the marginal yield over the supplies at which a unit is marginal or better.

    The offer at the total quantity Q is the mean of ``v(x/n)`` over x above Q under the law with survival
    ``((1-F(x)) / (1-F(Q)))^((n-1)/n)``. For this law of the supply that mean lies at the share ``1/(a+1)`` of the way
    from Q to the largest supply, ``a = shape (n-1)/n``; v is linear, and so is the offer.
    """
    n = auction.bidders
    a = exact(auction.shape) * (n - 1) / n
    largest, kappa = exact(auction.largest_supply), exact(auction.curvature)
    intercept = exact(auction.expected_yield) + kappa * largest / n / (a + 1)
    slope = kappa * a / (a + 1)
    answer = LinearOffer(intercept, slope) if options.exact else LinearOffer(float(intercept), float(slope))
    return Outcome(Termination.SOLVED, answer, exact=options.exact)
