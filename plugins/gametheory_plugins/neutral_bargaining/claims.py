"""The paper's statements, executable."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import gametheory as gt
from gametheory import Claim, Duality, Mechanism, MechanismProblem, OptimalMechanism, Reported
from gametheory_plugins.neutral_bargaining.bargaining import DEALER, TRADER
from gametheory_plugins.neutral_bargaining.paper import (
    ALPHA,
    LAMBDA,
    LAMBDA_2,
    OMEGA,
    OMEGA_2,
    PAIRS,
    TABLE_2,
    TABLE_3,
    TABLE_4,
    TYPES,
    costs,
    dealer_utility,
    lagrangean,
    matrix,
    mechanism,
    multipliers,
    pretending,
    prior,
    samples,
    trader_utility,
    values,
    virtual_utilities,
)

#: The numbered items of the paper.
STATEMENTS = (
    *(f"equation ({n})" for n in range(1, 23)),
    *(f"Table {n}" for n in range(1, 5)),
    "Result 1",
    "Result 2",
    "Example 1",
    "Example 2",
)


def _problem(r: Reported, **changes: Any) -> MechanismProblem:
    """Return the mechanism problem of the example, with parts of it replaced."""
    return r.model.bargaining().problem(**changes)


def _weighted(r: Reported) -> MechanismProblem:
    """Return problem (10) with the weights of Example 1."""
    return _problem(r, weights={DEALER: LAMBDA, TRADER: LAMBDA_2})


def _paper_duality(r: Reported, table: dict[str, Any]) -> Duality:
    return Duality.of(_weighted(r), OptimalMechanism(mechanism(table), multipliers()))


def _row_is(r: Reported, name: str, quantity: dict[str, Any], payment: dict[str, Any]) -> bool:
    """Say whether a row of the program has these coefficients and must not be negative."""
    program = _problem(r).program()
    place = program.row(name)
    expected = {f"decision:Q:{t}": q for t, q in quantity.items()} | {f"transfer:Y:{t}": y for t, y in payment.items()}
    held = program.matrix.to_dense()[place]
    found = {column: held[program.column(column)] for column in program.column_names}
    bounded = program.row_lower[place] == 0 and not program.finite_row_upper[place]
    return bool(bounded and found == {column: expected.get(column, 0) for column in found})


def _incentive_rows(r: Reported, t: str) -> bool:
    c = costs(r.model)[t]
    others = [s for s in TYPES if s != t]
    return all(_row_is(r, f"incentive:{DEALER}:{t}->{s}", {t: -c, s: c}, {t: 1, s: -1}) for s in others)


def _participation_rows(r: Reported) -> bool:
    return all(_row_is(r, f"participation:{DEALER}:{t}", {t: -c}, {t: 1}) for t, c in costs(r.model).items())


def _trader_row(r: Reported) -> bool:
    p, v = prior(r.model), values(r.model)
    return _row_is(r, f"participation:{TRADER}:{TRADER}", {t: p[t] * v[t] for t in TYPES}, {t: -p[t] for t in TYPES})


def _most(r: Reported, per_type: dict[str, Any]) -> Any:
    """Return the most that a linear function of quantities reaches over all feasible mechanisms."""
    p = prior(r.model)
    problem = _problem(r, weights={}, designer={"Q": lambda t: per_type.get(t[DEALER], 0) / p[t[DEALER]]})
    return gt.solve(problem, exact=True).require().results["value"]


def _binding(r: Reported, table: dict[str, Any]) -> list[str]:
    return [c for c in mechanism(table).binding(_problem(r), DEALER) if not c.startswith("outside")]


def _utilities(r: Reported, table: dict[str, Any]) -> dict[str, Any]:
    found = mechanism(table).utilities(_problem(r))
    return {**found[DEALER], **found[TRADER]}


def _gains_left(r: Reported, given: Mechanism) -> Any:
    """Return by how much the gains from trade can grow while nobody is worse off than under a mechanism."""
    best = gt.solve(r.model.bargaining().domination(given), exact=True).require()
    now = given.utilities(_problem(r))
    p = prior(r.model)
    return best.results["value"] - sum(p[t] * now[DEALER][t] for t in TYPES) - now[TRADER][TRADER]


def _weighted_sum(r: Reported, q: dict[str, Any], y: dict[str, Any]) -> Any:
    """Return the left side of (17)."""
    u = dealer_utility(r.model, q, y)
    return sum(LAMBDA[t] * u[t] for t in TYPES) + trader_utility(r.model, q, y)


def _regrouped(q: dict[str, Any], y: dict[str, Any]) -> Any:
    """Return the right side of the chain of equalities before (17)."""

    def better(t: str, s: str, cost: int) -> Any:
        return (y[s] - cost * q[s]) - (y[t] - cost * q[t])

    tenth = Fraction(1, 10)
    return (
        8 * q["lb"]
        + 3 * tenth * better("lb", "hb", 10)
        + 4 * tenth * better("hb", "lg", 20)
        + tenth * better("lg", "hg", 30)
    )


def _result_1(r: Reported) -> bool:
    """Check (14) to (16) by hand for the multipliers we report of efficient mechanisms."""
    c, v, p = costs(r.model), values(r.model), prior(r.model)
    for select in ("max_gains", "max_trade_probability", "dealer_ex_ante", "trader_ex_ante"):
        found = r.solve(select=select)
        if not found["interim_incentive_efficient"]:
            continue
        lam, lam2, alpha = found["lambda1"], found["lambda2"], found["alpha"]
        u, star = dealer_utility(r.model, found["Q"], found["Y"]), pretending(r.model, found["Q"], found["Y"])
        if not (min(lam.values()) > 0 and lam2 > 0 and min(alpha.values()) >= 0):
            return False
        if any(alpha[f"{s}|{t}"] * (u[t] - star[t, s]) for t, s in PAIRS):
            return False
        for t in TYPES:
            out = lam[t] + sum(alpha[f"{s}|{t}"] for s in TYPES if s != t)
            money = (out - sum(alpha[f"{t}|{s}"] for s in TYPES if s != t)) / p[t] - lam2
            surplus = lam2 * v[t] - (out * c[t] - sum(alpha[f"{t}|{s}"] * c[s] for s in TYPES if s != t)) / p[t]
            if money or surplus * found["Q"][t] != max(surplus, 0):
                return False
    return True


def _certified(r: Reported, table: dict[str, Any]) -> bool:
    return gt.verify(_weighted(r), OptimalMechanism(mechanism(table), multipliers()), exact=True).ok


def _warrants(r: Reported) -> bool:
    """Check (20) and (21) for the paper's omega, and that no other omega satisfies them."""
    m, p = matrix(r.model), prior(r.model)
    surplus = {t: max(0, sum(virtual_utilities(r.model, t, 1, 0))) for t in TYPES}
    solved = (
        all(sum(m[t, s] * OMEGA[s] for s in TYPES) == p[t] * surplus[t] / 2 for t in TYPES)
        and sum(p[t] * surplus[t] for t in TYPES) / 2 == LAMBDA_2 * OMEGA_2
    )
    dominant = all(m[t, t] > sum(abs(m[t, s]) for s in TYPES if s != t) for t in TYPES)
    return bool(solved and dominant)


