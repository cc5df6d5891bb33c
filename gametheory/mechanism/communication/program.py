"""The linear program of a mediated game."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.linear import LinearProgram, SparseMatrix
from gametheory.mechanism.arrays import to_numbers, zero
from gametheory.mechanism.communication.manipulations import messages, response_gain, responses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gametheory.mechanism.communication.problem import CommunicationProblem


def communication_program(problem: CommunicationProblem) -> LinearProgram:
    """Return the linear program whose optimal points are the optimal mechanisms.

    The first variables are the probabilities x(d, a | w, t). A liar may choose a response to every message, so for
    each type, lie and message there is one more, free variable: a bound on what the best response brings.
    Incentive and participation rows are multiplied by the probability of the type.

    Rows are named ``probability:w,t``, ``obedience:agent:type:message->action``, ``honesty:agent:type->report``,
    ``bound:agent:type->report:message->action`` and ``participation:agent:type``.
    """
    exactly = problem.exact
    size = problem.variables.size
    rows = _Rows(size)
    one = to_numbers(np.ones(1, dtype=np.int64), exactly)
    every = np.broadcast_to(one, problem.outcome_shape)
    for at in np.ndindex(*problem.information_shape):
        rows.add(f"probability:{problem.information_label(at)}", [(problem.variables[at], every)], one[0], one[0])
    for i in range(len(problem.agents)):
        _add_agent(problem, i, rows)
    columns = size + len(rows.bounds)
    none = zero(exactly)
    objective = np.concatenate([problem.weighted(problem.objective).ravel(), np.full(len(rows.bounds), none)])
    lower = np.array([none] * size + [-np.inf] * len(rows.bounds), dtype=object)
    row_lower, row_upper = np.array(rows.lower, dtype=object), np.array(rows.upper, dtype=object)
    if not exactly:
        lower, row_lower, row_upper = (a.astype(np.float64) for a in (lower, row_lower, row_upper))
    at_rows, at_columns, values = (np.concatenate(part) for part in zip(*rows.entries, strict=True))
    return LinearProgram(
        "max",
        objective,
        SparseMatrix.from_coo(at_rows, at_columns, values, (len(rows.names), columns)),
        row_lower,
        row_upper,
        lower,
        np.full(columns, np.inf),
        rows.names,
        [*problem.variable_labels(), *rows.bounds],
    )


@dataclass
class _Rows:
    """Rows with names, collected one after another, and the bound variables they introduce."""

    size: int
    entries: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[Any]]] = field(default_factory=list)
    lower: list[Any] = field(default_factory=list)
    upper: list[Any] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    bounds: list[str] = field(default_factory=list)

    def add(self, name: str, terms: Sequence[tuple[NDArray[np.int64], NDArray[Any]]], lower: Any, upper: Any) -> None:
        """Add a row of (columns, coefficients) terms; a column in two terms gets their sum."""
        for columns, values in terms:
            place = np.full(columns.size, len(self.names), dtype=np.int64)
            self.entries.append((place, columns.ravel(), values.ravel()))
        self.lower.append(lower)
        self.upper.append(upper)
        self.names.append(name)

    def bound_variable(self, name: str) -> NDArray[np.int64]:
        self.bounds.append(name)
        return np.array([self.size + len(self.bounds) - 1], dtype=np.int64)


def _add_agent(problem: CommunicationProblem, i: int, rows: _Rows) -> None:
    agent, none = problem.agents[i], zero(problem.exact)
    stakes = problem.weighted(problem.utility[i])
    axis = problem.type_axis(i)
    for a, own in enumerate(problem.types[i]):
        here, gain = np.take(problem.variables, a, axis), np.take(stakes, a, axis)
        if problem.outside is not None:
            least = problem.outside[i][a] * np.take(problem.prior, a, axis).sum()
            rows.add(f"participation:{agent}:{own}", [(here, gain)], least, np.inf)
        for message, index, recommended in messages(problem, i):
            for response, action in responses(problem, i, recommended):
                if action is not None:
                    loss = gain[index] - response_gain(problem, i, gain, index, action)
                    rows.add(f"obedience:{agent}:{own}:{message}->{response}", [(here[index], loss)], none, np.inf)
        if problem.types_are == "reported":
            for s, report in enumerate(problem.types[i]):
                if s != a:
                    there = np.take(problem.variables, s, axis)
                    _add_lie(problem, i, rows, f"{agent}:{own}->{report}", here, there, gain)


def _add_lie(
    problem: CommunicationProblem,
    i: int,
    rows: _Rows,
    lie: str,
    here: NDArray[np.int64],
    there: NDArray[np.int64],
    gain: NDArray[Any],
) -> None:
    """Add the rows that make one lie unprofitable, whatever is done with what the liar is told."""
    one = to_numbers(np.ones(1, dtype=np.int64), problem.exact)
    none = zero(problem.exact)
    honesty = [(here, gain)]
    for message, index, recommended in messages(problem, i):
        possible = responses(problem, i, recommended)
        if len(possible) == 1:
            honesty.append((there[index], -gain[index]))
            continue
        bound = rows.bound_variable(f"best:{lie}:{message}")
        honesty.append((bound, -one))
        for response, action in possible:
            brings = response_gain(problem, i, gain, index, action)
            rows.add(f"bound:{lie}:{message}->{response}", [(bound, one), (there[index], -brings)], none, np.inf)
    rows.add(f"honesty:{lie}", honesty, none, np.inf)
