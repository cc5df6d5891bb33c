import numpy as np
import pytest

import gametheory as gt
from gametheory.loading import load_problem
from gametheory.matching.drawing import draw_core, draw_matching

pytest.importorskip("matplotlib")


def matched(axes):
    """Return the ends of thick lines."""
    return {tuple(line.get_ydata()) for line in axes.lines if line.get_linewidth() > 1.5}


def test_a_marriage_market_with_the_ranks_of_partners():
    """Gale and Shapley (1962), example 1: when the men propose each gets his first choice, and each woman her third."""
    market, _ = load_problem("games/gale_shapley_1962.toml", {})
    axes = draw_matching(market, gt.solve(market).answer).axes[0]
    said = [text.get_text() for text in axes.texts]
    assert said == ["alpha (1)", "beta (1)", "gamma (1)", "men", "A (3)", "B (3)", "C (3)", "women"]
    assert {(round(a, 9), round(b, 9)) for a, b in matched(axes)} == {(-0.25, -0.25), (-0.5, -0.5), (-0.75, -0.75)}
    assert sum(line.get_linewidth() < 1 for line in axes.lines) == 9  # everybody accepts everybody


def test_places_and_the_unmatched():
    market = gt.MatchingMarket.from_lists(
        {"a": ["s"], "b": ["s", "t"], "c": ["s"]}, {"s": ["c", "b", "a"], "t": ["b"]}, quotas={"s": 2}
    )
    axes = draw_matching(market, gt.solve(market).answer).axes[0]
    said = {text.get_text() for text in axes.texts}
    assert {"a", "b (1)", "c (1)", "s (2, 1)", "t"} <= said
    assert len(matched(axes)) == 2
    hollow = [line for line in axes.lines if line.get_marker() == "o" and line.get_markerfacecolor() == "white"]
    assert len(hollow) == 2  # a and t


def test_roommates_without_a_stable_matching_are_drawn_with_their_odd_parties():
    """Irving (1985): of the six, 1 2 3 and 4 5 6 each chase one another."""
    market, _ = load_problem("games/irving_roommates_1985.toml", {})
    axes = draw_matching(market, gt.solve(market).answer).axes[0]
    arrows = [text for text in axes.texts if getattr(text, "arrow_patch", None) is not None]
    assert len(arrows) == 6
    assert not matched(axes)


def test_the_core_of_shapley_and_shubik():
    """Shapley and Shubik (1971): prices are least at 3, 5, 0, where buyers have 2, 5, 1, and highest at 5, 6, 1."""
    game, _ = load_problem("games/shapley_shubik_houses.toml", {})
    figure = draw_core(game, gt.solve(game).answer)
    drawn = [{line.get_label(): line.get_xdata().tolist() for line in axes.lines} for axes in figure.axes]
    assert drawn == [
        {"best for buyers": [2, 5, 1], "best for sellers": [1, 3, 0]},
        {"best for buyers": [3, 5, 0], "best for sellers": [5, 6, 1]},
    ]
    assert figure.axes[1].get_xlabel() == "payoff in the core (unit of the surplus)"
    assert [label.get_text() for label in figure.axes[1].get_yticklabels()] == ["house 1", "house 2", "house 3"]


def test_what_cannot_be_drawn():
    large = gt.MatchingMarket.from_ranks(np.tile(np.arange(61), (61, 1)), np.tile(np.arange(61), (61, 1)))
    with pytest.raises(gt.UsageError, match="61 agents"):
        draw_matching(large)
    market, _ = load_problem("games/gale_shapley_1962.toml", {})
    with pytest.raises(gt.UsageError, match="not one matching"):
        draw_matching(market, gt.solve(market, concept="all_stable").answer)
