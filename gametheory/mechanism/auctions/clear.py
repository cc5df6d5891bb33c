"""Clear an order book: sort, cumulate, stop where demand covers supply."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from gametheory.limits import LimitReached
from gametheory.mechanism.auctions.book import Clearing, NotIssued, OrderBook
from gametheory.numbers import NumberSizeError, exact
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options

#: Demand at the stop-out over the supply below which what is left for it is lost in the rounding of floats.
_FINEST = 1e-7


def solve(book: OrderBook, options: Options) -> Outcome:
    """Return the stop-out, the shares filled and the dual interval of a book, decided in integers.

    Parameters
    ----------
    book : OrderBook
        Any book; a million bids sort in a fraction of a second.
    options : Options
        `exact` chooses fractions or floats for the answer; every comparison is exact in both cases.

    Returns
    -------
    Outcome
        `Clearing`, or `NotIssued` if eligible demand falls short of the supply.
    """
    try:
        options.budget.check()
        held: Clearing | NotIssued | None = None if options.exact else clear_in_floats(book)
        answer = held or clear(book)
        held = held or (answer if options.exact else _in_floats(answer, book))
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, exact=options.exact, message=str(limit))
    except OverflowError:
        said = "the book's demand or value is too large for a float"
        raise NumberSizeError(said, place="order book", remedy="solve exactly, or change units") from None
    if isinstance(answer, NotIssued):
        said = f"demand of {answer.demand} is short of the supply of {book.supply}: not issued"
        return Outcome(Termination.INFEASIBLE, held, exact=options.exact, complete="all", message=said)
    return Outcome(Termination.SOLVED, held, exact=options.exact, complete="all")


def clear_in_floats(book: OrderBook) -> Clearing | NotIssued | None:
    """Clear a book of floats where rounding cannot change the outcome; else return None."""
    if book.quantities.dtype.kind != "f" or book.limits.dtype.kind != "f":
        return None
    quantities, limits = book.quantities, book.limits
    if book.reserve is not None:
        quantities, limits = quantities[book.eligible], limits[book.eligible]
    order = np.argsort(limits if book.ascending else -limits)
    key, sorted_quantities = limits[order], quantities[order]
    with np.errstate(over="ignore"):
        cumulated = np.concatenate([[0.0], np.cumsum(sorted_quantities)])
    supply, demand = float(book.supply), float(cumulated[-1])
    rounding = len(cumulated) * float(np.finfo(np.float64).eps) * max(supply, demand)
    if not math.isfinite(demand * max(1.0, float(np.abs(limits).max(initial=0.0)))):
        return None
    if demand + rounding < supply:
        return NotIssued(demand)
    last = int(np.searchsorted(cumulated, supply)) - 1
    if not 0 <= last < len(key):
        return None
    stop_out = key[last]
    levels = key if book.ascending else -key
    first_at, first_worse = (int(np.searchsorted(levels, levels[last], side=side)) for side in ("left", "right"))
    better, accepted = float(cumulated[first_at]), float(cumulated[first_worse])
    if better + rounding >= supply or accepted - rounding <= supply:
        return None
    # Summed by halves, which rounds less than one after the other.
    better, margin = float(sorted_quantities[:first_at].sum()), float(sorted_quantities[first_at:first_worse].sum())
    if margin < _FINEST * supply:
        return None
    accepted = better + margin
    rates = (1.0, (supply - better) / margin)
    if book.rule == "spread":
        rates = (supply / accepted,) * 2
    objective = float(key[:first_at] @ sorted_quantities[:first_at]) + (supply - better) * float(stop_out)
    return Clearing(float(stop_out), *rates, objective, (float(stop_out), float(stop_out)))


def clear(book: OrderBook) -> Clearing | NotIssued:
    """Clear a book in fractions."""
    lots, limits = book.lots, book.ticks
    if book.reserve is not None:
        lots, limits = lots.take(book.eligible), limits.take(book.eligible)
    supply, demand = exact(book.supply), lots.total()
    if demand < supply:
        return NotIssued(demand)
    key = limits.keys if book.ascending else -limits.keys
    order = np.argsort(key)
    last = int(order[lots.first_covering(supply, order)])
    better, at, stop_out = key < key[last], key == key[last], limits[last]
    filled, marginal = lots.total(better), lots.total(at)
    accepted = filled + marginal
    if book.rule == "margin":
        inside, margin = Fraction(1), (supply - filled) / marginal
    else:
        inside = margin = supply / accepted
    worse: Fraction | None = stop_out
    if accepted == supply:  # any value up to the first rejected limit supports the same placement
        rejected = np.flatnonzero(key > key[last])
        if len(rejected):
            worse = limits[int(rejected[key[rejected].argmin()])]
        else:
            worse = None if book.reserve is None else exact(book.reserve)
    objective = lots.inner(limits, better) + (supply - filled) * stop_out
    dual = (stop_out, worse) if book.ascending else (worse, stop_out)
    return Clearing(stop_out, inside, margin, objective, dual)


def _in_floats(found: Clearing | NotIssued, book: OrderBook) -> Clearing | NotIssued:
    """Return a clearing in floats; raises `OverflowError` if it, or the demand of its book, is too large for them."""
    if isinstance(found, NotIssued):
        return NotIssued(float(found.demand))
    float(book.lots.total())

    def plain(value: Any) -> Any:
        return None if value is None else float(value)

    low, high = (plain(v) for v in found.dual)
    return Clearing(
        float(found.stop_out), float(found.inside), float(found.margin), float(found.objective), (low, high)
    )
