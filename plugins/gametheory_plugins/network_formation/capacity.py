"""How many rounds of lending banks' incentive to repay allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gametheory import Engine, Number, Solution, parameter
from gametheory_plugins.network_formation.claims_capacity import CLAIMS, STATEMENTS
from gametheory_plugins.network_formation.figures import CAPACITY_FIGURES
from gametheory_plugins.network_formation.parameters import MarketModel, like
from gametheory_plugins.network_formation.theory import Tiers


class TradingCapacity(MarketModel):
    """A bank that defaults on what it owes in one day trades never again, or loses its collateral."""

    name = "trading_capacity"
    concept = "tier_equilibrium"

    intraday_discount: Number = parameter(1, gt=0, le=1, doc="discount factor per round, beta")
    rounds: int = parameter(20, ge=1, le=60, doc="largest number of rounds N that is tried")
    daily_discount: Number = parameter("97/100", gt=0, lt=1, doc="discount factor per day")
    collateral: Number | None = parameter(
        None, ge=0, doc="collateral every bank has, Q; left out, lending is unsecured only", unit="numeraire"
    )

    result_units = dict.fromkeys(
        ("max_debt", "max_debt_core", "debt_by_tier", "gain_core", "gain_top", "slack"), "numeraire"
    )
    result_docs = {
        "unsecured": "largest N at which every bank prefers repaying its worst debt; 0 if there is none",
        "secured": "largest N at which no bank's worst debt exceeds its collateral; null without collateral",
        "bounded": "whether some larger N was tried at which banks default, unsecured and secured",
        "max_debt": "worst debt of any bank by N (numeraire); null where the tiers are not an equilibrium",
        "max_debt_core": "worst debt of the core banks by N (numeraire)",
        "debt_by_tier": "worst debts at the largest N, tiers 1..N and the core (numeraire)",
        "gain_core": "daily W_0 - y a of the lowest type by N (numeraire)",
        "gain_top": "daily W_0 - y a of the highest type by N (numeraire)",
        "slack": "least of discounted gains minus worst debt over all types, by N (numeraire)",
    }
    statements = STATEMENTS
    claims = CLAIMS
    figures = CAPACITY_FIGURES

    def run(self, engine: Engine) -> Solution:
        """Solve the tiers for every number of rounds; the largest is the main solution."""
        for rounds in range(1, self.rounds):
            self.with_(rounds=rounds).solve_tiers(engine)
        return self.solve_tiers(engine)  # type: ignore[no-any-return]

    def report(self, solution: Solution) -> Mapping[str, Any]:
        """Return the capacities, and what they follow from, by number of rounds."""
        series: dict[str, list[Any]] = {
            name: [] for name in ("max_debt", "max_debt_core", "gain_core", "gain_top", "slack")
        }
        last: list[Any] = []
        for part in (*solution.parts, solution):
            tiers = Tiers.of(part)
            if not part.answer.participation:
                for values in series.values():
                    values.append(None)
                continue
            factor = like(self.daily_discount, tiers.exact)
            alone = tiers.market.dividend * tiers.market.holding
            debts = tiers.worst_debts()
            gains = [(tier, tiers.market.discount * tiers.exiting(s, tier) - alone) for tier, s in tiers.ends()]
            series["max_debt"].append(max(debts))
            series["max_debt_core"].append(debts[-1])
            series["gain_core"].append(gains[-1][1])
            series["gain_top"].append(gains[0][1])
            series["slack"].append(min(factor / (1 - factor) * gain - debts[tier - 1] for tier, gain in gains))
            last = debts
        # Whoever is indifferent repays; floats may round a debt above what it equals.
        spare = [None if d is None else d * (0 if solution.exact else 1e-12) for d in series["max_debt"]]
        unsecured = _largest([None if e is None else s + e >= 0 for s, e in zip(series["slack"], spare, strict=True)])
        secured = None
        if self.collateral is not None:
            q = like(self.collateral, solution.exact)
            debts = series["max_debt"]
            secured = _largest([None if e is None else d - e <= q for d, e in zip(debts, spare, strict=True)])
        return {
            "unsecured": unsecured,
            "secured": secured,
            "bounded": {
                "unsecured": unsecured < self.rounds,
                "secured": None if secured is None else secured < self.rounds,
            },
            **series,
            "debt_by_tier": last,
        }


def _largest(repaid: list[bool | None]) -> int:
    """Return the largest number of rounds at which all repay, 0 if there is none."""
    return max((n for n, holds in enumerate(repaid, 1) if holds), default=0)
