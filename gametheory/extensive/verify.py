"""Checking strategy profiles of games in extensive form, without any solver."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import InputError, UsageError
from gametheory.extensive.arrays import as_exact, as_floats
from gametheory.extensive.compiled import fast, scaled_to_integers
from gametheory.extensive.profile import StrategyProfile, behaviour, certain_path, edge_weights
from gametheory.solution import Certificate, Violation
from gametheory.tolerances import REGRET

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.extensive.form import ExtensiveGame


def verify(game: ExtensiveGame, answer: Any, *, exact: bool, concept: str) -> Certificate:
    """Check a claimed answer against a game.

    Parameters
    ----------
    game : ExtensiveGame
        The game.
    answer : StrategyProfile
        What is claimed.
    exact : bool
        Whether to check in rational arithmetic.
    concept : str
        ``"subgame_perfect"`` or ``"nash"``.

    Returns
    -------
    Certificate
        ``one_shot_deviation`` where every information set is a single node: no player gains by changing
        one move, there or later, which for finite games excludes every deviation in every subgame.

    Raises
    ------
    UsageError
        If the concept is not known here.
    InputError
        If the answer does not fit the game.
    """
    if not isinstance(answer, StrategyProfile):
        raise UsageError(f"an answer of type {type(answer).__name__} is no strategy profile")
    if concept != "subgame_perfect":
        raise UsageError(f"no check for the concept '{concept}' of games in extensive form")
    moves = behaviour(game, answer.strategy, exact=exact)
    findings = Findings(game, exact)
    findings.check_distributions(moves)
    payoffs, probability, scale = _numbers(game, moves, exact)
    weights = edge_weights(game, moves, probability)
    value, gain = one_shot_gains(game, payoffs, weights)
    deciders = game.player[game.decisions]
    gains = gain[game.decisions]
    if scale is not None:
        expected = [Fraction(int(v), int(d)) for v, d in zip(value[0], scale, strict=True)]
        positive = np.flatnonzero(gains > 0)
        amounts = {int(k): Fraction(int(gains[k]), int(scale[deciders[k]])) for k in positive}
    else:
        expected = value[0].tolist()
        positive = np.flatnonzero(np.asarray(gains > 0, dtype=bool))
        amounts = {int(k): gains[k] for k in positive}
    findings.checked += len(gains)
    sets = game.set_of[game.decisions]
    for k, amount in amounts.items():
        findings.add(lambda k=k: f"one-shot deviation at '{game.set_label(int(sets[k]))}'", amount)
    findings.check_report(answer, expected, weights)
    return findings.certificate("one_shot_deviation")


def _numbers(
    game: ExtensiveGame, moves: NDArray[Any], exact: bool
) -> tuple[NDArray[Any], NDArray[Any] | None, NDArray[Any] | None]:
    """Return payoffs, chance probabilities and, where payoffs became integers, what to divide them by."""
    if not exact:
        return as_floats(game.payoffs), None if game.probability is None else as_floats(game.probability), None
    payoffs = as_exact(game.payoffs)
    if game.probability is None and moves.dtype != object:
        only_ends = not (payoffs[game.inner] != 0).any()
        scaled = scaled_to_integers(payoffs, 2 if only_ends else 2 * len(game.inner) + 2)
        if scaled is not None:
            return scaled[0], None, scaled[1]
    return payoffs, None if game.probability is None else as_exact(game.probability), None


def one_shot_gains(
    game: ExtensiveGame, payoffs: NDArray[Any], weights: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return what each node is worth under a profile, and what its player can gain by changing that one move.

    Parameters
    ----------
    game : ExtensiveGame
        The game.
    payoffs : array [nodes, players]
        Payoffs at nodes.
    weights : array [edges]
        The probability of every move.

    Returns
    -------
    value : array [nodes, players]
        Expected payoffs from each node on.
    gain : array [nodes]
        Zero where no player moves.
    """
    value = payoffs.copy()
    if value.dtype != object and weights.dtype == np.float64:
        value = value.astype(np.float64)
    gain = np.zeros(game.nodes, dtype=value.dtype)
    fast(_sweep, value, weights)(game.inner, game.player, game.first_edge, game.targets, weights, value, gain)
    return value, gain


def _sweep(inner, player, first_edge, target, weights, value, gain):  # type: ignore[no-untyped-def]
    players = value.shape[1]
    for k in range(len(inner) - 1, -1, -1):
        node = inner[k]
        mover = player[node]
        start = first_edge[node]
        stop = first_edge[node + 1]
        if mover >= 0:
            best = value[target[start], mover]
            mean = weights[start] * best
            for edge in range(start + 1, stop):
                x = value[target[edge], mover]
                mean += weights[edge] * x
                if x > best:
                    best = x
            gain[node] = best - mean
        for edge in range(start, stop):
            if weights[edge] != 0:
                for i in range(players):
                    value[node, i] += weights[edge] * value[target[edge], i]


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
        self.tolerance: Fraction | float = Fraction(0)
        if not exact:
            spread = as_floats(game.payoffs)
            self.tolerance = REGRET * max(1.0, float(spread.max() - spread.min()))
        self.found: list[tuple[Any, Any]] = []
        self.largest: Fraction | float = Fraction(0) if exact else 0.0

    def add(self, name: Any, amount: Any) -> None:
        """Note a violation; `name` is text or a function that makes it."""
        amount = Fraction(amount) if self.exact else float(amount)
        self.largest = max(self.largest, amount)
        if amount > self.tolerance:
            self.found.append((amount, name))

    def check_distributions(self, moves: NDArray[Any]) -> None:
        """Check that the moves of every information set have probabilities."""
        game = self.game
        if not len(moves):
            return
        totals = np.add.reduceat(moves, game.first_move[:-1])
        self.checked += len(totals)
        for k in np.flatnonzero(np.asarray(totals != 1, dtype=bool)).tolist():
            self.add(f"probabilities at '{game.set_label(k)}' sum to 1", abs(totals[k] - 1))
        for m in np.flatnonzero(np.asarray(moves < 0, dtype=bool)).tolist():
            k = int(np.searchsorted(game.first_move, m, side="right")) - 1
            self.add(f"probabilities at '{game.set_label(k)}' are not negative", -moves[m])

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
                if self.exact:
                    self.add(f"payoffs.{name}", abs(exact_of(stated) - worth))
                else:
                    self.add(f"payoffs.{name}", abs(float(stated) - worth))
        if answer.path:
            self.checked += 1
            if tuple(answer.path) != certain_path(game, weights):
                self.add("path", 1)

    def certificate(self, kind: str, note: str = "") -> Certificate:
        """Return what was found."""
        worst = sorted(self.found, key=lambda pair: -pair[0])[:20]
        violations = tuple(Violation(name() if callable(name) else name, amount) for amount, name in worst)
        return Certificate(
            kind=kind,
            checked=self.checked,
            max_violation=self.largest,
            tolerance=self.tolerance,
            exact=self.exact,
            ok=not self.found,
            violations=violations,
            note=note,
        )


def exact_of(value: Any) -> Fraction:
    """Return the fraction a number stands for."""
    from gametheory.numbers import exact

    return exact(value)
