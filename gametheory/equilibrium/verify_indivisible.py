"""Checks of steady states of markets with indivisible holdings."""

from __future__ import annotations

import numpy as np

from gametheory import tolerances
from gametheory.checks import Checks
from gametheory.equilibrium.indivisible import IndivisibleMarket, TradingSteadyState
from gametheory.errors import InputError
from gametheory.solution import Certificate


def verify(
    market: IndivisibleMarket, answer: TradingSteadyState, *, exact: bool = False, concept: str = "steady_state"
) -> Certificate:
    """Check that no mass flows on balance, that markets clear, that the values solve their equations and trade gains.

    Returns
    -------
    Certificate
        Of kind ``"residual"``, in floats; violations are named by type.
    """
    if concept != "steady_state":
        raise InputError(f"this market has no concept '{concept}'", remedy="its concept is 'steady_state'")
    if not isinstance(answer, TradingSteadyState):
        raise InputError(f"{type(answer).__name__} is not a steady state of this market")
    count = len(market.types)
    if len(answer.owners) != count:
        raise InputError(f"'owners' has {len(answer.owners)} entries; {count} are needed")
    checks = Checks(tolerances.RESULT, exact=False)
    owners, others, worth = answer.owners, answer.others, answer.reservation
    for name, masses in (("owners", owners), ("others", others)):
        for k, mass in enumerate(masses):
            checks.at_most(-mass, f"mass of {name} of type {market.types[k]}")
    checks.equal(float(owners.sum()), float(market.supply), "units held", scale=1)
    checks.equal(float(owners.sum() + others.sum()), 1.0, "masses", scale=1)
    rates = market.switching.astype(np.float64)
    np.fill_diagonal(rates, 0.0)
    meeting = 2 * float(sum(market.contact_rates.tolist()))
    dealers = float(market.dealer_rate) * min(owners[0], others[-1])
    for k, name in enumerate(market.types):
        bought = meeting * others[k] * owners[:k].sum() + dealers * (k == count - 1)
        sold = meeting * owners[k] * others[k + 1 :].sum() + dealers * (k == 0)
        scale = max(1.0, float(rates.sum() + meeting))
        for label, masses, sign in (("owners", owners, 1), ("others", others, -1)):
            switched = float(masses @ rates[:, k] - masses[k] * rates[k].sum())
            checks.at_most(abs(switched + sign * (bought - sold)) / scale, f"flow of {label} of type {name}")
    between = answer.interdealer_price()
    for k, name in enumerate(market.types):
        terms = [float(market.income[k]), float(rates[k] @ (worth - worth[k]))]
        for rate, power in zip(market.contact_rates, market.powers, strict=True):
            gains = worth - worth[k]
            terms.append(2 * float(rate) * float(power) * float(others[k + 1 :] @ gains[k + 1 :]))
            terms.append(2 * float(rate) * (1 - float(power)) * float(owners[:k] @ gains[:k]))
        if market.dealer_rate > 0:
            terms.append(float(market.dealer_rate) * (1 - float(market.dealer_power)) * (between - worth[k]))
        held = float(market.discount_rate) * worth[k]
        checks.at_most(abs(held - sum(terms)), f"value of type {name}", scale=max(map(abs, [held, *terms])))
    for k in range(count - 1):
        checks.at_most(worth[k] - worth[k + 1], f"gains from trade between {market.types[k]} and the next type")
    return checks.certificate("residual")
