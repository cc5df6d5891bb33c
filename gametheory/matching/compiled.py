"""Kernels that are compiled only where it pays.

A kernel is a plain function over flat arrays. Below a size it runs as Python, so that a first small solve
does not wait for the compiler; above it numba compiles it and keeps the result on disk.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

#: Steps of a loop above which importing and calling the compiler is worth its second.
WORTH_COMPILING = 30_000


@functools.cache
def _jitted(function: Callable[..., Any]) -> Callable[..., Any]:
    import numba

    try:
        return numba.njit(cache=True)(function)  # type: ignore[no-any-return]
    except RuntimeError:  # no folder where a cache may be written
        return numba.njit(function)  # type: ignore[no-any-return]


def compiled(function: Callable[..., Any], work: int) -> Callable[..., Any]:
    """Return a kernel ready for about `work` steps: as Python if few, compiled if many.

    Parameters
    ----------
    function : callable
        A kernel in the subset of Python that numba compiles.
    work : int
        Roughly how many steps its loops take.
    """
    return _jitted(function) if work > WORTH_COMPILING else function
