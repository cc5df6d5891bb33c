"""Symmetric equilibrium bids: by quadrature cell by cell, or from the differential equation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium.bidding import BiddingGame, BidSchedule
from gametheory.limits import LimitReached
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options

Array = NDArray[np.float64]

#: Nodes of the first schedule tried, and of the last.
FEWEST, MOST = 128, 4096
#: The gain, relative to the range of values, at which a schedule is fine enough.
ENOUGH = 1e-6

_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(6)


def quadrature(game: BiddingGame, options: Options) -> Outcome:
    """Choose each node's bid so that no node gains by the next one's bid; refine until `epsilon` is reached.

    Options: `nodes` (a fixed number), `epsilon` (in units of payoff).
    """
    return _refined(game, options, lambda values: _march(game, values, options))


def differential_equation(game: BiddingGame, options: Options) -> Outcome:
    """Integrate the first-order condition as a differential equation in the value, from just above the least value."""
    from scipy.integrate import solve_ivp

    def slope(value: float, bid: Array) -> list[float]:
        options.budget.check(1)
        v, b = np.float64(value), np.float64(bid[0])
        free = float(game.marginal_gain(v, b, np.float64(0.0)))
        cost = float(game.marginal_gain(v, b, np.float64(1.0))) - free
        return [-free / cost]

    def integrate(values: Array) -> Array:
        start = values[0] + 1e-4 * (values[1] - values[0])
        first = _march(game, np.array([values[0], start]), options)[1]
        found = solve_ivp(
            slope, (start, values[-1]), [first], method="LSODA", t_eval=values[1:], rtol=1e-11, atol=1e-13
        )
        if found.status != 0:
            raise ArithmeticError(found.message)
        return np.concatenate([[float(game.opening)], found.y[0]])

    return _refined(game, options, integrate)


def _refined(game: BiddingGame, options: Options, schedule_at) -> Outcome:  # type: ignore[no-untyped-def]
    span = float(game.high) - float(game.low)
    wanted = float(options.extra.get("epsilon", ENOUGH * span))
    fixed = options.extra.get("nodes")
    nodes = int(fixed) if fixed is not None else FEWEST
    try:
        while True:
            values = np.linspace(float(game.low), float(game.high), nodes + 1)
            with np.errstate(all="ignore"):
                bids = schedule_at(values)
                gain = _estimated_gain(game, values, bids)
            if fixed is not None or gain <= wanted or nodes >= MOST:
                break
            nodes *= 2
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, message=str(limit))
    except ArithmeticError as error:
        return Outcome(Termination.FAILED, None, message=f"no increasing schedule was found: {error}")
    if not np.isfinite([*bids, gain]).all():
        return Outcome(Termination.FAILED, None, message="no increasing schedule was found")
    claim = gain if fixed is not None else wanted
    message = "the schedule is in floats, its epsilon proved" if options.exact else ""
    return Outcome(Termination.SOLVED, BidSchedule(values, bids, claim), message=message)


def _march(game: BiddingGame, values: Array, options: Options) -> Array:
    bids = np.empty_like(values)
    bids[0] = float(game.opening)
    slope = 0.5
    for k in range(len(values) - 1):
        options.budget.check(1)
        width = values[k + 1] - values[k]
        slope = _balanced_slope(game, values[k], bids[k], width, slope)
        bids[k + 1] = bids[k] + slope * width
    return bids


def _balanced_slope(game: BiddingGame, value: float, bid: float, width: float, guess: float) -> float:
    """Return the slope over a cell at which the gain from pretending the next node is zero, by secants."""
    reach = (_POINTS + 1) / 2 * width

    def gain(slope: float) -> float:
        return float(_WEIGHTS @ game.marginal_gain(value + reach, bid + slope * reach, slope))

    one, other = guess, guess * 1.05 + 0.01
    at_one, at_other = gain(one), gain(other)
    for _ in range(40):
        if at_other == at_one or abs(at_other) <= 1e-17:
            break
        one, at_one, other = other, at_other, other - at_other * (other - one) / (at_other - at_one)
        at_other = gain(other)
        if abs(other - one) <= 1e-15 * abs(other):
            break
    if not np.isfinite(other):
        raise ArithmeticError(f"the bid at {value} does not exist")
    return other


def _estimated_gain(game: BiddingGame, values: Array, bids: Array) -> float:
    """Return an estimate, rounded up, of the bound that the certificate will prove."""
    width, slopes = np.diff(values), np.diff(bids) / np.diff(values)
    at = values[:-1, None] + np.multiply.outer(width, (_POINTS + 1) / 2)
    marginal = game.marginal_gain(at, bids[:-1, None] + slopes[:, None] * (at - values[:-1, None]), slopes[:, None])
    total = np.concatenate([[0.0], np.cumsum(marginal @ _WEIGHTS * width / 2)])
    wiggle = np.max(np.abs(marginal), axis=1) * width
    return float(1.5 * (np.ptp(total) + np.max(wiggle)) + 1e-12)
