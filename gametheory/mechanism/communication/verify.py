"""Checks of mediated games without a solver: every lie, every rule of disobedience, and optimality by duality."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory import tolerances
from gametheory.checks import Checks
from gametheory.errors import InputError
from gametheory.linear.verify import verify as verify_program
from gametheory.mechanism.arrays import to_numbers, zero
from gametheory.mechanism.communication.answers import CommunicationMechanism, NoCommunicationMechanism
from gametheory.mechanism.communication.manipulations import messages, response_gain, responses
from gametheory.solution import Certificate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.mechanism.communication.problem import CommunicationProblem


def verify(problem: CommunicationProblem, answer: Any, *, exact: bool, concept: str = "optimal") -> Certificate:
    """Check a mechanism, or a proof that there is none, against a mediated game.

    For a mechanism: probabilities, participation, and for every type and report the best that any rule from
    messages to actions can bring, found message by message. With a proof, its optimality too, by
    duality of the linear program; without, the certificate says that optimality is not claimed.

    Raises
    ------
    InputError
        If the answer does not have the shape of the problem.
    """
    problem = problem.to_exact() if exact else problem.to_float()
    if isinstance(answer, NoCommunicationMechanism):
        return verify_program(problem.program(), answer.ray, exact=exact)
    if not isinstance(answer, CommunicationMechanism):
        raise InputError(f"{type(answer).__name__} is not an answer to a mediated game")
    if answer.probabilities.shape != problem.shape:
        raise InputError(f"the probabilities have shape {answer.probabilities.shape}, not {problem.shape}")
    x = to_numbers(answer.probabilities, exact)
    checks = Checks(tolerances.FEASIBILITY, exact)
    _check_probabilities(problem, x, checks)
    for i in range(len(problem.agents)):
        _check_agent(problem, i, x, checks)
    if answer.proof is None:
        return checks.certificate("communication_incentives", "feasibility only: no multipliers to prove optimality")
    if (to_numbers(answer.proof.primal[: x.size], exact) != x.ravel()).any():
        raise InputError("the proof is about other probabilities than the mechanism's")
    duality = verify_program(problem.program(), answer.proof, exact=exact)
    checks.include(duality.checked, duality.max_violation, duality.violations)
    return checks.certificate("communication_duality", duality.note)


def _check_probabilities(problem: CommunicationProblem, x: NDArray[Any], checks: Checks) -> None:
    outcomes = tuple(range(len(problem.information_shape), len(problem.shape)))
    totals, least = x.sum(axis=outcomes), x.min(axis=outcomes)
    for at in np.ndindex(*problem.information_shape):
        label = problem.information_label(at)
        checks.at_most(abs(totals[at] - 1), f"probability:{label}")
        checks.at_most(-least[at], f"probability:{label}: negative")


def _check_agent(problem: CommunicationProblem, i: int, x: NDArray[Any], checks: Checks) -> None:
    agent, axis = problem.agents[i], problem.type_axis(i)
    stakes = problem.weighted(problem.utility[i])
    for a, own in enumerate(problem.types[i]):
        gain = np.take(stakes, a, axis)
        honest = (gain * np.take(x, a, axis)).sum()
        if problem.outside is not None:
            least = problem.outside[i][a] * np.take(problem.prior, a, axis).sum()
            checks.at_most(least - honest, f"participation:{agent}:{own}")
        for s, report in enumerate(problem.types[i]):
            if s != a and problem.types_are == "known":
                continue
            told, rule, best = np.take(x, s, axis), [], zero(problem.exact)
            for message, index, recommended in messages(problem, i):
                brings = [
                    ((response_gain(problem, i, gain, index, action) * told[index]).sum(), response)
                    for response, action in responses(problem, i, recommended)
                ]
                value, response = max(brings, key=lambda pair: pair[0])
                best = best + value
                if response != "obey" and value > brings[0][0]:
                    rule.append(f"{message}->{response}")
            name = f"honesty:{agent}:{own}->{report}" if s != a else f"obedience:{agent}:{own}"
            checks.at_most(best - honest, ":".join([name, *rule]))
