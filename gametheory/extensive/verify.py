"""Checking strategy profiles of games in extensive form, without any solver."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import InputError, UsageError
from gametheory.extensive.arrays import as_exact, as_floats
from gametheory.extensive.assessment import Assessment, verify_assessment
from gametheory.extensive.batch import ProfileBatch, by_point
from gametheory.extensive.compiled import scaled_to_integers
from gametheory.extensive.findings import Findings, finite
from gametheory.extensive.payoff_check import check_all_payoffs
from gametheory.extensive.profile import StrategyProfile, behaviour, edge_weights
from gametheory.extensive.structure import (
    best_response_values,
    edge_moves,
    forgotten,
    meets_twice,
    require_recall,
    subgame_roots,
)
from gametheory.extensive.values import one_shot_gains
from gametheory.solution import Certificate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.extensive.form import ExtensiveGame


def verify(game: ExtensiveGame, answer: Any, *, exact: bool, concept: str) -> Certificate:
    """Check a claimed answer against a game.

    Parameters
    ----------
    game : ExtensiveGame
        The game.
    answer : StrategyProfile, ProfileBatch or Assessment
        What is claimed.
    exact : bool
        Whether to check in rational arithmetic.
    concept : str
        ``"subgame_perfect"``, ``"nash"`` or ``"agent_nash"``; ``"weak_perfect_bayesian"`` for assessments.

    Returns
    -------
    Certificate
        For subgame perfection, ``one_shot_deviation`` where every information set is a single node (no
        player gains by changing one move, which for finite games excludes every deviation in every subgame),
        else ``subgame_regret`` (no player gains by any strategy in any subgame). For Nash equilibrium,
        ``regret`` in the whole game; for the agent form, ``agent_regret`` (no player gains by changing
        what is done at one information set).

    Raises
    ------
    UsageError
        If the concept is not known here.
    InputError
        If the answer does not fit the game, or the check needs perfect recall and there is none.
    """
    if isinstance(answer, Assessment):
        if concept not in ("weak_perfect_bayesian", "subgame_perfect", "nash"):
            raise UsageError(f"no check for the concept '{concept}' of assessments")
        if concept == "weak_perfect_bayesian":
            return verify_assessment(game, answer, exact=exact)
        answer = answer.profile
    if isinstance(answer, ProfileBatch):
        return _verify_points(game, answer, exact=exact, concept=concept)
    if game.points is not None:
        raise InputError(f"the game holds {game.points} parameter points, and the profile is for one")
    if not isinstance(answer, StrategyProfile):
        raise UsageError(f"an answer of type {type(answer).__name__} is no strategy profile")
    if concept not in ("subgame_perfect", "nash", "agent_nash"):
        raise UsageError(f"no check for the concept '{concept}' of games in extensive form")
    exact = exact or answer.epsilon is not None
    moves = behaviour(game, answer.strategy, exact=exact)
    findings = Findings(game, exact)
    findings.check_distributions(moves)
    payoffs, probability, scale = _numbers(game, moves, exact)
    weights = edge_weights(game, moves, probability)
    value, gain = one_shot_gains(game, payoffs, weights)
    if value.dtype == np.float64 and not np.isfinite(value).all():
        finite(np.inf)
    check = _Check(game, findings, payoffs, weights, value, scale)
    if concept == "subgame_perfect" and game.perfect_information:
        kind = "one_shot_deviation"
        check.one_shot(gain)
    elif concept == "subgame_perfect":
        kind = "subgame_regret"
        check.regret(subgame_roots(game))
    elif concept == "nash":
        kind = "regret"
        check.nash()
    else:
        kind = "agent_regret"
        check.agents()
    findings.check_report(answer, [check.worth(i, value[0, i]) for i in range(len(game.players))], weights)
    if answer.all_payoffs is not None:
        findings.note = check_all_payoffs(game, answer.all_payoffs, findings)
    return findings.certificate(kind, answer.epsilon)


def _verify_points(game: ExtensiveGame, answer: ProfileBatch, *, exact: bool, concept: str) -> Certificate:
    """Check the profile of every parameter point; the certificate is their conjunction."""
    points = game.points
    if points != len(answer.choices) or answer.payoffs.shape != (points, len(game.players)):
        raise InputError(f"profiles of {len(answer.choices)} parameter points for {points or 1}")
    if answer.choices.shape[1] != game.sets:
        raise InputError(f"{answer.choices.shape[1]} choices for {game.sets} information sets")
    counts = np.diff(game.first_move)
    if ((answer.choices < 0) | (answer.choices >= counts)).any():
        raise InputError("a choice is no move of its information set")
    if concept != "subgame_perfect" or not game.perfect_information:
        raise UsageError(f"profiles of parameter points are checked for subgame perfection, not for '{concept}'")
    findings = Findings(game, exact)
    payoffs, probability = by_point(game, exact)
    rows = np.arange(points)
    value: dict[int, NDArray[Any]] = {}
    for node in game.inner[::-1].tolist():
        edges = range(int(game.first_edge[node]), int(game.first_edge[node + 1]))
        below = [value.get(v, payoffs[:, v]) for v in (int(game.targets[e]) for e in edges)]
        every = np.stack([np.broadcast_to(b, (points, b.shape[1])) for b in below])
        who = int(game.player[node])
        if who < 0:
            assert probability is not None
            after = sum(probability[:, e, None] * b for e, b in zip(edges, below, strict=True))
        else:
            k = int(game.set_of[node])
            after = every[answer.choices[:, k], rows]
            gain = every[:, :, who].max(axis=0) - after[:, who]
            findings.checked += points
            _worst_points(findings, gain, f"one-shot deviation at '{game.set_label(k)}'")
        value[node] = payoffs[:, node] + after
        if game.is_tree:
            for e in edges:
                value.pop(e + 1, None)
    worth = value.get(0, payoffs[:, 0])
    stated = as_exact(answer.payoffs) if exact else as_floats(answer.payoffs)
    for i, name in enumerate(game.players):
        findings.checked += points
        _worst_points(findings, np.broadcast_to(abs(stated[:, i] - worth[:, i]), (points,)), f"payoffs.{name}")
    return findings.certificate("one_shot_deviation")


def _worst_points(findings: Findings, amounts: NDArray[Any], name: str) -> None:
    """Note the largest amounts, each with its point."""
    if amounts.dtype == np.float64 and not np.isfinite(amounts).all():
        finite(np.inf)
    wrong = np.flatnonzero(np.asarray(amounts > 0, dtype=bool))
    for k in sorted(wrong.tolist(), key=lambda k: -amounts[k])[:20]:
        findings.add_gain(f"point {k}: {name}", amounts[k])


class _Check:
    """The conditions of one check, on numbers that may be integers in units of `scale`."""

    def __init__(
        self,
        game: ExtensiveGame,
        findings: Findings,
        payoffs: NDArray[Any],
        weights: NDArray[Any],
        value: NDArray[Any],
        scale: NDArray[Any] | None,
    ) -> None:
        self.game = game
        self.findings = findings
        self.payoffs = payoffs
        self.weights = weights
        self.value = value
        self.scale = scale

    def worth(self, player: int, amount: Any) -> Any:
        """Return an amount in the units of a player's payoffs."""
        if self.scale is not None:
            return Fraction(int(amount), int(self.scale[player]))
        return Fraction(amount) if self.findings.exact else float(amount)

    def one_shot(self, gain: NDArray[Any]) -> None:
        game = self.game
        gains = gain[game.decisions]
        self.findings.checked += len(gains)
        deciders, sets = game.player[game.decisions], game.set_of[game.decisions]
        for k in np.flatnonzero(np.asarray(gains > 0, dtype=bool)).tolist():
            label = game.set_label(int(sets[k]))
            self.findings.add_gain(f"one-shot deviation at '{label}'", self.worth(int(deciders[k]), gains[k]))

    def regret(self, roots: NDArray[np.bool_], only_start: bool = False) -> None:
        """Check that no player gains by another strategy in any subgame, or in the whole game."""
        game = self.game
        require_recall(game)
        judged = [0] if only_start else np.flatnonzero(roots).tolist()
        for i, name in enumerate(game.players):
            best = best_response_values(game, i, self.payoffs, self.weights, roots)
            self.findings.checked += len(judged)
            for node in judged:
                if best[node] > self.value[node, i]:
                    where = "" if only_start else f" in the subgame at '{game.node_label(node)}'"
                    self.findings.add_gain(f"{name} gains{where}", self.worth(i, best[node] - self.value[node, i]))

    def nash(self) -> None:
        """Check the whole game, by best responses or, without recall, by every pure strategy."""
        game = self.game
        if not game.is_tree:
            self.regret_merged()
        elif forgotten(game) is None:
            self.regret(np.arange(game.nodes) == 0, only_start=True)
        else:
            self.findings.note = "imperfect recall: checked against every pure strategy, and so every mixture of them"
            if meets_twice(game):
                self.findings.note += "; a behaviour strategy may do better where an information set is met twice"
            for i, name in enumerate(game.players):
                best = self.value[0, i]
                for changed in pure_deviations(game, i, self.weights):
                    self.findings.checked += 1
                    value, _ = one_shot_gains(game, self.payoffs, changed)
                    best = max(best, value[0, i])
                self.findings.add_gain(f"{name} gains", self.worth(i, best - self.value[0, i]))

    def regret_merged(self) -> None:
        """Check the whole of a game with merged states, where a best response is one pass back."""
        game = self.game
        for i, name in enumerate(game.players):
            best = self.payoffs[:, i].copy()
            if best.dtype != object and self.weights.dtype == np.float64:
                best = best.astype(np.float64)
            for v in game.inner[::-1].tolist():
                edges = range(int(game.first_edge[v]), int(game.first_edge[v + 1]))
                below = [best[int(game.targets[e])] for e in edges]
                if game.player[v] == i:
                    best[v] += max(below)
                else:
                    best[v] += sum(self.weights[e] * b for e, b in zip(edges, below, strict=True))
            self.findings.checked += 1
            self.findings.add_gain(f"{name} gains", self.worth(i, best[0] - self.value[0, i]))

    def agents(self) -> None:
        """Check that no player gains by changing what is done at one information set."""
        game = self.game
        if not game.is_tree:
            raise UsageError("the agent form needs a tree", remedy="unfold the merged states first")
        place = edge_moves(game)
        for k in range(game.sets):
            first, last = int(game.first_move[k]), int(game.first_move[k + 1])
            i = int(game.player[game.first_node[k]])
            mine = np.flatnonzero((place >= first) & (place < last))
            best = self.value[0, i]
            for move in range(first, last):
                self.findings.checked += 1
                changed = self.weights.copy()
                changed[mine] = (place[mine] == move).astype(np.int64)
                value, _ = one_shot_gains(game, self.payoffs, changed)
                best = max(best, value[0, i])
            gain = self.worth(i, best - self.value[0, i])
            self.findings.add_gain(f"{game.players[i]} gains at '{game.set_label(k)}' alone", gain)


