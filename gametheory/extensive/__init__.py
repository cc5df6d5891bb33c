"""Games in extensive form."""

from gametheory.extensive.form import CHANCE, TERMINAL, ExtensiveGame
from gametheory.extensive.profile import StrategyProfile

__all__ = ["CHANCE", "TERMINAL", "ExtensiveGame", "StrategyProfile"]
