"""Order books in files: comma-separated bids, with the terms of the sale in comments at the top."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from gametheory.errors import InputError, UsageError, nearest
from gametheory.mechanism.auctions.book import PAYMENTS, QUOTES, RULES, OrderBook
from gametheory.numbers import NotANumberError, number

#: Terms that a comment may set.
_TERMS = ("supply", "rule", "payment", "reserve")
_COLUMNS = ("bidder", "quantity", *QUOTES)
#: What plain decimals are written with, and the digits up to which each has a float of its own.
_PLAIN, _DIGITS = frozenset("0123456789.-"), 15
#: Characters of an entry that an error shows.
_SHOWN = 60
#: Lines split at a time: so few that they are gone before Python looks for garbage among them.
_BLOCK = 500
_HEADER = "begin with a line such as bidder,quantity,yield (or price)"


def read(path: str | Path) -> OrderBook:
    """Read an order book from a ``.csv`` file.

    The first lines may set terms as in TOML, ``# supply = 100`` or ``# rule = "spread"``; then comes a header with
    ``quantity``, one of ``yield`` and ``price``, and optionally ``bidder``; then one bid per line.

    Raises
    ------
    UsageError
        If the file cannot be read.
    InputError
        If it is malformed; line and column are named.
    """
    terms, columns = read_bids(path)
    if "supply" not in terms:
        raise InputError("the book does not say what is on sale", place=str(path), remedy="begin with '# supply = 100'")
    return OrderBook(**columns, **terms)


def recognises(path: str | Path) -> bool:
    """Say whether a ``.csv`` file has the header of an order book: a column ``quantity``, whatever separates them."""
    try:
        with Path(path).open(encoding="utf-8-sig") as lines:
            for line in lines:
                if line.strip() and not line.lstrip().startswith("#"):
                    return "quantity" in re.split(r"\s*[,;\t]\s*", line.strip().lower())
    except (OSError, UnicodeDecodeError):
        return False
    return False


def read_bids(path: str | Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read a ``.csv`` file as `read` does, but return its terms and its columns, by the names of `OrderBook`.

    The terms are those that its comments set, if any: supply, rule, payment, reserve. The columns are quantities,
    limits, quote and bidders.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("this is not a text file", place=str(path)) from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    return _parse(text, str(path))


def _parse(text: str, path: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split the text of a book into its terms, and its columns as `OrderBook` takes them."""
    lines = io.StringIO(text).readlines()  # str.splitlines would also break names at Unicode's other separators
    terms: dict[str, Any] = {}
    start = 0
    while start < len(lines) and (lines[start].lstrip().startswith("#") or not lines[start].strip()):
        _term(lines[start], terms, f"{path}:{start + 1}")
        start += 1
    if start == len(lines):
        raise InputError("the book is empty", place=f"{path}:{start + 1}:1", remedy=_HEADER)
    body = "".join(lines[start:]).removesuffix("\n")
    reader = csv.reader(io.StringIO(body))
    try:
        header = [name.strip().lower() for name in next(reader)]
        quote = _check_header(header, lines[start], f"{path}:{start + 1}")
        columns = _columns(reader, header, quote)
        if columns is None:
            reader = csv.reader(io.StringIO(body))
            next(reader)
            columns = _columns(_checked(reader, header, lines, path, start), header, quote)
    except csv.Error as error:
        raise InputError(f"malformed CSV: {error}", place=f"{path}:{start + reader.line_num}:1") from None
    if columns is None:
        raise InputError("the book holds no bid", place=f"{path}:{start + 1}:1", remedy="write one bid per line below")
    return terms, columns


def _columns(rows: Iterator[list[str]], header: list[str], quote: str) -> dict[str, Any] | None:
    """Return the columns of a book as `OrderBook` takes them; None if there is no bid, or some bid is malformed."""
    texts: list[list[str]] = [[] for _ in header]
    while block := list(itertools.islice(rows, _BLOCK)):
        bids = [row for row in block if row]
        if any(len(row) != len(header) for row in bids):
            return None
        for column, part in zip(texts, zip(*bids, strict=True), strict=False):
            column.extend(part)
    if not texts[0]:
        return None
    held = dict(zip(header, texts, strict=True))
    bidders = tuple(map(str.strip, held.get("bidder", ())))
    quantities, limits = _numbers(held["quantity"]), _numbers(held[quote])
    if quantities is None or limits is None or "" in bidders or not (np.asarray(quantities) > 0).all():
        return None
    return {"quantities": quantities, "limits": limits, "quote": quote, "bidders": bidders}


def _numbers(texts: Sequence[str]) -> Any:
    """Return a column of numbers: integers, or floats whose shortest decimals these are, else fractions.

    A decimal of at most 15 digits is the shortest of its float, which then stands for it. None if one is malformed.
    """
    if max(map(len, texts)) <= _DIGITS and _PLAIN.issuperset("".join(texts)):
        with contextlib.suppress(ValueError):
            floats = np.array(list(map(float, texts)))
            whole = floats.astype(np.int64)
            return whole if np.array_equal(whole, floats) else floats
    try:
        known = {text: _entry(text, "", positive=False) for text in set(texts)}  # a tick is written many times
    except InputError:
        return None
    values = [known[text] for text in texts]
    if all(v.denominator == 1 and abs(v.numerator) < 2**62 for v in known.values()):
        return np.array([v.numerator for v in values], dtype=np.int64)
    return values


