"""What solving a bare share auction reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gametheory.mechanism.auctions.shares import LinearSchedules, PowerSchedule, ShareAuction
from gametheory.numbers import exact_array, float_array

if TYPE_CHECKING:
    from gametheory.solution import Solution


def report(auction: ShareAuction, solution: Solution) -> dict[str, Any]:
    """Return schedules, and stop-out, quantities and payoffs at the least and the largest supply."""
    answer = solution.answer
    if isinstance(answer, PowerSchedule):
        return {"power": answer.power, "linear": answer.linear, "exponent": f"1/{auction.bidders - 1}"}
    if not isinstance(answer, LinearSchedules):
        return {}
    make = exact_array if solution.exact else float_array
    results: dict[str, Any] = {"intercepts": answer.intercepts.tolist(), "slopes": answer.slopes.tolist()}
    for name, supply in zip(("at_supply", "at_supply_high"), auction.supplies, strict=False):
        stop_out, taken = answer.cleared(auction, supply)
        margins = stop_out - make(auction.expected_yields)
        payoffs = taken * margins - make(auction.curvatures) * taken * taken / 2
        results[name] = {"stop_out": stop_out, "quantities": taken.tolist(), "payoffs": payoffs.tolist()}
    return results
