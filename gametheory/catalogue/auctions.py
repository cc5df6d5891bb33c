"""Auctions of divisible goods."""

from __future__ import annotations

from gametheory.forms import FormType
from gametheory.solvers import Solver

FORMS = (
    FormType(
        "OrderBook",
        "gametheory.mechanism.auctions:OrderBook",
        concept="clearing",
        verifier="gametheory.mechanism.auctions.verify_book:verify",
        answers={
            "Clearing": "gametheory.mechanism.auctions:Clearing",
            "Allotment": "gametheory.mechanism.auctions:Allotment",
            "NotIssued": "gametheory.mechanism.auctions:NotIssued",
        },
        report="gametheory.mechanism.auctions.report_book:report",
        readers={".csv": "gametheory.mechanism.auctions.reading:read"},
        writers={".csv": "gametheory.mechanism.auctions.reading:write"},
        recognises="gametheory.mechanism.auctions.reading:recognises",
        figures={"book": "gametheory.mechanism.auctions.drawing:draw_order_book"},
    ),
    FormType(
        "ShareAuction",
        "gametheory.mechanism.auctions:ShareAuction",
        concept="nash",
        verifier="gametheory.mechanism.auctions.verify_shares:verify",
        answers={
            "LinearSchedules": "gametheory.mechanism.auctions:LinearSchedules",
            "PowerSchedule": "gametheory.mechanism.auctions:PowerSchedule",
        },
        report="gametheory.mechanism.auctions.report_shares:report",
    ),
    FormType(
        "SignalAuction",
        "gametheory.mechanism.auctions:SignalAuction",
        concept="nash",
        verifier="gametheory.mechanism.auctions.verify_signals:verify",
        answers={
            "SignalSchedule": "gametheory.mechanism.auctions:SignalSchedule",
            "NoLinearEquilibrium": "gametheory.mechanism.auctions:NoLinearEquilibrium",
        },
        report="gametheory.mechanism.auctions.report_signals:report",
    ),
    FormType(
        "PayAsBidAuction",
        "gametheory.mechanism.auctions:PayAsBidAuction",
        concept="nash",
        verifier="gametheory.mechanism.auctions.verify_offers:verify",
        answers={
            "LinearOffer": "gametheory.mechanism.auctions:LinearOffer",
        },
        report="gametheory.mechanism.auctions.report_others:report_offers",
    ),
    FormType(
        "PrivateValueAuction",
        "gametheory.mechanism.auctions:PrivateValueAuction",
        concept="bayes_nash",
        verifier="gametheory.mechanism.auctions.verify_private_values:verify",
        answers={
            "PowerBid": "gametheory.mechanism.auctions:PowerBid",
        },
        report="gametheory.mechanism.auctions.report_others:report_private_values",
    ),
    FormType(
        "BestResponseProblem",
        "gametheory.mechanism.auctions:BestResponseProblem",
        concept="best_response",
        verifier="gametheory.mechanism.auctions.verify_best_response:verify",
        answers={
            "BestResponse": "gametheory.mechanism.auctions:BestResponse",
        },
        report="gametheory.mechanism.auctions.report_others:report_best_response",
    ),
)

SOLVERS = (
    Solver(
        "OrderBook",
        "clearing",
        "sorting",
        "gametheory.mechanism.auctions.clear:solve",
        exact=True,
        summary="sort the bids, cumulate, stop where demand covers the supply; decided in integers",
    ),
    Solver(
        "ShareAuction",
        "nash",
        "linear",
        "gametheory.mechanism.auctions.solve_shares:solve_linear",
        refuses="gametheory.mechanism.auctions.solve_shares:refuses_linear",
        exact=True,
        summary="linear supply functions, optimal at every supply",
    ),
    Solver(
        "ShareAuction",
        "nash",
        "back_zender",
        "gametheory.mechanism.auctions.solve_shares:solve_back_zender",
        refuses="gametheory.mechanism.auctions.solve_shares:refuses_back_zender",
        exact=True,
        options=("stop_out",),
        summary="schedules that support any yield up to the reserve",
    ),
    Solver(
        "ShareAuction",
        "nash",
        "klemperer_meyer",
        "gametheory.mechanism.auctions.solve_shares:solve_klemperer_meyer",
        refuses="gametheory.mechanism.auctions.solve_shares:refuses_klemperer_meyer",
        exact=True,
        options=("constant",),
        summary="a member of the Klemperer-Meyer family",
    ),
    Solver(
        "SignalAuction",
        "nash",
        "coefficients",
        "gametheory.mechanism.auctions.solve_signals:solve",
        exact=True,
        summary="the linear equilibrium with private signals, or the proof that there is none",
    ),
    Solver(
        "PayAsBidAuction",
        "nash",
        "closed_form",
        "gametheory.mechanism.auctions.solve_offers:solve",
        exact=True,
        summary="linear offers, from the mean marginal yield",
    ),
    Solver(
        "PrivateValueAuction",
        "bayes_nash",
        "closed_form",
        "gametheory.mechanism.auctions.solve_private_values:solve",
        exact=True,
        summary="the symmetric bid function",
    ),
    Solver(
        "BestResponseProblem",
        "best_response",
        "candidates",
        "gametheory.mechanism.auctions.solve_best_response:solve",
        exact=True,
        summary="ends and tops of convex or concave payoffs",
    ),
)
