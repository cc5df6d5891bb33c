"""What several claims compute."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import gametheory as gt
from gametheory import Claim, Duality, Mechanism, MechanismProblem, OptimalMechanism, Reported
from gametheory_plugins.neutral_bargaining.bargaining import DEALER, TRADER
from gametheory_plugins.neutral_bargaining.paper import (
    LAMBDA,
    LAMBDA_2,
    OMEGA,
    OMEGA_2,
    PAIRS,
    TABLE_2,
    TYPES,
    costs,
    dealer_utility,
    matrix,
    mechanism,
    multipliers,
    pretending,
    prior,
    trader_utility,
    values,
    virtual_utilities,
)


def problem(r: Reported, **changes: Any) -> MechanismProblem:
    """Return the mechanism problem of the example, with parts of it replaced."""
    return r.model.bargaining().problem(**changes)


def neutral(r: Reported, **parameters: Any) -> Reported:
    """Return the results for the neutral mechanism."""
    return r.solve(select="neutral", **parameters)


def weighted(r: Reported) -> MechanismProblem:
    """Return problem (10) with the weights of Example 1."""
    return problem(r, weights={DEALER: LAMBDA, TRADER: LAMBDA_2})


def paper_duality(r: Reported, table: dict[str, Any]) -> Duality:
    """Return the virtual utilities of a table's mechanism under the multipliers of Example 1."""
    return Duality.of(weighted(r), OptimalMechanism(mechanism(table), multipliers()))


def row_is(r: Reported, name: str, quantity: dict[str, Any], payment: dict[str, Any]) -> bool:
    """Say whether a row of the program has these coefficients and must not be negative."""
    program = problem(r).program()
    place = program.row(name)
    expected = {f"decision:Q:{t}": q for t, q in quantity.items()} | {f"transfer:Y:{t}": y for t, y in payment.items()}
    held = program.matrix.to_dense()[place]
    found = {column: held[program.column(column)] for column in program.column_names}
    bounded = program.row_lower[place] == 0 and not program.finite_row_upper[place]
    return bool(bounded and found == {column: expected.get(column, 0) for column in found})


def incentive_rows(r: Reported, t: str) -> bool:
    """Say whether the program has (3) to (6) of one type."""
    c = costs(r.model)[t]
    others = [s for s in TYPES if s != t]
    return all(row_is(r, f"incentive:{DEALER}:{t}->{s}", {t: -c, s: c}, {t: 1, s: -1}) for s in others)


def participation_rows(r: Reported) -> bool:
    """Say whether the program has (7)."""
    return all(row_is(r, f"participation:{DEALER}:{t}", {t: -c}, {t: 1}) for t, c in costs(r.model).items())


def trader_row(r: Reported) -> bool:
    """Say whether the program has (8)."""
    p, v = prior(r.model), values(r.model)
    return row_is(r, f"participation:{TRADER}:{TRADER}", {t: p[t] * v[t] for t in TYPES}, {t: -p[t] for t in TYPES})


def most(r: Reported, per_type: dict[str, Any]) -> Any:
    """Return the most that a linear function of quantities reaches over all feasible mechanisms."""
    p = prior(r.model)
    posed = problem(r, weights={}, designer={"Q": lambda t: per_type.get(t[DEALER], 0) / p[t[DEALER]]})
    return gt.solve(posed, exact=True).require().results["value"]


def binding(r: Reported, table: dict[str, Any]) -> list[str]:
    """Return the incentive constraints that bind under a table's mechanism."""
    return [c for c in mechanism(table).binding(problem(r), DEALER) if not c.startswith("outside")]


def utilities(r: Reported, table: dict[str, Any]) -> dict[str, Any]:
    """Return everybody's utility under a table's mechanism."""
    found = mechanism(table).utilities(problem(r))
    return {**found[DEALER], **found[TRADER]}


def gains_left(r: Reported, given: Mechanism) -> Any:
    """Return by how much the gains from trade can grow while nobody is worse off than under a mechanism."""
    best = gt.solve(r.model.bargaining().domination(given), exact=True).require()
    now = given.utilities(problem(r))
    p = prior(r.model)
    return best.results["value"] - sum(p[t] * now[DEALER][t] for t in TYPES) - now[TRADER][TRADER]


def weighted_sum(r: Reported, q: dict[str, Any], y: dict[str, Any]) -> Any:
    """Return the left side of (17)."""
    u = dealer_utility(r.model, q, y)
    return sum(LAMBDA[t] * u[t] for t in TYPES) + trader_utility(r.model, q, y)


def regrouped(q: dict[str, Any], y: dict[str, Any]) -> Any:
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


def result_1(r: Reported) -> bool:
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


def certified(r: Reported, table: dict[str, Any]) -> bool:
    """Say whether the multipliers of Example 1 prove a table's mechanism optimal for its weights."""
    return gt.verify(weighted(r), OptimalMechanism(mechanism(table), multipliers()), exact=True).ok


def warrants(r: Reported) -> bool:
    """Check (20) and (21) for the paper's omega, and that no other omega satisfies them."""
    m, p = matrix(r.model), prior(r.model)
    surplus = {t: max(0, sum(virtual_utilities(r.model, t, 1, 0))) for t in TYPES}
    solved = (
        all(sum(m[t, s] * OMEGA[s] for s in TYPES) == p[t] * surplus[t] / 2 for t in TYPES)
        and sum(p[t] * surplus[t] for t in TYPES) / 2 == LAMBDA_2 * OMEGA_2
    )
    dominant = all(m[t, t] > sum(abs(m[t, s]) for s in TYPES if s != t) for t in TYPES)
    return bool(solved and dominant)


def sold(r: Reported, table: dict[str, Any]) -> Any:
    """Return the probability of trade under a table's mechanism."""
    return sum(p * table["Q"][t] for t, p in prior(r.model).items())


def on(**parts: Any) -> Claim:
    """Return a claim about the example, at the parameters of Table 2."""
    return Claim(settings=TABLE_2, **parts)


def warranted(
    weight: dict[str, Any],
    multiplier: dict[tuple[str, str], Any],
    c: dict[str, Any],
    v: dict[str, Any],
    p: dict[str, Any],
) -> tuple[dict[str, Any], Any]:
    """Solve (20) for the warrants of the dealer's types, with the trader's weight 1; return them and the surplus."""
    out = {t: weight[t] + sum(multiplier[t, s] for s in TYPES if s != t) for t in TYPES}
    into = {t: {s: multiplier[s, t] for s in TYPES if s != t} for t in TYPES}
    psi = {t: (out[t] * c[t] - sum(a * c[s] for s, a in into[t].items())) / p[t] for t in TYPES}
    surplus = {t: max(0, v[t] - psi[t]) for t in TYPES}
    rows = [[out[t] if s == t else -into[t][s] for s in TYPES] + [p[t] * surplus[t] / 2] for t in TYPES]
    for i in range(4):
        for k in range(4):
            if k != i:
                factor = rows[k][i] / rows[i][i]
                rows[k] = [b - factor * a for a, b in zip(rows[i], rows[k], strict=True)]
    solved = {t: rows[i][4] / rows[i][i] for i, t in enumerate(TYPES)}
    return solved, sum(p[t] * surplus[t] for t in TYPES)
