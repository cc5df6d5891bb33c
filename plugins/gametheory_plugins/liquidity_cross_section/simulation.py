"""Finitely many banks, every meeting simulated, against the theory of a continuum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gametheory import Engine, SearchMarket, Solution, parameter
from gametheory_plugins.liquidity_cross_section.claims_simulation import CLAIMS, STATEMENTS
from gametheory_plugins.liquidity_cross_section.figures import SIMULATION_FIGURES
from gametheory_plugins.liquidity_cross_section.parameters import MarketParameters

_TABLE = "estimate, standard_error, theory (for this many banks) and z = (estimate - theory)/standard_error"

RESULTS = {
    "volume": f"by asset (units per bank and year): {_TABLE}",
    "price_dispersion": f"by asset (numeraire): {_TABLE}",
    "quantity_dispersion": f"by asset (units): {_TABLE}",
    "price_impact": f"by asset, sigma_P / sigma_q (numeraire per unit): {_TABLE}",
    "meeting_rate": f"by asset, meetings per bank (per year; 2 lambda_j in theory): {_TABLE}",
    "variance": f"of exposures: {_TABLE}",
    "excess_kurtosis": f"of exposures: {_TABLE}",
    "position_growth": f"by asset, growth of the variance of positions (squared per year): {_TABLE}; null if not kept",
    "meetings": "meetings simulated",
    "largest_z": "largest z in absolute value",
    "threshold": "what it may be, given how many comparisons there are (false alarm 1e-4)",
    "agrees": "whether no measure is further from theory than that",
}


_ESTIMATED = {
    "volume": "units per bank and year",
    "price_dispersion": "numeraire",
    "quantity_dispersion": "units",
    "price_impact": "numeraire per unit",
    "meeting_rate": "per year",
    "variance": "exposure squared",
    "position_growth": "units squared per year",
}
UNITS = {name: f"{unit}; z: ratio" for name, unit in _ESTIMATED.items()}


class LiquiditySimulation(MarketParameters):
    """Every meeting of N banks over J assets, with standard errors, beside the theory."""

    name = "liquidity_simulation"
    concept = "simulation"
    result_docs = RESULTS
    result_units = UNITS
    result_axes = {name: {"measure": (), "asset": ()} for name in _ESTIMATED}
    statements = STATEMENTS
    claims = CLAIMS
    figures = SIMULATION_FIGURES

    banks: int = parameter(10_000, ge=100, le=10**8, doc="how many banks")
    batches: int = parameter(20, ge=2, doc="batches per stream, from which the standard errors are")
    batch_length: float = parameter(
        5.0, ge=5, doc="length of a batch; shorter ones would be too much alike for standard errors", unit="1/lambda"
    )
    streams: int = parameter(2, ge=1, doc="independent runs, each with its own stream of random numbers")
    portfolios: bool = parameter(True, doc="whether every bank's positions are kept")
    workers: int = parameter(1, ge=1, doc="threads; the results do not depend on them")

    def build(self) -> SearchMarket:
        """Return the form these parameters define."""
        return self.market()

    def run(self, engine: Engine) -> Solution:
        """Solve it with `engine`."""
        self.refuse_other_concepts(engine)
        told = {name: getattr(self, name) for name in ("batches", "batch_length", "streams", "portfolios", "workers")}
        return engine.solve(self.build(), concept="simulation", agents=self.banks, **told)

    def report(self, solution: Solution) -> Mapping[str, Any]:
        """Return the results, from the solution alone."""
        answer, market = solution.answer, solution.form
        z = answer.z_scores(market)
        columns = {
            "estimate": answer.estimates,
            "standard_error": answer.errors,
            "theory": answer.theory(market),
            "z": z,
        }
        found: dict[str, Any] = {}
        for row, measure in enumerate(answer.measures):
            name, bracket, _ = measure.partition("[")
            table = found.setdefault(name, {column: [] if bracket else None for column in columns})
            for column, values in columns.items():
                if bracket:
                    table[column].append(float(values[row]))
                else:
                    table[column] = float(values[row])
        found.setdefault("position_growth", None)
        largest = float(abs(z).max())
        threshold = answer.threshold
        return {
            **found,
            "meetings": answer.meetings,
            "largest_z": largest,
            "threshold": threshold,
            "agrees": largest <= threshold,
        }
