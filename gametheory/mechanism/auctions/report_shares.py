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
        results: dict[str, Any] = {
            "constant": answer.constant,
            "linear": answer.linear,
            "exponent": f"1/{auction.bidders - 1}",
        }
        if not solution.exact:  # the yields that clear are irrational
            for name, supply in zip(("at_supply", "at_supply_high"), auction.supplies, strict=False):
                results[name] = _cleared(auction, answer, float(supply))
        return results
    if not isinstance(answer, LinearSchedules):
        return {}
    make = exact_array if solution.exact else float_array
    results = {"intercepts": answer.intercepts.tolist(), "slopes": answer.slopes.tolist()}
    for name, supply in zip(("at_supply", "at_supply_high"), auction.supplies, strict=False):
        stop_out, taken = answer.cleared(auction, supply)
        margins = stop_out - make(auction.expected_yields)
        payoffs = taken * margins - make(auction.curvatures) * taken * taken / 2
        results[name] = {"stop_out": stop_out, "quantities": taken.tolist(), "payoffs": payoffs.tolist()}
    return results


def _cleared(auction: ShareAuction, answer: PowerSchedule, supply: float) -> dict[str, Any]:
    """Bisect for the yield at which the schedules clear a supply."""
    n, slope, expected = auction.bidders, float(auction.supply_slope), float(auction.expected_yields[0])
    constant, linear = float(answer.constant), float(answer.linear)

    def taken(margin: float) -> float:
        return float(constant * margin ** (1 / (n - 1)) - linear * margin)

    high = float(auction.reserve) - expected if auction.reserve is not None else (supply / (n * constant)) ** (n - 1)
    low = 0.0
    for _ in range(200):
        middle = (low + high) / 2
        short = n * taken(middle) < supply - slope * (expected + middle)
        low, high = (middle, high) if short else (low, middle)
    return {"stop_out": expected + high, "quantity": taken(high), "payoff": high * taken(high)}
