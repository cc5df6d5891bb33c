"""The neutral optimum of a one-sided trade: search, refine, and see whether payoffs are unique."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from gametheory.errors import InputError, UnsolvedError
from gametheory.limits import Budget, LimitReached
from gametheory.mechanism.neutral.answers import NeutralMechanism, NeutralOptimum
from gametheory.mechanism.neutral.chain import Chain
from gametheory.mechanism.neutral.search import search
from gametheory.mechanism.neutral.trade import OneSidedTrade
from gametheory.mechanism.neutral.uniqueness import other_payoffs
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options

#: The most programs the search for a neutral mechanism solves.
SEARCH = 400
#: The largest gain or loss from trade in the unit of money of the search.
NORMAL = 20


def neutral_optimum(
    trade: OneSidedTrade, budget: Budget | None = None, *, uniqueness: int | None = None
) -> NeutralOptimum:
    """Return a neutral mechanism with exact certificates, and what could be shown of others.

    Parameters
    ----------
    trade : OneSidedTrade
        The form.
    budget : Budget, optional
        What may be spent. If it ends after a mechanism was found, uniqueness of payoffs is left undecided.
    uniqueness : int, optional
        The most programs to solve in search of other payoffs; 0 for no search. By default as many as take a few
        seconds; see `other_payoffs`.

    Returns
    -------
    NeutralOptimum
        The answer, in fractions.

    Raises
    ------
    UnsolvedError
        If the search ended without a mechanism; there always is one.
    LimitReached
        If the budget ended before one was found.
    """
    normal, unit, origin = normalised(trade)
    found = _in_normal_units(normal, budget or Budget(), uniqueness)
    return NeutralOptimum(
        _restored(found.mechanism, unit, origin),
        found.payoffs_unique,
        None if found.alternative is None else _restored(found.alternative, unit, origin),
    )


def normalised(trade: OneSidedTrade) -> tuple[OneSidedTrade, Fraction, Fraction]:
    """Return the same trade in a unit of money in which floats search well, with the unit and the origin.

    Neutral mechanisms do not depend on the unit of money, nor on what is added to costs and values alike (it is
    added to the price), and the weights of their certificates do not change at all.

    Returns
    -------
    OneSidedTrade, Fraction, Fraction
        Costs and values less the origin, in units of the unit: the lowest cost is 0, and the largest gain or loss
        from trade is `NORMAL`.
    """
    origin = min(trade.costs.tolist())
    largest = max(abs(gain) for gain in (trade.values - trade.costs).tolist())
    unit = largest / NORMAL if largest else Fraction(1)
    costs, values = ((numbers - origin) / unit for numbers in (trade.costs, trade.values))
    return OneSidedTrade(costs, values, trade.prior, trade.types, trade.power), unit, origin


def _restored(found: NeutralMechanism, unit: Fraction, origin: Fraction) -> NeutralMechanism:
    """Return a mechanism in the units of the trade it was asked for."""
    return replace(
        found,
        payments=found.payments * unit + found.quantities * origin,
        informed_utilities=found.informed_utilities * unit,
        uninformed_utility=found.uninformed_utility * unit,
        informed_warrants=found.informed_warrants * unit,
        uninformed_warrant=found.uninformed_warrant * unit,
    )


def _in_normal_units(trade: OneSidedTrade, budget: Budget, uniqueness: int | None) -> NeutralOptimum:
    chain = Chain.of(trade)
    found = search(chain, budget, iterations=SEARCH)
    if found is None:
        budget.check()  # a search that was stopped has not failed
        raise UnsolvedError(
            f"no exact neutral mechanism was found; the search ends after {SEARCH} programs, or when none is left",
            remedy="numbers that differ by many orders of magnitude are beyond its floats",
        )
    try:
        unique, other = other_payoffs(chain, found, budget, iterations=uniqueness)
    except LimitReached:
        unique, other = None, None
    return NeutralOptimum(found, unique, other)


def refuses_general(problem: Any, options: Options) -> str:
    """Say that a general mechanism problem is not solved for its neutral optimum, and what is."""
    informed = [agent for agent, types in zip(problem.agents, problem.types, strict=True) if len(types) > 1]
    if len(informed) > 1:
        return (
            f"{' and '.join(informed)} have private information; the neutral optimum is computed where one side alone "
            "has, as a OneSidedTrade"
        )
    return "the neutral optimum is computed for trade of one object for money: pose the problem as a OneSidedTrade"


def solve(trade: OneSidedTrade, options: Options) -> Outcome:
    """Solve a one-sided trade for its neutral optimum: in fractions, rounded where floats are asked for.

    Options: ``uniqueness``, the most programs to solve in search of other payoffs.

    Returns
    -------
    Outcome
        With a `NeutralOptimum`; `FAILED` or `LIMIT` without an answer if none was found.
    """
    uniqueness = options.extra.get("uniqueness")
    if uniqueness is not None and (isinstance(uniqueness, bool) or not isinstance(uniqueness, int) or uniqueness < 0):
        raise InputError(f"uniqueness is {uniqueness!r}, not a number of programs, 0 or more")
    try:
        answer = neutral_optimum(trade, options.budget, uniqueness=uniqueness)
    except LimitReached as reason:
        return Outcome(Termination.LIMIT, None, message=f"{reason}; nothing is certified yet")
    except UnsolvedError as error:
        return Outcome(Termination.FAILED, None, message=str(error))
    said = {
        True: "payoffs are unique",
        False: "payoffs are not unique: see the alternative",
        None: "whether payoffs are unique is undecided",
    }[answer.payoffs_unique]
    return Outcome(
        Termination.SOLVED, answer if options.exact else answer.to_float(), exact=options.exact, message=said
    )
