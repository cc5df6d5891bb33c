"""Check answers about matching markets, assignment games and roommate games; imports no solver."""

from __future__ import annotations

from typing import Any

from gametheory.matching.market import MatchingMarket
from gametheory.solution import Certificate


def verify(form: Any, answer: Any, *, exact: bool, concept: str) -> Certificate:
    """Check an answer to a matching market or to a game with transfers.

    Parameters
    ----------
    form : MatchingMarket, AssignmentGame, RoommateGame or DynamicPairing
        What the answer is about.
    answer : Answer
        One of `gametheory.matching`'s answer types.
    exact : bool
        Whether to compute in rational arithmetic with tolerance 0.
    concept : str
        What counts as a solution.

    Returns
    -------
    Certificate

    Raises
    ------
    UsageError
        If the answer's type does not fit the concept.
    """
    if isinstance(form, MatchingMarket):
        from gametheory.matching.verify_preferences import verify_market

        return verify_market(form, answer, exact=exact, concept=concept)
    from gametheory.matching.verify_transfers import verify_game

    return verify_game(form, answer, exact=exact, concept=concept)
