"""Solvers of pairing over rounds: backward over values and forward over the population; the planner's program."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from gametheory.limits import LimitReached
from gametheory.matching.dynamic_pairing import ROLES, DynamicPairing
from gametheory.matching.game_data import Array
from gametheory.matching.transfers import PairingPlan
from gametheory.numbers import exact, exact_array, float_array
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options


def _numbers(game: DynamicPairing, exactly: bool) -> tuple[Any, ...]:
    read = exact_array if exactly else float_array
    beta = exact(game.discount) if exactly else float(game.discount)
    return read(game.masses), read(game.settled), read(game.unsettled), beta


def solve_rounds(game: DynamicPairing, options: Options) -> Outcome:
    """Find fees, values and flows as a fixed point, round by round.

    Given who is there in each round, fees clear each round backwards from the last: the half that gains most from
    being served is served. Given values, the population is carried forwards. Repeated until it does not change. It
    may not settle where dealers are indifferent between staying and leaving; then the planner's program is solved.
    """
    exactly = options.exact
    masses, high, low, beta = _numbers(game, exactly)
    rounds = int(game.rounds)
    stocks = [masses] * rounds
    values: Any = None
    try:
        for _ in range(4 * rounds + 40):
            options.budget.check(1)
            values = _backward(game, stocks, high, low, beta)
            flows = _forward(masses, stocks[0] * 0, values, high, low, beta)
            following = [flows[t][:6].sum(axis=0) for t in range(rounds)]
            same = all(_close(a, b, masses, exactly) for a, b in zip(stocks, following, strict=True))
            stocks = following
            if same:
                answer = PairingPlan(flows, values[0], values[1], values[2])
                return Outcome(Termination.SOLVED, answer, exact=exactly)
    except LimitReached as reached:
        return Outcome(Termination.LIMIT, None, message=str(reached))
    said = "the population does not settle round by round (dealers may be indifferent to leaving)"
    return replace(solve_planner(game, options), method="planner_program", message=said)


def _close(one: Array, two: Array, masses: Array, exactly: bool) -> bool:
    difference = np.abs(one - two)
    return bool((difference == 0).all() if exactly else (difference <= 1e-12 * masses.sum()).all())


def _backward(game: DynamicPairing, stocks: list[Array], high: Array, low: Array, beta: Any) -> tuple[Array, ...]:
    """Return values by round and state, and the fees that clear each round for its population."""
    rounds, count = int(game.rounds), len(game)
    unsettled = np.empty((rounds, count), dtype=high.dtype)
    settled = np.empty((rounds, count), dtype=high.dtype)
    fees = np.empty(rounds, dtype=high.dtype)
    again, rest = low, high
    for t in reversed(range(rounds)):
        fees[t] = _clearing(rest - again, stocks[t])
        unsettled[t] = np.maximum(rest - fees[t], again + fees[t])
        settled[t] = np.maximum(rest, again + fees[t])
        again, rest = np.maximum(low, beta * unsettled[t]), np.maximum(high, beta * settled[t])
    return unsettled, settled, fees


def _clearing(gains: Array, stock: Array) -> Any:
    """Return half the gain of the marginal one served, if half of the population is served; at least 0."""
    order = np.argsort(-gains, kind="stable")
    total = np.cumsum(stock[order])
    if total.size == 0 or total[-1] == 0:
        return stock.sum() * 0
    slack = 0 if stock.dtype == object else 1e-12 * total[-1]
    at = int(np.asarray(2 * total >= total[-1] - slack, dtype=bool).argmax())
    upper = gains[order[at]]
    beyond = np.flatnonzero(np.asarray(stock[order] > slack, dtype=bool) & (np.arange(total.size) > at))
    whole = abs(2 * total[at] - total[-1]) <= slack
    lower = gains[order[beyond[0]]] if whole and beyond.size else upper
    return max((upper + lower) / 4, stock[0] * 0)


def _forward(masses: Array, nothing: Array, values: tuple[Array, ...], high: Array, low: Array, beta: Any) -> Array:
    """Return the flows if the half that gains most is served, and everyone stays or leaves as is better."""
    unsettled, settled, _ = values
    rounds, count = unsettled.shape
    flows = np.empty((rounds, len(ROLES), count), dtype=masses.dtype)
    flows[:] = 0
    stock, calm = masses, nothing
    for t in range(rounds):
        last = t + 1 == rounds
        again = low if last else np.maximum(low, beta * unsettled[t + 1])
        rest = high if last else np.maximum(high, beta * settled[t + 1])
        served = _top_half(rest - again, stock)
        dealing = stock - served
        stays = np.zeros(count, dtype=bool) if last else np.asarray(beta * unsettled[t + 1] >= low, dtype=bool)
        lingers = np.zeros(count, dtype=bool) if last else np.asarray(beta * settled[t + 1] > high, dtype=bool)
        flows[t, 0], flows[t, 1] = np.where(lingers, 0, served), np.where(lingers, served, 0)
        flows[t, 2], flows[t, 3] = np.where(stays, 0, dealing), np.where(stays, dealing, 0)
        flows[t, 8], flows[t, 9] = np.where(lingers, 0, calm), np.where(lingers, calm, 0)
        stock, calm = flows[t, 3].copy(), flows[t, 1] + flows[t, 9]
    return flows


def _top_half(gains: Array, stock: Array) -> Array:
    """Return how much of each type is served: those with positive gains, best first, up to half of all."""
    served = stock * 0
    left = stock.sum() / 2
    for k in np.argsort(-gains, kind="stable"):
        if left <= 0 or gains[k] <= 0:
            break
        served[k] = min(left, stock[k])
        left = left - served[k]
    return served


def solve_planner(game: DynamicPairing, options: Options) -> Outcome:
    """Find the flows worth most, by one linear program over roles; its dual gives values and fees."""
    from gametheory.linear.highs import solve as solve_program

    scales = _scales(game, options.exact)
    outcome = solve_program(_program(game, options.exact, scales), options)
    if outcome.termination is not Termination.SOLVED:
        kind = Termination.LIMIT if outcome.termination is Termination.LIMIT else Termination.FAILED
        return Outcome(kind, None, message=outcome.message)
    found: Any = outcome.answer
    rounds, count, roles = int(game.rounds), len(game), len(ROLES)
    exactly = outcome.exact
    scales = scales if exactly else float_array(scales)
    beta = exact(game.discount) if exactly else float(game.discount)
    weights = np.array([beta**t for t in range(rounds)], dtype=object if exactly else np.float64)
    flows = found.primal.reshape(rounds, roles, count) / scales[:, None, None]
    values = found.row_dual.reshape(rounds, 2 * count + 1) * (scales / weights)[:, None]
    if not exactly:
        flows = np.maximum(flows, 0.0)
    answer = PairingPlan(flows, values[:, :count], values[:, count : 2 * count], values[:, 2 * count])
    return Outcome(Termination.SOLVED, answer, exact=exactly)


def _scales(game: DynamicPairing, exactly: bool) -> Array:
    """Return what the flows and rows of each round are multiplied by in floats.

    Half of the discount is in the flows and half in the payoffs, so that neither falls below a solver's tolerance as
    soon as the whole would.
    """
    if exactly:
        return np.array([1] * int(game.rounds), dtype=object)
    return np.asarray(float(game.discount) ** (np.arange(int(game.rounds)) / 2))


def _program(game: DynamicPairing, exactly: bool, scales: Array) -> Any:
    """Return the planner's program: 10 roles by type and round; stocks carried over; as many deal as are served."""
    from gametheory.linear import LinearProgram, SparseMatrix

    masses, high, low, beta = _numbers(game, exactly)
    rounds, count, roles = int(game.rounds), len(game), len(ROLES)
    one = 1 if exactly else 1.0
    types = np.arange(count)
    rows, columns, entries = [], [], []

    def put(row: Array | int, t: int, role: int, value: Any) -> None:
        rows.append(np.broadcast_to(row, count))
        columns.append((t * roles + role) * count + types)
        entries.append(np.full(count, value))

    for t in range(rounds):
        base = t * (2 * count + 1)
        for role in range(roles):
            put(base + types if role < 6 else base + count + types, t, role, one)
        for role in (0, 1):
            put(base + 2 * count, t, role, one)
        for role in (2, 3, 6, 7):
            put(base + 2 * count, t, role, -one)
        if t > 0:
            carried = -one if exactly else -scales[t] / scales[t - 1]
            for role in (3, 5, 7):
                put(base + types, t - 1, role, carried)
            for role in (1, 9):
                put(base + count + types, t - 1, role, carried)
    size = rounds * roles * count
    matrix = SparseMatrix.from_coo(
        np.concatenate(rows), np.concatenate(columns), np.concatenate(entries), (rounds * (2 * count + 1), size)
    )
    costs = np.empty((rounds, roles, count), dtype=high.dtype)
    costs[:] = 0
    for t in range(rounds):
        costs[t, [0, 8]] = beta**t / scales[t] * high
        costs[t, [2, 4, 6]] = beta**t / scales[t] * low
    upper: list[Any] = [None] * size
    for role in range(1, roles, 2):  # nobody stays after the last round
        start = ((rounds - 1) * roles + role) * count
        upper[start : start + count] = [0] * count
    high_rows: list[Any] = []
    low_rows: list[Any] = []
    for t in range(rounds):
        stock = masses.tolist() if t == 0 else [0] * count
        high_rows += [*stock, *([0] * count), 0]
        low_rows += [*stock, *([0] * count), None]
    return LinearProgram.build(
        "max", costs.ravel().tolist(), between=(matrix, low_rows, high_rows), lower=0, upper=upper
    )
