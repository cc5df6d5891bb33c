"""What a linear program's solver finds: each answer proves one termination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from gametheory.errors import InputError
from gametheory.linear.program import LinearProgram
from gametheory.linear.rational import kept, signs
from gametheory.linear.sparse import frozen
from gametheory.numbers import decode, decode_array, number, number_array
from gametheory.solution import Termination

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class PrimalDual:
    """An optimal pair: a feasible point and multipliers that prove no point is better.

    With the signs of `LinearProgram`, `primal` is optimal if it is feasible, every multiplier ``y[i]`` and every
    reduced cost ``d = c - A'y`` has the sign its finite bounds allow, and the bound that y proves
    (`LinearProgram.dual_objective`) equals the objective. Conversely, every optimal point has such multipliers.

    Attributes
    ----------
    primal : array, shape (n,)
        Values of the columns.
    row_dual : array, shape (m,)
        Shadow prices of the rows.
    objective : Fraction or float
        Value of the objective, constant included.
    """

    primal: Array
    row_dual: Array
    objective: Any

    proves: ClassVar[Termination] = Termination.SOLVED

    def __post_init__(self) -> None:
        _freeze(self, "primal", "row_dual")
        object.__setattr__(self, "objective", number(self.objective))

    def reduced_costs(self, lp: LinearProgram) -> Array:
        """Return ``c - A'y``, shape (n,)."""
        return lp.reduced_costs(self.row_dual)

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {"primal": self.primal, "row_dual": self.row_dual, "objective": self.objective}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the answer from what `to_data` returned, or from that read back from JSON."""
        return cls(_vector(data, "primal"), _vector(data, "row_dual"), _number(data, "objective"))


@dataclass(frozen=True, eq=False)
class FarkasRay:
    """Nonnegative multipliers of bounds that add up to a contradiction: the program is infeasible.

    Write p, q for the multipliers of ``A x >= L`` and ``A x <= U``, and s, t for those of ``x >= l`` and ``x <= u``;
    a bound that is not there has multiplier 0. If ``A'(p - q) + s - t = 0`` then every feasible x satisfies

        ``0 = (p - q)'A x + (s - t)'x >= L'p - U'q + l's - u't``,

    so that a positive right-hand side shows there is none. Crossed bounds ``L_i > U_i`` are the ray
    ``p_i = q_i = 1``; a row without entries and with ``L_i > 0`` is ``p_i = 1``. Farkas' lemma: an infeasible program
    has such multipliers.

    Attributes
    ----------
    row_lower, row_upper : arrays, shape (m,)
        The multipliers p and q.
    lower, upper : arrays, shape (n,)
        The multipliers s and t.
    """

    row_lower: Array
    row_upper: Array
    lower: Array
    upper: Array

    proves: ClassVar[Termination] = Termination.INFEASIBLE

    def __post_init__(self) -> None:
        _freeze(self, "row_lower", "row_upper", "lower", "upper")

    @classmethod
    def from_row_multipliers(cls, lp: LinearProgram, multipliers: Array) -> Self:
        """Build the ray from net row multipliers ``y = p - q``; ``s - t`` is then ``-A'y``."""
        on_columns = -lp.matrix.transpose_dot(multipliers)
        return cls(
            kept(multipliers, signs(multipliers) > 0),
            kept(-multipliers, signs(multipliers) < 0),
            kept(on_columns, (signs(on_columns) > 0) & lp.finite_lower),
            kept(-on_columns, (signs(on_columns) < 0) & lp.finite_upper),
        )

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {name: getattr(self, name) for name in ("row_lower", "row_upper", "lower", "upper")}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the answer from what `to_data` returned, or from that read back from JSON."""
        return cls(*(_vector(data, name) for name in ("row_lower", "row_upper", "lower", "upper")))


@dataclass(frozen=True, eq=False)
class UnboundedRay:
    """A feasible point and a direction that keeps it feasible and improves the objective for ever.

    The direction r satisfies ``(A r)_i >= 0`` where row i has a lower bound, ``<= 0`` where it has an upper bound,
    the same for ``r_j`` and the columns' bounds, and ``c'r < 0`` for min, ``c'r > 0`` for max: then
    ``point + k r`` is feasible for all ``k >= 0`` and its objective has no bound.

    Attributes
    ----------
    point : array, shape (n,)
        A feasible point.
    ray : array, shape (n,)
        The direction.
    """

    point: Array
    ray: Array

    proves: ClassVar[Termination] = Termination.UNBOUNDED

    def __post_init__(self) -> None:
        _freeze(self, "point", "ray")

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {"point": self.point, "ray": self.ray}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the answer from what `to_data` returned, or from that read back from JSON."""
        return cls(_vector(data, "point"), _vector(data, "ray"))


@dataclass(frozen=True, eq=False)
class DualBound:
    """Multipliers that prove a bound on the objective, found before a limit was reached.

    By weak duality (`LinearProgram.dual_objective`) no feasible point has an objective below `bound` for min,
    above it for max.

    Attributes
    ----------
    row_dual : array, shape (m,)
        The multipliers.
    bound : Fraction or float
        What they prove.
    """

    row_dual: Array
    bound: Any

    proves: ClassVar[Termination] = Termination.LIMIT

    def __post_init__(self) -> None:
        _freeze(self, "row_dual")
        object.__setattr__(self, "bound", number(self.bound))

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {"row_dual": self.row_dual, "bound": self.bound}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the answer from what `to_data` returned, or from that read back from JSON."""
        return cls(_vector(data, "row_dual"), _number(data, "bound"))


LinearAnswer = PrimalDual | FarkasRay | UnboundedRay | DualBound


def is_exact_answer(answer: LinearAnswer) -> bool:
    """Say whether an answer is in fractions throughout."""
    values = answer.to_data().values()
    return all(v.dtype == object if isinstance(v, np.ndarray) else isinstance(v, Fraction) for v in values)


def _freeze(answer: Any, *names: str) -> None:
    for name in names:
        given = getattr(answer, name)
        values = number_array(given)
        if values.ndim != 1:
            raise InputError(f"'{name}' of a {type(answer).__name__} is a vector")
        object.__setattr__(answer, name, frozen(values, given))


def _field(data: Mapping[str, Any], name: str) -> Any:
    if not isinstance(data, Mapping) or name not in data:
        raise InputError(f"an answer to a linear program without '{name}'")
    return data[name]


def _vector(data: Mapping[str, Any], name: str) -> Array:
    try:
        return decode_array(_field(data, name))
    except ValueError as error:
        raise InputError(f"'{name}' of an answer to a linear program: {error}") from None


def _number(data: Mapping[str, Any], name: str) -> Fraction | float:
    return decode(_field(data, name))
