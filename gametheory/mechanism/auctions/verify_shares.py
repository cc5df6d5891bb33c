"""Best-response checks of schedules in share auctions."""

from __future__ import annotations

from typing import Any

from gametheory import tolerances
from gametheory.checks import Checks
from gametheory.errors import InputError
from gametheory.mechanism.auctions.shares import LinearSchedules, PowerSchedule, ShareAuction
from gametheory.numbers import exact as exact_number
from gametheory.numbers import exact_array, float_array
from gametheory.solution import Certificate


def verify(
    auction: ShareAuction, answer: LinearSchedules | PowerSchedule, *, exact: bool, concept: str = "nash"
) -> Certificate:
    """Bound what a bidder gains by any other schedule, whatever the supply turns out to be.

    A bidder's schedule matters only through the point of the residual supply at which it clears, so that his best
    response is a maximisation along it: a parabola for linear schedules. Where the supply is random, the gain is a
    square in the supply, largest at an end. Schedules cut off at zero make the residual supply of a deviator no
    better, so that the bound holds for them too.

    Parameters
    ----------
    auction : ShareAuction
        The auction.
    answer : LinearSchedules or PowerSchedule
        The schedules claimed to be an equilibrium.
    exact : bool
        Whether to compute in fractions with tolerance 0. In floats, gains are relative to the payoffs at stake.
    concept : str
        Only ``"nash"``.

    Returns
    -------
    Certificate
        Of kind ``"best_response"``; `max_violation` is the largest gain.
    """
    if concept != "nash":
        raise InputError(f"a share auction has no concept '{concept}'", remedy="its concept is 'nash'")
    checks = Checks(tolerances.REGRET, exact)
    if isinstance(answer, LinearSchedules):
        _linear(checks, auction, answer)
    elif isinstance(answer, PowerSchedule):
        _power(checks, auction, answer)
    else:
        raise InputError(f"{type(answer).__name__} is not an answer to a share auction")
    return checks.certificate("best_response")


def best_response(
    auction: ShareAuction, answer: LinearSchedules, bidder: int, supply: Any, *, exact: bool = True
) -> dict[str, Any]:
    """Return a bidder's best point on his residual supply, and what it gains him.

    Parameters
    ----------
    auction, answer
        The auction and the schedules of all bidders.
    bidder : int
        Who deviates.
    supply : Fraction or float
        The supply, known to the deviator (more than he needs to know).
    exact : bool
        Whether to compute in fractions.

    Returns
    -------
    dict
        ``payoff`` in the profile, ``stop_out``, ``quantity`` and ``best_payoff`` at the best response, ``gain``.
        The reserve and the quantity's sign are respected where the supply is known; where it is random the bound
        leaves them out.

    Raises
    ------
    InputError
        If the other bidders' schedules do not rise with the yield.
    """
    make, one = (exact_array, exact_number) if exact else (float_array, float)
    slopes, intercepts = make(answer.slopes), make(answer.intercepts)
    expected, kappa = make(auction.expected_yields)[bidder], make(auction.curvatures)[bidder]
    supply_slope, total = one(auction.supply_slope), one(supply)
    steep = slopes.sum() - slopes[bidder] + supply_slope
    if not steep > 0:
        raise InputError(
            f"the schedules of all but bidder {bidder} do not rise: the residual supply does not fall",
            remedy="slopes are positive, or the supply is elastic",
        )
    others = intercepts.sum() - intercepts[bidder]
    stop_out = (total - intercepts.sum()) / (steep + slopes[bidder])
    taken = intercepts[bidder] + slopes[bidder] * stop_out
    zero = (total - others) / steep  # the yield at which nothing is left for the bidder
    best = steep * (zero - expected) / (2 + kappa * steep)
    if auction.supply_high is None:
        least = 0 * best
        if auction.reserve is not None:
            least = max(least, total - others - steep * one(auction.reserve))
        best = max(best, least)

    def payoff(quantity: Any) -> Any:
        return quantity * (zero - quantity / steep - expected) - kappa * quantity * quantity / 2

    now, then = payoff(taken), payoff(best)
    return {
        "payoff": now,
        "stop_out": zero - best / steep,
        "quantity": best,
        "best_payoff": then,
        "gain": max(then - now, 0 * now),
    }


