"""What solving a bare form of this folder reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gametheory.equilibrium.bidding import BiddingGame
    from gametheory.equilibrium.continuous import ContinuousGame
    from gametheory.equilibrium.indivisible import IndivisibleMarket
    from gametheory.equilibrium.search import SearchMarket
    from gametheory.equilibrium.system import EquilibriumSystem
    from gametheory.equilibrium.transition import SearchTransition
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


def report_search(market: SearchMarket, solution: Solution) -> dict[str, Any]:
    """Return the measures of liquidity by asset, or what a simulation found, with standard errors."""
    if solution.concept == "simulation":
        found = solution.answer
        rows = zip(found.measures, found.estimates.tolist(), found.errors.tolist(), strict=True)
        return {name: {"estimate": value, "standard_error": error} for name, value, error in rows}
    liquidity = market.liquidity()
    by_asset = {name: dict(zip(market.names, values, strict=True)) for name, values in liquidity.items()}
    return {**by_asset, "variance": solution.answer.moments[0]}


def report_transition(form: SearchTransition, solution: Solution) -> dict[str, Any]:
    """Return times, variances and mean distances along the path."""
    answer = solution.answer
    gaps = answer.half_mean_gap.tolist() if answer.half_mean_gap.size else None
    return {"times": form.times.tolist(), "variance": answer.moments[:, 2].tolist(), "half_mean_gap": gaps}


def report_indivisible(market: IndivisibleMarket, solution: Solution) -> dict[str, Any]:
    """Return masses and reservation values by type, and dealers' prices if there are dealers."""
    answer = solution.answer
    columns = {name: getattr(answer, name).tolist() for name in ("owners", "others", "reservation")}
    found: dict[str, Any] = {name: dict(zip(market.types, v, strict=True)) for name, v in columns.items()}
    if market.dealer_rate > 0:
        found |= {"bid": answer.bid(market), "ask": answer.ask(market)}
    return found
