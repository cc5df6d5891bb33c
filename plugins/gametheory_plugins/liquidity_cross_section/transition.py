"""How the market moves from one steady state, or from any starting law, to another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gametheory import Constraint, InputError, Number, SearchMarket, SearchTransition, Solution, StartingLaw, parameter
from gametheory_plugins.liquidity_cross_section.claims_transition import CLAIMS, STATEMENTS
from gametheory_plugins.liquidity_cross_section.figures import TRANSITION_FIGURES
from gametheory_plugins.liquidity_cross_section.parameters import MarketParameters, named

#: Parameters that may change at time 0. The law of positions is not stationary, so psi may not.
MAY_CHANGE = ("r", "gamma_B", "sigma", "sigma_eta", "contact_rates", "dividends")

RESULTS = {
    "times": "the times (years after the change)",
    "half_mean_gap": "E|theta' - theta|/2 = V_j |psi_j| / lambda_j, per time (null if only moments are known)",
    "variance": "of exposures, per time",
    "fourth_moment": "of exposures, raw, per time",
    "excess_kurtosis": "of exposures, per time; null where the variance is 0",
    "volume": "trade volume, per time and asset (units per year; null if only moments are known)",
    "price_dispersion": "standard deviation of prices, per time and asset (numeraire)",
    "price_impact": "sigma_P / sigma_q, per time and asset (numeraire per unit); it jumps at once and stays",
}


UNITS = {
    "times": "years",
    "half_mean_gap": "exposure",
    "variance": "exposure squared",
    "fourth_moment": "exposure to the fourth power",
    "volume": "units per year",
    "price_dispersion": "numeraire",
    "price_impact": "numeraire per unit",
}


def _path_holds(model: Any) -> bool:
    for name in model.after:
        with named(model, "after"):
            if name == "psi":
                said = "psi may not change: exposures would move with positions, whose law is not stationary"
                raise InputError(said, place=name)
            if name not in MAY_CHANGE:
                raise InputError("this is not a parameter that changes", place=name, remedy=", ".join(MAY_CHANGE))
            if name in ("contact_rates", "dividends") and isinstance(model.after[name], list):
                count, assets = len(model.after[name]), len(model.contact_rates)
                if count != assets:
                    raise InputError(f"{count} entries, but there are {assets} assets", place=name)
    model.build()
    return True


class LiquidityTransition(MarketParameters):
    """The path of volume, price dispersion and price impact after an unexpected and lasting change."""

    name = "liquidity_transition"
    concept = "transition"
    result_docs = RESULTS
    result_units = UNITS
    result_axes = {
        **{key: {"time": ()} for key in ("times", "half_mean_gap", "variance", "fourth_moment", "excess_kurtosis")},
        **{key: {"time": (), "asset": ()} for key in ("volume", "price_dispersion", "price_impact")},
    }
    statements = STATEMENTS
    claims = CLAIMS
    figures = TRANSITION_FIGURES
    constraints = (*MarketParameters.constraints, Constraint("'after', 'start' and 'times' make a path", _path_holds))

    after: dict[str, Any] = parameter(
        default_factory=lambda: {"contact_rates": ["1/2", 1, "1/2"]}, doc="parameters from time 0 on, where they change"
    )
    start: dict[str, Any] | None = parameter(
        None,
        doc="exposures at time 0: {moments=[...]}, raw from the first on, or {points=[...], weights=[...]}, weights "
        "equal if left out; by default the steady state before the change",
    )
    times: list[Number] = parameter(
        default_factory=lambda: [0, "1/10", "1/4", "1/2", 1, 2], doc="when, increasing", unit="years"
    )

    def market_after(self) -> SearchMarket:
        """Return the market from time 0 on."""
        given = {name: getattr(self, name) for name in (*MAY_CHANGE, "psi")}
        with named(self, "after"):
            return Market(**{**given, **self.after}).market()

    def build(self) -> SearchTransition:
        """Return the form these parameters define."""
        market, law = self.market_after(), self._starting_law()
        with named(self):
            return SearchTransition(market, law, self.times)

    def _starting_law(self) -> StartingLaw:
        if self.start is None:
            return StartingLaw(misallocation=self.market().misallocation)
        with named(self, "start"):
            for name in self.start:
                if name not in ("moments", "points", "weights"):
                    raise InputError("there is no such entry", place=name, remedy="moments, or points and weights")
            if ("moments" in self.start) == ("points" in self.start):
                raise InputError("a law is given by its moments, or by points and weights, and by one of these")
            return StartingLaw(**self.start)

    def report(self, solution: Solution) -> Mapping[str, Any]:
        """Return the results, from the solution alone."""
        answer, form = solution.answer, solution.form
        variance = answer.moments[:, 2].tolist()
        fourth = answer.moments[:, 4].tolist()
        gaps = answer.half_mean_gap.tolist() if answer.half_mean_gap.size else [None] * len(variance)
        measures = [form.market.to_float().liquidity(g or 0.0, v) for g, v in zip(gaps, variance, strict=True)]
        return {
            "times": form.times.tolist(),
            "half_mean_gap": gaps,
            "variance": variance,
            "fourth_moment": fourth,
            "excess_kurtosis": [f / v**2 - 3 if v > 0 else None for f, v in zip(fourth, variance, strict=True)],
            "volume": [m["volume"] if g is not None else None for m, g in zip(measures, gaps, strict=True)],
            "price_dispersion": [m["price_dispersion"] for m in measures],
            "price_impact": [m["price_impact"] for m in measures],
        }


class Market(MarketParameters):
    """The market alone, to check changed parameters by the same rules."""

    abstract = True
    name = "liquidity_transition"
