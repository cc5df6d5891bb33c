"""Mechanisms that pay every agent what its report does to the others (Groves 1973)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import RefusedError
from gametheory.mechanism.answers import Mechanism
from gametheory.mechanism.arrays import shaped, to_numbers
from gametheory.numbers import number_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.mechanism.problem import MechanismProblem


def vickrey_clarke_groves(problem: MechanismProblem, cost: Sequence[Any] | None = None) -> Mechanism:
    """Return the pivotal mechanism: the efficient decision, and everybody pays the harm done to the others.

    Truth is a dominant strategy: pose the problem with ``incentive_compatibility="dominant_strategy"`` and
    `gametheory.verify` it. Among several efficient decisions the first is taken.

    Parameters
    ----------
    problem : MechanismProblem
        Private values; lotteries over outcomes or a box of decisions; a transfer of its own for each agent.
    cost : sequence of number, shape (D,), optional
        What each decision costs beyond the agents' utilities.

    Raises
    ------
    RefusedError
        If values are interdependent, decisions have further limits, or an agent has no transfer of its own.
    """
    values, spent = _private_values(problem), _costs(problem, cost)
    total = values.sum(axis=0) - spent
    x = _best(problem, total)
    payments = []
    for own in values:
        others = total - own
        payments.append((others * _best(problem, others)).sum(axis=1) - (others * x).sum(axis=1))
    return _mechanism(problem, x, payments)


def expected_externality(problem: MechanismProblem, cost: Sequence[Any] | None = None) -> Mechanism:
    """Return the mechanism of d'Aspremont and Gerard-Varet (1979): efficient, and paid for exactly in every state.

    Everybody receives the expected utility of the others given the own report, and shares equally in what the others
    receive; the cost of the decision is shared equally. Truth is a Bayesian equilibrium if types are independent.

    Parameters
    ----------
    problem : MechanismProblem
        As in `vickrey_clarke_groves`; at least two agents with independent types.
    cost : sequence of number, shape (D,), optional
        What each decision costs; payments add up to it.

    Raises
    ------
    RefusedError
        If types are correlated, or as in `vickrey_clarke_groves`.
    """
    n = len(problem.agents)
    if n < 2:
        raise RefusedError("an expected externality needs at least two agents")
    if not _independent(problem):
        raise RefusedError("the types are correlated", remedy="solve the problem as a linear program instead")
    spent = _costs(problem, cost)
    values = _private_values(problem)
    x = _best(problem, values.sum(axis=0) - spent)
    net = [((own - spent / n) * x).sum(axis=1) for own in values]
    received = []
    for i in range(n):
        index = problem.profiles_of(i)
        others = sum(net[j] for j in range(n) if j != i)
        expected = (problem.belief(i) * others[index]).sum(axis=1)
        flat = np.empty(problem.profiles, dtype=expected.dtype)
        flat[index] = expected[:, None]
        received.append(flat)
    share = (spent * x).sum(axis=1) / n
    everybody = sum(received)
    return _mechanism(problem, x, [share - own + (everybody - own) / (n - 1) for own in received])


def _private_values(problem: MechanismProblem) -> NDArray[Any]:
    """Return utilities of decisions, shape (N, profiles, D), checking that they depend on the own type alone."""
    values = problem.utility.reshape(len(problem.agents), problem.profiles, len(problem.decisions))
    for i, agent in enumerate(problem.agents):
        by_type = values[i][problem.profiles_of(i)]
        if (by_type != by_type[:, :1]).any():
            raise RefusedError(
                f"the utility of agent '{agent}' depends on the types of others",
                remedy="Groves mechanisms need private values; solve the problem as a linear program instead",
            )
    return values


def _independent(problem: MechanismProblem) -> bool:
    joint: Any = 1
    for marginal in problem.marginals:
        joint = np.multiply.outer(joint, marginal)
    return bool((abs(joint - problem.prior) <= (0 if problem.exact else 1e-12)).all())


def _costs(problem: MechanismProblem, cost: Sequence[Any] | None) -> NDArray[Any]:
    given = number_array([0] * len(problem.decisions) if cost is None else list(cost))
    return to_numbers(shaped(given, [(len(problem.decisions),)], "the cost of decisions"), problem.exact)


def _best(problem: MechanismProblem, worth: NDArray[Any]) -> NDArray[Any]:
    """Return the decision that maximises a linear worth of shape (profiles, D) at each profile."""
    polytope = problem.polytope
    if polytope.is_lottery:
        chosen = np.array([int(np.argmax(row)) for row in worth])
        return to_numbers((np.arange(worth.shape[1]) == chosen[:, None]).astype(np.int64), problem.exact)
    if polytope.rows:
        raise RefusedError(
            "the decisions have limits besides their bounds", remedy="solve it as a linear program instead"
        )
    return np.where(worth > 0, polytope.upper, polytope.lower)


def _mechanism(problem: MechanismProblem, x: NDArray[Any], payments: Sequence[NDArray[Any]]) -> Mechanism:
    """Return the mechanism in which each agent pays through the transfer that touches nobody else."""
    y = to_numbers(np.zeros((problem.profiles, len(problem.transfers)), dtype=np.int64), problem.exact)
    touches = np.array(
        [
            [bool((problem.stakes(i)[:, len(problem.decisions) + k] != 0).any()) for k in range(len(problem.transfers))]
            for i in range(len(problem.agents))
        ]
    ).reshape(len(problem.agents), -1)
    for i, (agent, paid) in enumerate(zip(problem.agents, payments, strict=True)):
        own = np.flatnonzero(touches[i] & (touches.sum(axis=0) == 1))
        if not len(own):
            raise RefusedError(f"agent '{agent}' has no transfer of its own", remedy="give each agent one")
        k = int(own[0])
        y[:, k] = -paid / problem.stakes(i)[:, len(problem.decisions) + k]
    return Mechanism.from_variables(problem, np.concatenate([x, y], axis=1))
