"""Vectors of bounds: numbers, or nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.errors import InputError
from gametheory.linear.rational import object_array
from gametheory.numbers import decode, exact, number

Array = NDArray[Any]


def bound_array(values: Any, size: int, side: int, name: str) -> Array:
    """Return bounds as a float64 array, or as an object array of fractions and infinite floats.

    Parameters
    ----------
    values : number, None, or array of numbers and None
        Bounds; None is no bound, one number is a bound for all.
    size : int
        How many there must be.
    side : int
        -1 for lower bounds, 1 for upper bounds.
    name : str
        What to call them in an error.

    Raises
    ------
    InputError
        If the number of bounds is wrong, one is NaN, or infinite on the wrong side.
    """
    none = side * np.inf
    if values is None:
        return np.full(size, none)
    given = np.asarray(values)
    if given.dtype.kind != "f":
        given = np.asarray(values, dtype=object)
    if given.ndim == 0:
        given = np.full(size, given.item(), dtype=given.dtype)
    if given.shape != (size,):
        raise InputError(f"'{name}' has shape {given.shape}; {size} bounds are needed")
    if given.dtype == object:
        listed = [none if v is None else v if _infinite(v) else number(v) for v in given.tolist()]
        floats = all(isinstance(v, float) for v in listed)
        given = np.array(listed, dtype=np.float64) if floats else _exact(listed)
    else:
        given = given.astype(np.float64, copy=False)
        if np.isnan(given).any():
            raise InputError(f"'{name}' holds NaN")
    wrong = np.asarray(given == -none, dtype=bool)
    if wrong.any():
        side_name = "lower" if side < 0 else "upper"
        raise InputError(f"'{name}' holds {-none} at place {int(np.argmax(wrong))}: no {side_name} bound is {none}")
    return given


def finite(values: Array) -> Array:
    """Return which bounds are there, bool."""
    if values.dtype != object:
        return np.isfinite(values)
    return np.array([not isinstance(v, float) for v in values.tolist()], dtype=bool)


def bounds_to_data(values: Array, there: Array) -> Any:
    """Return bounds as a tree holds them: None if there are none, an array if all are there, else a list."""
    if not len(values) or there.all():
        return values
    if not there.any():
        return None
    return [v if t else None for v, t in zip(values.tolist(), there.tolist(), strict=True)]


def bounds_from_data(values: Any, size: int, side: int, name: str) -> Array:
    """Read what `bounds_to_data` returned, or that read back from JSON: text is exact, a number a float."""
    if values is None or isinstance(values, np.ndarray):
        return bound_array(values, size, side, name)
    if not isinstance(values, list | tuple):
        raise InputError(f"'{name}' of a linear program is a list of numbers and nulls")
    return bound_array(object_array([None if v is None else decode(v) for v in values]), size, side, name)


def _infinite(value: Any) -> bool:
    return isinstance(value, float | np.floating) and bool(np.isinf(value))


def _exact(listed: list[Any]) -> Array:
    return object_array([v if _infinite(v) else exact(v) for v in listed])
