"""Writing linear programs as free MPS files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from gametheory.errors import InputError
from gametheory.linear.program import LinearProgram


def write_mps(lp: LinearProgram, path: str | Path) -> None:
    """Write a linear program as a free MPS file.

    Floats are written with their shortest decimals, fractions as exact decimals; blanks in names become ``_``.

    Raises
    ------
    InputError
        If a fraction has no finite decimal, a range is crossed, or names differ in blanks only.
    """
    text = "\n".join(_lines(lp)) + "\n"
    Path(path).write_text(text, encoding="utf-8")


def _lines(lp: LinearProgram) -> Iterator[str]:
    rows, columns = _without_blanks(lp.row_names, "row"), _without_blanks(lp.column_names, "column")
    taken, objective = set(rows), "objective"
    while objective in taken:
        objective += "_"
    kinds = [_kind(lp, i, name) for i, name in enumerate(rows)]
    yield "NAME program"
    if lp.sense == "max":
        yield from ("OBJSENSE", "    MAX")
    yield from ("ROWS", f" N {objective}", *(f" {kind} {name}" for kind, name in zip(kinds, rows, strict=True)))
    yield "COLUMNS"
    transposed = lp.matrix.transpose()
    starts, places, data = transposed.indptr.tolist(), transposed.indices.tolist(), transposed.data.tolist()
    for j, name in enumerate(columns):
        cost = lp.objective[j]
        if cost or starts[j] == starts[j + 1]:
            yield f"    {name} {objective} {_decimal(cost, f'the cost of {name}')}"
        for k in range(starts[j], starts[j + 1]):
            yield f"    {name} {rows[places[k]]} {_decimal(data[k], f'{name} in {rows[places[k]]}')}"
    yield "RHS"
    if lp.constant:
        yield f"    RHS {objective} {_decimal(-lp.constant, 'the constant')}"
    for i, (kind, name) in enumerate(zip(kinds, rows, strict=True)):
        side = lp.row_upper[i] if kind == "L" else lp.row_lower[i]
        if kind != "N" and side:
            yield f"    RHS {name} {_decimal(side, f'the side of {name}')}"
    ranges = [i for i, kind in enumerate(kinds) if kind == "G" and lp.finite_row_upper[i]]
    if ranges:
        yield "RANGES"
        for i in ranges:
            width = _exactly(lp.row_upper[i]) - _exactly(lp.row_lower[i])
            yield f"    RANGE {rows[i]} {_decimal(width, f'the range of {rows[i]}')}"
    bounds = [line for j, name in enumerate(columns) for line in _bounds(lp, j, name)]
    if bounds:
        yield from ("BOUNDS", *bounds)
    yield "ENDATA"


def _kind(lp: LinearProgram, row: int, name: str) -> str:
    low, high = lp.finite_row_lower[row], lp.finite_row_upper[row]
    if low and high:
        if lp.row_lower[row] > lp.row_upper[row]:
            raise InputError("an MPS file cannot hold a row whose bounds cross", place=name)
        return "E" if lp.row_lower[row] == lp.row_upper[row] else "G"
    return "G" if low else "L" if high else "N"


def _bounds(lp: LinearProgram, column: int, name: str) -> Iterator[str]:
    has_low, has_high = lp.finite_lower[column], lp.finite_upper[column]
    low, high = lp.lower[column], lp.upper[column]
    if not has_low and not has_high:
        yield f" FR BOUND {name}"
        return
    if has_low and has_high and low == high:
        yield f" FX BOUND {name} {_decimal(low, f'the bound of {name}')}"
        return
    if not has_low:
        yield f" MI BOUND {name}"
    elif low != 0 or (has_high and high < 0):
        # A negative upper bound alone would take away the lower bound 0.
        yield f" LO BOUND {name} {_decimal(low, f'the lower bound of {name}')}"
    if has_high:
        yield f" UP BOUND {name} {_decimal(high, f'the upper bound of {name}')}"


def _decimal(value: Any, what: str) -> str:
    """Write a number as a decimal that reads back as the same fraction."""
    if not isinstance(value, Fraction):
        return repr(float(value))
    bottom, twos, fives = value.denominator, 0, 0
    while bottom % 2 == 0:
        bottom, twos = bottom // 2, twos + 1
    while bottom % 5 == 0:
        bottom, fives = bottom // 5, fives + 1
    if bottom != 1:
        raise InputError(f"{value} has no finite decimal", place=what, remedy="write lp.to_float() instead")
    shift = max(twos, fives)
    digits = value.numerator * 10**shift // value.denominator
    return f"{digits}e-{shift}" if shift else str(digits)


def _exactly(value: Any) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(repr(float(value)))


def _without_blanks(names: Sequence[str], what: str) -> list[str]:
    replaced = [re.sub(r"\s", "_", name) for name in names]
    if len(set(replaced)) < len(replaced):
        raise InputError(f"names of {what}s differ in blanks only, which an MPS file cannot hold")
    return replaced
