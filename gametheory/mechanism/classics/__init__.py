"""Textbook problems of mechanism design, as constructors of forms that the engine solves and certifies."""

from gametheory.mechanism.classics.auctions import auction
from gametheory.mechanism.classics.bilateral_trade import bilateral_trade, first_best_gains
from gametheory.mechanism.classics.groves import expected_externality, vickrey_clarke_groves
from gametheory.mechanism.classics.public_good import public_good
from gametheory.mechanism.classics.screening import screening

__all__ = [
    "auction",
    "bilateral_trade",
    "expected_externality",
    "first_best_gains",
    "public_good",
    "screening",
    "vickrey_clarke_groves",
]
