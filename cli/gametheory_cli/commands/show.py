"""``gametheory show``."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gametheory_cli.options import FORMATS, emit, format_options

if TYPE_CHECKING:
    from gametheory import Model


@click.command("show", help="Show a MODEL's citation, parameters with bounds and units, results, claims and figures.")
@click.argument("model")
@format_options(*FORMATS)
def command(model: str, style: str | None, output: Path | None) -> None:
    """Print what a model is."""
    from gametheory.loading import find_model

    kind = find_model(model)[0]
    emit(lambda wanted: _render(kind, wanted, model), style, output)


def describe(kind: type[Model]) -> dict[str, Any]:
    """Return everything about a model as plain data."""
    from gametheory_cli.commands.list import summary

    undescribed = [name for name in [*kind.result_units, *kind.result_axes] if name not in kind.result_docs]
    return {
        "version": 1,
        "name": kind.label(),
        "summary": summary(kind),
        "citation": kind.citation,
        "concept": kind.concept,
        "parameters": [_parameter(name, field) for name, field in kind.model_fields.items()],
        "constraints": [constraint.name for constraint in kind.constraints],
        "results": {name: _result(kind, name) for name in [*kind.result_docs, *undescribed]},
        "claims": [
            {"id": c.id, "place": c.place, "statement": c.statement, "recorded": c.recorded, "reason": c.reason}
            for c in kind.claims
        ],
        "figures": [{"name": figure.name, "doc": figure.doc, "place": figure.place} for figure in kind.figures],
    }


def _result(kind: type[Model], name: str) -> str:
    """Return what a result is, with its unit unless the words say it: in brackets, or at length."""
    doc, unit = kind.result_docs.get(name, ""), kind.result_units.get(name, "")
    said = not unit or f"({unit}" in doc or (" " in unit and unit in doc)
    return doc if said else f"{doc} ({unit})".strip()


def _parameter(name: str, field: Any) -> dict[str, Any]:
    from gametheory.trees import encode_parameters

    symbols = {"Ge": ">=", "Gt": ">", "Le": "<=", "Lt": "<"}
    bounds = [
        f"{symbols[type(item).__name__]} {getattr(item, type(item).__name__.lower())}"
        for item in field.metadata
        if type(item).__name__ in symbols
    ]
    required = field.is_required()
    extra = field.json_schema_extra or {}
    return {
        "name": name,
        "default": None if required else encode_parameters(field.get_default(call_default_factory=True), exactly=False),
        "required": required,
        "bounds": ", ".join([*bounds, *_choices(field.annotation)]),
        "unit": extra.get("unit", ""),
        "doc": field.description or "",
    }


def _choices(annotation: Any) -> list[str]:
    from typing import Literal, get_args, get_origin

    return ["one of " + " | ".join(map(str, get_args(annotation)))] if get_origin(annotation) is Literal else []


def _render(kind: type[Model], style: str, what: str) -> str:
    from gametheory_cli.rendering import Table, render

    data = describe(kind)
    if style == "json":
        return json.dumps(data, indent=1) + "\n"
    tables = [
        Table(
            ["parameter", "default", "bounds", "unit", "what it is"],
            [
                [p["name"], "(required)" if p["required"] else p["default"], p["bounds"], p["unit"], p["doc"]]
                for p in data["parameters"]
            ],
        )
    ]
    if data["constraints"]:
        tables.append(Table(["condition"], [[c] for c in data["constraints"]]))
    if data["results"]:
        tables.append(Table(["result", "what it is"], list(data["results"].items())))
    if data["figures"]:
        tables.append(Table(["figure", "what it shows"], [[f["name"], f["doc"]] for f in data["figures"]]))
    lines = [f"{data['name']}: {data['summary']}"]
    lines += [data["citation"]] if data["citation"] else []
    lines += [f"solves for: {data['concept']}"] if data["concept"] else []
    if data["claims"]:
        counts = Counter(c["recorded"] if isinstance(c["recorded"], str) else "by setting" for c in data["claims"])
        listed = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        lines.append(f"claims on record: {listed}; see them with: gametheory reproduce {what}")
    return render(tables, style, "\n".join(lines) + "\n")
