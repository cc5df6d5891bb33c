"""Plain functions over arrays, compiled only where the work pays for the compiler."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import lcm
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Array entries below which a function runs as plain Python.
SMALL = 20_000


@cache
def _compile(function: Callable[..., Any]) -> Callable[..., Any]:
    from numba import njit

    try:
        return njit(cache=True)(function)  # type: ignore[no-any-return]
    except RuntimeError:  # no folder where the compiled function may be kept
        return njit(function)  # type: ignore[no-any-return]


def fast(function: Callable[..., Any], *arrays: NDArray[Any]) -> Callable[..., Any]:
    """Return the function, compiled if the arrays hold machine numbers and are large, or if it is compiled already."""
    if any(a.dtype == object for a in arrays):
        return function
    if sum(a.size for a in arrays) >= SMALL:
        _known.add(function)
        return _compile(function)
    return _if_compiled(function) if function in _known else function


_known: set[Callable[..., Any]] = set()


def _if_compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that runs compiled where that costs no compiling."""
    from numba import typeof

    compiled = _compile(function)

    def run(*given: Any) -> Any:
        ready = tuple(typeof(a) for a in given) in compiled.overloads  # type: ignore[attr-defined]
        return compiled(*given) if ready else function(*given)

    return run


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Return a read-only view in C order, so that a function is compiled once whoever owns its arrays."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def unsigned(positions: NDArray[Any]) -> NDArray[Any]:
    """Return positions as 32-bit unsigned integers where they fit: half the memory, and no index counts from the end.

    Parameters
    ----------
    positions : int array
        Not negative.
    """
    fits = not len(positions) or positions.max() < np.iinfo(np.uint32).max
    return read_only(positions.astype(np.uint32) if fits else positions)


def chunk_size(function: Callable[..., Any]) -> int:
    """Return how many nodes to do between two looks at the budget."""
    return 1 << 22 if hasattr(function, "py_func") else 1 << 13


def scaled_to_integers(values: NDArray[Any], steps: int) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """Return numbers as integers over one denominator per column, where that is cheap.

    Parameters
    ----------
    values : array [rows, columns]
        Fractions, or floats that are whole numbers.
    steps : int
        How many entries of a column may be added up; decides whether 64 bits suffice.

    Returns
    -------
    integers : array [rows, columns]
        Int64 where no sum can overflow, else an object array of int.
    denominators : object array [columns]
        What each column is divided by.
    None
        If a denominator would have more than 4000 digits, or floats are not all whole, or are too large.
    """
    rows, columns = values.shape
    if values.dtype != object:
        most = float(np.abs(values).max(initial=0.0))
        if most * max(steps, 1) >= 1 << 62 or most >= 1 << 53 or (values != np.floor(values)).any():
            return None
        return values.astype(np.int64), np.ones(columns, dtype=object)
    result = np.empty((rows, columns), dtype=object)
    denominators = np.ones(columns, dtype=object)
    largest = 0
    for k in range(columns):
        column = values[:, k].tolist()
        bottom = 1
        for d in {v.denominator for v in column}:
            bottom = lcm(bottom, d)
            if bottom.bit_length() > 13_000:
                return None
        tops = [v.numerator * (bottom // v.denominator) for v in column]
        result[:, k] = tops
        denominators[k] = bottom
        largest = max(largest, max(map(abs, tops), default=0))
    if largest * max(steps, 1) < 1 << 62:
        return result.astype(np.int64), denominators
    return result, denominators
