"""Chang and Zhang: endogenous market making and network formation in over-the-counter markets."""

from gametheory_plugins.network_formation.formation import NetworkFormation

__all__ = ["NetworkFormation"]
