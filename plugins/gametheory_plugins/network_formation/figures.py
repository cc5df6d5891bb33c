"""Figures of the paper, and of what follows from it; matplotlib is imported where something is drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory import Figure, generator
from gametheory_plugins.network_formation.simulation import simulate
from gametheory_plugins.network_formation.theory import Tiers

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

#: Colours that stay apart in grey and for the colour-blind.
BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#666666"


def canvas(width: float, height: float, **layout: Any) -> tuple[Canvas, Any]:
    """Return a figure and its axes."""
    from matplotlib.figure import Figure as Canvas

    figure = Canvas(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(**layout)


def tidy(axes: Axes, x: str, y: str, title: str = "") -> None:
    """Label axes and take away the frame."""
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.set_title(title, fontsize="medium")
    axes.spines[["top", "right"]].set_visible(False)


def tiers_of(model: Any, **changes: Any) -> Tiers:
    """Solve the tiers of a model at changed parameters."""
    changed = model.with_(**changes)
    return Tiers.of(changed.solve().require())


def disc(rounds: int) -> Callable[[Any], Canvas]:
    """Return a drawing of who meets whom: a trader's distance from the centre is his type."""

    def draw(model: Any) -> Canvas:
        tiers = tiers_of(model, rounds=rounds)
        size = max(6, rounds + 2)
        drawn = simulate(tiers, size, generator(0))
        low, high = float(tiers.market.law.low), float(tiers.market.law.high)
        radius = (drawn.types - low) / (high - low)
        angle = generator(0, 1).random(len(radius)) * 2 * np.pi
        x, y = radius * np.cos(angle), radius * np.sin(angle)
        figure, axes = canvas(5.6, 5.4)
        from matplotlib.collections import LineCollection

        pairs = drawn.network.pairs
        ends = np.stack([np.stack([x[pairs], y[pairs]], axis=-1)])[0]
        axes.add_collection(LineCollection(ends, colors=GREY, linewidths=0.5, alpha=0.45, zorder=1))
        links = drawn.network.links
        dots = axes.scatter(x, y, s=14 + 10 * links, c=links, cmap="viridis", zorder=2, linewidths=0)
        axes.add_artist(_circle())
        if rounds > 1:
            bar = figure.colorbar(dots, ax=axes, shrink=0.7, ticks=range(1, rounds + 1))
            bar.set_label("links")
        axes.set(aspect="equal", xlim=(-1.08, 1.08), ylim=(-1.08, 1.08))
        axes.set_axis_off()
        axes.set_title(f"{len(radius)} traders, N = {rounds}; distance from the centre: type", fontsize="medium")
        return figure

    return draw


def _circle() -> Any:
    from matplotlib.patches import Circle

    return Circle((0, 0), 1.03, fill=False, edgecolor=GREY, linewidth=0.8)


def links_and_revenue(model: Any) -> Canvas:
    """Draw the distribution of links, and fees from dealing by links, N = 10."""
    tiers = tiers_of(model, rounds=10)
    figure, (left, right) = canvas(9, 3.6, ncols=2)
    left.bar(range(1, 11), [float(share) for share in tiers.links()], color=BLUE)
    tidy(left, "links", "share of traders")
    left.set_xticks(range(1, 11))
    right.plot(range(1, 11), [float(tiers.revenue(t)) for t in range(1, 11)], "o-", color=BLUE, label="tier")
    right.plot([10], [float(tiers.revenue(11))], "s", color=RED, label="core")
    right.set_xticks(range(1, 11))
    right.legend(frameon=False)
    tidy(right, "links", "revenue from market making (numeraire)")
    return figure


def volumes(model: Any) -> Canvas:
    """Draw expected gross volume by type, and net volume as a share of it, N = 10."""
    tiers = tiers_of(model, rounds=10)
    borders = np.array([float(tiers.market.law.high), *map(float, tiers.cutoffs), float(tiers.market.law.low)])[::-1]
    gross = np.array([float(tiers.volume(t)) for t in range(11, 0, -1)])
    figure, (left, right) = canvas(9, 3.6, ncols=2)
    left.stairs(gross, borders, color=BLUE, linewidth=1.6, baseline=None)
    left.set_ylim(bottom=0)
    tidy(left, "type sigma", "gross volume (units)")
    right.stairs(float(tiers.market.holding) / gross, borders, color=ORANGE, linewidth=1.6, baseline=None)
    right.set_ylim(0, 1.05)
    tidy(right, "type sigma", "net volume / gross volume")
    return figure


