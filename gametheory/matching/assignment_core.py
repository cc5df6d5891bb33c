"""The core of an assignment game: optimal assignment, least and highest prices."""

from __future__ import annotations

from typing import Any

import numpy as np

from gametheory.limits import LimitReached
from gametheory.linear.sparse import SparseMatrix
from gametheory.matching import augmenting
from gametheory.matching.assignment_game import AssignmentGame
from gametheory.matching.compiled import compiled
from gametheory.matching.game_data import Array, integers_of, is_exact, over
from gametheory.matching.transfers import AssignmentCore
from gametheory.numbers import exact_array
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options


def refuses_masses(game: AssignmentGame, options: Options) -> str | None:
    """Say why augmenting paths do not apply: masses of types."""
    return (
        "augmenting paths match individuals; for masses use method 'transport_program'"
        if game.buyer_masses is not None
        else None
    )


def solve(game: AssignmentGame, options: Options) -> Outcome:
    """Find an optimal assignment and the core payoffs at the least and at the highest prices.

    Integers and rationals are solved exactly, over a common denominator; floats in floats unless ``options.exact``.
    """
    exactly = options.exact or game.is_exact
    try:
        options.budget.check(1)
        values, scale = (game.values, 1)
        if exactly:
            (values,), scale = integers_of(game.values)
        found = _sparse(game, values) if game.is_sparse else _dense(values)
        options.budget.check()
    except LimitReached as reached:
        return Outcome(Termination.LIMIT, None, message=str(reached))
    buyers, sellers, *payoffs = found
    if exactly:
        payoffs = [over(p, scale) for p in payoffs]
    return Outcome(Termination.SOLVED, AssignmentCore(buyers, sellers, None, *payoffs), exact=exactly)


def _zeros(values: Array, count: int) -> Array:
    """Return zeros of the kind of the values."""
    result = np.empty(count, dtype=values.dtype)
    result[:] = 0
    return result


def _kernel(function: Any, values: Array, work: int) -> Any:
    """Compile unless the numbers are Python integers."""
    return function if values.dtype == object else compiled(function, work)


def _dense(values: Array) -> tuple[Array, ...]:
    """Solve with a matrix; rows are made the shorter side."""
    flipped = values.shape[0] > values.shape[1]
    gains = np.ascontiguousarray(np.maximum(values.T if flipped else values, 0))
    rows, columns = gains.shape
    if gains.size == 0:
        nobody = np.empty(0, dtype=np.int64)
        zero = [_zeros(values, n) for n in (*values.shape, *values.shape)]
        return nobody, nobody, *zero
    u, v = _zeros(gains, rows), _zeros(gains, columns)
    seller_of, buyer_of = np.full(rows, -1, dtype=np.int64), np.full(columns, -1, dtype=np.int64)
    work = 20 * gains.size
    _kernel(augmenting.dense_assignment, gains, work)(gains, u, v, seller_of, buyer_of, gains[0, 0] * 0)
    low, least_u = v.copy(), u.copy()
    _kernel(augmenting.dense_least_prices, gains, work)(gains, u, v, seller_of, buyer_of, low)
    turned = np.ascontiguousarray(gains.T)
    _kernel(augmenting.dense_least_prices, gains, work)(turned, v, u, buyer_of, seller_of, least_u)
    rest = np.arange(rows)
    best_u = _complement(gains, low, seller_of)
    best_v = _zeros(gains, columns)
    best_v[seller_of] = gains[rest, seller_of] - least_u
    if flipped:
        buyers, sellers = seller_of, rest
        ends = (best_v, least_u, low, best_u)
    else:
        buyers, sellers = rest, seller_of
        ends = (best_u, low, least_u, best_v)
    kept = values[buyers, sellers] >= 0
    order = np.argsort(buyers[kept], kind="stable")
    return buyers[kept][order], sellers[kept][order], *ends


def _complement(gains: Array, prices: Array, seller_of: Array) -> Array:
    """Return what matched rows keep at given prices."""
    return gains[np.arange(seller_of.size), seller_of] - prices[seller_of]


def _sparse(game: AssignmentGame, values: Array) -> tuple[Array, ...]:
    """Solve with listed pairs."""
    matrix: SparseMatrix = game.surplus
    rows, columns = game.shape
    u, v = _zeros(values, rows), _zeros(values, columns)
    seller_of, buyer_of = np.full(rows, -1, dtype=np.int64), np.full(columns, -1, dtype=np.int64)
    offsets, targets = matrix.indptr, matrix.indices
    work = 20 * (values.size + rows)
    _kernel(augmenting.sparse_assignment, values, work)(offsets, targets, values, u, v, seller_of, buyer_of, v.copy())
    order = matrix.column_order
    back = (matrix.column_starts, matrix.entry_rows[order], values[order])
    low, least_u = v.copy(), u.copy()
    least = _kernel(augmenting.sparse_least_prices, values, work)
    least(offsets, targets, values, u, v, seller_of, buyer_of, low)
    least(*back, v, u, buyer_of, seller_of, least_u)
    matched = np.flatnonzero(seller_of >= 0)
    partners = seller_of[matched]
    total = u[matched] + v[partners]
    best_u, best_v = _zeros(values, rows), _zeros(values, columns)
    best_u[matched] = total - low[partners]
    best_v[partners] = total - least_u[matched]
    return matched, partners, best_u, low, least_u, best_v


