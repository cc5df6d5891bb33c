"""Figures of the paper, and regions of equilibria over any two parameters."""

FIGURES = ()
