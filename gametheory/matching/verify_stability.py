"""Check that a matching is feasible, individually rational and free of blocking pairs, in linear time."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from gametheory.matching.compiled import compiled
from gametheory.matching.market import MatchingMarket
from gametheory.matching.preferences import IntArray, PreferenceLists
from gametheory.solution import Certificate, Violation

#: How many violations a certificate names.
SHOWN = 20


@dataclass(frozen=True)
class Findings:
    """What is wrong with a matching: how much of it, and the first cases by name."""

    count: int
    shown: tuple[Violation, ...]
    checked: int


def certificate(kind: str, findings: Findings, note: str = "") -> Certificate:
    """Return the exact certificate of findings: the largest violation is how many conditions fail."""
    return Certificate(
        kind,
        findings.checked,
        Fraction(findings.count),
        Fraction(0),
        True,
        findings.count == 0,
        findings.shown[:SHOWN],
        note,
    )


def joined(*parts: Findings) -> Findings:
    """Return several findings as one."""
    shown = tuple(v for part in parts for v in part.shown)
    return Findings(sum(p.count for p in parts), shown[:SHOWN], sum(p.checked for p in parts))


def failures(texts: list[str], checked: int) -> Findings:
    """Return findings of conditions that fail, each counted once."""
    return Findings(len(texts), tuple(Violation(t, Fraction(1)) for t in texts[:SHOWN]), checked)


def check_feasible(market: MatchingMarket, assignment: IntArray) -> Findings:
    """Check the shape, the quotas, and that one-sided partners are each other's."""
    n, m = len(market.proposers), len(market.receivers)
    if assignment.size != n:
        return failures([f"the matching has {assignment.size} entries for {n} {market.sides[0]}"], 1)
    wrong = np.flatnonzero((assignment < -1) | (assignment >= m))
    if wrong.size:
        name = market.proposer_name(int(wrong[0]))
        return failures([f"{name} is matched with number {assignment[wrong[0]]}, which does not exist"], n)
    if market.one_sided:
        matched = np.flatnonzero(assignment >= 0)
        torn = matched[assignment[assignment[matched]] != matched]
        texts = [
            f"{market.proposer_name(int(i))} is matched with {market.proposer_name(int(assignment[i]))}, "
            f"who is matched otherwise"
            for i in torn[:SHOWN]
        ]
        return Findings(torn.size, failures(texts, n).shown, n)
    taken = np.bincount(assignment[assignment >= 0], minlength=m)
    over = np.flatnonzero(taken > market.quotas)
    texts = [f"{market.receiver_name(int(r))} takes {taken[r]}, quota {market.quotas[r]}" for r in over[:SHOWN]]
    return Findings(over.size, failures(texts, m).shown, m)


def check_individually_rational(market: MatchingMarket, assignment: IntArray) -> Findings:
    """Check that each proposer lists its partner (lists are mutual, so the partner lists it)."""
    lists = market.proposers
    found = np.zeros(len(lists), dtype=bool)
    owners = lists.owners()
    found[owners[lists.targets == assignment[owners]]] = True
    bad = np.flatnonzero(~found & (assignment >= 0))
    texts = [
        f"{market.proposer_name(int(i))} is matched with {market.receiver_name(int(assignment[i]))}, not in its list"
        for i in bad[:SHOWN]
    ]
    return Findings(bad.size, failures(texts, len(lists)).shown, len(lists))


