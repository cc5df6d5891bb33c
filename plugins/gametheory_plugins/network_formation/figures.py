"""Figures."""
FORMATION_FIGURES = ()
