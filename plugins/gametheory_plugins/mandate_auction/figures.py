"""Figures of the mandate auction; matplotlib is imported when one is drawn."""

from __future__ import annotations

from typing import Any

from gametheory import Figure, draw_order_book, exact


def _axes(columns: int = 1, rows: int = 1, size: tuple[float, float] | None = None) -> tuple[Any, Any]:
    from matplotlib.figure import Figure as Canvas

    figure = Canvas(figsize=size or (5.5 * columns, 4.0 * rows), layout="constrained")
    return figure, figure.subplots(rows, columns)


def _bid(model: Any, allocation: Any) -> Any:
    """Equation (6) over an array of allocations."""
    level = (float(model.benchmark_yield) - float(model.expected_yield)) / (float(model.sensitivity) * model.bidders)
    return level + (float(model.minimum_bid) - level) * float(model.minimum_allocation) / allocation


def draw_inverse_demand(model: Any) -> Any:
    """Draw the aggregate inverse demand, and the part of it between the risk limit and the largest budget."""
    import numpy as np

    figure, axes = _axes()
    fall = float(model.sensitivity) * model.bidders
    theta, expected = float(model.benchmark_yield), float(model.expected_yield)
    low = float(model.minimum_bid)
    high = float(_bid(model, np.array(float(model.maximum_allocation))))
    left, right = sorted((low, high))
    reach = max(1.15 * right, theta / fall)
    bids = np.linspace(0, reach, 200)
    axes.plot(bids, 100 * (theta - fall * bids), color="black", label=r"$\Theta - \theta n b$")
    inside = np.linspace(left, right, 100)
    axes.fill_between(inside, 100 * (theta - fall * right), 100 * (theta - fall * inside), color="C0", alpha=0.25, lw=0)
    for bid, name, colour in ((low, r"risk limit, $b = \lambda$", "C3"), (high, "largest allocation", "C0")):
        axes.plot([bid, bid, 0], [100 * (theta - fall * reach), *[100 * (theta - fall * bid)] * 2], ":", color=colour)
        axes.plot(bid, 100 * (theta - fall * bid), "o", color=colour, label=name)
    axes.axhline(100 * expected, color="grey", lw=0.8, ls="--", label=r"$E[r^s]$")
    axes.axhline(0, color="grey", lw=0.5)
    axes.set(xlabel="bid per bidder, share of the issue", ylabel="yield, percent a year", xlim=(0, reach))
    axes.set_ylim(bottom=100 * (theta - fall * reach))
    axes.set_title("Aggregate inverse demand under mandates")
    axes.legend(frameon=False)
    return figure


def draw_budget(model: Any) -> Any:
    """Draw bid and stop-out against the allocation that the common budget obtains, for three risk limits."""
    import numpy as np

    figure, (left, right) = _axes(2)
    n, theta = model.bidders, float(model.sensitivity)
    benchmark, expected = float(model.benchmark_yield), float(model.expected_yield)
    allocation = np.linspace(float(model.minimum_allocation), float(model.maximum_allocation), 300)
    base = float(model.minimum_bid)
    for minimum_bid in (0.6 * base, base, 1.4 * base):
        bid = _bid(model.with_(minimum_bid=exact(minimum_bid)), allocation)
        label = f"risk limit {100 * (benchmark - theta * n * minimum_bid):.3g}%"
        left.plot(allocation, bid, label=label)
        right.plot(allocation, 100 * (benchmark - theta * n * bid), label=label)
    left.axhline((benchmark - expected) / (theta * n), color="grey", ls="--", lw=0.8, label=r"$1/(\xi n)$, zero margin")
    right.axhline(100 * expected, color="grey", ls="--", lw=0.8, label=r"$E[r^s]$")
    left.set(xlabel="allocation at the common budget", ylabel="bid, share of the issue", title="Bid, equation (6)")
    right.set(xlabel="allocation at the common budget", ylabel="yield, percent a year", title="Stop-out")
    for axes in (left, right):
        axes.legend(frameon=False)
    return figure


