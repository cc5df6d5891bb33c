"""The statements of Section 5, and Figures 1 to 4: links, volumes, revenues and spreads."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from gametheory import Claim, Reported
from gametheory_plugins.network_formation.claims_settings import FIGURE_4, PATIENT, tiers


def shapes(r: Reported) -> list[str]:
    """Return the shapes of spreads before and after all types fall by 2/5."""
    lower = r.solve(distribution={"kind": "uniform", "low": 0, "high": 6})
    return [r["spread_shape"], lower["spread_shape"]] if lower["participation"] else []


def spread_bounds(r: Reported) -> bool:
    """Check that the last spread exceeds the one before just above beta_up, and not just below it."""
    t = tiers(r)
    y, p, (before, last) = t.market.dividend, t.market.opposite, t.cutoffs[-2:]
    turn = (y + before - 2 * (1 - p) * last) / (y + before - (1 - p) * last)
    step = Fraction(1, 10**7)
    up = r.solve(intraday_discount=turn + step)["transfers"]
    down = r.solve(intraday_discount=turn - step)["transfers"]
    return up[-2] < up[-1] and down[-2] > down[-1] and turn > r["participation_threshold"]


def mean(law: dict[str, Any]) -> Any:
    """Return the mean type of a uniform law."""
    return (law["low"] + law["high"]) / 2


CLAIMS = (
    Claim(
        "links",
        "the number of links is n with probability 2^-n for n < N, and N with probability 2^(1-N)",
        place="Section 5.1",
        paper=[Fraction(1, 2**n) for n in (*range(1, 10), 9)],
        ours=lambda r: r["links_distribution"],
        settings={"rounds": 10},
        reason="printed with 2^-l for 2^-n",
    ),
    Claim(
        "sparsity",
        "links per trader and round, sum of (i/N)/2^i plus 2^-N, fall in N",
        lambda r: (
            all(a["sparsity"] > b["sparsity"] for a, b in pairwise([r.solve(rounds=n) for n in (2, 3, 5, 8, 13)]))
            and r["sparsity"] == sum(Fraction(i, 3 * 2**i) for i in (1, 2, 3)) + Fraction(1, 8)
        ),
        place="Section 5.1",
        settings={"rounds": 3},
    ),
    Claim(
        "volume",
        "expected gross volume is a in tier 1, a(t - 1) in tier t > 1, and aN in the core",
        place="Section 5.2",
        paper=[1, 1, 2, 3, 4, 5],
        ours=lambda r: [tiers(r).volume(t) for t in range(1, 7)],
        settings={"rounds": 5, "intraday_discount": 1},
        recorded="differs",
        reason="misprint: it is a t at p = 1/2, once a in the first round and half of 2a in every later one",
    ),
    Claim(
        "revenue",
        "a dealer of tier t > 1 earns the fees of rounds 1 to t",
        place="Section 5.3",
        paper=[Fraction(0), Fraction(3, 256), Fraction(7, 256), Fraction(15, 256), Fraction(31, 256)],
        ours=lambda r: [tiers(r).revenue(t) for t in (1, 2, 3, 4, 5)],
        settings={"rounds": 5, "intraday_discount": 1},
        recorded="differs",
        reason="misprint: rounds 1 to t - 1, since in round t he is a customer and pays, as in equation (17)",
    ),
    Claim(
        "eq_20",
        "the fee is the value of immediacy plus the change of future fees",
        lambda r: all(
            t == (1 - r.model.intraday_discount) * (r.model.dividend + s) + r.model.intraday_discount * after - t
            for s, (t, after) in zip(r["cutoffs"], pairwise(r["transfers"]), strict=False)
        ),
        place="equation (20)",
        covers=("equation (20)",),
        settings=PATIENT,
    ),
    Claim(
        "eq_22_24",
        "bid and ask are y -+ T_t/a, the spread is 2 T_t/a",
        lambda r: (
            r["spread"]["per_meeting"] == [2 * t for t in r["transfers"]]
            and all(
                ask - bid == spread and ask + bid == 2 * r.model.dividend
                for bid, ask, spread in zip(*tiers(r).prices(), r["spread"]["per_meeting"], strict=True)
            )
        ),
        place="equations (22) to (24)",
        covers=("equation (22)", "equation (23)", "equation (24)"),
        settings=PATIENT,
    ),
    Claim(
        "eq_22.per_trade",
        "the spread is 2 T_t/a where the fee is paid only if units change hands",
        lambda r: r["spread"]["per_trade"] == r["spread"]["per_meeting"],
        place="equation (22)",
        settings=PATIENT,
        recorded="differs",
        reason="after round 1 a meeting leads to a trade of 2a with probability 1 - p, so that the spread is "
        "T_t/((1 - p) a); the two agree at p = 1/2 only",
    ),
    Claim(
        "end_of_day_slope",
        "the last spread is above the one before only if the discount is above beta_up, which exceeds the threshold",
        spread_bounds,
        place="Section 5.3",
        settings={"rounds": 4},
    ),
    # Figures.
    Claim(
        "figure_1",
        "one link each with one round; with seven rounds few traders have seven",
        lambda r: (
            r.solve(rounds=1)["links_distribution"] == [1]
            and r.solve(rounds=7)["links_distribution"][-1] == Fraction(1, 64)
        ),
        place="Figure 1",
        covers=("Figure 1",),
    ),
    Claim(
        "figure_2",
        "with N = 10 links fall geometrically in number, and revenue rises with links",
        lambda r: (
            all(a == 2 * b for a, b in pairwise(r["links_distribution"][:9]))
            and all(tiers(r).revenue(t) < tiers(r).revenue(t + 1) for t in range(1, 11))
        ),
        place="Figure 2",
        covers=("Figure 2",),
        settings={"rounds": 10, "intraday_discount": 1},
        reason="the paper gives no parameters; ours are the model's",
    ),
    Claim(
        "figure_3",
        "with N = 10 less volatile types trade more, and less of it is net",
        lambda r: (
            all(tiers(r).volume(t) < tiers(r).volume(t + 1) for t in range(1, 10))
            and tiers(r).volume(10) == tiers(r).volume(11)
        ),
        place="Figure 3",
        covers=("Figure 3",),
        settings={"rounds": 10, "intraday_discount": 1},
        reason="the paper gives no parameters; ours are the model's",
    ),
    Claim(
        "figure_4",
        "when all types fall, spreads that rose over the day come to fall",
        place="Figure 4",
        covers=("Figure 4",),
        paper=["up", "down"],
        ours=shapes,
        settings=FIGURE_4,
        reason="the paper gives no parameters; the discount must be between the threshold and beta_up",
    ),
    Claim(
        "figure_4.shift",
        "G(sigma - Delta) with Delta > 0 is the less volatile economy",
        lambda r: (
            mean({"low": Fraction(2, 5), "high": Fraction(32, 5)}) < mean({"low": Fraction(0), "high": Fraction(6)})
        ),
        place="Section 5.3",
        recorded="differs",
        reason="misprint: G(sigma - Delta) shifts types to the right by Delta; less volatile is G(sigma + Delta)",
    ),
)
