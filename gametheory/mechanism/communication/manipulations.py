"""What an agent of a mediated game can do with what it is told."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.mechanism.communication.problem import CommunicationProblem


def messages(problem: CommunicationProblem, i: int) -> Iterator[tuple[str, tuple[Any, ...], int | None]]:
    """Yield what agent i may be told before it acts.

    Yields
    ------
    label, index, action : str, tuple, int or None
        The message in words; the index of its outcomes in an array of shape `shape` without the axis of i's own
        type; and the action it recommends, None where the agent commits to a rule before any recommendation.
    """
    axes = len(problem.shape) - 1
    if problem.obedience != "after_recommendation":
        yield "any", (slice(None),) * axes, None
        return
    seen = range(len(problem.decisions)) if problem.decision_is_seen else (None,)
    for d, a in product(seen, range(len(problem.actions[i]))):
        index: list[Any] = [slice(None)] * axes
        index[problem.action_axis(i) - 1] = slice(a, a + 1)
        label = problem.actions[i][a]
        if d is not None:
            index[problem.decision_axis - 1] = slice(d, d + 1)
            label = label if len(problem.decisions) == 1 else f"{problem.decisions[d]},{label}"
        yield label, tuple(index), a


def responses(problem: CommunicationProblem, i: int, recommended: int | None) -> list[tuple[str, int | None]]:
    """Return what agent i may do on a message: None to obey, else an action; obeying comes first."""
    if problem.obedience == "none":
        return [("obey", None)]
    others = [(name, b) for b, name in enumerate(problem.actions[i]) if b != recommended]
    return [("obey", None), *(others if len(problem.actions[i]) > 1 else [])]


def response_gain(
    problem: CommunicationProblem, i: int, gain: NDArray[Any], index: tuple[Any, ...], action: int | None
) -> NDArray[Any]:
    """Return what each outcome of a message brings agent i that responds with an action.

    Parameters
    ----------
    gain : ndarray
        What each outcome brings if obeyed: of shape `shape` without the axis of i's own type.
    index : tuple
        The outcomes of the message.
    action : int or None
        The response; None to obey.
    """
    if action is None:
        return np.asarray(gain[index])
    axis = problem.action_axis(i) - 1
    instead = np.take(gain, [action], axis)
    return np.asarray(np.broadcast_to(instead, gain.shape)[index])
