"""The best response where the payoff is convex or concave in powers of the own choice."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gametheory.mechanism.auctions.best_response import BestResponse, BestResponseProblem
from gametheory.numbers import NumberSizeError, exact
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options


def solve(problem: BestResponseProblem, options: Options) -> Outcome:
    """Compare the ends, the choice played and, for a parabola, its top; decided in fractions.

    The choice played is kept where nothing is better, the lower end preferred among equals otherwise. A concave payoff
    whose top is irrational is answered in floats only; raises `InputError` if floats cannot hold it.
    """
    try:
        return _solved(problem, options)
    except OverflowError:
        remedy = "solve exactly, or change units or the range of choices"
        raise NumberSizeError("the payoff is too large for a float", place="coefficients", remedy=remedy) from None


def _solved(problem: BestResponseProblem, options: Options) -> Outcome:
    low, high, played = exact(problem.lower), exact(problem.upper), exact(problem.played)
    candidates: list[Fraction] = [played, low, high]
    if max(problem.bends, default=0) <= 0 and problem.slope(played, one=exact) != 0:
        powers = {p: exact(c) for p, c in problem.coefficients.items() if c}
        if set(powers) <= {0, 1, 2} and 2 in powers:
            candidates.append(min(max(-powers.get(1, Fraction(0)) / (2 * powers[2]), low), high))
        elif problem.slope(low, one=exact) > 0 > problem.slope(high, one=exact):
            if options.exact:
                said = "the best response may be irrational; leave out exact"
                return Outcome(Termination.FAILED, None, exact=True, message=said)
            candidates.append(_bisected(problem, low, high))
    values = [problem.payoff(t, one=exact) for t in candidates]
    best = max(range(len(values)), key=lambda i: (values[i], -i))
    parts: tuple[Any, ...] = (candidates[best], values[best], values[best] - values[0])
    answer = BestResponse(*parts) if options.exact else BestResponse(*map(float, parts))
    return Outcome(Termination.SOLVED, answer, exact=options.exact)


def _bisected(problem: BestResponseProblem, low: Fraction, high: Fraction) -> Fraction:
    left, right = float(low), float(high)
    for _ in range(200):
        middle = (left + right) / 2
        left, right = (middle, right) if problem.slope(middle, one=float) > 0 else (left, middle)
    return min(max(exact((left + right) / 2), low), high)
