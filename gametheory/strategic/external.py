"""Equilibria from nashpy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import UsageError, nearest
from gametheory.limits import LimitReached
from gametheory.numbers import float_array
from gametheory.solution import Outcome, Termination
from gametheory.strategic import support
from gametheory.strategic.outside import TaskFailed, ask
from gametheory.strategic.profiles import Equilibria, payoffs_against, rationalised

if TYPE_CHECKING:
    from gametheory.solvers import Options
    from gametheory.strategic.form import StrategicGame

_ALGORITHMS = ("support_enumeration", "vertex_enumeration", "lemke_howson")
#: Gains, relative to max(1, range of payoffs), up to which a profile in floats counts as an equilibrium.
_ROUNDING = 1e-9


def to_nashpy(game: StrategicGame) -> Any:
    """Return the game as a ``nashpy.Game``."""
    import nashpy

    return nashpy.Game(*game.numbers(False))


def refuses(game: StrategicGame, options: Options) -> str | None:
    """Say why nashpy does not apply, or return None."""
    if len(game.players) != 2:
        return f"nashpy is for two players, not {len(game.players)}; use pygambit"
    algorithm = options.extra.get("solver")
    if algorithm in _ALGORITHMS[1:] and min(game.shape) == 1:
        return f"nashpy's {algorithm} is not for a player with one strategy; use support_enumeration"
    return None


def solve(game: StrategicGame, options: Options) -> Outcome:
    """Return the equilibria that nashpy finds.

    Parameters
    ----------
    game : StrategicGame
        Two players.
    options : Options
        ``extra["solver"]``: ``support_enumeration``, ``vertex_enumeration`` or ``lemke_howson``; by default the
        first, or the last where there are too many supports. In exact mode its floats are hints, and those near
        a rational equilibrium are kept. ``lemke_howson`` drops one label after another until it finds one.
    """
    algorithm = str(options.extra.get("solver") or _ALGORITHMS[2 if support.too_many(game) else 0])
    if algorithm not in _ALGORITHMS:
        raise UsageError(f"nashpy has no '{algorithm}'", remedy=nearest(algorithm, _ALGORITHMS))
    found: list[tuple[Any, ...]] = []
    reason = None
    method = f"nashpy:{algorithm}"
    try:
        for profile in _runs(game, algorithm, options):
            kept = _kept(game, profile, options.exact)
            if kept is not None and not any(_same(kept, other) for other in found):
                found.append(kept)
                if algorithm == "lemke_howson":
                    break
    except LimitReached as limit:
        reason = str(limit)
    except TaskFailed as failure:
        return Outcome(Termination.FAILED, None, options.exact, "unknown", method, f"{method} failed: {failure}")
    answer = Equilibria(tuple(found)) if found else None
    if reason is not None:
        return Outcome(Termination.LIMIT, answer, options.exact, "unknown", method, reason)
    if answer is None:
        return Outcome(Termination.FAILED, None, options.exact, "unknown", method, f"{method} found no equilibrium")
    complete = "one" if algorithm == "lemke_howson" else "unknown"
    return Outcome(Termination.SOLVED, answer, options.exact, complete, method)


def _runs(game: StrategicGame, algorithm: str, options: Options) -> Iterator[Any]:
    payoffs = game.numbers(False).tolist()
    if algorithm != "lemke_howson":
        yield from ask("nashpy", options.budget, payoffs=payoffs, algorithm=algorithm)
        return
    failure = None
    for label in range(sum(game.shape)):
        told = {"payoffs": payoffs, "algorithm": algorithm, "initial_dropped_label": label}
        try:
            found = list(ask("nashpy", options.budget, **told))  # to its end, or its process could not be kept
        except TaskFailed as error:
            failure = error
        else:
            yield from found
    if failure is not None:
        raise failure


def _kept(game: StrategicGame, profile: Any, exact: bool) -> tuple[Any, ...] | None:
    """Return the profile if it is an equilibrium up to what its numbers can tell, else None."""
    rows = [np.asarray(row, dtype=np.float64) for row in profile]
    if any(row.shape != (n,) or not np.isfinite(row).all() for row, n in zip(rows, game.shape, strict=True)):
        return None
    if not all((row > 0).any() for row in rows):
        return None
    rows = [np.maximum(row, 0.0) / np.maximum(row, 0.0).sum() for row in rows]
    if exact:
        return exact_equilibrium(game, rows)
    payoffs = game.numbers(False)
    for i, row in enumerate(rows):
        earned = payoffs_against(payoffs, rows, i)
        if earned.max() - row @ earned > _ROUNDING * max(1.0, float(np.ptp(payoffs))):
            return None
    return tuple(float_array(row) for row in rows)


def exact_equilibrium(game: StrategicGame, profile: Any) -> tuple[Any, ...] | None:
    """Return a rational equilibrium within rounding of a float profile, or None."""
    payoffs = game.numbers(True)
    for denominator in (1000, 10**6, 10**9):
        rows = rationalised(profile, denominator)
        gains = []
        for i, row in enumerate(rows):
            earned = payoffs_against(payoffs, rows, i)
            gains.append(max(earned) - (row * earned).sum())
        if max(gains) == 0:
            return rows
    return support.near(game, profile) if len(game.players) == 2 else None


def _same(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
    return all(np.abs(float_array(x) - float_array(y)).max() < 1e-9 for x, y in zip(a, b, strict=True))
