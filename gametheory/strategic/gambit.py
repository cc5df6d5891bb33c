"""To and from pygambit, and equilibria from it."""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import MissingPackageError, UsageError, nearest
from gametheory.limits import LimitReached
from gametheory.numbers import decode, exact, exact_array, float_array
from gametheory.solution import Outcome, Termination
from gametheory.strategic import nfg
from gametheory.strategic.external import exact_equilibrium
from gametheory.strategic.outside import TaskFailed, ask
from gametheory.strategic.profiles import (
    ApproximateEquilibrium,
    Equilibria,
    QuantalResponse,
    decimals,
    float_above,
    payoffs_against,
    rationalised,
)

if TYPE_CHECKING:
    from gametheory.solvers import Options
    from gametheory.strategic.form import StrategicGame

#: Algorithms by name, and whether they are for two players only.
ALGORITHMS = {
    "enummixed": True,
    "lcp": True,
    "lp": True,
    "enumpure": False,
    "enumpoly": False,
    "logit": False,
    "gnm": False,
    "ipa": False,
    "liap": False,
    "simpdiv": False,
}
#: The largest gain from deviating, relative to max(1, range of payoffs), at which a rational profile counts as found.
LARGEST_EPSILON = Fraction(1, 10**6)


def pygambit() -> Any:
    """Return the package.

    Raises
    ------
    MissingPackageError
        If it is not installed; the remedy names the extra.
    """
    try:
        import pygambit
    except ImportError:
        raise MissingPackageError(
            "this needs pygambit", remedy="pip install 'gametheory[gambit]' (it is compiled, and needs g++)"
        ) from None
    return pygambit


def to_pygambit(game: StrategicGame) -> Any:
    """Return the game as a ``pygambit.Game``, with exact payoffs."""
    return pygambit().read_nfg(io.StringIO(nfg.text(game)))


def from_pygambit(game: Any) -> StrategicGame:
    """Build a game from a ``pygambit.Game``.

    Raises
    ------
    UsageError
        If it is something else.
    """
    if not isinstance(game, pygambit().Game):
        raise UsageError(f"needed: a pygambit.Game; given: {type(game).__name__}")
    # What pygambit writes doubles the backslashes of a comment, and what it reads does not halve them.
    return replace(nfg.parse(game.to_nfg(), "pygambit"), comment=game.description)


def profile_from_pygambit(profile: Any) -> Equilibria:
    """Return a mixed strategy profile of pygambit's as one of ours, to be checked like any other."""
    rows = {player.label: {s.label: number(profile[s]) for s in player.strategies} for player in profile.game.players}
    return Equilibria((rows,))


def missing() -> str | None:
    """Say that pygambit is not installed, or return None."""
    import importlib.util

    if importlib.util.find_spec("pygambit") is None:
        return "this method needs pygambit: pip install 'gametheory[gambit]'"
    return None


def algorithm_of(options: Options, default: str, known: dict[str, bool]) -> str:
    """Return the algorithm the user asked for, as in ``pygambit:lcp``."""
    name = str(options.extra.get("solver") or default)
    if name not in known:
        raise UsageError(f"pygambit has no '{name}' here", remedy=nearest(name, known))
    return name


def refuses(game: StrategicGame, options: Options) -> str | None:
    """Say why pygambit does not apply, or return None."""
    reason = missing()
    if reason is not None:
        return reason
    name = options.extra.get("solver")
    if name in ALGORITHMS and ALGORITHMS[str(name)] and len(game.players) != 2:
        return f"pygambit's {name} is for two players, not {len(game.players)}; use pygambit:logit or pygambit:enumpoly"
    if name == "lp" and game.constant_sum() is None:
        return "pygambit's lp is for payoffs that add up to a constant"
    return None


def solve(game: StrategicGame, options: Options) -> Outcome:
    """Return the equilibria that pygambit finds.

    Parameters
    ----------
    game : StrategicGame
        Any number of players.
    options : Options
        ``extra["solver"]``: one of `ALGORITHMS`; by default ``enummixed`` for two players and ``logit`` for
        more. Where the profiles it finds are not rational equilibria, the best is made rational and returned
        with an exact bound on what anybody gains by deviating.
    """
    name = algorithm_of(options, "enummixed" if len(game.players) == 2 else "logit", ALGORITHMS)
    found = ask("nash_of_table", options.budget, text=nfg.text(game), algorithm=name)
    try:
        profiles = [[[decode(p) for p in row] for row in profile] for profile in found]
    except (LimitReached, TaskFailed) as stop:
        return stopped(stop, f"pygambit:{name}", options)
    complete = "all_extreme" if name == "enummixed" else "unknown"
    return certified(game, profiles, options, f"pygambit:{name}", complete)


