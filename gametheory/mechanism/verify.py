"""Checks of answers to mechanism problems, over all pairs of types, without a solver.

Exactly: every number is a fraction and the tolerance is 0. In floats each violation is divided by
``max(1, size of the terms compared)`` and must not exceed the one tolerance of the package.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory import tolerances
from gametheory.checks import Checks
from gametheory.errors import InputError
from gametheory.mechanism.answers import (
    InfeasibilityProof,
    Mechanism,
    MechanismBound,
    Multipliers,
    OptimalMechanism,
    UnboundedMechanism,
)
from gametheory.mechanism.arrays import shaped, to_numbers
from gametheory.mechanism.duality import dual_bound, virtual_value
from gametheory.mechanism.exact_check import violations as exact_violations
from gametheory.mechanism.incentives import (
    block_count,
    block_reported,
    block_stakes,
    budget_activity,
    inner,
    interim_stakes,
    objective_coefficients,
    participation_slack,
    slack_chunks,
)
from gametheory.mechanism.labels import ConstraintLabels, constraint_labels
from gametheory.solution import Certificate, Violation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.mechanism.problem import MechanismProblem
#: What a bare mechanism can be checked for.
FEASIBLE = ("feasible", "incentive_compatible")


def verify(problem: MechanismProblem, answer: Any, *, exact: bool, concept: str = "optimal") -> Certificate:
    """Check an answer against a mechanism problem.

    Parameters
    ----------
    problem : MechanismProblem
        The problem.
    answer : Mechanism, OptimalMechanism, InfeasibilityProof, MechanismBound or UnboundedMechanism
        What is claimed. A bare `Mechanism` is checked for feasibility only: decision limits, incentives over all pairs
        of types, participation and budgets.
    exact : bool
        Whether to check in fractions, with tolerance 0; else in floats.
    concept : str
        ``"optimal"``, or ``"feasible"`` (what a bare mechanism, or the mechanism of any answer, claims at least).

    Returns
    -------
    Certificate
        Of kind ``"lp_duality"``, ``"incentive_compatibility"``, ``"farkas_ray"``, ``"unbounded_ray"`` or
        ``"dual_bound"``; violations are named by constraint.

    Raises
    ------
    InputError
        If the answer does not have the shape of the problem, or the concept is unknown.
    """
    if concept not in ("optimal", *FEASIBLE):
        raise InputError(
            f"a mechanism problem has no concept '{concept}'", remedy=f"its concepts are optimal, {', '.join(FEASIBLE)}"
        )
    checks = _ProblemChecks(problem.to_exact() if exact else problem.to_float())
    if isinstance(answer, OptimalMechanism) and concept in FEASIBLE:
        answer = answer.mechanism
    if isinstance(answer, Mechanism):
        _feasible(checks, answer.variables(checks.problem, exactly=exact))
        note = "feasible; that it is optimal is not claimed, for there are no multipliers"
        return checks.certificate("incentive_compatibility", note if checks.ok else "")
    if isinstance(answer, OptimalMechanism):
        return _optimal(checks, answer)
    if isinstance(answer, MechanismBound):
        multipliers = _dual_feasible(checks, answer.multipliers, with_objective=True)
        bound = dual_bound(checks.problem, multipliers)
        note = f"no mechanism gives the designer more than {bound}"
        return checks.certificate("dual_bound", note if checks.ok else "")
    if isinstance(answer, InfeasibilityProof):
        return _infeasible(checks, answer)
    if isinstance(answer, UnboundedMechanism):
        return _unbounded(checks, answer)
    raise InputError(f"{type(answer).__name__} is not an answer to a mechanism problem")


class _ProblemChecks(Checks):
    """Conditions checked so far on one problem."""

    def __init__(self, problem: MechanismProblem) -> None:
        super().__init__(tolerances.FEASIBILITY, problem.exact)
        self.problem = problem
        self.labels: ConstraintLabels = constraint_labels(problem)


def _feasible(checks: _ProblemChecks, variables: NDArray[Any]) -> None:
    problem, labels = checks.problem, checks.labels
    polytope, d = problem.polytope, len(problem.decisions)
    x = variables[:, :d]
    checks.all_at_most(polytope.lower - x, lambda t, v: f"{labels.variable(v, t)} lower bound", abs(x))
    checks.all_at_most(x - polytope.upper, lambda t, v: f"{labels.variable(v, t)} upper bound", abs(x))
    if polytope.rows:
        excess = x @ polytope.matrix.T - polytope.bound
        excess = np.where(polytope.equality, abs(excess), excess)
        checks.all_at_most(excess, lambda t, r: labels.limit(r, t), abs(x) @ abs(polytope.matrix.T))
    for j, (budget, excess) in enumerate(zip(problem.budgets, budget_activity(problem, variables), strict=True)):
        signed = {"<=": excess, ">=": -excess, "=": abs(excess)}[budget.sense]
        size = abs(problem.budget_row(budget) * variables).sum(axis=1)
        if budget.timing == "ex_ante":
            size = (problem.prior.ravel() * size).sum(keepdims=True)
        checks.all_at_most(signed, lambda row, j=j: labels.budget(j, row), size)
    for i, slack in enumerate(participation_slack(problem, variables)):
        if slack.size:
            size = _utility_size(problem, i, variables)
            checks.all_at_most(-slack, lambda row, i=i: labels.participation(i, row), size)
    for i in range(len(problem.agents)):
        if block_count(problem, i):
            _incentives(checks, i, variables)


def _utility_size(problem: MechanismProblem, i: int, variables: NDArray[Any]) -> Any:
    """Return the size of the terms of each participation constraint, for the scale of its violation."""
    if problem.exact:
        return 1.0
    size = abs(variables)
    if problem.participation[i] == "ex_post":
        return (abs(problem.stakes(i)) * size).sum(axis=1)
    return (abs(interim_stakes(problem, i)) * size[problem.profiles_of(i)]).sum(axis=(1, 2))


def _incentives(checks: _ProblemChecks, i: int, variables: NDArray[Any]) -> None:
    """Check every pair of types of agent i, in every block."""
    problem, labels = checks.problem, checks.labels
    stakes, reported = block_stakes(problem, i), block_reported(problem, i, variables)
    pairs = stakes.shape[0] * stakes.shape[1] * (stakes.shape[1] - 1)
    if checks.exact:
        index, amounts = exact_violations(stakes, reported)
        checks.all_at_most(amounts, lambda n: labels.incentive(i, *(int(v) for v in index[n][[1, 2, 0]])), count=pairs)
        return
    size = (abs(stakes) * abs(reported)).sum(axis=2)
    for block, type_, slack, _ in slack_chunks(stakes, reported):
        part = size[block : block + slack.shape[0], type_ : type_ + slack.shape[1], None]
        checks.all_at_most(
            np.negative(slack, out=slack),
            lambda b, a, s, block=block, type_=type_: labels.incentive(i, type_ + a, s, block + b),
            part,
            count=0,
        )
    checks.checked += pairs


def _dual_feasible(checks: _ProblemChecks, given: Multipliers, *, with_objective: bool) -> Multipliers:
    """Check the signs of multipliers, and that transfers cancel out of the Lagrangean."""
    problem, labels = checks.problem, checks.labels
    multipliers = given.fitted(problem, exactly=checks.exact)
    index = multipliers.incentive_index
    floor = 1.0 if with_objective else 0.0
    size = 1.0 if with_objective else _largest(multipliers)
    checks.all_at_most(
        -multipliers.incentive, lambda n: f"multiplier of {labels.incentive(*map(int, index[n]))}", size, floor=floor
    )
    for i, gamma in enumerate(multipliers.participation):
        checks.all_at_most(-gamma, lambda a, i=i: f"multiplier of {labels.participation(i, a)}", size, floor=floor)
    for j, (budget, kappa) in enumerate(zip(problem.budgets, multipliers.budgets, strict=True)):
        if budget.sense != "=":
            signed = -kappa if budget.sense == "<=" else kappa
            checks.all_at_most(signed, lambda row, j=j: f"multiplier of {labels.budget(j, row)}", size, floor=floor)
    if problem.polytope.rows:
        free = problem.polytope.equality[None, :]
        signed = np.where(free, 0 * multipliers.decisions, -multipliers.decisions)
        checks.all_at_most(signed, lambda t, r: f"multiplier of {labels.limit(r, t)}", size, floor=floor)
    d = len(problem.decisions)
    if problem.transfers:
        left = virtual_value(problem, multipliers, with_objective=with_objective)[:, d:]
        size = 1.0 if checks.exact else _flow_size(problem, multipliers, with_objective)
        checks.all_zero(left, lambda t, k: f"virtual value of {labels.variable(d + k, t)}", size, floor=floor)
    return multipliers


def _largest(multipliers: Multipliers) -> float:
    """Return the size of the largest multiplier, the unit of a proof of infeasibility in floats."""
    if multipliers.exact:
        return 1.0
    held = (multipliers.incentive, *multipliers.participation, *multipliers.budgets, multipliers.decisions)
    return max((float(abs(a).max()) for a in held if a.size), default=0.0)


def _flow_size(problem: MechanismProblem, multipliers: Multipliers, with_objective: bool) -> Any:
    """Return the size of the terms that must cancel: the largest multiplier times the largest unit of a transfer."""
    units = [abs(problem.transfer_utility).max(initial=0.0)]
    units += [abs(b.transfers).max(initial=0.0) for b in problem.budgets]
    own = float(abs(problem.designer_transfers).max(initial=0.0)) if with_objective else 0.0
    weights = max((float(abs(w).max(initial=0.0)) for w in problem.weights), default=0.0) if with_objective else 0.0
    return own + (weights + _largest(multipliers)) * float(max(units))


def _optimal(checks: _ProblemChecks, answer: OptimalMechanism) -> Certificate:
    problem = checks.problem
    variables = answer.mechanism.variables(problem, exactly=checks.exact)
    _feasible(checks, variables)
    multipliers = _dual_feasible(checks, answer.multipliers, with_objective=True)
    coefficients = objective_coefficients(problem)
    value, bound = inner(coefficients, variables), dual_bound(problem, multipliers)
    size = 1.0 if checks.exact else abs(float(value))
    checks.at_most(abs(bound - value), "duality gap", size)
    return checks.certificate("lp_duality")


def _infeasible(checks: _ProblemChecks, answer: InfeasibilityProof) -> Certificate:
    multipliers = _dual_feasible(checks, answer.multipliers, with_objective=False)
    total = dual_bound(checks.problem, multipliers, with_objective=False)
    beyond = 0 if checks.exact else checks.tolerance * _largest(multipliers)
    checks.require(total < -beyond, "sum of the multiplied constraints", max(total, 0 * total))
    return checks.certificate("farkas_ray")


def _unbounded(checks: _ProblemChecks, answer: UnboundedMechanism) -> Certificate:
    """Check a feasible mechanism and a direction of transfers that keeps it feasible and pays the designer."""
    problem, exactly = checks.problem, checks.exact
    variables = answer.mechanism.variables(problem, exactly=exactly)
    _feasible(checks, variables)
    d, k = len(problem.decisions), len(problem.transfers)
    given = shaped(answer.direction, [(*problem.shape, k)], "the direction").reshape(problem.profiles, k)
    direction = np.concatenate([0 * variables[:, :d], to_numbers(given, exactly)], axis=1)
    recession = _ProblemChecks(_homogeneous(problem))
    largest = 1 if exactly else float(abs(direction).max(initial=0.0)) or 1.0
    _feasible(recession, direction / largest)
    gain = inner(objective_coefficients(problem), direction / largest)
    recession.require(gain > recession.tolerance, "designer's gain along the direction", max(-gain, 0 * gain))
    named = (Violation(f"direction: {v.constraint}", v.amount) for v in recession.found)
    checks.include(recession.checked, recession.worst, named)
    return checks.certificate("unbounded_ray")


def _homogeneous(problem: MechanismProblem) -> MechanismProblem:
    """Return the problem whose feasible mechanisms are the directions of `problem`'s: all bounds 0."""
    from gametheory.mechanism.constraints import DecisionPolytope

    nothing = to_numbers(np.zeros(len(problem.decisions), dtype=np.int64), problem.exact)
    return replace(
        problem,
        outside=tuple(0 * r for r in problem.outside),
        budgets=tuple(replace(b, bound=0 * b.bound) for b in problem.budgets),
        polytope=DecisionPolytope.box(nothing, nothing),
    )
