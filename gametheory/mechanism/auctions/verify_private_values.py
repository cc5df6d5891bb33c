"""Best-response check of bid functions in first-price and all-pay auctions."""

from __future__ import annotations

from typing import Any

from gametheory import tolerances
from gametheory.checks import Checks
from gametheory.errors import InputError
from gametheory.mechanism.auctions.private_values import PowerBid, PrivateValueAuction
from gametheory.numbers import exact as exact_number
from gametheory.solution import Certificate


def verify(auction: PrivateValueAuction, answer: PowerBid, *, exact: bool, concept: str = "bayes_nash") -> Certificate:
    """Bound what the best bid gains any value when all others use this bid function.

    Pretending the value ``w h`` (h the highest) at the value ``v h`` wins with chance w^m. In a first-price auction
    with bids ``c w^e`` that earns ``h v w^m - c w^(m+e)``, in an all-pay auction ``h v w^m - c w^e``. If the
    derivative vanishes at w = v for every v, it is ``m h w^(m-1) (v - w)``, so that the truth is best of all. That is
    two equations between the powers and the coefficients. Where they fail, the gains of 64 values show how much.

    Parameters
    ----------
    auction : PrivateValueAuction
        The auction.
    answer : PowerBid
        The bid function claimed to be a symmetric equilibrium.
    exact : bool
        Whether the coefficients are compared as fractions; the gains of a wrong answer are floats rounded.
    concept : str
        Only ``"bayes_nash"``.

    Returns
    -------
    Certificate
        Of kind ``"best_response"``. If the conditions hold, no bid gains anything for any value.
    """
    if concept != "bayes_nash":
        raise InputError(
            f"an auction of private values has no concept '{concept}'", remedy="its concept is 'bayes_nash'"
        )
    if not isinstance(answer, PowerBid):
        raise InputError(f"{type(answer).__name__} is not an answer to an auction of private values")
    checks = Checks(tolerances.REGRET, exact)
    one: Any = exact_number if exact else float
    m, high, top = auction.rivalry, one(auction.highest), one(answer.coefficient)
    # The slope in w at w = v is m h v^m - c (power) v^(power - 1): zero at every v if powers and coefficients agree.
    power = m + answer.exponent if auction.payment == "first_price" else answer.exponent
    checks.at_most(abs(power - 1 - m), "first-order condition: exponent")
    checks.equal(top * power / high, one(m), "first-order condition: coefficient")
    if not checks.found:
        return checks.certificate("best_response")
    gain = max(largest_gain(auction, answer, v / 64) for v in range(1, 65))
    checks.at_most(one(gain) if exact else gain, "gain of the value that gains most, of 64")
    return checks.certificate("best_response")


def largest_gain(auction: PrivateValueAuction, answer: PowerBid, share: float) -> float:
    """Return what the best bid gains a value, given as a share of the highest, in floats."""
    m, high, top = auction.rivalry, float(auction.highest), float(answer.coefficient)
    power = m + answer.exponent if auction.payment == "first_price" else answer.exponent

    def payoff(pretended: float) -> float:
        return high * share * pretended**m - top * pretended**power

    candidates = [0.0, 1.0]
    if power != m:
        # The derivative m h v w^(m-1) - c power w^(power-1) vanishes at most once inside.
        inside = (m * high * share / (top * power)) ** (1 / (power - m))
        candidates.append(min(inside, 1.0))
    return max(map(payoff, candidates)) - payoff(share)
