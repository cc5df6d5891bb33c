"""Points solved all at once by a model's `evaluate`, and a few of them one by one to check it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from gametheory.errors import ModelError
from gametheory.model import Model, guarded, source_file
from gametheory.numbers import exact
from gametheory.sweeps.axes import key_of
from gametheory.sweeps.designs import Design, numeric
from gametheory.sweeps.refusals import plain, refusals
from gametheory.sweeps.tasks import SPOT_CHECKS, Block, Chunk, Task, compare, model_at, results_of, solve_model


def run_arrays(kind: type[Model], task: Task, chunk: Chunk) -> Block:
    """Solve a chunk with as few calls of `evaluate` as its words allow.

    Numbers are passed as arrays; a parameter that is a word, a list or a table has one value in each call.
    """
    found: dict[str, Any] = {}
    valid = np.zeros(chunk.count, dtype=bool)
    for words, at in _groups(kind, chunk):
        numbers = {name: column[at] for name, column in chunk.columns.items() if name not in words}
        with guarded(kind, "evaluate"):
            part = dict(kind.evaluate(results=task.results, invalid="mask", **{**task.parameters, **words, **numbers}))
        inside = np.broadcast_to(np.asarray(part.pop("valid", True), dtype=bool), (len(at),))
        for name, values in part.items():
            _put(kind, found, name, values, at, inside, chunk.count)
        valid[at] = inside
    errors = refusals(kind, task, chunk, valid)
    checked = np.zeros(chunk.count, dtype=bool)
    places = np.flatnonzero(valid)
    chosen = np.linspace(0, len(places) - 1, min(SPOT_CHECKS, len(places))).astype(int)
    for k in sorted({int(place) for place in places[chosen]}):
        model = model_at(kind, task, chunk.start + k, plain(chunk.point(k)))
        solution = solve_model(model, task, chunk.start + k).require()
        stored = {name: _json(values[k]) for name, values in found.items()}
        compare(kind, stored, results_of(kind, task, solution), chunk.start + k)
        checked[k] = True
    return Block(chunk.start, chunk.count, arrays={**found, "valid": valid, "checked": checked}, errors=errors)


def columns_of_numbers(kind: type[Model], where: Design, start: int, stop: int) -> dict[str, Any]:
    """Return the values of every swept parameter at some points: arrays of numbers, and lists of everything else."""
    if where.kind != "grid":
        return {
            name: as_numbers(column[start:stop]) if numeric(kind, name) else list(column[start:stop])
            for name, column in where.columns.items()
        }
    found: dict[str, Any] = {}
    stride = where.size
    for name, column in where.columns.items():
        stride //= len(column)
        at = np.arange(start, stop) // stride % len(column)
        found[name] = as_numbers(column)[at] if numeric(kind, name) else [column[k] for k in at]
    return found


def as_numbers(values: Any) -> Any:
    """Return numbers as an array: of floats where each is the shortest decimal of its float, else of fractions.

    A value that is no number (left out, or of the wrong kind) is NaN here; the model has its own words for it.
    """
    values = [v if isinstance(v, int | float | Fraction) and not isinstance(v, bool) else float("nan") for v in values]
    if all(isinstance(v, float) for v in values) or all(_is_decimal(v) for v in values):
        return np.array([float(v) for v in values])
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _is_decimal(value: Any) -> bool:
    return isinstance(value, float) or value == exact(float(value))


def _groups(kind: type[Model], chunk: Chunk) -> Iterator[tuple[Mapping[str, Any], Any]]:
    """Yield the parameters that are no numbers, and the positions where they have these values."""
    words = [name for name in chunk.columns if not numeric(kind, name)]
    groups: dict[Any, list[int]] = {}
    for k in range(chunk.count):
        groups.setdefault(tuple(key_of(chunk.columns[name][k]) for name in words), []).append(k)
    for at in groups.values():
        yield {name: chunk.columns[name][at[0]] for name in words}, np.array(at)


def _put(kind: type[Model], found: dict[str, Any], name: str, values: Any, at: Any, inside: Any, count: int) -> None:
    """Put the results of one call in their places among those of the chunk."""
    given = np.asarray(values)
    if given.dtype.kind not in "biufU" or given.shape[:1] != (len(at),):
        raise ModelError(
            f"{kind.label()}.evaluate returned '{name}' as {given.dtype} of shape {given.shape} for {len(at)} points",
            place=source_file(kind),
            remedy="return arrays of numbers, booleans or text whose first axis is the points",
        )
    if given.dtype.kind == "f" and np.isinf(given[inside]).any():
        raise ModelError(f"{kind.label()}.evaluate returned infinity in '{name}'", place=source_file(kind))
    if name not in found:
        found[name] = np.zeros((count, *given.shape[1:]), dtype=given.dtype)
    if given.shape[1:] != found[name].shape[1:]:
        raise ModelError(f"{kind.label()}.evaluate changed the shape of '{name}'", place=source_file(kind))
    found[name] = found[name].astype(np.result_type(found[name].dtype, given.dtype), copy=False)
    found[name][at] = given


def _json(value: Any) -> Any:
    """Return an entry of an array as JSON holds it: what is not a number is undefined."""
    held = np.asarray(value)
    if held.dtype.kind == "f":
        plain = held.astype(object)
        plain[np.isnan(held)] = None
        return plain.tolist()
    return held.tolist()
