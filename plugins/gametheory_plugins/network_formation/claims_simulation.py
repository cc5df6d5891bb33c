"""What drawn markets say about the paper's averages."""

from __future__ import annotations

from math import erfc, sqrt
from typing import Any

from gametheory import Claim, Reported

#: No numbered statement of the paper is about finite markets.
STATEMENTS = ()

DRAWN: dict[str, Any] = {"log2_traders": 14, "rounds": 5}
#: Chance of a false alarm over all comparisons of one claim.
ALARM = 1e-3


def critical(comparisons: int) -> float:
    """Return the number of standard errors that one of so many comparisons may be off, by bisection."""
    low, high = 0.0, 20.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if erfc(middle / sqrt(2)) > ALARM / comparisons else (low, middle)
    return high


def close(r: Reported, name: str, worth_of_meeting: float, theory: list[float] | None = None) -> bool:
    """Compare averages by tier with theory, allowing for chance and for meetings that idle traders missed.

    A missed meeting changes what a trader has by at most `worth_of_meeting`.
    """
    table = r[name]
    limit = critical(len(table["mean"]))
    return all(
        abs(mean - expected) <= limit * error + worth_of_meeting * missed + 1e-12
        for mean, error, expected, missed in zip(
            table["mean"], table["standard_error"], theory or table["theory"], r["idle_bias"], strict=True
        )
    )


CLAIMS = (
    Claim(
        "drawn.volume",
        "drawn volumes by tier agree with a[1 + 2(1 - p)(t - 1)]",
        lambda r: all(close(r.solve(exposure=q), "volume", 2.0) for q in (0, 0.6, 0.9)),
        place="Section 5.2",
        settings=DRAWN,
    ),
    Claim(
        "drawn.volume_printed",
        "drawn volumes by tier agree with the printed a(t - 1)",
        lambda r: close(r, "volume", 2.0, [1, 1, 2, 3, 4, 5]),
        place="Section 5.2",
        settings=DRAWN,
        recorded="differs",
        reason="misprint: tier t trades a t on average",
    ),
    Claim(
        "drawn.revenue",
        "drawn fees from dealing agree with those of rounds 1 to t - 1",
        lambda r: close(r, "revenue", float(max(r["payoff"]["theory"]))),
        place="Section 5.3",
        settings=DRAWN,
    ),
    Claim(
        "drawn.payoff",
        "drawn payoffs agree with W_0",
        lambda r: all(close(r.solve(exposure=q), "payoff", 1.0) for q in (0, 0.6)),
        place="equation (17)",
        settings=DRAWN,
    ),
    Claim(
        "drawn.spread_per_trade",
        "dealers who charge T_t/((1 - p) a) per round trip of units after round one, and 2 T_1/a in it, earn T_t",
        lambda r: all(close(r.solve(exposure=q), "revenue", 0.2) for q in (0, 0.6, 0.9)),
        place="equation (22)",
        settings={**DRAWN, "fees": "per_trade"},
    ),
    Claim(
        "drawn.spread_printed",
        "dealers who charge 2 T_t/a when units change hands earn T_t, also for p > 1/2",
        lambda r: close(r, "revenue", 0.2),
        place="equation (22)",
        settings={**DRAWN, "fees": "printed", "exposure": 0.9},
        recorded="differs",
        reason="after round one 2a change hands with probability 1 - p, which pays them 2 (1 - p) T_t only",
    ),
    Claim(
        "drawn.components",
        "meetings and trades connect at most 2^N traders",
        lambda r: r["largest_component"]["trades"] <= r["largest_component"]["meetings"] <= 2**r.model.rounds,
        place="Proposition 8",
        settings=DRAWN,
    ),
    Claim(
        "drawn.tiers",
        "traders of one tier never meet, and less volatile traders meet more others",
        lambda r: r["within_tier_meetings"] == 0 and r["rank_correlation"] < -0.9,
        place="Section 5.4",
        settings=DRAWN,
    ),
    Claim(
        "drawn.net_volume",
        "every trader's net volume is a",
        lambda r: all(abs(net - 1) <= missed for net, missed in zip(r["net_volume"], r["idle_bias"], strict=True)),
        place="Figure 3",
        settings=DRAWN,
    ),
)
