"""What the paper states of its mechanism: equations (1)-(4), Definitions 1 and 2, Lemma 1."""

from __future__ import annotations

from fractions import Fraction

from gametheory import Claim, exact
from gametheory_plugins.mandate_auction.evidence import (
    EXAMPLE,
    REPAIRED,
    cleared,
    is_equilibrium,
    payoff,
    stop_out_at_full_demand,
)

MECHANISM_CLAIMS = [
    # -- the mechanism ------------------------------------------------------------------------------------------------
    Claim(
        "equation1.bids-in-unit-interval",
        "bids are in [0, 1)",
        lambda r: 0 <= r["bid"] < 1,
        place="equation (1)",
        settings=EXAMPLE,
        covers=("equation (1)",),
    ),
    Claim(
        "equation1.increasing-in-budget",
        "bids increase in the budget limit",
        place="section 2.1",
        settings=EXAMPLE,
        paper=True,
        ours=lambda r: r.solve(allocation="0.2")["bid"] > r["bid"],
        recorded="differs",
        reason="in the paper's own example xi n lambda = 8.5 > 1, and (6) falls from 0.1 to 0.0711 as the budget grows",
    ),
    Claim(
        "equation1.increasing-in-budget.repaired",
        "bids increase in the budget limit (theta = 0.034)",
        lambda r: r.solve(allocation="0.2")["bid"] > r["bid"],
        place="section 2.1",
        settings=REPAIRED,
    ),
    Claim(
        "equation2.payoff",
        "the payoff is the allocation times stop-out less expected yield",
        lambda r: r["payoff"] == payoff(r) == exact(r.model.allocation) * r["margin"],
        place="equation (2)",
        covers=("equation (2)",),
    ),
    Claim(
        "introduction.rule",
        "allocation in ascending order of yields; full below the stop-out, prorated at it",
        place="section 1",
        paper={"stop_out": Fraction(35, 1000), "filled": [Fraction(2, 5), Fraction(3, 5), 0]},
        ours=lambda r: cleared(),
    ),
    Claim(
        "erratum3.definition1-supremum",
        "the stop-out is the supremum of the yields at which demand covers the issue",
        place="Definition 1, equation (3)",
        covers=("equation (3)", "Definition 1"),
        paper=Fraction(4, 100),
        ours=lambda r: cleared()["stop_out"],
        recorded="differs",
        reason="demand served in ascending order rises with the yield, so that the supremum is the highest yield; "
        "the rule of the introduction is the infimum (erratum 3)",
    ),
    Claim(
        "equation4.rule",
        "the stop-out is Theta - theta D with D the sum of bids",
        lambda r: (
            r["stop_out_yield"] == exact(r.model.benchmark_yield) - exact(r.model.sensitivity) * r["demand"]
            and r["demand"] == r.model.bidders * r["bid"]
        ),
        place="equation (4)",
        covers=("equation (4)",),
    ),
    Claim(
        "equation4.admissible",
        "the rule applies: D >= 1 and Theta > theta D",
        place="equation (4)",
        settings=EXAMPLE,
        paper=True,
        ours=lambda r: r["admissible"]["ok"],
        recorded="differs",
        reason="in the example D = 0.71 and theta D = 0.24 > Theta = 0.08; no D >= 1 has 0.08 > 0.34 D",
    ),
    Claim(
        "equation4.admissible.repaired",
        "the rule applies: D >= 1 and Theta > theta D (theta = 0.034)",
        lambda r: r["admissible"]["ok"] and r["demand"] > 1,
        place="equation (4)",
        settings=REPAIRED,
    ),
    Claim(
        "erratum4.demand-is-one",
        "with D = 1 the stop-out depends on budgets and risk limits",
        place="Definitions 1 and 2",
        settings=EXAMPLE,
        covers=("Definition 2",),
        paper=True,
        ours=lambda r: stop_out_at_full_demand(r) != stop_out_at_full_demand(r.solve(allocation="0.3")),
        recorded="differs",
        reason="Definition 1 has D >= 1, Definition 2 has D = 1; with D = 1 the rule gives the constant Theta - theta "
        "(erratum 4)",
    ),
    Claim(
        "definition2.no-more-than-bid",
        "no bidder gets more than his bid, and allocations add up to the issue",
        place="Definition 2",
        settings=EXAMPLE,
        paper=True,
        ours=lambda r: r["feasible_allocation"]["ok"],
        recorded="differs",
        reason="in the example the allocation 0.148 exceeds the bid 0.0711, and ten of them exceed the issue",
    ),
    # -- truth-telling ------------------------------------------------------------------------------------------------
    Claim(
        "lemma1.truthful",
        "reporting the true budget is a best response",
        place="Lemma 1",
        settings=EXAMPLE,
        covers=("Lemma 1",),
        paper=True,
        ours=is_equilibrium("report"),
        recorded="differs",
        reason="the payoff is linear in the allocation a report obtains, with slope rho (n-1)/n (risk limit - E): the "
        "best report is the lowest budget here, and the highest one where the risk limit exceeds E",
    ),
    Claim(
        "lemma1.truthful.repaired",
        "reporting the true budget is a best response (theta = 0.034, any report)",
        place="Lemma 1",
        settings=REPAIRED,
        paper=True,
        ours=is_equilibrium("report"),
        recorded="differs",
        reason="with the risk limit above E every bidder gains by reporting more than his budget",
    ),
    Claim(
        "lemma1.capped-reports",
        "reporting the true budget is a best response if nobody can report more (theta = 0.034)",
        lambda r: r["nash"]["capped_report"]["equilibrium"] and r["condition_holds"],
        place="Lemma 1",
        settings=REPAIRED,
    ),
    Claim(
        "erratum6.lemma1-monotone",
        "the proof of Lemma 1: a higher report makes a higher bid",
        place="Lemma 1",
        settings=EXAMPLE,
        paper=True,
        ours=lambda r: r.solve(allocation="0.2")["bid"] >= r["bid"],
        recorded="differs",
        reason="bids fall in the budget where xi > 1/(lambda n); the proof compares no payoffs (erratum 6)",
    ),
]
