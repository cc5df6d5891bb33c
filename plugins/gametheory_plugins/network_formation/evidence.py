"""Computations behind claims: brute force, enumeration and linear programs beside the closed form."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations_with_replacement, product
from typing import Any

import numpy as np

from gametheory import IntermediatedMarket, solve
from gametheory_plugins.network_formation.planner import (
    BACK_LEAVES,
    DEALING_LEAVES,
    IDLE_LEAVES,
    SERVED_LEAVES,
    middle_types,
    pairing,
)
from gametheory_plugins.network_formation.theory import Tiers, surplus

HALF = Fraction(1, 2)
#: Correlations at which statements about "any p < 1" are tried.
CORRELATIONS = tuple(Fraction(k, 10) for k in range(10))


def pairings(items: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, Any], ...]]:
    """Yield every way to pair an even number of items."""
    if not items:
        yield ()
        return
    first, rest = items[0], items[1:]
    for k, other in enumerate(rest):
        for more in pairings(rest[:k] + rest[k + 1 :]):
            yield ((first, other), *more)


def expected_gain(s: Any, other: Any, p: Any) -> Any:
    """Return the expected |epsilon - epsilon'| of a pair by adding up the four outcomes."""
    total = Fraction(0)
    for x, z in product((1, -1), repeat=2):
        probability = p / 2 if x != z else (1 - p) / 2
        total += probability * abs(x * s - z * other)
    return total


def lemma_1() -> bool:
    """Try Lemma 1 on all ordered types of a grid."""
    grid = [Fraction(k, 2) for k in range(5)]
    for s1, s2, s3, s4 in combinations_with_replacement(grid, 4):
        if s3 == s2:
            continue
        for p in CORRELATIONS:

            def worth(one: Any, other: Any, p: Any = p) -> Any:
                return surplus(one, other, p, 3)

            mixed = worth(s4, s1) + worth(s3, s2)
            if not worth(s4, s3) + worth(s2, s1) < mixed == worth(s4, s2) + worth(s3, s1):
                return False
    return True


def surplus_formulas_agree() -> bool:
    """Compare equations (2) and (3) with the four outcomes."""
    grid = [Fraction(k, 3) for k in range(5)]
    for s, other in product(grid, repeat=2):
        for p in (*CORRELATIONS, Fraction(1)):
            second = p * (s + other) + (1 - p) * abs(s - other)
            third = surplus(s, other, p, 0)
            if not expected_gain(s, other, p) == second == third:
                return False
    return True


def best_pairings(types: tuple[Any, ...], p: Any) -> list[tuple[tuple[Any, Any], ...]]:
    """Return every pairing with the largest total surplus."""
    found: list[tuple[tuple[Any, Any], ...]] = []
    best = None
    for matched in pairings(types):
        value = sum(surplus(s, other, p, 0) for s, other in matched)
        if best is None or value > best:
            best, found = value, []
        if value == best:
            found.append(matched)
    return found


def proposition_1() -> bool:
    """Check in all best pairings of eight different traders that any two pairs have both top types apart."""
    types = tuple(Fraction(k) for k in (1, 2, 4, 5, 7, 11, 12, 16))
    for p in CORRELATIONS:
        for matched in best_pairings(types, p):
            for one, other in product(matched, repeat=2):
                if one != other:
                    ranked = sorted((*one, *other))
                    if max(one) + max(other) != ranked[3] + ranked[2]:
                        return False
            if any((max(pair) in types[:4]) or (min(pair) in types[4:]) for pair in matched):
                return False
    return True


def group_pairings(q: Any) -> tuple[bool, bool]:
    """Return whether all, and whether some, best pairings of four traders per type pair join different groups.

    Two traders of each type, one in each group; the correlation is ``(1 - q^2)/2`` within and ``(1 + q^2)/2`` across.
    """
    traders = tuple((Fraction(s), k) for s in (1, 2, 4, 7) for k in (0, 1))
    best, crossing = None, []
    for matched in pairings(traders):
        value = Fraction(0)
        for (s, k), (other, j) in matched:
            value += surplus(s, other, (1 - q * q) / 2 if k == j else (1 + q * q) / 2, 0)
        if best is None or value > best:
            best, crossing = value, []
        if value == best:
            crossing.append(all(k != j for (_, k), (_, j) in matched))
    return all(crossing), any(crossing)


