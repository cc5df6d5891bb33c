"""The form: trade of one object for money, where one side alone has private types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from gametheory.errors import InputError
from gametheory.mechanism.arrays import frozen, known_keys, located, names, reading
from gametheory.notebook import Displayed
from gametheory.numbers import exact, exact_array

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class OneSidedTrade(Displayed):
    """A seller with private types bargains with a buyer over one object and money.

    If the object is sold with probability q and the buyer pays y, a seller of type t gains ``y - costs[t] q`` and
    the buyer gains ``values[t] q - y``; both gain 0 if they do not agree. Numbers are kept as fractions, and a
    float stands for its shortest decimal. A buyer with private types is the same form with the signs turned: her
    costs are minus her values, and the values are minus the seller's costs.

    Attributes
    ----------
    costs : array, shape (n,)
        What keeping the object is worth to each type of the informed side, relative to disagreement.
    values : array, shape (n,)
        What the object is worth to the other side, if the informed side is of each type.
    prior : array, shape (n,)
        The other side's belief, positive, summing to 1.
    types : tuple of str
        Distinct names; ``t1, t2, ...`` if not given.
    power : Fraction
        The share, from 0 to 1, of the virtual surplus that is the informed side's due. At 1 the informed side makes
        the offer, at 0 the other side does, 1/2 is equal power.

    Raises
    ------
    InputError
        If shapes disagree, a prior is not positive or does not sum to 1, the power is outside [0, 1], or a name
        repeats.
    """

    costs: Array
    values: Array
    prior: Array
    types: Sequence[str] = ()
    power: Any = Fraction(1, 2)

    def __post_init__(self) -> None:
        for name in ("costs", "values", "prior"):
            with located(name):
                array = exact_array(getattr(self, name))
            if array.ndim != 1 or not array.size:
                raise InputError(f"{name} is a list with one number per type")
            object.__setattr__(self, name, frozen(array))
        n = self.costs.size
        for name in ("values", "prior"):
            if getattr(self, name).size != n:
                raise InputError(f"{name} has {getattr(self, name).size} entries where costs has {n}")
        labels = names(self.types, "types") if len(self.types) else tuple(f"t{i + 1}" for i in range(n))
        if len(labels) != n:
            raise InputError(f"types has {len(labels)} names where costs has {n} entries")
        object.__setattr__(self, "types", labels)
        for label, probability in zip(labels, self.prior.tolist(), strict=True):
            if probability <= 0:
                raise InputError(
                    f"the prior of type '{label}' is {probability}, not positive",
                    place="prior",
                    remedy="leave out types of probability 0",
                )
        total = sum(self.prior.tolist())
        if total != 1:
            raise InputError(f"the prior sums to {total}, not 1", place="prior")
        power = exact(self.power)
        if not 0 <= power <= 1:
            raise InputError(f"the power is {power}, not between 0 and 1", place="power")
        object.__setattr__(self, "power", power)

    @property
    def size(self) -> int:
        """Number of types."""
        return int(self.costs.size)

    @cached_property
    def classes(self) -> tuple[tuple[int, ...], ...]:
        """Places of the types with one cost, by increasing cost: singletons where costs are distinct."""
        by_cost: dict[Fraction, list[int]] = {}
        for place, cost in enumerate(self.costs.tolist()):
            by_cost.setdefault(cost, []).append(place)
        return tuple(tuple(by_cost[cost]) for cost in sorted(by_cost))

    def informed_utilities(self, quantities: Array, payments: Array) -> Array:
        """Return ``U1[t] = y[t] - c[t] q[t]``, shape (n,)."""
        result: Array = payments - self.costs * quantities
        return result

    def uninformed_utility(self, quantities: Array, payments: Array) -> Any:
        """Return ``U2``, the sum over t of ``p[t] (v[t] q[t] - y[t])``."""
        return (self.prior * (self.values * quantities - payments)).sum()

    def incentive_slack(self, quantities: Array, payments: Array) -> Array:
        """Return, at ``[t, s]``, what type t loses by reporting s, shape (n, n)."""
        reports: Array = payments[None, :] - self.costs[:, None] * quantities[None, :]
        return np.diagonal(reports)[:, None] - reports

    def to_data(self) -> dict[str, Any]:
        """Return the form as a tree."""
        return {
            "costs": self.costs,
            "values": self.values,
            "prior": self.prior,
            "types": list(self.types),
            "power": self.power,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the form from its tree, or from that tree read back from JSON; raises `InputError`."""
        known_keys(data, ("costs", "values", "prior", "types", "power"), "one-sided trade")
        with reading("one-sided trade"):
            return cls(
                data["costs"],
                data["values"],
                data["prior"],
                tuple(data.get("types", ())),
                data.get("power", Fraction(1, 2)),
            )
