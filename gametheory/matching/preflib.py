"""PrefLib files (.soc, .soi, .toc, .toi): orders, strict or with ties, complete or not.

Voters are proposers and alternatives are receivers. A file alone is a market in which the alternatives rank
nobody. A second file with the receivers' orders, named in ``# RELATED FILES`` and marked by
``# MARKET: two_sided``, makes it two-sided; ``# MARKET: roommates`` makes voter i the alternative i. The
lines ``# MARKET``, ``# SIDES``, ``# VOTER NAME i`` and ``# QUOTA i`` are ours: other readers pass over them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from gametheory.errors import InputError, UsageError
from gametheory.matching.market import MatchingMarket
from gametheory.matching.preferences import PreferenceLists

SUFFIXES = (".soc", ".soi", ".toc", ".toi")
#: Voters, or alternatives, above which a number is a misprint and not a size.
MOST = 20_000_000
KINDS = ("assignment", "roommates", "two_sided")


@dataclass
class _Orders:
    """One file: its metadata, and one order (list of ties) per voter."""

    path: Path
    alternatives: list[str]
    orders: list[list[list[int]]]
    lines: list[int]
    meta: dict[str, str] = field(default_factory=dict)
    meta_lines: dict[str, int] = field(default_factory=dict)
    repeated: int = 0  # the first line that stands for several voters


def read(
    path: str | Path,
    *,
    market: str | None = None,
    receivers: str | Path | None = None,
    quotas: dict[str, int] | None = None,
    keep_mutual_only: bool = False,
) -> MatchingMarket:
    """Read a matching market from a PrefLib file, or from two.

    Parameters
    ----------
    path : str or Path
        The voters' (proposers') orders.
    market : str, optional
        "assignment", "roommates" or "two_sided"; by default what the file says, else "assignment".
    receivers : str or Path, optional
        The file of the receivers' orders over the voters; makes the market two-sided.
    quotas : mapping of alternative to int, optional
        In place of the file's ``# QUOTA`` lines.
    keep_mutual_only : bool, optional
        Whether to drop entries that are not returned, instead of refusing them.

    Raises
    ------
    InputError
        On malformed files, with file, line and column.
    """
    own = _parse(Path(path))
    kind = "two_sided" if receivers is not None else market or own.meta.get("MARKET", "assignment")
    if kind not in KINDS:
        raise InputError(f"no kind of market is called '{kind}'", place=str(path), remedy=f"one of {', '.join(KINDS)}")
    if kind != "assignment" and own.repeated:
        raise _error(own.path, own.repeated, 1, "a line stands for several voters; here each agent has its own line")
    sides = [s.strip() for s in own.meta.get("SIDES", "").split(",") if s.strip()]
    try:
        if kind == "roommates":
            return _roommates(own, sides, keep_mutual_only)
        limits = quotas or _quotas(own)
        names = _voter_names(own)
        pair = (sides[0], sides[1]) if len(sides) == 2 else ("voters", "alternatives")
        if kind == "assignment":
            return MatchingMarket.from_lists(
                _named(own, names), own.alternatives, quotas=limits, sides=pair, keep_mutual_only=keep_mutual_only
            )
        other = _parse(Path(receivers) if receivers is not None else _related(own))
        if other.repeated:
            raise _error(other.path, other.repeated, 1, "a line stands for several agents; here each has its own")
        if len(other.alternatives) != len(own.orders) or len(other.orders) != len(own.alternatives):
            raise InputError(
                f"{len(own.orders)} voters over {len(own.alternatives)} alternatives do not fit "
                f"{len(other.orders)} voters over {len(other.alternatives)} in {other.path}",
                place=str(path),
            )
        return MatchingMarket.from_lists(
            _named(own, other.alternatives),
            _named(other, own.alternatives),
            quotas=limits,
            sides=pair,
            priorities=own.meta.get("PRIORITIES", "") == "yes",
            keep_mutual_only=keep_mutual_only,
        )
    except InputError as error:
        error.place = error.place or str(path)
        raise


def write(market: MatchingMarket, path: str | Path) -> None:
    """Write a market as a PrefLib file; a two-sided one as a pair of files.

    The receivers' orders go to ``NAME.receivers.SUFFIX`` beside ``NAME.SUFFIX``. Endowments and weights
    have no place in these files.

    Raises
    ------
    UsageError
        If the suffix promises complete or strict lists and the market's are not, or the market has an endowment.
    """
    target = Path(path)
    if market.endowment is not None or market.weights is not None:
        raise UsageError("PrefLib files hold no endowments and no weights", remedy="write .toml instead")
    names = [market.proposer_name(i) for i in range(len(market.proposers))]
    things = [market.receiver_name(j) for j in range(len(market.receivers))]
    ranks_nobody = market.priorities and _indifferent(market.receivers)
    kind = "roommates" if market.one_sided else "assignment" if ranks_nobody else "two_sided"
    extra = [f"# MARKET: {kind}", f"# SIDES: {', '.join(market.sides)}"]
    if market.priorities and kind == "two_sided":
        extra.append("# PRIORITIES: yes")
    if kind != "roommates":
        extra += [f"# QUOTA {j + 1}: {q}" for j, q in enumerate(market.quotas.tolist()) if q != 1]
    unnamed = kind == "assignment" and names == [str(i + 1) for i in range(len(names))]
    if kind == "assignment" and not unnamed:
        extra += [f"# VOTER NAME {i + 1}: {name}" for i, name in enumerate(names)]
    beside = target.with_name(f"{target.stem}.receivers{target.suffix}")
    related = beside.name if kind == "two_sided" else ""
    texts = {target: _text(target, market.proposers, things, extra, related, together=unnamed)}
    if kind == "two_sided":
        texts[beside] = _text(beside, market.receivers, names, [], target.name)
    for where, text in texts.items():
        where.write_text(text, encoding="utf-8")


def _text(
    path: Path,
    lists: PreferenceLists,
    alternatives: list[str],
    extra: list[str],
    related: str,
    *,
    together: bool = False,
) -> str:
    """Return a file's text; if `together`, neighbours with one order share a line, so that nobody changes place."""
    suffix = path.suffix
    if suffix not in SUFFIXES:
        raise UsageError(f"'{suffix}' is no PrefLib suffix", remedy=f"one of {', '.join(SUFFIXES)}")
    if suffix in (".soc", ".soi") and not lists.strict:
        raise UsageError(f"{suffix} files hold strict orders, and there are ties", remedy="write .toc or .toi")
    if suffix in (".soc", ".toc") and not lists.complete:
        raise UsageError(f"{suffix} files hold complete orders, and lists are not", remedy="write .soi or .toi")
    rows = []
    for agent in range(len(lists)):
        groups = [
            str(g[0] + 1) if len(g) == 1 else "{" + ",".join(str(t + 1) for t in g) + "}" for g in lists.groups(agent)
        ]
        rows.append(",".join(groups))
    runs = [(row, len(list(run))) for row, run in groupby(rows)] if together else [(row, 1) for row in rows]
    head = [
        f"# FILE NAME: {path.name}",
        f"# TITLE: {path.stem}",
        "# DESCRIPTION: ",
        f"# DATA TYPE: {suffix[1:]}",
        "# MODIFICATION TYPE: original",
        "# RELATES TO: ",
        f"# RELATED FILES: {related}",
        "# PUBLICATION DATE: ",
        "# MODIFICATION DATE: ",
        *extra,
        f"# NUMBER ALTERNATIVES: {len(alternatives)}",
        f"# NUMBER VOTERS: {len(lists)}",
        f"# NUMBER UNIQUE ORDERS: {len(set(rows))}",
        *(f"# ALTERNATIVE NAME {j + 1}: {name}" for j, name in enumerate(alternatives)),
    ]
    return "\n".join([*head, *(f"{count}: {row}" for row, count in runs)]) + "\n"


