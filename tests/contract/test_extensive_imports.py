import subprocess
import sys

import pytest

SOLVERS = ("numba", "highspy", "flint", "nashpy", "pygambit", "pulp", "scipy.sparse", "matplotlib", "networkx")


@pytest.mark.parametrize(
    "module",
    [
        "gametheory.extensive",
        "gametheory.extensive.verify",
        "gametheory.extensive.stage_verify",
        "gametheory.strategic",
        "gametheory.strategic.verify",
    ],
)
def test_forms_and_checks_load_no_solver(module):
    code = f"import {module}, sys; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & set(SOLVERS)
    ours = {name for name in loaded if name.startswith("gametheory.")}
    for part in ("backward", "subgames", "sequence", "stages", "kernels", "gambit", "support", "zero_sum", "dominance"):
        assert not {name for name in ours if name.endswith("." + part)}, part


def test_the_strategic_form_knows_nothing_of_trees():
    code = "import pkgutil, importlib, gametheory.strategic as s, sys\n"
    code += "[importlib.import_module('gametheory.strategic.' + m.name) for m in pkgutil.iter_modules(s.__path__)]\n"
    code += "print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not [name for name in done.stdout.split() if name.startswith("gametheory.extensive")]
