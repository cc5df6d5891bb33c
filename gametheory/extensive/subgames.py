"""Subgame perfection with imperfect information: subgames from the last, each replaced by its value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.extensive.arrays import as_exact, as_floats
from gametheory.extensive.form import TERMINAL, ExtensiveGame
from gametheory.extensive.normal import TooLarge, strategic_form, to_behaviour
from gametheory.extensive.payoff_sets import needless_limit, solve_with_sets
from gametheory.extensive.profile import ArrayStrategy, StrategyProfile, behaviour, certain_path, edge_weights
from gametheory.extensive.selection import Selection
from gametheory.extensive.structure import parents, require_recall, subgame_roots
from gametheory.limits import LimitReached
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options
from gametheory.strategic import lemke_howson, support, zero_sum
from gametheory.strategic.profiles import Equilibria, payoffs_against
from gametheory.strategic.pure import pure_equilibria, unit_profile

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Payoffs of the strategic form of one subgame above which it is not solved here.
MOST_STAGE_PAYOFFS = 400_000


class Unsolved(Exception):  # noqa: N818  (it is a signal to the solver, not an error)
    """A subgame could not be solved; `str` names it and says why."""


def refuses(game: ExtensiveGame, options: Options) -> str | None:
    """Say why solving subgame by subgame does not apply, or return None; `InputError` on imperfect recall."""
    if not game.is_tree:
        return "merged states have perfect information; use backward_induction"
    if game.points is not None:
        return "a batch of parameter points is solved by backward_induction"
    require_recall(game)
    return needless_limit(options)


def solve(game: ExtensiveGame, options: Options) -> Outcome:
    """Return a subgame-perfect equilibrium of a tree with perfect recall.

    Every minimal subgame is solved in its reduced strategic form and replaced by its value, from the last
    to the whole. The equilibria of a subgame are listed with pure ones first, in the order of their
    strategies; the tie rule says which one is taken. Two players: all extreme equilibria; more: the
    pure ones, and where there is none, one found by pygambit if it is rational.

    Parameters
    ----------
    game : ExtensiveGame
        A tree.
    options : Options
        ``ties``: ``first``, ``last``, ``random`` (seeded) or ``prefer:player,player``.
    """
    if options.ties == "all_payoffs":
        return solve_with_sets(game, options, solve)
    try:
        moves, value, several = Pieces(game, options).solve()
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, options.exact, message=str(limit))
    except Unsolved as failure:
        return Outcome(Termination.FAILED, None, options.exact, message=str(failure))
    answer = profile_of(game, moves, value, options.exact)
    complete = "one" if several else "all" if options.exact else "unknown"
    return Outcome(Termination.SOLVED, answer, options.exact, complete)


def profile_of(game: ExtensiveGame, moves: NDArray[Any], value: Sequence[Any], exact: bool) -> StrategyProfile:
    """Return the profile with these behaviour probabilities, exact or rounded to floats."""
    probability = None if game.probability is None else as_exact(game.probability)
    path = certain_path(game, edge_weights(game, moves, probability))
    kept = moves if exact else as_floats(moves)
    pure = bool(np.asarray((moves == 0) | (moves == 1), dtype=bool).all())
    if pure:
        at = np.flatnonzero(np.asarray(moves == 1, dtype=bool))
        strategy = ArrayStrategy(choices=at - game.first_move[:-1], game=game)
    else:
        strategy = ArrayStrategy(probabilities=kept, game=game)
    worth = [x if exact else float(x) for x in value]
    return StrategyProfile(strategy, dict(zip(game.players, worth, strict=True)), path)


class Pieces:
    """The minimal subgames of a tree, each with those inside it replaced by what they are worth."""

    def __init__(self, game: ExtensiveGame, options: Options, *, sequences: bool = False) -> None:
        self.game = game
        self.sequences = sequences
        self.options = options
        self.payoffs = as_exact(game.payoffs)
        self.probability = None if game.probability is None else as_exact(game.probability)
        self.roots = subgame_roots(game)
        before = parents(game)
        top = np.zeros(game.nodes, dtype=np.int64)
        for v in range(1, game.nodes):
            top[v] = top[before[v]] if not self.roots[before[v]] else before[v]
        self.top = top
        self.worth: dict[int, list[Any]] = {}
        self.several = False
        self.selection = Selection(game, options)

    def members(self) -> Iterator[tuple[int, list[int]]]:
        """Yield each root and the nodes below it down to the next roots, last subgame first."""
        below: dict[int, list[int]] = {}
        for v in range(1, self.game.nodes):
            below.setdefault(int(self.top[v]), []).append(v)
        for root in np.flatnonzero(self.roots)[::-1].tolist():
            yield root, [root, *below[root]]

    def solve(self) -> tuple[NDArray[Any], list[Any], bool]:
        """Return the behaviour probabilities, the value, and whether there may be other equilibria."""
        game = self.game
        moves = np.full(int(game.first_move[-1]), Fraction(0), dtype=object)
        for root, nodes in self.members():
            self.options.budget.check()
            self.piece(root, nodes, moves)
        return moves, self.worth.get(0, self.payoffs[0].tolist()), self.several

    def value(self, node: int) -> list[Any]:
        """Return what a node is worth: its subgame's value, or its payoffs."""
        return self.worth[node] if node in self.worth else self.payoffs[node].tolist()

    def piece(self, root: int, nodes: list[int], moves: NDArray[Any]) -> None:
        """Solve one minimal subgame; write its moves and worth."""
        game = self.game
        edges = range(int(game.first_edge[root]), int(game.first_edge[root + 1]))
        if len(nodes) == len(edges) + 1:
            here = self.payoffs[root].tolist()
            below = [self.value(e + 1) for e in edges]
            who = int(game.player[root])
            if who < 0:
                assert self.probability is not None
                weights = [self.probability[e] for e in edges]
                mean = [
                    sum((w * b[i] for w, b in zip(weights, below, strict=True)), Fraction(0)) for i in range(len(here))
                ]
                self.worth[root] = [a + b for a, b in zip(here, mean, strict=True)]
                return
            best = max(b[who] for b in below)
            listed = [k for k, b in enumerate(below) if b[who] == best]
            k = listed[self.selection.pick([below[k] for k in listed])]
            moves[int(game.first_move[int(game.set_of[root])]) + k] = Fraction(1)
            self.worth[root] = [a + b for a, b in zip(here, below[k], strict=True)]
            self.several |= len(listed) > 1
            return
        small, sets = self.extracted(nodes)
        found = self.equilibria(small, root)
        here, worth = found[self.selection.pick([worth for _, worth in found])]
        for k, h in enumerate(sets):
            first, last = int(small.first_move[k]), int(small.first_move[k + 1])
            moves[int(game.first_move[h]) : int(game.first_move[h + 1])] = here[first:last]
        self.worth[root] = worth
        self.several |= len(found) > 1

    def extracted(self, nodes: list[int], worth: Any = None) -> tuple[ExtensiveGame, list[int]]:
        """Return a minimal subgame as a game of its own, with its information sets' numbers in the whole."""
        game = self.game
        inside = set(nodes[1:])
        player, counts, sets = [], [], []
        probability: list[Any] = []
        numbers: dict[int, int] = {}
        for v in nodes:
            first, last = int(game.first_edge[v]), int(game.first_edge[v + 1])
            if last > first and first + 1 in inside:
                player.append(int(game.player[v]))
                counts.append(last - first)
                h = int(game.set_of[v])
                sets.append(numbers.setdefault(h, len(numbers)) if h >= 0 else -1)
                if h < 0 and self.probability is not None:
                    probability += self.probability[first:last].tolist()
                else:
                    probability += [Fraction(0)] * (last - first)
            else:
                player.append(TERMINAL)
                counts.append(0)
                sets.append(-1)
        value = worth or self.value
        rows = [value(v) if p == TERMINAL else self.payoffs[v].tolist() for v, p in zip(nodes, player, strict=True)]
        small = ExtensiveGame(
            players=game.players,
            player=np.array(player),
            first_edge=np.concatenate([[0], np.cumsum(counts)]),
            payoffs=np.array(rows, dtype=object),
            probability=np.array(probability, dtype=object) if -1 in player else None,
            information_set=np.array(sets),
        )
        return small, list(numbers)

    def equilibria(self, small: ExtensiveGame, root: int) -> list[tuple[NDArray[Any], list[Any]]]:
        """Return equilibria of a minimal subgame: behaviour probabilities and payoffs, pure ones first."""
        label = self.game.node_label(root)
        if self.sequences:
            self.several = True
            return [self.by_sequences(small, label)]
        try:
            form = strategic_form(small, most=MOST_STAGE_PAYOFFS)
        except TooLarge:
            self.several = True
            return [self.by_sequences(small, label)]
        stage = form.game
        played = [i for i, n in enumerate(stage.shape) if n > 1]
        told = Options(exact=True, budget=self.options.budget)
        profiles = [unit_profile(stage.shape, row, True) for row in pure_equilibria(stage.payoffs)]
        if len(played) == 2:
            pair = _between(stage, played)
            if support.refuses(pair, told) is None:
                outcome = support.solve(pair, told)
                if outcome.termination is Termination.LIMIT:
                    raise LimitReached(outcome.message)
                assert isinstance(outcome.answer, Equilibria)
                every = [_among(stage, played, rows) for rows in outcome.answer.profiles]
                mixed = [rows for rows in every if any(p not in (0, 1) for row in rows for p in row)]
                profiles += mixed
            else:
                self.several = True
                if not profiles and zero_sum.refuses(pair, told) is None:
                    return [self.by_sequences(small, label)]
                if not profiles:
                    outcome = lemke_howson.solve(pair, told)
                    if outcome.termination is Termination.LIMIT:
                        raise LimitReached(outcome.message)
                    assert isinstance(outcome.answer, Equilibria)
                    profiles = [_among(stage, played, rows) for rows in outcome.answer.profiles]
        elif len(played) > 2:
            self.several = True  # mixed equilibria are not looked for beyond the first
        if not profiles:
            profiles = self.by_pygambit(stage, label)
        result = []
        for rows in profiles:
            # What is done where a player's own moves rule it out is free.
            self.several |= any(
                w and len(p) < n
                for row, plans, n in zip(rows, form.plans, _owned(small), strict=True)
                for w, p in zip(row, plans, strict=True)
            )
            worth = [(row * payoffs_against(stage.payoffs, rows, i)).sum() for i, row in enumerate(rows)]
            result.append((to_behaviour(small, form, rows), worth))
        return result

    def by_sequences(self, small: ExtensiveGame, label: str) -> tuple[NDArray[Any], list[Any]]:
        """Solve a large subgame of two players by its sequence form: a linear program, or pygambit's pivoting."""
        from gametheory.extensive import gambit
        from gametheory.extensive.sequence import equilibrium, refusal
        from gametheory.strategic.gambit import missing

        reason = refusal(small)
        if reason is None:
            return equilibrium(small, True, self.options.budget)
        message = f"the subgame at '{label}' is too large for its strategic form, and {reason.split(';')[0]}"
        if self.sequences or len(small.players) != 2:
            raise Unsolved(message)
        if missing() is not None:
            raise Unsolved(f"{message}; with pygambit installed it is solved all the same")
        outcome = gambit.solve(small, Options(exact=True, budget=self.options.budget, extra={"solver": "lcp"}))
        if outcome.termination is Termination.LIMIT:
            raise LimitReached(outcome.message)
        if not isinstance(outcome.answer, StrategyProfile) or outcome.answer.epsilon is not None:
            raise Unsolved(f"{message}; {outcome.message or 'pygambit found no rational equilibrium'}")
        answer = outcome.answer
        return as_exact(behaviour(small, answer.strategy, exact=True)), list(answer.payoffs.values())

    def by_pygambit(self, stage: Any, label: str) -> list[tuple[NDArray[Any], ...]]:
        """Return a rational equilibrium of a stage without pure ones."""
        from gametheory.strategic import gambit

        message = f"the subgame at '{label}' has no pure equilibrium"
        if gambit.missing() is not None:
            raise Unsolved(f"{message}; a mixed one of {len(stage.players)} players needs pygambit")
        for name in ("logit", "enumpoly"):
            outcome = gambit.solve(stage, Options(exact=True, budget=self.options.budget, extra={"solver": name}))
            if isinstance(outcome.answer, Equilibria):
                return list(outcome.answer.profiles)
            if outcome.termination is Termination.LIMIT:
                raise LimitReached(outcome.message)
        raise Unsolved(f"{message}, and no rational mixed one was found")


def _owned(game: ExtensiveGame) -> list[int]:
    """Return how many information sets each player has."""
    owners = game.player[game.first_node]
    return [int((owners == i).sum()) for i in range(len(game.players))]


def _between(stage: Any, played: list[int]) -> Any:
    """Return the game of the two players who have a choice."""
    from gametheory.strategic.form import StrategicGame

    index = tuple(slice(None) if i in played else 0 for i in range(len(stage.players)))
    return StrategicGame(
        tuple(stage.players[i] for i in played),
        tuple(stage.strategies[i] for i in played),
        np.stack([stage.payoffs[i][index] for i in played]),
    )


def _among(stage: Any, played: list[int], rows: Any) -> tuple[NDArray[Any], ...]:
    """Return a profile of all players from one of the two who have a choice."""
    given = iter(rows)
    return tuple(
        next(given) if i in played else np.array([Fraction(1)], dtype=object) for i in range(len(stage.players))
    )
