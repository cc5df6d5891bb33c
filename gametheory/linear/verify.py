"""Checks of answers to linear programs, without a solver.

Exactly: every number is a fraction and the tolerance is 0. In floats: each violation is divided by
``max(1, size of what is compared)`` and must not exceed the one tolerance of the package; conditions on
rays have no unit, so theirs are divided by that size alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory import tolerances
from gametheory.checks import LARGEST, LISTED, Checks, relative
from gametheory.errors import InputError
from gametheory.linear.answers import DualBound, FarkasRay, LinearAnswer, PrimalDual, UnboundedRay
from gametheory.linear.program import LinearProgram
from gametheory.linear.rational import exact_values, float_values, inner, kept, less, signs
from gametheory.numbers import exact as exact_number
from gametheory.solution import Certificate, Violation

Array = NDArray[Any]

#: Reduced costs below this multiple of the size of their terms are rounding.
ROUNDING = 64 * float(np.finfo(np.float64).eps)


def verify(lp: LinearProgram, answer: LinearAnswer, *, exact: bool, concept: str = "optimal") -> Certificate:
    """Check an answer against a linear program.

    Parameters
    ----------
    lp : LinearProgram
        The program.
    answer : PrimalDual, FarkasRay, UnboundedRay or DualBound
        What is claimed.
    exact : bool
        Whether to check in fractions, with tolerance 0; else in floats.
    concept : str
        Only ``"optimal"``.

    Returns
    -------
    Certificate
        Of kind ``"lp_duality"``, ``"farkas_ray"``, ``"unbounded_ray"`` or ``"dual_bound"``; violations are named by
        row or column.

    Raises
    ------
    InputError
        If the answer does not have the shape of the program.
    """
    if concept != "optimal":
        raise InputError(f"a linear program has no concept '{concept}'", remedy="its concept is 'optimal'")
    checks = _ProgramChecks(lp.to_exact() if exact else lp.to_float(), exact)
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is a violation
        if isinstance(answer, PrimalDual):
            return _optimal(checks, answer)
        if isinstance(answer, FarkasRay):
            return _farkas(checks, answer)
        if isinstance(answer, UnboundedRay):
            return _unbounded(checks, answer)
        if isinstance(answer, DualBound):
            return _bound(checks, answer)
    raise InputError(f"{type(answer).__name__} is not an answer to a linear program")


class _ProgramChecks(Checks):
    """Conditions checked so far on one program."""

    def __init__(self, lp: LinearProgram, exact: bool) -> None:
        super().__init__(tolerances.FEASIBILITY, exact)
        self.lp = lp
        self.sign = 1 if lp.sense == "min" else -1

    def vector(self, values: Array, size: int, name: str) -> Array:
        if len(values) != size:
            raise InputError(f"'{name}' of the answer has {len(values)} values; the program needs {size}")
        return exact_values(values) if self.exact else float_values(values)

    def number(self, value: Any) -> Any:
        return exact_number(value) if self.exact else float(value)

    def at_most_where(
        self, amounts: Array, places: Array, name: Callable[[int], str], scale: Array | None, floor: float = 1.0
    ) -> None:
        """Check ``amounts <= 0`` at `places`; in floats relative to ``max(floor, scale)``, where 0 is 0."""
        self.checked += int(np.count_nonzero(places))
        index = np.flatnonzero(places)
        index = index[signs(amounts[index]) > 0 if self.exact else ~(amounts[index] <= 0)]
        amounts = amounts[index]
        if not len(index):
            return
        if not self.exact:
            assert scale is not None
            size = np.maximum(floor, scale[index])
            amounts = np.where(size == 0, 1.0, relative(amounts, size))
        self.worst = max(self.worst, max(amounts.tolist()))
        beyond = np.asarray(amounts > self.tolerance, dtype=bool)
        index, amounts = index[beyond], amounts[beyond]
        order = np.argsort(-amounts, kind="stable")[:LISTED]
        self.found += [
            Violation(name(i), a) for i, a in zip(index[order].tolist(), amounts[order].tolist(), strict=True)
        ]

    def single(self, amount: Any, name: str, scale: Any) -> None:
        """Check ``amount <= 0`` of one number."""
        values = np.array([amount], dtype=object) if self.exact else np.array([amount])
        self.at_most_where(values, np.ones(1, dtype=bool), lambda _: name, np.array([scale]))

    def positive(self, value: Any, name: str, scale: Any, note: str) -> None:
        """Check ``value > 0``; in floats, by more than the tolerance times `scale`."""
        self.checked += 1
        threshold = 0 if self.exact else self.tolerance * scale
        if not value > threshold:
            amount = self.number(max(-value, 0 * value)) if self.exact or np.isfinite(value) else LARGEST
            self.worst = max(self.worst, amount)
            self.found.append(Violation(name, amount))
            self.notes.append(note)

    def magnitude(self, x: Array) -> Array | None:
        """Return ``|A| |x|`` in floats, nothing where it is not needed; a sum that overflows is a violation."""
        return None if self.exact else self._held(self.lp.matrix.absolute.dot(np.abs(x)), self.lp.row_names)

    def transposed_magnitude(self, y: Array) -> Array | None:
        """Return ``|A'| |y|`` likewise."""
        return (
            None if self.exact else self._held(self.lp.matrix.absolute.transpose_dot(np.abs(y)), self.lp.column_names)
        )

    def _held(self, sums: Array, names: Sequence[str]) -> Array:
        """Return sums of sizes, which bound every sum of the terms themselves, if floats hold them all."""
        beyond = np.flatnonzero(~np.isfinite(sums))
        if len(beyond):
            self.worst = LARGEST
            self.found += [Violation(f"{names[i]}: too large for floats", LARGEST) for i in beyond[:LISTED].tolist()]
            self.notes.append("sums are too large for floats; check exactly")
        return sums


