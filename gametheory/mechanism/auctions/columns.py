"""Columns of numbers that are compared, added and multiplied exactly, in integers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from gametheory.mechanism.auctions.decimals import shortest_decimals
from gametheory.numbers import exact, float_array

Array = NDArray[Any]

#: Integers below this are held in 64 bits, and so are their sums where these are below it too.
_SAFE = 2**62
#: Decimals with at most this many significant digits are told apart by floats.
_DIGITS = 10**15
#: Most decimal places that are tried before each float gets a power of ten of its own.
_PLACES = 18
#: Limbs of 21 bits: a million products of two of them add up within 64 bits.
_LIMB, _BLOCK = 21, 2**20


@dataclass(frozen=True, eq=False)
class Column:
    """Numbers as integers times a unit, ``whole[i] * unit``, or as decimals, ``whole[i] * unit / 10**places[i]``.

    Attributes
    ----------
    keys : array, shape (n,)
        Numbers in the same order, with the same ties: floats or integers, quick to sort.
    whole : array, shape (n,)
        int64, or Python integers where they are larger.
    unit : Fraction
        Positive.
    places : array of int64, shape (n,), or None
        Decimal places of each number; None where the unit alone does.
    """

    keys: Array
    whole: Array
    unit: Fraction = Fraction(1)
    places: Array | None = None

    @classmethod
    def of(cls, values: Array) -> Self:
        """Read int64, finite float64 or fractions; a float stands for its shortest decimal."""
        if values.dtype.kind in "iu":
            return cls(values, values)
        if values.dtype.kind == "f":
            scaled = _short_decimals(values)
            if scaled is not None:
                return cls(values, *scaled)
            whole, places = shortest_decimals(values)
            return cls(values, whole, Fraction(1), places)
        fractions: list[Fraction] = values.tolist()
        scale = math.lcm(*{v.denominator for v in fractions})
        whole = _as_array([v.numerator * (scale // v.denominator) for v in fractions])
        return cls(whole, whole, Fraction(1, scale))

    def __len__(self) -> int:
        return len(self.whole)

    def __getitem__(self, index: int) -> Fraction:
        whole = int(self.whole[index]) * self.unit
        return whole if self.places is None else whole / Fraction(10) ** int(self.places[index])

    def values(self) -> Iterator[Fraction]:
        """Iterate over the numbers as fractions."""
        return (self[i] for i in range(len(self)))

    def floats(self) -> Array:
        """Return the numbers as floats, shape (n,), each within a few units of its last place.

        Raises
        ------
        InputError
            If a number is too large for a float.
        """
        if self.keys.dtype.kind == "f":
            return self.keys
        if self.whole.dtype != object and self.unit.denominator < 2**62 and self.unit.numerator == 1:
            return np.asarray(self.whole / self.unit.denominator)
        return float_array(list(self.values()))

    def take(self, chosen: Array | slice) -> Column:
        """Return the chosen entries: a mask, indices or a slice."""
        places = None if self.places is None else self.places[chosen]
        return Column(self.keys[chosen], self.whole[chosen], self.unit, places)

    def total(self, chosen: Array | slice = slice(None)) -> Fraction:
        """Return the sum of the chosen entries: a mask, indices or a slice; of all by default."""
        whole, places = self._parts(chosen)
        sums = (_total(whole[at]) / Fraction(10) ** power for power, at in _positions(places))
        return sum(sums, Fraction(0)) * self.unit

    def totals(self, groups: Array, count: int, chosen: Array) -> list[Fraction]:
        """Return the sum of the chosen entries in each of `count` groups; `groups` holds the group of every entry."""
        whole, places = self._parts(chosen)
        held, unit = whole.tolist(), self.unit
        if places is not None and len(places):
            most = int(places.max())
            held = [w * 10 ** (most - p) for w, p in zip(held, places.tolist(), strict=True)]
            unit /= Fraction(10) ** most
        sums = [0] * count
        for group, w in zip(groups[chosen].tolist(), held, strict=True):
            sums[group] += w
        return [total * unit for total in sums]

    def inner(self, other: Column, chosen: Array | slice = slice(None)) -> Fraction:
        """Return the sum of products of the chosen entries with those of a column of the same length."""
        (left, left_places), (right, right_places) = self._parts(chosen), other._parts(chosen)
        found = Fraction(0)
        for power, at in _positions(left_places):
            first, second = left[at], right[at]
            for other_power, there in _positions(None if right_places is None else right_places[at]):
                found += _inner(first[there], second[there]) / Fraction(10) ** (power + other_power)
        return found * self.unit * other.unit

    def _parts(self, chosen: Array | slice) -> tuple[Array, Array | None]:
        return self.whole[chosen], None if self.places is None else self.places[chosen]

    def first_covering(self, amount: Fraction, order: Array) -> int:
        """Return the first position in an order at which the cumulated sum reaches an amount.

        Entries are not negative, and the whole sum reaches the amount. Sums that may not fit into 64 bits are cumulated
        in floats; if the position they give is not the right one, the exact sums of half the entries, of half of those
        that are left, and so on, decide.
        """
        if self.places is None and self.whole.dtype != object and len(self) * _largest(self.whole) < _SAFE:
            return int(np.searchsorted(np.cumsum(self.whole[order]), (amount / self.unit).__ceil__()))
        low, high, before = 0, len(self) - 1, Fraction(0)
        if self.places is not None:
            with np.errstate(over="ignore"):
                cumulated = np.cumsum(self.keys[order])
            wanted = float(min(amount, exact(np.finfo(np.float64).max)))
            guess = min(int(np.searchsorted(cumulated, wanted)), high)
            sum_before = self.total(order[:guess])
            if sum_before < amount <= sum_before + self[int(order[guess])]:
                return guess
        while low < high:
            middle = (low + high) // 2
            more = before + self.total(order[low : middle + 1])
            low, high, before = (low, middle, before) if more >= amount else (middle + 1, high, more)
        return low

    def compare(self, target: Fraction) -> tuple[Array, Array]:
        """Return which entries are below a number, and which equal it."""
        none = np.zeros(len(self), dtype=bool)
        if self.places is None:
            bound = target / self.unit
            equal = self.whole == bound.numerator if bound.denominator == 1 else none
            return np.asarray(self.whole < bound.__ceil__(), dtype=bool), np.asarray(equal, dtype=bool)
        try:
            nearest = float(target)
        except OverflowError:
            return none | (target > 0), none
        # All other floats, and their decimals, are on the same side of the target as of the float nearest to it.
        held = exact(nearest)
        return self.keys <= nearest if held < target else self.keys < nearest, (self.keys == nearest) & (held == target)


def _positions(places: Array | None) -> Iterator[tuple[int, Array | slice]]:
    """Yield each number of decimal places that occurs, and where."""
    if places is None:
        yield 0, slice(None)
    elif len(places):
        least = int(places.min())
        counts = np.bincount(places - least)
        for power in (np.flatnonzero(counts) + least).tolist():
            yield power, np.flatnonzero(places == power)


def _short_decimals(values: Array) -> tuple[Array, Fraction] | None:
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


def _as_array(whole: list[int]) -> Array:
    small = max(map(abs, whole), default=0) < _SAFE
    return np.array(whole, dtype=np.int64 if small else object)


def _largest(whole: Array) -> int:
    return max(int(whole.max()), -int(whole.min())) if len(whole) else 0


def _total(whole: Array) -> int:
    """Add up integers exactly."""
    if whole.dtype == object:
        return sum(whole.tolist())
    if len(whole) * _largest(whole) < _SAFE:
        return int(whole.sum())
    return (int((whole >> 31).sum()) << 31) + int((whole & (2**31 - 1)).sum())


def _inner(left: Array, right: Array) -> int:
    """Add up products of integers exactly."""
    if left.dtype == object or right.dtype == object:
        return sum(a * b for a, b in zip(left.tolist(), right.tolist(), strict=True))
    if len(left) * _largest(left) * _largest(right) < _SAFE:
        return int(left @ right)
    found = 0
    for start in range(0, len(left), _BLOCK):
        limbs = [_limbs(side[start : start + _BLOCK]) for side in (left, right)]
        for i, first in enumerate(limbs[0]):
            for j, second in enumerate(limbs[1]):
                found += int(first @ second) << (_LIMB * (i + j))
    return found


def _limbs(whole: Array) -> list[Array]:
    """Split integers below 2**62 in size, ``sum_i limb_i 2**(21 i)``; the last limb carries the sign."""
    mask = 2**_LIMB - 1
    return [whole & mask, (whole >> _LIMB) & mask, whole >> (2 * _LIMB)]
