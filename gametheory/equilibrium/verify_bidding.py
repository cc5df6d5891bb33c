"""A proof that no type gains more than epsilon from another bid, given an increasing schedule of bids.

Let U(v, t) be what value v expects from the bid of value t, and R(t) its derivative in t at v = t. Where a higher value
gains more from a higher bid (single crossing, checked), ``U(v, t) - U(v, v) <= C(t) - C(v)`` with C the integral of R,
so that no type gains more than the range of C. C is enclosed cell by cell by Taylor models in interval arithmetic.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gametheory.equilibrium.bidding import BiddingGame, BidSchedule
from gametheory.equilibrium.expressions import Slope, interval
from gametheory.errors import InputError
from gametheory.numbers import exact as exact_number
from gametheory.solution import Certificate, Violation

#: Pieces of the values, and of the bids, over which single crossing is checked.
PIECES = 16
#: What rounding in a bound of 53 bits may leave of a derivative that is 0.
ROUNDING = 1e-9


def verify(game: BiddingGame, answer: BidSchedule, *, exact: bool = False, concept: str = "equilibrium") -> Certificate:
    """Prove that no type gains more than the claimed epsilon by any bid allowed.

    Returns
    -------
    Certificate
        Of kind ``"epsilon"``: `max_violation` is the proved bound on the gain, `tolerance` the claim.
    """
    if concept != "equilibrium":
        raise InputError(f"a bidding game has no concept '{concept}'", remedy="its concept is 'equilibrium'")
    if not isinstance(answer, BidSchedule):
        raise InputError(f"{type(answer).__name__} is not an answer to a bidding game")
    values, bids, claimed = answer.values, answer.bids, answer.epsilon
    violations = []
    span = float(game.high) - float(game.low)
    for end, found in (("least", values[0] - float(game.low)), ("largest", values[-1] - float(game.high))):
        if abs(found) > 1e-12 * span:
            violations.append(Violation(f"the schedule does not start or end at the {end} value", abs(float(found))))
    if bids[0] < float(game.floor) - 1e-12:  # type: ignore[arg-type]
        violations.append(Violation("a bid below the least allowed", float(game.floor) - float(bids[0])))  # type: ignore[arg-type]
    steps = np.diff(bids)
    if not (steps > 0).all():
        violations.append(Violation(f"bids[{int(np.argmin(steps)) + 1}] does not exceed the bid before", 1.0))
    bound, cells = float("inf"), 0
    if not violations:
        violations += _single_crossing(game, bids)
        bound, cells = gain_bound(game, answer)
    if bound > claimed:
        violations.append(Violation("gain of some type", min(bound - claimed, 1.7976931348623157e308)))
    return Certificate(
        kind="epsilon",
        checked=cells + 2 * PIECES**2,
        max_violation=min(bound, 1.7976931348623157e308),
        tolerance=claimed,
        exact=False,
        ok=not violations,
        violations=tuple(violations[:20]),
        note="the bound holds for every value and every bid allowed, proved by interval arithmetic",
    )


def gain_bound(game: BiddingGame, schedule: BidSchedule) -> tuple[float, int]:
    """Return a proved bound on what any type gains, given single crossing, and the cells it was proved over."""
    from flint import arb, arb_series, ctx

    before = ctx.cap
    ctx.cap = 3
    try:
        total, highest, lowest = arb(0), arb(0), arb(0)
        for k in range(len(schedule.values) - 1):
            left, right = arb(float(schedule.values[k])), arb(float(schedule.values[k + 1]))
            first, last = arb(float(schedule.bids[k])), arb(float(schedule.bids[k + 1]))
            slope = (last - first) / (right - left)
            middle, reach = (left + right) / 2, (right - left) / 2
            whole = left.union(right)
            near = game.marginal_gain(
                arb_series([middle, 1], prec=3), arb_series([(first + last) / 2, slope], prec=3), slope
            )
            wide = game.marginal_gain(
                arb_series([whole, 1], prec=3), arb_series([first.union(last), slope], prec=3), slope
            )
            bend = wide[2]
            across = 2 * near[0] * reach + bend * reach**3 * 2 / 3
            wiggle = near[1].abs_upper() * reach**2 / 2 + bend.abs_upper() * reach**3 * 2 / 3
            if not (across.is_finite() and wiggle.is_finite()):
                plain = game.marginal_gain(whole, first.union(last), slope)
                across = plain * (right - left)
                wiggle = across.abs_upper()
            highest = highest.max(total + wiggle).max(total + across + wiggle)
            lowest = lowest.min(total - wiggle).min(total + across - wiggle)
            total += across
        below = _below(game, float(schedule.bids[0]))
        bound = float((highest - lowest + below).upper())
    finally:
        ctx.cap = before
    return (bound if bound == bound else float("inf")), len(schedule.values) - 1


def _below(game: BiddingGame, opening: float) -> Any:
    """Return a bound on what losing for sure with a bid below the schedule gains over losing with its first bid."""
    from flint import arb

    floor = interval(exact_number(game.floor))
    whole = interval(exact_number(game.low)).union(interval(exact_number(game.high)))
    width = arb(opening) - floor
    _, _, slope = game.payoff_slopes("losing", whole, floor.union(arb(opening)))
    return (-slope * width).upper().max(arb(0))


def _single_crossing(game: BiddingGame, bids: Any) -> list[Violation]:
    """Check that higher values gain more from winning and lose no more by bidding, and that bids cost."""
    from flint import arb

    edges = np.linspace(float(game.low), float(game.high), PIECES + 1)
    offers = np.linspace(float(game.floor), float(bids[-1]), PIECES + 1)  # type: ignore[arg-type]
    worst: dict[str, float] = {}

    def require(amount: Any, name: str) -> None:
        shortfall = -float(amount.lower())
        if not shortfall <= ROUNDING:
            worst[name] = max(worst.get(name, 0.0), shortfall if shortfall == shortfall else float("inf"))

    for i in range(PIECES):
        value = arb(float(edges[i])).union(arb(float(edges[i + 1])))
        require(game.density(value)[1], "the distribution increases")
        for j in range(PIECES):
            bid = arb(float(offers[j])).union(arb(float(offers[j + 1])))
            one, zero = arb(1), arb(0)
            along_bid = Slope(Slope(bid, [zero, one]), [Slope(one, [zero, zero])])
            along_value = Slope(Slope(value, [one, zero]), [Slope(zero, [zero, zero])])
            won, lost = (game.evaluate(w, along_value, along_bid) for w in ("winning", "losing"))
            win_value, win_bid, win_cross = _parts(won)
            lose_value, _, lose_cross = _parts(lost)
            require(win_value - lose_value, "a higher value gains more from winning")
            require(win_cross, "a higher value minds a higher winning bid no more")
            require(lose_cross, "a higher value minds a higher losing bid no more")
            require(-win_bid, "a winner pays for a higher bid")
    return [Violation(name, amount) for name, amount in worst.items()]


def _parts(found: Any) -> tuple[Any, Any, Any]:
    """Return the derivatives in the value, in the bid, and across, of a payoff."""
    from flint import arb

    if not isinstance(found, Slope):
        return arb(0), arb(0), arb(0)
    return found.value.slopes[0], found.value.slopes[1], found.slopes[0].slopes[0]
