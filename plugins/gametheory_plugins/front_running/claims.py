"""The paper's statements, executable."""

from __future__ import annotations

from gametheory_plugins.front_running.claims_formulas import EQUATIONS, FORMULA_ERRATA
from gametheory_plugins.front_running.claims_tables import EXAMPLE_CLAIMS, FIGURE_CLAIMS, TABLES
from gametheory_plugins.front_running.claims_text import LEMMAS, OTHERS, PROPOSITIONS

CLAIMS = (*TABLES, *LEMMAS, *PROPOSITIONS, *EXAMPLE_CLAIMS, *EQUATIONS, *FORMULA_ERRATA, *FIGURE_CLAIMS, *OTHERS)
