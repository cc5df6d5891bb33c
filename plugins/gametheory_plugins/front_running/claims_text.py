"""Claims about the lemmas, the propositions and what the text says besides."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from gametheory import Claim, Reported
from gametheory_plugins.front_running import batch
from gametheory_plugins.front_running.claims_tables import CHEAPEST, FIRST, PUBLISHED, sold
from gametheory_plugins.front_running.first_principles import ORDERS
from gametheory_plugins.front_running.grids import always, at, better, grid, less, more, price_gap, small
from gametheory_plugins.front_running.markets import CELLS, LABELS, SMALL, markets, trades
from gametheory_plugins.front_running.paper import Cell

#: The example of Proposition 2.
SMALL_RATES = {"rho_d": "0.01", "rho_u": "0.01", "q_A": "0.87", "q_D": "0.86"}


def _lemma_1(r: Reported) -> bool:
    """Check that nobody whom a high A could sell to at t2 values a unit more than she does."""
    rates, _ = grid("first_principles", "paper")
    high, small_low = rates["rho_d"], 1 - rates["rho_u"]
    found = []
    for cell in ((0, 0), (0, 1), (0, 2)):
        for market in markets(cell):
            if market.is_high("A"):
                buyers = (*market.small_buyers(), *(t for t in market.large_buyers() if t != "A"))
                lost = {"high": high, "small_low": small_low}
                found += [bool((lost[market.reservation(t)] >= high - 1e-12).all()) for t in buyers]
    return all(found) and bool(found)


def _threshold(a: Any, q: Any, sign: int) -> Any:
    """Return (A.77), as printed (sign -1: 1 - q_A) or with 1 + q_A."""
    return (1 - q) ** 2 * (2 - q) / ((1 + sign * a) * (2 - q) + 2 * (1 - q) * (3 - 3 * q + q**2))


def _slope(sign: int, trader: str) -> set[int]:
    """Return the signs of the derivative of (A.77) by q_A or q_D, by quotient rule on a grid of powers."""
    signs = set()
    for i in range(51, 99, 4):
        for j in range(2, i, 4):
            a, q = Fraction(i, 100), Fraction(j, 100)
            top, bottom = (1 - q) ** 2 * (2 - q), (1 + sign * a) * (2 - q) + 2 * (1 - q) * (3 - 3 * q + q**2)
            by_a = -top * sign * (2 - q)
            top_q = -2 * (1 - q) * (2 - q) - (1 - q) ** 2
            bottom_q = -(1 + sign * a) - 2 * (3 - 3 * q + q**2) + 2 * (1 - q) * (2 * q - 3)
            slope = by_a if trader == "A" else top_q * bottom - top * bottom_q
            signs.add((slope > 0) - (slope < 0))
    return signs


def _cross(sign: int) -> set[int]:
    """Return the signs of the cross derivative of (A.77), by exact differences on a grid of powers."""
    h = Fraction(1, 10**6)
    signs = set()
    for i in range(51, 99, 4):
        for j in range(2, i, 4):
            a, q = Fraction(i, 100), Fraction(j, 100)
            t = sum(x * y * _threshold(a + x * h, q + y * h, sign) for x in (1, -1) for y in (1, -1))
            signs.add((t > 0) - (t < 0))
    return signs


def _first_order(r: Reported, first: Cell, second: Cell) -> Any:
    """Return the rho_d from which A prefers the first cell, to first order in rho_d (rho_u has no part).

    Values are polynomials in rho_d, so that the slope at 0 is a finite sum of differences.
    """
    a, q = Fraction(SMALL_RATES["q_A"]), Fraction(SMALL_RATES["q_D"])
    step = Fraction(1, 10**4)
    column = []
    for k in range(10):
        loss = at(r, (k * step, Fraction(0), a, q))["loss_A"]
        column.append(loss[second] - loss[first])
    start, slope = column[0], Fraction(0)
    for k in range(1, len(column)):
        column = [y - x for x, y in pairwise(column)]
        slope += (-1) ** (k + 1) * column[0] / k / step
    return -start / slope


def _pure(r: Reported) -> bool:
    """Check that there is a pure equilibrium on the grid and at a point where best answers may go round."""
    _, found = grid(r.model.formulas, r.model.tie_break)
    point = tuple(Fraction(x) for x in ("0.82", "0.05", "0.68", "0.65"))
    return bool(found["equilibria"].any(axis=(1, 2)).all() and at(r, point)["equilibria"].any())


def _benchmark(r: Reported) -> bool:
    _, found = small(r.model.formulas, r.model.tie_break, 0.0)
    alone = np.zeros((3, 3), dtype=bool)
    alone[0, 2] = True
    return bool((found["equilibria"] == alone).all())


def _best_small(trader: str, other: int, units: int) -> Callable[[Reported], bool]:
    """Check that selling `units` is the only best answer to `other` units, at rates of 0.01 and 0.0001."""

    def check(r: Reported) -> bool:
        for rate in (0.01, 0.0001):
            _, found = small(r.model.formulas, r.model.tie_break, rate)
            loss = found[f"loss_{trader}"]
            row = loss[:, other] if trader == "D" else loss[:, :, other]
            rest = np.delete(row, units, axis=1)
            if not (row[:, units] < rest.min(axis=1) - 1e-12).all():
                return False
        return True

    return check


LEMMAS = (
    Claim(
        "lemma1",
        "if A sells nothing at t1 and stays high, she gains nothing by selling at t2",
        _lemma_1,
        place="Lemma 1",
        covers=("Lemma 1",),
    ),
    *(
        Claim(
            f"lemma2.{name}",
            f"{trader} gains more in {LABELS[first]} than in {LABELS[second]}, on a grid of 1680 points",
            always(trader, first, second),
            place="Lemma 2",
            covers=("Lemma 2",),
            recorded=recorded,
            reason=reason,
        )
        for name, trader, first, second, recorded, reason in (
            ("i.1", "A", (1, 0), (0, 0), "holds", ""),
            ("i.2", "A", (1, 1), (0, 1), "holds", ""),
            ("ii.1", "D", (0, 1), (0, 0), "holds", ""),
            (
                "ii.2",
                "D",
                (1, 2),
                (1, 1),
                {PUBLISHED: "holds", FIRST: "differs"},
                "it rests on the error in (A.29); false for large rho_d, as at (0.92, 0.01, 0.6, 0.55)",
            ),
            (
                "ii.3",
                "D",
                (2, 1),
                (2, 0),
                {PUBLISHED: "holds", CHEAPEST: "holds", FIRST: "differs"},
                "at (0.95, 0, 0.51, 0.3) it fails, by the paper's rule that A buys from a small owner of two before D",
            ),
        )
    ),
    Claim(
        "lemma2.print",
        "the right sides of Lemma 2 (ii) are values of A",
        place="Lemma 2 (ii)",
        recorded="not_testable",
        reason="misprint: V^A stands for V^D; the inequalities are tested with V^D",
    ),
)

PROPOSITIONS = (
    Claim(
        "proposition1.i",
        "without switching, A holds and D sells two is the only equilibrium, whatever the powers",
        _benchmark,
        place="Proposition 1 (i)",
        covers=("Proposition 1",),
    ),
    Claim(
        "proposition1.ii",
        "without switching, D gets the same price for one unit as for two, with loss (1 - q_D)^2 = 81/400",
        place="Proposition 1 (ii)",
        covers=("Proposition 1",),
        settings={"rho_d": 0, "rho_u": 0, "q_A": "0.6", "q_D": "0.55"},
        paper=[Fraction(81, 400), Fraction(81, 400)],
        ours=lambda r: [r["price_D"][0][1], r["price_D"][0][2]],
    ),
    Claim(
        "proposition1.tie",
        "without switching, A sells two units if D sells one",
        lambda r: r["loss_A"][2][1] < min(r["loss_A"][0][1], r["loss_A"][1][1]),
        place="after Proposition 1",
        settings={"rho_d": 0, "rho_u": 0},
        recorded="differs",
        reason="she is indifferent between one and two units; two are a best answer, not the only one",
    ),
    Claim(
        "proposition2.i",
        "for small rates A sells one unit and D two if rho_d is at least (A.77); it is, at 0.87, 0.86 and 0.01",
        place="Proposition 2 (i)",
        covers=("Proposition 2",),
        settings=SMALL_RATES,
        paper=[[-1, -2]],
        ours=lambda r: r["equilibria"],
        recorded="differs",
        reason="to first order A prefers two units to one there; (-1,-2) is never an equilibrium to first order",
    ),
    Claim(
        "proposition2.threshold",
        "the threshold (A.77) is at most 0.01 at q_A=0.87, q_D=0.86",
        place="Proposition 2 (i)",
        covers=("equation (A.77)",),
        check=lambda r: _threshold(Fraction("0.87"), Fraction("0.86"), -1) <= Fraction("0.01"),
        ours=lambda r: _threshold(Fraction("0.87"), Fraction("0.86"), -1),
        paper="at most 1/100",
        recorded="differs",
        reason="as printed it is 0.047; with 1 + q_A for 1 - q_A it is 0.0091",
    ),
    Claim(
        "proposition2.threshold_mended",
        "with 1 + q_A the threshold (A.77) is at most 0.01 at q_A=0.87, q_D=0.86",
        lambda r: _threshold(Fraction("0.87"), Fraction("0.86"), 1) <= Fraction("0.01"),
        place="Proposition 2 (i)",
    ),
    Claim(
        "proposition2.first_order",
        "the rho_d from which A prefers one unit to none at q_A=0.87, q_D=0.86 is (A.77) with 1 + q_A",
        place="equation (A.77)",
        covers=("equation (A.77)",),
        paper=_threshold(Fraction("0.87"), Fraction("0.86"), 1),
        ours=lambda r: _first_order(r, (1, 2), (0, 2)),
        recorded="differs",
        reason="the paper's own values give (1-q_D)^2/(1 + q_A + 2 (1-q_D)^2) = 0.01027",
    ),
    *(
        Claim(
            f"proposition2.ii.{name}",
            statement,
            check,
            place="Proposition 2 (ii)",
            covers=("Proposition 2", "equation (A.77)"),
            recorded=recorded,
            reason=reason,
        )
        for name, statement, check, recorded, reason in (
            (
                "q_A",
                "the threshold falls in q_A",
                lambda r: _slope(-1, "A") == {-1},
                "differs",
                "as printed it rises everywhere; with 1 + q_A for 1 - q_A it falls everywhere",
            ),
            ("q_A_mended", "with 1 + q_A the threshold falls in q_A", lambda r: _slope(1, "A") == {-1}, "holds", ""),
            ("q_D", "the threshold falls in q_D", lambda r: _slope(-1, "D") == {-1}, "holds", ""),
            ("q_D_mended", "with 1 + q_A the threshold falls in q_D", lambda r: _slope(1, "D") == {-1}, "holds", ""),
            (
                "cross",
                "the second derivative (one variable is lost in print; by q_A and q_D) is negative",
                lambda r: _cross(-1) == {-1},
                "differs",
                "by q_A and q_D it has both signs as printed, and is positive everywhere with 1 + q_A",
            ),
        )
    ),
    *(
        Claim(
            f"proposition2.D_sells_two.{other}",
            f"for small rates D sells two units if A sells {other}",
            _best_small("D", other, 2),
            place="proof of Proposition 2",
            covers=("Proposition 2",),
        )
        for other in range(3)
    ),
    *(
        Claim(
            f"proposition2.A_sells_two.{other}",
            f"for small rates A sells two units if D sells {other}",
            _best_small("A", other, 2),
            place="proof of Proposition 2",
            covers=("Proposition 2",),
        )
        for other in range(2)
    ),
    Claim(
        "proposition2.dominated",
        "for small rates A prefers one unit to two if D sells two",
        lambda r: bool(
            all(
                (found["loss_A"][:, 1, 2] < found["loss_A"][:, 2, 2]).all()
                for _, found in (small(r.model.formulas, r.model.tie_break, x) for x in (0.01, 0.0001))
            )
        ),
        place="proof of Proposition 2",
        covers=("Proposition 2",),
        recorded="differs",
        reason="to first order two units are worth q_A (1 + q_A) rho_d more than one",
    ),
)


def _labelled(point: tuple[str, ...], branch: str) -> dict[str, Any]:
    return {
        "settings": dict(zip(("rho_d", "rho_u", "q_A", "q_D"), point, strict=True)),
        "paper": branch,
        "ours": lambda r: r["branch"],
    }


OTHERS = (
    Claim(
        "erratum.branch",
        "rho_d=0.83, rho_u=0.02, q_A=0.6, q_D=0.55 is an example of CTS <= BP",
        place="proof of Lemma 2 (vi)",
        recorded="differs",
        reason="0.15/0.17 = 0.882 is more than 1/1.15 = 0.870",
        **_labelled(("0.83", "0.02", "0.6", "0.55"), batch.NOT_MORE),
    ),
    Claim(
        "erratum.I-vii",
        "in I-vii D sells a unit to A if CTS > BP, and none otherwise",
        place="proof of Lemma 2 (ii)",
        check=lambda r: (
            ("D", "A") in sold(r, (1, 0), "hlll", True) and ("D", "A") not in sold(r, (1, 0), "hlll", False)
        ),
        recorded="differs",
        reason="the two cases are exchanged: I-iii and (A.25) have them the other way round",
    ),
    Claim(
        "erratum.labels",
        "(A.38) and (A.41) are about V(III) and V(II); in IV A buys from a small trader of high valuation",
        place="equations (A.38), (A.41), Strategy IV",
        recorded="not_testable",
        reason="misprints: II stands for III in (A.41), and a high owner for a low one",
    ),
    Claim(
        "text.A_two_if_D_one",
        "if D sells one unit and CTS <= BP, A always sells two",
        always("A", (2, 1), (1, 1), less),
        place="after equation (A.73)",
        recorded={PUBLISHED: "holds", FIRST: "differs"},
        reason="it rests on the error in (A.29); false at (0.14, 0.85, 0.6, 0.1)",
    ),
    Claim(
        "text.A_two_if_D_none_more",
        "if D sells nothing and CTS > BP, A sells two",
        always("A", (2, 0), (1, 0), more),
        place="after equation (A.60)",
    ),
    Claim(
        "text.A_one_or_two_if_D_none",
        "if D sells nothing and CTS <= BP, A may sell one or two",
        lambda r: bool(
            (better(r, "A", (2, 0), (1, 0), less) > 0).any() and (better(r, "A", (2, 0), (1, 0), less) < 0).any()
        ),
        place="after equation (A.60)",
        recorded={PUBLISHED: "holds", FIRST: "differs"},
        reason="it rests on the error in (A.56); she always sells two",
    ),
    Claim(
        "text.D_two_if_A_none",
        "if A sells nothing, D sells two rather than one for most parameters",
        lambda r: bool((better(r, "D", (0, 2), (0, 1)) > 0).mean() > 0.5),
        place="after equation (A.20)",
    ),
    Claim(
        "text.prices",
        "for most parameters D gets a lower price for two units if A sells two than if A sells none",
        lambda r: bool((price_gap(r) > 0).mean() > 0.5),
        place="Section 4",
    ),
    Claim(
        "text.spread",
        "for some parameters D spreads her sale: (-2,-1) is an equilibrium",
        lambda r: bool(grid(r.model.formulas, r.model.tie_break)[1]["equilibria"][:, 2, 1].any()),
        place="Section 4, example 5",
        recorded={PUBLISHED: "holds", FIRST: "differs"},
        reason="an artefact of the errors in (A.29), (A.35) and (A.62); it occurs at no point of the grid",
    ),
    Claim(
        "text.pure",
        "there is an equilibrium in pure strategies, on a grid and at (0.82, 0.05, 0.68, 0.65)",
        _pure,
        place="footnote 5",
        recorded={PUBLISHED: "holds", FIRST: "differs"},
        reason="on the grid there is one; at this point the best answers go round, and the equilibrium is mixed",
    ),
    Claim(
        "text.small_traders",
        "small traders never trade with each other",
        lambda r: (
            not any(
                seller in SMALL and buyer in SMALL
                for cell in CELLS
                for market in markets(cell)
                for order in ORDERS
                for _, seller, buyer, _ in trades(market, order, paper=r.model.tie_break == "paper")
            )
        ),
        place="Assumption 1",
    ),
)
