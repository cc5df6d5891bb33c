"""Figures a model can draw: named, described, and drawn only when asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gametheory.model import Model


@dataclass(frozen=True)
class Figure:
    """One figure of a model.

    Attributes
    ----------
    name : str
        What the command line calls it, for example ``"1a"`` or ``"prices"``.
    doc : str
        One line: what it shows, with units.
    draw : callable
        ``draw(model) -> matplotlib.figure.Figure``. It imports matplotlib inside.
    place : str
        The figure of the paper it reproduces, if any.
    """

    name: str
    doc: str
    draw: Callable[[Model], Any]
    place: str = ""