def _optimal(checks: _ProgramChecks, answer: PrimalDual) -> Certificate:
    lp = checks.lp
    x = checks.vector(answer.primal, lp.columns, "primal")
    y = checks.vector(answer.row_dual, lp.rows, "row_dual")
    _feasible(checks, x)
    bound = _dual_feasible(checks, y)
    value = lp.objective_value(x)
    claimed = checks.number(answer.objective)
    scale = None if checks.exact else abs(lp.constant) + float(np.abs(lp.objective) @ np.abs(x))
    checks.single(abs(value - claimed), "objective", scale)
    checks.single(abs(value - bound), "duality gap", None if checks.exact else abs(bound))
    return checks.certificate("lp_duality")


def _feasible(checks: _ProgramChecks, x: Array) -> None:
    lp = checks.lp
    activity, size = lp.matrix.dot(x), checks.magnitude(x)
    rows, columns = lp.row_names, lp.column_names
    for values, low, high, has_low, has_high, names, scale in (
        (activity, lp.row_lower, lp.row_upper, lp.finite_row_lower, lp.finite_row_upper, rows, size),
        (x, lp.lower, lp.upper, lp.finite_lower, lp.finite_upper, columns, None if checks.exact else np.abs(x)),
    ):
        for bounds, there, side, which in ((low, has_low, 1, "lower"), (high, has_high, -1, "upper")):
            broken = less(values, bounds, there) if side > 0 else less(bounds, values, there)
            excess = kept(values, broken)
            excess[broken] = side * (bounds[broken] - values[broken])
            reach = None if scale is None else np.maximum(scale, np.abs(np.where(there, bounds, 0)))
            checks.at_most_where(excess, there, _label(names, f"{which} bound"), reach)


def _dual_feasible(checks: _ProgramChecks, y: Array) -> Any:
    """Check the signs of multipliers and reduced costs; return the bound they prove."""
    lp = checks.lp
    reduced, terms = lp.reduced_costs(y), checks.transposed_magnitude(y)
    size = None if terms is None else np.maximum(np.abs(lp.objective), terms)
    of_rows = None if checks.exact else np.abs(y)
    _signs(checks, y, lp.finite_row_lower, lp.finite_row_upper, _label(lp.row_names, "dual sign"), of_rows)
    name = _label(lp.column_names, "reduced cost sign")
    _signs(checks, reduced, lp.finite_lower, lp.finite_upper, name, size)
    # What the signs do not allow has been reported; the bound is proved by the rest.
    allowed_y = _allowed(checks, y, lp.finite_row_lower, lp.finite_row_upper)
    allowed = _allowed(checks, reduced, lp.finite_lower, lp.finite_upper)
    if size is not None:
        allowed = np.where(np.abs(allowed) <= ROUNDING * size, 0.0, allowed)
    total = lp.constant
    for multipliers, low, high in ((allowed_y, lp.row_lower, lp.row_upper), (allowed, lp.lower, lp.upper)):
        sign = checks.sign * signs(multipliers)
        at_low, at_high = sign > 0, sign < 0
        total = total + inner(multipliers[at_low], low[at_low]) + inner(multipliers[at_high], high[at_high])
    return total


