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
    "marginal_benefit": "of the total rate, under the variant (numeraire years)",
    "deviation_gain": "what the best deviation gains under the corrected value (numeraire)",
    "best_deviation": "that deviation's contact rate (per year)",
}


UNITS = {
    **dict.fromkeys(("contact_rate", "total_rate", "best_deviation"), "per year"),
    "marginal_benefit": "numeraire years",
    "deviation_gain": "numeraire",
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
    result_units = UNITS
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
            [f"1 + curvature * rate - gain * {benefit}"],
            constants={
                "gain": gain / self.marginal_cost,
                "r": self.r,
                "other": self.other_contact_rate,
                "curvature": self.cost_curvature / self.marginal_cost,
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
        """Return a bank's choice when all others have chosen `rate`: its corrected value, less the cost.

        The choice `x` is the bank's total rate over that of the others, and the payoff is in units of `worth`: neither
        depends on units, and both are finite without discounting.
        """
        total = float(self.other_contact_rate) + rate
        patience, least = float(self.r) / total, float(self.other_contact_rate) / total
        cost = float(self.marginal_cost) / self.worth(total) * total
        curvature = float(self.cost_curvature) / self.worth(total) * total**2
        # How fast marginal values fall in the exposure, for others and for the bank (rG = r gamma_B sigma^2/2 -
        # x G^2/(G + G0)), over r gamma_B sigma^2 / total.
        common = 1 / (1 + 2 * patience)
        own = "(common/2 + sqrt(common**2/4 + 2*(patience + x)*common)) / (2*(patience + x))"
        value = "x * common**2 / (OWN + common) - (1 + patience) * OWN".replace("OWN", f"({own})")
        payoff = f"{value} - cost * (x - least) - curvature * (x - least)**2 / 2"
        stays = -1 / 2 - cost * (1 - least) - curvature * (1 - least) ** 2 / 2
        # No choice above `upper` can be better than to stay: OWN/common is at least `loss`, so that the gains from
        # meeting less the cost are below, and fall.
        upper = 4.0
        while True:
            loss = sqrt(1 / (2 * common * (patience + upper)))
            best = upper * common / (1 + loss) - cost * (upper - least) - curvature * (upper - least) ** 2 / 2
            falling = cost + curvature * (upper - least) >= common * (1 - 1e-12)
            if (falling and best < stays) or upper > 1e12:
                break
            upper *= 2
        # Without discounting a bank that meets almost nobody loses without bound.
        low = least if least > 0 or patience > 0 else 1e-6
        constants = {"common": common, "patience": patience, "least": least, "cost": cost, "curvature": curvature}
        return ContinuousGame(["x"], [payoff], [low], [upper], constants, start=[1])

    def worth(self, total: float) -> float:
        """Return gamma_B sigma^2 sigma_eta^2 / total: what the payoff of `deviations` is measured in (numeraire)."""
        return float(self.gamma_B) * float(self.sigma) ** 2 * float(self.sigma_eta) ** 2 / total

    def run(self, engine: Engine) -> Solution:
        """Solve it with `engine`."""
        solution = engine.solve(self.build())
        if solution.solved:
            engine.solve(self.deviations(float(solution.answer["rate"])), method="best_response")
        return solution

    def report(self, solution: Solution) -> Mapping[str, Any]:
        """Return the results, from the solution alone."""
        rate = solution.answer["rate"]
        total = self.other_contact_rate + rate
        part = next(p for p in solution.parts if isinstance(p.form, ContinuousGame))
        best = float(part.answer["x"])
        gain = float(part.form.payoff(0, [best])) - float(part.form.payoff(0, [1.0]))
        return {
            "contact_rate": rate,
            "total_rate": total,
            "marginal_benefit": self.marginal_benefit(total),
            "deviation_gain": max(0.0, gain) * self.worth(float(total)),
            "best_deviation": best * float(total) - float(self.other_contact_rate),
        }

    def marginal_benefit(self, total: Any) -> Any:
        """Return the gain from a little more rate where all have the same, under the variant."""
        gain = self.gamma_B * self.sigma**2 * self.sigma_eta**2
        r = self.r
        if self.variant == "paper":
            return gain * (total + r) / (total**2 * (total + 2 * r))
        if self.variant == "paper_text":
            return gain / (total * (total + 2 * r))
        return 4 * gain * (total + r) / (total * (total + 2 * r) * (3 * total + 4 * r))
