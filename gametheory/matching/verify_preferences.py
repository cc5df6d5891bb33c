"""Check answers about a `MatchingMarket`, concept by concept."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from gametheory import tolerances
from gametheory.errors import UsageError
from gametheory.matching.answers import (
    EgalitarianMatching,
    Exchange,
    Matching,
    MinimumRegretMatching,
    NamedMatching,
    RandomAssignment,
    SomeStableMatchings,
    StableMatchings,
    StablePartition,
)
from gametheory.matching.market import MatchingMarket
from gametheory.matching.preferences import IntArray, PreferenceLists, mates
from gametheory.matching.strictness import require_strict
from gametheory.matching.verify_efficiency import check_core, check_lottery, check_pareto
from gametheory.matching.verify_exchange import check_exchange
from gametheory.matching.verify_lattice import (
    check_all_stable,
    check_egalitarian,
    check_minimum_regret,
    check_some_stable,
)
from gametheory.matching.verify_partition import check_partition
from gametheory.matching.verify_stability import (
    SHOWN,
    Findings,
    certificate,
    check_feasible,
    check_individually_rational,
    check_no_blocking_pair,
    joined,
)
from gametheory.solution import Certificate, Violation

WEAK = "lists have ties: stability is weak (no two agents both strictly prefer each other)"


def verify_market(market: MatchingMarket, answer: Any, *, exact: bool, concept: str) -> Certificate:
    """Check an answer about a market; see `gametheory.matching.verify.verify`."""
    if isinstance(answer, NamedMatching):
        answer = answer.resolved(market)
    if isinstance(answer, Matching):
        return _verify_matching(market, answer.assignment, concept)
    if isinstance(answer, StablePartition) and concept == "stable":
        return certificate("stable_partition", check_partition(market, answer))
    if isinstance(answer, SomeStableMatchings) and concept == "all_stable":
        return certificate("stable_matchings", check_some_stable(market, answer), "there may be more")
    if isinstance(answer, StableMatchings) and concept == "all_stable":
        return certificate("all_stable_matchings", check_all_stable(market, answer))
    if isinstance(answer, MinimumRegretMatching) and concept == "minimum_regret":
        return certificate("minimum_regret", check_minimum_regret(market, answer))
    if isinstance(answer, RandomAssignment) and concept == "ordinally_efficient":
        return certificate("ordinal_efficiency", check_lottery(market, answer))
    if isinstance(answer, EgalitarianMatching) and concept == "egalitarian":
        return _verify_egalitarian(market, answer, exact)
    if isinstance(answer, Exchange) and concept == "maximum_exchange":
        return _verify_exchange(market, answer)
    raise UsageError(f"an answer of type {type(answer).__name__} says nothing about concept '{concept}'")


def _verify_matching(market: MatchingMarket, assignment: IntArray, concept: str) -> Certificate:
    found = check_feasible(market, assignment)
    kind, note = "no_blocking_pair", ""
    if concept == "stable":
        note = "" if market.strict else WEAK
        if not found.count:
            found = joined(found, check_no_blocking_pair(market, assignment))
    elif concept == "pareto_efficient":
        kind, note = "pareto_efficiency", f"for the {market.sides[0]}"
        found = _rational(market, assignment, found, check_pareto)
    elif concept == "core":
        kind = "housing_core"
        note = "" if market.proposers.strict else "lists have ties: only the weak core is checked"
        found = _rational(market, assignment, found, check_core)
    elif concept == "immediate_acceptance":
        note = "with priority first to those who rank a place higher"
        if not found.count:
            found = joined(found, check_no_blocking_pair(market, assignment, boston_priorities(market)))
    else:
        raise UsageError(f"a matching says nothing about concept '{concept}'")
    return certificate(kind, found, note)


def _rational(market: MatchingMarket, assignment: IntArray, found: Findings, check: Any) -> Findings:
    if found.count:
        return found
    rational = check_individually_rational(market, assignment)
    return joined(found, rational) if rational.count else joined(found, rational, check(market, assignment))


def boston_priorities(market: MatchingMarket) -> PreferenceLists:
    """Return the receivers' lists with those first who rank them first, and so on.

    A matching is an outcome of immediate acceptance exactly if it is stable for these lists (weakly, where
    priorities are tied).

    Raises
    ------
    InputError
        If a proposer's list has a tie.
    """
    require_strict(market, "immediate acceptance")
    other = market.receivers
    given = market.proposers.entry_classes()[mates(other, market.proposers)]
    owners, classes = other.owners(), other.entry_classes()
    order = np.lexsort((classes, given, owners))
    new = np.ones(order.size, dtype=np.int64)
    if order.size:
        same = (np.diff(given[order]) == 0) & (np.diff(classes[order]) == 0)
        new[1:] = ~same
    total = np.cumsum(new)
    starts = other.offsets[:-1][np.diff(other.offsets) > 0]
    lengths = np.diff(other.offsets)
    dense = total - np.repeat(total[starts], lengths[lengths > 0])
    return PreferenceLists(other.offsets, other.targets[order], dense, other.others)


def _verify_egalitarian(market: MatchingMarket, answer: EgalitarianMatching, exact: bool) -> Certificate:
    require_strict(market, "the egalitarian matching", receivers=True)
    gap, checked, found = check_egalitarian(market, answer, exact=exact)
    tolerance = 0 if exact else tolerances.GAP * max(1, market.proposers.targets.size)
    shown = found.shown
    if gap > tolerance and not found.count:
        shown = (Violation("gap between the total rank and its bound", gap),)
    worst = max(Fraction(found.count), gap) if exact else max(float(found.count), float(gap))
    ok = found.count == 0 and bool(gap <= tolerance)
    return Certificate("lp_duality", checked + found.checked, worst, tolerance, exact, ok, shown[:SHOWN])


def _verify_exchange(market: MatchingMarket, answer: Exchange) -> Certificate:
    gap, found = check_exchange(market, answer)
    shown = found.shown
    if gap > 0 and not found.count:
        shown = (Violation("gap between the worth of the exchange and its bound", gap),)
    worst = max(Fraction(found.count), gap)
    return Certificate("cycle_packing_bound", found.checked, worst, Fraction(0), True, worst == 0, shown[:SHOWN])
