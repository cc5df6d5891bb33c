"""Exact answers to linear programs: from a hint if there is one, else from nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.errors import InputError
from gametheory.limits import Budget, LimitReached
from gametheory.linear.answers import LinearAnswer
from gametheory.linear.auxiliary import certified_bound, contradiction
from gametheory.linear.basis import Basis
from gametheory.linear.program import LinearProgram
from gametheory.linear.rational import float_values
from gametheory.linear.simplex import Simplex, TooLargeError
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options

Array = NDArray[Any]

#: Largest matrix, in entries that are not zero, whose solution by HiGHS or PuLP is certified exactly.
EXACT_ENTRIES_LIMIT = 2_000_000
#: Largest dense part of a basis, in rows, that is solved exactly after HiGHS or PuLP.
EXACT_KERNEL_LIMIT = 1_000


def solve(lp: LinearProgram, options: Options) -> Outcome:
    """Solve a linear program in fractions, without a floating-point solver; any size that time allows.

    Returns
    -------
    Outcome
        With a `PrimalDual`, `FarkasRay` or `UnboundedRay`, or at a limit the best `DualBound`, if any was proved;
        in floats unless `options.exact`.
    """
    outcome = solve_exactly(lp.to_exact(), budget=options.budget, largest_kernel=None)
    return outcome if options.exact else _rounded(outcome)


def solve_exactly(
    lp: LinearProgram,
    basis_hint: Basis | None = None,
    budget: Budget | None = None,
    *,
    largest_kernel: int | None = EXACT_KERNEL_LIMIT,
) -> Outcome:
    """Solve a linear program in fractions, from a basis that may be optimal.

    The hint's basis is solved exactly. If primal and reduced costs have the right signs the answer is there; else an
    exact simplex method goes on from it until the answer is an optimum, a Farkas ray or an unbounded ray.

    Parameters
    ----------
    lp : LinearProgram
        The program; a float stands for its shortest decimal.
    basis_hint : Basis, optional
        Where to start; it may be singular or wrong. By default every row is basic.
    budget : Budget, optional
        What may be spent.
    largest_kernel : int or None
        The largest order of a dense system to solve; None for any.

    Returns
    -------
    Outcome
        Exact. `FAILED` if a dense system is beyond the limit; `LIMIT` with a `DualBound` if one was proved.
    """
    lp = lp.to_exact()
    budget = budget or Budget()
    obvious = contradiction(lp)
    if obvious is not None:
        return Outcome(Termination.INFEASIBLE, obvious, exact=True)
    simplex = None
    try:
        budget.check()
        simplex = Simplex(lp, basis_hint or Basis.slack(lp), budget, largest_kernel)
        answer: LinearAnswer = simplex.solve()
    except TooLargeError as error:
        return Outcome(Termination.FAILED, None, message=str(error))
    except LimitReached as reason:
        known = None if simplex is None else simplex.row_dual
        bound = None if known is None else certified_bound(lp, known if lp.sense == "min" else -known)
        return Outcome(Termination.LIMIT, bound, exact=bound is not None, message=str(reason))
    message = f"exact simplex: {simplex.pivots} pivots after the hint" if basis_hint and simplex.pivots else ""
    return Outcome(answer.proves, answer, exact=True, message=message)


def solve_in_floats(lp: LinearProgram, basis_hint: Basis | None, budget: Budget) -> Outcome:
    """Solve a float program in fractions and round the answer; `FAILED` if it is too large."""
    too_large = oversize(lp)
    if too_large:
        return Outcome(Termination.FAILED, None, message=too_large)
    return _rounded(solve_exactly(lp.to_exact(), basis_hint, budget))


def oversize(lp: LinearProgram) -> str:
    """Return why a program is not certified exactly after a float solve, or an empty text."""
    if len(lp.matrix.data) <= EXACT_ENTRIES_LIMIT:
        return ""
    return f"certified in floats: {len(lp.matrix.data)} entries are beyond the exact limit of {EXACT_ENTRIES_LIMIT}"


def _rounded(outcome: Outcome) -> Outcome:
    answer = outcome.answer
    if answer is None:
        return outcome
    try:
        parts = {
            name: float_values(value if isinstance(value, np.ndarray) else np.array([value], dtype=object))
            for name, value in answer.to_data().items()
        }
    except InputError as error:
        return Outcome(Termination.FAILED, None, message=f"the exact answer does not fit floats: {error.message}")
    rounded = {n: v if isinstance(answer.to_data()[n], np.ndarray) else float(v[0]) for n, v in parts.items()}
    return Outcome(outcome.termination, type(answer)(**rounded), exact=False, message=outcome.message)
