"""Figures: the law of exposures, liquidity over contact rate and risk, transition paths, the chosen contact rate."""

from __future__ import annotations

from typing import Any

import numpy as np

from gametheory import COLOURS, LINE_STYLES, ExposureLaw, Figure, canvas, solve

#: Measures of liquidity with their units, and the power of risk they grow with.
MEASURES = {
    "volume": ("trade volume", "units per year", -1),
    "price_dispersion": ("price dispersion", "numeraire", 1),
    "price_impact": ("price impact", "numeraire per unit", 2),
}
#: Points of a map along each axis.
GRID = 41


def densities(model: Any) -> Any:
    """Draw the density of exposures for half, once, and twice the misallocation."""
    figure, ((axis,),) = canvas(height=2.5)
    spread = model.market().misallocation
    points = np.linspace(-4 * spread, 4 * spread, 401)
    for factor in (0.5, 1.0, 2.0):
        scale = factor * spread
        axis.plot(points, ExposureLaw(scale).density(points), label=f"{scale:.3g}")
    axis.set_xlabel(r"excess risk exposure $\theta$")
    axis.set_ylabel("density (per unit of exposure)")
    axis.set_ylim(bottom=0)
    axis.legend(title="misallocation " + r"$\sigma_\eta/\sqrt{\lambda}$")
    return figure


def liquidity_map(model: Any) -> Any:
    """Draw the three measures for the first asset over its contact rate and risk, with curves of equal value."""
    from matplotlib.colors import LogNorm
    from matplotlib.ticker import LogFormatterSciNotation, LogLocator

    figure, axes = canvas(3, height=6.2, sharex=True)
    rates, risks = np.geomspace(0.1, 10, GRID), np.geomspace(0.1, 10, GRID)
    table: dict[str, list[float]] = {name: [] for name in MEASURES}
    for rate in rates.tolist():
        changed = model.with_(contact_rates=[rate, *model.contact_rates[1:]], psi=[1, *model.psi[1:]])
        found = changed.market().to_float().liquidity()
        for name, row in table.items():
            row.append(float(found[name][0]))
    for axis, (name, (title, unit, power)) in zip(axes[:, 0], MEASURES.items(), strict=True):
        values = np.array(table[name])[:, None] * risks[None, :] ** power
        low, high = np.floor(2 * np.log10(values.min())) / 2, np.ceil(2 * np.log10(values.max())) / 2
        levels = 10 ** np.arange(low, high + 0.25, 0.5)
        axis.set(xscale="log", yscale="log", title=f"{title} ({unit})")
        shown = axis.contourf(risks, rates, values, levels=levels, norm=LogNorm(levels[0], levels[-1]), cmap="cividis")
        lines = axis.contour(risks, rates, values, levels=levels, colors="white", linewidths=0.7, linestyles="-")
        axis.clabel(lines, levels[::2], fmt=lambda v: f"{v:.2g}", fontsize=7)
        axis.plot(abs(float(model.psi[0])), float(model.contact_rates[0]), "*", color=COLOURS["vermilion"], ms=8)
        bar = figure.colorbar(shown, ax=axis, ticks=LogLocator(base=10), format=LogFormatterSciNotation())
        bar.set_label(unit)
        axis.set_ylabel(r"contact rate $\lambda_1$ (per year)")
    axes[-1, 0].set_xlabel(r"systematic risk $|\psi_1|$ (star: the model)")
    return figure


