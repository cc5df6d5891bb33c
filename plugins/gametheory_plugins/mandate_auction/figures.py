"""Figures of the mandate auction; matplotlib is imported when one is drawn."""

from __future__ import annotations

from typing import Any

from gametheory import COLOURS, LINE_STYLES, Figure, canvas, draw_order_book, exact

#: The readings of the game in words, as titles.
READINGS = {
    "report": "own report",
    "capped_report": "own report, up to the budget",
    "joint": "all report alike",
    "own_yield": "paid the own yield",
    "own_deviation": "bids of the report game",
    "private_budgets": "private budgets",
    "cournot": "quantities as bids",
    "schedules": "demand schedules",
}


def _bid(model: Any, allocation: Any) -> Any:
    """Equation (6) over an array of allocations."""
    level = (float(model.benchmark_yield) - float(model.expected_yield)) / (float(model.sensitivity) * model.bidders)
    return level + (float(model.minimum_bid) - level) * float(model.minimum_allocation) / allocation


def draw_inverse_demand(model: Any) -> Any:
    """Draw the aggregate inverse demand, and the part of it between the risk limit and the largest budget."""
    import numpy as np

    figure, ((axes,),) = canvas(height=3.3)
    fall = float(model.sensitivity) * model.bidders
    theta, expected = float(model.benchmark_yield), float(model.expected_yield)
    low = float(model.minimum_bid)
    high = float(_bid(model, np.array(float(model.maximum_allocation))))
    left, right = sorted((low, high))
    reach = max(1.15 * right, theta / fall)
    bids = np.linspace(0, reach, 200)
    axes.plot(bids, 100 * (theta - fall * bids), "-", color=COLOURS["black"], label="yield at which the issue clears")
    inside = np.linspace(left, right, 100)
    ends = 100 * (theta - fall * right), 100 * (theta - fall * inside)
    axes.fill_between(inside, *ends, color=COLOURS["sky"], alpha=0.35, lw=0, label="between the mandate's bounds")
    for bid, name, colour, marker in (
        (low, "at the risk limit", "vermilion", "s"),
        (high, "at the largest allocation", "blue", "o"),
    ):
        level = 100 * (theta - fall * bid)
        axes.plot([bid, bid, 0], [100 * (theta - fall * reach), level, level], ":", color=COLOURS[colour], lw=1)
        axes.plot(bid, level, marker, color=COLOURS[colour], label=name)
    axes.axhline(100 * expected, color=COLOURS["grey"], lw=0.9, ls="--", label="expected in the secondary market")
    axes.axhline(0, color=COLOURS["grey"], lw=0.5, ls="-")
    axes.set(xlabel="bid of each bidder (share of the issue)", ylabel="yield (percent a year)", xlim=(0, reach))
    axes.set_ylim(bottom=100 * (theta - fall * reach))
    axes.set_title("Aggregate inverse demand under mandates")
    figure.legend(loc="outside lower center", ncols=2, columnspacing=1, handlelength=2)
    return figure


def draw_budget(model: Any) -> Any:
    """Draw bid and stop-out against the allocation that the common budget obtains, for three risk limits."""
    import numpy as np

    figure, ((upper,), (lower,)) = canvas(2, height=4.6, sharex=True)
    n, theta = model.bidders, float(model.sensitivity)
    benchmark, expected = float(model.benchmark_yield), float(model.expected_yield)
    allocation = np.linspace(float(model.minimum_allocation), float(model.maximum_allocation), 300)
    base = float(model.minimum_bid)
    for minimum_bid in (0.6 * base, base, 1.4 * base):
        bid = _bid(model.with_(minimum_bid=exact(minimum_bid)), allocation)
        upper.plot(allocation, bid, label=f"{100 * (benchmark - theta * n * minimum_bid):.3g}%")
        lower.plot(allocation, 100 * (benchmark - theta * n * bid))
    level = {"color": COLOURS["grey"], "ls": "-", "lw": 0.8}
    upper.axhline((benchmark - expected) / (theta * n), label="zero margin", **level)
    lower.axhline(100 * expected, **level)
    upper.set(ylabel="bid (share of the issue)", title="Bid, equation (6)", ylim=(0, None))
    lower.set(xlabel="allocation at the common budget (share of the issue)", ylabel="stop-out (percent a year)")
    lower.set_title("Stop-out")
    figure.legend(loc="outside lower center", ncols=4, columnspacing=1, title="risk limit (yield a year)")
    return figure


