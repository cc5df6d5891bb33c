"""Systems of equations or of complementarity conditions in named unknowns, and their roots."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from gametheory.equilibrium.expressions import FUNCTIONS, Formula, Slope, like
from gametheory.equilibrium.reading import names_of, number_table, numbers_of, text_list
from gametheory.errors import InputError, UsageError
from gametheory.notebook import Displayed
from gametheory.numbers import number
from gametheory.solution import Termination

if TYPE_CHECKING:
    from numpy.typing import NDArray

Number = Fraction | float


@dataclass(frozen=True)
class EquilibriumSystem(Displayed):
    """Find unknowns at which every residual is zero.

    With `complementary`, an unknown at its lower bound may leave its residual positive, and one at its upper bound
    negative (a mixed complementarity problem): this is how corners of equilibria are written.

    Parameters
    ----------
    unknowns : sequence of str
        Names, distinct.
    residuals : sequence of str, or callable
        One formula per unknown, in the unknowns and `constants`; or ``residuals(x) -> array [unknowns]`` for x a
        float array [unknowns]. A system of functions can be solved and checked in floats, but not saved.
    constants : mapping of str to number, optional
        Named numbers the formulas use.
    lower, upper : sequence of (number or None), optional
        Bounds per unknown; None where there is none.
    start : sequence of number, optional
        Where a search begins; by default the middle of the bounds, or one unit inside, or 1.
    jacobian : callable, optional
        ``jacobian(x) -> array [residual, unknown]``, for `residuals` given as a function. Formulas need none.
    complementary : bool
        Whether bounds may bind.

    Raises
    ------
    InputError
        If names repeat, lengths differ, bounds cross or a formula cannot be read.
    """

    unknowns: tuple[str, ...]
    residuals: tuple[str, ...] | Callable[[Any], Any]
    constants: Mapping[str, Number] = field(default_factory=dict)
    lower: tuple[Number | None, ...] = ()
    upper: tuple[Number | None, ...] = ()
    start: tuple[Number, ...] = ()
    jacobian: Callable[[Any], Any] | None = None
    complementary: bool = False

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "unknowns", names_of(self.unknowns, "unknowns", taken=FUNCTIONS))
        set_(self, "constants", number_table(self.constants, "constants", taken=(*self.unknowns, *FUNCTIONS)))
        count = len(self.unknowns)
        if count == 0:
            raise InputError("a system needs at least one unknown")
        if not callable(self.residuals):
            set_(self, "residuals", text_list(self.residuals, "residuals", count))
            if self.jacobian is not None:
                raise UsageError("formulas are differentiated exactly", remedy="leave out the jacobian")
            _ = self.formulas  # refuses malformed formulas now
        for side in ("lower", "upper"):
            given = getattr(self, side)
            set_(self, side, numbers_of(given, side, count, optional=True) if len(given) else (None,) * count)
        for i, (low, high) in enumerate(zip(self.lower, self.upper, strict=True)):
            if low is not None and high is not None and not low <= high:
                raise InputError(f"bounds of '{self.unknowns[i]}' cross: {low} > {high}", place=f"lower[{i}]")
        given = self.start
        set_(self, "start", numbers_of(given, "start", count) if len(given) else tuple(self._inside(count)))

    def _inside(self, count: int) -> list[Number]:
        middles: list[Number] = []
        for low, high in zip(self.lower, self.upper, strict=True):
            if low is not None and high is not None:
                middles.append((low + high) / 2)
            elif low is not None:
                middles.append(low + 1)
            else:
                middles.append(Fraction(1) if high is None else high - 1)
        return middles

    @cached_property
    def formulas(self) -> tuple[Formula, ...]:
        """The residuals as formulas; empty if they are a function."""
        if callable(self.residuals):
            return ()
        return tuple(Formula(text, (*self.unknowns, *self.constants)) for text in self.residuals)

    @property
    def is_formulas(self) -> bool:
        """Whether the residuals are formulas rather than a function."""
        return not callable(self.residuals)

    def evaluate(self, point: Any) -> list[Any]:
        """Return the residuals at a point, in the arithmetic of its coordinates."""
        if callable(self.residuals):
            found = np.asarray(self.residuals(np.asarray(point, dtype=np.float64)), dtype=np.float64)
            if found.shape != (len(self.unknowns),):
                raise InputError(f"the residuals have shape {found.shape}, not ({len(self.unknowns)},)")
            return [float(v) for v in found]
        constants = {name: like_number(v, point[0]) for name, v in self.constants.items()}
        values = {**constants, **dict(zip(self.unknowns, point, strict=True))}
        return [formula(values) for formula in self.formulas]

    def slopes(self, point: Sequence[Any]) -> tuple[list[Any], list[list[Any]]]:
        """Return the residuals and their derivatives [residual][unknown] at a point; formulas only."""
        found = self.evaluate(Slope.variables(point))
        return [f.value for f in found], [f.slopes for f in found]

    def float_jacobian(self, point: NDArray[Any]) -> NDArray[Any]:
        """Return the derivatives [residual, unknown] at a float point; by central differences where nothing else is."""
        if self.is_formulas:
            return np.array(self.slopes([np.float64(v) for v in point])[1], dtype=np.float64)
        if self.jacobian is not None:
            return np.asarray(self.jacobian(point), dtype=np.float64)
        columns = []
        for i, value in enumerate(point):
            step = 6e-6 * max(1.0, abs(value))
            ahead, behind = point.copy(), point.copy()
            ahead[i] += step
            behind[i] -= step
            columns.append((np.array(self.evaluate(ahead)) - np.array(self.evaluate(behind))) / (2 * step))
        return np.column_stack(columns)

    def float_bounds(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return lower and upper bounds as floats, infinite where there is none."""
        low = np.array([-math.inf if v is None else float(v) for v in self.lower])
        high = np.array([math.inf if v is None else float(v) for v in self.upper])
        return low, high

    def to_data(self) -> dict[str, Any]:
        """Return the system as a tree.

        Raises
        ------
        UsageError
            If the residuals are a function.
        """
        if callable(self.residuals):
            raise UsageError("a system of functions cannot be saved", remedy="write its residuals as formulas")
        return {
            "unknowns": list(self.unknowns),
            "residuals": list(self.residuals),
            "constants": dict(self.constants),
            "lower": list(self.lower),
            "upper": list(self.upper),
            "start": list(self.start),
            "complementary": self.complementary,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the system from its tree; raises `InputError` on malformed data."""
        complementary = data.get("complementary", False)
        if not isinstance(complementary, bool):
            raise InputError("'complementary' is not true or false")
        return cls(
            unknowns=text_list(data.get("unknowns"), "unknowns"),
            residuals=text_list(data.get("residuals"), "residuals"),
            constants=data.get("constants", {}),
            lower=numbers_of(data.get("lower", ()), "lower", optional=True),
            upper=numbers_of(data.get("upper", ()), "upper", optional=True),
            start=numbers_of(data.get("start", ()), "start"),
            complementary=complementary,
        )


def like_number(value: Any, sample: Any) -> Any:
    """Return a number in the arithmetic of `sample`; a float stands for its shortest decimal."""
    from gametheory.numbers import exact

    return like(exact(value), sample)


@dataclass(frozen=True)
class Root:
    """Values of the unknowns, claimed to solve a system.

    Attributes
    ----------
    values : mapping of str to number
        By unknown.
    """

    values: Mapping[str, Number]
    proves: ClassVar[Termination] = Termination.SOLVED

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", number_table(self.values, "values"))

    def __getitem__(self, unknown: str) -> Number:
        return self.values[unknown]

    def vector(self, unknowns: Sequence[str]) -> list[Number]:
        """Return the values in the order of `unknowns`.

        Raises
        ------
        InputError
            If one is missing or unknown.
        """
        if set(unknowns) != set(self.values):
            odd = sorted(set(unknowns) ^ set(self.values))[0]
            raise InputError(f"the root and the system disagree about the unknown '{odd}'")
        return [number(self.values[name]) for name in unknowns]

    def to_data(self) -> dict[str, Any]:
        """Return the root as a tree."""
        return {"values": dict(self.values)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the root from its tree; raises `InputError` on malformed data."""
        return cls(data.get("values", {}))
