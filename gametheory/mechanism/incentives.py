"""What reports are worth: utilities of every type under every report, in blocks of arrays.

Agent i's incentive constraints come in blocks. Under Bayesian incentive compatibility there is one block, in which a
type weighs the others' types by its beliefs; if truth must be a dominant strategy there is one block for each profile
of the others. Within a block, ``stakes[a]`` (what type a gains per unit of each variable of the mechanism) times
``reported[s]`` (the variables after report s) is the utility of type a who reports s.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.mechanism.arrays import zero

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.mechanism.problem import MechanismProblem

#: Entries of the largest array a check of incentive constraints makes at once.
_CHUNK = 1 << 21


def block_count(problem: MechanismProblem, i: int) -> int:
    """Return how many blocks of incentive constraints agent i has."""
    if problem.incentive_compatibility == "none":
        return 0
    return problem.profiles_of(i).shape[1] if problem.incentive_compatibility == "dominant_strategy" else 1


def incentive_count(problem: MechanismProblem) -> int:
    """Return how many incentive constraints there are: all pairs of different types, in every block."""
    return sum(block_count(problem, i) * n * (n - 1) for i, n in enumerate(problem.shape))


def participation_sizes(problem: MechanismProblem) -> list[int]:
    """Return how many participation constraints each agent has."""
    return [
        {"none": 0, "interim": problem.shape[i], "ex_post": problem.profiles}[when]
        for i, when in enumerate(problem.participation)
    ]


def budget_sizes(problem: MechanismProblem) -> list[int]:
    """Return how many rows each budget has."""
    return [problem.profiles if b.timing == "ex_post" else 1 for b in problem.budgets]


def interim_stakes(problem: MechanismProblem, i: int) -> NDArray[Any]:
    """Return what each type of agent i expects per unit of each variable, shape (Ti, others' profiles, D + K)."""
    return problem.belief(i)[:, :, None] * problem.stakes(i)[problem.profiles_of(i)]  # type: ignore[no-any-return]


def block_stakes(problem: MechanismProblem, i: int) -> NDArray[Any]:
    """Return the stakes of agent i by block, shape (blocks, Ti, variables of a block)."""
    if problem.incentive_compatibility == "dominant_strategy":
        return np.moveaxis(problem.stakes(i)[problem.profiles_of(i)], 1, 0)
    return interim_stakes(problem, i).reshape(1, problem.shape[i], -1)


def block_profiles(problem: MechanismProblem, i: int) -> NDArray[np.int64]:
    """Return the flat profiles whose variables a block holds, shape (blocks, Ti, profiles in it)."""
    index = problem.profiles_of(i)
    return index.T[:, :, None] if problem.incentive_compatibility == "dominant_strategy" else index[None]


def block_reported(problem: MechanismProblem, i: int, variables: NDArray[Any]) -> NDArray[Any]:
    """Return the variables after each report of agent i by block, shape as `block_stakes`."""
    index = block_profiles(problem, i)
    return variables[index].reshape(index.shape[0], index.shape[1], -1)


def interim_utilities(problem: MechanismProblem, variables: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Return the utility of each type of each agent when all are truthful.

    Parameters
    ----------
    problem : MechanismProblem
        The problem, in the number type of `variables`.
    variables : ndarray of shape (profiles, D + K)
        Decisions and transfers.

    Returns
    -------
    tuple of N ndarrays of shape (Ti,)
    """
    return tuple(
        (interim_stakes(problem, i) * variables[problem.profiles_of(i)]).sum(axis=(1, 2))
        for i in range(len(problem.agents))
    )


def ex_post_utility(problem: MechanismProblem, i: int, variables: NDArray[Any]) -> NDArray[Any]:
    """Return agent i's utility at each true profile, shape (profiles,)."""
    return (problem.stakes(i) * variables).sum(axis=1)  # type: ignore[no-any-return]


def participation_slack(problem: MechanismProblem, variables: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Return utility less outside option for each participation constraint of each agent."""
    slacks = []
    for i, when in enumerate(problem.participation):
        if when == "none":
            slacks.append(np.zeros(0, dtype=variables.dtype))
            continue
        held = (
            ex_post_utility(problem, i, variables)
            if when == "ex_post"
            else (interim_stakes(problem, i) * variables[problem.profiles_of(i)]).sum(axis=(1, 2))
        )
        slacks.append(held - problem.outside_option(i))
    return tuple(slacks)


def slack_chunks(stakes: NDArray[Any], reported: NDArray[Any]) -> Iterator[tuple[int, int, NDArray[Any], NDArray[Any]]]:
    """Yield truthful utility less utility of each report, chunk by chunk.

    Parameters
    ----------
    stakes, reported : ndarray of shape (blocks, T, L)
        Of one agent, from `block_stakes` and `block_reported`.

    Yields
    ------
    first block, first type : int
        Where the chunk begins.
    slack : ndarray of shape (blocks, types, T)
        By block, true type and report; 0 where the report is the truth.
    truthful : ndarray of shape (blocks, types)
        The truthful utilities, for scale.
    """
    blocks, types, _ = stakes.shape
    blocks_at_once = max(1, _CHUNK // max(1, types * types))
    types_at_once = types if blocks_at_once > 1 else max(1, _CHUNK // types)
    transposed = np.swapaxes(reported, 1, 2)
    for b in range(0, blocks, blocks_at_once):
        for a in range(0, types, types_at_once):
            part = slice(a, a + types_at_once)
            each = slice(b, b + blocks_at_once)
            utility = stakes[each, part] @ transposed[each]
            rows = np.arange(utility.shape[1])
            truthful = utility[:, rows, a + rows]
            np.subtract(truthful[:, :, None], utility, out=utility)
            yield b, a, utility, truthful


def budget_activity(problem: MechanismProblem, variables: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Return the left side of every budget less its bound, shape (profiles,) ex post, (1,) in expectation."""
    activity = []
    for budget in problem.budgets:
        left = (problem.budget_row(budget) * variables).sum(axis=1)
        if budget.timing == "ex_ante":
            left = (problem.prior.ravel() * left).sum(keepdims=True)
        activity.append(left - (budget.bound.ravel() if budget.bound.ndim else budget.bound[()]))
    return tuple(activity)


def objective_coefficients(problem: MechanismProblem) -> NDArray[Any]:
    """Return what the designer maximises per unit of each variable, shape (profiles, D + K).

    The designer's own values times the prior, plus the weighted interim utilities.
    """
    total = problem.prior.ravel()[:, None] * problem.designer()
    for i, weights in enumerate(problem.weights):
        if (weights != 0).any():
            total = total + scattered(problem, i, weights[:, None, None] * interim_stakes(problem, i))
    return total  # type: ignore[no-any-return]


def scattered(problem: MechanismProblem, i: int, values: NDArray[Any]) -> NDArray[Any]:
    """Return values by (type of agent i, profile of the others, variable) as values by (profile, variable)."""
    index = problem.profiles_of(i)
    out = np.empty((problem.profiles, problem.width), dtype=values.dtype)
    out[index.ravel()] = values.reshape(index.size, problem.width)
    return out


def inner(left: NDArray[Any], right: NDArray[Any]) -> Any:
    """Return the sum of products, 0 of the number type if there are none."""
    return (left * right).sum() if left.size else zero(left.dtype == object)


def binding_incentives(
    problem: MechanismProblem, i: int, variables: NDArray[Any], tolerance: Any = 0
) -> NDArray[np.int64]:
    """Return (block, type, report) of agent i's incentive constraints that hold with equality, shape (n, 3)."""
    if not block_count(problem, i):
        return np.zeros((0, 3), dtype=np.int64)
    found = []
    chunks = slack_chunks(block_stakes(problem, i), block_reported(problem, i, variables))
    for first_block, first_type, slack, _ in chunks:
        rows = np.argwhere(abs(slack) <= tolerance) + np.array([first_block, first_type, 0])
        found.append(rows[rows[:, 1] != rows[:, 2]])
    return np.concatenate(found).astype(np.int64)
