"""Matching markets as CSV and TOML, and matchings as CSV.

A CSV market has the columns ``side, agent, quota, owns, preferences, priorities`` (the last four may be
missing). A list is written ``mit > caltech = stanford > yale``, with ``=`` for a tie. The first side named
proposes; a single side is a roommates market. Lists in the column ``priorities`` are priorities only.
"""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

from gametheory.errors import InputError, UsageError, nearest
from gametheory.matching.answers import Matching, NamedMatching
from gametheory.matching.market import MatchingMarket

#: How the tables that the command line prints begin.
PRINTED = "matching,value"
COLUMNS = ("side", "agent", "quota", "owns", "preferences", "priorities")


def read_csv(path: str | Path) -> MatchingMarket:
    """Read a market from CSV.

    Raises
    ------
    InputError
        On a malformed table, with file, line and column; or on lists that make no market.
    """
    lists: dict[str, dict[str, list[list[str]]]] = {}
    places: dict[str, int] = {}
    quotas: dict[str, int] = {}
    owns: dict[str, str] = {}
    ranked: set[str] = set()
    priorities = False
    for number, row, where in _rows(Path(path), COLUMNS, ("side", "agent")):
        side, agent = row["side"], row["agent"]
        if not side or not agent:
            raise InputError("every row names a side and an agent", place=where(0))
        own = lists.setdefault(side, {})
        if len(lists) > 2:
            raise InputError(f"a third side, '{side}'; a market has two", place=where("side"))
        if agent in own:
            raise InputError(f"'{agent}' is in the table twice", place=where("agent"))
        places[agent] = number
        if row.get("quota"):
            if not re.fullmatch(r"[+-]?\d+", row["quota"]):
                raise InputError(f"the quota of '{agent}' is not a whole number: {row['quota']}", place=where("quota"))
            quotas[agent] = int(row["quota"])
        if row.get("owns"):
            owns[agent] = row["owns"]
        text = row.get("preferences") or row.get("priorities") or ""
        if row.get("preferences") and row.get("priorities"):
            raise InputError(f"'{agent}' has preferences and priorities", place=where("priorities"))
        if text:
            ranked.add(side)
        priorities = priorities or bool(row.get("priorities"))
        own[agent] = _read_list(text, agent, where("preferences" if row.get("preferences") else "priorities"))
    if not lists:
        raise InputError("the table has no agents", place=f"{path}:1:1")
    sides = tuple(lists)
    try:
        if len(sides) == 1:
            return MatchingMarket.roommates(lists[sides[0]], side=sides[0])
        given: Any = lists[sides[1]] if sides[1] in ranked else list(lists[sides[1]])
        wrong = next((a for a in quotas if a in lists[sides[0]] and quotas[a] != 1), None)
        if wrong is not None:
            raise InputError(f"the quota of '{wrong}' is not 1: {sides[0]} propose and are matched once")
        return MatchingMarket.from_lists(
            lists[sides[0]],
            given,
            quotas={a: q for a, q in quotas.items() if a in lists[sides[1]]},
            priorities=priorities,
            owns=owns or None,
            sides=(sides[0], sides[1]),
        )
    except InputError as error:
        agent = next((a for a in places if f"'{a}'" in error.message), None)
        error.place = error.place or (f"{path}:{places[agent]}:1" if agent else str(path))
        raise


def write_csv(market: MatchingMarket, path: str | Path) -> None:
    """Write a market as CSV, whole or not at all.

    Raises
    ------
    UsageError
        If a name holds ``>`` or ``=``, or the market has weights.
    """
    if market.weights is not None:
        raise UsageError("CSV markets hold no weights", remedy="write .toml instead")
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for i in range(len(market.proposers)):
        owned = ""
        if market.endowment is not None and market.endowment[i] >= 0:
            owned = market.receiver_name(int(market.endowment[i]))
        text = _write_list(market.proposers.groups(i), market.receiver_name)
        table.writerow([market.sides[0], market.proposer_name(i), "", owned, text, ""])
    if not market.one_sided:
        for j in range(len(market.receivers)):
            text = _write_list(market.receivers.groups(j), market.proposer_name)
            lists = ["", text] if market.priorities else [text, ""]
            table.writerow([market.sides[1], market.receiver_name(j), int(market.quotas[j]), "", *lists])
    Path(path).write_text(out.getvalue(), encoding="utf-8")


