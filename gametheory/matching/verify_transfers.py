"""Check answers about games with transfers, by the kind of game."""

from __future__ import annotations

from typing import Any

from gametheory.errors import UsageError
from gametheory.matching.assignment_game import AssignmentGame
from gametheory.matching.dynamic_pairing import DynamicPairing
from gametheory.matching.roommate_game import RoommateGame
from gametheory.matching.verify_assignment import verify_assignment
from gametheory.matching.verify_pairing import verify_pairing
from gametheory.matching.verify_roommates import verify_roommates
from gametheory.solution import Certificate


def verify_game(game: Any, answer: Any, *, exact: bool, concept: str) -> Certificate:
    """Check an answer about a game with transfers; see `gametheory.matching.verify.verify`."""
    if isinstance(game, AssignmentGame):
        return verify_assignment(game, answer, exact=exact, concept=concept)
    if isinstance(game, RoommateGame):
        return verify_roommates(game, answer, exact=exact, concept=concept)
    if isinstance(game, DynamicPairing):
        return verify_pairing(game, answer, exact=exact, concept=concept)
    raise UsageError(f"{type(game).__name__} is not a matching market or game")
