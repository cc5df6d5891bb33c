"""Checks of search equilibria: the Bellman equation at enough states, bargaining, and the balance of moments."""

from __future__ import annotations

from fractions import Fraction
from math import comb, log2
from typing import Any

import numpy as np

from gametheory import tolerances
from gametheory.checks import Checks
from gametheory.equilibrium.search import ORDERS, SearchEquilibrium, SearchMarket
from gametheory.errors import InputError
from gametheory.solution import Certificate


def verify(market: SearchMarket, answer: Any, *, exact: bool, concept: str = "steady_state") -> Certificate:
    """Check an answer to a search market.

    For the concept ``"steady_state"``: the value solves the Bellman equation (its residual is a polynomial in
    the state, and vanishes at enough states), each trade maximises the joint surplus, the value is concave, and the
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
    note = "the value and the moments are exact; what is irrational of what follows from them is in floats"
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
    """Check r V = u + sigma^2 V'' / 2 + meetings at every state.

    All terms are made of the need, the positions, and the square of x = need + exposures' positions. Their sum is
    0 everywhere if it is 0 where everyone holds the supply, at two needs around, and a step along each position.
    """
    step = _unit(market)
    pooled = _inner(market.exposures, market.supply)
    income, worth = _inner(market.dividends, market.supply), _inner(answer.linear, market.supply)
    known: dict[Any, Any] = {}
    states = [("at the supply", 0, pooled, income, worth)]
    states += [(f"at need {sign}", sign * step, pooled + sign * step, income, worth) for sign in (1, -1)]
    for j, name in enumerate(market.names):
        by = step / abs(market.exposures[j])
        x = pooled + (step if market.exposures[j] > 0 else -step)
        states.append((f"along {name}", 0, x, income + market.dividends[j] * by, worth + answer.linear[j] * by))
    for name, need, x, earned, held in states:
        if x not in known:
            known[x] = _meetings(market, answer, x, pooled, step)
        residual, scale = _residual(market, answer, need, x, earned, held, known[x], step)
        checks.at_most(abs(residual), f"Bellman equation {name}", scale)


def _unit(market: SearchMarket) -> Any:
    """Return a power of two near the size of risks in the market, in its arithmetic: smaller steps would cancel."""
    pooled = abs(float(_inner(market.exposures, market.supply)))
    power = Fraction(2) ** round(log2(max(market.misallocation, pooled)))
    return float(power) if market.exposures.dtype != object else power


def _inner(left: Any, right: Any) -> Any:
    return sum((left * right).tolist(), Fraction(0))


def _residual(
    market: SearchMarket, answer: SearchEquilibrium, need: Any, x: Any, earned: Any, held: Any, meetings: Any, step: Any
) -> tuple[Any, Any]:
    r = market.discount_rate
    cost = r * market.risk_aversion * market.aggregate_volatility * market.aggregate_volatility / 2

    def value(by: Any) -> Any:
        """Return the value where the need is larger by `by`."""
        return answer.constant + held + answer.quadratic * (x + by) * (x + by) + answer.hedging * (need + by)

    bend = (value(step) - 2 * value(0) + value(-step)) / (step * step)
    diffusion = market.need_volatility * market.need_volatility / 2 * bend
    terms = [r * value(0), earned, cost * x * x, diffusion, meetings]
    return terms[0] - terms[1] + terms[2] - terms[3] - terms[4], max(abs(t) for t in terms)


def _meetings(market: SearchMarket, answer: SearchEquilibrium, x: Any, pooled: Any, step: Any) -> Any:
    """Return the expected largest surplus of meetings per unit of time, half of it the agent's at twice the rate.

    A counterparty's risk is `pooled` plus its exposure. The largest surplus is a quadratic in that exposure; three of
    its values and the variance give its mean.
    """
    low, middle, high = (_surplus(market, answer, x, pooled + other, step) for other in (-step, 0, step))
    mean = middle + answer.moments[0] * (low - 2 * middle + high) / (step * step) / 2
    return sum((market.contact_rates * mean).tolist(), Fraction(0))


def _surplus(market: SearchMarket, answer: SearchEquilibrium, mine: Any, theirs: Any, step: Any) -> Any:
    """Return, per asset, the largest joint gain of two agents with risks `mine` and `theirs`.

    What a unit of the asset is worth apart from its risk passes from one to the other and cancels.
    """
    unit = step / abs(market.exposures)

    def joint(quantity: Any) -> Any:
        risk = market.exposures * quantity
        gains = (mine + risk) * (mine + risk) - mine * mine + (theirs - risk) * (theirs - risk) - theirs * theirs
        return answer.quadratic * gains

    more, less = joint(unit), joint(-unit)
    bend = more + less
    best = np.where(bend < 0, -(more - less) / 2 / np.where(bend < 0, bend, -1), 0)
    return joint(best * unit)


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
