import ast
import subprocess
import sys
from pathlib import Path

import pytest

import gametheory

ROOT = Path(gametheory.__file__).parent


def declared():
    """Return the names that type checkers see, by module."""
    tree = ast.parse((ROOT / "__init__.py").read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If))
    return {alias.name: node.module for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}


def test_type_checkers_and_python_see_the_same_names():
    lazy = {name: f"gametheory.{module}" for name, module in gametheory._HOME_OF.items()}
    assert declared() == lazy
    assert sorted(gametheory.__all__) == sorted(lazy)


@pytest.mark.parametrize("name", sorted(gametheory._HOME_OF))
def test_every_public_name_is_there_and_documented(name):
    value = getattr(gametheory, name)
    if callable(value) and not isinstance(value, int):
        assert value.__doc__


def test_no_public_name_is_a_submodule():
    submodules = {path.stem for path in ROOT.iterdir()}
    assert not submodules & set(gametheory._HOME_OF)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'sovle'"):
        gametheory.sovle  # noqa: B018


@pytest.mark.parametrize(
    "path", ["equilibrium.EquilibriumSystem", "mechanism.auctions.OrderBook", "mechanism.classics", "matching.Matching"]
)
def test_packages_are_attributes_before_anything_was_solved(path):
    asked = f"import gametheory as gt; print(gt.{path}.__name__)"
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split(".")[-1].strip() == path.split(".")[-1]


def loaded_after(statement):
    code = f"import sys; {statement}; print(*sorted(sys.modules))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


HEAVY = {"numpy", "scipy", "numba", "highspy", "pulp", "pydantic", "flint", "nashpy", "networkx", "matplotlib", "rich"}


def test_importing_the_engine_or_asking_for_help_loads_nothing_heavy():
    assert not loaded_after("import gametheory") & HEAVY
    assert not loaded_after("from gametheory_cli.main import run; run(['--help'])") & HEAVY


def verifiers():
    """Return every verifier's module by form; those of the engine's own forms."""
    from gametheory.forms import form_types

    return sorted({kind.verifier.partition(":")[0] for kind in form_types() if isinstance(kind.verifier, str)})


def solver_modules():
    from gametheory.solvers import solvers

    return {s.function.partition(":")[0] for s in solvers() if isinstance(s.function, str)}


@pytest.mark.parametrize("module", verifiers())
def test_a_verifier_loads_no_solver(module):
    loaded = loaded_after(f"import {module}")
    assert module in loaded
    assert not loaded & solver_modules()
    assert not loaded & {"highspy", "pulp", "nashpy", "pygambit", "scipy.optimize"}
