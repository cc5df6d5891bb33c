"""Pairing over several rounds with continuation values and exit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from gametheory.errors import InputError
from gametheory.matching.game_data import (
    Array,
    is_exact,
    label,
    masses_of,
    names_of,
    one_number,
    quantities,
    table,
    tree_array,
)
from gametheory.notebook import Displayed

KEYS = ("masses", "settled", "unsettled", "rounds", "discount", "names")
#: The roles of a round, in the order of the flows of a `PairingPlan`.
ROLES = (
    "served, leaves",
    "served, stays",
    "deals, leaves",
    "deals, stays",
    "idle, leaves",
    "idle, stays",
    "settled deals, leaves",
    "settled deals, stays",
    "settled idle, leaves",
    "settled idle, stays",
)


@dataclass(frozen=True, eq=False, repr=False)
class DynamicPairing(Displayed):
    """Types who pair up in each of several rounds; in a pair one is served and the other deals.

    Whoever is served is settled; whoever deals is unsettled afterwards, also if it was settled before. After each
    round everyone may leave with what its state is worth, or stay for the next round at a discount. At the start
    everyone is unsettled.

    Attributes
    ----------
    masses : array, shape (types,)
        Positive.
    settled, unsettled : arrays, shape (types,)
        What leaving is worth in each state.
    rounds : int
        How many rounds there are, at least 1.
    discount : Fraction or float
        What a payoff one round later is worth, above 0 and at most 1.
    names : tuple of str, or None
        Labels of the types.
    """

    masses: Array
    settled: Array
    unsettled: Array
    rounds: int
    discount: Any = 1
    names: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        settled = quantities(self.settled, "settled", whose=lambda at: self._worth("settled", at))
        unsettled = quantities(self.unsettled, "unsettled", whose=lambda at: self._worth("unsettled", at))
        if settled.ndim != 1 or settled.shape != unsettled.shape:
            raise InputError("'settled' and 'unsettled' are one number per type")
        object.__setattr__(self, "settled", settled)
        object.__setattr__(self, "unsettled", unsettled)
        object.__setattr__(self, "names", names_of(self.names, settled.size, "types"))
        if self.masses is None:
            raise InputError("'masses' is one positive number per type")
        object.__setattr__(self, "masses", masses_of(self.masses, settled.size, "types", self.name))
        if isinstance(self.rounds, bool) or not isinstance(self.rounds, int | np.integer) or self.rounds < 1:
            raise InputError(f"'rounds' is a whole number from 1, not {self.rounds!r}")
        discount = one_number(self.discount, "discount")
        if not 0 < discount <= 1:
            raise InputError(f"the discount is above 0 and at most 1, not {discount}")
        object.__setattr__(self, "discount", discount)

    def _worth(self, state: str, at: tuple[int, ...]) -> str:
        return f"what leaving {state} is worth to '{label(self.names, at)}'"

    def __len__(self) -> int:
        return int(self.settled.size)

    @property
    def is_exact(self) -> bool:
        """Whether no number is a float."""
        return is_exact(self.masses, self.settled, self.unsettled) and not isinstance(self.discount, float)

    def name(self, index: int) -> str:
        """Return the label of a type."""
        return str(index + 1) if self.names is None else self.names[index]

    def to_data(self) -> dict[str, Any]:
        """Return the game as a tree."""
        data = {
            "masses": tree_array(self.masses),
            "settled": tree_array(self.settled),
            "unsettled": tree_array(self.unsettled),
            "rounds": int(self.rounds),
            "discount": self.discount,
        }
        return data if self.names is None else {**data, "names": list(self.names)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned, or that tree from JSON or TOML."""
        given = table(data, "a DynamicPairing", KEYS)
        for key in ("masses", "settled", "unsettled", "rounds"):
            if key not in given:
                raise InputError(f"a DynamicPairing has no '{key}'")
        return cls(
            given["masses"],
            given["settled"],
            given["unsettled"],
            given["rounds"],
            given.get("discount", 1),
            given.get("names"),
        )
