"""Conditions of a certificate, collected."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from gametheory.solution import Certificate, Violation

#: How many violations a certificate lists.
LISTED = 20


class Checks:
    """Conditions checked so far; amounts above the tolerance are violations.

    Parameters
    ----------
    tolerance : number
        What an amount may be; 0 in exact arithmetic.
    exact : bool
        Whether the amounts are exact.
    """

    def __init__(self, tolerance: Fraction | float, exact: bool) -> None:
        self.tolerance = Fraction(0) if exact else tolerance
        self.exact = exact
        self.checked = 0
        self.worst: Any = Fraction(0) if exact else 0.0
        self.found: list[Violation] = []
        self.notes: list[str] = []

    def at_most(self, amount: Any, name: str, scale: Any = 0) -> None:
        """Check ``amount <= 0``; in floats relative to ``max(1, scale)``."""
        self.checked += 1
        if not self.exact:
            amount = float(amount) / max(1.0, abs(float(scale)))
            if math.isnan(amount):
                amount = float("inf")
        if amount > 0:
            self.worst = max(self.worst, amount)
        if amount > self.tolerance:
            self.found.append(Violation(name, amount))

    def equal(self, left: Any, right: Any, name: str, scale: Any = None) -> None:
        """Check that two numbers agree, relative to their size or to `scale`."""
        self.at_most(abs(left - right), name, max(abs(left), abs(right)) if scale is None else scale)

    def certificate(self, kind: str, note: str = "") -> Certificate:
        """Return what was found."""
        listed = tuple(sorted(self.found, key=lambda v: -v.amount)[:LISTED])
        worst = self.worst if self.worst < float("inf") else 1.7976931348623157e308
        return Certificate(
            kind=kind,
            checked=self.checked,
            max_violation=worst,
            tolerance=self.tolerance,
            exact=self.exact,
            ok=not self.found,
            violations=listed,
            note="; ".join(n for n in (note, *self.notes) if n),
        )
