"""The paper's model: the bid (6), the stop-out it implies, and whether anyone gains by leaving it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from gametheory import Constraint, EquilibriumSystem, InputError, Model, Number, Root, exact, parameter
from gametheory_plugins.mandate_auction.claims import CLAIMS, STATEMENTS
from gametheory_plugins.mandate_auction.figures import MANDATE_FIGURES
from gametheory_plugins.mandate_auction.formulas import Formulas, enough_bidders
from gametheory_plugins.mandate_auction.readings import READINGS, problems, unit_of_choice

CITATION = 'L. Zarpala, "Auctioning Corporate Bonds: A Uniform-Price under Investment Mandates"'


class MandateAuction(Model):
    """The symmetric bid of a bond auction under mandates, the stop-out it implies, and eight readings of the game."""

    name = "mandate_auction"
    concept = "equilibrium"
    citation = CITATION
    statements = STATEMENTS
    claims = CLAIMS
    figures = MANDATE_FIGURES

    bidders: Annotated[int, BeforeValidator(enough_bidders)] = parameter(10, ge=3, le=1000, doc="number of bidders n")
    benchmark_yield: Number = parameter("0.08", doc="Theta, yield of high-yield bonds", unit="yield per year")
    expected_yield: Number = parameter("0.04", doc="E, expected yield in the secondary market", unit="yield per year")
    sensitivity: Number = parameter("0.34", gt=0, doc="theta, fall of the stop-out per unit of demand", unit="yield")
    minimum_bid: Number = parameter("0.1", gt=0, lt=1, doc="lambda, bid at the risk limit", unit="share of the issue")
    minimum_allocation: Number = parameter("0.1", gt=0, le=1, doc="alpha(c_l)", unit="share of the issue")
    allocation: Number = parameter(
        "101/680", gt=0, le=1, doc="alpha(c*), at the common budget", unit="share of the issue"
    )
    maximum_allocation: Number = parameter(
        1, gt=0, le=1, doc="largest that a report obtains", unit="share of the issue"
    )
    mean_ratio: Number | None = parameter(None, gt=0, le=1, doc="m, mean of alpha(c_l)/alpha(c) over private budgets")

    constraints = [
        Constraint(
            "expected_yield < benchmark_yield",
            lambda m: m.expected_yield < m.benchmark_yield,
            "xi = theta/(Theta - E) is positive only then",
        ),
        Constraint(
            "minimum_allocation <= allocation",
            lambda m: m.minimum_allocation <= m.allocation,
            "the allocation rises with the budget, and the lowest budget obtains the least",
        ),
        Constraint(
            "allocation <= maximum_allocation",
            lambda m: m.allocation <= m.maximum_allocation,
            "raise maximum_allocation",
        ),
        Constraint(
            "minimum_allocation <= mean_ratio maximum_allocation",
            lambda m: m.mean_ratio is None or m.minimum_allocation <= m.mean_ratio * m.maximum_allocation,
            "the mean of alpha(c_l)/alpha(c) is not below its least, with the largest allocation",
        ),
    ]

    result_units = {
        **dict.fromkeys(("bid", "bid_own_deviation", "bid_private_budgets", "bid_cournot"), "share of the issue"),
        **dict.fromkeys(("stop_out_yield", "risk_limit", "margin", "per_bidder_rule"), "yield per year"),
        "demand": "multiple of the issue",
        "payoff": "share of the issue per year",
    }
    result_docs = {
        "bid": "b*, equation (6), as a share of the issue",
        "stop_out_yield": "Theta - theta n b*, equation (4)",
        "risk_limit": "Theta - theta n lambda, the stop-out at the minimum bid",
        "xi": "theta/(Theta - E)",
        "condition_holds": "whether xi < 1/(lambda n), as Theorem 1 asks",
        "admissible": "whether the rule for the stop-out applies at the bid, and the conditions that fail",
        "feasible_allocation": "whether the allocation is within the bid and the issue, and the conditions that fail",
        "demand": "D = n b*, as a multiple of the issue",
        "margin": "stop-out less expected yield",
        "payoff": "per bidder: allocation times margin",
        "per_bidder_rule": "stop-out and risk limit if the rule (4) is read bidder by bidder, without n",
        "derivatives": "of the bid, the ratio of allocations held fixed",
        "bid_own_deviation": "the bid that solves the first-order condition of a bidder who moves alone",
        "bid_private_budgets": "the bid if budgets are private and independent; None without mean_ratio",
        "bid_cournot": "(Theta - E)/(theta (n+1)), the Cournot quantity",
        "nash": "by reading of the game: whether the profile is an equilibrium, and the best deviation: what it moves "
        "`to` (an allocation; a bid for cournot; a yield for schedules) and its `gain` in payoff. "
        "own_deviation and private_budgets test their own bids, all others test (6)",
    }

    def run(self, engine: Any) -> Any:
        """Certify the closed form by the equations it must solve, and find a bidder's best response in each reading."""
        f = Formulas(self)
        for problem in problems(f).values():
            engine.solve(problem, concept="best_response")
        system = conditions(f)
        values = dict(zip(system.unknowns, unknowns(f), strict=True))
        if not engine.exact:
            values = {name: float(value) for name, value in values.items()}
        return engine.certify(system, Root(values), concept="equilibrium", method="closed_form")

    def report(self, solution: Any) -> dict[str, Any]:
        """Return the certified values, what follows from them, and the verdict on every reading."""
        f, root = Formulas(self), solution.answer.values

        def plain(value: Any) -> Any:
            try:
                return value if value is None or solution.exact else float(value)
            except OverflowError:
                remedy = "solve exactly, or change units"
                raise InputError("a result is too large for a float", place="mandate_auction", remedy=remedy) from None

        def verdict(failing: list[str]) -> dict[str, Any]:
            return {"ok": not failing, "reasons": failing}

        per_bidder = f.benchmark - f.sensitivity * f.bid, f.benchmark - f.sensitivity * f.minimum_bid
        return {
            **{name: root[name] for name in ("bid", "stop_out_yield", "risk_limit", "xi")},
            "condition_holds": f.condition_holds(),
            "admissible": verdict(f.admissible()),
            "feasible_allocation": verdict(f.feasible()),
            "demand": plain(f.demand),
            "margin": plain(f.margin),
            "payoff": plain(f.payoff),
            "per_bidder_rule": dict(zip(("stop_out_yield", "risk_limit"), map(plain, per_bidder), strict=True)),
            "derivatives": {name: plain(value) for name, value in f.derivatives().items()},
            "bid_own_deviation": root["bid_own_deviation"],
            "bid_private_budgets": root.get("bid_private_budgets"),
            "bid_cournot": root["bid_cournot"],
            "nash": self._nash(solution, f),
        }

    def derivatives(self, solution: Any) -> dict[str, dict[str, Any]]:
        """Return the derivatives of the bid in closed form."""
        slopes = Formulas(self).derivatives()
        return {"bid": {name: slope if solution.exact else float(slope) for name, slope in slopes.items()}}

    def _nash(self, solution: Any, f: Formulas) -> dict[str, Any]:
        solved = {part.form.name: part.answer for part in solution.parts if hasattr(part.form, "played")}
        table: dict[str, Any] = {}
        for name in READINGS:
            answer = solved.get(name)
            if answer is None:
                table[name] = {"equilibrium": None, "deviation": None}
            elif answer.gain > 0:
                to = exact(answer.choice) * unit_of_choice(name, f)
                deviation = {"to": to if solution.exact else float(to), "gain": answer.gain}
                table[name] = {"equilibrium": False, "deviation": deviation}
            else:
                table[name] = {"equilibrium": True, "deviation": None}
        return table


