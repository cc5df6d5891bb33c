"""Points listed in a file, one per row: comma-separated values or Parquet; the columns are parameters."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gametheory.errors import InputError, MissingPackageError, UsageError, nearest
from gametheory.loading import parse_value
from gametheory.numbers import exact, number
from gametheory.sweeps.designs import Design, numeric

if TYPE_CHECKING:
    from gametheory.model import Model


def read_points(path: str | Path, model: type[Model]) -> Design:
    """Read the points of a ``.csv`` or ``.parquet`` file.

    Parameters
    ----------
    path : str or Path
        Its first line (or its schema) names parameters of the model; every further line is a point. Values are as in
        ``--set``: decimals and fractions are exact.
    model : type
        The model.

    Raises
    ------
    UsageError
        If the file cannot be read or is of another kind.
    InputError
        If a column is no parameter, or an entry is missing or no number where the parameter is one. A CSV file's line
        and column are named, a Parquet file's row and column.
    """
    source = Path(path)
    if source.suffix == ".csv":
        columns = _read_csv(source, model)
    elif source.suffix in (".parquet", ".pq"):
        columns = _read_parquet(source, model)
    else:
        raise UsageError(f"cannot read points from {path}", remedy="points are in a .csv or a .parquet file")
    if not columns or not next(iter(columns.values())):
        raise InputError("there is no point in this file", place=str(path))
    return Design("points", {name: tuple(column) for name, column in columns.items()})


def table_of_points(table: Any, model: type[Model]) -> Design:
    """Return the points of a table in memory: a mapping of columns, or a DataFrame."""
    columns = {str(name): table[name] for name in table}
    _check_header(list(columns), model, ["points"] * len(columns))
    read: dict[str, tuple[Any, ...]] = {}
    for name, column in columns.items():
        listed = column.tolist() if hasattr(column, "tolist") else list(column)
        read[name] = tuple(
            _held(value, f"points, row {i}, column '{name}'", text=numeric(model, name))
            for i, value in enumerate(listed)
        )
    lengths = {name: len(column) for name, column in read.items()}
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise InputError(f"the columns of points differ in length: {shown}")
    if not read or not next(iter(lengths.values())):
        raise InputError("there is no point in the table of points")
    return Design("points", read)


def _read_csv(path: Path, model: type[Model]) -> dict[str, list[Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("this is not a text file", place=str(path)) from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    reader = csv.reader(io.StringIO(text), skipinitialspace=True, strict=True)
    header: list[str] = []
    columns: dict[str, list[Any]] = {}
    try:
        for row in reader:
            line = reader.line_num
            if not any(entry.strip() for entry in row):
                continue
            if not header:
                header = [name.strip() for name in row]
                _check_header(header, model, [f"{path}:{line}:{k + 1}" for k in range(len(header))])
                columns = {name: [] for name in header}
                continue
            if len(row) != len(header):
                raise InputError(f"{len(row)} entries; the header has {len(header)}", place=f"{path}:{line}")
            for k, (name, entry) in enumerate(zip(header, row, strict=True)):
                columns[name].append(_entry(entry, name, model, f"{path}:{line}:{k + 1}"))
    except csv.Error as error:
        raise InputError(f"malformed CSV: {error}", place=f"{path}:{reader.line_num}") from None
    return columns


def _check_header(header: list[str], model: type[Model], places: list[str]) -> None:
    for k, name in enumerate(header):
        if name not in model.model_fields:
            raise InputError(
                f"{model.label()} has no parameter '{name}'", place=places[k], remedy=nearest(name, model.model_fields)
            )
        if name in header[:k]:
            raise InputError(f"column '{name}' is given twice", place=places[k])


def _entry(text: str, name: str, model: type[Model], place: str) -> Any:
    if not text.strip():
        raise InputError(f"'{name}' has no value here", place=place, remedy="every point gives every parameter")
    try:
        value = parse_value(text)
    except InputError as error:
        raise InputError(error.message, place=place, remedy=error.remedy) from None
    if numeric(model, name) and not isinstance(value, bool):
        try:
            value = number(value)
        except InputError:
            raise InputError(f"'{text.strip()}' is not a number", place=place, remedy="write 3, 0.25 or 1/3") from None
        return int(value) if value == int(value) else value
    return value


def _read_parquet(path: Path, model: type[Model]) -> dict[str, list[Any]]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingPackageError(
            "reading Parquet needs pyarrow, which is not installed", remedy="pip install 'gametheory[sweep]'"
        ) from None
    try:
        table = pyarrow.parquet.read_table(path)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from None
    except pyarrow.ArrowException as error:
        raise InputError(f"this is not a Parquet file: {' '.join(str(error).split())[:100]}", place=str(path)) from None
    names = list(table.column_names)
    _check_header(names, model, [f"{path}, column '{name}'" for name in names])
    return {
        name: [
            _held(value, f"{path}, row {row}, column '{name}'", text=numeric(model, name))
            for row, value in enumerate(table.column(name).to_pylist())
        ]
        for name in names
    }


def _held(value: Any, place: str, *, text: bool = False) -> Any:
    """Read one entry of a table: numbers must be finite, decimals are exact, numbers as text are read if `text`."""
    try:
        if value is None:
            raise InputError("there is no value here", remedy="every point gives every parameter")
        if isinstance(value, Decimal) or (text and isinstance(value, str)):
            return exact(value)
        return number(value) if isinstance(value, float) else value
    except InputError as error:
        raise InputError(error.message, place=place, remedy=error.remedy) from None
