"""Sparse matrices by rows, of floats or of fractions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from gametheory.errors import InputError
from gametheory.linear.rational import (
    exact_values,
    fits_int64,
    float_values,
    fractions_of,
    numerators_and_denominators,
    object_array,
    over_common_denominator,
    segment_sums,
)
from gametheory.numbers import decode_array, number_array

if TYPE_CHECKING:
    import scipy.sparse

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class SparseMatrix:
    """A matrix in compressed sparse rows, immutable.

    Attributes
    ----------
    indptr : int64 array, shape (rows + 1,)
        Row i occupies ``indices[indptr[i]:indptr[i + 1]]``.
    indices : int64 array, shape (entries,)
        Column of each entry, increasing within a row.
    data : float64 array, or object array of `Fraction`, shape (entries,)
        The entries.
    shape : tuple of int
        Rows and columns.

    Raises
    ------
    InputError
        If the arrays do not describe a matrix, or an entry is NaN or infinite.
    """

    indptr: Array
    indices: Array
    data: Array
    shape: tuple[int, int]

    def __post_init__(self) -> None:
        rows, columns = (int(s) for s in self.shape)
        indptr, indices, data = _integers(self.indptr), _integers(self.indices), number_array(self.data)
        if rows < 0 or columns < 0:
            raise InputError(f"a matrix of shape {self.shape} does not exist")
        if indptr.shape != (rows + 1,) or indices.ndim != 1 or data.shape != indices.shape:
            raise InputError("indptr, indices, data and shape of a sparse matrix do not agree")
        if indptr[0] != 0 or indptr[-1] != len(indices) or np.any(indptr[1:] < indptr[:-1]):
            raise InputError("indptr of a sparse matrix must rise from 0 to the number of entries")
        if len(indices):
            if indices.min() < 0 or indices.max() >= columns:
                raise InputError(f"a column of a sparse matrix is outside 0..{columns - 1}")
            same_row = np.ones(len(indices), dtype=bool)
            same_row[indptr[:-1][indptr[:-1] < len(indices)]] = False
            if np.any(same_row[1:] & (indices[1:] <= indices[:-1])):
                raise InputError("columns of a sparse matrix must increase within each row, without repetition")
        self._set(indptr, indices, data, (rows, columns))

    def _set(self, indptr: Array, indices: Array, data: Array, shape: tuple[int, int]) -> None:
        object.__setattr__(self, "indptr", frozen(indptr, self.indptr))
        object.__setattr__(self, "indices", frozen(indices, self.indices))
        object.__setattr__(self, "data", frozen(data, self.data))
        object.__setattr__(self, "shape", shape)

    @classmethod
    def _trusted(cls, indptr: Array, indices: Array, data: Array, shape: tuple[int, int]) -> Self:
        """Build from arrays known to be right and not shared."""
        matrix = object.__new__(cls)
        for name, value in (("indptr", indptr), ("indices", indices), ("data", data)):
            value.flags.writeable = False
            object.__setattr__(matrix, name, value)
        object.__setattr__(matrix, "shape", shape)
        return matrix

    # -- building -------------------------------------------------------------------------------

    @classmethod
    def from_coo(cls, rows: Any, columns: Any, data: Any, shape: tuple[int, int]) -> Self:
        """Build from coordinates in any order; repeated places are added, exact zeros dropped.

        Parameters
        ----------
        rows, columns : integer arrays, shape (entries,)
            Places.
        data : array, shape (entries,)
            Entries: floats, or anything `gametheory.numbers.number` reads.
        shape : tuple of int
            Rows and columns of the matrix.
        """
        row, column, entries = _integers(rows), _integers(columns), number_array(data)
        if row.ndim != 1 or row.shape != column.shape or row.shape != entries.shape:
            raise InputError("rows, columns and data of a sparse matrix must be vectors of one length")
        if len(row) and (row.min() < 0 or row.max() >= shape[0] or column.min() < 0 or column.max() >= shape[1]):
            raise InputError(f"an entry lies outside a sparse matrix of shape {shape}")
        order = np.lexsort((column, row))
        row, column, entries = row[order], column[order], entries[order]
        first = np.ones(len(row), dtype=bool)
        first[1:] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
        if not first.all():
            entries = segment_sums(entries, np.append(np.flatnonzero(first), len(row)))
            row, column = row[first], column[first]
        kept = np.asarray(entries != 0, dtype=bool)
        if not kept.all():
            row, column, entries = row[kept], column[kept], entries[kept]
        return cls._trusted(_starts(row, shape[0]), column, entries, (int(shape[0]), int(shape[1])))

    @classmethod
    def from_dense(cls, values: Any) -> Self:
        """Build from a matrix given in full, dropping its zeros."""
        dense = number_array(values)
        if dense.ndim != 2:
            raise InputError(f"a matrix has two dimensions, not {dense.ndim}")
        row, column = np.nonzero(dense)
        shape = (int(dense.shape[0]), int(dense.shape[1]))
        return cls._trusted(_starts(row, shape[0]), column.astype(np.int64), dense[row, column], shape)

    @classmethod
    def from_scipy(cls, matrix: Any) -> Self:
        """Build from any scipy sparse matrix or array."""
        coordinates = matrix.tocoo()
        return cls.from_coo(coordinates.row, coordinates.col, coordinates.data, coordinates.shape)

    @classmethod
    def of(cls, matrix: Any) -> Self:
        """Build from a sparse matrix of ours or of scipy's, or from a matrix given in full."""
        if isinstance(matrix, cls):
            return matrix
        return cls.from_scipy(matrix) if hasattr(matrix, "tocoo") else cls.from_dense(matrix)

    @classmethod
    def zeros(cls, rows: int, columns: int) -> Self:
        """Return a matrix without entries."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls._trusted(np.zeros(rows + 1, dtype=np.int64), nothing, np.zeros(0), (rows, columns))

    # -- other shapes and kinds -----------------------------------------------------------------

    @property
    def is_exact(self) -> bool:
        """Whether the entries are fractions."""
        return bool(self.data.dtype == object)

    def to_exact(self) -> Self:
        """Return the matrix in fractions; a float stands for its shortest decimal."""
        return self if self.is_exact else self.with_data(exact_values(self.data))

    def to_float(self) -> Self:
        """Return the matrix in float64."""
        return self.with_data(float_values(self.data)) if self.is_exact else self

    def with_data(self, data: Array) -> Self:
        """Return a matrix with the same places and other entries (none of them zero)."""
        return self._trusted(self.indptr, self.indices, data, self.shape)

    def to_scipy(self) -> scipy.sparse.csr_array:
        """Return a float64 `scipy.sparse.csr_array`."""
        import scipy.sparse

        return scipy.sparse.csr_array((float_values(self.data), self.indices, self.indptr), shape=self.shape)

    def to_dense(self) -> Array:
        """Return the matrix in full; its zeros are of the kind of its entries."""
        dense = np.zeros(self.shape, dtype=self.data.dtype)
        if self.is_exact:
            dense[...] = Fraction(0)
        dense[self.entry_rows, self.indices] = self.data
        return dense

    def stack(self, other: SparseMatrix) -> Self:
        """Return the rows of this matrix followed by those of another."""
        if other.shape[1] != self.shape[1]:
            raise InputError(f"rows of {other.shape[1]} columns do not fit below rows of {self.shape[1]}")
        mine, theirs = self.data, other.data
        if self.is_exact != other.is_exact:
            mine, theirs = exact_values(mine), exact_values(theirs)
        indptr = np.concatenate((self.indptr, self.indptr[-1] + other.indptr[1:]))
        shape = (self.shape[0] + other.shape[0], self.shape[1])
        return self._trusted(
            indptr, np.concatenate((self.indices, other.indices)), np.concatenate((mine, theirs)), shape
        )

    def take_rows(self, rows: Any) -> Self:
        """Return the chosen rows, in the order given, as a matrix of the same width."""
        chosen = _integers(rows)
        lengths = self.indptr[chosen + 1] - self.indptr[chosen]
        indptr = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(lengths)))
        place = np.arange(indptr[-1]) - np.repeat(indptr[:-1] - self.indptr[chosen], lengths)
        return self._trusted(indptr, self.indices[place], self.data[place], (len(chosen), self.shape[1]))

    def transpose(self) -> Self:
        """Return the transposed matrix."""
        order = self.column_order
        return self._trusted(
            self.column_starts, self.entry_rows[order], self.data[order], (self.shape[1], self.shape[0])
        )

    # -- arithmetic -----------------------------------------------------------------------------

    @cached_property
    def entry_rows(self) -> Array:
        """Row of each entry, int64, shape (entries,)."""
        return np.repeat(np.arange(self.shape[0], dtype=np.int64), np.diff(self.indptr))

    @cached_property
    def column_order(self) -> Array:
        """Places of the entries by column, then row, shape (entries,)."""
        return np.argsort(self.indices, kind="stable")

    @cached_property
    def column_starts(self) -> Array:
        """Where each column begins in `column_order`, shape (columns + 1,)."""
        return _starts(self.indices, self.shape[1])

    @cached_property
    def integer_rows(self) -> tuple[Array, Array, Array | None]:
        """Numerators over one denominator per row; the denominators; the numerators as int64 if they fit."""
        tops, bottoms = numerators_and_denominators(self.data)
        common = np.ones(self.shape[0], dtype=object)
        filled = self.indptr[:-1] < self.indptr[1:]
        if filled.any():
            common[filled] = np.lcm.reduceat(bottoms, self.indptr[:-1][filled])
        tops = tops * (common[self.entry_rows] // bottoms)
        return tops, common, fits_int64(tops)

    def dot(self, x: Array) -> Array:
        """Return ``A x``, shape (rows,); exact if the matrix or the vector is."""
        if len(x) != self.shape[1]:
            raise InputError(f"a vector of {len(x)} entries does not fit a matrix of {self.shape[1]} columns")
        if not self.is_exact and x.dtype != object:
            return np.bincount(self.entry_rows, weights=self.data * x[self.indices], minlength=self.shape[0])
        if not self.is_exact:
            return self.to_exact().dot(x)
        x = exact_values(x)
        shared = over_common_denominator(x)
        if shared is None:
            return _as_fractions(segment_sums(self.data * x[self.indices], self.indptr))
        tops, bottoms, small = self.integer_rows
        sums = segment_sums(_products(tops, small, shared[0], self.indices), self.indptr)
        return fractions_of(sums, bottoms * shared[1])

    def transpose_dot(self, y: Array) -> Array:
        """Return ``A' y``, shape (columns,); exact if the matrix or the vector is."""
        if len(y) != self.shape[0]:
            raise InputError(f"a vector of {len(y)} entries does not fit a matrix of {self.shape[0]} rows")
        if not self.is_exact and y.dtype != object:
            return np.bincount(self.indices, weights=self.data * y[self.entry_rows], minlength=self.shape[1])
        if not self.is_exact:
            return self.to_exact().transpose_dot(y)
        y = exact_values(y)
        tops, bottoms, small = self.integer_rows
        order, starts = self.column_order, self.column_starts
        per_row = y if np.all(bottoms == 1) else _divide(y, bottoms)
        shared = over_common_denominator(per_row)
        if shared is None:
            return _as_fractions(segment_sums((self.data * y[self.entry_rows])[order], starts))
        return fractions_of(segment_sums(_products(tops, small, shared[0], self.entry_rows)[order], starts), shared[1])

    @cached_property
    def absolute(self) -> SparseMatrix:
        """The matrix of absolute values."""
        return self.with_data(np.abs(self.data))

    # -- data -----------------------------------------------------------------------------------

    def to_data(self) -> dict[str, Any]:
        """Return the matrix as a tree."""
        return {"shape": list(self.shape), "indptr": self.indptr, "indices": self.indices, "data": self.data}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build from what `to_data` returned, or from that tree read back from JSON."""
        if not isinstance(data, Mapping) or not {"shape", "indptr", "indices", "data"} <= set(data):
            raise InputError("a sparse matrix is an object with shape, indptr, indices and data")
        shape = _integers(data["shape"])
        if shape.shape != (2,):
            raise InputError("the shape of a matrix is two integers")
        try:
            entries = decode_array(data["data"])
        except ValueError as error:
            raise InputError(f"entries of a sparse matrix: {error}") from None
        return cls(_integers(data["indptr"]), _integers(data["indices"]), entries, (int(shape[0]), int(shape[1])))


def frozen(values: Array, given: Any = None) -> Array:
    """Return an array nobody can write to, copying what a caller could still change."""
    if values is given and values.flags.writeable:
        values = values.copy()
    elif given is not None and isinstance(given, np.ndarray) and np.may_share_memory(values, given):
        values = values.copy() if given.flags.writeable else values
    values.flags.writeable = False
    return values


def _integers(values: Any) -> Array:
    try:
        given = np.asarray(values)
    except ValueError:
        raise InputError("places in a sparse matrix must be a flat list of integers") from None
    if given.size == 0:
        return np.zeros(given.shape, dtype=np.int64)
    if given.dtype.kind not in "iu":
        raise InputError("places in a sparse matrix must be integers")
    return given.astype(np.int64, copy=False)


def _starts(places: Array, count: int) -> Array:
    starts = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(places, minlength=count), out=starts[1:])
    return starts


def _products(tops: Array, small: Array | None, vector: Array, places: Array) -> Array:
    """Return ``tops * vector[places]``, in int64 where no sum of the products can overflow."""
    if small is not None and len(small):
        factor = fits_int64(vector)
        if factor is not None:
            largest = int(np.abs(small).max()) * (int(np.abs(factor).max()) if len(factor) else 0)
            if largest * len(small) < 2**62:
                return small * factor[places]
    return tops * vector[places]


def _divide(values: Array, divisors: Array) -> Array:
    return object_array([v / d if d != 1 and v else v for v, d in zip(values.tolist(), divisors.tolist(), strict=True)])


def _as_fractions(values: Array) -> Array:
    return object_array([Fraction(v) for v in values.tolist()])
