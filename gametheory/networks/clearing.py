"""Greatest and least clearing vectors.

In floats the payment rule is applied again and again, from full payments down or from none up; where that
converges slowly, the linear system of the banks that pay in part is solved at once. In fractions that
system is solved at every step (fictitious defaults), so that the answer is exact.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.limits import LimitReached
from gametheory.networks.answers import Cascade, ClearingBound, ClearingVector
from gametheory.networks.arrays import SMALL, compiled
from gametheory.numbers import exact_array
from gametheory.solution import Outcome, Termination

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.networks.lending import FinancialNetwork
    from gametheory.solvers import Options

#: Applications of the payment rule before the linear system is solved instead.
PATIENCE = 200
#: Relative change of payments below which the rule has converged.
CONVERGED = 1e-15
#: Assets and debts this close, relative to the debts, are equal in floats.
EQUAL = 1e-12


def solve_greatest(network: FinancialNetwork, options: Options) -> Outcome:
    """Return the greatest clearing vector: everybody is as well off as he can be."""
    return _solve(network, options, downwards=True)


def solve_least(network: FinancialNetwork, options: Options) -> Outcome:
    """Return the least clearing vector.

    Where debts go round in a circle with hardly an outlet, payments creep up and a limit may be reached first.
    """
    return _solve(network, options, downwards=False)


def refuses(network: FinancialNetwork, options: Options) -> str | None:
    """Say why payments are not defined: a negative debt."""
    negative = np.flatnonzero(np.asarray(network.amount < 0, dtype=bool))
    if len(negative):
        return f"debt {negative[0]} is negative; payments need debts of at least 0 (cascades do not)"
    return None


def _solve(network: FinancialNetwork, options: Options, downwards: bool) -> Outcome:
    iteration = _Iteration(network.to_exact() if options.exact else network.to_float(), downwards)
    try:
        payments = _fractions(iteration, options) if options.exact else _floats(iteration, options)
    except LimitReached as reached:
        bound = ClearingBound(iteration.reached, downwards)
        return Outcome(Termination.LIMIT, bound, exact=options.exact, message=f"no clearing vector yet: {reached}")
    return Outcome(Termination.SOLVED, ClearingVector(payments), exact=options.exact)


class _Iteration:
    """The payment rule of a network, and its linear part."""

    def __init__(self, network: FinancialNetwork, downwards: bool) -> None:
        self.network = network
        self.downwards = downwards
        self.exact = network.is_exact
        self.debts = network.debts
        self.scale = 1 if self.exact else max(1.0, float(self.debts.max(initial=0.0)))
        order = np.argsort(network.creditor, kind="stable")
        self.debtor = network.debtor[order]
        self.creditor = network.creditor[order]
        owed = self.debts[self.debtor]
        one = owed * 0 + 1
        self.share = network.amount[order] / np.where(np.asarray(owed > 0, dtype=bool), owed, one)
        self.first = np.concatenate([[0], np.cumsum(np.bincount(self.creditor, minlength=network.banks))])
        self.forced = np.zeros(network.banks, dtype=bool)
        self.forced[network.forced] = True
        #: The latest payments: at least, or at most, those of any clearing vector.
        self.reached: NDArray[Any] = self.debts.copy() if downwards else self.debts * 0

    def received(self, payments: NDArray[Any]) -> NDArray[Any]:
        if self.exact:
            total: NDArray[Any] = self.debts * 0
            np.add.at(total, self.creditor, self.share * payments[self.debtor])
            return total
        if len(self.debtor) < SMALL:
            return np.bincount(self.creditor, self.share * payments[self.debtor], minlength=self.network.banks)
        inflow: NDArray[Any] = compiled(_received)(self.first, self.debtor, self.share, payments)
        return inflow

    def rule(self, payments: NDArray[Any]) -> NDArray[Any]:
        """Return what banks pay when they receive what `payments` says."""
        network, debts = self.network, self.debts
        inflow = self.received(payments)
        assets = network.outside + inflow
        slack = 0 if self.exact else EQUAL
        if network.tie == "solvent":
            solvent = np.asarray(assets >= debts * (1 - slack), dtype=bool)
        else:
            solvent = np.asarray((assets > debts * (1 + slack)) | (debts == 0), dtype=bool)
        recovered = network.recovery_outside * network.outside + network.recovery_loans * inflow
        result: NDArray[Any] = np.where(solvent & ~self.forced, debts, np.minimum(recovered, debts))
        return result

    def partial(self, payments: NDArray[Any]) -> NDArray[Any]:
        """Return the places of banks that pay in part."""
        return np.flatnonzero(np.asarray(payments < self.debts, dtype=bool))

    def system(self, payments: NDArray[Any], partial: NDArray[Any]) -> tuple[NDArray[Any], tuple[Any, ...]]:
        """Return the right-hand side and the entries (row, column, value) of ``x = b + M x`` on `partial`."""
        network = self.network
        place = np.full(network.banks, -1)
        place[partial] = np.arange(len(partial))
        rows, columns = place[self.creditor], place[self.debtor]
        inside = (rows >= 0) & (columns >= 0)
        known = payments.copy()
        known[partial] = payments[partial] * 0
        constant = network.recovery_outside * network.outside + network.recovery_loans * self.received(known)
        return constant[partial], (rows[inside], columns[inside], network.recovery_loans * self.share[inside])


def _floats(iteration: _Iteration, options: Options) -> NDArray[Any]:
    payments = iteration.reached
    closer = np.minimum if iteration.downwards else np.maximum
    waited = 0
    while True:
        options.budget.check(1)
        new: NDArray[Any] = closer(iteration.rule(payments), payments)
        change = float(np.abs(new - payments).max(initial=0.0))
        payments = iteration.reached = new
        if change <= CONVERGED * iteration.scale:
            return payments
        waited += 1
        if waited % PATIENCE == 0:
            payments = _jump(iteration, payments)


def _jump(iteration: _Iteration, payments: NDArray[Any]) -> NDArray[Any]:
    """Solve for the banks that pay in part; keep the payments where that has no answer."""
    from scipy.sparse import coo_array, eye_array
    from scipy.sparse.linalg import splu

    partial = iteration.partial(payments)
    constant, (rows, columns, values) = iteration.system(payments, partial)
    size = len(partial)
    matrix = eye_array(size) - coo_array((values, (rows, columns)), shape=(size, size))
    try:
        solved = splu(matrix.tocsc()).solve(constant)
    except RuntimeError:  # singular: a circle of debts without an outlet
        return payments
    bounded = np.isfinite(solved).all() and (solved >= 0).all() and (solved <= iteration.debts[partial]).all()
    if not bounded:
        return payments
    result = payments.copy()
    closer = np.minimum if iteration.downwards else np.maximum
    result[partial] = closer(payments[partial], solved)
    return result


def _fractions(iteration: _Iteration, options: Options) -> NDArray[Any]:
    payments = iteration.reached
    while True:
        options.budget.check(1)
        new = iteration.rule(payments)
        if bool(np.all(new == payments)):
            return payments
        partial = iteration.partial(new)
        solved = _solve_exactly(*iteration.system(new, partial))
        if solved is None or np.any(solved < 0) or np.any(solved > iteration.debts[partial]):
            payments = new
        else:
            payments = new.copy()
            payments[partial] = solved
        iteration.reached = payments


def _solve_exactly(constant: NDArray[Any], entries: tuple[Any, ...]) -> NDArray[Any] | None:
    """Return the solution of ``x = b + M x`` in fractions, or None where M has the eigenvalue 1."""
    import flint

    size = len(constant)
    if size == 0:
        return constant
    matrix = flint.fmpq_mat(size, size)
    for i in range(size):
        matrix[i, i] = 1
    for i, j, value in zip(*(e.tolist() for e in entries), strict=True):
        matrix[i, j] = matrix[i, j] - flint.fmpq(value.numerator, value.denominator)
    right = flint.fmpq_mat(size, 1, [flint.fmpq(b.numerator, b.denominator) for b in constant.tolist()])
    try:
        solved = matrix.solve(right)
    except ZeroDivisionError:
        return None
    return exact_array([Fraction(int(solved[i, 0].p), int(solved[i, 0].q)) for i in range(size)])


def solve_cascade(network: FinancialNetwork, options: Options) -> Outcome:
    """Return who defaults in which wave when a defaulter pays nothing.

    Only banks that have lost a loan are looked at again, so that a forced default shows its own effects. Every
    wave passes over the debts of the banks that defaulted in the wave before it, and over no others.
    """
    given = network.to_exact() if options.exact else network.to_float()
    order = np.argsort(given.debtor, kind="stable")
    creditor, amount = given.creditor[order], given.amount[order]
    first = np.concatenate([[0], np.cumsum(np.bincount(given.debtor, minlength=given.banks))])
    equity = given.outside + given.loans - given.debts
    wave = np.full(given.banks, -1)
    wave[given.forced] = 0
    latest = given.forced
    exposed = np.full(given.banks, len(latest) == 0)
    # What is lost is subtracted from face values: rounding is relative to the larger side of the balance sheet.
    slack = np.maximum(given.outside + given.loans, given.debts) * (0 if given.is_exact else EQUAL)
    step = 0
    try:
        while True:
            options.budget.check(1)
            fails = equity < -slack
            if given.tie == "default":
                fails = fails | ((equity <= slack) & (given.debts != 0))
            fresh = np.flatnonzero(np.asarray(fails, dtype=bool) & exposed & (wave < 0))
            wave[fresh] = step
            latest = fresh if step or not len(latest) else latest
            if not len(latest):
                break
            counts = first[latest + 1] - first[latest]
            edges = np.repeat(first[latest] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
            edges += np.arange(len(edges))
            exposed = np.zeros(given.banks, dtype=bool)
            exposed[creditor[edges]] = True
            if given.is_exact:
                np.subtract.at(equity, creditor[edges], amount[edges])
            else:
                equity -= np.bincount(creditor[edges], amount[edges], minlength=given.banks)
            step += 1
    except LimitReached as reached:
        return Outcome(Termination.LIMIT, None, message=f"the cascade has not ended: {reached}")
    return Outcome(Termination.SOLVED, Cascade(wave), exact=options.exact, complete="all")


def refuses_cascade(network: FinancialNetwork, options: Options) -> str | None:
    """Say why a cascade without recovery does not apply."""
    if network.recovery_outside or network.recovery_loans:
        return "a cascade supposes that a defaulter pays nothing; set both recovery rates to 0, or ask for clearing"
    return None


def _received(first, debtor, share, payments):  # type: ignore[no-untyped-def]
    """Add up what each bank receives; debts are sorted by creditor."""
    banks = len(first) - 1
    result = np.zeros(banks)
    for i in range(banks):
        total = 0.0
        for k in range(first[i], first[i + 1]):
            total += share[k] * payments[debtor[k]]
        result[i] = total
    return result
