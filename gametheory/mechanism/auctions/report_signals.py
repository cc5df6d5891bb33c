"""What solving a bare share auction with private signals reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gametheory.mechanism.auctions.signals import NoLinearEquilibrium, SignalAuction, SignalSchedule
from gametheory.mechanism.auctions.verify_signals import expected_gain
from gametheory.numbers import exact

if TYPE_CHECKING:
    from gametheory.solution import Solution


def report(auction: SignalAuction, solution: Solution) -> dict[str, Any]:
    """Return the schedule, the expected stop-out and the expected payoff of a bidder."""
    answer = solution.answer
    if isinstance(answer, NoLinearEquilibrium):
        return {"informativeness": answer.informativeness}
    if not isinstance(answer, SignalSchedule):
        return {}
    one: Any = exact if solution.exact else float
    held = SignalSchedule(one(answer.intercept), one(answer.slope), one(answer.weight))
    share = one(auction.supply) / auction.bidders
    return {
        **held.to_data(),
        "expected_stop_out": (share - held.intercept + held.weight * one(auction.mean)) / held.slope,
        "expected_payoff": expected_gain(auction, held, one)["payoff"],
    }
