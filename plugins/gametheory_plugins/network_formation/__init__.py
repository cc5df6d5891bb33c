"""Chang and Zhang: endogenous market making and network formation in over-the-counter markets."""

from gametheory_plugins.network_formation.capacity import TradingCapacity
from gametheory_plugins.network_formation.contagion import InterbankContagion
from gametheory_plugins.network_formation.formation import NetworkFormation
from gametheory_plugins.network_formation.market_simulation import NetworkSimulation

__all__ = ["InterbankContagion", "NetworkFormation", "NetworkSimulation", "TradingCapacity"]
