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
    masses_of,
    names_of,
    one_number,
    quantities,
    table,
    tree_array,
)
from gametheory.matching.preferences import integers
from gametheory.numbers import decode, decode_array, exact_array

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
class AssignmentGame:
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
            surplus = quantities(surplus, "surplus")
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

    @classmethod
    def sparse(cls, rows: Any, columns: Any, values: Any, shape: tuple[int, int], **fields: Any) -> Self:
        """Build a game of few pairs from lists of (buyer, seller, surplus), counted from 0."""
        numbers = quantities(values, "values")
        if numbers.dtype.kind == "i":
            numbers = exact_array(numbers)
        row_list, column_list = integers(rows, "rows"), integers(columns, "columns")
        if row_list.shape != column_list.shape or numbers.shape != row_list.shape:
            raise InputError("'rows', 'columns' and 'values' are lists of one length")
        if not all(0 <= s < 2**31 for s in shape):
            raise InputError(f"a game cannot have the shape {shape}")
        pairs = np.stack([row_list, column_list], axis=1)
        found, counts = np.unique(pairs, axis=0, return_counts=True)
        if (counts > 1).any():
            row, column = found[np.argmax(counts > 1)]
            raise InputError(f"the pair of buyer {row + 1} and seller {column + 1} is given twice")
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
            "buyer_masses": read_numbers(given.get("buyer_masses")),
            "seller_masses": read_numbers(given.get("seller_masses")),
            "scale": None if given.get("scale") is None else decode(given["scale"]),
        }
        if "surplus" in given:
            return cls(read_numbers(given["surplus"]), **fields)
        for key in ("rows", "columns", "values", "shape"):
            if key not in given:
                raise InputError(
                    f"an AssignmentGame has a 'surplus', or 'rows', 'columns', 'values' and 'shape': no '{key}'"
                )
        shape = given["shape"]
        if not isinstance(shape, list | tuple) or len(shape) != 2 or not all(isinstance(s, int) for s in shape):
            raise InputError("'shape' is two whole numbers")
        return cls.sparse(
            given["rows"], given["columns"], read_numbers(given["values"]), (shape[0], shape[1]), **fields
        )


def read_numbers(values: Any) -> Any:
    """Read numbers of a tree: arrays as they are; lists by `decode_array`, whole numbers staying exact."""
    if values is None or isinstance(values, np.ndarray):
        return values
    try:
        given = np.asarray(values)
    except ValueError:
        raise InputError("a table of numbers has rows of different length") from None
    if given.dtype.kind in "iuf":
        return given
    return decode_array(values) if given.dtype.kind == "U" else quantities(values, "numbers")
