"""The value functions and prices as the paper prints them, in loss units, for A and D in each cell.

Parameters are arrays or numbers: d, u the switching rates, a, q the powers of A and D. `more` says whether
CTS > BP. Only what is unreadable or doubled in the text is mended; what is wrong is kept (see `errata`).
"""

from __future__ import annotations

from typing import Any

import numpy as np


def solve(rho_d: Any, rho_u: Any, q_A: Any, q_D: Any, *, more: bool) -> dict[str, Any]:
    """Return the printed tables of losses and prices [points, 3, 3], parameters being arrays [points]."""
    given = (rho_d, rho_u, q_A, q_D, more)
    price_a = {(i, j): _sold_by_a[i, j](*given) for i, j in _sold_by_a}
    price_d = {(i, j): _sold_by_d[i, j](*given) for i, j in _sold_by_d}
    loss_a = {cell: f(*given) for cell, f in _loss_of_a.items()}
    loss_d = {cell: f(*given) for cell, f in _loss_of_d.items()}
    found = {"loss_A": loss_a, "loss_D": loss_d, "price_A": price_a, "price_D": price_d}
    result = {}
    for name, cells in found.items():
        table = np.full((len(rho_d), 3, 3), np.nan, dtype=rho_d.dtype)
        for (i, j), column in cells.items():
            table[:, i, j] = column
        result[name] = table
    return result


def cube(x: Any) -> Any:
    """Return x^3; numpy takes ten times as long for a power above 2."""
    return x * x * x


def fourth(x: Any) -> Any:
    """Return x^4."""
    return (x * x) ** 2


