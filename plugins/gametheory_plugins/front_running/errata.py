"""What is wrong in the paper's formulas: as printed, as they should be, and a point where it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gametheory_plugins.front_running import published as p
from gametheory_plugins.front_running.appendix import CONTINUATIONS, RESULTS, Formula
from gametheory_plugins.front_running.published import cube

#: Points (rho_d, rho_u, q_A, q_D): CTS > BP at the first, not at the second.
MORE_POINT = ("0.1", "0.1", "0.6", "0.55")
LESS_POINT = ("0.05", "0.3", "0.6", "0.55")


@dataclass(frozen=True)
class Erratum:
    """A printed formula that does not follow from the rules of the game.

    Attributes
    ----------
    equation : str
        Its number.
    cause : str
        What is wrong, in a line.
    group : str
        The erratum it is part of: one slip is carried into several formulas.
    corrected : Formula
        The right one, of (d, u, a, q, more).
    point : tuple of str
        Where the two differ.
    """

    equation: str
    cause: str
    group: str
    corrected: Formula
    point: tuple[str, str, str, str]

    @property
    def printed(self) -> Formula:
        """The formula in the paper."""
        return (CONTINUATIONS | RESULTS)[self.equation][2]

    def at(self, formula: Callable[..., Any]) -> Any:
        """Return a formula at the point."""
        d, u, a, q = (Fraction(x) for x in self.point)
        return formula(d, u, a, q, (1 - u - d) * (a + q) > 1 - d)


def a29(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return (A.29) with an unsold unit of a small low owner at 1 - u."""
    return p.a29(d, u, a, q, more) - d**2 * u * (3 - d) / 2 if more else d * (2 - d - u)


def _unsold(d: Any, u: Any, more: bool) -> Any:
    return d**2 * u * (3 - d) / 2 if more else d * u


