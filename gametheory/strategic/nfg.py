"""Reading and writing games in ``.nfg`` files, in both dialects: payoffs, and outcomes."""

from __future__ import annotations

import math
from fractions import Fraction
from operator import itemgetter
from pathlib import Path

import numpy as np

from gametheory.errors import UsageError
from gametheory.numbers import exact
from gametheory.strategic.form import StrategicGame
from gametheory.strategic.tokens import Tokens, quoted, read_text

#: Payoffs above which a file is refused.
MOST_PAYOFFS = 50_000_000


def read(path: str | Path) -> StrategicGame:
    """Read a game from an ``.nfg`` file, in exact numbers: ``0.1`` is 1/10.

    Raises
    ------
    InputError
        If the file is not a game; the place is ``file:line:column``.
    """
    return parse(read_text(path), str(path))


def parse(text: str, name: str = "<nfg>") -> StrategicGame:
    """Read a game from the text of an ``.nfg`` file; `name` is what to call it in errors."""
    tokens = Tokens(text, name)
    tokens.word("NFG")
    if tokens.integer("the version of the format") != 1:
        raise tokens.error("only version 1 of the format is known", tokens.previous)
    tokens.word("R", "D")
    title = tokens.text("the title")
    start = tokens.position
    players = tokens.named(tokens.texts("player names"), "players", start, "player ")
    if not players:
        raise tokens.error("a game needs a player", start)
    strategies = _strategies(tokens, len(players))
    comment = tokens.text("the comment") if tokens.next_is("text") else ""
    shape = tuple(len(s) for s in strategies)
    profiles = math.prod(shape)
    if profiles * len(players) > MOST_PAYOFFS:
        raise tokens.error(f"{profiles} profiles of strategies are too many", start)
    outcome = None
    names: tuple[str, ...] = ()
    if tokens.next_is("{"):
        rows, numbers, names = _from_outcomes(tokens, len(players), profiles)
        if any(names):
            outcome = np.array(numbers, dtype=np.int64).reshape(*reversed(shape)).transpose()
    else:
        rows = _numbers(tokens, len(players) * profiles, "payoffs")
    if not tokens.next_is("end"):
        raise tokens.unexpected("the end of the file")
    # The first player's strategies change fastest.
    flat = np.empty(len(rows), dtype=object)
    flat[:] = rows
    payoffs = flat.reshape(profiles, len(players)).T.reshape(len(players), *reversed(shape))
    payoffs = payoffs.transpose(0, *range(len(shape), 0, -1))
    return StrategicGame(players, strategies, payoffs, title, comment, outcome, names)


def _strategies(tokens: Tokens, players: int) -> tuple[tuple[str, ...], ...]:
    start = tokens.position
    tokens.symbol("{")
    result: list[tuple[str, ...]] = []
    while not tokens.next_is("}"):
        where = tokens.position
        if tokens.next_is("{"):
            names = tokens.named(tokens.texts("the name of a strategy"), "strategies", where)
        else:
            count = tokens.integer("how many strategies a player has")
            if not 0 <= count <= MOST_PAYOFFS:
                raise tokens.error(f"{count} strategies", where)
            names = tuple(str(k + 1) for k in range(count))
        if not names:
            raise tokens.error("a player needs a strategy", where)
        result.append(names)
        tokens.skip_comma()
    tokens.symbol("}")
    if len(result) != players:
        raise tokens.error(f"strategies of {len(result)} players, and {players} players", start)
    return tuple(result)


def _numbers(tokens: Tokens, wanted: int, what: str) -> list[Fraction]:
    result: list[Fraction] = []
    while tokens.next_is("number"):
        if len(result) == wanted:
            raise tokens.error(f"more than {wanted} {what}")
        result.append(tokens.number("a number"))
        tokens.skip_comma()
    if len(result) < wanted:
        raise tokens.unexpected(f"{wanted} {what}, not {len(result)}")
    return result


