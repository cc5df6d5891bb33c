"""The model: parameters in, the 3 by 3 game of t1 and its equilibria out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

from gametheory import (
    Constraint,
    Engine,
    InputError,
    Model,
    MultistageGame,
    Number,
    Solution,
    StageProfile,
    UsageError,
    exact,
    nearest,
    parameter,
    solve,
)
from gametheory_plugins.front_running import batch
from gametheory_plugins.front_running.claims import CLAIMS
from gametheory_plugins.front_running.figures import FIGURES
from gametheory_plugins.front_running.game import SALES, TradingRules, sales_game, trading_game
from gametheory_plugins.front_running.markets import LARGE
from gametheory_plugins.front_running.paper import STATEMENTS

CITATION = "Liang, Distressed sales and financial arbitrageurs: front-running in illiquid markets (2006)"

TABLE = "rows: A sells 0, 1, 2; columns: D sells 0, 1, 2"
LOSS = "loss units; a unit is worth dividend/r^2 - epsilon/r^2 * loss"

RESULTS = {
    "equilibria": "pure subgame-perfect equilibria [a_A, a_D]: minus the units that A and D sell at t1",
    "front_runs": "for each equilibrium, none, partial or full: whether A sells 0, 1 or 2 units at t1",
    "branch": "CTS>BP if (1 - rho_u - rho_d)/(1 - rho_d) > 1/(q_A + q_D), else CTS<=BP; decided exactly",
    "loss_A": f"A's total loss; {TABLE} ({LOSS})",
    "loss_D": f"D's total loss; {TABLE} ({LOSS})",
    "price_A": f"loss per unit that A sells at t1; null where she sells nothing; {TABLE} ({LOSS})",
    "price_D": f"loss per unit that D sells at t1; null where she sells nothing; {TABLE} ({LOSS})",
    "value_A": f"A's total value; {TABLE} (money)",
    "value_D": f"D's total value; {TABLE} (money)",
}

UNITS = {
    **dict.fromkeys(("loss_A", "loss_D", "price_A", "price_D"), "loss units"),
    **dict.fromkeys(("value_A", "value_D"), "money"),
}

_ONE = Fraction(1)

#: The axes of results in arrays; the equilibria are then the cells of the table that are equilibria.
_SOLD = range(len(SALES))
_CELLS = {"sold_A": _SOLD, "sold_D": _SOLD}
AXES = {
    **dict.fromkeys(("equilibria", *UNITS), _CELLS),
    "front_runs": {"front_running": ("none", "partial", "full")},
}


class FrontRunning(Model):
    """A distressed trader must sell two units to two small buyers; an arbitrageur may sell before her."""

    name = "front_running"
    concept = "subgame_perfect"
    citation = CITATION
    result_docs = RESULTS
    statements = STATEMENTS
    claims = CLAIMS
    figures = FIGURES
    constraints = (
        Constraint("rho_d + rho_u <= 1", lambda m: m.rho_d + m.rho_u <= 1, "lower one of the switching rates"),
        Constraint("q_A > q_D", lambda m: m.q_A > m.q_D, "the arbitrageur has more bargaining power than D"),
    )
    result_units = UNITS
    result_axes = AXES
    vectorized = True

    rho_d: Number = parameter("1/10", ge=0, le=1, doc="probability that a high valuation becomes low")
    rho_u: Number = parameter("1/10", ge=0, le=1, doc="probability that a low valuation becomes high")
    q_A: Number = parameter("3/5", gt=0.5, lt=1, doc="bargaining power of the arbitrageur against a small trader")
    q_D: Number = parameter("11/20", gt=0, lt=1, doc="bargaining power of the distressed trader against a small trader")
    dividend: Number = parameter("5/4", gt=0, doc="what the asset pays at t3", unit="money")
    epsilon: Number = parameter(1, gt=0, doc="what a low type loses of the dividend", unit="money")
    gross_return: Number = parameter(1, gt=0, doc="gross riskless return per period, by which values are discounted")
    formulas: Literal["first_principles", "published"] = parameter(
        "first_principles", doc="the game solved from its rules, or the paper's printed value functions, literally"
    )
    tie_break: Literal["paper", "cheapest_first"] = parameter(
        "paper", doc="whether large buyers at t2 keep to the paper's exceptions from the cheapest price"
    )

    def point(self) -> tuple[Fraction, Fraction, Fraction, Fraction]:
        """Return the switching rates and bargaining powers, exactly."""
        return exact(self.rho_d), exact(self.rho_u), exact(self.q_A), exact(self.q_D)

    def money(self) -> tuple[Fraction, Fraction]:
        """Return what a unit without loss, and what a unit of loss, is worth at t1."""
        discount = exact(self.gross_return) ** 2
        return exact(self.dividend) / discount, exact(self.epsilon) / discount

    def _money_in_floats(self) -> tuple[float, float]:
        try:
            unit, scale = (float(worth) for worth in self.money())
        except OverflowError:
            unit = scale = 0.0
        if not (unit and scale):
            raise InputError(
                f"{self.label()}: dividend / gross_return^2 or epsilon / gross_return^2 is beyond floats",
                remedy="solve exactly, or change gross_return",
            )
        return unit, scale

    def tables(self) -> dict[str, Any]:
        """Return losses and prices as object arrays [3, 3] of fractions, from the formulas that were chosen."""
        return batch.exact_point(self.point(), formulas=self.formulas, tie_break=self.tie_break)

    def build(self) -> MultistageGame:
        """Return the game in stages, or that of t1 alone with the printed values.

        A unit without loss, and a unit of loss, are worth 1 each: what money they are worth cancels from every
        choice, and would leave floats no digits of a loss that is small beside the dividend.
        """
        return self._game(_ONE, _ONE)

    def _game(self, unit: Fraction, scale: Fraction) -> MultistageGame:
        if self.formulas == "first_principles":
            return trading_game(TradingRules(*self.point(), unit, scale, self.tie_break == "paper"))
        return self.sales_game(unit, scale)

    def run(self, engine: Engine) -> Solution:
        """Solve by backward induction; prices and purchases are part of the answer."""
        return engine.solve(self.build(), concept="subgame_perfect")

    def report(self, solution: Solution) -> Mapping[str, Any]:
        """Return the results; see `result_docs`."""
        game, answer = solution.form, solution.answer
        assert isinstance(game, MultistageGame) and isinstance(answer, StageProfile)
        known = self.tables()
        cells = [[game.cells(0)[(a, d, *["-"] * (len(game.players) - 2))] for d in SALES] for a in SALES]
        values = {t: [[_worth(game, answer, c, k) for c in row] for row in cells] for k, t in enumerate(LARGE)}
        prices: dict[str, list[list[Any]]] = {t: [[None] * 3 for _ in SALES] for t in LARGE}
        for i in range(3):
            for j in range(3):
                if self.formulas == "published":
                    paid = iter([known[f"price_{t}"][i, j] for t, n in zip(LARGE, (i, j), strict=True) if n])
                else:
                    paid = iter(1 - p for p in answer.prices.get(cells[i][j], ()))
                for t, n in zip(LARGE, (i, j), strict=True):
                    if n:
                        prices[t][i][j] = next(paid)
                        values[t][i][j] += 0 if self.formulas == "published" else n * (1 - prices[t][i][j])
        losses = {t: [[2 - v for v in row] for row in values[t]] for t in LARGE}
        best = known["equilibria"]
        if solution.exact:
            best = [
                [
                    losses["A"][i][j] == min(row[j] for row in losses["A"]) and losses["D"][i][j] == min(losses["D"][i])
                    for j in range(3)
                ]
                for i in range(3)
            ]
        sold = [(i, j) for i in range(3) for j in range(3) if best[i][j]]
        kind = Fraction if solution.exact else float
        unit, scale = self.money() if solution.exact else self._money_in_floats()
        money = {t: [[2 * unit - scale * x for x in row] for row in losses[t]] for t in LARGE}
        return {
            "equilibria": [[-i, -j] for i, j in sold],
            "front_runs": [("none", "partial", "full")[i] for i, _ in sold],
            "branch": batch.MORE if known["case"] == 0 else batch.NOT_MORE,
            **{f"loss_{t}": _as(kind, losses[t]) for t in LARGE},
            **{f"price_{t}": _as(kind, prices[t]) for t in LARGE},
            **{f"value_{t}": _as(kind, money[t]) for t in LARGE},
        }

    def priced_tree(self, *, full: bool = True) -> Any:
        """Return the game in money with its prices put in, exactly, as an `ExtensiveGame` that ``.efg`` files can hold.

        Parameters
        ----------
        full : bool
            The whole tree, types and purchases included; else the 3 by 3 game of t1.
        """
        if full and self.formulas == "first_principles":
            game = self._game(*self.money())
            return game.to_extensive(solve(game, exact=True).require().answer)
        return self.sales_game(*self.money()).to_extensive()

    def sales_game(self, unit: Fraction, scale: Fraction) -> MultistageGame:
        """Return the 3 by 3 game of t1 with the values of its cells, exactly, where units and losses are worth that."""
        found = self.tables()
        return sales_game({t: [[2 * unit - scale * x for x in row] for row in found[f"loss_{t}"]] for t in LARGE})

    @classmethod
    def evaluate(
        cls,
        *,
        results: Sequence[str] | None = None,
        invalid: Literal["raise", "mask"] = "raise",
        **parameters: Any,
    ) -> dict[str, Any]:
        """Solve the game at many points in one call.

        Parameters
        ----------
        results : sequence of str, optional
            Which of the results that `report` has; all by default (a million points fill 440 MB).
        invalid : str
            ``raise`` if a point is out of bounds; or ``mask``: such points get NaN, False and empty text, and the
            result has ``valid``.
        **parameters
            Parameters of the model, numbers or arrays that are broadcast together; defaults for those left out.
            `formulas` and `tie_break` are single words. A float stands for its shortest decimal where a tie is decided.

        Returns
        -------
        dict of str to array
            The axes of the points come first; tables have two more, units sold by A (0, 1, 2) and by D.
            ``equilibria`` is True for the cells that are equilibria, ``front_runs`` for the extents (none, partial,
            full) to which A sells in one of them. Losses and prices are in loss units, values in
            money; prices are NaN where nothing is sold.

        Raises
        ------
        InputError
            If a point violates a bound, which is named.
        UsageError
            For an unknown parameter or result.
        """
        words = {name: parameters.pop(name) for name in ("formulas", "tie_break") if name in parameters}
        unknown = set(parameters) - set(cls.model_fields)
        if unknown:
            raise UsageError(
                f"front_running has no parameter '{min(unknown)}'", remedy=nearest(min(unknown), cls.model_fields)
            )
        checked = cls(**words)
        given = {**checked.parameters(), **parameters}
        return batch.evaluate(
            given, formulas=checked.formulas, tie_break=checked.tie_break, results=results, invalid=invalid
        )

    @classmethod
    def as_arrays(cls, results: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the results of one point as `evaluate` has them: equilibria and front-running as booleans."""
        found = dict(results)
        found["equilibria"] = [[[-i, -j] in results["equilibria"] for j in _SOLD] for i in _SOLD]
        found["front_runs"] = [extent in results["front_runs"] for extent in AXES["front_runs"]["front_running"]]
        return found


def _worth(game: MultistageGame, answer: StageProfile, cell: int, player: int) -> Any:
    """Return what a cell is worth to a player before any price is paid."""
    branches = range(int(game.first_branch[cell]), int(game.first_branch[cell + 1]))
    after = (game.probability[b] * answer.values[int(game.next_state[b]), player] for b in branches)
    return game.payoffs[cell, player] + sum(after)


def _as(kind: Any, table: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [[None if x is None else kind(x) for x in row] for row in table]
