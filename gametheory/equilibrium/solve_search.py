"""The stationary equilibrium of a search market in closed form: undetermined coefficients and cumulants."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from gametheory.equilibrium.law import moments
from gametheory.equilibrium.search import ORDERS, SearchEquilibrium, SearchMarket
from gametheory.limits import LimitReached
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options


def steady_state(market: SearchMarket, options: Options) -> Outcome:
    """Return the quadratic value and the moments; in fractions if exact, for every one of them is rational."""
    try:
        options.budget.check(1)
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, message=str(limit))
    held = market.to_exact() if options.exact else market.to_float()
    answer = closed_form(held)
    return Outcome(Termination.SOLVED, answer, exact=options.exact, complete="one")


def closed_form(market: SearchMarket) -> SearchEquilibrium:
    """Return the equilibrium in the arithmetic of the market."""
    r, total = market.discount_rate, market.total_rate
    variance: Any = market.need_volatility * market.need_volatility / total
    cost = market.risk_aversion * market.aggregate_volatility * market.aggregate_volatility / (2 * r + total)
    pooled: Any = sum((market.exposures * market.supply).tolist(), Fraction(0))
    second = variance + pooled * pooled
    constant = cost * (-market.need_volatility * market.need_volatility + total * second / 2)
    linear = [market.dividends[j] / r - total * cost * pooled * market.exposures[j] for j in range(market.assets)]
    unit = moments(max(ORDERS))
    powers = [unit[n] * variance ** (n // 2) for n in ORDERS]
    return SearchEquilibrium(
        constant=constant,
        linear=np.array(linear, dtype=market.exposures.dtype),
        quadratic=-r * cost,
        hedging=-total * cost * pooled,
        moments=np.array(powers, dtype=market.exposures.dtype),
    )
