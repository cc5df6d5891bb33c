"""A dataset as a table, one row per point, and back: what Parquet and CSV files hold.

A result with axes of its own has one column for each entry, ``loss_A[0,1]`` or ``Q[lb]``. The description that goes
with the table (in a Parquet file's metadata, beside a CSV file) has the dimensions, units and words of the dataset.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.sweeps.dataset import is_boolean

if TYPE_CHECKING:
    import xarray

VERSION = 1


def columns_of(dataset: xarray.Dataset) -> Iterator[tuple[str, Any]]:
    """Yield the columns of a dataset by name: the parameters at every point, then the results."""
    dims = point_dims(dataset)
    shape = tuple(dataset.sizes[dim] for dim in dims)
    for name in [*_coordinates(dataset, dims), *dataset.data_vars]:
        variable = dataset[name].variable
        own = tuple(dim for dim in variable.dims if dim not in dims)
        whole = variable.set_dims({dim: dataset.sizes[dim] for dim in (*dims, *own)}).transpose(*dims, *own)
        values: Any = plainly(whole).reshape(-1, *(dataset.sizes[dim] for dim in own))
        assert values.shape[0] == int(np.prod(shape, dtype=int))
        for position, entry in zip(_positions(dataset, own), _entries(dataset, own), strict=True):
            yield f"{name}{entry}", values[(..., *position)]


def plainly(variable: Any) -> Any:
    """Return the values of a variable; booleans of which some are undefined are true, false and None."""
    values = np.asarray(variable.values)
    if values.dtype.kind != "f" or not is_boolean(variable):
        return values
    plain = np.full(values.shape, None, dtype=object)
    plain[values == 1], plain[values == 0] = True, False
    return plain


def describe(dataset: xarray.Dataset) -> dict[str, Any]:
    """Return the rest of a dataset, as JSON holds it."""
    dims = point_dims(dataset)
    return {
        "version": VERSION,
        "attributes": dict(dataset.attrs),
        "dimensions": list(dims),
        "sizes": [int(dataset.sizes[dim]) for dim in dims],
        "axes": {
            str(name): {"labels": dataset[name].values.tolist()} if name in dataset.coords else {"size": int(size)}
            for name, size in dataset.sizes.items()
            if name not in dims
        },
        "variables": {
            str(name): {
                "coordinate": name in dataset.coords,
                "dimensions": [str(dim) for dim in dataset[name].dims],
                "columns": [f"{name}{entry}" for entry in _entries(dataset, _own(dataset, name, dims))],
                "type": dataset[name].dtype.kind if dataset[name].dtype.kind in "bif" else "U",
                "attributes": dict(dataset[name].attrs),
            }
            for name in [*_coordinates(dataset, dims), *dataset.data_vars]
        },
    }


def rebuild(columns: Mapping[str, Any], description: Mapping[str, Any]) -> xarray.Dataset:
    """Return the dataset that a table and its description came from."""
    import xarray

    dims, sizes = description["dimensions"], dict(zip(description["dimensions"], description["sizes"], strict=True))
    axes = {n: len(a["labels"]) if "labels" in a else a["size"] for n, a in description["axes"].items()}
    variables: dict[bool, dict[str, Any]] = {False: {}, True: {}}
    for name, told in description["variables"].items():
        own = [dim for dim in told["dimensions"] if dim not in dims]
        held = [_typed(columns[column], told["type"]) for column in told["columns"]]
        shape = (*sizes.values(), *(axes[dim] for dim in own))
        values = np.stack(held, axis=-1).reshape(shape) if own else held[0].reshape(shape)
        along = tuple(slice(None) if dim in told["dimensions"] else 0 for dim in dims)
        variables[told["coordinate"]][name] = (told["dimensions"], values[along], told["attributes"])
    labels = {
        name: ((name,), np.array(axis["labels"])) for name, axis in description["axes"].items() if "labels" in axis
    }
    return xarray.Dataset(variables[False], {**variables[True], **labels}, description["attributes"])


def point_dims(dataset: xarray.Dataset) -> tuple[str, ...]:
    """Return the dimensions of the points, which every point's termination has."""
    return tuple(str(dim) for dim in dataset["termination"].dims)


def _coordinates(dataset: xarray.Dataset, dims: tuple[str, ...]) -> list[Any]:
    return [name for name in dataset.coords if set(dataset[name].dims) <= set(dims)]


def _own(dataset: xarray.Dataset, name: Any, dims: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(dim for dim in dataset[name].dims if dim not in dims)


def _positions(dataset: xarray.Dataset, own: tuple[Any, ...]) -> Iterator[tuple[int, ...]]:
    return itertools.product(*(range(dataset.sizes[dim]) for dim in own))


def _entries(dataset: xarray.Dataset, own: tuple[Any, ...]) -> Iterator[str]:
    """Yield what follows a result's name for each of its entries."""
    labels = [dataset[dim].values.tolist() if dim in dataset.coords else list(range(dataset.sizes[dim])) for dim in own]
    for entry in itertools.product(*labels):
        yield f"[{','.join(map(str, entry))}]" if own else ""


def _typed(values: Any, kind: str) -> Any:
    """Return a column as it was: what a table leaves empty is NaN, or empty text."""
    if kind == "U":
        return np.array(["" if v is None else str(v) for v in values], dtype=str)
    if kind == "f":
        return np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    return np.array(values, dtype=np.int64 if kind == "i" else bool)