def write_toml(market: MatchingMarket, path: str | Path) -> None:
    """Write a market as TOML, in the lists of names that a person would write."""

    def text(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    def table(title: str, entries: dict[str, Any]) -> list[str]:
        return ["", f"[{title}]", *(f"{text(k)} = {text(v)}" for k, v in entries.items())]

    def plain(groups: list[list[int]], name: Any) -> list[Any]:
        return [name(g[0]) if len(g) == 1 else [name(t) for t in g] for g in groups]

    n, m = len(market.proposers), len(market.receivers)
    rows = ['type = "MatchingMarket"', f"sides = {text(list(market.sides))}"]
    if not market.one_sided and market.priorities:
        rows.append("priorities = true")
    first = {market.proposer_name(i): plain(market.proposers.groups(i), market.receiver_name) for i in range(n)}
    rows += table("proposers.lists", first)
    if not market.one_sided:
        second = {market.receiver_name(j): plain(market.receivers.groups(j), market.proposer_name) for j in range(m)}
        rows += table("receivers.lists", second)
        quotas = {market.receiver_name(j): int(q) for j, q in enumerate(market.quotas) if q != 1}
        rows += table("quotas", quotas) if quotas else []
    if market.endowment is not None:
        owned = {
            market.proposer_name(i): market.receiver_name(int(j)) for i, j in enumerate(market.endowment) if j >= 0
        }
        rows += table("endowment", owned)
    if market.weights is not None:
        for i in range(n):
            start, end = int(market.proposers.offsets[i]), int(market.proposers.offsets[i + 1])
            worth = {
                market.receiver_name(int(market.proposers.targets[e])): (
                    str(market.weights[e]) if market.exact_weights else float(market.weights[e])
                )
                for e in range(start, end)
            }
            rows += table(f"weights.{text(market.proposer_name(i))}", worth)
    Path(path).write_text("\n".join(rows) + "\n", encoding="utf-8")


def read_matching(path: str | Path, market: MatchingMarket) -> Matching:
    """Read anyone's matching from CSV: two columns of names, proposers first, with or without a header.

    What ``gametheory solve --format csv`` prints can be read too: its first table is the matching, with a dash for
    nobody.

    Raises
    ------
    InputError
        On unknown names or agents matched twice; the file, and where it can be told the line, are named.
    """
    names = {market.proposer_name(i) for i in range(len(market.proposers))}
    others = {market.receiver_name(j) for j in range(len(market.receivers))}
    lines = _text(Path(path)).splitlines()
    printed = bool(lines) and lines[0].strip() == PRINTED
    pairs = []
    for number, line in enumerate(lines, 1):
        cells = [c.strip() for c in next(csv.reader([line]), [])]
        if printed and not any(cells):
            break
        if not any(cells) or (number == 1 and cells[0] not in names):
            continue
        if len(cells) != 2:
            raise InputError(f"a row has {len(cells)} cells, not a pair of names", place=f"{path}:{number}:1")
        if cells[0] not in names:
            remedy = nearest(cells[0], names)
            raise InputError(
                f"'{cells[0]}' is not one of the {market.sides[0]}", place=f"{path}:{number}:1", remedy=remedy
            )
        if cells[1] and not (printed and cells[1] == "-" and "-" not in others):
            pairs.append((cells[0], cells[1]))
    try:
        return NamedMatching(tuple(pairs)).resolved(market)
    except InputError as error:
        error.place = error.place or str(path)
        raise


def write_matching(matching: Matching, market: MatchingMarket, path: str | Path) -> None:
    """Write a matching as CSV: a header, then one row per proposer, the partner empty if unmatched."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow([market.sides[0], market.sides[-1] if not market.one_sided else "partner"])
    for i, j in enumerate(matching.assignment.tolist()):
        table.writerow([market.proposer_name(i), market.receiver_name(j) if j >= 0 else ""])
    Path(path).write_text(out.getvalue(), encoding="utf-8")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("this is not a text file", place=str(path)) from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None


def _rows(path: Path, known: tuple[str, ...], needed: tuple[str, ...]) -> Any:
    """Yield (line, cells by column, place of a column) for each row of a table."""
    lines = _text(path).splitlines()
    reader = csv.reader(lines)
    try:
        header = [c.strip() for c in next(reader, [])]
    except csv.Error as error:
        raise InputError(f"malformed CSV: {error}", place=f"{path}:1:1") from None
    for name in header:
        if name not in known:
            raise InputError(f"no column '{name}'", place=f"{path}:1:1", remedy=nearest(name, known))
        if header.count(name) > 1:
            raise InputError(f"two columns are called '{name}'", place=f"{path}:1:1")
    for name in needed:
        if name not in header:
            raise InputError(
                f"the column '{name}' is missing", place=f"{path}:1:1", remedy=f"columns: {', '.join(known)}"
            )
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(f"malformed CSV: {error}", place=f"{path}:{reader.line_num}:1") from None
        number = reader.line_num
        if not any(c.strip() for c in cells):
            continue
        if len(cells) > len(header):
            raise InputError(f"{len(cells)} cells under {len(header)} columns", place=f"{path}:{number}:1")
        row = dict(zip(header, [c.strip() for c in cells], strict=False))

        def where(column: str | int, number: int = number, row: dict[str, str] = row) -> str:
            cell = row.get(column, "") if isinstance(column, str) else ""
            at = lines[number - 1].find(cell) if cell else 0
            return f"{path}:{number}:{max(at, 0) + 1}"

        yield number, row, where


def _read_list(text: str, agent: str, place: str) -> list[list[str]]:
    if not text:
        return []
    groups = [[name.strip() for name in part.split("=")] for part in text.split(">")]
    if any(not name for group in groups for name in group):
        raise InputError(f"the list of '{agent}' has an empty entry", place=place, remedy="write a > b = c > d")
    return groups


def _write_list(groups: list[list[int]], name: Any) -> str:
    names = [[name(t) for t in group] for group in groups]
    for one in (n for group in names for n in group):
        if ">" in one or "=" in one:
            raise UsageError(f"the name '{one}' cannot be written in a CSV list", remedy="write .toml instead")
    return " > ".join(" = ".join(group) for group in names)
