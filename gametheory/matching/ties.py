"""Ties broken by a stated rule: as listed, by one lottery for all, or by a lottery per list."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gametheory.matching.compiled import compiled
from gametheory.matching.market import MatchingMarket
from gametheory.matching.preferences import IntArray, PreferenceLists, mates
from gametheory.solvers import Options


@dataclass(frozen=True)
class StrictMarket:
    """Both sides' lists with ties broken, and where each entry stands in the partner's list.

    Attributes
    ----------
    proposers, receivers : PreferenceLists
        Strict lists.
    partner_entries : int64 array
        For each entry of the proposers' lists, the entry of the receivers' lists that lists back; empty if complete.
    receiver_ranks : int32 array, shape (receivers, proposers)
        Places in the receivers' lists if the market is complete; else of shape (0, 0).
    """

    proposers: PreferenceLists
    receivers: PreferenceLists
    partner_entries: IntArray
    receiver_ranks: IntArray


def break_ties(market: MatchingMarket, options: Options) -> StrictMarket:
    """Return the market with every tie broken by ``options.ties``, drawing with ``options.seed``.

    A single lottery draws one number per agent, which ranks it in every tied class of every list; a
    multiple lottery draws anew for each list.
    """
    first = market.proposers
    draws = None if options.ties == "first" else options.generator()
    receivers = _broken(market.receivers, options.ties, draws)
    proposers = receivers if market.one_sided else _broken(first, options.ties, draws)
    if proposers.complete and receivers.complete:
        ranks = getattr(market, "_receiver_ranks", None)
        if ranks is None:
            ranks = np.empty((len(receivers), len(proposers)), dtype=np.int32)
            compiled(_rank_rows, ranks.size)(receivers.targets, ranks)
        return StrictMarket(proposers, receivers, np.empty(0, dtype=np.int64), ranks)
    unchanged = proposers is market.proposers and receivers is market.receivers
    entries = market.partner_entries if unchanged else None
    if entries is None:
        entries = mates(proposers, receivers)
    return StrictMarket(proposers, receivers, entries, np.empty((0, 0), dtype=np.int32))


def _broken(lists: PreferenceLists, rule: str, draws: np.random.Generator | None) -> PreferenceLists:
    if lists.classes is None:
        return lists
    if draws is None:
        return PreferenceLists(lists.offsets, lists.targets, None, lists.others)
    if rule == "single_lottery":
        lots = draws.permutation(lists.others)[lists.targets]
    else:
        lots = draws.permutation(lists.targets.size)
    order = np.lexsort((lots, lists.classes, lists.owners()))
    return PreferenceLists(lists.offsets, lists.targets[order], None, lists.others)


def _rank_rows(order: IntArray, ranks: IntArray) -> None:
    """Write the place of each agent in each complete list."""
    rows, columns = ranks.shape
    for row in range(rows):
        for place in range(columns):
            ranks[row, order[row * columns + place]] = place
