"""The game on grids of points, for claims about all parameters."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from gametheory import Reported
from gametheory_plugins.front_running import batch
from gametheory_plugins.front_running.paper import Cell


def at(r: Reported, point: tuple[Any, ...]) -> dict[str, Any]:
    """Return the exact tables of a point with the formulas that were chosen."""
    return batch.exact_point(point, formulas=r.model.formulas, tie_break=r.model.tie_break)


@cache
def grid(formulas: str, tie_break: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a grid of 1680 points of the whole parameter space, and the results there."""
    pairs = ((0.6, 0.55), (0.8, 0.75), (0.96, 0.5), (0.55, 0.1), (0.87, 0.86), (0.92, 0.55), (0.51, 0.3), (0.6, 0.1))
    steps = np.arange(0, 100, 5) / 100
    d, u, k = (x.ravel() for x in np.meshgrid(steps, steps, np.arange(len(pairs)), indexing="ij"))
    inside = d + u < 0.999
    powers = np.array(pairs)[k[inside]]
    return _many(formulas, tie_break, rho_d=d[inside], rho_u=u[inside], q_A=powers[:, 0], q_D=powers[:, 1])


@cache
def small(formulas: str, tie_break: str, rate: float) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return powers on a grid at small switching rates, and the results there."""
    steps = np.arange(5, 100, 5) / 100
    a, q = (x.ravel() for x in np.meshgrid(steps, steps, indexing="ij"))
    inside = (a > q) & (a > 0.5)
    return _many(formulas, tie_break, rho_d=rate, rho_u=rate, q_A=a[inside], q_D=q[inside])


def _many(formulas: str, tie_break: str, **given: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    names = ("branch", "equilibria", "loss_A", "loss_D", "price_A", "price_D")
    money = {"dividend": 1, "epsilon": 1, "gross_return": 1}
    return given, batch.evaluate({**given, **money}, formulas=formulas, tie_break=tie_break, results=names)


def better(r: Reported, trader: str, first: Cell, second: Cell, where: Callable[[Any, Any], Any] | None = None) -> Any:
    """Return by how much more the first cell is worth to a trader on the grid (per epsilon/r^2)."""
    given, found = grid(r.model.formulas, r.model.tie_break)
    loss = found[f"loss_{trader}"]
    gain = loss[:, *second] - loss[:, *first]
    return gain if where is None else gain[where(given, found)]


def always(trader: str, first: Cell, second: Cell, where: Any = None) -> Callable[[Reported], bool]:
    """Return a check that the first cell is worth more to a trader everywhere on the grid."""
    return lambda r: bool((better(r, trader, first, second, where) > 1e-12).all())


def less(given: dict[str, Any], found: dict[str, Any]) -> Any:
    """Return where CTS <= BP and types may switch down."""
    return (found["branch"] == batch.NOT_MORE) & (given["rho_d"] > 0)


def more(given: dict[str, Any], found: dict[str, Any]) -> Any:
    """Return where CTS > BP."""
    return found["branch"] == batch.MORE


def price_gap(r: Reported) -> Any:
    """Return by how much D's loss per unit is greater if both sell two units than if D alone does."""
    price = grid(r.model.formulas, r.model.tie_break)[1]["price_D"]
    return price[:, 2, 2] - price[:, 0, 2]
