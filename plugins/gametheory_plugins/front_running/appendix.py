"""The rest of the appendix: prices of t2, expected losses after t1, and the bargaining equations of t1.

Every formula takes d, u (switching rates), a, q (powers of A and D) and `more` (whether CTS > BP), as in `published`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gametheory_plugins.front_running import published as p
from gametheory_plugins.front_running.published import cube, fourth

Formula = Callable[[Any, Any, Any, Any, bool], Any]

#: Prices of t2 by equation, with the sale they are about: (seller's side, buyer's side) of `markets.losses`.
PRICES: Mapping[str, tuple[tuple[str, str], Formula]] = {
    "A.2": (("D", "small_high"), lambda d, u, a, q, more: 1 - q + q * d),
    "A.4": (("D", "small_low"), lambda d, u, a, q, more: 1 - q + q * (1 - u)),
    "A.9": (("A", "D"), lambda d, u, a, q, more: q / (a + q) + a / (a + q) * d),
    "A.10": (("one", "D"), lambda d, u, a, q, more: q * (1 - u) + (1 - q) * d),
    "A.21": (("D", "small_high"), lambda d, u, a, q, more: 1 - q + q * d),
    "A.22": (("D", "A"), lambda d, u, a, q, more: 1 - q / (a + q) + q / (a + q) * d),
    "A.23": (("D", "small_low"), lambda d, u, a, q, more: 1 - q + q * (1 - u)),
    "A.24": (("one", "A"), lambda d, u, a, q, more: a * (1 - u) + (1 - a) * d),
    "A.30": (("two", "D"), lambda d, u, a, q, more: q + (1 - q) * d),
    "A.31": (("two", "A"), lambda d, u, a, q, more: a + (1 - a) * d),
    "A.32": (("one", "D"), lambda d, u, a, q, more: q * (1 - u) + (1 - q) * d),
    "A.33": (("one", "A"), lambda d, u, a, q, more: a * (1 - u) + (1 - a) * d),
}


def a7(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return D's loss on the unit kept at VIII."""
    return 1 - q + 2 * q * d - q * d**2 - q * d * u


