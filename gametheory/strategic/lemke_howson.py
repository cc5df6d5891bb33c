"""One equilibrium of two players by complementary pivoting, in integers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.limits import LimitReached
from gametheory.solution import Outcome, Termination
from gametheory.strategic.profiles import Equilibria

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.solvers import Options
    from gametheory.strategic.form import StrategicGame


def refuses(game: StrategicGame, options: Options) -> str | None:
    """Say why complementary pivoting does not apply, or return None."""
    if len(game.players) != 2:
        return f"complementary pivoting is for two players, not {len(game.players)}; use pygambit"
    return None


def solve(game: StrategicGame, options: Options) -> Outcome:
    """Return the equilibrium at the end of the path that begins by dropping the first strategy's label.

    Lemke and Howson (1964), with the lexicographic rule for degenerate games (von Stengel, Computing
    equilibria for two-person games, Handbook of Game Theory 3, 2002), so that the path ends. One pivot is one
    iteration.

    Parameters
    ----------
    game : StrategicGame
        Two players.
    options : Options
        Exact or not; the budget is looked at before every pivot.
    """
    rows, columns = game.shape
    A, B = (_positive(matrix) for matrix in game.numbers(True))
    mine, theirs = range(rows), range(rows, rows + columns)
    # Vertices of {x >= 0: B'x <= 1} and of {y >= 0: Ay <= 1}; a variable and the slack it excludes share a label.
    first = _Tableau(list(map(list, zip(*B, strict=True))), mine, theirs)
    second = _Tableau(A, theirs, mine)
    entering, tableau, other = 0, first, second
    try:
        while True:
            options.budget.check(1)
            entering = tableau.pivot(entering)
            if entering == 0:
                break
            tableau, other = other, tableau
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, options.exact, "unknown", message=str(limit))
    profile: tuple[NDArray[Any], ...] = first.shares(mine), second.shares(theirs)
    if not options.exact:
        profile = tuple(row.astype(np.float64) for row in profile)
    return Outcome(Termination.SOLVED, Equilibria((profile,)), options.exact, "one")


def _positive(matrix: NDArray[Any]) -> list[list[int]]:
    """Return payoffs as positive integers: in other units, and from another zero."""
    scale = lcm(*{value.denominator for value in matrix.ravel().tolist()})
    whole = [[int(value * scale) for value in row] for row in matrix.tolist()]
    least = min(map(min, whole))
    return [[value - least + 1 for value in row] for row in whole]


class _Tableau:
    """Equations ``M z + slacks = 1`` with a basis; entries are integers over the common denominator `determinant`."""

    def __init__(self, matrix: list[list[int]], variables: Sequence[int], slacks: Sequence[int]) -> None:
        count = len(matrix)
        self.column = {label: k for k, label in enumerate([*variables, *slacks])}
        self.rows = [[*row, *(int(k == j) for j in range(count)), 1] for k, row in enumerate(matrix)]
        self.basis = list(slacks)
        self.determinant = 1
        self.order = [-1, *(self.column[label] for label in slacks)]  # the right side, then its perturbations

    def pivot(self, entering: int) -> int:
        """Bring the variable of a label into the basis; return the label of the one that leaves."""
        column = self.column[entering]
        able = [k for k, row in enumerate(self.rows) if row[column] > 0]
        for place in self.order:
            if len(able) == 1:
                break
            ratios = [Fraction(self.rows[k][place], self.rows[k][column]) for k in able]
            least = min(ratios)
            able = [k for k, ratio in zip(able, ratios, strict=True) if ratio == least]
        leaves = able[0]
        chosen = self.rows[leaves]
        pivot, before = chosen[column], self.determinant
        for k, row in enumerate(self.rows):
            if k != leaves:
                factor = row[column]
                self.rows[k] = [(pivot * a - factor * b) // before for a, b in zip(row, chosen, strict=True)]
        self.determinant = pivot
        label, self.basis[leaves] = self.basis[leaves], entering
        return label

    def shares(self, labels: Sequence[int]) -> NDArray[Any]:
        """Return the variables of some labels, scaled to sum to 1."""
        values = {label: row[-1] for label, row in zip(self.basis, self.rows, strict=True)}
        total = sum(values.get(label, 0) for label in labels)
        result = np.empty(len(labels), dtype=object)
        result[:] = [Fraction(values.get(label, 0), total) for label in labels]
        return result
