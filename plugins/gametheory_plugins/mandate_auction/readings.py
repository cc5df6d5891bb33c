"""Readings of the game the paper may mean, each as the best-response problem of one bidder.

A report of the budget c matters through the allocation t = alpha(c) it obtains; with the bid (6) the own bid is
``B + (lambda - B) alpha_l / t``, B = 1/(xi n), so that most payoffs are linear in t.
"""

from __future__ import annotations

from fractions import Fraction

from gametheory import BestResponseProblem
from gametheory_plugins.mandate_auction.formulas import Formulas

#: What each reading is, in a line.
READINGS = {
    "report": "the own report moves the allocation and, through the own bid, the stop-out",
    "capped_report": "the same, with reports up to the true budget only",
    "joint": "all reports move together, which is what (A.2) differentiates",
    "own_yield": "each is paid his own yield Theta - n theta b(c_i)",
    "own_deviation": "all use the bid that solves the first-order condition of the report game",
    "private_budgets": "all use the bid for independent private budgets (needs mean_ratio)",
    "cournot": "quantities are bids, Theta - theta D the yield; all others bid (6)",
    "schedules": "a uniform-price auction of one unit; all others submit the schedule (Theta - r)/(theta n)",
}


def problems(f: Formulas) -> dict[str, BestResponseProblem]:
    """Return the best-response problem of every reading; `private_budgets` only where the mean ratio is known.

    Choices are allocations, except: own_deviation, multiples of the minimum allocation; cournot, bids; schedules,
    the yield at which the deviator clears his residual supply.
    """
    zero = Fraction(0)
    low, high, at = f.minimum_allocation, f.maximum_allocation, f.allocation
    # theta (lambda - B) alpha_l: what the own bid's departure from B costs, whatever the report.
    cost = f.sensitivity * (f.minimum_bid - f.zero_profit_bid) * low
    spread = f.benchmark - f.expected
    alone = spread - f.sensitivity * ((f.n - 1) * f.bid + f.zero_profit_bid)
    together = spread - f.sensitivity * f.n * f.zero_profit_bid
    found = {
        "report": ({1: alone, 0: -cost}, low, high, at),
        "capped_report": ({1: alone, 0: -cost}, low, at, at),
        "joint": ({1: together, 0: -f.n * cost}, low, high, at),
        "own_yield": ({1: together, 0: -f.n * cost}, low, high, at),
    }
    unit = f.sensitivity * f.excess * low
    own = {1: unit * (f.n - 1) * f.rho**f.n, 1 - f.n: unit}
    found["own_deviation"] = (own, Fraction(1), high / low, at / low)
    if f.mean_ratio is not None and f.private_level is not None:
        level, others = f.private_level, f.n - 1
        mean_bid = level + (f.minimum_bid - level) * f.mean_ratio
        slope = spread - f.sensitivity * (level + others * mean_bid)
        found["private_budgets"] = ({1: slope, 0: -f.sensitivity * (f.minimum_bid - level) * low}, low, high, at)
    quantity = {1: spread - f.sensitivity * (f.n - 1) * f.bid, 2: -f.sensitivity}
    found["cournot"] = (quantity, zero, max(f.bid, spread / f.sensitivity), f.bid)
    # Others leave 1 - (n-1)(Theta - r)/(theta n) at the yield r: it rises with r, from nothing to the whole issue.
    rise = Fraction(f.n - 1) / (f.sensitivity * f.n)
    start = 1 - rise * f.benchmark
    clearing = f.benchmark - f.sensitivity
    schedule = {0: -f.expected * start, 1: start - f.expected * rise, 2: rise}
    found["schedules"] = (schedule, f.benchmark - 1 / rise, f.benchmark, clearing)
    return {name: BestResponseProblem(*parts, name=name) for name, parts in found.items()}


def unit_of_choice(name: str, f: Formulas) -> Fraction:
    """Return what one unit of a reading's choice is in its report: allocations are reported as such."""
    return f.minimum_allocation if name == "own_deviation" else Fraction(1)
