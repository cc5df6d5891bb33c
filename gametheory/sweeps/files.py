"""The file of a sweep: NetCDF, Parquet or CSV, written whole or not at all, and read back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gametheory.errors import GameTheoryError, InputError, MissingPackageError, UsageError
from gametheory.sweeps import tables
from gametheory.sweeps.chunks import GO_ON, MANIFEST
from gametheory.sweeps.dataset import MEANING, YES_NO

if TYPE_CHECKING:
    import xarray

SUFFIXES = (".nc", ".parquet", ".csv")
#: The key of a Parquet file's metadata, and what follows the name of a CSV file.
KEY, BESIDE = b"gametheory", "-metadata.json"


def target(output: str | Path | None) -> Path | None:
    """Return the file to write; raises `UsageError` if its kind is unknown or its folder does not exist."""
    if output is None:
        return None
    path = Path(output)
    if path.suffix not in SUFFIXES:
        raise UsageError(f"cannot write a sweep to '{output}'", remedy=f"its suffix is one of {', '.join(SUFFIXES)}")
    path = path.resolve()
    if not path.parent.is_dir():
        raise UsageError(f"cannot write {output}: there is no folder {path.parent}")
    if path.is_dir():
        raise UsageError(f"cannot write {output}: it is a folder")
    _require(path.suffix)
    return path


def complete(path: Path | None, fingerprint: str, *, resume: bool, overwrite: bool) -> Any:
    """Return the dataset of a sweep that is complete and to be resumed; None if there is work to do.

    Raises
    ------
    UsageError
        If the file exists and is another sweep, or is not to be resumed or overwritten.
    """
    if path is None or overwrite or not path.exists():
        return None
    if not resume:
        raise UsageError(f"{path} exists", remedy="give --overwrite (overwrite=True), or write to another file")
    try:
        held = read(path)
    except GameTheoryError:
        held = None
    if held is None or held.attrs.get("fingerprint") != fingerprint:
        raise UsageError(f"{path} is not the result of this sweep", remedy="give --overwrite, or write to another file")
    return held


def seed_begun_with(path: Path) -> int | None:
    """Return the seed of the sweep that was begun, or completed, at a file."""
    try:
        manifest = json.loads((path.with_name(f"{path.name}.chunks") / MANIFEST).read_bytes())
        seed = manifest.get("seed")
        return seed if isinstance(seed, int) else None
    except (OSError, ValueError, AttributeError):
        pass
    if not path.exists():
        return None
    try:
        told = read(path).attrs.get("seed")
    except GameTheoryError:
        return None
    return int(told) if told is not None else None


def write(dataset: xarray.Dataset, path: Path, temporary: Callable[[str], Path]) -> None:
    """Write a dataset; `temporary` says where to, until it is whole."""
    beside, told = temporary(path.name), temporary(path.name + BESIDE)
    try:
        if path.suffix == ".nc":
            _write_netcdf(dataset, beside)
        elif path.suffix == ".parquet":
            _write_parquet(dataset, beside)
        else:
            told.write_text(json.dumps(tables.describe(dataset), indent=1, allow_nan=False) + "\n", encoding="utf-8")
            _write_csv(dataset, beside)
            told.replace(path.with_name(path.name + BESIDE))
        beside.replace(path)
    except (OSError, RuntimeError) as error:  # netCDF4 has the latter for a full disk, too
        text = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise UsageError(f"cannot write {path}: {text}", remedy=GO_ON) from None
    finally:
        for left in (beside, told):
            left.unlink(missing_ok=True)


def read(path: str | Path) -> xarray.Dataset:
    """Read a sweep that was saved as NetCDF, Parquet or CSV (with its description beside it).

    Raises
    ------
    UsageError
        If there is no such file.
    InputError
        If it is not a saved sweep.
    MissingPackageError
        If the package that reads it is not installed.
    """
    source = Path(path)
    if not source.is_file():
        raise UsageError(f"no file {path}")
    _require(source.suffix)
    reader = {".nc": _read_netcdf, ".parquet": _read_parquet, ".csv": _read_csv}[source.suffix]
    try:
        held = reader(source)
    except GameTheoryError:
        raise
    except Exception as error:  # each library has errors of its own
        text = " ".join(str(error).split())[:100]
        raise InputError(f"this is not a saved sweep: {text}", place=str(path)) from None
    if "termination" not in held or "model" not in held.attrs:
        raise InputError("this is not a saved sweep", place=str(path), remedy="'gametheory sweep' writes one")
    return held


def _require(suffix: str) -> None:
    names = {".nc": ("xarray", "netCDF4"), ".parquet": ("xarray", "pyarrow"), ".csv": ("xarray", "pyarrow")}
    import importlib.util

    for name in names[suffix]:
        if importlib.util.find_spec(name) is None:
            raise MissingPackageError(
                f"{suffix} files of sweeps need {name}, which is not installed",
                remedy="pip install 'gametheory[sweep]'",
            )


def _write_netcdf(dataset: xarray.Dataset, path: Path) -> None:
    # Text of fixed length, compressed: a million variable-length strings take four seconds and a hundred megabytes.
    encoding: dict[Any, Any] = {
        name: {"dtype": "S1", "zlib": True, "complevel": 1}
        if variable.dtype.kind == "U"
        else {"zlib": True, "complevel": 1}
        if variable.dtype.kind == "b"
        else {}
        for name, variable in dataset.variables.items()
        if variable.ndim
    }
    dataset.to_netcdf(path, engine="netcdf4", encoding=encoding)


def _read_netcdf(path: Path) -> xarray.Dataset:
    import xarray

    with xarray.open_dataset(path, engine="netcdf4") as file:
        held = file.load()
    for name, variable in held.variables.items():
        if variable.dtype == object:
            held[name] = (variable.dims, variable.values.astype(str), variable.attrs)
    for variable in held.variables.values():
        variable.encoding.clear()
    return held


def _table(dataset: xarray.Dataset) -> Any:
    import pyarrow

    names, arrays = [], []
    for name, values in tables.columns_of(dataset):
        names.append(name)
        missing = values == "" if values.dtype.kind == "U" else None
        kind = pyarrow.bool_() if values.dtype.kind == "O" else None
        arrays.append(pyarrow.array(values, type=kind, mask=missing, from_pandas=True))
    return pyarrow.table(arrays, names=names)


def _write_parquet(dataset: xarray.Dataset, path: Path) -> None:
    import pyarrow.parquet

    table = _table(dataset)
    told = tables.describe(dataset)
    fields = []
    of = {column: variable for variable in told["variables"].values() for column in variable["columns"]}
    for field in table.schema:
        words = {k: str(v) for k, v in of[field.name]["attributes"].items()}
        fields.append(field.with_metadata(words) if words else field)
    schema = pyarrow.schema(fields, metadata={KEY: json.dumps(told, allow_nan=False)})
    pyarrow.parquet.write_table(table.cast(schema), path)


def _read_parquet(path: Path) -> xarray.Dataset:
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path)
    told = json.loads((table.schema.metadata or {})[KEY])
    return tables.rebuild(_columns(table), told)


def _write_csv(dataset: xarray.Dataset, path: Path) -> None:
    import pyarrow.csv

    options = pyarrow.csv.WriteOptions(quoting_style="needed")
    pyarrow.csv.write_csv(_table(dataset), path, options)


def _read_csv(path: Path) -> xarray.Dataset:
    import pyarrow
    import pyarrow.csv

    beside = path.with_name(path.name + BESIDE)
    if not beside.is_file():
        raise InputError("this is not a saved sweep", place=str(path), remedy=f"its description was in {beside.name}")
    told = json.loads(beside.read_bytes())
    kinds = {"U": pyarrow.string(), "f": pyarrow.float64(), "i": pyarrow.int64(), "b": pyarrow.bool_()}
    types = {
        column: kinds["b" if v["attributes"].get(MEANING) == YES_NO else v["type"]]
        for v in told["variables"].values()
        for column in v["columns"]
    }
    options = pyarrow.csv.ConvertOptions(column_types=types, strings_can_be_null=True)
    parsing = pyarrow.csv.ParseOptions(newlines_in_values=True)
    return tables.rebuild(_columns(pyarrow.csv.read_csv(path, convert_options=options, parse_options=parsing)), told)


def _columns(table: Any) -> dict[str, Any]:
    """Return the columns of a table: arrays where nothing is empty, else lists."""
    found: dict[str, Any] = {}
    for name in table.column_names:
        column = table.column(name)
        found[name] = column.to_pylist() if column.null_count or str(column.type) == "string" else column.to_numpy()
    return found
