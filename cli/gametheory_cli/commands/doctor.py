"""``gametheory doctor``."""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path
from typing import Any

import click

from gametheory_cli.options import emit, format_options

#: Packages whose version matters, and the extra that installs each.
PACKAGES = {
    "click": "",
    "rich": "",
    "pydantic": "",
    "numpy": "",
    "scipy": "",
    "numba": "",
    "highspy": "",
    "pulp": "",
    "python-flint": "",
    "nashpy": "",
    "networkx": "",
    "pygambit": "gambit",
    "xarray": "sweep",
    "netCDF4": "sweep",
    "pyarrow": "sweep",
    "matplotlib": "plot",
    "distributed": "cluster",
}


@click.command("doctor", help="Versions, solvers found, cache folder, and plugins that failed to load and why.")
@format_options("table", "json")
def command(style: str | None, output: Path | None) -> None:
    """Print the state of this installation."""
    data = _examine()
    emit(lambda wanted: _render(data, wanted), style, output)


def _examine() -> dict[str, Any]:
    from importlib.metadata import PackageNotFoundError, version

    from gametheory.plugins import duplicates, plugins

    def installed(package: str) -> str | None:
        try:
            return version(package)
        except PackageNotFoundError:
            return None

    return {
        "version": 1,
        "gametheory": installed("gametheory"),
        "python": f"{platform.python_version()} at {sys.executable}",
        "packages": {package: installed(package) for package in PACKAGES},
        "linear_solvers": ["highs", *_pulp_solvers()],
        "cache": _cache_folder(),
        "plugins": [
            {"name": p.name, "from": p.origin, "models": [m.label() for m in p.models], "error": p.error}
            for p in plugins()
        ],
        "duplicates": duplicates(),
    }


def _pulp_solvers() -> list[str]:
    from gametheory.linear.pulp_solver import available_solvers

    return [f"pulp:{name}" for name in available_solvers()]


def _cache_folder() -> str:
    """Return where compiled kernels are kept: numba's folder, or beside the source."""
    import os

    return os.environ.get("NUMBA_CACHE_DIR", "beside the source files (__pycache__)")


def _render(data: dict[str, Any], style: str) -> str:
    from gametheory_cli.rendering import Table, render

    if style == "json":
        return json.dumps(data, indent=1) + "\n"
    packages = [
        [name, found or (f"missing: pip install 'gametheory[{PACKAGES[name]}]'" if PACKAGES[name] else "MISSING")]
        for name, found in data["packages"].items()
    ]
    plugins = [[p["name"], ", ".join(p["models"]) or "-", p["error"] or "ok", p["from"]] for p in data["plugins"]]
    tables = [Table(["package", "version"], packages), Table(["plugin", "models", "state", "from"], plugins)]
    if data["duplicates"]:
        tables.append(Table(["name registered twice", "from"], [[n, o] for n, o in data["duplicates"].items()]))
    lines = [
        f"gametheory {data['gametheory']}, Python {data['python']}",
        f"solvers of linear programs: {', '.join(data['linear_solvers'])}",
        f"compiled kernels are kept: {data['cache']}",
    ]
    return render(tables, style, "\n".join(lines) + "\n")
