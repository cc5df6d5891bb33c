"""Trading networks and contagion, on plain arrays."""

from gametheory.networks.answers import Cascade, ClearingBound, ClearingVector
from gametheory.networks.distributions import TypeDistribution
from gametheory.networks.lending import BalanceSheets, FinancialNetwork, balance_sheets
from gametheory.networks.market import IntermediatedMarket, TierEquilibrium
from gametheory.networks.statistics import TierStatistics, best_core, core_numbers, core_periphery, tier_statistics
from gametheory.networks.trading import TradingNetwork

__all__ = [
    "BalanceSheets",
    "Cascade",
    "ClearingBound",
    "ClearingVector",
    "FinancialNetwork",
    "IntermediatedMarket",
    "TierEquilibrium",
    "TierStatistics",
    "TradingNetwork",
    "TypeDistribution",
    "balance_sheets",
    "best_core",
    "core_numbers",
    "core_periphery",
    "tier_statistics",
]
