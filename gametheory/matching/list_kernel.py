"""Read integers out of Python lists in compiled code. Importing this module imports the compiler.

numpy asks each object what it is before it asks for its value, which takes three times as long as to read it. The
functions called here belong to Python's stable interface; they are called with the interpreter's lock held, and they
check the type of what they are given.
"""

from __future__ import annotations

from typing import Any

import numba
from numba.core.types import ExternalFunction, int64, intp, void

_list_item: Any = ExternalFunction("PyList_GetItem", intp(intp, intp))
_integer: Any = ExternalFunction("PyLong_AsLongLong", int64(intp))
_forget_error: Any = ExternalFunction("PyErr_Clear", void())


def _read(lists: Any, offsets: Any, targets: Any) -> bool:
    for agent in range(offsets.size - 1):
        start = offsets[agent]
        row = _list_item(lists, agent)
        for entry in range(start, offsets[agent + 1]):
            value = _integer(_list_item(row, entry - start))
            if value < 0 or value > 2147483647:  # -1 with an error set if it is not an integer
                _forget_error()
                return False
            targets[entry] = value
    return True


try:
    _compiled = numba.njit(cache=True)(_read)
except RuntimeError:  # no folder where a cache may be written
    _compiled = numba.njit(_read)


def read_lists(lists: list[list[int]], offsets: Any, targets: Any) -> bool:
    """Write the integers of lists of integers, one after another, into an array.

    Parameters
    ----------
    lists : list of lists
        Lists themselves, not other sequences.
    offsets : int64 array, shape (lists + 1,)
        Where each list starts in `targets`.
    targets : int32 array
        Is written to.

    Returns
    -------
    bool
        False if an entry is not an integer from 0 to 2**31 - 1; nothing is known of `targets` then.
    """
    return bool(_compiled(id(lists), offsets, targets))