#: Pure strategies of one player above which a game without recall is not checked.
MOST_STRATEGIES = 100_000


def pure_deviations(game: ExtensiveGame, player: int, weights: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """Yield the probabilities of all moves when one player turns to each pure strategy in turn.

    Raises
    ------
    InputError
        If there are too many.
    """
    mine = [k for k in range(game.sets) if game.player[game.first_node[k]] == player]
    counts = [int(game.first_move[k + 1] - game.first_move[k]) for k in mine]
    if math.prod(counts) > MOST_STRATEGIES:
        raise InputError(
            f"imperfect recall: player '{game.players[player]}' has {math.prod(counts)} pure strategies, "
            f"too many to check one by one"
        )
    place = edge_moves(game)
    for choice in product(*(range(n) for n in counts)):
        moves = np.zeros(int(game.first_move[-1]), dtype=np.int64)
        for k, a in zip(mine, choice, strict=True):
            moves[int(game.first_move[k]) + a] = 1
        owned = np.repeat(game.player == player, np.diff(game.first_edge))
        changed = weights.copy()
        changed[owned] = moves[place[owned]]
        yield changed


def _numbers(
    game: ExtensiveGame, moves: NDArray[Any], exact: bool
) -> tuple[NDArray[Any], NDArray[Any] | None, NDArray[Any] | None]:
    """Return payoffs, chance probabilities and, where payoffs became integers, what to divide them by."""
    if not exact:
        return as_floats(game.payoffs), None if game.probability is None else as_floats(game.probability), None
    if game.probability is None and moves.dtype != object:
        only_ends = not (game.payoffs[game.inner] != 0).any()
        steps = 2 if only_ends else 2 * len(game.inner) + 2
        # A best response adds up over the nodes of an information set.
        steps = steps if game.perfect_information else steps * game.nodes
        scaled = scaled_to_integers(game.payoffs, steps) or scaled_to_integers(as_exact(game.payoffs), steps)
        if scaled is not None:
            return scaled[0], None, scaled[1]
    return as_exact(game.payoffs), None if game.probability is None else as_exact(game.probability), None