def opposite_within_group(q: Any) -> Any:
    """Return Pr(x x' < 0) of two traders of one group by adding up all outcomes."""
    total = Fraction(0)
    for aggregate, one, other in product((1, -1), repeat=3):
        for first, second in product((True, False), repeat=2):
            x, z = aggregate if first else one, aggregate if second else other
            weight = (q if first else 1 - q) * (q if second else 1 - q) / 8
            total += weight * (x * z < 0)
    return total


def shifted_groups_stable(q: Any, low: Any, share: Any) -> bool:
    """Say whether ``W + k`` for one group and ``W - k`` for the other is stable, k being a share of ``q^2 low``."""
    p0, p1 = (1 - q * q) / 2, (1 + q * q) / 2
    types = [low + Fraction(i, 4) for i in range(9)]
    cutoff = types[4]
    shift = share * q * q * low

    def worth(s: Any, k: int) -> Any:
        base = p1 * cutoff + ((2 * p1 - 1) if s <= cutoff else 1) * (s - cutoff)
        return base + (shift if k else -shift)

    for (s, k), (other, j) in product(product(types, (0, 1)), repeat=2):
        if worth(s, k) + worth(other, j) < surplus(s, other, p0 if k == j else p1, 0):
            return False
    return True


def static_stable(tiers: Tiers) -> bool:
    """Check W(s) + W(s') >= surplus for all pairs of a grid, with equality across the cutoff (N = 1, no discount)."""
    low, high, cutoff = tiers.market.law.low, tiers.market.law.high, tiers.cutoffs[0]
    types = [low + Fraction(i, 8) * (high - low) for i in range(9)]
    for s, other in product(types, repeat=2):
        gap = tiers.payoff_after_entry(s) + tiers.payoff_after_entry(other)
        gap -= surplus(s, other, tiers.market.opposite, tiers.market.dividend, tiers.market.holding)
        across = min(s, other) <= cutoff <= max(s, other)
        if gap < 0 or (across and gap != 0):
            return False
    return True


def printed_payoff(tiers: Tiers, s: Any) -> Any:
    """Return W_0 from equation (17) with the printed sums for beta^t T_t."""
    beta, y, a, n = tiers.market.discount, tiers.market.dividend, tiers.market.holding, tiers.rounds
    p, cutoffs = tiers.market.opposite, tiers.cutoffs

    def discounted_fee(t: int) -> Any:
        last = (1 - p) * cutoffs[-1] * a
        if t == n:
            return beta**n * last
        total = sum(2**t * (beta / 2) ** k * (y + cutoffs[k - 1]) * a for k in range(t, n))
        return (1 - beta) / 2 * total + 2**t * (beta / 2) ** n * last

    fees = [discounted_fee(t) for t in range(1, n + 1)]
    for t, cutoff in enumerate(cutoffs, 1):
        if s > cutoff:
            return beta**t * (y + s) * a + sum(fees[: t - 1]) - fees[t - 1]
    return beta**n * (y - (1 - 2 * p) * s) * a + sum(fees)


def recursive_payoff(tiers: Tiers, s: Any, t: int = 1) -> Any:
    """Return W_t from equations (11), (13) and (15), off the path too."""
    market, n = tiers.market, tiers.rounds
    fee, cutoff = tiers.fees[t - 1], tiers.cutoffs[t - 1]
    before = market.law.high if t == 1 else tiers.cutoffs[t - 2]
    if s > before:
        return tiers.served(s)
    if s > cutoff:
        return tiers.served(s) - fee
    if t == n:
        return tiers.dealt(s) + fee
    return market.discount * recursive_payoff(tiers, s, t + 1) + fee


def best_exit(tiers: Tiers, s: Any) -> Any:
    """Return max over t of v(t, s) - phi(t), equations (18) and (19)."""
    beta, n = tiers.market.discount, tiers.rounds
    discounted = [beta**t * fee for t, fee in enumerate(tiers.fees, 1)]
    worth = [beta**t * tiers.served(s) - (discounted[t - 1] - sum(discounted[: t - 1])) for t in range(1, n + 1)]
    return max(*worth, beta**n * tiers.dealt(s) + sum(discounted))


