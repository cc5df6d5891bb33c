"""Order books of a divisible good on sale: bids by quantity and limit, and the rules of the sale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from gametheory.errors import InputError, nearest
from gametheory.mechanism.auctions.columns import Column
from gametheory.notebook import Displayed
from gametheory.numbers import decode, decode_array, exact, number, number_array
from gametheory.solution import Termination

Array = NDArray[Any]
Number = Fraction | float

#: What a book may say of itself.
QUOTES, RULES, PAYMENTS = ("yield", "price"), ("margin", "spread"), ("uniform", "discriminatory")


@dataclass(frozen=True, eq=False)
class OrderBook(Displayed):
    """Bids for a divisible supply, and how the sale is settled.

    A bid asks for up to `quantity` at its limit or better. In a book of yields the limit is the lowest yield the
    bidder accepts, and bids are served in ascending order; in a book of prices it is the highest price the bidder
    pays, and bids are served in descending order. The stop-out is the first limit, in that order, at which cumulated
    demand covers the supply. Better bids are filled; bids at the stop-out share what is left in proportion to their
    quantities (`margin`), or all accepted bids share the supply in proportion (`spread`, Kremer and Nyborg 2004).

    Attributes
    ----------
    quantities : array, shape (n,)
        Positive; integers (lots), floats, or fractions.
    limits : array, shape (n,)
        Yields or prices; integers (ticks), floats, or fractions. Equal limits are ties.
    supply : Fraction or float
        What is on sale, positive, in the unit of the quantities.
    quote : str
        ``"yield"`` or ``"price"``.
    rule : str
        ``"margin"`` or ``"spread"``.
    payment : str
        ``"uniform"`` (the stop-out for everyone) or ``"discriminatory"`` (the own limit).
    reserve : Fraction, float or None
        The highest yield or lowest price the seller accepts; bids beyond it are not eligible.
    bidders : tuple of str
        Who placed each bid; names may repeat. Empty for bids that are only numbered.

    Raises
    ------
    InputError
        If there is no bid, a quantity or the supply is not positive, lengths differ, or a number is not finite.
    """

    quantities: Array
    limits: Array
    supply: Number
    quote: str = "yield"
    rule: str = "margin"
    payment: str = "uniform"
    reserve: Number | None = None
    bidders: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, value, known in (
            ("quote", self.quote, QUOTES),
            ("rule", self.rule, RULES),
            ("payment", self.payment, PAYMENTS),
        ):
            if value not in known:
                raise InputError(f"{name} is {value!r}", place="order book", remedy=nearest(str(value), known))
        object.__setattr__(self, "bidders", _names(self.bidders))
        for name in ("quantities", "limits"):
            values = _vector(getattr(self, name), name, self.bidders)
            values.setflags(write=False)
            object.__setattr__(self, name, values)
        if not len(self.quantities):
            raise InputError("the order book holds no bid", remedy="give each bid a quantity and a limit")
        if len(self.quantities) != len(self.limits):
            raise InputError(f"{len(self.quantities)} quantities and {len(self.limits)} limits in one order book")
        if self.bidders and len(self.bidders) != len(self.quantities):
            raise InputError(f"{len(self.bidders)} bidders are named for {len(self.quantities)} bids")
        wrong = np.flatnonzero(np.asarray(self.quantities <= 0, dtype=bool))
        if len(wrong):
            raise InputError(
                f"the quantity is {self.quantities[wrong[0]]}; quantities are positive",
                place=_place("quantities", int(wrong[0]), self.bidders),
            )
        supply = _placed_number(self.supply, "supply")
        if supply <= 0:
            raise InputError(f"the supply is {supply}; it is positive", place="supply")
        object.__setattr__(self, "supply", supply)
        if self.reserve is not None:
            object.__setattr__(self, "reserve", _placed_number(self.reserve, "reserve"))

    @property
    def ascending(self) -> bool:
        """Whether bids are served from the lowest limit up (yields)."""
        return self.quote == "yield"

    @cached_property
    def lots(self) -> Column:
        """Quantities, exactly."""
        return Column.of(self.quantities)

    @cached_property
    def ticks(self) -> Column:
        """Limits, exactly."""
        return Column.of(self.limits)

    @cached_property
    def eligible(self) -> Array:
        """Which bids the reserve admits, shape (n,), boolean."""
        if self.reserve is None:
            return np.ones(len(self.limits), dtype=bool)
        reserve = exact(self.reserve)
        bound: Any = reserve
        if self.limits.dtype.kind == "i":
            bound = reserve.__floor__() if self.ascending else reserve.__ceil__()
        elif self.limits.dtype.kind == "f":
            bound = float(reserve)
            beyond = exact(bound) > reserve if self.ascending else exact(bound) < reserve
            if beyond:  # the reserve has no float, and the nearest one is on its other side
                bound = float(np.nextafter(bound, -np.inf if self.ascending else np.inf))
        admitted = self.limits <= bound if self.ascending else self.limits >= bound
        return np.asarray(admitted, dtype=bool)

    def to_data(self) -> dict[str, Any]:
        """Return the book as a tree."""
        return {
            "quantities": self.quantities,
            "limits": self.limits,
            "supply": self.supply,
            "quote": self.quote,
            "rule": self.rule,
            "payment": self.payment,
            "reserve": self.reserve,
            "bidders": list(self.bidders),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the book from its tree; raises `InputError` on malformed data."""
        known = ("quantities", "limits", "supply", "quote", "rule", "payment", "reserve", "bidders")
        for key in data:
            if key not in known:
                raise InputError(f"an order book has no '{key}'", remedy=nearest(str(key), known))
        for key in ("quantities", "limits", "supply"):
            if key not in data:
                raise InputError(f"the order book has no '{key}'")
        reserve, bidders = data.get("reserve"), data.get("bidders", [])
        if isinstance(bidders, str) or not isinstance(bidders, Sequence | np.ndarray):
            raise InputError("'bidders' is not a list of names", place="order book")
        return cls(
            quantities=data["quantities"],
            limits=data["limits"],
            supply=data["supply"],
            quote=data.get("quote", "yield"),
            rule=data.get("rule", "margin"),
            payment=data.get("payment", "uniform"),
            reserve=None if reserve is None else decode(reserve),
            bidders=tuple(bidders),
        )


