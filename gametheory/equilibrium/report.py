"""What solving a bare form of this folder reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gametheory.equilibrium.bidding import BiddingGame
    from gametheory.equilibrium.continuous import ContinuousGame
    from gametheory.equilibrium.system import EquilibriumSystem
    from gametheory.solution import Solution


def report_system(system: EquilibriumSystem, solution: Solution) -> dict[str, Any]:
    """Return the unknowns by name."""
    return {"values": {name: solution.answer[name] for name in system.unknowns}}


def report_game(game: ContinuousGame, solution: Solution) -> dict[str, Any]:
    """Return choices and payoffs by player, and the proved bound on any gain."""
    choices = {name: float(solution.answer[name]) for name in game.players}
    listed = list(choices.values())
    payoffs = {name: float(game.payoff(i, listed)) for i, name in enumerate(game.players)}
    return {"choices": choices, "payoffs": payoffs, "epsilon": float(solution.answer.epsilon)}


def report_bidding(game: BiddingGame, solution: Solution) -> dict[str, Any]:
    """Return the schedule at eleven values, and the proved bound on any gain."""
    schedule = solution.answer
    low, high = float(game.low), float(game.high)
    values = [low + (high - low) * i / 10 for i in range(11)]
    return {"values": values, "bids": [float(schedule(v)) for v in values], "epsilon": float(schedule.epsilon)}
