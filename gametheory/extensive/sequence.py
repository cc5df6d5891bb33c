"""Two players with opposite interests on a tree: the sequence form (von Stengel 1996)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.extensive.arrays import as_exact, as_floats
from gametheory.extensive.structure import edge_moves, own_moves, require_recall
from gametheory.extensive.subgames import Pieces, Unsolved, profile_of
from gametheory.limits import Budget, LimitReached
from gametheory.linear import LinearProgram
from gametheory.solution import Outcome, Termination
from gametheory.strategic.programs import ProgramFailed, solved

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.extensive.form import ExtensiveGame
    from gametheory.solvers import Options


def refusal(game: ExtensiveGame) -> str | None:
    """Say why the sequence form does not apply, or return None."""
    if len(game.players) != 2:
        return f"the sequence form is for two players, not {len(game.players)}"
    if not game.is_tree:
        return "merged states have no sequence form; use backward_induction"
    if game.points is not None:
        return "a batch of parameter points has no single sequence form"
    if constant_sum(game) is None:
        return "the payoffs do not add up to a constant; use method subgames, or concept nash with pygambit"
    return None


def refuses(game: ExtensiveGame, options: Options) -> str | None:
    """Say why the sequence form does not apply, or return None; `InputError` on imperfect recall."""
    require_recall(game)
    return refusal(game)


def constant_sum(game: ExtensiveGame) -> Fraction | None:
    """Return what the payoffs of a play add up to, if that is the same for every play, else None."""
    total = as_exact(game.payoffs).sum(axis=1)
    if not (total != 0).any():
        return Fraction(0)
    along = total.tolist()
    for v in range(1, game.nodes):
        along[v] += along[int(game.source[v - 1])]
    ends = {along[v] for v in np.flatnonzero(game.player == -2).tolist()}
    return ends.pop() if len(ends) == 1 else None


def solve_subgames(game: ExtensiveGame, options: Options) -> Outcome:
    """Return a subgame-perfect equilibrium of a constant-sum game: one linear program for each minimal subgame."""
    try:
        moves, value, _ = Pieces(game, replace(options, ties="first"), sequences=True).solve()
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, options.exact, message=str(limit))
    except (ProgramFailed, Unsolved) as failure:
        return Outcome(Termination.FAILED, None, options.exact, message=str(failure))
    return Outcome(Termination.SOLVED, profile_of(game, moves, value, options.exact), options.exact, "one")


def solve(game: ExtensiveGame, options: Options) -> Outcome:
    """Return a Nash equilibrium of a constant-sum game with perfect recall, by one linear program.

    The program is the first player's: realisation weights of own sequences, and a value for each
    information set of the second player; its multipliers are the second player's weights. Where a
    player's own weights rule out an information set, what is done there is found by a best response
    and changes nothing.
    """
    try:
        moves, value = equilibrium(game, options.exact, options.budget)
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, options.exact, message=str(limit))
    except ProgramFailed as failure:
        return Outcome(Termination.FAILED, None, options.exact, message=str(failure))
    return Outcome(Termination.SOLVED, profile_of(game, moves, value, options.exact), options.exact, "one")


def equilibrium(game: ExtensiveGame, exact: bool, budget: Budget) -> tuple[NDArray[Any], list[Any]]:
    """Return behaviour probabilities [moves of all sets] and the value to each player."""
    one: Any = Fraction(1) if exact else 1.0
    place = edge_moves(game)
    own = [own_moves(game, i).last for i in (0, 1)]
    numbers: list[dict[int, int]] = [{-1: 0}, {-1: 0}]
    sets: list[list[int]] = [[], []]
    for k in range(game.sets):
        i = int(game.player[game.first_node[k]])
        sets[i].append(k)
        for move in _moves(game, k):
            numbers[i][move] = len(numbers[i])

    payoffs = as_exact(game.payoffs) if exact else as_floats(game.payoffs)
    reach = _chance_reach(game, place, one)
    entries: dict[tuple[int, int], Any] = {}
    for v in np.flatnonzero(np.asarray(payoffs[:, 0] != 0, dtype=bool)).tolist():
        key = numbers[1][int(own[1][v])], numbers[0][int(own[0][v])]
        entries[key] = entries.get(key, 0) + reach[v] * payoffs[v, 0]

    # Columns: weights of the first player's sequences, then one value for the start and each set of the second.
    columns = len(numbers[0]) + 1 + len(sets[1])
    second = {k: len(numbers[0]) + 1 + n for n, k in enumerate(sets[1])}
    start = len(numbers[0])
    lower: list[tuple[int, int, Any]] = [(row, column, x) for (row, column), x in entries.items()]
    for k in sets[1]:
        lower.append((numbers[1][int(own[1][game.first_node[k]])], second[k], one))
        lower += [(numbers[1][move], second[k], -one) for move in _moves(game, k)]
    lower.append((0, start, -one))
    equal: list[tuple[int, int, Any]] = [(0, 0, one)]
    for n, k in enumerate(sets[0]):
        equal.append((n + 1, numbers[0][int(own[0][game.first_node[k]])], -one))
        equal += [(n + 1, numbers[0][move], one) for move in _moves(game, k)]
    objective = [one * 0] * columns
    objective[start] = one
    program = LinearProgram.build(
        "max",
        objective,
        at_least=(_sparse(lower, (len(numbers[1]), columns)), [one * 0] * len(numbers[1])),
        equal=(_sparse(equal, (len(sets[0]) + 1, columns)), [one] + [one * 0] * len(sets[0])),
        lower=[one * 0] * len(numbers[0]) + [None] * (1 + len(sets[1])),
    )
    pair = solved(program, exact, budget)
    if pair is None:
        raise ProgramFailed("the program of a sequence form always has an optimum")
    weights = [pair.primal[: len(numbers[0])], -pair.row_dual[: len(numbers[1])]]
    moves = np.full(int(game.first_move[-1]), one * 0, dtype=object if exact else np.float64)
    for i in (0, 1):
        for k in sets[i]:
            listed = _moves(game, k)
            got = [max(weights[i][numbers[i][m]], one * 0) for m in listed]
            total = sum(got)
            if total > (0 if exact else 1e-12):
                moves[listed.start : listed.stop] = [x / total for x in got]
            else:
                moves[listed.start] = one
    total_sum = constant_sum(game)
    assert total_sum is not None
    value = pair.objective
    rest = total_sum - value if exact else float(total_sum) - value
    return moves, [value, rest]


def _moves(game: ExtensiveGame, information_set: int) -> range:
    return range(int(game.first_move[information_set]), int(game.first_move[information_set + 1]))


def _chance_reach(game: ExtensiveGame, place: NDArray[np.int64], one: Any) -> list[Any]:
    """Return the probability that chance allows each node."""
    reach = [one] * game.nodes
    chance = None
    if game.probability is not None:
        chance = as_exact(game.probability) if isinstance(one, Fraction) else as_floats(game.probability)
    for v in range(1, game.nodes):
        reach[v] = reach[int(game.source[v - 1])]
        if place[v - 1] < 0:
            assert chance is not None
            reach[v] = reach[v] * chance[v - 1]
    return reach


def _sparse(entries: list[tuple[int, int, Any]], shape: tuple[int, int]) -> Any:
    """Return a sparse matrix from row, column and value."""
    from gametheory.linear.sparse import SparseMatrix

    rows, columns, values = (list(part) for part in zip(*entries, strict=True))
    kind = object if isinstance(values[0], Fraction) else np.float64
    return SparseMatrix.from_coo(np.array(rows), np.array(columns), np.array(values, dtype=kind), shape)
