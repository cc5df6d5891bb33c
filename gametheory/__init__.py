"""A solver for games and markets: every answer carries a certificate that can be checked without the solver.

Names are imported when they are first used, so that ``import gametheory`` stays fast.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gametheory.claims import Claim, ClaimReport, Reported, evaluate
    from gametheory.engine import Engine, solve, verify
    from gametheory.equilibrium import (
        BiddingGame,
        BidSchedule,
        ChoiceProfile,
        ContinuousGame,
        EquilibriumSystem,
        ExposureLaw,
        IndivisibleMarket,
        Root,
        SearchMarket,
        SearchTransition,
        StartingLaw,
    )
    from gametheory.errors import (
        GameTheoryError,
        InputError,
        MissingPackageError,
        ModelError,
        RefusedError,
        UnsolvedError,
        UsageError,
        VerificationError,
        nearest,
    )
    from gametheory.extensive import (
        Assessment,
        ExtensiveGame,
        MultistageGame,
        Policy,
        StageProfile,
        StrategyProfile,
        nash_bargain,
    )
    from gametheory.figures import COLOURS, DOUBLE_COLUMN, LINE_STYLES, SINGLE_COLUMN, Figure, canvas, figure_style
    from gametheory.forms import FormType, form_types, register_form
    from gametheory.frames import claims_frame
    from gametheory.limits import Budget, LimitReached, Limits
    from gametheory.linear import LinearProgram
    from gametheory.loading import load
    from gametheory.matching import AssignmentGame, DynamicPairing, Matching, MatchingMarket, RoommateGame
    from gametheory.mechanism import (
        BudgetConstraint,
        DecisionPolytope,
        Duality,
        Mechanism,
        MechanismProblem,
        Multipliers,
        OptimalMechanism,
    )
    from gametheory.mechanism.auctions import (
        Allotment,
        BestResponse,
        BestResponseProblem,
        Clearing,
        LinearOffer,
        LinearSchedules,
        NoLinearEquilibrium,
        NotIssued,
        OrderBook,
        PayAsBidAuction,
        PowerBid,
        PowerSchedule,
        PrivateValueAuction,
        ShareAuction,
        SignalAuction,
        SignalSchedule,
    )
    from gametheory.mechanism.auctions.drawing import draw_order_book
    from gametheory.mechanism.auctions.reading import read_bids
    from gametheory.mechanism.communication import CommunicationProblem
    from gametheory.mechanism.efficiency import Efficiency, is_interim_incentive_efficient
    from gametheory.mechanism.frontier import efficient_frontier, sample_frontier
    from gametheory.mechanism.neutral import NeutralMechanism, NeutralOptimum, OneSidedTrade
    from gametheory.mechanism.reduced_form import ReducedFormAuction
    from gametheory.model import API_VERSION, Constraint, Model, parameter
    from gametheory.networks import (
        FinancialNetwork,
        IntermediatedMarket,
        TradingNetwork,
        TypeDistribution,
        balance_sheets,
        best_core,
        core_numbers,
        core_periphery,
        tier_statistics,
    )
    from gametheory.numbers import Number, exact, number
    from gametheory.plugins import models
    from gametheory.saving import load_solution
    from gametheory.sensitivity import Sensitivity, sensitivities
    from gametheory.simulation import generator
    from gametheory.solution import Certificate, Outcome, Provenance, Solution, Termination, Violation
    from gametheory.solvers import Options, Solver, register_solver
    from gametheory.strategic import StrategicGame
    from gametheory.sweeps import sweep
    from gametheory.verification import Verification, verify_file
else:
    _HOMES = {
        "claims": ("Claim", "ClaimReport", "Reported", "evaluate"),
        "engine": ("Engine", "solve", "verify"),
        "equilibrium": (
            "BidSchedule",
            "BiddingGame",
            "ChoiceProfile",
            "ContinuousGame",
            "EquilibriumSystem",
            "ExposureLaw",
            "IndivisibleMarket",
            "Root",
            "SearchMarket",
            "SearchTransition",
            "StartingLaw",
        ),
        "errors": (
            "GameTheoryError",
            "InputError",
            "MissingPackageError",
            "ModelError",
            "RefusedError",
            "UnsolvedError",
            "UsageError",
            "VerificationError",
            "nearest",
        ),
        "extensive": (
            "Assessment",
            "ExtensiveGame",
            "MultistageGame",
            "Policy",
            "StageProfile",
            "StrategyProfile",
            "nash_bargain",
        ),
        "figures": (
            "COLOURS",
            "DOUBLE_COLUMN",
            "Figure",
            "LINE_STYLES",
            "SINGLE_COLUMN",
            "canvas",
            "figure_style",
        ),
        "frames": ("claims_frame",),
        "forms": ("FormType", "form_types", "register_form"),
        "limits": ("Budget", "LimitReached", "Limits"),
        "linear": ("LinearProgram",),
        "loading": ("load",),
        "matching": ("AssignmentGame", "DynamicPairing", "Matching", "MatchingMarket", "RoommateGame"),
        "mechanism": (
            "BudgetConstraint",
            "DecisionPolytope",
            "Duality",
            "Mechanism",
            "MechanismProblem",
            "Multipliers",
            "OptimalMechanism",
        ),
        "mechanism.auctions": (
            "Allotment",
            "BestResponse",
            "BestResponseProblem",
            "Clearing",
            "LinearOffer",
            "LinearSchedules",
            "NoLinearEquilibrium",
            "NotIssued",
            "OrderBook",
            "PayAsBidAuction",
            "PowerBid",
            "PowerSchedule",
            "PrivateValueAuction",
            "ShareAuction",
            "SignalAuction",
            "SignalSchedule",
        ),
        "mechanism.auctions.drawing": ("draw_order_book",),
        "mechanism.auctions.reading": ("read_bids",),
        "mechanism.neutral": ("NeutralMechanism", "NeutralOptimum", "OneSidedTrade"),
        "mechanism.communication": ("CommunicationProblem",),
        "mechanism.efficiency": ("Efficiency", "is_interim_incentive_efficient"),
        "mechanism.frontier": ("efficient_frontier", "sample_frontier"),
        "mechanism.reduced_form": ("ReducedFormAuction",),
        "strategic": ("StrategicGame",),
        "model": ("API_VERSION", "Constraint", "Model", "parameter"),
        "networks": (
            "FinancialNetwork",
            "IntermediatedMarket",
            "TradingNetwork",
            "TypeDistribution",
            "balance_sheets",
            "best_core",
            "core_numbers",
            "core_periphery",
            "tier_statistics",
        ),
        "numbers": ("Number", "exact", "number"),
        "plugins": ("models",),
        "saving": ("load_solution",),
        "sensitivity": ("Sensitivity", "sensitivities"),
        "simulation": ("generator",),
        "solution": ("Certificate", "Outcome", "Provenance", "Solution", "Termination", "Violation"),
        "solvers": ("Options", "Solver", "register_solver"),
        "sweeps": ("sweep",),
        "verification": ("Verification", "verify_file"),
    }
    _HOME_OF = {name: module for module, names in _HOMES.items() for name in names}
    _PACKAGES = ("equilibrium", "extensive", "linear", "matching", "mechanism", "networks", "strategic")

    def __getattr__(name):
        import importlib

        if name in _HOME_OF:
            value = getattr(importlib.import_module(f"gametheory.{_HOME_OF[name]}"), name)
            globals()[name] = value
            return value
        if name in _PACKAGES:
            return importlib.import_module(f"gametheory.{name}")
        if name == "__version__":
            from importlib.metadata import version

            return version("gametheory")
        raise AttributeError(f"module 'gametheory' has no attribute '{name}'")

    def __dir__():
        return sorted([*globals(), *_HOME_OF])


__all__ = [
    "API_VERSION",
    "COLOURS",
    "DOUBLE_COLUMN",
    "LINE_STYLES",
    "SINGLE_COLUMN",
    "Allotment",
    "Assessment",
    "AssignmentGame",
    "BestResponse",
    "BestResponseProblem",
    "BidSchedule",
    "BiddingGame",
    "Budget",
    "BudgetConstraint",
    "Certificate",
    "ChoiceProfile",
    "Claim",
    "ClaimReport",
    "Clearing",
    "CommunicationProblem",
    "Constraint",
    "ContinuousGame",
    "DecisionPolytope",
    "Duality",
    "DynamicPairing",
    "Efficiency",
    "Engine",
    "EquilibriumSystem",
    "ExposureLaw",
    "ExtensiveGame",
    "Figure",
    "FinancialNetwork",
    "FormType",
    "GameTheoryError",
    "IndivisibleMarket",
    "InputError",
    "IntermediatedMarket",
    "LimitReached",
    "Limits",
    "LinearOffer",
    "LinearProgram",
    "LinearSchedules",
    "Matching",
    "MatchingMarket",
    "Mechanism",
    "MechanismProblem",
    "MissingPackageError",
    "Model",
    "ModelError",
    "Multipliers",
    "MultistageGame",
    "NeutralMechanism",
    "NeutralOptimum",
    "NoLinearEquilibrium",
    "NotIssued",
    "Number",
    "OneSidedTrade",
    "OptimalMechanism",
    "Options",
    "OrderBook",
    "Outcome",
    "PayAsBidAuction",
    "Policy",
    "PowerBid",
    "PowerSchedule",
    "PrivateValueAuction",
    "Provenance",
    "ReducedFormAuction",
    "RefusedError",
    "Reported",
    "RoommateGame",
    "Root",
    "SearchMarket",
    "SearchTransition",
    "Sensitivity",
    "ShareAuction",
    "SignalAuction",
    "SignalSchedule",
    "Solution",
    "Solver",
    "StageProfile",
    "StartingLaw",
    "StrategicGame",
    "StrategyProfile",
    "Termination",
    "TradingNetwork",
    "TypeDistribution",
    "UnsolvedError",
    "UsageError",
    "Verification",
    "VerificationError",
    "Violation",
    "balance_sheets",
    "best_core",
    "canvas",
    "claims_frame",
    "core_numbers",
    "core_periphery",
    "draw_order_book",
    "efficient_frontier",
    "evaluate",
    "exact",
    "figure_style",
    "form_types",
    "generator",
    "is_interim_incentive_efficient",
    "load",
    "load_solution",
    "models",
    "nash_bargain",
    "nearest",
    "number",
    "parameter",
    "read_bids",
    "register_form",
    "register_solver",
    "sample_frontier",
    "sensitivities",
    "solve",
    "sweep",
    "tier_statistics",
    "verify",
    "verify_file",
]

logging.getLogger("gametheory").addHandler(logging.NullHandler())
