"""Systems of equilibrium conditions, games with real strategies, bidding games, and search markets."""

from gametheory.equilibrium.bidding import BiddingGame, BidSchedule
from gametheory.equilibrium.continuous import ChoiceProfile, ContinuousGame
from gametheory.equilibrium.system import EquilibriumSystem, Root

__all__ = ["BidSchedule", "BiddingGame", "ChoiceProfile", "ContinuousGame", "EquilibriumSystem", "Root"]
