"""Equilibria of games with real choices: first-order conditions, and best responses in turn."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory import tolerances
from gametheory.equilibrium.continuous import ChoiceProfile, ContinuousGame
from gametheory.equilibrium.solve_system import newton
from gametheory.equilibrium.system import EquilibriumSystem
from gametheory.limits import LimitReached
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options

Array = NDArray[np.float64]

#: Points of the first look at a player's choices, and rounds of best responses.
GRID, ROUNDS = 513, 2_000


def first_order(game: ContinuousGame, options: Options) -> Outcome:
    """Solve the players' first-order conditions, corners included; the certificate shows whether it is an optimum."""
    start = np.array([float(v) for v in game.start])

    def marginal_losses(x: Array) -> list[float]:
        with np.errstate(all="ignore"):
            return [-float(game.own_slopes(i, [np.float64(v) for v in x])[1]) for i in range(len(x))]

    system = EquilibriumSystem(
        game.players, marginal_losses, lower=game.lower, upper=game.upper, start=tuple(start), complementary=True
    )
    outcome = newton(system, Options(budget=options.budget))
    if outcome.answer is None:
        return outcome
    point = np.array([float(outcome.answer.values[p]) for p in game.players])  # type: ignore[attr-defined]
    return _outcome(game, point, options)


def best_response(game: ContinuousGame, options: Options) -> Outcome:
    """Let the players answer each other in turn until nobody moves; option `damping` (1 by default)."""
    damping = float(options.extra.get("damping", 1.0))
    point = np.array([float(v) for v in game.start])
    try:
        for _ in range(ROUNDS):
            moved = 0.0
            for i in range(len(point)):
                options.budget.check(1)
                step = damping * (_best(game, i, point) - point[i])
                point[i] += step
                moved = max(moved, abs(step) / max(1.0, abs(point[i])))
            if moved <= 1e-13 or (len(point) == 1 and damping == 1):
                break
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, message=str(limit))
    return _outcome(game, point, options)


def _payoffs(game: ContinuousGame, player: int, point: Array, own: Any) -> Any:
    with np.errstate(all="ignore"):
        choices = [own if i == player else np.float64(v) for i, v in enumerate(point)]
        return np.nan_to_num(np.asarray(game.payoff(player, choices), dtype=np.float64) + 0 * own, nan=-np.inf)


def _best(game: ContinuousGame, player: int, point: Array) -> float:
    """Return a best choice against the others: a grid, then a golden-section search polished by Newton."""
    low, high = float(game.lower[player]), float(game.upper[player])
    grid = np.linspace(low, high, GRID)
    k = int(np.argmax(_payoffs(game, player, point, grid)))
    left, right = grid[max(k - 1, 0)], grid[min(k + 1, GRID - 1)]
    for _ in range(60):
        trial = np.linspace(left, right, 9)
        j = int(np.argmax(_payoffs(game, player, point, trial)))
        left, right = trial[max(j - 1, 0)], trial[min(j + 1, 8)]
        if right - left <= 1e-9 * max(1.0, abs(left)):
            break
    best = float((left + right) / 2)
    for _ in range(4):
        choices = [np.float64(best) if i == player else np.float64(v) for i, v in enumerate(point)]
        with np.errstate(all="ignore"):
            _, slope, curvature = game.own_slopes(player, choices)
        ahead = best - float(slope) / float(curvature) if curvature < 0 else best
        if not left - 1e-6 * abs(left) - 1e-9 <= ahead <= right + 1e-6 * abs(right) + 1e-9:
            break
        best = ahead
    candidates = np.array([np.clip(best, low, high), low, high])
    return float(candidates[int(np.argmax(_payoffs(game, player, point, candidates)))])


def _outcome(game: ContinuousGame, point: Array, options: Options) -> Outcome:
    """Return the profile; it claims no gain beyond the tolerance, which the certificate has to prove."""
    size = max(1.0, *(abs(float(_payoffs(game, i, point, np.float64(point[i])))) for i in range(len(point))))
    if not np.isfinite([*point, size]).all():
        return Outcome(Termination.FAILED, None, message="the search left the domain of a payoff")
    choices = dict(zip(game.players, (float(v) for v in point), strict=True))
    message = "choices are in floats, their epsilon proved" if options.exact else ""
    return Outcome(Termination.SOLVED, ChoiceProfile(choices, tolerances.REGRET * size), message=message)
