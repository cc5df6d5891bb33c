"""Liquidity in the cross section of over-the-counter assets (Uslu and Velioglu)."""

from gametheory_plugins.liquidity_cross_section.contact_rate import EndogenousContactRate
from gametheory_plugins.liquidity_cross_section.cross_section import LiquidityCrossSection
from gametheory_plugins.liquidity_cross_section.simulation import LiquiditySimulation
from gametheory_plugins.liquidity_cross_section.transition import LiquidityTransition

__all__ = ["EndogenousContactRate", "LiquidityCrossSection", "LiquiditySimulation", "LiquidityTransition"]
