"""What this package can solve: one file per domain lists its forms and solvers, by text, so that listing loads none."""

from __future__ import annotations

from gametheory.catalogue import auctions, equilibrium, extensive, linear, matching, mechanism, networks, strategic
from gametheory.forms import register_form
from gametheory.solvers import register_solver

for _domain in (linear, strategic, extensive, mechanism, auctions, matching, networks, equilibrium):
    for _form in _domain.FORMS:
        register_form(_form)
    for _solver in _domain.SOLVERS:
        register_solver(_solver)
