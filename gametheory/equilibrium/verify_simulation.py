"""A simulation against the theory of the market it simulates."""

from __future__ import annotations

from typing import Any

import numpy as np

from gametheory.equilibrium.search import SearchMarket
from gametheory.equilibrium.simulation_answer import FALSE_ALARM, SearchSimulation
from gametheory.errors import InputError
from gametheory.solution import Certificate, Violation

#: Samples below which standard errors are so uncertain that the bound is more than twice as wide as for many.
FEW = 10


def verify_simulation(market: SearchMarket, answer: Any) -> Certificate:
    """Compare a simulation with theory: no measure may be further off than chance allows, for so many comparisons."""
    if not isinstance(answer, SearchSimulation):
        raise InputError(f"{type(answer).__name__} is not a simulation of a search market")
    z = np.abs(answer.z_scores(market))
    bound = answer.threshold
    worst = np.argsort(-z)
    note = f"standard errors from theory; the chance that a correct sample exceeds the bound is {FALSE_ALARM:g}"
    if answer.samples < FEW:
        note += f"; {answer.samples} samples make the bound wide and show little: ask for more batches"
    violations = tuple(Violation(answer.measures[i], float(z[i])) for i in worst if z[i] > bound)
    return Certificate(
        kind="epsilon",
        checked=len(z),
        max_violation=float(z.max()),
        tolerance=bound,
        exact=False,
        ok=not violations,
        violations=violations[:20],
        note=note,
    )
