"""``gametheory convert``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("convert", help="Convert IN to OUT, two files that hold the same kind of form (see 'gametheory list').")
@click.argument("source", metavar="IN")
@click.argument("target", metavar="OUT", type=click.Path(dir_okay=False, path_type=Path))
def command(source: str, target: Path) -> None:
    """Read one file and write the other, whole or not at all."""
    import json

    from gametheory.errors import RefusedError, nearest
    from gametheory.files import write_text
    from gametheory.forms import form_type_of
    from gametheory.loading import load_form
    from gametheory.solvers import resolve
    from gametheory.trees import encode_tree

    form = load_form(source)
    kind = form_type_of(form)
    if target.suffix == ".json":
        data = {"type": kind.name, "data": encode_tree(form.to_data(), exactly=True)}
        write_text(target, json.dumps(data, indent=1) + "\n")
    elif target.suffix in kind.writers:
        resolve(kind.writers[target.suffix])(form, target)
    else:
        known = [".json", *kind.writers]
        raise RefusedError(f"cannot write {kind.name} as '{target.suffix}'", remedy=nearest(target.suffix, known))
    click.echo(f"wrote {target}", err=True)