def _check_bid(row: list[str], header: list[str], line: str, place: str) -> None:
    """Raise `InputError` with its line and column if a bid is malformed."""
    if len(row) != len(header):
        remedy = "write decimals with a point" if len(row) > len(header) else None
        if any("\n" in entry for entry in row):
            remedy = "a quotation mark is left open"
        raise InputError(f"{len(row)} entries; the header has {len(header)}", place=f"{place}:1", remedy=remedy)
    held, said = dict(zip(header, row, strict=True)), ""
    if "bidder" in held:
        if not held["bidder"].strip():
            raise InputError("the bidder has no name", place=f"{place}:{_column(line, header.index('bidder'))}")
        said = f"bidder '{held['bidder'].strip()}': "
    for name in header:
        if name != "bidder":
            try:
                _entry(held[name], f"{said}{name}", positive=name == "quantity")
            except InputError as error:
                error.place = f"{place}:{_column(line, header.index(name))}"
                raise


def _checked(reader: Any, header: list[str], lines: list[str], path: str, start: int) -> Iterator[list[str]]:
    """Yield the bids of a book that are not blank; raises `InputError` with line and column at a malformed one."""
    for row in reader:
        if any(map(str.strip, row)):
            at = start + reader.line_num - sum(entry.count("\n") for entry in row)
            _check_bid(row, header, lines[at - 1], f"{path}:{at}")
            yield row


def _column(line: str, index: int) -> int:
    """Return where in a line, from 1, an entry begins; commas between quotation marks do not separate entries."""
    starts, quoted = [0], False
    for position, character in enumerate(line):
        quoted ^= character == '"'
        if character == "," and not quoted:
            starts.append(position + 1)
    start = starts[index] if index < len(starts) else 0
    return start + 1 + len(line[start:]) - len(line[start:].lstrip())


def _check_header(header: list[str], line: str, place: str) -> str:
    for index, name in enumerate(header):
        at = f"{place}:{_column(line, index)}"
        if len(header) == 1 and re.search("[;\t]", name):
            raise InputError("the entries are not separated by commas", place=at, remedy=_HEADER)
        if name not in _COLUMNS:
            raise InputError(f"no column '{name}' in an order book", place=at, remedy=nearest(name, _COLUMNS))
        if name in header[:index]:
            raise InputError(f"the header has '{name}' twice", place=at, remedy=_HEADER)
    quotes = [name for name in QUOTES if name in header]
    if "quantity" not in header or len(quotes) != 1:
        raise InputError(
            "the header of an order book has quantity, and either yield or price", place=f"{place}:1", remedy=_HEADER
        )
    return quotes[0]


def _term(line: str, terms: dict[str, Any], place: str) -> None:
    """Read a term that a comment sets; any other comment is skipped."""
    found = re.match(r"\s*#+\s*(\w+)\s*=\s*(.*?)\s*$", line)
    if found is None or not found[1].isidentifier():
        return
    name, value = found[1], found[2]
    if name not in _TERMS:
        raise InputError(
            f"an order book has no term '{name}'", place=f"{place}:{found.start(1) + 1}", remedy=nearest(name, _TERMS)
        )
    if name in terms:
        raise InputError(f"'{name}' is set twice", place=f"{place}:{found.start(1) + 1}")
    at = f"{place}:{found.start(2) + 1}"
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    known = {"rule": RULES, "payment": PAYMENTS}.get(name)
    if known is None:
        try:
            terms[name] = _entry(value, name, positive=name == "supply")
        except InputError as error:
            error.place = at
            raise
    elif value in known:
        terms[name] = value
    else:
        raise InputError(f"{name} is '{value}'", place=at, remedy=nearest(value, known))


def _entry(text: str, name: str, *, positive: bool) -> Fraction:
    try:
        found = Fraction(number(text))
    except InputError as error:
        told = error if len(text) <= _SHOWN else NotANumberError(f"{text[:_SHOWN]}...")
        raise InputError(f"{name}: {told.message}", remedy=told.remedy) from None
    if positive and found <= 0:
        said = "it is positive" if name == "supply" else "quantities are positive"
        before, _, last = name.rpartition(" ")
        raise InputError(f"{before}{' ' if before else ''}the {last} is {text.strip()}; {said}")
    return found


def write(book: OrderBook, path: str | Path) -> None:
    """Write an order book as a ``.csv`` file that `read` reads back; floats as their shortest decimals."""
    from gametheory.files import write_text
    from gametheory.numbers import as_text, exact

    def plain(value: Any) -> str:
        if isinstance(value, float):
            return repr(value)
        if isinstance(value, Fraction) and value.denominator > 1 and exact(float(value)) == value:
            return repr(float(value))
        return as_text(exact(value))

    lines = [f'# supply = "{plain(book.supply)}"', f'# rule = "{book.rule}"', f'# payment = "{book.payment}"']
    if book.reserve is not None:
        lines.append(f'# reserve = "{plain(book.reserve)}"')
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([*(["bidder"] if book.bidders else []), "quantity", book.quote])
    names = [[name] for name in book.bidders] or [[]] * len(book.limits)
    for name, quantity, limit in zip(names, np.asarray(book.quantities).tolist(), book.limits.tolist(), strict=True):
        rows.writerow([*name, plain(quantity), plain(limit)])
    write_text(path, "\n".join(lines) + "\n" + text.getvalue())
