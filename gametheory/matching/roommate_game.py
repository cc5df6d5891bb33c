"""One-sided markets with transfers: anyone may pair with anyone; individuals or masses of types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from gametheory.errors import InputError, RefusedError
from gametheory.matching.assignment_game import pair_in_words
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
from gametheory.numbers import exact_array

KEYS = ("surplus", "types", "high", "low", "constant", "masses", "names")
#: Agents above which a surplus given as a function is not written out pair by pair.
WRITTEN_OUT = 3_000


@dataclass(frozen=True, eq=False, repr=False)
class RoommateGame(Displayed):
    """Agents who pair with each other and divide the surplus of the pair; being alone is worth 0.

    Build it from a matrix, or by `separable` or `from_function`.

    Attributes
    ----------
    surplus : array, shape (n, n), or None
        Symmetric. The diagonal matters for masses only (two agents of one type).
    types : array, shape (n,), or None
        One number per agent, for a surplus that depends on the two numbers.
    high, low, constant : numbers, or None
        The separable surplus ``high * max - low * min + constant`` of two types; ``high + low >= 0``, so that
        it is submodular.
    function : callable, or None
        The surplus of two arrays of types, symmetric and vectorised.
    masses : array, shape (n,), or None
        Positive masses of types; None for individuals.
    names : tuple of str, or None
        Labels; None stands for "1", "2", ...

    Raises
    ------
    InputError
        On NaN, a surplus that is not symmetric (of a function, as far as neighbours in the list show), masses
        that are not positive, a separable surplus that is not submodular.
    """

    surplus: Any = None
    types: Any = None
    high: Any = None
    low: Any = None
    constant: Any = None
    function: Callable[[Any, Any], Any] | None = None
    masses: Any = None
    names: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        given = [self.surplus is not None, self.high is not None, self.function is not None]
        if sum(given) != 1:
            raise InputError("a RoommateGame has one surplus: a matrix, the numbers of a separable one, or a function")
        if self.surplus is not None:
            surplus = quantities(self.surplus, "surplus", whose=lambda at: pair_in_words(self.names, self.names, at))
            if surplus.ndim != 2 or surplus.shape[0] != surplus.shape[1]:
                raise InputError(f"the surplus has shape {surplus.shape}; it is a square matrix")
            object.__setattr__(self, "surplus", surplus)
            count = surplus.shape[0]
        else:
            if self.types is None:
                raise InputError("a surplus that depends on types needs 'types', one number per agent")
            types = quantities(self.types, "types", whose=lambda at: f"the type of '{label(self.names, at)}'")
            if types.ndim != 1:
                raise InputError("'types' is a list of numbers, one per agent")
            object.__setattr__(self, "types", types)
            count = types.size
        object.__setattr__(self, "names", names_of(self.names, count, "agents"))
        object.__setattr__(self, "masses", masses_of(self.masses, count, "agents", self.name))
        if self.surplus is not None:
            apart = np.argwhere(self.surplus != self.surplus.T)
            if apart.size:
                i, j = (int(k) for k in apart[0])
                raise InputError(
                    f"the surplus of '{self.name(i)}' with '{self.name(j)}' is {self.surplus[i, j]}, "
                    f"and of '{self.name(j)}' with '{self.name(i)}' {self.surplus[j, i]}"
                )
        if self.function is not None:
            index = np.arange(count)
            following = np.roll(index, -1)
            self._check_symmetric(index, following, self.pair_surplus(index, following))
        if self.high is not None:
            for key in ("high", "low", "constant"):
                value = getattr(self, key)
                object.__setattr__(self, key, one_number(0 if value is None else value, key))
            if self.high + self.low < 0:
                raise InputError(
                    f"high {self.high} plus low {self.low} is negative: the surplus is not submodular",
                    remedy="give the surplus as a matrix",
                )

    @classmethod
    def separable(cls, types: Any, high: Any, low: Any, constant: Any = 0, **fields: Any) -> Self:
        """Build a game with surplus ``high * max - low * min + constant`` of two types."""
        return cls(types=types, high=high, low=low, constant=constant, **fields)

    @classmethod
    def from_function(cls, types: Any, function: Callable[[Any, Any], Any], **fields: Any) -> Self:
        """Build a game whose surplus is a symmetric function of two arrays of types."""
        return cls(types=types, function=function, **fields)

    def __len__(self) -> int:
        return int(self.types.size if self.surplus is None else self.surplus.shape[0])

    @property
    def is_separable(self) -> bool:
        """Whether the surplus is ``high * max - low * min + constant``."""
        return self.high is not None

    @property
    def is_exact(self) -> bool:
        """Whether no number is a float."""
        if self.function is not None:
            return False
        numbers = [self.high, self.low, self.constant]
        return is_exact(self.surplus, self.types, self.masses) and not any(isinstance(v, float) for v in numbers)

    def name(self, index: int) -> str:
        """Return the label of an agent."""
        return str(index + 1) if self.names is None else self.names[index]

    def pair_surplus(self, first: Any, second: Any, *, exactly: bool = False) -> Array:
        """Return the surplus of pairs of agents given by index (broadcast)."""
        if self.surplus is not None:
            values = self.surplus[first, second]
            return exact_array(values) if exactly and values.dtype != object else values
        types: Array = self.types
        numbers: tuple[Any, ...] = (self.high, self.low, self.constant)
        if exactly:
            types = exact_array(types)
            numbers = tuple(exact_array(np.array(numbers, dtype=object)))
        elif not self.is_exact or types.dtype.kind == "f":
            types = np.asarray(types, dtype=np.float64)
            numbers = tuple(float(v) for v in numbers if v is not None)
        one, two = types[first], types[second]
        if self.function is not None:
            made = np.asarray(self.function(one, two))
            wanted = np.broadcast_shapes(np.shape(one), np.shape(two))
            if made.dtype.kind not in "iufO" or made.shape != wanted:
                raise InputError(
                    f"the surplus function returned {made.dtype} of shape {made.shape}, not numbers of shape {wanted}",
                    remedy="it is given two arrays of types and returns one number for each pair",
                )
            if made.dtype.kind == "f" and not np.isfinite(made).all():
                raise InputError("the surplus function returned NaN or infinity")
            return exact_array(made) if exactly else made
        high, low, constant = numbers
        return np.maximum(one, two) * high - np.minimum(one, two) * low + constant  # type: ignore[no-any-return]

    def matrix(self, *, exactly: bool = False) -> Array:
        """Return the surplus of all pairs, shape (n, n).

        Raises
        ------
        InputError
            If a function returned something else than finite numbers, the same for both orders of a pair.
        """
        index = np.arange(len(self))
        made = self.pair_surplus(index[:, None], index[None, :], exactly=exactly)
        if self.function is not None:
            self._check_symmetric(index[:, None], index[None, :], made)
        return made

    def _check_symmetric(self, first: Any, second: Any, made: Array) -> None:
        """Refuse a function whose value depends, beyond rounding, on who is named first."""
        apart = abs(made - self.pair_surplus(second, first)) > 1e-9 * np.maximum(1, abs(made))
        if np.any(apart):
            at = tuple(np.argwhere(apart)[0])
            one, two = (self.name(int(np.broadcast_to(side, made.shape)[at])) for side in (first, second))
            raise InputError(f"the surplus function gives '{one}' with '{two}' and '{two}' with '{one}' different sums")

    def to_data(self) -> dict[str, Any]:
        """Return the game as a tree; a surplus given as a function is written out pair by pair.

        Raises
        ------
        RefusedError
            If the surplus is a function and there are more than `WRITTEN_OUT` agents.
        """
        data: dict[str, Any] = {}
        if self.surplus is not None:
            data["surplus"] = tree_array(self.surplus)
        elif self.is_separable:
            data |= {"types": tree_array(self.types), "high": self.high, "low": self.low, "constant": self.constant}
        elif len(self) <= WRITTEN_OUT:
            data["surplus"] = tree_array(quantities(self.matrix(), "surplus"))
        else:
            raise RefusedError(f"a surplus given as a Python function is written out up to {WRITTEN_OUT} agents")
        if self.masses is not None:
            data["masses"] = tree_array(self.masses)
        if self.names is not None:
            data["names"] = list(self.names)
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned, or that tree from JSON or TOML."""
        given = table(data, "a RoommateGame", KEYS)
        return cls(**{key: given.get(key) for key in KEYS})
