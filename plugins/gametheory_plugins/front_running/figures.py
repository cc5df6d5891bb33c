"""Figures of the paper, and regions of equilibria over any two parameters; matplotlib is imported where needed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory import COLOURS, DOUBLE_COLUMN, Figure, canvas
from gametheory_plugins.front_running import batch
from gametheory_plugins.front_running.first_principles import ORDERS
from gametheory_plugins.front_running.markets import (
    CELLS,
    LABELS,
    LARGE,
    TRADERS,
    Market,
    holdings,
    markets,
    probability,
    trades,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

PARAMETERS = ("rho_d", "rho_u", "q_A", "q_D")
NAMES = {"rho_d": r"$\rho_d$", "rho_u": r"$\rho_u$", "q_A": r"$q_A$", "q_D": r"$q_D$"}
FORMULAS = {"first_principles": "first principles", "published": "published formulas"}
WORDS = {
    "rho_d": r"$\rho_d$, probability of high to low",
    "rho_u": r"$\rho_u$, probability of low to high",
    "q_A": r"$q_A$, bargaining power of A",
    "q_D": r"$q_D$, bargaining power of D",
}
#: Lines for 0, 1 and 2 units sold, by first principles; what the published formulas say is marked with `MARKERS`.
LINES = (
    {"color": COLOURS["blue"], "linestyle": "-"},
    {"color": COLOURS["vermilion"], "linestyle": "--"},
    {"color": COLOURS["green"], "linestyle": "-."},
)
MARKERS = "os^"
#: Colours of the sets of equilibria, by cells; sets that are not here take the spare ones in turn.
SETS = {
    ((0, 2),): "#56B4E9",
    ((2, 2),): "#D55E00",
    ((1, 2),): "#F0E442",
    ((1, 1),): "#009E73",
    ((2, 1),): "#CC79A7",
    ((0, 2), (2, 1)): "#8C6BB1",
    ((0, 2), (1, 1)): "#1B4F72",
    (): "#000000",
}
SPARE = ("#B8860B", "#7F7F7F", "#A6D854", "#8B0000", "#4D4D4D")


def evaluated(model: Any, formulas: str, **changes: Any) -> dict[str, Any]:
    """Return the results at many points around a model's; points out of bounds are masked."""
    return batch.evaluate(
        {**model.parameters(), **changes}, formulas=formulas, tie_break=model.tie_break, invalid="mask"
    )


def sets_of(found: dict[str, Any]) -> Any:
    """Return the set of equilibria of each point as a number whose bits are cells; -1 out of bounds."""
    flags = found["equilibria"].reshape(*found["equilibria"].shape[:-2], 9)
    return np.where(found["valid"], flags @ (1 << np.arange(9)), -1)


def _cells(code: int) -> tuple[tuple[int, int], ...]:
    return tuple(cell for k, cell in enumerate(CELLS) if code >> k & 1)


def regions(model: Any, x: str, y: str, points: int = 181) -> Canvas:
    """Draw the equilibria over two parameters, by both sets of formulas; the model's point is marked."""
    from matplotlib.colors import to_rgb
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    def axis(name: str) -> Any:
        low, high = (0.0, 1.0) if name.startswith("rho") else (0.5, 1.0) if name == "q_A" else (0.0, 1.0)
        return low + (high - low) * (np.arange(points) + 0.5) / points

    across, up = axis(x), axis(y)
    figure, axes = canvas(1, 2, height=3.3, sharey=True)
    shown = {f: evaluated(model, f, **{x: across[None, :], y: up[:, None]}) for f in FORMULAS}
    codes = {f: sets_of(found) for f, found in shown.items()}
    present = sorted({c for table in codes.values() for c in np.unique(table).tolist()} - {-1})
    present.sort(key=lambda c: (list(SETS).index(_cells(c)) if _cells(c) in SETS else len(SETS), c))
    spare = iter(SPARE * 10)
    colours = {c: SETS.get(_cells(c)) or next(spare) for c in present}
    switched = False
    for panel, (formulas, title) in zip(axes[0], FORMULAS.items(), strict=True):
        image = np.ones((*codes[formulas].shape, 3))
        for code, colour in colours.items():
            image[codes[formulas] == code] = to_rgb(colour)
        extent = (across[0] * 1.5 - across[1] * 0.5, across[-1] * 1.5 - across[-2] * 0.5)
        height = (up[0] * 1.5 - up[1] * 0.5, up[-1] * 1.5 - up[-2] * 0.5)
        panel.imshow(image, origin="lower", extent=(*extent, *height), aspect="auto", interpolation="nearest")
        found = shown[formulas]
        more = np.where(found["valid"], found["branch"] == batch.MORE, np.nan)
        for code in colours:
            sides = [(codes[formulas] == code) & (more == side) for side in (0, 1)]
            _name_region(panel, sides, across, up, _named(_cells(code)))
        if len(set(more[found["valid"]].tolist())) == 2:
            switched = True
            panel.contour(across, up, more, levels=[0.5], colors="white", linewidths=2)
            panel.contour(across, up, more, levels=[0.5], colors="black", linewidths=0.9, linestyles="--")
        panel.plot(float(getattr(model, x)), float(getattr(model, y)), "kP", markersize=6, markeredgecolor="white")
        panel.set_title(title)
        panel.set_xlabel(WORDS[x].replace(", ", ",\n"))
    axes[0, 0].set_ylabel(WORDS[y])
    entries: list[Any] = [Patch(color=colour, label=_named(_cells(code))) for code, colour in colours.items()]
    entries.append(Line2D([], [], color="black", marker="P", linestyle="", label="the model"))
    if switched:
        entries.append(Line2D([], [], color="black", linestyle="--", linewidth=0.9, label="CTS = BP"))
    rest = ", ".join(f"{NAMES[p]} = {float(getattr(model, p)):g}" for p in PARAMETERS if p not in (x, y))
    title = f"equilibria ($a_A$, $a_D$) at {rest}"
    figure.legend(handles=entries, loc="outside lower center", ncols=3, title=title, handlelength=1.6, columnspacing=1)
    return figure