@dataclass(frozen=True)
class Clearing:
    """The stop-out of a book, how much of each bid is filled, and the shadow value that proves it.

    Among all ways to place the supply, filling the best limits first has the least total yield (the greatest total
    value): a linear program, whose dual value of the supply is the stop-out. Where the accepted bids exhaust the
    supply exactly, every value between the last accepted and the first rejected limit is a dual solution.

    Attributes
    ----------
    stop_out : Fraction or float
        By convention the last accepted limit.
    inside, margin : Fraction or float
        Share of each bid that is filled: of those better than the stop-out, and of those at it.
    objective : Fraction or float
        Value of the linear program: quantity times limit, added up over the cheapest placement of the supply.
    dual : tuple of two (Fraction, float or None)
        The lowest and highest dual value of the supply; None where there is no bound on that side.
    """

    stop_out: Number
    inside: Number
    margin: Number
    objective: Number
    dual: tuple[Number | None, Number | None]

    proves: ClassVar[Termination] = Termination.SOLVED

    def accepted(self, book: OrderBook) -> tuple[Array, Array]:
        """Return which bids are better than the stop-out, and which are at it, both boolean of shape (n,)."""
        ticks, stop = book.ticks, self.stop_out
        if not isinstance(stop, Fraction):  # a rounded stop-out stands for the limit it was rounded from
            stop = ticks[int(np.abs(ticks.floats() - stop).argmin())]
        below, at = ticks.compare(stop)
        better = below if book.ascending else ~(below | at)
        return better & book.eligible, at & book.eligible

    def settle(self, book: OrderBook) -> list[tuple[Fraction, Fraction | None]]:
        """Return, bid by bid, the quantity filled and the limit or stop-out it is settled at; None if not filled."""
        better, at = self.accepted(book)
        inside, margin, none = exact(self.inside), exact(self.margin), Fraction(0)
        stop = book.ticks[int(at.argmax())] if at.any() else exact(self.stop_out)
        settled: list[tuple[Fraction, Fraction | None]] = []
        for index, (is_better, is_at) in enumerate(zip(better.tolist(), at.tolist(), strict=True)):
            if is_better or is_at:
                rate, quantity = inside if is_better else margin, book.lots[index]
                award = stop if book.payment == "uniform" else book.ticks[index]
                settled.append((quantity if rate == 1 else rate * quantity, award))
            else:
                settled.append((none, None))
        return settled

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {
            "stop_out": self.stop_out,
            "inside": self.inside,
            "margin": self.margin,
            "objective": self.objective,
            "dual": list(self.dual),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned."""
        dual = _given(data, "dual")
        if isinstance(dual, str) or not isinstance(dual, Sequence | np.ndarray) or len(dual) != 2:
            raise InputError("'dual' is not a pair of numbers")
        low, high = (None if v is None else decode(v) for v in dual)
        stop_out, inside, margin, objective = (
            decode(_given(data, name)) for name in ("stop_out", "inside", "margin", "objective")
        )
        return cls(stop_out, inside, margin, objective, (low, high))


@dataclass(frozen=True, eq=False)
class Allotment:
    """Anyone's clearing, bid by bid.

    Attributes
    ----------
    stop_out : Fraction or float
        The claimed stop-out.
    filled : array, shape (n,)
        The quantity each bid receives.
    """

    stop_out: Number
    filled: Array

    proves: ClassVar[Termination] = Termination.SOLVED

    def __post_init__(self) -> None:
        object.__setattr__(self, "stop_out", _placed_number(self.stop_out, "stop_out"))
        object.__setattr__(self, "filled", _vector(self.filled, "filled"))

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {"stop_out": self.stop_out, "filled": self.filled}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned."""
        return cls(decode(_given(data, "stop_out")), _given(data, "filled"))


@dataclass(frozen=True)
class NotIssued:
    """The proof that nothing is sold: even all eligible bids together fall short of the supply.

    Attributes
    ----------
    demand : Fraction or float
        Their sum, less than the supply; a Farkas ray of the linear program with multiplier 1 on every row.
    """

    demand: Number

    proves: ClassVar[Termination] = Termination.INFEASIBLE

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {"demand": self.demand}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned."""
        return cls(decode(_given(data, "demand")))


def _given(data: Mapping[str, Any], name: str) -> Any:
    if name not in data:
        raise InputError(f"the answer has no '{name}'")
    return data[name]


def _placed_number(value: Any, place: str) -> Number:
    try:
        return number(value)
    except InputError as error:
        raise InputError(error.message, place=place, remedy=error.remedy) from None


def _names(given: Any) -> tuple[str, ...]:
    """Return the names of bidders: text, or numbers standing for themselves."""
    if set(map(type, given)) == {str} and all(map(str.strip, given)):
        return tuple(given)
    for index, name in enumerate(given):
        if isinstance(name, bool) or not isinstance(name, str | int | np.integer) or not str(name).strip():
            raise InputError(f"{name!r} is not the name of a bidder", place=f"order book, bidders[{index}]")
    return tuple(str(name) for name in given)


def _place(name: str, index: int, bidders: Sequence[str]) -> str:
    """Say which entry of a book is meant, and whose it is."""
    whose = f", bidder '{bidders[index]}'" if index < len(bidders) else ""
    return f"order book, {name}[{index}]{whose}"


def _vector(values: Any, name: str, bidders: Sequence[str] = ()) -> Array:
    """Return one-dimensional integers, floats or fractions as an array of its own."""
    try:
        given = np.asarray(values)
        if given.ndim != 1:
            raise InputError(f"'{name}' has {given.ndim} dimensions, not 1")
        if given.dtype.kind in "iu" and given.size and int(given.max()) < 2**62 and int(given.min()) > -(2**62):
            return given.astype(np.int64)
        if given.dtype.kind in "bc":
            raise InputError("its entries are not numbers")
        found = decode_array(given) if given.dtype.kind in "US" else number_array(given)
    except InputError as error:
        raise _first_wrong(given, name, bidders) or InputError(
            error.message, place=f"order book, {name}", remedy=error.remedy
        ) from None
    except (ValueError, TypeError, OverflowError):
        raise InputError(f"'{name}' is not a list of numbers", place="order book") from None
    return found.copy()


def _first_wrong(given: Array, name: str, bidders: Sequence[str]) -> InputError | None:
    """Return what is wrong with the first entry that is not a number, if there is one."""
    for index, value in enumerate(given.tolist() if given.ndim == 1 else ()):
        try:
            number(value)
        except InputError as error:
            return InputError(error.message, place=_place(name, index, bidders), remedy=error.remedy)
    return None
