"""Drawing trees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import MissingPackageError, UsageError
from gametheory.extensive.form import CHANCE, TERMINAL
from gametheory.extensive.profile import StrategyProfile, behaviour, edge_weights
from gametheory.extensive.unfold import unfold
from gametheory.numbers import exact

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from gametheory.extensive.form import ExtensiveGame

#: Nodes above which a tree is not drawn.
MOST_DRAWN = 400
_COLOURS = ("#1b6ca8", "#b3431f", "#2e7d32", "#6a3d9a", "#8d6e00", "#00695c")


def layout(game: ExtensiveGame) -> NDArray[np.float64]:
    """Return where each node of a tree is drawn [nodes, 2]: its depth, and a height at which no two ends meet."""
    place = np.zeros((game.nodes, 2))
    size = [0] * game.nodes
    for v in range(game.nodes - 1, -1, -1):
        first, last = int(game.first_edge[v]), int(game.first_edge[v + 1])
        size[v] = sum(size[first + 1 : last + 1]) or 1
    top = [0.0] * game.nodes
    for v in range(game.nodes):
        first, last = int(game.first_edge[v]), int(game.first_edge[v + 1])
        at = top[v]
        for child in range(first + 1, last + 1):
            top[child] = at
            at += size[child]
            place[child, 0] = place[v, 0] + 1
    for v in range(game.nodes - 1, -1, -1):
        first, last = int(game.first_edge[v]), int(game.first_edge[v + 1])
        place[v, 1] = place[first + 1 : last + 1, 1].mean() if last > first else -top[v]
    return place


def draw_tree(game: ExtensiveGame, profile: StrategyProfile | None = None) -> Figure:
    """Return a figure of a tree, the moves that a profile makes drawn thick.

    Parameters
    ----------
    game : ExtensiveGame
        A game; merged states are unfolded. Readable to about 60 nodes, refused above 400.
    profile : StrategyProfile, optional
        What to mark: moves of positive probability are thick, those on the path solid, others dashed.

    Returns
    -------
    matplotlib.figure.Figure
        Save it with ``figure.savefig("tree.svg")``.

    Raises
    ------
    UsageError
        If the tree is too large, or the game holds parameter points.
    MissingPackageError
        If matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingPackageError("drawing needs matplotlib", remedy="pip install 'gametheory[plot]'") from None
    if game.points is not None:
        raise UsageError("a tree is drawn for one parameter point")
    game = unfold(game)
    if game.nodes > MOST_DRAWN:
        raise UsageError(f"a tree of {game.nodes} nodes is too large to draw; {MOST_DRAWN} are the most")
    place = layout(game)
    weights = reached = None
    if profile is not None:
        moves = behaviour(game, profile.strategy, exact=True)
        weights = edge_weights(game, moves, game.probability).tolist()
        reached = [True] * game.nodes
        for edge, source in enumerate(game.source.tolist()):
            reached[edge + 1] = reached[source] and weights[edge] > 0
    depth, ends = float(place[:, 0].max()), float(-place[:, 1].min())
    figure = Figure(figsize=(2.2 * depth + 2.0, 0.42 * ends + 1.2), layout="constrained")
    axes = figure.add_subplot()
    axes.set_axis_off()
    if game.title:
        axes.set_title(game.title)
    for edge, source in enumerate(game.source.tolist()):
        _edge(axes, game, edge, place[source], place[edge + 1], weights, reached, source)
    _sets(axes, game, place)
    for node in range(game.nodes):
        _node(axes, game, node, place[node])
    handles = [axes.plot([], [], "o", color=_colour(i), label=name)[0] for i, name in enumerate(game.players)]
    if (game.player == CHANCE).any():
        handles.append(axes.plot([], [], "D", color="white", markeredgecolor="black", label="chance")[0])
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, 0), ncols=len(handles), frameon=False)
    axes.margins(x=0.12)
    return figure


def _colour(player: int) -> str:
    return _COLOURS[player % len(_COLOURS)]


def _edge(
    axes: Any, game: ExtensiveGame, edge: int, start: Any, end: Any, weights: Any, reached: Any, source: int
) -> None:
    style: Any = "-"
    width, colour = 0.8, "0.55"
    if weights is not None and weights[edge] > 0:
        width, colour = 2.6, "black"
        style = "-" if reached[source] else (0, (3, 1.5))
    axes.plot([start[0], end[0]], [start[1], end[1]], linewidth=width, linestyle=style, color=colour, zorder=1)
    label = game.action_label(edge)
    if game.player[source] == CHANCE and game.probability is not None:
        label = f"{label} ({exact(game.probability[edge])})"
    elif weights is not None and 0 < weights[edge] < 1:
        label = f"{label} [{exact(weights[edge])}]"
    middle = 0.55 * start + 0.45 * end
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85}
    axes.text(middle[0], middle[1], label, fontsize=8, ha="center", va="center", bbox=box, zorder=2)


def _node(axes: Any, game: ExtensiveGame, node: int, at: Any) -> None:
    who = int(game.player[node])
    if who == CHANCE:
        axes.plot(*at, "D", color="white", markeredgecolor="black", markersize=7, zorder=3)
    elif who != TERMINAL:
        axes.plot(*at, "o", color=_colour(who), markersize=8, zorder=3)
    payoffs = game.payoffs[node]
    if who == TERMINAL or (payoffs != 0).any():
        row = ", ".join(str(x) if game.exact else f"{x:g}" for x in payoffs)
        side = {"ha": "left", "va": "center"} if who == TERMINAL else {"ha": "center", "va": "bottom"}
        shift = (0.06, 0.0) if who == TERMINAL else (0.0, 0.14)
        axes.text(at[0] + shift[0], at[1] + shift[1], row, fontsize=8, zorder=4, **side)


def _sets(axes: Any, game: ExtensiveGame, place: NDArray[np.float64]) -> None:
    """Join the nodes that their player cannot tell apart."""
    if game.perfect_information:
        return
    for k in range(game.sets):
        nodes = game.decisions[game.set_of[game.decisions] == k]
        if len(nodes) > 1:
            order = nodes[np.argsort(place[nodes, 1])]
            colour = _colour(int(game.player[nodes[0]]))
            axes.plot(place[order, 0], place[order, 1], linestyle=":", linewidth=1.8, color=colour, zorder=0)
