"""Divided differences: slopes at steps h, h/2 and h/4, and what they prove about the slope at step zero."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

Quantity = Fraction | float

#: Slopes whose changes shrink by less than `ENDLESS` as the step is halved do not settle; by more than `SMOOTH`, they
#: settle as those of a function with two derivatives.
SMOOTH, ENDLESS = Fraction(3, 5), Fraction(9, 10)


@dataclass(frozen=True)
class Slope:
    """A divided difference and a bound on its error: infinite where differences do not settle.

    `rest` is the part of it that stands for a bend, as `missing` returns it.
    """

    value: Quantity
    error: Quantity
    rest: Quantity = 0

    @property
    def settled(self) -> bool:
        """Whether there is a bound on the error."""
        return not math.isinf(self.error)


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


def extrapolated(value: Any, before: Any, quarter: Any, rest: Any, noise: Any) -> Slope:
    """Return a slope at step zero with its error: what the last refinement changed, what it missed, and rounding."""
    if rest is None:
        return Slope(quarter, math.inf, math.inf)
    return Slope(value, abs(value - before) + rest + noise, rest)


def covering(slope: Slope, size: int, sides: Iterable[Mapping[int, Slope]]) -> Slope:
    """Return a slope taken over steps of a size with an error that covers what one-sided slopes show of a bend.

    A kink or cusp beside the point is seen over the steps about as long as its distance, not over much longer ones;
    and differences to both sides together cancel it. `sides` are slopes to either side by size, the smallest first.
    """
    middle: Any = slope.value
    bends = [one for slopes in sides for at, one in slopes.items() if at <= size and one.rest]
    unsettled: list[Any] = [abs(middle - one.value) for one in bends if not one.settled]
    bounds: list[Any] = [abs(middle - one.value) + one.error for one in bends if one.settled]
    return replace(slope, error=max([slope.error, *unsettled, *([min(bounds)] if bounds else [])]))


def apart(left: Slope, right: Slope) -> bool:
    """Say whether two one-sided slopes differ by more than their errors can explain."""
    return abs(float(left.value - right.value)) > float(4 * (left.error + right.error))
