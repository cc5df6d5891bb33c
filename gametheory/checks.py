"""Conditions of a certificate, collected."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.solution import Certificate, Violation

#: How many violations a certificate lists, the largest first.
LISTED = 20
#: What a violation is that no float measures: NaN, or relative to a size that overflows.
LARGEST = sys.float_info.max


def relative(amounts: Any, sizes: Any) -> NDArray[Any]:
    """Return float amounts over sizes; `LARGEST` where either is beyond floats or the size is 0."""
    with np.errstate(all="ignore"):
        shares = np.asarray(amounts / sizes)
        return np.where(np.isfinite(shares) & np.isfinite(sizes), shares, LARGEST)


class Checks:
    """Conditions checked so far; amounts above the tolerance are violations.

    Parameters
    ----------
    tolerance : number
        What an amount may be in floats, relative to the size of what is compared; in exact arithmetic it is 0.
    exact : bool
        Whether the amounts are exact.
    """

    def __init__(self, tolerance: Fraction | float, exact: bool) -> None:
        self.exact = exact
        self.tolerance = Fraction(0) if exact else tolerance
        self.checked = 0
        self.worst: Any = Fraction(0) if exact else 0.0
        self.found: list[Violation] = []
        self.notes: list[str] = []

    @property
    def ok(self) -> bool:
        """Whether no condition is violated so far."""
        return not self.found

    def at_most(self, amount: Any, name: str, scale: Any = 0) -> None:
        """Check ``amount <= 0``; in floats relative to ``max(1, scale)``, and broken where either overflows."""
        self.checked += 1
        if amount <= 0 and (self.exact or amount > -math.inf or math.isfinite(scale)):
            return
        if not self.exact:
            amount = float(relative(float(amount), np.maximum(1.0, abs(float(scale)))))
        elif amount != amount:
            amount = LARGEST
        self.worst = max(self.worst, amount)
        if amount > self.tolerance:
            self.found.append(Violation(name, amount))

    def equal(self, left: Any, right: Any, name: str, scale: Any = None) -> None:
        """Check that two numbers agree, relative to their size or to `scale`."""
        self.at_most(abs(left - right), name, max(abs(left), abs(right)) if scale is None else scale)

    def require(self, holds: bool, name: str, amount: Any) -> None:
        """Check one condition that is not an inequality between sizes; `amount` says how badly it fails."""
        self.checked += 1
        if not holds:
            self.worst = max(self.worst, amount)
            self.found.append(Violation(name, amount))

    def all_at_most(
        self,
        amounts: NDArray[Any],
        name: Callable[..., str],
        scale: Any = 0.0,
        *,
        floor: float = 1.0,
        count: int | None = None,
    ) -> None:
        """Check ``amounts <= 0``, an array of any shape.

        Parameters
        ----------
        amounts : array
            Floats, or an object array of fractions.
        name : callable
            ``name(*place)`` names a condition by its place in the array.
        scale : number or array
            In floats, amounts are divided by ``max(floor, scale)``, and broken where that is beyond floats.
        floor : number
            See `scale`.
        count : int, optional
            How many conditions the array stands for; by default its size.
        """
        self.checked += amounts.size if count is None else count
        with np.errstate(invalid="ignore"):
            above = ~np.asarray(amounts <= 0, dtype=bool)  # NaN counts as above
        if not self.exact:
            above |= (amounts == -np.inf) & ~np.isfinite(scale)  # terms that overflow may be of either sign
        if not above.any():
            return
        broken = amounts[above] if amounts.ndim else amounts.reshape(1)
        if not self.exact:
            reach = np.broadcast_to(np.maximum(floor, scale), amounts.shape)
            broken = relative(broken, reach[above] if amounts.ndim else reach.reshape(1))
        else:
            broken = np.where(broken == broken, broken, LARGEST)  # NaN is not itself
        self.worst = max(self.worst, broken.max())
        places = np.argwhere(above)
        beyond = np.flatnonzero(np.asarray(broken > self.tolerance, dtype=bool))
        for at in beyond[np.argsort(-broken[beyond], kind="stable")[:LISTED]]:
            place = (int(v) for v in places[at]) if amounts.ndim else ()
            self.found.append(Violation(name(*place), broken[at] if self.exact else float(broken[at])))

    def all_zero(self, amounts: NDArray[Any], name: Callable[..., str], scale: Any = 0.0, **options: Any) -> None:
        """Check ``amounts == 0``; parameters as of `all_at_most`."""
        self.all_at_most(abs(amounts), name, scale, **options)

    def include(self, checked: int, worst: Any, found: Iterable[Violation]) -> None:
        """Add conditions that were checked elsewhere."""
        self.checked += checked
        self.worst = max(self.worst, worst)
        self.found.extend(found)

    def certificate(self, kind: str, note: str = "") -> Certificate:
        """Return what was found."""
        worst = self.worst if self.exact else min(float(self.worst), LARGEST)
        return Certificate(
            kind=kind,
            checked=self.checked,
            max_violation=worst,
            tolerance=self.tolerance if self.exact else float(self.tolerance),
            exact=self.exact,
            ok=self.ok,
            violations=tuple(sorted(self.found, key=lambda v: v.amount, reverse=True)[:LISTED]),
            note="; ".join(part for part in (note, *self.notes) if part),
        )
