"""From named results to tables: what belongs side by side, in rows and columns that can be read."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gametheory_cli.rendering import Table, cell

#: Rows of a list of lists from which on it is a table rather than one cell.
TABULATED = 4
#: Columns up to which long cells may be folded.
FOLDED = 8
#: Rows of a table, and entries of a list in a cell, that a terminal shows; all other formats hold them all.
MOST_ROWS, MOST_ENTRIES = 500, 100
#: Characters on a line where no terminal says how many.
PAGE = 120


def result_tables(results: Mapping[str, Any], style: str = "table") -> list[Table]:
    """Arrange results in tables.

    Tables keyed by the same labels stand side by side; lists of tables (equilibria, matchings) become one row for
    each entry, lists of equal length in one table; the rest stands line by line.

    Parameters
    ----------
    results : mapping
        Results by name.
    style : str
        The format they are for: what does not fit a line of the terminal (of a page in Markdown and LaTeX) is
        turned, or told in fewer columns.
    """
    given = {name: value.tolist() if hasattr(value, "tolist") else value for name, value in results.items()}
    keyed: dict[tuple[str, ...], list[tuple[str, Mapping[str, Any]]]] = {}
    listed: dict[int, list[tuple[str, Sequence[Mapping[str, Any]]]]] = {}
    tables: list[Table] = []
    single: list[list[Any]] = []
    for name, value in given.items():
        if isinstance(value, Mapping) and value and not any(isinstance(v, Mapping) for v in value.values()):
            keyed.setdefault(tuple(str(k) for k in value), []).append((name, value))
        elif isinstance(value, Mapping) and value:
            tables.append(_nested(name, value))
        elif _all(value, Mapping):
            listed.setdefault(len(value), []).append((name, value))
        elif _all(value, (list, tuple)) and _labels(given, name, value) is not None:
            labels = _labels(given, name, value) or ()
            rows = [[k + 1, *row] for k, row in enumerate(value)]
            tables.append(Table([name, *labels], rows))
        else:
            single.append([name, value])
    first: list[Table] = []
    for labels, pairs in keyed.items():
        if len(pairs) == 1:
            name, held = pairs[0]
            first.append(Table([name, "value"], [[key, item] for key, item in held.items()]))
        else:
            rows = [[name, *held.values()] for name, held in pairs]
            first.append(Table(["result", *labels], rows))
    tables = [*first, *tables, *(_entries(named, style) for named in listed.values())]
    if single:
        tables.append(Table(["result", "value"], single))
    return [_shortened(table) for table in tables] if style == "table" else tables


def _shortened(table: Table) -> Table:
    """Return the beginning of a table that is too long for a terminal, and how much is left out."""
    rows = [[_beginning(item) for item in row] for row in table.rows[:MOST_ROWS]]
    if len(table.rows) > MOST_ROWS:
        left_out = f"... and {len(table.rows) - MOST_ROWS} more rows: see --format csv"
        rows.append([left_out, *[""] * (len(table.columns) - 1)])
    return replace(table, rows=rows)


def _beginning(item: Any) -> Any:
    if not isinstance(item, list | tuple) or len(item) <= MOST_ENTRIES:
        return item
    return f"{cell(item[:MOST_ENTRIES])}, ... and {len(item) - MOST_ENTRIES} more: see --format csv"


def _all(value: Any, kinds: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(v, kinds) for v in value)


def _labels(results: Mapping[str, Any], name: str, rows: Sequence[Sequence[Any]]) -> Sequence[str] | None:
    """Return what the columns of a list of lists are called, or None if it is no table."""
    wide = len(rows[0])
    if any(len(row) != wide or any(isinstance(x, Mapping | list | tuple) for x in row) for row in rows):
        return None
    # "all_payoffs" lists what "payoffs" tells once, by label.
    named = results.get(name.removeprefix("all_"))
    if isinstance(named, Mapping) and len(named) == wide:
        return [str(key) for key in named]
    return [str(k + 1) for k in range(wide)] if len(rows) >= TABULATED and wide else None


def _nested(name: str, value: Mapping[str, Any]) -> Table:
    """Return a table of tables: a column for each inner label if all share them, else a cell for each."""
    inner = [tuple(v) if isinstance(v, Mapping) else None for v in value.values()]
    if inner[0] and all(keys == inner[0] for keys in inner) and len(inner[0]) <= 8:
        rows = [[key, *held.values()] for key, held in value.items()]
        return Table([name, *map(str, inner[0])], rows)
    return Table([name, "value"], [[key, held] for key, held in value.items()])


def _entries(named: Sequence[tuple[str, Sequence[Mapping[str, Any]]]], style: str) -> Table:
    """Return lists of tables as one row for each entry, or turned, or with a column for each outer label."""
    whole = _rows(named, flatten)
    # A file is the same whatever the terminal it was written from.
    line = width() if style == "table" else PAGE
    if style == "csv" or _fits(whole, line):
        return whole
    turned = Table(
        [whole.columns[0], *(str(row[0]) for row in whole.rows)],
        [[column, *(row[k + 1] for row in whole.rows)] for k, column in enumerate(whole.columns[1:])],
    )
    if _fits(turned, line):
        return turned
    played = _rows(named, _played)
    if _fits(played, line) or len(played.columns) <= FOLDED:
        return played
    return _rows(named, lambda entry: {"value": _support(entry)})


def _rows(named: Sequence[tuple[str, Sequence[Mapping[str, Any]]]], how: Any) -> Table:
    nested = [any(isinstance(v, Mapping) for entry in value for v in entry.values()) for _, value in named]
    pieces = [
        [{(key if deep or len(named) == 1 else f"{name}: {key}"): v for key, v in how(e).items()} for e in value]
        for deep, (name, value) in zip(nested, named, strict=True)
    ]
    columns: dict[str, None] = {}
    for piece in pieces:
        for entry in piece:
            columns.update(dict.fromkeys(entry))
    rows = []
    for k in range(len(pieces[0])):
        held: dict[str, Any] = {}
        for piece in pieces:
            held.update(piece[k])
        rows.append([k + 1, *(held.get(column) for column in columns)])
    return Table([named[0][0], *columns], rows)


def flatten(entry: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Return a table of tables as one table, keyed by ``outer: inner``."""
    result: dict[str, Any] = {}
    for key, value in entry.items():
        label = f"{before}: {key}" if before else str(key)
        result.update(flatten(value, label) if isinstance(value, Mapping) and value else {label: value})
    return result


def _played(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key): _support(value) if isinstance(value, Mapping) else value for key, value in entry.items()}


def _support(value: Mapping[str, Any]) -> str:
    """Return what is not zero, and no number beside what is certain."""
    held = {key: item for key, item in value.items() if item not in (0, None)}
    if len(held) == 1 and next(iter(held.values())) == 1:
        return str(next(iter(held)))
    return ", ".join(
        f"{key} {_support(item) if isinstance(item, Mapping) else cell(item)}" for key, item in held.items()
    )


def _fits(table: Table, line: int) -> bool:
    """Say whether every column of a table can be printed as wide as it is on lines of so many characters."""
    columns = [[str(title), *(cell(row[k]) for row in table.rows)] for k, title in enumerate(table.columns)]
    return sum(max(map(len, column)) + 3 for column in columns) <= line


def width() -> int:
    """Return how many characters a line of the terminal holds; as many as a page where there is none."""
    return max(shutil.get_terminal_size((PAGE, 24)).columns, 60)
