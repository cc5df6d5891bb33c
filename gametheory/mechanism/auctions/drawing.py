"""Drawing order books."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.figures import COLOURS, canvas, figure_style
from gametheory.mechanism.auctions.book import Allotment, NotIssued

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from gametheory.mechanism.auctions.book import Clearing, OrderBook

#: Bids above which the filled part of each is not marked.
MOST_MARKED = 2_000


def draw_order_book(book: OrderBook, answer: Clearing | Allotment | NotIssued | None = None) -> Figure:
    """Return a figure of a book: cumulated bids from the best, the supply, the reserve, and the stop-out.

    Parameters
    ----------
    book : OrderBook
        Any number of bids.
    answer : Clearing, Allotment or NotIssued, optional
        What to mark: the stop-out, and the filled part of each bid (up to 2000 bids).

    Returns
    -------
    matplotlib.figure.Figure
        Quantities across and limits up, both in the unit of the bids.

    Raises
    ------
    MissingPackageError
        If matplotlib is not installed.
    """
    with figure_style():
        figure, ((axis,),) = canvas(height=2.9)
        sign = 1 if book.ascending else -1
        order = np.argsort(sign * book.limits.astype(np.float64), kind="stable")
        limits = book.limits.astype(np.float64)[order]
        demand = np.cumsum(book.quantities.astype(np.float64)[order])
        admitted = int(book.eligible.sum())
        start = np.concatenate([[0.0], demand[:-1]])
        x, y = np.column_stack([start, demand]).ravel(), np.repeat(limits, 2)
        supply = float(book.supply)
        axis.plot(x[: 2 * admitted], y[: 2 * admitted], "-", color=COLOURS["blue"], label="bids, the best first")
        if admitted < len(limits):
            beyond = slice(max(2 * admitted - 1, 0), None)
            axis.plot(x[beyond], y[beyond], "-.", color=COLOURS["grey"], label="beyond the reserve")
        if book.reserve is not None:
            axis.axhline(float(book.reserve), color=COLOURS["black"], linestyle=":", linewidth=0.9, label="reserve")
        axis.axvline(supply, color=COLOURS["black"], linestyle="-", linewidth=0.9, label="supply")
        if isinstance(answer, NotIssued):
            axis.set_title("not issued: bids do not cover the supply")
        elif answer is not None:
            _mark(axis, book, answer, order, start, limits)
        _span(axis, [*limits, *([] if book.reserve is None else [float(book.reserve)])])
        axis.set(xlim=(0, 1.03 * max(supply, demand[-1])), xlabel="cumulated quantity (unit of the bids)")
        axis.set_ylabel(f"{'lowest yield' if book.ascending else 'highest price'} (unit of the bids)")
        figure.legend(loc="outside lower center", ncols=2)
        return figure


def _mark(axis: Any, book: OrderBook, answer: Clearing | Allotment, order: Any, start: Any, limits: Any) -> None:
    """Mark the stop-out, and the filled part of each bid."""
    from matplotlib.collections import LineCollection

    stop = float(answer.stop_out)
    axis.axhline(stop, color=COLOURS["vermilion"], linestyle="--", linewidth=1, label=f"stop-out {stop:.6g}")
    axis.plot(float(book.supply), stop, "o", color=COLOURS["vermilion"])
    if len(order) <= MOST_MARKED:
        filled = answer.filled if isinstance(answer, Allotment) else [q for q, _ in answer.settle(book)]
        ends = start + np.array([float(q) for q in filled])[order]
        segments = [[(a, limit), (b, limit)] for a, b, limit in zip(start, ends, limits, strict=True) if b > a]
        band = LineCollection(segments, colors=COLOURS["sky"], linewidths=5, alpha=0.6, zorder=1, label="filled")
        axis.add_collection(band)
    rationed = "rationing at the stop-out" if book.rule == "margin" else "all accepted bids rationed"
    axis.set_title(f"{book.payment} payment, {rationed}")


def _span(axis: Any, shown: list[float]) -> None:
    """Leave room above the highest and below the lowest limit."""
    low, high = min(shown), max(shown)
    room = 0.12 * (high - low) or 0.05 * abs(high) or 1.0
    axis.set_ylim(low - room, high + room)
