"""Checking an answer loads no solver, and the forms load nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

SOLVERS = (
    "deferred_acceptance",
    "mechanisms",
    "trading_cycles",
    "probabilistic_serial",
    "roommates",
    "rotations",
    "egalitarian",
    "exchange",
    "augmenting",
    "assignment_core",
    "choo_siow",
    "sorted_pairs",
    "roommate_program",
    "pairing_rounds",
)


def loaded(statement):
    code = f"import sys\n{statement}\nprint(' '.join(sys.modules))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize("module", ["verify", "verify_preferences", "verify_transfers"])
def test_verifying_loads_no_solver(module):
    modules = loaded(f"import gametheory.matching.{module}")
    assert not {f"gametheory.matching.{name}" for name in SOLVERS} & modules
    assert not {"numba", "scipy", "highspy", "pulp", "networkx", "flint"} & modules


def test_verifying_an_answer_loads_no_solver():
    modules = loaded(
        "from gametheory.matching import *\n"
        "from gametheory.matching.verify import verify\n"
        "market = MatchingMarket.from_arrays([[0, 1], [0, 1]], [[0, 1], [0, 1]])\n"
        "assert verify(market, Matching([0, 1]), exact=True, concept='stable').ok\n"
        "game = AssignmentGame([[1]])\n"
        "assert verify(game, CorePoint([0], [0], None, [1], [0]), exact=True, concept='core').ok"
    )
    assert not {f"gametheory.matching.{name}" for name in SOLVERS} & modules
    assert "numba" not in modules
