import io

import numpy as np
import pytest

from gametheory.errors import UsageError
from gametheory.extensive import ExtensiveGame, efg, subgames
from gametheory.extensive.drawing import draw_tree, layout
from gametheory.solvers import Options

matplotlib = pytest.importorskip("matplotlib")

GAME = efg.parse(
    """EFG 2 R "Signals" { "sender" "receiver" }
    c "" 1 "" { "good" 1/3 "bad" 2/3 } 0
    p "" 1 1 "good" { "show" "hide" } 0
    t "" 1 "" { 2 2 }
    p "" 2 1 "unseen" { "trust" "doubt" } 0
    t "" 2 "" { 3 1 } t "" 3 "" { 0 0 }
    p "" 1 2 "bad" { "show" "hide" } 0
    t "" 4 "" { -1 0 }
    p "" 2 1 0
    t "" 5 "" { 1 -1 } t "" 3"""
)


def texts(figure):
    return [t.get_text() for t in figure.axes[0].texts]


def test_every_move_and_every_end_is_written():
    written = texts(draw_tree(GAME))
    assert {"good (1/3)", "bad (2/3)", "show", "hide", "trust", "doubt", "2, 2", "-1, 0", "1, -1"} <= set(written)
    assert written.count("hide") == 2
    assert draw_tree(GAME).axes[0].get_title() == "Signals"


def test_the_equilibrium_is_marked():
    profile = subgames.solve(GAME, Options(exact=True)).answer
    plain, marked = draw_tree(GAME), draw_tree(GAME, profile)
    thick = [line for line in marked.axes[0].lines if line.get_linewidth() > 2]
    assert not [line for line in plain.axes[0].lines if line.get_linewidth() > 2]
    # Two chance moves, and one move at each of the two senders' sets and the two unseen nodes.
    pure = all(isinstance(choice, str) for choice in profile.strategy.values())
    assert pure
    assert len(thick) == 6


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_figures_are_saved(kind):
    held = io.BytesIO()
    draw_tree(GAME).savefig(held, format=kind)
    assert len(held.getvalue()) > 2000


def test_no_two_nodes_meet_and_children_are_to_the_right():
    place = layout(GAME)
    assert len({tuple(row) for row in place.tolist()}) == GAME.nodes
    assert (place[1:, 0] == place[GAME.source, 0] + 1).all()


def test_large_trees_are_refused():
    nodes = 500
    game = ExtensiveGame(
        ("a",), np.array([0] + [-2] * (nodes - 1)), np.array([0] + [nodes - 1] * nodes), np.zeros((nodes, 1))
    )
    with pytest.raises(UsageError, match="too large to draw"):
        draw_tree(game)
