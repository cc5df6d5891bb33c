"""MPS files: the exchange format of linear programs, fixed and free."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from gametheory.errors import InputError
from gametheory.linear.mps_writer import write_mps
from gametheory.linear.program import LinearProgram
from gametheory.linear.rational import object_array
from gametheory.linear.sparse import SparseMatrix
from gametheory.numbers import number

__all__ = ["read_mps", "write_mps"]

logger = logging.getLogger("gametheory")

#: Where the six fields of a fixed line begin and end, counted from 0.
FIELDS = ((1, 3), (4, 12), (14, 22), (24, 36), (39, 47), (49, 61))
SECTIONS = ("NAME", "OBJSENSE", "OBJNAME", "ROWS", "COLUMNS", "RHS", "RANGES", "BOUNDS", "ENDATA")
ONE_LINERS = ("FR", "MI", "PL")
CONTINUOUS = "a linear program has continuous columns only"
INTEGER_BOUNDS = ("BV", "LI", "UI", "SC", "SI")


@dataclass(frozen=True)
class _Token:
    text: str
    column: int


@dataclass(frozen=True)
class _Line:
    number: int
    tokens: tuple[_Token, ...]


@dataclass
class _Program:
    """What has been read so far."""

    sense: str = "min"
    objective_name: str | None = None
    kinds: dict[str, str] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    entries: dict[tuple[str, str], Fraction] = field(default_factory=dict)
    sides: dict[str, Fraction] = field(default_factory=dict)
    ranges: dict[str, Fraction] = field(default_factory=dict)
    lower: dict[str, Any] = field(default_factory=dict)
    upper: dict[str, Any] = field(default_factory=dict)


def read_mps(path: str | Path) -> LinearProgram:
    """Read a linear program from an MPS file; its decimals become fractions exactly.

    Lines are split at blanks, which reads free files and fixed ones alike; where that fails (names with blanks)
    the file is read by the columns of the fixed format. The first N row is the objective, further N rows are free
    rows; a number for the objective in RHS is minus its constant. RANGES: on an E row R, ``[b, b + R]`` if
    R > 0 and ``[b + R, b]`` if R < 0; else the missing side is ``|R|`` away. BOUNDS: columns are nonnegative unless
    said otherwise, and a negative upper bound without a lower one takes the lower bound away.

    Raises
    ------
    InputError
        If the file is not an MPS file of a linear program; the place is file:line:column.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError("the file is not text", place=str(path)) from error
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror}", place=str(path)) from error
    try:
        return _Reader(path, _free_lines(text)).read()
    except InputError as free_error:
        try:
            return _Reader(path, _fixed_lines(text)).read()
        except InputError:
            raise free_error from None


def _free_lines(text: str) -> Iterator[_Line]:
    for count, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("*"):
            continue
        tokens, end = [], 0
        for part in line.split():
            start = line.index(part, end)
            end = start + len(part)
            tokens.append(_Token(part, start + 1))
        if line[0].isspace():
            tokens.insert(0, _Token("", 1))
        yield _Line(count, tuple(tokens))


def _fixed_lines(text: str) -> Iterator[_Line]:
    section = ""
    for count, raw in enumerate(text.splitlines(), 1):
        line = raw.expandtabs().rstrip()
        if not line or line.startswith("*"):
            continue
        if not line[0].isspace():
            parts = line.split()
            section = parts[0].upper()
            yield _Line(count, tuple(_Token(part, 1 + line.index(part)) for part in parts))
            continue
        fields = [(line[start:stop].strip(), start + 1) for start, stop in FIELDS]
        if section not in ("ROWS", "BOUNDS", "OBJSENSE", "OBJNAME"):
            fields = fields[1:]
        yield _Line(count, (_Token("", 1), *(_Token(part, column) for part, column in fields if part)))


