"""Writing games as ``.efg`` files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from gametheory.errors import UsageError
from gametheory.extensive.annotations import Annotations
from gametheory.extensive.unfold import unfold
from gametheory.numbers import exact
from gametheory.strategic.tokens import quoted

if TYPE_CHECKING:
    from gametheory.extensive.form import ExtensiveGame


def text(game: ExtensiveGame, *, distinct: bool = False) -> str:
    """Return a game as the text of an ``.efg`` file, with the comment and labels it was read with.

    Parameters
    ----------
    game : ExtensiveGame
        The game; merged states are unfolded, floats are written as the decimals they stand for.
    distinct : bool
        Whether information sets carry the labels by which profiles name them, all different, rather than
        those they were read with, which may be empty; a label of several nodes is then left out.

    Raises
    ------
    UsageError
        If the game holds parameter points, or unfolds into too many nodes.
    """
    if game.points is not None:
        raise UsageError("a file holds one game, and this one holds parameter points")
    game = unfold(game)
    names = " ".join(quoted(name) for name in game.players)
    said = game.annotations or Annotations()
    written = None if distinct else said.set_labels
    node_names = game.node_names
    if distinct and node_names is not None:  # pygambit reads no file with a label that occurs twice
        times = Counter(node_names)
        node_names = tuple(name if times[name] == 1 else "" for name in node_names)
    lines = [f"EFG 2 R {quoted(game.title)} {{ {names} }}", quoted(said.comment), ""]
    outcomes: dict[tuple[int, tuple[str, ...]], int] = {}
    numbers: dict[int, int] = {}
    counts = [0] * len(game.players)
    chances: dict[tuple[int, str], int] = {}
    stack = [0]
    while stack:
        v = stack.pop()
        first, last = int(game.first_edge[v]), int(game.first_edge[v + 1])
        stack.extend(range(last, first, -1))
        name = quoted(node_names[v] if node_names is not None else "")
        labels = game.action_labels(v)
        who = int(game.player[v])
        if who >= 0:
            k = int(game.set_of[v])
            if k not in numbers:
                counts[who] += 1
                numbers[k] = counts[who]
            moves = " ".join(quoted(a) for a in labels)
            label = written[k] if written else game.set_label(k)
            line = f"p {name} {who + 1} {numbers[k]} {quoted(label)} {{ {moves} }}"
        elif first < last:
            assert game.probability is not None
            h, label = v, ""
            if said.chance_set is not None:
                h = int(said.chance_set[v])
                label = said.chance_labels[h] if h >= 0 else ""
            odds = [str(exact(p)) for p in game.probability[first:last]]
            moves = " ".join(f"{quoted(a)} {p}" for a, p in zip(labels, odds, strict=True))
            number = chances.setdefault((h, moves), len(chances) + 1)
            line = f"c {name} {number} {quoted(label)} {{ {moves} }}"
        else:
            line = f"t {name}"
        payoffs = tuple(str(exact(x)) for x in game.payoffs[v])
        which = -1 if said.outcome is None else int(said.outcome[v])
        if which < 0 and all(x == "0" for x in payoffs):
            lines.append(f"{line} 0")
        else:
            number = outcomes.setdefault((which, payoffs), len(outcomes) + 1)
            label = said.outcome_names[which] if which >= 0 else ""
            lines.append(f"{line} {number} {quoted(label)} {{ {', '.join(payoffs)} }}")
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
