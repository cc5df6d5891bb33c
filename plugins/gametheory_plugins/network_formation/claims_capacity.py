"""The statements on leverage and on how many rounds the incentive to repay allows (Propositions 9, 11 and 12)."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from gametheory import Claim, Reported
from gametheory_plugins.network_formation import evidence
from gametheory_plugins.network_formation.theory import Tiers

STATEMENTS = ("Proposition 9", "Proposition 11", "Proposition 12")

#: Many of the lowest type and two thirds of one high type: cutoffs fall at once between rounds two and three.
GAP = {"kind": "empirical", "x": [Fraction(1, 10), Fraction(1, 10), 1, 1, 1, 1, 1, 1, 1]}


def around(center: Any, width: Any) -> dict[str, Any]:
    """Return a uniform distribution by its mean and half its width."""
    return {"kind": "uniform", "low": center - width, "high": center + width}


def scaled(factor: Any) -> dict[str, Any]:
    """Return the uniform distribution from 1/5 to 1, scaled."""
    return {"kind": "uniform", "low": factor / 5, "high": factor}


def tiers(r: Reported) -> list[Tiers]:
    """Return the tiers for every number of rounds."""
    return [Tiers.of(part) for part in (*r.solution.parts, r.solution)]


def printed_and_enumerated(r: Reported) -> list[tuple[Any, Any]]:
    """Return the printed maximum and that of all sequences of wishes, by number of rounds."""
    return [
        (evidence.printed_debt(t), max(evidence.enumerated_debt(t, k) for k in range(1, t.rounds + 2)))
        for t in tiers(r)
    ]


def capacities(r: Reported, laws: list[dict[str, Any]], kind: str = "unsecured") -> list[int]:
    """Return the capacity under several distributions."""
    return [r.solve(distribution=law)[kind] for law in laws]


SPREADS = [Fraction(k, 50) for k in (1, 5, 10, 15, 20, 25)]
SCALES = [Fraction(k, 5) for k in (1, 2, 3, 4, 5)]

CLAIMS = (
    Claim(
        "proposition_9.increasing",
        "the largest debt increases with the number of rounds",
        lambda r: all(
            low < high
            for p in (Fraction(1, 2), Fraction(7, 10), Fraction(9, 10))
            for law in (around(Fraction(1, 2), Fraction(1, 2)), scaled(Fraction(1)), GAP)
            for low, high in pairwise(r.solve(p=p, distribution=law)["max_debt"])
        ),
        place="Proposition 9",
        covers=("Proposition 9",),
        settings={"rounds": 9, "dividend": 1},
        reason="without discounting, for p >= 1/2 and y >= sigma_H",
    ),
    Claim(
        "proposition_9.p_below_half",
        "the same with p = 1/5",
        lambda r: all(low < high for low, high in pairwise(r["max_debt"])),
        place="Proposition 9",
        settings={"rounds": 9, "dividend": 1, "distribution": GAP, "p": Fraction(1, 5)},
        recorded="differs",
        reason="from two to three rounds it changes by y - T_1 + 2(T_3 - T_2), which is negative when the last cutoff "
        "falls fast",
    ),
    Claim(
        "proposition_9.who",
        "the largest debt is taken on by traders below sigma_{N-1}*",
        lambda r: all(t.worst_debts().index(max(t.worst_debts())) + 1 >= t.rounds for t in tiers(r)),
        place="Proposition 9",
        settings={"rounds": 12, "dividend": 1},
        reason="always by tier N, who borrows at the ask in the last round, never by those who deal in every round",
    ),
    Claim(
        "proposition_9.formula",
        "the largest debt from three rounds on, as printed in the proof",
        lambda r: all(printed == found for printed, found in printed_and_enumerated(r)[2:]),
        place="Proof of Proposition 9",
        settings={"rounds": 9, "dividend": 1},
    ),
    Claim(
        "proposition_9.formula_small",
        "the same with one and two rounds",
        place="Proof of Proposition 9",
        paper=[Fraction(13, 4), Fraction(49, 16)],
        ours=lambda r: [found for _, found in printed_and_enumerated(r)],
        settings={"rounds": 2, "dividend": 1},
        recorded="differs",
        reason="the printed sums count rounds that are not there; adding up all sequences of wishes gives 5/4 and 9/4",
    ),
    Claim(
        "proposition_11.exists",
        "there is a largest number of rounds at which unsecured debt is repaid",
        lambda r: r["bounded"]["unsecured"] and r["unsecured"] > 0,
        place="Proposition 11",
        covers=("Proposition 11",),
        settings={"dividend": 1, "rounds": 8},
    ),
    Claim(
        "proposition_11.spread",
        "it increases with the dispersion of types: mean-preserving spreads",
        lambda r: (
            capacities(r, [around(Fraction(1, 2), d) for d in SPREADS])
            == sorted(capacities(r, [around(Fraction(1, 2), d) for d in SPREADS]))
        ),
        place="Proposition 11",
        settings={"dividend": 1, "rounds": 16},
        recorded="differs",
        reason="it falls: a wider spread lowers the lowest type, who gains least and still owes about N y a",
    ),
    Claim(
        "proposition_11.scale",
        "it increases with the dispersion of types: all types multiplied",
        lambda r: capacities(r, [scaled(c) for c in SCALES]) == sorted(capacities(r, [scaled(c) for c in SCALES])),
        place="Proposition 11",
        settings={"dividend": 1, "rounds": 8},
    ),
    Claim(
        "proposition_11.gain",
        "the gain from trading another day decreases with the number of rounds",
        lambda r: all(low >= high for low, high in pairwise(r["gain_top"])),
        place="Section 6.2.1",
        settings={"rounds": 8, "dividend": 1, "distribution": around(Fraction(19, 20), Fraction(1, 20))},
        recorded="differs",
        reason="the highest type's gain rises, and the core's too where types are alike; the capacity is finite "
        "because debt grows by about y a per round and gains are bounded",
    ),
    Claim(
        "proposition_12.exists",
        "there is a largest number of rounds at which secured debt is repaid",
        lambda r: r["bounded"]["secured"] and r["secured"] > 0,
        place="Proposition 12",
        covers=("Proposition 12",),
        settings={"dividend": 1, "rounds": 8, "collateral": Fraction(31, 10)},
        reason="the riskiness of collateral is not in the model: its value Q is",
    ),
    Claim(
        "proposition_12.scale",
        "it increases with the dispersion of types: all types multiplied",
        lambda r: (
            capacities(r, [scaled(Fraction(1, 5)), scaled(Fraction(1))], "secured")
            == sorted(capacities(r, [scaled(Fraction(1, 5)), scaled(Fraction(1))], "secured"))
        ),
        place="Proposition 12",
        settings={"dividend": 1, "collateral": Fraction(31, 10), "rounds": 6},
        recorded="differs",
        reason="larger types mean larger fees and debts, so it weakly falls",
    ),
    Claim(
        "proposition_12.collateral",
        "it increases with the value of collateral",
        lambda r: (
            [r.solve(collateral=q)["secured"] for q in (1, 2, 3, 4, 5)]
            == sorted(r.solve(collateral=q)["secured"] for q in (1, 2, 3, 4, 5))
        ),
        place="Section 6.2.2",
        settings={"dividend": 1, "rounds": 8},
    ),
)
