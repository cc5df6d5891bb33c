"""Exact solutions of square sparse systems of integers.

Rows and columns with a single entry are eliminated by substitution, as long as there are any; bases of
linear programs mostly are such. The dense rest is left to python-flint (Dixon lifting).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.linear.rational import object_array
from gametheory.linear.sparse import SparseMatrix

Array = NDArray[Any]
Pairs = list[list[tuple[int, int]]]

#: A prime below 2**61, far from anything that input produces: a matrix regular modulo it is regular.
PRIME = 2305843009213693921


class SingularError(Exception):
    """The matrix has no inverse."""


class Factor:
    """A square integer matrix, prepared for systems with it and with its transpose.

    Parameters
    ----------
    rows : list of lists of (column, integer)
        The entries by row, none of them zero.

    Raises
    ------
    SingularError
        If the matrix has no inverse. (A singular dense rest is found when a system is solved.)

    Attributes
    ----------
    kernel : int
        The order of the dense rest.
    """

    def __init__(self, rows: Pairs) -> None:
        import flint

        self._flint = flint
        self.size = len(rows)
        self._rows = rows
        self._columns: Pairs = [[] for _ in range(self.size)]
        for i, row in enumerate(rows):
            for j, value in row:
                self._columns[j].append((i, value))
        self._peel()
        self.kernel = len(self._kernel_rows)

    def _peel(self) -> None:
        """Find pivots of rows with one entry, then of columns with one entry, until there are none."""
        live_row, live_column = [True] * self.size, [True] * self.size
        self._first: list[tuple[int, int, int]] = []
        self._last: list[tuple[int, int, int]] = []
        for lines, live, others, pivots, by_row in (
            (self._rows, live_column, live_row, self._first, True),
            (self._columns, live_row, live_column, self._last, False),
        ):
            crossing = self._columns if by_row else self._rows
            count = [sum(live[k] for k, _ in line) for line in lines]
            ready = [i for i in range(self.size) if others[i] and count[i] == 1]
            while ready:
                line = ready.pop()
                if not others[line]:
                    continue
                found = [(k, value) for k, value in lines[line] if live[k]]
                if not found:
                    raise SingularError
                (cross, value), others[line] = found[0], False
                live[cross] = False
                pivots.append((line, cross, value) if by_row else (cross, line, value))
                for k, _ in crossing[cross]:
                    count[k] -= 1
                    if others[k] and count[k] == 1:
                        ready.append(k)
        self._kernel_rows = [i for i in range(self.size) if live_row[i]]
        self._kernel_columns = [j for j in range(self.size) if live_column[j]]
        self._dense: Any = None

    def solve(self, right: Array) -> Array:
        """Return z with ``M z = right``, fractions, shape (size,)."""
        return self._solve(right, self._first, self._last, self._rows, transposed=False)

    def solve_transposed(self, right: Array) -> Array:
        """Return u with ``M' u = right``, fractions, shape (size,)."""
        first = [(j, i, value) for i, j, value in self._last]
        last = [(j, i, value) for i, j, value in self._first]
        return self._solve(right, first, last, self._columns, transposed=True)

    def _solve(
        self,
        right: Array,
        first: list[tuple[int, int, int]],
        last: list[tuple[int, int, int]],
        lines: Pairs,
        *,
        transposed: bool,
    ) -> Array:
        rational = self._flint.fmpq
        given = [rational(v.numerator, v.denominator) for v in right.tolist()]
        solution: list[Any] = [None] * self.size
        for line, place, value in first:
            solution[place] = _rest(given[line], lines[line], place, solution) / value
        if self.kernel:
            self._solve_kernel(given, solution, lines, transposed)
        for line, place, value in reversed(last):
            solution[place] = _rest(given[line], lines[line], place, solution) / value
        return object_array([Fraction(int(v.p), int(v.q)) for v in solution])

    def _solve_kernel(self, given: list[Any], solution: list[Any], lines: Pairs, transposed: bool) -> None:
        integer_matrix = self._flint.fmpz_mat
        if self._dense is None:
            self._dense = integer_matrix(dense(self._rows, self._kernel_rows, self._kernel_columns))
        equations, unknowns = self._kernel_rows, self._kernel_columns
        matrix = self._dense
        if transposed:
            equations, unknowns, matrix = unknowns, equations, matrix.transpose()
        sides = [_rest(given[line], lines[line], -1, solution) for line in equations]
        common = math.lcm(*(int(v.q) for v in sides))
        column = [int(v.p) * (common // int(v.q)) for v in sides]
        try:
            found = matrix.solve(integer_matrix(self.kernel, 1, column))
        except ZeroDivisionError:
            raise SingularError from None
        for place, value in zip(unknowns, found.entries(), strict=True):
            solution[place] = value / common


def dense(rows: Pairs, chosen: Iterable[int], columns: list[int]) -> list[list[int]]:
    """Return chosen rows and columns in full."""
    place = {j: k for k, j in enumerate(columns)}
    result = []
    for i in chosen:
        line = [0] * len(columns)
        for j, value in rows[i]:
            if j in place:
                line[place[j]] = value
        result.append(line)
    return result


def independent(rows: Pairs, width: int) -> tuple[list[int], list[int]]:
    """Return as many rows and columns as a matrix has rank, whose submatrix is regular.

    The rank is taken modulo a prime: what is regular there is regular, and hardly ever does a prime miss any.
    """
    import flint

    full = dense(rows, range(len(rows)), list(range(width)))
    if not full or not width:
        return [], []
    prime = PRIME
    modular = flint.nmod_mat(len(full), width, [v % prime for line in full for v in line], prime)
    columns = _pivots(modular)
    selected = flint.nmod_mat(
        len(columns), len(full), [full[i][j] % prime for j in columns for i in range(len(full))], prime
    )
    return _pivots(selected), columns


def _pivots(matrix: Any) -> list[int]:
    reduced, rank = matrix.rref()
    pivots: list[int] = []
    column = 0
    for row in range(rank):
        while int(reduced[row, column]) == 0:
            column += 1
        pivots.append(column)
        column += 1
    return pivots


def _rest(side: Any, line: list[tuple[int, int]], skipped: int, solution: list[Any]) -> Any:
    """Return the right-hand side of one equation less its known terms."""
    for place, value in line:
        if place != skipped and solution[place] is not None:
            side = side - value * solution[place]
    return side


def submatrix(matrix: SparseMatrix, rows: Array, columns: Array) -> Pairs:
    """Return chosen rows and columns of an exact matrix, as `Factor` takes them.

    Row k holds the entries of row ``rows[k]`` times their common denominator, at their places in `columns`.
    """
    row_place = np.full(matrix.shape[0], -1, dtype=np.int64)
    row_place[rows] = np.arange(len(rows))
    column_place = np.full(matrix.shape[1], -1, dtype=np.int64)
    column_place[columns] = np.arange(len(columns))
    row, column = row_place[matrix.entry_rows], column_place[matrix.indices]
    kept = (row >= 0) & (column >= 0)
    result: Pairs = [[] for _ in range(len(rows))]
    entries = matrix.integer_rows[0][kept].tolist()
    for i, j, value in zip(row[kept].tolist(), column[kept].tolist(), entries, strict=True):
        result[i].append((j, value))
    return result
