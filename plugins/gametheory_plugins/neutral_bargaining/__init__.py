"""Optimal bargaining mechanisms and neutral prices in over-the-counter markets (Kim)."""

from gametheory_plugins.neutral_bargaining.models import NeutralBargaining, NeutralBargainingGeneral

__all__ = ["NeutralBargaining", "NeutralBargainingGeneral"]
