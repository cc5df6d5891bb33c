"""Systems of equilibrium conditions, games with real strategies, bidding games, and search markets."""

from gametheory.equilibrium.bidding import BiddingGame, BidSchedule
from gametheory.equilibrium.continuous import ChoiceProfile, ContinuousGame
from gametheory.equilibrium.indivisible import IndivisibleMarket, TradingSteadyState
from gametheory.equilibrium.law import ExposureLaw
from gametheory.equilibrium.search import SearchEquilibrium, SearchMarket
from gametheory.equilibrium.simulation_answer import SearchSimulation
from gametheory.equilibrium.system import EquilibriumSystem, Root
from gametheory.equilibrium.transition import SearchTransition, StartingLaw, TransitionPath

__all__ = [
    "BidSchedule",
    "BiddingGame",
    "ChoiceProfile",
    "ContinuousGame",
    "EquilibriumSystem",
    "ExposureLaw",
    "IndivisibleMarket",
    "Root",
    "SearchEquilibrium",
    "SearchMarket",
    "SearchSimulation",
    "SearchTransition",
    "StartingLaw",
    "TradingSteadyState",
    "TransitionPath",
]
