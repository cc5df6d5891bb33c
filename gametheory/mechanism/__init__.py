"""Mechanism design with finitely many types: the form and its answers."""

from gametheory.mechanism.answers import (
    InfeasibilityProof,
    Mechanism,
    MechanismBound,
    Multipliers,
    OptimalMechanism,
    UnboundedMechanism,
)
from gametheory.mechanism.constraints import Budget, DecisionPolytope
from gametheory.mechanism.problem import MechanismProblem

__all__ = [
    "Budget",
    "DecisionPolytope",
    "InfeasibilityProof",
    "Mechanism",
    "MechanismBound",
    "MechanismProblem",
    "Multipliers",
    "OptimalMechanism",
    "UnboundedMechanism",
]
