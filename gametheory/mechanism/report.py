"""What solving a bare mechanism problem reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gametheory.mechanism.answers import OptimalMechanism
from gametheory.mechanism.duality import Duality
from gametheory.mechanism.incentives import incentive_count

if TYPE_CHECKING:
    from gametheory.mechanism.problem import MechanismProblem
    from gametheory.solution import Solution

#: Above this many profiles the tables are left to the answer.
_TABLE = 10_000


def report(problem: MechanismProblem, solution: Solution) -> dict[str, Any]:
    """Return the value reached, decisions, transfers, utilities, and the multipliers that are not 0, by name."""
    answer = solution.answer
    if not isinstance(answer, OptimalMechanism):
        return {}
    duality = Duality.of(problem, answer)
    held = duality.problem
    results: dict[str, Any] = {**_plain({"value": duality.value}), "incentive_constraints": incentive_count(held)}
    if held.profiles > _TABLE:
        return results
    variables = duality.variables
    d = len(held.decisions)
    labels = held.profile_labels
    results["decisions"] = {
        name: dict(zip(labels, variables[:, v].tolist(), strict=True)) for v, name in enumerate(held.decisions)
    }
    results["transfers"] = {
        name: dict(zip(labels, variables[:, d + v].tolist(), strict=True)) for v, name in enumerate(held.transfers)
    }
    results["utilities"] = {agent: _plain(duality.utilities(agent)) for agent in held.agents}
    results["weights"] = {agent: _plain(duality.weights(agent)) for agent in held.agents}
    results["alpha"] = {agent: _plain(duality.alpha(agent)) for agent in held.agents}
    return results


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return a table of Python numbers rather than numpy's."""
    return {name: value.item() if hasattr(value, "item") else value for name, value in values.items()}