def _name_region(panel: Any, sides: list[Any], across: Any, up: Any, name: str) -> None:
    """Write the name of a region where it is widest on either side of CTS = BP, if it fits there."""
    from scipy.ndimage import distance_transform_edt

    rooms = [distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1] for inside in sides]
    room = max(rooms, key=lambda r: float(r.max()))
    row, column = np.unravel_index(int(room.argmax()), room.shape)
    if room[row, column] > 0.12 * len(across):
        panel.text(across[column], up[row], name, ha="center", va="center", fontsize=7)


def _named(cells: tuple[tuple[int, int], ...]) -> str:
    return " & ".join(f"({-i}, {-j})" for i, j in cells) or "none pure"


def _over(model: Any, name: str, formulas: str, points: int = 301) -> tuple[Any, dict[str, Any]]:
    rate = np.linspace(0, 1, points)
    found = evaluated(model, formulas, **{name: rate})
    return rate, found


def _draw_by_sale(panel: Any, rate: Any, found: dict[str, Any], columns: Any, formulas: str) -> None:
    """Draw a line for each number of units sold, broken where CTS = BP; published formulas as marks."""
    breaks = np.flatnonzero(found["branch"][1:] != found["branch"][:-1]) + 1
    for sold, column in enumerate(columns):
        if formulas == "first_principles":
            panel.plot(np.insert(rate, breaks, rate[breaks]), np.insert(column, breaks, np.nan), **LINES[sold])
        else:
            every = slice(5 + 7 * sold, None, 30)  # apart from each other where lines meet
            panel.plot(
                rate[every],
                column[every],
                MARKERS[sold],
                color=LINES[sold]["color"],
                markerfacecolor="none",
                markersize=4,
                markeredgewidth=0.8,
            )


def _legend_by_sale(figure: Any, title: str) -> None:
    from matplotlib.lines import Line2D

    lines = [Line2D([], [], label=f"{k} sold", **style) for k, style in enumerate(LINES)]
    marks = [
        Line2D([], [], color=LINES[k]["color"], marker=m, linestyle="", markerfacecolor="none", label="published")
        for k, m in enumerate(MARKERS)
    ]
    handles = [h for pair in zip(lines, marks, strict=True) for h in pair]
    figure.legend(handles=handles, loc="outside lower center", ncols=3, title=title, columnspacing=1)


def values(model: Any) -> Canvas:
    """Draw the value functions over rho_d: A's for each action of D, and D's for each action of A."""
    figure, axes = canvas(3, 2, height=5.4, sharex=True)
    for formulas in FORMULAS:
        rate, found = _over(model, "rho_d", formulas)
        for column, trader in enumerate(LARGE):
            for other in range(3):
                cells = [(own, other) if trader == "A" else (other, own) for own in range(3)]
                drawn = [found[f"value_{trader}"][:, *cell] for cell in cells]
                _draw_by_sale(axes[other, column], rate, found, drawn, formulas)
                axes[other, column].set_title(f"{trader}, if {'D' if trader == 'A' else 'A'} sells {other}")
    for panel in axes[-1]:
        panel.set_xlabel(WORDS["rho_d"].replace(", ", ",\n"))
    figure.supylabel("value (money)")
    rest = ", ".join(f"{NAMES[p]} = {float(getattr(model, p)):g}" for p in ("rho_u", "q_A", "q_D"))
    _legend_by_sale(figure, f"own units, at {rest}")
    return figure


