"""Linear programs on the way to equilibria."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.limits import Budget, LimitReached
from gametheory.linear import LinearProgram, PrimalDual
from gametheory.solution import Termination
from gametheory.solvers import Options, choose

if TYPE_CHECKING:
    from numpy.typing import NDArray


class ProgramFailed(Exception):  # noqa: N818  (it is a signal to the solver, not an error)
    """No solver found an optimum of a program that has one."""


def solved(program: LinearProgram, exact: bool, budget: Budget) -> PrimalDual | None:
    """Return an optimal pair, or None if the program is infeasible or unbounded.

    Raises
    ------
    LimitReached
        If the budget is spent on the way.
    ProgramFailed
        If the solver fails.
    """
    options = Options(exact=exact, budget=budget)
    outcome = choose(program, "optimal", None, options)(program, options)
    if outcome.termination is Termination.LIMIT:
        raise LimitReached(outcome.message)
    if outcome.termination in (Termination.INFEASIBLE, Termination.UNBOUNDED):
        return None
    if outcome.termination is not Termination.SOLVED or not isinstance(outcome.answer, PrimalDual):
        raise ProgramFailed(outcome.message or str(outcome.termination))
    return outcome.answer


def optimum(
    sense: str,
    objective: Sequence[Any],
    rows: NDArray[Any],
    low: Sequence[Any],
    high: Sequence[Any],
    lower: Sequence[Any],
    options: Options,
) -> PrimalDual | None:
    """Return an exact optimal pair of ``low <= rows x <= high, x >= lower``, or None if there is none."""
    bounds = [None if isinstance(v, float) else v for v in high]
    least = [None if isinstance(v, float) else v for v in lower]
    program = LinearProgram.build(sense, list(objective), between=(rows, list(low), bounds), lower=least)
    return solved(program, True, options.budget)


def saddle_point(payoffs: NDArray[Any], exact: bool, budget: Budget) -> tuple[NDArray[Any], NDArray[Any], Any]:
    """Return optimal strategies of a matrix game and its value.

    The row player's program is ``max v`` with ``x'A >= v`` in every column and x a distribution; the
    multipliers of its columns are the column player's strategy.

    Parameters
    ----------
    payoffs : array [rows, columns]
        What the row player gets.
    exact : bool
        Whether to return fractions.
    budget : Budget
        What may be spent.
    """
    rows, columns = payoffs.shape
    one: Any = Fraction(1) if exact else 1.0
    zero = one * 0
    gains = np.concatenate([payoffs.T, np.full((columns, 1), -one, dtype=payoffs.dtype)], axis=1)
    total = np.array([[one] * rows + [zero]], dtype=payoffs.dtype)
    program = LinearProgram.build(
        "max",
        [zero] * rows + [one],
        at_least=(gains, [zero] * columns),
        equal=(total, [one]),
        lower=[zero] * rows + [None],
    )
    pair = solved(program, exact, budget)
    if pair is None:
        raise ProgramFailed("the program of a matrix game always has an optimum")
    x, y = pair.primal[:rows], -pair.row_dual[:columns]
    if not exact:
        x, y = (np.maximum(v, 0.0) / np.maximum(v, 0.0).sum() for v in (x, y))
    return x, y, pair.primal[rows]
