"""Equilibrium with logit tastes (Choo and Siow 2006) by iterative proportional fitting."""

from __future__ import annotations

import numpy as np

from gametheory.limits import LimitReached
from gametheory.matching.assignment_game import AssignmentGame
from gametheory.matching.game_data import Array
from gametheory.matching.transfers import ChooSiowEquilibrium
from gametheory.numbers import float_array
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options

#: Rounds after which the fitting is stopped.
MOST_ROUNDS = 100_000


def refuses(game: AssignmentGame, options: Options) -> str | None:
    """Say why there is no such equilibrium: individuals, missing pairs, or no scale of tastes."""
    if game.buyer_masses is None:
        return "the equilibrium of Choo and Siow is of masses of types: give 'buyer_masses' and 'seller_masses'"
    if game.is_sparse:
        return "the equilibrium of Choo and Siow matches every pair of types: give the surplus as a matrix"
    return None if game.scale is not None else "give the 'scale' of the taste shocks"


def solve(game: AssignmentGame, options: Options) -> Outcome:
    """Fit the masses of singles until all margins hold (Galichon and Salanie 2022).

    Everything is in logarithms, so large surpluses do not overflow. Each step solves the quadratic
    ``a**2 + a * sum(b * K) = n`` for one type.
    """
    assert game.buyer_masses is not None
    assert game.seller_masses is not None
    gains = float_array(game.surplus) / (2 * float(game.scale))
    first, second = np.log(float_array(game.buyer_masses)), np.log(float_array(game.seller_masses))
    a, b = first / 2, second / 2
    try:
        for _ in range(MOST_ROUNDS):
            options.budget.check(1)
            before = a
            a = _root(gains + b[None, :], first)
            b = _root(gains.T + a[None, :], second)
            if np.abs(a - before).max(initial=0) < 1e-14 * max(1.0, float(np.abs(a).max(initial=0))):
                break
        else:
            said = f"not settled after {MOST_ROUNDS} rounds; the shocks may be too small"
            return Outcome(Termination.LIMIT, _equilibrium(gains, a, b), message=said)
    except LimitReached as reached:
        return Outcome(Termination.LIMIT, _equilibrium(gains, a, b), message=str(reached))
    return Outcome(Termination.SOLVED, _equilibrium(gains, a, b))


def _root(exponents: Array, mass: Array) -> Array:
    """Return log a for ``a**2 + a * S = exp(mass)``, where S sums exp(exponents) over the last axis."""
    if exponents.shape[1] == 0:
        return mass / 2
    top = exponents.max(axis=1)
    total = top + np.log(np.exp(exponents - top[:, None]).sum(axis=1))
    half = np.log(2.0)
    root: Array = mass + half - np.logaddexp(total, np.logaddexp(2 * total, mass + 2 * half) / 2)
    return root


def _equilibrium(gains: Array, a: Array, b: Array) -> ChooSiowEquilibrium:
    return ChooSiowEquilibrium(np.exp(gains + a[:, None] + b[None, :]), 2 * a, 2 * b)
