"""Mediated games: a mediator hears reports, decides, and recommends actions that must be worth obeying.

The generalised principal-agent problem of Myerson (1982), "Optimal coordination mechanisms in generalized
principal-agent problems", Journal of Mathematical Economics 10. Correlated equilibrium, Bayes correlated
equilibrium, Bayesian persuasion and moral hazard are special cases (`gametheory.mechanism.communication.cases`).
"""

from gametheory.mechanism.communication.answers import CommunicationMechanism, NoCommunicationMechanism
from gametheory.mechanism.communication.problem import CommunicationProblem

__all__ = ["CommunicationMechanism", "CommunicationProblem", "NoCommunicationMechanism"]
