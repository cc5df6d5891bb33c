"""What a notebook shows of a form: what people look for first, else its fields with their sizes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from itertools import islice, product
from typing import Any

from gametheory.notebook import COLUMNS, ROWS, Table


def tables(form: Any) -> Iterator[Table]:
    """Yield the tables of a form; never more rows than a notebook shows, however large the form."""
    yield from PREVIEWS.get(type(form).__name__, fields)(form)


def fields(form: Any) -> Iterator[Table]:
    """Yield one table: every field that is set, with its value or its size."""
    rows = []
    for field in dataclasses.fields(form) if dataclasses.is_dataclass(form) else ():
        value = getattr(form, field.name)
        if field.name.startswith("_") or value is None or (isinstance(value, tuple | dict | str) and not value):
            continue
        rows.append([field.name.replace("_", " "), value])
    yield Table(["", type(form).__name__], rows)


def strategic_game(game: Any) -> Iterator[Table]:
    """Yield the payoffs: of two players strategy by strategy, of more profile by profile."""
    if len(game.players) == 2:
        first, second = game.strategies
        rows = [
            [name, *(tuple(game.payoffs[:, i, j].tolist()) for j in range(min(len(second), COLUMNS)))]
            for i, name in enumerate(first[:ROWS])
        ]
        columns = [f"{game.players[0]} \\ {game.players[1]}", *second]
        yield Table(columns, rows, title="payoffs", total=len(first))
        return
    rows = []
    for profile in islice(product(*(range(n) for n in game.shape)), ROWS):
        named = ", ".join(names[k] for names, k in zip(game.strategies, profile, strict=True))
        rows.append([named, *game.payoffs[(slice(None), *profile)].tolist()])
    yield Table([", ".join(game.players), *game.players], rows, title="payoffs by profile", total=game.profiles)


def extensive_game(game: Any) -> Iterator[Table]:
    """Yield how large the game is, and its histories in breadth-first order."""
    points = [["parameter points", game.points]] if game.points is not None else []
    yield Table(
        ["", "ExtensiveGame"],
        [
            ["players", game.players],
            ["nodes", game.nodes],
            ["moves", game.edges],
            ["information sets", game.sets],
            ["perfect information", game.perfect_information],
            *points,
        ],
    )
    if game.points is not None or not game.is_tree:
        return
    rows = []
    for node in range(min(game.nodes, ROWS)):
        mover = int(game.player[node])
        who = game.players[mover] if mover >= 0 else "chance" if mover == -1 else ""
        moves = game.action_labels(node) if game.first_edge[node] < game.first_edge[node + 1] else ()
        paid = game.payoffs[node].tolist()
        shown = tuple(paid) if any(paid) or not moves else ""
        rows.append([" > ".join(game.history(node)) or "start", who, ", ".join(moves), shown])
    columns = ["history", "who moves", "moves", f"paid to ({', '.join(game.players)})"]
    yield Table(columns, rows, total=game.nodes)


def multistage_game(game: Any) -> Iterator[Table]:
    """Yield how large the game is, and the moves in its states."""
    yield Table(
        ["", "MultistageGame"],
        [
            ["players", game.players],
            ["states", len(game.states)],
            ["cells", int(game.first_cell[-1])],
            ["bargains", len(game.bargains)],
        ],
    )
    rows = [
        [game.states[s], " × ".join(str(n) for n in game.shape(s) if n > 1) or "-"]
        for s in range(min(len(game.states), ROWS))
    ]
    yield Table(["state", "moves of each who has a choice"], rows, total=len(game.states))


def matching_market(market: Any) -> Iterator[Table]:
    """Yield the preference lists of both sides, best first; those in braces are a tie."""
    sides = [(market.proposers, market.proposer_name, market.receiver_name, market.sides[0])]
    if not market.one_sided:
        sides.append((market.receivers, market.receiver_name, market.proposer_name, market.sides[1]))
    for lists, own, other, side in sides:
        rows = []
        for agent in range(min(len(lists), ROWS)):
            first, last = int(lists.offsets[agent]), int(lists.offsets[agent + 1])
            if last - first > ROWS:
                shown = [other(int(t)) for t in lists.targets[first : first + ROWS]]
                shown.append(f"… ({last - first} in all)")
            else:
                groups = lists.groups(agent)
                shown = [other(g[0]) if len(g) == 1 else "{" + ", ".join(map(other, g)) + "}" for g in groups]
            rows.append([own(agent), ", ".join(shown)])
        yield Table([side, "accepts, best first"], rows, total=len(lists))


def linear_program(program: Any) -> Iterator[Table]:
    """Yield how large the program is, then its columns and rows with their bounds."""
    yield Table(
        ["", "LinearProgram"],
        [["sense", program.sense], ["columns", program.columns], ["rows", program.rows], ["exact", program.is_exact]],
    )
    columns = range(min(program.columns, ROWS))
    listed = [[program.column_names[k], program.objective[k], program.lower[k], program.upper[k]] for k in columns]
    yield Table(["column", "objective", "at least", "at most"], listed, total=program.columns)
    rows = range(min(program.rows, ROWS))
    bounds = [[program.row_names[k], program.row_lower[k], program.row_upper[k]] for k in rows]
    yield Table(["row", "at least", "at most"], bounds, total=program.rows)


#: By name of the form, what is shown in the place of its fields.
PREVIEWS: dict[str, Callable[[Any], Iterator[Table]]] = {
    "StrategicGame": strategic_game,
    "ExtensiveGame": extensive_game,
    "MultistageGame": multistage_game,
    "MatchingMarket": matching_market,
    "LinearProgram": linear_program,
}
