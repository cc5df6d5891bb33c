"""From what each point reports to arrays: numbers, booleans, text, and rectangular lists and tables of them.

A result that is a number, a boolean or text at every point becomes an array over the points. A list whose shape is the
same at every point gets axes of its own; a table keyed by labels gets an axis with these labels; a record of things of
different kinds becomes one variable for each, named ``record.key``. Everything else (a list whose length varies from
point to point, say) is kept whole, as JSON text. What is undefined is NaN, or empty text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

#: Tables with more labels than this, over all points, are kept as JSON text.
MOST_LABELS = 1000
#: An exact quantity as JSON holds it: a whole number, a fraction, or a decimal where it is irrational.
_QUANTITY = re.compile(r"-?\d+(/\d+|(\.\d+)?(e[-+]?\d+)?)")


@dataclass(frozen=True)
class Column:
    """One variable over all points.

    Attributes
    ----------
    name : str
        The result, or ``record.key``.
    values : array, shape (points, ...)
        Float64, int64, bool or text.
    labels : tuple
        For each axis after the first its labels, or None for positions.
    is_json : bool
        Whether the text is JSON.
    is_boolean : bool
        Whether the floats are booleans, some of them undefined: 1 is true, 0 is false.
    """

    name: str
    values: Any
    labels: tuple[tuple[str, ...] | None, ...] = ()
    is_json: bool = False
    is_boolean: bool = False


def columns_of(results: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Arrange the results of all points, in order; those of a point that failed are empty."""
    names = list(dict.fromkeys(name for row in results for name in row))
    return [column for name in names for column in _arrange(name, [row.get(name) for row in results])]


def of_array(name: str, values: Any, defined: Any) -> Column:
    """Return a variable that is an array already; what is not defined becomes NaN, or empty text."""
    held = _undefine(values, defined)
    return Column(name, held, (None,) * (values.ndim - 1), is_boolean=values.dtype.kind == "b" != held.dtype.kind)


def _undefine(values: Any, defined: Any) -> Any:
    if defined.all():
        return values.astype(np.int64) if values.dtype.kind in "iu" else values
    values = values.astype(np.float64) if values.dtype.kind in "biu" else values.copy()
    values[~defined] = "" if values.dtype.kind == "U" else np.nan
    return values


def _arrange(name: str, values: list[Any]) -> list[Column]:
    defined = [v for v in values if v is not None]
    if defined and all(isinstance(v, Mapping) for v in defined):
        return _table(name, values, defined)
    shape = _shape(defined)
    if shape is None:
        return [_as_json(name, values)]
    kind = _kind(_leaf for value in defined for _leaf in _leaves(value))
    if kind is None:
        return [_as_json(name, values)]
    return [_column(name, _filled(values, shape, kind), (None,) * len(shape), kind)]


def _table(name: str, values: list[Any], defined: list[Any]) -> list[Column]:
    keys = tuple(dict.fromkeys(str(key) for value in defined for key in value))
    if not keys or len(keys) > MOST_LABELS:
        return [_as_json(name, values)]
    by_text = [None if v is None else {str(k): item for k, item in v.items()} for v in values]
    children = {key: [None if v is None else v.get(key) for v in by_text] for key in keys}
    present = {key: [v for v in child if v is not None] for key, child in children.items()}
    if not any(isinstance(v, Mapping) for items in present.values() for v in items):
        shapes = {key: _shape(items) for key, items in present.items() if items}
        one = set(shapes.values())
        kind = _kind(_leaf for items in present.values() for v in items for _leaf in _leaves(v))
        # A verdict beside what is never defined is a record: its name may not depend on whether a point defines it.
        is_record = kind == "b" and not all(present.values())
        if len(one) == 1 and None not in one and kind is not None and not is_record:
            shape: Any = one.pop()
            held = np.stack([_filled(children[key], shape, kind) for key in keys], axis=1)
            return [_column(name, held, (keys, *(None,) * len(shape)), kind)]
    found = [column for key in keys for column in _arrange(f"{name}.{key}", children[key])]
    return found if len(found) <= MOST_LABELS else [_as_json(name, values)]


def _column(name: str, held: Any, labels: tuple[Any, ...], kind: str) -> Column:
    return Column(name, held, labels, is_boolean=kind == "b" != held.dtype.kind)


def _shape(values: list[Any]) -> tuple[int, ...] | None:
    """Return the shape that lists share at all points, or None if they differ, are ragged or hold tables."""
    if any(isinstance(v, Mapping) for v in values):
        return None
    if not any(isinstance(v, list) for v in values):
        return ()
    if not all(isinstance(v, list) for v in values):
        return None
    lengths = {len(v) for v in values}
    if len(lengths) != 1 or lengths == {0}:
        return None
    inner = _shape([item for v in values for item in v if item is not None])
    deep = inner is not None and (not inner or all(item is not None for v in values for item in v))
    return (lengths.pop(), *inner) if deep and inner is not None else None


def _leaves(value: Any) -> Any:
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif value is not None:
        yield value


def _kind(leaves: Any) -> str | None:
    """Return what all leaves are: ``b``, ``i``, ``f`` or ``U``; a mixture of numbers is ``f``, any other is None.

    Exact quantities are text, also beside whole numbers (``n``); whole numbers beyond 64 bits have no array either.
    """
    listed = list(leaves)
    kinds = {type(leaf) for leaf in listed}
    if kinds <= {bool}:
        return "b" if kinds else "f"
    if kinds <= {int}:
        return "i" if all(abs(leaf) < 2**62 for leaf in listed) else None
    if kinds <= {int, float}:
        return "f"
    if kinds <= {str}:
        return "U"
    exact = kinds <= {str, int} and all(_QUANTITY.fullmatch(leaf) for leaf in listed if isinstance(leaf, str))
    return "n" if exact else None


def _filled(values: list[Any], shape: tuple[int, ...], kind: str) -> Any:
    """Return the values of all points as one array."""
    nothing: Any = None
    for length in reversed(shape):
        nothing = [nothing] * length
    held = np.empty((len(values), *shape), dtype=object)
    for k, value in enumerate(values):
        held[k] = nothing if value is None else value
    missing = np.array([v is None for v in held.ravel()], dtype=bool).reshape(held.shape)
    if kind in "Un":
        return np.array(["" if v is None else str(v) for v in held.ravel()], dtype=str).reshape(held.shape)
    if missing.any() or kind == "f":
        held[missing] = np.nan
        return held.astype(np.float64)
    return held.astype(np.int64 if kind == "i" else np.bool_)


def _as_json(name: str, values: list[Any]) -> Column:
    return Column(name, np.array(["" if v is None else json.dumps(v) for v in values], dtype=str), is_json=True)
