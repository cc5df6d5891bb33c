"""Checks that a mechanism is neutral, without a solver.

What is checked is finite and exact; what follows is Myerson's condition for every epsilon:

1.  The mechanism is feasible: incentive compatible for all pairs of types, individually rational.
2.  The limit weights ``lambda >= 0``, ``alpha >= 0`` satisfy the conditions of optimality (money columns, no slack
    where a multiplier is positive, trade wherever virtual surplus is positive and none where it is negative), and
    the warrants they define are no more than what the mechanism gives.
3.  Other, positive weights satisfy the same conditions of optimality: the mechanism is interim incentive efficient.

Let ``M`` and ``E`` be the matrices of the two sets of weights, both scaled to weight 1 of the uninformed side. For
``0 < e <= 1`` the weights of ``M_e = (1-e) M + e E`` are positive and satisfy the conditions of optimality, which
are linear. Rows of ``M_e`` are diagonally dominant with margin p, so that ``|x| <= max |M_e x| / p``; hence the
warrants of ``M_e`` are within ``e K`` of those of ``M``, with a constant K written out in `_path_constant`. So for
every epsilon the weights of ``M_e`` with ``e K <= epsilon`` prove what Myerson's characterisation asks.

Types with equal costs. Nothing binds in the virtual problem if the multipliers between such types grow without
bound, because they leave virtual costs alone; in the limit the types of such a class have one warrant, and the
warrant equation holds for the sum of the class. There ``M_e`` has ``1/e`` times the Laplacian of each class added,
and K accounts for it. With distinct costs every class is one type.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory import tolerances
from gametheory.checks import Checks
from gametheory.errors import InputError
from gametheory.mechanism.neutral.answers import NeutralMechanism, NeutralOptimum, Weights
from gametheory.mechanism.neutral.trade import OneSidedTrade
from gametheory.mechanism.neutral.virtual import solve_dominant, transformation, virtual_costs, virtual_surplus
from gametheory.numbers import exact as exact_number
from gametheory.numbers import exact_array
from gametheory.solution import Certificate

Array = NDArray[Any]

#: Where the path of weights is checked point by point.
PATH = (Fraction(1), Fraction(1, 2**6), Fraction(1, 2**20))


def verify(trade: OneSidedTrade, answer: NeutralOptimum, *, exact: bool, concept: str = "neutral") -> Certificate:
    """Check that a mechanism, and the alternative if there is one, are neutral.

    Parameters
    ----------
    trade : OneSidedTrade
        The form.
    answer : NeutralOptimum
        What is claimed.
    exact : bool
        Whether the tolerance is 0; else violations are relative to the size of costs and values.
    concept : str
        Only ``"neutral"``.

    Returns
    -------
    Certificate
        Of kind ``"neutral"``. That payoffs are unique is not checked.

    Raises
    ------
    InputError
        If the answer does not have the shape of the form.
    """
    if concept != "neutral":
        raise InputError(f"a one-sided trade has no concept '{concept}'", remedy="its concept is 'neutral'")
    if not isinstance(answer, NeutralOptimum):
        raise InputError(f"{type(answer).__name__} is not an answer to a one-sided trade")
    checks = _TradeChecks(trade, exact)
    constant = _mechanism(checks, answer.mechanism, "")
    notes = [f"for every e in (0, 1] the warrants along the path exceed utilities by at most {constant} e"] * exact
    if answer.alternative is not None:
        _mechanism(checks, answer.alternative, "alternative:")
        if answer.mechanism.same_payoffs(answer.alternative):
            checks.require(False, "alternative:payoffs", Fraction(1))
    if answer.payoffs_unique:
        notes.append("that payoffs are unique was shown by a search and is not part of this check")
    return checks.certificate("neutral", "; ".join(notes))


class _TradeChecks(Checks):
    """Conditions checked so far, in fractions; in float mode amounts are relative to the size of the data."""

    def __init__(self, trade: OneSidedTrade, exact: bool) -> None:
        super().__init__(tolerances.FEASIBILITY, exact)
        self.trade = trade
        size = max(abs(gain) for gain in (trade.values - trade.costs).tolist())
        self.unit = Fraction(1) if exact else size or Fraction(1)

    def at_most(self, amount: Any, name: str, scale: Any = 0) -> None:
        super().at_most(amount / self.unit, name, scale)

    def zero(self, amount: Fraction, name: str) -> None:
        self.at_most(abs(amount), name)

    def per_type(self, amounts: Array, name: str) -> None:
        for label, amount in zip(self.trade.types, amounts.tolist(), strict=True):
            self.at_most(amount, f"{name}:{label}")


def _pairs(trade: OneSidedTrade) -> Iterator[tuple[int, int, str]]:
    """Give the pairs of a type t and another report s, with their name ``s|t``."""
    for t, true in enumerate(trade.types):
        for s, report in enumerate(trade.types):
            if s != t:
                yield t, s, f"{report}|{true}"


def _mechanism(checks: _TradeChecks, given: NeutralMechanism, prefix: str) -> Fraction:
    trade, n = checks.trade, checks.trade.size
    before = len(checks.found)
    for array in (given.quantities, given.payments, given.informed_utilities, given.informed_warrants):
        if array.size != n:
            raise InputError(f"an array of {array.size} numbers where the form has {n} types")
    quantities, payments = exact_array(given.quantities), exact_array(given.payments)
    utilities = trade.informed_utilities(quantities, payments)
    slack = trade.incentive_slack(quantities, payments)
    total = trade.uninformed_utility(quantities, payments)
    checks.per_type(quantities - 1, f"{prefix}quantity above 1")
    checks.per_type(-quantities, f"{prefix}quantity below 0")
    checks.per_type(-utilities, f"{prefix}participation")
    checks.at_most(-total, f"{prefix}participation:uninformed")
    for t, s, name in _pairs(trade):
        checks.at_most(-slack[t, s], f"{prefix}incentive:{name}")
    checks.per_type(abs(utilities - exact_array(given.informed_utilities)), f"{prefix}utility as stated")
    checks.zero(total - exact_number(given.uninformed_utility), f"{prefix}utility as stated:uninformed")

    limit = _optimality(checks, given.limit, quantities, slack, f"{prefix}limit", positive=False)
    efficient = _optimality(checks, given.efficiency, quantities, slack, f"{prefix}efficiency", positive=True)
    warrants = exact_array(given.informed_warrants)
    surplus = _warrants(checks, limit, warrants, exact_number(given.uninformed_warrant), prefix)
    checks.per_type(warrants - utilities, f"{prefix}less than warranted")
    checks.at_most(exact_number(given.uninformed_warrant) - total, f"{prefix}less than warranted:uninformed")
    if len(checks.found) > before:
        return Fraction(0)
    return _path(checks, (limit, efficient), (warrants, surplus), (utilities, total), prefix)


def _optimality(
    checks: _TradeChecks, weights: Weights, quantities: Array, slack: Array, prefix: str, *, positive: bool
) -> Array:
    """Check the conditions under which the mechanism is optimal for the weights; return M, scaled."""
    trade = checks.trade
    if weights.informed.size != trade.size:
        raise InputError(f"{weights.informed.size} weights where the form has {trade.size} types")
    other = exact_number(weights.uninformed)
    if other <= 0:
        checks.require(False, f"{prefix}:weight:uninformed", 1 - other)
        other = Fraction(1)
    informed, alpha = exact_array(weights.informed) / other, exact_array(weights.alpha) / other
    for t, label in enumerate(trade.types):
        if positive and not informed[t] > 0:
            checks.require(False, f"{prefix}:weight:{label}", 1 - informed[t])
        else:
            checks.at_most(-informed[t], f"{prefix}:weight:{label}")
        checks.zero(alpha[t, t], f"{prefix}:multiplier:{label}|{label}")
    for t, s, name in _pairs(trade):
        checks.at_most(-alpha[t, s], f"{prefix}:multiplier:{name}")
        checks.zero(alpha[t, s] * slack[t, s], f"{prefix}:slack:{name}")
    matrix = transformation(informed, alpha)
    checks.per_type(abs(matrix.sum(axis=1) - trade.prior), f"{prefix}:money")
    gain = trade.values - virtual_costs(trade, matrix)
    checks.per_type(trade.prior * (np.maximum(gain, 0 * gain) - gain * quantities), f"{prefix}:virtual surplus")
    return matrix


def _warrants(checks: _TradeChecks, matrix: Array, warrants: Array, uninformed: Fraction, prefix: str) -> Array:
    """Check that the warrants are those of the limit weights; return the virtual surplus times the prior."""
    trade = checks.trade
    surplus: Array = trade.prior * virtual_surplus(trade, virtual_costs(trade, matrix))
    residual = (matrix.dot(warrants) - trade.power * surplus).tolist()
    for members in trade.classes:
        checks.zero(sum(residual[t] for t in members), f"{prefix}warrant:{'+'.join(trade.types[t] for t in members)}")
        for t in members[1:]:
            checks.zero(warrants[t] - warrants[members[0]], f"{prefix}warrants of equal costs:{trade.types[t]}")
    checks.zero((1 - trade.power) * surplus.sum() - uninformed, f"{prefix}warrant:uninformed")
    return surplus


def _path(
    checks: _TradeChecks,
    matrices: tuple[Array, Array],
    warranted: tuple[Array, Array],
    reached: tuple[Array, Fraction],
    prefix: str,
) -> Fraction:
    """Check the warrants of weights on the path between both certificates; return the constant K."""
    trade = checks.trade
    if any(np.any(m.sum(axis=1) != trade.prior) for m in matrices):
        # The bound needs exact rows; in floats the limit and the efficiency speak for themselves.
        return Fraction(0)
    limit, efficient = matrices
    warrants, surplus = warranted
    utilities, total = reached
    end: Array = trade.prior * virtual_surplus(trade, virtual_costs(trade, efficient))
    constant = _path_constant(trade, matrices, (surplus, end), warrants)
    laplacian = _laplacian(trade)
    for step in PATH:
        matrix = (1 - step) * limit + step * efficient
        reward = trade.prior * virtual_surplus(trade, virtual_costs(trade, matrix))
        informed = solve_dominant(matrix + laplacian / step, trade.power * reward)
        where = f"{prefix}path:{step}"
        checks.per_type(informed - utilities - constant * step, where)
        checks.at_most((1 - trade.power) * reward.sum() - total - constant * step, f"{where}:uninformed")
    return constant


def _path_constant(
    trade: OneSidedTrade, matrices: tuple[Array, Array], surpluses: tuple[Array, Array], warrants: Array
) -> Fraction:
    """Return K such that the warrants at step e of the path exceed those at its limit by at most ``K e``.

    Write g for power times surplus, L for the Laplacian of the classes, and let ``L z = g - M omega`` (there is such a
    z, because the right-hand side sums to 0 in each class). Then ``M_e + L/e`` maps ``omega + e z`` to ``g_e`` plus e
    times ``(E - M) omega - (g_E - g) + M_e z``, where ``g_e`` is linear in e because the same trades are optimal at
    both ends. Divide by p, by diagonal dominance.
    """
    limit, efficient = matrices
    surplus, end = surpluses
    shift = (end - surplus) * trade.power
    correction = trade.power * surplus - limit.dot(warrants)
    for members in trade.classes:
        for t in members:
            correction[t] = correction[t] / len(members) if len(members) > 1 else Fraction(0)
    moved = abs((efficient - limit).dot(warrants)) + abs(shift)
    bent = np.maximum(abs(limit.dot(correction)), abs(efficient.dot(correction)))
    informed = max(((moved + bent) / trade.prior).tolist()) + max(abs(correction).tolist())
    uninformed = (1 - trade.power) * (end.sum() - surplus.sum())
    return max(Fraction(informed), Fraction(uninformed), Fraction(0))


def _laplacian(trade: OneSidedTrade) -> Array:
    """Return the Laplacian of the graph that joins types of equal cost."""
    result = exact_array(np.zeros((trade.size, trade.size), dtype=np.int64))
    for members in trade.classes:
        for t in members:
            for s in members:
                result[t, s] += len(members) - 1 if s == t else -1
    return result
