"""Mechanism design with finitely many types: the form and its answers."""

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
