"""The ``gametheory`` command: its commands, its errors, its exit codes."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

#: Command name to its one-line help; the module of a command is imported when it runs.
COMMANDS = {
    "list": "Models, solvers, game files and plugins, and where each came from.",
    "show": "A model's citation, parameters, results, claims and figures.",
    "solve": "Solve a model, a scenario, a model file or a game file.",
    "verify": "Re-check a saved solution, or anyone's answer, without solving.",
    "sensitivities": "Derivatives and elasticities of a model's results in its parameters.",
    "sweep": "Solve a model at many parameter points: grids, lists of points, random designs.",
    "reproduce": "A paper's numbers beside ours, verdict by verdict.",
    "plot": "Draw a figure of a model or of a game to a file.",
    "convert": "Convert a file between the formats of one form.",
    "new": "Make a plugin package with a model and a passing test.",
    "doctor": "Versions, solvers found, and plugins that failed to load and why.",
}


class LazyGroup(click.Group):
    """A group that knows its commands' names and help, and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"gametheory_cli.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from gametheory.errors import nearest

            if args and args[0] not in COMMANDS:
                error.message = f"no command '{args[0]}'; {nearest(args[0], COMMANDS)}"
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


EXIT_CODES = """\b
Exit codes: 0 solved and verified, 2 usage, 3 malformed input, 4 certified
negative, 5 limit reached, 6 verification failed or a verdict changed,
7 a model's Python raised, 8 a solver failed, 9 a sweep has failed points."""


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT_CODES)
@click.version_option(package_name="gametheory", message="%(package)s %(version)s")
@click.option("-v", "--verbose", is_flag=True, help="Log what the engine does on standard error.")
def cli(verbose: bool) -> None:
    """Solve games and markets; every answer carries a certificate."""
    import logging

    logging.basicConfig(stream=sys.stderr, format="%(name)s: %(message)s", force=True)
    logging.getLogger("gametheory").setLevel(logging.DEBUG if verbose else logging.WARNING)


def main() -> None:
    """Run the command line; errors become one or two lines and an exit code, never a traceback."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code."""
    from gametheory.errors import GameTheoryError

    try:
        # an exact answer may have more digits than Python prints by default
        sys.set_int_max_str_digits(0)
        result = cli.main(arguments, prog_name="gametheory", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show(file=sys.stderr)
        return 2
    except GameTheoryError as error:
        click.echo(f"gametheory: {error}", err=True)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("gametheory: interrupted", err=True)
        return 5
    except BrokenPipeError:
        # whoever read our output has stopped; Python would complain again while closing it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        what = f"cannot write or read {error.filename}" if error.filename else "cannot write or read"
        click.echo(f"gametheory: {what}: {error.strerror or error}", err=True)
        return 2
    except MemoryError:
        click.echo("gametheory: out of memory", err=True)
        return 8
    except Exception as error:  # the last line of defence: a user never sees a traceback
        text = " ".join(str(error).split())[:200]
        click.echo(f"gametheory: internal error: {type(error).__name__}: {text}", err=True)
        if "-v" in arguments or "--verbose" in arguments:
            raise
        return 8
    return result if isinstance(result, int) else 0
