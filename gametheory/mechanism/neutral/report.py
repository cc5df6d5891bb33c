"""What solving a bare one-sided trade reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gametheory.mechanism.neutral.trade import OneSidedTrade
    from gametheory.solution import Solution


def report(trade: OneSidedTrade, solution: Solution) -> dict[str, Any]:
    """Return quantities, payments, unit prices, utilities and warrants by type, and what is known of uniqueness."""
    found = solution.answer.mechanism
    convert = (lambda value: value) if solution.exact else _as_float

    def by_type(values: Any) -> dict[str, Any]:
        return {t: convert(value) for t, value in zip(trade.types, values, strict=True)}

    return {
        "quantities": by_type(found.quantities),
        "payments": by_type(found.payments),
        "unit_prices": by_type(found.unit_prices),
        "informed_utilities": by_type(found.informed_utilities),
        "uninformed_utility": convert(found.uninformed_utility),
        "informed_warrants": by_type(found.informed_warrants),
        "uninformed_warrant": convert(found.uninformed_warrant),
        "payoffs_unique": solution.answer.payoffs_unique,
    }


def _as_float(value: Any) -> float | None:
    return None if value is None else float(value)
