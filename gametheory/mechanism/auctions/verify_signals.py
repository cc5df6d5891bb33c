"""Best-response check of a linear schedule with private signals, from the covariances alone."""

from __future__ import annotations

from typing import Any

from gametheory import tolerances
from gametheory.checks import Checks
from gametheory.errors import InputError
from gametheory.mechanism.auctions.signals import NoLinearEquilibrium, SignalAuction, SignalSchedule
from gametheory.numbers import exact as exact_number
from gametheory.solution import Certificate


def verify(
    auction: SignalAuction, answer: SignalSchedule | NoLinearEquilibrium, *, exact: bool, concept: str = "nash"
) -> Certificate:
    """Compute what a bidder gains in expectation by any other schedule when all others use this one.

    Along his residual supply a bidder learns the sum of the others' signals, so that his best schedule takes, for each
    signal and sum, the top of a parabola at the conditional expectation of his value. The expected gain is the
    expected squared distance from it times the parabola's curvature: a rational number.

    Parameters
    ----------
    auction : SignalAuction
        The auction.
    answer : SignalSchedule or NoLinearEquilibrium
        What is claimed.
    exact : bool
        Whether to compute in fractions with tolerance 0. In floats, gains are relative to the payoff at stake.
    concept : str
        Only ``"nash"``.

    Returns
    -------
    Certificate
        Of kind ``"best_response"``, or ``"no_linear_equilibrium"``.
    """
    if concept != "nash":
        raise InputError(f"a signal auction has no concept '{concept}'", remedy="its concept is 'nash'")
    checks = Checks(tolerances.REGRET, exact)
    one = exact_number if exact else float
    n = auction.bidders
    if isinstance(answer, NoLinearEquilibrium):
        own, common = weights(auction, one)
        ratio = own / common
        checks.equal(one(answer.informativeness), ratio, "informativeness")
        checks.at_most(ratio - one(1) / (n - 1), "the slope of the linear schedules would be positive")
        return checks.certificate("no_linear_equilibrium")
    if not isinstance(answer, SignalSchedule):
        raise InputError(f"{type(answer).__name__} is not an answer to a signal auction")
    slope, weight = one(answer.slope), one(answer.weight)
    checks.at_most(0 if slope > 0 else 1 - slope, "the slope is positive")
    checks.at_most(0 if weight > 0 else 1 - weight, "the weight on the signal is positive")
    if checks.found:
        return checks.certificate("best_response")
    found = expected_gain(auction, answer, one)
    gain = found["gain"]
    checks.at_most(gain if exact else gain / max(abs(found["payoff"]), found["scale"]), "expected gain")
    return checks.certificate("best_response")


def weights(auction: SignalAuction, one: Any) -> tuple[Any, Any]:
    """Return the weights of ``theta_i`` on the own and on the common part of the signals, by least squares."""
    own, rest = _projection(auction, one)
    n = auction.bidders
    return own - rest, own + (n - 1) * rest


def _projection(auction: SignalAuction, one: Any) -> tuple[Any, Any]:
    """Solve the normal equations of theta_i on (s_i, sum of the others' signals)."""
    v, c, e, n = one(auction.variance), one(auction.correlation), one(auction.noise), auction.bidders
    signal, cross = v + e, v * c
    others = (n - 1) * (signal + (n - 2) * cross)
    mixed = (n - 1) * cross
    determinant = signal * others - mixed * mixed
    on_own = (v * others - mixed * mixed) / determinant
    on_others = (signal * mixed - mixed * v) / determinant
    return on_own, on_others


def expected_gain(auction: SignalAuction, answer: SignalSchedule, one: Any = exact_number) -> dict[str, Any]:
    """Return a bidder's expected payoff in the symmetric profile, and what the best schedule would add.

    Parameters
    ----------
    auction, answer
        The auction, and the schedule everyone uses; slope and weight positive.
    one : callable
        `gametheory.numbers.exact` or `float`: the arithmetic.

    Returns
    -------
    dict
        ``payoff``, ``gain``, and ``scale``, the expected squared quantity times the curvature of the payoff.
    """
    v, c, e, n = one(auction.variance), one(auction.correlation), one(auction.noise), auction.bidders
    mean, kappa, supply = one(auction.mean), one(auction.curvature), one(auction.supply)
    a, k, b = one(answer.intercept), one(answer.slope), one(answer.weight)
    on_own, on_others = _projection(auction, one)
    impact = 1 / ((n - 1) * k)  # how much the yield falls per unit taken
    # Everything is affine in the signal s and the others' sum T, measured from their means: constant, s, T.
    at_zero = _affine((supply - (n - 1) * a + b * (n - 1) * mean) * impact, 0 * b, b * impact)
    value = _affine(mean, on_own, on_others)
    best = _scaled(_minus(at_zero, value), 1 / (2 * impact + kappa))
    # The profile clears at n a + n k r - b (s + T) = supply.
    stop_out = _affine((supply - n * a + b * n * mean) / (n * k), b / (n * k), b / (n * k))
    taken = _affine(a + k * stop_out[0] - b * mean, k * stop_out[1] - b, k * stop_out[2])
    signal, cross = v + e, v * c
    covariance = (signal, (n - 1) * cross, (n - 1) * (signal + (n - 2) * cross))

    def moment(left: Any, right: Any) -> Any:
        own, mixed, others = covariance
        spread = left[1] * right[1] * own + (left[1] * right[2] + left[2] * right[1]) * mixed
        return left[0] * right[0] + spread + left[2] * right[2] * others

    off = _minus(taken, best)
    bend = impact + kappa / 2
    payoff = moment(taken, _minus(stop_out, value)) - kappa / 2 * moment(taken, taken)
    return {"payoff": payoff, "gain": bend * moment(off, off), "scale": bend * moment(taken, taken)}


def _affine(constant: Any, on_signal: Any, on_others: Any) -> tuple[Any, Any, Any]:
    return constant, on_signal, on_others


def _minus(left: Any, right: Any) -> tuple[Any, Any, Any]:
    return left[0] - right[0], left[1] - right[1], left[2] - right[2]


def _scaled(form: Any, factor: Any) -> tuple[Any, Any, Any]:
    return form[0] * factor, form[1] * factor, form[2] * factor
