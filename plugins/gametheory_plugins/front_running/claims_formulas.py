"""Claims about the numbered equations of the appendix, and the errata among them."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from gametheory import Claim, Reported
from gametheory_plugins.front_running import batch, first_principles
from gametheory_plugins.front_running.appendix import BARGAINS, CONTINUATIONS, PRICES, RESULTS
from gametheory_plugins.front_running.errata import ERRATA, LESS_POINT, MORE_POINT
from gametheory_plugins.front_running.markets import CELLS, LABELS, LARGE, TRADERS, holdings, losses, markets

#: Where formulas are compared: CTS > BP at the first half, not at the second; all have q_A + q_D > 1.
POINTS = (
    MORE_POINT,
    ("0.2", "0.2", "0.8", "0.55"),
    ("0.3", "0.05", "0.95", "0.9"),
    ("0.83", "0.02", "0.6", "0.55"),
    LESS_POINT,
    ("0.83", "0.1", "0.6", "0.55"),
    ("0.4", "0.35", "0.9", "0.2"),
    ("0.14", "0.85", "0.6", "0.41"),
)


class Solved:
    """The game at one point by first principles, with what the traders expect to lose after t1."""

    def __init__(self, point: tuple[str, ...]) -> None:
        self.point = tuple(Fraction(x) for x in point)
        self.tables = batch.exact_point(self.point, formulas="first_principles", tie_break="paper")
        self.more = self.tables["case"] == 0
        columns = [np.array([x], dtype=object) for x in self.point]
        self.after = first_principles.continuation(*columns, case=self.tables["case"], paper=True)[0]
        self.unit = losses(*self.point)

    def expected(self, cell: tuple[int, int], trader: str) -> Any:
        """Return what a trader loses after t1, prices of t1 left out."""
        return self.after[CELLS.index(cell), TRADERS.index(trader)]

    def loss(self, trader: str, cell: tuple[int, int]) -> Any:
        """Return a large trader's total loss."""
        return self.tables[f"loss_{trader}"][cell]

    def price(self, trader: str, cell: tuple[int, int]) -> Any:
        """Return the loss per unit she sells at t1."""
        return self.tables[f"price_{trader}"][cell]

    def buyer(self, cell: tuple[int, int], trader: str, seller: str) -> Any:
        """Return what a small buyer gains at t1 from what a large trader sells her, zero if she owns nothing."""
        units = holdings(cell)[trader]
        return units * self.price(seller, cell) - self.expected(cell, trader) if units else Fraction(0)

    def residual(self, equation: str) -> Any:
        """Return the left side minus the right side of a bargaining equation (values, per epsilon/r^2)."""
        seller, cell, without, buyer = BARGAINS[equation]
        q = self.point[2 + LARGE.index(seller)]
        other = "A" if seller == "D" else "D"
        gain = self.loss(seller, without) - self.loss(seller, cell)
        outside = self.buyer(without, buyer, other)
        return (1 - q) * gain - q * (self.buyer(cell, buyer, seller) - outside)

    def rewritten(self, seller: str, cell: tuple[int, int]) -> Any:
        """Return the residual of (A.61), (A.64) rewritten, (A.75) or (A.76): the other's sale put in."""
        k = LARGE.index(seller)
        other, q, p = LARGE[1 - k], self.point[2 + k], self.point[3 - k]
        alone, one = ((0, 2), (0, 1)) if seller == "A" else ((2, 0), (1, 0))
        buyer = "S1" if seller == "A" else "S2"
        gain = self.loss(seller, alone) - self.loss(seller, cell)
        forgone = (1 - p) * q / p * (self.loss(other, one) - self.loss(other, alone))
        return (1 - q) * gain - q * self.buyer(cell, buyer, seller) + forgone


@cache
def solved(point: tuple[str, ...]) -> Solved:
    """Return the game at one point, computed once."""
    return Solved(point)


def ours(equation: str, s: Solved) -> Any:
    """Return what a formula of the appendix is about, by first principles."""
    if equation in PRICES:
        return s.unit[PRICES[equation][0]]
    if equation in CONTINUATIONS:
        cell, trader, _ = CONTINUATIONS[equation]
        return s.expected(cell, trader)
    name, cell, _ = RESULTS[equation]
    return s.tables[name][cell]


