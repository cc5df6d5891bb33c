"""Checks of search equilibria: the Bellman equation at enough states, bargaining, and the balance of moments."""

from __future__ import annotations

from fractions import Fraction
from math import comb, log2
from typing import Any

import numpy as np

from gametheory import tolerances
from gametheory.equilibrium.checks import Checks
from gametheory.equilibrium.search import ORDERS, SearchEquilibrium, SearchMarket
from gametheory.errors import InputError
from gametheory.solution import Certificate

#: Assets up to which the Bellman equation is checked at every pair of axes.
ALL_PAIRS = 8


def verify(market: SearchMarket, answer: Any, *, exact: bool, concept: str = "steady_state") -> Certificate:
    """Check an answer to a search market.

    For the concept ``"steady_state"``: the value solves the Bellman equation (its residual is a quadratic in the state,
    and vanishes at enough states), each trade maximises the joint surplus, the value is concave, and the
    moments balance. Exactly, all in fractions. For ``"simulation"`` see `verify_simulation`.

    Returns
    -------
    Certificate
        Of kind ``"residual"``, or ``"epsilon"`` for a simulation.
    """
    if concept == "simulation":
        from gametheory.equilibrium.verify_simulation import verify_simulation

        return verify_simulation(market, answer)
    if concept != "steady_state":
        raise InputError(f"a search market has no concept '{concept}'", remedy="steady_state or simulation")
    if not isinstance(answer, SearchEquilibrium):
        raise InputError(f"{type(answer).__name__} is not a stationary equilibrium of a search market")
    if len(answer.linear) != market.assets:
        raise InputError(f"'linear' has {len(answer.linear)} entries; the market has {market.assets} assets")
    held = market.to_exact() if exact else market.to_float()
    found = _converted(answer, exact)
    checks = Checks(tolerances.RESULT, exact)
    checks.at_most(found.quadratic, "the value is concave in the exposure")
    _bellman(held, found, checks)
    _moments(held, found, checks)
    note = "the value and the moments are rational; volumes, dispersions and densities follow from them in floats"
    return checks.certificate("residual", note if exact else "")


def _converted(answer: SearchEquilibrium, exact: bool) -> SearchEquilibrium:
    from gametheory.numbers import exact as to_exact

    change: Any = to_exact if exact else float
    return SearchEquilibrium(
        change(answer.constant),
        np.array([change(v) for v in answer.linear], dtype=object if exact else np.float64),
        change(answer.quadratic),
        change(answer.hedging),
        np.array([change(v) for v in answer.moments], dtype=object if exact else np.float64),
    )


def _bellman(market: SearchMarket, answer: SearchEquilibrium, checks: Checks) -> None:
    """Check r V = u + sigma^2 V'' / 2 + meetings, at states that determine a quadratic."""
    supply = [a + 0 for a in market.supply.tolist()]
    count = market.assets
    axes = range(-1, count)  # -1 is the need
    states = [(0, supply)]
    risk = _unit(market)
    unit = [risk, *(risk / abs(e) for e in market.exposures.tolist())]
    states += [_moved(supply, {k: sign * unit[k + 1]}) for k in axes for sign in (1, -1)]
    pairs = [(k, m) for k in axes for m in axes if k < m and (count <= ALL_PAIRS or k == -1 or m == k + 1)]
    states += [_moved(supply, {k: unit[k + 1], m: unit[m + 1]}) for k, m in pairs]
    for number, (need, positions) in enumerate(states):
        residual, scale = _residual(market, answer, need, positions)
        checks.at_most(abs(residual), f"Bellman equation at state {number}", scale)


def _unit(market: SearchMarket) -> Any:
    """Return a power of two near the standard deviation of exposures, in the arithmetic of the market."""
    power = Fraction(2) ** round(log2(market.misallocation))
    return float(power) if market.exposures.dtype != object else power


def _moved(supply: list[Any], by: dict[int, Any]) -> tuple[Any, list[Any]]:
    positions = [a + by.get(j, 0) for j, a in enumerate(supply)]
    return by.get(-1, 0), positions


def _residual(market: SearchMarket, answer: SearchEquilibrium, need: Any, positions: list[Any]) -> tuple[Any, Any]:
    x = need + sum(market.exposures[j] * positions[j] for j in range(market.assets))
    r = market.discount_rate
    cost = r * market.risk_aversion * market.aggregate_volatility * market.aggregate_volatility / 2
    income = sum(market.dividends[j] * positions[j] for j in range(market.assets))
    value = answer.value(market, need, positions)
    risk = _unit(market)
    up, down = (answer.value(market, need + step, positions) for step in (risk, -risk))
    diffusion = market.need_volatility * market.need_volatility / 2 * (up - 2 * value + down) / (risk * risk)
    meetings: Any = 0
    for j in range(market.assets):
        # The surplus is a quadratic in the counterparty's need; three of them and the variance give its mean.
        low, middle, high = (_surplus(market, answer, j, need, positions, other) for other in (-risk, 0, risk))
        bend = (low - 2 * middle + high) / (risk * risk)
        meetings += market.contact_rates[j] * (middle + answer.moments[0] * bend / 2)
    terms = [r * value, income, cost * x * x, diffusion, meetings]
    return terms[0] - terms[1] + terms[2] - terms[3] - terms[4], max(abs(t) for t in terms)


def _surplus(
    market: SearchMarket, answer: SearchEquilibrium, asset: int, need: Any, positions: list[Any], other: Any
) -> Any:
    """Return the largest joint surplus with a counterparty who holds the supply and has another need."""
    held = market.supply.tolist()
    unit = _unit(market) / abs(market.exposures[asset])

    def joint(quantity: Any) -> Any:
        mine = [a + (quantity if j == asset else 0) for j, a in enumerate(positions)]
        theirs = [a - (quantity if j == asset else 0) for j, a in enumerate(held)]
        return answer.value(market, need, mine) + answer.value(market, other, theirs)

    none, more, less = joint(0), joint(unit), joint(-unit)
    slope, bend = (more - less) / 2, more - 2 * none + less
    best = -slope / bend * unit if bend < 0 else 0
    return joint(best) - none


def _moments(market: SearchMarket, answer: SearchEquilibrium, checks: Checks) -> None:
    """Check that diffusion and averaging leave every moment where it is."""
    raw: list[Any] = [0] * (max(ORDERS) + 1)
    raw[0] = 1
    for order, value in zip(ORDERS, answer.moments.tolist(), strict=True):
        raw[order] = value
    noise = market.need_volatility * market.need_volatility
    for n in ORDERS:
        averaged = sum(comb(n, k) * raw[k] * raw[n - k] for k in range(n + 1)) / 2**n
        terms = [n * (n - 1) * noise * raw[n - 2] / 2, 2 * market.total_rate * raw[n], 2 * market.total_rate * averaged]
        checks.at_most(abs(terms[0] - terms[1] + terms[2]), f"balance of moment {n}", max(abs(t) for t in terms))
