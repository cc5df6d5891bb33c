"""Preference lists from Python lists of integers or of names, at the speed at which Python's objects can be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np

from gametheory.errors import InputError, nearest
from gametheory.matching.compiled import WORTH_COMPILING
from gametheory.matching.labels import named_fault
from gametheory.matching.preferences import IntArray, ListFault, PreferenceLists


def lists_of_integers(rows: Any, others: int) -> PreferenceLists:
    """Return strict lists from a matrix, or from lists of integers that may differ in length.

    Raises
    ------
    ListFault
        If an entry is not an integer from 0 to `others` - 1, or is repeated in its list.
    """
    if isinstance(rows, np.ndarray):
        return PreferenceLists.from_matrix(rows, others)
    try:
        lengths = np.array(list(map(len, rows)), dtype=np.int64)
    except TypeError:
        raise InputError("preference lists are lists of integers, one list per agent") from None
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    return PreferenceLists(offsets, _targets(rows, offsets), None, others)


def _targets(rows: Sequence[Any], offsets: IntArray) -> IntArray:
    """Return all entries of all lists, int32."""
    total = int(offsets[-1])
    if total > WORTH_COMPILING and type(rows) is list and set(map(type, rows)) == {list}:
        from gametheory.matching.list_kernel import read_lists

        targets = np.empty(total, dtype=np.int32)
        if read_lists(rows, offsets, targets):
            return targets
    try:
        given = np.array(list(chain.from_iterable(rows)))
    except ValueError:
        raise _first_fault(rows) from None
    if total and (given.ndim != 1 or given.dtype.kind not in "iu" or given.min() < 0 or given.max() >= 2**31):
        raise _first_fault(rows)
    return given.astype(np.int32)


def _first_fault(rows: Sequence[Any]) -> ListFault:
    """Return the fault of the first entry that is no index of an agent."""
    for agent, row in enumerate(rows):
        for entry in row:
            if isinstance(entry, bool) or not isinstance(entry, int | np.integer) or not 0 <= entry < 2**31:
                return ListFault("unknown", agent, entry)
    raise AssertionError("every entry can be read")


def lists_of_names(
    lists: Mapping[str, Sequence[Any]], names: tuple[str, ...], index: Mapping[str, int], side: str
) -> PreferenceLists:
    """Return compressed lists from lists of names, where a nested list, tuple or set is a tie."""
    rows: list[list[int]] = []
    tied: dict[int, list[int]] = {}
    place = index.__getitem__
    for agent, own in enumerate(lists.values()):
        if isinstance(own, str) or not isinstance(own, Iterable):
            raise InputError(f"the list of '{names[agent]}' is not a list of names")
        items = own if isinstance(own, list | tuple) else list(own)
        try:
            rows.append(list(map(place, items)))
        except (KeyError, TypeError):  # a tie, a number as a name, or an unknown name
            targets, classes = _read_one(names[agent], items, index, side)
            rows.append(targets)
            if classes[-1] + 1 < len(classes):
                tied[agent] = classes
    try:
        strict = lists_of_integers(rows, len(index))
        if not tied:
            return strict
        classes_of_all = strict.entry_classes()
        for agent, classes in tied.items():
            classes_of_all[strict.offsets[agent] : strict.offsets[agent + 1]] = classes
        return PreferenceLists(strict.offsets, strict.targets, classes_of_all, len(index))
    except ListFault as fault:
        raise named_fault(fault, names, tuple(index)) from None


def _read_one(name: str, items: Sequence[Any], index: Mapping[str, int], side: str) -> tuple[list[int], list[int]]:
    """Return one agent's list, read item by item, and the class of each entry."""
    targets: list[int] = []
    classes: list[int] = []
    for rank, item in enumerate(items):
        group = [item] if isinstance(item, str | int) or not isinstance(item, Iterable) else list(item)
        if not group:
            raise InputError(f"the list of '{name}' has an empty tie")
        if isinstance(item, Mapping) or any(
            isinstance(other, Iterable) and not isinstance(other, str) for other in group
        ):
            raise InputError(f"a tie in the list of '{name}' is not a list of names: {item}")
        for other in group:
            if str(other) not in index:
                raise InputError(
                    f"'{name}' lists '{other}', which is not one of the {side}", remedy=nearest(str(other), index)
                )
            targets.append(index[str(other)])
            classes.append(rank)
    return targets, classes
