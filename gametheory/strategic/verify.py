"""Checking claims about games in strategic form, without any solver."""

from __future__ import annotations

from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import InputError, UsageError
from gametheory.numbers import exact as exactly
from gametheory.numbers import exact_array
from gametheory.solution import Certificate, Violation
from gametheory.strategic.profiles import (
    ApproximateEquilibrium,
    Elimination,
    Equilibria,
    NoPureEquilibrium,
    QuantalResponse,
    payoffs_against,
    resolved,
)
from gametheory.tolerances import FEASIBILITY, REGRET

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.strategic.form import StrategicGame


def verify(game: StrategicGame, answer: Any, *, exact: bool, concept: str) -> Certificate:
    """Check a claimed answer against a game.

    Parameters
    ----------
    game : StrategicGame
        The game.
    answer : Equilibria, ApproximateEquilibrium, NoPureEquilibrium, Elimination or QuantalResponse
        What is claimed.
    exact : bool
        Whether to check in rational arithmetic.
    concept : str
        What counts as a solution: ``"nash"``, ``"pure_nash"``, ``"undominated"`` or ``"logit"``.

    Returns
    -------
    Certificate
        ``regret``: no player gains by another strategy. ``epsilon``: nobody gains more than the stated bound,
        shown in rational arithmetic. ``no_pure_equilibrium``: every pure profile has a gainful deviation.
        ``dominance``: each step removes a dominated strategy. ``residual``: choice probabilities are logit.

    Raises
    ------
    UsageError
        If the answer is not one of these, or does not speak to the concept.
    InputError
        If the answer does not fit the game.
    """
    fits = {
        "nash": (Equilibria, ApproximateEquilibrium),
        "pure_nash": (Equilibria, NoPureEquilibrium),
        "undominated": (Elimination,),
        "logit": (QuantalResponse,),
    }
    if concept not in fits:
        raise UsageError(f"no check for the concept '{concept}' of games in strategic form")
    if not isinstance(answer, fits[concept]):
        raise UsageError(f"an answer of type {type(answer).__name__} says nothing about '{concept}'")
    if isinstance(answer, ApproximateEquilibrium):
        return _epsilon(game, answer)
    if isinstance(answer, Equilibria):
        return _regret(game, answer, exact, pure=concept == "pure_nash")
    if isinstance(answer, NoPureEquilibrium):
        return _none(game, exact)
    if isinstance(answer, Elimination):
        return _dominance(game, answer, exact)
    assert isinstance(answer, QuantalResponse)
    return _residual(game, answer)


def _certificate(
    kind: str, checked: int, found: list[tuple[Any, str]], tolerance: Any, exact: bool, note: str = ""
) -> Certificate:
    zero: Any = Fraction(0) if exact else 0.0
    found = [(amount if exact else float(amount), name) for amount, name in found]
    if not all(isfinite(amount) for amount, _ in found):
        raise InputError("the payoffs are too large to be checked in floats", remedy="solve and verify exactly")
    largest = max([amount for amount, _ in found], default=zero)
    beyond = sorted((pair for pair in found if pair[0] > tolerance), key=lambda pair: -pair[0])
    return Certificate(
        kind=kind,
        checked=checked,
        max_violation=max(largest, zero),
        tolerance=tolerance,
        exact=exact,
        ok=not beyond,
        violations=tuple(Violation(name, amount) for amount, name in beyond[:20]),
        note=note,
    )


def _tolerance(payoffs: NDArray[Any], exact: bool) -> Any:
    if exact:
        return Fraction(0)
    return REGRET * max(1.0, float(payoffs.max() - payoffs.min()))


def _faults(
    game: StrategicGame, rows: list[NDArray[Any]], label: str, scale: Any = Fraction(1)
) -> list[tuple[Any, str]]:
    """Return by how much probabilities are off, in units of payoffs."""
    scale = scale if rows[0].dtype == object else float(scale)
    found = []
    for name, row in zip(game.players, rows, strict=True):
        found.append((scale * abs(row.sum() - 1), f"{label}probabilities of {name} sum to 1"))
        found.append((scale * max(-row.min(), row.sum() * 0), f"{label}probabilities of {name} are not negative"))
    return found


