"""The paper's numbered items, and all claims about them."""

from gametheory_plugins.mandate_auction.claims_equilibrium import EQUILIBRIUM_CLAIMS
from gametheory_plugins.mandate_auction.claims_example import EXAMPLE_CLAIMS
from gametheory_plugins.mandate_auction.claims_mechanism import MECHANISM_CLAIMS
from gametheory_plugins.mandate_auction.claims_statics import STATICS_CLAIMS

STATEMENTS = (
    *(f"equation ({i})" for i in range(1, 7)),
    *(f"equation (A.{i})" for i in range(1, 4)),
    *(f"Definition {i}" for i in range(1, 4)),
    "Lemma 1",
    "Theorem 1",
    "Corollary 1",
    "Corollary 2",
    "Proposition 1",
    "Figure 1",
    "Section 4",
)

CLAIMS = (*MECHANISM_CLAIMS, *EQUILIBRIUM_CLAIMS, *STATICS_CLAIMS, *EXAMPLE_CLAIMS)
