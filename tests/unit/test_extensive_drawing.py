import io
from pathlib import Path

import numpy as np
import pytest

from gametheory.errors import UsageError
from gametheory.extensive import ExtensiveGame, efg, subgames
from gametheory.extensive.drawing import draw_tree, layout, set_curves
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
    plain, thick = (
        [line for line in figure.axes[0].lines if line.get_linewidth() > 2 and len(line.get_xdata())]
        for figure in (draw_tree(GAME), draw_tree(GAME, profile))
    )
    assert not plain
    # Two chance moves, and one move at each of the two senders' sets and the two unseen nodes.
    pure = all(isinstance(choice, str) for choice in profile.strategy.values())
    assert pure
    assert len(thick) == 6


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
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


def points_along(path):
    return np.concatenate([curve(np.linspace(0, 1, 60)) for curve, _ in path.iter_bezier() if curve.degree == 3])


def test_information_sets_that_cross_are_told_apart():
    # Each set of the receiver has a node between the two nodes of the other.
    game = efg.read(Path(__file__).parents[2] / "games" / "beer_quiche.efg")
    place = layout(game)
    curves = set_curves(game, place)
    assert [game.set_label(c.information_set) for c in curves] == ["after beer", "after quiche"]
    assert len({c.lane for c in curves}) == 2
    assert 0 not in {c.lane for c in curves}
    axes = draw_tree(game).axes[0]
    drawn = [patch for patch in axes.patches if (patch.get_gid() or "").startswith("information set")]
    assert len(drawn) == 2
    assert {"receiver: after beer", "receiver: after quiche"} <= set(texts(draw_tree(game)))
    first, second = (points_along(patch.get_path()) for patch in drawn)
    # The lines share no point: each passes the nodes of the other at a distance.
    gaps = np.linalg.norm(first[:, None] - second[None], axis=-1)
    assert gaps.min() > 0.02
    for curve, line in zip(curves, (first, second), strict=True):
        for node in np.flatnonzero(game.player >= 0).tolist():
            if node not in curve.nodes:
                assert np.linalg.norm(line - place[node], axis=1).min() > 0.02


def test_a_set_with_nothing_between_its_nodes_is_a_straight_line():
    curves = set_curves(GAME, layout(GAME))
    between = [GAME.set_label(c.information_set) for c in curves if c.lane]
    tree = ExtensiveGame.build(["a", "b"])
    tree.move("a", ["l", "r"])
    for move in ("l", "r"):
        tree[move].move("b", ["l", "r"], information_set="blind")
    game = tree.game()
    (straight,) = set_curves(game, layout(game))
    assert straight.lane == 0
    # At 'unseen' the node where the game ends after 'show' lies between the two.
    assert between == ["unseen"]


def test_long_probabilities_are_shortened():
    game = efg.read(Path(__file__).parents[2] / "games" / "card_game.efg")
    written = texts(draw_tree(game, subgames.solve(game, Options()).answer))
    assert "meet [0.667]" in written
    assert "meet [2/3]" in texts(draw_tree(game, subgames.solve(game, Options(exact=True)).answer))
