"""The statements of Section 2: one round of trade."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gametheory import Claim, Reported, TypeDistribution
from gametheory_plugins.network_formation import evidence
from gametheory_plugins.network_formation.claims_settings import ALIKE, TENTH, tiers
from gametheory_plugins.network_formation.theory import surplus


def lemma_1_difference() -> Any:
    """Return the surplus of pairing the two highest of 1, 2, 4, 7 less that of pairing highest and lowest, a = 2."""

    def worth(s: int, other: int) -> Any:
        return surplus(s, other, Fraction(1, 4), 9, 2)

    return worth(7, 4) + worth(2, 1) - worth(7, 1) - worth(4, 2)


def dealer_expectation() -> Any:
    """Return E[x of a dealer] times sigma, given that his customer wants to sell, at p = 7/10 and sigma = 2."""
    p, sigma = Fraction(7, 10), 2
    # The customer's shock is -1; the dealer's is opposite with probability p.
    return p * sigma - (1 - p) * sigma


def is_median(r: Reported) -> bool:
    """Say whether as many types are below the cutoff as above it."""
    law: TypeDistribution = tiers(r).market.law
    below, not_above = law.cdf(r["cutoffs"][0])
    return bool(below == 1 - not_above)


CLAIMS = (
    Claim(
        "lemma_1",
        "pairing the two most volatile of four traders is worse than either way of keeping them apart",
        lambda r: evidence.lemma_1(),
        place="Lemma 1",
        covers=("Lemma 1",),
    ),
    Claim(
        "lemma_1.proof",
        "with types 1, 2, 4, 7, p = 1/4 and a = 2 the difference is -2(1 - p)(sigma_3 - sigma_2)",
        place="Proof of Lemma 1",
        paper=Fraction(-3),
        ours=lambda r: lemma_1_difference(),
        recorded="differs",
        reason="misprint: a factor a is missing",
    ),
    Claim(
        "eq_2_3",
        "two formulas for the surplus of a pair; both equal the sum over the four outcomes",
        lambda r: evidence.surplus_formulas_agree(),
        place="equations (2) and (3)",
        covers=("equation (2)", "equation (3)"),
    ),
    Claim(
        "proposition_1",
        "in any two pairs the two most volatile traders are apart, so a cutoff separates customers and dealers",
        lambda r: evidence.proposition_1(),
        place="Proposition 1, Corollary 1",
        covers=("Proposition 1", "Corollary 1", "equation (4)", "equation (5)"),
    ),
    Claim(
        "proposition_2",
        "W* is stable, its slope is a above and (2p - 1)a below the cutoff",
        lambda r: all(evidence.static_stable(tiers(r.solve(p=p))) for p in evidence.CORRELATIONS),
        place="Proposition 2",
        covers=("Proposition 2", "equation (1)"),
        settings={"rounds": 1, "intraday_discount": 1},
    ),
    Claim(
        "proposition_3",
        "pairs join traders of different groups",
        lambda r: all(evidence.group_pairings(q)[0] for q in (TENTH, Fraction(1, 2), Fraction(9, 10))),
        place="Proposition 3",
        covers=("Proposition 3",),
    ),
    Claim(
        "proposition_3.no_exposure",
        "the same with exposure q = 0",
        lambda r: evidence.group_pairings(Fraction(0))[0],
        place="Proposition 3",
        recorded="differs",
        reason="at q = 0 the groups do not differ and pairing within one is as good; the inequality is not strict",
    ),
    Claim(
        "proposition_4",
        "payoffs do not depend on the group",
        lambda r: evidence.shifted_groups_stable(Fraction(1, 2), Fraction(1, 5), 0),
        place="Proposition 4",
        covers=("Proposition 4",),
    ),
    Claim(
        "proposition_4.unique",
        "no other payoffs are stable with two groups",
        lambda r: not evidence.shifted_groups_stable(Fraction(1, 2), Fraction(1, 5), 1),
        place="Proposition 4",
        recorded="differs",
        reason="W + k for one group and W - k for the other is stable for all |k| <= q^2 sigma_L a, and not beyond",
    ),
    Claim(
        "within_group_correlation",
        "two traders of one group have opposite shocks with probability (1 - q)^2/2",
        place="Section 2.4",
        paper=Fraction(245, 1000),
        ours=lambda r: evidence.opposite_within_group(Fraction(3, 10)),
        recorded="differs",
        reason="misprint: adding up the outcomes gives (1 - q^2)/2, as the maximum correlation of 1 needs; payoffs "
        "use the correlation across groups only",
    ),
    Claim(
        "static_spread",
        "the bid-ask spread of one round is 2(1 - p) sigma*",
        lambda r: r["spread"]["per_meeting"] == [2 * (1 - Fraction(7, 10)) * r["cutoffs"][0]],
        place="Section 2.5",
        settings={"rounds": 1, "p": Fraction(7, 10)},
    ),
    Claim(
        "static_expectation",
        "a dealer's asset is worth y - (1 - 2p) in expectation when he holds it",
        place="Section 3.2",
        paper=-(1 - 2 * Fraction(7, 10)),
        ours=lambda r: dealer_expectation(),
        recorded="differs",
        reason="misprint: sigma is missing, the expectation is y - (1 - 2p) sigma",
    ),
    Claim(
        "proposition_2.integral",
        "the cutoff has as many types between 0 and it as above it",
        lambda r: is_median(r.solve(distribution=ALIKE["distribution"], rounds=1)),
        place="Proposition 2",
        reason="the integral begins at sigma_L; below it there is nobody",
    ),
)
