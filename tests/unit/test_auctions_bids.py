"""Pay-as-bid, first-price and all-pay auctions: known formulas, best responses by brute force, and wrong bids."""

from fractions import Fraction

import numpy as np
import pytest

import gametheory as gt
from gametheory.errors import InputError
from gametheory.mechanism.auctions import LinearOffer, PayAsBidAuction, PowerBid, PrivateValueAuction
from gametheory.mechanism.auctions.verify_private_values import largest_gain

F = Fraction


def solved(form, **options):
    return gt.solve(form, **options).require()


@pytest.mark.parametrize("n", [2, 3, 8])
def test_pay_as_bid_with_uniform_supply(n):
    """At the total Q the offer is E + (kappa/n) (Qmax - (Qmax - Q)(n-1)/(2n-1))."""
    kappa, top, E = F("0.02"), F(3), F("0.04")
    answer = solved(PayAsBidAuction(n, E, kappa, top), exact=True).answer
    for total in (F(0), F(1), top):
        expected = E + kappa / n * (top - (top - total) * F(n - 1, 2 * n - 1))
        assert answer.intercept + answer.slope * total / n == expected


@pytest.mark.parametrize("shape", [1.0, 2.0, 0.5])
def test_pay_as_bid_against_a_grid_of_yields(shape):
    n, E, kappa, top = 3, 0.04, 0.02, 2.0
    answer = solved(PayAsBidAuction(n, E, kappa, top, shape)).answer
    share = top / n
    yields = np.linspace(E, E + kappa * top, 400001)
    low, high = answer.intercept, answer.intercept + answer.slope * share
    offered = np.where(yields < low, 0, np.where(yields <= high, (yields - low) / answer.slope, (yields - E) / kappa))
    for unit in np.linspace(0, share * 0.99, 7):
        chance = np.clip(1 - (unit + (n - 1) * offered) / top, 0, None) ** shape
        best = yields[((yields - E - kappa * unit) * chance).argmax()]
        assert best == pytest.approx(answer.intercept + answer.slope * unit, abs=3e-7)


def test_wrong_offers_fail():
    auction = PayAsBidAuction(3, "0.04", "0.02")
    at_cost = gt.verify(auction, LinearOffer(F("0.04"), F("0.02")))
    assert not at_cost.ok
    # The first unit's best response to offers at cost, by hand: max p (1 - 2 (p/0.02)) above 0.04, at p = 0.005.
    assert at_cost.max_violation == F("0.005")
    assert not gt.verify(auction, LinearOffer(F("0.04"), F(-1))).ok
    for bad in ({"bidders": 1}, {"curvature": 0}, {"shape": "1/4"}, {"largest_supply": -1}):
        with pytest.raises(InputError):
            PayAsBidAuction(**{"bidders": 3, "expected_yield": 0, "curvature": 1, **bad})


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("unit", [F(1), F(1, 10**9), F(10**9)])
def test_wrong_bids_fail_in_any_unit(unit, exact):
    """Bids wrong by a thousandth, where values and yields are very small or large numbers."""
    for auction, wrong in (
        (PayAsBidAuction(4, F(4, 100) * unit, F(2, 100) * unit), LinearOffer(F(3, 70) * unit, F(3003, 350_000) * unit)),
        (PrivateValueAuction(2, highest=2 * unit), PowerBid(F(1001, 1000) * unit, 1)),
    ):
        right = gt.solve(auction, exact=True).require().answer
        assert gt.verify(auction, right, exact=exact).ok
        assert not gt.verify(auction, wrong, exact=exact).ok


@pytest.mark.parametrize(("n", "shape"), [(2, 1), (3, 1), (5, 2)])
def test_first_price_and_all_pay_raise_the_same_revenue(n, shape):
    """Revenue equivalence, and the textbook value (n-1)/(n+1) for uniform values."""
    revenues = [
        solved(PrivateValueAuction(n, payment, shape=shape), exact=True).results["expected_revenue"]
        for payment in ("first_price", "all_pay")
    ]
    assert revenues[0] == revenues[1]
    if shape == 1:
        assert revenues[0] == F(n - 1, n + 1)


@pytest.mark.parametrize("payment", ["first_price", "all_pay"])
def test_bids_against_the_general_method_for_bidding_games(payment):
    auction = PrivateValueAuction(3, payment, highest=2)
    answer = solved(auction).answer
    game = auction.as_bidding_game()
    for value in (0.3, 1.1, 2.0):
        bid = answer.coefficient * (value / 2) ** answer.exponent
        slope = answer.exponent * bid / value
        assert float(game.marginal_gain(np.float64(value), np.float64(bid), np.float64(slope))) == pytest.approx(
            0, abs=1e-12
        )


def test_truthful_bidding_in_a_first_price_auction_fails_by_the_known_amount():
    """Against truthful bids the highest of 2 uniform values bids 1/2 and earns 1/4 instead of 0."""
    certificate = gt.verify(PrivateValueAuction(2), PowerBid(F(1), 1))
    assert not certificate.ok
    assert max(v.amount for v in certificate.violations if "gain" in v.constraint) == F(1, 4)
    assert largest_gain(PrivateValueAuction(2, "all_pay"), PowerBid(F(1), 1), 0.5) == pytest.approx(0.25)
    for bad in ({"bidders": 1}, {"payment": "second"}, {"highest": 0}, {"shape": 0}):
        with pytest.raises(InputError):
            PrivateValueAuction(**{"bidders": 2, **bad})
