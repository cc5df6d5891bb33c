"""Section 6.1: banks choose how fast they meet in one market, given the rate of the other."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Any, Literal

from gametheory import Constraint, ContinuousGame, Engine, EquilibriumSystem, Model, Number, Solution, parameter
from gametheory_plugins.liquidity_cross_section.claims_contact_rate import CLAIMS, STATEMENTS
from gametheory_plugins.liquidity_cross_section.figures import CONTACT_FIGURES
from gametheory_plugins.liquidity_cross_section.parameters import CITATION, scalars

#: Marginal benefit of the rate where all have the same, over gamma_B sigma^2 sigma_eta^2; x is the total rate.
BENEFITS = {
    "paper": "(x + r) / (x**2 * (x + 2*r))",
    "paper_text": "1 / (x * (x + 2*r))",
    "corrected": "4 * (x + r) / (x * (x + 2*r) * (3*x + 4*r))",
}

RESULTS = {
    "contact_rate": "lambda_b, what banks choose; 0 at the corner (per year)",
    "total_rate": "other_contact_rate + contact_rate (per year)",
    "marginal_benefit": "of the total rate, under the variant (numeraire)",
    "deviation_gain": "what the best deviation gains under the corrected value (numeraire); null if r = 0",
    "best_deviation": "that deviation's contact rate (per year); null if r = 0",
}


def _sizes_hold(model: Any) -> bool:
    names = ("gamma_B", "sigma", "sigma_eta", "r", "other_contact_rate", "marginal_cost", "cost_curvature")
    return scalars(model, *names)


class EndogenousContactRate(Model):
    """The contact rate that banks choose in one market when another is there too (Proposition 8, for any r)."""

    name = "endogenous_contact_rate"
    concept = "equilibrium"
    citation = CITATION
    result_docs = RESULTS
    statements = STATEMENTS
    claims = CLAIMS
    figures = CONTACT_FIGURES

    gamma_B: Number = parameter(1, gt=0, doc="banks' risk aversion", unit="per unit of the numeraire")
    sigma: Number = parameter(1, gt=0, doc="aggregate volatility", unit="per root year")
    sigma_eta: Number = parameter(1, gt=0, doc="volatility of hedging needs", unit="exposure per root year")
    r: Number = parameter("1/20", ge=0, doc="discount rate; 0 for the paper's limit", unit="per year")
    other_contact_rate: Number = parameter("1/2", ge=0, doc="lambda_c, the rate of the other market", unit="per year")
    marginal_cost: Number = parameter("1/2", gt=0, doc="chi_0, cost per unit of rate", unit="numeraire years")
    cost_curvature: Number = parameter(0, ge=0, doc="slope of the marginal cost", unit="numeraire years squared")
    variant: Literal["paper", "paper_text", "corrected"] = parameter(
        "corrected",
        doc="the paper's condition; its text, states drawn from the economy; or a deviator with its own bargaining",
    )

    constraints = (Constraint("parameters of a size that floats can follow", _sizes_hold),)

    def build(self) -> EquilibriumSystem:
        """Return the form these parameters define."""
        benefit = BENEFITS[self.variant].replace("x", "(rate + other)")
        gain = self.gamma_B * self.sigma**2 * self.sigma_eta**2
        # The benefit falls and is convex in the rate: from where it exceeds the cost, Newton's steps never overshoot.
        start = sqrt(float(gain / self.marginal_cost))
        other = float(self.other_contact_rate)
        while start > 1e-12 * other and self._net_cost(other + start) > 0:
            start /= 2
        return EquilibriumSystem(
            ["rate"],
            [f"marginal_cost + curvature * rate - gain * {benefit}"],
            constants={
                "gain": gain,
                "r": self.r,
                "other": self.other_contact_rate,
                "marginal_cost": self.marginal_cost,
                "curvature": self.cost_curvature,
            },
            lower=[0],
            start=[start],
            complementary=True,
        )

    def _net_cost(self, total: float) -> float:
        rate = total - float(self.other_contact_rate)
        cost = float(self.marginal_cost) + float(self.cost_curvature) * rate
        return cost - float(self.marginal_benefit(total))

    def deviations(self, rate: float) -> ContinuousGame:
        """Return a bank's choice of total rate `x` when all others have chosen `rate`: its corrected value."""
        r, cost, other = float(self.r), float(self.marginal_cost), float(self.other_contact_rate)
        risk = float(self.gamma_B) * float(self.sigma) ** 2
        total = other + rate
        common = r * risk / (2 * r + total)
        spread = float(self.sigma_eta) ** 2 / total
        flow = r * risk / 2
        own = "((flow - r*common) + sqrt((flow - r*common)**2 + 4*(r + x)*flow*common)) / (2*(r + x))"
        value = "(x * common**2 * spread / (OWN + common) - noise * OWN) / r - OWN * spread"
        payoff = f"{value} - marginal_cost * (x - other) - curvature * (x - other)**2 / 2".replace("OWN", f"({own})")
        constants = {
            "r": self.r,
            "other": self.other_contact_rate,
            "flow": flow,
            "common": common,
            "spread": spread,
            "noise": float(self.sigma_eta) ** 2,
            "marginal_cost": self.marginal_cost,
            "curvature": self.cost_curvature,
        }
        floor = (
            -common * float(self.sigma_eta) ** 2 * (1 / (2 * r) + 1 / total)
            - cost * rate
            - (float(self.cost_curvature) * rate**2 / 2)
        )
        # No rate above `upper` can be better: with common/(OWN + common) at most 1/(1 + sqrt(flow/(common (r + x)))),
        # the gains from meeting less their cost stay below what the others' rate gives.
        upper = 4 * max(total, 1e-6)
        while True:
            loss = sqrt(flow / (common * (r + upper)))
            best = upper * common * spread / r / (1 + loss) - cost * (upper - other)
            falling = cost >= common * spread / r * (1 - 1e-12)
            if (falling and best < floor) or upper > 1e12 * total:
                break
            upper *= 2
        low = self.other_contact_rate if self.other_contact_rate > 0 else total * 1e-6
        return ContinuousGame(["x"], [payoff], [low], [upper], constants, start=[total])

    def run(self, engine: Engine) -> Solution:
        """Solve it with `engine`."""
        solution = engine.solve(self.build())
        if solution.solved and self.r > 0:
            engine.solve(self.deviations(float(solution.answer["rate"])), method="best_response")
        return solution

    def report(self, solution: Solution) -> Mapping[str, Any]:
        """Return the results, from the solution alone."""
        rate = solution.answer["rate"]
        total = self.other_contact_rate + rate
        found = {"contact_rate": rate, "total_rate": total, "marginal_benefit": self.marginal_benefit(total)}
        if self.r == 0:
            return {**found, "deviation_gain": None, "best_deviation": None}
        part = next(p for p in solution.parts if isinstance(p.form, ContinuousGame))
        best = float(part.answer["x"])
        gain = float(part.form.payoff(0, [best])) - float(part.form.payoff(0, [float(total)]))
        return {**found, "deviation_gain": max(0.0, gain), "best_deviation": best - float(self.other_contact_rate)}

    def marginal_benefit(self, total: Any) -> Any:
        """Return the gain from a little more rate where all have the same, under the variant."""
        gain = self.gamma_B * self.sigma**2 * self.sigma_eta**2
        r = self.r
        if self.variant == "paper":
            return gain * (total + r) / (total**2 * (total + 2 * r))
        if self.variant == "paper_text":
            return gain / (total * (total + 2 * r))
        return 4 * gain * (total + r) / (total * (total + 2 * r) * (3 * total + 4 * r))
