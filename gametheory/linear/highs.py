"""HiGHS as a solver of linear programs; the exact layer decides where answers must be exact."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.limits import Budget, LimitReached
from gametheory.linear.answers import LinearAnswer, PrimalDual
from gametheory.linear.auxiliary import (
    certified_bound,
    certified_farkas,
    certified_ray,
    certify_negative,
    contradiction,
    uncrossed,
)
from gametheory.linear.program import LinearProgram
from gametheory.linear.session import HighsResult, HighsSession
from gametheory.linear.verify import verify
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options

__all__ = ["HighsResult", "HighsSession", "solve"]

Array = NDArray[Any]


def solve(lp: LinearProgram, options: Options) -> Outcome:
    """Solve a linear program with HiGHS.

    In floats, what HiGHS claims is checked against the tolerances before it is answered; where the check fails, or
    HiGHS refuses the numbers, the exact layer answers instead if the program is small enough. If `options.exact`,
    HiGHS' last basis is the hint from which `gametheory.linear.exact.solve_exactly` decides; a program beyond
    that layer's size is answered in floats, and the message says so.

    Returns
    -------
    Outcome
        With a `PrimalDual`, `FarkasRay`, `UnboundedRay`; or at a limit the best `DualBound`, if any was proved.
    """
    from gametheory.linear.exact import oversize, solve_exactly

    budget = options.budget
    if not options.exact:
        return _in_floats(lp.to_float(), budget)
    too_large = oversize(lp)
    if too_large:
        return _said(_in_floats(lp.to_float(), budget), too_large)
    program = lp.to_exact()
    if contradiction(program) is not None:
        return solve_exactly(program, budget=budget)
    result = HighsSession(program).solve(budget)
    if result.status is Termination.LIMIT:
        return limited(program, result.row_dual, result.message)
    outcome = solve_exactly(program, basis_hint=result.basis, budget=budget)
    if outcome.termination is Termination.FAILED:
        return _said(_in_floats(lp.to_float(), budget), outcome.message)
    return outcome


def limited(lp: LinearProgram, row_dual: Array | None, reason: str) -> Outcome:
    """Return the outcome of a spent budget, with the bound that multipliers prove, if any."""
    bound = certified_bound(lp, row_dual)
    if bound is None and lp.is_exact and row_dual is not None:
        # Multipliers found in floats rarely have all their signs right to the last digit.
        rough = certified_bound(lp.to_float(), row_dual)
        return Outcome(Termination.LIMIT, rough, exact=False, message=reason)
    return Outcome(Termination.LIMIT, bound, exact=lp.is_exact and bound is not None, message=reason)


def checked(lp: LinearProgram, primal: Array | None, row_dual: Array | None) -> PrimalDual | None:
    """Return the pair as an answer to a float program if it passes its check, else None."""
    if primal is None or row_dual is None or not (np.isfinite(primal).all() and np.isfinite(row_dual).all()):
        return None
    answer = PrimalDual(primal, row_dual, lp.objective_value(primal))
    return answer if verify(lp, answer, exact=False).ok else None


def _in_floats(lp: LinearProgram, budget: Budget) -> Outcome:
    obvious = contradiction(lp)
    if obvious is not None and verify(lp, obvious, exact=False).ok:
        return Outcome(Termination.INFEASIBLE, obvious)
    lp = uncrossed(lp)
    session = HighsSession(lp)
    result = session.solve(budget)
    if result.status is Termination.LIMIT:
        return limited(lp, result.row_dual, result.message)
    answer: LinearAnswer | None = None
    if result.status is Termination.SOLVED:
        answer = checked(lp, result.primal, result.row_dual)
    elif result.status is Termination.INFEASIBLE:
        answer = certified_farkas(lp, result.ray)
    elif result.status is Termination.UNBOUNDED:
        answer = certified_ray(lp, result.primal, result.ray)
    if answer is not None:
        return Outcome(answer.proves, answer)
    return _rescued(lp, result, budget)


def _rescued(lp: LinearProgram, result: HighsResult, budget: Budget) -> Outcome:
    """Answer where HiGHS' own evidence fails: by auxiliary programs, else by the exact layer."""

    def run(program: LinearProgram) -> tuple[Array, Array] | None:
        found = HighsSession(program).solve(budget)
        if found.status is Termination.LIMIT:
            raise LimitReached(found.message)
        if found.status is not Termination.SOLVED or found.primal is None or found.row_dual is None:
            return None
        return found.primal, found.row_dual

    from gametheory.linear.exact import solve_in_floats

    if result.status in (Termination.INFEASIBLE, Termination.UNBOUNDED):
        try:
            answer = certify_negative(lp, run)
        except LimitReached as reason:
            return Outcome(Termination.LIMIT, None, message=str(reason))
        if answer is not None:
            return Outcome(answer.proves, answer)
    outcome = solve_in_floats(lp, result.basis, budget)
    if outcome.termination is not Termination.FAILED:
        return outcome
    said = result.message or f"HiGHS says {result.status}, but its evidence does not pass its check"
    return Outcome(Termination.FAILED, None, message=f"{said}; {outcome.message}")


def _said(outcome: Outcome, message: str) -> Outcome:
    said = "; ".join(part for part in (message, outcome.message) if part)
    return Outcome(outcome.termination, outcome.answer, outcome.exact, outcome.complete, outcome.method, said)
