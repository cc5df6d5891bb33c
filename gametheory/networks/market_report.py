"""What solving a bare intermediated market reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gametheory.networks.market import IntermediatedMarket
    from gametheory.solution import Solution


def report(market: IntermediatedMarket, solution: Solution) -> dict[str, Any]:
    """Return cutoffs and fees by round, and whether dealers stay."""
    answer = solution.answer
    return {
        "cutoffs": answer.cutoffs.tolist(),
        "fees": answer.fees.tolist(),
        "participation": answer.participation,
    }
