"""Shortest decimals of many floats at once, as integers over powers of ten."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

#: Floats from 10**-6 to 10**17 have 17 significant digits within 22 decimal places: powers of ten that floats hold.
_SMALLEST, _LARGEST, _DIGITS = -6, 17, 17
_POWERS = np.array([10.0**p for p in range(_DIGITS - _SMALLEST)])
_DECADES = np.array([float(f"1e{p}") for p in range(_SMALLEST, _LARGEST + 1)])
#: Veltkamp's constant: it splits a float into two of half its length.
_SPLIT = 2.0**27 + 1.0
#: Distances this close to a border, in units of the last digit, are left to Python's own conversion.
_CLOSE = 1e-6
#: How many are converted at a time, so that they stay in the processor's cache.
_CHUNK = 16_384


def shortest_decimals(values: Array) -> tuple[Array, Array]:
    """Return integers m and p such that ``m / 10**p`` is the shortest decimal of each float, the one `repr` writes.

    Seventeen significant digits always tell a float from its neighbours. A decimal of fifteen or sixteen stands for x
    too if it is within half a unit in the last place of x; of sixteen digits the nearest is taken. The product with
    the power of ten is kept exactly, as a sum of two floats (Dekker 1971). The rare numbers that are too small, too
    large, powers of two, or close to a border are converted one by one.

    Parameters
    ----------
    values : array of float64, shape (n,)
        Finite.

    Returns
    -------
    tuple of (array, array)
        Both int64, shape (n,); m has at most 17 digits, p may be negative.
    """
    whole = np.empty(len(values), dtype=np.int64)
    places = np.empty(len(values), dtype=np.int64)
    for start in range(0, len(values), _CHUNK):
        part = slice(start, start + _CHUNK)
        whole[part], places[part] = _converted(values[part])
    return whole, places


def _converted(values: Array) -> tuple[Array, Array]:
    sizes = np.abs(values)
    decade = np.searchsorted(_DECADES, sizes, side="right")
    unsure = (decade == 0) | (decade == len(_DECADES)) | (np.frexp(sizes)[0] == 0.5)
    if unsure.any():
        sizes, decade = np.where(unsure, 1.5, sizes), np.where(unsure, 1 - _SMALLEST, decade)
    places = _DIGITS - _SMALLEST - decade
    scale = _POWERS[places]
    digits, off = _nearest(sizes, scale)
    border = np.spacing(sizes) * scale / 2
    unsure |= np.abs(off) > 0.5 - _CLOSE
    down = off < 0  # where the last digit is 5, the nearest shorter decimal depends on what is beyond it
    shorter = (digits + 5 - down) // 10
    distance = np.abs((shorter * 10 - digits) - off)
    one_less = distance < border
    unsure |= one_less & (distance > 5 - _CLOSE) | (np.abs(distance - border) < _CLOSE)
    shortest = (digits + 50 - down) // 100
    distance = np.abs((shortest * 100 - digits) - off)
    two_less = distance < border
    unsure |= np.abs(distance - border) < _CLOSE
    whole = np.where(two_less, shortest, np.where(one_less, shorter, digits))
    places -= np.where(two_less, 2, one_less)
    for index in np.flatnonzero(unsure).tolist():
        whole[index], places[index] = _one_by_one(abs(float(values[index])))
    return np.where(values < 0, -whole, whole), places


def _nearest(sizes: Array, scale: Array) -> tuple[Array, Array]:
    """Return the integers nearest to ``sizes * scale``, and by how much the product exceeds them."""
    product = sizes * scale
    high, low = _halves(sizes)
    scale_high, scale_low = _halves(scale)
    rest = ((high * scale_high - product) + high * scale_low + low * scale_high) + low * scale_low
    near = np.rint(product)
    off = (product - near) + rest
    step = np.rint(off)
    return near.astype(np.int64) + step.astype(np.int64), off - step


def _halves(values: Array) -> tuple[Array, Array]:
    shifted = values * _SPLIT
    high = shifted - (shifted - values)
    return high, values - high


def _one_by_one(size: float) -> tuple[int, int]:
    mantissa, _, power = repr(size).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).rstrip("0")
    dropped = len(whole + fraction) - len(digits)
    return int(digits or 0), len(fraction) - dropped - int(power or 0)
