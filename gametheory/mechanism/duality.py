"""Duality of a mechanism problem: virtual utilities, bounds, and which constraints bind.

Give every incentive constraint "type a does not report s" of agent i a multiplier ``alpha_i(s|a) >= 0``, every
participation constraint ``gamma_i(a) >= 0``, every budget ``kappa_j`` and every limit of the decision polytope ``mu``.
The Lagrangean then separates by type profile. In it agent i's *virtual utility* at profile t is
``(lambda_i(t_i) + gamma_i(t_i) + sum_s alpha_i(s|t_i)) P_i(t_-i|t_i) u_i(., t)``
``- sum_a alpha_i(t_i|a) P_i(t_-i|a) u_i(., (a, t_-i))``:
what the type has, less what others gain by posing as it (Myerson 1984, 1991 chapter 10). Weak duality: with
multipliers of the right sign, and virtual value 0 per unit of every transfer, no mechanism gives the designer more than
the sum over profiles of the largest virtual value a decision has. Strong duality: at an optimum the two are equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.mechanism.answers import Multipliers, OptimalMechanism
from gametheory.mechanism.arrays import to_numbers, zero
from gametheory.mechanism.incentives import (
    block_profiles,
    block_stakes,
    inner,
    interim_stakes,
    objective_coefficients,
    scattered,
)
from gametheory.mechanism.labels import constraint_labels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.mechanism.problem import MechanismProblem


def agent_virtual_utility(
    problem: MechanismProblem, multipliers: Multipliers, i: int, *, weighted: bool = True
) -> NDArray[Any]:
    """Return agent i's virtual utility per unit of each variable, shape (profiles, D + K).

    In units of probability: divide by the prior for utility per occurrence of a profile. `multipliers` must be
    `Multipliers.fitted` to the problem.

    Parameters
    ----------
    problem : MechanismProblem
        The problem.
    multipliers : Multipliers
        Of the same number type.
    i : int
        The agent.
    weighted : bool
        Whether the designer's weights on the agent's types count.
    """
    exactly = problem.exact
    total = np.full((problem.profiles, problem.width), zero(exactly))
    weights = problem.weights[i] if weighted else np.full(problem.shape[i], zero(exactly))
    if problem.participation[i] == "interim":
        weights = weights + multipliers.participation[i]
    elif problem.participation[i] == "ex_post":
        total = total + multipliers.participation[i][:, None] * problem.stakes(i)
    if (weights != 0).any():
        total = total + scattered(problem, i, weights[:, None, None] * interim_stakes(problem, i))
    mine = multipliers.incentive_index[:, 0] == i
    if mine.any():
        _, types, reports, blocks = multipliers.incentive_index[mine].T
        stakes = block_stakes(problem, i)
        terms = multipliers.incentive[mine][:, None] * stakes[blocks, types]
        change = np.full(stakes.shape, zero(exactly))
        np.add.at(change, (blocks, types), terms)
        np.subtract.at(change, (blocks, reports), terms)
        index = block_profiles(problem, i)
        out = np.empty_like(total)
        out[index.ravel()] = change.reshape(index.size, problem.width)
        total = total + out
    return total


def virtual_value(problem: MechanismProblem, multipliers: Multipliers, *, with_objective: bool = True) -> NDArray[Any]:
    """Return the virtual value per unit of each variable, shape (profiles, D + K), decision limits not yet charged.

    Parameters
    ----------
    problem, multipliers
        As in `agent_virtual_utility`.
    with_objective : bool
        Whether the designer's objective counts; left out, what remains proves infeasibility.
    """
    if with_objective:
        total = problem.prior.ravel()[:, None] * problem.designer()
    else:
        total = np.full((problem.profiles, problem.width), zero(problem.exact))
    for i in range(len(problem.agents)):
        total = total + agent_virtual_utility(problem, multipliers, i, weighted=with_objective)
    for budget, kappa in zip(problem.budgets, multipliers.budgets, strict=True):
        if (kappa != 0).any():
            per_profile = kappa if budget.timing == "ex_post" else kappa * problem.prior.ravel()
            total = total - per_profile[:, None] * problem.budget_row(budget)
    return total  # type: ignore[no-any-return]


def dual_bound(problem: MechanismProblem, multipliers: Multipliers, *, with_objective: bool = True) -> Any:
    """Return the upper bound that multipliers prove, provided their signs are right and transfers cancel.

    Raises nothing; whether the proviso holds is for `gametheory.mechanism.verify` to say.
    """
    d, polytope = len(problem.decisions), problem.polytope
    per_unit = virtual_value(problem, multipliers, with_objective=with_objective)[:, :d]
    charged = per_unit - multipliers.decisions @ polytope.matrix if polytope.rows else per_unit
    total = np.maximum(charged * polytope.lower, charged * polytope.upper).sum()
    total = total + inner(multipliers.decisions, np.broadcast_to(polytope.bound, multipliers.decisions.shape))
    for budget, kappa in zip(problem.budgets, multipliers.budgets, strict=True):
        total = total + inner(
            kappa,
            np.broadcast_to(budget.bound, (problem.profiles,))
            if budget.bound.ndim == 0 and kappa.size > 1
            else budget.bound.ravel(),
        )
    for i, gamma in enumerate(multipliers.participation):
        if gamma.size:
            total = total - inner(gamma, problem.outside_option(i))
    return total


@dataclass(frozen=True)
class Duality:
    """An optimal mechanism read as an economist reads it: weights, multipliers, virtual values, binding constraints.

    Attributes
    ----------
    problem : MechanismProblem
        The problem, in the number type of the answer.
    answer : OptimalMechanism
        The answer, its multipliers fitted to the problem.
    """

    problem: MechanismProblem
    answer: OptimalMechanism

    @classmethod
    def of(cls, problem: MechanismProblem, answer: OptimalMechanism) -> Duality:
        """Read an answer; exact if its multipliers are."""
        exactly = answer.multipliers.exact
        problem = problem.to_exact() if exactly else problem.to_float()
        return cls(problem, OptimalMechanism(answer.mechanism, answer.multipliers.fitted(problem, exactly=exactly)))

    @property
    def variables(self) -> NDArray[Any]:
        """Decisions and transfers side by side, shape (profiles, D + K)."""
        return self.answer.mechanism.variables(self.problem, exactly=self.problem.exact)

    @property
    def value(self) -> Any:
        """What the designer reaches."""
        return inner(objective_coefficients(self.problem), self.variables)

    @property
    def bound(self) -> Any:
        """What the multipliers prove nobody can exceed; equal to `value` by strong duality."""
        return dual_bound(self.problem, self.answer.multipliers)

    def utilities(self, agent: str) -> dict[str, Any]:
        """Interim utility of each type of an agent, by name."""
        self.problem.agent(agent)
        return self.answer.mechanism.utilities(self.problem)[agent]

    def weights(self, agent: str) -> dict[str, Any]:
        """Welfare weight of each type: the designer's weight plus the multiplier of interim participation."""
        i = self.problem.agent(agent)
        total = self.problem.weights[i]
        if self.problem.participation[i] == "interim":
            total = total + self.answer.multipliers.participation[i]
        return dict(zip(self.problem.types[i], total, strict=True))

    def participation(self, agent: str) -> dict[str, Any]:
        """Multipliers of participation, by type if interim, by profile if ex post; empty if there is none."""
        i = self.problem.agent(agent)
        labels = {"interim": self.problem.types[i], "ex_post": self.problem.profile_labels, "none": ()}
        held = self.answer.multipliers.participation[i]
        return dict(zip(labels[self.problem.participation[i]], held, strict=True))

    def budget(self, name: str) -> dict[str, Any]:
        """Multipliers of a budget, by profile; under the name ``"expected"`` if it holds in expectation."""
        from gametheory.errors import UsageError, nearest

        known = [b.name for b in self.problem.budgets]
        if name not in known:
            raise UsageError(f"no budget is named '{name}'", remedy=nearest(name, known))
        j = known.index(name)
        labels = self.problem.profile_labels if self.problem.budgets[j].timing == "ex_post" else ("expected",)
        return dict(zip(labels, self.answer.multipliers.budgets[j], strict=True))

    def alpha(self, agent: str) -> dict[str, Any]:
        """Multipliers that are not 0: ``"s|t"`` of "t does not report s", ``"s|t|others"`` in dominant strategies."""
        i = self.problem.agent(agent)
        multipliers = self.answer.multipliers
        mine = multipliers.incentive_index[:, 0] == i
        labels = constraint_labels(self.problem)
        return {
            labels.deviation(i, int(t), int(s), int(b)): value
            for (_, t, s, b), value in zip(multipliers.incentive_index[mine], multipliers.incentive[mine], strict=True)
        }

    def binding(self, agent: str, *, tolerance: float = 0) -> list[str]:
        """Name the constraints of an agent that hold with equality; as `Mechanism.binding`."""
        return self.answer.mechanism.binding(self.problem, agent, tolerance=tolerance)

    def virtual_utility(self, agent: str) -> NDArray[Any]:
        """Virtual utility of an agent per unit of each variable, per occurrence of each profile.

        Returns
        -------
        ndarray of shape (T1, ..., TN, D + K)
            Profiles of probability zero keep their units of probability.
        """
        per_unit = agent_virtual_utility(self.problem, self.answer.multipliers, self.problem.agent(agent))
        return self._per_occurrence(per_unit)

    def virtual_values(self) -> NDArray[Any]:
        """Virtual value of all agents, designer and budgets per unit of each decision, shape (T1, ..., TN, D)."""
        per_unit = virtual_value(self.problem, self.answer.multipliers)[:, : len(self.problem.decisions)]
        return self._per_occurrence(per_unit)

    def _per_occurrence(self, per_unit: NDArray[Any]) -> NDArray[Any]:
        prior = self.problem.prior.ravel()
        divisor = np.where(prior == 0, to_numbers(np.ones(1, dtype=np.int64), self.problem.exact), prior)
        return (per_unit / divisor[:, None]).reshape(*self.problem.shape, -1)
