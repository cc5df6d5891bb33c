"""Best-response check of linear offers in a pay-as-bid auction, unit by unit."""

from __future__ import annotations

from typing import Any

from gametheory import tolerances
from gametheory.checks import Checks
from gametheory.errors import InputError
from gametheory.mechanism.auctions.offers import LinearOffer, PayAsBidAuction
from gametheory.numbers import exact as exact_number
from gametheory.solution import Certificate


def verify(auction: PayAsBidAuction, answer: LinearOffer, *, exact: bool, concept: str = "nash") -> Certificate:
    """Compare an offer with the best response to it, unit by unit.

    The q-th unit, offered at p, is sold if the supply exceeds q and what the others offer up to p: it earns
    ``(p - cost) P(Q > q + (n-1) phi(p))``. With linear offers this is ``(p - cost) (B - D p)^shape``, which has one
    top, linear in q. Choosing each unit's yield on its own, rising or not, bounds every schedule. Above the highest
    offer that can be accepted the chance of a sale falls faster than the yield rises when ``shape (n-1) >= 1``; below
    the lowest it is constant.

    Parameters
    ----------
    auction : PayAsBidAuction
        The auction.
    answer : LinearOffer
        The offer claimed to be an equilibrium.
    exact : bool
        Whether to compute in fractions with tolerance 0. In floats, distances are relative to the spread of the costs.
    concept : str
        Only ``"nash"``.

    Returns
    -------
    Certificate
        Of kind ``"best_response"``; `max_violation` is the largest distance, in yield, of a unit's offer from its best
        response, over all units that can be sold.
    """
    if concept != "nash":
        raise InputError(f"a pay-as-bid auction has no concept '{concept}'", remedy="its concept is 'nash'")
    if not isinstance(answer, LinearOffer):
        raise InputError(f"{type(answer).__name__} is not an answer to a pay-as-bid auction")
    checks = Checks(tolerances.REGRET, exact)
    one: Any = exact_number if exact else float
    largest, slope, intercept = one(auction.largest_supply), one(answer.slope), one(answer.intercept)
    share = largest / auction.bidders
    checks.at_most(0 if slope > 0 else 1 - slope, "the offers rise")
    if checks.found:
        return checks.certificate("best_response")
    # Both the offer and its best response are linear in the unit: the ends decide.
    last = one(auction.expected_yield) + one(auction.curvature) * share
    scale = 1 if exact else one(auction.curvature) * share
    for unit, name in ((0 * share, "first unit"), (share, "last unit that can be sold")):
        best = best_offer(auction, answer, unit, one)
        checks.equal((intercept + slope * unit) / scale, best / scale, f"offer of the {name}")
    checks.equal((intercept + slope * share) / scale, last / scale, "the last unit that can be sold is offered at cost")
    return checks.certificate("best_response")


def best_offer(auction: PayAsBidAuction, answer: LinearOffer, unit: Any, one: Any = exact_number) -> Any:
    """Return the yield at which to offer a unit, if all others use the linear offer.

    Parameters
    ----------
    auction, answer
        The auction, and the others' offer; its slope is positive.
    unit : Fraction or float
        Which unit, from 0 to an equal share of the largest supply.
    one : callable
        `gametheory.numbers.exact` or `float`: the arithmetic.
    """
    n, largest, shape = auction.bidders, one(auction.largest_supply), one(auction.shape)
    slope, intercept = one(answer.slope), one(answer.intercept)
    cost = one(auction.expected_yield) + one(auction.curvature) * unit
    fall = (n - 1) / slope / largest
    chance = 1 - unit / largest + fall * intercept
    return (chance + shape * fall * cost) / (fall * (1 + shape))
