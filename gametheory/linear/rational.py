"""Arithmetic on arrays of fractions, done on integers over common denominators.

Multiplying and adding `fractions.Fraction` one by one takes a greatest common divisor each time.
Here the denominators are cleared once, sums and products run on Python integers inside numpy
object arrays, and fractions are made again only at the end.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.errors import InputError
from gametheory.numbers import exact

Array = NDArray[Any]

#: Common denominators longer than this many bits cost more than the divisors they save.
COMMON_DENOMINATOR_BITS = 100_000


def object_array(values: list[Any]) -> Array:
    """Return a one-dimensional object array holding `values` as they are."""
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result


def exact_values(values: Array) -> Array:
    """Return an array as fractions; a float stands for its shortest decimal.

    Equal floats are converted once: coefficients of linear programs repeat.
    """
    if values.dtype == object:
        return values
    flat = values.ravel()
    different, place = np.unique(flat, return_inverse=True)
    converted = object_array([exact(v) for v in different.tolist()])
    return converted[place.ravel()].reshape(values.shape)


def float_values(values: Array) -> Array:
    """Return an array of fractions (infinite floats allowed) as float64.

    Raises
    ------
    InputError
        If a number is too large for a float, or not zero and too small.
    """
    if values.dtype != object:
        return values
    try:
        result = np.array([float(v) for v in values.ravel()], dtype=np.float64).reshape(values.shape)
    except OverflowError:
        raise InputError("a number is too large for a float", remedy="solve exactly, or change units") from None
    if np.any((result == 0) & (values != 0)):
        raise InputError("a number is too small for a float", remedy="solve exactly, or change units")
    return result


def numerators_and_denominators(values: Array) -> tuple[Array, Array]:
    """Return the numerators and denominators of an array of fractions as integer object arrays."""
    listed = values.ravel().tolist()
    return object_array([v.numerator for v in listed]), object_array([v.denominator for v in listed])


def over_common_denominator(values: Array) -> tuple[Array, int] | None:
    """Return integers and the positive integer they are to be divided by, or None if that is too long."""
    tops, bottoms = numerators_and_denominators(values)
    common = 1
    for bottom in set(bottoms.tolist()):
        if common % bottom:
            common = math.lcm(common, bottom)
            if common.bit_length() > COMMON_DENOMINATOR_BITS:
                return None
    if common == 1:
        return tops, 1
    return tops * (common // bottoms), common


def fractions_of(tops: Array, bottoms: Any) -> Array:
    """Return the fractions ``tops / bottoms``; `bottoms` is an integer or an array of integers."""
    if isinstance(bottoms, int):
        return object_array([Fraction(int(t), bottoms) for t in tops.tolist()])
    return object_array([Fraction(int(t), int(b)) for t, b in zip(tops.tolist(), bottoms.tolist(), strict=True)])


def inner(left: Array, right: Array) -> Any:
    """Return the inner product of two vectors of fractions, or of two vectors of floats."""
    if left.dtype != object and right.dtype != object:
        return float(left @ right)
    first, second = over_common_denominator(left), over_common_denominator(right)
    if first is None or second is None:
        return sum((a * b for a, b in zip(left.tolist(), right.tolist(), strict=True)), Fraction(0))
    total = (first[0] * second[0]).sum() if len(left) else 0
    return Fraction(int(total), first[1] * second[1])


def signs(values: Array) -> Array:
    """Return -1, 0 or 1 for each number, int8; infinite floats among fractions have a sign too."""
    if values.dtype != object:
        return np.sign(values).astype(np.int8)
    tops = [v.numerator if isinstance(v, Fraction) else v for v in values.tolist()]
    return np.array([(top > 0) - (top < 0) for top in tops], dtype=np.int8)


def kept(values: Array, condition: Array) -> Array:
    """Return the values where a condition holds, and zeros of their kind elsewhere."""
    if values.dtype != object:
        return np.where(condition, values, 0.0)
    result = np.full(len(values), Fraction(0), dtype=object)
    result[condition] = values[condition]
    return result


def less(left: Array, right: Array, condition: Array) -> Array:
    """Return where ``left < right`` among the places where a condition holds, bool."""
    result = np.zeros(len(left), dtype=bool)
    result[condition] = np.asarray(left[condition] < right[condition], dtype=bool)
    return result


def segment_sums(values: Array, starts: Array) -> Array:
    """Return the sums of consecutive segments; `starts` has one entry more than there are segments."""
    result = np.zeros(len(starts) - 1, dtype=values.dtype)
    filled = starts[:-1] < starts[1:]
    if filled.any():
        result[filled] = np.add.reduceat(values, starts[:-1][filled])
    return result


def fits_int64(values: Array) -> Array | None:
    """Return integers as int64 if all are below 2**62 in size, else None."""
    listed = values.tolist()
    if listed and max(max(listed), -min(listed)) >= 2**62:
        return None
    return np.array(listed, dtype=np.int64)
