"""A simulation against the theory of the market it simulates."""

from __future__ import annotations

from typing import Any

import numpy as np

from gametheory.equilibrium.search import SearchMarket
from gametheory.equilibrium.simulation_answer import FALSE_ALARM, SearchSimulation
from gametheory.errors import InputError
from gametheory.solution import Certificate, Violation


def verify_simulation(market: SearchMarket, answer: Any) -> Certificate:
    """Compare a simulation with theory: no measure may be further off than chance allows, for so many comparisons."""
    if not isinstance(answer, SearchSimulation):
        raise InputError(f"{type(answer).__name__} is not a simulation of a search market")
    z = np.abs(answer.z_scores(market))
    bound = answer.threshold
    worst = np.argsort(-z)
    violations = tuple(Violation(answer.measures[i], float(z[i])) for i in worst if z[i] > bound)
    return Certificate(
        kind="epsilon",
        checked=len(z),
        max_violation=float(z.max()),
        tolerance=bound,
        exact=False,
        ok=not violations,
        violations=violations[:20],
        note=f"standard errors from theory; the chance that a correct sample exceeds the bound is {FALSE_ALARM:g}",
    )
