"""Tables of results, in the formats people paste: terminal, CSV, LaTeX, Markdown."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

#: Fractions with a longer denominator, in bits, are shown rounded where people read them; CSV and JSON hold them whole.
LONG = 100


@dataclass(frozen=True)
class Table:
    """A titled table of cells, ready to print."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    title: str = ""


def render(tables: Iterable[Table], style: str, heading: str = "") -> str:
    """Return tables as text in one of the formats; `heading` opens the terminal and Markdown formats."""
    chosen = {"table": _terminal, "csv": _csv, "latex": _latex, "markdown": _markdown}[style]
    body = [chosen(table) for table in tables]
    if heading and style in ("table", "markdown"):
        body.insert(0, heading)
    return "\n".join(body)


def cell(value: Any, *, long: int | None = LONG) -> str:
    """Return one value as people read it: fractions as fractions, floats to twelve digits, nothing as a dash."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, Fraction) and long is not None and value.denominator.bit_length() > long:
        return f"about {float(value):.12g}"
    if isinstance(value, Fraction | int | str):
        return str(value)
    if isinstance(value, Mapping):
        pairs = ((k, cell(v, long=long), isinstance(v, list | tuple | Mapping)) for k, v in value.items())
        return ", ".join(f"{k} ({text})" if nested else f"{k} {text}" for k, text, nested in pairs) or "-"
    if hasattr(value, "tolist"):
        return cell(value.tolist(), long=long)
    if isinstance(value, Sequence):
        parts = ((cell(v, long=long), isinstance(v, list | tuple)) for v in value)
        return ", ".join(f"({text})" if nested else text for text, nested in parts) or "none"
    return str(value)


def _terminal(table: Table) -> str:
    import shutil

    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    shown = RichTable(title=table.title or None, box=SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for column in table.columns:
        shown.add_column(Text(column), overflow="fold")
    for row in table.rows:
        shown.add_row(*(Text(cell(item)) for item in row))
    buffer = io.StringIO()
    Console(file=buffer, width=max(shutil.get_terminal_size((120, 24)).columns, 60), color_system=None).print(shown)
    lines = [line.rstrip() for line in buffer.getvalue().splitlines()]
    return "\n".join(lines).strip("\n") + "\n"


def _csv(table: Table) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([cell(item, long=None) for item in row] for row in table.rows)
    return buffer.getvalue()


_LATEX = str.maketrans(
    {c: f"\\{c}" for c in "&%$#_{}"}
    | {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}
)


def _latex(table: Table) -> str:
    def row(items: Iterable[Any]) -> str:
        return " & ".join(cell(item).translate(_LATEX) for item in items) + r" \\"

    lines = [r"\begin{tabular}{" + "l" * len(table.columns) + "}", r"\hline", row(table.columns), r"\hline"]
    return "\n".join([*lines, *(row(r) for r in table.rows), r"\hline", r"\end{tabular}"]) + "\n"


def _markdown(table: Table) -> str:
    def row(items: Iterable[Any]) -> str:
        return "| " + " | ".join(cell(item).replace("|", "\\|") for item in items) + " |"

    lines = [f"**{table.title}**", ""] if table.title else []
    lines += [row(table.columns), row("---" for _ in table.columns)]
    return "\n".join([*lines, *(row(r) for r in table.rows)]) + "\n"
