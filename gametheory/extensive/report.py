"""What a solved game in extensive form reports, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gametheory.extensive.batch import ProfileBatch
from gametheory.extensive.profile import LABELLED_SETS, StrategyProfile
from gametheory.extensive.stage_profile import StageProfile

if TYPE_CHECKING:
    from gametheory.extensive.form import ExtensiveGame
    from gametheory.extensive.multistage import MultistageGame
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
        information set (left out above 10 000 sets); ``value`` to the first player from the sequence form;
        ``all_payoffs``, the payoff vectors of all pure subgame-perfect equilibria; ``epsilon``, the bound on
        gains from deviating.
    """
    if game.points is not None and isinstance(solution.answer, ProfileBatch):
        columns = zip(game.players, solution.answer.payoffs.T.tolist(), strict=True)
        return {"payoffs": {name: list(column) for name, column in columns}}
    answer = solution.answer
    results: dict[str, Any] = {}
    if isinstance(answer, StrategyProfile):
        held = answer.of(game)
        results["payoffs"] = dict(held.payoffs)
        results["path"] = list(held.path)
        if solution.method.startswith("sequence_form"):
            results["value"] = next(iter(held.payoffs.values()))
        if held.all_payoffs is not None:
            results["all_payoffs"] = [list(row) for row in held.all_payoffs]
        if held.epsilon is not None:
            results["epsilon"] = held.epsilon
        if game.sets <= LABELLED_SETS:
            results["strategy"] = {k: dict(v) if not isinstance(v, str) else v for k, v in held.strategy.items()}
    return results


def report_stages(game: MultistageGame, solution: Solution) -> dict[str, Any]:
    """Return the named results of a solved multistage game.

    Parameters
    ----------
    game : MultistageGame
        What was solved.
    solution : Solution
        How.

    Returns
    -------
    dict
        ``payoffs`` by player in player order; ``path``, the cells played for certain from the start; ``strategy`` by
        state and player (left out above 10 000 states); ``prices`` by cell.
    """
    answer = solution.answer
    if not isinstance(answer, StageProfile):
        return {}
    results: dict[str, Any] = {"payoffs": answer.payoffs(game), "path": list(answer.path(game))}
    if len(game.states) <= LABELLED_SETS:
        results["strategy"] = answer.strategy(game)
        if game.bargains:
            results["prices"] = {
                game.cell_label(cell): list(price) if isinstance(price, tuple) else price
                for cell, price in answer.prices.items()
            }
    return results
