"""What solving a bare auction in reduced form reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gametheory.mechanism.reduced_form.auction import ReducedFormAuction
    from gametheory.solution import Solution


def report(auction: ReducedFormAuction, solution: Solution) -> dict[str, Any]:
    """Return expected revenue and surplus, the probability of a sale, and each bidder's schedule."""
    answer = solution.answer
    bidders = range(len(auction.bidders))
    f, v = auction.probabilities, auction.values

    def schedules(lists: Any) -> dict[str, dict[str, Any]]:
        return {
            bidder: dict(zip((str(x) for x in v[i]), lists[i].tolist(), strict=True))
            for i, bidder in enumerate(auction.bidders)
        }

    return {
        "revenue": sum((f[i] * answer.payments[i]).sum() for i in bidders),
        "surplus": sum((f[i] * (v[i] - auction.reserve) * answer.winning[i]).sum() for i in bidders),
        "sale_probability": sum((f[i] * answer.winning[i]).sum() for i in bidders),
        "winning": schedules(answer.winning),
        "payments": schedules(answer.payments),
        "ironed_virtual_values": schedules(answer.ironed),
    }