def stopped(stop: LimitReached | TaskFailed, method: str, options: Options) -> Outcome:
    """Return the outcome of a solver that reached a limit or failed, with nothing to show."""
    if isinstance(stop, LimitReached):
        return Outcome(Termination.LIMIT, None, options.exact, "unknown", method=method, message=str(stop))
    message = f"{method} failed: {stop}"
    return Outcome(Termination.FAILED, None, options.exact, "unknown", method=method, message=message)


def certified(
    game: StrategicGame, profiles: list[list[list[Any]]], options: Options, method: str, complete: str
) -> Outcome:
    """Return rational equilibria among claimed profiles, or the best profile with an exact bound."""
    if not profiles:
        return Outcome(Termination.FAILED, None, options.exact, message=f"{method} found no equilibrium")
    kept: list[tuple[Any, ...]] = []
    for profile in profiles:
        rows = _rational(game, profile)
        if rows is not None and not any(all((a == b).all() for a, b in zip(rows, k, strict=True)) for k in kept):
            kept.append(rows)
    if kept:
        complete = complete if len(kept) == len(profiles) else "unknown"
        if not options.exact:
            kept = [tuple(float_array(row) for row in rows) for rows in kept]
        return Outcome(Termination.SOLVED, Equilibria(tuple(kept)), options.exact, complete, method=method)
    payoffs = game.numbers(True)
    best: tuple[Any, Any] | None = None
    for profile in profiles:
        rows = rationalised([[float(p) for p in row] for row in profile], 10**12)
        gain = _largest_gain(payoffs, rows)
        if best is None or gain < best[0]:
            best = (gain, rows)
    assert best is not None
    epsilon, rows = best
    scale = max(Fraction(1), exact(payoffs.max()) - exact(payoffs.min()))
    if epsilon > LARGEST_EPSILON * scale:
        message = f"{method} stopped where somebody gains {float(epsilon):.2g} by deviating"
        return Outcome(Termination.FAILED, None, True, "unknown", method=method, message=message)
    message = "no rational equilibrium found; the profile is an epsilon equilibrium with an exact bound"
    answer = ApproximateEquilibrium((rows,), epsilon)
    if not options.exact:
        # Floats stand for their decimals, so that the bound stays exact; it holds for payoffs saved as floats too.
        near = tuple(decimals(row) for row in rows)
        given = [exact_array(row) for row in near]
        gain = max(_largest_gain(numbers, given) for numbers in (payoffs, exact_array(game.numbers(False))))
        answer = ApproximateEquilibrium((near,), float_above(gain))
    return Outcome(Termination.SOLVED, answer, options.exact, "unknown", method=method, message=message)


def _largest_gain(payoffs: Any, rows: Any) -> Any:
    """Return the most that anybody gains by deviating from a profile, all in fractions."""
    earned = [payoffs_against(payoffs, rows, i) for i in range(len(rows))]
    return max(max(against) - (row * against).sum() for row, against in zip(rows, earned, strict=True))


def number(value: Any) -> Any:
    """Return a number of pygambit's as a fraction or a float."""
    return float(value) if isinstance(value, float) else decode(str(value))


def _rational(game: StrategicGame, profile: list[list[Any]]) -> tuple[Any, ...] | None:
    if all(isinstance(p, Fraction) for row in profile for p in row):
        return tuple(exact_array(row) for row in profile)
    return exact_equilibrium(game, [np.maximum([float(p) for p in row], 0.0) for row in profile])


def refuses_logit(game: StrategicGame, options: Options) -> str | None:
    """Say why quantal responses do not apply, or return None."""
    return missing()


def solve_logit(game: StrategicGame, options: Options) -> Outcome:
    """Return a logit quantal response equilibrium, on the branch that begins at uniform play.

    Parameters
    ----------
    game : StrategicGame
        Any number of players.
    options : Options
        ``extra["rationality"]``: the logit parameter, 1 by default.
    """
    rationality = float(decode(options.extra.get("rationality", 1)))
    if rationality < 0:
        raise UsageError(f"rationality is {rationality}, and must not be negative")
    rows: list[Any] = [np.full(n, 1.0 / n) for n in game.shape]
    if rationality > 0:
        try:
            (found,) = ask("logit", options.budget, text=nfg.text(game), rationality=rationality)
        except (LimitReached, TaskFailed) as stop:
            return stopped(stop, "pygambit", options)
        rows = [np.array(row) for row in found]
    return Outcome(Termination.SOLVED, QuantalResponse((tuple(rows),), rationality), False, "one")
