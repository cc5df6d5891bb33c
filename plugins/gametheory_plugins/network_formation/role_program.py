"""The planner's choice of roles as a linear program; its multipliers are payoffs and fees.

In every round each type is served, deals or idles, and then leaves or stays; whoever has been served may come back
and deal again. As many are served as deal. This needs no closed form and no condition on the discount.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gametheory import IntermediatedMarket, LinearProgram

#: What a trader can do in a round, by what he holds; each ends with leaving or staying.
OPEN_ROLES = ("served", "dealing", "idle")
CONTENT_ROLES = ("back", "waiting")


@dataclass(frozen=True)
class RoleProgram:
    """A role program and where things are in it.

    Attributes
    ----------
    program : LinearProgram
        Welfare per trader, to be maximised, in floats, valued at the start of round 1.
    types, masses : arrays [types]
        The types, increasing, and their shares.
    rounds : int
        The number of rounds.
    discount : float
        Per round.
    """

    program: LinearProgram
    types: Any
    masses: Any
    rounds: int
    discount: float

    def row(self, kind: str, t: int, i: int = 0) -> str:
        """Return the name of a row: ``open`` or ``content`` traders of a type in a round, or ``meetings``."""
        return f"meetings.{t}" if kind == "meetings" else f"{kind}.{t}.{i}"

    def payoffs(self, multipliers: Any, t: int = 1) -> Any:
        """Return W_t by type from the multipliers of the program's rows."""
        rows = [self.program.row(self.row("open", t, i)) for i in range(len(self.types))]
        return np.asarray(multipliers, dtype=float)[rows] / self.discount ** (t - 1)

    def fee(self, multipliers: Any, t: int) -> float:
        """Return T_t from the multipliers."""
        return float(multipliers[self.program.row(self.row("meetings", t))]) / self.discount ** (t - 1)

    def leaving(self, primal: Any, role: str, t: int) -> Any:
        """Return the mass of each type that leaves in a role after round t."""
        places = [self.program.column(f"{role}.leave.{t}.{i}") for i in range(len(self.types))]
        return np.asarray(primal, dtype=float)[places]

    def active(self, primal: Any) -> list[float]:
        """Return the mass that takes part in a meeting in each round."""
        totals = [0.0] * self.rounds
        for name, amount in zip(self.program.column_names, np.asarray(primal, dtype=float).tolist(), strict=True):
            role, _, t, _ = name.split(".")
            if role in ("served", "dealing", "back"):
                totals[int(t) - 1] += amount
        return totals


def role_program(market: IntermediatedMarket, types: Any, masses: Any) -> RoleProgram:
    """Build the role program of a market with finitely many types.

    Parameters
    ----------
    market : IntermediatedMarket
        Rounds, discount, dividend, holding and correlation; its distribution is not used.
    types, masses : arrays [types]
        Types and their shares.
    """
    types = np.asarray(types, dtype=float)
    masses = np.asarray(masses, dtype=float)
    n, rounds = len(types), market.rounds
    beta, a, y, p = (float(v) for v in (market.discount, market.holding, market.dividend, market.opposite))
    right = (y + types) * a
    wrong = (y + (2 * p - 1) * types) * a
    row_names = [f"{kind}.{t}.{i}" for t in range(1, rounds + 1) for kind in ("open", "content") for i in range(n)]
    row_names += [f"meetings.{t}" for t in range(1, rounds + 1)]
    place = {name: k for k, name in enumerate(row_names)}
    names: list[str] = []
    cost: list[float] = []
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []

    def column(name: str, worth: float, entries: dict[str, float]) -> None:
        for row, value in entries.items():
            rows.append(place[row])
            columns.append(len(names))
            values.append(value)
        names.append(name)
        cost.append(worth)

    for t in range(1, rounds + 1):
        for i in range(n):
            for role in (*OPEN_ROLES, *CONTENT_ROLES):
                start = "open" if role in OPEN_ROLES else "content"
                after = "content" if role in ("served", "waiting") else "open"
                entries = {f"{start}.{t}.{i}": 1.0}
                if role in ("served", "dealing", "back"):
                    entries[f"meetings.{t}"] = 1.0 if role == "served" else -1.0
                worth = right[i] if after == "content" else wrong[i]
                column(f"{role}.leave.{t}.{i}", beta ** (t - 1) * worth, entries)
                if t < rounds:
                    column(f"{role}.stay.{t}.{i}", 0.0, {**entries, f"{after}.{t + 1}.{i}": -1.0})
    from scipy.sparse import coo_array

    matrix = coo_array((values, (rows, columns)), shape=(len(row_names), len(names))).tocsr()
    bound = np.zeros(len(row_names))
    bound[:n] = masses
    program = LinearProgram.build("max", np.array(cost), equal=(matrix, bound), row_names=row_names, column_names=names)
    return RoleProgram(program, types, masses, rounds, beta)


def discretize(market: IntermediatedMarket, count: int) -> tuple[Any, Any]:
    """Return `count` types of equal mass: the quantiles in the middle of equal shares."""
    law = market.law.to_float()
    types = np.array([float(law.quantile((i + 0.5) / count)) for i in range(count)])
    return types, np.full(count, 1 / count)
