"""Interbank lending: balance sheets of one connected group of banks, and who falls with whom."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Literal

from gametheory import (
    Constraint,
    Engine,
    FinancialNetwork,
    InputError,
    Number,
    Solution,
    balance_sheets,
    generator,
    parameter,
)
from gametheory_plugins.network_formation.claims_contagion import CLAIMS, STATEMENTS
from gametheory_plugins.network_formation.component import Group, eight_banks, free_signs, group
from gametheory_plugins.network_formation.figures import CONTAGION_FIGURES
from gametheory_plugins.network_formation.parameters import Distribution, MarketModel, like
from gametheory_plugins.network_formation.theory import Tiers


class InterbankContagion(MarketModel):
    """Every trade is a loan, repaid at the end of the day; a bank that defaults repays nothing."""

    name = "interbank_contagion"
    concept = "tier_equilibrium"

    distribution: Distribution = parameter(
        default_factory=lambda: {"kind": "uniform", "low": 0, "high": 8},
        doc="distribution of types sigma; the default has sigma_3* = 1",
    )
    rounds: int = parameter(3, ge=1, le=10, doc="rounds of trade N; 2^N banks are connected")
    intraday_discount: Number = parameter(1, gt=0, le=1, doc="discount factor per round, beta")
    dividend: Number = parameter(8, gt=0, doc="expected dividend per unit, y", unit="numeraire per unit")
    bank_types: list[Number] | None = parameter(
        None,
        doc="types of the banks, core first, one per tier; left out, the lowest in the core and mid-tier elsewhere",
    )
    core_sign: Literal[1, -1] = parameter(1, doc="whether the core bank of the example has the high or the low return")
    draw: int | None = parameter(
        None, ge=0, doc="seed of a drawn group of banks (p = 1/2); left out, Figure 5 for three rounds and seed 0 else"
    )

    constraints = [
        Constraint(
            "p = 1/2 (where the group is drawn)",
            lambda m: not m.drawn or m.opposite * 2 == 1,
            remedy="leave out p and exposure, or take three rounds without draw",
        ),
        Constraint(
            "bank_types are one per tier, increasing",
            lambda m: (
                m.bank_types is None
                or (len(m.bank_types) == m.rounds + 1 and m.bank_types == sorted(m.bank_types) and m.bank_types[0] >= 0)
            ),
            remedy="give rounds + 1 types, core first",
        ),
    ]

    result_units = {"transfers": "numeraire", "bid": "numeraire per unit", "ask": "numeraire per unit"}
    result_docs = {
        "banks": "by bank: tier, sign of its shock, type; investment, loans, debts and equity (numeraire)",
        "thresholds": "by bank: share of investment and of loans it must get back to survive; 0: none, null: has none",
        "chains": "by investing bank that is made to default: the banks that fall, in order",
        "chains_longer": "the chains of two banks and more, as text",
        "feasible": "y >= sigma_H; prices not negative; all banks solvent without a shock",
        "shock_induced": "by investing bank: whether losing its investment alone makes it default",
        "mean_cascade": "average length of the chains",
        "transfers": "fee T_t per meeting, t = 1..N (numeraire)",
        "bid": "bid prices by round",
        "ask": "ask prices by round",
        "connected": "number of banks connected by trades, at most 2^N",
    }
    statements = STATEMENTS
    claims = CLAIMS
    figures = CONTAGION_FIGURES

    @property
    def drawn(self) -> bool:
        """Whether the group is drawn rather than the example of the paper."""
        return self.draw is not None or self.rounds != 3

    def group(self) -> Group:
        """Return the group of banks."""
        if not self.drawn:
            return eight_banks(self.core_sign)
        random = generator(self.draw or 0)
        return group(self.rounds, (2 * random.integers(0, 2, free_signs(self.rounds)) - 1).tolist())

    def type_of_tier(self, tiers: Tiers) -> list[Any]:
        """Return the types of tiers 1 .. N + 1."""
        if self.bank_types is not None:
            given = [like(s, tiers.exact) for s in self.bank_types]
            for tier, s in zip(range(tiers.rounds + 1, 0, -1), given, strict=True):
                if tiers.tier(s) != tier:
                    raise InputError(f"bank type {s} is not of tier {tier}", place="parameter 'bank_types'")
            return given[::-1]
        borders = [tiers.market.law.high, *tiers.cutoffs]
        middle = [(above + below) / 2 for above, below in pairwise(borders)]
        return [*middle, tiers.market.law.low]

    def debts(self, tiers: Tiers) -> FinancialNetwork:
        """Return who owes what at the end of the day, and what every bank's own investment returns."""
        banks = self.group()
        a, y = tiers.market.holding, tiers.market.dividend
        kinds = self.type_of_tier(tiers)
        returns = [y + sign * kinds[tier - 1] for tier, sign in zip(banks.tier, banks.sign, strict=True)]
        outside = [2 * a * held * r if held else a * 0 for held, r in zip(banks.holdings(), returns, strict=True)]
        if min(outside) < 0:
            raise InputError(
                f"dividend {y} is below the type of a bank with the low return, whose investment loses money",
                place=f"{self.label()}, parameter 'dividend'",
                remedy="raise dividend, or lower bank_types",
            )
        network = banks.network(*tiers.prices(), a)
        return network.obligations(outside, recovery_outside=0, recovery_loans=0)

    def run(self, engine: Engine) -> Solution:
        """Solve the tiers, then one cascade per investing bank."""
        main = self.solve_tiers(engine)
        if main.solved:
            debts = self.debts(Tiers.of(main))
            for bank, held in enumerate(self.group().holdings()):
                if held:
                    engine.solve(debts.with_defaults([bank]), concept="cascade")
        return main  # type: ignore[no-any-return]

    def report(self, solution: Solution) -> Mapping[str, Any]:
        """Return balance sheets, thresholds and chains."""
        tiers = Tiers.of(solution)
        banks, debts = self.group(), self.debts(tiers)
        sheets = balance_sheets(debts)
        labels = banks.labels
        kinds = self.type_of_tier(tiers)
        chains: dict[str, list[str]] = {}
        for part in solution.parts:
            wave = part.answer.wave.tolist()
            fallen = sorted((w, i) for i, w in enumerate(wave) if w >= 0)
            chains[labels[int(part.form.forced[0])]] = [labels[i] for _, i in fallen]
        bid, ask = tiers.prices()
        columns = [x.tolist() for x in (sheets.outside, sheets.loans, sheets.debts, sheets.equity)]
        table = {
            label: {
                "tier": banks.tier[i],
                "sign": banks.sign[i],
                "type": kinds[banks.tier[i] - 1],
                "investment": columns[0][i],
                "loans": columns[1][i],
                "debts": columns[2][i],
                "equity": columns[3][i],
            }
            for i, label in enumerate(labels)
        }
        lengths = [len(chain) for chain in chains.values()]
        market = tiers.market
        return {
            "banks": table,
            "thresholds": {
                label: {"investment": sheets.outside_threshold[i], "loans": sheets.loan_threshold[i]}
                for i, label in enumerate(labels)
            },
            "chains": chains,
            "chains_longer": ["-".join(chain) for chain in chains.values() if len(chain) > 1],
            "feasible": {
                "dividend_at_least_highest_type": market.dividend >= market.law.high,
                "prices_not_negative": min(bid) >= 0,
                "solvent_without_shock": min(columns[3]) >= 0,
            },
            "shock_induced": {label: table[label]["debts"] > table[label]["loans"] for label in chains},
            "mean_cascade": like(sum(lengths), tiers.exact) / len(lengths),
            "transfers": tiers.fees,
            "bid": bid,
            "ask": ask,
            "connected": int(banks.network(bid, ask, market.holding).only_traded().component_sizes.max()),
        }