def check_no_blocking_pair(
    market: MatchingMarket, assignment: IntArray, receivers: PreferenceLists | None = None
) -> Findings:
    """Check that no two agents both strictly prefer each other, counting vacancies; and acceptability.

    Parameters
    ----------
    market : MatchingMarket
        The market.
    assignment : int64 array, shape (proposers,)
        A feasible matching.
    receivers : PreferenceLists, optional
        Other lists for the receivers (for mechanisms that are stable for changed priorities).

    Notes
    -----
    Linear in the entries: first the entries that a proposer prefers to its match are grouped by
    receiver; then each receiver's list is walked once down to its worst match, or to its end if a place is free.
    """
    lists = market.proposers
    other = market.receivers if receivers is None else receivers
    quotas = market.quotas
    empty = np.empty(0, dtype=np.int32)
    mine = empty if lists.classes is None else lists.classes
    theirs = empty if other.classes is None else other.classes
    work = lists.targets.size + other.targets.size
    wanted = np.zeros(len(other) + 1, dtype=np.int64)
    unlisted = np.zeros(len(lists), dtype=np.bool_)
    compiled(_count_envied, work)(lists.offsets, lists.targets, mine, assignment, wanted, unlisted)
    np.cumsum(wanted, out=wanted)
    wanting = np.empty(wanted[-1], dtype=np.int64)
    compiled(_group_envied, work)(lists.offsets, lists.targets, mine, assignment, wanted[:-1].copy(), wanting)
    taken = np.bincount(assignment[assignment >= 0], minlength=len(other)).astype(np.int64)
    pairs = np.full((SHOWN, 2), -1, dtype=np.int64)
    stamps = np.full(len(lists), -1, dtype=np.int64)
    blocking = compiled(_count_blocking, work)(
        other.offsets, other.targets, theirs, assignment, quotas, taken, wanted, wanting, stamps, pairs
    )
    strangers = np.flatnonzero(unlisted)
    texts = [
        f"{market.proposer_name(int(i))} is matched with {market.receiver_name(int(assignment[i]))}, not in its list"
        for i in strangers[:SHOWN]
    ]
    texts += [
        f"{market.proposer_name(int(i))} and {market.receiver_name(int(j))} block"
        for i, j in pairs
        if i >= 0 and (not market.one_sided or i < j)
    ]
    count = int(blocking) // 2 if market.one_sided else int(blocking)
    return Findings(count + strangers.size, failures(texts, 0).shown, lists.targets.size)


def _count_envied(offsets: Any, targets: Any, classes: Any, assignment: Any, wanted: Any, unlisted: Any) -> None:
    """Count, per receiver, the proposers who prefer it to their match."""
    tied = classes.size > 0
    for agent in range(offsets.size - 1):
        start = offsets[agent]
        end = offsets[agent + 1]
        match = assignment[agent]
        if match >= 0:
            entry = start
            while entry < end and targets[entry] != match:
                entry += 1
            if entry == end:
                unlisted[agent] = True
            elif tied:
                own = classes[entry]
                while entry > start and classes[entry - 1] == own:
                    entry -= 1
            end = entry
        for entry in range(start, end):
            wanted[targets[entry] + 1] += 1


def _group_envied(offsets: Any, targets: Any, classes: Any, assignment: Any, place: Any, wanting: Any) -> None:
    """Write those proposers, grouped by receiver."""
    tied = classes.size > 0
    for agent in range(offsets.size - 1):
        start = offsets[agent]
        end = offsets[agent + 1]
        match = assignment[agent]
        if match >= 0:
            entry = start
            while entry < end and targets[entry] != match:
                entry += 1
            if entry < end and tied:
                own = classes[entry]
                while entry > start and classes[entry - 1] == own:
                    entry -= 1
            end = entry
        for entry in range(start, end):
            receiver = targets[entry]
            wanting[place[receiver]] = agent
            place[receiver] += 1


def _count_blocking(
    offsets: Any,
    targets: Any,
    classes: Any,
    assignment: Any,
    quotas: Any,
    taken: Any,
    wanted: Any,
    wanting: Any,
    stamps: Any,
    pairs: Any,
) -> int:
    """Walk each receiver's list down to its worst match; count wanting proposers strictly above it."""
    tied = classes.size > 0
    total = 0
    shown = 0
    for receiver in range(offsets.size - 1):
        if wanted[receiver] == wanted[receiver + 1]:
            continue
        full = taken[receiver] >= quotas[receiver]
        if full and taken[receiver] == 0:
            continue
        for place in range(wanted[receiver], wanted[receiver + 1]):
            stamps[wanting[place]] = receiver
        found = 0
        pending = 0
        kept = shown
        current = -1
        for entry in range(offsets[receiver], offsets[receiver + 1]):
            agent = targets[entry]
            if tied and classes[entry] != current:
                current = classes[entry]
                total += pending
                pending = 0
                kept = shown
            if assignment[agent] == receiver:
                found += 1
                if full and found == taken[receiver]:
                    if tied:  # proposers tied with the worst match do not block
                        pending = 0
                        shown = kept
                    break
            elif stamps[agent] == receiver:
                pending += 1
                if shown < pairs.shape[0]:
                    pairs[shown, 0] = agent
                    pairs[shown, 1] = receiver
                    shown += 1
        total += pending
    for place in range(shown, pairs.shape[0]):
        pairs[place, 0] = -1
    return total
