"""Optimal mechanisms by linear programming, with incentive constraints added as they are violated.

A mechanism problem with T types has of the order of T squared incentive constraints, of which few bind. The program
starts with neighbouring types and participation, is solved, gets the constraints its solution violates, and is solved
again from the last basis, until no pair of types is violated. Multipliers of constraints that were never added are 0.
Each program on the way is a relaxation: its dual proves an upper bound, and if it is infeasible so is the problem.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.limits import LimitReached
from gametheory.linear import FarkasRay, PrimalDual, UnboundedRay
from gametheory.mechanism.answers import (
    InfeasibilityProof,
    MechanismBound,
    OptimalMechanism,
    UnboundedMechanism,
)
from gametheory.mechanism.arrays import zero
from gametheory.mechanism.program import MechanismProgram
from gametheory.mechanism.separation import neighbours, violated
from gametheory.mechanism.verify import verify
from gametheory.numbers import NumberSizeError
from gametheory.solution import Outcome, Termination

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.linear.basis import Basis
    from gametheory.linear.session import HighsResult
    from gametheory.mechanism.problem import MechanismProblem
    from gametheory.solvers import Options

logger = logging.getLogger("gametheory")


def solve(problem: MechanismProblem, options: Options) -> Outcome:
    """Find an optimal mechanism, adding incentive constraints as they are violated.

    Parameters
    ----------
    problem : MechanismProblem
        The problem.
    options : Options
        With ``exact`` the last program is solved in rational arithmetic, and so is the search for violated pairs.

    Returns
    -------
    Outcome
        `OptimalMechanism`, `InfeasibilityProof`, `UnboundedMechanism`, or with `LIMIT` a `MechanismBound` if one was
        reached.
    """
    search = _Search(problem, options)
    try:
        return search.run(neighbours(search.rounded))
    except LimitReached as reached:
        return search.stopped(str(reached))


def solve_full(problem: MechanismProblem, options: Options) -> Outcome:
    """Find an optimal mechanism from the program with every incentive constraint; otherwise as `solve`."""
    search = _Search(problem, options)
    try:
        return search.run(search.rounded.all_pairs())
    except LimitReached as reached:
        return search.stopped(str(reached))


class _Search:
    """One solve: the constraints held so far, HiGHS with them, and the best bound proved."""

    def __init__(self, problem: MechanismProblem, options: Options) -> None:
        self.problem = problem.to_exact() if options.exact else problem
        self.options = options
        try:
            self.rounded = MechanismProgram(problem.to_float())
        except NumberSizeError as error:
            if not options.exact:
                raise
            # Exact answers begin with a basis found in floats.
            raise NumberSizeError(error.message, remedy="change units") from None
        self.program = MechanismProgram(self.problem) if options.exact else self.rounded
        self.index = np.zeros((0, 4), dtype=np.int64)
        self.bound: MechanismBound | None = None

    def run(self, index: NDArray[np.int64]) -> Outcome:
        from gametheory.linear.session import HighsSession

        self.index = index
        session = HighsSession(self.rounded.program(index))
        rounds = 0
        while True:
            self.options.budget.check()
            rounds += 1
            found = session.solve(self.options.budget)
            if found.status is Termination.LIMIT:
                self._keep_bound(found)
                return self.stopped(found.message)
            added = None
            if found.status is Termination.SOLVED and found.primal is not None and found.row_dual is not None:
                self._keep_bound(found)
                variables = found.primal.reshape(self.problem.profiles, -1)
                added = self._missing(violated(self.rounded, variables))
                if not len(added) and not self.options.exact:
                    optimal = self._optimal(self.rounded, found.primal, found.row_dual)
                    if verify(self.rounded.problem, optimal, exact=False).ok:
                        return Outcome(Termination.SOLVED, optimal)
            if added is None or not len(added):
                outcome, added = self._settle(found)
                if outcome is not None:
                    return outcome
            logger.debug("round %d: %d incentive constraints, %d more", rounds, len(self.index), len(added))
            infinite = np.full(len(added), np.inf)
            session.add_rows(self.rounded.incentive_matrix(added), np.zeros(len(added)), infinite)
            self.index = np.concatenate([self.index, added])

    def _settle(self, found: HighsResult) -> tuple[Outcome | None, NDArray[np.int64]]:
        """Decide the program at hand: exactly, or where HiGHS does not say that it is solved.

        Returns
        -------
        Outcome or None, and ndarray of shape (n, 4)
            The outcome, or the violated constraints to go on with.
        """
        outcome = self._linear(found.basis)
        answer, message = outcome.answer, outcome.message
        program = self.program if outcome.exact else self.rounded
        nothing = np.zeros((0, 4), dtype=np.int64)
        if isinstance(answer, PrimalDual) and outcome.termination is Termination.SOLVED:
            added = self._missing(violated(program, answer.primal.reshape(self.problem.profiles, -1)))
            if len(added):
                return None, added
            optimal = self._optimal(program, answer.primal, answer.row_dual)
            return Outcome(Termination.SOLVED, optimal, exact=outcome.exact, message=message), nothing
        if isinstance(answer, FarkasRay):
            multipliers = program.multipliers(answer.row_lower - answer.row_upper, self.index, sign=-1)
            proof = InfeasibilityProof(multipliers)
            return Outcome(Termination.INFEASIBLE, proof, exact=outcome.exact, message=message), nothing
        if isinstance(answer, UnboundedRay):
            return self._unbounded(program, answer)
        if outcome.termination is Termination.LIMIT:
            return self.stopped(message), nothing
        return Outcome(Termination.FAILED, None, message=message), nothing

    def _optimal(self, program: MechanismProgram, primal: NDArray[Any], row_dual: NDArray[Any]) -> OptimalMechanism:
        return OptimalMechanism(program.mechanism(primal), program.multipliers(row_dual, self.index))

    def _unbounded(self, program: MechanismProgram, answer: UnboundedRay) -> tuple[Outcome | None, NDArray[np.int64]]:
        """Decide whether a direction that improves without end is one of the problem's too."""
        shape = (self.problem.profiles, self.problem.width)
        decisions = len(self.problem.decisions)
        point, ray = answer.point.reshape(shape), answer.ray.reshape(shape).copy()
        # Decisions are bounded, so no direction moves them but by rounding.
        ray[:, :decisions] = zero(program.problem.exact)
        added = np.concatenate([violated(program, point), violated(program, ray, homogeneous=True)])
        added = self._missing(np.unique(added, axis=0))
        if len(added):
            return None, added
        direction = ray[:, decisions:].reshape(*self.problem.shape, -1)
        unbounded = UnboundedMechanism(program.mechanism(answer.point), direction)
        return Outcome(Termination.UNBOUNDED, unbounded, exact=program.problem.exact), added

    def _linear(self, basis: Basis | None) -> Outcome:
        """Solve the program at hand exactly if that is asked for and it is small enough, else in floats."""
        from gametheory.linear.exact import oversize, solve_exactly
        from gametheory.linear.highs import solve as solve_linear

        why = ""
        if self.options.exact:
            program = self.program.program(self.index)
            why = oversize(program) or ""
            if not why:
                outcome = solve_exactly(program, basis_hint=basis, budget=self.options.budget)
                if outcome.termination is not Termination.FAILED:
                    return outcome
                why = outcome.message
        outcome = solve_linear(self.rounded.program(self.index), replace(self.options, exact=False))
        return replace(outcome, message="; ".join(part for part in (why, outcome.message) if part))

    def _missing(self, index: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the constraints that the program does not hold yet."""
        if not len(index) or not len(self.index):
            return index
        sizes = np.maximum(self.index.max(axis=0), index.max(axis=0)) + 1
        held, new = (np.ravel_multi_index(tuple(part.T), tuple(sizes)) for part in (self.index, index))
        return index[~np.isin(new, held)]

    def _keep_bound(self, found: HighsResult) -> None:
        if found.row_dual is not None:
            self.bound = MechanismBound(self.rounded.multipliers(found.row_dual, self.index))

    def stopped(self, message: str) -> Outcome:
        """Return what a limit leaves: the best bound, if it is one."""
        bound: Any = self.bound
        if bound is not None and not verify(self.rounded.problem, bound, exact=False).ok:
            bound = None
        return Outcome(Termination.LIMIT, bound, message=message)
