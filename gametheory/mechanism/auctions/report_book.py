"""What clearing a bare order book reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gametheory.mechanism.auctions.book import Clearing, NotIssued
from gametheory.mechanism.auctions.ticks import total
from gametheory.numbers import exact

if TYPE_CHECKING:
    from gametheory.mechanism.auctions.book import OrderBook
    from gametheory.solution import Solution

#: Above this many bids the table of bids is left to the answer.
_TABLE = 10_000


def report(book: OrderBook, solution: Solution) -> dict[str, Any]:
    """Return stop-out, demand, cover, dual interval, what is filled and what it pays, in all and bid by bid."""
    answer = solution.answer
    (lots, lot), (ticks, tick) = book.lots, book.ticks
    exactly = isinstance(getattr(answer, "demand", None) or getattr(answer, "stop_out", None), exact(0).__class__)

    def plain(value: Any) -> Any:
        return value if exactly else float(value)

    demand = total(lots[book.eligible]) * lot
    if isinstance(answer, NotIssued):
        return {"issued": False, "demand": plain(demand), "supply": plain(exact(book.supply))}
    if not isinstance(answer, Clearing):
        return {}
    results: dict[str, Any] = {
        "issued": True,
        "stop_out": answer.stop_out,
        "dual_interval": list(answer.dual),
        "demand": plain(demand),
        "cover": plain(demand / exact(book.supply)),
        "filled_better": answer.inside,
        "filled_at_stop_out": answer.margin,
        "bids": len(lots),
    }
    if len(lots) > _TABLE:
        return results
    stop, sign = exact(answer.stop_out), 1 if book.ascending else -1
    limits = [int(t) * tick for t in ticks.tolist()]
    if not exactly:  # the answer names one of the limits, rounded
        stop = min(limits, key=lambda v: abs(v - stop))
    inside, margin = exact(answer.inside), exact(answer.margin)
    table, paid, placed = [], exact(0), exact(0)
    names = book.bidders or [str(i) for i in range(len(limits))]
    for name, whole, limit, admitted in zip(names, lots.tolist(), limits, book.eligible.tolist(), strict=True):
        side = sign * (limit - stop)
        rate = exact(0) if not admitted or side > 0 else margin if side == 0 else inside
        filled = rate * int(whole) * lot
        award = (stop if book.payment == "uniform" else limit) if filled else None
        placed, paid = placed + filled, paid + filled * (award or 0)
        row = {"bidder": name, "quantity": plain(int(whole) * lot), book.quote: plain(limit), "filled": plain(filled)}
        table.append({**row, "awarded": None if award is None else plain(award)})
    by_bidder: dict[str, Any] = {}
    for row in table:
        by_bidder[row["bidder"]] = by_bidder.get(row["bidder"], 0) + row["filled"]
    results[f"average_{book.quote}"] = plain(paid / placed)
    results["allocation"] = by_bidder
    results["book"] = table
    return results
