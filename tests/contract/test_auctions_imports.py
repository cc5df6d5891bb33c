"""The checks of auctions load no solver."""

import subprocess
import sys

import pytest

SOLVERS = ("clear", "solve_shares", "solve_signals", "solve_offers", "solve_private_values", "solve_best_response")


@pytest.mark.parametrize(
    "verifier",
    [
        "verify_book",
        "verify_shares",
        "verify_signals",
        "verify_offers",
        "verify_private_values",
        "verify_best_response",
    ],
)
def test_verifiers_import_no_solver(verifier):
    code = f"import sys, gametheory.mechanism.auctions.{verifier}; print(*sys.modules, sep='\\n')"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not [m for m in loaded if m.startswith("gametheory.mechanism.auctions.") and m.split(".")[-1] in SOLVERS]
    assert not {"scipy.optimize", "highspy", "numba"} & set(loaded)
