"""Checking profiles of multistage games, without any solver."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

from gametheory.errors import InputError, UsageError
from gametheory.extensive.arrays import as_exact, expected
from gametheory.extensive.bargain import bargain_equation, payments, several, struck
from gametheory.extensive.stage_profile import StageProfile
from gametheory.numbers import exact as exact_of
from gametheory.solution import Certificate, Violation
from gametheory.tolerances import REGRET

if TYPE_CHECKING:
    from gametheory.extensive.multistage import MultistageGame


def verify(game: MultistageGame, answer: Any, *, exact: bool, concept: str) -> Certificate:
    """Check a claimed profile against a multistage game.

    Parameters
    ----------
    game : MultistageGame
        The game.
    answer : StageProfile
        What is claimed.
    exact : bool
        Whether the tolerance is 0; the arithmetic is rational in any case.
    concept : str
        ``"subgame_perfect"``.

    Returns
    -------
    Certificate
        ``one_shot_deviation``: in no state does a player gain by another move in that stage alone, which suffices
        since every stage starts a subgame; values and bargained prices are what they must be.
    """
    if not isinstance(answer, StageProfile):
        raise UsageError(f"an answer of type {type(answer).__name__} is no profile of a multistage game")
    if concept != "subgame_perfect":
        raise UsageError(f"no check for the concept '{concept}' of multistage games")
    count = len(game.players)
    if answer.moves.shape != (int(game.first_move[-1]),):
        raise InputError(f"{answer.moves.size} probabilities for {int(game.first_move[-1])} moves")
    if answer.values.shape != (len(game.states), count):
        raise InputError(f"'values' has shape {answer.values.shape}; needed: {(len(game.states), count)}")
    counts = {cell: len(struck(game.bargains, cell)) for cell in game.bargains}
    if counts != {cell: len(several(price)) for cell, price in answer.prices.items()}:
        raise InputError("the profile must give a price for every bargain of a cell, and no other")
    moves, claimed = as_exact(answer.moves), as_exact(answer.values)
    payoffs, probability = as_exact(game.payoffs), as_exact(game.probability)
    prices = {cell: tuple(exact_of(p) for p in several(price)) for cell, price in answer.prices.items()}
    tolerance: Any = Fraction(0)
    scale = Fraction(1)  # a probability that is off counts in units of payoffs
    if not exact:
        scale = max(scale, payoffs.max() - payoffs.min()) if payoffs.size else scale
        tolerance = exact_of(REGRET) * scale
    found: list[tuple[Fraction, str]] = []
    checked = 0
    values: list[list[Fraction]] = [[Fraction(0)] * count for _ in game.states]
    for s in range(len(game.states) - 1, -1, -1):
        cells = game.cells(s)
        name = game.states[s]
        worth = {}
        for cell in cells.values():
            branches = slice(int(game.first_branch[cell]), int(game.first_branch[cell + 1]))
            weights = probability[branches]
            after = [values[int(state)] for state in game.next_state[branches]]
            worth[cell] = [payoffs[cell, i] + expected(weights, [value[i] for value in after]) for i in range(count)]
        for cell in set(cells.values()) & set(game.bargains):
            for bargain in struck(game.bargains, cell):
                coefficients, right = bargain_equation(bargain, worth, cells, cell, game.players)
                left = sum(
                    (c * payments(game.bargains, prices, key // count, game.players)[key % count])
                    for key, c in coefficients.items()
                )
                checked += 1
                found.append((abs(left - right), f"the bargain of {game.cell_label(cell)}"))
        for cell in cells.values():
            worth[cell] = [
                w + p for w, p in zip(worth[cell], payments(game.bargains, prices, cell, game.players), strict=True)
            ]
        rows = []
        for i in range(count):
            first, last = (int(x) for x in game.first_move[s * count + i : s * count + i + 2])
            rows.append(moves[first:last].tolist())
            if rows[-1]:
                found.append(
                    (scale * abs(sum(rows[-1]) - 1), f"probabilities of {game.players[i]} at '{name}' sum to 1")
                )
                found.append(
                    (scale * max(-min(rows[-1]), Fraction(0)), f"probabilities of {game.players[i]} at '{name}'")
                )
        if cells:
            earned = [[Fraction(0)] * len(row) for row in rows]
            for profile, cell in zip(product(*(range(len(r)) for r in rows)), cells.values(), strict=True):
                for i in range(count):
                    others = [rows[j][a] for j, a in enumerate(profile) if j != i]
                    if all(others):
                        weight = math.prod((p for p in others if p != 1), start=Fraction(1))
                        earned[i][profile[i]] += expected([weight], [worth[cell][i]])
            for i, player in enumerate(game.players):
                values[s][i] = expected(rows[i], earned[i])
                checked += 1
                found.append((max(earned[i]) - values[s][i], f"one-shot deviation of {player} at '{name}'"))
        for i, player in enumerate(game.players):
            checked += 1
            found.append((abs(claimed[s, i] - values[s][i]), f"value of '{name}' to {player}"))
    beyond = sorted((pair for pair in found if pair[0] > tolerance), key=lambda pair: -pair[0])
    largest: Any = max((amount for amount, _ in found), default=Fraction(0))
    return Certificate(
        kind="one_shot_deviation",
        checked=checked,
        max_violation=largest if exact else float(largest),
        tolerance=tolerance if exact else float(tolerance),
        exact=exact,
        ok=not beyond,
        violations=tuple(Violation(label, a if exact else float(a)) for a, label in beyond[:20]),
    )
