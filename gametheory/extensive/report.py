"""What a solved game in extensive form reports, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gametheory.extensive.profile import LABELLED_SETS, StrategyProfile

if TYPE_CHECKING:
    from gametheory.extensive.form import ExtensiveGame
    from gametheory.solution import Solution


def report(game: ExtensiveGame, solution: Solution) -> dict[str, Any]:
    """Return the named results of a solution.

    Parameters
    ----------
    game : ExtensiveGame
        What was solved.
    solution : Solution
        How.

    Returns
    -------
    dict
        ``payoffs`` by player in player order; ``path``, the moves on the equilibrium path; ``strategy`` by
        information set (left out above 10 000 sets).
    """
    answer = solution.answer
    results: dict[str, Any] = {}
    if isinstance(answer, StrategyProfile):
        held = answer.of(game)
        results["payoffs"] = dict(held.payoffs)
        results["path"] = list(held.path)
        if game.sets <= LABELLED_SETS:
            results["strategy"] = {k: dict(v) if not isinstance(v, str) else v for k, v in held.strategy.items()}
    return results
