"""Reading the small pieces of forms and answers of this folder, with errors that name the place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from gametheory.errors import InputError
from gametheory.numbers import decode_array, number

Number = Fraction | float


def text_list(given: Any, what: str, count: int | None = None) -> tuple[str, ...]:
    """Return a list of texts, of length `count` if given."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InputError(f"'{what}' is not a list of texts")
    listed = tuple(given)
    for i, item in enumerate(listed):
        if not isinstance(item, str):
            raise InputError(f"{item!r} is not a text", place=f"{what}[{i}]")
    _counted(listed, what, count)
    return listed


def names_of(given: Any, what: str, taken: Iterable[str] = ()) -> tuple[str, ...]:
    """Return distinct names that a formula may hold."""
    names = text_list(given, what)
    seen = set(taken)
    for i, name in enumerate(names):
        if not name.isidentifier() or name.startswith("_"):
            raise InputError(f"'{name}' cannot be a name in a formula", place=f"{what}[{i}]")
        if name in seen:
            raise InputError(f"the name '{name}' is taken", place=f"{what}[{i}]")
        seen.add(name)
    return names


def number_table(given: Any, what: str, taken: Iterable[str] | None = None) -> dict[str, Number]:
    """Return numbers by name; with `taken`, names that a formula may hold."""
    if not isinstance(given, Mapping):
        raise InputError(f"'{what}' is not a table of numbers by name")
    if taken is not None:
        names_of(tuple(given), what, taken)
    return {str(name): _number(value, f"{what}.{name}") for name, value in given.items()}


def numbers_of(given: Any, what: str, count: int | None = None, *, optional: bool = False) -> tuple[Any, ...]:
    """Return a list of numbers; with `optional`, None is allowed."""
    if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        raise InputError(f"'{what}' is not a list of numbers")
    listed = tuple(given)
    _counted(listed, what, count)
    return tuple(None if optional and v is None else _number(v, f"{what}[{i}]") for i, v in enumerate(listed))


def number_of(data: Mapping[str, Any], key: str, default: Any = None) -> Number:
    """Return one number of a tree."""
    return _number(data.get(key, default), key)


def array_of(given: Any, what: str, dimensions: int) -> np.ndarray[Any, Any]:
    """Return an array of numbers with that many dimensions."""
    if given is None:
        raise InputError(f"'{what}' is missing")
    if isinstance(given, np.ndarray) and given.dtype == object and given.ndim == dimensions:
        return given
    try:
        found = decode_array(given)
    except InputError as error:
        raise InputError(error.message, place=what, remedy=error.remedy) from None
    except (ValueError, TypeError, OverflowError):
        raise InputError(f"'{what}' is not an array of numbers with rows of equal length") from None
    if found.ndim != dimensions:
        raise InputError(f"'{what}' has {found.ndim} dimensions, not {dimensions}")
    return found


def _number(value: Any, place: str) -> Number:
    try:
        found = number(value)
        float(found)
    except InputError as error:
        raise InputError(error.message, place=place, remedy=error.remedy) from None
    except OverflowError:
        raise InputError("the number is too large", place=place) from None
    return found


def _counted(listed: Sequence[Any], what: str, count: int | None) -> None:
    if count is not None and len(listed) != count:
        raise InputError(f"'{what}' has {len(listed)} entries; {count} are needed")
