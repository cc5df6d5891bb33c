"""The claims of the paper's model at its steady state."""

from __future__ import annotations

from gametheory import Claim
from gametheory_plugins.liquidity_cross_section.claims_bargaining import BARGAINING
from gametheory_plugins.liquidity_cross_section.claims_law import LAW
from gametheory_plugins.liquidity_cross_section.claims_liquidity import LIQUIDITY

#: Items of the empirical sections, whose data is proprietary.
EMPIRICAL = (
    "equation (34)",
    "equation (35)",
    *(f"Table {n}" for n in range(1, 7)),
    *(f"Table D.{n}" for n in range(1, 5)),
    "Figure 2",
    "Figure D.1",
)

#: The numbered items of the paper about this model; (21), (36), (48), (49) and Proposition 8 belong to the others.
STATEMENTS = (
    *(f"equation ({n})" for n in range(1, 55) if n not in (21, 36, 48, 49)),
    "Theorem 1",
    "Theorem 2",
    "Lemma 1",
    "Lemma 2",
    "Corollary 3",
    "Corollary 5",
    "Proposition 4",
    "Proposition 6",
    "Proposition 7",
    "Figure 1",
    "erratum 1",
    "erratum 3",
    "erratum 4",
    "erratum 5",
    *(item for item in EMPIRICAL if not item.startswith("equation")),
)

CLAIMS = (
    *BARGAINING,
    *LAW,
    *LIQUIDITY,
    *(
        Claim(
            "empirical." + item.lower().replace("equation ", "eq").replace(" ", "").strip("()").replace("(", ""),
            f"{item}: liquidity of corporate bonds in the data",
            None,
            item,
            (item,),
            recorded="not_testable",
            reason="proprietary data",
        )
        for item in EMPIRICAL
    ),
)
