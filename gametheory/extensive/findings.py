"""Gathering what a check finds."""

from __future__ import annotations

from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import InputError
from gametheory.extensive.arrays import as_floats
from gametheory.extensive.profile import StrategyProfile, certain_path
from gametheory.numbers import exact as exact_of
from gametheory.solution import Certificate, Violation
from gametheory.tolerances import REGRET

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.extensive.form import ExtensiveGame


def finite(amount: Any) -> float:
    """Return an amount as a float; overflow on the way to it would hide a violation, and is an `InputError`."""
    result = float(amount)
    if not isfinite(result):
        raise InputError("the payoffs are too large to be checked in floats", remedy="solve and verify exactly")
    return result


class Findings:
    """Violations of one check, with what they may amount to.

    Parameters
    ----------
    game : ExtensiveGame
        The game.
    exact : bool
        Whether the check is exact, with tolerance 0; else the tolerance is relative to the range of payoffs.
    """

    def __init__(self, game: ExtensiveGame, exact: bool) -> None:
        self.game = game
        self.exact = exact
        self.checked = 0
        self.note = ""
        self.tolerance: Fraction | float = Fraction(0)
        self.scale = 1.0
        if not exact:
            spread = as_floats(game.payoffs)
            self.scale = max(1.0, float(spread.max() - spread.min()))
            self.tolerance = REGRET * self.scale
        self.found: list[tuple[Any, str]] = []
        self.gains: list[tuple[Any, str]] = []
        self.largest: Fraction | float = Fraction(0) if exact else 0.0

    def add(self, name: str, amount: Any) -> None:
        """Note by how much a condition fails."""
        amount = Fraction(amount) if self.exact else finite(amount)
        self.largest = max(self.largest, amount)
        if amount > self.tolerance:
            self.found.append((amount, name))

    def add_share(self, name: str, amount: Any) -> None:
        """Note by how much a probability is off, or that something without a unit is wrong; in units of payoffs."""
        self.add(name, amount if self.exact else float(amount) * self.scale)

    def add_gain(self, name: str, amount: Any) -> None:
        """Note what somebody gains by deviating; a stated bound allows for it."""
        amount = Fraction(amount) if self.exact else finite(amount)
        if amount > 0:
            self.gains.append((amount, name))

    def check_distributions(self, moves: NDArray[Any]) -> None:
        """Check that the moves of every information set have probabilities."""
        game = self.game
        if not len(moves):
            return
        totals = np.add.reduceat(moves, game.first_move[:-1])
        self.checked += len(totals)
        for k in np.flatnonzero(np.asarray(totals != 1, dtype=bool)).tolist():
            self.add_share(f"probabilities at '{game.set_label(k)}' sum to 1", abs(totals[k] - 1))
        for m in np.flatnonzero(np.asarray(moves < 0, dtype=bool)).tolist():
            k = int(np.searchsorted(game.first_move, m, side="right")) - 1
            self.add_share(f"probabilities at '{game.set_label(k)}' are not negative", -moves[m])

    def check_report(self, answer: StrategyProfile, expected: list[Any], weights: NDArray[Any]) -> None:
        """Check the payoffs and the path that a profile states, if it states them."""
        game = self.game
        for name in answer.payoffs:
            if name not in game.players:
                raise InputError(f"the profile pays '{name}', who is no player of the game")
        for name, worth in zip(game.players, expected, strict=True):
            if name in answer.payoffs:
                stated = answer.payoffs[name]
                self.checked += 1
                if self.exact and answer.epsilon is not None and isinstance(stated, float):
                    # The bound is exact; a payoff stated as a float is what it is to rounding.
                    off = abs(stated - finite(worth))
                    self.add(f"payoffs.{name}", 0 if off <= REGRET * max(1.0, abs(stated)) else off)
                elif self.exact:
                    self.add(f"payoffs.{name}", abs(exact_of(stated) - worth))
                else:
                    self.add(f"payoffs.{name}", abs(float(stated) - worth))
        if answer.path:
            self.checked += 1
            if tuple(answer.path) != certain_path(game, weights):
                self.add_share("path", 1)

    def certificate(self, kind: str, epsilon: Any = None) -> Certificate:
        """Return what was found; with a stated bound, gains up to it are no violations."""
        allowed = self.tolerance
        if epsilon is not None:
            allowed, kind = exact_of(epsilon), "epsilon"
        found = self.found + [pair for pair in self.gains if pair[0] > allowed]
        largest = max([self.largest, *(amount for amount, _ in self.gains)])
        worst = sorted(found, key=lambda pair: -pair[0])[:20]
        return Certificate(
            kind=kind,
            checked=self.checked,
            max_violation=largest,
            tolerance=allowed,
            exact=self.exact,
            ok=not found,
            violations=tuple(Violation(name, amount) for amount, name in worst),
            note=self.note,
        )
