"""What solving a bare mediated game reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from gametheory.mechanism.communication.problem import CommunicationProblem
    from gametheory.solution import Solution


def report(problem: CommunicationProblem, solution: Solution) -> dict[str, Any]:
    """Return the mediator's value, what each type of each agent expects, and the outcomes of positive probability."""
    x = solution.answer.probabilities
    expected = {}
    for i, agent in enumerate(problem.agents):
        axes = tuple(k for k in range(x.ndim) if k != problem.type_axis(i))
        others = tuple(k for k in range(problem.prior.ndim) if k != problem.type_axis(i))
        mass = problem.prior.sum(axis=others) if others else problem.prior
        total = (problem.weighted(problem.utility[i]) * x).sum(axis=axes)
        for name, value, weight in zip(problem.types[i], total, mass, strict=True):
            label = agent if len(problem.types[i]) == 1 else f"{agent}:{name}"
            expected[label] = value / weight if weight else None
    flat = x.ravel()
    return {
        "value": (problem.weighted(problem.objective) * x).sum(),
        "expected_utility": expected,
        "probabilities": {
            label.removeprefix("x:"): flat[k] for k, label in enumerate(problem.variable_labels()) if flat[k] > 0
        },
        "outcomes": int(np.count_nonzero(flat > 0)),
    }
