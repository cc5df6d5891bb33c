"""Figures."""

FORMATION_FIGURES = ()
