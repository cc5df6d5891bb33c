"""Figures: schedules by type, the efficient frontier in payoffs, neutral prices over bargaining power and prior."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from gametheory import (
    COLOURS,
    DOUBLE_COLUMN,
    LINE_STYLES,
    Figure,
    NeutralMechanism,
    UsageError,
    canvas,
    efficient_frontier,
    exact,
    solve,
)
from gametheory_plugins.neutral_bargaining.bargaining import DEALER, TRADER, Bargaining

#: Points of a line over power or over a probability, before jumps are looked for.
POINTS = 21
#: How often an interval in which a line moves by more than `STEP` of its range is halved; what then remains jumps.
HALVINGS, STEP = 5, 0.1
#: Lines of the types, the first widest, so that lines on top of each other all show.
TYPE_COLOURS = ("blue", "vermilion", "sky", "black", "green", "purple", "orange")
WIDTHS = (2.2, 1.8, 1.4, 1.0)


def as_neutral(bargaining: Bargaining) -> Bargaining:
    """Return the same bargaining with a neutral mechanism selected."""
    return replace(bargaining, select="neutral", weights=None)


def by_cost(bargaining: Bargaining) -> list[int]:
    """Return the places of the types, the cheapest first."""
    return sorted(range(len(bargaining.types)), key=lambda i: exact(bargaining.costs[i]))


def schedules(model: Any) -> Any:
    """Draw price and probability of sale by type, and the constraints that bind as arrows between types."""
    bargaining, results = model.bargaining(), model.solve().require().results
    order = by_cost(bargaining)
    types = [bargaining.types[i] for i in order]
    places = np.arange(len(types))
    figure, axes = canvas(3, height=4.8, gridspec_kw={"height_ratios": [3, 2, 2]})
    prices, sold, bound = axes[:, 0]
    values, costs = ([float(numbers[i]) for i in order] for numbers in (bargaining.values, bargaining.costs))
    prices.plot(places, values, "_", color=COLOURS["black"], markersize=14, label="trader's value")
    prices.plot(places, costs, "_", color=COLOURS["vermilion"], markersize=14, label="dealer's cost")
    virtual = [results["virtual_cost"][t] for t in types]
    if None not in virtual:
        prices.plot(
            places, [float(c) for c in virtual], "x", color=COLOURS["orange"], markersize=6, label="virtual cost"
        )
    prices.plot(places, _plain(results["P"], types), "o", color=COLOURS["blue"], label="price per unit")
    prices.set(ylabel="money per unit", xticks=places, xticklabels=types, title=_selected(bargaining))
    prices.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2)
    sold.bar(places, _plain(results["Q"], types), width=0.5, color=COLOURS["blue"])
    for place, quantity in zip(places, _plain(results["Q"], types), strict=True):
        sold.annotate(f"{quantity:.3g}", (place, quantity), (0, 2), textcoords="offset points", ha="center", fontsize=7)
    sold.set(ylabel="probability of sale", ylim=(0, 1.2), yticks=(0, 0.5, 1), xticks=places, xticklabels=types)
    _arrows(bound, types, results["binding"])
    for axis in axes.flat:
        axis.set_xlim(-0.6, len(types) - 0.4)
    sold.set_xlabel("type of the dealer")
    return figure


def _selected(bargaining: Bargaining) -> str:
    if bargaining.select != "neutral":
        return f"mechanism selected: {bargaining.select.replace('_', ' ')}"
    return f"neutral mechanism, dealer's power {exact(bargaining.power)}"


def _plain(by_type: Mapping[str, Any], types: Sequence[str]) -> list[float]:
    """Return numbers in order of types; what is not defined is not drawn."""
    return [float("nan") if by_type[t] is None else float(by_type[t]) for t in types]


def _between(constraint: str) -> bool:
    """Say whether a constraint is between two types, and not about taking part."""
    report, who = constraint.split("|")
    return report != "outside" and who != TRADER


def _arrows(axis: Any, types: Sequence[str], binding: Sequence[str]) -> None:
    """Draw an arrow from each type to the reports she is indifferent to; a ring where she gains nothing."""
    from matplotlib.patches import FancyArrowPatch

    inch = 3 / (len(types) + 0.2)
    for constraint in binding:
        if not _between(constraint):
            continue
        report, who = constraint.split("|")
        start, end = types.index(who), types.index(report)
        dearer = end > start
        arrow = FancyArrowPatch(
            (start, 0),
            (end, 0),
            # To the right it bends up, to the left down; long ones as far as there is room.
            connectionstyle=f"arc3,rad={-min(0.45, 0.9 / (inch * abs(end - start)))}",
            arrowstyle="-|>",
            mutation_scale=8,
            linewidth=1,
            linestyle="-" if dearer else "--",
            shrinkA=10,
            shrinkB=10,
            color=COLOURS["blue" if dearer else "vermilion"],
            clip_on=False,
        )
        axis.add_patch(arrow)
    for place, name in enumerate(types):
        ring = f"outside|{name}" in binding
        axis.plot(place, 0, "o", markersize=17, color="white", markeredgecolor=COLOURS["black"], zorder=3)
        if ring:
            axis.plot(place, 0, "o", markersize=20, markerfacecolor="none", markeredgecolor=COLOURS["black"], zorder=3)
        axis.text(place, 0, name, ha="center", va="center", fontsize=7, zorder=4)
    drawn = [tuple(types.index(t) for t in c.split("|")[::-1]) for c in binding if _between(c)]
    upward, downward = any(b > a for a, b in drawn), any(b < a for a, b in drawn)
    axis.set_ylim(-1 if downward else -0.5, 1)
    axis.set_axis_off()
    said = "arrow: indifferent to reporting that type" if drawn else "no type is indifferent to another's report"
    if upward and downward:
        said += "\nsolid: the report of a dearer type; dashed: of a cheaper one"
    elif downward:
        said += ", a cheaper one"
    if any(c.startswith("outside|") and c != f"outside|{TRADER}" for c in binding):
        said += "\ndouble ring: gains nothing"
    if f"outside|{TRADER}" in binding:
        said += "\nthe trader gains nothing"
    axis.text(0.5, 0, said, ha="center", va="top", fontsize=7, transform=axis.transAxes)


def frontier(model: Any) -> Any:
    """Draw the trader's expected gain against each type's: what is feasible, what is efficient, what is neutral."""
    bargaining = model.bargaining()
    problem = as_neutral(replace(bargaining, power=Fraction(1, 2))).problem()
    found = efficient_frontier(problem)
    payoffs = [mechanism.utilities(problem.to_exact()) for mechanism in found.mechanisms]
    efficient = [finding.efficient for finding in found.efficient]
    answer = solve(as_neutral(bargaining).form(), exact=True).require().answer
    both = [answer.mechanism] if answer.alternative is None else [answer.mechanism, answer.alternative]
    marks = [
        (f"neutral, dealer's power {exact(bargaining.power)}", "*", "vermilion", _utilities(bargaining, each))
        for each in both
    ]
    if bargaining.select != "neutral":
        chosen = model.solve().require().results
        name = bargaining.select.replace("_", " ")
        marks.append((name, "D", "purple", {DEALER: chosen["U1"], TRADER: {TRADER: chosen["U2"]}}))
    order = by_cost(bargaining)
    columns = 2 if len(order) <= 4 else 4
    rows = -(-len(order) // columns)
    wide = {} if columns == 2 else {"width": DOUBLE_COLUMN}
    figure, axes = canvas(rows, columns, height=0.7 + 1.6 * rows, sharey=True, **wide)
    for axis in axes.flat[len(order) :]:
        axis.set_axis_off()
    for axis, place in zip(axes.flat, order, strict=False):
        name = bargaining.types[place]
        _projection(axis, _across(payoffs, name), efficient, found.faces)
        for label, marker, colour, utilities in marks:
            (point,) = _across([utilities], name)
            axis.plot(*point, marker, color=COLOURS[colour], markersize=8 if marker == "*" else 4, label=label)
        axis.set_xlabel(f"gain of {name} (money)")
        axis.margins(0.07)
    figure.supylabel("gain of the trader (money)")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    once = dict(zip(labels, handles, strict=True))
    figure.legend(once.values(), once, loc="outside lower center", ncols=2)
    figure.suptitle(
        f"{sum(efficient)} of {len(efficient)} extreme points efficient; maximal efficient faces: {len(found.faces)}"
    )
    return figure


def _utilities(bargaining: Bargaining, found: NeutralMechanism) -> Any:
    return {
        DEALER: dict(zip(bargaining.types, found.informed_utilities.tolist(), strict=True)),
        TRADER: {TRADER: found.uninformed_utility},
    }


def _across(payoffs: Sequence[Any], name: str) -> Any:
    """Return gains of a type and of the trader, shape (n, 2)."""
    return np.array([[float(u[DEALER][name]), float(u[TRADER][TRADER])] for u in payoffs])


def _projection(axis: Any, points: Any, efficient: Sequence[bool], faces: Sequence[Sequence[int]]) -> None:
    """Draw the shadow of the feasible set and of its efficient faces, with their extreme points."""
    best = np.array(efficient)
    plain = {"linewidth": 0.8, "linestyle": "-"}
    axis.fill(*outline(points).T, facecolor="#EEEEEE", edgecolor=COLOURS["grey"], label="feasible", **plain)
    for k, face in enumerate(faces):
        axis.fill(
            *outline(points[list(face)]).T,
            facecolor=COLOURS["sky"],
            edgecolor=COLOURS["blue"],
            alpha=0.55,
            label="efficient" if k == 0 else None,
            **plain,
        )
    axis.plot(*points[~best].T, "o", markerfacecolor="white", color=COLOURS["grey"], label="extreme point")
    axis.plot(*points[best].T, "o", color=COLOURS["blue"], label="efficient extreme point")


def outline(points: Any) -> Any:
    """Return the corners of the convex hull of points in the plane, in order around it; two if they are on a line."""
    from scipy.spatial import ConvexHull

    centred = points - points.mean(axis=0)
    if np.linalg.matrix_rank(centred, tol=1e-9 * max(1.0, float(np.abs(points).max()))) < 2:
        along = centred @ np.linalg.svd(centred)[2][0]
        return points[[along.argmin(), along.argmax()]]
    return points[ConvexHull(points).vertices]


def neutral_prices_power(model: Any) -> Any:
    """Draw neutral prices and probabilities of sale over the dealer's bargaining power; one of them if several are."""
    bargaining = as_neutral(model.bargaining())
    grid = [Fraction(k, POINTS - 1) for k in range(POINTS)]
    x, found, missing = traced(grid, lambda power: replace(bargaining, power=power))
    figure, axes = canvas(2, height=4.2, sharex=True)
    _lines(axes[0, 0], bargaining, x, [m and m.unit_prices for m in found])
    _lines(axes[1, 0], bargaining, x, [m and m.quantities for m in found])
    axes[0, 0].set(ylabel="price (money per unit)", title=f"neutral mechanisms, one if several{_left_out(missing)}")
    axes[1, 0].set(xlabel="dealer's bargaining power", ylabel="probability of sale", ylim=(-0.03, 1.05))
    _legend_of_types(figure, axes[0, 0], len(bargaining.types))
    return figure