def _indifferent(lists: PreferenceLists) -> bool:
    return lists.classes is not None and bool((lists.classes == 0).all())


def _related(own: _Orders) -> Path:
    name = own.meta.get("RELATED FILES", "")
    if not name:
        raise InputError("the receivers' file is not named", place=str(own.path), remedy="add '# RELATED FILES: ...'")
    beside = own.path.with_name(Path(name).name)
    if not beside.is_file():
        raise InputError(f"the receivers' file {beside} does not exist", place=str(own.path))
    return beside


def _quotas(own: _Orders) -> dict[str, int]:
    """Read the lines ``# QUOTA j: q``, where j counts alternatives from 1."""
    result = {}
    for key, value in own.meta.items():
        if key.split(" ")[0] != "QUOTA":
            continue
        line, number = own.meta_lines[key], key[len("QUOTA") :].strip()
        place = _whole(number)
        if place is None or not 1 <= place <= len(own.alternatives):
            raise _error(own.path, line, 1, f"there is no alternative '{number}'; there are {len(own.alternatives)}")
        name = own.alternatives[place - 1]
        if not re.fullmatch(r"[+-]?[0-9]+", value):
            raise _error(own.path, line, 1, f"the quota of '{name}' is not a whole number: {value}")
        if int(value) < 0:
            raise _error(own.path, line, 1, f"the quota of '{name}' is negative: {value}", "a quota is 0, 1, 2, ...")
        if int(value) > MOST:
            raise _error(own.path, line, 1, f"the quota of '{name}' is more than can be read, {MOST}")
        result[name] = int(value)
    return result


