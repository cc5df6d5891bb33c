"""The model of the paper: tiers, payoffs, spreads and links."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from gametheory import Constraint, DynamicPairing, Engine, Number, Solution, parameter
from gametheory_plugins.network_formation.claims_formation import CLAIMS, STATEMENTS
from gametheory_plugins.network_formation.figures import FORMATION_FIGURES
from gametheory_plugins.network_formation.parameters import MarketModel, like
from gametheory_plugins.network_formation.planner import active, middle_types, pairing, welfare
from gametheory_plugins.network_formation.theory import Tiers, participation_threshold, published_threshold


class NetworkFormation(MarketModel):
    """Traders choose partners and when to leave; those with the least to gain from trade become the core."""

    name = "network_formation"
    concept = "tier_equilibrium"

    at: list[Number] | None = parameter(
        None, doc="types at which payoffs are wanted; left out, five equally spaced ones from the lowest to the highest"
    )
    solve_below_threshold: bool = parameter(
        False, doc="where dealers would leave early, solve the planner's role program instead"
    )
    program_types: int = parameter(101, ge=3, le=2001, doc="types of equal mass in the role program")

    constraints = [
        Constraint(
            "low <= at <= high (of the distribution)",
            lambda m: all(m.types.low <= s <= m.types.high for s in m.at or ()),
            remedy="give types of the distribution, at=[...]",
        )
    ]

    result_units = {
        **dict.fromkeys(
            ("transfers", "payoff", "payoff_after_entry", "first_best", "revenue", "entry_gain"), "numeraire"
        ),
        **dict.fromkeys(("cutoffs", "at", "spread"), "numeraire per unit"),
        "expected_volume": "units",
        "max_debt": "y a",
    }
    result_docs = {
        "cutoffs": "sigma_t* with G(sigma_t*) = 2^-t, t = 1..N",
        "transfers": "fee T_t per meeting, t = 1..N (numeraire); of the tiers, whether or not they are an equilibrium",
        "participation_threshold": "discount above which every dealer stays, corrected for p < 1/2; null for N = 1",
        "participation_threshold_paper": "the same as printed in Propositions 5 and 7; null for N = 1",
        "participation": "whether every dealer stays, so that the tiers are an equilibrium",
        "admissible": "ok, and reasons: each condition of the paper that is violated",
        "at": "the types of the following lists",
        "payoff": "W_0 = discount times W_1 (numeraire); null below the threshold unless solved there",
        "payoff_after_entry": "W_1, at the start of round 1 (numeraire)",
        "first_best": "(y + sigma) a, the frictionless payoff (numeraire)",
        "exit_round": "round in which the type leaves; N in the core",
        "core": "whether the type deals in every round",
        "expected_volume": "expected gross volume (units)",
        "revenue": "expected fees from dealing, undiscounted (numeraire)",
        "spread": "bid-ask spread per unit by round, t = 1..N: fees paid per meeting (2T_t/a) or only per trade",
        "spread_shape": "of the spread per meeting over the day: up, down, mixed or flat",
        "mean_links": "average number of meetings",
        "sparsity": "mean_links / N",
        "links_distribution": "probabilities of 1..N links",
        "max_debt": "largest debt any trader can run up in a day, in units of y a, fees per meeting",
        "entry_gain": "smallest W_0 - y a over all types: what entering adds to keeping the endowment (numeraire)",
        "below_threshold": "role program below the threshold: welfare, fees and mass active by round; else null",
    }
    statements = STATEMENTS
    claims = CLAIMS
    figures = FORMATION_FIGURES

    def points(self, tiers: Tiers) -> list[Any]:
        """Return the types wanted: those given, else the types at these shares of the range."""
        low, high = tiers.market.law.low, tiers.market.law.high
        if self.at is not None:
            return [like(s, tiers.exact) for s in self.at]
        return [low + like(Fraction(i, 4), tiers.exact) * (high - low) for i in range(5)]

    def run(self, engine: Engine) -> Solution:
        """Solve the tiers and, where they are no equilibrium and that is asked for, the role program."""
        main = self.solve_tiers(engine)
        if self.solve_below_threshold and main.solved and not main.answer.participation:
            # Multipliers of late rounds are divided by the discount to their power: floats lose them if it is tiny.
            tiny = float(self.intraday_discount) ** self.rounds < 1e-4
            method = "backward_forward" if tiny else "planner_program"
            engine.solve(self.pairing(engine.exact), concept="equilibrium", method=method)
        return main  # type: ignore[no-any-return]

    def pairing(self, exactly: bool) -> DynamicPairing:
        """Return the pairing game of `program_types` types of equal mass."""
        market = self.market(exactly)
        return pairing(market, middle_types(market, self.program_types), exactly)

    def report(self, solution: Solution) -> Mapping[str, Any]:
        """Return the paper's quantities."""
        tiers = Tiers.of(solution)
        stays = solution.answer.participation
        points = self.points(tiers)
        worst = max(tiers.worst_debts()) / (tiers.market.dividend * tiers.market.holding)
        results: dict[str, Any] = {
            "cutoffs": tiers.cutoffs,
            "transfers": tiers.fees,
            "participation_threshold": participation_threshold(tiers),
            "participation_threshold_paper": published_threshold(tiers),
            "participation": stays,
            "admissible": self.admissible(tiers, stays),
            "at": points,
            "payoff": None,
            "payoff_after_entry": None,
            "first_best": [tiers.served(s) for s in points],
            "exit_round": None,
            "core": None,
            "expected_volume": None,
            "revenue": None,
            "spread": {"per_meeting": tiers.spread_per_meeting(), "per_trade": tiers.spread_per_trade()},
            "spread_shape": tiers.spread_shape(),
            "mean_links": tiers.mean_links(),
            "sparsity": tiers.mean_links() / tiers.rounds,
            "links_distribution": tiers.links(),
            "max_debt": worst,
            "entry_gain": None,
            "below_threshold": None,
        }
        if stays:
            results["payoff"] = [tiers.payoff(s) for s in points]
            results["payoff_after_entry"] = [tiers.payoff_after_entry(s) for s in points]
            ranks = [tiers.tier(s) for s in points]
            results["exit_round"] = [min(rank, tiers.rounds) for rank in ranks]
            results["core"] = [rank > tiers.rounds for rank in ranks]
            results["expected_volume"] = [tiers.volume(rank) for rank in ranks]
            results["revenue"] = [tiers.revenue(rank) for rank in ranks]
            results["entry_gain"] = tiers.entry_gain()
        elif solution.parts:
            results.update(self.below_threshold(solution.parts[-1], tiers, points))
        return results

    def admissible(self, tiers: Tiers, stays: bool) -> dict[str, Any]:
        """Return which conditions of the paper are violated, each named."""
        market = tiers.market
        reasons = []
        if market.dividend < market.law.high:
            reasons.append(f"dividend {market.dividend} is below the highest type {market.law.high} (y >= sigma_H)")
        if market.opposite == 1:
            reasons.append("p = 1: shocks are always opposite and any pairing is as good (p < 1)")
        if not stays:
            reasons.append(
                f"intraday_discount {market.discount} is not above {participation_threshold(tiers)} "
                "(participation_threshold)"
            )
        for t, cutoff in enumerate(tiers.cutoffs, 1):
            below, not_above = market.law.cdf(cutoff)
            if not_above - below > (0 if tiers.exact else 1e-12):
                reasons.append(f"many traders are of the cutoff type of round {t} (atomless distribution)")
        return {"ok": not reasons, "reasons": reasons}

    def below_threshold(self, part: Solution, tiers: Tiers, points: list[Any]) -> dict[str, Any]:
        """Return what the role program says: payoffs by interpolation between its types, fees, who is active."""
        types = [float(s) for s in middle_types(tiers.market, self.program_types)]
        values = part.answer.unsettled_values[0].astype(float)
        worth = np.interp([float(s) for s in points], types, values).tolist()
        discount = float(tiers.market.discount)
        return {
            "payoff": [discount * w for w in worth],
            "payoff_after_entry": worth,
            "below_threshold": {
                "welfare": welfare(part),
                "transfers": part.answer.fees.tolist(),
                "active": active(part),
            },
        }
