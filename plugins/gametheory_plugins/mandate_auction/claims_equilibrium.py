"""What the paper states of its equilibrium: Definition 3, equations (5), (6) and (A.1)-(A.3), Theorem 1."""

from __future__ import annotations

from fractions import Fraction

from gametheory import Claim, exact
from gametheory_plugins.mandate_auction.evidence import (
    EXAMPLE,
    REPAIRED,
    differential_equation,
    gain,
    is_equilibrium,
    payoff,
    rho,
    stop_out_at_full_demand,
)

EQUILIBRIUM_CLAIMS = [
    # -- the equilibrium ----------------------------------------------------------------------------------------------
    Claim(
        "definition3.best-responses",
        "every bidder's bid maximises his expected payoff given the others'",
        place="Definition 3",
        settings=EXAMPLE,
        covers=("Definition 3",),
        paper=None,
        ours=gain("report"),
        recorded="differs",
        reason="a bidder who reports the lowest budget gains",
    ),
    Claim(
        "equation5.expected-profit",
        "the expected profit integrates allocation times stop-out less expected yield",
        lambda r: r["nash"]["joint"]["equilibrium"] and r["payoff"] == payoff(r),
        place="equation (5)",
        covers=("equation (5)",),
    ),
    Claim(
        "equation6.formula",
        "b* = lambda rho + (1 - rho)/(xi n)",
        lambda r: (
            r["bid"] == exact(r.model.minimum_bid) * rho(r) + (1 - rho(r)) / (r["xi"] * r.model.bidders)
            and r.solve(allocation=r.model.minimum_allocation)["bid"] == exact(r.model.minimum_bid)
        ),
        place="equation (6)",
        covers=("equation (6)",),
    ),
    Claim(
        "theorem1.condition",
        "xi < 1/(lambda n)",
        place="Theorem 1",
        settings=EXAMPLE,
        paper=True,
        ours=lambda r: r["condition_holds"],
        recorded="differs",
        reason="in the example xi = 8.5 and 1/(lambda n) = 1; 8.5 < 10 needs the n dropped",
    ),
    Claim(
        "theorem1.condition.per-bidder",
        "xi < 1/lambda, the condition without n",
        lambda r: r["xi"] == Fraction(17, 2) < 1 / exact(r.model.minimum_bid),
        place="Theorem 1",
        settings=EXAMPLE,
    ),
    *(
        Claim(
            f"theorem1.{name}{suffix}",
            f"the bids are a Nash equilibrium, {text}{note}",
            place="Theorem 1",
            covers=("Theorem 1",),
            settings=settings,
            paper=True,
            ours=is_equilibrium(name),
            recorded=verdict,
            reason=reason,
        )
        for suffix, settings, note in (("", EXAMPLE, ""), (".repaired", REPAIRED, " (theta = 0.034)"))
        for name, text, verdict, reason in (
            ("joint", "if all reports could only move together", "holds", ""),
            ("own_yield", "if each were paid his own yield", "holds", ""),
            (
                "cournot",
                "in quantities",
                "differs",
                "the best response to (6) is another quantity; Cournot's is (Theta - E)/(theta (n+1))",
            ),
            (
                "schedules",
                "in a uniform-price auction of schedules",
                "differs",
                "schedules that fall in the yield leave the whole issue to whoever asks Theta",
            ),
        )
    ),
    Claim(
        "theorem1.schedules.numbers",
        "payoff in the schedule auction, and of the bidder who takes the issue at Theta (theta = 0.034)",
        place="Theorem 1",
        settings=REPAIRED,
        paper={"to": Fraction(8, 100), "gain": 0},
        ours=gain("schedules"),
        recorded="differs",
        reason="he earns 0.0400 where the profile pays 0.0006",
    ),
    Claim(
        "theorem1.private-budgets",
        "with independent private budgets the bid (6) needs another constant",
        lambda r: (
            r.solve(mean_ratio="0.8")["nash"]["private_budgets"]["equilibrium"]
            and r.solve(mean_ratio="0.8")["bid_private_budgets"] != r["bid"]
        ),
        place="Theorem 1",
        settings=REPAIRED,
    ),
    Claim(
        "equationA1.risk-neutral-profit",
        "profit is linear in the stop-out: allocation times expected margin",
        lambda r: r["payoff"] == payoff(r),
        place="equation (A.1)",
        covers=("equation (A.1)",),
    ),
    Claim(
        "erratum2.dropped-integral",
        "the integral of the derivative of the stop-out is zero at the optimum",
        place="Appendix A",
        settings=REPAIRED,
        paper=0,
        ours=lambda r: r.solve(allocation="0.149")["stop_out_yield"] - r["stop_out_yield"],
        recorded="differs",
        reason="the stop-out falls strictly in the budget, -theta n b' < 0, so that the integral of F times it is "
        "strictly negative (erratum 2)",
    ),
    Claim(
        "erratum2.zero-at-the-lower-limit",
        "where demand falls to that of the issue the stop-out falls to zero",
        place="Appendix A",
        settings=REPAIRED,
        paper=0,
        ours=stop_out_at_full_demand,
        recorded="differs",
        reason="the rule (4) jumps there from Theta - theta to 0; integration by parts needs continuity (erratum 2)",
    ),
    Claim(
        "equationA2.along-the-diagonal",
        "the bid (6) solves b' + rho b = rho/(xi n)",
        differential_equation,
        place="equation (A.2)",
        settings=EXAMPLE,
        covers=("equation (A.2)",),
    ),
    Claim(
        "erratum1.first-order-condition",
        "(A.2) is the first-order condition of a bidder who moves alone",
        place="equation (A.2)",
        settings=REPAIRED,
        paper=0,
        ours=lambda r: r["bid"] - r["bid_own_deviation"],
        recorded="differs",
        reason="(A.2) moves all reports together; the condition of one bidder is b' + n rho b = rho/xi, with rho^n in "
        "place of rho in its solution (erratum 1)",
    ),
    Claim(
        "second-order.zero",
        "the second derivative of the profit vanishes at the bid (6)",
        lambda r: {payoff(r.solve(allocation=t)) for t in ("0.1", "0.2", "0.3", 1)} == {payoff(r)},
        place="Appendix A",
        settings=EXAMPLE,
    ),
    Claim(
        "erratum1.second-order-condition",
        "where the first-order condition holds the profit is at its largest",
        place="Appendix A",
        settings=REPAIRED,
        paper=True,
        ours=is_equilibrium("own_deviation"),
        recorded="differs",
        reason="what is differentiated twice is constant for every allocation rule; at the solution of a bidder's own "
        "condition the profit is at a minimum where the risk limit exceeds E (erratum 1)",
    ),
    Claim(
        "erratum1.second-order-condition.at-a-loss",
        "where the first-order condition holds the profit is at its largest, if the risk limit is below E",
        lambda r: is_equilibrium("own_deviation")(r) and r["payoff"] < 0,
        place="Appendix A",
        settings=EXAMPLE,
    ),
    Claim(
        "equationA3.general-solution",
        "b = 1/(xi n) + Gamma/alpha with Gamma = alpha_l (lambda - 1/(xi n))",
        lambda r: (
            r["bid"]
            == 1 / (r["xi"] * r.model.bidders)
            + exact(r.model.minimum_allocation)
            * (exact(r.model.minimum_bid) - 1 / (r["xi"] * r.model.bidders))
            / exact(r.model.allocation)
        ),
        place="equation (A.3)",
        covers=("equation (A.3)",),
    ),
    Claim(
        "erratum9.unique",
        "the solution is unique",
        place="equation (A.3)",
        settings=EXAMPLE,
        paper=True,
        ours=lambda r: not differential_equation(r.solve(minimum_bid="0.2")),
        recorded="differs",
        reason="only given lambda; every lambda gives another one, as the abstract's 'non-unique' says (erratum 9)",
    ),
]
