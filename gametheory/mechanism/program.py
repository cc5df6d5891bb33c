"""The linear program of a mechanism problem, assembled from arrays.

Columns are the variables profile by profile: D decisions, then K transfers. Rows are the limits of the decision
polytope (profile by profile), the budgets, participation, and then incentives. Incentive and participation rows read
"at least"; with the program's sign convention for maximisation their multipliers are the negatives of its row duals.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.linear import LinearProgram, SparseMatrix
from gametheory.linear.names import LazyNames
from gametheory.mechanism.answers import Mechanism, Multipliers
from gametheory.mechanism.arrays import zero
from gametheory.mechanism.incentives import (
    block_count,
    block_profiles,
    block_stakes,
    budget_sizes,
    interim_stakes,
    objective_coefficients,
    participation_sizes,
)
from gametheory.mechanism.labels import constraint_labels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gametheory.mechanism.problem import MechanismProblem

    Triple = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[Any]]


@dataclass(frozen=True)
class MechanismProgram:
    """Rows and columns of one problem's linear program, and the way back from its answers.

    Attributes
    ----------
    problem : MechanismProblem
        The problem; floats make a program in floats, fractions an exact one.
    """

    problem: MechanismProblem

    @cached_property
    def sizes(self) -> tuple[int, list[int], list[int]]:
        """How many rows: limits of the decision polytope, each budget, each agent's participation."""
        limits = self.problem.profiles * self.problem.polytope.rows
        return limits, budget_sizes(self.problem), participation_sizes(self.problem)

    @cached_property
    def base_rows(self) -> int:
        """How many rows there are besides incentives."""
        limits, budgets, participation = self.sizes
        return limits + sum(budgets) + sum(participation)

    @cached_property
    def stakes(self) -> tuple[NDArray[Any], ...]:
        """`block_stakes` of every agent."""
        return tuple(block_stakes(self.problem, i) for i in range(len(self.problem.agents)))

    def all_pairs(self) -> NDArray[np.int64]:
        """Return every incentive constraint as (agent, type, report, block), shape (rows, 4)."""
        parts = []
        for i, types in enumerate(self.problem.shape):
            off_diagonal = ~np.eye(types, dtype=bool)
            for b in range(block_count(self.problem, i)):
                a, s = np.nonzero(off_diagonal)
                parts.append(np.stack([np.full_like(a, i), a, s, np.full_like(a, b)], axis=1))
        return np.concatenate(parts) if parts else np.zeros((0, 4), dtype=np.int64)

    def incentive_matrix(self, index: NDArray[np.int64]) -> SparseMatrix:
        """Return the rows "truthful utility less utility of the report" of some incentive constraints.

        Parameters
        ----------
        index : ndarray of int64, shape (n, 4)
            Agent, type, report and block of each row.
        """
        return self._matrix(self._incentive_triples(index), len(index))

    def _incentive_triples(self, index: NDArray[np.int64]) -> Iterator[Triple]:
        width = self.problem.width
        for i in range(len(self.problem.agents)):
            rows = np.flatnonzero(index[:, 0] == i)
            if not rows.size:
                continue
            _, a, s, b = index[rows].T
            held = self.stakes[i][b, a]
            profiles = block_profiles(self.problem, i)
            for type_, sign in ((a, 1), (s, -1)):
                columns = (profiles[b, type_] * width)[:, :, None] + np.arange(width)
                used = np.nonzero(held)
                yield rows[used[0]], columns.reshape(held.shape)[used], sign * held[used]

    def _base_triples(self) -> Iterator[Triple]:
        problem, width = self.problem, self.problem.width
        columns = np.arange(problem.profiles * width, dtype=np.int64).reshape(problem.profiles, width)
        limits, budgets, participation = self.sizes
        matrix = problem.polytope.matrix
        r, d = np.nonzero(matrix)
        every = np.arange(problem.profiles, dtype=np.int64)[:, None]
        yield (
            (every * problem.polytope.rows + r).ravel(),
            columns[:, d].ravel(),
            np.broadcast_to(matrix[r, d], (problem.profiles, r.size)).ravel(),
        )
        offset = limits
        for budget, size in zip(problem.budgets, budgets, strict=True):
            held = problem.budget_row(budget)
            if budget.timing == "ex_ante":
                held = problem.prior.ravel()[:, None] * held
            t, v = np.nonzero(held)
            yield offset + (t if size > 1 or budget.timing == "ex_post" else 0 * t), columns[t, v], held[t, v]
            offset += size
        for i, size in enumerate(participation):
            if problem.participation[i] == "ex_post":
                held = problem.stakes(i)
                t, v = np.nonzero(held)
                yield offset + t, columns[t, v], held[t, v]
            elif size:
                held = interim_stakes(problem, i)
                a, o, v = np.nonzero(held)
                yield offset + a, columns[problem.profiles_of(i)[a, o], v], held[a, o, v]
            offset += size

    def _matrix(self, triples: Iterator[Triple], rows: int) -> SparseMatrix:
        collected = list(triples)
        shape = (rows, self.problem.profiles * self.problem.width)
        if not collected:
            nothing = np.zeros(0, dtype=np.int64)
            values = np.full(0, zero(self.problem.exact))
            return SparseMatrix.from_coo(nothing, nothing, values, shape)
        row, column, value = (np.concatenate(part) for part in zip(*collected, strict=True))
        return SparseMatrix.from_coo(row, column, value, shape)

    def _bounds(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Lower and upper bounds of the rows besides incentives."""
        problem = self.problem
        polytope = problem.polytope
        lower, upper = [], []
        if polytope.rows:
            bound = np.tile(polytope.bound.astype(object), problem.profiles)
            lower.append(np.where(np.tile(polytope.equality, problem.profiles), bound, -np.inf))
            upper.append(bound)
        for budget, size in zip(problem.budgets, self.sizes[1], strict=True):
            bound = np.broadcast_to(budget.bound.reshape(-1), (size,)).astype(object)
            none = np.full(size, np.inf, dtype=object)
            lower.append(-none if budget.sense == "<=" else bound)
            upper.append(none if budget.sense == ">=" else bound)
        for i, size in enumerate(self.sizes[2]):
            if size:
                lower.append(problem.outside_option(i).astype(object))
                upper.append(np.full(size, np.inf, dtype=object))
        if not lower:
            return np.zeros(0), np.zeros(0)
        dtype = object if problem.exact else np.float64
        return np.concatenate(lower).astype(dtype), np.concatenate(upper).astype(dtype)

    @cached_property
    def base(self) -> LinearProgram:
        """The program without incentive constraints."""
        return self.program(np.zeros((0, 4), dtype=np.int64))

    @cached_property
    def _base_matrix(self) -> SparseMatrix:
        return self._matrix(self._base_triples(), self.base_rows)

    def program(self, index: NDArray[np.int64]) -> LinearProgram:
        """Return the program with some incentive constraints, given as in `incentive_matrix`."""
        problem = self.problem
        matrix = self._base_matrix
        row_lower, row_upper = self._bounds()
        if len(index):
            matrix = matrix.stack(self.incentive_matrix(index))
            row_lower = np.concatenate([row_lower, np.full(len(index), zero(problem.exact))])
            row_upper = np.concatenate([row_upper, np.full(len(index), np.inf)])
        d, k = len(problem.decisions), len(problem.transfers)
        free = np.full(k, np.inf)
        lower, upper = (
            np.tile(np.concatenate([bound, side * free]), problem.profiles)
            for bound, side in ((problem.polytope.lower, -1), (problem.polytope.upper, 1))
        )
        return LinearProgram(
            "max",
            objective_coefficients(problem).ravel(),
            matrix,
            row_lower,
            row_upper,
            lower,
            upper,
            LazyNames(matrix.shape[0], _RowNames(self, index)),
            LazyNames(problem.profiles * (d + k), _ColumnNames(problem)),
            zero(problem.exact),
        )

    def full(self) -> LinearProgram:
        """Return the program with every incentive constraint."""
        return self.program(self.all_pairs())

    def mechanism(self, primal: NDArray[Any]) -> Mechanism:
        """Return the mechanism that the columns' values are."""
        return Mechanism.from_variables(self.problem, primal.reshape(self.problem.profiles, -1))

    def multipliers(self, row_dual: NDArray[Any], index: NDArray[np.int64], *, sign: int = 1) -> Multipliers:
        """Return the multipliers that row duals of ``program(index)`` are; those of absent rows are 0.

        Parameters
        ----------
        row_dual : ndarray of shape (rows,)
            Row duals in the program's sign convention.
        index : ndarray of shape (n, 4)
            The incentive constraints the program held.
        sign : int
            -1 for row duals of the opposite convention.
        """
        dual = sign * row_dual
        limits, budgets, participation = self.sizes
        cuts = np.cumsum([limits, *budgets, *participation])
        parts = np.split(dual, cuts)
        middle = 1 + len(budgets)
        alpha = -parts[-1]
        used = np.flatnonzero(alpha != 0)
        return Multipliers(
            index[used],
            alpha[used],
            tuple(-p for p in parts[middle:-1]),
            tuple(parts[1:middle]),
            parts[0].reshape(self.problem.profiles, self.problem.polytope.rows),
        )


class _RowNames:
    def __init__(self, program: MechanismProgram, index: NDArray[np.int64]) -> None:
        self._labels = constraint_labels(program.problem)
        self._sizes = program.sizes
        self._index = index

    def __call__(self, row: int) -> str:
        limits, budgets, participation = self._sizes
        if row < limits:
            profile, limit = divmod(row, self._labels.problem.polytope.rows)
            return self._labels.limit(limit, profile)
        row -= limits
        for j, size in enumerate(budgets):
            if row < size:
                return self._labels.budget(j, row)
            row -= size
        for i, size in enumerate(participation):
            if row < size:
                return self._labels.participation(i, row)
            row -= size
        return self._labels.incentive(*(int(v) for v in self._index[row]))


class _ColumnNames:
    def __init__(self, problem: MechanismProblem) -> None:
        self._labels = constraint_labels(problem)
        self._width = problem.width

    def __call__(self, column: int) -> str:
        profile, variable = divmod(column, self._width)
        return self._labels.variable(variable, profile)
