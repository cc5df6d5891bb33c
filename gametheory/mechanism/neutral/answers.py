"""The answer: a neutral mechanism and all that proves it one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from gametheory.errors import InputError
from gametheory.mechanism.arrays import frozen, known_keys, located, reading
from gametheory.numbers import decode, decode_array, number, number_array
from gametheory.solution import Termination
from gametheory.trees import encode_tree

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Weights:
    """Utility weights and multipliers of the incentive constraints, up to a common positive factor.

    Attributes
    ----------
    informed : array, shape (n,)
        The weights ``lambda1[t]`` of the informed types (multipliers of participation included).
    uninformed : Fraction or float
        The weight ``lambda2`` of the other side.
    alpha : array, shape (n, n)
        At ``[t, s]`` the multiplier of "type t does not report s"; the diagonal is 0.
    """

    informed: Array
    uninformed: Any
    alpha: Array

    def __post_init__(self) -> None:
        _freeze(self, "informed", 1)
        _freeze(self, "alpha", 2)
        if self.alpha.shape != (self.informed.size, self.informed.size):
            raise InputError(f"alpha has shape {self.alpha.shape} where there are {self.informed.size} weights")
        object.__setattr__(self, "uninformed", number(self.uninformed))

    def to_data(self) -> dict[str, Any]:
        """Return the weights as a tree."""
        return {"informed": self.informed, "uninformed": self.uninformed, "alpha": self.alpha}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the weights from their tree; raises `InputError` if it is malformed."""
        known_keys(data, ("informed", "uninformed", "alpha"), "set of weights")
        with reading("set of weights"):
            return cls(decode_array(data["informed"]), decode(data["uninformed"]), decode_array(data["alpha"]))


@dataclass(frozen=True, eq=False)
class NeutralMechanism:
    """A mechanism with the two certificates that together make it neutral.

    Attributes
    ----------
    quantities : array, shape (n,)
        The probability that the object is sold, by reported type.
    payments : array, shape (n,)
        What the informed side is paid in expectation, by reported type.
    informed_utilities : array, shape (n,)
        ``U1``, by type.
    uninformed_utility : Fraction or float
        ``U2``.
    limit : Weights
        Myerson's certificate in the limit: weights that may be 0, under which no one gets less than is warranted.
    informed_warrants : array, shape (n,)
        ``omega1``: what `limit` warrants each type.
    uninformed_warrant : Fraction or float
        ``omega2``.
    efficiency : Weights
        Positive weights under which the mechanism is optimal: it is interim incentive efficient.
    """

    quantities: Array
    payments: Array
    informed_utilities: Array
    uninformed_utility: Any
    limit: Weights
    informed_warrants: Array
    uninformed_warrant: Any
    efficiency: Weights

    def __post_init__(self) -> None:
        for name in ("quantities", "payments", "informed_utilities", "informed_warrants"):
            _freeze(self, name, 1)
        for name in ("uninformed_utility", "uninformed_warrant"):
            object.__setattr__(self, name, number(getattr(self, name)))

    @property
    def unit_prices(self) -> tuple[Any, ...]:
        """Payment over quantity, by type; None where the quantity is 0."""
        return tuple(
            y / q if q else None for y, q in zip(self.payments.tolist(), self.quantities.tolist(), strict=True)
        )

    def same_payoffs(self, other: NeutralMechanism) -> bool:
        """Say whether every type and the other side get the same in both."""
        return self.uninformed_utility == other.uninformed_utility and bool(
            np.all(self.informed_utilities == other.informed_utilities)
        )

    def to_data(self) -> dict[str, Any]:
        """Return the mechanism and its certificates as a tree."""
        return {
            "quantities": self.quantities,
            "payments": self.payments,
            "informed_utilities": self.informed_utilities,
            "uninformed_utility": self.uninformed_utility,
            "limit": self.limit.to_data(),
            "informed_warrants": self.informed_warrants,
            "uninformed_warrant": self.uninformed_warrant,
            "efficiency": self.efficiency.to_data(),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the mechanism from its tree; raises `InputError` if it is malformed."""
        known_keys(data, tuple(cls.__dataclass_fields__), "neutral mechanism")
        with reading("neutral mechanism"):
            return cls(
                decode_array(data["quantities"]),
                decode_array(data["payments"]),
                decode_array(data["informed_utilities"]),
                decode(data["uninformed_utility"]),
                Weights.from_data(data["limit"]),
                decode_array(data["informed_warrants"]),
                decode(data["uninformed_warrant"]),
                Weights.from_data(data["efficiency"]),
            )


@dataclass(frozen=True, eq=False)
class NeutralOptimum:
    """A neutral mechanism, and what is known of others.

    Attributes
    ----------
    mechanism : NeutralMechanism
        The mechanism found.
    payoffs_unique : bool or None
        True if a search over all certificates showed that every neutral mechanism gives these payoffs; False if
        `alternative` gives others; None if neither was shown.
    alternative : NeutralMechanism or None
        A second neutral mechanism with other payoffs.
    """

    mechanism: NeutralMechanism
    payoffs_unique: bool | None = None
    alternative: NeutralMechanism | None = None

    proves: ClassVar[Termination] = Termination.SOLVED

    def __post_init__(self) -> None:
        if self.payoffs_unique not in (True, False, None):
            raise InputError(f"payoffs_unique is {self.payoffs_unique!r}, not true, false or null")
        if (self.payoffs_unique is False) != (self.alternative is not None):
            raise InputError("an alternative is what shows that payoffs are not unique: give both or neither")

    def to_float(self) -> Self:
        """Return the answer with every number rounded to a float."""
        return type(self).from_data(encode_tree(self.to_data(), exactly=False))

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {
            "mechanism": self.mechanism.to_data(),
            "payoffs_unique": self.payoffs_unique,
            "alternative": None if self.alternative is None else self.alternative.to_data(),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the answer from its tree; raises `InputError` if it is malformed."""
        known_keys(data, ("mechanism", "payoffs_unique", "alternative"), "neutral optimum")
        with reading("neutral optimum"):
            other = data.get("alternative")
            return cls(
                NeutralMechanism.from_data(data["mechanism"]),
                data.get("payoffs_unique"),
                None if other is None else NeutralMechanism.from_data(other),
            )


def _freeze(answer: Any, name: str, dimensions: int) -> None:
    with located(name):
        values = number_array(getattr(answer, name))
    if values.ndim != dimensions:
        raise InputError(f"'{name}' has {values.ndim} axes, not {dimensions}")
    object.__setattr__(answer, name, frozen(values))
