"""The game solved from its trading rules: expected losses at t2, then the prices bargained at t1.

The structure (who trades with whom, in which subgame) is finite and does not depend on the parameters except
through the order of the prices, of which there are three; it is tabulated once. What remains is linear algebra.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from gametheory_plugins.front_running.markets import (
    CELLS,
    LARGE,
    LARGE_FIRST,
    SMALL_FIRST,
    TRADERS,
    TWO_FIRST,
    losses,
    markets,
    trades,
)
from gametheory_plugins.front_running.markets import holdings as holdings_after

#: Orders of the sellers by price, by number of the case.
ORDERS = (SMALL_FIRST, TWO_FIRST, LARGE_FIRST)


@dataclass(frozen=True)
class Structure:
    """Expected losses at t2 as a linear map.

    Attributes
    ----------
    weights : array [features, cells * 4]
        What a cell's expected loss of each trader (in the order of `TRADERS`) is made of.
    chances, unit_losses : tuple [features]
        The two factors of each feature: the place of a probability, and a key of `markets.losses`.
    """

    weights: np.ndarray[Any, Any]
    chances: tuple[int, ...]
    unit_losses: tuple[Any, ...]


#: The chance of a subgame is a product of two factors: switches of A and the small traders, and D's type.
SWITCHES, DISTRESSED = 4, 3


@cache
def structure(case: int, paper: bool) -> Structure:
    """Tabulate a case: what each trader loses in each cell, by probability and by unit loss."""
    keys = tuple(losses(0.0, 0.0, 0.5, 0.25))
    weights = np.zeros((SWITCHES, DISTRESSED, len(keys), len(CELLS), len(TRADERS)))
    for c, cell in enumerate(CELLS):
        for market in markets(cell):
            switched = sum(not market.is_high(t) for t in ("A", "S1", "S2"))
            distressed = 0 if cell[1] < 2 else 1 if market.is_high("D") else 2
            at = weights[switched, distressed, :, c]
            for t, units in market.holdings.items():
                at[keys.index(market.reservation(t)), TRADERS.index(t)] += units
            for chance, seller, buyer, units in trades(market, ORDERS[case], paper=paper):
                price = keys.index(market.price(seller, buyer))
                amount = float(chance) * units
                at[price, TRADERS.index(seller)] += amount
                at[keys.index(market.reservation(seller)), TRADERS.index(seller)] -= amount
                if buyer in LARGE:  # what small traders gain by buying at t2 is not counted
                    at[price, TRADERS.index(buyer)] -= amount
                    at[keys.index(market.reservation(buyer)), TRADERS.index(buyer)] += amount
    flat = weights.reshape(-1, len(CELLS) * len(TRADERS))
    used = np.flatnonzero(flat.any(axis=1)).tolist()
    return Structure(flat[used], tuple(f // len(keys) for f in used), tuple(keys[f % len(keys)] for f in used))


def continuation(rho_d: Any, rho_u: Any, q_A: Any, q_D: Any, *, case: int, paper: bool) -> Any:
    """Return expected losses at t2 [points, cells, traders]; parameters are arrays [points] in the same case."""
    table = structure(case, paper)
    unit = losses(rho_d, rho_u, q_A, q_D)
    stay = 1 - rho_d
    switches = (stay**3, rho_d * stay**2, rho_d**2 * stay, rho_d**3)
    one = unit["low"]
    chances = [s * t for s in switches for t in (one, rho_u, 1 - rho_u)]
    features = [chances[k] * unit[key] for k, key in zip(table.chances, table.unit_losses, strict=True)]
    if rho_d.dtype == object:
        result = np.full((len(rho_d), table.weights.shape[1]), 0 * rho_d[0], dtype=object)
        for feature, row in zip(features, table.weights, strict=True):
            for target in np.flatnonzero(row).tolist():
                result[:, target] += feature * int(2 * row[target]) / 2
    else:
        result = np.stack(features).T @ table.weights
    return result.reshape(len(rho_d), len(CELLS), len(TRADERS))


def solve(rho_d: Any, rho_u: Any, q_A: Any, q_D: Any, *, case: int, paper: bool) -> dict[str, Any]:
    """Return the tables of losses and prices [points, 3, 3], parameters being arrays [points] in the same case.

    A large trader and her buyer split what the sale is worth against not selling (against selling one unit, where
    she alone sells two). A small buyer who would have bought from the other large trader keeps that in hand.
    """
    expected = continuation(rho_d, rho_u, q_A, q_D, case=case, paper=paper).reshape(-1, 3, 3, 4)
    share = {"A": q_A, "D": q_D}
    price = {t: np.full(expected.shape[:3], np.nan, dtype=expected.dtype) for t in LARGE}
    loss = {t: expected[..., TRADERS.index(t)].copy() for t in LARGE}

    def settle(seller: str, cell: tuple[int, int], without: tuple[int, int], buyer: str) -> None:
        """Set a price: `without` is the cell without the sale, `buyer` the trader who would not buy there."""
        at, ref = (slice(None), *cell), (slice(None), *without)
        sold = cell[LARGE.index(seller)]
        bought = holdings_after(cell)[buyer]
        own = TRADERS.index(buyer)
        outside = rho_d * 0
        if holdings_after(without)[buyer]:
            other = "A" if seller == "D" else "D"
            outside = expected[ref][:, own] - price[other][ref]
        q = share[seller]
        gain = (1 - q) * (loss[seller][ref] - expected[at][:, TRADERS.index(seller)])
        price[seller][at] = (gain + q * (expected[at][:, own] - outside)) / (q * bought + (1 - q) * sold)
        loss[seller][at] = loss[seller][at] + sold * price[seller][at]

    settle("D", (0, 1), (0, 0), "S2")
    settle("D", (0, 2), (0, 1), "S1")
    settle("A", (1, 0), (0, 0), "S1")
    settle("A", (2, 0), (1, 0), "S2")
    for i in (1, 2):
        for j in (1, 2):
            settle("A", (i, j), (0, j), "S1")
            settle("D", (i, j), (i, 0), "S2")
    return {"loss_A": loss["A"], "loss_D": loss["D"], "price_A": price["A"], "price_D": price["D"]}
