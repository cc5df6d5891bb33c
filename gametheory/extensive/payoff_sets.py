"""The payoff vectors of all pure subgame-perfect equilibria, never enumerating strategies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from gametheory.errors import UsageError
from gametheory.extensive.arrays import as_exact
from gametheory.extensive.form import CHANCE, TERMINAL, ExtensiveGame
from gametheory.limits import LimitReached
from gametheory.solution import Outcome, Termination

if TYPE_CHECKING:
    from gametheory.extensive.profile import StrategyProfile
    from gametheory.solvers import Options

#: Payoff vectors, or combinations of them, in one subgame above which a set is not found, unless told otherwise.
MOST_VECTORS = 10_000
#: Combinations of payoff vectors after a move of chance that are looked at for each vector allowed.
COMBINATIONS = 10

#: Said where the set is empty.
NO_PURE = "no pure subgame-perfect equilibrium, so all_payoffs is empty; the equilibrium told here is mixed"

Vector = tuple[Fraction, ...]


def solve_with_sets(game: ExtensiveGame, options: Options, method: Callable[..., Outcome]) -> Outcome:
    """Return one equilibrium with tie rule ``first``, and the payoff vectors of all pure ones.

    ``extra["limit"]``: how many of them, or combinations of them, one subgame may have, ten thousand by
    default. `LIMIT` if some subgame has more.
    """
    most_vectors(options)
    outcome = method(game, replace(options, ties="first"))
    if outcome.termination is Termination.FAILED:
        return _explained(game, options, outcome)
    if outcome.termination is not Termination.SOLVED:
        return outcome
    answer: Any = outcome.answer
    try:
        found = payoff_vectors(game, options)
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, options.exact, message=str(limit))
    rows = sorted(found, reverse=True)
    listed = tuple(tuple(x if options.exact else float(x) for x in row) for row in rows)
    profile: StrategyProfile = replace(answer, all_payoffs=listed)
    message = outcome.message if listed else NO_PURE
    return replace(outcome, answer=profile, message=message)


def _explained(game: ExtensiveGame, options: Options, outcome: Outcome) -> Outcome:
    """Say of a failure whether there are pure equilibria at all."""
    try:
        found = payoff_vectors(game, options)
    except LimitReached:
        return outcome
    if found:
        return outcome
    message = (
        f"no pure subgame-perfect equilibrium; a mixed one exists ({outcome.message}); try concept nash by pygambit"
    )
    return replace(outcome, message=message)


def most_vectors(options: Options) -> int:
    """Return how many payoff vectors one subgame may have.

    Raises
    ------
    UsageError
        If the option ``limit`` is no positive whole number, or another tie rule has no use for it.
    """
    limit = options.extra.get("limit", MOST_VECTORS)
    if isinstance(limit, Fraction) and limit.denominator == 1:
        limit = int(limit)
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
        raise UsageError(f"option 'limit' is {limit}, not a positive whole number")
    return limit


def needless_limit(options: Options) -> str | None:
    """Say that the option ``limit`` belongs to the tie rule ``all_payoffs``, or return None."""
    if "limit" in options.extra and options.ties != "all_payoffs":
        return "option 'limit' is for the tie rule all_payoffs; ask for it with ties"
    return None


def payoff_vectors(game: ExtensiveGame, options: Options) -> set[Vector]:
    """Return the payoff vectors of all pure subgame-perfect equilibria.

    From the last subgame to the whole, a set of vectors for each. After a move of perfect information a
    vector survives if its player gets no less than from the worst one after each other move; sets after
    different moves are independent, also where states are merged.

    Raises
    ------
    LimitReached
        If a subgame has more than the option ``limit`` allows, or the budget is spent.
    """
    most = most_vectors(options)
    payoffs = as_exact(game.payoffs).tolist()
    probability = None if game.probability is None else as_exact(game.probability).tolist()
    sets: dict[int, set[Vector]] = {}

    def at(node: int) -> set[Vector]:
        return sets[node] if node in sets else {tuple(payoffs[node])}

    if game.perfect_information:
        for v in game.inner[::-1].tolist():
            options.budget.check()
            edges = range(int(game.first_edge[v]), int(game.first_edge[v + 1]))
            below = [at(int(game.targets[e])) for e in edges]
            who = int(game.player[v])
            weights = [probability[e] for e in edges] if who == CHANCE and probability is not None else []
            found = _expected(weights, below, most) if who == CHANCE else _chosen(who, below, most)
            sets[v] = _added(payoffs[v], found)
        return at(0)
    from gametheory.extensive.normal import TooLarge, strategic_form
    from gametheory.extensive.subgames import MOST_STAGE_PAYOFFS, Pieces
    from gametheory.strategic.pure import pure_equilibria

    pieces = Pieces(game, replace(options, ties="first"))
    for root, nodes in pieces.members():
        options.budget.check()
        inside = set(nodes[1:])
        ends = [v for v in nodes if game.player[v] == TERMINAL or v in sets]
        total = prod(len(at(v)) for v in ends)
        if total > most:
            raise _reached(f"{total} combinations of payoffs in the subgame at '{game.node_label(root)}'", most)
        found = set()
        for pick in product(*(sorted(at(v)) for v in ends)):
            options.budget.check()
            worth = dict(zip(ends, pick, strict=True))
            small, _ = pieces.extracted(nodes, lambda v, worth=worth: list(worth[v]))
            try:
                stage = strategic_form(small, most=MOST_STAGE_PAYOFFS).game
            except TooLarge as error:
                raise LimitReached(f"the subgame at '{game.node_label(root)}': {error}") from None
            for row in pure_equilibria(stage.payoffs).tolist():
                found.add(tuple(stage.payoffs[(slice(None), *row)].tolist()))
        if len(found) > most:
            raise _reached(f"{len(found)} payoff vectors in the subgame at '{game.node_label(root)}'", most)
        sets[root] = found
        for v in inside:
            sets.pop(v, None)
    return at(0)


def _reached(what: str, most: int) -> LimitReached:
    return LimitReached(f"{what}, and the option limit allows {most}")


def _expected(weights: list[Fraction], below: list[set[Vector]], most: int) -> set[Vector]:
    found: set[Vector] = {()}
    for weight, vectors in zip(weights, below, strict=True):
        combinations = len(found) * len(vectors)
        if combinations > COMBINATIONS * most:
            raise _reached(f"{combinations} combinations of payoff vectors after a move of chance", most)
        found = {
            tuple(a + weight * b for a, b in zip(sofar or (Fraction(0),) * len(v), v, strict=True))
            for sofar in found
            for v in vectors
        }
        if len(found) > most:
            raise _reached(f"{len(found)} payoff vectors after a move of chance", most)
    return found


def _chosen(who: int, below: list[set[Vector]], most: int) -> set[Vector]:
    worst = [min(v[who] for v in vectors) for vectors in below]
    found: set[Vector] = set()
    for k, vectors in enumerate(below):
        others = worst[:k] + worst[k + 1 :]
        floor = max(others) if others else None
        found |= {v for v in vectors if floor is None or v[who] >= floor}
    if len(found) > most:
        raise _reached(f"{len(found)} payoff vectors in one subgame", most)
    return found


def _added(here: list[Fraction], vectors: set[Vector]) -> set[Vector]:
    if not any(here):
        return vectors
    return {tuple(a + b for a, b in zip(here, v, strict=True)) for v in vectors}
