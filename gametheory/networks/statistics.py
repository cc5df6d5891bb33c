"""What a network looks like: tiers, core and periphery, cores by peeling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import InputError
from gametheory.networks.arrays import SMALL, compiled, indices

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.networks.trading import TradingNetwork


@dataclass(frozen=True)
class TierStatistics:
    """Averages by tier; arrays over tiers 0 .. T - 1, in floats; an empty tier has averages 0.

    Attributes
    ----------
    traders : int64 array [tiers]
        How many traders a tier has.
    links, degree, gross_volume, net_volume : float64 arrays [tiers]
        Averages per trader; of net volume, of its size.
    mixing : int64 array [tiers, tiers]
        Meetings between each two tiers, symmetric; on the diagonal those within a tier, counted once.
    """

    traders: NDArray[Any]
    links: NDArray[Any]
    degree: NDArray[Any]
    gross_volume: NDArray[Any]
    net_volume: NDArray[Any]
    mixing: NDArray[Any]


def tier_statistics(network: TradingNetwork, tier: Any) -> TierStatistics:
    """Return averages by tier.

    Parameters
    ----------
    network : TradingNetwork
        The trades.
    tier : int array [traders]
        The tier of each trader, from 0.
    """
    tiers = indices(tier, "tier", None, network.traders)
    count = int(tiers.max()) + 1 if len(tiers) else 0
    traders = np.bincount(tiers, minlength=count)

    def average(values: NDArray[Any]) -> NDArray[Any]:
        totals = np.bincount(tiers, weights=values.astype(np.float64), minlength=count)
        return np.divide(totals, traders, out=np.zeros(count), where=traders > 0)

    one, other = tiers[network.trader], tiers[network.counterparty]
    low, high = np.minimum(one, other), np.maximum(one, other)
    upper = np.bincount(low * count + high, minlength=count * count).reshape(count, count)
    return TierStatistics(
        traders=traders,
        links=average(network.links),
        degree=average(network.degree),
        gross_volume=average(network.gross_volume),
        net_volume=average(np.abs(network.net_volume)),
        mixing=upper + np.triu(upper, 1).T,
    )


def core_numbers(network: TradingNetwork) -> NDArray[Any]:
    """Return the core number of each trader, int64 [traders].

    A trader's core number is the largest k such that he belongs to a subnetwork in which everybody has at
    least k partners; found by taking away traders with the fewest partners first.
    """
    pairs = network.pairs
    ends = np.concatenate([pairs, pairs[:, ::-1]])
    order = np.argsort(ends[:, 0], kind="stable")
    first = np.zeros(network.traders + 1, dtype=np.int64)
    np.cumsum(network.degree, out=first[1:])
    peel: Any = compiled(_peel) if len(ends) > SMALL else _peel
    result: NDArray[Any] = peel(first, np.ascontiguousarray(ends[order, 1]), network.degree.copy())
    return result


def core_periphery(network: TradingNetwork, core: Any) -> float | None:
    """Return the correlation of who met whom with an ideal core and periphery.

    In the ideal every trader of the core meets everybody and two traders of the periphery never meet (Borgatti
    and Everett 1999, discrete model). It is taken over all pairs of traders.

    Parameters
    ----------
    network : TradingNetwork
        The trades.
    core : bool array [traders]
        Who is in the core.

    Returns
    -------
    float or None
        From -1 to 1; None where one of the two patterns does not vary.
    """
    inside = np.asarray(core)
    if inside.dtype != np.bool_ or inside.shape != (network.traders,):
        raise InputError(f"'core' says true or false for each of {network.traders} traders")
    pairs = network.pairs
    met = int(np.count_nonzero(inside[pairs].any(axis=1)))
    outside = network.traders - int(inside.sum())
    total = network.traders * (network.traders - 1) // 2
    return _correlation(total, len(pairs), total - outside * (outside - 1) // 2, met)


def best_core(network: TradingNetwork) -> tuple[NDArray[Any], float | None]:
    """Return the core of traders with the most partners that fits the ideal best, and its correlation.

    Cores are tried in order of degree, ties by number; the first best is returned.
    """
    order = np.argsort(-network.degree, kind="stable")
    rank = np.empty(network.traders, dtype=np.int64)
    rank[order] = np.arange(network.traders)
    reached = np.bincount(rank[network.pairs].min(axis=1), minlength=network.traders).cumsum()
    total = network.traders * (network.traders - 1) // 2
    best, size = None, 0
    for k in range(1, network.traders):
        outside = network.traders - k
        fit = _correlation(total, len(network.pairs), total - outside * (outside - 1) // 2, int(reached[k - 1]))
        if fit is not None and (best is None or fit > best):
            best, size = fit, k
    return rank < size, best


def _correlation(total: int, links: int, ideal: int, both: int) -> float | None:
    """Return the correlation of two 0-1 patterns from their sizes and the size of their intersection."""
    spread = float(links) * (total - links) * ideal * (total - ideal)
    return None if spread <= 0 else (float(total) * both - float(links) * ideal) / spread**0.5


def _peel(first, partner, degree):  # type: ignore[no-untyped-def]
    """Peel vertices in order of degree (Batagelj and Zaversnik 2003); `degree` becomes the core numbers."""
    n = len(degree)
    most = 0
    for v in range(n):
        most = max(most, degree[v])
    start = np.zeros(most + 2, dtype=np.int64)
    for v in range(n):
        start[degree[v] + 1] += 1
    for d in range(most + 1):
        start[d + 1] += start[d]
    order = np.empty(n, dtype=np.int64)
    place = np.empty(n, dtype=np.int64)
    cursor = start[:-1].copy()
    for v in range(n):
        place[v] = cursor[degree[v]]
        order[place[v]] = v
        cursor[degree[v]] += 1
    for i in range(n):
        v = order[i]
        for k in range(first[v], first[v + 1]):
            w = partner[k]
            if degree[w] > degree[v]:
                front = start[degree[w]]
                other = order[front]
                if other != w:
                    order[place[w]], order[front] = other, w
                    place[other], place[w] = place[w], front
                start[degree[w]] += 1
                degree[w] -= 1
    return degree
