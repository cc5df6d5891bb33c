"""Options that several commands share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, redirect_stdout
from pathlib import Path
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])

FORMATS = ("table", "json", "csv", "latex", "markdown")
_SUFFIXES = {".json": "json", ".csv": "csv", ".tex": "latex", ".md": "markdown", ".txt": "table"}


def settings(ctx: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, Any]:
    """Parse ``--set key=value`` and ``--option key=value``."""
    from gametheory.errors import InputError
    from gametheory.loading import parse_value

    parsed: dict[str, Any] = {}
    for text in values:
        key, separator, value = text.partition("=")
        if not separator or not key.strip():
            raise click.BadParameter(f"'{text}' is not of the form name=value", ctx, option)
        if key.strip() in parsed:
            raise click.BadParameter(f"'{key.strip()}' is set twice", ctx, option)
        try:
            parsed[key.strip()] = parse_value(value, key.strip())
        except InputError as error:
            error.place = f"{option.opts[0]} {error.place or key.strip()}"
            raise
    return parsed


def set_option(function: Function) -> Function:
    """Add ``--set``."""
    return click.option(
        "--set",
        "parameters",
        multiple=True,
        metavar="NAME=VALUE",
        callback=settings,
        help="Set a parameter: a TOML value, a fraction (1/3) or a bare word. Repeatable.",
    )(function)


def method_option(function: Function) -> Function:
    """Add ``--option``, for the options of one method alone."""
    return click.option(
        "--option",
        "method_options",
        multiple=True,
        metavar="NAME=VALUE",
        callback=settings,
        help="An option of the method alone (see 'gametheory list'). Repeatable.",
    )(function)


def refuse_arguments(method_options: dict[str, Any], command: str, functions: Iterable[Callable[..., Any]]) -> None:
    """Refuse options of a method that are arguments of the functions they are passed to."""
    from inspect import signature

    held = {name: kind for function in functions for name, kind in signature(function).parameters.items()}
    taken = sorted(name for name in method_options if name in held and held[name].kind is not held[name].VAR_KEYWORD)
    if taken:
        raise click.BadParameter(f"'{taken[0]}' belongs to {command} itself, not to a method", param_hint="--option")


def prints_aside() -> AbstractContextManager[Any]:
    """Send what a model prints to standard error: it is no data."""
    return redirect_stdout(sys.stderr)


def format_options(*choices: str) -> Callable[[Function], Function]:
    """Add ``--format`` and ``--output``."""

    def add(function: Function) -> Function:
        function = click.option(
            "--output", type=click.Path(dir_okay=False, path_type=Path), help="Also write to this file."
        )(function)
        return click.option(
            "--format",
            "style",
            type=click.Choice(choices),
            default=None,
            help="Default: table; for the file, what its suffix says.",
        )(function)

    return add


def emit(render: Callable[[str], str], style: str | None, output: Path | None) -> None:
    """Write data to standard output and, if asked, to a file; ``render`` makes the text of a format."""
    shown = render(style or "table")
    if output is not None:
        from gametheory.files import write_text

        wanted = file_style(style, output)
        write_text(output, shown if wanted == (style or "table") else render(wanted))
    say(shown)


def say(text: str) -> None:
    """Write to standard output; if whoever reads it has stopped, the command goes on to its exit code."""
    try:
        click.echo(text, nl=False)
    except BrokenPipeError:
        # Python would complain again while closing it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        from gametheory.errors import UsageError

        raise UsageError(f"cannot write to standard output: {error.strerror}") from None


def file_style(style: str | None, output: Path) -> str:
    """Return the format of a file: the one asked for, else what its suffix says."""
    return style or _SUFFIXES.get(output.suffix, "table")
