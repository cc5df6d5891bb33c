"""What solvers of debt networks find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from gametheory.errors import InputError
from gametheory.networks.arrays import decoded, field, frozen
from gametheory.numbers import number_array
from gametheory.solution import Termination

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class ClearingVector:
    """What every bank pays in all, to banks and outsiders together.

    Attributes
    ----------
    payments : array [banks]
        From 0 to what it owes.
    """

    payments: NDArray[Any]

    proves: ClassVar[Termination] = Termination.SOLVED

    def __post_init__(self) -> None:
        payments = number_array(self.payments)
        if payments.ndim != 1:
            raise InputError("'payments' is a list of numbers, one per bank")
        object.__setattr__(self, "payments", frozen(payments))

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {"payments": self.payments}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the answer from what `to_data` returned, or from that tree read back from JSON."""
        return cls(decoded(field(data, "payments", cls.__name__), "payments"))


@dataclass(frozen=True, eq=False)
class ClearingBound:
    """A bound on every clearing vector, found before a limit was reached.

    Attributes
    ----------
    payments : array [banks]
        No clearing vector has any bank pay more, or less.
    upper : bool
        Whether it is more.
    """

    payments: NDArray[Any]
    upper: bool

    proves: ClassVar[Termination] = Termination.LIMIT

    def __post_init__(self) -> None:
        object.__setattr__(self, "payments", ClearingVector(self.payments).payments)
        if not isinstance(self.upper, bool):
            raise InputError(f"'upper' is {self.upper!r}, not true or false")

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {"payments": self.payments, "upper": self.upper}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the answer from what `to_data` returned, or from that tree read back from JSON."""
        payments = decoded(field(data, "payments", cls.__name__), "payments")
        return cls(payments, field(data, "upper", cls.__name__))


@dataclass(frozen=True, eq=False)
class Cascade:
    """Who defaults, and in which wave, when a defaulter pays nothing.

    Attributes
    ----------
    wave : int64 array [banks]
        0 for the banks forced into default or, if none is, for those insolvent although everybody pays; k for
        creditors of wave k - 1 whom the defaults up to then leave with less than their debts; -1 for the others.
    """

    wave: NDArray[Any]

    proves: ClassVar[Termination] = Termination.SOLVED

    def __post_init__(self) -> None:
        wave = np.asarray(self.wave)
        if wave.ndim != 1 or (wave.size and wave.dtype.kind not in "iu") or (wave.size and wave.min() < -1):
            raise InputError("'wave' is a list of whole numbers, at least -1, one per bank")
        object.__setattr__(self, "wave", frozen(wave.astype(np.int64)))

    @property
    def defaulted(self) -> NDArray[Any]:
        """Who defaults, bool [banks]."""
        return self.wave >= 0

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {"wave": self.wave}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the answer from what `to_data` returned, or from that tree read back from JSON."""
        return cls(np.asarray(field(data, "wave", cls.__name__)))
