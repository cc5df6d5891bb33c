"""``gametheory new``."""

from __future__ import annotations

import importlib.util
import keyword
import re
import tempfile
from pathlib import Path

import click

from gametheory_cli.options import say


@click.command("new", help="Make a folder NAME with a plugin package: a model that solves, and a test that passes.")
@click.argument("name")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Parent folder.")
def command(name: str, into: Path) -> None:
    """Write the package and say what to do next."""
    from importlib import resources

    from gametheory import models
    from gametheory.errors import UsageError

    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise UsageError(f"'{name}' is not a package name", remedy="use lower-case letters, digits and underscores")
    target = into / name
    if target.exists():
        raise UsageError(f"{target} exists already", remedy="choose another name, or remove it")
    if name in models() or importlib.util.find_spec(name) is not None:
        raise UsageError(f"'{name}' is the name of a package or model that is installed", remedy="choose another name")
    if not into.is_dir():
        raise UsageError(f"there is no folder {into}")
    class_name = "".join(part.capitalize() for part in name.split("_"))
    templates = resources.files("gametheory_cli") / "templates"
    files = {
        "pyproject.toml": "pyproject.toml.txt",
        "README.md": "README.md.txt",
        f"{name}/__init__.py": "model.py.txt",
        f"tests/test_{name}.py": "test_model.py.txt",
    }
    with tempfile.TemporaryDirectory(dir=into, prefix=f".{name}.") as folder:
        for place, template in files.items():
            text = (templates / template).read_text(encoding="utf-8")
            path = Path(folder) / name / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("@name@", name).replace("@Class@", class_name), encoding="utf-8")
        (Path(folder) / name).rename(target)
    click.echo(f"made {target}; next (and more in its README.md):", err=True)
    say(f"pip install -e '{target.resolve()}[test]'\ngametheory solve {name}\npytest {target}\n")
