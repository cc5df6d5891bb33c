"""Iterated elimination of dominated strategies."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import UsageError
from gametheory.limits import LimitReached
from gametheory.numbers import exact_array
from gametheory.solution import Outcome, Termination
from gametheory.strategic.profiles import Elimination
from gametheory.strategic.programs import ProgramFailed, optimum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.linear import PrimalDual
    from gametheory.solvers import Options
    from gametheory.strategic.form import StrategicGame


def solve(game: StrategicGame, options: Options) -> Outcome:
    """Return what survives iterated elimination of dominated strategies, with every step.

    Parameters
    ----------
    game : StrategicGame
        The game.
    options : Options
        ``extra["strict"]`` (default true): strict or weak dominance; ``extra["mixed"]`` (default true): whether
        mixtures dominate too. What survives weak dominance depends on the order; here the first
        dominated strategy of the first player goes first.
    """
    strict, mixed = (_switch(options.extra, name) for name in ("strict", "mixed"))
    payoffs = game.numbers(True)
    left = [list(range(n)) for n in game.shape]
    steps: list[Mapping[str, Any]] = []
    try:
        while True:
            step = _next(payoffs, left, strict, mixed, options)
            if step is None:
                break
            i, gone, by = step
            left[i].remove(gone)
            names = game.strategies[i]
            mixture = {names[k]: weight for k, weight in by.items()}
            steps.append({"player": game.players[i], "strategy": names[gone], "by": mixture})
        beliefs = _beliefs(game, payoffs, left, strict, options) if mixed else None
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, Elimination(tuple(steps), strict), True, "unknown", message=str(limit))
    except ProgramFailed as failure:
        return Outcome(Termination.FAILED, None, True, "unknown", message=str(failure))
    surviving = {
        name: tuple(names[k] for k in kept)
        for name, names, kept in zip(game.players, game.strategies, left, strict=True)
    }
    answer = Elimination(tuple(steps), strict, surviving, beliefs)
    return Outcome(Termination.SOLVED, answer, True, "all" if strict and mixed else "one")


def _switch(extra: Mapping[str, Any], name: str) -> bool:
    value = extra.get(name, True)
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise UsageError(f"option '{name}' is true or false, not {value!r}")
    return value


def _next(
    payoffs: NDArray[Any], left: list[list[int]], strict: bool, mixed: bool, options: Options
) -> tuple[int, int, dict[int, Fraction]] | None:
    """Return a player, a dominated strategy and what dominates it, or None."""
    for i, kept in enumerate(left):
        if len(kept) == 1:
            continue
        rest = _against(payoffs, left, i)
        for a, gone in enumerate(kept):
            options.budget.check()
            for b, other in enumerate(kept):
                gain = rest[b] - rest[a]
                if b != a and ((gain > 0).all() if strict else (gain >= 0).all() and (gain > 0).any()):
                    return i, gone, {other: Fraction(1)}
            if mixed and len(kept) > 2:
                weights = _mixture(np.delete(rest, a, axis=0), rest[a], strict, options)
                if weights is not None:
                    others = [k for k in kept if k != gone]
                    return i, gone, {k: w for k, w in zip(others, weights, strict=True) if w}
    return None


def _against(payoffs: NDArray[Any], left: list[list[int]], player: int) -> NDArray[Any]:
    """Return what a player's strategies left earn against those of the others [strategies, profiles of the others]."""
    table: NDArray[Any] = np.moveaxis(payoffs[player][np.ix_(*left)], player, 0)
    return table.reshape(len(left[player]), -1)


def _beliefs(
    game: StrategicGame, payoffs: NDArray[Any], left: list[list[int]], strict: bool, options: Options
) -> dict[str, dict[str, NDArray[Any]]]:
    """Return, for every strategy left beside others, probabilities of the others' profiles that make it best."""
    result: dict[str, dict[str, NDArray[Any]]] = {}
    for i, kept in enumerate(left):
        rest = _against(payoffs, left, i)
        for a, k in enumerate(kept if len(kept) > 1 else ()):
            options.budget.check()
            found = _program(rest, rest[a], strict, options)
            assert found is not None, "a strategy does as well as itself"
            # The multipliers of the profiles; a weak program counts the gain in each of them once more.
            weights = [-y if strict else 1 - y for y in found.row_dual[: rest.shape[1]]]
            total = sum(weights, Fraction(0))
            result.setdefault(game.players[i], {})[game.strategies[i][k]] = exact_array([w / total for w in weights])
    return result


def _mixture(others: NDArray[Any], gone: NDArray[Any], strict: bool, options: Options) -> list[Fraction] | None:
    """Return the weights of a dominating mixture, or None."""
    found = _program(others, gone, strict, options)
    if found is None or found.objective <= 0:
        return None
    return list(found.primal[: len(others)])


def _program(others: NDArray[Any], gone: NDArray[Any], strict: bool, options: Options) -> PrimalDual | None:
    """Return the best mixture and its multipliers, or None if there is none.

    Strict: the largest t with ``w'others - gone >= t`` everywhere; domination if it is positive. Weak: the largest sum
    of ``w'others - gone >= 0``; domination if it is positive.
    """
    count, columns = others.shape
    gains = others - gone
    zero = Fraction(0)
    if strict:
        rows = np.concatenate([gains.T, np.full((columns, 1), Fraction(-1), dtype=object)], axis=1)
        last = np.array([[Fraction(1)] * count + [zero]], dtype=object)
        objective = [zero] * count + [Fraction(1)]
        lower: list[Any] = [zero] * count + [-float("inf")]
    else:
        rows, last = gains.T, np.array([[Fraction(1)] * count], dtype=object)
        objective, lower = gains.sum(axis=1).tolist(), [zero] * count
    return optimum(
        "max",
        objective,
        np.concatenate([rows, last]),
        [zero] * columns + [Fraction(1)],
        [float("inf")] * columns + [Fraction(1)],
        lower,
        options,
    )