def prices(model: Any) -> Canvas:
    """Draw the price that D gets for two units, by what A sells, over either switching rate."""
    figure, axes = canvas(2, height=4.6)
    scale = float(model.epsilon) / float(model.gross_return) ** 2
    top = float(model.dividend) / float(model.gross_return) ** 2
    for panel, name in zip(axes[:, 0], ("rho_d", "rho_u"), strict=True):
        for formulas in FORMULAS:
            rate, found = _over(model, name, formulas)
            drawn = [top - scale * found["price_D"][:, own, 2] for own in range(3)]
            _draw_by_sale(panel, rate, found, drawn, formulas)
        panel.set_xlabel(WORDS[name])
        other = "rho_u" if name == "rho_d" else "rho_d"
        panel.set_title(f"D sells two units; {NAMES[other]} = {float(getattr(model, other)):g}")
        panel.set_ylabel("price per unit (money)")
    _legend_by_sale(figure, "units that A sells ahead of D")
    return figure


def timing(model: Any) -> Canvas:
    """Draw the order of events."""
    figure, axes = canvas(height=1.7)
    axis = axes[0, 0]
    axis.set(xlim=(-0.2, 10.4), ylim=(-1.2, 1.2))
    axis.set_axis_off()
    axis.annotate("", (10.4, 0), (-0.2, 0), arrowprops={"arrowstyle": "->", "lw": 1.2})
    for x, name, text in (
        (1.4, "$t_1$", "D is low, others high;\nA and D bargain with\nsmall traders and sell"),
        (6.2, "$t_2$", "who is low sells;\nlarge traders, and small\nones without a unit, buy"),
        (9.6, "$t_3$", "the asset\npays"),
    ):
        axis.plot([x, x], [-0.12, 0.12], "k-", lw=1.2)
        axis.text(x, 0.2, name, ha="center", va="bottom")
        axis.text(x, -0.25, text, ha="center", va="top", fontsize=7)
    d, u = float(model.rho_d), float(model.rho_u)
    moves = f"types switch: high to low with probability {d:g},\nlow to high with {u:g} "
    moves += "(a large low owner\nstays low until she has sold)"
    axis.text(3.8, 0.6, moves, ha="center", va="bottom", fontsize=7)
    axis.annotate("", (5.8, 0.35), (1.8, 0.35), arrowprops={"arrowstyle": "->", "lw": 0.8, "color": COLOURS["grey"]})
    return figure


def actions(model: Any) -> Canvas:
    """Draw the nine pairs of actions with the values of A and D; equilibria are shaded."""
    found = model.tables()
    unit, scale = model.money()
    figure, axes = canvas(height=2.9)
    axis = axes[0, 0]
    for i, j in CELLS:
        best = bool(found["equilibria"][i, j])
        axis.add_patch(_box(j, 2 - i, "#F6D9C6" if best else "#F4F4F4"))
        worth = [float(2 * unit - scale * found[f"loss_{t}"][i, j]) for t in LARGE]
        axis.text(j + 0.5, 2.72 - i, LABELS[i, j], ha="center", va="center", weight="bold")
        axis.text(j + 0.5, 2.35 - i, f"A {worth[0]:.4f}\nD {worth[1]:.4f}", ha="center", va="center", fontsize=7)
    axis.set(
        xlim=(-0.02, 3.02),
        ylim=(-0.02, 3.02),
        xlabel="units that D sells at $t_1$",
        ylabel="units that A sells at $t_1$",
    )
    axis.set_xticks([0.5, 1.5, 2.5], ["0", "1", "2"])
    axis.set_yticks([2.5, 1.5, 0.5], ["0", "1", "2"])
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)
    axis.set_title(f"values (money), {FORMULAS[model.formulas]}; shaded: equilibria")
    return figure


def _box(x: float, y: float, colour: str) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x + 0.03, y + 0.03), 0.94, 0.94, facecolor=colour, edgecolor="#888888", linewidth=0.8)


