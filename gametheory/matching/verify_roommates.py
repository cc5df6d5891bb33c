"""Check payoffs of one-sided games for every pair, and evidence that a core is empty."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from gametheory import tolerances
from gametheory.errors import UsageError
from gametheory.matching.compiled import compiled
from gametheory.matching.game_data import Array
from gametheory.matching.roommate_game import RoommateGame
from gametheory.matching.transfers import CoreAllocation, EmptyCore
from gametheory.matching.verify_assignment import BLOCK, Tally, broken
from gametheory.numbers import exact, exact_array, float_array
from gametheory.solution import Certificate, Violation


def verify_roommates(game: RoommateGame, answer: Any, *, exact: bool, concept: str) -> Certificate:
    """Check an answer about a roommate game; see `gametheory.matching.verify.verify`."""
    exact = exact and game.function is None
    if concept == "core" and isinstance(answer, CoreAllocation):
        return _verify_core(game, answer, exact)
    if concept == "core" and isinstance(answer, EmptyCore):
        return _verify_empty(game, answer, exact)
    raise UsageError(f"an answer of type {type(answer).__name__} says nothing about concept '{concept}'")


def _numbers(values: Any, exactly: bool) -> Array:
    return exact_array(values) if exactly else float_array(values)


def _scale(game: RoommateGame) -> float:
    """Return the size of the surplus, for the tolerance."""
    if game.surplus is not None:
        return max(1.0, float(np.abs(float_array(game.surplus)).max(initial=0)))
    if game.is_separable:
        largest = max(abs(float(game.types.max())), abs(float(game.types.min()))) if len(game) else 0.0
        return max(1.0, (abs(float(game.high)) + abs(float(game.low))) * largest + abs(float(game.constant)))
    return max(1.0, float(np.abs(float_array(game.pair_surplus(0, np.arange(len(game))))).max(initial=0)))


def _indices_fault(game: RoommateGame, i: Array, j: Array) -> str | None:
    count = len(game)
    if i.shape != j.shape or any(((k < 0) | (k >= count)).any() for k in (i, j)):
        return "a pair is not of two agents"
    if game.masses is None and (i == j).any():
        return f"{game.name(int(i[(i == j).argmax()]))} is paired with itself"
    return None


def _verify_core(game: RoommateGame, answer: CoreAllocation, exactly: bool) -> Certificate:
    """Check that pairs are feasible and share what they make, and that no pair, and nobody alone, does better."""
    i, j, count = answer.first, answer.second, len(game)
    fault = _indices_fault(game, i, j)
    if fault is None and answer.payoffs.shape != (count,):
        fault = f"{answer.payoffs.size} payoffs for {count} agents"
    if fault is None and (answer.amounts is None) != (game.masses is None):
        fault = "amounts of pairs are given for masses of types, and only there"
    if fault is not None:
        return broken("core_payoffs", fault, exact=exactly)
    payoffs = _numbers(answer.payoffs, exactly)
    tally = Tally(0 if exactly else tolerances.FEASIBILITY * _scale(game))
    if game.is_separable and game.masses is None and not exactly:
        return _verify_sorted(game, answer, payoffs, tally)
    alone = _alone(game, i, j, answer.amounts, exactly)
    if isinstance(alone, str):
        return broken("core_payoffs", alone, exact=exactly)
    tally.add(-payoffs, lambda k: f"{game.name(k)} would rather stay alone")
    tally.add(payoffs[alone], lambda k: f"{game.name(int(alone[k]))} is not wholly matched and is paid")
    for start in range(0, i.size, BLOCK):
        one, two = i[start : start + BLOCK], j[start : start + BLOCK]
        gap = payoffs[one] + payoffs[two]
        gap -= game.pair_surplus(one, two, exactly=exactly)
        tally.add(
            abs(gap),
            lambda k, start=start: (
                f"{game.name(int(i[start + k]))} and {game.name(int(j[start + k]))} share something else than they make"
            ),
        )
    note = _check_pairs(game, payoffs, tally, exactly)
    certificate = tally.certificate("core_payoffs", scale=1, exact=False, note=note)
    return _exactly(certificate, exactly)


def _verify_sorted(game: RoommateGame, answer: CoreAllocation, payoffs: Array, tally: Tally) -> Certificate:
    """Check individuals with a separable surplus in floats: one compiled pass over pairs, one over agents."""
    types = float_array(game.types)
    partner = np.full(len(game), -1, dtype=np.int64)
    numbers = (float(game.high), float(game.low), float(game.constant))
    work = 4 * len(game)
    twice, at, gap = compiled(_pair_gaps, work)(types, payoffs, answer.first, answer.second, *numbers, partner)
    if twice >= 0:
        return broken("core_payoffs", f"{game.name(int(twice))} is in two pairs", exact=False)
    tally.checked += answer.first.size
    if answer.first.size:
        names = game.name(int(answer.first[at])), game.name(int(answer.second[at]))
        tally.add(np.array([gap]), lambda _: f"{names[0]} and {names[1]} share something else than they make")
    low, paid, least, most = compiled(_alone_extremes, work)(payoffs, partner)
    if len(game):
        tally.checked += len(game)
        tally.add(np.array([-least]), lambda _: f"{game.name(int(low))} would rather stay alone")
        if paid >= 0:
            tally.add(np.array([most]), lambda _: f"{game.name(int(paid))} is not matched and is paid")
    note = _check_pairs(game, payoffs, tally, False)
    return tally.certificate("core_payoffs", scale=1, exact=False, note=note)


def _pair_gaps(
    types: Any, payoffs: Any, first: Any, second: Any, high: Any, low: Any, constant: Any, partner: Any
) -> tuple[int, int, float]:
    """Return who is in two pairs or -1, and the pair whose payoffs differ most from its surplus, with the gap."""
    worst = 0.0
    at = 0
    for k in range(first.size):
        i = first[k]
        j = second[k]
        if partner[i] >= 0:
            return i, 0, 0.0
        partner[i] = j
        if partner[j] >= 0:
            return j, 0, 0.0
        partner[j] = i
        made = high * max(types[i], types[j]) - low * min(types[i], types[j]) + constant
        gap = abs(payoffs[i] + payoffs[j] - made)
        if gap > worst:
            worst = gap
            at = k
    return -1, at, worst


def _alone_extremes(payoffs: Any, partner: Any) -> tuple[int, int, float, float]:
    """Return the lowest paid agent, the best paid unmatched one or -1, and their payoffs."""
    low = 0
    paid = -1
    least = 0.0
    most = 0.0
    for k in range(payoffs.size):
        if k == 0 or payoffs[k] < least:
            least = payoffs[k]
            low = k
        if partner[k] < 0 and (paid < 0 or payoffs[k] > most):
            paid = k
            most = payoffs[k]
    return low, paid, least, most


def _exactly(certificate: Certificate, exactly: bool) -> Certificate:
    """Give a certificate that was computed in fractions its exact numbers back."""
    if not exactly:
        return certificate
    from dataclasses import replace

    zero = exact(0)
    return replace(certificate, exact=True, tolerance=zero, max_violation=exact(certificate.max_violation))


def _alone(game: RoommateGame, i: Array, j: Array, amounts: Any, exactly: bool) -> Array | str:
    """Return who is not wholly matched, or what is wrong with the pairs."""
    count = len(game)
    if amounts is None:
        used = np.bincount(i, minlength=count)
        used += np.bincount(j, minlength=count)
        if i.size and used.max() > 1:
            return f"{game.name(int((used > 1).argmax()))} is in two pairs"
        return np.flatnonzero(used == 0)
    if amounts.shape != i.shape:
        return "pairs and amounts differ in number"
    put, left = _numbers(amounts, exactly), _numbers(game.masses, exactly).copy()
    slack = 0 if exactly else tolerances.FEASIBILITY * max(1.0, float(left.sum()))
    if (put < -slack).any():
        return "the amount of a pair is negative"
    np.subtract.at(left, i, put)
    np.subtract.at(left, j, put)
    over = np.flatnonzero(left < -slack)
    return f"more of {game.name(int(over[0]))} is matched than there is" if over.size else np.flatnonzero(left > slack)


def _check_pairs(game: RoommateGame, payoffs: Array, tally: Tally, exactly: bool) -> str:
    """Check that no pair can do better: all pairs, or in O(n) where the surplus is separable."""

    def blocks(i: int, j: int) -> str:
        return f"{game.name(i)} and {game.name(j)} can do better together"

    count = len(game)
    if game.is_separable:
        # high * max - low * min is the larger of the two ways to assign the roles of high and low, since
        # high + low >= 0: so the best pair joins the best in each role.
        gain, i, j = _best_roles(game, payoffs, exactly)
        tally.add(np.array([gain], dtype=object if exactly else np.float64), lambda _: blocks(i, j))
        tally.checked += count * (count - 1) // 2 - 1
        return "all pairs, through the best agent in each role"
    step = max(1, BLOCK // max(1, count))
    others = np.arange(count)
    for start in range(0, count, step):
        rows = np.arange(start, min(count, start + step))
        gain = game.pair_surplus(rows[:, None], others[None, :], exactly=exactly) - payoffs[rows][:, None] - payoffs
        if game.masses is None:
            gain[np.arange(rows.size), rows] = -payoffs[rows]
        upper = others[None, :] >= rows[:, None]
        flat = np.where(upper, gain, -1).ravel()
        tally.add(flat, lambda k, start=start: blocks(start + k // count, k % count))
    return ""


def _best_roles(game: RoommateGame, payoffs: Array, exactly: bool) -> tuple[Any, int, int]:
    """Return the largest gain of a pair with one as the high and the other as the low type, and the pair."""
    types = _numbers(game.types, exactly)
    numbers = (exact(v) if exactly else float(v) for v in (game.high, game.low, game.constant))
    high, low, constant = numbers
    if types.size < 1 + (game.masses is None):
        return -1, 0, 0
    work = 0 if exactly else 4 * types.size
    tops = compiled(_two_best, work)(types, payoffs, high)
    bottoms = compiled(_two_best, work)(types, payoffs, -low)
    pairs = [
        (high * types[i] - payoffs[i] - low * types[j] - payoffs[j] + constant, int(i), int(j))
        for i in tops
        for j in bottoms
        if i != j or game.masses is not None
    ]
    return max(pairs)


def _two_best(types: Any, payoffs: Any, slope: Any) -> tuple[int, int]:
    """Return the indices of the two largest values of slope * type - payoff."""
    best = 0
    second = 0
    top = slope * types[0] - payoffs[0]
    runner = top
    for k in range(1, types.size):
        value = slope * types[k] - payoffs[k]
        if value > top:
            second = best
            runner = top
            best = k
            top = value
        elif second == best or value > runner:
            second = k
            runner = value
    return best, second


def _verify_empty(game: RoommateGame, answer: EmptyCore, exactly: bool) -> Certificate:
    """Check that the fractional pairs are worth more than the odd-set prices allow any matching to be."""
    kind, count = "odd_set_dual", len(game)
    i, j = answer.first, answer.second
    fault = _indices_fault(game, i, j)
    offsets, members = answer.set_offsets, answer.set_members
    if fault is None and game.masses is not None:
        fault = "with masses of types the core is never empty"
    if fault is None and (answer.prices.shape != (count,) or answer.amounts.shape != i.shape):
        fault = "there is not one price per agent and one amount per pair"
    if fault is None and (
        offsets.size < 1
        or offsets[0] != 0
        or offsets[-1] != members.size
        or (np.diff(offsets) % 2 == 0).any()
        or answer.set_prices.shape != (offsets.size - 1,)
        or ((members < 0) | (members >= count)).any()
    ):
        fault = "the sets are not odd sets of agents with one price each"
    if fault is None and any(np.unique(members[a:b]).size != b - a for a, b in pairwise(offsets.tolist())):
        fault = "a set holds an agent twice"
    if fault is not None:
        return broken(kind, fault, exact=exactly)
    amounts, prices, levels = (_numbers(a, exactly) for a in (answer.amounts, answer.prices, answer.set_prices))
    tally = Tally(0 if exactly else tolerances.FEASIBILITY * _scale(game))
    tally.add(-amounts, lambda k: f"the amount of pair {k + 1} is negative")
    tally.add(-prices, lambda k: f"the price of {game.name(k)} is negative")
    tally.add(-levels, lambda k: f"the price of set {k + 1} is negative")
    load = prices * 0
    np.add.at(load, i, amounts)
    np.add.at(load, j, amounts)
    tally.add(load - 1, lambda k: f"{game.name(k)} is matched more than once in all")
    _check_odd_sets(game, prices, levels, offsets, members, tally, exactly)
    value = _sum(game.pair_surplus(i, j, exactly=exactly) * amounts, exactly)
    bound = _sum(prices, exactly) + _sum(levels * (np.diff(offsets) // 2), exactly)
    margin = 0 if exactly else tolerances.GAP * max(1.0, abs(value))
    certificate = _exactly(tally.certificate(kind, scale=1, exact=False), exactly)
    if value - bound > margin:
        return certificate
    from dataclasses import replace

    text = f"the fractional pairs are worth {value}, and the prices allow matchings of {bound}: nothing is proved"
    lacking = bound - value if exactly else max(float(bound - value), margin)
    shown = (Violation(text, lacking), *certificate.violations)
    return replace(certificate, ok=False, max_violation=max(certificate.max_violation, lacking), violations=shown[:20])


def _sum(values: Array, exactly: bool) -> Any:
    return sum(values.tolist(), exact(0)) if exactly else float(values.sum())


def _check_odd_sets(
    game: RoommateGame, prices: Array, levels: Array, offsets: Array, members: Array, tally: Tally, exactly: bool
) -> None:
    """Check that every pair is paid for by its agents and the sets that hold both."""
    count = len(game)
    everyone = np.diff(offsets) == count
    shared = _sum(levels[everyone], exactly)
    half = exact(shared) / 2 if exactly else shared / 2
    if game.is_separable and everyone.all():
        gain, i, j = _best_roles(game, prices + half, exactly)
        tally.add(
            np.array([gain], dtype=object if exactly else np.float64),
            lambda _: f"the pair {game.name(i)}, {game.name(j)} is not paid for",
        )
        tally.checked += count * (count - 1) // 2 - 1
        return
    paid = prices[:, None] + prices[None, :] + shared
    for k in np.flatnonzero(~everyone):
        inside = members[offsets[k] : offsets[k + 1]]
        paid[np.ix_(inside, inside)] += levels[k]
    gain = game.matrix(exactly=exactly) - paid
    rows, columns = np.triu_indices(count, 1)
    tally.add(
        gain[rows, columns],
        lambda k: f"the pair {game.name(int(rows[k]))}, {game.name(int(columns[k]))} is not paid for",
    )