def lemma_2(tiers: Tiers) -> bool:
    """Check that a served trader above the last cutoff gets less by coming back, in any later round, in any role."""
    beta = tiers.market.discount
    for tier, s in tiers.ends():
        if tier > tiers.rounds or s <= tiers.cutoffs[-1]:
            continue
        for t in range(2, tiers.rounds + 1):
            for leaves in range(t, tiers.rounds + 2):
                if beta * tiers.exiting(s, leaves, since=t) >= tiers.served(s):
                    return False
    return True


def lemma_3(tiers: Tiers, customers_only: bool) -> bool:
    """Check that the best a pair can do is to serve the higher type, who leaves, and keep the lower one trading.

    All pairs of types of a grid that are present are tried in every round but the last, or only those of
    which one is a customer then.
    """
    market = tiers.market
    for t in range(1, tiers.rounds):
        top = market.law.high if t == 1 else tiers.cutoffs[t - 2]
        grid = [market.law.low + Fraction(i, 6) * (top - market.law.low) for i in range(7)]

        def later(s: Any, t: int = t) -> Any:
            tier = max(tiers.tier(s), t + 1)
            return market.discount * tiers.exiting(s, tier, since=t + 1)

        for one, other in product(grid, repeat=2):
            high, low = max(one, other), min(one, other)
            if customers_only and high <= tiers.cutoffs[t - 1]:
                continue
            stated = tiers.served(high) + later(low)
            for served, dealing in ((one, other), (other, one)):
                for first in (tiers.served(served), later(served)):
                    for second in (tiers.dealt(dealing), later(dealing)):
                        if first + second > stated:
                            return False
    return True


def planner(market: IntermediatedMarket, count: int) -> tuple[Any, Any]:
    """Let the planner choose the roles of `count` types of equal mass; return types and flows [round, role, type]."""
    types = middle_types(market, count)
    return types, solve(pairing(market, types), method="planner_program").require().answer.flows


def planner_follows_tiers(market: IntermediatedMarket, count: int) -> bool:
    """Say whether the planner serves tier t in round t and lets it leave, and lets the core deal to the end.

    The number of types is a multiple of 2^N, so that no type is in two tiers.
    """
    types, flows = planner(market, count)
    rank = np.arange(len(types))
    for t in range(1, market.rounds + 1):
        own = (rank >= count >> t) & (rank < count >> (t - 1))
        if not np.allclose(flows[t - 1, SERVED_LEAVES], own / count, atol=1e-9):
            return False
    core = rank < count >> market.rounds
    return bool(np.allclose(flows[-1, DEALING_LEAVES], core / count, atol=1e-9))


def mass_leaving_early(market: IntermediatedMarket, count: int) -> float:
    """Return the mass that the planner lets leave without the right holding before the last round."""
    _, flows = planner(market, count)
    return float(flows[:-1, [DEALING_LEAVES, IDLE_LEAVES, BACK_LEAVES]].sum())


def printed_debt(tiers: Tiers) -> Any:
    """Return D_max from the formulas in the proof of Proposition 9."""
    bid, ask = tiers.prices()
    a, n = tiers.market.holding, tiers.rounds

    def total(places: range) -> Any:
        return sum((2 * bid[t - 1] for t in places), a * 0)

    first, last = bid[0], ask[n - 1]
    before = ask[n - 2] if n > 1 else None
    if n % 2:
        candidates = [first + total(range(3, n - 1, 2)) + 2 * last]
        if before is not None:
            candidates.append(total(range(2, n - 2, 2)) + 2 * before)
    else:
        candidates = [total(range(2, n - 1, 2)) + 2 * last, first + total(range(3, n - 2, 2)) + 2 * before]
    return a * max(candidates)


def enumerated_debt(tiers: Tiers, tier: int) -> Any:
    """Return the worst debt of a tier by trying every sequence of wishes it may meet."""
    bid, ask = tiers.prices()
    a, n = tiers.market.holding, tiers.rounds
    last = min(tier, n)
    worst = a * 0
    for wishes in product((1, 0), repeat=last):
        held, debt = HALF, a * 0
        for t, wish in enumerate(wishes, 1):
            customer = t == tier
            target = wish if customer else 1 - wish
            # A partner holds what one lacks: 2a together.
            bought = (target - held) * 2 * a
            if bought > 0:
                debt += bought * (ask if customer else bid)[t - 1]
            held = Fraction(target)
        worst = max(worst, debt)
    return worst
