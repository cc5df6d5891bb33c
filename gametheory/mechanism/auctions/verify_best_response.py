"""Check of a best response: ends for convex payoffs, the sign of the slope for concave ones."""

from __future__ import annotations

from fractions import Fraction

from gametheory import tolerances
from gametheory.checks import Checks
from gametheory.errors import InputError
from gametheory.mechanism.auctions.best_response import BestResponse, BestResponseProblem
from gametheory.numbers import exact as exact_number
from gametheory.solution import Certificate


def verify(
    problem: BestResponseProblem, answer: BestResponse, *, exact: bool, concept: str = "best_response"
) -> Certificate:
    """Check that no choice in the range pays more than the one claimed best, and the gain over the one played.

    A convex payoff is largest at an end. A concave one lies below its tangent, so that its largest value exceeds the
    claimed one by at most the slope times the way to the end it points to: that bound is the violation.

    Parameters
    ----------
    problem : BestResponseProblem
        The payoff, the range and the choice played.
    answer : BestResponse
        What is claimed.
    exact : bool
        Whether the tolerance is 0. For answers in floats violations are relative to the size of the terms.
    concept : str
        Only ``"best_response"``.

    Returns
    -------
    Certificate
        Of kind ``"best_response"``; its note begins with the name of the problem, if it has one.
    """
    if concept != "best_response":
        raise InputError(f"a best-response problem has no concept '{concept}'", remedy="it is 'best_response'")
    if not isinstance(answer, BestResponse):
        raise InputError(f"{type(answer).__name__} is not an answer to a best-response problem")
    checks = Checks(tolerances.REGRET, exact)
    # In fractions whatever the answer is in: powers of floats soon leave their range.
    low, high, played = (exact_number(v) for v in (problem.lower, problem.upper, problem.played))
    best, payoff = exact_number(answer.choice), exact_number(answer.payoff)
    checks.at_most(max(low - best, best - high), "the choice is within the range", high)
    if checks.found:
        return checks.certificate("best_response")
    size = sum(abs(exact_number(c)) * max(abs(low**p), abs(high**p)) for p, c in problem.coefficients.items())
    unit = 1 if exact or not size else size

    def at_most(amount: Fraction | int, name: str) -> None:
        checks.at_most(amount / unit, name)

    at_most(abs(problem.payoff(best, one=exact_number) - payoff), "payoff of the best choice")
    if max((exact_number(b) for b in problem.bends), default=0) > 0:
        for end, name in ((low, "lower"), (high, "upper")):
            at_most(problem.payoff(end, one=exact_number) - payoff, f"the {name} end pays more")
    else:
        slope = problem.slope(best, one=exact_number)
        at_most(max(slope * (high - best), slope * (low - best)), "a better choice exists")
    at_most(
        abs(payoff - problem.payoff(played, one=exact_number) - exact_number(answer.gain)),
        "gain over the choice played",
    )
    note = "no other choice gains"
    if answer.gain > 0:
        note = f"moving from {float(played):.6g} to {float(best):.6g} gains {float(answer.gain):.6g}"
    said = [text for text in (problem.name, "" if checks.found else note) if text]
    return checks.certificate("best_response", ": ".join(said))
