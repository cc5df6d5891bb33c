"""Distressed sales and financial arbitrageurs: front-running in illiquid markets (Liang)."""

from gametheory_plugins.front_running.model import FrontRunning

__all__ = ["FrontRunning"]
