"""Preference lists of one side of a market, compressed: offsets, targets, indifference classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from gametheory.errors import InputError
from gametheory.matching.compiled import compiled

IntArray = NDArray[np.integer[Any]]


class ListFault(Exception):  # noqa: N818  (a message from a kernel to whoever knows the names)
    """An entry of a list that is wrong: (kind, agent, target)."""

    def __init__(self, kind: str, agent: int, target: int) -> None:
        super().__init__(kind)
        self.kind, self.agent, self.target = kind, agent, target


@dataclass(frozen=True, eq=False, repr=False)
class PreferenceLists:
    """Who each agent of one side accepts, best first.

    Attributes
    ----------
    offsets : int64 array, shape (n + 1,)
        Agent i's list is entries ``offsets[i]`` to ``offsets[i + 1]``.
    targets : int32 array, shape (entries,)
        Indices of agents of the other side, best first.
    classes : int32 array, shape (entries,), or None
        Indifference class of each entry within its list, from 0 and never decreasing: equal
        classes are a tie. None where all lists are strict.
    others : int
        How many agents the other side has.

    Raises
    ------
    InputError
        If the arrays do not fit together. Repeated and unknown targets raise `ListFault`, which the
        market turns into an `InputError` that names the agents.
    """

    offsets: IntArray
    targets: IntArray
    classes: IntArray | None
    others: int

    def __post_init__(self) -> None:
        offsets = np.ascontiguousarray(self.offsets, dtype=np.int64)
        targets = np.ascontiguousarray(self.targets)
        if targets.dtype.kind not in "iu" and targets.size:
            raise InputError("the targets of preference lists must be integers")
        if offsets.ndim != 1 or targets.ndim != 1 or offsets.size < 1 or offsets[0] != 0:
            raise InputError("offsets must be a list that starts at 0, targets a flat list")
        if offsets[-1] != targets.size or (np.diff(offsets) < 0).any():
            raise InputError(f"offsets must rise from 0 to the number of entries, {targets.size}")
        if targets.dtype != np.int32:
            _within_range(offsets, targets, self.others)
            targets = targets.astype(np.int32)
        object.__setattr__(self, "offsets", offsets)
        object.__setattr__(self, "targets", targets)
        self._check_entries()
        if self.classes is not None:
            object.__setattr__(self, "classes", self._checked_classes())
        for array in (self.offsets, self.targets, self.classes):
            if array is not None:
                array.setflags(write=False)

    def _check_entries(self) -> None:
        stamps = np.full(self.others, -1, dtype=np.int32)
        at = compiled(_find_fault, self.targets.size)(self.offsets, self.targets, stamps)
        if at >= 0:
            agent = int(np.searchsorted(self.offsets, at, side="right")) - 1
            target = int(self.targets[at])
            raise ListFault("repeated" if 0 <= target < self.others else "unknown", agent, target)

    def _checked_classes(self) -> IntArray | None:
        classes = np.ascontiguousarray(self.classes, dtype=np.int32)
        if classes.shape != self.targets.shape:
            raise InputError(f"{classes.size} classes for {self.targets.size} entries of preference lists")
        if classes.size == 0:
            return None
        first = np.zeros(classes.size, dtype=bool)
        first[self.offsets[:-1][np.diff(self.offsets) > 0]] = True
        step = np.diff(classes, prepend=0)
        if (classes[first] != 0).any() or ((step < 0) | (step > 1))[~first].any():
            raise InputError("indifference classes must start at 0 in each list and rise by 0 or 1")
        return classes if (step[~first] == 0).any() else None

    def __len__(self) -> int:
        return self.offsets.size - 1

    @property
    def strict(self) -> bool:
        """Whether no list has a tie."""
        return self.classes is None

    @property
    def complete(self) -> bool:
        """Whether every agent lists every agent of the other side."""
        return self.targets.size == len(self) * self.others

    def owners(self) -> IntArray:
        """Return the agent whose list each entry is in, int64 of shape (entries,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))

    def entry_classes(self) -> IntArray:
        """Return the class of each entry, also where lists are strict: then its position."""
        if self.classes is not None:
            return self.classes
        return (np.arange(self.targets.size) - np.repeat(self.offsets[:-1], np.diff(self.offsets))).astype(np.int32)

    def groups(self, agent: int) -> list[list[int]]:
        """Return one agent's list as indifference classes of target indices, best first."""
        start, end = int(self.offsets[agent]), int(self.offsets[agent + 1])
        if self.classes is None:
            return [[int(t)] for t in self.targets[start:end]]
        result: list[list[int]] = []
        for entry in range(start, end):
            if entry == start or self.classes[entry] != self.classes[entry - 1]:
                result.append([])
            result[-1].append(int(self.targets[entry]))
        return result

    def keep(self, kept: NDArray[np.bool_]) -> PreferenceLists:
        """Return the lists without the entries where `kept` is false."""
        offsets = np.concatenate([[0], np.cumsum(kept, dtype=np.int64)])[self.offsets]
        classes = None
        if self.classes is not None:
            keys = self.owners()[kept], self.classes[kept]
            classes = _dense_classes(offsets, keys[1])
        return PreferenceLists(offsets, self.targets[kept], classes, self.others)

    def to_data(self) -> dict[str, Any]:
        """Return offsets, targets and, where there are ties, classes."""
        data: dict[str, Any] = {
            "offsets": self.offsets.astype(np.int64),
            "targets": self.targets.astype(np.int64),
        }
        if self.classes is not None:
            data["classes"] = self.classes.astype(np.int64)
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any], others: int) -> Self:
        """Read what `to_data` returned."""
        offsets = integers(data.get("offsets"), "offsets")
        targets = integers(data.get("targets"), "targets")
        classes = None if data.get("classes") is None else integers(data["classes"], "classes")
        return cls(offsets, targets, classes, others)

    @classmethod
    def from_matrix(cls, order: Any, others: int) -> Self:
        """Build complete strict lists from an integer matrix: row i is agent i's list, best first."""
        matrix = np.asarray(order)
        if matrix.ndim != 2:
            raise InputError("complete preference lists are a matrix, one row per agent")
        offsets = np.arange(matrix.shape[0] + 1, dtype=np.int64) * matrix.shape[1]
        return cls(offsets, matrix.reshape(-1), None, others)

    @classmethod
    def from_ranks(cls, ranks: Any) -> Self:
        """Build complete strict lists from ranks: ``ranks[i, j]`` is the place of j in i's list, from 0.

        Raises
        ------
        ListFault
            If a row is not a permutation of 0, 1, ...
        """
        try:
            given = np.asarray(ranks)
        except ValueError:
            raise InputError("ranks are a matrix, one row per agent") from None
        if given.ndim != 2 or (given.dtype.kind not in "iu" and given.size):
            raise InputError("ranks are a matrix of integers, one row per agent")
        if given.dtype != np.int32 and given.size and not 0 <= given.min() <= given.max() < 2**31:
            agent = int(np.argwhere((given < 0) | (given >= 2**31))[0, 0])
            raise ListFault("not a permutation", agent, -1)
        matrix = np.ascontiguousarray(given, dtype=np.int32)
        order = np.empty_like(matrix)
        agent = compiled(_invert_rows, matrix.size)(matrix, order)
        if agent >= 0:
            raise ListFault("not a permutation", int(agent), -1)
        made = object.__new__(cls)  # the inversion has checked every entry already
        offsets = np.arange(matrix.shape[0] + 1, dtype=np.int64) * matrix.shape[1]
        flat = order.reshape(-1)
        for array in (offsets, flat):
            array.setflags(write=False)
        for name, value in (("offsets", offsets), ("targets", flat), ("classes", None), ("others", matrix.shape[1])):
            object.__setattr__(made, name, value)
        return made