def _agrees(equation: str) -> bool:
    formula = {**PRICES, **CONTINUATIONS, **RESULTS}[equation][-1]
    return all(formula(*s.point, s.more) == ours(equation, s) for s in map(solved, POINTS))


def _bargained(sides: tuple[str, str], held: str, kept: str) -> bool:
    """Check a price of t2: the seller's share of the gain is her power."""
    found = []
    for s in map(solved, POINTS):
        power = {"A": s.point[2], "D": s.point[3]}[sides[0]]
        price = s.unit[sides]
        found.append((1 - power) * (s.unit[held] - price) == power * (price - s.unit[kept]))
    return all(found)


def _general_price() -> bool:
    """Check equation (1) for every pair that can trade at t2."""
    found = []
    for s in map(solved, POINTS):
        a, q = s.point[2:]
        for market in (m for cell in CELLS for m in markets(cell)):
            for seller in market.supply():
                for buyer in (*market.small_buyers(), *market.large_buyers()):
                    if buyer == seller or (seller not in LARGE and buyer not in LARGE):
                        continue
                    own = {"A": a, "D": q}
                    if seller in LARGE and buyer in LARGE:
                        power = own[seller] / (a + q)
                    else:
                        power = own[seller] if seller in LARGE else 1 - own[buyer]
                    lost, gained = s.unit[market.reservation(seller)], s.unit[market.reservation(buyer)]
                    found.append(s.unit[market.price(seller, buyer)] == power * gained + (1 - power) * lost)
    return all(found) and len(found) > 1000


def _place(equation: str) -> dict[str, Any]:
    return {"place": f"equation ({equation})", "covers": (f"equation ({equation})",)}


def _about(equation: str) -> str:
    if equation in PRICES:
        sides = {"one": "a small owner of one", "two": "a small owner of two"}
        seller, buyer = PRICES[equation][0]
        return f"price at t2 between {sides.get(seller, seller)} and {buyer.replace('small_', 'a small buyer, ')}"
    if equation in CONTINUATIONS:
        cell, trader, _ = CONTINUATIONS[equation]
        return f"value of {trader} after t1 in cell {LABELS[cell]}"
    name, cell, _ = RESULTS[equation]
    kind, trader = name.split("_")
    about = f"price that {trader} gets" if kind == "price" else f"value of {trader}"
    return f"{about} at {LABELS[cell]}"


_WRONG = {e.equation for e in ERRATA}
_NOTES = {"A.41": " (printed with II for III)", "A.45": " (the line for CTS <= BP is missing)"}

EQUATIONS = (
    Claim(
        "equation.1",
        "a price is the reservation values weighted by the other side's power",
        lambda r: _general_price(),
        place="equation (1)",
        covers=("equation (1)",),
    ),
    Claim(
        "equation.A1",
        "D and a small high buyer split the gain by power",
        lambda r: _bargained(("D", "small_high"), "low", "high"),
        **_place("A.1"),
    ),
    Claim(
        "equation.A3",
        "D and a small low buyer split the gain by power",
        lambda r: _bargained(("D", "small_low"), "low", "small_low"),
        **_place("A.3"),
    ),
    *(
        Claim(
            f"equation.{n.replace('.', '')}",
            f"{_about(n)}{_NOTES.get(n, '')}, compared with first principles",
            lambda r, n=n: _agrees(n),
            **_place(n),
        )
        for n in {**PRICES, **CONTINUATIONS, **RESULTS}
        if n not in _WRONG
    ),
    *(
        Claim(
            f"equation.{n.replace('.', '')}",
            f"bargaining of {seller} at {LABELS[cell]} against {LABELS[without]}{_NOTES.get(n, '')}",
            lambda r, n=n: not any(solved(point).residual(n) for point in POINTS),
            **_place(n),
        )
        for n, (seller, cell, without, _) in BARGAINS.items()
    ),
    *(
        Claim(
            f"equation.{n.replace('.', '')}",
            f"bargaining of {seller} at {LABELS[cell]} with the other's price put in",
            lambda r, seller=seller, cell=cell: not any(solved(p).rewritten(seller, cell) for p in POINTS),
            **_place(n),
        )
        for n, seller, cell in (("A.61", "D", (2, 1)), ("A.75", "A", (1, 2)), ("A.76", "A", (2, 2)))
    ),
    Claim(
        "equation.A70",
        "bargaining of A at V against II, whose buyer then has one unit of A",
        lambda r: all(_against_ii(solved(point)) for point in POINTS),
        **_place("A.70"),
    ),
)