def _regrets(game: StrategicGame, payoffs: NDArray[Any], rows: list[NDArray[Any]]) -> list[tuple[Any, str]]:
    found = []
    for i, name in enumerate(game.players):
        earned = payoffs_against(payoffs, rows, i)
        best = int(np.argmax(earned))
        gain = earned[best] - (rows[i] * earned).sum()
        found.append((gain, f"{name} gains by {game.strategies[i][best]}"))
    return found


def _regret(game: StrategicGame, answer: Equilibria, exact: bool, pure: bool) -> Certificate:
    payoffs = game.numbers(exact)
    tolerance = _tolerance(payoffs, exact)
    scale = Fraction(1) if exact else tolerance / REGRET
    found: list[tuple[Any, str]] = []
    if not answer.profiles:
        raise InputError("there is no profile to check")
    for k, profile in enumerate(answer.profiles):
        rows = resolved(game, profile, exactly=exact)
        label = f"profile {k + 1}: " if len(answer.profiles) > 1 else ""
        found += _faults(game, rows, label, scale)
        found += [(gain, label + name) for gain, name in _regrets(game, payoffs, rows)]
        if pure:
            found += [
                (scale * (row.sum() - row.max()), f"{label}{name} plays one strategy")
                for name, row in zip(game.players, rows, strict=True)
            ]
        if answer.value is not None:
            value: Any = exactly(answer.value) if exact else float(answer.value)
            worth = (rows[0] * payoffs_against(payoffs, rows, 0)).sum()
            found.append((abs(worth - value), f"{label}value"))
    return _certificate("regret", len(found), found, tolerance, exact)


def _epsilon(game: StrategicGame, answer: ApproximateEquilibrium) -> Certificate:
    if len(answer.profiles) != 1:
        raise InputError("an approximate equilibrium holds one profile")
    rows = resolved(game, answer.profiles[0], exactly=True)
    bound = exactly(answer.epsilon)
    faults = _faults(game, rows, "")
    gains = _regrets(game, game.numbers(True), rows)
    broken = [(amount, name) for amount, name in faults if amount > 0]
    note = "no player gains more than the tolerance by any deviation from this rational profile"
    certificate = _certificate("epsilon", len(faults) + len(gains), gains, bound, True, note)
    if not broken:
        return certificate
    return _certificate("epsilon", len(faults) + len(gains), faults, Fraction(0), True, note)


def _none(game: StrategicGame, exact: bool) -> Certificate:
    payoffs = game.payoffs  # floats are in the same order as the decimals they stand for
    stable = np.ones(game.shape, dtype=bool)
    for i in range(len(game.players)):
        stable &= np.asarray(payoffs[i] == payoffs[i].max(axis=i, keepdims=True), dtype=bool)
    found: list[tuple[Any, str]] = []
    for place in np.argwhere(stable)[:20]:
        names = ", ".join(s[k] for s, k in zip(game.strategies, place.tolist(), strict=True))
        found.append((Fraction(1), f"{names} is an equilibrium"))
    return _certificate("no_pure_equilibrium", game.profiles, found, Fraction(0), True)


