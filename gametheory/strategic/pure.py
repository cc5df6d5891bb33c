"""All pure equilibria, by looking at every profile at once."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.limits import LimitReached
from gametheory.solution import Outcome, Termination
from gametheory.strategic.profiles import Equilibria, NoPureEquilibrium

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.solvers import Options
    from gametheory.strategic.form import StrategicGame

#: Pure profiles above which they are not all looked at.
MOST_PROFILES = 100_000_000


def refuses(game: StrategicGame, options: Options) -> str | None:
    """Say why looking at every profile does not apply, or return None."""
    if game.profiles * len(game.players) > MOST_PROFILES:
        return f"{game.profiles} pure profiles are too many to look at"
    return None


def pure_equilibria(payoffs: NDArray[Any]) -> NDArray[np.int64]:
    """Return every pure equilibrium, one strategy for each player in a row.

    Parameters
    ----------
    payoffs : array [players, strategies of player 1, ..., strategies of player n]
        Payoffs, compared as they are.

    Returns
    -------
    int array [equilibria, players]
    """
    stable = np.ones(payoffs.shape[1:], dtype=bool)
    for i in range(len(payoffs)):
        stable &= np.asarray(payoffs[i] == payoffs[i].max(axis=i, keepdims=True), dtype=bool)
    return np.argwhere(stable)


def unit_profile(shape: tuple[int, ...], choice: Any, exact: bool) -> tuple[NDArray[Any], ...]:
    """Return a pure profile as probabilities."""
    rows = []
    for n, k in zip(shape, choice, strict=True):
        row: NDArray[Any] = np.full(n, Fraction(0), dtype=object) if exact else np.zeros(n)
        row[int(k)] = Fraction(1) if exact else 1.0
        rows.append(row)
    return tuple(rows)


def _find(game: StrategicGame, options: Options) -> NDArray[np.int64] | str:
    try:
        options.budget.check()
    except LimitReached as limit:
        return str(limit)
    return pure_equilibria(game.payoffs)


def solve(game: StrategicGame, options: Options) -> Outcome:
    """Return all pure equilibria, or the claim that there is none."""
    found = _find(game, options)
    if isinstance(found, str):
        return Outcome(Termination.LIMIT, None, options.exact, message=found)
    if not len(found):
        return Outcome(Termination.NONE_EXISTS, NoPureEquilibrium(), True, "all", message="no pure equilibrium")
    profiles = tuple(unit_profile(game.shape, row, options.exact) for row in found)
    return Outcome(Termination.SOLVED, Equilibria(profiles), options.exact, "all")


def solve_nash(game: StrategicGame, options: Options) -> Outcome:
    """Return the pure equilibria as Nash equilibria; finding none proves nothing about mixed ones."""
    found = _find(game, options)
    if isinstance(found, str):
        return Outcome(Termination.LIMIT, None, options.exact, message=found)
    if not len(found):
        message = "no pure equilibrium; a mixed one exists, which pygambit may find"
        return Outcome(Termination.FAILED, None, options.exact, message=message)
    profiles = tuple(unit_profile(game.shape, row, options.exact) for row in found)
    return Outcome(Termination.SOLVED, Equilibria(profiles), options.exact, "unknown")