def _voter_names(own: _Orders) -> list[str]:
    names = [own.meta.get(f"VOTER NAME {i + 1}", str(i + 1)) for i in range(len(own.orders))]
    if len(set(names)) < len(names):
        seen: set[str] = set()
        for voter, name in enumerate(names, 1):
            if name in seen:
                line = own.meta_lines.get(f"VOTER NAME {voter}", own.lines[voter - 1])
                raise _error(own.path, line, 1, f"two voters are called '{name}'")
            seen.add(name)
    return names


def _named(own: _Orders, names: list[str]) -> dict[str, list[list[str]]]:
    return {
        name: [[own.alternatives[a] for a in group] for group in order]
        for name, order in zip(names, own.orders, strict=True)
    }


def _roommates(own: _Orders, sides: list[str], keep_mutual_only: bool) -> MatchingMarket:
    if len(own.orders) != len(own.alternatives):
        raise InputError(
            f"roommates rank each other, but {len(own.orders)} voters rank {len(own.alternatives)} alternatives"
        )
    for agent, order in enumerate(own.orders):
        if any(agent in group for group in order):
            raise _error(own.path, own.lines[agent], 1, f"'{own.alternatives[agent]}' lists itself")
    return MatchingMarket.roommates(
        _named(own, own.alternatives), side=sides[0] if sides else "agents", keep_mutual_only=keep_mutual_only
    )


def _whole(text: str) -> int | None:
    """Return a number written in the digits 0 to 9, or None."""
    return int(text) if text.isascii() and text.isdigit() else None


def _error(path: Path, line: int, column: int, message: str, remedy: str | None = None) -> InputError:
    return InputError(message, place=f"{path}:{line}:{column}", remedy=remedy)


