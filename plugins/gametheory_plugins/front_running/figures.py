"""Figures of the paper, and regions of equilibria over any two parameters; matplotlib is imported where needed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory import Figure
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
#: Colours that stay apart for the colour-blind (Okabe and Ito), with a line style each.
COLOURS = ("#0072B2", "#D55E00", "#009E73")
STYLES = ("-", "--", ":")
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


def _canvas(width: float, height: float, rows: int = 1, columns: int = 1, **shared: Any) -> tuple[Canvas, Any]:
    from matplotlib.figure import Figure as Canvas

    figure = Canvas(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False, **shared)


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
    from matplotlib.patches import Patch

    def axis(name: str) -> Any:
        low, high = (0.0, 1.0) if name.startswith("rho") else (0.5, 1.0) if name == "q_A" else (0.0, 1.0)
        return low + (high - low) * (np.arange(points) + 0.5) / points

    across, up = axis(x), axis(y)
    figure, axes = _canvas(9.4, 4.6, 1, 2, sharey=True)
    shown = {f: evaluated(model, f, **{x: across[None, :], y: up[:, None]}) for f in FORMULAS}
    codes = {f: sets_of(found) for f, found in shown.items()}
    present = sorted({c for table in codes.values() for c in np.unique(table).tolist()} - {-1})
    present.sort(key=lambda c: (list(SETS).index(_cells(c)) if _cells(c) in SETS else len(SETS), c))
    spare = iter(SPARE * 10)
    colours = {c: SETS.get(_cells(c)) or next(spare) for c in present}
    for panel, (formulas, title) in zip(axes[0], FORMULAS.items(), strict=True):
        image = np.ones((*codes[formulas].shape, 3))
        for code, colour in colours.items():
            image[codes[formulas] == code] = to_rgb(colour)
        extent = (across[0] * 1.5 - across[1] * 0.5, across[-1] * 1.5 - across[-2] * 0.5)
        height = (up[0] * 1.5 - up[1] * 0.5, up[-1] * 1.5 - up[-2] * 0.5)
        panel.imshow(image, origin="lower", extent=(*extent, *height), aspect="auto", interpolation="nearest")
        found = shown[formulas]
        more = np.where(found["valid"], found["branch"] == batch.MORE, np.nan)
        if len(set(more[found["valid"]].tolist())) == 2:
            panel.contour(across, up, more, levels=[0.5], colors="white", linewidths=1, linestyles="--")
        panel.plot(float(getattr(model, x)), float(getattr(model, y)), "k+", markersize=9)
        panel.set(xlabel=NAMES[x], title=title)
    axes[0, 0].set_ylabel(NAMES[y])
    patches = [Patch(color=colour, label=_named(_cells(code))) for code, colour in colours.items()]
    rest = ", ".join(f"{NAMES[p]} = {float(getattr(model, p)):g}" for p in PARAMETERS if p not in (x, y))
    title = f"equilibria ($a_A$, $a_D$) at {rest}"
    figure.legend(handles=patches, loc="outside lower center", ncols=5, frameon=False, title=title)
    return figure


def _named(cells: tuple[tuple[int, int], ...]) -> str:
    return " & ".join(f"({-i}, {-j})" for i, j in cells) or "none pure"


def _over(model: Any, name: str, formulas: str, points: int = 301) -> tuple[Any, dict[str, Any]]:
    rate = np.linspace(0, 1, points)
    found = evaluated(model, formulas, **{name: rate})
    return rate, found


def values(model: Any) -> Canvas:
    """Draw the value functions over rho_d: A's for each action of D, and D's for each action of A."""
    figure, axes = _canvas(10.4, 6.2, 2, 3, sharex=True)
    for formulas, width, shade in (("first_principles", 1.8, 1.0), ("published", 1.0, 0.65)):
        rate, found = _over(model, "rho_d", formulas)
        for row, trader in enumerate(LARGE):
            for other in range(3):
                panel = axes[row, other]
                for own in range(3):
                    cell = (own, other) if trader == "A" else (other, own)
                    label = f"sells {own}" if formulas == "first_principles" else None
                    column = found[f"value_{trader}"][:, *cell]
                    style = "-" if formulas == "first_principles" else "--"
                    panel.plot(rate, column, style, color=COLOURS[own], lw=width, alpha=shade, label=label)
                panel.set_title(
                    f"value of {trader} if {'D' if trader == 'A' else 'A'} sells {other}", fontsize="medium"
                )
                panel.spines[["top", "right"]].set_visible(False)
                if row == 1:
                    panel.set_xlabel(NAMES["rho_d"])
    for row, trader in enumerate(LARGE):
        axes[row, 0].set_ylabel("money")
        axes[row, 2].legend(frameon=False, title=trader)
    figure.suptitle(
        "solid: first principles; dashed: published;  "
        + ", ".join(f"{NAMES[p]} = {float(getattr(model, p)):g}" for p in ("rho_u", "q_A", "q_D")),
        fontsize="medium",
    )
    return figure


def prices(model: Any) -> Canvas:
    """Draw the price that D gets for two units, by what A sells, over either switching rate."""
    figure, axes = _canvas(9, 4, 1, 2, sharey=True)
    scale = float(model.epsilon) / float(model.gross_return) ** 2
    top = float(model.dividend) / float(model.gross_return) ** 2
    for panel, name in zip(axes[0], ("rho_d", "rho_u"), strict=True):
        for formulas, width in (("first_principles", 1.8), ("published", 1.0)):
            rate, found = _over(model, name, formulas)
            for own, colour in enumerate(COLOURS):
                style = "-" if formulas == "first_principles" else "--"
                label = ("A holds", "A sells 1", "A sells 2")[own] if formulas == "first_principles" else None
                panel.plot(rate, top - scale * found["price_D"][:, own, 2], style, color=colour, lw=width, label=label)
        panel.set_xlabel(NAMES[name])
        other = "rho_u" if name == "rho_d" else "rho_d"
        panel.set_title(f"{NAMES[other]} = {float(getattr(model, other)):g}", fontsize="medium")
        panel.spines[["top", "right"]].set_visible(False)
    axes[0, 0].set_ylabel("price per unit that D gets for two (money)")
    axes[0, 0].legend(frameon=False, title="solid: first principles\ndashed: published")
    return figure


def timing(model: Any) -> Canvas:
    """Draw the order of events."""
    figure, axes = _canvas(9, 2.6)
    axis = axes[0, 0]
    axis.set(xlim=(-0.4, 10.4), ylim=(-1.5, 1.5))
    axis.set_axis_off()
    axis.annotate("", (10.3, 0), (-0.2, 0), arrowprops={"arrowstyle": "->", "lw": 1.2})
    for x, name, text in (
        (0.6, "$t_1$", "D is low, the others high;\nA and D bargain with\nthe small traders and sell"),
        (7.0, "$t_2$", "who is low sells; large traders and\nsmall ones without a unit buy"),
        (9.6, "$t_3$", "the asset pays"),
    ):
        axis.plot([x, x], [-0.12, 0.12], "k", lw=1.2)
        axis.text(x, 0.25, name, ha="center", va="bottom", fontsize="large")
        axis.text(x, -0.25, text, ha="center", va="top", fontsize="small")
    d, u = float(model.rho_d), float(model.rho_u)
    moves = f"types switch: high to low with probability {d:g}, low to high with {u:g}\n"
    moves += "(a large low owner stays low until she has sold)"
    axis.text(3.8, 0.3, moves, ha="center", va="bottom", fontsize="small")
    axis.annotate("", (6.6, 0.2), (1.1, 0.2), arrowprops={"arrowstyle": "->", "lw": 0.8, "color": "#666666"})
    return figure


def actions(model: Any) -> Canvas:
    """Draw the nine pairs of actions with the values of A and D; equilibria are shaded."""
    found = model.tables()
    unit, scale = model.money()
    figure, axes = _canvas(6.4, 4.4)
    axis = axes[0, 0]
    for i, j in CELLS:
        best = bool(found["equilibria"][i, j])
        axis.add_patch(_box(j, 2 - i, "#F6D9C6" if best else "#F4F4F4"))
        worth = [float(2 * unit - scale * found[f"loss_{t}"][i, j]) for t in LARGE]
        axis.text(j + 0.5, 2.72 - i, LABELS[i, j], ha="center", va="center", weight="bold")
        axis.text(j + 0.5, 2.35 - i, f"A {worth[0]:.4f}\nD {worth[1]:.4f}", ha="center", va="center", fontsize="small")
    axis.set(xlim=(-0.02, 3.02), ylim=(-0.02, 3.02), xlabel="units that D sells at $t_1$", ylabel="units that A sells")
    axis.set_xticks([0.5, 1.5, 2.5], ["0", "1", "2"])
    axis.set_yticks([2.5, 1.5, 0.5], ["0", "1", "2"])
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)
    axis.set_title(f"values (money), {FORMULAS[model.formulas]}; shaded: equilibria", fontsize="medium")
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
        [f"{seller} sells {buyer} {units}" for _, seller, buyer, units in side]
        for side in (sales[: len(sales) // 2], sales[len(sales) // 2 :])
    )
    same = sorted(one) == sorted(other)
    return (", ".join(one) or "none") + ("" if same else "  (or S1 and S2 exchanged: coin)")


def tree(cell: tuple[int, int]) -> Callable[[Any], Canvas]:
    """Return a drawing of what follows a cell: types at t2, their probability, and who sells to whom."""

    def draw(model: Any) -> Canvas:
        rows = subgames(model, cell)
        figure, axes = _canvas(9, 1.3 + 0.42 * len(rows))
        axis = axes[0, 0]
        axis.set(xlim=(0, 10), ylim=(-len(rows) + 0.4, 1.3))
        axis.set_axis_off()
        middle = -(len(rows) - 1) / 2
        held = holdings(cell)
        axis.text(0.05, middle, _start(cell), ha="left", va="center", fontsize="small")
        for x, t in zip((4.1, 4.8, 5.5, 6.2), TRADERS, strict=True):
            axis.text(x, 0.85, t, ha="center", va="center", weight="bold")
        axis.text(3.35, 0.85, "probability", ha="center", va="center", fontsize="small")
        axis.text(6.75, 0.85, "trade at $t_2$", ha="left", va="center", fontsize="small")
        for k, (market, chance, sales) in enumerate(rows):
            axis.plot([1.3, 2.75], [middle, -k], color="#999999", lw=0.8)
            axis.text(3.35, -k, f"{float(chance):.4g}", ha="center", va="center", fontsize="small")
            for x, t in zip((4.1, 4.8, 5.5, 6.2), TRADERS, strict=True):
                colour = "#CFE3F1" if market.is_high(t) else "#F3C9B0"
                text = f"{'high' if market.is_high(t) else 'low'} {held[t]}"
                box = {"boxstyle": "round,pad=0.25", "facecolor": colour, "edgecolor": "none"}
                axis.text(x, -k, text, ha="center", va="center", fontsize="x-small", bbox=box)
            axis.text(6.75, -k, sales, ha="left", va="center", fontsize="small")
        branch = batch.MORE if model.tables()["case"] == 0 else batch.NOT_MORE
        axis.set_title(
            f"{LABELS[cell]}: A sells {cell[0]}, D sells {cell[1]} at $t_1$;  types and units held before trade at "
            f"$t_2$;  {branch.replace('<=', ' ≤ ').replace('>', ' > ')}",
            fontsize="medium",
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