def spreads(model: Any) -> Canvas:
    """Draw spreads over the day and the marginal types before and after all types fall by 2/5."""
    from gametheory_plugins.network_formation.claims_settings import FIGURE_4

    before = tiers_of(model, **FIGURE_4, p=None, exposure=None, at=None)
    lower = {"kind": "uniform", "low": 0, "high": 6}
    after = tiers_of(model, **{**FIGURE_4, "distribution": lower}, p=None, exposure=None, at=None)
    figure, (left, right) = canvas(9, 3.6, ncols=2)
    rounds = range(1, before.rounds + 1)
    left.plot(rounds, [float(s) for s in before.spread_per_meeting()], "o-", color=BLUE)
    tidy(left, "round t", "bid-ask spread, more volatile (numeraire)")
    left.yaxis.label.set_color(BLUE)
    left.set_ylim(bottom=0)
    twin = left.twinx()
    twin.plot(
        rounds,
        [1e6 * (float(s) - float(after.spread_per_meeting()[-1])) for s in after.spread_per_meeting()],
        "s--",
        color=RED,
    )
    twin.set_ylabel(f"less volatile: millionths above {float(after.spread_per_meeting()[-1]):.4f}")
    twin.yaxis.label.set_color(RED)
    twin.spines["top"].set_visible(False)
    right.plot(rounds, [float(s) for s in before.cutoffs], "o-", color=BLUE, label="more volatile")
    right.plot(rounds, [float(s) for s in after.cutoffs], "s--", color=RED, label="less volatile")
    right.legend(frameon=False)
    tidy(right, "round t", "marginal type sigma_t*")
    return figure


def payoffs(model: Any) -> Canvas:
    """Draw payoffs by type beside the frictionless ones."""
    solution = model.solve().require()
    tiers = Tiers.of(solution)
    low, high = float(tiers.market.law.low), float(tiers.market.law.high)
    types = np.linspace(low, high, 201)
    figure, axes = canvas(5.6, 3.8)
    axes.plot(types, [float(tiers.served(s)) for s in types], color=GREY, linestyle=":", label="frictionless")
    if solution.answer.participation:
        axes.plot(types, [float(tiers.payoff(s)) for s in types], color=BLUE, label="W_0")
    for t, cutoff in enumerate(tiers.cutoffs, 1):
        axes.axvline(float(cutoff), color=ORANGE, linewidth=0.7, label="cutoffs" if t == 1 else None)
    axes.legend(frameon=False)
    tidy(axes, "type sigma", "payoff (numeraire)")
    return figure


def banks(model: Any) -> Canvas:
    """Draw the banks with the flow of funds: who delivers to whom in which round."""
    group = model.group()
    tiers = tiers_of(model)
    network = group.network(*tiers.prices(), tiers.market.holding).only_traded()
    rounds = group.rounds
    place = _places(group)
    figure, axes = canvas(max(6.4, 0.5 * len(group.tier)), 1.4 * (rounds + 1))
    colours = [BLUE, GREEN, ORANGE, RED, "#CC79A7", "#56B4E9", GREY]
    columns = (network.trader, network.counterparty, network.round, network.quantity)
    few = len(group.tier) <= 16
    for seller, buyer, t, quantity in zip(*(c.tolist() for c in columns), strict=True):
        axes.annotate(
            "",
            place[buyer],
            place[seller],
            arrowprops={
                "arrowstyle": "-|>",
                "color": colours[(t - 1) % len(colours)],
                "linewidth": 1.0 + 0.6 * float(quantity) / float(tiers.market.holding),
                "shrinkA": 13 if few else 6,
                "shrinkB": 13 if few else 6,
            },
        )
        if few:
            middle = [0.5 * (a + b) for a, b in zip(place[seller], place[buyer], strict=True)]
            axes.text(
                *middle,
                f"{_units(quantity / tiers.market.holding)}",
                fontsize=8,
                ha="center",
                va="center",
                bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none"},
            )
    for i, label in enumerate(group.labels):
        sign = "+" if group.sign[i] > 0 else "-"
        axes.plot(*place[i], "o", markersize=22 if few else 8, color="white", markeredgecolor="black", zorder=3)
        axes.text(*place[i], f"{label}{sign}" if few else "", ha="center", va="center", fontsize=9, zorder=4)
    from matplotlib.lines import Line2D

    axes.legend(
        [Line2D([], [], color=colours[(t - 1) % len(colours)], linewidth=2) for t in range(1, rounds + 1)],
        [f"round {t}" for t in range(1, rounds + 1)],
        frameon=False,
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
    )
    axes.margins(0.08, 0.15)
    axes.set_axis_off()
    axes.set_title("flow of funds (units of a); sign: shock; bottom: core", fontsize="medium")
    return figure


def _units(quantity: Any) -> str:
    return "a" if quantity == 1 else f"{float(quantity):g}a"


def _places(group: Any) -> list[tuple[float, float]]:
    """Place banks in rows by tier, each below those it serves."""
    across: dict[int, float] = {}
    leaves = iter(range(len(group.tier)))
    served: dict[int, list[int]] = {}
    for _, dealer, customer in sorted(group.meetings, reverse=True):
        served.setdefault(dealer, []).append(customer)

    def settle(bank: int) -> float:
        below = [settle(customer) for customer in served.get(bank, [])]
        across[bank] = sum(below) / len(below) if below else float(next(leaves))
        return across[bank]

    settle(len(group.tier) - 1)
    return [(across[i], float(group.rounds + 1 - tier)) for i, tier in enumerate(group.tier)]


