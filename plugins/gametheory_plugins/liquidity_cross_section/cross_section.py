"""The paper's model at its steady state."""

from __future__ import annotations

from collections.abc import Mapping
from math import pi, sqrt
from typing import Any

from gametheory import Constraint, InputError, Number, SearchMarket, Solution, exact, parameter
from gametheory_plugins.liquidity_cross_section.claims import CLAIMS, STATEMENTS
from gametheory_plugins.liquidity_cross_section.figures import FIGURES
from gametheory_plugins.liquidity_cross_section.parameters import MarketParameters, listed, scalars

#: Solved exactly, what is rational is a fraction; the rest are floats, in JSON decimals, to 1e-12 relative or better.
RESULTS = {
    "volume": "trade volume of each asset (units per year; irrational, hence a float)",
    "price_dispersion": "standard deviation of each asset's prices (numeraire; a float unless rational)",
    "quantity_dispersion": "standard deviation of each asset's signed trade sizes (units; a float unless rational)",
    "price_impact": "sigma_P / sigma_q = r gamma_B sigma^2 psi^2 / (r + lambda/2) (numeraire per unit)",
    "price_impact_published": "the paper's definition 2 sigma_P / sigma_q: twice price_impact (numeraire per unit)",
    "volume_lower_bound": "the paper's lower bound (29) (units per year; irrational, hence a float)",
    "volume_upper_bound": "the paper's upper bound (29) (units per year; irrational, hence a float)",
    "volume_bounds_sharp": "lower and upper bounds for mixtures of normals with these moments (units per year; floats)",
    "exposure": "theta of the state: eta + psi' positions (null without eta or positions)",
    "value": "the bank's value V(eta, a) at the state (numeraire)",
    "marginal_value": "what one more unit of each asset is worth at the state (numeraire)",
    "trade_size": "what the state buys from the counterparty, by asset (units; null without counterparty)",
    "price": "the price of that trade, by asset (numeraire)",
    "std": "standard deviation of exposures, sigma_eta / sqrt(lambda) (a float unless rational)",
    "excess_kurtosis": "of exposures: 6/7 whatever the parameters",
    "moments": "raw moments of exposures, by order",
    "density": "density of exposures at each point of 'at' (floats, relative error below 1e-12)",
    "distribution": "probability of an exposure of at most each point of 'at' (floats)",
    "elasticities": "of volume, price dispersion and price impact: of an asset to its own contact rate; of any other "
    "asset to that rate; of an asset to all other rates together; and to the other parameters",
}


UNITS = {
    **dict.fromkeys(("volume", "volume_lower_bound", "volume_upper_bound", "volume_bounds_sharp"), "units per year"),
    **dict.fromkeys(("price_dispersion", "value", "marginal_value", "price"), "numeraire"),
    **dict.fromkeys(("price_impact", "price_impact_published"), "numeraire per unit"),
    **dict.fromkeys(("quantity_dispersion", "trade_size"), "units"),
    **dict.fromkeys(("exposure", "std"), "exposure"),
    "density": "per unit of exposure",
}


def _state_holds(model: Any) -> bool:
    count = len(model.contact_rates)
    listed(model, "positions", count)
    listed(model, "at")
    scalars(model, "eta", "counterparty")
    if model.counterparty is not None and model.eta is None and model.positions is None:
        raise InputError(
            "a counterparty without a state to trade with",
            place=f"{model.label()}, parameter 'counterparty'",
            remedy="give eta or positions",
        )
    return True