def _signs(
    checks: _ProgramChecks,
    multipliers: Array,
    has_low: Array,
    has_high: Array,
    name: Callable[[int], str],
    size: Array | None,
) -> None:
    """Check that multipliers without a bound to stand on are zero."""
    sign = checks.sign * signs(multipliers)
    strays = np.abs(multipliers)
    checks.at_most_where(kept(strays, (sign > 0) & ~has_low), ~has_low, name, size)
    checks.at_most_where(kept(strays, (sign < 0) & ~has_high), ~has_high, name, size)


def _allowed(checks: _ProgramChecks, multipliers: Array, has_low: Array, has_high: Array) -> Array:
    sign = checks.sign * signs(multipliers)
    return kept(multipliers, ~(((sign > 0) & ~has_low) | ((sign < 0) & ~has_high)))


def _bound(checks: _ProgramChecks, answer: DualBound) -> Certificate:
    y = checks.vector(answer.row_dual, checks.lp.rows, "row_dual")
    proved, claimed = _dual_feasible(checks, y), checks.number(answer.bound)
    checks.single(checks.sign * (claimed - proved), "bound", None if checks.exact else abs(proved))
    return checks.certificate("dual_bound")


def _farkas(checks: _ProgramChecks, answer: FarkasRay) -> Certificate:
    lp = checks.lp
    rows, columns = lp.row_names, lp.column_names
    p = checks.vector(answer.row_lower, lp.rows, "row_lower")
    q = checks.vector(answer.row_upper, lp.rows, "row_upper")
    s = checks.vector(answer.lower, lp.columns, "lower")
    t = checks.vector(answer.upper, lp.columns, "upper")
    value = value_size = checks.number(0)
    for multipliers, bounds, there, side, names, which in (
        (p, lp.row_lower, lp.finite_row_lower, 1, rows, "lower"),
        (q, lp.row_upper, lp.finite_row_upper, -1, rows, "upper"),
        (s, lp.lower, lp.finite_lower, 1, columns, "lower"),
        (t, lp.upper, lp.finite_upper, -1, columns, "upper"),
    ):
        size, everywhere = np.abs(multipliers), np.ones(len(multipliers), dtype=bool)
        checks.at_most_where(-multipliers, everywhere, _label(names, f"{which} multiplier sign"), size, 0.0)
        checks.at_most_where(size, ~there, _label(names, f"no {which} bound"), size, 0.0)
        value = value + side * inner(multipliers[there], bounds[there])
        if not checks.exact:
            value_size = value_size + float(size[there] @ np.abs(bounds[there]))
    combination = lp.matrix.transpose_dot(p - q) + s - t
    terms = checks.transposed_magnitude(np.abs(p) + np.abs(q))
    scale = None if terms is None else terms + np.abs(s) + np.abs(t)
    every = np.ones(lp.columns, dtype=bool)
    checks.at_most_where(np.abs(combination), every, _label(columns, "multipliers do not cancel"), scale, 0.0)
    checks.positive(value, "contradiction", value_size, "the multipliers add up to no contradiction")
    return checks.certificate("farkas_ray")


def _unbounded(checks: _ProgramChecks, answer: UnboundedRay) -> Certificate:
    lp = checks.lp
    rows, columns = lp.row_names, lp.column_names
    _feasible(checks, checks.vector(answer.point, lp.columns, "point"))
    ray = checks.vector(answer.ray, lp.columns, "ray")
    size = None if checks.exact else np.abs(ray)
    for change, has_low, has_high, names, scale in (
        (lp.matrix.dot(ray), lp.finite_row_lower, lp.finite_row_upper, rows, checks.magnitude(ray)),
        (ray, lp.finite_lower, lp.finite_upper, columns, size),
    ):
        checks.at_most_where(-change, has_low, _label(names, "ray leaves lower bound"), scale, 0.0)
        checks.at_most_where(change, has_high, _label(names, "ray leaves upper bound"), scale, 0.0)
    gain = -checks.sign * inner(lp.objective, ray)
    gain_size = checks.number(0) if checks.exact else float(np.abs(lp.objective) @ np.abs(ray))
    checks.positive(gain, "improvement", gain_size, "the ray does not improve the objective")
    return checks.certificate("unbounded_ray")


def _label(names: Sequence[str], what: str) -> Callable[[int], str]:
    return lambda place: f"{names[place]}: {what}"
