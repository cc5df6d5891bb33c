"""The paper's statements from Section 3.3 on, executable: neutral mechanisms, bargaining power, welfare."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gametheory import Claim, Reported
from gametheory_plugins.neutral_bargaining.bargaining import DEALER, TRADER
from gametheory_plugins.neutral_bargaining.checks import (
    binding,
    certified,
    on,
    paper_duality,
    sold,
    utilities,
    warranted,
    warrants,
    weighted_sum,
)
from gametheory_plugins.neutral_bargaining.paper import (
    ALPHA,
    LAMBDA,
    LAMBDA_2,
    OMEGA,
    OMEGA_2,
    PAIRS,
    TABLE_3,
    TABLE_4,
    TYPES,
    costs,
    prior,
    values,
)

#: An instance with several neutral mechanisms: the trader's values do not rise with the dealer's costs.
SEVERAL = {
    "c_b": 36,
    "c_g": 48,
    "delta": 22,
    "v_b": 45,
    "v_g": 84,
    "p_lb": "6/23",
    "p_hb": "6/23",
    "p_lg": "10/23",
    "p_hg": "1/23",
}
#: An instance in which the most trade and the most gains from trade are different mechanisms.
DISAGREE = {
    "c_b": 1,
    "c_g": 17,
    "delta": 6,
    "v_b": 3,
    "v_g": 19,
    "p_lb": "12/52",
    "p_hb": "15/52",
    "p_lg": "9/52",
    "p_hg": "16/52",
}


def _neutral(r: Reported, **parameters: Any) -> Reported:
    return r.solve(select="neutral", **parameters)


def _offers(r: Reported, **parameters: Any) -> dict[str, Any]:
    """Return the trade probability and the gains of the mechanism with the most of each, and of the neutral one."""
    most = {s: r.solve(select=s, **parameters) for s in ("max_trade_probability", "max_gains", "neutral")}
    return {s: [found["trade_probability"], found["expected_gains"]] for s, found in most.items()}


def _path(r: Reported) -> bool:
    """Check (19) to (22) by hand for small epsilon, with weights on the way from the limit to those of Example 1."""
    c, v, p = costs(r.model), values(r.model), prior(r.model)
    found = _neutral(r)
    lam, alpha = found["lambda1"], found["alpha"]
    for share in (Fraction(1, 10), Fraction(1, 1000)):
        weight = {t: (1 - share) * lam[t] + share * LAMBDA[t] for t in TYPES}
        multiplier = {(t, s): (1 - share) * alpha[f"{s}|{t}"] + share * ALPHA[t, s] for t, s in PAIRS}
        warrant, surplus = warranted(weight, multiplier, c, v, p)
        if min(weight.values()) <= 0 or min(multiplier.values()) < 0:
            return False
        if any(found["U1"][t] < warrant[t] for t in TYPES) or found["U2"] < surplus / 2:
            return False
    return True


def _safe_and_better(r: Reported) -> bool:
    """Say whether the full-power mechanism loses the trader nothing at any type and is better for every type."""
    powerful, equal = _neutral(r, power=1), _neutral(r)
    v = values(r.model)
    safe = all(v[t] * powerful["Q"][t] >= powerful["Y"][t] for t in TYPES)
    return safe and all(powerful["U1"][t] > equal["U1"][t] for t in TYPES)


NEUTRAL = (
    on(
        id="equation19",
        statement="the same weights and multipliers serve as those of a neutral mechanism",
        place="equation (19)",
        covers=("equation (19)",),
        check=lambda r: min(*LAMBDA.values(), LAMBDA_2) > 0 and min(ALPHA.values()) >= 0 and certified(r, TABLE_4),
    ),
    on(
        id="example2.omega",
        statement="virtually equitable utilities 10, 5, 10/3, 5/3 and 4, and no others",
        place="equations (20) and (21)",
        covers=("equation (20)", "equation (21)", "Example 2"),
        check=warrants,
    ),
    on(
        id="table4",
        statement="the neutral mechanism: quantities, payments, and prices per unit; it is efficient",
        place="Table 4",
        covers=("Table 4", "Example 2"),
        check=lambda r: (
            certified(r, TABLE_4)
            and weighted_sum(r, TABLE_4["Q"], TABLE_4["Y"]) == 8
            and all(TABLE_4["Y"][t] == TABLE_4["P"][t] * TABLE_4["Q"][t] for t in TYPES)
        ),
        paper=list(TABLE_4["P"].values()),
        ours=lambda r: [TABLE_4["Y"][t] / TABLE_4["Q"][t] for t in TYPES],
    ),
    on(
        id="table4.utilities",
        statement="utilities of the dealer's types and of the trader under Table 4",
        place="Example 2",
        covers=("Example 2",),
        paper={"lb": 10, "hb": 5, "lg": Fraction(10, 3), "hg": Fraction(5, 3), "trader": 4},
        ours=lambda r: utilities(r, TABLE_4),
    ),
    on(
        id="table4.binding",
        statement="two more incentive constraints bind under Table 4: hb reports hg, hg reports lg",
        place="Example 2",
        covers=("Example 2",),
        paper=["hb|lb", "lg|hb", "hg|hb", "hg|lg", "lg|hg"],
        ours=lambda r: binding(r, TABLE_4),
    ),
    on(
        id="equation22",
        statement="Table 4 gives everybody what virtual equity asks, for every epsilon",
        place="equation (22)",
        covers=("equation (22)",),
        check=lambda r: all(u >= {**OMEGA, TRADER: OMEGA_2}[name] for name, u in utilities(r, TABLE_4).items()),
    ),
    on(
        id="result2.example",
        statement="with these weights the conditions hold for Table 4 and fail for Table 3",
        place="Result 2",
        covers=("Result 2",),
        check=lambda r: (
            warrants(r)
            and all(u >= {**OMEGA, TRADER: OMEGA_2}[name] for name, u in utilities(r, TABLE_4).items())
            and any(u < {**OMEGA, TRADER: OMEGA_2}[name] for name, u in utilities(r, TABLE_3).items())
        ),
    ),
    on(
        id="table4.solved",
        statement="the neutral mechanism found from the parameters is that of Table 4",
        place="Table 4",
        covers=("Table 4", "Example 2", "Definition 2"),
        paper={**TABLE_4, "U1": {"lb": 10, "hb": 5, "lg": Fraction(10, 3), "hg": Fraction(5, 3)}, "U2": 4},
        ours=lambda r: {name: _neutral(r)[name] for name in ("Q", "Y", "P", "U1", "U2")},
    ),
    on(
        id="result2.path",
        statement="conditions (19) to (22) hold with positive weights, for every epsilon",
        place="Result 2",
        covers=("Result 2",),
        check=_path,
    ),
    on(
        id="example2.unique",
        statement="the neutral mechanism of the example is unique",
        place="Example 2",
        covers=("Example 2",),
        paper=True,
        ours=lambda r: _neutral(r)["payoffs_unique"],
    ),
    Claim(
        "section3.3.unique",
        "neutrality selects a unique mechanism and a unique price in this class of problems",
        place="Sections 1 and 3.3",
        covers=("Definition 2",),
        settings=SEVERAL,
        paper={"payoffs_unique": True, "second": None},
        ours=lambda r: {
            "payoffs_unique": _neutral(r)["payoffs_unique"],
            "second": (_neutral(r)["alternative"] or {}).get("U1"),
        },
        recorded="differs",
        reason="false in the class: with these costs and values two certified mechanisms give different payoffs",
    ),
    on(
        id="definition1",
        statement="every efficient mechanism has a vector of efficient prices per unit",
        place="Definition 1",
        covers=("Definition 1",),
        check=lambda r: (
            not (
                r.solve(select="trader_ex_ante")["interim_incentive_efficient"]
                and None in r.solve(select="trader_ex_ante")["P"].values()
            )
        ),
        paper="a price for every type",
        ours=lambda r: r.solve(select="trader_ex_ante")["P"],
        recorded="differs",
        reason="Y/Q is undefined where a type does not trade, as in the trader's best mechanism, which is efficient",
    ),
    on(
        id="section3.4.virtual_values",
        statement="virtual values of the asset to the dealer: 10, 30, 50, 50",
        place="Section 3.4",
        covers=("Section 3.4",),
        paper=[10, 30, 50, 50],
        ours=lambda r: [-x for x in paper_duality(r, TABLE_4).virtual_utility(DEALER)[:, 0, 0].tolist()],
    ),
    on(
        id="section3.4.interim",
        statement="the trader prefers Table 3, types hb, lg and hg prefer Table 4, and lb is indifferent",
        place="Section 3.4",
        covers=("Section 3.4",),
        paper={"lb": 0, "hb": -1, "lg": -1, "hg": -1, "trader": 1},
        ours=lambda r: {
            name: (u > utilities(r, TABLE_4)[name]) - (u < utilities(r, TABLE_4)[name])
            for name, u in utilities(r, TABLE_3).items()
        },
    ),
    on(
        id="section3.4.sold_at_virtual_value",
        statement="Table 4 sells at half way to the value for lb, and at the dealer's virtual value for hb, lg and hg",
        place="Section 3.4",
        covers=("Section 3.4",),
        paper={"lb": 20, "hb": 30, "lg": 50, "hg": 50},
        ours=lambda r: {
            **{t: _neutral(r)["virtual_cost"][t] for t in ("hb", "lg", "hg")},
            "lb": (values(r.model)["lb"] + costs(r.model)["lb"]) / 2,
        },
    ),
    on(
        id="section3.4.below_virtual_value",
        statement="Table 3 sells for less than the virtual value for hb, lg and hg",
        place="Section 3.4",
        covers=("Section 3.4",),
        check=lambda r: all(TABLE_3["P"][t] < _neutral(r)["virtual_cost"][t] for t in ("hb", "lg", "hg")),
    ),
    on(
        id="section3.4.trader_gains",
        statement="the trader gains from every type under Table 3, and only from lb under Table 4",
        place="Section 3.4",
        covers=("Section 3.4",),
        check=lambda r: (
            all(values(r.model)[t] > TABLE_3["P"][t] for t in TYPES)
            and [t for t in TYPES if values(r.model)[t] > TABLE_4["P"][t]] == ["lb"]
        ),
    ),
    on(
        id="section3.4.trade_probability",
        statement="trade is less likely under Table 4 than under Table 3",
        place="Section 3.4",
        covers=("Section 3.4",),
        check=lambda r: sold(r, TABLE_4) < sold(r, TABLE_3),
    ),
    on(
        id="section3.4.all_other_prices",
        statement="trade is less likely at the neutral price than at all other efficient prices",
        place="Section 3.4",
        covers=("Section 3.4",),
        check=lambda r: (
            r.solve(select="trader_ex_ante")["interim_incentive_efficient"]
            and _neutral(r)["trade_probability"] < r.solve(select="trader_ex_ante")["trade_probability"]
        ),
        ours=lambda r: [_neutral(r)["trade_probability"], r.solve(select="trader_ex_ante")["trade_probability"]],
        paper="neutral below all others",
        recorded="differs",
        reason="overstated: the trader's best mechanism is efficient and trades with probability 2/5, less than 3/5",
    ),
    on(
        id="section3.4.not_the_most_trade",
        statement="the neutral mechanism does not maximise the probability of trade",
        place="Section 3.4",
        covers=("Section 3.4",),
        check=lambda r: _offers(r)["neutral"][0] < _offers(r)["max_trade_probability"][0],
        paper="less than the most",
        ours=lambda r: [_offers(r)["neutral"][0], _offers(r)["max_trade_probability"][0]],
    ),
    on(
        id="section4.dealer_power",
        statement="the neutral price is the same when the dealer has all of the bargaining power",
        place="Section 4",
        covers=("Section 4",),
        paper=TABLE_4["P"],
        ours=lambda r: _neutral(r, power=1)["P"],
        recorded="differs",
        reason="with full power lb sells at 30, not 20, and the others twice as often; only their unit prices coincide",
    ),
    on(
        id="section4.sequential_equilibrium",
        statement="a sequential equilibrium of the game in which the dealer proposes supports the neutral price",
        place="Section 4",
        covers=("Section 4",),
        check=lambda r: not _safe_and_better(r),
        paper="the prices of Table 4",
        ours=lambda r: _neutral(r, power=1)["U1"],
        recorded="differs",
        reason="the full-power mechanism is safe (the trader accepts it whatever he believes) and strictly better for "
        "every type, so that every type would deviate to it",
    ),
    on(
        id="section4.trader_power",
        statement="conjecture: the neutral price is the same when the trader has all of the bargaining power",
        place="Section 4",
        covers=("Section 4",),
        paper=TABLE_4["P"],
        ours=lambda r: _neutral(r, power=0)["P"],
        recorded="differs",
        reason="without power the dealer gets what the trader likes best: only lb sells, at her cost of 10",
    ),
    on(
        id="section5.pareto",
        statement="neutral mechanisms are interim Pareto optimal among feasible mechanisms",
        place="Section 5",
        covers=("Section 5",),
        check=lambda r: _neutral(r)["interim_incentive_efficient"] and certified(r, TABLE_4),
    ),
    on(
        id="section5.offers.example",
        statement="conjecture, in the example: the offers with the most trade and with the most gains coincide",
        place="Section 5",
        covers=("Section 5",),
        check=lambda r: _offers(r)["max_trade_probability"] == _offers(r)["max_gains"],
        paper="equal",
        ours=_offers,
    ),
    Claim(
        "section5.offers",
        "conjecture: the offers with the most trade and with the most gains coincide",
        place="Section 5",
        covers=("Section 5",),
        settings=DISAGREE,
        check=lambda r: _offers(r)["max_trade_probability"] == _offers(r)["max_gains"],
        paper="equal",
        ours=_offers,
        recorded="differs",
        reason="false in the class: here the most trade forgoes gains, and the most gains forgo trade",
    ),
    on(
        id="section5.comparison",
        statement="neutral prices give up some trade and some gains",
        place="Section 5",
        covers=("Section 5",),
        check=lambda r: all(n < m for n, m in zip(_offers(r)["neutral"], _offers(r)["max_gains"], strict=True)),
        paper="less of both",
        ours=lambda r: [_offers(r)["neutral"], _offers(r)["max_gains"]],
    ),
    Claim(
        "section6.extensions",
        "dynamic encounters, information disclosure, trading platforms and resale",
        place="Section 6",
        covers=("Section 6",),
        recorded="not_testable",
        reason="a list of tasks: the paper states no model and no result for them",
    ),
)