def conditions(f: Formulas) -> EquilibriumSystem:
    """Return the equations that the bids solve, as the paper and its corrections state them."""
    ratio = _power("(minimum_allocation / allocation)", f.n)
    rows = {
        "xi": "xi * (benchmark - expected) - sensitivity",
        "bid": "xi * bidders * (allocation * bid - minimum_allocation * minimum_bid)"
        " - (allocation - minimum_allocation)",
        "stop_out_yield": "stop_out_yield - (benchmark - sensitivity * bidders * bid)",
        "risk_limit": "risk_limit - (benchmark - sensitivity * bidders * minimum_bid)",
        "stop_out_by_corollary_2": "(stop_out_by_corollary_2 - expected) * allocation"
        " - (risk_limit - expected) * minimum_allocation",
        "bid_own_deviation": f"(xi * bidders * bid_own_deviation - 1) - (xi * bidders * minimum_bid - 1) * {ratio}",
        "bid_cournot": "sensitivity * (bidders + 1) * bid_cournot - (benchmark - expected)",
    }
    constants = {
        "benchmark": f.benchmark,
        "expected": f.expected,
        "sensitivity": f.sensitivity,
        "bidders": f.n,
        "minimum_bid": f.minimum_bid,
        "minimum_allocation": f.minimum_allocation,
        "allocation": f.allocation,
    }
    if f.mean_ratio is not None:
        constants["mean_ratio"] = f.mean_ratio
        rows["private_level"] = (
            "(benchmark - expected) / sensitivity - private_level"
            " - (bidders - 1) * (private_level + (minimum_bid - private_level) * mean_ratio)"
        )
        rows["bid_private_budgets"] = (
            "(bid_private_budgets - private_level) * allocation - (minimum_bid - private_level) * minimum_allocation"
        )
    return EquilibriumSystem(unknowns=tuple(rows), residuals=tuple(rows.values()), constants=constants)


def unknowns(f: Formulas) -> list[Any]:
    """Return the closed forms in the order of `conditions`."""
    corollary = f.expected + (f.risk_limit - f.expected) * f.rho
    found = [f.xi, f.bid, f.stop_out, f.risk_limit, corollary, f.bid_own_deviation, f.bid_cournot]
    return found if f.mean_ratio is None else [*found, f.private_level, f.bid_private_budgets]


def _power(base: str, exponent: int) -> str:
    """Write a power as a product of powers that a formula may hold."""
    parts = [64] * (exponent // 64) + [exponent % 64]
    return " * ".join(f"{base}**{p}" for p in parts if p)
