"""What a mechanism may do besides being truthful: the decision polytope, and budgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from gametheory.errors import InputError
from gametheory.mechanism.arrays import common, frozen, known_keys, names, reading, shaped, to_numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: How a budget compares its left side with its bound.
SENSES = ("<=", "=", ">=")


@dataclass(frozen=True, eq=False)
class DecisionPolytope:
    """The decisions that are possible at a type profile: ``lower <= x <= upper`` and ``matrix @ x <= bound``.

    Attributes
    ----------
    lower, upper : ndarray of shape (D,)
        Finite bounds on each decision variable.
    matrix : ndarray of shape (R, D)
        Coefficients of R further inequalities or equalities.
    bound : ndarray of shape (R,)
        Their right sides.
    equality : ndarray of bool, shape (R,)
        Which of them hold with equality.
    names : tuple of str
        Their names.
    """

    lower: NDArray[Any]
    upper: NDArray[Any]
    matrix: NDArray[Any]
    bound: NDArray[Any]
    equality: NDArray[np.bool_]
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lower = np.asarray(self.lower)
        if lower.ndim != 1 or not lower.size:
            raise InputError(f"the lower bounds of the decisions have shape {lower.shape}, not one per decision")
        size = lower.size
        rows = len(np.atleast_1d(np.asarray(self.bound)))
        matrix = np.asarray(self.matrix)
        given = {
            "the decisions' lower bounds": self.lower,
            "the decisions' upper bounds": self.upper,
            "the matrix of decision limits": matrix if rows else np.zeros((0, size), dtype=np.int64),
            "the bounds of decision limits": self.bound,
        }
        arrays, _ = common(given)
        shapes: list[tuple[int, ...]] = [(size,), (size,), (rows, size), (rows,)]
        for field, (name, values), shape in zip(
            ("lower", "upper", "matrix", "bound"), arrays.items(), shapes, strict=True
        ):
            object.__setattr__(self, field, frozen(shaped(values, [shape], name)))
        equality = np.asarray(self.equality, dtype=bool).reshape(-1)
        if equality.shape != (rows,):
            raise InputError(f"{rows} decision limits, but {equality.size} marks of equality")
        object.__setattr__(self, "equality", frozen(equality))
        labels = names(self.names or [f"limit{r + 1}" for r in range(rows)], "the names of decision limits")
        if len(labels) != rows:
            raise InputError(f"{rows} decision limits, but {len(labels)} names")
        object.__setattr__(self, "names", labels)
        crossed = np.flatnonzero(self.lower > self.upper)
        if crossed.size:
            d = int(crossed[0])
            raise InputError(f"decision {d}: lower bound {self.lower[d]} exceeds upper bound {self.upper[d]}")

    @classmethod
    def lottery(cls, outcomes: int) -> Self:
        """Return the simplex: probabilities of `outcomes` outcomes."""
        one = np.ones(outcomes, dtype=np.int64)
        return cls(0 * one, one, one[None, :], one[:1], np.array([True]), ("lottery",))

    @classmethod
    def box(cls, lower: Any, upper: Any) -> Self:
        """Return the box ``lower <= x <= upper``."""
        size = np.asarray(lower).size
        none = np.zeros(0, dtype=np.int64)
        return cls(lower, upper, none.reshape(0, size), none, np.zeros(0, dtype=bool))

    @property
    def rows(self) -> int:
        """How many limits there are besides the bounds."""
        return len(self.names)

    @property
    def is_lottery(self) -> bool:
        """Whether this is the simplex of lotteries."""
        return (
            self.names == ("lottery",)
            and bool(self.equality[0])
            and bool((self.lower == 0).all() and (self.upper == 1).all() and (self.matrix == 1).all())
            and bool(self.bound[0] == 1)
        )

    def converted(self, exactly: bool) -> Self:
        """Return the polytope with fractions, or with floats."""
        lower, upper, matrix, bound = (
            to_numbers(a, exactly) for a in (self.lower, self.upper, self.matrix, self.bound)
        )
        return type(self)(lower, upper, matrix, bound, self.equality, self.names)

    def to_data(self) -> dict[str, Any]:
        """Return the polytope as a tree."""
        return {
            "lower": self.lower,
            "upper": self.upper,
            "matrix": self.matrix,
            "bound": self.bound,
            "equality": self.equality,
            "names": list(self.names),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the polytope from its tree; all but the bounds may be left out.

        Raises
        ------
        InputError
            If the tree is malformed.
        """
        known_keys(data, ("lower", "upper", "matrix", "bound", "equality", "names"), "decision polytope")
        with reading("decision polytope"):
            size = np.asarray(data["lower"]).size
            bound = data.get("bound", np.zeros(0, dtype=np.int64))
            rows = np.asarray(bound).size
            matrix = np.asarray(data["matrix"]) if rows else np.zeros((0, size), dtype=np.int64)
            equality = data.get("equality", np.zeros(rows, dtype=bool))
            return cls(data["lower"], data["upper"], matrix, bound, equality, tuple(data.get("names", ())))


