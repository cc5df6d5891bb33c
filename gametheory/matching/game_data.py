"""Numbers of games with transfers: exact integers stay integers, floats stay floats, rationals are fractions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.errors import InputError
from gametheory.numbers import exact, exact_array, number, number_array

Array = NDArray[Any]
#: From the position of an entry to what it is, in words.
Whose = Callable[[tuple[int, ...]], str]
#: Largest integer that sums of a few such numbers keep inside int64.
SAFE = 2**59


def quantities(values: Any, name: str, *, copy: bool = True, whose: Whose | None = None) -> Array:
    """Read numbers: int64 where all are whole and given exactly, float64 for floats, else fractions.

    Arrays of integers and floats are copied unless `copy` is false. `whose` says in words what the entry at
    a position is, for errors; without it they name the position.

    Raises
    ------
    InputError
        For NaN, infinity and what is not a number; the first such entry is named.
    """

    def entry(at: tuple[int, ...]) -> str:
        if not at:
            return f"'{name}'"
        return whose(at) if whose is not None else f"'{name}' at entry {', '.join(str(k + 1) for k in at)}"

    try:
        given = np.asarray(values)
    except ValueError:
        raise _ragged(values, name, entry) from None
    if not isinstance(values, np.ndarray) and given.dtype.kind in "iuf" and _holds_truth(values):
        given = np.asarray(values, dtype=object)  # numpy reads true as 1
    if given.dtype.kind == "i" or (given.dtype.kind == "u" and given.max(initial=0) <= np.iinfo(np.int64).max):
        return _fixed(given.astype(np.int64, copy=copy), copy)
    if given.dtype.kind == "f":
        if not np.isfinite(given).all():
            at = tuple(int(k) for k in np.argwhere(~np.isfinite(given))[0])
            raise InputError(f"{entry(at)} is {given[at]}", remedy="every number must be finite")
        # Beside floats or negative numbers, numpy rounds large integers of a list to floats: those are read one by one.
        if hasattr(values, "dtype") or not (np.abs(given) >= 2**53).any():
            return _fixed(given.astype(np.float64, copy=copy), copy)
    try:
        read = number_array(values)
    except InputError as error:
        for at, value in np.ndenumerate(np.asarray(values, dtype=object)):
            try:
                number(value)
            except InputError as fault:
                raise InputError(f"{entry(at)}: {fault.message}", remedy=fault.remedy) from None
        raise InputError(f"'{name}': {error.message}", remedy=error.remedy) from None
    if read.dtype == object and all(v.denominator == 1 and abs(v.numerator) < SAFE for v in read.ravel()):
        read = read.astype(np.int64)
    return _fixed(read, True)


def _holds_truth(values: Any) -> bool:
    """Say whether a number, or one in nested lists, is true or false."""
    if isinstance(values, list | tuple):
        kinds = set(map(type, values))
        return bool in kinds or (bool(kinds & {list, tuple}) and any(map(_holds_truth, values)))
    return isinstance(values, bool)


def _ragged(values: Any, name: str, entry: Whose) -> InputError:
    """Return the error that says which row of a table is not as long as the first."""
    lengths = [len(row) if isinstance(row, Sequence) and not isinstance(row, str) else -1 for row in values]
    row = next((k for k, length in enumerate(lengths) if length != lengths[0]), None)
    if row is None or -1 in lengths:
        return InputError(f"'{name}' is not a table of numbers with rows of equal length")
    return InputError(f"row {row + 1} of '{name}' has {lengths[row]} numbers, and row 1 has {lengths[0]}")


def label(names: Any, at: tuple[int, ...]) -> str:
    """Return the label of the agent at a position, from names that have not been checked yet."""
    if len(at) == 1 and isinstance(names, Sequence) and not isinstance(names, str) and at[0] < len(names):
        return str(names[at[0]])
    return ", ".join(str(k + 1) for k in at)


def _fixed(values: Array, own: bool) -> Array:
    """Make an array of our own read-only."""
    if own:
        values.setflags(write=False)
    return values


def tree_array(values: Array) -> Array:
    """Return numbers for a data tree: integers as fractions, so that they stay exact in JSON.

    Large integer arrays stay int64; they go to a binary file beside the JSON.
    """
    return exact_array(values) if values.dtype.kind == "i" and values.size <= 100_000 else values


def is_exact(*arrays: Array | None) -> bool:
    """Say whether no array holds floats."""
    return all(a is None or a.dtype.kind != "f" for a in arrays)


def integers_of(*arrays: Array) -> tuple[list[Array], int]:
    """Return arrays of integers and the common denominator they were multiplied by.

    Floats stand for their shortest decimals. int64 where all numbers are below `SAFE`, else Python integers.
    """
    if all(a.dtype.kind == "i" for a in arrays) and all(
        a.size == 0 or max(int(a.max()), -int(a.min())) < SAFE for a in arrays
    ):
        return list(arrays), 1
    fractions = [exact_array(a) for a in arrays]
    scale = 1
    for part in fractions:
        scale = math.lcm(scale, *{f.denominator for f in part.ravel()})
    whole = []
    for part in fractions:
        flat = np.empty(part.size, dtype=object)
        flat[:] = [int(f * scale) for f in part.ravel()]
        whole.append(flat.reshape(part.shape))
    if all(abs(int(v)) < SAFE for part in whole for v in (part.max(initial=0), part.min(initial=0))):
        whole = [part.astype(np.int64) for part in whole]
    return whole, scale


def over(values: Array, scale: int) -> Array:
    """Return integers divided by a denominator, as fractions."""
    result = np.empty(values.size, dtype=object)
    from fractions import Fraction

    result[:] = [Fraction(int(v), scale) for v in values.ravel()]
    return result.reshape(values.shape)


def masses_of(values: Any, count: int, what: str, name: Any) -> Array | None:
    """Read masses of types: positive, one per type; None for individuals."""
    if values is None:
        return None
    read = quantities(values, f"masses of {what}", whose=lambda at: f"the mass of '{_known(name, at)}'")
    if read.shape != (count,):
        raise InputError(f"{read.size} masses for {count} {what}")
    wrong = np.flatnonzero(read <= 0)
    if wrong.size:
        raise InputError(f"the mass of '{name(int(wrong[0]))}' is not positive: {read[wrong[0]]}")
    return read


def _known(name: Callable[[int], str], at: tuple[int, ...]) -> str:
    try:
        return name(*at)
    except (IndexError, TypeError):  # more masses than agents, or a table of them
        return label(None, at)


def names_of(names: Any, count: int, what: str) -> tuple[str, ...] | None:
    """Read labels: text, distinct, one per agent; None for none."""
    if names is None:
        return None
    if not isinstance(names, Sequence) or isinstance(names, str) or not all(isinstance(n, str) for n in names):
        raise InputError(f"the names of {what} are a list of text")
    if len(names) != count:
        raise InputError(f"{len(names)} names for {count} {what}")
    if len(set(names)) != count:
        raise InputError(f"two {what} are called '{next(n for n in names if list(names).count(n) > 1)}'")
    return tuple(names)


def one_number(value: Any, name: str) -> Any:
    """Read a single finite number."""
    try:
        return number(value)
    except InputError as error:
        raise InputError(f"'{name}': {error.message}", remedy=error.remedy) from None


def table(data: Any, what: str, known: Sequence[str]) -> Mapping[str, Any]:
    """Check that data is a table with known keys only."""
    from gametheory.errors import nearest

    if not isinstance(data, Mapping):
        raise InputError(f"{what} is a table of named fields")
    for key in data:
        if key not in known:
            raise InputError(f"{what} has no '{key}'", remedy=nearest(key, known))
    return data


__all__ = [
    "SAFE",
    "Array",
    "exact",
    "integers_of",
    "is_exact",
    "label",
    "masses_of",
    "names_of",
    "one_number",
    "over",
    "quantities",
    "table",
    "tree_array",
]
