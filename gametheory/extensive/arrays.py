"""Arrays as they come in: checked, of one kind, and with an error that names them."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import InputError
from gametheory.numbers import decode_array, exact_array, float_array, number_array

if TYPE_CHECKING:
    from numpy.typing import NDArray


def integers(values: Any, name: str, kind: Any = np.int64) -> NDArray[Any]:
    """Return a one-dimensional array of integers; anything else is an `InputError`."""
    try:
        given = np.asarray(values)
    except (ValueError, TypeError):
        raise InputError(f"'{name}' is not a list of integers") from None
    if given.size == 0 and given.ndim == 1:
        return np.zeros(0, dtype=kind)
    if given.ndim != 1 or given.dtype.kind not in "iu":
        raise InputError(f"'{name}' is not a list of integers")
    if given.min() < np.iinfo(kind).min or given.max() > np.iinfo(kind).max:
        raise InputError(f"'{name}' holds a number out of range")
    return given.astype(kind, copy=False)


def texts(values: Any, name: str) -> tuple[str, ...]:
    """Return a tuple of text; anything else is an `InputError`."""
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise InputError(f"'{name}' is not a list of text")
    listed = tuple(values)
    if not all(isinstance(v, str) for v in listed):
        raise InputError(f"'{name}' is not a list of text")
    return listed


def numeric(values: Any, name: str) -> NDArray[Any]:
    """Return a float64 array or an object array of fractions; anything else is an `InputError`."""
    if isinstance(values, np.ndarray) and values.dtype == np.float64:
        return float_array(values)
    try:
        return number_array(values)
    except InputError as error:
        raise InputError(error.message, place=name, remedy=error.remedy) from None
    except (ValueError, TypeError):
        raise InputError(f"'{name}' is not a rectangular array of numbers") from None


def decoded(values: Any, name: str) -> NDArray[Any]:
    """Read an array from JSON: JSON numbers are floats, text is exact."""
    if isinstance(values, np.ndarray):
        return numeric(values, name)
    try:
        return decode_array(values)
    except InputError as error:
        raise InputError(error.message, place=name, remedy=error.remedy) from None
    except (ValueError, TypeError):
        raise InputError(f"'{name}' is not a rectangular array of numbers") from None


def same_kind(first: Any, second: Any | None) -> tuple[NDArray[Any], NDArray[Any] | None]:
    """Return payoffs and probabilities, both floats or both fractions."""
    a = numeric(first, "payoffs")
    if second is None:
        return a, None
    b = numeric(second, "probability")
    if a.dtype == object or b.dtype == object:
        return (a if a.dtype == object else exact_array(a)), (b if b.dtype == object else exact_array(b))
    return a, b


def sums_to_one(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Say which sums are 1: exactly for fractions, to 1e-9 for floats."""
    if values.dtype == object:
        return np.asarray(values == 1, dtype=bool)
    return np.asarray(np.abs(values - 1) <= 1e-9, dtype=bool)


def as_floats(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return float64; a fraction too large for it is an `InputError`."""
    if values.dtype == np.float64:
        return values
    try:
        return values.astype(np.float64)
    except OverflowError:
        raise InputError("a number is too large for floats", remedy="solve exactly") from None


def as_exact(values: NDArray[Any]) -> NDArray[Any]:
    """Return fractions; a float stands for its shortest decimal."""
    return values if values.dtype == object else exact_array(values)


def expected(weights: Iterable[Any], values: Iterable[Any]) -> Any:
    """Return the sum of weights times values, all fractions; what is zero or certain costs no arithmetic."""
    total: Any = Fraction(0)
    for weight, value in zip(weights, values, strict=True):
        if weight and value:
            total += value if weight == 1 else weight * value
    return total
