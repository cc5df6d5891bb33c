"""Mechanism problems, mediated games, auctions in reduced form."""

from __future__ import annotations

from gametheory.forms import FormType
from gametheory.solvers import Solver

FORMS = (
    FormType(
        "MechanismProblem",
        "gametheory.mechanism:MechanismProblem",
        concept="optimal",
        verifier="gametheory.mechanism.verify:verify",
        answers={
            "Mechanism": "gametheory.mechanism:Mechanism",
            "OptimalMechanism": "gametheory.mechanism:OptimalMechanism",
            "InfeasibilityProof": "gametheory.mechanism:InfeasibilityProof",
            "MechanismBound": "gametheory.mechanism:MechanismBound",
            "UnboundedMechanism": "gametheory.mechanism:UnboundedMechanism",
        },
        report="gametheory.mechanism.report:report",
        examiner="gametheory.mechanism.efficiency:examine",
    ),
    FormType(
        "CommunicationProblem",
        "gametheory.mechanism.communication:CommunicationProblem",
        concept="optimal",
        verifier="gametheory.mechanism.communication.verify:verify",
        answers={
            "CommunicationMechanism": "gametheory.mechanism.communication:CommunicationMechanism",
            "NoCommunicationMechanism": "gametheory.mechanism.communication:NoCommunicationMechanism",
        },
        report="gametheory.mechanism.communication.report:report",
    ),
    FormType(
        "ReducedFormAuction",
        "gametheory.mechanism.reduced_form:ReducedFormAuction",
        concept="optimal",
        verifier="gametheory.mechanism.reduced_form.verify:verify",
        answers={"ReducedFormMechanism": "gametheory.mechanism.reduced_form:ReducedFormMechanism"},
        report="gametheory.mechanism.reduced_form.report:report",
    ),
    FormType(
        "OneSidedTrade",
        "gametheory.mechanism.neutral:OneSidedTrade",
        concept="neutral",
        verifier="gametheory.mechanism.neutral.verify:verify",
        answers={"NeutralOptimum": "gametheory.mechanism.neutral:NeutralOptimum"},
        report="gametheory.mechanism.neutral.report:report",
    ),
)

SOLVERS = (
    Solver(
        "MechanismProblem",
        "optimal",
        "lazy_constraints",
        "gametheory.mechanism.lazy:solve",
        exact=True,
        summary="linear program with incentive constraints added as they are violated",
    ),
    Solver(
        "MechanismProblem",
        "optimal",
        "full_program",
        "gametheory.mechanism.lazy:solve_full",
        exact=True,
        summary="linear program with every incentive constraint",
    ),
    Solver(
        "MechanismProblem",
        "neutral",
        "certificate_search",
        "gametheory.mechanism.neutral.solver:solve",
        refuses="gametheory.mechanism.neutral.solver:refuses_general",
        exact=True,
        summary="refused: the neutral optimum is computed for a OneSidedTrade",
    ),
    Solver(
        "CommunicationProblem",
        "optimal",
        "highs",
        "gametheory.mechanism.communication.solve:solve",
        exact=True,
        summary="linear program over decisions and recommended actions, with honesty and obedience",
    ),
    Solver(
        "ReducedFormAuction",
        "optimal",
        "ironing",
        "gametheory.mechanism.reduced_form.ironing:solve",
        exact=True,
        summary="the good to the highest ironed virtual value",
    ),
    Solver(
        "OneSidedTrade",
        "neutral",
        "certificate_search",
        "gametheory.mechanism.neutral.solver:solve",
        exact=True,
        options=("uniqueness",),
        summary="Myerson's neutral optimum: an exact limit certificate, and a search for other payoffs",
    ),
)
