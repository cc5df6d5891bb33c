"""Reading arrays of a form: what the constructors of this folder check in the same way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import InputError
from gametheory.numbers import decode_array, exact_array, number_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Array entries below which a kernel runs as plain Python or numpy.
SMALL = 20_000


def indices(values: Any, name: str, limit: int | None = None, length: int | None = None) -> NDArray[Any]:
    """Return positions as an int64 array: whole numbers from 0 below `limit`.

    Raises
    ------
    InputError
        If they are not; the field is named.
    """
    given = np.asarray(values)
    if given.size == 0:
        given = np.zeros(0, dtype=np.int64)
    if given.ndim != 1 or given.dtype.kind not in "iu":
        raise InputError(f"'{name}' is a list of whole numbers")
    result = given.astype(np.int64)
    if length is not None and len(result) != length:
        raise InputError(f"'{name}' has {len(result)} entries, not {length}")
    if len(result) and (result.min() < 0 or (limit is not None and result.max() >= limit)):
        wrong = int(np.flatnonzero((result < 0) | (result >= (limit if limit is not None else result.max() + 1)))[0])
        raise InputError(f"'{name}[{wrong}]' is {result[wrong]}, outside 0 .. {'' if limit is None else limit - 1}")
    return frozen(result)


def amounts(values: Any, name: str, length: int, *, nonnegative: bool = True) -> NDArray[Any]:
    """Return one number per entry: float64, or an object array of fractions.

    Raises
    ------
    InputError
        If the shape is wrong, or a number is NaN, infinite or (where it may not be) negative; the field is named.
    """
    try:
        result = number_array(values)
    except InputError as error:
        raise InputError(f"'{name}': {error.message}", remedy=error.remedy) from None
    if result.size == 0:
        result = np.zeros(0)
    if result.shape != (length,):
        raise InputError(f"'{name}' has shape {result.shape}, not ({length},)")
    if nonnegative and length:
        wrong = np.flatnonzero(np.asarray(result < 0, dtype=bool))
        if len(wrong):
            raise InputError(f"'{name}[{wrong[0]}]' is {result[wrong[0]]}, less than 0")
    return frozen(result)


def same_kind(*arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Return all arrays exact if one that is not empty is, else all as they are."""
    if any(a.dtype == object and a.size for a in arrays):
        return tuple(frozen(a if a.dtype == object else exact_array(a)) for a in arrays)
    return tuple(frozen(a if a.dtype != object else np.zeros(0)) for a in arrays)


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Return the array, read-only; a copy if others could write to it."""
    if not array.flags.writeable:
        return array
    result = array.copy()
    result.flags.writeable = False
    return result


def field(data: Mapping[str, Any], name: str, owner: str) -> Any:
    """Return a field of a data tree, or raise `InputError` that names it."""
    if name not in data:
        raise InputError(f"the data of {owner} has no '{name}'")
    return data[name]


def decoded(values: Any, name: str) -> NDArray[Any]:
    """Read an array of numbers of a data tree."""
    try:
        return decode_array(values)
    except (ValueError, TypeError):
        raise InputError(f"'{name}' is a list of numbers") from None


def decoded_indices(values: Any, name: str) -> NDArray[Any]:
    """Read an array of whole numbers of a data tree."""
    try:
        return indices(values, name)
    except (ValueError, TypeError):
        raise InputError(f"'{name}' is a list of whole numbers") from None


@cache
def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a plain function compiled by numba; the machine code is kept between processes."""
    from numba import njit

    return njit(cache=True)(function)  # type: ignore[no-any-return]