def _from_outcomes(tokens: Tokens, players: int, profiles: int) -> tuple[list[Fraction], list[int], tuple[str, ...]]:
    """Return the payoffs of all profiles, the outcome of each (-1 for none), and the names of those that occur."""
    names = []
    tokens.symbol("{")
    outcomes: list[list[Fraction]] = [[Fraction(0)] * players]
    while not tokens.next_is("}"):
        tokens.symbol("{")
        names.append(tokens.text("the name of an outcome") if tokens.next_is("text") else "")
        tokens.skip_comma()
        where = tokens.position
        payoffs = []
        while not tokens.next_is("}"):
            payoffs.append(tokens.number("a payoff"))
            tokens.skip_comma()
        tokens.symbol("}")
        if len(payoffs) != players:
            raise tokens.error(f"{len(payoffs)} payoffs for {players} players", where)
        outcomes.append(payoffs)
        tokens.skip_comma()
    tokens.symbol("}")
    result: list[Fraction] = []
    numbers = []
    for k in range(profiles):
        where = tokens.position
        if not tokens.next_is("number"):
            raise tokens.unexpected(f"{profiles} numbers of outcomes, not {k}")
        number = tokens.integer("the number of an outcome")
        if not 0 <= number < len(outcomes):
            raise tokens.error(f"there is no outcome {number}", where)
        result += outcomes[number]
        numbers.append(number)
        tokens.skip_comma()
    used = {number: k for k, number in enumerate(sorted({0, *numbers}), start=-1)}
    held = tuple(names[number - 1] for number in used if number)
    return result, [used[number] for number in numbers], held if any(held) else ()


def text(game: StrategicGame, *, outcomes: bool = False) -> str:
    """Return a game as the text of an ``.nfg`` file.

    Parameters
    ----------
    game : StrategicGame
        The game; floats are written as the decimals they stand for.
    outcomes : bool
        Whether to write the dialect that lists different outcomes once; where outcomes have names, it is always
        written.
    """
    count = len(game.players)
    names = " ".join("{ " + " ".join(quoted(s) for s in listed) + " }" for listed in game.strategies)
    head = f"NFG 1 R {quoted(game.title)} {{ {' '.join(quoted(p) for p in game.players)} }}\n\n{{ {names} }}\n\n"
    if game.comment:
        head += f"{quoted(game.comment)}\n\n"
    rows = game.payoffs.transpose(*range(count, 0, -1), 0).reshape(-1, count)
    written = [[str(exact(v)) for v in row] for row in rows.tolist()]
    if not outcomes and game.outcome is None:
        return head + "\n".join(" ".join(row) for row in written) + "\n"
    which = [-1] * len(rows) if game.outcome is None else game.outcome.transpose().ravel().tolist()
    numbers: dict[tuple[int, tuple[str, ...]], int] = {}
    # The named ones first, in their order, then the others as they come.
    for named, row in sorted((pair for pair in zip(which, written, strict=True) if pair[0] >= 0), key=itemgetter(0)):
        numbers.setdefault((named, tuple(row)), len(numbers) + 1)
    places = []
    for named, row in zip(which, written, strict=True):
        nothing = game.outcome is not None and named < 0 and all(x == "0" for x in row)
        places.append(0 if nothing else numbers.setdefault((named, tuple(row)), len(numbers) + 1))
    labels = [game.outcome_names[named] if named >= 0 else "" for named, _ in numbers]
    listed = "\n".join(
        f"{{ {quoted(label)} {', '.join(row)} }}" for label, (_, row) in zip(labels, numbers, strict=True)
    )
    return f"{head}{{\n{listed}\n}}\n{' '.join(map(str, places))}\n"


def write(game: StrategicGame, path: str | Path) -> None:
    """Write a game as an ``.nfg`` file.

    Raises
    ------
    UsageError
        If the file cannot be written.
    """
    try:
        Path(path).write_text(text(game), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"'{path}' cannot be written: {error.strerror}") from None