def draw_deviations(model: Any) -> Any:
    """Draw each reading's payoff against the own deviation, the profile and the best response marked."""
    import numpy as np

    from gametheory_plugins.mandate_auction.formulas import Formulas
    from gametheory_plugins.mandate_auction.readings import problems, unit_of_choice

    solution = model.solve()
    f = Formulas(model)
    what = {"cournot": "own bid (share)", "schedules": "yield cleared at (percent)"}
    figure, grid = canvas(4, 2, height=6.4)
    found = problems(f)
    for axes, (name, verdict) in zip(grid.flat, solution.results["nash"].items(), strict=True):
        axes.set_title(READINGS[name])
        axes.set_xlabel(what.get(name, "own allocation (share)"))
        if name not in found:
            axes.text(0.5, 0.5, "needs mean_ratio", ha="center", va="center", transform=axes.transAxes)
            axes.set(xticks=[], yticks=[])
            continue
        problem, unit = found[name], float(unit_of_choice(name, f)) * (100 if name == "schedules" else 1)
        high = float(problem.upper)
        if name == "cournot":  # payoffs far below those of the profile would hide it
            high = min(high, 2.5 * max(float(problem.played), float((verdict["deviation"] or {"to": 0})["to"])))
        choice = np.linspace(float(problem.lower), high, 300)
        payoff = 100 * problem.payoff(choice, one=float)
        axes.plot(unit * choice, payoff, "-", color=COLOURS["blue"])
        at = float(problem.played)
        axes.plot(unit * at, 100 * problem.payoff(at, one=float), "o", color=COLOURS["black"], label="profile")
        deviation = verdict["deviation"]
        if deviation:
            to = float(deviation["to"]) / float(unit_of_choice(name, f))
            best = 100 * problem.payoff(to, one=float)
            axes.plot(unit * to, best, "^", ms=5, color=COLOURS["vermilion"], label="best deviation")
        spread = float(np.ptp(payoff))
        if spread < 1e-10:  # exact indifference, not rounding, is what should be seen
            axes.set_ylim(payoff[0] - abs(payoff[0]) - 0.1, payoff[0] + abs(payoff[0]) + 0.1)
        axes.margins(x=0.06, y=0.1)
    figure.supylabel("payoff (percent of the issue a year)")
    marks = {label: mark for axes in grid.flat for mark, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    figure.legend(marks.values(), marks, loc="outside lower center", ncols=2)
    return figure


def draw_schedules(model: Any) -> Any:
    """Draw aggregate schedules of equilibria with several stop-outs, and the payoff along the residual supply."""
    import numpy as np

    results = model.solve().results
    figure, ((upper,), (lower,)) = canvas(2, height=4.8, sharex=True)
    n, expected, limit = model.bidders, results["equilibria"]["above"], results["equilibria"]["up_to"]
    yields = np.linspace(expected, limit, 300)
    lines = zip(("blue", "vermilion", "green", "purple"), LINE_STYLES, strict=False)
    for part, (name, style) in zip((0.25, 0.5, 0.75, 1.0), lines, strict=True):
        stop_out, colour = expected + part * (limit - expected), COLOURS[name]
        at = model.with_(stop_out=exact(stop_out)).solve().results
        taken = at["intercept"] + at["slope"] * (yields - expected)
        upper.plot(100 * yields, n * taken, ls=style, color=colour, label=f"{100 * stop_out:.3g}%")
        residual = np.maximum(1 - (n - 1) * taken, 0)
        lower.plot(100 * yields, 100 * residual * (yields - expected), ls=style, color=colour)
        lower.plot(100 * stop_out, 100 * (stop_out - expected) / n, "o", color=colour)
    upper.axhline(1, color=COLOURS["grey"], lw=0.8, ls="-")
    upper.set(ylabel="demand (multiple of the issue)", title="Aggregate schedules")
    lower.set(xlabel="yield (percent a year)", ylabel="payoff (percent of the issue)")
    lower.set_title("Payoff of who clears alone at another yield; dot: stop-out")
    figure.legend(loc="outside lower center", ncols=4, columnspacing=1, title="stop-out of the equilibrium")
    return figure


def draw_book(model: Any) -> Any:
    """Draw cumulated bids, the supply, and the stop-out."""
    solution = model.solve()
    return draw_order_book(solution.form, solution.answer)


MANDATE_FIGURES = [
    Figure(
        "1",
        "aggregate inverse demand with mandate bounds: yield (percent a year) against bid (share of the issue)",
        draw_inverse_demand,
        "Figure 1",
    ),
    Figure("budget", "bid (share) and stop-out (percent a year) against budget, for three risk limits", draw_budget),
    Figure("deviation", "payoff (percent of the issue) against own deviation, for each reading", draw_deviations),
]
WELL_POSED_FIGURES = [Figure("schedules", "equilibria with several stop-outs, and why nobody deviates", draw_schedules)]
ORDER_BOOK_FIGURES = [Figure("book", "cumulated bids, what is filled, the supply and the stop-out", draw_book)]
