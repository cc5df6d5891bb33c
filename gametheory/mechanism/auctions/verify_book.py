"""Check of a claimed clearing of an order book: the rule of the stop-out, the shares filled, and duality."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory import tolerances
from gametheory.checks import Checks
from gametheory.errors import InputError
from gametheory.mechanism.auctions.book import Allotment, Clearing, NotIssued, OrderBook
from gametheory.numbers import exact as exact_number
from gametheory.numbers import float_array
from gametheory.solution import Certificate

Array = NDArray[Any]
#: Limits this close, relative to their size, are the same limit in floats.
_SAME = 1e-12
#: Demand at the stop-out over the supply below which what is left for it is lost in the rounding of floats.
_FINEST = 1e-7


def verify(
    book: OrderBook, answer: Clearing | Allotment | NotIssued, *, exact: bool, concept: str = "clearing"
) -> Certificate:
    """Check an answer to an order book.

    The placement that fills the best limits first is feasible for the linear program "place the supply at the least
    total yield" (greatest total value for prices), and the stop-out is feasible for its dual with the same value:
    that is the certificate. The shares filled are then compared with the book's rule.

    Parameters
    ----------
    book : OrderBook
        The book.
    answer : Clearing, Allotment or NotIssued
        What is claimed.
    exact : bool
        Whether to check in rational arithmetic with tolerance 0.
    concept : str
        Only ``"clearing"``.

    Returns
    -------
    Certificate
        Of kind ``"lp_duality"`` or ``"farkas_ray"``.
    """
    if concept != "clearing":
        raise InputError(f"an order book has no concept '{concept}'", remedy="its concept is 'clearing'")
    checks = Checks(tolerances.FEASIBILITY, exact)
    view = _View(book, exact)
    if isinstance(answer, NotIssued):
        demand = view.sum(book.eligible)
        _agree(checks, view.number(answer.demand), demand, "demand")
        _below(checks, view, book.eligible, "eligible demand covers the supply")
        return checks.certificate("farkas_ray")
    if not isinstance(answer, Clearing | Allotment):
        raise InputError(f"{type(answer).__name__} is not an answer to an order book")
    if isinstance(answer, Allotment) and len(answer.filled) != len(book.limits):
        raise InputError(f"'filled' has {len(answer.filled)} entries for {len(book.limits)} bids")
    stop_out = view.number(answer.stop_out)
    better, at = view.split(stop_out)
    inside, margin = view.sum(better), view.sum(at)
    checks.at_most(0 if at.any() else 1, "no eligible bid has the stop-out for its limit")
    short = (view.supply - inside - margin) / (1 if exact else view.supply)
    checks.at_most(short, "demand at the stop-out is short of the supply")
    _below(checks, view, better, "a better limit already covers the supply")
    if checks.found:
        return checks.certificate("lp_duality")
    left = view.left(better, inside, margin)
    rates = (1 + 0 * left, left / margin) if book.rule == "margin" else (view.supply / (inside + margin),) * 2
    primal = view.value(better) + left * stop_out
    dual = stop_out * view.supply + view.sign * view.surplus(better, stop_out)
    size = abs(primal) + abs(stop_out * view.supply)
    _agree(checks, primal, dual, "duality gap", size)
    if isinstance(answer, Clearing):
        checks.equal(view.number(answer.inside), rates[0], "share filled of better bids")
        checks.equal(view.number(answer.margin), rates[1], "share filled at the stop-out")
        _agree(checks, view.number(answer.objective), primal, "objective", size)
        _interval(checks, view, answer, better | at)
    else:
        for index, filled in enumerate(answer.filled.tolist()):
            whose = f", bidder '{book.bidders[index]}'" if book.bidders else ""
            rate = rates[0] if better[index] else rates[1] if at[index] else 0 * left
            wanted, name = rate * view.quantity(index), f"quantity filled of bid {index}{whose}"
            _agree(checks, view.number(filled), wanted, name, view.quantity(index))
    return checks.certificate("lp_duality")


def _agree(checks: Checks, found: Any, expected: Any, name: str, scale: Any = 0) -> None:
    """Check that two numbers are equal, in floats relative to their size or to `scale`, in whatever unit they are."""
    size = max(abs(found), abs(expected), scale)
    checks.at_most(abs(found - expected) / (1 if checks.exact or not size else size), name)


def _below(checks: Checks, view: _View, chosen: Array, name: str) -> None:
    """Check that chosen bids fall strictly short of the supply; equality is a violation of size 1."""
    excess = view.excess(chosen)
    checks.at_most((excess if excess > 0 else 1) if excess >= 0 else 0, name)


def _interval(checks: Checks, view: _View, answer: Clearing, accepted: Array) -> None:
    """Check the set of dual values: a point, or up to the first rejected limit where the supply is exhausted."""
    stop_out = view.number(answer.stop_out)
    near, far = answer.dual if view.ascending else reversed(answer.dual)
    if near is None:
        checks.at_most(1, "dual value nearest the accepted bids")
    else:
        _agree(checks, view.number(near), stop_out, "dual value nearest the accepted bids")
    found = None if far is None else view.number(far)
    if view.is_close(accepted) and found == stop_out:
        return  # in floats the supply may be exhausted or not; either way this value supports the clearing
    expected = view.next_limit(accepted) if view.excess(accepted) == 0 or view.is_close(accepted) else stop_out
    if expected is None or found is None:
        checks.at_most(0 if expected is None and found is None else 1, "dual value nearest the rejected bids")
    else:
        _agree(checks, found, expected, "dual value nearest the rejected bids")


class _View:
    """A book in one arithmetic: integers and fractions, or floats."""

    def __init__(self, book: OrderBook, exact: bool) -> None:
        self.book = book
        self.exact = exact
        self.ascending = book.ascending
        self.sign = -1 if book.ascending else 1
        self.eligible = book.eligible
        self.reserve = None if book.reserve is None else self.number(book.reserve)
        self.supply = self.number(book.supply)
        if not exact:
            # Fractions by the column that the solver may have made already: converting them is slow.
            self.quantities = book.lots.floats() if book.quantities.dtype == object else float_array(book.quantities)
            self.limits = book.ticks.floats() if book.limits.dtype == object else float_array(book.limits)

    def number(self, value: Any) -> Any:
        return exact_number(value) if self.exact else float(value)

    def quantity(self, index: int) -> Any:
        return self.book.lots[index] if self.exact else float(self.quantities[index])

    def split(self, stop_out: Any) -> tuple[Array, Array]:
        """Return which eligible bids are better than the stop-out, and which are at it."""
        if self.exact:
            below, at = self.book.ticks.compare(stop_out)
            better = below if self.ascending else ~(below | at)
        else:
            at = np.abs(self.limits - stop_out) <= _SAME * max(abs(stop_out), 1e-300)
            better = (self.limits < stop_out if self.ascending else self.limits > stop_out) & ~at
        return better & self.eligible, at & self.eligible

    def sum(self, chosen: Array) -> Any:
        return self.book.lots.total(chosen) if self.exact else float(self.quantities[chosen].sum())

    def is_close(self, chosen: Array) -> bool:
        """Say whether floats leave open if chosen bids cover the supply."""
        return not self.exact and abs(self.sum(chosen) - self.supply) <= _SAME * self.supply

    def excess(self, chosen: Array) -> Any:
        """Return demand of chosen bids less supply; where floats leave its sign open, from the decimals."""
        if not self.is_close(chosen):
            return self.sum(chosen) - self.supply
        return float(self.book.lots.total(chosen) - exact_number(self.book.supply))

    def left(self, better: Array, inside: Any, margin: Any) -> Any:
        """Return what better bids leave of the supply; from the decimals where it is lost in the rounding of floats."""
        if self.exact or margin >= _FINEST * self.supply:
            return self.supply - inside
        return float(exact_number(self.book.supply) - self.book.lots.total(better))

    def value(self, chosen: Array) -> Any:
        """Return quantity times limit over the chosen bids."""
        if self.exact:
            return self.book.lots.inner(self.book.ticks, chosen)
        return float(self.quantities[chosen] @ self.limits[chosen])

    def surplus(self, chosen: Array, stop_out: Any) -> Any:
        """Return what the chosen bids gain against their limits at the stop-out, as the dual program counts it."""
        if self.exact:
            return abs(stop_out * self.sum(chosen) - self.value(chosen))
        return float(self.quantities[chosen] @ np.abs(self.limits[chosen] - stop_out))

    def next_limit(self, accepted: Array) -> Any:
        """Return the first limit beyond the accepted bids, or the reserve, or None."""
        rest = np.flatnonzero(self.eligible & ~accepted)
        if not len(rest):
            return self.reserve
        keys = self.book.ticks.keys[rest] if self.exact else self.limits[rest]
        best = int(rest[keys.argmin() if self.ascending else keys.argmax()])
        return self.book.ticks[best] if self.exact else float(self.limits[best])
