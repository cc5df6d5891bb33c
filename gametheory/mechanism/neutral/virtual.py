"""Virtual utilities: what weights and multipliers make of costs and surplus (arrays of fractions, no solver)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.mechanism.neutral.trade import OneSidedTrade
from gametheory.numbers import exact_array

Array = NDArray[Any]


def transformation(informed: Array, alpha: Array) -> Array:
    """Return the matrix M that turns utilities of the informed types into virtual ones.

    The virtual utility of type t, times its probability, is ``(M u)[t] = (lambda[t] + sum_s alpha(s|t)) u[t] -
    sum_s alpha(t|s) u[s]``: its own, weighted, less those of the types that are tempted to imitate it.

    Parameters
    ----------
    informed : array, shape (n,)
        The weights lambda.
    alpha : array, shape (n, n)
        At ``[t, s]`` the multiplier of "t does not report s".
    """
    result: Array = -alpha.T
    result[np.diag_indices_from(result)] += informed + alpha.sum(axis=1)
    return result


def virtual_costs(trade: OneSidedTrade, matrix: Array) -> Array:
    """Return ``psi = M c / p``, the virtual cost of each type where the weight of the other side is 1."""
    result: Array = matrix.dot(trade.costs) / trade.prior
    return result


def virtual_surplus(trade: OneSidedTrade, costs: Array) -> Array:
    """Return ``W = max(v - psi, 0)``, what efficient trade is worth in virtual utility, by type."""
    return positive(trade.values - costs)


def positive(values: Array) -> Array:
    """Return the positive parts of fractions."""
    result: Array = np.where(values > 0, values, values * 0)
    return result


def solve_dominant(matrix: Array, right: Array) -> Array:
    """Return the solution of a diagonally dominant system of fractions (elimination without row exchanges)."""
    rows = [[*row, value] for row, value in zip(matrix.tolist(), right.tolist(), strict=True)]
    n = len(rows)
    for i in range(n):
        for k in range(i + 1, n):
            factor = rows[k][i] / rows[i][i]
            if factor:
                rows[k] = [b - factor * a for a, b in zip(rows[i], rows[k], strict=True)]
    solution: list[Fraction] = [Fraction(0)] * n
    for i in reversed(range(n)):
        solution[i] = (rows[i][n] - sum(rows[i][j] * solution[j] for j in range(i + 1, n))) / rows[i][i]
    return exact_array(solution)
