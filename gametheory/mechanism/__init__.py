"""Mechanism design with finitely many types: the form and its answers."""

from typing import TYPE_CHECKING

from gametheory.mechanism.answers import (
    InfeasibilityProof,
    Mechanism,
    MechanismBound,
    Multipliers,
    OptimalMechanism,
    UnboundedMechanism,
)
from gametheory.mechanism.constraints import BudgetConstraint, DecisionPolytope
from gametheory.mechanism.duality import Duality
from gametheory.mechanism.problem import MechanismProblem

__all__ = [
    "BudgetConstraint",
    "DecisionPolytope",
    "Duality",
    "InfeasibilityProof",
    "Mechanism",
    "MechanismBound",
    "MechanismProblem",
    "Multipliers",
    "OptimalMechanism",
    "UnboundedMechanism",
]

if not TYPE_CHECKING:
    _PACKAGES = ("auctions", "classics", "communication", "neutral", "reduced_form")

    def __getattr__(name):
        import importlib

        if name in _PACKAGES:
            return importlib.import_module(f"gametheory.mechanism.{name}")
        raise AttributeError(f"module 'gametheory.mechanism' has no attribute '{name}'")
