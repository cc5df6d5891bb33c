"""Settings that claims about formation share, and what they ask of results."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gametheory import IntermediatedMarket, Reported
from gametheory_plugins.network_formation.theory import Tiers

TENTH = Fraction(1, 10)
NINTHS = [Fraction(k, 9) for k in range(10)]
#: A market in which all dealers stay, with p above one half.
PATIENT: dict[str, Any] = {
    "rounds": 5,
    "dividend": 3,
    "p": Fraction(7, 10),
    "intraday_discount": Fraction(999, 1000),
    "at": NINTHS,
}
#: A market in which more opposite shocks are rare, so that the lowest type is the first to leave.
ALIKE: dict[str, Any] = {
    "rounds": 2,
    "p": Fraction(3, 10),
    "dividend": 2,
    "distribution": {"kind": "uniform", "low": Fraction(1, 5), "high": Fraction(6, 5)},
}
#: A market in which the bound of Claim 3 is met and that of Proposition 7 is not.
CLAIM_3: dict[str, Any] = {
    "rounds": 2,
    "p": Fraction(9, 10),
    "dividend": Fraction(3, 2),
    "intraday_discount": Fraction(9738, 10000),
    "distribution": {"kind": "uniform", "low": Fraction(1, 5), "high": Fraction(6, 5)},
}
#: Spreads rise over the day; with every type lower by 2/5 they fall.
FIGURE_4: dict[str, Any] = {
    "rounds": 8,
    "dividend": 70,
    "intraday_discount": Fraction(99983265, 10**8),
    "distribution": {"kind": "uniform", "low": Fraction(2, 5), "high": Fraction(32, 5)},
}


def tiers(r: Reported) -> Tiers:
    """Return the tiers behind results."""
    return Tiers.of(r.solution)


def market(r: Reported, **changes: Any) -> IntermediatedMarket:
    """Return the market at changed parameters, in fractions."""
    return r.model.with_(**changes).market(exactly=True)


def around_threshold(r: Reported, name: str) -> bool:
    """Say whether dealers stay just above a threshold and leave just below it."""
    threshold, step = r[name], Fraction(1, 10**6)
    above, below = r.solve(intraday_discount=threshold + step), r.solve(intraday_discount=threshold - step)
    return above["participation"] is True and below["participation"] is False
