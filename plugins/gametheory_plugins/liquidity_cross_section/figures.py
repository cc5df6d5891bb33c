"""Figures: the law of exposures, liquidity over contact rate and risk, transition paths, the chosen contact rate."""

from __future__ import annotations

from typing import Any

import numpy as np

from gametheory import ExposureLaw, Figure, solve

#: Colours that stay apart for the colour-blind (Okabe and Ito), with a line style each.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
STYLES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)))


def _axes(columns: int = 1, height: float = 3.2, width: float = 4.6) -> tuple[Any, Any]:
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=(width * columns, height), layout="constrained")
    return canvas, canvas.subplots(1, columns, squeeze=False)[0]


def densities(model: Any) -> Any:
    """Draw the density of exposures for half, once, and twice the misallocation."""
    canvas, (axis,) = _axes()
    spread = model.market().misallocation
    points = np.linspace(-4 * spread, 4 * spread, 401)
    for factor, colour, style in zip((0.5, 1.0, 2.0), COLOURS, STYLES, strict=False):
        scale = factor * spread
        density = ExposureLaw(scale).density(points)
        axis.plot(
            points, density, color=colour, linestyle=style, label=rf"$\sigma_\eta/\sqrt{{\lambda}}$ = {scale:.3g}"
        )
    axis.set_xlabel(r"excess risk exposure $\theta$")
    axis.set_ylabel("density")
    axis.set_ylim(bottom=0)
    axis.legend(frameon=False)
    return canvas


def liquidity_map(model: Any) -> Any:
    """Draw volume and price impact of the first asset over its contact rate and risk, with curves of equal value."""
    canvas, axes = _axes(2, height=3.4)
    others = [float(c) for c in model.contact_rates[1:]]
    rates, risks = np.geomspace(0.1, 10, 81), np.geomspace(0.1, 10, 81)
    total = rates + sum(others)
    scale = ExposureLaw(1.0).half_mean_gap() * float(model.sigma_eta)
    volume = scale * (rates / np.sqrt(total))[:, None] / risks[None, :]
    cost = float(model.r) * float(model.gamma_B) * float(model.sigma) ** 2
    impact = (cost / (float(model.r) + total / 2))[:, None] * risks[None, :] ** 2
    titles = (r"trade volume $V_1$ (units per year)", r"price impact $\delta_1$ (numeraire per unit)")
    for axis, values, title in zip(axes, (volume, impact), titles, strict=True):
        levels = np.arange(np.floor(np.log10(values.min())), np.ceil(np.log10(values.max())) + 0.5, 0.5)
        axis.set_xscale("log")
        axis.set_yscale("log")
        shown = axis.contourf(risks, rates, np.log10(values), levels=levels, cmap="cividis")
        lines = axis.contour(
            risks, rates, np.log10(values), levels=levels, colors="white", linewidths=0.8, linestyles="solid"
        )
        axis.clabel(lines, levels[::2], fmt=lambda v: f"{10**v:.3g}", fontsize=8)
        axis.set_xlabel(r"systematic risk $|\psi_1|$")
        axis.set_ylabel(r"contact rate $\lambda_1$ (per year)")
        axis.set_title(title, fontsize=10)
        bar = canvas.colorbar(shown, ax=axis)
        bar.set_label("log10")
    return canvas


def transition_paths(model: Any) -> Any:
    """Draw volume, price dispersion and price impact of each asset after the change, over the old steady state's."""
    canvas, axes = _axes(3, height=3.0, width=3.3)
    horizon = 4 / float(model.market_after().total_rate) if len(model.times) < 2 else float(model.times[-1])
    times = [0.0, *(horizon * (k / 40) ** 2 for k in range(1, 41))]
    found = model.with_(times=times, start=None).solve().require().results
    before = model.market().liquidity()
    titles = {"volume": "trade volume", "price_dispersion": "price dispersion", "price_impact": "price impact"}
    for axis, (name, title) in zip(axes, titles.items(), strict=True):
        paths = np.array(found[name]) / np.array(before[name], dtype=np.float64)
        distinct: list[int] = []
        for j in range(paths.shape[1]):
            if not any(np.allclose(paths[:, j], paths[:, k]) for k in distinct):
                distinct.append(j)
        for j, colour, style in zip(distinct, COLOURS * 9, STYLES * 9, strict=False):
            alike = [k + 1 for k in range(paths.shape[1]) if np.allclose(paths[:, k], paths[:, j])]
            label = f"asset{'s' * (len(alike) > 1)} {', '.join(map(str, alike))}"
            axis.plot([-0.1 * horizon, 0, *times], [1, 1, *paths[:, j]], color=colour, linestyle=style, label=label)
        axis.axhline(1, color="0.7", linewidth=0.7, zorder=0)
        axis.set_xlabel("years after the change")
        axis.set_title(title, fontsize=10)
        axis.legend(frameon=False, fontsize=8)
    axes[0].set_ylabel("over the old steady state")
    return canvas


def chosen_rate(model: Any) -> Any:
    """Draw the contact rate that banks choose against the other market's, under each variant."""
    canvas, (axis,) = _axes()

    def rate(variant: str, other: Any) -> float:
        return float(solve(model.with_(variant=variant, other_contact_rate=other).build()).require().answer["rate"])

    corners = [rate(v, 0) for v in ("paper", "paper_text", "corrected")]
    others = np.unique([*np.linspace(0, 1.3 * max(corners), 14), *corners])
    labels = {"paper": "paper", "paper_text": "paper's text", "corrected": "corrected"}
    for (variant, label), colour, style in zip(labels.items(), COLOURS, STYLES, strict=False):
        rates = [rate(variant, float(c)) for c in others]
        axis.plot(others, rates, color=colour, linestyle=style, label=label)
    axis.set_xlabel(r"contact rate of the other market $\lambda_c$ (per year)")
    axis.set_ylabel(r"chosen contact rate $\lambda_b$ (per year)")
    axis.set_ylim(bottom=0)
    axis.set_xlim(left=0)
    axis.legend(frameon=False)
    return canvas


FIGURES = (
    Figure("1", "density of excess risk exposures at half, once and twice the misallocation", densities, "Figure 1"),
    Figure("map", "volume and price impact over contact rate (per year) and risk, with iso-curves", liquidity_map),
)
TRANSITION_FIGURES = (
    Figure(
        "paths", "volume, price dispersion and price impact over time (years), relative to before", transition_paths
    ),
)
CONTACT_FIGURES = (
    Figure("rate", "chosen contact rate against the other market's (both per year), by variant", chosen_rate),
)
