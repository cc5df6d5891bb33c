"""The words of Gambit's game files, each with its line and column."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from gametheory.errors import InputError, UsageError
from gametheory.numbers import number

logger = logging.getLogger("gametheory")

_WORDS = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<comment>//[^\n]*|/\*.*?\*/)
    | (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?:/[0-9]+)?)
    | (?P<word>[A-Za-z_]+)
    | (?P<symbol>[{},])
    """,
    re.VERBOSE | re.DOTALL,
)


def read_text(path: str | Path) -> str:
    """Return the text of a file.

    Raises
    ------
    UsageError
        If there is no such file.
    InputError
        If it cannot be read, or is not text.
    """
    try:
        raw = Path(path).read_bytes()
    except FileNotFoundError:
        raise UsageError(f"there is no file '{path}'") from None
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror}", place=str(path)) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        raise InputError("the file is not text in UTF-8", place=f"{path}:{line}:{column}") from None


class Tokens:
    """A file as a row of words, numbers, quoted text and braces.

    Parameters
    ----------
    text : str
        The text of the file.
    name : str
        What to call the file in errors.

    Raises
    ------
    InputError
        Where a character begins no word; the place is ``name:line:column``.
    """

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self._text = text
        self._row: list[tuple[str, str, int]] = []
        at = 0
        for match in _WORDS.finditer(text):
            start, end = match.span()
            if start != at:
                break
            kind = match.lastgroup or ""
            if kind == "symbol":
                self._row.append((match.group(), match.group(), start))
            elif kind not in ("space", "comment"):
                self._row.append((kind, match.group(), start))
            at = end
        if at < len(text):
            what = "quoted text that never ends" if text[at] == '"' else f"character {text[at]!r}"
            raise self.error(f"unexpected {what}", at)
        self._row.append(("end", "", len(text)))
        self._next = 0

    @property
    def position(self) -> int:
        """Where the next word begins."""
        return self._row[self._next][2]

    @property
    def previous(self) -> int:
        """Where the last word taken begins."""
        return self._row[max(self._next - 1, 0)][2]

    def error(self, message: str, position: int | None = None, *, remedy: str | None = None) -> InputError:
        """Return an error at a position (the next word unless given)."""
        at = self.position if position is None else position
        line = self._text.count("\n", 0, at) + 1
        column = at - (self._text.rfind("\n", 0, at) + 1) + 1
        return InputError(message, place=f"{self.name}:{line}:{column}", remedy=remedy)

    def unexpected(self, wanted: str) -> InputError:
        """Return an error that says what is needed in place of the next word."""
        kind, text, _ = self._row[self._next]
        found = "the end of the file" if kind == "end" else text if len(text) <= 40 else text[:37] + "..."
        return self.error(f"needed: {wanted}; found: {found}")

    def next_is(self, kind: str) -> bool:
        """Say whether the next word is of a kind: ``text``, ``number``, ``word``, ``end`` or a symbol."""
        return self._row[self._next][0] == kind

    def _take(self, kind: str, wanted: str) -> str:
        if not self.next_is(kind):
            raise self.unexpected(wanted)
        self._next += 1
        return self._row[self._next - 1][1]

    def word(self, *known: str) -> str:
        """Take one of some words."""
        wanted = " or ".join(known)
        if self._row[self._next][1] not in known:
            raise self.unexpected(wanted)
        return self._take("word", wanted)

    def symbol(self, symbol: str) -> None:
        """Take a brace or comma."""
        self._take(symbol, symbol)

    def skip_comma(self) -> None:
        """Take a comma if there is one."""
        if self.next_is(","):
            self._next += 1

    def text(self, wanted: str) -> str:
        """Take quoted text; a backslash stands before a quote or a backslash."""
        inside = self._take("text", wanted)[1:-1]
        return re.sub(r'\\(["\\])', r"\1", inside) if "\\" in inside else inside

    def texts(self, wanted: str) -> list[str]:
        """Take quoted texts in braces."""
        self.symbol("{")
        result = []
        while not self.next_is("}"):
            result.append(self.text(wanted))
            self.skip_comma()
        self.symbol("}")
        return result

    def named(self, labels: Sequence[str], what: str, position: int, prefix: str = "") -> tuple[str, ...]:
        """Return labels made different by `tidy`; those that were equal are logged as a warning, with their place."""
        result = tidy(labels, prefix)
        twice = next((k for k, label in enumerate(labels) if label and label in labels[:k]), None)
        if twice is not None:
            place = self.error("", position).place
            logger.warning("%s: two %s are called '%s'; read as '%s'", place, what, labels[twice], result[twice])
        return result

    def number(self, wanted: str) -> Fraction:
        """Take a number, decimal or rational, as a fraction."""
        position = self.position
        text = self._take("number", wanted)
        try:
            result = number(text)
        except InputError:
            raise self.error(f"{text} is not a number", position) from None
        assert isinstance(result, Fraction)
        return result

    def integer(self, wanted: str) -> int:
        """Take an integer."""
        position = self.position
        text = self._take("number", wanted)
        if len(text) < 18 and text.isdecimal():
            return int(text)
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
            raise self.error(f"needed: {wanted}, an integer; found: {text}", position)
        return int(text)


def quoted(text: str) -> str:
    """Return text as the files write it: a backslash is doubled only where it would be taken for an escape."""
    return '"' + re.sub(r'\\(?=["\\]|\Z)', r"\\\\", text).replace('"', '\\"') + '"'


def tidy(labels: Sequence[str], prefix: str) -> tuple[str, ...]:
    """Return labels that are neither empty nor equal: an empty one becomes its position, a second one gets a number."""
    given = set(labels)
    taken: dict[str, int] = {}
    for k, label in enumerate(labels):
        base = name = label or f"{prefix}{k + 1}"
        tries = 1
        while name in taken or (name != label and name in given):
            tries += 1
            name = f"{base} ({tries})"
        taken[name] = k
    return tuple(taken)
