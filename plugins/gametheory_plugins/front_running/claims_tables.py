"""Claims about the tables, the worked examples and the figures."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from gametheory import Claim, Reported
from gametheory_plugins.front_running.first_principles import ORDERS
from gametheory_plugins.front_running.game import TradingRules, trading_game
from gametheory_plugins.front_running.markets import CELLS, LABELS, LARGE, Market, trades
from gametheory_plugins.front_running.paper import CAUSES, EXAMPLES, ROWS, SUBGAMES, Cell, Row

FIRST, PUBLISHED, CHEAPEST = "formulas=first_principles", "formulas=published", "tie_break=cheapest_first"
UNPRINTED = "neither the printed formulas nor the rules give it; (A.35) with one sign reversed would (a guess)"


def _row(row: Row) -> Claim:
    recorded: dict[str, Any] = {PUBLISHED: "holds", FIRST: "holds"}
    reason = ""
    if row.name in CAUSES:
        equations = " and ".join(f"({e})" for e in CAUSES[row.name])
        recorded = {PUBLISHED: "holds" if equations else "differs", FIRST: "differs"}
        reason = f"the printed row comes from the errors in {equations}" if equations else UNPRINTED
    elif row.name == "table1.panel4.row06":
        recorded = {PUBLISHED: "holds", CHEAPEST: "differs", FIRST: "holds"}
        reason = "it needs the exception by which D buys one unit each from A and a small trader in IX-iii"
    return Claim(
        row.name,
        "equilibria at " + ", ".join(f"{name}={value}" for name, value in row.point.items()),
        place=row.place,
        covers=(row.place.partition(",")[0],),
        paper=row.equilibria,
        ours=lambda r: r["equilibria"],
        settings=row.point,
        recorded=recorded if reason else "holds",
        reason=reason,
    )


TABLES = tuple(_row(row) for row in ROWS)


EXAMPLE_CLAIMS = tuple(
    Claim(
        f"example{k:02d}",
        f"{statement} at rho_d={point[0]}, rho_u={point[1]}, q_A={point[2]}, q_D={point[3]}",
        lambda r, trader=trader, best=best, others=others: all(
            r[f"loss_{trader}"][best[0]][best[1]] < r[f"loss_{trader}"][i][j] for i, j in others
        ),
        place="proof of Lemma 2, worked example",
        settings=dict(zip(("rho_d", "rho_u", "q_A", "q_D"), point, strict=True)),
        recorded={8: {PUBLISHED: "differs", FIRST: "holds"}, 11: "differs"}.get(k, "holds"),
        reason={
            8: "the printed formulas do not give it, by the error in (A.35); the rules do",
            11: UNPRINTED,
        }.get(k, ""),
    )
    for k, (statement, point, trader, best, others) in enumerate(EXAMPLES, start=1)
)


def sold(r: Reported, cell: Cell, types: str, more: bool) -> dict[tuple[str, str], Fraction]:
    """Return what is sold at t2 in a subgame, by seller and buyer, the coin averaged out."""
    market = Market(cell, tuple(t == "h" for t in types))
    sales: dict[tuple[str, str], Fraction] = {}
    for chance, seller, buyer, n in trades(market, ORDERS[0 if more else 1], paper=r.model.tie_break == "paper"):
        sales[seller, buyer] = sales.get((seller, buyer), Fraction(0)) + chance * n
    return sales


def _described(text: str) -> dict[tuple[str, str], Fraction]:
    rows = (part.split() for part in text.split(", "))
    return {(seller, buyer): Fraction(n) for seller, buyer, n in rows}


def _as_described(name: str) -> Callable[[Reported], bool]:
    cell, subgames = SUBGAMES[name]
    return lambda r: all(
        sold(r, cell, types, more) == _described(texts[0] if more else texts[-1])
        for types, *texts in subgames
        for more in (True, False)
    )


def _timing(r: Reported) -> bool:
    """Check the order of events: both sell, types switch, purchases, the end."""
    point = tuple(Fraction(x) for x in ("0.1", "0.1", "0.6", "0.55"))
    game = trading_game(TradingRules(*point, Fraction(1), Fraction(1), True))
    start = game.actions[0]
    first = set(game.next_state[: int(game.first_branch[len(CELLS)])].tolist())
    movers = [t for t, moves in zip(game.players, start, strict=True) if len(moves) > 1]
    return bool(
        movers == list(LARGE) and all("purchases" in game.states[s] for s in first) and game.states[-1] == "end"
    )


FIGURE_CLAIMS = (
    Claim(
        "figure1",
        "large traders sell at t1, types switch, trade at t2 follows, and the asset pays at t3",
        _timing,
        place="Figure 1",
        covers=("Figure 1",),
    ),
    Claim(
        "figure2",
        "there are nine pairs of actions at t1, I to IX",
        lambda r: sorted(LABELS.values()) == sorted(("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")),
        place="Figure 2",
        covers=("Figure 2",),
    ),
    *(
        Claim(
            f"figure{name.replace('-', '')}",
            f"who sells what to whom at t2 in the subgames of {LABELS[SUBGAMES[name][0]]} that the text describes",
            _as_described(name),
            place=f"Figure {name}",
            covers=(f"Figure {name}",),
            recorded={CHEAPEST: "differs", "tie_break=paper": "holds"} if name == "A-3" else "holds",
            reason="in IX-iii the cheapest seller would sell two units if CTS <= BP" if name == "A-3" else "",
        )
        for name in SUBGAMES
    ),
)
