"""Checks of roots of equilibrium systems: residuals, bounds, and a proof that a root is near."""

from __future__ import annotations

from typing import Any

import numpy as np

from gametheory import tolerances
from gametheory.checks import Checks
from gametheory.equilibrium.expressions import IrrationalError, interval
from gametheory.equilibrium.system import EquilibriumSystem, Root
from gametheory.errors import InputError
from gametheory.numbers import exact as exact_number
from gametheory.solution import Certificate

#: Radii tried, relative to max(1, size), when a root is proved to be near.
RADII = (1e-13, 1e-11, 1e-9, 1e-7)


def verify(system: EquilibriumSystem, answer: Root, *, exact: bool, concept: str = "equilibrium") -> Certificate:
    """Check that an answer solves a system.

    Exactly, every residual must be 0 in fractions. In floats each residual is divided by the size of the terms it is
    made of, ``max(1, sum |derivative| |unknown|)``; where the residuals are formulas the note says within what
    distance a true root is proved to exist, by interval arithmetic.

    Returns
    -------
    Certificate
        Of kind ``"residual"``; violations are named by unknown.

    Raises
    ------
    InputError
        If the answer is about other unknowns, or the system is one of functions and `exact` is asked for.
    """
    if concept != "equilibrium":
        raise InputError(f"a system has no concept '{concept}'", remedy="its concept is 'equilibrium'")
    if not isinstance(answer, Root):
        raise InputError(f"{type(answer).__name__} is not an answer to a system of equations")
    values = answer.vector(system.unknowns)
    if exact and not system.is_formulas:
        raise InputError("a system of functions cannot be checked in fractions")
    point: list[Any] = [exact_number(v) for v in values] if exact else [np.float64(float(v)) for v in values]
    checks = Checks(tolerances.FEASIBILITY, exact)
    try:
        with np.errstate(all="ignore"):
            residuals = system.evaluate(point)
            scales = [0] * len(point) if exact else _scales(system, np.array(point))
    except IrrationalError as error:
        raise InputError(f"the residuals cannot be checked in fractions: {error.message}") from None
    except (ZeroDivisionError, OverflowError):
        checks.at_most(1, "a residual is not defined at the answer")
        return checks.certificate("residual")
    free = []
    for i, name in enumerate(system.unknowns):
        low, high = system.lower[i], system.upper[i]
        if low is not None:
            checks.at_most(_same(low, exact) - point[i], f"lower bound of {name}", scale=low)
        if high is not None:
            checks.at_most(point[i] - _same(high, exact), f"upper bound of {name}", scale=high)
        at_low = system.complementary and low is not None and point[i] <= _same(low, exact)
        at_high = system.complementary and high is not None and point[i] >= _same(high, exact)
        amount = abs(residuals[i])
        if (at_low and residuals[i] > 0) or (at_high and residuals[i] < 0):
            amount = amount * 0
        else:
            free.append(i)
        checks.at_most(amount, f"residual of {name}", scale=scales[i])
    note = ""
    if not exact and system.is_formulas and not checks.found and free:
        note = _nearness(system, [float(v) for v in values], free)
    return checks.certificate("residual", note)


def _same(value: Any, exact: bool) -> Any:
    return exact_number(value) if exact else float(value)


def _scales(system: EquilibriumSystem, point: Any) -> list[float]:
    """Return the size of the terms each residual is made of."""
    slopes = np.abs(system.float_jacobian(point))
    return [float(v) for v in slopes @ np.abs(point)]


def _nearness(system: EquilibriumSystem, values: list[float], free: list[int]) -> str:
    for radius in RADII:
        if krawczyk(system, values, free, radius):
            return f"a root within {radius:g} (relative to max(1, size)) is proved by interval arithmetic"
    return "no root is proved to be near: the derivative may be singular there"


def krawczyk(system: EquilibriumSystem, values: list[float], free: list[int], radius: float) -> bool:
    """Say whether a box around a point certainly holds exactly one root in the `free` unknowns (Krawczyk's test)."""
    from flint import arb, arb_mat

    centre = [interval(v) for v in values]
    reach = [radius * max(1.0, abs(v)) for v in values]
    box = [arb(values[i], reach[i]) if i in free else centre[i] for i in range(len(values))]
    try:
        jacobian = system.float_jacobian(np.array(values))[np.ix_(free, free)]
        near = np.linalg.inv(jacobian)
        at_centre = system.evaluate(centre)
        slopes = system.slopes(box)[1]
    except (np.linalg.LinAlgError, ZeroDivisionError, OverflowError, ValueError):
        return False
    if not np.isfinite(near).all():
        return False
    count = len(free)
    inverse = arb_mat(count, count, [arb(float(v)) for v in near.ravel()])
    residual = arb_mat(count, 1, [at_centre[i] for i in free])
    wide = arb_mat(count, count, [slopes[i][j] for i in free for j in free])
    identity = arb_mat(count, count, [arb(int(i == j)) for i in range(count) for j in range(count)])
    offset = arb_mat(count, 1, [arb(0, reach[i]) for i in free])
    moved = (identity - inverse * wide) * offset - inverse * residual
    return all(arb(0, reach[i]).contains_interior(moved[k, 0]) for k, i in enumerate(free))
