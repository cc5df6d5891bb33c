"""Drawing matchings and the core of an assignment game."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import UsageError
from gametheory.figures import COLOURS, canvas, figure_style
from gametheory.matching.answers import StablePartition

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from gametheory.matching.assignment_game import AssignmentGame
    from gametheory.matching.market import MatchingMarket
    from gametheory.matching.preferences import PreferenceLists
    from gametheory.matching.transfers import AssignmentCore

#: Agents of one side above which nothing is drawn.
MOST_DRAWN = 60


def rank(lists: PreferenceLists, agent: int, target: int) -> int:
    """Return the place of a target in an agent's list, from 1; those between whom she is indifferent share one."""
    first, last = int(lists.offsets[agent]), int(lists.offsets[agent + 1])
    entry = int(np.flatnonzero(lists.targets[first:last] == target)[0])
    return entry + 1 if lists.classes is None else int(lists.classes[first + entry]) + 1


def draw_matching(market: MatchingMarket, answer: Any = None) -> Figure:
    """Return a figure of who accepts whom and who is matched, with the rank each gives the other.

    Parameters
    ----------
    market : MatchingMarket
        Up to 60 agents on a side.
    answer : answer with an assignment, or StablePartition, optional
        What to mark. A stable partition without a matching is drawn as arrows from each to the next.

    Returns
    -------
    matplotlib.figure.Figure
        Two columns of agents, or a circle of roommates; grey lines join who accept each other, thick ones who are
        matched.

    Raises
    ------
    UsageError
        If the market is too large, or the answer holds no matching or several.
    MissingPackageError
        If matplotlib is not installed.
    """
    sizes = len(market.proposers.offsets) - 1, len(market.receivers.offsets) - 1
    if max(sizes) > MOST_DRAWN:
        raise UsageError(f"a market of {max(sizes)} agents on a side is too large to draw; {MOST_DRAWN} are the most")
    if answer is not None and not isinstance(answer, StablePartition) and not hasattr(answer, "assignment"):
        raise UsageError(f"a {type(answer).__name__} is not one matching", remedy="draw one of its matchings")
    with figure_style():
        return _roommates(market, answer, sizes[0]) if market.one_sided else _two_sided(market, answer, sizes)


def _acceptable(lists: PreferenceLists) -> list[tuple[int, int]]:
    owners = np.repeat(np.arange(len(lists.offsets) - 1), np.diff(lists.offsets))
    return list(zip(owners.tolist(), lists.targets.tolist(), strict=True))


def _two_sided(market: MatchingMarket, answer: Any, sizes: tuple[int, int]) -> Figure:
    figure, ((axis,),) = canvas(height=0.9 + 0.2 * max(sizes))
    left, right = (-np.linspace(0, 1, n + 2)[1:-1] for n in sizes)
    for i, j in _acceptable(market.proposers):
        axis.plot([0, 1], [left[i], right[j]], "-", color=COLOURS["grey"], linewidth=0.4, alpha=0.5, zorder=1)
    matched = [] if answer is None else [(i, j) for i, j in enumerate(answer.assignment.tolist()) if j >= 0]
    for i, j in matched:
        axis.plot([0, 1], [left[i], right[j]], "-", color=COLOURS["blue"], linewidth=1.8, zorder=2)
    ranks: list[list[str]] = [[""] * n for n in sizes]
    for i, j in matched:
        ranks[0][i] = f" ({rank(market.proposers, i, j)})"
        told = str(rank(market.receivers, j, i))
        ranks[1][j] = f"{ranks[1][j][:-1]}, {told})" if ranks[1][j] else f" ({told})"
    for x, places, side, name in ((0, left, 0, market.proposer_name), (1, right, 1, market.receiver_name)):
        for agent, y in enumerate(places):
            full = bool(ranks[side][agent])
            axis.plot(x, y, "o", color=COLOURS["blue"], markerfacecolor=None if full else "white", zorder=3)
            text, align = f"{name(agent)}{ranks[side][agent]}", "left" if side else "right"
            axis.text(x + (0.04 if side else -0.04), y, text, ha=align, va="center", fontsize=7)
        axis.text(x, 0.04, market.sides[side], ha="center", va="bottom")
    axis.set(xlim=(-0.6, 1.6), ylim=(-1, 0.12))
    axis.set_axis_off()
    figure.supxlabel("in brackets: rank of the partner; hollow: unmatched", fontsize=7)
    return figure


