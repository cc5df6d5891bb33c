"""A simulation against the theory of the market it simulates."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium.search import SearchMarket
from gametheory.equilibrium.simulation_answer import SearchSimulation
from gametheory.errors import InputError
from gametheory.solution import Certificate, Violation

Array = NDArray[Any]

#: The chance that a correct simulation is refused, over all its measures together.
FALSE_ALARM = 1e-4


def theory(market: SearchMarket, agents: int | None, portfolios: bool) -> Array:
    """Return what theory says of each measure, in the order of `SearchSimulation.names`.

    With a number of agents, corrected for it to first order: the variance is ``1 - 1/agents`` of the stationary one.
    """
    held = market.to_float()
    shrink = 1.0 if agents is None else 1 - 1 / agents
    spread = held.misallocation**2
    found = held.liquidity()
    listed = [
        np.array(found["volume"]) * np.sqrt(shrink),
        np.array(found["price_dispersion"]) * np.sqrt(shrink * (shrink if agents is None else 1 - 2 / agents)),
        np.array(found["quantity_dispersion"]) * np.sqrt(shrink),
        np.array(found["price_dispersion"]) / np.array(found["quantity_dispersion"]),
        [spread * shrink, 6 / 7],
    ]
    if portfolios:
        listed.append(np.array(held.contact_rates) * spread / np.array(held.exposures) ** 2)
    return np.concatenate(listed)


def z_scores(market: SearchMarket, answer: SearchSimulation) -> Array:
    """Return how many standard errors each estimate is from theory."""
    portfolios = any(name.startswith("position_growth") for name in answer.measures)
    if answer.measures != SearchSimulation.names(market.assets, portfolios):
        raise InputError("the simulation's measures are not those of the market")
    return np.asarray((answer.estimates - theory(market, answer.agents, portfolios)) / answer.errors)


def threshold(answer: SearchSimulation) -> float:
    """Return the number of standard errors that one of all measures exceeds with the chance of a false alarm."""
    from scipy.special import stdtrit

    return float(-stdtrit(answer.samples - 1, FALSE_ALARM / (2 * len(answer.measures))))


def verify_simulation(market: SearchMarket, answer: Any) -> Certificate:
    """Compare a simulation with theory: no measure may be further off than chance allows, for so many comparisons."""
    if not isinstance(answer, SearchSimulation):
        raise InputError(f"{type(answer).__name__} is not a simulation of a search market")
    z = np.abs(z_scores(market, answer))
    bound = threshold(answer)
    worst = np.argsort(-z)
    violations = tuple(Violation(answer.measures[i], float(z[i])) for i in worst if z[i] > bound)
    return Certificate(
        kind="epsilon",
        checked=len(z),
        max_violation=float(z.max()),
        tolerance=bound,
        exact=False,
        ok=not violations,
        violations=violations[:20],
        note=f"standard errors from theory; the chance that a correct sample exceeds the bound is {FALSE_ALARM:g}",
    )
