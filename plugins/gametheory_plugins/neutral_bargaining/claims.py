"""The paper's numbered items, and all claims about them."""

from __future__ import annotations

from gametheory_plugins.neutral_bargaining.claims_efficiency import EFFICIENCY
from gametheory_plugins.neutral_bargaining.claims_neutral import NEUTRAL
from gametheory_plugins.neutral_bargaining.claims_welfare import WELFARE

#: The numbered items of the paper, and its sections that state something without a number.
STATEMENTS = (
    *(f"equation ({n})" for n in range(1, 23)),
    *(f"Table {n}" for n in range(1, 5)),
    "Definition 1",
    "Definition 2",
    "Result 1",
    "Result 2",
    "Example 1",
    "Example 2",
    "Section 3.4",
    "Section 4",
    "Section 5",
    "Section 6",
)

CLAIMS = (*EFFICIENCY, *NEUTRAL, *WELFARE)
