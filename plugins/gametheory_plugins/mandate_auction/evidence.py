"""What several claims compute from the results."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gametheory import OrderBook, exact
from gametheory import solve as solve_form

#: The example of Section 4: what the verdicts that depend on parameters are about.
EXAMPLE: dict[str, Any] = {
    "bidders": 10,
    "benchmark_yield": "0.08",
    "expected_yield": "0.04",
    "sensitivity": "0.34",
    "minimum_bid": "0.1",
    "minimum_allocation": "0.1",
    "allocation": "101/680",
    "maximum_allocation": 1,
}

#: The example with the sensitivity at which the aggregate rule has the slope that Section 4 uses per bidder.
REPAIRED = {**EXAMPLE, "sensitivity": "0.034"}

#: Demands of an ascending book: 0.4 at 3%, 1.2 in all at 3.5%, 1.5 at 4%.
BOOK = OrderBook(["0.4", "0.8", "0.3"], ["0.03", "0.035", "0.04"], 1)


def payoff(r: Any) -> Any:
    """Return allocation times margin."""
    return exact(r.model.allocation) * (r["stop_out_yield"] - exact(r.model.expected_yield))


def rho(r: Any) -> Fraction:
    """Return the ratio of minimum allocation to allocation."""
    return exact(r.model.minimum_allocation) / exact(r.model.allocation)


def differential_equation(r: Any) -> bool:
    """Say whether alpha b is affine in alpha with slope 1/(xi n), which is (A.2) multiplied by alpha."""
    points = [exact(r.model.minimum_allocation), exact(r.model.allocation), Fraction(1)]
    products = [t * r.solve(allocation=t)["bid"] for t in points]
    slopes = {(products[i + 1] - products[i]) / (points[i + 1] - points[i]) for i in (0, 1)}
    return slopes == {1 / (r["xi"] * r.model.bidders)}


def gain(name: str) -> Any:
    """Return the function that looks up the best deviation in a reading."""
    return lambda r: r["nash"][name]["deviation"]


def is_equilibrium(name: str) -> Any:
    """Return the function that looks up the verdict on a reading."""
    return lambda r: r["nash"][name]["equilibrium"]


def cleared() -> dict[str, Any]:
    """Clear the example book exactly."""
    results = solve_form(BOOK, exact=True).require().results
    return {"stop_out": results["stop_out"], "filled": list(results["allocation"].values())}


def stop_out_at_full_demand(r: Any) -> Fraction:
    """Return the stop-out if bids are scaled so that they just cover the issue."""
    return exact(r.model.benchmark_yield) - exact(r.model.sensitivity) * r["demand"] / r["demand"]


def minimum_bid_of(r: Any, limit: Fraction) -> Fraction:
    """Return the minimum bid that belongs to a risk limit."""
    return (exact(r.model.benchmark_yield) - limit) / (exact(r.model.sensitivity) * r.model.bidders)


def fewest_bidders() -> int:
    """Return from how many bidders on linear supply functions rise.

    With marginal cost of slope 1 each has the slope k = d/(1 + d) where the others have d = (n-1) k in all, so that
    (n-1) k = n-2 unless k is 0.
    """
    return next(n for n in range(2, 100) if Fraction(n - 2, n - 1) > 0)
