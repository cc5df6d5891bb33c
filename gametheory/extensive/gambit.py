"""To and from pygambit, and Nash equilibria: from pygambit, and pure ones from the strategic form."""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import UsageError
from gametheory.extensive import efg, efg_writer
from gametheory.extensive.annotations import Annotations
from gametheory.extensive.arrays import as_exact, as_floats
from gametheory.extensive.normal import TooLarge, strategic_form, to_behaviour
from gametheory.extensive.profile import StrategyProfile, edge_weights
from gametheory.extensive.structure import best_response_values, forgotten, require_recall
from gametheory.extensive.subgames import profile_of
from gametheory.extensive.values import one_shot_gains
from gametheory.limits import LimitReached
from gametheory.numbers import decode, exact, exact_array
from gametheory.solution import Outcome, Termination
from gametheory.strategic.gambit import LARGEST_EPSILON, algorithm_of, missing, number, pygambit, stopped
from gametheory.strategic.outside import TaskFailed, ask
from gametheory.strategic.profiles import decimals, float_above
from gametheory.strategic.pure import pure_equilibria, unit_profile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.extensive.form import ExtensiveGame
    from gametheory.solvers import Options

#: Algorithms on the tree by name, and whether they are for two players only.
ALGORITHMS = {"lcp": True, "lp": True, "enumpure": False, "enumpoly": False, "logit": False, "liap": False}


def to_pygambit(game: ExtensiveGame) -> Any:
    """Return the game as a ``pygambit.Game``, with exact numbers; merged states are unfolded.

    Its information sets carry the labels by which profiles name them.
    """
    return pygambit().read_efg(io.StringIO(efg_writer.text(game, distinct=True)))


def from_pygambit(game: Any) -> ExtensiveGame:
    """Build a game from a ``pygambit.Game``.

    Raises
    ------
    UsageError
        If it is something else, or a table.
    """
    if not isinstance(game, pygambit().Game):
        raise UsageError(f"needed: a pygambit.Game; given: {type(game).__name__}")
    if not game.is_tree:
        raise UsageError("this pygambit.Game is a table, not a tree", remedy="use StrategicGame.from_pygambit")
    result = efg.parse(game.to_efg(), "pygambit")
    # What pygambit writes doubles the backslashes of a comment, and what it reads does not halve them.
    return replace(result, annotations=replace(result.annotations or Annotations(), comment=game.description))


def profile_from_pygambit(game: ExtensiveGame, profile: Any) -> StrategyProfile:
    """Return a behaviour profile of pygambit's as one of ours, to be checked like any other.

    Parameters
    ----------
    game : ExtensiveGame
        The same game, whose information sets are found by the moves that lead there.
    profile : pygambit.MixedBehaviorProfile or pygambit.MixedStrategyProfile
        On a tree; a mixed strategy profile is turned into what it does at each information set.
    """
    if hasattr(profile, "as_behavior"):
        profile = profile.as_behavior()
    strategy: dict[str, Any] = {}
    for player in profile.game.players:
        for infoset in player.infosets:
            node = next(iter(infoset.members))
            moves = []
            while node.parent is not None:
                moves.append(node.prior_action.label)
                node = node.parent
            label = game.set_label(int(game.set_of[game.node_at(reversed(moves))]))
            strategy[label] = {action.label: number(profile[action]) for action in infoset.actions}
    return StrategyProfile(strategy, {}, ())


def refuses(game: ExtensiveGame, options: Options) -> str | None:
    """Say why pygambit does not apply, or return None; `InputError` on imperfect recall."""
    reason = missing()
    if reason is not None:
        return reason
    if game.points is not None:
        return "a batch of parameter points is solved by backward_induction"
    if not game.is_tree:
        return "merged states are solved by backward_induction; pygambit needs the game unfolded into a tree"
    name = options.extra.get("solver")
    if name in ALGORITHMS and ALGORITHMS[str(name)] and len(game.players) != 2:
        return f"pygambit's {name} is for two players, not {len(game.players)}; use pygambit:logit"
    require_recall(game)
    return None


