"""Checking a claimed set of payoff vectors of pure subgame-perfect equilibria."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.extensive.arrays import as_exact
from gametheory.extensive.profile import edge_weights
from gametheory.extensive.structure import best_response_values, subgame_roots
from gametheory.extensive.values import one_shot_gains
from gametheory.numbers import exact

if TYPE_CHECKING:
    from gametheory.extensive.form import ExtensiveGame

#: Payoff vectors of one subgame above which a claimed set is not checked.
MOST_CHECKED = 20_000
#: Pure profiles above which a claimed set of a game with hidden moves is not checked.
MOST_PROFILES = 1_000


def check_all_payoffs(game: ExtensiveGame, claimed: tuple[tuple[Any, ...], ...], findings: Any) -> str:
    """Check a claimed set against one found by going back from every end; return a note if it could not be.

    A payoff vector of a move survives if its player gets no less than from the worst equilibrium after
    each other move; nothing else is needed, since equilibria in different subgames can be joined at will.
    """
    if not game.perfect_information:
        found = _by_every_profile(game)
        if found is None:
            return "the list of all payoffs is not checked: there are too many pure profiles"
        _compare(found, claimed, findings)
        return ""
    payoffs = as_exact(game.payoffs).tolist()
    probability = None if game.probability is None else as_exact(game.probability)
    players = range(len(game.players))
    sets: list[set[tuple[Fraction, ...]]] = [set()] * game.nodes
    for v in range(game.nodes - 1, -1, -1):
        here = tuple(payoffs[v])
        edges = range(int(game.first_edge[v]), int(game.first_edge[v + 1]))
        below = [sets[int(game.targets[e])] for e in edges]
        who = int(game.player[v])
        if who == -2:
            sets[v] = {here}
            continue
        if who == -1:
            assert probability is not None
            total = 1
            for s in below:
                total *= len(s)
            if total > MOST_CHECKED:
                return "the list of all payoffs is not checked: it is too long"
            weights = [probability[e] for e in edges]
            found = {
                tuple(sum((w * row[i] for w, row in zip(weights, pick, strict=True)), Fraction(0)) for i in players)
                for pick in product(*below)
            }
        else:
            worst = [min(row[who] for row in s) for s in below]
            found = set()
            for k, s in enumerate(below):
                floor = max((w for j, w in enumerate(worst) if j != k), default=None)
                found |= {row for row in s if floor is None or row[who] >= floor}
        if len(found) > MOST_CHECKED:
            return "the list of all payoffs is not checked: it is too long"
        sets[v] = {tuple(a + b for a, b in zip(here, row, strict=True)) for row in found}
    _compare(sets[0], claimed, findings)
    return ""


def _compare(found: set[tuple[Fraction, ...]], claimed: tuple[tuple[Any, ...], ...], findings: Any) -> None:
    findings.checked += len(found)
    kind = exact if findings.exact else float
    stated = {tuple(kind(x) for x in row) for row in claimed}
    wrong = len(stated ^ {tuple(kind(x) for x in row) for row in found})
    if wrong:
        findings.add_share("all_payoffs", wrong)


def _by_every_profile(game: ExtensiveGame) -> set[tuple[Fraction, ...]] | None:
    """Return the payoffs of all pure profiles from which nobody gains in any subgame; None if they are too many."""
    counts = np.diff(game.first_move).tolist()
    if prod(counts) > MOST_PROFILES:
        return None
    payoffs = as_exact(game.payoffs)
    probability = None if game.probability is None else as_exact(game.probability)
    roots = subgame_roots(game)
    starts = np.flatnonzero(roots).tolist()
    found = set()
    for choice in product(*(range(n) for n in counts)):
        moves = np.zeros(int(game.first_move[-1]), dtype=np.int64)
        moves[game.first_move[:-1] + np.array(choice, dtype=np.int64)] = 1
        weights = edge_weights(game, moves, probability)
        value, _ = one_shot_gains(game, payoffs, weights)
        worth = tuple(value[0].tolist())
        if worth not in found and all(
            not (best_response_values(game, i, payoffs, weights, roots)[starts] > value[starts, i]).any()
            for i in range(len(game.players))
        ):
            found.add(worth)
    return found
