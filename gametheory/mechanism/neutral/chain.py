"""The informed types as a chain of classes by increasing cost, and the incentive constraints along it.

Write ``U_g`` for the utility of the class g with cost ``c_g`` and ``Q_i`` for the quantity of type i in class
``g(i)``. "Class h does not report type i" reads ``U_h >= U_g(i) + (c_g(i) - c_h) Q_i``. Constraints between
neighbouring classes imply all others. Upwards from h = g-1: given that g-1 does not report g and g not g+1, ``U_g-1
>= U_g + (c_g - c_g-1) Q_g >= U_g+1 + (c_g+1 - c_g) Q_g+1 + (c_g - c_g-1) Q_g``, and ``Q_g >= Q_g+1`` is the sum of
the two constraints between g and g+1; so g-1 does not report g+1. Downwards is the same, and so on by induction.
Two types of equal cost cannot but have equal utility: reporting each other would otherwise pay.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.mechanism.neutral.answers import Weights
from gametheory.mechanism.neutral.trade import OneSidedTrade
from gametheory.mechanism.neutral.virtual import positive, solve_dominant
from gametheory.numbers import exact_array

Array = NDArray[Any]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Chain:
    """A one-sided trade with its types sorted into classes of equal cost, and constraints from classes to types.

    Attributes ---------- trade : OneSidedTrade The form. sources, targets : integer arrays, shape (edges,) The
    constraint e says that class ``sources[e]`` does not report the type at ``targets[e]`` (a place in `order`).
    """

    trade: OneSidedTrade
    sources: Integers
    targets: Integers

    @classmethod
    def of(cls, trade: OneSidedTrade, *, neighbours_only: bool = True) -> Chain:
        """Return the chain with the constraints between neighbouring classes, or between all."""
        class_of = [g for g, members in enumerate(trade.classes) for _ in members]
        last = len(trade.classes) - 1
        edges = [
            (source, target)
            for target, g in enumerate(class_of)
            for source in range(last + 1)
            if source != g and (not neighbours_only or abs(source - g) == 1)
        ]
        ends = np.array(edges, dtype=np.int64).reshape(-1, 2)
        return cls(trade, ends[:, 0], ends[:, 1])

    def extended(self, part: Chain, alpha: Array) -> Array:
        """Return multipliers of this chain that are those of a part of it, and 0 elsewhere."""
        place = {ends: e for e, ends in enumerate(zip(self.sources.tolist(), self.targets.tolist(), strict=True))}
        result = exact_array([0] * self.sources.size)
        for source, target, multiplier in zip(part.sources.tolist(), part.targets.tolist(), alpha, strict=True):
            result[place[source, target]] = multiplier
        return result

    @cached_property
    def order(self) -> Integers:
        """Places of the types in the form, by increasing cost, shape (n,)."""
        return np.array([t for members in self.trade.classes for t in members], dtype=np.int64)

    @cached_property
    def class_of(self) -> Integers:
        """The class of each type in this order, shape (n,)."""
        return np.array([g for g, members in enumerate(self.trade.classes) for _ in members], dtype=np.int64)

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(self.trade.classes)

    @cached_property
    def class_costs(self) -> Array:
        """The cost of each class, increasing."""
        return exact_array([self.trade.costs[members[0]] for members in self.trade.classes])

    @cached_property
    def costs(self) -> Array:
        """The cost of each type, in this order."""
        result: Array = self.class_costs[self.class_of]
        return result

    @cached_property
    def values(self) -> Array:
        """The other side's value at each type, in this order."""
        result: Array = self.trade.values[self.order]
        return result

    @cached_property
    def prior(self) -> Array:
        """The probability of each type, in this order."""
        result: Array = self.trade.prior[self.order]
        return result

    @cached_property
    def class_prior(self) -> Array:
        """The probability of each class."""
        return self.class_sums(self.prior)

    @cached_property
    def distances(self) -> Array:
        """Cost of the reported type less cost of the source, by constraint: positive upwards."""
        result: Array = self.costs[self.targets] - self.class_costs[self.sources]
        return result

    def class_sums(self, values: Array) -> Array:
        """Add up values of types, in this order, over each class."""
        result = exact_array([0] * self.classes)
        np.add.at(result, self.class_of, values)
        return result

    def outflow(self, values: Array) -> Array:
        """Add up values of constraints over those of each class, less those on its types, shape (classes,)."""
        result = exact_array([0] * self.classes)
        np.add.at(result, self.sources, values)
        np.subtract.at(result, self.class_of[self.targets], values)
        return result

    # -- from multipliers to warrants ------------------------------------------------------------------

    def weights(self, alpha: Array) -> Array:
        """Return ``lambda`` by class: what the money columns leave, where the other side has weight 1."""
        result: Array = self.class_prior - self.outflow(alpha)
        return result

    def margins(self, alpha: Array) -> Array:
        """Return ``p (v - psi)`` by type: the virtual surplus of trade, whatever its sign."""
        result: Array = self.prior * (self.values - self.costs) - self.raised(alpha)
        return result

    def raised(self, alpha: Array) -> Array:
        """Return ``p (psi - c)`` by type: by how much multipliers raise costs, times the probability."""
        result = exact_array([0] * self.order.size)
        np.add.at(result, self.targets, alpha * self.distances)
        return result

    def matrix(self, alpha: Array) -> Array:
        """Return the matrix M of the classes; its rows sum to the prior and are diagonally dominant."""
        matrix = exact_array(np.zeros((self.classes, self.classes), dtype=np.int64))
        for g in range(self.classes):
            matrix[g, g] = self.class_prior[g]
        for source, target, multiplier in zip(self.sources, self.class_of[self.targets], alpha.tolist(), strict=True):
            # The row of the target loses the multiplier at the source and gains it on the diagonal.
            matrix[target, target] += multiplier
            matrix[target, source] -= multiplier
        return matrix

    def warrants(self, alpha: Array) -> tuple[Array, Fraction]:
        """Return the warrants ``omega`` of the classes and of the other side."""
        surplus = positive(self.margins(alpha))
        power = self.trade.power
        return solve_dominant(self.matrix(alpha), power * self.class_sums(surplus)), (1 - power) * surplus.sum()

    # -- back to the types of the form -----------------------------------------------------------------

    def by_type(self, values: Array) -> Array:
        """Return values of types in this order as values of types in the form's order."""
        result = values.copy()
        result[self.order] = values
        return result

    def by_class(self, values: Array) -> Array:
        """Return values of classes as values of types in the form's order."""
        result: Array = self.by_type(values[self.class_of])
        return result

    def to_weights(self, alpha: Array) -> Weights:
        """Return the weights and multipliers of all types, scaled to weight 1 of the other side.

        Within a class, weights and multipliers are shared out by probability; multipliers between types of equal
        cost make the rows of money add up.
        """
        share = self.prior / self.class_prior[self.class_of]
        informed = self.weights(alpha)[self.class_of] * share
        full = exact_array(np.zeros((self.order.size, self.order.size), dtype=np.int64))
        for source, target, multiplier in zip(self.sources, self.targets, alpha.tolist(), strict=True):
            for member in np.flatnonzero(self.class_of == source):
                full[member, target] += multiplier * share[member]
        missing = self.prior - informed - full.sum(axis=1) + full.sum(axis=0)
        for g in range(self.classes):
            members = np.flatnonzero(self.class_of == g).tolist()
            for t, s in pairwise(members):
                # Pass what is missing on to the next member: a multiplier adds to its own row and takes from the other.
                amount = missing[t]
                full[t, s] += max(amount, Fraction(0))
                full[s, t] += max(-amount, Fraction(0))
                missing[s] += amount
        places = np.argsort(self.order)
        return Weights(self.by_type(informed), Fraction(1), full[np.ix_(places, places)])
