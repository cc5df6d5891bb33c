"""A solver for games and markets: every answer carries a certificate that can be checked without the solver."""
