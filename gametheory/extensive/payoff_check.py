"""Checking a claimed set of payoff vectors of pure subgame-perfect equilibria."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

from gametheory.extensive.arrays import as_exact
from gametheory.numbers import exact

if TYPE_CHECKING:
    from gametheory.extensive.form import ExtensiveGame

#: Payoff vectors of one subgame above which a claimed set is not checked.
MOST_CHECKED = 20_000


def check_all_payoffs(game: ExtensiveGame, claimed: tuple[tuple[Any, ...], ...], findings: Any) -> str:
    """Check a claimed set against one found by going back from every end; return a note if it could not be.

    A payoff vector of a move survives if its player gets no less than from the worst equilibrium after
    each other move; nothing else is needed, since equilibria in different subgames can be joined at will.
    """
    if not game.perfect_information:
        return "the list of all payoffs is not checked: some information sets have several nodes"
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
    findings.checked += len(sets[0])
    stated = {tuple(exact(x) for x in row) for row in claimed}
    if findings.exact:
        wrong = len(stated ^ sets[0])
    else:
        near = {tuple(round(float(x), 6) for x in row) for row in sets[0]}
        wrong = len(near ^ {tuple(round(float(x), 6) for x in row) for row in stated})
    if wrong:
        findings.add("all_payoffs", wrong)
    return ""