def solve(game: ExtensiveGame, options: Options) -> Outcome:
    """Return a Nash equilibrium that pygambit finds.

    Parameters
    ----------
    game : ExtensiveGame
        Perfect recall.
    options : Options
        ``extra["solver"]``: one of `ALGORITHMS`; by default ``lcp`` for two players and ``logit`` for more. A
        profile that is no rational equilibrium is made rational, with an exact bound on gains from deviating.
    """
    name = algorithm_of(options, "lcp" if len(game.players) == 2 else "logit", ALGORITHMS)
    method = f"pygambit:{name}"
    try:
        text = efg_writer.text(game, distinct=True)
        found = list(ask("nash_of_tree", options.budget, text=text, algorithm=name))
    except (LimitReached, TaskFailed) as stop:
        return stopped(stop, method, options)
    best: tuple[Any, NDArray[Any], list[Any]] | None = None
    for profile in found:
        for denominator in (1000, 10**6, 10**12):
            moves = _moves(game, profile, denominator)
            gain, worth = largest_gain(game, moves)
            if best is None or gain < best[0]:
                best = (gain, moves, worth)
            if gain == 0:
                break
        if best is not None and best[0] == 0:
            break
    if best is None:
        return Outcome(Termination.FAILED, None, options.exact, "unknown", method, f"{method} found no equilibrium")
    gain, moves, worth = best
    if gain == 0:
        return Outcome(
            Termination.SOLVED, profile_of(game, moves, worth, options.exact), options.exact, "one", method=method
        )
    total = as_exact(game.payoffs)
    if gain > LARGEST_EPSILON * max(Fraction(1), exact(total.max()) - exact(total.min())):
        message = f"{method} stopped where somebody gains {float(gain):.2g} by deviating"
        return Outcome(Termination.FAILED, None, True, "unknown", method=method, message=message)
    if not options.exact:
        # Floats stand for their decimals, so that the bound stays exact; it holds for payoffs saved as floats too.
        sets = zip(game.first_move[:-1].tolist(), game.first_move[1:].tolist(), strict=True)
        moves = exact_array(np.concatenate([decimals(moves[first:last]) for first, last in sets]))
        odds = None if game.probability is None else as_floats(game.probability)
        saved = replace(game, payoffs=as_floats(game.payoffs), probability=odds)
        gain, worth = largest_gain(game, moves)
        gain = float_above(max(gain, largest_gain(saved, moves)[0]))  # type: ignore[assignment]
    answer: StrategyProfile = replace(profile_of(game, moves, worth, options.exact), epsilon=gain)
    message = "no rational equilibrium found; the profile is an epsilon equilibrium with an exact bound"
    return Outcome(Termination.SOLVED, answer, options.exact, "unknown", method=method, message=message)


def _moves(game: ExtensiveGame, profile: list[Any], denominator: int) -> NDArray[Any]:
    """Return rational behaviour probabilities from pygambit's, by label of the information set."""
    result = np.full(int(game.first_move[-1]), Fraction(0), dtype=object)
    for label, given in profile:
        first = int(game.first_move[game.find_set(label)])
        row: list[Any] = [decode(p) for p in given]
        if not all(isinstance(p, Fraction) for p in row):
            row = [max(exact(float(p)).limit_denominator(denominator), Fraction(0)) for p in row]
        total = sum(row, Fraction(0))
        if not total:
            row, total = [Fraction(1)] + [Fraction(0)] * (len(row) - 1), Fraction(1)
        result[first : first + len(row)] = [p / total for p in row]
    return result


def largest_gain(game: ExtensiveGame, moves: NDArray[Any]) -> tuple[Fraction, list[Any]]:
    """Return the most that anybody gains by deviating from a profile in the whole game, and what it is worth."""
    payoffs = as_exact(game.payoffs)
    weights = edge_weights(game, moves, None if game.probability is None else as_exact(game.probability))
    value, _ = one_shot_gains(game, payoffs, weights)
    start = np.arange(game.nodes) == 0
    gains = [best_response_values(game, i, payoffs, weights, start)[0] - value[0, i] for i in range(len(game.players))]
    return max(gains), value[0].tolist()


def refuses_pure(game: ExtensiveGame, options: Options) -> str | None:
    """Say why enumerating pure strategies does not apply, or return None; recall is not needed."""
    if game.points is not None:
        return "a batch of parameter points is solved by backward_induction"
    if not game.is_tree:
        return "merged states have no strategic form; use concept subgame_perfect"
    return None


def solve_pure(game: ExtensiveGame, options: Options) -> Outcome:
    """Return the first pure Nash equilibrium of the reduced strategic form; perfect recall is not needed."""
    try:
        options.budget.check()
        form = strategic_form(game, budget=options.budget)
    except (LimitReached, TooLarge) as limit:
        return Outcome(Termination.LIMIT, None, options.exact, message=str(limit))
    found = pure_equilibria(form.game.payoffs)
    if not len(found):
        message = "no pure equilibrium"
        if forgotten(game) is not None:
            message += "; without recall a mixed one need not exist in behaviour strategies"
        return Outcome(Termination.FAILED, None, options.exact, message=message)
    rows = unit_profile(form.game.shape, found[0], True)
    worth = [exact(form.game.payoffs[(i, *found[0])]) for i in range(len(game.players))]
    moves = to_behaviour(game, form, rows)
    return Outcome(Termination.SOLVED, profile_of(game, moves, worth, options.exact), options.exact, "one")