class _Reader:
    def __init__(self, path: Path, lines: Iterator[_Line]) -> None:
        self.path = path
        self.lines = lines
        self.program = _Program()

    def fail(self, message: str, line: _Line, token: int = 0, remedy: str | None = None) -> InputError:
        column = line.tokens[min(token, len(line.tokens) - 1)].column
        return InputError(message, place=f"{self.path}:{line.number}:{column}", remedy=remedy)

    def read(self) -> LinearProgram:
        section, seen, last = "", set(), _Line(1, (_Token("", 1),))
        actions = {
            "OBJSENSE": self._sense,
            "OBJNAME": self._objective_name,
            "ROWS": self._row,
            "COLUMNS": self._column,
            "RHS": self._side,
            "RANGES": self._range,
            "BOUNDS": self._bound,
        }
        for line in self.lines:
            last = line
            head = line.tokens[0]
            if not head.text:
                if section not in actions:
                    raise self.fail("data before the first section", line, 1)
                actions[section](line)
                continue
            section = head.text.upper()
            if section not in SECTIONS:
                raise self.fail(f"'{head.text}' is not a section of an MPS file of a linear program", line)
            if section in seen and section != "OBJSENSE":
                raise self.fail(f"a second section {section}", line)
            seen.add(section)
            if section == "ENDATA":
                return self._finish()
            if section == "OBJSENSE" and len(line.tokens) > 1:
                self._sense(line)
        raise self.fail("the file ends without ENDATA", last)

    # -- sections ---------------------------------------------------------------------------------

    def _sense(self, line: _Line) -> None:
        word = line.tokens[-1].text.upper()
        if word not in ("MIN", "MINIMIZE", "MINIMISE", "MAX", "MAXIMIZE", "MAXIMISE"):
            raise self.fail(f"the sense of an objective is MIN or MAX, not '{line.tokens[-1].text}'", line, 1)
        self.program.sense = word[:3].lower()

    def _objective_name(self, line: _Line) -> None:
        self.program.objective_name = line.tokens[1].text

    def _row(self, line: _Line) -> None:
        if len(line.tokens) != 3:
            raise self.fail("a line of ROWS is a type and a name", line, 1)
        kind, name = line.tokens[1].text.upper(), line.tokens[2].text
        if kind not in ("N", "L", "G", "E"):
            raise self.fail(f"the type of a row is N, L, G or E, not '{line.tokens[1].text}'", line, 1)
        if name in self.program.kinds:
            raise self.fail(f"a second row '{name}'", line, 2)
        self.program.kinds[name] = kind

    def _column(self, line: _Line) -> None:
        texts = [t.text for t in line.tokens[1:]]
        if len(texts) > 1 and texts[1].strip("'\"").upper() == "MARKER":
            if "INTORG" in texts[-1].upper():
                raise self.fail("integer columns", line, 1, CONTINUOUS)
            return
        name = line.tokens[1].text
        self.program.columns.setdefault(name, len(self.program.columns))
        for row, value in self._pairs(line, 2):
            place = (row.text, name)
            if place in self.program.entries:
                raise self.fail(f"a second entry of column '{name}' in row '{row.text}'", line, 2)
            self.program.entries[place] = value

    def _side(self, line: _Line) -> None:
        self._set_pairs(line, self.program.sides, "right-hand side")

    def _range(self, line: _Line) -> None:
        self._set_pairs(line, self.program.ranges, "range")

    def _set_pairs(self, line: _Line, target: dict[str, Fraction], what: str) -> None:
        # The name of the vector may be left out: then the number of fields is even.
        for row, value in self._pairs(line, 1 if len(line.tokens) % 2 == 1 else 2):
            if row.text in target:
                raise self.fail(f"a second {what} of row '{row.text}'", line, 2)
            target[row.text] = value

    def _pairs(self, line: _Line, first: int) -> Iterator[tuple[_Token, Fraction]]:
        if len(line.tokens) <= first or (len(line.tokens) - first) % 2:
            raise self.fail("a row without a number", line, len(line.tokens) - 1)
        for place in range(first, len(line.tokens), 2):
            row = line.tokens[place]
            if row.text not in self.program.kinds:
                raise self.fail(f"no row '{row.text}'", line, place)
            yield row, self._number(line, place + 1)

    def _number(self, line: _Line, place: int) -> Fraction:
        text = line.tokens[place].text.replace("D", "E").replace("d", "e")
        try:
            return Fraction(number(text))
        except InputError:
            raise self.fail(f"'{line.tokens[place].text}' is not a number", line, place) from None

    def _bound(self, line: _Line) -> None:
        kind = line.tokens[1].text.upper()
        if kind in INTEGER_BOUNDS:
            raise self.fail(f"bound {kind} of an integer column", line, 1, CONTINUOUS)
        if kind not in ("UP", "LO", "FX", *ONE_LINERS):
            raise self.fail(f"'{line.tokens[1].text}' is not a type of bound", line, 1)
        rest = len(line.tokens) - 2
        valued = kind not in ONE_LINERS
        # The name of the vector may be left out; FR, MI and PL may carry a number that means nothing.
        if valued:
            place = 3 if rest == 3 else 2
            right = rest in (2, 3)
        else:
            place = 2 if rest == 1 or line.tokens[3].text not in self.program.columns else 3
            right = rest in (1, 2, 3)
        if not right:
            raise self.fail("a bound is a type, a column and a number", line, 1)
        name = line.tokens[place].text
        if name not in self.program.columns:
            raise self.fail(f"no column '{name}'", line, place)
        value: Any = None
        if valued:
            text = line.tokens[place + 1].text.lower().lstrip("+")
            value = None if text.lstrip("-") in ("inf", "infinity", "1e30", "1e+30") else self._number(line, place + 1)
        if kind in ("LO", "FX", "FR", "MI"):
            self.program.lower[name] = value
        if kind in ("UP", "FX", "FR", "PL"):
            self.program.upper[name] = value
        if kind == "UP" and value is not None and value < 0 and name not in self.program.lower:
            said = "%s:%d: column '%s' has a negative upper bound and therefore no lower bound"
            logger.warning(said, self.path, line.number, name)
            self.program.lower[name] = None

    # -- the program ------------------------------------------------------------------------------

    def _finish(self) -> LinearProgram:
        program = self.program
        names = [name for name, kind in program.kinds.items() if kind == "N"]
        objective = program.objective_name if program.objective_name in names else next(iter(names), None)
        rows = {name: i for i, name in enumerate(name for name in program.kinds if name != objective)}
        costs = object_array([program.entries.get((objective or "", name), Fraction(0)) for name in program.columns])
        places = [(rows[r], program.columns[c], v) for (r, c), v in program.entries.items() if r != objective]
        low, high = zip(*(self._sides(name) for name in rows), strict=True) if rows else ((), ())
        return LinearProgram(
            program.sense,
            costs,
            SparseMatrix.from_coo(
                np.array([p[0] for p in places], dtype=np.int64),
                np.array([p[1] for p in places], dtype=np.int64),
                object_array([p[2] for p in places]),
                (len(rows), len(program.columns)),
            ),
            object_array(list(low)),
            object_array(list(high)),
            object_array([program.lower.get(name, Fraction(0)) for name in program.columns]),
            object_array([program.upper.get(name) for name in program.columns]),
            list(rows),
            list(program.columns),
            -program.sides.get(objective or "", Fraction(0)),
        )

    def _sides(self, name: str) -> tuple[Fraction | None, Fraction | None]:
        kind, side = self.program.kinds[name], self.program.sides.get(name, Fraction(0))
        width = self.program.ranges.get(name)
        if kind == "N":
            return None, None
        if kind == "E":
            return (side + min(width or 0, 0), side + max(width or 0, 0))
        if kind == "L":
            return (None if width is None else side - abs(width), side)
        return (side, None if width is None else side + abs(width))