@dataclass(frozen=True, eq=False)
class BudgetConstraint:
    """A linear condition on transfers and decisions: a balanced budget, no deficit, a share of a cost.

    ``sum_k transfers[k] y[k] + sum_d decisions[d] x[d]`` compared with `bound`, at every type profile
    (``timing="ex_post"``) or in expectation under the prior (``timing="ex_ante"``).

    Attributes
    ----------
    name : str
        Its name in rows and reports.
    transfers : ndarray of shape (K,) or (T1, ..., TN, K)
        Coefficients of the transfers.
    decisions : ndarray of shape (D,) or (T1, ..., TN, D), optional
        Coefficients of the decisions; 0 if left out.
    sense : str
        ``"<="``, ``"="`` or ``">="``.
    bound : ndarray of shape () or (T1, ..., TN)
        The right side.
    timing : str
        ``"ex_post"`` or ``"ex_ante"``.
    """

    name: str
    transfers: NDArray[Any]
    decisions: NDArray[Any] | None = None
    sense: str = "="
    bound: NDArray[Any] | Any = 0
    timing: str = "ex_post"

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name:
            raise InputError(f"a budget is named {self.name!r}; it needs a name")
        if self.sense not in SENSES:
            raise InputError(f"budget '{self.name}': sense {self.sense!r}", remedy="write '<=', '=' or '>='")
        if self.timing not in ("ex_post", "ex_ante"):
            raise InputError(f"budget '{self.name}': timing {self.timing!r}", remedy="write 'ex_post' or 'ex_ante'")

    def fitted(self, shape: tuple[int, ...], transfers: int, decisions: int) -> Self:
        """Return the budget with every array of full rank for a problem's shape.

        Raises
        ------
        InputError
            If an array does not fit.
        """
        where = f"budget '{self.name}'"
        y = _per_profile(self.transfers, shape, transfers, f"{where}, transfers")
        x = np.zeros(decisions, dtype=np.int64) if self.decisions is None else self.decisions
        x = _per_profile(x, shape, decisions, f"{where}, decisions")
        bound = np.asarray(self.bound)
        if bound.ndim and (self.timing == "ex_ante" or bound.shape != shape):
            bound = shaped(bound, [()] if self.timing == "ex_ante" else [(), shape], f"{where}, bound")
        return type(self)(self.name, y, x, self.sense, bound, self.timing)

    def to_data(self) -> dict[str, Any]:
        """Return the budget as a tree."""
        return {
            "name": self.name,
            "transfers": self.transfers,
            "decisions": self.decisions,
            "sense": self.sense,
            "bound": self.bound,
            "timing": self.timing,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the budget from its tree.

        Raises
        ------
        InputError
            If the tree is malformed.
        """
        known_keys(data, ("name", "transfers", "decisions", "sense", "bound", "timing"), "budget")
        with reading("budget"):
            return cls(**data)


def _per_profile(values: Any, shape: tuple[int, ...], width: int, name: str) -> NDArray[Any]:
    """Return coefficients of shape (width,), or (T1, ..., TN, width) if they differ between profiles."""
    given = np.asarray(values)
    if given.shape == (width,) or given.shape == (*shape, width):
        return given
    return shaped(given, [(width,), (*shape, width)], name)


def budget_names(budgets: Sequence[BudgetConstraint]) -> tuple[str, ...]:
    """Return the names of budgets; raises `InputError` if two are the same."""
    return names([b.name for b in budgets], "the budgets")
