"""Two players with opposite interests, by linear programming."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gametheory.limits import LimitReached
from gametheory.solution import Outcome, Termination
from gametheory.strategic.profiles import Equilibria
from gametheory.strategic.programs import ProgramFailed, saddle_point

if TYPE_CHECKING:
    from gametheory.solvers import Options
    from gametheory.strategic.form import StrategicGame


def refuses(game: StrategicGame, options: Options) -> str | None:
    """Say why linear programming does not apply, or return None."""
    if len(game.players) != 2:
        return f"linear programming is for two players, not {len(game.players)}; use pygambit"
    if game.constant_sum() is None:
        return "the payoffs do not add up to a constant; use support_enumeration, nashpy or pygambit"
    return None


def solve(game: StrategicGame, options: Options) -> Outcome:
    """Return an equilibrium of a constant-sum game, and its value to the first player.

    Parameters
    ----------
    game : StrategicGame
        Two players whose payoffs add up to the same number in every profile.
    options : Options
        Exact or not; the budget is passed on.
    """
    try:
        x, y, value = saddle_point(game.numbers(options.exact)[0], options.exact, options.budget)
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, options.exact, message=str(limit))
    except ProgramFailed as failure:
        return Outcome(Termination.FAILED, None, options.exact, message=str(failure))
    return Outcome(Termination.SOLVED, Equilibria(((x, y),), value), options.exact, "one")
