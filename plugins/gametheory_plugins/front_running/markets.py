"""Who trades with whom at t2, and at which price: the trading rules of the paper, as finite structure.

Everything is in *loss units*: a unit worth ``dividend/r^2 - epsilon/r^2 * x`` has loss x, a small loss is a high
value, and neither the dividend, epsilon nor the return r enters any comparison. A cell (i, j) is what happened at
t1: A sold i units and D sold j.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

#: The traders: the arbitrageur, the distressed seller, and two small ones; if both sell, S1 buys from A and S2 from D.
TRADERS = ("A", "D", "S1", "S2")
LARGE, SMALL = ("A", "D"), ("S1", "S2")

#: What happened at t1, and what the paper calls it.
CELLS = tuple(product(range(3), range(3)))
LABELS = dict(zip(CELLS, ("VII", "VIII", "IX", "I", "II", "III", "IV", "V", "VI"), strict=True))

#: Which sellers are cheapest for a large buyer, by kind, in each of the cases that the parameters can be in.
SMALL_FIRST = ("two", "one", "large")
TWO_FIRST = ("two", "large", "one")
LARGE_FIRST = ("large", "two", "one")


@dataclass(frozen=True)
class Market:
    """A subgame at t2: what each trader holds, and whether her valuation is high.

    Attributes
    ----------
    cell : tuple of int
        Units that A and D sold at t1.
    high : tuple of bool
        Types at t2, in the order of `TRADERS`.
    """

    cell: tuple[int, int]
    high: tuple[bool, bool, bool, bool]

    @property
    def holdings(self) -> dict[str, int]:
        """Units held before trade at t2."""
        return holdings(self.cell)

    def is_high(self, trader: str) -> bool:
        """Say whether a trader's valuation is high."""
        return self.high[TRADERS.index(trader)]

    def kind(self, trader: str) -> str:
        """Return ``large``, or for a small trader ``two`` or ``one``: the units she bought."""
        if trader in LARGE:
            return "large"
        return "two" if self.holdings[trader] == 2 else "one"

    def reservation(self, trader: str) -> str:
        """Return which loss a trader has on a unit held to t3: ``high``, ``low`` or ``small_low``."""
        if self.is_high(trader):
            return "high"
        return "small_low" if self.kind(trader) == "one" else "low"

    def price(self, seller: str, buyer: str) -> tuple[str, str]:
        """Return which price two traders bargain: the seller's and the buyer's side."""
        side = seller if seller in LARGE else self.kind(seller)
        return side, buyer if buyer in LARGE else ("small_high" if self.is_high(buyer) else "small_low")

    def supply(self) -> dict[str, int]:
        """Return the units for sale: those of the owners whose valuation is low."""
        return {t: n for t, n in self.holdings.items() if n and not self.is_high(t)}

    def small_buyers(self) -> tuple[str, ...]:
        """Return the small traders who own nothing: each buys a unit, whatever her type."""
        return tuple(t for t in SMALL if self.holdings[t] == 0)

    def large_buyers(self) -> tuple[str, ...]:
        """Return the large traders who buy, D first since all sellers prefer her."""
        return tuple(t for t in ("D", "A") if self.is_high(t) and self.capacity(t))

    def capacity(self, trader: str) -> int:
        """Return how many units a large trader has room for."""
        return 2 - self.holdings[trader]

    def exception(self, buyer: str, supply: dict[str, int]) -> dict[str, int] | None:
        """Return what the paper lets a large buyer buy where it does not follow from the cheapest price, or None.

        In IX-iii D buys one unit each from A and from a small trader; and two units from a small trader who
        bought two come before those of a large trader, which is cheapest only if the powers of A and D exceed 1.
        """
        if self.cell == (0, 2) and buyer == "D" and "A" in supply and len(supply) == 2:
            return dict.fromkeys(supply, 1)
        two = [t for t in supply if self.kind(t) == "two"]
        if two and any(t in LARGE for t in supply) and self.capacity(buyer) == 2:
            return {two[0]: 2}
        return None


def holdings(cell: tuple[int, int]) -> dict[str, int]:
    """Return what each trader holds after t1."""
    i, j = cell
    if i and j:
        return {"A": 2 - i, "D": 2 - j, "S1": i, "S2": j}
    first, second = (i >= 1, i == 2) if i else (j == 2, j >= 1)
    return {"A": 2 - i, "D": 2 - j, "S1": int(first), "S2": int(second)}


def markets(cell: tuple[int, int]) -> Iterator[Market]:
    """Yield the subgames at t2: D stays low while she owns a unit, everybody else may have switched."""
    for a, d, s, t in product((True, False), repeat=4):
        if not d or cell[1] == 2:
            yield Market(cell, (a, d, s, t))


def trades(market: Market, order: tuple[str, ...], *, paper: bool) -> list[tuple[Fraction, str, str, int]]:
    """Return the trades of a subgame: probability (a fair coin between equals), seller, buyer, units.

    Parameters
    ----------
    market : Market
        The subgame.
    order : tuple of str
        Kinds of seller, cheapest first.
    paper : bool
        Whether the paper's exceptions are kept.
    """
    found = []
    for first in (0, 1):
        coin = {t: (k + first) % 2 for k, t in enumerate(SMALL)}
        supply = market.supply()
        for buyer in market.small_buyers():
            seller = next((t for t in ("D", "A") if supply.get(t)), None)
            if seller is not None:
                supply[seller] -= 1
                found.append((Fraction(1, 2), seller, buyer, 1))
        for buyer in market.large_buyers():
            left = {t: n for t, n in supply.items() if n and t != buyer}
            chosen = market.exception(buyer, left) if paper else None
            if chosen is None:
                chosen, room = {}, market.capacity(buyer)
                for t in sorted(left, key=lambda t: (order.index(market.kind(t)), coin.get(t, 0))):
                    chosen[t] = min(room, left[t])
                    room -= chosen[t]
            for seller, units in chosen.items():
                if units:
                    supply[seller] -= units
                    found.append((Fraction(1, 2), seller, buyer, units))
    return found


def losses(rho_d: Any, rho_u: Any, q_A: Any, q_D: Any) -> dict[Any, Any]:
    """Return the losses per unit: reservation losses by name, prices of t2 by (seller, buyer); numbers or arrays."""
    both = q_A + q_D
    power = {("A", "D"): q_A / both, ("D", "A"): q_D / both}
    own = {"A": q_A, "D": q_D}
    low = rho_d * 0 + 1
    found: dict[Any, Any] = {"high": rho_d, "low": low, "small_low": 1 - rho_u}
    for seller, other in (("A", "D"), ("D", "A")):
        found[seller, other] = power[seller, other] * rho_d + (1 - power[seller, other])
        for kind, held in (("small_high", rho_d), ("small_low", 1 - rho_u)):
            found[seller, kind] = own[seller] * held + (1 - own[seller])
        found["one", seller] = (1 - own[seller]) * rho_d + own[seller] * (1 - rho_u)
        found["two", seller] = (1 - own[seller]) * rho_d + own[seller]
    return found


def probability(market: Market, rho_d: Any, rho_u: Any) -> Any:
    """Return how likely a subgame is once its cell is played."""
    chance = 1
    for t in ("A", "S1", "S2"):
        chance = chance * ((1 - rho_d) if market.is_high(t) else rho_d)
    if market.cell[1] == 2:
        chance = chance * (rho_u if market.is_high("D") else 1 - rho_u)
    return chance
