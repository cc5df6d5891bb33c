"""What solving bare auctions of offers and of private values, and best responses, reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gametheory.mechanism.auctions.best_response import BestResponse, BestResponseProblem
from gametheory.mechanism.auctions.offers import LinearOffer, PayAsBidAuction
from gametheory.mechanism.auctions.private_values import PowerBid, PrivateValueAuction
from gametheory.numbers import exact

if TYPE_CHECKING:
    from gametheory.solution import Solution


def report_offers(auction: PayAsBidAuction, solution: Solution) -> dict[str, Any]:
    """Return the offer, and the yield of the last unit that can be sold."""
    answer = solution.answer
    if not isinstance(answer, LinearOffer):
        return {}
    one: Any = exact if solution.exact else float
    share = one(auction.largest_supply) / auction.bidders
    return {**answer.to_data(), "highest_offer": one(answer.intercept) + one(answer.slope) * share}


def report_private_values(auction: PrivateValueAuction, solution: Solution) -> dict[str, Any]:
    """Return the bid function and the seller's expected revenue."""
    answer = solution.answer
    if not isinstance(answer, PowerBid):
        return {}
    one: Any = exact if solution.exact else float
    n, a, e = auction.bidders, auction.shape, answer.exponent
    top = one(answer.coefficient)
    # E[c V^e], V the highest value for a first price and any one's, n times, where all pay.
    revenue = top * a * n / (a * n + e) if auction.payment == "first_price" else n * top * a / (a + e)
    return {**answer.to_data(), "expected_revenue": revenue}


def report_best_response(problem: BestResponseProblem, solution: Solution) -> dict[str, Any]:
    """Return the best choice, its payoff, and the gain over the choice played."""
    answer = solution.answer
    return {"problem": problem.name, **answer.to_data()} if isinstance(answer, BestResponse) else {}
