"""Checking an answer about networks loads no solver, and the forms load nothing heavy."""

import subprocess
import sys

import pytest

SOLVERS = {"gametheory.networks.clearing", "gametheory.networks.tiers"}
HEAVY = {"numba", "scipy", "highspy", "pulp", "networkx", "flint", "matplotlib"}


def loaded(statement):
    code = f"import sys\n{statement}\nprint(' '.join(sys.modules))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import gametheory.networks",
        "import gametheory.networks.verify",
        "import gametheory.networks.verify_market",
        "from gametheory.networks import *\n"
        "from gametheory.networks.verify import verify\n"
        "form = FinancialNetwork([0], [1], [1], [1, 0])\n"
        "assert verify(form, ClearingVector([1, 0]), exact=True).ok\n"
        "from gametheory.networks.verify_market import verify\n"
        "law = TypeDistribution('uniform', {'low': 0, 'high': 1})\n"
        "form = IntermediatedMarket(law, 1, '1/2', 1, 2)\n"
        "assert verify(form, TierEquilibrium(['1/2'], ['1/4'], True), exact=True).ok",
    ],
)
def test_checks_load_no_solver(statement):
    modules = loaded(statement)
    assert not modules & SOLVERS
    assert not modules & HEAVY
