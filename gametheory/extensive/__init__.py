"""Games in extensive form."""

from gametheory.extensive.batch import ProfileBatch
from gametheory.extensive.form import CHANCE, TERMINAL, ExtensiveGame
from gametheory.extensive.policy import Policy
from gametheory.extensive.profile import StrategyProfile

__all__ = ["CHANCE", "TERMINAL", "ExtensiveGame", "Policy", "ProfileBatch", "StrategyProfile"]
