"""Drawing a market of finitely many traders: shocks, meetings, trades, and who is left without a partner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gametheory import TradingNetwork
from gametheory_plugins.network_formation.theory import Tiers


@dataclass(frozen=True)
class Realisation:
    """One simulated day; arrays over traders, the lowest type first.

    Attributes
    ----------
    types : float64 array
        Types: the quantiles in the middle of equal shares.
    tier : int64 array
        Tiers by rank, N + 1 for the core.
    network : TradingNetwork
        All meetings; those without a trade have quantity 0.
    fees, paid : float64 arrays
        Fees received as a dealer and paid as a customer, undiscounted.
    payoff : float64 array
        Discounted payoff, comparable to W_0.
    idle : list of int
        Traders without a partner in each round.
    missed : int64 array
        Meetings a trader's tier has but he did not find.
    """

    types: Any
    tier: Any
    network: TradingNetwork
    fees: Any
    paid: Any
    payoff: Any
    idle: list[int]
    missed: Any


def simulate(
    tiers: Tiers, log2_traders: int, random: np.random.Generator, convention: str = "per_meeting"
) -> Realisation:
    """Draw one day of 2^log2_traders traders.

    Customers pay T_t per meeting, or a half-spread per unit only when units change hands: half of
    `Tiers.spread_per_trade` (``"per_trade"``) or, as printed in the paper, T_t/a (``"printed"``).

    Traders alternate between two groups. With probability q a trader's shock is the aggregate one, with opposite
    signs for the groups, else his own. In every round customers meet dealers of the other group who hold what they
    do not; where the numbers differ some find nobody, keep what they hold and try again in the next round.
    """
    market, rounds = tiers.market, tiers.rounds
    beta, a, y, p = (float(v) for v in (market.discount, market.holding, market.dividend, market.opposite))
    n = 1 << log2_traders
    law = market.law.to_float()
    types = np.array([float(law.quantile((i + 0.5) / n)) for i in range(n)])
    # Rank r is in tier t if its share is in (2^-t, 2^-(t - 1)].
    tier = np.full(n, rounds + 1)
    for t in range(rounds, 0, -1):
        tier[n >> t : n >> (t - 1)] = t
    side = np.arange(n) % 2
    exposure = max(2 * p - 1, 0.0) ** 0.5
    own = 2 * random.integers(0, 2, n) - 1
    aggregate = (2 * int(random.integers(0, 2)) - 1) * (1 - 2 * side)
    sign = np.where(random.random(n) < exposure, aggregate, own)

    held = np.ones(n)  # in units of a
    active = np.ones(n, dtype=bool)
    fees, paid, payoff = np.zeros(n), np.zeros(n), np.zeros(n)
    missed = np.zeros(n, dtype=np.int64)
    idle: list[int] = []
    meetings: list[tuple[Any, ...]] = []
    spread = tiers.spread_per_trade() if convention == "per_trade" else tiers.spread_per_meeting()
    half = [0.0 if s is None else float(s) / 2 for s in spread]
    for t in range(1, rounds + 1):
        customers, dealers = active & (tier <= t), active & (tier > t)
        pairs = []
        for group in (0, 1):
            for stock in (1.0,) if t == 1 else (0.0, 2.0):
                one = np.flatnonzero(customers & (side == group) & (held == stock))
                other = np.flatnonzero(dealers & (side != group) & (held == 2.0 - stock))
                count = min(len(one), len(other))
                pairs.append((random.permutation(one)[:count], random.permutation(other)[:count]))
        customer = np.concatenate([c for c, _ in pairs])
        dealer = np.concatenate([d for _, d in pairs])
        alone = active.copy()
        alone[customer] = alone[dealer] = False
        idle.append(int(alone.sum()))
        missed[alone] += 1
        wanted = np.where(sign[customer] > 0, 2.0, 0.0)
        quantity = np.abs(wanted - held[customer]) * a
        buys = sign[customer] > 0
        price = np.where(buys, y + half[t - 1], y - half[t - 1])
        seller, buyer = np.where(buys, dealer, customer), np.where(buys, customer, dealer)
        meetings.append((seller, buyer, np.full(len(customer), t), quantity, price))
        held[customer], held[dealer] = wanted, 2.0 - wanted
        fee = float(tiers.fees[t - 1]) if convention == "per_meeting" else half[t - 1] * quantity
        fees[dealer] += fee
        paid[customer] += fee
        payoff[dealer] += beta**t * fee
        payoff[customer] -= beta**t * fee
        active[customer] = False
        payoff[customer] += beta**t * (y + sign[customer] * types[customer]) * held[customer] * a
    rest = np.flatnonzero(active)
    payoff[rest] += beta**rounds * (y + sign[rest] * types[rest]) * held[rest] * a
    # Units change hands at mid-price y besides the fee.
    flow = _cash(n, meetings, y, beta)
    columns = [np.concatenate(c) for c in zip(*meetings, strict=True)]
    network = TradingNetwork(n, *columns)
    return Realisation(types, tier, network, fees, paid, payoff + flow, idle, missed)


def _cash(n: int, meetings: list[tuple[Any, ...]], y: float, beta: float) -> Any:
    """Return what traders receive for units at the mid-price y, discounted."""
    total = np.zeros(n)
    for t, (seller, buyer, _, quantity, _) in enumerate(meetings, 1):
        total += np.bincount(seller, beta**t * y * quantity, minlength=n)
        total -= np.bincount(buyer, beta**t * y * quantity, minlength=n)
    return total
