"""The labelled dataset of a sweep: dimensions from the design, units and descriptions from the model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import GameTheoryError, MissingPackageError
from gametheory.numbers import as_text, exact
from gametheory.sweeps.designs import POINT, Design
from gametheory.sweeps.layout import Column, columns_of, of_array
from gametheory.sweeps.tasks import Block, Task, seed_of
from gametheory.trees import encode_parameters

if TYPE_CHECKING:
    from gametheory.model import Model

#: Variables every dataset has, and what they are.
STATE = {
    "termination": "how the point ended; ERROR if it raised an error before it was solved",
    "verified": "whether the certificate of this very point was checked, and holds",
    "error": "why the point failed; empty if it did not",
}
SEED = "seed"
#: The attribute of booleans some of which are undefined, so that they are floats.
MEANING, YES_NO = "meaning", "1 is true, 0 is false"


def require_xarray() -> Any:
    """Return xarray; raises `MissingPackageError` if it is not installed."""
    try:
        import xarray
    except ImportError:
        raise MissingPackageError(
            "sweeps need xarray, which is not installed", remedy="pip install 'gametheory[sweep]'"
        ) from None
    return xarray


def is_boolean(variable: Any) -> bool:
    """Say whether a variable of a dataset holds booleans, perhaps some of them undefined."""
    return bool(variable.dtype.kind == "b" or variable.attrs.get(MEANING) == YES_NO)


def build(model: type[Model], design: Design, task: Task, blocks: list[Block], attributes: Mapping[str, Any]) -> Any:
    """Return the dataset of all blocks, which are in order.

    Parameters
    ----------
    model : type
        The model.
    design : Design
        The points.
    task : Task
        What was done at each.
    blocks : list of Block
        Covering the points once.
    attributes : mapping
        More attributes of the dataset.
    """
    xarray = require_xarray()
    state, columns = _from_arrays(blocks) if task.vectorized else _from_rows(blocks)
    coordinates = _coordinates(model, design, xarray)
    taken = {*design.columns, *STATE, POINT, SEED, *coordinates}
    variables: dict[str, Any] = {}
    for name, values in state.items():
        variables[name] = xarray.Variable(design.dims, values.reshape(design.shape), {"description": STATE[name]})
    if task.seed is not None:
        seeds = np.array([seed_of(task.seed, k) for k in range(design.size)], dtype=np.int64)
        told = {"description": "seed of the point, spawned from the sweep's seed by the point's index"}
        if SEED not in design.columns:
            variables[SEED] = xarray.Variable(design.dims, seeds.reshape(design.shape), told)
    axes = _Axes(model, taken)
    for column in columns:
        name = _free(column.name, taken)
        dims = axes.of(column)
        shape = (*design.shape, *column.values.shape[1:])
        variables[name] = xarray.Variable((*design.dims, *dims), column.values.reshape(shape), _told(model, column))
    failed = int((state["error"] != "").sum())
    attrs = {
        "title": f"{model.label()}: {design.size} point{'s' * (design.size != 1)}, {failed} failed",
        "model": model.label(),
        **({"citation": model.citation} if model.citation else {}),
        "design": design.kind,
        "points": design.size,
        "failed": failed,
        "exact": int(task.exact),
        **({"seed": str(task.seed)} if task.seed is not None else {}),
        "parameters": json.dumps(_fixed(model, design, task)),
        "computed": _computed(model, task, state),
        **attributes,
    }
    if task.vectorized:
        attrs["spot_checked"] = int(state["verified"].sum())
    return xarray.Dataset(variables, {**coordinates, **axes.coordinates(xarray)}, attrs)


def _from_rows(blocks: list[Block]) -> tuple[dict[str, Any], list[Column]]:
    rows = [row for block in blocks for row in block.rows or []]
    state = {
        "termination": np.array([row["termination"] for row in rows], dtype=str),
        "verified": np.array([row["verified"] for row in rows], dtype=bool),
        "error": np.array([row["error"] for row in rows], dtype=str),
    }
    return state, columns_of([row["results"] for row in rows])


def _from_arrays(blocks: list[Block]) -> tuple[dict[str, Any], list[Column]]:
    """Join blocks of arrays; a block that was lost has none of the results."""
    count = sum(block.count for block in blocks)
    joined: dict[str, Any] = {}
    for block in blocks:
        for name, values in (block.arrays or {}).items():
            kind = np.result_type(joined[name].dtype, values.dtype) if name in joined else values.dtype
            if name not in joined:
                joined[name] = np.zeros((count, *values.shape[1:]), dtype=kind)
            joined[name] = joined[name].astype(kind, copy=False)
            joined[name][block.start : block.start + block.count] = values
    valid, checked = joined.pop("valid"), joined.pop("checked")
    errors = {block.start + k: text for block in blocks for k, text in block.errors.items()}
    error = np.zeros(count, dtype=f"<U{max(map(len, errors.values()), default=1)}")
    for k, text in errors.items():
        error[k] = text
    state = {"termination": np.where(valid, "SOLVED", "ERROR"), "verified": checked, "error": error}
    return state, [of_array(name, values, valid) for name, values in joined.items()]


def _coordinates(model: type[Model], design: Design, xarray: Any) -> dict[str, Any]:
    """Return the parameters as coordinates: floats, integers or text; with the exact values where floats lose them."""
    found: dict[str, Any] = {}
    if design.kind != "grid":
        found[POINT] = xarray.Variable((POINT,), np.arange(design.size), {"description": "number of the point"})
    for name, values in design.columns.items():
        field = model.model_fields[name]
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        told = {"description": field.description or "", **({"units": extra["unit"]} if extra.get("unit") else {})}
        dim = name if design.kind == "grid" else POINT
        found[name] = xarray.Variable((dim,), coordinate(values), told)
        if any(isinstance(v, Fraction) and exact(float(v)) != v for v in values):
            words = np.array([as_text(exact(v)) if isinstance(v, Fraction | int | float) else str(v) for v in values])
            found[f"{name}_exact"] = xarray.Variable((dim,), words, {"description": f"{name}, exactly"})
    return found


def coordinate(values: tuple[Any, ...]) -> Any:
    """Return the values of a parameter as an array of integers, floats, booleans or text."""
    kinds = {type(v) for v in values}
    if kinds <= {bool}:
        return np.array(values)
    if kinds <= {int} and all(abs(v) < 2**62 for v in values):
        return np.array(values, dtype=np.int64)
    if kinds <= {int, float, Fraction}:
        return np.array([float(v) for v in values])
    return np.array([v if isinstance(v, str) else json.dumps(encode_parameters(v, exactly=False)) for v in values])


class _Axes:
    """Names for the axes of results: the model's own, else shared by tables of the same labels, else numbered."""

    def __init__(self, model: type[Model], taken: set[str]) -> None:
        self._declared = model.result_axes
        self._taken = taken
        self._labels: dict[str, tuple[Any, ...] | None] = {}
        self._sizes: dict[str, int] = {}

    def of(self, column: Column) -> tuple[str, ...]:
        shape = column.values.shape[1:]
        whole = self._declared.get(column.name.partition(".")[0], {})
        declared = dict(self._declared.get(column.name, whole))
        if declared and len(declared) == len(shape):
            named = [
                (name, tuple(labels) or found, size)
                for (name, labels), found, size in zip(declared.items(), column.labels, shape, strict=True)
            ]
            if all(self._fits(*axis) for axis in named):
                for name, labels, size in named:
                    self._labels[name], self._sizes[name] = labels, size
                    self._taken.add(name)
                return tuple(declared)
        return tuple(
            _free(f"{column.name}_{k}", self._taken) if labels is None else self._shared(column.name, labels)
            for k, labels in enumerate(column.labels)
        )

    def _fits(self, name: str, labels: tuple[Any, ...] | None, size: int) -> bool:
        """Say whether an axis may have a name: it is that of no variable, nor of an axis unlike this one."""
        if name in self._sizes:
            return self._sizes[name] == size and self._labels[name] == labels
        return name not in self._taken and (labels is None or len(labels) == size)

    def coordinates(self, xarray: Any) -> dict[str, Any]:
        return {
            name: xarray.Variable((name,), np.array(held)) for name, held in self._labels.items() if held is not None
        }

    def _shared(self, name: str, labels: tuple[str, ...]) -> str:
        for known, held in self._labels.items():
            if held == labels:
                return known
        new = _free(f"{name}_label", self._taken)
        self._labels[new] = labels
        return new


