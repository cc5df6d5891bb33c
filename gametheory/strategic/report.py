"""What a solved game in strategic form reports, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gametheory.strategic.profiles import (
    ApproximateEquilibrium,
    Elimination,
    Equilibria,
    QuantalResponse,
    payoffs_against,
    resolved,
)

if TYPE_CHECKING:
    from gametheory.solution import Solution
    from gametheory.strategic.form import StrategicGame


def report(game: StrategicGame, solution: Solution) -> dict[str, Any]:
    """Return the named results of a solution.

    Parameters
    ----------
    game : StrategicGame
        What was solved.
    solution : Solution
        How.

    Returns
    -------
    dict
        ``equilibria``: a list of profiles, each keyed by player, then by strategy; ``payoffs``: for each
        equilibrium, by player; ``value`` to the first player in a game of constant sum; ``epsilon``: the bound on
        gains from deviating; ``surviving`` and ``eliminated`` strategies.
    """
    answer = solution.answer
    if isinstance(answer, Elimination):
        return {
            "surviving": {player: list(names) for player, names in answer.surviving.items()},
            "eliminated": [{"player": step["player"], "strategy": step["strategy"]} for step in answer.steps],
        }
    if not isinstance(answer, Equilibria | ApproximateEquilibrium | QuantalResponse):
        return {"equilibria": []}
    exactly = solution.exact
    payoffs = game.numbers(exactly)
    equilibria, earned = [], []
    for profile in answer.profiles:
        rows = resolved(game, profile, exactly=exactly)
        named = zip(game.players, game.strategies, rows, strict=True)
        equilibria.append({player: dict(zip(names, row.tolist(), strict=True)) for player, names, row in named})
        worth = [(row * payoffs_against(payoffs, rows, i)).sum() for i, row in enumerate(rows)]
        earned.append(dict(zip(game.players, worth, strict=True)))
    results: dict[str, Any] = {"equilibria": equilibria, "payoffs": earned}
    if isinstance(answer, Equilibria) and answer.value is not None:
        results["value"] = answer.value
    if isinstance(answer, ApproximateEquilibrium):
        results["epsilon"] = answer.epsilon
    return results