def _against_ii(s: Solved) -> bool:
    a = s.point[2]
    gain = s.loss("A", (1, 1)) - s.loss("A", (2, 1))
    return bool((1 - a) * gain == a * (s.buyer((2, 1), "S1", "A") - s.buyer((1, 1), "S1", "A")))


def _difference(r: Reported, first: tuple[int, int], second: tuple[int, int], trader: str, point: Any) -> Any:
    """Return by how much more the first cell is worth, by first principles (per epsilon/r^2)."""
    s = solved(point)
    return s.loss(trader, second) - s.loss(trader, first)


def _printed_gain_of_two(point: tuple[str, ...]) -> Any:
    """Return the printed V(V) - V(II) of A for CTS <= BP."""
    d, u, a, q = (Fraction(x) for x in point)
    s = 1 - d
    return -(a**2) / (a + q) * s**2 * d + 2 * a * d * s**2 + a * d * s**2 * (s - u) + 2 * a**2 * d * s**2 * (2 - d - u)


def _printed_gains_of_one(point: tuple[str, ...]) -> tuple[Any, Any]:
    """Return the printed V(I) - V(VII) and V(IV) - V(I) of A for CTS <= BP."""
    d, u, a, q = (Fraction(x) for x in point)
    first = a**2 / (a + q) * (1 - d) ** 2 + a * d * u
    return first + 2 * (1 - a) * d, first + 2 * (a**2 - a) / (2 - a) * d


FORMULA_ERRATA = (
    *(
        Claim(
            f"erratum.{e.equation.replace('.', '')}",
            f"{_about(e.equation)} at rho_d={e.point[0]}, rho_u={e.point[1]}, q_A={e.point[2]}, q_D={e.point[3]}",
            **_place(e.equation),
            paper=e.at(e.printed),
            ours=lambda r, e=e: ours(e.equation, solved(e.point)),
            recorded="differs",
            reason=e.cause,
        )
        for e in ERRATA
    ),
    Claim(
        "erratum.gain_of_two_against_one",
        "what A gains by selling two, not one, if D sells one and CTS <= BP",
        place="after equation (A.73)",
        paper=_printed_gain_of_two(LESS_POINT),
        ours=lambda r: _difference(r, (2, 1), (1, 1), "A", LESS_POINT),
        recorded="differs",
        reason="it has 2 q_A rho_d (1 - rho_d)^2 more than the printed (A.69) and (A.73) give, which are wrong too",
    ),
    Claim(
        "erratum.gain_of_one",
        "what A gains by selling one unit if D sells none and CTS <= BP",
        place="after equation (A.60)",
        paper=_printed_gains_of_one(LESS_POINT)[0],
        ours=lambda r: _difference(r, (1, 0), (0, 0), "A", LESS_POINT),
        recorded="differs",
        reason="the slip of (A.56) is carried on; it should be q_A^2/(q_A + q_D) (1-rho_d)^2 + q_A rho_d rho_u",
    ),
    Claim(
        "erratum.gain_of_two",
        "what A gains by selling two units, not one, if D sells none and CTS <= BP",
        place="after equation (A.60)",
        paper=_printed_gains_of_one(LESS_POINT)[1],
        ours=lambda r: _difference(r, (2, 0), (1, 0), "A", LESS_POINT),
        recorded="differs",
        reason="the slip of (A.56) is carried on; it should be q_A^2/(q_A + q_D) (1-rho_d)^2 + q_A rho_d rho_u",
    ),
)
