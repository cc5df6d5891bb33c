"""A share auction with the mandate's risk limit as reserve: the sound version of the paper's message."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator

from gametheory import Claim, Constraint, Model, Number, ShareAuction, exact, parameter
from gametheory_plugins.mandate_auction.figures import WELL_POSED_FIGURES
from gametheory_plugins.mandate_auction.formulas import enough_bidders

#: The yields of the paper's example.
EXAMPLE = {"bidders": 10, "expected_yield": "0.04", "stop_out": "0.046", "risk_limit": None}


def _limit(model: Any) -> Any:
    return model.stop_out if model.risk_limit is None else model.risk_limit


class WellPosedMandateAuction(Model):
    """A uniform-price auction of one unit in schedules: every yield above E up to the risk limit is an equilibrium."""

    name = "mandate_auction_well_posed"
    concept = "nash"
    citation = "R. Wilson (1979), Auctions of Shares; K. Back and J. F. Zender (1993), Auctions of Divisible Goods"
    figures = WELL_POSED_FIGURES

    bidders: Annotated[int, BeforeValidator(enough_bidders)] = parameter(10, ge=3, le=10_000, doc="number of bidders n")
    expected_yield: Number = parameter("0.04", doc="E, expected yield in the secondary market", unit="yield per year")
    stop_out: Number = parameter("0.046", doc="the stop-out that the bidders coordinate on", unit="yield per year")
    risk_limit: Number | None = parameter(
        None, doc="the highest yield a mandate allows, the reserve; the stop-out if not given", unit="yield per year"
    )

    constraints = [
        Constraint("expected_yield < stop_out", lambda m: m.expected_yield < m.stop_out, "no bidder would gain"),
        Constraint("stop_out <= risk_limit", lambda m: m.stop_out <= _limit(m), "no mandate allows this stop-out"),
    ]

    result_units = {
        **dict.fromkeys(("stop_out", "underpricing", "largest_underpricing", "equilibria"), "yield per year"),
        **dict.fromkeys(("intercept", "demand_at_zero", "share"), "share of the issue"),
        "slope": "share of the issue per unit of yield",
        "payoff": "share of the issue per year",
    }
    result_docs = {
        "stop_out": "the yield at which the schedules clear the market",
        "intercept": "what a bidder takes at the expected yield, (n-2)/(n(n-1)): the schedule is "
        "intercept + slope (r - E)",
        "slope": "how much more a bidder takes per unit of yield, 1/(n(n-1)(R - E))",
        "demand_at_zero": "the same schedule continued to yield 0: demand_at_zero + slope r",
        "share": "what each takes of the issue",
        "payoff": "per bidder: share times (stop-out - E)",
        "underpricing": "stop-out less expected yield",
        "largest_underpricing": "over all equilibria: risk limit less expected yield",
        "equilibria": "the stop-outs that some equilibrium supports: above `above`, up to `up_to`",
    }

    def build(self) -> ShareAuction:
        """Return the auction of one unit with the risk limit as reserve."""
        return ShareAuction(self.bidders, exact(self.expected_yield), reserve=exact(_limit(self)))

    def run(self, engine: Any) -> Any:
        """Find the schedules that support the chosen stop-out."""
        return engine.solve(self.build(), method="back_zender", stop_out=exact(self.stop_out))

    def report(self, solution: Any) -> dict[str, Any]:
        """Return the schedule, what it pays, and the range of equilibria."""
        one = exact if solution.exact else float
        answer, expected, limit = solution.answer, one(self.expected_yield), one(_limit(self))
        start, slope = one(answer.intercepts[0]), one(answer.slopes[0])
        stop_out, taken = answer.cleared(solution.form, one(1))
        share = one(taken[0])
        return {
            "stop_out": one(stop_out),
            "intercept": start + slope * expected,
            "slope": slope,
            "demand_at_zero": start,
            "share": share,
            "payoff": share * (one(stop_out) - expected),
            "underpricing": one(stop_out) - expected,
            "largest_underpricing": limit - expected,
            "equilibria": {"above": expected, "up_to": limit},
        }

    claims = [
        Claim(
            "schedule",
            "the schedule is (n-2)/(n(n-1)) + (r - E)/(n(n-1)(R - E))",
            lambda r: (
                r["intercept"] == Fraction(r.model.bidders - 2, r.model.bidders * (r.model.bidders - 1))
                and r["slope"] * r.model.bidders * (r.model.bidders - 1) * (r["stop_out"] - r.model.expected_yield) == 1
            ),
            place="Back and Zender (1993), theorem 1",
        ),
        Claim(
            "continuum",
            "every stop-out above the expected yield up to the risk limit is an equilibrium",
            lambda r: all(
                r.solve(stop_out=limit, risk_limit="0.046")["stop_out"] == exact(limit)
                for limit in ("0.0401", "0.043", "0.046")
            ),
            place="section 1 of the paper, after Back and Zender",
            settings=EXAMPLE,
        ),
        Claim(
            "risk-limit-bounds-underpricing",
            "a lower risk limit lowers the worst underpricing one for one",
            lambda r: (
                r.solve(risk_limit="0.05")["largest_underpricing"] - r.solve(risk_limit="0.047")["largest_underpricing"]
                == Fraction(3, 1000)
            ),
            place="abstract",
            settings=EXAMPLE,
        ),
        Claim(
            "number-of-bidders",
            "the stop-out does not depend on the number of bidders",
            lambda r: r.solve(bidders=3)["stop_out"] == r.solve(bidders=50)["stop_out"],
            place="section 1",
            settings=EXAMPLE,
        ),
    ]