def transition_paths(model: Any) -> Any:
    """Draw volume, price dispersion and price impact of each asset after the change, over the old steady state's."""
    figure, axes = canvas(3, height=5.4, sharex=True)
    horizon = 4 / float(model.market_after().total_rate) if len(model.times) < 2 else float(model.times[-1])
    times = [0.0, *(horizon * (k / 40) ** 2 for k in range(1, 41))]
    found = model.with_(times=times, start=None).solve().require().results
    before = model.market().liquidity()
    colours = [colour for name, colour in COLOURS.items() if name not in ("yellow", "grey")]
    for axis, (name, (title, _, _)) in zip(axes[:, 0], MEASURES.items(), strict=True):
        paths = np.array(found[name]) / np.array(before[name], dtype=np.float64)
        distinct: list[int] = []
        for j in range(paths.shape[1]):
            if not any(np.allclose(paths[:, j], paths[:, k]) for k in distinct):
                distinct.append(j)
        for j, colour, style in zip(distinct, colours * 9, LINE_STYLES * 9, strict=False):
            alike = [k + 1 for k in range(paths.shape[1]) if np.allclose(paths[:, k], paths[:, j])]
            label = f"asset{'s' * (len(alike) > 1)} {', '.join(map(str, alike))}"
            axis.plot([-0.1 * horizon, 0, *times], [1, 1, *paths[:, j]], color=colour, linestyle=style, label=label)
        axis.axhline(1, color=COLOURS["grey"], linewidth=0.6, linestyle="-", zorder=0)
        axis.set_title(title)
        axis.legend()
    axes[-1, 0].set_xlabel("years after the change")
    figure.supylabel("over the old steady state (ratio)")
    return figure


def chosen_rate(model: Any) -> Any:
    """Draw the contact rate that banks choose against the other market's, under each variant."""
    figure, ((axis,),) = canvas(height=2.6)

    def rate(variant: str, other: Any) -> float:
        return float(solve(model.with_(variant=variant, other_contact_rate=other).build()).require().answer["rate"])

    corners = [rate(v, 0) for v in ("paper", "paper_text", "corrected")]
    others = np.unique([*np.linspace(0, 1.3 * max(corners), 14), *corners])
    labels = {"paper": "paper", "paper_text": "paper's text", "corrected": "corrected"}
    for variant, label in labels.items():
        axis.plot(others, [rate(variant, float(c)) for c in others], label=label)
    axis.set_xlabel(r"contact rate of the other market $\lambda_c$ (per year)")
    axis.set_ylabel(r"chosen contact rate $\lambda_b$ (per year)")
    axis.set_ylim(bottom=0)
    axis.set_xlim(left=0)
    axis.legend(title="condition on the rate")
    return figure


def estimates(model: Any) -> Any:
    """Draw simulated measures over theory, with three standard errors, by asset."""
    results = model.solve().require().results
    named = {**{name: title for name, (title, _, _) in MEASURES.items()}, "meeting_rate": "meetings"}
    figure, axes = canvas(2, 2, height=3.6, sharex=True)
    for axis, (name, title) in zip(axes.flat, named.items(), strict=True):
        table = {column: np.array(values) for column, values in results[name].items()}
        assets = np.arange(1, len(table["theory"]) + 1)
        axis.axhline(1, color=COLOURS["grey"], linewidth=0.8, linestyle="-")
        axis.errorbar(
            assets,
            table["estimate"] / table["theory"],
            yerr=3 * table["standard_error"] / table["theory"],
            fmt="o",
            color=COLOURS["blue"],
            capsize=2,
        )
        axis.set(title=title, xticks=assets, xlim=(0.5, len(assets) + 0.5))
    for axis in axes[-1]:
        axis.set_xlabel("asset")
    figure.supylabel("estimate over theory, 3 standard errors")
    return figure


FIGURES = (
    Figure("1", "density of excess risk exposures at half, once and twice the misallocation", densities, "Figure 1"),
    Figure("map", "volume, price dispersion and impact over contact rate and risk, with iso-curves", liquidity_map),
)
TRANSITION_FIGURES = (
    Figure(
        "paths", "volume, price dispersion and price impact over time (years), relative to before", transition_paths
    ),
)
CONTACT_FIGURES = (
    Figure("rate", "chosen contact rate against the other market's (both per year), by variant", chosen_rate),
)
SIMULATION_FIGURES = (
    Figure("estimates", "simulated measures over theory (ratio), with three standard errors, by asset", estimates),
)
