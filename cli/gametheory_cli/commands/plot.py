"""``gametheory plot``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gametheory_cli.options import say, set_option

if TYPE_CHECKING:
    from gametheory import Model

#: What matplotlib writes that people paste.
SUFFIXES = (".png", ".svg", ".pdf")


@click.command(
    "plot",
    help="Draw FIGURE of WHAT, a model, a game file or a saved sweep (FIGURE is then a result), to a file; without "
    "FIGURE, list what there is. For a sweep, --set fixes a dimension.",
)
@click.argument("what")
@click.argument("figure", required=False)
@set_option
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A .png, .svg or .pdf file.")
def command(what: str, figure: str | None, parameters: dict[str, Any], output: Path | None) -> None:
    """Draw one figure, whole or not at all."""
    from gametheory import Model, UsageError, nearest
    from gametheory.loading import load_problem

    if _is_sweep(what):
        drawers, otherwise = _of_sweep(what, parameters), "there are no results: every point failed, see its 'error'"
    else:
        problem, _ = load_problem(what, parameters)
        if isinstance(problem, Model):
            drawers, otherwise = _of_model(problem), "sweep it with --output F.nc, then: gametheory plot F.nc"
        else:
            drawers, otherwise = _of_form(problem), f"what can be drawn: models, saved sweeps, {_drawn_forms()}"
    if not drawers:
        raise UsageError(f"{what} has no figures", remedy=otherwise)
    if figure is None:
        say("".join(f"{name}: {doc}\n" if doc else f"{name}\n" for name, (doc, _) in drawers.items()))
        return
    if figure not in drawers:
        raise UsageError(f"{what} has no figure '{figure}'", remedy=nearest(figure, drawers))
    if output is None:
        raise UsageError("a figure needs a file to go to", remedy=f"give --output {figure}.png (or .svg, .pdf)")
    if output.suffix not in SUFFIXES:
        raise UsageError(f"cannot draw to '{output}'", remedy=f"its suffix is one of {', '.join(SUFFIXES)}")
    _write(drawers[figure][1], output)
    click.echo(f"wrote {output}", err=True)


def _is_sweep(what: str) -> bool:
    """Say whether a file is a saved sweep; order books and markets are CSV files too."""
    from gametheory.sweeps.files import BESIDE

    return what.endswith((".nc", ".parquet")) or (what.endswith(".csv") and Path(what + BESIDE).exists())


def _of_sweep(what: str, at: dict[str, Any]) -> dict[str, tuple[str, Any]]:
    from gametheory.sweeps import drawing
    from gametheory.sweeps.files import read

    dataset = read(what)

    def drawer(name: str) -> Any:
        return lambda: drawing.draw(dataset, name, at)

    return {name: (doc, drawer(name)) for name, doc in drawing.figures_of(dataset).items()}


def _of_model(model: Model) -> dict[str, tuple[str, Any]]:
    from gametheory.model import guarded

    def drawer(draw: Any) -> Any:
        def run() -> Any:
            with guarded(type(model), "drawing"):
                return draw(model)

        return run

    return {figure.name: (figure.doc, drawer(figure.draw)) for figure in model.figures}


def _of_form(form: Any) -> dict[str, tuple[str, Any]]:
    """Return what any form of a kind can draw: the form, with its solution marked."""
    from gametheory import solve
    from gametheory.forms import form_type_of
    from gametheory.solvers import resolve

    def answer() -> Any:
        solution = solve(form)
        # A certified negative of a declared kind, as a sale that fails, can be drawn too.
        certified = solution.certificate is not None and solution.certificate.ok
        if certified and type(solution.answer).__name__ in form_type_of(form).answers:
            return solution.answer
        return solution.require().answer

    def drawer(draw: Any) -> Any:
        return lambda: resolve(draw)(form, answer())

    return {
        name: (f"{type(form).__name__}, its solution marked", drawer(d))
        for name, d in form_type_of(form).figures.items()
    }


def _drawn_forms() -> str:
    from gametheory.forms import form_types

    return ", ".join(kind.name for kind in form_types() if kind.figures)


def _write(draw: Any, output: Path) -> None:
    import io

    from gametheory import figure_style
    from gametheory.files import write_bytes

    buffer = io.BytesIO()
    with figure_style():
        import matplotlib as mpl

        mpl.use("Agg")  # a model may draw with pyplot, and no window should open
        draw().savefig(buffer, format=output.suffix[1:], bbox_inches="tight")
    write_bytes(output, buffer.getvalue())
