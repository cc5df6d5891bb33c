"""Interim incentive efficiency (Holmstrom and Myerson 1983): whether another feasible mechanism dominates one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import RefusedError, UnsolvedError, VerificationError
from gametheory.mechanism.answers import Mechanism, Multipliers, OptimalMechanism, UnboundedMechanism
from gametheory.mechanism.constraints import BudgetConstraint
from gametheory.mechanism.incentives import interim_utilities
from gametheory.mechanism.problem import MechanismProblem
from gametheory.mechanism.verify import verify

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.limits import Budget
    from gametheory.solution import Certificate

#: Names of the constraints that leave nobody worse off begin so.
DOMINATION = "no worse off"


@dataclass(frozen=True)
class Efficiency:
    """Whether a mechanism is interim incentive efficient, with the evidence.

    Attributes
    ----------
    efficient : bool
        Whether no feasible mechanism is at least as good for every type of every agent, and better for one.
    weights : mapping of str to mapping of str to Fraction, or None
        If efficient: a positive weight for every type of every agent under which the mechanism is optimal.
    problem : MechanismProblem or None
        If efficient: the problem of maximising the weighted sum of interim utilities.
    proof : OptimalMechanism or None
        If efficient: the mechanism with the multipliers that prove it optimal for `problem`.
    dominating : Mechanism or None
        If not: a feasible mechanism that dominates it.
    certificate : Certificate
        The exact check of `proof` against `problem`, or of `dominating` against the problem given.
    """

    efficient: bool
    weights: Mapping[str, Mapping[str, Fraction]] | None
    problem: MechanismProblem | None
    proof: OptimalMechanism | None
    dominating: Mechanism | None
    certificate: Certificate


def is_interim_incentive_efficient(
    problem: MechanismProblem, mechanism: Mechanism, budget: Budget | None = None
) -> Efficiency:
    """Decide in fractions whether a feasible mechanism is interim incentive efficient.

    The test maximises the ex ante sum of utilities over all feasible mechanisms that leave no type worse off. If the
    mechanism itself attains the maximum, nothing dominates it, and the probability of each type plus the multiplier
    of "no worse off" are positive weights that support it. Otherwise the maximum is at a mechanism that dominates it.

    Parameters
    ----------
    problem : MechanismProblem
        What is feasible; its own objective does not matter.
    mechanism : Mechanism
        A feasible mechanism.
    budget : Budget, optional
        What may be spent.

    Returns
    -------
    Efficiency

    Raises
    ------
    VerificationError
        If the mechanism is not feasible; the constraint it breaks is named.
    RefusedError
        If agents hold beliefs that are not the prior's.
    UnsolvedError
        If the linear program could not be solved within the budget.
    """
    from gametheory.limits import Budget
    from gametheory.mechanism.lazy import solve
    from gametheory.solvers import Options

    if problem.beliefs is not None:
        raise RefusedError("the ex ante sum of utilities needs a common prior", remedy="leave out beliefs")
    problem = problem.to_exact()
    feasible = verify(problem, mechanism, exact=True)
    if not feasible.ok:
        raise VerificationError(f"the mechanism is not feasible: it violates {feasible.violations[0].constraint}")
    utilities = interim_utilities(problem, mechanism.variables(problem, exactly=True))
    test = domination_problem(problem, utilities)
    outcome = solve(test, Options(exact=True, budget=budget or Budget()))
    found = outcome.answer
    if isinstance(found, UnboundedMechanism):
        better = Mechanism(found.mechanism.decisions, found.mechanism.transfers + found.direction)
        return _dominated(problem, better)
    if not isinstance(found, OptimalMechanism):
        raise UnsolvedError(f"efficiency is undecided: {outcome.termination}", remedy=outcome.message or None)
    best = interim_utilities(problem, found.mechanism.variables(problem, exactly=True))
    if any((b != u).any() for b, u in zip(best, utilities, strict=True)):
        return _dominated(problem, found.mechanism)
    return _supported(problem, mechanism, found.multipliers)


def examine(problem: MechanismProblem, answer: Any) -> dict[str, Any]:
    """Return whether a feasible mechanism is interim incentive efficient, and the evidence, by name.

    Nothing is said where efficiency is not a question: of proofs that there is no mechanism, and of beliefs without
    a common prior.
    """
    mechanism = answer.mechanism if isinstance(answer, OptimalMechanism) else answer
    if not isinstance(mechanism, Mechanism) or problem.beliefs is not None:
        return {}
    found = is_interim_incentive_efficient(problem, mechanism)
    if found.efficient:
        assert found.proof is not None
        return {
            "interim_incentive_efficient": True,
            "weights": found.weights,
            "multipliers": found.proof.multipliers.to_data(),
        }
    assert found.dominating is not None
    return {
        "interim_incentive_efficient": False,
        "dominating": found.dominating.to_data(),
        "utilities": mechanism.utilities(problem),
        "dominating_utilities": found.dominating.utilities(problem),
    }


def domination_problem(problem: MechanismProblem, utilities: tuple[NDArray[Any], ...]) -> MechanismProblem:
    """Return the problem of the largest ex ante sum of utilities that leaves no type of any agent worse off.

    Parameters
    ----------
    problem : MechanismProblem
        What is feasible.
    utilities : tuple of N ndarrays of shape (Ti,)
        What every type has now.
    """
    rows = []
    for i, agent in enumerate(problem.agents):
        stakes = problem.stakes(i).reshape(*problem.shape, problem.width)
        d = len(problem.decisions)
        for a, name in enumerate(problem.types[i]):
            here = np.zeros(problem.shape, dtype=object)
            np.moveaxis(here, i, 0)[a] = 1
            own = stakes * here[..., None]
            rows.append(
                BudgetConstraint(
                    name=f"{DOMINATION}:{agent}:{name}",
                    transfers=own[..., d:],
                    decisions=own[..., :d],
                    sense=">=",
                    bound=utilities[i][a] * problem.marginals[i][a],
                    timing="ex_ante",
                )
            )
    return replace(
        problem,
        weights=problem.marginals,
        designer_decisions=None,
        designer_transfers=None,
        budgets=(*problem.budgets, *rows),
    )


def _dominated(problem: MechanismProblem, better: Mechanism) -> Efficiency:
    return Efficiency(False, None, None, None, better, verify(problem, better, exact=True))


def _supported(problem: MechanismProblem, mechanism: Mechanism, multipliers: Multipliers) -> Efficiency:
    """Turn the multipliers of "no worse off" into weights, and prove the mechanism optimal for them."""
    own = len(problem.budgets)
    raised = iter(multipliers.budgets[own:])
    weights = tuple(
        np.array([p * (1 + abs(next(raised)[0])) for p in marginal], dtype=object) for marginal in problem.marginals
    )
    weighted = replace(problem, weights=weights, designer_decisions=None, designer_transfers=None)
    proof = OptimalMechanism(mechanism, replace(multipliers, budgets=multipliers.budgets[:own]))
    named = {
        agent: dict(zip(types, w.tolist(), strict=True))
        for agent, types, w in zip(problem.agents, problem.types, weights, strict=True)
    }
    return Efficiency(True, named, weighted, proof, None, verify(weighted, proof, exact=True))
