"""Which points a sweep visits: a grid, listed points, or points drawn at random or as a Latin hypercube."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from gametheory.errors import InputError, UsageError, nearest
from gametheory.sweeps.axes import Range, fits_a_float, read_axis, read_range, too_large
from gametheory.trees import encode_parameters

if TYPE_CHECKING:
    from gametheory.model import Model

#: The dimension of every design that is not a grid.
POINT = "point"
#: Columns longer than this are told apart by a digest rather than written out.
WRITTEN_OUT = 200

#: More points than this are taken for a slip: their results fill no memory.
MOST_POINTS = 100_000_000


@dataclass(frozen=True)
class Design:
    """The points of a sweep, in order; the last parameter of a grid varies fastest.

    Attributes
    ----------
    kind : str
        ``grid``, ``points``, ``random`` or ``latin_hypercube``.
    columns : mapping of str to tuple
        By parameter: the values along its dimension of a grid, or one value per point.
    """

    kind: Literal["grid", "points", "random", "latin_hypercube"]
    columns: Mapping[str, tuple[Any, ...]]

    def __post_init__(self) -> None:
        for name, column in self.columns.items():
            if not all(map(fits_a_float, column)):
                raise too_large(name)

    @property
    def dims(self) -> tuple[str, ...]:
        """The dimensions: one per parameter of a grid, else one for all points."""
        return tuple(self.columns) if self.kind == "grid" else (POINT,)

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values there are along each dimension."""
        lengths = tuple(len(column) for column in self.columns.values())
        return lengths if self.kind == "grid" else lengths[:1]

    @property
    def size(self) -> int:
        """How many points there are."""
        return math.prod(self.shape)

    def take(self, start: int, stop: int) -> dict[str, list[Any]]:
        """Return the values of every parameter at points start .. stop - 1."""
        if self.kind != "grid":
            return {name: list(column[start:stop]) for name, column in self.columns.items()}
        found: dict[str, list[Any]] = {}
        stride = self.size
        for name, column in self.columns.items():
            stride //= len(column)
            found[name] = [column[k // stride % len(column)] for k in range(start, stop)]
        return found

    def to_data(self) -> dict[str, Any]:
        """Return what tells this design from others, short enough to read."""
        return {"kind": self.kind, "size": self.size, "columns": {n: _described(c) for n, c in self.columns.items()}}


def grid(columns: Mapping[str, Any], model: type[Model]) -> Design:
    """Return the product of the values of each parameter of a model."""
    read = {name: read_axis(name, values, numeric=numeric(model, name)) for name, values in columns.items()}
    design = Design("grid", read)
    if design.size > MOST_POINTS:
        shape = " by ".join(map(str, design.shape))
        raise UsageError(f"a grid of {shape} points is too large", remedy=f"sweep over at most {MOST_POINTS:,} points")
    return design


def drawn(
    kind: Literal["random", "latin_hypercube"], count: int, ranges: Mapping[str, Any], model: type[Model], seed: int
) -> Design:
    """Draw points: independently, or as a Latin hypercube (each of `count` equal slices of a range once).

    Parameters
    ----------
    kind : str
        ``random`` or ``latin_hypercube``.
    count : int
        How many points.
    ranges : mapping
        By parameter a `Range`, its text ``a:b`` or ``a:b:log``, or values to choose from. A parameter that counts gets
        integers, ends included; every other a float.
    model : type
        The model, whose parameters say which of them count.
    seed : int
        The same seed gives the same points.

    Raises
    ------
    InputError
        If a range is malformed or holds no integer.
    UsageError
        If `count` is not a positive integer.
    """
    from gametheory.simulation import generator

    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise UsageError(f"{count!r} is not a number of points to draw")
    if count > MOST_POINTS:
        raise UsageError(f"{count} points are too many", remedy=f"draw at most {MOST_POINTS:,}")
    read = {name: read_range(name, values, numeric=numeric(model, name)) for name, values in ranges.items()}
    random = generator(seed)
    if kind == "random":
        unit = random.random((count, len(read)))
    else:
        from scipy.stats import qmc

        unit = qmc.LatinHypercube(len(read), seed=random).random(count)
    columns = {
        name: tuple(_scaled(name, u, wanted, counts(model, name)) for u in unit[:, k].tolist())
        for k, (name, wanted) in enumerate(read.items())
    }
    return Design(kind, columns)


def check_names(model: type[Model], names: Mapping[str, Any], fixed: Mapping[str, Any]) -> None:
    """Refuse names that are no parameters of the model, and parameters both fixed and swept.

    Raises
    ------
    UsageError
        Naming the nearest parameter.
    """
    for name in [*names, *fixed]:
        if name not in model.model_fields:
            raise UsageError(f"{model.label()} has no parameter '{name}'", remedy=nearest(name, model.model_fields))
    if not names:
        known = ", ".join(model.model_fields)
        remedy = (
            f"give values of a parameter, as NAME=a:b:n; its parameters: {known}" if known else "it has no parameters"
        )
        raise UsageError("there is nothing to sweep over", remedy=remedy)


def numeric(model: type[Model], name: str) -> bool:
    """Say whether a parameter is a number (perhaps optional), rather than a word, a list or a table."""
    kinds = _kinds(model.model_fields[name].annotation) - {type(None)}
    return bool(kinds) and kinds <= {int, float, Fraction}


def counts(model: type[Model], name: str) -> bool:
    """Say whether a parameter is an integer (perhaps optional)."""
    return _kinds(model.model_fields[name].annotation) - {type(None)} == {int}


def _kinds(annotation: Any) -> set[Any]:
    from types import UnionType
    from typing import Annotated, Union, get_args, get_origin

    origin = get_origin(annotation)
    if origin is Annotated:
        return _kinds(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return {kind for part in get_args(annotation) for kind in _kinds(part)}
    return {annotation if origin is None else origin}


def _scaled(name: str, unit: float, wanted: Range | tuple[Any, ...], whole: bool) -> Any:
    """Move a number of [0, 1) to a range, or to one of the values to choose from."""
    if not isinstance(wanted, Range):
        return wanted[int(unit * len(wanted))]
    if whole:
        first, last = math.ceil(wanted.low), math.floor(wanted.high)
        if first > last:
            raise InputError(f"there is no integer between {wanted.low} and {wanted.high}", place=name)
        if wanted.logarithmic:
            return min(int(first * ((last + 1) / first) ** unit), last)
        return first + int(unit * (last - first + 1))
    low, high = float(wanted.low), float(wanted.high)
    value = low * (high / low) ** unit if wanted.logarithmic else low + unit * (high - low)
    return min(max(value, low), high)


def _described(column: tuple[Any, ...]) -> Any:
    written = encode_parameters(list(column), exactly=False)
    if len(column) <= WRITTEN_OUT:
        return written
    digest = hashlib.sha256(json.dumps(written).encode()).hexdigest()[:32]
    return {"count": len(column), "first": written[0], "last": written[-1], "digest": digest}
