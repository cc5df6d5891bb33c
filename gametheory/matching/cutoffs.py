"""School-choice cutoffs: the priority that a place takes, and what each proposer demands at given cutoffs."""

from __future__ import annotations

import numpy as np

from gametheory.matching.answers import Matching
from gametheory.matching.market import MatchingMarket
from gametheory.matching.preferences import IntArray, mates


def cutoffs(market: MatchingMarket, matching: Matching) -> IntArray:
    """Return the class of the last proposer that each receiver admits.

    Parameters
    ----------
    market : MatchingMarket
        A two-sided market.
    matching : Matching
        A matching of it.

    Returns
    -------
    int64 array, shape (receivers,)
        Classes count from 0, the highest priority; -1 where a place is free (anyone listed gets in), and -2
        where the quota is 0.
    """
    assignment = matching.assignment
    other = market.receivers
    taken = np.bincount(assignment[assignment >= 0], minlength=len(other))
    inside = assignment[other.targets] == other.owners()
    result = np.full(len(other), -1, dtype=np.int64)
    np.maximum.at(result, other.owners()[inside], other.entry_classes()[inside].astype(np.int64))
    result[taken < market.quotas] = -1
    result[market.quotas == 0] = -2
    return result


def demand(market: MatchingMarket, levels: IntArray) -> Matching:
    """Return what each proposer takes at given cutoffs: the first of its list that admits it.

    With strict lists a matching is stable exactly if it is the demand at its own cutoffs (Azevedo and Leshno 2016).

    Parameters
    ----------
    market : MatchingMarket
        A two-sided market.
    levels : int64 array, shape (receivers,)
        As `cutoffs` returns.
    """
    lists = market.proposers
    place = market.receivers.entry_classes()[mates(lists, market.receivers)]
    level = levels[lists.targets]
    open_to = (level == -1) | (place <= level)
    owners = lists.owners()[open_to]
    assignment = np.full(len(lists), -1, dtype=np.int64)
    assignment[owners[::-1]] = lists.targets[open_to][::-1]  # the first entry of each owner is written last
    return Matching(assignment)
