"""Writing games as ``.efg`` files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gametheory.errors import UsageError
from gametheory.extensive.unfold import unfold
from gametheory.numbers import exact
from gametheory.strategic.tokens import quoted

if TYPE_CHECKING:
    from gametheory.extensive.form import ExtensiveGame


def text(game: ExtensiveGame) -> str:
    """Return a game as the text of an ``.efg`` file.

    Parameters
    ----------
    game : ExtensiveGame
        The game; merged states are unfolded, floats are written as the decimals they stand for.

    Raises
    ------
    UsageError
        If the game holds parameter points, or unfolds into too many nodes.
    """
    if game.points is not None:
        raise UsageError("a file holds one game, and this one holds parameter points")
    game = unfold(game)
    names = " ".join(quoted(name) for name in game.players)
    lines = [f"EFG 2 R {quoted(game.title)} {{ {names} }}", '""', ""]
    outcomes: dict[tuple[str, ...], int] = {}
    numbers: dict[int, int] = {}
    counts = [0] * len(game.players)
    chances = 0
    stack = [0]
    while stack:
        v = stack.pop()
        first, last = int(game.first_edge[v]), int(game.first_edge[v + 1])
        stack.extend(range(last, first, -1))
        name = quoted(game.node_names[v] if game.node_names is not None else "")
        labels = game.action_labels(v)
        who = int(game.player[v])
        if who >= 0:
            k = int(game.set_of[v])
            if k not in numbers:
                counts[who] += 1
                numbers[k] = counts[who]
            moves = " ".join(quoted(a) for a in labels)
            line = f"p {name} {who + 1} {numbers[k]} {quoted(game.set_label(k))} {{ {moves} }}"
        elif first < last:
            assert game.probability is not None
            chances += 1
            odds = [str(exact(p)) for p in game.probability[first:last]]
            moves = " ".join(f"{quoted(a)} {p}" for a, p in zip(labels, odds, strict=True))
            line = f'c {name} {chances} "" {{ {moves} }}'
        else:
            line = f"t {name}"
        payoffs = tuple(str(exact(x)) for x in game.payoffs[v])
        if all(x == "0" for x in payoffs):
            lines.append(f"{line} 0")
        else:
            number = outcomes.setdefault(payoffs, len(outcomes) + 1)
            lines.append(f'{line} {number} "" {{ {", ".join(payoffs)} }}')
    return "\n".join(lines) + "\n"


def write(game: ExtensiveGame, path: str | Path) -> None:
    """Write a game as an ``.efg`` file.

    Raises
    ------
    UsageError
        If the file cannot be written.
    """
    try:
        Path(path).write_text(text(game), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"'{path}' cannot be written: {error.strerror}") from None
