"""Arrays of numbers as integer multiples of one unit, so that sums and ties are decided exactly."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.numbers import exact

Array = NDArray[Any]

#: Sums and products below this are held in 64 bits.
_SAFE = 2**62
#: Decimals with at most this many significant digits are told apart by floats.
_DIGITS = 10**15
#: Most decimal places that are tried before falling back on long decimals.
_PLACES = 18


def in_ticks(values: Array) -> tuple[Array, Fraction]:
    """Return integers m and a unit u with ``values = m u`` exactly; a float stands for its shortest decimal.

    Parameters
    ----------
    values : array of int64, float64 or fractions, shape (n,)
        Finite numbers.

    Returns
    -------
    tuple of (array, Fraction)
        The integers are int64 where they and their sum fit, else Python integers in an object array.
    """
    if values.dtype.kind in "iu":
        return values, Fraction(1)
    if values.dtype.kind == "f":
        return _decimal_ticks(values) or _long_decimal_ticks(values)
    fractions = [exact(v) for v in values.tolist()]
    scale = math.lcm(*(v.denominator for v in fractions)) if fractions else 1
    whole = [v.numerator * (scale // v.denominator) for v in fractions]
    return _as_array(whole), Fraction(1, scale)


def _decimal_ticks(values: Array) -> tuple[Array, Fraction] | None:
    """Return floats as multiples of the largest power of ten that holds their shortest decimals, if it does."""
    largest = float(np.abs(values).max(initial=0.0))
    few = values[:: max(1, len(values) // 64)]
    for places in range(_PLACES + 1):
        scale = float(10**places)
        if largest * scale >= _DIGITS:
            return None
        if not np.array_equal(np.rint(few * scale) / scale, few):
            continue
        whole = np.rint(values * scale)
        # Up to 15 digits a decimal is the only one of its length with this float, hence the shortest.
        if np.array_equal(whole / scale, values):
            return whole.astype(np.int64), Fraction(1, 10**places)
    return None


def _long_decimal_ticks(values: Array) -> tuple[Array, Fraction]:
    """Return floats of any length as multiples of the power of ten of their last shortest digit."""
    digits, powers = [], []
    for value in values.tolist():
        mantissa, _, power = repr(value).partition("e")
        whole_part, _, fraction = mantissa.partition(".")
        digits.append(int(whole_part + fraction))
        powers.append(int(power or 0) - len(fraction))
    last = min(powers, default=0)
    whole = [m * 10 ** (p - last) for m, p in zip(digits, powers, strict=True)]
    return _as_array(whole), Fraction(10) ** last


def _as_array(whole: list[int]) -> Array:
    small = sum(map(abs, whole)) < _SAFE
    return np.array(whole, dtype=np.int64 if small else object)


def total(whole: Array) -> int:
    """Return the exact sum of an array of integers."""
    if whole.dtype == object or len(whole) * int(np.abs(whole).max(initial=0)) >= _SAFE:
        return sum(whole.tolist())
    return int(whole.sum())


def running_totals(whole: Array) -> Array:
    """Return the exact cumulated sums of an array of nonnegative integers."""
    if whole.dtype == object or len(whole) * int(whole.max(initial=0)) >= _SAFE:
        return np.cumsum(whole.astype(object))
    return np.cumsum(whole)


def inner(left: Array, right: Array) -> int:
    """Return the exact inner product of two arrays of integers."""
    if left.dtype != object and right.dtype != object:
        bound = int(np.abs(left).max(initial=0)) * int(np.abs(right).max(initial=0)) * len(left)
        if bound < _SAFE:
            return int(left @ right)
    return sum(a * b for a, b in zip(left.tolist(), right.tolist(), strict=True))