def refuses_individuals(game: AssignmentGame, options: Options) -> str | None:
    """Say why the transport program does not apply: individuals are solved by augmenting paths."""
    return (
        "the transport program is for masses of types; use method 'augmenting_paths'"
        if game.buyer_masses is None
        else None
    )


def solve_masses(game: AssignmentGame, options: Options) -> Outcome:
    """Find an optimal transport of masses, and the core payoffs at the least and at the highest prices.

    The linear program gives one point of the core; the ends follow from it as shortest distances between prices.
    """
    from gametheory.linear.highs import solve as solve_program

    rows, columns, values = _entries(game)
    gainful = np.array([value > 0 for value in values], dtype=bool)
    rows, columns, values = rows[gainful], columns[gainful], values[gainful]
    outcome = solve_program(_program(game, rows, columns, values), options)
    if outcome.termination is not Termination.SOLVED:
        kind = Termination.LIMIT if outcome.termination is Termination.LIMIT else Termination.FAILED
        return Outcome(kind, None, message=outcome.message)
    found: Any = outcome.answer
    tolerance = 0 if outcome.exact else 1e-9 * max(1.0, float(np.max(found.primal, initial=0)))
    used = np.array([x > tolerance for x in found.primal], dtype=bool)
    n, m = game.shape
    buyers, sellers, amounts = rows[used], columns[used], found.primal[used]
    convert = exact_array if outcome.exact else (lambda a: np.asarray(a, dtype=np.float64))
    surplus = _matrix(game, convert)
    u, v = convert(found.row_dual[:n]), convert(found.row_dual[n:])
    alone = _alone(game, buyers, sellers, amounts, convert, tolerance)
    low = _least(surplus, u, v, buyers, sellers, *alone)
    least_u = _least(surplus.T, v, u, sellers, buyers, *alone[::-1])
    best_u, best_v = _follow(surplus, low, buyers, sellers, n), _follow(surplus.T, least_u, sellers, buyers, m)
    answer = AssignmentCore(buyers, sellers, amounts, best_u, low, least_u, best_v)
    return Outcome(Termination.SOLVED, answer, exact=outcome.exact)


def _entries(game: AssignmentGame) -> tuple[Array, Array, Array]:
    if game.is_sparse:
        return game.surplus.entry_rows, game.surplus.indices, game.surplus.data
    n, m = game.shape
    return np.repeat(np.arange(n), m), np.tile(np.arange(m), n), game.surplus.ravel()


def _program(game: AssignmentGame, rows: Array, columns: Array, values: Array) -> Any:
    from gametheory.linear import LinearProgram

    n, m = game.shape
    assert game.buyer_masses is not None
    assert game.seller_masses is not None
    here = np.concatenate([rows, n + columns])
    places = np.concatenate([np.arange(rows.size)] * 2)
    exactly = is_exact(values, game.buyer_masses, game.seller_masses)
    ones = np.ones(here.size, dtype=np.int64 if exactly else np.float64)
    matrix = SparseMatrix.from_coo(here, places, ones, (n + m, rows.size))
    masses = [a.tolist() for a in (game.buyer_masses, game.seller_masses)]
    return LinearProgram.build("max", values.tolist(), at_most=(matrix, masses[0] + masses[1]))


def _matrix(game: AssignmentGame, convert: Any) -> Array:
    """Return the surplus as a matrix with nothing negative (a pair may always stay apart)."""
    if not game.is_sparse:
        return nonnegative(convert(game.surplus))
    dense = convert(np.zeros(game.shape, dtype=np.int64))
    dense[game.surplus.entry_rows, game.surplus.indices] = convert(game.surplus.data)
    return nonnegative(dense)


def nonnegative(values: Array) -> Array:
    """Return the numbers, 0 where they are negative."""
    result: Array = np.maximum(values, 0)
    return result


def _alone(
    game: AssignmentGame, buyers: Array, sellers: Array, amounts: Array, convert: Any, tolerance: Any
) -> tuple[Array, Array]:
    """Say which types of each side are not wholly matched."""
    result = []
    for masses, index in ((game.buyer_masses, buyers), (game.seller_masses, sellers)):
        left = convert(masses).copy()
        np.subtract.at(left, index, convert(amounts))
        result.append(np.array([x > tolerance for x in left], dtype=bool))
    return result[0], result[1]


def _least(
    surplus: Array, u: Array, v: Array, buyers: Array, sellers: Array, alone_buyers: Array, alone_sellers: Array
) -> Array:
    """Return the least prices: Bellman and Ford's rounds over the pairs that trade."""
    fall = v.copy()
    slack = np.maximum(u[:, None] + v[None, :] - surplus, 0)
    if alone_buyers.any():
        fall = np.minimum(fall, slack[alone_buyers].min(axis=0))
    fall[alone_sellers] = 0 * fall[alone_sellers]
    for _ in range(v.size + 1):
        before = fall.copy()
        for buyer, seller in zip(buyers.tolist(), sellers.tolist(), strict=True):
            fall = np.minimum(fall, fall[seller] + slack[buyer])
        if (fall == before).all():
            break
    return v - fall


def _follow(surplus: Array, prices: Array, buyers: Array, sellers: Array, count: int) -> Array:
    """Return what each buyer type keeps at given prices: the best it can buy, or nothing."""
    if prices.size == 0:
        return np.zeros(count)
    return nonnegative((surplus - prices[None, :]).max(axis=1))
