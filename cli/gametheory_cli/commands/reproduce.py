"""``gametheory reproduce``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gametheory_cli.options import FORMATS, emit, format_options, prints_aside, set_option

if TYPE_CHECKING:
    from gametheory import ClaimReport, Model


@click.command("reproduce", help="Check a paper's statements one by one; without MODEL, those of every model.")
@click.argument("model", required=False)
@set_option
@click.option("--claim", help="Only this claim, or all whose id begins with it and a dot.")
@format_options(*FORMATS)
def command(
    model: str | None,
    parameters: dict[str, Any],
    claim: str | None,
    style: str | None,
    output: Path | None,
) -> int:
    """Print the paper's numbers beside ours; exit 6 if a verdict is not the one on record."""
    from gametheory.loading import find_model

    if model is None and (parameters or claim):
        raise click.UsageError("--set and --claim need a MODEL")
    with prints_aside():
        if model is None:
            found = [_evaluate(kind, {}, None) for kind in _with_claims()]
        else:
            kind, given, _ = find_model(model)
            found = [_evaluate(kind, {**given, **parameters}, claim)]
    emit(lambda wanted: _render(found, wanted, single=model is not None), style, output)
    changed = [r.claim.id for data in found for r in data["reports"] if r.changed]
    if changed:
        click.echo(f"gametheory: {len(changed)} verdicts changed, first: {changed[0]}", err=True)
    return 6 if changed else 0


def _with_claims() -> list[type[Model]]:
    from gametheory import models

    return [kind for kind in models().values() if kind.claims]


def _evaluate(kind: type[Model], parameters: dict[str, Any], claim: str | None) -> dict[str, Any]:
    from rich.console import Console
    from rich.progress import track

    from gametheory.claims import chosen, evaluate, pinned
    from gametheory.errors import UsageError

    if not kind.claims:
        raise UsageError(f"model '{kind.label()}' states no claims")
    instance = kind(**parameters)
    wanted = chosen(kind.claims, claim)
    for name, count in pinned(wanted, parameters).items():
        click.echo(f"gametheory: {count} of {len(wanted)} claims fix '{name}' themselves, whatever is set", err=True)
    reports: list[ClaimReport] = list(
        track(
            evaluate(instance, wanted),
            description=kind.label(),
            total=len(wanted),
            console=Console(stderr=True),
            transient=True,
            disable=not Console(stderr=True).is_terminal,
        )
    )
    return {"model": instance, "reports": reports}


def _as_json(data: dict[str, Any]) -> dict[str, Any]:
    from gametheory.saving import encode_results
    from gametheory.trees import encode_parameters

    model = data["model"]
    reports: list[ClaimReport] = data["reports"]
    verdicts = [r.verdict for r in reports]
    return {
        "version": 1,
        "model": model.label(),
        "parameters": encode_parameters(model.parameters(), exactly=False),
        "claims": [
            {
                "id": r.claim.id,
                "place": r.claim.place,
                "statement": r.claim.statement,
                "paper": encode_results(r.claim.paper, exactly=True),
                "ours": encode_results(r.ours, exactly=True),
                "tolerance": encode_results(r.claim.tolerance, exactly=True),
                "verdict": r.verdict,
                "recorded": r.recorded,
                "reason": r.claim.reason,
            }
            for r in reports
        ],
        "summary": {
            **{verdict: verdicts.count(verdict) for verdict in ("holds", "differs", "not_testable")},
            "changed": sum(r.changed for r in reports),
        },
    }


def _render(found: list[dict[str, Any]], style: str, *, single: bool) -> str:
    from gametheory_cli.rendering import Table, cell, render

    listed = [_as_json(data) for data in found]
    if style == "json":
        whole = listed[0] if single else {"version": 1, "models": listed, "plugins": _by_plugin(listed)}
        return json.dumps(whole, indent=1) + "\n"
    pieces = []
    for data in listed:
        rows = [
            [
                c["id"],
                c["place"],
                c["statement"],
                cell(c["paper"]),
                cell(c["ours"]),
                c["verdict"] + ("" if c["verdict"] == c["recorded"] else f" (on record: {c['recorded']})"),
                c["reason"],
            ]
            for c in data["claims"]
        ]
        if style == "table":
            table = Table(["verdict", "claim"], [[row[5], _told(row)] for row in rows])
        else:
            table = Table(["claim", "place", "statement", "paper", "ours", "verdict", "reason"], rows)
        counts = ", ".join(f"{count} {verdict}" for verdict, count in data["summary"].items())
        pieces.append(render([table], style, f"{data['model']}: {counts}\n"))
    if not single:
        sums = _by_plugin(listed)
        rows = [[name, *summary.values()] for name, summary in sums.items()]
        pieces.append(render([Table(["plugin", *listed[0]["summary"]], rows)], style, "a paper each:\n"))
    return "\n".join(pieces)


def _by_plugin(listed: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """Return the sums of the verdicts on the models of each plugin, which is a paper."""
    from gametheory.plugins import plugins

    owner = {model.label(): plugin.name for plugin in plugins() for model in plugin.models}
    sums: dict[str, dict[str, int]] = {}
    for data in listed:
        counts = sums.setdefault(owner[data["model"]], dict.fromkeys(data["summary"], 0))
        for verdict, count in data["summary"].items():
            counts[verdict] += count
    return sums


def _told(row: list[str]) -> str:
    """Return what a terminal shows of a claim: seven columns would be too narrow to read."""
    name, place, statement, paper, ours, verdict, reason = row
    lines = [f"{name}, {place}: {statement}" if place else f"{name}: {statement}"]
    if ours == paper and verdict == "holds":
        lines.append(f"paper and ours: {ours}")
    elif paper != "-":
        lines += [f"paper: {paper}", f"ours: {ours}"]
    elif ours not in ("-", "yes", "no"):
        lines.append(f"ours: {ours}")
    if reason:
        lines.append(f"{'note' if verdict == 'holds' else 'because'}: {reason}")
    return "\n".join(lines)