def _linear(checks: Checks, auction: ShareAuction, answer: LinearSchedules) -> None:
    if len(answer.slopes) != auction.bidders:
        raise InputError(f"the answer has {len(answer.slopes)} schedules for {auction.bidders} bidders")
    make, one = (exact_array, exact_number) if checks.exact else (float_array, float)
    held = LinearSchedules(make(answer.intercepts), make(answer.slopes))
    steepest = float(abs(held.slopes).max())
    for i, rise in _distinct(auction, held, held.slopes):
        checks.at_most(-rise, f"slope of bidder {i}", steepest)
    if checks.found:
        return
    for supply in auction.supplies:
        stop_out, taken = held.cleared(auction, one(supply))
        if auction.reserve is not None:
            checks.at_most(stop_out - one(auction.reserve), f"stop-out above the reserve at supply {supply}", stop_out)
        sold = taken.sum() + one(auction.supply_slope) * stop_out
        checks.at_most(abs(sold / one(supply) - 1), f"the schedules clear the supply of {supply}")
        for i, quantity in _distinct(auction, held, taken):
            checks.at_most(-quantity, f"bidder {i} sells at supply {supply}", float(one(supply)))
            found = best_response(auction, held, i, supply, exact=checks.exact)
            gain = found["gain"]
            if not checks.exact:  # relative to what is at stake
                stake = abs(quantity) * (abs(stop_out) + abs(float(auction.expected_yields[i]))) + abs(found["payoff"])
                gain = gain / stake if stake > 0 else gain
            checks.at_most(gain, f"gain of bidder {i} at supply {supply}")


def _distinct(auction: ShareAuction, answer: LinearSchedules, taken: Any) -> list[tuple[int, Any]]:
    """Return one bidder of every kind, with what he takes: equal bidders with equal schedules gain the same."""
    columns = (auction.expected_yields, auction.curvatures, answer.intercepts, answer.slopes)
    kinds: dict[Any, int] = {}
    for i, kind in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        kinds.setdefault(kind, i)
    return [(i, taken[i]) for i in kinds.values()]


def _power(checks: Checks, auction: ShareAuction, answer: PowerSchedule) -> None:
    """Check the conditions under which a schedule of the Klemperer-Meyer family is optimal at every supply.

    With ``m = n - 1`` and ``u = t^m`` the payoff along the residual supply is ``e u - m C u t + D u^2`` (e the supply
    at u = 0) once ``D = s/(m-1)``: the first-order condition then holds where all bid alike, and the payoff is concave
    as far as the schedule rises, ``C >= m D u^((m-1)/m)``.
    """
    one = exact_number if checks.exact else float
    if not auction.symmetric or one(auction.curvatures[0]) != 0 or auction.bidders < 3:
        raise InputError("a power schedule is for three or more equal bidders with curvature 0")
    m = auction.bidders - 1
    s, expected = one(auction.supply_slope), one(auction.expected_yields[0])
    constant, linear = one(answer.constant), one(answer.linear)
    checks.equal(linear, s / (m - 1), "first-order condition: linear coefficient")
    checks.at_most(0 if constant > 0 else 1 - constant, "first-order condition: constant is positive")
    checks.at_most(s * expected - one(auction.supplies[0]), "something is on sale at the expected yield")
    if auction.reserve is None:
        checks.at_most(1 if s > 0 else 0, "schedules that fall again need a reserve")
        return
    top = one(auction.reserve) - expected
    # Both conditions hold a root of `top`; they are compared after raising them to the power m.
    rising = (m * linear) ** m * top ** (m - 1)
    checks.at_most(rising - constant**m if constant > 0 else 1, "the schedule rises up to the reserve", rising)
    need = one(auction.supplies[-1]) - s * one(auction.reserve) + (m + 1) * linear * top
    covered = ((m + 1) * constant) ** m * top
    lacking = need**m - covered if need > 0 else -covered
    checks.at_most(lacking, "schedules cover the largest supply at the reserve", covered)
