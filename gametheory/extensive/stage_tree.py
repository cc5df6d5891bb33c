"""From a multistage game to a tree with information sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gametheory.errors import UsageError
from gametheory.extensive.arrays import as_exact
from gametheory.extensive.assemble import RawNode, assemble
from gametheory.extensive.bargain import payments, several
from gametheory.extensive.form import CHANCE, ExtensiveGame
from gametheory.numbers import exact

if TYPE_CHECKING:
    from gametheory.extensive.multistage import MultistageGame
    from gametheory.extensive.stage_profile import StageProfile

#: Nodes above which a game is not expanded.
MOST_NODES = 1_000_000


def to_extensive(game: MultistageGame, answer: StageProfile | None = None) -> ExtensiveGame:
    """Return the tree of a multistage game; see `MultistageGame.to_extensive`."""
    if game.bargains and answer is None:
        raise UsageError("prices are bargained over: the tree needs the profile that holds them")
    given = answer.prices if answer is not None else {}
    prices = {cell: tuple(exact(p) for p in several(price)) for cell, price in given.items()}
    floats = not game.exact
    payoffs, probability = as_exact(game.payoffs), as_exact(game.probability)
    count = 0

    def new() -> RawNode:
        nonlocal count
        count += 1
        if count > MOST_NODES:
            raise UsageError(f"the tree has more than {MOST_NODES} nodes")
        return RawNode()

    root = new()
    waiting: list[tuple[RawNode, int, str]] = [(root, 0, "")]
    while waiting:
        top, s, way = waiting.pop()
        if not any(game.actions[s]):
            continue
        # Players move one after the other, each without seeing the others of the same stage.
        row: list[RawNode] = [top]
        moved = False
        for i, moves in enumerate(game.actions[s]):
            if len(moves) == 1:
                continue
            moved = True
            below = []
            for node in row:
                node.player, node.actions = i, moves
                node.key = node.label = f"{game.players[i]} at {way}{game.states[s]}"
                node.children = [new() for _ in moves]
                below += node.children
            row = below
        for node, (profile, cell) in zip(row, game.cells(s).items(), strict=True):
            paid = payments(game.bargains, prices, cell, game.players)
            amounts = [a + p for a, p in zip(payoffs[cell].tolist(), paid, strict=True)]
            branches = range(int(game.first_branch[cell]), int(game.first_branch[cell + 1]))
            step = f"{way}{game.states[s]}[{','.join(a for a in profile if a != '-')}]/"
            ends = [node]
            if len(branches) > 1 or not moved:
                node.player = CHANCE
                node.actions = tuple(game.states[int(game.next_state[b])] for b in branches)
                if len(set(node.actions)) < len(node.actions):
                    node.actions = tuple(f"{a} ({k + 1})" for k, a in enumerate(node.actions))
                node.probabilities = [float(probability[b]) if floats else probability[b] for b in branches]
                node.children = ends = [new() for _ in branches]
            for end, b in zip(ends, branches, strict=True):
                held = end.payoffs or [0] * len(amounts)
                end.payoffs = [float(a + h) if floats else a + h for a, h in zip(amounts, held, strict=True)]
                waiting.append((end, int(game.next_state[b]), step))
    return assemble(game.players, root)
