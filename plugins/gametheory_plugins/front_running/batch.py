"""Many parameter points at once: arrays in, arrays out, ties decided exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from gametheory import InputError, UsageError, exact
from gametheory_plugins.front_running import first_principles, published

#: Points computed together: a compromise between the cost of a call and the memory of a table.
CHUNK = 8192

#: Differences of losses below this are decided in rational arithmetic (divided by q_D, which the formulas divide by).
CLOSE = 1e-11

MORE, NOT_MORE = "CTS>BP", "CTS<=BP"

#: What is computed for every point, with its axes after those of the points.
RESULTS = {
    "branch": "text: 'CTS>BP' or 'CTS<=BP'",
    "equilibria": "bool [3, 3]: whether A selling i and D selling j units is an equilibrium",
    "front_runs": "bool [3]: whether A sells 0, 1 or 2 units in an equilibrium",
    "loss_A": "float [3, 3]: A's total loss (loss units)",
    "loss_D": "float [3, 3]: D's total loss (loss units)",
    "price_A": "float [3, 3]: loss per unit that A sells; NaN where she sells nothing (loss units)",
    "price_D": "float [3, 3]: loss per unit that D sells; NaN where she sells nothing (loss units)",
    "value_A": "float [3, 3]: A's total value (money)",
    "value_D": "float [3, 3]: D's total value (money)",
}

_NAMES = ("rho_d", "rho_u", "q_A", "q_D", "dividend", "epsilon", "gross_return")
_TABLES = ("loss_A", "loss_D", "price_A", "price_D")

#: The bounds of the parameters, as conditions on arrays.
CONDITIONS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "0 <= rho_d <= 1": lambda p: (p["rho_d"] >= 0) & (p["rho_d"] <= 1),
    "0 <= rho_u <= 1": lambda p: (p["rho_u"] >= 0) & (p["rho_u"] <= 1),
    "rho_d + rho_u <= 1": lambda p: p["rho_d"] + p["rho_u"] <= 1,
    "1/2 < q_A < 1": lambda p: (p["q_A"] > 0.5) & (p["q_A"] < 1),
    "0 < q_D < 1": lambda p: (p["q_D"] > 0) & (p["q_D"] < 1),
    "q_A > q_D": lambda p: p["q_A"] > p["q_D"],
    "dividend > 0": lambda p: p["dividend"] > 0,
    "epsilon > 0": lambda p: p["epsilon"] > 0,
    "gross_return > 0": lambda p: p["gross_return"] > 0,
}


def evaluate(
    parameters: Mapping[str, Any],
    *,
    formulas: str,
    tie_break: str,
    results: Sequence[str] | None = None,
    invalid: str = "raise",
) -> dict[str, Any]:
    """Solve the game at many points; see `FrontRunning.evaluate`."""
    chosen = tuple(RESULTS) if results is None else tuple(results)
    for name in chosen:
        if name not in RESULTS:
            raise UsageError(
                f"front_running has no result '{name}' for arrays", remedy=f"choose of {', '.join(RESULTS)}"
            )
    if invalid not in ("raise", "mask"):
        raise UsageError(f"invalid is 'raise' or 'mask', not '{invalid}'")
    given = {name: _array(parameters[name], name) for name in _NAMES}
    shape = np.broadcast_shapes(*(column.shape for column in given.values()))
    flat = {name: np.broadcast_to(column, shape).reshape(-1) for name, column in given.items()}
    floats = {n: np.broadcast_to(column.astype(np.float64), shape).reshape(-1) for n, column in given.items()}
    valid = _valid(floats, raising=invalid == "raise")
    count = len(valid)
    found: dict[str, Any] = {
        name: np.zeros((count, 3, 3)[: 3 if name == "equilibria" else 2], dtype=bool)
        if name in ("equilibria", "front_runs")
        else np.full(count, "", dtype="<U7")
        if name == "branch"
        else np.full((count, 3, 3), np.nan)
        for name in chosen
    }
    places = np.flatnonzero(valid)
    for start in range(0, len(places), CHUNK):
        _chunk(places[start : start + CHUNK], flat, floats, formulas, tie_break, found)
    if invalid == "mask":
        found["valid"] = valid
    return {name: column.reshape(shape + column.shape[1:]) for name, column in found.items()}


def tables(rho_d: Any, rho_u: Any, q_A: Any, q_D: Any, *, case: Any, formulas: str, tie_break: str) -> dict[str, Any]:
    """Return losses and prices [points, 3, 3] at points whose cases are known, in the arithmetic of the arrays."""
    point = (rho_d, rho_u, q_A, q_D)
    found: dict[str, Any] = {}
    for kind in np.unique(case).tolist():
        at = case == kind
        part = tuple(column[at] for column in point)
        if formulas == "published":
            solved = published.solve(*part, more=kind == 0)
        else:
            solved = first_principles.solve(*part, case=kind, paper=tie_break == "paper")
        for name, table in solved.items():
            if name not in found:
                found[name] = np.full((len(rho_d), 3, 3), np.nan, dtype=table.dtype)
            found[name][at] = table
    return found


def cases(rho_d: Any, rho_u: Any, q_A: Any, q_D: Any) -> Any:
    """Return the case of each point: 0 if CTS > BP, else 1 if q_A + q_D > 1, else 2; object arrays are exact."""
    both = q_A + q_D
    more = ((1 - rho_u - rho_d) * both > 1 - rho_d).astype(bool)
    return np.where(more, 0, np.where((both > 1).astype(bool), 1, 2))


def equilibria(loss_a: Any, loss_d: Any, near: Any = 0) -> tuple[Any, Any]:
    """Return which cells are pure equilibria [points, 3, 3], and where that hangs on differences up to `near`."""
    gap_a = loss_a - loss_a.min(axis=1, keepdims=True)
    gap_d = loss_d - loss_d.min(axis=2, keepdims=True)
    close_a, close_d = (gap_a <= near).astype(bool), (gap_d <= near).astype(bool)
    possible = close_a & close_d
    alone = (close_a.sum(axis=1, keepdims=True) == 1) & (close_d.sum(axis=2, keepdims=True) == 1)
    return possible, (possible & ~alone).any(axis=(1, 2))


def exact_point(point: Sequence[Any], *, formulas: str, tie_break: str) -> dict[str, Any]:
    """Return the tables of one point in fractions, with ``case`` and ``equilibria`` (a bool table)."""
    given = {name: np.array([exact(x)], dtype=object) for name, x in zip(_NAMES, point, strict=False)}
    columns = _rational([0], given)
    case = cases(*columns)
    solved = tables(*columns, case=case, formulas=formulas, tie_break=tie_break)
    found: dict[str, Any] = {name: _fractions(table[0]) for name, table in solved.items()}
    found["equilibria"] = equilibria(solved["loss_A"], solved["loss_D"])[0][0]
    found["case"] = int(case[0])
    return found


def _fractions(table: Any) -> Any:
    """Return a table of rationals of flint as fractions, NaN where there is none."""
    result = np.empty(table.shape, dtype=object)
    for place, x in np.ndenumerate(table):
        result[place] = x if isinstance(x, float) else Fraction(int(x.p), int(x.q))
    return result


def _chunk(at: Any, flat: Any, floats: Any, formulas: str, tie_break: str, found: dict[str, Any]) -> None:
    d, u, a, q = (floats[name][at] for name in _NAMES[:4])
    case = cases(d, u, a, q)
    margin = np.minimum(abs((1 - u - d) * (a + q) - (1 - d)), abs(a + q - 1))
    unsure = np.flatnonzero(margin < 1e-12)
    if len(unsure):
        case[unsure] = cases(*_rational(at[unsure], flat))
    solved = tables(d, u, a, q, case=case, formulas=formulas, tie_break=tie_break)
    if "branch" in found:
        found["branch"][at] = np.where(case == 0, MORE, NOT_MORE)
    if "equilibria" in found or "front_runs" in found:
        best, close = equilibria(solved["loss_A"], solved["loss_D"], (CLOSE / q)[:, None, None])
        ties = np.flatnonzero(close)
        if len(ties):
            precise = tables(*_rational(at[ties], flat), case=case[ties], formulas=formulas, tie_break=tie_break)
            best[ties] = equilibria(precise["loss_A"], precise["loss_D"])[0]
        if "equilibria" in found:
            found["equilibria"][at] = best
        if "front_runs" in found:
            found["front_runs"][at] = best.any(axis=2)
    for name in _TABLES:
        if name in found:
            found[name][at] = solved[name]
    for t in ("A", "D"):
        if f"value_{t}" in found:
            money = [floats[name][at][:, None, None] for name in _NAMES[4:]]
            found[f"value_{t}"][at] = (2 * money[0] - money[1] * solved[f"loss_{t}"]) / money[2] ** 2


def _rational(at: Any, flat: Mapping[str, Any]) -> list[Any]:
    """Return the first four parameters at some points as arrays of rationals (of flint, for speed)."""
    from flint import fmpq

    columns = []
    for name in _NAMES[:4]:
        column = np.empty(len(at), dtype=object)
        values = [exact(x) for x in flat[name][at].tolist()]
        column[:] = [fmpq(x.numerator, x.denominator) for x in values]
        columns.append(column)
    return columns


def _array(values: Any, name: str) -> Any:
    given = np.asarray(values)
    if given.dtype.kind in "iuf":
        return given
    if given.dtype.kind not in "OU":
        raise InputError(f"{name} is an array of numbers, not of {given.dtype}")
    column = np.empty(given.size, dtype=object)
    column[:] = [exact(x) for x in given.ravel().tolist()]
    return column.reshape(given.shape)


def _valid(floats: Mapping[str, Any], *, raising: bool) -> Any:
    valid = np.ones(len(floats["rho_d"]), dtype=bool)
    with np.errstate(invalid="ignore"):
        for name, holds in CONDITIONS.items():
            here = holds(floats)
            if raising and not here.all():
                k = int(np.argmin(here))
                point = ", ".join(f"{n}={floats[n][k]:.6g}" for n in _NAMES if n in name)
                raise InputError(f"front_running: the parameters violate {name} at point {k} ({point})")
            valid &= here
    return valid
