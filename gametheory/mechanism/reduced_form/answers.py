"""Answers to auctions in reduced form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from gametheory.mechanism.arrays import known_keys, reading
from gametheory.numbers import decode_array
from gametheory.solution import Termination

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class ReducedFormMechanism:
    """Interim winning probabilities and payments, and the ironed virtual values that prove them optimal.

    Attributes
    ----------
    winning : tuple of n ndarrays of shape (Ti,)
        Q_i(v): the probability that bidder i wins with each value.
    payments : tuple of n ndarrays of shape (Ti,)
        P_i(v): what bidder i expects to pay with each value.
    ironed : tuple of n ndarrays of shape (Ti,), or None
        Ironed virtual values; None if optimality is not claimed.
    """

    winning: tuple[NDArray[Any], ...]
    payments: tuple[NDArray[Any], ...]
    ironed: tuple[NDArray[Any], ...] | None = None

    proves: ClassVar[Termination] = Termination.SOLVED

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {
            "winning": list(self.winning),
            "payments": list(self.payments),
            "ironed": None if self.ironed is None else list(self.ironed),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the answer from what `to_data` returned, or from that tree read back from JSON."""
        known_keys(data, ("winning", "payments", "ironed"), "reduced-form mechanism")
        with reading("reduced-form mechanism"):
            ironed = data.get("ironed")
            return cls(
                tuple(decode_array(a) for a in data["winning"]),
                tuple(decode_array(a) for a in data["payments"]),
                None if ironed is None else tuple(decode_array(a) for a in ironed),
            )
