"""The tiers of an intermediated market in closed form (Chang and Zhang, "Endogenous market making")."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gametheory.limits import LimitReached
from gametheory.networks.market import IntermediatedMarket, TierEquilibrium
from gametheory.numbers import exact, exact_array
from gametheory.solution import Outcome, Termination

if TYPE_CHECKING:
    from gametheory.solvers import Options


def solve(market: IntermediatedMarket, options: Options) -> Outcome:
    """Return cutoffs at the shares 1/2, 1/4, ..., the fees that make each cutoff type indifferent, and who would leave.

    Exact where the law has rational quantiles; elsewhere in floats, and the outcome says so.
    """
    exactly = options.exact and market.law.is_rational()
    given = market.to_exact() if exactly else market.to_float()
    cutoffs = []
    try:
        for t in range(1, market.rounds + 1):
            options.budget.check(1)
            cutoffs.append(given.law.quantile(Fraction(1, 2**t) if exactly else 0.5**t))
    except LimitReached as reached:
        return Outcome(Termination.LIMIT, None, message=f"not all cutoffs are found: {reached}")
    fees = round_fees(given, cutoffs)
    leaver = _leaver(market, cutoffs[-1], given)
    said = ""
    if options.exact and not exactly:
        said = f"quantiles of this {market.law.kind} law are irrational; solved in floats"
    answer = TierEquilibrium(
        exact_array(cutoffs) if exactly else cutoffs,  # type: ignore[arg-type]
        exact_array(fees) if exactly else fees,  # type: ignore[arg-type]
        leaver is None,
        leaver,
    )
    return Outcome(Termination.SOLVED, answer, exact=exactly, message=said)


def _leaver(market: IntermediatedMarket, cutoff: Any, given: IntermediatedMarket) -> tuple[int, Any] | None:
    """Return a round and a type that deals in it and does not lose by leaving; None if every dealer stays.

    Dealers of the last round but one have the least to wait for; of them the one who gains most by leaving is the
    marginal type if dealing is better the higher the type, else the lowest. Compared in fractions: who is indifferent
    leaves, and floats would let rounding say who is.
    """
    if market.rounds == 1:
        return None
    told = market.to_exact()
    rational = told.law.is_rational()
    last = told.law.quantile(Fraction(1, 2**market.rounds)) if rational else exact(float(cutoff))
    marginal = 2 * told.opposite >= 1
    alone = told.dividend + (2 * told.opposite - 1) * (last if marginal else told.law.low)
    if told.discount * (alone + (1 - told.opposite) * last) > alone:
        return None
    return market.rounds - 1, cutoff if marginal else given.law.low


def round_fees(market: IntermediatedMarket, cutoffs: list[Any]) -> list[Any]:
    """Return the fee per meeting of each round, last round first worked out.

    In the last round the cutoff type gives up ``(1 - opposite) * s`` by dealing; before, half of what waiting costs
    him plus half of the next fee.
    """
    a, beta = market.holding, market.discount
    fees = [(1 - market.opposite) * cutoffs[-1] * a]
    for cutoff in reversed(cutoffs[:-1]):
        fees.append(((1 - beta) * (market.dividend + cutoff) * a + beta * fees[-1]) / 2)
    return fees[::-1]
