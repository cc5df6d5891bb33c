"""The paper's statements up to Section 3.2, executable: feasible and efficient mechanisms."""

from __future__ import annotations

from fractions import Fraction

import gametheory as gt
from gametheory import Claim, Mechanism
from gametheory_plugins.neutral_bargaining.bargaining import DEALER, TRADER
from gametheory_plugins.neutral_bargaining.checks import (
    binding,
    certified,
    gains_left,
    incentive_rows,
    most,
    on,
    paper_duality,
    participation_rows,
    problem,
    regrouped,
    result_1,
    trader_row,
    utilities,
    weighted,
    weighted_sum,
)
from gametheory_plugins.neutral_bargaining.paper import (
    ALPHA,
    LAMBDA,
    LAMBDA_2,
    PAIRS,
    TABLE_2,
    TABLE_3,
    TABLE_4,
    TYPES,
    costs,
    dealer_utility,
    lagrangean,
    mechanism,
    pretending,
    prior,
    samples,
    trader_utility,
    values,
    virtual_utilities,
)

EFFICIENCY = (
    Claim(
        "table1",
        "normalised utilities: the dealer of each type has y - c q, the trader v q - y",
        place="Table 1",
        covers=("Table 1",),
        settings=TABLE_2,
        paper={"dealer": [-10, -20, -30, -40], "trader": [30, 30, 50, 50], "money": [[1], [-1]]},
        ours=lambda r: {
            "dealer": problem(r).utility[0].ravel().tolist(),
            "trader": problem(r).utility[1].ravel().tolist(),
            "money": problem(r).transfer_utility.tolist(),
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
    on(
        id="equation1",
        statement="utility of each dealer type under a mechanism",
        place="equation (1)",
        covers=("equation (1)",),
        check=lambda r: all(
            Mechanism(list(q.values()), list(y.values())).utilities(problem(r))[DEALER] == dealer_utility(r.model, q, y)
            for q, y in samples()
        ),
    ),
    on(
        id="equation2",
        statement="utility of the trader under a mechanism",
        place="equation (2)",
        covers=("equation (2)",),
        check=lambda r: all(
            Mechanism(list(q.values()), list(y.values())).utilities(problem(r))[TRADER][TRADER]
            == trader_utility(r.model, q, y)
            for q, y in samples()
        ),
    ),
    *(
        on(
            id=f"equation{n}",
            statement=f"informational incentive constraints of type {t}",
            place=f"equation ({n})",
            covers=(f"equation ({n})",),
            check=lambda r, t=t: incentive_rows(r, t),
        )
        for n, t in ((3, "lb"), (4, "lg"), (5, "hb"), (6, "hg"))
    ),
    on(
        id="equation7",
        statement="each dealer type prefers the mechanism to no trade",
        place="equation (7)",
        covers=("equation (7)",),
        check=participation_rows,
    ),
    on(
        id="equation8",
        statement="the trader prefers the mechanism to no trade",
        place="equation (8)",
        covers=("equation (8)",),
        check=trader_row,
    ),
    on(
        id="equation9",
        statement="an efficient mechanism is dominated by no feasible one; Table 3 is efficient, never trading is not",
        place="equation (9)",
        covers=("equation (9)",),
        check=lambda r: gains_left(r, mechanism(TABLE_3)) == 0 < gains_left(r, Mechanism([0] * 4, [0] * 4)),
    ),
    on(
        id="equation10",
        statement="efficient mechanisms maximise weighted sums of utilities: Table 3 with the weights of Example 1",
        place="equation (10)",
        covers=("equation (10)",),
        check=lambda r: (
            gt.solve(weighted(r), exact=True).require().results["value"] == weighted_sum(r, TABLE_3["Q"], TABLE_3["Y"])
        ),
    ),
    on(
        id="equation11",
        statement="the Lagrangean of (10) equals the weighted sum at Table 3, and is not below it at Table 4",
        place="equation (11)",
        covers=("equation (11)",),
        check=lambda r: (
            lagrangean(r.model, TABLE_3["Q"], TABLE_3["Y"]) == weighted_sum(r, TABLE_3["Q"], TABLE_3["Y"])
            and lagrangean(r.model, TABLE_4["Q"], TABLE_4["Y"]) >= weighted_sum(r, TABLE_4["Q"], TABLE_4["Y"])
        ),
    ),
    on(
        id="equation12",
        statement="virtual utilities of both agents per unit of the asset and of money",
        place="equation (12)",
        covers=("equation (12)",),
        check=lambda r: all(
            paper_duality(r, TABLE_3).virtual_utility(side)[i, 0].tolist()
            == [virtual_utilities(r.model, t, 1, 0)[who], virtual_utilities(r.model, t, 0, 1)[who]]
            for i, t in enumerate(TYPES)
            for who, side in enumerate((DEALER, TRADER))
        ),
    ),
    on(
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
    on(
        id="equation14",
        statement="the weights of Example 1 are positive and its multipliers not negative",
        place="equation (14)",
        covers=("equation (14)",),
        check=lambda r: min(*LAMBDA.values(), LAMBDA_2) > 0 and min(ALPHA.values()) >= 0,
    ),
    on(
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
    on(
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
    on(
        id="result1",
        statement="a feasible mechanism is efficient if and only if weights and multipliers satisfy (14) to (16)",
        place="Result 1",
        covers=("Result 1",),
        check=lambda r: certified(r, TABLE_3) and certified(r, TABLE_4) and result_1(r),
    ),
    on(
        id="example1.no_ex_post_efficiency",
        statement="no feasible mechanism always trades",
        place="Example 1",
        covers=("Example 1",),
        check=lambda r: most(r, dict.fromkeys(TYPES, 1)) < 4,
    ),
    on(
        id="example1.order",
        statement="every feasible mechanism has Q(lb) >= Q(hb) >= Q(lg) >= Q(hg)",
        place="Example 1",
        covers=("Example 1",),
        paper=[0, 0, 0],
        ours=lambda r: [most(r, {s: 1, t: -1}) for t, s in (("lb", "hb"), ("hb", "lg"), ("lg", "hg"))],
    ),
    Claim(
        "example1.order.large_delta",
        "the same order where liquidity matters more to the dealer than quality",
        place="Example 1",
        settings={**TABLE_2, "delta": 30},
        paper=[0, 0, 0],
        ours=lambda r: [most(r, {s: 1, t: -1}) for t, s in (("lb", "hb"), ("hb", "lg"), ("lg", "hg"))],
        recorded="differs",
        reason="quantities fall with normalised costs, which have the order quoted only if delta < c_g - c_b",
    ),
    on(
        id="equation17.regrouped",
        statement="the weighted sum of utilities, regrouped into 8 Q(lb) and incentive constraints",
        place="before equation (17)",
        covers=("equation (17)",),
        check=lambda r: all(weighted_sum(r, q, y) == regrouped(q, y) for q, y in samples()),
    ),
    on(
        id="equation17",
        statement="the weighted sum of utilities is at most 8 under every feasible mechanism",
        place="equation (17)",
        covers=("equation (17)", "Example 1"),
        paper=8,
        ours=lambda r: gt.solve(weighted(r), exact=True).require().results["value"],
    ),
    on(
        id="table3",
        statement="an efficient mechanism: quantities, payments, and prices per unit",
        place="Table 3",
        covers=("Table 3", "Example 1"),
        check=lambda r: (
            certified(r, TABLE_3)
            and weighted_sum(r, TABLE_3["Q"], TABLE_3["Y"]) == 8
            and all(TABLE_3["Y"][t] == TABLE_3["P"][t] * TABLE_3["Q"][t] for t in TYPES)
        ),
        paper=list(TABLE_3["P"].values()),
        ours=lambda r: [TABLE_3["Y"][t] / TABLE_3["Q"][t] for t in TYPES],
    ),
    on(
        id="table3.midpoint",
        statement="its prices are halfway between the trader's value and the dealer's normalised cost",
        place="Table 3",
        covers=("Table 3",),
        paper=list(TABLE_3["P"].values()),
        ours=lambda r: [(values(r.model)[t] + costs(r.model)[t]) / 2 for t in TYPES],
    ),
    on(
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
        ours=lambda r: utilities(r, TABLE_3),
    ),
    on(
        id="equation18",
        statement="the incentive constraints that bind under Table 3: lb reports hb, hb reports lg, lg reports hg",
        place="equation (18)",
        covers=("equation (18)",),
        paper=["hb|lb", "lg|hb", "hg|lg"],
        ours=lambda r: binding(r, TABLE_3),
    ),
)
