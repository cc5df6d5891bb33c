"""Steady states of markets with indivisible holdings: masses by Newton's method, values by one linear system."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium.indivisible import IndivisibleMarket, TradingSteadyState
from gametheory.limits import LimitReached
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options

Array = NDArray[Any]


def steady_state(market: IndivisibleMarket, options: Options) -> Outcome:
    """Return masses and reservation values; in floats, for the masses solve quadratic equations."""
    rates = market.switching.astype(np.float64)
    np.fill_diagonal(rates, 0.0)
    generator = rates - np.diag(rates.sum(axis=1))
    count = len(market.types)
    stationary = np.linalg.lstsq(np.vstack([generator.T, np.ones(count)]), np.append(np.zeros(count), 1.0), rcond=None)[
        0
    ]
    try:
        owners = _owners(market, generator, stationary, options)
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, message=str(limit))
    others = stationary - owners
    answer = TradingSteadyState(owners, others, _reservation(market, generator, owners, others))
    return Outcome(
        Termination.SOLVED, answer, message="masses are irrational; solved in floats" if options.exact else ""
    )


def _owners(market: IndivisibleMarket, generator: Array, stationary: Array, options: Options) -> Array:
    supply = float(market.supply)
    meeting = 2 * float(sum(market.contact_rates.tolist()))
    dealers = float(market.dealer_rate)
    count = len(stationary)
    better = np.triu(np.ones((count, count)), 1)  # [seller, buyer]

    def flow(owners: Array) -> Array:
        others = stationary - owners
        trade = meeting * (others * (owners @ better) - owners * (better @ others))
        met = dealers * min(owners[0], others[-1])
        trade[-1] += met
        trade[0] -= met
        return np.asarray(owners @ generator + trade)

    def slopes(owners: Array) -> Array:
        others = stationary - owners
        found = generator.T + meeting * (
            np.diag(-(owners @ better) - better @ others) + others[:, None] * better.T + owners[:, None] * better
        )
        if dealers:
            least = 0 if owners[0] < others[-1] else count - 1
            sign = 1.0 if least == 0 else -1.0
            found[-1, least] += dealers * sign
            found[0, least] -= dealers * sign
        return np.asarray(found)

    owners = supply * stationary
    step = 0.5 / max(1e-300, meeting + dealers + float(np.max(-np.diag(generator))))
    for _ in range(200):  # towards the steady state along the dynamics, which are stable
        owners = owners + step * flow(owners)
    for _ in range(100):
        options.budget.check(1)
        matrix = np.vstack([slopes(owners), np.ones(count)])
        move = np.linalg.lstsq(matrix, np.append(-flow(owners), supply - owners.sum()), rcond=None)[0]
        owners = owners + move
        if np.max(np.abs(move)) <= 1e-16:
            break
    return owners


def _reservation(market: IndivisibleMarket, generator: Array, owners: Array, others: Array) -> Array:
    count = len(owners)
    matrix = float(market.discount_rate) * np.eye(count) - generator
    income = market.income.astype(np.float64)
    for rate, power in zip(market.contact_rates, market.powers, strict=True):
        for k in range(count):
            up = 2 * float(rate) * float(power) * others[k + 1 :]
            down = 2 * float(rate) * (1 - float(power)) * owners[:k]
            matrix[k, k] += up.sum() + down.sum()
            matrix[k, k + 1 :] -= up
            matrix[k, :k] -= down
    if market.dealer_rate > 0:
        share = float(market.dealer_rate) * (1 - float(market.dealer_power))
        long = count - 1 if owners[0] < others[-1] else 0
        for k in range(count):
            matrix[k, k] += share
            matrix[k, long] -= share
    return np.asarray(np.linalg.solve(matrix, income))
