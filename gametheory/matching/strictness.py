"""Refuse ties where a method needs strict lists, naming the agent."""

from __future__ import annotations

import numpy as np

from gametheory.errors import InputError
from gametheory.matching.market import MatchingMarket


def require_strict(market: MatchingMarket, what: str, *, receivers: bool = False) -> None:
    """Raise `InputError` if a proposer (or, if `receivers`, anyone) is indifferent between two agents."""
    sides = [(market.proposers, market.proposer_name, market.receiver_name)]
    if receivers:
        sides.append((market.receivers, market.receiver_name, market.proposer_name))
    for lists, name, other in sides:
        if lists.classes is None:
            continue
        inside = np.ones(lists.targets.size, dtype=bool)
        inside[lists.offsets[:-1][np.diff(lists.offsets) > 0]] = False
        entry = int(np.flatnonzero(inside & (np.diff(lists.classes, prepend=-1) == 0))[0])
        agent = int(np.searchsorted(lists.offsets, entry, side="right")) - 1
        one, two = other(int(lists.targets[entry - 1])), other(int(lists.targets[entry]))
        raise InputError(
            f"{what} needs strict lists, but '{name(agent)}' is indifferent between '{one}' and '{two}'",
            remedy="break the tie in the list",
        )
