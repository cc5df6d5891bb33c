"""Roots of equilibrium systems: damped Newton, scipy, and damped fixed-point iteration.

None of them decides that a root was found: the certificate does.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium.expressions import IrrationalError
from gametheory.equilibrium.system import EquilibriumSystem, Root
from gametheory.limits import LimitReached
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options

Array = NDArray[np.float64]

#: Steps after which an iteration is given up.
NEWTON_STEPS, FIXED_POINT_STEPS = 200, 100_000
#: How near to a bound, relative to max(1, size), an interior method may stop.
SNAP = 1e-7
#: Largest denominator of a rational root that is looked for.
LARGEST_DENOMINATOR = 10**6


def newton(system: EquilibriumSystem, options: Options) -> Outcome:
    """Solve by Newton's method on ``mid(x - upper, residual, x - lower)``, halving steps that do not help."""
    low, high = system.float_bounds()
    point = np.clip(np.array([float(v) for v in system.start]), low, high)
    try:
        value = _natural(system, point, low, high)
        for _ in range(NEWTON_STEPS):
            options.budget.check(1)
            step = _newton_step(system, point, value, low, high)
            if step is None:
                break
            point, value, improved = _line_search(system, point, value, step, low, high)
            if not improved:
                break
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, message=str(limit))
    except ArithmeticError as error:
        return Outcome(Termination.FAILED, None, message=f"newton left the domain of a residual: {error}")
    return _outcome(system, point, options)


def scipy_root(system: EquilibriumSystem, options: Options) -> Outcome:
    """Solve by scipy: hybrid Powell without bounds, trust-region least squares with them."""
    from scipy.optimize import least_squares, root

    low, high = system.float_bounds()
    start = np.clip(np.array([float(v) for v in system.start]), low, high)
    bounded = bool(np.isfinite(low).any() or np.isfinite(high).any())

    def residuals(x: Array) -> Array:
        options.budget.check(1)
        return _natural(system, x, low, high) if system.complementary else np.array(system.evaluate(list(x)))

    try:
        with np.errstate(all="ignore"):
            if bounded:
                inside = np.where(low < high, np.clip(start, np.nextafter(low, high), np.nextafter(high, low)), start)
                solved = least_squares(residuals, inside, bounds=(low, high), xtol=1e-15, ftol=1e-15, gtol=1e-15).x
            else:
                solved = root(residuals, start, jac=system.float_jacobian, tol=1e-14).x
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, message=str(limit))
    except (ValueError, ArithmeticError) as error:
        return Outcome(Termination.FAILED, None, message=f"scipy: {error}")
    return _outcome(system, _snapped(system, np.asarray(solved, dtype=np.float64), low, high), options)


def fixed_point(system: EquilibriumSystem, options: Options) -> Outcome:
    """Solve by ``x <- x - damping * residual``, kept within the bounds; option `damping` (1 by default)."""
    damping = float(options.extra.get("damping", 1.0))
    low, high = system.float_bounds()
    point = np.clip(np.array([float(v) for v in system.start]), low, high)
    try:
        for _ in range(FIXED_POINT_STEPS):
            options.budget.check(1)
            with np.errstate(all="ignore"):
                ahead = np.clip(point - damping * np.array(system.evaluate([np.float64(v) for v in point])), low, high)
            if not np.isfinite(ahead).all():
                return Outcome(Termination.FAILED, None, message="the iteration diverges; try a smaller damping")
            moved = float(np.max(np.abs(ahead - point) / np.maximum(1.0, np.abs(point))))
            point = ahead
            if moved <= 4e-16:
                break
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, message=str(limit))
    except ArithmeticError as error:
        return Outcome(Termination.FAILED, None, message=f"the iteration left the domain of a residual: {error}")
    return _outcome(system, point, options)


def _snapped(system: EquilibriumSystem, point: Array, low: Array, high: Array) -> Array:
    """Return the point with unknowns that an interior method left beside a binding bound moved onto it."""
    if not system.complementary:
        return point
    value = np.array(system.evaluate([np.float64(v) for v in point]))
    near = SNAP * np.maximum(1.0, np.abs(point))
    point = np.where((point - low <= near) & (value > near), low, point)
    return np.where((high - point <= near) & (value < -near), high, point)


def _natural(system: EquilibriumSystem, point: Array, low: Array, high: Array) -> Array:
    """Return the residuals, or with complementarity the natural residuals, whose zeros are the solutions."""
    with np.errstate(all="ignore"):
        value = np.array(system.evaluate([np.float64(v) for v in point]), dtype=np.float64)
    if system.complementary:
        # The same as point - clip(point - value, low, high), which loses a residual far smaller than the point.
        value = np.clip(value, point - high, point - low)
    return value


def _newton_step(system: EquilibriumSystem, point: Array, value: Array, low: Array, high: Array) -> Array | None:
    with np.errstate(all="ignore"):
        jacobian = system.float_jacobian(point)
        if system.complementary:
            found = np.array(system.evaluate([np.float64(v) for v in point]))
            at_bound = (found >= point - low) | (found <= point - high)
            jacobian = np.where(at_bound[:, None], np.eye(len(point)), jacobian)
    if not np.isfinite(jacobian).all() or not np.isfinite(value).all():
        return None
    try:
        return np.asarray(-np.linalg.solve(jacobian, value))
    except np.linalg.LinAlgError:
        return np.asarray(-np.linalg.lstsq(jacobian, value, rcond=None)[0])


def _line_search(
    system: EquilibriumSystem, point: Array, value: Array, step: Array, low: Array, high: Array
) -> tuple[Array, Array, bool]:
    size = float(np.linalg.norm(value))
    share = 1.0
    while share > 1e-12:
        ahead = np.clip(point + share * step, low, high)
        found = _natural(system, ahead, low, high)
        if np.isfinite(found).all() and float(np.linalg.norm(found)) < size:
            return ahead, found, True
        share /= 2
    return point, value, False


def _outcome(system: EquilibriumSystem, point: Array, options: Options) -> Outcome:
    values: list[Any] = [float(v) for v in point]
    if not all(math.isfinite(v) for v in values):
        return Outcome(Termination.FAILED, None, message="the search left the finite numbers")
    if options.exact and system.is_formulas:
        rational = [Fraction(v).limit_denominator(LARGEST_DENOMINATOR) for v in values]
        if _solves_exactly(system, rational):
            return Outcome(Termination.SOLVED, Root(dict(zip(system.unknowns, rational, strict=True))), exact=True)
    message = "the root is not rational, or not simple enough to be found" if options.exact else ""
    return Outcome(Termination.SOLVED, Root(dict(zip(system.unknowns, values, strict=True))), message=message)


def _solves_exactly(system: EquilibriumSystem, point: list[Fraction]) -> bool:
    try:
        residuals = system.evaluate(point)
    except (IrrationalError, ZeroDivisionError):
        return False
    for value, x, low, high in zip(residuals, point, system.lower, system.upper, strict=True):
        at_low = system.complementary and low is not None and x == low
        at_high = system.complementary and high is not None and x == high
        if not (value == 0 or (at_low and value > 0) or (at_high and value < 0)):
            return False
    return True
