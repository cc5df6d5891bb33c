"""A simplex method in fractions, from any basis.

Every number of an iteration is solved for afresh from the basis, so that nothing accumulates; a good hint needs no
iteration at all. The rule is Dantzig's, and Bland's while the point does not move: within such a stretch no
basis returns (Bland 1977), and the objective, or in the first phase the sum of what bounds are missed by, falls
strictly from one stretch to the next. Hence it ends.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.limits import Budget
from gametheory.linear.answers import FarkasRay, LinearAnswer, PrimalDual, UnboundedRay
from gametheory.linear.basis import AT_LOWER, AT_UPPER, AT_ZERO, BASIC, Basis
from gametheory.linear.factor import Factor, Pairs, SingularError, independent, submatrix
from gametheory.linear.program import LinearProgram
from gametheory.linear.rational import kept, less, object_array, signs

Array = NDArray[Any]

ZERO = Fraction(0)
#: How many missed bounds of a hint are tried as a proof of infeasibility before pivoting.
TRIED_ROWS = 3


class TooLargeError(Exception):
    """The dense rest of a basis is beyond the limit."""


@dataclass
class _Prices:
    """Multipliers of the rows and reduced costs of all variables, for one vector of costs."""

    rows: Array
    reduced: Array


class Simplex:
    """An exact program at a basis. Variables are the columns ``0..n-1``, then the rows ``n..n+m-1`` (``s = A x``).

    Parameters
    ----------
    lp : LinearProgram
        In fractions, without crossed bounds.
    basis : Basis
        Where to start; mended where it is singular or stands at bounds that are not there.
    budget : Budget
        Polled at every iteration.
    largest_kernel : int or None
        The largest order of a dense system to solve; None for any.
    """

    def __init__(self, lp: LinearProgram, basis: Basis, budget: Budget, largest_kernel: int | None = None) -> None:
        self.lp = lp
        self.budget = budget
        self.largest_kernel = largest_kernel
        self.low = np.concatenate((lp.lower, lp.row_lower))
        self.high = np.concatenate((lp.upper, lp.row_upper))
        self.has_low = np.concatenate((lp.finite_lower, lp.finite_row_lower))
        self.has_high = np.concatenate((lp.finite_upper, lp.finite_row_upper))
        both = self.has_low & self.has_high
        self.fixed = both.copy()
        self.fixed[both] = np.asarray(self.low[both] == self.high[both], dtype=bool)
        self.cost = lp.objective if lp.sense == "min" else -lp.objective
        self.status = np.concatenate((basis.columns, basis.rows)).astype(np.int8)
        self.row_dual: Array | None = None
        self.pivots = 0
        self._place()
        try:
            self._factorise()
            self._evaluate()
        except SingularError:
            self._mend()
            self._factorise()
            self._evaluate()

    @property
    def basis(self) -> Basis:
        """The basis at hand."""
        return Basis(self.status[: self.lp.columns].copy(), self.status[self.lp.columns :].copy())

    # -- the basis --------------------------------------------------------------------------------

    def _place(self) -> None:
        """Stand every variable that is not basic at a bound that is there."""
        loose = self.status != BASIC
        wrong = loose & ~(((self.status == AT_LOWER) & self.has_low) | ((self.status == AT_UPPER) & self.has_high))
        self.status[wrong] = np.where(self.has_low, AT_LOWER, np.where(self.has_high, AT_UPPER, AT_ZERO))[wrong]

    def _square(self) -> tuple[Pairs, Array, Array]:
        """Return the active rows of the basic columns, in integers, with those rows and columns."""
        columns = np.flatnonzero(self.status[: self.lp.columns] == BASIC)
        rows = np.flatnonzero(self.status[self.lp.columns :] != BASIC)
        return submatrix(self.lp.matrix, rows, columns), rows, columns

    def _factorise(self) -> None:
        pairs, self.rows, self.columns = self._square()
        if len(self.rows) != len(self.columns):
            raise SingularError
        self.factor = Factor(pairs)
        if self.largest_kernel is not None and self.factor.kernel > self.largest_kernel:
            raise TooLargeError(
                f"a basis with a dense part of order {self.factor.kernel} is beyond the exact limit of "
                f"{self.largest_kernel}"
            )
        self.row_scale = self.lp.matrix.integer_rows[1][self.rows]

    def _mend(self) -> None:
        """Keep independent columns and rows of a singular basis; the rest give way to rows' own variables."""
        pairs, rows, columns = self._square()
        kept_rows, kept_columns = independent(pairs, len(columns))
        out = np.delete(columns, kept_columns)
        self.status[out] = AT_LOWER
        self.status[self.lp.columns + np.delete(rows, kept_rows)] = BASIC
        self._place()

    def _evaluate(self) -> None:
        """Solve for the values of all variables at the basis."""
        matrix, n = self.lp.matrix, self.lp.columns
        standing = np.full(len(self.status), ZERO, dtype=object)
        for status, bounds in ((AT_LOWER, self.low), (AT_UPPER, self.high)):
            there = self.status == status
            standing[there] = bounds[there]
        x = standing[:n].copy()
        if len(self.columns):
            sides = standing[n + self.rows] - matrix.dot(x)[self.rows]
            x[self.columns] = self.factor.solve(sides * self.row_scale)
        self.values = np.concatenate((x, matrix.dot(x)))

    def _prices(self, costs: Array) -> _Prices:
        """Return y and d for costs of columns and rows: ``d = (cx - A'y, cs + y)`` with d = 0 on the basis."""
        n, matrix = self.lp.columns, self.lp.matrix
        rows = kept(-costs[n:], self.status[n:] == BASIC)
        if len(self.columns):
            sides = costs[self.columns]
            if signs(rows).any():
                sides = sides - matrix.transpose_dot(rows)[self.columns]
            rows[self.rows] = self.factor.solve_transposed(sides) * self.row_scale
        return _Prices(rows, np.concatenate((costs[:n] - matrix.transpose_dot(rows), costs[n:] + rows)))

    # -- iterations -------------------------------------------------------------------------------

    def solve(self) -> LinearAnswer:
        """Pivot until the program is solved, or proved infeasible or unbounded.

        Raises
        ------
        LimitReached
            If the budget is spent.
        """
        n = self.lp.columns
        objective = np.concatenate((self.cost, np.full(self.lp.rows, ZERO, dtype=object)))
        moved, first = True, True
        while True:
            missed = self._missed()
            if first and missed.any():
                self._remember(objective)
                ray = self._quick_contradiction(missed)
                if ray is not None:
                    return ray
            first = False
            self.budget.check()
            prices = self._prices(missed if missed.any() else objective)
            if not missed.any():
                self.row_dual = prices.rows
            entering = self._entering(prices.reduced, bland=not moved)
            if entering is None and missed.any():
                return self._contradiction(prices.reduced, missed)
            if entering is None:
                return self._optimum(prices.rows)
            change = self._direction(entering, 1 if prices.reduced[entering] < 0 else -1)
            step, leaving = self._ratio(entering, change, missed, bland=not moved)
            if step is None:
                return UnboundedRay(self.values[:n], _whole(change[:n]))
            self.budget.check(1)
            self.pivots += 1
            moved = step > 0
            self._pivot(entering, leaving, step, change, missed)

    def _remember(self, objective: Array) -> None:
        """Keep the multipliers of the hint: they may prove a bound if a limit is reached."""
        self.row_dual = self._prices(objective).rows

    def _missed(self) -> Array:
        """Return -1 where a variable is below its lower bound, 1 where above its upper one, else 0."""
        result = np.full(len(self.status), ZERO, dtype=object)
        basic = self.status == BASIC
        result[less(self.values, self.low, basic & self.has_low)] = Fraction(-1)
        result[less(self.high, self.values, basic & self.has_high)] = Fraction(1)
        return result

    def _entering(self, reduced: Array, *, bland: bool) -> int | None:
        sign = signs(reduced)
        able = ((self.status == AT_LOWER) & (sign < 0)) | ((self.status == AT_UPPER) & (sign > 0))
        able |= (self.status == AT_ZERO) & (sign != 0)
        places = np.flatnonzero(able & ~self.fixed)
        if not len(places):
            return None
        if bland:
            return int(places[0])
        return int(max(places.tolist(), key=lambda place: abs(reduced[place])))

    def _direction(self, entering: int, sign: int) -> Array:
        """Return how all variables change per unit of the entering one's move in direction `sign`."""
        n, matrix = self.lp.columns, self.lp.matrix
        change = np.full(n, ZERO, dtype=object)
        if entering < n:
            change[entering] = Fraction(sign)
            sides = -matrix.dot(change)[self.rows]
        else:
            sides = np.full(len(self.rows), ZERO, dtype=object)
            sides[np.searchsorted(self.rows, entering - n)] = Fraction(sign)
        if len(self.columns):
            change[self.columns] = self.factor.solve(sides * self.row_scale)
        return np.concatenate((change, matrix.dot(change)))

    def _ratio(self, entering: int, change: Array, missed: Array, *, bland: bool) -> tuple[Any, int]:
        """Return the longest step, None if there is no end, and the variable that ends it."""
        step, leaving, pivot = None, entering, ZERO
        if self.has_low[entering] and self.has_high[entering]:
            step = self.high[entering] - self.low[entering]
        for place in np.flatnonzero((self.status == BASIC) & (signs(change) != 0)).tolist():
            rate = change[place]
            bound = self._stop(place, rate, missed[place])
            if bound is None:
                continue
            limit, size = (bound - self.values[place]) / rate, abs(rate)
            better = step is None or limit < step
            if not better and limit == step and leaving != entering:
                better = place < leaving if bland else size > pivot
            if better:
                step, leaving, pivot = limit, place, size
        return step, leaving

    def _stop(self, place: int, rate: Any, missed: Any) -> Any:
        """Return the bound that stops a basic variable; one outside its bounds is stopped where it comes back in."""
        if rate > 0:
            bounds, there = (self.low, self.has_low) if missed < 0 else (self.high, self.has_high)
            return bounds[place] if there[place] and missed <= 0 else None
        bounds, there = (self.high, self.has_high) if missed > 0 else (self.low, self.has_low)
        return bounds[place] if there[place] and missed >= 0 else None

    def _pivot(self, entering: int, leaving: int, step: Any, change: Array, missed: Array) -> None:
        if step:
            moving = signs(change) != 0
            self.values[moving] += step * change[moving]
        if leaving == entering:
            self.status[entering] = AT_UPPER if self.status[entering] == AT_LOWER else AT_LOWER
            return
        stopped_low = missed[leaving] < 0 if change[leaving] > 0 else not missed[leaving] > 0
        self.status[leaving] = AT_LOWER if stopped_low else AT_UPPER
        self.status[entering] = BASIC
        self._factorise()

    # -- answers ----------------------------------------------------------------------------------

    def _optimum(self, prices: Array) -> PrimalDual:
        primal = self.values[: self.lp.columns]
        row_dual = prices if self.lp.sense == "min" else -prices
        return PrimalDual(primal, row_dual, self.lp.objective_value(primal))

    def _quick_contradiction(self, missed: Array) -> FarkasRay | None:
        """Try whether one missed bound of the hint is a proof by itself, as at the end of a dual simplex."""
        places = np.flatnonzero(signs(missed))
        amounts = [max(self._shortfall(place), ZERO) for place in places.tolist()]
        for index in sorted(range(len(places)), key=lambda k: -amounts[k])[:TRIED_ROWS]:
            only = np.full(len(missed), ZERO, dtype=object)
            only[places[index]] = missed[places[index]]
            reduced = self._prices(only).reduced
            if self._entering(reduced, bland=True) is None:
                return self._contradiction(reduced, only)
        return None

    def _shortfall(self, place: int) -> Any:
        below = self.low[place] - self.values[place] if self.has_low[place] else ZERO
        return max(below, self.values[place] - self.high[place]) if self.has_high[place] else below

    def _contradiction(self, reduced: Array, missed: Array) -> FarkasRay:
        """Return the proof that the missed bounds cannot be met.

        With w the costs of the missed bounds (-1 below, 1 above), ``w'v = d'v`` for all ``v = (x, A x)``. No variable
        can enter, so every d stands on a bound; hence ``d'v - w'v = 0`` is at least its value with d at those
        bounds and -w at the missed ones, which is positive.
        """
        n = self.lp.columns
        sign, side = signs(reduced), signs(missed)
        at_low = kept(reduced, sign > 0) + kept(-missed, side < 0)
        at_high = kept(-reduced, sign < 0) + kept(missed, side > 0)
        whole = _whole(np.concatenate((at_low, at_high)))
        at_low, at_high = whole[: len(at_low)], whole[len(at_low) :]
        return FarkasRay(at_low[n:], at_high[n:], at_low[:n], at_high[:n])


def _whole(vector: Array) -> Array:
    """Return the positive multiple of a vector whose entries are integers without a common divisor."""
    listed = vector.tolist()
    scale = math.lcm(*(v.denominator for v in listed))
    divisor = math.gcd(*(v.numerator * (scale // v.denominator) for v in listed))
    return vector if divisor == 0 else object_array([v * Fraction(scale, divisor) for v in listed])