def _dominance(game: StrategicGame, answer: Elimination, exact: bool) -> Certificate:
    payoffs = game.numbers(True)
    left = [list(range(n)) for n in game.shape]
    found: list[tuple[Any, str]] = []
    checked = 0
    for step in answer.steps:
        i, gone = _find(game, step["player"], step["strategy"])
        name = f"{step['strategy']} of {step['player']} is dominated"
        mixture = {_find(game, step["player"], s)[1]: exactly(p) for s, p in step["by"].items()}
        if gone not in left[i] or not set(mixture) <= set(left[i]) - {gone}:
            raise InputError(f"{name}: the strategies of this step are not all left")
        if sum(mixture.values()) != 1 or min(mixture.values()) < 0:
            found.append((Fraction(1), f"{name}: the mixture holds probabilities"))
        rest = payoffs[i][np.ix_(*[left[k] if k != i else range(game.shape[i]) for k in range(len(left))])]
        rest = np.moveaxis(rest, i, 0).reshape(game.shape[i], -1)
        gain: NDArray[Any] = -rest[gone]
        for k, weight in mixture.items():
            gain = gain + weight * rest[k]
        checked += gain.size
        smallest, largest = gain.min(), gain.max()
        if answer.strict and smallest <= 0:
            found.append((max(-smallest, Fraction(1)), f"{name} strictly"))
        if not answer.strict and (smallest < 0 or largest <= 0):
            found.append((max(-smallest, Fraction(1)), f"{name} weakly"))
        left[i].remove(gone)
    note = "what is left is not claimed to be undominated"
    if answer.surviving:
        note = _undominated(game, payoffs, left, answer, found)
        checked += sum(map(len, left))
    for name, kept, names in zip(game.players, left, game.strategies, strict=True):
        if answer.surviving and tuple(answer.surviving.get(name, ())) != tuple(names[k] for k in kept):
            found.append((Fraction(1), f"surviving strategies of {name}"))
    return _certificate("dominance", checked, found, Fraction(0), True, note)


def _undominated(
    game: StrategicGame, payoffs: NDArray[Any], left: list[list[int]], answer: Elimination, found: list[tuple[Any, str]]
) -> str:
    """Note every strategy that is left although it is dominated; say what was not looked at."""
    for i, kept in enumerate(left):
        rest = np.moveaxis(payoffs[i][np.ix_(*left)], i, 0).reshape(len(kept), -1)
        for a, k in enumerate(kept if len(kept) > 1 else ()):
            name = f"{game.strategies[i][k]} of {game.players[i]}"
            if answer.beliefs is None:
                gains = [row - rest[a] for b, row in enumerate(rest) if b != a]
                worse = ((g > 0).all() if answer.strict else (g >= 0).all() and (g > 0).any() for g in gains)
                if any(worse):
                    found.append((Fraction(1), f"{name} is left, and dominated"))
                continue
            belief = answer.beliefs.get(game.players[i], {}).get(game.strategies[i][k])
            if belief is None or np.shape(belief) != rest.shape[1:]:
                raise InputError(f"{name}: no belief over the {rest.shape[1]} profiles of the others that are left")
            weights = exact_array(belief)
            if weights.sum() != 1 or weights.min() < 0 or (not answer.strict and weights.min() == 0):
                positive = "" if answer.strict else ", all positive"
                found.append((Fraction(1), f"{name}: the belief holds probabilities{positive}"))
            earned = (rest * weights).sum(axis=1)
            found.append((earned.max() - earned[a], f"{name} is a best reply to its belief"))
    return "" if answer.beliefs is not None else "what is left is checked against pure strategies only"


def _find(game: StrategicGame, player: str, strategy: str) -> tuple[int, int]:
    try:
        return game.find(player, strategy)
    except UsageError as error:
        raise InputError(error.message, remedy=error.remedy) from None


def _residual(game: StrategicGame, answer: QuantalResponse) -> Certificate:
    if len(answer.profiles) != 1:
        raise InputError("a quantal response equilibrium holds one profile")
    rows = resolved(game, answer.profiles[0], exactly=False)
    payoffs = game.numbers(False)
    found = _faults(game, rows, "")
    for i, name in enumerate(game.players):
        power = answer.rationality * payoffs_against(payoffs, rows, i)
        wanted = np.exp(power - power.max())
        wanted /= wanted.sum()
        worst = int(np.argmax(np.abs(wanted - rows[i])))
        found.append((float(abs(wanted - rows[i])[worst]), f"{name} chooses {game.strategies[i][worst]} by logit"))
    return _certificate("residual", len(found), found, FEASIBILITY, False)