def _sold(r: Reported, table: dict[str, Any]) -> Any:
    return sum(p * table["Q"][t] for t, p in prior(r.model).items())


def _on(**parts: Any) -> Claim:
    """Return a claim about the example, at the parameters of Table 2."""
    return Claim(settings=TABLE_2, **parts)


CLAIMS = (
    Claim(
        "table1",
        "normalised utilities: the dealer of each type has y - c q, the trader v q - y",
        place="Table 1",
        covers=("Table 1",),
        settings=TABLE_2,
        paper={"dealer": [-10, -20, -30, -40], "trader": [30, 30, 50, 50], "money": [[1], [-1]]},
        ours=lambda r: {
            "dealer": _problem(r).utility[0].ravel().tolist(),
            "trader": _problem(r).utility[1].ravel().tolist(),
            "money": _problem(r).transfer_utility.tolist(),
        },
    ),
    Claim(
        "table2",
        "the parameters of the example are the model's defaults",
        place="Table 2",
        covers=("Table 2",),
        paper={name: Fraction(value) for name, value in TABLE_2.items()},
        ours=lambda r: {name: getattr(type(r.model)(), name) for name in TABLE_2},
    ),
    Claim(
        "section2.independence",
        "the dealer's liquidity and asset quality are independent",
        place="Section 2 with Table 2",
        settings=TABLE_2,
        paper=0,
        ours=lambda r: r.model.p_lb * r.model.p_hg - r.model.p_hb * r.model.p_lg,
        recorded="differs",
        reason="the prior of Table 2 is not a product: p_lb p_hg = 1/25 and p_hb p_lg = 3/50",
    ),
    _on(
        id="equation1",
        statement="utility of each dealer type under a mechanism",
        place="equation (1)",
        covers=("equation (1)",),
        check=lambda r: all(
            Mechanism(list(q.values()), list(y.values())).utilities(_problem(r))[DEALER]
            == dealer_utility(r.model, q, y)
            for q, y in samples()
        ),
    ),
    _on(
        id="equation2",
        statement="utility of the trader under a mechanism",
        place="equation (2)",
        covers=("equation (2)",),
        check=lambda r: all(
            Mechanism(list(q.values()), list(y.values())).utilities(_problem(r))[TRADER][TRADER]
            == trader_utility(r.model, q, y)
            for q, y in samples()
        ),
    ),
    *(
        _on(
            id=f"equation{n}",
            statement=f"informational incentive constraints of type {t}",
            place=f"equation ({n})",
            covers=(f"equation ({n})",),
            check=lambda r, t=t: _incentive_rows(r, t),
        )
        for n, t in ((3, "lb"), (4, "lg"), (5, "hb"), (6, "hg"))
    ),
    _on(
        id="equation7",
        statement="each dealer type prefers the mechanism to no trade",
        place="equation (7)",
        covers=("equation (7)",),
        check=_participation_rows,
    ),
    _on(
        id="equation8",
        statement="the trader prefers the mechanism to no trade",
        place="equation (8)",
        covers=("equation (8)",),
        check=_trader_row,
    ),
    _on(
        id="equation9",
        statement="an efficient mechanism is dominated by no feasible one; Table 3 is efficient, never trading is not",
        place="equation (9)",
        covers=("equation (9)",),
        check=lambda r: _gains_left(r, mechanism(TABLE_3)) == 0 < _gains_left(r, Mechanism([0] * 4, [0] * 4)),
    ),
    _on(
        id="equation10",
        statement="efficient mechanisms maximise weighted sums of utilities: Table 3 with the weights of Example 1",
        place="equation (10)",
        covers=("equation (10)",),
        check=lambda r: (
            gt.solve(_weighted(r), exact=True).require().results["value"]
            == _weighted_sum(r, TABLE_3["Q"], TABLE_3["Y"])
        ),
    ),
    _on(
        id="equation11",
        statement="the Lagrangean of (10) equals the weighted sum at Table 3, and is not below it at Table 4",
        place="equation (11)",
        covers=("equation (11)",),
        check=lambda r: (
            lagrangean(r.model, TABLE_3["Q"], TABLE_3["Y"]) == _weighted_sum(r, TABLE_3["Q"], TABLE_3["Y"])
            and lagrangean(r.model, TABLE_4["Q"], TABLE_4["Y"]) >= _weighted_sum(r, TABLE_4["Q"], TABLE_4["Y"])
        ),
    ),
    _on(
        id="equation12",
        statement="virtual utilities of both agents per unit of the asset and of money",
        place="equation (12)",
        covers=("equation (12)",),
        check=lambda r: all(
            _paper_duality(r, TABLE_3).virtual_utility(side)[i, 0].tolist()
            == [virtual_utilities(r.model, t, 1, 0)[who], virtual_utilities(r.model, t, 0, 1)[who]]
            for i, t in enumerate(TYPES)
            for who, side in enumerate((DEALER, TRADER))
        ),
    ),
    _on(
        id="equation13",
        statement="the Lagrangean is the expected sum of virtual utilities",
        place="equation (13)",
        covers=("equation (13)",),
        check=lambda r: all(
            lagrangean(r.model, q, y)
            == sum(p * sum(virtual_utilities(r.model, t, q[t], y[t])) for t, p in prior(r.model).items())
            for q, y in samples()
        ),
    ),
    _on(
        id="equation14",
        statement="the weights of Example 1 are positive and its multipliers not negative",
        place="equation (14)",
        covers=("equation (14)",),
        check=lambda r: min(*LAMBDA.values(), LAMBDA_2) > 0 and min(ALPHA.values()) >= 0,
    ),
    _on(
        id="equation15",
        statement="complementary slackness of Table 3 with the multipliers of Example 1",
        place="equation (15)",
        covers=("equation (15)",),
        check=lambda r: (
            not any(
                ALPHA[t, s]
                * (
                    dealer_utility(r.model, TABLE_3["Q"], TABLE_3["Y"])[t]
                    - pretending(r.model, TABLE_3["Q"], TABLE_3["Y"])[t, s]
                )
                for t, s in PAIRS
            )
        ),
    ),
    _on(
        id="equation16",
        statement="Table 3 maximises the sum of virtual utilities at every type",
        place="equation (16)",
        covers=("equation (16)",),
        check=lambda r: all(
            sum(virtual_utilities(r.model, t, 0, 1)) == 0
            and sum(virtual_utilities(r.model, t, TABLE_3["Q"][t], TABLE_3["Y"][t]))
            == max(0, sum(virtual_utilities(r.model, t, 1, 0)))
            for t in TYPES
        ),
    ),
    _on(
        id="result1",
        statement="a feasible mechanism is efficient if and only if weights and multipliers satisfy (14) to (16)",
        place="Result 1",
        covers=("Result 1",),
        check=lambda r: _certified(r, TABLE_3) and _certified(r, TABLE_4) and _result_1(r),
    ),
    _on(
        id="example1.no_ex_post_efficiency",
        statement="no feasible mechanism always trades",
        place="Example 1",
        covers=("Example 1",),
        check=lambda r: _most(r, dict.fromkeys(TYPES, 1)) < 4,
    ),
    _on(
        id="example1.order",
        statement="every feasible mechanism has Q(lb) >= Q(hb) >= Q(lg) >= Q(hg)",
        place="Example 1",
        covers=("Example 1",),
        paper=[0, 0, 0],
        ours=lambda r: [_most(r, {s: 1, t: -1}) for t, s in (("lb", "hb"), ("hb", "lg"), ("lg", "hg"))],
    ),
    _on(
        id="equation17.regrouped",
        statement="the weighted sum of utilities, regrouped into 8 Q(lb) and incentive constraints",
        place="before equation (17)",
        covers=("equation (17)",),
        check=lambda r: all(_weighted_sum(r, q, y) == _regrouped(q, y) for q, y in samples()),
    ),
    _on(
        id="equation17",
        statement="the weighted sum of utilities is at most 8 under every feasible mechanism",
        place="equation (17)",
        covers=("equation (17)", "Example 1"),
        paper=8,
        ours=lambda r: gt.solve(_weighted(r), exact=True).require().results["value"],
    ),
    _on(
        id="table3",
        statement="an efficient mechanism: quantities, payments, and prices per unit",
        place="Table 3",
        covers=("Table 3", "Example 1"),
        check=lambda r: (
            _certified(r, TABLE_3)
            and _weighted_sum(r, TABLE_3["Q"], TABLE_3["Y"]) == 8
            and all(TABLE_3["Y"][t] == TABLE_3["P"][t] * TABLE_3["Q"][t] for t in TYPES)
        ),
        paper=list(TABLE_3["P"].values()),
        ours=lambda r: [TABLE_3["Y"][t] / TABLE_3["Q"][t] for t in TYPES],
    ),
    _on(
        id="table3.midpoint",
        statement="its prices are halfway between the trader's value and the dealer's normalised cost",
        place="Table 3",
        covers=("Table 3",),
        paper=list(TABLE_3["P"].values()),
        ours=lambda r: [(values(r.model)[t] + costs(r.model)[t]) / 2 for t in TYPES],
    ),
    _on(
        id="table3.utilities",
        statement="utilities of the dealer's types and of the trader under Table 3",
        place="Example 1",
        covers=("Example 1",),
        paper={
            "lb": 10,
            "hb": Fraction(10, 3),
            "lg": Fraction(5, 3),
            "hg": Fraction(5, 9),
            "trader": Fraction(97, 18),
        },
        ours=lambda r: _utilities(r, TABLE_3),
    ),
    _on(
        id="equation18",
        statement="the incentive constraints that bind under Table 3: lb reports hb, hb reports lg, lg reports hg",
        place="equation (18)",
        covers=("equation (18)",),
        paper=["hb|lb", "lg|hb", "hg|lg"],
        ours=lambda r: _binding(r, TABLE_3),
    ),
    _on(
        id="equation19",
        statement="the same weights and multipliers serve as those of a neutral mechanism",
        place="equation (19)",
        covers=("equation (19)",),
        check=lambda r: min(*LAMBDA.values(), LAMBDA_2) > 0 and min(ALPHA.values()) >= 0 and _certified(r, TABLE_4),
    ),
    _on(
        id="example2.omega",
        statement="virtually equitable utilities 10, 5, 10/3, 5/3 and 4, and no others",
        place="equations (20) and (21)",
        covers=("equation (20)", "equation (21)", "Example 2"),
        check=_warrants,
    ),
    _on(
        id="table4",
        statement="the neutral mechanism: quantities, payments, and prices per unit; it is efficient",
        place="Table 4",
        covers=("Table 4", "Example 2"),
        check=lambda r: (
            _certified(r, TABLE_4)
            and _weighted_sum(r, TABLE_4["Q"], TABLE_4["Y"]) == 8
            and all(TABLE_4["Y"][t] == TABLE_4["P"][t] * TABLE_4["Q"][t] for t in TYPES)
        ),
        paper=list(TABLE_4["P"].values()),
        ours=lambda r: [TABLE_4["Y"][t] / TABLE_4["Q"][t] for t in TYPES],
    ),
    _on(
        id="table4.utilities",
        statement="utilities of the dealer's types and of the trader under Table 4",
        place="Example 2",
        covers=("Example 2",),
        paper={"lb": 10, "hb": 5, "lg": Fraction(10, 3), "hg": Fraction(5, 3), "trader": 4},
        ours=lambda r: _utilities(r, TABLE_4),
    ),
    _on(
        id="table4.binding",
        statement="two more incentive constraints bind under Table 4: hb reports hg, hg reports lg",
        place="Example 2",
        covers=("Example 2",),
        paper=["hb|lb", "lg|hb", "hg|hb", "hg|lg", "lg|hg"],
        ours=lambda r: _binding(r, TABLE_4),
    ),
    _on(
        id="equation22",
        statement="Table 4 gives everybody what virtual equity asks, for every epsilon",
        place="equation (22)",
        covers=("equation (22)",),
        check=lambda r: all(u >= {**OMEGA, TRADER: OMEGA_2}[name] for name, u in _utilities(r, TABLE_4).items()),
    ),
    _on(
        id="result2.example",
        statement="with these weights the conditions hold for Table 4 and fail for Table 3",
        place="Result 2",
        covers=("Result 2",),
        check=lambda r: (
            _warrants(r)
            and all(u >= {**OMEGA, TRADER: OMEGA_2}[name] for name, u in _utilities(r, TABLE_4).items())
            and any(u < {**OMEGA, TRADER: OMEGA_2}[name] for name, u in _utilities(r, TABLE_3).items())
        ),
    ),
    _on(
        id="section3.4.virtual_values",
        statement="virtual values of the asset to the dealer: 10, 30, 50, 50",
        place="Section 3.4",
        paper=[10, 30, 50, 50],
        ours=lambda r: [-x for x in _paper_duality(r, TABLE_4).virtual_utility(DEALER)[:, 0, 0].tolist()],
    ),
    _on(
        id="section3.4.interim",
        statement="the trader prefers Table 3, types hb, lg and hg prefer Table 4, and lb is indifferent",
        place="Section 3.4",
        paper={"lb": 0, "hb": -1, "lg": -1, "hg": -1, "trader": 1},
        ours=lambda r: {
            name: (u > _utilities(r, TABLE_4)[name]) - (u < _utilities(r, TABLE_4)[name])
            for name, u in _utilities(r, TABLE_3).items()
        },
    ),
    _on(
        id="section3.4.trade_probability",
        statement="trade is less likely under Table 4 than under Table 3",
        place="Section 3.4",
        check=lambda r: _sold(r, TABLE_4) < _sold(r, TABLE_3),
    ),
)
