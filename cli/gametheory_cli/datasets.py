"""Datasets of sweeps as text: one row per point."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.sweeps import tables
from gametheory_cli.arranging import width
from gametheory_cli.rendering import Table, cell, render

if TYPE_CHECKING:
    import xarray

#: What every sweep tells of its points; in a table, only where it differs from point to point.
STATE = ("termination", "verified", "error")
#: The characters of a cell from which on it is folded, and those between columns.
LONGEST, GAP = 60, 3


def render_dataset(dataset: xarray.Dataset, style: str) -> str:
    """Return a dataset as a table for people, as CSV, or as JSON."""
    if style == "csv":
        columns = dict(tables.columns_of(dataset))
        rows = list(zip(*(_plain(values) for values in columns.values()), strict=True))
        return render([Table(list(columns), [["" if v is None else _exactly(v) for v in row] for row in rows])], "csv")
    held = _by_point(dataset)
    if style == "json":
        count = dataset.attrs["points"]
        points = [{name: values[k] for name, values in held.items()} for k in range(count)]
        data = {"version": 1, **dataset.attrs, "parameters": json.loads(dataset.attrs["parameters"]), "points": points}
        return json.dumps(data, indent=1, allow_nan=False) + "\n"
    quiet = {name for name in STATE if len(set(held[name])) == 1 and not dataset.attrs["failed"]}
    lists = {name for name in dataset.data_vars if "format" in dataset[name].attrs}
    shown = {
        name: [_shortly(v, name in lists, name in STATE) for v in _plain(values)]
        for name, values in tables.columns_of(dataset)
        if name not in quiet and name != "seed"
    }
    return render(_side_by_side(shown, set(dataset.coords)), "table", _heading(dataset, "verified" in shown))


def _side_by_side(columns: dict[str, list[str]], coordinates: set[Any]) -> list[Table]:
    """Return tables as wide as the terminal: each has the parameters, and as many of the results as fit beside them."""
    exact = {name.removesuffix("_exact") for name in columns if name.endswith("_exact") and name in coordinates}
    points = {name: columns[f"{name}_exact" if name in exact else name] for name in columns if name in coordinates}
    points = {name: held for name, held in points.items() if name.removesuffix("_exact") not in exact or name in exact}
    results: dict[str, list[str]] = {}
    for name in columns:
        if name not in coordinates:
            results.setdefault(name.partition("[")[0], []).append(name)

    def wide(names: list[str]) -> int:
        return sum(min(max(map(len, [name, *columns[name]])), LONGEST) + GAP for name in names)

    room = width() - sum(max(map(len, [name, *held])) + GAP for name, held in points.items())
    groups: list[list[str]] = [[]]
    for names in results.values():
        for group in [names] if wide(names) <= room else [[name] for name in names]:
            if groups[-1] and wide(groups[-1] + group) > room:
                groups.append([])
            groups[-1] += group
    return [
        Table([*points, *names], list(zip(*points.values(), *(columns[name] for name in names), strict=True)))
        for names in groups
    ]


def _shortly(value: Any, is_list: bool, is_state: bool) -> str:
    """Return a cell as people read it: floats to six digits, since files hold all of them; lists without brackets."""
    if value == "" and not is_state:
        return cell(None)
    return f"{value:.6g}" if isinstance(value, float) else cell(json.loads(value) if is_list else value)


def _heading(dataset: xarray.Dataset, shows_verified: bool) -> str:
    """Return the lines above the table: how many points there are, and how those that did not fail were computed."""
    told = dataset.attrs["computed"] if shows_verified else dataset.attrs["computed"].removesuffix("; see verified")
    title = dataset.attrs["title"]
    if dataset.attrs["design"] in ("random", "latin_hypercube"):
        title += f", drawn with seed {dataset.attrs['seed']}"
    if dataset.attrs["failed"] == dataset.attrs["points"]:
        return f"{title}\n"
    if dataset.attrs["failed"]:
        told = told.replace("each point", "each of the others", 1).replace("all points", "all of the others", 1)
    return f"{title}\n{told}\n"


def _by_point(dataset: xarray.Dataset) -> dict[str, list[Any]]:
    """Return every variable as a list with one entry per point, itself a list where the variable has axes."""
    dims = tables.point_dims(dataset)
    found: dict[str, list[Any]] = {}
    for name in [*dataset.coords, *dataset.data_vars]:
        variable = dataset[name].variable
        own = [dim for dim in variable.dims if dim not in dims]
        if name in dataset.coords and own:
            continue
        whole = variable.set_dims({dim: dataset.sizes[dim] for dim in (*dims, *own)}).transpose(*dims, *own)
        found[str(name)] = _plain(tables.plainly(whole).reshape(-1, *(dataset.sizes[dim] for dim in own)))
    return found


def _plain(values: Any) -> list[Any]:
    """Return an array as lists; what is undefined is None."""
    if values.dtype.kind == "f":
        held = values.astype(object)
        held[np.isnan(values)] = None
        return held.tolist()  # type: ignore[no-any-return]
    return values.tolist()  # type: ignore[no-any-return]


def _exactly(value: Any) -> Any:
    """Return a cell of CSV with all its digits."""
    return (
        repr(value) if isinstance(value, float) else "true" if value is True else "false" if value is False else value
    )
