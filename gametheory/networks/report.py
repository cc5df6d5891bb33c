"""What solving a bare debt network reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.networks.answers import Cascade

if TYPE_CHECKING:
    from gametheory.networks.lending import FinancialNetwork
    from gametheory.solution import Solution

#: Banks above which the report counts and adds up instead of listing.
LISTED = 1000


def report(network: FinancialNetwork, solution: Solution) -> dict[str, Any]:
    """Return who defaults and what is paid, by name; for many banks their number and the totals."""
    answer = solution.answer
    if isinstance(answer, Cascade):
        wave = answer.wave
        counts = {"defaults": int((wave >= 0).sum()), "waves": int(wave.max(initial=-1)) + 1}
        if network.banks > LISTED:
            return counts
        return {**counts, "wave": {network.label(i): int(wave[i]) for i in np.flatnonzero(wave >= 0).tolist()}}
    debts = network.to_exact().debts if solution.exact else network.to_float().debts
    short = np.asarray(answer.payments < debts * (1 if solution.exact else 1 - 1e-12), dtype=bool)
    totals = {
        "defaults": int((short).sum()),
        "paid": sum(answer.payments.tolist()),
        "owed": sum(debts.tolist()),
    }
    if network.banks > LISTED:
        return totals
    payments = answer.payments.tolist()
    return {**totals, "payments": {network.label(i): payments[i] for i in range(network.banks)}}
