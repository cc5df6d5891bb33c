"""Figures a model can draw: named, described, drawn only when asked for, and alike in style."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gametheory.errors import MissingPackageError, ModelError

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

    from gametheory.model import Model

#: Widths of a figure in inches: one and two columns of a journal.
SINGLE_COLUMN, DOUBLE_COLUMN = 3.5, 7.2

#: Colours that stay apart for the colour-blind (Okabe and Ito 2008), and a grey for what is secondary.
COLOURS = {
    "blue": "#0072B2",
    "vermilion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "black": "#000000",
    "yellow": "#F0E442",
    "grey": "#777777",
}

#: A line style for each of the first seven colours, so that lines are told apart in grey too.
LINE_STYLES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (6, 1.5)), (0, (4, 1.5, 1, 1.5, 1, 1.5)), (0, (1, 1)))


@dataclass(frozen=True)
class Figure:
    """One figure of a model.

    Attributes
    ----------
    name : str
        What the command line calls it, for example ``"1a"`` or ``"prices"``.
    doc : str
        One line: what it shows, with units.
    drawn_by : callable
        ``drawn_by(model) -> matplotlib.figure.Figure``. It imports matplotlib inside.
    place : str
        The figure of the paper it reproduces, if any.
    """

    name: str
    doc: str
    drawn_by: Callable[[Model], Any]
    place: str = ""

    def draw(self, model: Model) -> Any:
        """Return the figure of a model, a ``matplotlib.figure.Figure``, drawn in `figure_style`.

        Raises
        ------
        MissingPackageError
            If matplotlib is not installed.
        ModelError
            If what is drawn is no figure.
        """
        with figure_style():
            drawn = self.drawn_by(model)
        if not hasattr(drawn, "savefig"):
            raise ModelError(
                f"figure '{self.name}' of {model.label()} returned {type(drawn).__name__}, not a figure",
                remedy="begin with `figure, axes = canvas()` and return figure",
            )
        return drawn


def figure_style() -> AbstractContextManager[None]:
    """Return the context in which figures are drawn: type of 7 and 8 points, thin lines, lines told apart by style.

    Raises
    ------
    MissingPackageError
        If matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from cycler import cycler
    except ImportError:
        raise MissingPackageError("drawing needs matplotlib", remedy="pip install 'gametheory[plot]'") from None
    lines = list(zip(COLOURS.values(), LINE_STYLES, strict=False))
    return mpl.rc_context(
        {
            "figure.dpi": 300,
            "font.size": 8,
            "axes.titlesize": 8,
            "axes.labelsize": 8,
            "figure.titlesize": 8,
            "figure.labelsize": 8,
            "xtick.labelsize": 7,
            "ytick.labelsize": 7,
            "legend.fontsize": 7,
            "legend.title_fontsize": 7,
            "legend.frameon": False,
            "legend.handlelength": 2.6,
            "lines.linewidth": 1.3,
            "lines.markersize": 4,
            "axes.linewidth": 0.6,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "xtick.major.width": 0.6,
            "ytick.major.width": 0.6,
            "xtick.major.size": 2.5,
            "ytick.major.size": 2.5,
            "image.cmap": "cividis",
            "axes.prop_cycle": cycler(color=[colour for colour, _ in lines], linestyle=[style for _, style in lines]),
        }
    )


def canvas(
    rows: int = 1, columns: int = 1, *, width: float = SINGLE_COLUMN, height: float | None = None, **shared: Any
) -> tuple[Canvas, Any]:
    """Return an empty figure and its axes.

    Parameters
    ----------
    rows, columns : int
        How many axes.
    width, height : float
        Of the figure, in inches; the axes are a little wider than high unless a height is given.
    **shared
        Passed to ``matplotlib.figure.Figure.subplots``, for example ``sharex=True``.

    Returns
    -------
    figure : matplotlib.figure.Figure
        Laid out so that nothing overlaps.
    axes : array of matplotlib.axes.Axes, shape (rows, columns)
        Its axes.
    """
    from matplotlib.figure import Figure as Canvas

    figure = Canvas(figsize=(width, height or 0.72 * rows * width / columns), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False, **shared)
