"""What a notebook shows: forms, models, solutions, certificates and claims as plain HTML tables of bounded size."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gametheory.claims import Claim, ClaimReport
    from gametheory.model import Model
    from gametheory.solution import Certificate, Solution

#: The most rows and columns of a table, entries of a list, and characters of a cell.
ROWS, COLUMNS, ITEMS, CHARACTERS = 24, 16, 12, 300
#: The most characters of a field at a prompt.
SHORT = 80
#: Fractions with a longer denominator, in bits, are shown rounded.
LONG = 200


class Displayed:
    """Something that a notebook shows as tables, and a prompt in one short expression."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__repr__ is Displayed.__repr__:
            cls.__repr__ = Displayed.__repr__  # type: ignore[method-assign]  # else a dataclass prints whole arrays

    def __repr__(self) -> str:
        return expression(self)

    def _repr_html_(self) -> str:
        return html(self)


@dataclasses.dataclass(frozen=True)
class Table:
    """Rows of cells under column names, with how many rows there are in all."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    title: str = ""
    total: int | None = None


def html(thing: Any) -> str:
    """Return a form, model, solution, certificate, claim or claim report as HTML; all text in it is escaped."""
    from gametheory.claims import Claim, ClaimReport
    from gametheory.model import Model
    from gametheory.solution import Certificate, Solution

    kinds: list[tuple[type, Any]] = [
        (Solution, _solution),
        (Certificate, _certificate),
        (ClaimReport, _claim_report),
        (Claim, _claim),
        (Model, _model),
    ]
    shown = next((show for kind, show in kinds if isinstance(thing, kind)), _form)
    return "<div>" + "".join(shown(thing)) + "</div>"


def expression(thing: Any) -> str:
    """Return the type of a dataclass and its public fields that are not empty, each in few characters."""
    shown = []
    for field in dataclasses.fields(thing) if dataclasses.is_dataclass(thing) else ():
        value = getattr(thing, field.name)
        empty = value is None or (isinstance(value, tuple | list | str | Mapping) and not value)
        if not field.name.startswith("_") and not empty:
            shown.append(f"{field.name}={short(value)}")
    return f"{type(thing).__name__}({', '.join(shown)})"


def short(value: Any) -> str:
    """Return a value of a field in at most `SHORT` characters."""
    said = repr(str(value)) if isinstance(value, str) else str(value) if isinstance(value, bool) else text(value)
    if isinstance(value, Mapping | tuple | list):
        said = f"{{{said}}}" if isinstance(value, Mapping) else f"[{said}]"
    elif hasattr(value, "dtype"):
        said = f"<{said}>"
    return said if len(said) <= SHORT else said[: SHORT - 1] + "…"


def text(value: Any) -> str:
    """Return a value as people read it, in a bounded number of characters."""
    said = "".join(_said(value))
    return said if len(said) <= CHARACTERS else said[: CHARACTERS - 1] + "…"


def _said(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, Fraction | int):
        return _rational(value)
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return _listed((f"{k} {text(v)}" for k, v in value.items()), len(value))
    if hasattr(value, "dtype"):
        return _array(value)
    if isinstance(value, Sequence | set | frozenset):
        return _listed((f"({text(v)})" if isinstance(v, list | tuple) else text(v) for v in value), len(value))
    if hasattr(value, "model_dump"):
        return text(value.model_dump())
    spoken: Any = type(value).__str__
    plain = spoken is object.__str__ or dataclasses.is_dataclass(value)
    return type(value).__name__ if plain else str(value)


def _rational(value: Fraction | int) -> str:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) <= LONG:
        return str(value)
    try:
        return f"about {float(value):.12g}"
    except OverflowError:
        size = math.log10(abs(value.numerator)) - math.log10(value.denominator)
        return f"about {'-' if value < 0 else ''}10^{size:.0f}"


def _listed(items: Iterator[str], count: int) -> str:
    first = [item for item, _ in zip(items, range(ITEMS), strict=False)]
    rest = f", … ({count} in all)" if count > len(first) else ""
    return ", ".join(first) + rest or "none"


def _array(values: Any) -> str:
    if values.ndim == 0:
        return text(values.item())
    if values.ndim <= 2 and 0 < values.size <= ITEMS:
        return text(values.tolist())
    shape = " × ".join(str(n) for n in values.shape)
    kind = {"b": "yes or no", "i": "integers", "u": "integers", "f": "floats", "U": "words"}.get(values.dtype.kind)
    said = f"{shape} {kind or 'numbers or words'}"
    if values.dtype.kind in "iuf" and values.size:
        return f"{said}, from {text(values.min().item())} to {text(values.max().item())}"
    return said


# Tables ------------------------------------------------------------------------------------------------------------


def _table(table: Table) -> str:
    """Return a table of at most `ROWS` rows and `COLUMNS` columns, saying what is left out."""
    width = min(len(table.columns), COLUMNS)
    total = len(table.rows) if table.total is None else table.total
    parts = [f"<p>{escape(text(table.title))}</p>"] if table.title else []
    head = "".join(f"<th>{escape(text(name))}</th>" for name in table.columns[:width])
    body = ["".join(f"<td>{escape(text(cell))}</td>" for cell in row[:width]) for row in table.rows[:ROWS]]
    lines = "".join(f"<tr>{row}</tr>" for row in body)
    parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>")
    left_out = [f"{total - len(body)} more rows"] if total > len(body) else []
    left_out += [f"{len(table.columns) - width} more columns"] if len(table.columns) > width else []
    if left_out:
        parts.append(f"<p>… and {' and '.join(left_out)}</p>")
    return "".join(parts)


def _heading(name: str, rest: str = "") -> str:
    return f"<p><b>{escape(text(name))}</b>{escape(text(rest))}</p>"


def result_tables(results: Mapping[str, Any], axes: Mapping[str, Mapping[str, Sequence[Any]]]) -> list[Table]:
    """Arrange results: tables by label side by side, records and matrices each by itself, the rest line by line."""
    keyed: dict[tuple[str, ...], list[tuple[str, Mapping[str, Any]]]] = {}
    matrices: list[Table] = []
    single: list[list[Any]] = []
    for name, given in results.items():
        value = given.tolist() if hasattr(given, "tolist") else given
        if isinstance(value, Mapping) and value and not any(isinstance(v, Mapping) for v in value.values()):
            keyed.setdefault(tuple(str(k) for k in value), []).append((name, value))
        elif _are_records(value):
            columns = list(next(iter(value.values())))
            matrices.append(Table([name, *columns], [[key, *record.values()] for key, record in value.items()]))
        elif _is_matrix(value):
            along = list(axes.get(name, {}).values())
            if [len(labels) for labels in along] != [len(value), len(value[0])]:
                along = [range(len(value)), range(len(value[0]))]
            columns = [name, *(text(label) for label in along[1])]
            matrices.append(Table(columns, [[text(label), *row] for label, row in zip(along[0], value, strict=True)]))
        else:
            single.append([name, value])
    tables = [Table(["result", "value"], single)] if single else []
    for labels, named in keyed.items():
        rows = [list(row) for row in zip(labels, *(value.values() for _, value in named), strict=True)]
        tables.append(Table(["", *(name for name, _ in named)], rows))
    return tables + matrices


def _are_records(value: Any) -> bool:
    if not isinstance(value, Mapping) or not value or not all(isinstance(v, Mapping) for v in value.values()):
        return False
    first = next(iter(value.values()))
    return bool(first) and all(list(record) == list(first) for record in value.values())


def _is_matrix(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) > 1
        and all(isinstance(row, list | tuple) and len(row) == len(value[0]) > 1 for row in value)
        and not any(isinstance(cell, list | tuple | Mapping) for row in value for cell in row)
    )


# What is shown -----------------------------------------------------------------------------------------------------


def _solution(solution: Solution) -> Iterator[str]:
    name = solution.model.label() if solution.model is not None else type(solution.form).__name__
    yield _heading(name, f": {solution.termination} ({solution.concept} by {solution.method})")
    if solution.message:
        yield f"<p>{escape(text(solution.message))}</p>"
    axes = {} if solution.model is None else type(solution.model).result_axes
    for table in result_tables(solution.results, axes):
        yield _table(table)
    checked = [(part, part.certificate) for part in (solution, *solution.parts) if part.certificate is not None]
    if checked:
        rows = [[type(p.form).__name__, c.kind, c.checked, c.max_violation, c.exact, c.ok, c.note] for p, c in checked]
        yield _table(Table(["form", "certificate", "conditions", "largest violation", "exact", "holds", "note"], rows))


def _certificate(certificate: Certificate) -> Iterator[str]:
    yield _heading(certificate.kind, ": holds" if certificate.ok else ": DOES NOT HOLD")
    rows: list[list[Any]] = [
        ["conditions checked", certificate.checked],
        ["largest violation", certificate.max_violation],
        ["tolerance", certificate.tolerance],
        ["exact", certificate.exact],
    ]
    if certificate.note:
        rows.append(["note", certificate.note])
    yield _table(Table(["", "value"], rows))
    if certificate.violations:
        yield _table(Table(["constraint", "violated by"], [[v.constraint, v.amount] for v in certificate.violations]))


def _claim(claim: Claim) -> Iterator[str]:
    yield _heading(claim.id)
    yield _table(Table(["", "claim"], _about(claim)))


def _claim_report(report: ClaimReport) -> Iterator[str]:
    changed = f", on record as {report.recorded}" if report.changed else ""
    yield _heading(report.claim.id, f": {report.verdict}{changed}")
    yield _table(Table(["", "claim"], [*_about(report.claim), ["ours", report.ours]]))


def _about(claim: Claim) -> list[list[Any]]:
    rows: list[tuple[str, Any]] = [
        ("statement", claim.statement),
        ("place", claim.place),
        ("settings", claim.settings),
        ("on record", claim.recorded),
        ("reason", claim.reason),
        ("tolerance", claim.tolerance),
        ("paper", claim.paper),
    ]
    return [[name, value] for name, value in rows if value or name in ("paper", "tolerance")]


def _model(model: Model) -> Iterator[str]:
    kind = type(model)
    summary = (kind.__doc__ or "").strip().partition("\n")[0]
    yield _heading(model.label(), f": {summary}" if summary else "")
    if model.citation:
        yield f"<p>{escape(text(model.citation))}</p>"
    rows = []
    for name, field in kind.model_fields.items():
        extra = field.json_schema_extra
        unit = extra.get("unit", "") if isinstance(extra, dict) else ""
        rows.append([name, getattr(model, name), unit, field.description or ""])
    yield _table(Table(["parameter", "value", "unit", "what it is"], rows))
    if kind.claims:
        yield f"<p>{len(kind.claims)} claims</p>"


def _form(form: Any) -> Iterator[str]:
    from gametheory.notebook_forms import tables

    title = getattr(form, "title", "")
    yield _heading(type(form).__name__, f": {title}" if title else "")
    for table in tables(form):
        yield _table(table)