def _free(name: str, taken: set[str]) -> str:
    """Return a name that no other variable has: a result may be called like a parameter."""
    name = name.replace("/", "_")  # NetCDF keeps it for groups
    while name in taken:
        name = f"{name}_result"
    taken.add(name)
    return name


def _told(model: type[Model], column: Column) -> dict[str, Any]:
    result = column.name.partition(".")[0]
    told: dict[str, Any] = {}
    if model.result_docs.get(result):
        told["description"] = model.result_docs[result]
    if model.result_units.get(column.name, model.result_units.get(result)):
        told["units"] = model.result_units.get(column.name, model.result_units.get(result))
    if column.is_boolean:
        told[MEANING] = YES_NO
    if column.is_json:
        told["format"] = "JSON text: its shape varies from point to point"
    return told


def _fixed(model: type[Model], design: Design, task: Task) -> Any:
    """Return the parameters that are not swept, defaults resolved; as given if no point is within bounds."""
    given = dict(task.parameters)
    for index in range(min(design.size, 10)):
        point = {name: column[0] for name, column in design.take(index, index + 1).items()}
        try:
            given = model(**{**task.parameters, **point}).parameters()
            break
        except GameTheoryError:
            continue
    drawn = {*design.columns, *([SEED] if task.seeds_parameter else [])}
    return encode_parameters({n: v for n, v in given.items() if n not in drawn}, exactly=False)


def _computed(model: type[Model], task: Task, state: Mapping[str, Any]) -> str:
    if not task.vectorized:
        return "each point was solved and its certificate checked; see verified"
    return (
        f"all points at once by {model.__name__}.evaluate, which gives no certificates; "
        f"{int(state['verified'].sum())} points, marked in verified, were also solved one by one, "
        "their certificates checked, and the results agree"
    )