class LiquidityCrossSection(MarketParameters):
    """Banks trade many assets over the counter; liquidity of each asset at the steady state."""

    name = "liquidity_cross_section"
    concept = "steady_state"
    result_docs = RESULTS
    result_units = UNITS
    result_axes = {
        **{key: {"asset": ()} for key in ("volume", "price_dispersion", "quantity_dispersion", "price_impact")},
        **{key: {"asset": ()} for key in ("price_impact_published", "volume_lower_bound", "volume_upper_bound")},
        **{key: {"asset": ()} for key in ("marginal_value", "trade_size", "price", "elasticities")},
        "volume_bounds_sharp": {"bound": (), "asset": ()},
        **{key: {"at_position": ()} for key in ("density", "distribution")},
    }
    statements = STATEMENTS
    claims = CLAIMS
    figures = FIGURES
    constraints = (*MarketParameters.constraints, Constraint("one position per contact rate", _state_holds))

    eta: Number | None = parameter(None, doc="hedging need of a bank", unit="exposure")
    positions: list[Number] | None = parameter(None, doc="that bank's positions, by asset", unit="units")
    counterparty: Number | None = parameter(None, doc="exposure of the bank it meets", unit="exposure")
    at: list[Number] | None = parameter(None, doc="exposures where the law is wanted", unit="exposure")

    def build(self) -> SearchMarket:
        """Return the form these parameters define."""
        return self.market()

    def report(self, solution: Solution) -> Mapping[str, Any]:
        """Return the results, from the solution alone."""
        market = solution.form.to_exact() if solution.exact else solution.form.to_float()
        found = market.liquidity()
        scale = [market.misallocation * float(c) / abs(float(e)) for c, e in _pairs(market)]
        moments = solution.answer.moments.tolist()
        return {
            **found,
            "price_impact_published": [2 * d for d in found["price_impact"]],
            "volume_lower_bound": [sqrt(7 / 3) / 4 * s for s in scale],
            "volume_upper_bound": [2 / pi * s for s in scale],
            "volume_bounds_sharp": {
                "lower": [sqrt(14 / pi) / 4 * s for s in scale],
                "upper": [s / sqrt(pi) for s in scale],
            },
            **self._at_state(market, solution),
            "std": market.standard_deviation,
            "excess_kurtosis": moments[1] / moments[0] ** 2 - 3,
            "moments": dict(zip(("2", "4", "6", "8"), moments, strict=True)),
            **self._law(market),
            "elasticities": elasticities(market),
        }

    def derivatives(self, solution: Solution) -> Mapping[str, Mapping[str, Any]]:
        """Return the derivatives of the three measures, from their elasticities in closed form."""
        assert isinstance(solution.form, SearchMarket)
        market = solution.form.to_float()
        found: dict[str, dict[str, float]] = {}
        for measure, table in elasticities(market).items():
            for j, value in enumerate(solution.results[measure]):
                slopes = {
                    name: table[name] / float(getattr(self, name)) for name in ("r", "gamma_B", "sigma", "sigma_eta")
                }
                slopes[f"psi[{j}]"] = table["psi"] / float(self.psi[j])
                for k, rate in enumerate(self.contact_rates):
                    own = "own_contact_rate" if j == k else "cross_contact_rate"
                    slopes[f"contact_rates[{k}]"] = table[own][k] / float(rate)
                found[f"{measure}[{j}]"] = {name: slope * float(value) for name, slope in slopes.items()}
        return found

    def _at_state(self, market: SearchMarket, solution: Solution) -> dict[str, Any]:
        names = ("exposure", "value", "marginal_value", "trade_size", "price")
        if self.eta is None and self.positions is None:
            return dict.fromkeys(names)
        number: Any = exact if solution.exact else float
        answer, assets = solution.answer, range(market.assets)
        eta = number(self.eta or 0)
        held = [number(a) for a in self.positions or [0] * market.assets]
        theta = market.exposure(eta, held)
        found = {
            "exposure": theta,
            "value": answer.value(market, eta, held),
            "marginal_value": [answer.marginal_value(market, j, eta, held) for j in assets],
            "trade_size": None,
            "price": None,
        }
        if self.counterparty is not None:
            other = number(self.counterparty)
            found["trade_size"] = [answer.trade_size(market, j, theta, other) for j in assets]
            found["price"] = [answer.price(market, j, theta, other) for j in assets]
        return found

    def _law(self, market: SearchMarket) -> dict[str, Any]:
        if self.at is None:
            return {"density": None, "distribution": None}
        points = [float(t) for t in self.at]
        law = market.law()
        return {"density": law.density(points).tolist(), "distribution": law.distribution(points).tolist()}


def _pairs(market: SearchMarket) -> list[tuple[Any, Any]]:
    return list(zip(market.contact_rates.tolist(), market.exposures.tolist(), strict=True))


def elasticities(market: SearchMarket) -> dict[str, Any]:
    """Return the elasticities of the three measures, exact where the market is.

    ``own_contact_rate[j]`` is that of asset j's measure to its own contact rate, ``cross_contact_rate[k]`` that of any
    other asset's measure to the contact rate of k, and ``other_contact_rates[j]`` that of asset j's measure to all
    other contact rates together. The rest are the same for every asset.
    """
    rates = market.contact_rates.tolist()
    total = market.total_rate
    half = type(total)(1) / 2
    share = half * total / (market.discount_rate + half * total)
    one, zero = type(total)(1), type(total)(0)

    def table(direct: Any, common: Any, **others: Any) -> dict[str, Any]:
        return {
            "own_contact_rate": [direct - x / total * common for x in rates],
            "cross_contact_rate": [-x / total * common for x in rates],
            "other_contact_rates": [-(total - x) / total * common for x in rates],
            **others,
        }

    return {
        "volume": table(one, half, psi=-one, sigma_eta=one, sigma=zero, gamma_B=zero, r=zero),
        "price_dispersion": table(zero, half + share, psi=one, sigma_eta=one, sigma=2 * one, gamma_B=one, r=share),
        "price_impact": table(zero, share, psi=2 * one, sigma_eta=zero, sigma=2 * one, gamma_B=one, r=share),
    }