def a11(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return D's loss after t1 at IX (she gains)."""
    e, w = 1 - d - u, a + q
    if more:
        return -2 * (q * e * d * u + q / w * (1 - d) ** 2 * d * u)
    return -2 * (q * e * d * u * (1 - d**2) + q / w * (1 - d) * d * u * (1 - d + d**2))


def a14(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what the small buyer loses at VIII."""
    return d * (2 - d - u)


def a18(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what a small buyer loses at IX; CTS > BP from the line before the result, which is garbled."""
    to_d = q * (1 - u) + (1 - q) * d
    if more:
        sold = d * u * (1 - d) ** 2 + 2 * d**2 * u * (1 - d) + cube(d) * u
        return d * (1 - d) + d * (1 - u) ** 2 + to_d * sold
    return (
        d * (1 - d)
        + d * (1 - u) ** 2
        + cube(d) * u * (1 - u)
        + q * d * u * (1 - u) * (1 - d**2)
        + (1 - q) * d**2 * u * (1 - d**2)
    )


def a26(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return A's loss after t1 at I."""
    w = a + q
    if more:
        return -a / w * cube(1 - d) + d * (2 - d) - a * d * (1 - d) ** 2 + a * d * u * (1 - d)
    return -a / w * (1 - d) ** 2 + d * (2 - d)


def a27(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return D's loss on the unit kept at II."""
    return 1 - q / (a + q) * (fourth(1 - d) if more else (1 - d) ** 2)


def a28(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return A's loss after t1 at II."""
    w = a + q
    if more:
        return d * (2 - d) - a * d * (1 - d - u) * (1 - d) * (2 - d) - a / w * fourth(1 - d)
    return d * (2 - d) - a / w * (1 - d) ** 2


def a34(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return D's loss after t1 at III (she gains)."""
    s = 1 - d
    return -(q / (a + q) * d * u * s**2 + q * d * u * (3 - d) * s - q * d * u**2 * s)


def a37(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what the small buyer of two units loses at III."""
    s = 1 - d
    return 2 * d * s + 2 * d**2 + d * s * (1 - u) * (1 + d) + a * d * s**2 * (1 - u) + 2 * q * d * u * s


def a45(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return A's loss after t1 at IV (she gains); the line for CTS <= BP is missing and follows from A.59, A.60."""
    w = a + q
    if more:
        return -2 * (a / w * cube(1 - d) + a * (d * (1 - d) ** 2 - d * u * (1 - d)))
    return -2 * a / w * (1 - d) ** 2


def a46(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what a small buyer loses at IV."""
    if more:
        return d * (1 - d**2) + d**2 * (1 - u) + a * d * (1 - d) * (1 - d - u)
    return d * (2 - d - u)


def a47(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return D's loss on the unit kept at V."""
    return 1 - q / (a + q) * cube(1 - d)


def a48(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return A's loss after t1 at V (she gains)."""
    return -(a / (a + q) * cube(1 - d) + a * d * (1 - d) ** 2 * (3 - d - u))


def a49(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what the small buyer of two units loses at V."""
    return 2 * (d + d**2 * (1 - d) + a * d * (1 - d) ** 2)


def a50(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what the small buyer of one unit loses at V; its end is mended."""
    s = 1 - d
    return d + d**2 * s * (2 - d) - u * d**2 * s - u * d**2 + a * d * s**2 * (1 - d - u)


def a51(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return D's loss after t1 at VI (she gains)."""
    return -2 * q * d * u * (1 - d) * (2 - d)


#: Expected losses after t1 by equation: cell, trader, formula. Prices of t1 are not in them.
CONTINUATIONS: Mapping[str, tuple[tuple[int, int], str, Formula]] = {
    "A.7": ((0, 1), "D", a7),
    "A.11": ((0, 2), "D", a11),
    "A.14": ((0, 1), "S2", a14),
    "A.18": ((0, 2), "S1", a18),
    "A.26": ((1, 0), "A", a26),
    "A.27": ((1, 1), "D", a27),
    "A.28": ((1, 1), "A", a28),
    "A.29": ((1, 1), "S1", p.a29),
    "A.34": ((1, 2), "D", a34),
    "A.35": ((1, 2), "A", p.a35),
    "A.36": ((1, 2), "S1", p.a36),
    "A.37": ((1, 2), "S2", a37),
    "A.45": ((2, 0), "A", a45),
    "A.46": ((2, 0), "S1", a46),
    "A.47": ((2, 1), "D", a47),
    "A.48": ((2, 1), "A", a48),
    "A.49": ((2, 1), "S1", a49),
    "A.50": ((2, 1), "S2", a50),
    "A.51": ((2, 2), "D", a51),
    "A.52": ((2, 2), "A", p.a52),
    "A.53": ((2, 2), "S1", p.a53),
}

#: Values and prices of t1 by equation: result, cell, formula.
RESULTS: Mapping[str, tuple[str, tuple[int, int], Formula]] = {
    "A.5": ("loss_D", (0, 0), p.a5),
    "A.6": ("loss_A", (0, 0), p.a6),
    "A.8": ("loss_A", (0, 1), p.a6),
    "A.12": ("loss_A", (0, 2), p.a12),
    "A.15": ("price_D", (0, 1), p.a15),
    "A.16": ("loss_D", (0, 1), p.a16),
    "A.19": ("price_D", (0, 2), p.a19),
    "A.20": ("loss_D", (0, 2), p.a20),
    "A.25": ("loss_D", (1, 0), p.a25),
    "A.39": ("price_D", (1, 1), p.a39),
    "A.40": ("loss_D", (1, 1), p.a40),
    "A.42": ("price_D", (1, 2), p.a42),
    "A.43": ("loss_D", (1, 2), p.a43),
    "A.44": ("loss_D", (2, 0), p.a44),
    "A.56": ("price_A", (1, 0), p.a56),
    "A.57": ("loss_A", (1, 0), p.a57),
    "A.59": ("price_A", (2, 0), p.a59),
    "A.60": ("loss_A", (2, 0), p.a60),
    "A.62": ("price_D", (2, 1), p.a62),
    "A.63": ("loss_D", (2, 1), p.a63),
    "A.65": ("price_D", (2, 2), p.a65),
    "A.66": ("loss_D", (2, 2), p.a66),
    "A.68": ("price_A", (1, 1), p.a68),
    "A.69": ("loss_A", (1, 1), p.a69),
    "A.72": ("price_A", (2, 1), p.a72),
    "A.73": ("loss_A", (2, 1), p.a73),
}

#: Bargaining equations by number: seller, cell, what she does otherwise, the buyer's units there and here, and the
#: price that a buyer who is served by the other large trader otherwise pays (result and cell), if any.
#: The buyer is S2 for D and S1 for A; where one trader sells two units alone, the marginal buyer is the other one.
BARGAINS: Mapping[str, tuple[str, tuple[int, int], tuple[int, int], str]] = {
    "A.13": ("D", (0, 1), (0, 0), "S2"),
    "A.17": ("D", (0, 2), (0, 1), "S1"),
    "A.38": ("D", (1, 1), (1, 0), "S2"),
    "A.41": ("D", (1, 2), (1, 0), "S2"),
    "A.54": ("D", (2, 1), (2, 0), "S2"),
    "A.55": ("A", (1, 0), (0, 0), "S1"),
    "A.58": ("A", (2, 0), (1, 0), "S2"),
    "A.64": ("D", (2, 2), (2, 0), "S2"),
    "A.67": ("A", (1, 1), (0, 1), "S1"),
    "A.71": ("A", (2, 1), (0, 1), "S1"),
    "A.74": ("A", (1, 2), (0, 2), "S1"),
}
