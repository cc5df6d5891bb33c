"""Arrays of a mechanism problem: one number type for all of them, shapes checked, data trees read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import InputError, nearest
from gametheory.numbers import exact_array, float_array, is_exact_array, number_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Integers up to here are the same number as a float.
_LARGEST_FLOAT_INTEGER = 2**53


def is_neutral(values: Any) -> bool:
    """Say whether an array holds only integers that a float represents: they fit floats and fractions alike."""
    given = np.asarray(values)
    if given.dtype.kind == "b":
        return False
    if given.dtype.kind not in "iu":
        return given.size == 0
    return not given.size or bool(max(abs(int(given.min())), abs(int(given.max()))) < _LARGEST_FLOAT_INTEGER)


def common(arrays: Mapping[str, Any]) -> tuple[dict[str, NDArray[Any]], bool]:
    """Convert named arrays to one number type.

    Fractions if any array holds a fraction or text, or if there are only integers; floats otherwise. (A float among
    fractions stands for its shortest decimal.)

    Returns
    -------
    dict of str to ndarray, and bool
        The arrays, all float64 or all objects (`Fraction`); and whether they are exact.
    """
    read: dict[str, NDArray[Any]] = {}
    floats = exacts = False
    for name, values in arrays.items():
        with located(name):
            given = np.asarray(values)
            if is_neutral(given):
                read[name] = given
                continue
            read[name] = number_array(values)
            if is_exact_array(read[name]):
                exacts = True
            else:
                floats = True
    exactly = exacts or not floats
    return {name: to_numbers(a, exactly) for name, a in read.items()}, exactly


def to_numbers(values: NDArray[Any], exactly: bool) -> NDArray[Any]:
    """Return an array as fractions or as floats; the same array if it already is."""
    if exactly:
        return values if is_exact_array(values) and values.size else exact_array(values)
    return values if values.dtype == np.float64 else float_array(values)


def whole(values: NDArray[Any]) -> NDArray[Any]:
    """Return an array of fractions that are all integers as integers, which fit floats as well."""
    if is_exact_array(values) and all(v.denominator == 1 for v in values.ravel()):
        integers = np.array([int(v) for v in values.ravel()], dtype=object).reshape(values.shape)
        fits = all(abs(v) < _LARGEST_FLOAT_INTEGER for v in integers.ravel())
        return integers.astype(np.int64) if fits else values
    return values


def zero(exactly: bool) -> Any:
    """Return 0 of the number type."""
    return exact_array([0])[0] if exactly else 0.0


def frozen(values: NDArray[Any]) -> NDArray[Any]:
    """Return a read-only view, so that a form cannot be changed under its certificate."""
    view = values.view()
    view.flags.writeable = False
    return view


def shaped(values: NDArray[Any], shapes: Sequence[tuple[int, ...]], name: str) -> NDArray[Any]:
    """Return the array if it has one of the shapes, reshaped where only axes of length 1 differ.

    Raises
    ------
    InputError
        If it has none of them; both are named.
    """
    for shape in shapes:
        if values.shape == shape:
            return values
    for shape in shapes:
        if tuple(n for n in values.shape if n != 1) == tuple(n for n in shape if n != 1):
            return values.reshape(shape)
    wanted = " or ".join(str(shape) for shape in dict.fromkeys(shapes))
    raise InputError(f"{name} has shape {values.shape}, not {wanted}")


def ragged_shape(values: Any) -> bool:
    """Say whether nested lists have rows of different lengths."""
    try:
        np.asarray(values)
    except ValueError:
        return True
    return False


@contextmanager
def located(name: str) -> Iterator[None]:
    """Name the array in what goes wrong while it is read."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{name}: {error.message}", place=error.place, remedy=error.remedy) from None
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} is not an array of numbers: {error}") from None


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn what a malformed data tree raises into an `InputError`."""
    try:
        yield
    except InputError:
        raise
    except (KeyError, TypeError, IndexError, ValueError, AttributeError, OverflowError) as error:
        said = f"no '{error.args[0]}'" if isinstance(error, KeyError) and error.args else str(error)
        raise InputError(f"this is not the data of a {what}: {said}") from None


def known_keys(data: Mapping[str, Any], known: Sequence[str], what: str) -> None:
    """Refuse a key that the data of `what` does not have; the nearest is named."""
    if not isinstance(data, Mapping):
        raise InputError(f"the data of a {what} is a {type(data).__name__}, not a table of named fields")
    for key in data:
        if key not in known:
            raise InputError(f"the data of a {what} has no '{key}'", remedy=nearest(str(key), known))


def names(values: Any, what: str) -> tuple[str, ...]:
    """Return distinct, non-empty names.

    Raises
    ------
    InputError
        If they are not.
    """
    if isinstance(values, str):
        raise InputError(f"{what} are a list of names, not the text {values!r}")
    listed = tuple(values)
    for name in listed:
        if not isinstance(name, str) or not name:
            raise InputError(f"{what}: {name!r} is not a name")
    if len(set(listed)) < len(listed):
        twice = next(n for n in listed if listed.count(n) > 1)
        raise InputError(f"{what}: '{twice}' is named twice")
    return listed
