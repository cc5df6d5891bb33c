"""Extreme points of a polyhedron given by inequalities, exactly: the double description method.

Motzkin, Raiffa, Thompson and Thrall (1953); Fukuda and Prodon (1996) for the adjacency test used here.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import RefusedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.limits import Budget
    from gametheory.linear import LinearProgram

#: More rays than this, and a polyhedron is not small.
MOST_RAYS = 20_000


def extreme_points(program: LinearProgram, budget: Budget) -> list[NDArray[Any]]:
    """Return every extreme point of the feasible set of a program, in lexicographic order.

    Parameters
    ----------
    program : LinearProgram
        Exact; its objective does not matter.
    budget : Budget
        Polled; `LimitReached` passes through.

    Returns
    -------
    list of ndarray of shape (n,)
        Fractions.

    Raises
    ------
    RefusedError
        If the feasible set is unbounded, has no extreme point, or takes more than `MOST_RAYS` rays to describe.
    """
    rows = _inequalities(program)
    start = _independent(rows)
    if start is None:
        raise RefusedError("the feasible set contains a line and has no extreme point", remedy="add participation")
    rays = [(_primitive(ray), _zeros(ray, rows, start)) for ray in _dual_basis([rows[k] for k in start])]
    done = set(start)
    for k, row in enumerate(rows):
        if k in done:
            continue
        budget.check(iterations=1)
        rays = _cut(rays, row, k)
        done.add(k)
        if len(rays) > MOST_RAYS:
            raise RefusedError(f"more than {MOST_RAYS} rays: the problem is too large to enumerate", remedy="sample it")
    if any(ray[-1] == 0 for ray, _ in rays):
        raise RefusedError("the feasible set is unbounded", remedy="add participation or budget constraints")
    points = {tuple(Fraction(x, ray[-1]) for x in ray[:-1]) for ray, _ in rays}
    return [np.array(point, dtype=object) for point in sorted(points)]


def _inequalities(program: LinearProgram) -> list[list[int]]:
    """Return integer rows r with ``r . (x, 1) >= 0`` for all constraints and bounds; an equation is two of them."""
    n = program.columns
    dense = program.matrix.to_dense()
    found: list[list[Fraction]] = []
    for i in range(program.rows):
        if program.finite_row_lower[i]:
            found.append([*dense[i], -program.row_lower[i]])
        if program.finite_row_upper[i]:
            found.append([*(-x for x in dense[i]), program.row_upper[i]])
    for j in range(n):
        unit = [Fraction(int(k == j)) for k in range(n)]
        if program.finite_lower[j]:
            found.append([*unit, -program.lower[j]])
        if program.finite_upper[j]:
            found.append([*(-x for x in unit), program.upper[j]])
    found.append([*[Fraction(0)] * n, Fraction(1)])
    distinct = dict.fromkeys(tuple(_primitive(row)) for row in found if any(row))
    return [list(row) for row in distinct]


def _primitive(row: Any) -> tuple[int, ...]:
    """Return the shortest integer vector in the same direction."""
    denominator = math.lcm(*(Fraction(x).denominator for x in row))
    scaled = [int(x * denominator) for x in row]
    divisor = math.gcd(*scaled) or 1
    return tuple(x // divisor for x in scaled)


def _independent(rows: list[list[int]]) -> list[int] | None:
    """Return the places of linearly independent rows that span the space, or None."""
    echelon: list[tuple[int, list[Fraction]]] = []
    chosen = []
    for k, row in enumerate(rows):
        reduced = [Fraction(x) for x in row]
        for pivot, held in echelon:
            factor = reduced[pivot] / held[pivot]
            if factor:
                reduced = [a - factor * b for a, b in zip(reduced, held, strict=True)]
        pivot = next((j for j, x in enumerate(reduced) if x), -1)
        if pivot >= 0:
            echelon.append((pivot, reduced))
            chosen.append(k)
            if len(chosen) == len(row):
                return chosen
    return None


def _dual_basis(rows: list[list[int]]) -> list[list[Fraction]]:
    """Return the rays of the cone of a basis of rows: each is zero on all rows but one, where it is positive."""
    import flint

    inverse = flint.fmpq_mat(flint.fmpz_mat(rows)).inv()
    n = len(rows)
    return [[Fraction(int(inverse[i, j].p), int(inverse[i, j].q)) for i in range(n)] for j in range(n)]


def _zeros(ray: Any, rows: list[list[int]], places: list[int]) -> int:
    """Return as bits the rows, among those at `places`, that are zero on a ray."""
    return sum(1 << k for k in places if not sum(a * b for a, b in zip(rows[k], ray, strict=True)))


def _cut(rays: list[tuple[tuple[int, ...], int]], row: list[int], k: int) -> list[tuple[tuple[int, ...], int]]:
    """Intersect a cone with one more half-space: keep what is inside, and add where edges cross the boundary."""
    values = [sum(a * b for a, b in zip(row, ray, strict=True)) for ray, _ in rays]
    kept = [
        (ray, zeros | (1 << k) if not value else zeros)
        for (ray, zeros), value in zip(rays, values, strict=True)
        if value >= 0
    ]
    inside = [(r, z, v) for (r, z), v in zip(rays, values, strict=True) if v > 0]
    outside = [(r, z, v) for (r, z), v in zip(rays, values, strict=True) if v < 0]
    dimension = len(row)
    for ray, zeros, value in inside:
        for other, others, below in outside:
            common = zeros & others
            if common.bit_count() < dimension - 2 or not _adjacent(rays, common):
                continue
            crossing = _primitive([value * b - below * a for a, b in zip(ray, other, strict=True)])
            kept.append((crossing, common | (1 << k)))
    return kept


def _adjacent(rays: list[tuple[tuple[int, ...], int]], common: int) -> bool:
    """Say whether two rays span an edge: no third ray is zero wherever both are."""
    count = 0
    for _, zeros in rays:
        if zeros & common == common:
            count += 1
            if count > 2:
                return False
    return True