def neutral_prices_prior(model: Any) -> Any:
    """Draw neutral prices over the probability of each type, the others' in proportion; one of them if several are."""
    bargaining = as_neutral(model.bargaining())
    order = by_cost(bargaining)
    if len(order) < 2:
        raise UsageError("there is only one type, and its probability is 1", remedy="give at least two types")
    left_out = 0
    grid = [Fraction(2 * k + 1, 2 * (POINTS - 1)) for k in range(POINTS - 1)]
    columns = 2 if len(order) <= 4 else 4
    rows = -(-len(order) // columns)
    wide = {} if columns == 2 else {"width": DOUBLE_COLUMN}
    figure, axes = canvas(rows, columns, height=0.6 + 1.6 * rows, sharey=True, **wide)
    for axis in axes.flat[len(order) :]:
        axis.set_axis_off()
    for axis, place in zip(axes.flat, order, strict=False):
        x, found, missing = traced(grid, partial(_at_probability, bargaining, place))
        left_out += missing
        _lines(axis, bargaining, x, [m and m.unit_prices for m in found])
        axis.axvline(float(bargaining.prior[place]), color=COLOURS["grey"], linewidth=0.7, linestyle="-")
        axis.set(xlabel=f"probability of {bargaining.types[place]}", xlim=(0, 1))
    figure.supylabel("price (money per unit)")
    _legend_of_types(figure, axes[0, 0], len(order))
    figure.suptitle(f"neutral prices, one if several; vertical: the prior{_left_out(left_out)}")
    return figure


def _at_probability(bargaining: Bargaining, place: int, probability: Fraction) -> Bargaining:
    return replace(bargaining, prior=reweighted(bargaining.prior, place, probability))


def reweighted(prior: Sequence[Any], place: int, probability: Fraction) -> tuple[Fraction, ...]:
    """Return a prior with one probability replaced and the others scaled in proportion."""
    held = [exact(p) for p in prior]
    rest = sum(held) - held[place]
    return tuple(probability if i == place else p * (1 - probability) / rest for i, p in enumerate(held))


def traced(
    grid: Sequence[Fraction], at: Callable[[Fraction], Bargaining]
) -> tuple[list[float], list[NeutralMechanism | None], int]:
    """Return neutral mechanisms over a grid that is finer where they change fast, and how many were not found.

    There is None where they jump, and where the search for one ends without an answer.
    """
    known = {x: _searched(at(x)) for x in grid}
    first = at(grid[0])
    span = STEP * float(max(map(exact, first.values)) - min(map(exact, first.costs)))

    def far(a: Fraction, b: Fraction) -> bool:
        one, other = known[a], known[b]
        if one is None or other is None:
            return False
        prices = zip(one.unit_prices, other.unit_prices, strict=True)
        moved = any(None not in pair and abs(pair[0] - pair[1]) > span for pair in prices)
        return moved or bool(np.any(abs(one.quantities - other.quantities) > STEP))

    for _ in range(HALVINGS):
        for a, b in list(pairwise(sorted(known))):
            if far(a, b):
                known[(a + b) / 2] = _searched(at((a + b) / 2))
    places = sorted(known)
    points: list[float] = []
    found: list[NeutralMechanism | None] = []
    for a, b in pairwise([*places, places[-1]]):
        points.append(float(a))
        found.append(known[a])
        if far(a, b):
            points.append(float((a + b) / 2))
            found.append(None)
    return points, found, sum(held is None for held in known.values())


def _searched(bargaining: Bargaining) -> NeutralMechanism | None:
    """Return a neutral mechanism, or None if the search ended without one."""
    solution = solve(bargaining.form(), exact=True, uniqueness=0)
    return solution.answer.mechanism if solution.solved else None


def _left_out(missing: int) -> str:
    return f"; left out: {missing} not solved" if missing else ""


def _lines(axis: Any, bargaining: Bargaining, x: Sequence[float], found: Sequence[Any]) -> None:
    """Draw one line for each type, the cheapest first and widest; nothing where a price is not defined."""
    for k, place in enumerate(by_cost(bargaining)):
        y = [float("nan") if row is None or row[place] is None else float(row[place]) for row in found]
        axis.plot(
            x,
            y,
            color=COLOURS[TYPE_COLOURS[k % len(TYPE_COLOURS)]],
            linestyle=LINE_STYLES[k % 7],
            linewidth=WIDTHS[min(k, len(WIDTHS) - 1)],
            label=bargaining.types[place],
        )


def _legend_of_types(figure: Any, axis: Any, types: int) -> None:
    figure.legend(
        *axis.get_legend_handles_labels(), loc="outside lower center", ncols=min(types, 4), title="type of the dealer"
    )


FIGURES = (
    Figure(
        "schedules",
        "price (money per unit) and probability of sale by type, with the constraints that bind",
        schedules,
        "Tables 3 and 4",
    ),
    Figure(
        "frontier",
        "gain of the trader against each type's (money): feasible, efficient with extreme points, neutral",
        frontier,
    ),
    Figure(
        "neutral_prices_power",
        "neutral prices (money per unit) and probabilities of sale over the dealer's bargaining power",
        neutral_prices_power,
    ),
    Figure(
        "neutral_prices_prior",
        "neutral prices (money per unit) over the probability of each type, the others in proportion",
        neutral_prices_prior,
    ),
)