def cascades(model: Any) -> Canvas:
    """Draw how many banks fall with each investing bank, by expected dividend."""
    tiers = tiers_of(model)
    last = float(tiers.cutoffs[-1]) or float(tiers.market.law.high)
    grid = np.linspace(0.02, 2.0, 67) * last
    table: dict[str, list[int]] = {}
    for y in grid.tolist():
        chains = model.with_(dividend=y).solve().require().results["chains"]
        for bank, chain in chains.items():
            table.setdefault(bank, []).append(len(chain))
    figure, axes = canvas(7, 3.8)
    if len(table) <= 8:
        colours = [GREY, BLUE, RED, ORANGE, GREEN, "#CC79A7", "#56B4E9", "black"]
        for k, (bank, sizes) in enumerate(table.items()):
            # Lines on top of each other are told apart by a small offset.
            axes.step(grid / last, np.array(sizes) + 0.05 * k, where="mid", color=colours[k], label=f"first: {bank}")
        axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    else:
        sizes = np.array(list(table.values()))
        axes.step(grid / last, sizes.mean(axis=0), where="mid", color=BLUE, label="mean")
        axes.step(grid / last, sizes.max(axis=0), where="mid", color=RED, label="largest")
        axes.legend(frameon=False)
    axes.set_ylim(bottom=0.8)
    axes.yaxis.get_major_locator().set_params(integer=True)
    tidy(axes, "dividend y / sigma_N*", "banks that fall (lines set apart)")
    return figure


def capacity(model: Any) -> Canvas:
    """Draw the worst debt, and the least it must be covered by, by number of rounds."""
    results = model.solve().require().results
    rounds = np.arange(1, model.rounds + 1)
    figure, (left, right) = canvas(9, 3.6, ncols=2)
    for name, colour, label in (("max_debt", RED, "tier N"), ("max_debt_core", ORANGE, "core")):
        left.plot(rounds, _floats(results[name]), "o-", color=colour, markersize=3, label=label)
    if model.collateral is not None:
        left.axhline(float(model.collateral), color=GREY, linestyle=":", label="collateral Q")
    left.legend(frameon=False)
    tidy(left, "rounds N", "worst debt (numeraire)")
    right.plot(rounds, _floats(results["slack"]), "o-", color=BLUE, markersize=3)
    right.axhline(0, color=GREY, linewidth=0.8)
    right.axvline(results["unsecured"], color=GREY, linestyle=":")
    tidy(right, "rounds N", "discounted gains minus debt, least", f"N* = {results['unsecured']}")
    for axes in (left, right):
        axes.xaxis.get_major_locator().set_params(integer=True)
    return figure


def _floats(values: list[Any]) -> list[float]:
    return [float("nan") if v is None else float(v) for v in values]


def drawn(model: Any) -> Canvas:
    """Draw averages by tier of a drawn market, with three standard errors, against theory."""
    results = model.solve().require().results
    figure, panels = canvas(9, 3.6, ncols=2)
    for axes, name, what in zip(
        panels, ("volume", "revenue"), ("gross volume (units)", "fees from dealing (numeraire)"), strict=True
    ):
        table = results[name]
        tiers = np.arange(1, len(table["mean"]) + 1)
        axes.plot(tiers, table["theory"], "_", color=RED, markersize=18, label="theory")
        errors = 3 * np.array(table["standard_error"])
        axes.errorbar(tiers, table["mean"], yerr=errors, fmt="o", color=BLUE, markersize=4, capsize=3, label="drawn")
        axes.set_xticks(tiers, [*map(str, tiers[:-1]), "core"])
        axes.legend(frameon=False)
        tidy(axes, "tier", what)
    return figure


FORMATION_FIGURES = (
    Figure("1a", "who meets whom with one round; distance from the centre is the type", disc(1), "Figure 1(a)"),
    Figure("1b", "who meets whom with seven rounds", disc(7), "Figure 1(b)"),
    Figure(
        "2", "distribution of links and revenue from market making (numeraire), N = 10", links_and_revenue, "Figure 2"
    ),
    Figure("3", "gross volume (units), and net volume as a share of it, by type, N = 10", volumes, "Figure 3"),
    Figure("4", "spreads over the day (numeraire) before and after types fall; fixed parameters", spreads, "Figure 4"),
    Figure("payoffs", "payoffs by type (numeraire) and the frictionless ones", payoffs),
)
CONTAGION_FIGURES = (
    Figure("5", "the banks and the flow of funds (units of a)", banks, "Figure 5"),
    Figure("cascades", "banks that fall with each investing bank, by dividend over sigma_N*", cascades, "Table 3"),
)
CAPACITY_FIGURES = (Figure("capacity", "worst debts and the incentive to repay, by number of rounds", capacity),)
SIMULATION_FIGURES = (Figure("tiers", "drawn averages by tier against theory", drawn),)
