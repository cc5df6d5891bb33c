"""Random trades: every one gets an exact certificate."""

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gametheory.mechanism.neutral import OneSidedTrade
from gametheory.mechanism.neutral.solver import neutral_optimum
from gametheory.mechanism.neutral.verify import verify
from tests.neutral_examples import random_trade, result_one_holds, warrants_by_definition

F = Fraction


def test_two_hundred_random_trades():
    """Two hundred trades of 2 to 8 types in turn, from seed 1983 and the law of `random_trade`."""
    rng = np.random.default_rng(1983)
    for number in range(200):
        trade = random_trade(rng, 2 + number % 7)
        answer = neutral_optimum(trade, uniqueness=0)
        certificate = verify(trade, answer, exact=True)
        assert certificate.ok and certificate.exact, (number, certificate.violations)
        found = answer.mechanism
        # Known of every feasible mechanism: quantities fall with cost. Of neutral ones: sharing of total gains.
        assert all(a >= b for a, b in zip(found.quantities, found.quantities[1:], strict=False))
        limit = found.limit
        surplus = sum(limit.informed * found.informed_utilities) + limit.uninformed * found.uninformed_utility
        shared = sum(limit.informed * found.informed_warrants) + limit.uninformed * found.uninformed_warrant
        assert surplus == shared


def test_by_the_definition():
    rng = np.random.default_rng(1984)
    for number in range(40):
        trade = random_trade(rng, 2 + number % 5)
        found = neutral_optimum(trade, uniqueness=0).mechanism
        assert result_one_holds(trade, found, found.efficiency)
        warrants, other = warrants_by_definition(trade, found.limit)
        assert all(w <= u for w, u in zip(warrants, found.informed_utilities, strict=True))
        assert other <= found.uninformed_utility


small = st.fractions(min_value=0, max_value=10, max_denominator=6)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(small, small, st.integers(1, 9)), min_size=1, max_size=5),
    st.fractions(min_value=0, max_value=1, max_denominator=5),
)
def test_any_trade_equal_costs_included(types, power):
    weights = [w for *_, w in types]
    trade = OneSidedTrade(
        [c for c, *_ in types], [v for _, v, _ in types], [F(w, sum(weights)) for w in weights], power=power
    )
    answer = neutral_optimum(trade, uniqueness=1)
    assert verify(trade, answer, exact=True).ok
