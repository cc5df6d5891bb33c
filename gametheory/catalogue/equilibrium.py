"""Equilibrium systems, continuous games, search markets."""

from __future__ import annotations

from gametheory.forms import FormType
from gametheory.solvers import Solver

FORMS = (
    FormType(
        "EquilibriumSystem",
        "gametheory.equilibrium:EquilibriumSystem",
        concept="equilibrium",
        verifier="gametheory.equilibrium.verify_system:verify",
        answers={"Root": "gametheory.equilibrium:Root"},
        report="gametheory.equilibrium.report:report_system",
    ),
    FormType(
        "ContinuousGame",
        "gametheory.equilibrium:ContinuousGame",
        concept="equilibrium",
        verifier="gametheory.equilibrium.verify_continuous:verify",
        answers={"ChoiceProfile": "gametheory.equilibrium:ChoiceProfile"},
        report="gametheory.equilibrium.report:report_game",
    ),
    FormType(
        "BiddingGame",
        "gametheory.equilibrium:BiddingGame",
        concept="equilibrium",
        verifier="gametheory.equilibrium.verify_bidding:verify",
        answers={"BidSchedule": "gametheory.equilibrium:BidSchedule"},
        report="gametheory.equilibrium.report:report_bidding",
    ),
)

SOLVERS = (
    Solver(
        "EquilibriumSystem",
        "equilibrium",
        "newton",
        "gametheory.equilibrium.solve_system:newton",
        exact=True,
        summary="damped Newton, corners included; rational roots if exact",
    ),
    Solver(
        "EquilibriumSystem",
        "equilibrium",
        "scipy",
        "gametheory.equilibrium.solve_system:scipy_root",
        exact=True,
        summary="scipy's root finders and bounded least squares",
    ),
    Solver(
        "EquilibriumSystem",
        "equilibrium",
        "fixed_point",
        "gametheory.equilibrium.solve_system:fixed_point",
        exact=True,
        options=("damping",),
        summary="x - damping * residual, again and again",
    ),
    Solver(
        "ContinuousGame",
        "equilibrium",
        "first_order",
        "gametheory.equilibrium.solve_continuous:first_order",
        exact=True,
        summary="first-order conditions by Newton, corners included",
    ),
    Solver(
        "ContinuousGame",
        "equilibrium",
        "best_response",
        "gametheory.equilibrium.solve_continuous:best_response",
        exact=True,
        options=("damping",),
        summary="best responses in turn",
    ),
    Solver(
        "BiddingGame",
        "equilibrium",
        "quadrature",
        "gametheory.equilibrium.solve_bidding:quadrature",
        exact=True,
        options=("nodes", "epsilon"),
        summary="the bid at which no node gains by the next, by quadrature",
    ),
    Solver(
        "BiddingGame",
        "equilibrium",
        "differential_equation",
        "gametheory.equilibrium.solve_bidding:differential_equation",
        exact=True,
        options=("nodes", "epsilon"),
        summary="the first-order condition as a differential equation",
    ),
)