def _roommates(market: MatchingMarket, answer: Any, agents: int) -> Figure:
    figure, ((axis,),) = canvas(height=3.4)
    angle = np.pi / 2 - 2 * np.pi * np.arange(agents) / agents
    place = np.column_stack([np.cos(angle), np.sin(angle)])
    for i, j in _acceptable(market.proposers):
        axis.plot(*place[[i, j]].T, "-", color=COLOURS["grey"], linewidth=0.4, alpha=0.5, zorder=1)
    partition = isinstance(answer, StablePartition)
    following = [-1] * agents if answer is None else (answer.successor if partition else answer.assignment).tolist()
    for i, j in enumerate(following):
        if j in (-1, i):
            continue
        if partition and following[j] != i:
            style = {"arrowstyle": "-|>", "color": COLOURS["vermilion"], "shrinkA": 4, "shrinkB": 4, "linewidth": 1.3}
            axis.annotate("", place[j], place[i], arrowprops=style)
        else:
            axis.plot(*place[[i, j]].T, "-", color=COLOURS["blue"], linewidth=1.8, zorder=2)
    for i, (x, y) in enumerate(place):
        told = "" if following[i] in (-1, i) else f" ({rank(market.proposers, i, following[i])})"
        axis.plot(x, y, "o", color=COLOURS["blue"], markerfacecolor=None if told else "white", zorder=3)
        align = "center" if abs(x) < 0.3 else "left" if x > 0 else "right"
        axis.text(1.1 * x, 1.1 * y, f"{market.proposer_name(i)}{told}", ha=align, va="center", fontsize=7)
    axis.set(aspect="equal", xlim=(-1.6, 1.6), ylim=(-1.25, 1.25))
    axis.set_axis_off()
    odd = "no stable matching: arrows lead to who is preferred; " if partition else ""
    figure.supxlabel(f"{odd}in brackets: rank", fontsize=7)
    return figure


def draw_core(game: AssignmentGame, answer: AssignmentCore) -> Figure:
    """Return a figure of what everyone receives at the two ends of the core.

    Parameters
    ----------
    game : AssignmentGame
        Up to 60 agents on a side.
    answer : AssignmentCore
        Its core.

    Returns
    -------
    matplotlib.figure.Figure
        A row for each buyer and each seller: a line between the least and the most the core gives, in the unit of
        the surplus.

    Raises
    ------
    UsageError
        If the game is too large.
    MissingPackageError
        If matplotlib is not installed.
    """
    sizes = len(answer.best_for_buyers), len(answer.best_for_sellers)
    if max(sizes) > MOST_DRAWN:
        raise UsageError(f"a game of {max(sizes)} agents on a side is too large to draw; {MOST_DRAWN} are the most")
    with figure_style():
        figure, axes = canvas(2, height=1.3 + 0.18 * sum(sizes), sharex=True, gridspec_kw={"height_ratios": sizes})
        sides = (
            ("buyers", game.buyer_name, answer.best_for_buyers, answer.then_buyers),
            ("sellers", game.seller_name, answer.then_sellers, answer.best_for_sellers),
        )
        for axis, (side, name, one, other) in zip(axes[:, 0], sides, strict=True):
            rows = np.arange(len(one))
            least, most = one.astype(np.float64), other.astype(np.float64)
            axis.hlines(rows, least, most, color=COLOURS["grey"], linewidth=1.3)
            axis.plot(least, rows, "o", color=COLOURS["blue"], label="best for buyers")
            axis.plot(most, rows, "s", color=COLOURS["vermilion"], markerfacecolor="none", label="best for sellers")
            axis.set(yticks=rows, yticklabels=[name(k) for k in rows.tolist()], title=side)
            axis.set_ylim(len(rows) - 0.5, -0.5)
        axes[1, 0].set_xlabel("payoff in the core (unit of the surplus)")
        figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
        return figure