def a5(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what D loses at VII (0,0)."""
    return 2 * (1 - q + q * (2 * d - d**2 - d * u))


def a6(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what A loses at VII (0,0), and (A.8) at VIII (0,-1)."""
    return 2 * (2 * d - d**2)


def a12(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what A loses at IX (0,-2)."""
    s = 1 - d
    to_d = q / (a + q) + a / (a + q) * d
    last = 2 if more else 2 * to_d
    return (
        2 * d * s
        + 2 * (d * s**2 * (1 - u) + 2 * d**2 * s * (1 - u) + cube(d) * (1 - u))
        + 2 * to_d * d * u * s**2
        + (1 + to_d) * 2 * d**2 * u * s
        + cube(d) * u * last
    )


def a15(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return D's price at VIII."""
    return (1 - q) ** 2 + 2 * q * (2 - q) * d - q * (2 - q) * d**2 - q * (2 - q) * d * u


def a16(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what D loses at VIII (0,-1)."""
    return (1 - q) * (2 - q) + 2 * q * (3 - q) * d - q * (3 - q) * d**2 - q * (3 - q) * d * u


def _a19_head(d: Any, u: Any, q: Any) -> Any:
    return (1 - q) ** 2 * (2 - q) + q * (2 - q) ** 2 * d - q * d**2 + q * d * (1 - u) ** 2


def _a19_less(d: Any, u: Any, q: Any) -> Any:
    """Return the terms common to (A.19) and (A.20) when CTS <= BP."""
    return q * cube(d) * u * (1 - u) + q**2 * d * u * (1 - u) * (1 - d**2) + q * (1 - q) * d**2 * u * (1 - d**2)


def a19(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return D's price at IX."""
    w = a + q
    if more:
        tail = (
            q**2 * d * u * (1 - u)
            + q * (1 - q) * d**2 * u
            + q * (1 - q) * d * (1 - u - d) * (3 - q + 2 * u)
            + 2 * q * (1 - q) / w * d * u * (1 - d) ** 2
        )
    else:
        tail = (
            _a19_less(d, u, q)
            + q * (1 - q) * d * (1 - u - d) * (3 - q + 2 * u - 2 * d**2 * u)
            + 2 * q * (1 - q) / w * d * u * (1 - d) * (1 - d + d**2)
        )
    return (_a19_head(d, u, q) + tail) / (2 - q)


def a20(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what D loses at IX (0,-2)."""
    w = a + q
    if more:
        tail = (
            q**2 * d * u * (1 - u)
            + q * (1 - q) * d**2 * cube(u)
            + q * (1 - q) * d * (1 - u - d) * (3 - q)
            - q**2 * d * u * (1 - u - d)
            + 2 * q * (1 - q) / w * d * u * (1 - d) ** 2
        )
    else:
        tail = (
            _a19_less(d, u, q)
            - q**2 * d * u * (1 - u - d) * (1 - d**2)
            + q * (1 - q) * d * (1 - u - d) * (3 - q)
            - q**2 / w * d * u * (1 - d) * (1 - d + d**2)
        )
    return 2 * (_a19_head(d, u, q) + tail) / (2 - q)


def a25(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what D loses at I (-1,0)."""
    return 2 - q * (1 - d) ** 2 - q * d * u - q / (a + q) * (cube(1 - d) if more else (1 - d) ** 2)


def a29(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what is lost by a small buyer at II, continuation."""
    if more:
        return d + d**2 * (1 - d) / 2 + (a * (1 - d - u) + d) * d * (1 - d) * (1 - d / 2)
    return d * (2 - d)


def a35(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what A loses at III (-1,-2) without what she gets for the unit sold."""
    return (
        -a / (a + q) * d * u * (1 - d) ** 2
        + 2 * d
        - d**2
        + a * d * (1 - d) ** 2 * (d - 2)
        + a * d * u * (1 - d) * (1 + d) * (2 * d + 3)
        + a * d * u**2 * (1 - d) * (2 * d - 1)
    )


def a36(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what is lost by the small buyer of one unit at III, continuation."""
    s, e = 1 - d, 1 - d - u
    return (
        d * s
        + d**2 * s**2 * (1 - u)
        + cube(d) * u * s
        + 2 * d**2 * (1 - u) ** 2 * s
        + cube(d) * (1 - u)
        + u * d**2 * s
        + e * a * d * s * (e + 2 * d * u)
        + e * q * d * u * s
    )


def a39(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return D's price at II."""
    common = 1 - q + q * d - q * (1 - q) * (1 - d) ** 2 - q * (1 - q) * d * u
    if more:
        return (
            common
            - q * (1 - q) / (a + q) * d * cube(1 - d)
            + q * d**2 * (1 - d) / 2
            + (a * q * (1 - d - u) + q * d) * d * (1 - d) * (1 - d / 2)
        )
    return common + q * d - q * d**2


def a40(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what D loses at II (-1,-1)."""
    common = 2 - q + q * d - q * (1 - q) * (1 - d) ** 2 - q * (1 - q) * d * u
    if more:
        return (
            common
            - q / (a + q) * cube(1 - d) * (1 - q * d)
            + q * d**2 * (1 - d) / 2
            + (a * q * (1 - d - u) + q * d) * d * (1 - d) * (1 - d / 2)
        )
    return common + q * d - q * d**2 - q / (a + q) * (1 - d) ** 2


def _a42_tail(d: Any, u: Any, a: Any, q: Any) -> Any:
    return (
        2 * (1 - q)
        + 2 * q * d
        - q * (1 - q) * (1 - d) ** 2
        - q * (1 - q) * d * u
        + q * d * (1 - d**2) * (1 - u)
        + a * q * d * (1 - d) ** 2 * (1 - u)
    )


def a42(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return D's price at III."""
    lead = d + d * u - 1 if more else d * u - 1
    return (
        q * (1 - q) / (a + q) * (1 - d) ** 2 * lead
        + d * u * (1 - d) * (q * (1 - q) * (3 - d - u) + 2 * q**2)
        + _a42_tail(d, u, a, q)
    ) / 2


def a43(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what D loses at III (-1,-2)."""
    w = a + q
    return (
        -(q**2) / w * d * u * (1 - d) ** 2
        - q * (1 - q) / w * (cube(1 - d) if more else (1 - d) ** 2)
        - q**2 * d * u * (1 - d) * (1 - d - u)
        + _a42_tail(d, u, a, q)
    )


def a44(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what D loses at IV (-2,0)."""
    return 2 * (1 - q / (a + q) * (cube(1 - d) if more else (1 - d) ** 2))


def a53(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what is lost by a small buyer of two units at VI, continuation."""
    s = 1 - d
    return (
        2 * d
        + 3 * d**2
        - 4 * cube(d)
        + fourth(d)
        - 3 * u * d**2
        + 5 * u * cube(d)
        - 2 * u * fourth(d)
        + a * s * (2 * d * s**2 * (1 - u) + d**2 * s)
        + q * s * (2 * d * u * s + u * d**2)
    )


def a56(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return A's price at I."""
    k = a * (1 - a) / (a + q)
    if more:
        return k + (2 - 3 * k) * d + (3 * k - 1) * d**2 - k * cube(d) - a * d * u
    return k + (2 * a - 2 * k) * d + (k - 1) * d**2 - a * d * u


def a57(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what A loses at I (-1,0)."""
    w = a + q
    if more:
        return -(a**2) / w * cube(1 - d) + 4 * d - 2 * d**2 - a * d * (1 - d) ** 2 - a * d**2 * u
    return -(a**2) / w * (1 - d) ** 2 + (2 + 2 * a) * d - 2 * d**2 - a * d * u


def a59(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return A's price at IV."""
    k = a * (1 - a) / (a + q)
    if more:
        return k * cube(1 - d) + 2 * d - d**2 - a * d * u
    return k * (1 - d) ** 2 + 2 * (1 + a - a**2) / (2 - a) * d - d**2 - a * d * u


def a60(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what A loses at IV (-2,0)."""
    w = a + q
    if more:
        return 2 * (-(a**2) / w * cube(1 - d) + 2 * d - d**2 - a * d * (1 - d) ** 2 - a * d**2 * u)
    return 2 * (-(a**2) / w * (1 - d) ** 2 + 2 * (1 + a - a**2) / (2 - a) * d - d**2 - a * d * u)


def a62(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return D's price at V."""
    w = a + q
    if more:
        return (
            1
            - q * (1 - d)
            + q * (a + q - 1 - a**2) / w * cube(1 - d)
            - a * q * d**2 * u
            + q * d**2 * (1 - d) * (2 - d - u)
            + q * d * (1 - d) ** 2 * (1 - a * (d + u))
        )
    return (
        1
        - q
        + q * (3 * a - 4 * a**2) / (2 - a) * d
        + q / w * (1 - d) ** 2 * (a * (1 - a) - (1 - q) * (1 + d))
        + q * (1 - a) * d * u
        - q * d**2 * u
        + q * d**2 * (1 - d) * (2 - d - u)
        + a * q * d * (1 - d) ** 2 * (1 - d - u)
    )


def a63(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what D loses at V (-2,-1)."""
    w = a + q
    if more:
        return (
            2
            - q * (1 - d)
            + q * (a + q - 2 - a**2) / w * cube(1 - d)
            - a * q * d**2 * u
            + q * d**2 * (1 - d) * (2 - d - u)
            + q * d * (1 - d) ** 2 * (1 - a * (d + u))
        )
    return (
        2
        - q
        + q * (3 * a - 4 * a**2) / (2 - a) * d
        + q / w * (1 - d) ** 2 * (a * (1 - a) - 2 + q + q * d)
        + q * (1 - a) * d * u
        - q * d**2 * u
        + q * d**2 * (1 - d) * (2 - d - u)
        + a * q * d * (1 - d) ** 2 * (1 - d - u)
    )


def a65(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return D's price at VI."""
    s = 1 - d
    common = (
        q * (2 - q) * d * u * s * (2 - d)
        + 2 * (1 - q)
        + 2 * q * d
        + q * d**2 * s * (3 - d)
        - q * d**2 * u * s * (3 - 2 * d)
        + 2 * a * q * d * cube(s) * (1 - u)
        + a * q * d**2 * s**2
    )
    lead = q / (a + q) * (a * (1 - a) - 2 * (1 - q))
    if more:
        return (lead * cube(s) + common + q * (1 - a) * d * s**2 + q * (1 - a) * d**2 * u) / 2
    return (lead * s**2 + common - q * (1 - a) ** 2 / (2 - a) * d + q * (1 - a) * d * u) / 2


def a66(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what D loses at VI (-2,-2)."""
    return 2 * a65(d, u, a, q, more) - 2 * q * d * u * (1 - d) * (2 - d)


def a68(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return A's price at II."""
    k = a * (1 - a) / (a + q)
    if more:
        return (
            k * fourth(1 - d)
            + (2 - a) * d
            + (5 * a / 2 - 1) * d**2
            - 2 * a * cube(d)
            + a * fourth(d) / 2
            + a * (2 - a) * d * (1 - d) * (1 - d - u) * (1 - d / 2)
        )
    return k * (1 - d) ** 2 + 2 * d - d**2


def a69(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what A loses at II (-1,-1)."""
    w = a + q
    if more:
        return (
            -(a**2) / w * fourth(1 - d)
            + (4 - a) * d
            + (5 * a / 2 - 2) * d**2
            - 2 * a * cube(d)
            + a * fourth(d) / 2
            - a**2 * d * (1 - d) * (1 - d - u) * (1 - d / 2)
        )
    return -(a**2) / w * (1 - d) ** 2 + 4 * d - 2 * d**2


def a72(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return A's price at V."""
    k = a * (1 - a) / (a + q)
    return (k * cube(1 - d) + 4 * d - 2 * d**2 + 2 * a * (1 - a) * d * (1 - d) ** 2 * (2 - d - u)) / 2


def a73(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what A loses at V (-2,-1)."""
    return (
        -(a**2) / (a + q) * cube(1 - d)
        + 4 * d
        - 2 * d**2
        - a * d * (1 - d) ** 2 * (1 - d - u)
        - 2 * a**2 * d * (1 - d) ** 2 * (2 - d - u)
    )


def a52(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what A loses at VI (-2,-2) without what she gets for the units sold."""
    s = 1 - d
    return -2 * a * (d * s**2 * (1 - u) + d * cube(s) * (1 - u) + d**2 * u * s**2)


def _against_ix(d: Any, u: Any, a: Any, q: Any, more: bool, own: Any, buyer: Any) -> Any:
    """Return what A gets where D sells two units, from the equations (A.75) and (A.76) for its price."""
    dear = (1 - q) * a / q * (a16(d, u, a, q, more) - a20(d, u, a, q, more))
    return (1 - a) * (a12(d, u, a, q, more) - own) + a * buyer + dear


def a75(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return A's price at III."""
    return _against_ix(d, u, a, q, more, a35(d, u, a, q, more), a36(d, u, a, q, more))


def a76(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return A's price at VI."""
    return _against_ix(d, u, a, q, more, a52(d, u, a, q, more), a53(d, u, a, q, more)) / 2


def loss_iii(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what A loses at III (-1,-2)."""
    return a35(d, u, a, q, more) + a75(d, u, a, q, more)


def loss_vi(d: Any, u: Any, a: Any, q: Any, more: bool) -> Any:
    """Return what A loses at VI (-2,-2)."""
    return a52(d, u, a, q, more) + 2 * a76(d, u, a, q, more)


_loss_of_a = {
    (0, 0): a6,
    (0, 1): a6,
    (0, 2): a12,
    (1, 0): a57,
    (1, 1): a69,
    (1, 2): loss_iii,
    (2, 0): a60,
    (2, 1): a73,
    (2, 2): loss_vi,
}
_loss_of_d = {
    (0, 0): a5,
    (0, 1): a16,
    (0, 2): a20,
    (1, 0): a25,
    (1, 1): a40,
    (1, 2): a43,
    (2, 0): a44,
    (2, 1): a63,
    (2, 2): a66,
}
_sold_by_a = {(1, 0): a56, (1, 1): a68, (1, 2): a75, (2, 0): a59, (2, 1): a72, (2, 2): a76}
_sold_by_d = {(0, 1): a15, (0, 2): a19, (1, 1): a39, (1, 2): a42, (2, 1): a62, (2, 2): a65}
