"""Why points are out of bounds, many at once: those that break one condition share its message."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from gametheory.errors import GameTheoryError, InputError
from gametheory.model import Constraint, Model
from gametheory.sweeps.tasks import Chunk, Task


def refusals(kind: type[Model], task: Task, chunk: Chunk, valid: Any) -> dict[int, str]:
    """Return the model's own error for each point of a chunk that is not valid.

    Conditions between parameters are evaluated on arrays; the model itself is asked once for each, and for every point
    that breaks a bound of a single parameter.
    """
    told: dict[int, str] = {}
    left = np.flatnonzero(~valid)
    for constraint, at in _groups(kind, task, chunk, valid, left):
        message = why(kind, task, chunk.point(int(at[0])))
        expected = str(
            InputError(f"{kind.label()}: the parameters violate {constraint.name}", remedy=constraint.remedy)
        )
        if message == one_line(expected):
            told.update(dict.fromkeys(at.tolist(), message))
    for k in left.tolist():
        if k not in told:
            told[k] = why(kind, task, chunk.point(k))
    return told


def why(kind: type[Model], task: Task, point: Mapping[str, Any]) -> str:
    """Return the error that the model itself has for a point that `evaluate` masks."""
    try:
        kind(**{**task.parameters, **plain(point)})
    except GameTheoryError as error:
        return one_line(str(error))
    return f"{kind.label()}.evaluate refuses this point, which the model accepts"


def plain(point: Mapping[str, Any]) -> dict[str, Any]:
    """Return a point with the numbers of arrays as Python's own."""
    return {name: value.item() if isinstance(value, np.generic) else value for name, value in point.items()}


def one_line(text: str) -> str:
    """Return an error, its remedy included, as one line."""
    return text.replace("\n", "; ")


def _groups(kind: type[Model], task: Task, chunk: Chunk, valid: Any, left: Any) -> list[tuple[Constraint, Any]]:
    """Return conditions with the positions that break them first and keep every bound of a single parameter."""
    inside = np.flatnonzero(valid)
    if not len(inside) or any(not isinstance(column, np.ndarray) for column in chunk.columns.values()):
        return []
    known = kind(**{**task.parameters, **plain(chunk.point(int(inside[0])))}).parameters()
    swept = {name: column[left] for name, column in chunk.columns.items()}
    open_ = np.ones(len(left), dtype=bool)
    found = []
    try:
        for name, values in swept.items():
            open_ &= _within(kind, name, values)
        for constraint in kind.constraints:
            holds = np.broadcast_to(
                np.asarray(constraint.holds(SimpleNamespace(**{**known, **swept})), bool), left.shape
            )
            broken = open_ & ~holds
            open_ = open_ & holds
            if broken.any():
                found.append((constraint, left[broken]))
    except Exception:  # a condition that works on one point only: each point is asked
        return []
    return found


def _within(kind: type[Model], name: str, values: Any) -> Any:
    """Say where values keep the bounds of a parameter."""
    kept = np.ones(len(values), dtype=bool)
    for item in kind.model_fields[name].metadata:
        for bound, compare in (("ge", np.greater_equal), ("gt", np.greater), ("le", np.less_equal), ("lt", np.less)):
            limit = getattr(item, bound, None)
            if limit is not None:
                kept &= compare(values, limit).astype(bool)
    return kept
