"""Incentive constraints over all pairs of types in rational arithmetic, fast.

Denominators are cleared once, so that comparisons are between integers; and where floats with a rigorous error bound
already show that a report loses, no rational arithmetic is done at all.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Unit roundoff of float64.
_UNIT = 2.0**-53
#: Below this a product may have been rounded to zero.
_TINY = 1e-280
#: Beyond this a sum of products may overflow.
_HUGE = 1e280
#: Pairs compared in floats at once.
_CHUNK = 1 << 20


def violations(stakes: NDArray[Any], reported: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Return the pairs for which a report beats the truth, and by how much, exactly.

    Parameters
    ----------
    stakes, reported : ndarray of `Fraction`, shape (blocks, T, L)
        As in `gametheory.mechanism.incentives`.

    Returns
    -------
    index : ndarray of int64, shape (n, 3)
        Block, true type and report.
    amounts : ndarray of `Fraction`, shape (n,)
        Utility of the report less that of the truth; positive.
    """
    doubtful = _doubtful(stakes, reported)
    if not len(doubtful):
        return doubtful, np.zeros(0, dtype=object)
    stake, stake_unit = _cleared(stakes)
    report, report_unit = _cleared(reported)
    b, a, s = doubtful.T
    gain = (stake[b, a] * (report[b, s] - report[b, a])).sum(axis=1)
    broken = np.flatnonzero(gain > 0)
    amounts = np.empty(broken.size, dtype=object)
    amounts[:] = [Fraction(int(g), stake_unit * report_unit) for g in gain[broken]]
    return doubtful[broken], amounts


def _doubtful(stakes: NDArray[Any], reported: NDArray[Any]) -> NDArray[np.int64]:
    """Return (block, type, report) of the pairs that floats cannot show to be satisfied, shape (n, 3)."""
    blocks, types, length = stakes.shape
    left, right = _rounded(stakes), _rounded(reported)
    if left is None or right is None:
        return _pairs(blocks, types)
    # Each entry is rounded once, each product once, and a sum of n terms n - 1 times, of two such sums.
    relative = 4 * (length + 4) * _UNIT
    found = []
    at_once = max(1, _CHUNK // max(1, blocks * types))
    turned, turned_size = np.swapaxes(right, 1, 2), np.swapaxes(abs(right), 1, 2)
    for first in range(0, types, at_once):
        part = left[:, first : first + at_once]
        rows = np.arange(part.shape[1])
        utility, size = part @ turned, abs(part) @ turned_size
        truth, truth_size = utility[:, rows, first + rows], size[:, rows, first + rows]
        slack = truth[:, :, None] - utility
        error = relative * (size + truth_size[:, :, None]) + _TINY
        unsure = np.argwhere(~(slack > error))
        unsure[:, 1] += first
        found.append(unsure[unsure[:, 1] != unsure[:, 2]])
    return np.concatenate(found).astype(np.int64)


def _pairs(blocks: int, types: int) -> NDArray[np.int64]:
    grid = np.argwhere(np.ones((blocks, types, types), dtype=bool))
    pairs: NDArray[np.int64] = grid[grid[:, 1] != grid[:, 2]].astype(np.int64)
    return pairs


def _rounded(values: NDArray[Any]) -> NDArray[np.float64] | None:
    """Return the nearest floats, or None where the range of floats could spoil an error bound."""
    try:
        result = np.array([float(v) for v in values.ravel()], dtype=np.float64).reshape(values.shape)
    except OverflowError:
        return None
    size = abs(result)
    small = (size < math.sqrt(_TINY)) & (values != 0)
    return None if (size > math.sqrt(_HUGE)).any() or small.any() else result


def _cleared(values: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """Return integers and the positive integer they are to be divided by."""
    flat = values.ravel().tolist()
    unit = math.lcm(*{v.denominator for v in flat}) if flat else 1
    whole = np.empty(len(flat), dtype=object)
    whole[:] = [v.numerator * (unit // v.denominator) for v in flat]
    return whole.reshape(values.shape), unit
