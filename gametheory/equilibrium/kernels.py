"""The loop over random meetings, a plain function over arrays of draws; compiled where it pays."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

#: Assets up to which a segment is found by looking at one after the other.
FEW = 16
#: Meetings below which a loop runs as plain Python.
WORTH_COMPILING = 100_000


@cache
def _jitted(function: Callable[..., Any]) -> Callable[..., Any]:
    import numba

    try:
        return numba.njit(cache=True, nogil=True)(function)  # type: ignore[no-any-return]
    except RuntimeError:  # no folder where a cache may be written
        return numba.njit(nogil=True)(function)  # type: ignore[no-any-return]


def compiled(function: Callable[..., Any], work: int) -> Callable[..., Any]:
    """Return a loop ready for about `work` meetings: as Python if few, compiled if many."""
    return _jitted(function) if work >= WORTH_COMPILING else function


def meet(
    exposure: Array,
    seen: Array,
    clock: float,
    waits: Array,
    first: Array,
    second: Array,
    normals: Array,
    chances: Array,
    cumulative: Array,
    volatility: float,
    totals: Array,
    risks: Array,
    positions: Array,
) -> float:
    """Let agents meet in pairs, and add up what their trades show.

    An agent's exposure is brought up to date only when the agent meets: the increment over the time since is normal,
    so that nothing is approximated.

    Parameters
    ----------
    exposure, seen : array [agents]
        Each agent's exposure, and when it was last brought up to date; changed in place.
    clock : float
        The time.
    waits : array [meetings]
        Times between meetings.
    first, second : int array [meetings]
        Who meets: `second` counts the agents other than `first`.
    normals : array [meetings, 2]
        Standard normal draws.
    chances : array [meetings]
        Uniform draws that choose the segment.
    cumulative : array [assets]
        Shares of the contact rates, added up.
    volatility : float
        Of the needs.
    totals : array [assets, 4]
        Added to: meetings, and of the two exposures the distance, its square and the square of the sum.
    risks : array [assets]
        Systematic risk per unit of each asset.
    positions : array [agents, assets]
        Changed in place; without agents, positions are not kept.

    Returns
    -------
    float
        The time after the last meeting.
    """
    last = len(cumulative) - 1
    kept = len(positions) > 0
    for m in range(len(waits)):
        clock += waits[m]
        i = first[m]
        k = second[m]
        if k >= i:
            k += 1
        one = exposure[i] + volatility * np.sqrt(clock - seen[i]) * normals[m, 0]
        two = exposure[k] + volatility * np.sqrt(clock - seen[k]) * normals[m, 1]
        seen[i] = clock
        seen[k] = clock
        middle = (one + two) / 2
        exposure[i] = middle
        exposure[k] = middle
        j = 0
        if last < FEW:
            while j < last and chances[m] >= cumulative[j]:
                j += 1
        else:
            j = min(np.searchsorted(cumulative, chances[m], side="right"), last)
        gap = two - one
        both = one + two
        totals[j, 0] += 1.0
        totals[j, 1] += abs(gap)
        totals[j, 2] += gap * gap
        totals[j, 3] += both * both
        if kept:
            quantity = gap / (2 * risks[j])
            positions[i, j] += quantity
            positions[k, j] -= quantity
    return clock
