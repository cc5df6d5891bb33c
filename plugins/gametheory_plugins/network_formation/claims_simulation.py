"""Claims (stub while building)."""

STATEMENTS = ()
CLAIMS = ()
