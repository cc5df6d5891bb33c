"""A book of bids, given in a scenario or in a file, cleared by the rule of the paper's introduction."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, model_validator

from gametheory import (
    Claim,
    InputError,
    Model,
    Number,
    OrderBook,
    UsageError,
    exact,
    nearest,
    number,
    parameter,
    read_bids,
)
from gametheory_plugins.mandate_auction.figures import ORDER_BOOK_FIGURES

#: The book that the claims are about.
EXAMPLE = (("a", 40, "0.030"), ("b", 50, "0.035"), ("c", 30, "0.035"), ("d", 25, "0.040"))


SALE = {"bids": EXAMPLE, "supply": 100, "quote": "yield", "rule": "margin", "payment": "uniform", "reserve": None}

#: What a table of a bid may call its limit.
_LIMITS = ("limit", "yield", "price")


def _bids(given: Any) -> list[list[Any]]:
    """Read bids as a list of [bidder, quantity, limit], or of tables."""
    if not isinstance(given, list | tuple):
        raise InputError("bids are a list of [bidder, quantity, limit], or the path of a CSV file")
    if not given:
        raise InputError("the order book holds no bid", remedy="give each bid a bidder, a quantity and a limit")
    return [_bid(bid, i) for i, bid in enumerate(given)]


def _bid(bid: Any, index: int) -> list[Any]:
    place = f"order_book, bids[{index}]"
    limit, named = "limit", True
    if isinstance(bid, dict):
        for key in bid:
            if key not in ("bidder", "quantity", *_LIMITS):
                known = ("bidder", "quantity", "yield", "price")
                raise InputError(f"a bid has no '{key}'", place=place, remedy=nearest(str(key), known))
        limits = [key for key in _LIMITS if key in bid]
        if "quantity" not in bid or len(limits) != 1:
            raise InputError("a bid is a table of bidder, quantity and yield (or price)", place=place)
        limit, named = limits[0], "bidder" in bid
        bid = [bid.get("bidder", index), bid["quantity"], bid[limit]]
    if isinstance(bid, str) or not isinstance(bid, list | tuple) or len(bid) != 3:
        raise InputError("a bid is [bidder, quantity, limit]", place=place)
    name = bid[0]
    if isinstance(name, bool) or not isinstance(name, str | int | Fraction) or not str(name).strip():
        raise InputError(f"{name!r} is not the name of a bidder", place=place, remedy="write a name, such as 'bank'")
    place += f", bidder '{name}'" if named else ""
    numbers = []
    for said, value in (("quantity", bid[1]), (limit, bid[2])):
        try:
            numbers.append(exact(number(value)))
        except InputError as error:
            raise InputError(f"{said}: {error.message}", place=place, remedy=error.remedy) from None
    if numbers[0] <= 0:
        raise InputError(f"the quantity is {numbers[0]}; quantities are positive", place=place)
    return [str(name), *numbers]


class OrderBookModel(Model):
    """A sale of a divisible good by sealed bids: stop-out, allocation and payments."""

    name = "order_book"
    concept = "clearing"
    citation = "the rule of the introduction of L. Zarpala, Auctioning Corporate Bonds; I. Kremer and K. Nyborg (2004)"
    figures = ORDER_BOOK_FIGURES

    bids: Annotated[list[list[Any]], BeforeValidator(_bids)] = parameter(
        EXAMPLE,
        doc="list of [bidder, quantity, limit], or of tables, or the path of a CSV file with the columns "
        "bidder, quantity, and yield or price",
        unit="quantity; yield",
    )
    supply: Number = parameter(100, gt=0, doc="what is on sale", unit="that of the quantities")
    quote: Literal["yield", "price"] = parameter("yield", doc="what the limits are: least yields, or largest prices")
    rule: Literal["margin", "spread"] = parameter(
        "margin", doc="who is prorated: bids at the stop-out, or all accepted"
    )
    payment: Literal["uniform", "discriminatory"] = parameter("uniform", doc="everyone the stop-out, or his own limit")
    reserve: Number | None = parameter(None, doc="highest yield, or lowest price, that the seller accepts")

    @model_validator(mode="before")
    @classmethod
    def _read_file(cls, given: Any) -> Any:
        """Replace the path of a CSV file by its bids, and take its terms where none are given."""
        bids = given.get("bids")
        if isinstance(bids, list | tuple):
            said = sorted({key for bid in bids if isinstance(bid, dict) for key in ("price", "yield") if key in bid})
            if len(said) > 1 and not any(isinstance(bid, dict) and set(said) <= set(bid) for bid in bids):
                raise InputError("some bids name a price and some a yield", place="bids")
            if said and given.get("quote", said[0]) != said[0]:
                raise UsageError(f"quote is '{given['quote']}', but the bids name a {said[0]}")
            return {**given, "quote": said[0]} if said else given
        if not isinstance(bids, str | Path):
            return given
        terms, columns = read_bids(bids)
        if given.get("quote", columns["quote"]) != columns["quote"]:
            raise UsageError(f"quote is '{given['quote']}', but {bids} holds {columns['quote']}s")
        names = columns["bidders"] or map(str, range(len(columns["limits"])))
        rows = list(zip(names, columns["quantities"], columns["limits"], strict=True))
        return {**terms, **given, "quote": columns["quote"], "bids": rows}

    result_units = {
        **dict.fromkeys(("stop_out", "dual_interval", "average", "awarded"), "that of the limits"),
        **dict.fromkeys(("demand", "allocation", "filled"), "that of the quantities"),
    }
    result_docs = {
        "stop_out": "the first limit, from the best, at which cumulated demand covers the supply",
        "dual_interval": "lowest and highest dual value of the supply, None where there is no bound; the stop-out is "
        "the end next to the accepted bids",
        "demand": "all eligible bids",
        "cover": "demand over supply",
        "filled_better": "share filled of bids better than the stop-out",
        "filled_at_stop_out": "share filled of bids at the stop-out",
        "average": "yield or price, weighted by what is filled",
        "allocation": "by bidder: how much of all his bids is filled",
        "filled": "by bid, in order: how much of it is filled",
        "awarded": "by bid, in order: the yield or price of what is filled, None where nothing is",
    }

    def build(self) -> OrderBook:
        """Return the book."""
        return OrderBook(
            quantities=[bid[1] for bid in self.bids],
            limits=[bid[2] for bid in self.bids],
            supply=exact(self.supply),
            quote=self.quote,
            rule=self.rule,
            payment=self.payment,
            reserve=None if self.reserve is None else exact(self.reserve),
            bidders=tuple(bid[0] for bid in self.bids),
        )

    def report(self, solution: Any) -> dict[str, Any]:
        """Return the stop-out, what each bid receives and what it earns or pays."""
        one = exact if solution.exact else float
        book, answer = solution.form, solution.answer
        settled = answer.settle(book)
        allocation: dict[str, Any] = {}
        for bidder, (filled, _) in zip(book.bidders, settled, strict=True):
            allocation[bidder] = allocation.get(bidder, 0) + filled
        demand = sum((bid[1] for bid, admitted in zip(self.bids, book.eligible, strict=True) if admitted), exact(0))
        supply = exact(self.supply)
        return {
            "stop_out": answer.stop_out,
            "dual_interval": list(answer.dual),
            "demand": one(demand),
            "cover": one(demand / supply),
            "filled_better": answer.inside,
            "filled_at_stop_out": answer.margin,
            "average": one(sum((q * (award or 0) for q, award in settled), exact(0)) / sum(allocation.values())),
            "allocation": {bidder: one(filled) for bidder, filled in allocation.items()},
            "filled": [one(filled) for filled, _ in settled],
            "awarded": [None if award is None else one(award) for _, award in settled],
        }

    claims = [
        Claim(
            "full-below-prorated-at-the-stop-out",
            "demand below the stop-out is filled, and the marginal demand prorated",
            place="section 1",
            settings=SALE,
            paper={"a": 40, "b": "75/2", "c": "45/2", "d": 0},
            ours=lambda r: {k: v if v.denominator == 1 else str(v) for k, v in r["allocation"].items()},
        ),
        Claim(
            "everyone-earns-the-stop-out",
            "all investors buy at the same stop-out yield",
            lambda r: {a for a in r["awarded"] if a is not None} == {r["stop_out"]},
            place="section 1",
            settings=SALE,
        ),
        Claim(
            "last-limit",
            "the stop-out is a limit of the book, up to its last one",
            lambda r: r.solve(supply=145)["stop_out"] == exact("0.04"),
            place="Definition 1",
            settings=SALE,
        ),
    ]
