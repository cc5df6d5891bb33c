"""The paper's closed form and its relatives, in fractions."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import Any

from gametheory import InputError, exact


def enough_bidders(given: Any) -> Any:
    """Refuse fewer than three bidders, saying why; all else is for the bounds of the parameter."""
    if isinstance(given, int | float | Fraction) and not isinstance(given, bool) and given < 3:
        raise InputError(
            f"bidders is {given}; the paper has at least 3 (section 2.1), and so have all its relatives here",
            place="parameter 'bidders'",
            remedy="with 2, equation (6) and the schedules of Back and Zender still exist, but linear supply "
            "functions do not",
        )
    return given


class Formulas:
    """Everything that follows from one set of parameters, exactly.

    Symbols: Theta benchmark yield, E expected yield, theta sensitivity, lambda minimum bid, rho the ratio
    alpha(c_l)/alpha(c*) of the minimum allocation to the allocation, xi = theta/(Theta - E).
    """

    def __init__(self, model: Any) -> None:
        self.n = int(model.bidders)
        self.benchmark = exact(model.benchmark_yield)
        self.expected = exact(model.expected_yield)
        self.sensitivity = exact(model.sensitivity)
        self.minimum_bid = exact(model.minimum_bid)
        self.minimum_allocation = exact(model.minimum_allocation)
        self.allocation = exact(model.allocation)
        self.maximum_allocation = exact(model.maximum_allocation)
        self.mean_ratio = None if model.mean_ratio is None else exact(model.mean_ratio)

    @property
    def rho(self) -> Fraction:
        """Minimum allocation over allocation."""
        return self.minimum_allocation / self.allocation

    @property
    def xi(self) -> Fraction:
        """Sensitivity over the spread of benchmark and expected yield."""
        return self.sensitivity / (self.benchmark - self.expected)

    @property
    def zero_profit_bid(self) -> Fraction:
        """1/(xi n): what each bids where the stop-out is the expected yield."""
        return 1 / (self.xi * self.n)

    @property
    def excess(self) -> Fraction:
        """1/(xi n) - lambda: positive exactly where the condition of Theorem 1 holds."""
        return self.zero_profit_bid - self.minimum_bid

    @property
    def bid(self) -> Fraction:
        """Equation (6)."""
        return self.minimum_bid * self.rho + self.zero_profit_bid * (1 - self.rho)

    @property
    def demand(self) -> Fraction:
        """All bids, as a multiple of the issue."""
        return self.n * self.bid

    @property
    def stop_out(self) -> Fraction:
        """Equation (4) at the bid."""
        return self.benchmark - self.sensitivity * self.demand

    @property
    def risk_limit(self) -> Fraction:
        """Equation (4) at the minimum bid."""
        return self.benchmark - self.sensitivity * self.n * self.minimum_bid

    @property
    def margin(self) -> Fraction:
        """Stop-out less expected yield."""
        return self.stop_out - self.expected

    @property
    def payoff(self) -> Fraction:
        """Equation (2), per bidder."""
        return self.allocation * self.margin

    @cached_property
    def bid_own_deviation(self) -> Fraction:
        """The solution of the first-order condition of a bidder who moves alone."""
        return self.zero_profit_bid - self.excess * self.rho**self.n

    @property
    def private_level(self) -> Fraction | None:
        """What the bid tends to as the allocation grows, where budgets are private and the mean ratio is known."""
        if self.mean_ratio is None:
            return None
        others = self.n - 1
        top = 1 / self.xi - others * self.minimum_bid * self.mean_ratio
        return top / (1 + others * (1 - self.mean_ratio))

    @property
    def bid_private_budgets(self) -> Fraction | None:
        """The bid at which no report gains in expectation over the others' budgets."""
        level = self.private_level
        return None if level is None else level + (self.minimum_bid - level) * self.rho

    @property
    def bid_cournot(self) -> Fraction:
        """The equilibrium of the game in quantities."""
        return (self.benchmark - self.expected) / (self.sensitivity * (self.n + 1))

    def derivatives(self) -> dict[str, Fraction]:
        """Return the derivatives of the bid (6), the ratio of allocations held fixed."""
        spread, rest = self.benchmark - self.expected, 1 - self.rho
        return {
            "sensitivity": -spread * rest / (self.n * self.sensitivity**2),
            "bidders": -spread * rest / (self.n**2 * self.sensitivity),
            "expected_yield": -rest / (self.n * self.sensitivity),
            "benchmark_yield": rest / (self.n * self.sensitivity),
            "minimum_bid": self.rho,
        }

    def condition_holds(self) -> bool:
        """Say whether xi < 1/(lambda n)."""
        return self.excess > 0

    def admissible(self) -> list[str]:
        """Return the conditions of the paper's rule for the stop-out that fail here."""
        conditions = (
            (self.condition_holds(), "xi < 1/(lambda n), the condition of Theorem 1"),
            (self.demand >= 1, "D >= 1, demand covers the issue (equation 4)"),
            (self.benchmark > self.sensitivity * self.demand, "Theta > theta D, the stop-out is positive (equation 4)"),
            (self.margin >= 0, "stop-out >= expected yield, bidders do not lose"),
        )
        return [text for holds, text in conditions if not holds]

    def feasible(self) -> list[str]:
        """Return the conditions on the allocation that fail here."""
        conditions = (
            (self.allocation <= self.bid, "allocation <= bid, no bidder gets more than his bid (Definition 2)"),
            (self.n * self.allocation <= 1, "n allocations fit into the issue"),
        )
        return [text for holds, text in conditions if not holds]