def subgames(model: Any, cell: tuple[int, int]) -> list[tuple[Market, Any, str]]:
    """Return the subgames at t2 of a cell: types, probability, trades in words; equal small traders count once."""
    d, u = model.point()[:2]
    order = ORDERS[int(model.tables()["case"])]
    held = holdings(cell)
    found = []
    for market in markets(cell):
        chance = probability(market, d, u)
        *_, first, second = market.high
        if held["S1"] == held["S2"] and first != second:
            if second:
                continue
            chance *= 2
        found.append((market, chance, _told(trades(market, order, paper=model.tie_break == "paper"))))
    return found


def _told(sales: list[tuple[Any, str, str, int]]) -> str:
    """Return trades in words; they come twice, for the two sides of the coin."""
    one, other = (
        [f"{seller} sells {units} to {buyer}" for _, seller, buyer, units in side]
        for side in (sales[: len(sales) // 2], sales[len(sales) // 2 :])
    )
    same = sorted(one) == sorted(other)
    return (", ".join(one) or "none") + ("" if same else "  (or S1 and S2 exchanged: coin)")


def tree(cell: tuple[int, int]) -> Callable[[Any], Canvas]:
    """Return a drawing of what follows a cell: types at t2, their probability, and who sells to whom."""

    def draw(model: Any) -> Canvas:
        rows = subgames(model, cell)
        figure, axes = canvas(width=DOUBLE_COLUMN, height=0.75 + 0.24 * len(rows))
        axis = axes[0, 0]
        axis.set(xlim=(0, 10), ylim=(-len(rows) + 0.4, 1.5))
        axis.set_axis_off()
        middle = -(len(rows) - 1) / 2
        held = holdings(cell)
        axis.text(0.05, middle, _start(cell), ha="left", va="center", fontsize=7)
        places = (3.2, 3.85, 4.5, 5.15)
        for x, t in zip(places, TRADERS, strict=True):
            axis.text(x, 0.95, t, ha="center", va="center", weight="bold")
        axis.text(2.5, 0.95, "probability", ha="center", va="center", fontsize=7)
        axis.text(5.65, 0.95, "trade at $t_2$", ha="left", va="center", fontsize=7)
        for k, (market, chance, sales) in enumerate(rows):
            axis.plot([1.25, 2.05], [middle, -k], "-", color=COLOURS["grey"], lw=0.7)
            axis.text(2.5, -k, f"{float(chance):.4g}", ha="center", va="center", fontsize=7)
            for x, t in zip(places, TRADERS, strict=True):
                colour = "#CFE3F1" if market.is_high(t) else "#F3C9B0"
                text = f"{'high' if market.is_high(t) else 'low'} {held[t]}"
                box = {"boxstyle": "round,pad=0.2", "facecolor": colour, "edgecolor": "none"}
                axis.text(x, -k, text, ha="center", va="center", fontsize=7, bbox=box)
            axis.text(5.65, -k, sales, ha="left", va="center", fontsize=7)
        branch = batch.MORE if model.tables()["case"] == 0 else batch.NOT_MORE
        axis.set_title(
            f"{LABELS[cell]}: A sells {cell[0]}, D sells {cell[1]} at $t_1$;  types and units held before trade at "
            f"$t_2$;  {branch.replace('<=', ' ≤ ').replace('>', ' > ')}"
        )
        return figure

    return draw


def _start(cell: tuple[int, int]) -> str:
    return "after $t_1$:\n" + "\n".join(f"{t} holds {n}" for t, n in holdings(cell).items())


def _regions(x: str, y: str) -> Callable[[Any], Canvas]:
    return lambda model: regions(model, x, y)


#: The figures of the appendix, by what A and D sold.
TREES = tuple((f"A-{k}", cell) for k, cell in enumerate(CELLS, start=1))

FIGURES = (
    *(
        Figure(
            f"regions-{x}-{y}",
            f"equilibria over {x} and {y}, by first principles and by the published formulas; dashed: CTS = BP",
            _regions(x, y),
        )
        for x, y in combinations(PARAMETERS, 2)
    ),
    Figure("values", "values of A and D over rho_d (money), for each action of the other", values),
    Figure("prices", "price that D gets for two units (money), with and without front-running", prices),
    Figure("1", "timing of switching and trading", timing, place="Figure 1"),
    Figure("2", "the nine pairs of actions at t1, with values (money)", actions, place="Figure 2"),
    *(
        Figure(
            name,
            f"types at t2, probabilities and trades after {LABELS[cell]}: A sells {cell[0]}, D sells {cell[1]}",
            tree(cell),
            place=f"Figure {name}",
        )
        for name, cell in TREES
    ),
)
