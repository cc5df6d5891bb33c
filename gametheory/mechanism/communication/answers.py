"""Answers to mediated games."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from gametheory.linear import FarkasRay, PrimalDual
from gametheory.mechanism.arrays import known_keys, reading
from gametheory.numbers import decode_array
from gametheory.solution import Termination

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class CommunicationMechanism:
    """What the mediator does, and, if it is claimed to be optimal, the multipliers that prove it.

    Attributes
    ----------
    probabilities : ndarray of shape (S, T1, ..., TN, D, A1, ..., AN)
        Probability of each decision and recommendation, given state and reports.
    proof : PrimalDual or None
        An optimal pair of the problem's linear program whose first variables are the probabilities.
    """

    probabilities: NDArray[Any]
    proof: PrimalDual | None = None

    proves: ClassVar[Termination] = Termination.SOLVED

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {"probabilities": self.probabilities, "proof": None if self.proof is None else self.proof.to_data()}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the answer from what `to_data` returned, or from that tree read back from JSON."""
        known_keys(data, ("probabilities", "proof"), "communication mechanism")
        with reading("communication mechanism"):
            proof = data.get("proof")
            read = None if proof is None else PrimalDual.from_data(proof)
            return cls(decode_array(np.asarray(data["probabilities"])), read)


@dataclass(frozen=True, eq=False)
class NoCommunicationMechanism:
    """Proof that no mechanism satisfies everyone: a Farkas ray of the problem's linear program.

    Attributes
    ----------
    ray : FarkasRay
        Multipliers of its rows and bounds.
    """

    ray: FarkasRay

    proves: ClassVar[Termination] = Termination.INFEASIBLE

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return self.ray.to_data()

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the answer from what `to_data` returned, or from that tree read back from JSON."""
        return cls(FarkasRay.from_data(data))
