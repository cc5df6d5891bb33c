"""Financial networks."""

from __future__ import annotations

from gametheory.forms import FormType
from gametheory.solvers import Solver

FORMS = (
    FormType(
        "FinancialNetwork",
        "gametheory.networks:FinancialNetwork",
        concept="greatest_clearing",
        verifier="gametheory.networks.verify:verify",
        answers={
            "ClearingVector": "gametheory.networks:ClearingVector",
            "ClearingBound": "gametheory.networks:ClearingBound",
            "Cascade": "gametheory.networks:Cascade",
        },
        report="gametheory.networks.report:report",
    ),
    FormType(
        "IntermediatedMarket",
        "gametheory.networks:IntermediatedMarket",
        concept="tier_equilibrium",
        verifier="gametheory.networks.verify_market:verify",
        answers={"TierEquilibrium": "gametheory.networks:TierEquilibrium"},
        report="gametheory.networks.market_report:report",
    ),
)

SOLVERS = (
    Solver(
        "FinancialNetwork",
        "greatest_clearing",
        "payments_down",
        "gametheory.networks.clearing:solve_greatest",
        refuses="gametheory.networks.clearing:refuses",
        exact=True,
        summary="the payment rule from full payments down; linear systems in fractions",
    ),
    Solver(
        "FinancialNetwork",
        "least_clearing",
        "payments_up",
        "gametheory.networks.clearing:solve_least",
        refuses="gametheory.networks.clearing:refuses",
        exact=True,
        summary="the payment rule from no payments up; linear systems in fractions",
    ),
    Solver(
        "FinancialNetwork",
        "clearing",
        "payments_down",
        "gametheory.networks.clearing:solve_greatest",
        refuses="gametheory.networks.clearing:refuses",
        exact=True,
        summary="any clearing vector: the greatest",
    ),
    Solver(
        "FinancialNetwork",
        "cascade",
        "waves",
        "gametheory.networks.clearing:solve_cascade",
        refuses="gametheory.networks.clearing:refuses_cascade",
        exact=True,
        summary="defaults wave by wave, nothing recovered",
    ),
    Solver(
        "IntermediatedMarket",
        "tier_equilibrium",
        "closed_form",
        "gametheory.networks.tiers:solve",
        exact=True,
        summary="cutoffs at the shares 1/2, 1/4, ... and their fees; in fractions where the law allows",
    ),
)