def draw_deviations(model: Any) -> Any:
    """Draw each reading's payoff against the own deviation, the profile and the best response marked."""
    import numpy as np

    from gametheory_plugins.mandate_auction.formulas import Formulas
    from gametheory_plugins.mandate_auction.readings import problems, unit_of_choice

    solution = model.solve()
    f = Formulas(model)
    what = {"cournot": "own bid", "schedules": "yield at which the deviator clears"}
    figure, grid = _axes(4, 2, size=(15, 6.5))
    found = problems(f)
    for axes, (name, verdict) in zip(grid.flat, solution.results["nash"].items(), strict=True):
        axes.set_title(name.replace("_", " "))
        if name not in found:
            axes.text(0.5, 0.5, "needs mean_ratio", ha="center", va="center", transform=axes.transAxes, color="grey")
            axes.set(xticks=[], yticks=[])
            continue
        problem, unit = found[name], float(unit_of_choice(name, f))
        high = float(problem.upper)
        if name == "cournot":  # payoffs far below those of the profile would hide it
            high = min(high, 2.5 * max(float(problem.played), float((verdict["deviation"] or {"to": 0})["to"])))
        choice = np.linspace(float(problem.lower), high, 300)
        payoff = problem.payoff(choice, one=float)
        axes.plot(unit * choice, payoff, color="C0")
        at = float(problem.played)
        axes.plot(unit * at, problem.payoff(at, one=float), "o", color="black", label="profile")
        deviation = verdict["deviation"]
        if deviation:
            to = float(deviation["to"])
            axes.plot(to, problem.payoff(to / unit, one=float), "^", color="C3", label=f"gains {deviation['gain']:.3g}")
        spread = float(np.ptp(payoff))
        if spread < 1e-12:  # exact indifference, not rounding, is what should be seen
            axes.set_ylim(payoff[0] - abs(payoff[0]) - 1e-3, payoff[0] + abs(payoff[0]) + 1e-3)
        axes.set(xlabel=what.get(name, "own allocation"), ylabel="payoff")
        axes.legend(frameon=False, fontsize="small")
    return figure


def draw_schedules(model: Any) -> Any:
    """Draw aggregate schedules of equilibria with several stop-outs, and the payoff along the residual supply."""
    import numpy as np

    results = model.solve().results
    figure, (left, right) = _axes(2)
    n, expected, limit = model.bidders, results["equilibria"]["above"], results["equilibria"]["up_to"]
    yields = np.linspace(expected, limit, 300)
    for part in (0.25, 0.5, 0.75, 1.0):
        stop_out = expected + part * (limit - expected)
        at = model.with_(stop_out=exact(stop_out)).solve().results
        taken = at["intercept"] + at["slope"] * (yields - expected)
        left.plot(100 * yields, n * taken, label=f"stop-out {100 * stop_out:.3g}%")
        residual = np.maximum(1 - (n - 1) * taken, 0)
        right.plot(100 * yields, residual * (yields - expected))
        right.plot(100 * stop_out, (stop_out - expected) / n, "o", color=left.lines[-1].get_color())
    left.axhline(1, color="grey", lw=0.8, ls="--")
    left.set(xlabel="yield, percent a year", ylabel="demand, multiple of the issue", title="Aggregate schedules")
    right.set(xlabel="yield the deviator clears at, percent a year", ylabel="payoff", title="Payoff of a deviator")
    left.legend(frameon=False)
    return figure


def draw_book(model: Any) -> Any:
    """Draw cumulated bids, the supply, and the stop-out."""
    solution = model.solve()
    return draw_order_book(solution.form, solution.answer)


MANDATE_FIGURES = [
    Figure(
        "1",
        "aggregate inverse demand with mandate bounds: yield in percent, bid per bidder",
        draw_inverse_demand,
        "Figure 1",
    ),
    Figure("budget", "bid and stop-out against budget, for three risk limits", draw_budget),
    Figure("deviation", "payoff against own deviation, for each reading of the game", draw_deviations),
]
WELL_POSED_FIGURES = [Figure("schedules", "equilibria with several stop-outs, and why nobody deviates", draw_schedules)]
ORDER_BOOK_FIGURES = [Figure("book", "cumulated demand by limit, supply and stop-out", draw_book)]
