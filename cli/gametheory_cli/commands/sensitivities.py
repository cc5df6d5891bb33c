"""``gametheory sensitivities``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gametheory_cli.options import (
    FORMATS,
    emit,
    format_options,
    method_option,
    prints_aside,
    refuse_arguments,
    set_option,
)
from gametheory_cli.progress import progress_bar

if TYPE_CHECKING:
    from gametheory import Model, Sensitivity

#: Columns of the table, in order, and the names of the numbers in JSON.
NUMBERS = ("value", "derivative", "elasticity", "error", "left", "right")


@click.command(
    "sensitivities",
    help="Derivatives and elasticities of the results of WHAT, a model, in its numeric parameters: exact where the "
    "model states its derivatives, else finite differences with a bound on their error.",
)
@click.argument("what")
@set_option
@click.option("--parameter", "names", multiple=True, help="Only this one, as delta or rates[0]. Repeatable.")
@click.option("--result", "results", multiple=True, help="Only this one, as volume or price[0]. Repeatable.")
@click.option("--concept", help="What counts as a solution; default: the model's own.")
@click.option("--method", help="How to find it; see 'gametheory list'.")
@click.option("--exact", is_flag=True, default=None, help="Rational arithmetic: differences without rounding.")
@click.option("--seed", type=int, help="Seed for methods that draw.")
@method_option
@format_options(*FORMATS)
def command(
    what: str,
    parameters: dict[str, Any],
    method_options: dict[str, Any],
    names: tuple[str, ...],
    results: tuple[str, ...],
    style: str | None,
    output: Path | None,
    **options: Any,
) -> int:
    """Print one line for each result and parameter."""
    from gametheory import Model, UsageError, sensitivities, solve
    from gametheory.loading import load_problem
    from gametheory.sensitivity import numbers_of

    refuse_arguments(method_options, "sensitivities", [sensitivities, solve])
    with prints_aside():
        problem, stored = load_problem(what, parameters)
    if not isinstance(problem, Model):
        raise UsageError(f"{what} is a {type(problem).__name__}: it has no parameters", remedy="give a model")
    chosen = {**stored, **{k: v for k, v in options.items() if v is not None}, **method_options}
    with progress_bar(problem.label(), "parameters") as progress, prints_aside():
        found = sensitivities(problem, parameters=names or None, results=results or None, progress=progress, **chosen)
    if not found:
        numbers = any(numbers_of(problem))
        lacking = "result that is a quantity: a fraction or a float" if numbers else "parameter that is a number"
        raise UsageError(f"{problem.label()} has no {lacking}", remedy="sweep over its parameters")
    emit(lambda wanted: _render(problem, found, wanted, bool(chosen.get("exact"))), style, output)
    return 0


def _render(model: Model, found: list[Sensitivity], style: str, exact: bool) -> str:
    from gametheory.trees import encode_parameters, encode_tree
    from gametheory_cli.rendering import Table, cell, render

    if style == "json":
        listed = [
            {
                "result": s.result,
                "parameter": s.parameter,
                **encode_tree({name: getattr(s, name) for name in NUMBERS}, exactly=exact),
                "method": s.method,
                "note": s.note,
            }
            for s in found
        ]
        told = {
            "version": 1,
            "model": model.label(),
            "parameters": encode_parameters(model.parameters(), exactly=exact),
            "exact": exact,
            "sensitivities": listed,
        }
        return json.dumps(told, indent=1, allow_nan=False) + "\n"
    rows = [
        [s.result, s.parameter, *(_short(getattr(s, n)) for n in NUMBERS[:3]), _bound(s.error), cell(_said(s))]
        for s in found
    ]
    table = Table(["result", "parameter", "value", "derivative", "elasticity", "error at most", "note"], rows)
    return render([table], style, f"{model.label()}: derivatives and elasticities\n")


def _short(value: Any) -> str:
    """Return a number as people read it in a table: a long fraction as a decimal."""
    from gametheory_cli.rendering import cell

    return cell(value) if value is None or len(str(value)) <= 9 else f"{float(value):.9g}"


def _bound(value: Any) -> str:
    return "-" if value is None else f"{float(value):.1g}"


def _said(sensitivity: Sensitivity) -> str:
    """Return the note, with both slopes where there is a kink."""
    if sensitivity.note == "a kink":
        return f"a kink: {_short(sensitivity.left)} to the left, {_short(sensitivity.right)} to the right"
    return sensitivity.note or ("given by the model" if sensitivity.method == "model" else "")
