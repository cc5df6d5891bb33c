"""Divided differences: slopes at steps h, h/2 and h/4, and what they prove about the slope at step zero."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Quantity = Fraction | float

#: Slopes whose changes shrink by less than `ENDLESS` as the step is halved do not settle; by more than `SMOOTH`, they
#: settle as those of a function with two derivatives.
SMOOTH, ENDLESS = Fraction(3, 5), Fraction(9, 10)


@dataclass(frozen=True)
class Slope:
    """A divided difference and a bound on its error."""

    value: Quantity
    error: Quantity


def error_of(slope: Slope) -> Quantity:
    """Return the bound on the error, for comparisons."""
    return slope.error


def like(value: Quantity, step: Fraction) -> Any:
    """Return a step in the arithmetic of a value."""
    return step if isinstance(value, Fraction) else float(step)


def missing(whole: Quantity, half: Quantity, quarter: Quantity, noise: Quantity, blur: Quantity) -> Quantity | None:
    """Return what extrapolation misses of slopes at steps h, h/2 and h/4; None if they do not settle.

    Where the result has two derivatives, each change of the slope is about half of the last (a quarter for central
    differences). Where changes shrink more slowly, as beside a cusp, the rest of their geometric series is added. Where
    they do not shrink there is no slope, unless they are below `blur`: what rounding can do to a result that is a
    difference of larger numbers.
    """
    first, second = abs(float(whole - half)), abs(float(half - quarter))
    if second <= float(noise) or second <= float(SMOOTH) * first:
        return 0 * quarter
    if second <= float(blur):
        return 4 * second
    return second * second / (first - second) if second < float(ENDLESS) * first else None


def apart(left: Slope, right: Slope) -> bool:
    """Say whether two one-sided slopes differ by more than their errors can explain."""
    return abs(float(left.value - right.value)) > float(4 * (left.error + right.error))
