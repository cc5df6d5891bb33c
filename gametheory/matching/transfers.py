"""What solvers of games with transfers find: core payoffs, evidence that the core is empty, equilibria."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from gametheory.errors import InputError
from gametheory.matching.answers import field
from gametheory.matching.game_data import Array, quantities, tree_array
from gametheory.matching.preferences import IntArray, integers
from gametheory.solution import Termination


class _Tree:
    """Reading and writing of answers whose fields are whole-number and number arrays."""

    whole: ClassVar[tuple[str, ...]] = ()
    numbers: ClassVar[tuple[str, ...]] = ()
    optional: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        for name in self.whole:
            object.__setattr__(self, name, integers(getattr(self, name), name))
        for name in self.numbers:
            value = getattr(self, name)
            if value is None and name not in self.optional:
                raise InputError(f"'{name}' is missing")
            if value is not None:
                object.__setattr__(self, name, quantities(value, name, copy=False))

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        data: dict[str, Any] = {name: getattr(self, name) for name in self.whole}
        for name in self.numbers:
            value = getattr(self, name)
            if value is not None:
                data[name] = tree_array(value)
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned."""
        fields: dict[str, Any] = {name: integers(field(data, name), name) for name in cls.whole}
        for name in cls.numbers:
            if name in cls.optional and data.get(name) is None:
                fields[name] = None
            else:
                fields[name] = field(data, name)
        return cls(**fields)


@dataclass(frozen=True, eq=False)
class AssignmentCore(_Tree):
    """An optimal assignment, and the two ends of the core of an assignment game.

    Attributes
    ----------
    buyers, sellers : int64 arrays, shape (matches,)
        Who is matched with whom.
    amounts : array, shape (matches,), or None
        The mass of each match; None for individuals.
    best_for_buyers, then_sellers : arrays
        Payoffs of buyers and of sellers at the least prices (where buyers have their most).
    then_buyers, best_for_sellers : arrays
        Payoffs at the highest prices.
    """

    proves: ClassVar[Termination] = Termination.SOLVED
    whole: ClassVar[tuple[str, ...]] = ("buyers", "sellers")
    numbers: ClassVar[tuple[str, ...]] = (
        "amounts",
        "best_for_buyers",
        "then_sellers",
        "then_buyers",
        "best_for_sellers",
    )
    optional: ClassVar[tuple[str, ...]] = ("amounts",)

    buyers: IntArray
    sellers: IntArray
    amounts: Array | None
    best_for_buyers: Array
    then_sellers: Array
    then_buyers: Array
    best_for_sellers: Array


@dataclass(frozen=True, eq=False)
class CorePoint(_Tree):
    """An assignment and one division of its surplus: anyone's answer to an assignment game.

    Attributes
    ----------
    buyers, sellers : int64 arrays, shape (matches,)
        Who is matched with whom.
    amounts : array, shape (matches,), or None
        The mass of each match; None for individuals.
    buyer_payoffs, seller_payoffs : arrays
        What everyone receives.
    """

    proves: ClassVar[Termination] = Termination.SOLVED
    whole: ClassVar[tuple[str, ...]] = ("buyers", "sellers")
    numbers: ClassVar[tuple[str, ...]] = ("amounts", "buyer_payoffs", "seller_payoffs")
    optional: ClassVar[tuple[str, ...]] = ("amounts",)

    buyers: IntArray
    sellers: IntArray
    amounts: Array | None
    buyer_payoffs: Array
    seller_payoffs: Array


@dataclass(frozen=True, eq=False)
class ChooSiowEquilibrium(_Tree):
    """Masses of matches and of singles in equilibrium with logit tastes (Choo and Siow 2006).

    Attributes
    ----------
    matches : array, shape (buyer types, seller types)
        The mass of each kind of match.
    log_single_buyers, log_single_sellers : arrays
        Natural logarithms of the masses left alone (which may be too small for a float).
    """

    proves: ClassVar[Termination] = Termination.SOLVED
    numbers: ClassVar[tuple[str, ...]] = ("matches", "log_single_buyers", "log_single_sellers")

    matches: Array
    log_single_buyers: Array
    log_single_sellers: Array


@dataclass(frozen=True, eq=False)
class CoreAllocation(_Tree):
    """Pairs of a one-sided game and payoffs that no pair can better.

    Attributes
    ----------
    first, second : int64 arrays, shape (pairs,)
        The partners; a type may be its own partner where there are masses.
    amounts : array, shape (pairs,), or None
        The mass of each pair (of pairs, not of agents); None for individuals.
    payoffs : array, shape (agents,)
        What everyone receives.
    """

    proves: ClassVar[Termination] = Termination.SOLVED
    whole: ClassVar[tuple[str, ...]] = ("first", "second")
    numbers: ClassVar[tuple[str, ...]] = ("amounts", "payoffs")
    optional: ClassVar[tuple[str, ...]] = ("amounts",)

    first: IntArray
    second: IntArray
    amounts: Array | None
    payoffs: Array


@dataclass(frozen=True, eq=False)
class EmptyCore(_Tree):
    """Evidence that the core is empty: fractional pairs are worth more than any matching.

    Attributes
    ----------
    first, second : int64 arrays, shape (pairs,)
        Partners of a fractional matching.
    amounts : array, shape (pairs,)
        Their fractions: at most 1 in total for each agent.
    prices : array, shape (agents,)
        Nonnegative.
    set_offsets, set_members : int64 arrays
        Odd sets of agents, compressed.
    set_prices : array, shape (sets,)
        Nonnegative. For every pair, the prices of both and of the sets that hold both add up to its surplus or
        more, so no matching is worth more than the prices plus, for each set, half its size rounded down times
        its price. If that is less than the fractional matching is worth, no payoffs are stable: they would
        have to pay for both.
    """

    proves: ClassVar[Termination] = Termination.NONE_EXISTS
    whole: ClassVar[tuple[str, ...]] = ("first", "second", "set_offsets", "set_members")
    numbers: ClassVar[tuple[str, ...]] = ("amounts", "prices", "set_prices")

    first: IntArray
    second: IntArray
    amounts: Array
    prices: Array
    set_offsets: IntArray
    set_members: IntArray
    set_prices: Array


@dataclass(frozen=True, eq=False)
class PairingPlan(_Tree):
    """Flows, values and fees of pairing over rounds; primal and dual of the planner's program.

    Attributes
    ----------
    flows : array, shape (rounds, 10, types)
        Masses by role: unsettled served, dealing, idle, and settled dealing, idle; each leaving, then staying.
        The roles are in `gametheory.matching.dynamic_pairing.ROLES`.
    unsettled_values, settled_values : arrays, shape (rounds, types)
        Values at the start of each round, in units of that round.
    fees : array, shape (rounds,)
        What being served costs, and dealing earns, in each round.
    """

    proves: ClassVar[Termination] = Termination.SOLVED
    numbers: ClassVar[tuple[str, ...]] = ("flows", "unsettled_values", "settled_values", "fees")

    flows: Array
    unsettled_values: Array
    settled_values: Array
    fees: Array


def no_pairs() -> IntArray:
    """Return an empty list of agents."""
    return np.empty(0, dtype=np.int64)
