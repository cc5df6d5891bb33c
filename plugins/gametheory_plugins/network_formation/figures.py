"""Figures of the paper, and of what follows from it; matplotlib is imported where something is drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory import COLOURS, DOUBLE_COLUMN, LINE_STYLES, Figure, canvas, generator
from gametheory_plugins.network_formation.simulation import simulate
from gametheory_plugins.network_formation.theory import Tiers

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas


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
        figure, ((axes,),) = canvas(height=3.3)
        from matplotlib.collections import LineCollection

        pairs = drawn.network.pairs
        ends = np.stack([np.stack([x[pairs], y[pairs]], axis=-1)])[0]
        axes.add_collection(LineCollection(ends, colors=COLOURS["grey"], linewidths=0.4, alpha=0.45, zorder=1))
        links = drawn.network.links
        dots = axes.scatter(x, y, s=4 + 4 * links, c=links, cmap="viridis", zorder=2, linewidths=0)
        axes.add_artist(_circle())
        if rounds > 1:
            bar = figure.colorbar(dots, ax=axes, shrink=0.7, ticks=range(1, rounds + 1))
            bar.set_label("links")
        axes.set(aspect="equal", xlim=(-1.08, 1.08), ylim=(-1.08, 1.08))
        axes.set_axis_off()
        axes.set_title(f"{len(radius)} traders, N = {rounds}; distance from the centre: type")
        return figure

    return draw


def _circle() -> Any:
    from matplotlib.patches import Circle

    return Circle((0, 0), 1.03, fill=False, edgecolor=COLOURS["grey"], linewidth=0.8)


def links_and_revenue(model: Any) -> Canvas:
    """Draw the distribution of links, and fees from dealing by links, N = 10."""
    tiers = tiers_of(model, rounds=10)
    figure, ((upper,), (lower,)) = canvas(2, height=3.8, sharex=True)
    upper.bar(range(1, 11), [float(share) for share in tiers.links()], color=COLOURS["blue"])
    upper.set(ylabel="share of traders", title="N = 10", xticks=range(1, 11))
    dealt = [float(tiers.revenue(t)) for t in range(1, 11)]
    lower.plot(range(1, 11), dealt, "o-", color=COLOURS["blue"], label="tier")
    lower.plot([10], [float(tiers.revenue(11))], "s", color=COLOURS["vermilion"], ms=6, mfc="none", label="core")
    lower.set(xlabel="links", ylabel="revenue from market\nmaking (numeraire)")
    lower.legend()
    return figure


def volumes(model: Any) -> Canvas:
    """Draw expected gross volume by type, and net volume as a share of it, N = 10."""
    tiers = tiers_of(model, rounds=10)
    borders = np.array([float(tiers.market.law.high), *map(float, tiers.cutoffs), float(tiers.market.law.low)])[::-1]
    gross = np.array([float(tiers.volume(t)) for t in range(11, 0, -1)])
    figure, ((upper,), (lower,)) = canvas(2, height=3.8, sharex=True)
    upper.stairs(gross, borders, color=COLOURS["blue"], linewidth=1.3, baseline=None)
    upper.set(ylabel="gross volume (units)", ylim=(0, None), title="N = 10")
    lower.stairs(float(tiers.market.holding) / gross, borders, color=COLOURS["vermilion"], linewidth=1.3, baseline=None)
    lower.set(xlabel=r"type $\sigma$ (numeraire per unit)", ylabel="net over gross volume (ratio)", ylim=(0, 1.05))
    return figure


def spreads(model: Any) -> Canvas:
    """Draw spreads over the day and the marginal types before and after all types fall by 2/5."""
    from gametheory_plugins.network_formation.claims_settings import FIGURE_4

    before = tiers_of(model, **FIGURE_4, p=None, exposure=None, at=None)
    lower = {"kind": "uniform", "low": 0, "high": 6}
    after = tiers_of(model, **{**FIGURE_4, "distribution": lower}, p=None, exposure=None, at=None)
    figure, axes = canvas(3, height=5, sharex=True)
    first, second, last = axes[:, 0]
    rounds = range(1, before.rounds + 1)
    volatile = {"marker": "o", "linestyle": "-", "color": COLOURS["blue"], "label": "more volatile"}
    calm = {"marker": "s", "linestyle": "--", "color": COLOURS["vermilion"], "label": "less volatile"}
    first.plot(rounds, [float(s) for s in before.spread_per_meeting()], **volatile)
    first.set(ylabel="bid-ask spread\n(numeraire per unit)", ylim=(0, None), title="spread, types more volatile")
    second.plot(rounds, [float(s) for s in after.spread_per_meeting()], **calm)
    second.set(ylabel="bid-ask spread\n(numeraire per unit)", title="spread, types less volatile (note the scale)")
    second.ticklabel_format(axis="y", useOffset=False)
    last.plot(rounds, [float(s) for s in before.cutoffs], **volatile)
    last.plot(rounds, [float(s) for s in after.cutoffs], **calm)
    last.set(xlabel="round t", ylabel="marginal type $\\sigma_t^*$\n(numeraire per unit)", xticks=list(rounds))
    last.legend()
    return figure


def payoffs(model: Any) -> Canvas:
    """Draw payoffs by type beside the frictionless ones."""
    solution = model.solve().require()
    tiers = Tiers.of(solution)
    low, high = float(tiers.market.law.low), float(tiers.market.law.high)
    types = np.linspace(low, high, 201)
    figure, ((axes,),) = canvas(height=2.6)
    axes.plot(types, [float(tiers.served(s)) for s in types], "--", color=COLOURS["vermilion"], label="frictionless")
    if solution.answer.participation:
        axes.plot(types, [float(tiers.payoff(s)) for s in types], "-", color=COLOURS["blue"], label="in equilibrium")
    for t, cutoff in enumerate(tiers.cutoffs, 1):
        label = r"cutoffs $\sigma_t^*$" if t == 1 else None
        axes.axvline(float(cutoff), color=COLOURS["grey"], linewidth=0.7, linestyle=":", label=label)
    axes.legend()
    axes.set(xlabel=r"type $\sigma$ (numeraire per unit)", ylabel="payoff (numeraire)")
    return figure


def banks(model: Any) -> Canvas:
    """Draw the banks with the flow of funds: who delivers to whom in which round."""
    group = model.group()
    tiers = tiers_of(model)
    network = group.network(*tiers.prices(), tiers.market.holding).only_traded()
    rounds = group.rounds
    place = _places(group)
    wide = {} if len(group.tier) <= 16 else {"width": DOUBLE_COLUMN}
    figure, ((axes,),) = canvas(height=0.85 * (rounds + 1), **wide)
    colours = [COLOURS[name] for name in ("blue", "green", "orange", "vermilion", "purple", "sky", "grey")]
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
                "linestyle": LINE_STYLES[(t - 1) % len(LINE_STYLES)],
                "linewidth": 0.8 + 0.4 * float(quantity) / float(tiers.market.holding),
                "shrinkA": 9 if few else 4,
                "shrinkB": 9 if few else 4,
            },
        )
        if few:
            middle = [0.5 * (a + b) for a, b in zip(place[seller], place[buyer], strict=True)]
            axes.text(
                *middle,
                f"{_units(quantity / tiers.market.holding)}",
                fontsize=7,
                ha="center",
                va="center",
                bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none"},
            )
    for i, label in enumerate(group.labels):
        sign = "+" if group.sign[i] > 0 else "-"
        axes.plot(*place[i], "o", markersize=16 if few else 5, color="white", markeredgecolor="black", zorder=3)
        axes.text(*place[i], f"{label}{sign}" if few else "", ha="center", va="center", fontsize=7, zorder=4)
    from matplotlib.lines import Line2D

    lines = [
        Line2D([], [], color=colours[(t - 1) % len(colours)], linestyle=LINE_STYLES[(t - 1) % len(LINE_STYLES)])
        for t in range(1, rounds + 1)
    ]
    said = [f"round {t}" for t in range(1, rounds + 1)]
    figure.legend(lines, said, loc="outside lower center", ncols=min(rounds, 4))
    axes.margins(0.08, 0.15)
    axes.set_axis_off()
    axes.set_title("flow of funds (units of a); sign: shock; bottom: core")
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
    figure, ((axes,),) = canvas(height=3)
    if len(table) <= len(LINE_STYLES):
        colours = [colour for name, colour in COLOURS.items() if name not in ("yellow", "grey")]
        for k, (bank, sizes) in enumerate(table.items()):
            # Lines on top of each other are told apart by a small offset.
            apart = np.array(sizes) + 0.06 * k
            axes.step(grid / last, apart, where="mid", color=colours[k], linestyle=LINE_STYLES[k], label=bank)
        figure.legend(loc="outside lower center", ncols=4, title="bank whose investment fails")
    else:
        sizes = np.array(list(table.values()))
        axes.step(grid / last, sizes.mean(axis=0), "-", where="mid", color=COLOURS["blue"], label="mean")
        axes.step(grid / last, sizes.max(axis=0), "--", where="mid", color=COLOURS["vermilion"], label="largest")
        axes.legend()
    axes.set_ylim(bottom=0.8)
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.set(xlabel=r"expected dividend over the last cutoff, $y/\sigma_N^*$", ylabel="banks that fall")
    axes.set_title("lines are set slightly apart" if len(table) <= len(LINE_STYLES) else "")
    return figure


def capacity(model: Any) -> Canvas:
    """Draw the worst debt, and the least it must be covered by, by number of rounds."""
    results = model.solve().require().results
    rounds = np.arange(1, model.rounds + 1)
    figure, ((upper,), (lower,)) = canvas(2, height=4.2, sharex=True)
    for name, label, marker, style in (
        ("max_debt", "tier N", "o", {"color": COLOURS["blue"], "linestyle": "-"}),
        ("max_debt_core", "core", "s", {"color": COLOURS["vermilion"], "linestyle": "--", "mfc": "none"}),
    ):
        upper.plot(rounds, _floats(results[name]), marker=marker, markersize=3.5, label=label, **style)
    if model.collateral is not None:
        upper.axhline(float(model.collateral), color=COLOURS["grey"], linestyle=":", label="collateral Q")
    upper.legend()
    upper.set(ylabel="worst debt (numeraire)", title="debts at the end of the day")
    lower.plot(rounds, _floats(results["slack"]), "o-", color=COLOURS["blue"], markersize=3.5)
    lower.axhline(0, color=COLOURS["grey"], linewidth=0.8, linestyle="-")
    lower.axvline(results["unsecured"], color=COLOURS["grey"], linestyle=":")
    lower.set(xlabel="rounds N", ylabel="gains from repaying, least\n(numeraire)")
    lower.set_title(f"later gains less the debt: not negative up to N* = {results['unsecured']}")
    lower.xaxis.get_major_locator().set_params(integer=True)
    return figure


def _floats(values: list[Any]) -> list[float]:
    return [float("nan") if v is None else float(v) for v in values]


def drawn(model: Any) -> Canvas:
    """Draw averages by tier of a drawn market, with three standard errors, against theory."""
    results = model.solve().require().results
    figure, panels = canvas(2, height=4, sharex=True)
    for axes, name, what in zip(
        panels[:, 0], ("volume", "revenue"), ("gross volume (units)", "fees from dealing (numeraire)"), strict=True
    ):
        table = results[name]
        tiers = np.arange(1, len(table["mean"]) + 1)
        axes.plot(tiers, table["theory"], "_", color=COLOURS["vermilion"], markersize=14, label="theory")
        axes.errorbar(
            tiers,
            table["mean"],
            yerr=3 * np.array(table["standard_error"]),
            fmt="o",
            color=COLOURS["blue"],
            capsize=2,
            label="drawn, 3 standard errors",
        )
        axes.set_xticks(tiers, [*map(str, tiers[:-1]), "core"])
        axes.set_ylabel(what)
    panels[0, 0].legend()
    panels[-1, 0].set_xlabel("tier")
    return figure


FORMATION_FIGURES = (
    Figure("1a", "who meets whom with one round; distance from the centre is the type", disc(1), "Figure 1(a)"),
    Figure("1b", "who meets whom with seven rounds", disc(7), "Figure 1(b)"),
    Figure(
        "2", "distribution of links and revenue from market making (numeraire), N = 10", links_and_revenue, "Figure 2"
    ),
    Figure("3", "gross volume (units), and net volume as a share of it, by type, N = 10", volumes, "Figure 3"),
    Figure(
        "4",
        "spreads over the day (numeraire per unit) before and after types fall; fixed parameters",
        spreads,
        "Figure 4",
    ),
    Figure("payoffs", "payoffs by type (numeraire) and the frictionless ones", payoffs),
)
CONTAGION_FIGURES = (
    Figure("5", "the banks and the flow of funds (units of a)", banks, "Figure 5"),
    Figure("cascades", "banks that fall with each investing bank, by dividend over sigma_N*", cascades, "Table 3"),
)
CAPACITY_FIGURES = (Figure("capacity", "worst debts and the incentive to repay, by number of rounds", capacity),)
SIMULATION_FIGURES = (Figure("tiers", "drawn averages by tier against theory", drawn),)
