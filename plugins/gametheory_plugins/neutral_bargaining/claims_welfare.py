"""The paper's statements from Section 3.4 on, executable: prices, bargaining power, trade and gains."""

from __future__ import annotations

from typing import Any

from gametheory import Claim, Reported
from gametheory_plugins.neutral_bargaining.bargaining import DEALER
from gametheory_plugins.neutral_bargaining.checks import (
    certified,
    neutral,
    on,
    paper_duality,
    sold,
    utilities,
)
from gametheory_plugins.neutral_bargaining.paper import (
    TABLE_3,
    TABLE_4,
    TYPES,
    costs,
    values,
)

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


def _offers(r: Reported, **parameters: Any) -> dict[str, Any]:
    """Return the trade probability and the gains of the mechanism with the most of each, and of the neutral one."""
    most = {s: r.solve(select=s, **parameters) for s in ("max_trade_probability", "max_gains", "neutral")}
    return {s: [found["trade_probability"], found["expected_gains"]] for s, found in most.items()}


def _safe_and_better(r: Reported) -> bool:
    """Say whether the full-power mechanism loses the trader nothing at any type and is better for every type."""
    powerful, equal = neutral(r, power=1), neutral(r)
    v = values(r.model)
    safe = all(v[t] * powerful["Q"][t] >= powerful["Y"][t] for t in TYPES)
    return safe and all(powerful["U1"][t] > equal["U1"][t] for t in TYPES)


WELFARE = (
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
            **{t: neutral(r)["virtual_cost"][t] for t in ("hb", "lg", "hg")},
            "lb": (values(r.model)["lb"] + costs(r.model)["lb"]) / 2,
        },
    ),
    on(
        id="section3.4.below_virtual_value",
        statement="Table 3 sells for less than the virtual value for hb, lg and hg",
        place="Section 3.4",
        covers=("Section 3.4",),
        check=lambda r: all(TABLE_3["P"][t] < neutral(r)["virtual_cost"][t] for t in ("hb", "lg", "hg")),
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
            and neutral(r)["trade_probability"] < r.solve(select="trader_ex_ante")["trade_probability"]
        ),
        ours=lambda r: [neutral(r)["trade_probability"], r.solve(select="trader_ex_ante")["trade_probability"]],
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
        ours=lambda r: neutral(r, power=1)["P"],
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
        ours=lambda r: neutral(r, power=1)["U1"],
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
        ours=lambda r: neutral(r, power=0)["P"],
        recorded="differs",
        reason="without power the dealer gets what the trader likes best: only lb sells, at her cost of 10",
    ),
    on(
        id="section5.pareto",
        statement="neutral mechanisms are interim Pareto optimal among feasible mechanisms",
        place="Section 5",
        covers=("Section 5",),
        check=lambda r: neutral(r)["interim_incentive_efficient"] and certified(r, TABLE_4),
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
