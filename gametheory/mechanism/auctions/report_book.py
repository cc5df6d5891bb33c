"""What clearing a bare order book reports."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.mechanism.auctions.book import Clearing, NotIssued
from gametheory.numbers import exact

if TYPE_CHECKING:
    from gametheory.mechanism.auctions.book import OrderBook
    from gametheory.solution import Solution

#: Above this many bids what is filled is reported by bidder only, and bid by bid left to the answer.
_TABLE = 2_000


def report(book: OrderBook, solution: Solution) -> dict[str, Any]:
    """Return stop-out, demand, cover, dual interval, and what is filled and settled, by bidder and bid by bid.

    Above 2000 bids the tables by bid are left out, and so are bidders without a name.
    """
    answer = solution.answer

    def plain(value: Any) -> Any:
        return value if solution.exact else float(value)

    demand = _demand(book, solution.exact)
    if isinstance(answer, NotIssued):
        return {"issued": False, "demand": plain(demand), "supply": plain(exact(book.supply))}
    if not isinstance(answer, Clearing):
        return {}
    results: dict[str, Any] = {
        "issued": True,
        "stop_out": answer.stop_out,
        "dual_interval": list(answer.dual),
        "demand": plain(demand),
        "cover": plain(exact(demand) / exact(book.supply)),
        "filled_better": answer.inside,
        "filled_at_stop_out": answer.margin,
        "bids": len(book.limits),
    }
    if len(book.limits) > _TABLE:
        if book.bidders:
            results["allocation"] = {name: plain(filled) for name, filled in _by_bidder(book, answer).items()}
        return results
    names = book.bidders or [str(i) for i in range(len(book.limits))]
    settled = answer.settle(book)
    by_bidder: dict[str, Any] = {}
    for name, (filled, _) in zip(names, settled, strict=True):
        by_bidder[name] = by_bidder.get(name, 0) + filled
    placed = sum(by_bidder.values(), exact(0))
    results["average"] = plain(sum((q * (award or 0) for q, award in settled), exact(0)) / placed)
    results["allocation"] = {name: plain(filled) for name, filled in by_bidder.items()}
    results["filled"] = [plain(filled) for filled, _ in settled]
    results["awarded"] = [None if award is None else plain(award) for _, award in settled]
    return results


def _demand(book: OrderBook, exactly: bool) -> Any:
    """Return all eligible bids; floats are added as floats where nothing exact is asked for."""
    if not exactly and book.quantities.dtype.kind == "f":
        return float(book.quantities[book.eligible].sum())
    return book.lots.total(book.eligible)


def _by_bidder(book: OrderBook, answer: Clearing) -> dict[str, Fraction]:
    """Return what each bidder receives, in the order of their first bids."""
    numbers: dict[str, int] = {}
    groups = np.array([numbers.setdefault(name, len(numbers)) for name in book.bidders])
    inside, margin = (
        [share * total for total in book.lots.totals(groups, len(numbers), chosen)]
        for share, chosen in zip((exact(answer.inside), exact(answer.margin)), answer.accepted(book), strict=True)
    )
    return {name: inside[k] + margin[k] for name, k in numbers.items()}