def a20(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return (A.20) as it follows from (A.11) and (A.19)."""
    if not more:
        return p.a20(d, u, a, q, more)
    w = a + q
    wrong = q * (1 - q) * d**2 * cube(u) + 2 * q * (1 - q) / w * d * u * (1 - d) ** 2
    right = q * (1 - q) * d**2 * u - q**2 / w * d * u * (1 - d) ** 2
    return p.a20(d, u, a, q, more) + 2 * (right - wrong) / (2 - q)


def a35(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return (A.35) with (1-d)(3-2d) for (1+d)(2d+3)."""
    return p.a35(d, u, a, q, more) - 10 * a * d**2 * u * (1 - d)


def a57(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return (A.57) with 4 for 2 + 2 q_A."""
    return p.a57(d, u, a, q, more) + (0 if more else (2 - 2 * a) * d)


def a60(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return (A.60) with 2 for 2 (1 + q_A - q_A^2)/(2 - q_A)."""
    return p.a60(d, u, a, q, more) + (0 if more else 2 * (2 - 2 * (1 + a - a**2) / (2 - a)) * d)


def a63(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return (A.63) with 1 for (3 q_A - 4 q_A^2)/(2 - q_A)."""
    return p.a63(d, u, a, q, more) + (0 if more else q * (1 - (3 * a - 4 * a**2) / (2 - a)) * d)


def a65(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return (A.65) without its term in (1 - q_A)^2."""
    return p.a65(d, u, a, q, more) + (0 if more else q * (1 - a) ** 2 / (2 - a) * d / 2)


def a72(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return (A.72) with half the factor, and 1 - d - u for 2 - d - u."""
    k = a * (1 - a) / (a + q)
    return (k * cube(1 - d) + 4 * d - 2 * d**2 + a * (1 - a) * d * (1 - d) ** 2 * (1 - d - u)) / 2


def a73(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return (A.73), which is twice (A.72) plus (A.48)."""
    s = 1 - d
    return -(a**2) / (a + q) * cube(s) + 4 * d - 2 * d**2 - 2 * a * d * s**2 - a**2 * d * s**2 * (s - u)


UNSOLD = "an unsold unit of a small low owner is counted at 1, elsewhere at 1 - rho_u"
COPIED = "the last term was copied from (A.19) without adding (A.11), and rho_u^3 stands for rho_u"
SIGN = "(1 + rho_d)(2 rho_d + 3) stands for (1 - rho_d)(3 - 2 rho_d)"
COEFFICIENT = "for CTS <= BP the coefficient of rho_d has 2 q_A for 2"
CARRIED = "for CTS <= BP the slip of (A.56) is carried on"
CARRIED_62 = "for CTS <= BP (3 q_A - 4 q_A^2)/(2 - q_A) stands for 1, partly by the slip of (A.56)"
CARRIED_65 = "for CTS <= BP a term in (1 - q_A)^2 is left over, partly by the slip of (A.56)"
DOUBLED = "2 q_A (1 - q_A)(2 - rho_d - rho_u) stands for q_A (1 - q_A)(1 - rho_d - rho_u)"
MIXED = "coefficients of q_A and q_A^2 are exchanged; it is not twice (A.72) plus (A.48)"

ERRATA = (
    Erratum("A.20", COPIED, "A.20", a20, MORE_POINT),
    Erratum("A.29", UNSOLD, "A.29", a29, MORE_POINT),
    Erratum(
        "A.39",
        f"carried on from (A.29): {UNSOLD}",
        "A.29",
        lambda d, u, a, q, more: p.a39(d, u, a, q, more) - q * _unsold(d, u, more),
        MORE_POINT,
    ),
    Erratum(
        "A.40",
        f"carried on from (A.29): {UNSOLD}",
        "A.29",
        lambda d, u, a, q, more: p.a40(d, u, a, q, more) - q * _unsold(d, u, more),
        MORE_POINT,
    ),
    Erratum(
        "A.68",
        f"carried on from (A.29): {UNSOLD}",
        "A.29",
        lambda d, u, a, q, more: p.a68(d, u, a, q, more) - a * _unsold(d, u, more),
        MORE_POINT,
    ),
    Erratum(
        "A.69",
        f"carried on from (A.29): {UNSOLD}",
        "A.29",
        lambda d, u, a, q, more: p.a69(d, u, a, q, more) - a * _unsold(d, u, more),
        MORE_POINT,
    ),
    Erratum("A.35", SIGN, "A.35", a35, MORE_POINT),
    Erratum(
        "A.56",
        COEFFICIENT,
        "A.56",
        lambda d, u, a, q, more: p.a56(d, u, a, q, more) + (0 if more else (2 - 2 * a) * d),
        LESS_POINT,
    ),
    Erratum("A.57", CARRIED, "A.56", a57, LESS_POINT),
    Erratum(
        "A.59",
        CARRIED,
        "A.56",
        lambda d, u, a, q, more: p.a59(d, u, a, q, more) + (0 if more else (2 - 2 * (1 + a - a**2) / (2 - a)) * d),
        LESS_POINT,
    ),
    Erratum("A.60", CARRIED, "A.56", a60, LESS_POINT),
    Erratum(
        "A.62",
        CARRIED_62,
        "A.62",
        lambda d, u, a, q, more: p.a62(d, u, a, q, more) + (0 if more else q * (1 - (3 * a - 4 * a**2) / (2 - a)) * d),
        LESS_POINT,
    ),
    Erratum("A.63", CARRIED_62, "A.62", a63, LESS_POINT),
    Erratum("A.65", CARRIED_65, "A.65", a65, LESS_POINT),
    Erratum(
        "A.66",
        CARRIED_65,
        "A.65",
        lambda d, u, a, q, more: 2 * a65(d, u, a, q, more) - 2 * q * d * u * (1 - d) * (2 - d),
        LESS_POINT,
    ),
    Erratum("A.72", DOUBLED, "A.72", a72, MORE_POINT),
    Erratum("A.73", MIXED, "A.73", a73, MORE_POINT),
)

#: What each erratum does to the tables of losses: result, cell, and the equation that is put in its place.
_EFFECTS: dict[str, tuple[tuple[str, tuple[int, int], Formula], ...]] = {
    "A.20": (("loss_D", (0, 2), p.a20),),
    "A.29": (("loss_A", (1, 1), p.a69), ("loss_D", (1, 1), p.a40)),
    "A.35": (),
    "A.56": (("loss_A", (1, 0), p.a57), ("loss_A", (2, 0), p.a60)),
    "A.62": (("loss_D", (2, 1), p.a63),),
    "A.65": (("loss_D", (2, 2), p.a66),),
    "A.73": (("loss_A", (2, 1), p.a73),),
}
GROUPS = tuple(_EFFECTS)


def with_errors(tables: dict[str, Any], point: tuple[Any, ...], more: bool, groups: tuple[str, ...]) -> dict[str, Any]:
    """Return correct tables of losses with some of the paper's errors put in.

    Parameters
    ----------
    tables : dict
        ``loss_A`` and ``loss_D`` [3, 3] by first principles.
    point : tuple
        d, u, a, q.
    more : bool
        Whether CTS > BP.
    groups : tuple of str
        Which errors, of `GROUPS`.
    """
    found = {name: tables[name].copy() for name in ("loss_A", "loss_D")}
    for group in groups:
        for name, cell, formula in _EFFECTS[group]:
            found[name][cell] = formula(*point, more)
    _, _, a, q = point
    if "A.20" in groups:  # (A.75) and (A.76) use (A.20)
        shift = (1 - q) * a / q * (tables["loss_D"][0, 2] - found["loss_D"][0, 2])
        found["loss_A"][1, 2] += shift
        found["loss_A"][2, 2] += shift
    if "A.35" in groups:  # what is lost after t1 is partly passed on in the price
        found["loss_A"][1, 2] += a * (p.a35(*point, more) - a35(*point, more))
    return found
