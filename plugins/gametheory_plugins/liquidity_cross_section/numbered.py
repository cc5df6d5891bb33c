"""Claims about what the paper numbers: equations, and errata."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gametheory import Claim, Reported


def equation(
    number: int, statement: str, check: Callable[[Reported], Any] | None, *, also: tuple[int, ...] = (), **told: Any
) -> Claim:
    """Return a claim about an equation, which accounts for others `also`; the rest is as in `Claim`."""
    items = tuple(f"equation ({n})" for n in (number, *also))
    place = items[0] if not also else f"equations {' and '.join(f'({n})' for n in (number, *also))}"
    return Claim(f"eq{number}", statement, check, **{"place": place, "covers": items, **told})


def erratum(
    number: int,
    statement: str,
    check: Callable[[Reported], Any],
    place: str,
    reason: str,
    settings: Mapping[str, Any] | None = None,
) -> Claim:
    """Return a claim about what the paper says and is not so."""
    return Claim(
        f"erratum{number}",
        statement,
        check,
        place,
        (f"erratum {number}",),
        settings=settings or {},
        recorded="differs",
        reason=reason,
    )