def _parse(path: Path) -> _Orders:
    """Read one file's metadata and orders."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise InputError("this is not a text file", place=str(path)) from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    own = _Orders(path, [], [], [])
    strict, complete = path.suffix in (".soc", ".soi"), path.suffix in (".soc", ".toc")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if line.startswith("#"):
            key, _, value = line[1:].partition(":")
            own.meta[key.strip()] = value.strip()
            own.meta_lines[key.strip()] = number
            continue
        if not own.alternatives:
            own.alternatives = _alternatives(own, number)
        voter = len(own.orders) + 1
        who = f"'{own.meta[f'VOTER NAME {voter}']}'" if f"VOTER NAME {voter}" in own.meta else f"voter {voter}"
        count, order = _order(path, number, line, who, own.alternatives, strict, complete)
        if len(own.orders) + count > MOST:
            raise _error(path, number, 1, f"{len(own.orders) + count} voters are more than can be read, {MOST}")
        if count > 1 and not own.repeated:
            own.repeated = number
        own.orders += [order] * count
        own.lines += [number] * count
    if not own.alternatives:
        own.alternatives = _alternatives(own, len(lines) + 1)
    stated = own.meta.get("NUMBER VOTERS", "")
    if _whole(stated) not in (None, len(own.orders)):
        raise _error(path, len(lines), 1, f"the file says {stated} voters and holds {len(own.orders)}")
    return own


def _alternatives(own: _Orders, line: int) -> list[str]:
    stated = own.meta.get("NUMBER ALTERNATIVES", "")
    count = _whole(stated)
    if count is None:
        raise _error(
            own.path,
            line,
            1,
            "no '# NUMBER ALTERNATIVES' before the orders",
            "this reads the format of PrefLib since 2022; older files can be downloaded again from preflib.org",
        )
    if count > MOST:
        at = own.meta_lines["NUMBER ALTERNATIVES"]
        raise _error(own.path, at, 1, f"{stated} alternatives are more than can be read, {MOST}")
    names: dict[str, int] = {}
    for j in range(1, count + 1):
        key = f"ALTERNATIVE NAME {j}"
        name = own.meta.get(key, str(j))
        if name in names:
            raise _error(own.path, own.meta_lines.get(key, line), 1, f"two alternatives are called '{name}'")
        names[name] = j
    return list(names)


def _order(
    path: Path, number: int, line: str, who: str, alternatives: list[str], strict: bool, complete: bool
) -> tuple[int, list[list[int]]]:
    """Read a line such as ``2: 1,{3,4},2``."""
    head = re.match(r"\s*([0-9]+)\s*:", line)
    if head is None:
        raise _error(path, number, 1, "an order is 'count: 1,2,...'")
    at, groups, seen = head.end(), [], set()
    group: list[int] | None = None
    wants = True  # whether a number or a brace may come next
    for token in re.finditer(r"\s*([0-9]+|[{},]|\S)", line[at:]):
        text, column = token[1], at + token.start(1) + 1
        if wants and _whole(text) is not None:
            alternative = int(text) - 1
            if not 0 <= alternative < len(alternatives):
                known = f"there are {len(alternatives)} alternatives"
                raise _error(path, number, column, f"{who} lists alternative {text}, which does not exist", known)
            if alternative in seen:
                raise _error(path, number, column, f"{who} lists '{alternatives[alternative]}' twice")
            seen.add(alternative)
            if group is None:
                groups.append([alternative])
            else:
                group.append(alternative)
            wants = False
        elif text == "," and not wants:
            wants = True
        elif text == "{" and wants and group is None:
            if strict:
                raise _error(path, number, column, f"{who} has a tie in a {path.suffix} file", "name it .toc or .toi")
            group = []
        elif text == "}" and group and not wants:
            groups.append(group)
            group = None
        else:
            raise _error(path, number, column, f"'{text}' is out of place in an order")
    if group is not None or (wants and seen):
        raise _error(path, number, len(line) + 1, "the order ends in the middle")
    if complete and len(seen) < len(alternatives):
        missing = alternatives[min(set(range(len(alternatives))) - seen)]
        said = f"{who} does not list '{missing}', and lists in a {path.suffix} file are complete"
        raise _error(path, number, 1, said, "name it .soi or .toi")
    return int(head[1]), groups
