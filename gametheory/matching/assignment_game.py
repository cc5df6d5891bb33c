"""Two-sided markets with transfers: the assignment game (Shapley and Shubik 1971), of individuals or masses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from gametheory.errors import InputError
from gametheory.linear.sparse import SparseMatrix
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
from gametheory.matching.preferences import integers
from gametheory.notebook import Displayed
from gametheory.numbers import exact_array

KEYS = (
    "surplus",
    "rows",
    "columns",
    "values",
    "shape",
    "buyers",
    "sellers",
    "buyer_masses",
    "seller_masses",
    "scale",
)


@dataclass(frozen=True, eq=False, repr=False)
class AssignmentGame(Displayed):
    """Buyers and sellers, each matched at most once, who divide a surplus; being alone is worth 0.

    Attributes
    ----------
    surplus : array, shape (buyers, sellers), or SparseMatrix
        What each pair produces. In a sparse matrix pairs without an entry cannot match.
    buyer_names, seller_names : tuple of str, or None
        Labels; None stands for "1", "2", ...
    buyer_masses, seller_masses : arrays, or None
        Positive masses of types; None for individuals. Both or neither.
    scale : Fraction, float or None
        The scale of the taste shocks, for the equilibrium of Choo and Siow.

    Raises
    ------
    InputError
        On NaN, shapes that disagree, masses that are not positive, repeated names.
    """

    surplus: Any
    buyer_names: tuple[str, ...] | None = None
    seller_names: tuple[str, ...] | None = None
    buyer_masses: Array | None = None
    seller_masses: Array | None = None
    scale: Any = None

    def __post_init__(self) -> None:
        surplus = self.surplus
        if not isinstance(surplus, SparseMatrix):
            surplus = quantities(surplus, "surplus", whose=self._pair)
            if surplus.ndim != 2:
                raise InputError("the surplus is a matrix: one row per buyer, one column per seller")
            object.__setattr__(self, "surplus", surplus)
        buyers, sellers = surplus.shape
        object.__setattr__(self, "buyer_names", names_of(self.buyer_names, buyers, "buyers"))
        object.__setattr__(self, "seller_names", names_of(self.seller_names, sellers, "sellers"))
        if (self.buyer_masses is None) != (self.seller_masses is None):
            raise InputError("masses are given for both sides or for neither")
        first = masses_of(self.buyer_masses, buyers, "buyers", self.buyer_name)
        second = masses_of(self.seller_masses, sellers, "sellers", self.seller_name)
        object.__setattr__(self, "buyer_masses", first)
        object.__setattr__(self, "seller_masses", second)
        if self.scale is not None:
            scale = one_number(self.scale, "scale")
            if scale <= 0:
                raise InputError(f"the scale of the taste shocks is not positive: {scale}")
            object.__setattr__(self, "scale", scale)

    def _pair(self, at: tuple[int, ...]) -> str:
        return pair_in_words(self.buyer_names, self.seller_names, at)

    @classmethod
    def sparse(cls, rows: Any, columns: Any, values: Any, shape: tuple[int, int], **fields: Any) -> Self:
        """Build a game of few pairs from lists of (buyer, seller, surplus), counted from 0."""
        row_list, column_list = integers(rows, "rows"), integers(columns, "columns")
        buyers, sellers = fields.get("buyer_names"), fields.get("seller_names")

        def pair(at: tuple[int, ...]) -> str:
            if len(at) != 1 or at[0] >= min(row_list.size, column_list.size):
                return pair_in_words(buyers, sellers, at)
            return pair_in_words(buyers, sellers, (int(row_list[at[0]]), int(column_list[at[0]])))

        numbers = quantities(values, "values", whose=pair)
        if row_list.shape != column_list.shape or numbers.shape != row_list.shape:
            raise InputError("'rows', 'columns' and 'values' are lists of one length")
        if numbers.dtype.kind == "i":
            numbers = exact_array(numbers)
        if not all(0 <= s < 2**31 for s in shape):
            raise InputError(f"a game cannot have the shape {shape}")
        for side, given, count in (("buyer", row_list, shape[0]), ("seller", column_list, shape[1])):
            beyond = np.flatnonzero((given < 0) | (given >= count))
            if beyond.size:
                wrong = int(given[beyond[0]])
                raise InputError(f"there is no {side} {wrong}", remedy=f"{side}s are numbered from 0 to {count - 1}")
        pairs = np.stack([row_list, column_list], axis=1)
        found, counts = np.unique(pairs, axis=0, return_counts=True)
        if (counts > 1).any():
            raise InputError(f"{pair_in_words(buyers, sellers, found[np.argmax(counts > 1)])} is given twice")
        return cls(SparseMatrix.from_coo(rows, columns, numbers, shape), **fields)

    @property
    def is_sparse(self) -> bool:
        """Whether the surplus is a `SparseMatrix`."""
        return isinstance(self.surplus, SparseMatrix)

    @property
    def values(self) -> Array:
        """The surplus of every pair that can match: a matrix, or the entries if sparse."""
        return self.surplus.data if self.is_sparse else self.surplus  # type: ignore[no-any-return]

    @property
    def shape(self) -> tuple[int, int]:
        """How many buyers and sellers there are."""
        return int(self.surplus.shape[0]), int(self.surplus.shape[1])

    @property
    def is_exact(self) -> bool:
        """Whether no number is a float."""
        return is_exact(self.values, self.buyer_masses, self.seller_masses)

    def buyer_name(self, index: int) -> str:
        """Return the label of a buyer."""
        return str(index + 1) if self.buyer_names is None else self.buyer_names[index]

    def seller_name(self, index: int) -> str:
        """Return the label of a seller."""
        return str(index + 1) if self.seller_names is None else self.seller_names[index]

    def to_data(self) -> dict[str, Any]:
        """Return the game as a tree."""
        data: dict[str, Any] = {}
        if self.is_sparse:
            data |= {
                "rows": self.surplus.entry_rows,
                "columns": self.surplus.indices,
                "values": self.surplus.data,
                "shape": list(self.shape),
            }
        else:
            data["surplus"] = tree_array(self.surplus)
        for key, value in (("buyers", self.buyer_names), ("sellers", self.seller_names)):
            if value is not None:
                data[key] = list(value)
        for key, masses in (("buyer_masses", self.buyer_masses), ("seller_masses", self.seller_masses)):
            if masses is not None:
                data[key] = tree_array(masses)
        if self.scale is not None:
            data["scale"] = self.scale
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned, or that tree from JSON or TOML."""
        given = table(data, "an AssignmentGame", KEYS)
        fields: dict[str, Any] = {
            "buyer_names": given.get("buyers"),
            "seller_names": given.get("sellers"),
            "buyer_masses": given.get("buyer_masses"),
            "seller_masses": given.get("seller_masses"),
            "scale": given.get("scale"),
        }
        if "surplus" in given:
            return cls(given["surplus"], **fields)
        for key in ("rows", "columns", "values", "shape"):
            if key not in given:
                raise InputError(
                    f"an AssignmentGame has a 'surplus', or 'rows', 'columns', 'values' and 'shape': no '{key}'"
                )
        shape = given["shape"]
        if not isinstance(shape, list | tuple) or len(shape) != 2 or not all(isinstance(s, int) for s in shape):
            raise InputError("'shape' is two whole numbers")
        return cls.sparse(given["rows"], given["columns"], given["values"], (shape[0], shape[1]), **fields)


def pair_in_words(buyers: Any, sellers: Any, at: Any) -> str:
    """Return what the surplus of a pair is called, by names that may not have been checked yet."""
    if len(at) != 2:
        return f"the surplus at entry {label(None, at)}"
    one, two = int(at[0]), int(at[1])
    return f"the surplus of '{label(buyers, (one,))}' with '{label(sellers, (two,))}'"
