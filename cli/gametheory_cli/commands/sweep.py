"""``gametheory sweep``."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gametheory_cli.options import method_option, say, set_option
from gametheory_cli.progress import progress_bar

if TYPE_CHECKING:
    import xarray


def axes(ctx: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Parse ``--grid name=values`` and ``--range name=a:b``."""
    parsed: dict[str, str] = {}
    for text in values:
        name, separator, value = text.partition("=")
        name = name.strip()
        if not separator or not name or not value.strip():
            raise click.BadParameter(f"'{text}' is not of the form name=values", ctx, option)
        if name in parsed:
            raise click.BadParameter(f"'{name}' is given twice", ctx, option)
        parsed[name] = value.strip()
    return parsed


@click.command(
    "sweep", help="Solve MODEL, a model's name, a model file .py[:Class] or a scenario .toml, at many parameter points."
)
@click.argument("model")
@click.option(
    "--grid",
    multiple=True,
    metavar="NAME=VALUES",
    callback=axes,
    help="a:b:n (n values from a to b), a:b:n:log, or v1,v2,...; exact. Repeatable: every combination.",
)
@click.option("--points", type=click.Path(path_type=Path), help="A .csv or .parquet file: a column by parameter.")
@click.option("--random", type=int, metavar="N", help="Draw N points from the --range of each parameter.")
@click.option("--latin-hypercube", type=int, metavar="N", help="Draw a Latin hypercube of N points.")
@click.option(
    "--range",
    "ranges",
    multiple=True,
    metavar="NAME=a:b",
    callback=axes,
    help="What to draw from: a:b, a:b:log, or v1,v2,... Repeatable.",
)
@set_option
@click.option("--result", "results", multiple=True, metavar="NAME", help="Keep only this result. Repeatable.")
@click.option("--exact", is_flag=True, help="Rational arithmetic from end to end.")
@click.option("--seed", type=int, help="Root of all randomness; the results do not depend on the workers.")
@click.option("--concept", help="What counts as a solution; default: the model's own.")
@click.option("--method", help="How to find it; see 'gametheory list'.")
@click.option("--ties", help="The tie rule.  [default: first]")
@click.option("--seconds", type=float, help="Stop each point after this many seconds.")
@click.option("--iterations", type=int, help="Stop each point after this many iterations of the solver.")
@method_option
@click.option("--workers", type=click.IntRange(min=1), help="Processes.  [default: as many as pay]")
@click.option("--cluster", metavar="ADDRESS", help="Use a Dask cluster, tcp://host:8786, instead.")
@click.option("--output", type=click.Path(path_type=Path), help="Write to a .nc, .parquet or .csv file.")
@click.option("--resume", is_flag=True, help="Finish a sweep that was interrupted.")
@click.option("--overwrite", is_flag=True, help="Replace the file, or start an interrupted sweep again.")
@click.option("--chunk-size", type=click.IntRange(min=1), metavar="N", help="Points solved and kept together.")
@click.option(
    "--format", "style", type=click.Choice(["table", "csv", "json"]), help="Of standard output, without --output."
)
def command(
    model: str,
    grid: dict[str, str],
    ranges: dict[str, str],
    parameters: dict[str, Any],
    method_options: dict[str, Any],
    results: tuple[str, ...],
    style: str | None,
    output: Path | None,
    **options: Any,
) -> int:
    """Solve every point; exit 9 if one failed."""
    from gametheory.sweeps import sweep

    drawn = options["random"] is not None or options["latin_hypercube"] is not None
    if ranges and not drawn:
        raise click.UsageError("--range needs --random N or --latin-hypercube N; for a grid, write --grid")
    if grid and drawn:
        raise click.UsageError("--grid and drawn points contradict each other: write --range")
    if output is None and (options["resume"] or options["overwrite"]):
        raise click.UsageError("--resume and --overwrite need --output")
    if output is not None and style is not None:
        raise click.UsageError("--format is of standard output; the suffix of --output says what the file is")
    taken = sorted(set(method_options) & {*options, "results"})
    if taken:
        raise click.BadParameter(f"'{taken[0]}' is an option of sweep itself: --{taken[0]}", param_hint="--option")
    with progress_bar(Path(model).name) as progress, redirect_stdout(sys.stderr):  # what a model prints is no data
        try:
            dataset = sweep(
                model,
                ranges or grid,
                parameters=parameters,
                options=method_options,
                results=results or None,
                output=output,
                progress=progress,
                **options,
            )
        except KeyboardInterrupt:
            if output is not None:
                click.echo(f"gametheory: what is done is kept in {output}.chunks; go on with --resume", err=True)
            raise
    if output is None:
        from gametheory_cli.datasets import render_dataset

        say(render_dataset(dataset, style or "table"))
    else:
        points = "1 point" if dataset.attrs["points"] == 1 else f"{dataset.attrs['points']} points"
        click.echo(f"wrote {output}: {points}", err=True)
    return _verdict(dataset)


def _verdict(dataset: xarray.Dataset) -> int:
    """Say how many points failed, and why the first did."""
    total, failed = dataset.attrs["points"], dataset.attrs["failed"]
    if not failed:
        return 0
    errors = dataset["error"].values.ravel()
    first = next(text for text in errors if text)
    how_many = f"{failed} of {total} points" if failed < total else f"every one of the {total} points"
    said = f"{how_many} failed (see 'error'); the first" if total > 1 else "the point failed"
    click.echo(f"gametheory: {said}: {first}", err=True)
    return 9
