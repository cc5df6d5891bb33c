"""``gametheory solve``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gametheory_cli.options import (
    FORMATS,
    emit,
    file_style,
    format_options,
    method_option,
    prints_aside,
    refuse_arguments,
    say,
    set_option,
)

if TYPE_CHECKING:
    from gametheory import Solution


@click.command("solve", help="Solve WHAT: a model's name, a scenario .toml, a model file .py[:Class], or a game file.")
@click.argument("what")
@set_option
@click.option("--concept", help="What counts as a solution; default: the model's own.")
@click.option("--method", help="How to find it; see 'gametheory list'.")
@click.option("--exact", is_flag=True, default=None, help="Rational arithmetic from end to end.")
@click.option("--ties", help="The tie rule.  [default: first]")
@click.option("--seconds", type=float, help="Stop after this many seconds.")
@click.option("--iterations", type=int, help="Stop after this many iterations of the solver.")
@click.option("--seed", type=int, help="Seed for methods that draw.")
@method_option
@format_options(*FORMATS)
def command(
    what: str,
    parameters: dict[str, Any],
    method_options: dict[str, Any],
    style: str | None,
    output: Path | None,
    **options: Any,
) -> int:
    """Solve and print; the exit code says how it ended."""
    from gametheory import solve
    from gametheory.loading import load_problem

    if output is not None and not output.name:
        raise click.BadParameter("the name of the file is empty", param_hint="--output")
    refuse_arguments(method_options, "solve", [solve])
    with prints_aside():
        problem, stored = load_problem(what, parameters)
    given = {name: value for name, value in options.items() if value is not None}
    chosen = {**stored, **given, **method_options}
    with prints_aside():
        solution = solve(problem, **chosen)
    if output is not None and file_style(style, output) == "json":
        shown = render_solution(solution, style or "table")
        solution.save(output)
        say(shown)
    else:
        emit(lambda wanted: render_solution(solution, wanted), style, output)
    if not solution.solved:
        said = solution.message or "see the certificate"
        click.echo(f"gametheory: {what}: {solution.termination}: {said}", err=True)
    return exit_code(solution)


def exit_code(solution: Solution) -> int:
    """Return the exit code of a solution."""
    from gametheory.solution import CERTIFIED_NEGATIVE, Termination

    if solution.termination is Termination.LIMIT:
        return 5
    if solution.termination is Termination.FAILED:
        return 8
    if not solution.verified:
        return 6
    return 4 if solution.termination in CERTIFIED_NEGATIVE else 0


def render_solution(solution: Solution, style: str) -> str:
    """Return a solution as text in one of the formats."""
    from gametheory_cli.arranging import result_tables
    from gametheory_cli.rendering import render

    if style == "json":
        return json.dumps(solution.to_json(), indent=1, allow_nan=False) + "\n"
    return render(result_tables(solution.results, style), style, heading(solution))


def heading(solution: Solution) -> str:
    """Return the lines above the results: what was solved, how, and whether it is verified."""
    name = solution.model.label() if solution.model is not None else type(solution.form).__name__
    lines = [f"{name}: {solution.termination}  ({solution.concept} by {solution.method})"]
    certificates = [s.certificate for s in (solution, *solution.parts) if s.certificate is not None]
    for certificate in certificates:
        verdict = "verified" if certificate.ok else "NOT verified"
        how = " exactly" if certificate.exact else f", largest violation {float(certificate.max_violation):.2g}"
        lines.append(f"certificate: {certificate.kind}, {certificate.checked} conditions, {verdict}{how}")
        if certificate.note:
            lines.append(f"note: {certificate.note}")
    if solution.tie_rule != "first":
        seed = solution.provenance.seed
        lines.append(f"ties: {solution.tie_rule}" + (f", --seed {seed}" if seed is not None else ""))
    if solution.message and solution.solved:
        lines.append(f"note: {solution.message}")
    return "\n".join(lines) + "\n"
