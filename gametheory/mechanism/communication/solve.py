"""Solving a mediated game by linear programming."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gametheory.linear import FarkasRay, PrimalDual, highs
from gametheory.mechanism.communication.answers import CommunicationMechanism, NoCommunicationMechanism

if TYPE_CHECKING:
    from gametheory.mechanism.communication.problem import CommunicationProblem
    from gametheory.solution import Outcome
    from gametheory.solvers import Options


def solve(problem: CommunicationProblem, options: Options) -> Outcome:
    """Return the mechanism that maximises the mediator's objective, with multipliers that prove it.

    The program is bounded, because probabilities are and the bound variables do not enter the objective.
    """
    problem = problem.to_exact() if options.exact else problem.to_float()
    outcome = highs.solve(problem.program(), replace(options, extra={}))
    found = outcome.answer
    if isinstance(found, PrimalDual):
        probabilities = found.primal[: problem.variables.size].reshape(problem.shape)
        return replace(outcome, answer=CommunicationMechanism(probabilities, found))
    if isinstance(found, FarkasRay):
        return replace(outcome, answer=NoCommunicationMechanism(found))
    return replace(outcome, answer=None)
