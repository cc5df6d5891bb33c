"""``gametheory list``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from gametheory_cli.options import FORMATS, emit, format_options

#: What can be listed.
SECTIONS = ("models", "solvers", "files", "games", "plugins")


@click.command(
    "list",
    help="List models, solvers, readable files, game files in games/, and plugins, and where each came from; or only "
    "the SECTIONS named.",
)
@click.argument("sections", nargs=-1, type=click.Choice(SECTIONS))
@format_options(*FORMATS)
def command(sections: tuple[str, ...], style: str | None, output: Path | None) -> None:
    """Print what there is."""
    data = {section: rows for section, rows in _inventory().items() if section in (sections or SECTIONS)}
    emit(lambda wanted: _render(data, wanted), style, output)


def _inventory() -> dict[str, list[dict[str, Any]]]:
    from gametheory.forms import form_types, read_suffixes
    from gametheory.plugins import duplicates, plugins
    from gametheory.solvers import solvers

    twice = duplicates()
    return {
        "models": [
            {"name": model.label(), "summary": summary(model), "from": plugin.origin}
            for plugin in plugins()
            for model in plugin.models
            if model.label() not in twice
        ],
        "solvers": [
            {
                "form": solver.form,
                "concept": solver.concept,
                "method": solver.method,
                "exact": solver.exact,
                "ties": list(solver.ties),
                "options": list(solver.options),
                "summary": solver.summary,
                "from": solver.origin,
            }
            for solver in solvers()
        ],
        "files": [
            {"suffix": suffix, "form": kind.name, "writes": suffix in kind.writers}
            for kind in form_types()
            for suffix in kind.readers
        ],
        "games": [
            {"file": str(path)}
            for path in sorted(Path("games").rglob("*"))
            if path.suffix in [".toml", *read_suffixes()]
        ],
        "plugins": [
            {"name": plugin.name, "models": len(plugin.models), "error": plugin.error, "from": plugin.origin}
            for plugin in plugins()
        ],
    }


def summary(model: Any) -> str:
    """Return the first line of a model's docstring."""
    return (model.__doc__ or "").strip().partition("\n")[0]


def _render(data: dict[str, list[dict[str, Any]]], style: str) -> str:
    from gametheory_cli.rendering import Table, render

    if style == "json":
        return json.dumps({"version": 1, **data}, indent=1) + "\n"
    shown = {section: rows for section, rows in data.items() if rows}
    if style == "table":
        # what people look for first; JSON and the other formats have every column
        keep = {"models": ("name", "summary"), "solvers": ("form", "concept", "method", "summary")}
        shown = {s: [{k: r[k] for k in keep.get(s, r)} for r in rows] for s, rows in shown.items()}
    tables = [Table(list(rows[0]), [list(row.values()) for row in rows], title=s) for s, rows in shown.items()]
    return render(tables, style)
