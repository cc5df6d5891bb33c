"""Drawing trees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from gametheory.errors import MissingPackageError, UsageError
from gametheory.extensive.form import CHANCE, TERMINAL
from gametheory.extensive.profile import StrategyProfile, behaviour, edge_weights
from gametheory.extensive.unfold import unfold
from gametheory.figures import COLOURS, figure_style
from gametheory.numbers import exact

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from gametheory.extensive.form import ExtensiveGame

#: Nodes above which a tree is not drawn.
MOST_DRAWN = 400
#: Characters of the label of an information set above which it is cut.
LONGEST_LABEL = 24
_COLOURS = tuple(COLOURS[name] for name in ("blue", "vermilion", "green", "purple", "orange", "sky"))
#: How the lines of information sets are dashed, one pattern for each lane.
_DASHES = ((4, 2), (1.2, 1.4), (6, 1.5, 1, 1.5), (3, 1, 1, 1, 1, 1))
_PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85}


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

    Information sets of several nodes are joined by a dashed line in their player's colour, with the player and
    the label at its highest node; where lines would meet, they swing out to different sides.

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
    marked = None if profile is None else _Marked.of(game, profile)
    curves = set_curves(game, place)
    depth, ends = float(place[:, 0].max()), float(-place[:, 1].min())
    with figure_style():
        figure = Figure(
            figsize=((2.9 if curves else 2.3) * depth + 2.0, 0.4 * ends + 1.3), dpi=150, layout="constrained"
        )
        axes = figure.add_subplot()
        axes.set_axis_off()
        if game.title:
            axes.set_title(game.title)
        for edge, source in enumerate(game.source.tolist()):
            _edge(axes, game, edge, place[source], place[edge + 1], marked, source)
        for curve in curves:
            _set(axes, game, curve, place)
        for node in range(game.nodes):
            _node(axes, game, node, place[node])
        handles = _legend(axes, game, marked, bool(curves))
        axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, 0), ncols=min(len(handles), 2 + int(depth)))
        axes.margins(x=0.08, y=0.04)
    return figure


@dataclass(frozen=True)
class _Marked:
    """What a profile does: the weight of every edge, and which nodes are reached."""

    weights: list[Any]
    reached: list[bool]

    @classmethod
    def of(cls, game: ExtensiveGame, profile: StrategyProfile) -> Self:
        moves = behaviour(game, profile.strategy, exact=True)
        weights = edge_weights(game, moves, game.probability).tolist()
        reached = [True] * game.nodes
        for edge, source in enumerate(game.source.tolist()):
            reached[edge + 1] = reached[source] and weights[edge] > 0
        return cls(weights, reached)


@dataclass(frozen=True)
class SetCurve:
    """How an information set of several nodes is drawn.

    Attributes
    ----------
    information_set : int
        Which one.
    nodes : tuple of int
        Its nodes, from the highest to the lowest.
    lane : int
        0 for straight lines; else how far the curve swings out, to the left if negative, so that no two sets share a
        line.
    """

    information_set: int
    nodes: tuple[int, ...]
    lane: int


def set_curves(game: ExtensiveGame, place: NDArray[np.float64]) -> list[SetCurve]:
    """Return how the information sets of several nodes are drawn, so that each can be told from the others.

    Parameters
    ----------
    game : ExtensiveGame
        A tree.
    place : array [nodes, 2]
        As `layout` returns it.
    """
    if game.perfect_information:
        return []
    taken: list[tuple[int, float, float, float, float]] = []
    curves = []
    for k in range(game.sets):
        members = game.decisions[game.set_of[game.decisions] == k]
        if len(members) < 2:
            continue
        nodes = members[np.argsort(-place[members, 1], kind="stable")]
        spot = place[nodes]
        low, high = spot[:, 1].min(), spot[:, 1].max()
        left, right = spot[:, 0].min(), spot[:, 0].max()
        others = np.setdiff1d(np.arange(game.nodes), nodes)
        near = (place[others, 0] >= left) & (place[others, 0] <= right)
        between = (place[others, 1] > low) & (place[others, 1] < high)
        lane = 0
        if (near & between).any():
            busy = {
                held
                for held, bottom, top, start, end in taken
                if bottom <= high and low <= top and start <= right and left <= end
            }
            lane = next(n for n in (j * side for j in range(1, game.sets + 2) for side in (-1, 1)) if n not in busy)
        taken.append((lane, low, high, left, right))
        curves.append(SetCurve(k, tuple(nodes.tolist()), lane))
    return curves


def _colour(player: int) -> str:
    return _COLOURS[player % len(_COLOURS)]


def _short(value: Any) -> str:
    """Return a number as people read it in a figure."""
    held = exact(value)
    return str(held) if held.denominator < 1000 else f"{float(held):.3g}"


def _edge(axes: Any, game: ExtensiveGame, edge: int, start: Any, end: Any, marked: _Marked | None, source: int) -> None:
    style: Any = "-"
    width, colour = 0.8, "0.55"
    if marked is not None and marked.weights[edge] > 0:
        width, colour = 2.4, "black"
        style = "-" if marked.reached[source] else (0, (3, 1.5))
    axes.plot([start[0], end[0]], [start[1], end[1]], linewidth=width, linestyle=style, color=colour, zorder=1)
    label = game.action_label(edge)
    if game.player[source] == CHANCE and game.probability is not None:
        label = f"{label} ({_short(game.probability[edge])})"
    elif marked is not None and 0 < marked.weights[edge] < 1:
        label = f"{label} [{_short(marked.weights[edge])}]"
    middle = 0.5 * start + 0.5 * end
    axes.text(middle[0], middle[1], label, ha="center", va="center", bbox=_PAPER, zorder=3)


def _node(axes: Any, game: ExtensiveGame, node: int, at: Any) -> None:
    who = int(game.player[node])
    if who == CHANCE:
        axes.plot(*at, "D", color="white", markeredgecolor="black", markersize=7, zorder=4)
    elif who != TERMINAL:
        axes.plot(*at, "o", color=_colour(who), markersize=7, zorder=4)
    payoffs = game.payoffs[node]
    if who == TERMINAL or (payoffs != 0).any():
        row = ", ".join(_short(x) for x in payoffs)
        place = {"ha": "left", "va": "center"} if who == TERMINAL else {"ha": "center", "va": "top"}
        shift = (5, 0) if who == TERMINAL else (0, -6)
        axes.annotate(row, at, xytext=shift, textcoords="offset points", zorder=5, **place)


def _set(axes: Any, game: ExtensiveGame, curve: SetCurve, place: NDArray[np.float64]) -> None:
    """Join the nodes that their player cannot tell apart, and say whose they are and what they are called."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    who = int(game.player[curve.nodes[0]])
    swing = 0.0 if curve.lane == 0 else np.sign(curve.lane) * (0.05 + 0.045 * abs(curve.lane))
    points, codes = [place[curve.nodes[0]]], [Path.MOVETO]
    for one, other in zip(curve.nodes, curve.nodes[1:], strict=False):
        side = np.array([swing / 0.75, 0.0])
        points += [place[one] + side, place[other] + side, place[other]]
        codes += [Path.CURVE4] * 3
    dashes = (0, _DASHES[(2 * max(abs(curve.lane) - 1, 0) + (curve.lane > 0)) % len(_DASHES)])
    line = PathPatch(
        Path(np.array(points), codes), fill=False, linewidth=1.4, linestyle=dashes, edgecolor=_colour(who), zorder=2
    )
    line.set_gid(f"information set {curve.information_set}")
    axes.add_patch(line)
    name = game.set_label(curve.information_set)
    if len(name) > LONGEST_LABEL:
        name = name[: LONGEST_LABEL - 1] + "\N{HORIZONTAL ELLIPSIS}"
    axes.annotate(
        f"{game.players[who]}: {name}",
        place[curve.nodes[0]],
        xytext=(0, 6),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=7,
        style="italic",
        color=_colour(who),
        bbox=_PAPER,
        zorder=3,
    )


def _legend(axes: Any, game: ExtensiveGame, marked: _Marked | None, sets: bool) -> list[Any]:
    handles = [axes.plot([], [], "o", color=_colour(i), label=name)[0] for i, name in enumerate(game.players)]
    if (game.player == CHANCE).any():
        handles.append(axes.plot([], [], "D", color="white", markeredgecolor="black", label="chance")[0])
    if sets:
        handles.append(axes.plot([], [], linestyle=(0, (4, 2)), color="0.3", label="information set")[0])
    if marked is not None:
        handles.append(axes.plot([], [], linestyle="-", linewidth=2.4, color="black", label="on the path")[0])
        if not all(marked.reached[source] for source in game.source.tolist()):
            dashed = {"linestyle": (0, (3, 1.5)), "linewidth": 2.4, "color": "black"}
            handles.append(axes.plot([], [], label="off the path", **dashed)[0])
    return handles
