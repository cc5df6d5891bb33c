"""The paper's continuum against a market of finitely many traders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from gametheory import (
    Constraint,
    Engine,
    InputError,
    Number,
    Solution,
    best_core,
    generator,
    parameter,
    tier_statistics,
)
from gametheory_plugins.network_formation.claims_simulation import CLAIMS, STATEMENTS
from gametheory_plugins.network_formation.figures import SIMULATION_FIGURES
from gametheory_plugins.network_formation.parameters import MarketModel
from gametheory_plugins.network_formation.simulation import Realisation, simulate
from gametheory_plugins.network_formation.theory import Tiers

#: Of larger payoffs, standard errors are beyond floats.
LARGEST_PAYOFF = 1e150


class NetworkSimulation(MarketModel):
    """A drawn market of 2^k traders: the network, volumes, revenues and payoffs against theory."""

    name = "network_simulation"
    concept = "tier_equilibrium"

    log2_traders: int = parameter(14, ge=2, le=22, doc="k, for 2^k traders")
    seed: int = parameter(0, ge=0, doc="seed of the draw")
    rounds: int = parameter(5, ge=1, le=20, doc="rounds of trade N, at most k - 1")
    fees: Literal["per_meeting", "per_trade", "printed"] = parameter(
        "per_meeting",
        doc="what customers pay: T_t per meeting; a half-spread only when units change hands; or T_t/a per unit then",
    )
    intraday_discount: Number = parameter("999/1000", gt=0, le=1, doc="discount factor per round, beta")

    constraints = [
        Constraint("rounds <= log2_traders - 1", lambda m: m.rounds <= m.log2_traders - 1, remedy="draw more traders"),
        Constraint(
            "p >= 1/2",
            lambda m: 2 * m.opposite >= 1,
            remedy="two groups make shocks opposite, not alike: p = (1 + q^2)/2",
        ),
    ]

    result_units = {"volume": "units", "net_volume": "units", "revenue": "numeraire", "payoff": "numeraire"}
    result_docs = {
        "traders": "how many were drawn",
        "volume": "gross volume by tier, 1..N and the core: mean, standard error, theory (units)",
        "revenue": "fees from dealing by tier: mean, standard error, theory (numeraire)",
        "payoff": "discounted payoff by tier: mean, standard error, theory (numeraire); null if the tiers do not hold",
        "idle": "traders without a partner in each round",
        "idle_bias": "by tier: meetings missed per trader, which theory does not have",
        "net_volume": "mean of |units bought - units sold| by tier (units)",
        "mean_links": "average number of meetings, and of theory",
        "links_distribution": "shares of traders with 0..N meetings",
        "largest_component": "traders connected by meetings and by trades; at most 2^N",
        "within_tier_meetings": "meetings of two traders of one tier, without idle ones never",
        "rank_correlation": "Spearman's correlation of type and degree",
        "core_fit": "correlation with an ideal core and periphery, best core by degree; small: the network is sparse",
        "core_share": "share of traders in that core",
    }
    statements = STATEMENTS
    claims = CLAIMS
    figures = SIMULATION_FIGURES

    def run(self, engine: Engine) -> Solution:
        """Solve the tiers."""
        return self.solve_tiers(engine)  # type: ignore[no-any-return]

    def draw(self, tiers: Tiers) -> Realisation:
        """Draw the market with this model's seed."""
        if tiers.served(tiers.market.law.high) > LARGEST_PAYOFF:
            raise InputError(
                f"{self.label()}: payoffs above {LARGEST_PAYOFF:g} have squares that floats cannot hold",
                remedy="change the units of dividend, holding or types",
            )
        return simulate(tiers, self.log2_traders, generator(self.seed), self.fees)

    def report(self, solution: Solution) -> Mapping[str, Any]:
        """Draw the market and return averages by tier beside theory."""
        tiers = Tiers.of(solution)
        drawn = self.draw(tiers)
        network, every = drawn.network, range(1, tiers.rounds + 2)
        by_tier = _Averages(drawn.tier)
        stats = tier_statistics(network, drawn.tier - 1)
        degree = network.degree
        core, fit = best_core(network)
        worth = None
        if solution.answer.participation:
            worth = by_tier.beside(drawn.payoff, by_tier.mean(_payoffs(tiers, drawn)))
        counts = np.bincount(network.links, minlength=tiers.rounds + 1)
        return {
            "traders": len(drawn.types),
            "volume": by_tier.beside(network.gross_volume, [float(tiers.volume(t)) for t in every]),
            "revenue": by_tier.beside(drawn.fees, [float(tiers.revenue(t)) for t in every]),
            "payoff": worth,
            "idle": drawn.idle,
            "idle_bias": by_tier.mean(drawn.missed),
            "net_volume": stats.net_volume.tolist(),
            "mean_links": {"drawn": float(network.links.mean()), "theory": float(tiers.mean_links())},
            "links_distribution": (counts / counts.sum()).tolist(),
            "largest_component": {
                "meetings": int(network.component_sizes.max()),
                "trades": int(network.only_traded().component_sizes.max()),
            },
            "within_tier_meetings": int(np.trace(stats.mixing)),
            "rank_correlation": _spearman(drawn.types, degree),
            "core_fit": fit,
            "core_share": float(core.mean()),
        }


class _Averages:
    """Means and standard errors by tier."""

    def __init__(self, tier: Any) -> None:
        self.tier = tier - 1
        self.count = np.bincount(self.tier)

    def mean(self, values: Any) -> list[float]:
        return (np.bincount(self.tier, values) / self.count).tolist()  # type: ignore[no-any-return]

    def beside(self, values: Any, theory: list[float]) -> dict[str, list[float]]:
        mean = np.array(self.mean(values))
        variance = np.array(self.mean((values - mean[self.tier]) ** 2))
        error = np.sqrt(variance / np.maximum(self.count - 1, 1))
        return {"mean": mean.tolist(), "standard_error": error.tolist(), "theory": theory}


def _payoffs(tiers: Tiers, drawn: Realisation) -> Any:
    """Return W_0 of every trader who keeps to the tier of his rank."""
    beta = float(tiers.market.discount)
    result = np.empty(len(drawn.types))
    for tier in range(1, tiers.rounds + 2):
        own = drawn.tier == tier
        # W is linear in the type on a tier.
        zero, one = (beta * float(tiers.exiting(s, tier)) for s in (0, 1))
        result[own] = zero + (one - zero) * drawn.types[own]
    return result


def _spearman(one: Any, other: Any) -> float | None:
    """Return the correlation of ranks, ties given their average rank."""

    def ranks(values: Any) -> Any:
        _, place, count = np.unique(values, return_inverse=True, return_counts=True)
        return (np.cumsum(count) - (count - 1) / 2)[place]

    first, second = ranks(one), ranks(other)
    if np.ptp(second) == 0:
        return None
    return float(np.corrcoef(first, second)[0, 1])
