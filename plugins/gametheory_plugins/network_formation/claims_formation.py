"""The numbered statements of Sections 2 to 5 of the paper, and the claims that account for them."""

from __future__ import annotations

from gametheory_plugins.network_formation import claims_dynamic, claims_implications, claims_static

STATEMENTS = (
    *(f"equation ({k})" for k in range(1, 25)),
    *(f"Lemma {k}" for k in (1, 2, 3)),
    *(f"Proposition {k}" for k in range(1, 8)),
    "Corollary 1",
    "Corollary 2",
    *(f"Claim {k}" for k in range(1, 9)),
    *(f"Figure {k}" for k in (1, 2, 3, 4)),
)

CLAIMS = (*claims_static.CLAIMS, *claims_dynamic.CLAIMS, *claims_implications.CLAIMS)