def integers(values: Any, name: str) -> IntArray:
    """Read a flat list of integers, refusing anything else."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise InputError(f"'{name}' is not a flat list of integers") from None
    if array.ndim != 1 or (array.dtype.kind not in "iu" and array.size):
        raise InputError(f"'{name}' is not a flat list of integers")
    return array.astype(np.int64, copy=False)


def _dense_classes(offsets: IntArray, classes: IntArray) -> IntArray:
    """Renumber non-decreasing classes 0, 1, ... within each list."""
    if classes.size == 0:
        return classes.astype(np.int32)
    starts = offsets[:-1][np.diff(offsets) > 0]
    step = (np.diff(classes, prepend=classes[0]) != 0).astype(np.int64)
    step[starts] = 0
    total = np.cumsum(step)
    lengths = np.diff(offsets)
    dense: IntArray = (total - np.repeat(total[starts], lengths[lengths > 0])).astype(np.int32)
    return dense


def _within_range(offsets: IntArray, targets: IntArray, others: int) -> None:
    wrong = np.flatnonzero((targets < 0) | (targets >= others))
    if wrong.size:
        agent = int(np.searchsorted(offsets, wrong[0], side="right")) - 1
        raise ListFault("unknown", agent, int(targets[wrong[0]]))


def _find_fault(offsets: Any, targets: Any, stamps: Any) -> int:
    """Return the first entry that is out of range or repeated in its list, or -1."""
    for agent in range(offsets.size - 1):
        for entry in range(offsets[agent], offsets[agent + 1]):
            target = targets[entry]
            if target < 0 or target >= stamps.size or stamps[target] == agent:
                return entry
            stamps[target] = agent
    return -1


def _invert_rows(ranks: Any, order: Any) -> int:
    """Invert each row, a permutation; return the first row that is none, or -1."""
    rows, columns = ranks.shape
    for row in range(rows):
        for column in range(columns):
            order[row, column] = -1
        for column in range(columns):
            rank = ranks[row, column]
            if rank < 0 or rank >= columns or order[row, rank] >= 0:
                return row
            order[row, rank] = column
    return -1


def mates(lists: PreferenceLists, other: PreferenceLists) -> IntArray:
    """Return, for each entry (i lists j), the index of the entry where j lists i; -1 where j does not.

    Parameters
    ----------
    lists, other : PreferenceLists
        The two sides; the same object for a one-sided market.

    Returns
    -------
    int64 array, shape (entries of lists,)
    """
    result = np.full(lists.targets.size, -1, dtype=np.int64)
    stamps = np.full(len(lists), -1, dtype=np.int64)
    work = lists.targets.size + other.targets.size
    counts = np.zeros(len(other) + 1, dtype=np.int64)
    by_target = np.empty(lists.targets.size, dtype=np.int64)
    agents = np.empty(lists.targets.size, dtype=np.int32)
    compiled(_align, work)(
        lists.offsets, lists.targets, other.offsets, other.targets, counts, by_target, agents, stamps, result
    )
    return result


def _align(
    offsets: Any,
    targets: Any,
    other_offsets: Any,
    other_targets: Any,
    counts: Any,
    by_target: Any,
    agents: Any,
    stamps: Any,
    result: Any,
) -> None:
    """Group entries by target; then walk each target's own list once."""
    for entry in range(targets.size):
        counts[targets[entry] + 1] += 1
    for j in range(1, counts.size):
        counts[j] += counts[j - 1]
    for i in range(offsets.size - 1):
        for entry in range(offsets[i], offsets[i + 1]):
            place = counts[targets[entry]]
            by_target[place] = entry
            agents[place] = i
            counts[targets[entry]] = place + 1
    start = 0
    for j in range(other_offsets.size - 1):
        for entry in range(other_offsets[j], other_offsets[j + 1]):
            stamps[other_targets[entry]] = entry
        low = other_offsets[j]
        for place in range(start, counts[j]):
            back = stamps[agents[place]]
            if back >= low:
                result[by_target[place]] = back
        start = counts[j]
