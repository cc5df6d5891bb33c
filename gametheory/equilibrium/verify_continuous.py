"""A proof that nobody gains more than epsilon in a game with real choices, by interval arithmetic."""

from __future__ import annotations

import heapq
from typing import Any

from gametheory.equilibrium.continuous import ChoiceProfile, ContinuousGame
from gametheory.equilibrium.expressions import interval
from gametheory.errors import InputError
from gametheory.numbers import exact as exact_number
from gametheory.solution import Certificate, Violation

#: How far a choice may be from a bound that floats cannot write, relative to max(1, size).
ROUNDING = 1e-15
#: Pieces of a player's choices that are looked at before the proof is given up.
MOST_PIECES = 20_000


def verify(
    game: ContinuousGame, answer: ChoiceProfile, *, exact: bool = False, concept: str = "equilibrium"
) -> Certificate:
    """Prove that no player gains more than the claimed epsilon by any choice within the bounds.

    The player's choices are cut into pieces; over each the payoff is bounded by interval arithmetic, by the sign of
    its derivative, or, where it is concave, by its tangent.

    Returns
    -------
    Certificate
        Of kind ``"epsilon"``: `max_violation` is the largest gain that could not be excluded, `tolerance` the claim.
    """
    if concept != "equilibrium":
        raise InputError(f"a game with real choices has no concept '{concept}'", remedy="its concept is 'equilibrium'")
    if not isinstance(answer, ChoiceProfile):
        raise InputError(f"{type(answer).__name__} is not an answer to a game with real choices")
    if set(answer.choices) != set(game.players):
        odd = sorted(set(answer.choices) ^ set(game.players))[0]
        raise InputError(f"the profile and the game disagree about the player '{odd}'")
    claimed = float(answer.epsilon)
    choices = [interval(exact_number(answer[p])) for p in game.players]
    violations, worst, pieces = [], 0.0, 0
    for i, player in enumerate(game.players):
        low, high, choice = (float(v) for v in (game.lower[i], game.upper[i], answer[player]))
        outside = max(low - choice, choice - high)
        if outside > ROUNDING * max(1.0, abs(choice)):
            violations.append(Violation(f"bounds of {player}", outside))
            worst = max(worst, claimed + outside)
            continue
        gain, used = largest_gain(game, i, choices, claimed)
        pieces += used
        worst = max(worst, gain)
        if gain > claimed:
            violations.append(Violation(f"gain of {player}", gain - claimed))
    return Certificate(
        kind="epsilon",
        checked=pieces,
        max_violation=worst,
        tolerance=claimed,
        exact=False,
        ok=not violations,
        violations=tuple(sorted(violations, key=lambda v: -v.amount)),
        note="the bound holds for every real choice between the bounds, proved by interval arithmetic",
    )


def largest_gain(game: ContinuousGame, player: int, choices: list[Any], enough: float) -> tuple[float, int]:
    """Return a proved bound on what a player gains by any choice, and the pieces it took.

    Pieces whose bound is at most `enough` are not refined further.
    """
    at = game.payoff(player, choices)
    own = float(choices[player].mid())
    low, high = (float(b[player]) for b in (game.lower, game.upper))
    proved, used = 0.0, 0
    pieces = [(-float("inf"), low, high)]
    while pieces:
        worst, left, right = heapq.heappop(pieces)
        if -worst <= enough:
            return max(proved, -worst), used
        if used >= MOST_PIECES or right - left <= 1e-15 * max(1.0, abs(left)):
            return max(proved, min(-worst, 1.7976931348623157e308)), used
        middle = own if left < own < right and used else (left + right) / 2
        for a, b in ((left, middle), (middle, right)) if left < middle < right else ((left, right),):
            used += 1
            gain = _bound(game, player, choices, a, b) - at
            bound = float(gain.upper())
            bound = bound if bound == bound else float("inf")
            if bound <= enough:
                proved = max(proved, bound)
            else:
                heapq.heappush(pieces, (-bound, a, b))
    return proved, used


def _bound(game: ContinuousGame, player: int, choices: list[Any], left: float, right: float) -> Any:
    """Return a ball whose upper end is at least the payoff at every choice of a piece."""
    from flint import arb

    ends = [arb(left), arb(right)]
    whole = ends[0].union(ends[1])

    def at(x: Any) -> tuple[Any, Any, Any]:
        return game.own_slopes(player, [x if i == player else c for i, c in enumerate(choices)])

    value, slope, curvature = at(whole)
    if slope >= 0:
        return at(ends[1])[0]
    if slope <= 0:
        return at(ends[0])[0]
    best = value.upper()
    if curvature <= 0:
        width = ends[1] - ends[0]
        rising, falling = at(ends[0]), at(ends[1])
        best = best.min(rising[0] + width * rising[1].max(arb(0))).min(falling[0] + width * (-falling[1]).max(arb(0)))
        centre = arb((left + right) / 2)
        there = at(centre)
        best = best.min(there[0] + width / 2 * there[1].abs_upper())
    return best
