"""``gametheory verify``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gametheory_cli.options import emit, format_options, prints_aside

if TYPE_CHECKING:
    from gametheory import Verification


@click.command("verify", help="Re-check a saved solution FILE, or anyone's answer to a form, without solving.")
@click.argument("file", required=False)
@click.option("--form", help="The form: a form table (.toml, .json), a game file, a saved solution, or a model.")
@click.option(
    "--answer",
    help="The answer: a table with its type (.toml, .json), a saved solution, or a matching's pairs of names (.csv).",
)
@click.option("--model", help="The model file of a solution whose model is not installed: file.py[:Class].")
@click.option("--concept", help="What counts as a solution; default: the form's own.")
@click.option("--float", "in_floats", is_flag=True, help="Check --answer within the float tolerance, not exactly.")
@format_options("table", "json")
def command(
    file: str | None,
    form: str | None,
    answer: str | None,
    model: str | None,
    concept: str | None,
    in_floats: bool,
    style: str | None,
    output: Path | None,
) -> int:
    """Check and print; exit 0 if everything agrees, 6 if not."""
    if (file is None) == (form is None) or (form is None) != (answer is None):
        raise click.UsageError("give a saved solution FILE, or both --form and --answer")
    if file is not None and (concept is not None or in_floats):
        raise click.UsageError("--concept and --float go with --form and --answer: a saved solution says its own")
    if file is None and model is not None:
        raise click.UsageError("--model goes with a saved solution FILE")
    findings: dict[str, Any] = {}
    with prints_aside():
        if file is not None:
            found = _verify_file(file, model)
        else:
            found, findings = _verify_answer(form, answer, concept, not in_floats)
    emit(lambda wanted: _render(found, findings, wanted), style, output)
    if not found.ok:
        first = found.violations[0]
        click.echo(f"gametheory: not verified: {first.constraint} (off by {first.amount})", err=True)
        return 6
    if found.certificate is None:
        click.echo(f"gametheory: nothing to verify: {found.termination} without an answer", err=True)
        return 5 if found.termination == "LIMIT" else 8
    return 0


def _verify_file(file: str, model: str | None) -> Verification:
    from gametheory import verify_file
    from gametheory.loading import find_model

    return verify_file(file, None if model is None else find_model(model)[0])


def _verify_answer(form: Any, answer: Any, concept: str | None, exact: bool) -> tuple[Verification, dict[str, Any]]:
    """Check an answer; of one that passes, say what else the kind of form can say."""
    from gametheory import Verification, verify
    from gametheory.forms import form_type_of
    from gametheory.loading import load_answer, load_form
    from gametheory.solvers import resolve

    loaded = load_form(form)
    given = load_answer(loaded, answer)
    certificate = verify(loaded, given, exact=exact, concept=concept)
    examiner = form_type_of(loaded).examiner
    findings = resolve(examiner)(loaded, given) if examiner is not None and certificate.ok and exact else {}
    return Verification(certificate.ok, certificate, violations=certificate.violations), findings


def _render(found: Verification, findings: dict[str, Any], style: str) -> str:
    from gametheory.saving import certificate_to_json, violations_to_json
    from gametheory.trees import encode_tree
    from gametheory_cli.rendering import cell

    if style == "json":
        data = {
            "ok": found.ok,
            "certificate": certificate_to_json(found.certificate),
            "violations": violations_to_json(found.violations),
            "notes": list(found.notes),
            "findings": encode_tree(findings, exactly=True),
        }
        return json.dumps(data, indent=1, allow_nan=False) + "\n"
    checked = found.certificate is not None
    lines = [("verified" if checked else "nothing to verify") if found.ok else "NOT verified"]
    if found.certificate is not None:
        c = found.certificate
        how = (
            "exact"
            if c.exact
            else f"largest violation {float(c.max_violation):.2g}, tolerance {float(c.tolerance):.2g}"
        )
        lines.append(f"certificate: {c.kind}, {c.checked} conditions, {how}")
        if c.note:
            lines.append(f"note: {c.note}")
    lines += [f"violated: {v.constraint} by {v.amount}" for v in found.violations]
    lines += [f"note: {note}" for note in found.notes]
    lines += [f"{name}: {cell(value)}" for name, value in findings.items()]
    return "\n".join(lines) + "\n"
