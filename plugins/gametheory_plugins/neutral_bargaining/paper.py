"""What the paper prints, typed from it, and its formulas, written out by hand: the second source of the claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from gametheory import Mechanism, Multipliers

TYPES = ("lb", "hb", "lg", "hg")
PAIRS = [(t, s) for t in TYPES for s in TYPES if s != t]

TABLE_2 = {
    "c_b": 20,
    "c_g": 40,
    "delta": 10,
    "v_b": 30,
    "v_g": 50,
    "p_lb": "0.4",
    "p_hb": "0.3",
    "p_lg": "0.2",
    "p_hg": "0.1",
}


def _row(*numbers: int | str) -> dict[str, Fraction]:
    return {t: Fraction(n) for t, n in zip(TYPES, numbers, strict=True)}


TABLE_3 = {"Q": _row(1, "2/3", "1/6", "1/9"), "Y": _row(20, "50/3", "20/3", 5), "P": _row(20, 25, 40, 45)}
TABLE_4 = {"Q": _row(1, "1/2", "1/6", "1/6"), "Y": _row(20, 15, "25/3", "25/3"), "P": _row(20, 30, 50, 50)}

#: The weights and multipliers of Example 1; the trader's weight is 1. ``ALPHA[t, s]`` is of "t does not report s".
LAMBDA = _row("0.1", "0.2", "0.5", "0.2")
LAMBDA_2 = Fraction(1)
ALPHA = {
    **dict.fromkeys(PAIRS, Fraction(0)),
    ("lb", "hb"): Fraction("0.3"),
    ("hb", "lg"): Fraction("0.4"),
    ("lg", "hg"): Fraction("0.1"),
}
#: The virtually equitable utilities of Example 2.
OMEGA = _row(10, 5, "10/3", "5/3")
OMEGA_2 = Fraction(4)


def costs(model: Any) -> dict[str, Any]:
    """Return the normalised costs of Table 1."""
    return {"lb": model.c_b - model.delta, "hb": model.c_b, "lg": model.c_g - model.delta, "hg": model.c_g}


def values(model: Any) -> dict[str, Any]:
    """Return the trader's values of Table 1."""
    return {"lb": model.v_b, "hb": model.v_b, "lg": model.v_g, "hg": model.v_g}


def prior(model: Any) -> dict[str, Any]:
    """Return the probabilities of the types."""
    return {t: getattr(model, f"p_{t}") for t in TYPES}


def dealer_utility(model: Any, q: Mapping[str, Any], y: Mapping[str, Any]) -> dict[str, Any]:
    """Return the left sides of equation (1)."""
    return {t: y[t] - c * q[t] for t, c in costs(model).items()}


def trader_utility(model: Any, q: Mapping[str, Any], y: Mapping[str, Any]) -> Any:
    """Return the left side of equation (2)."""
    v, p = values(model), prior(model)
    return sum(p[t] * (v[t] * q[t] - y[t]) for t in TYPES)


def pretending(model: Any, q: Mapping[str, Any], y: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """Return the utility of type t who reports s, the right sides of (3) to (6), keyed (t, s)."""
    c = costs(model)
    return {(t, s): y[s] - c[t] * q[s] for t, s in PAIRS}


def lagrangean(model: Any, q: Mapping[str, Any], y: Mapping[str, Any]) -> Any:
    """Return (11) with the weights and multipliers of Example 1."""
    u, star = dealer_utility(model, q, y), pretending(model, q, y)
    welfare = sum(LAMBDA[t] * u[t] for t in TYPES) + LAMBDA_2 * trader_utility(model, q, y)
    return welfare + sum(ALPHA[t, s] * (u[t] - star[t, s]) for t, s in PAIRS)


def virtual_utilities(model: Any, t: str, q: Any, y: Any) -> tuple[Any, Any]:
    """Return (12): both agents' virtual utility of the outcome (q, y) when the type is t."""
    c, v, p = costs(model), values(model), prior(model)
    kept = (LAMBDA[t] + sum(ALPHA[t, s] for s in TYPES if s != t)) * (y - c[t] * q)
    envied = sum(ALPHA[s, t] * (y - c[s] * q) for s in TYPES if s != t)
    return (kept - envied) / p[t], LAMBDA_2 * (v[t] * q - y)


def matrix(model: Any) -> dict[tuple[str, str], Fraction]:
    """Return the coefficients of (20): weights plus multipliers out on the diagonal, multipliers in beside it."""
    return {
        (t, s): LAMBDA[t] + sum(ALPHA[t, r] for r in TYPES if r != t) if s == t else -ALPHA[s, t]
        for t in TYPES
        for s in TYPES
    }


def mechanism(table: Mapping[str, Mapping[str, Any]]) -> Mechanism:
    """Return a table's mechanism."""
    return Mechanism([table["Q"][t] for t in TYPES], [table["Y"][t] for t in TYPES])


def multipliers() -> Multipliers:
    """Return the multipliers of Example 1; nobody's participation has one."""
    used = [(t, s) for t, s in PAIRS if ALPHA[t, s]]
    index = [[0, TYPES.index(t), TYPES.index(s), 0] for t, s in used]
    return Multipliers(index, [ALPHA[pair] for pair in used], ([0] * 4, [0]), (), [[]] * 4)


def samples() -> Iterable[tuple[dict[str, Fraction], dict[str, Fraction]]]:
    """Return quantities and payments in general position: two linear functions that agree on all of them are equal."""
    yield from ((TABLE_3["Q"], TABLE_3["Y"]), (TABLE_4["Q"], TABLE_4["Y"]))
    for place in range(8):
        unit = [Fraction(int(place == j)) for j in range(8)]
        yield dict(zip(TYPES, unit[:4], strict=True)), dict(zip(TYPES, unit[4:], strict=True))
    yield _row(0, 0, 0, 0), _row(0, 0, 0, 0)
