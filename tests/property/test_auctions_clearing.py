"""Clearing against the definition, counted bid by bid, and against linear programming."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

import gametheory as gt
from gametheory.mechanism.auctions import NotIssued, OrderBook
from gametheory.mechanism.auctions.clear import clear, clear_in_floats
from gametheory.mechanism.auctions.verify_book import verify

F = Fraction
numbers = st.integers(1, 12) | st.fractions(F(1, 5), 9, max_denominator=6)
bids = st.lists(st.tuples(numbers, st.integers(-3, 4)), min_size=1, max_size=9)
long_decimals = st.lists(st.tuples(st.floats(1e-6, 9), st.floats(-3, 4)), min_size=1, max_size=9)


def brute_force(pairs, supply, ascending):
    """The lowest limit (highest price) at which cumulated demand covers the supply, by definition."""
    levels = sorted({limit for _, limit in pairs}, reverse=not ascending)
    for level in levels:
        demand = sum(q for q, limit in pairs if (limit <= level if ascending else limit >= level))
        if demand >= supply:
            return level
    return None


@given(bids | long_decimals, numbers, st.sampled_from(["yield", "price"]), st.sampled_from(["margin", "spread"]))
def test_the_stop_out_is_the_first_limit_that_covers_supply(pairs, supply, quote, rule):
    book = OrderBook([q for q, _ in pairs], [y for _, y in pairs], supply, quote=quote, rule=rule)
    pairs = [(gt.exact(q), gt.exact(y)) for q, y in pairs]
    found = clear(book)
    expected = brute_force(pairs, supply, quote == "yield")
    assert verify(book, found, exact=True).ok
    if expected is None:
        assert isinstance(found, NotIssued)
        return
    assert found.stop_out == expected
    sign = 1 if quote == "yield" else -1
    placed = sum(
        q * (found.inside if sign * y < sign * expected else found.margin if y == expected else 0) for q, y in pairs
    )
    assert placed == supply


@settings(max_examples=40, deadline=None)
@given(bids, numbers)
def test_the_dual_interval_contains_the_dual_of_the_linear_program(pairs, supply):
    book = OrderBook([q for q, _ in pairs], [y for _, y in pairs], supply)
    found = clear(book)
    program = gt.LinearProgram.build(
        "min", [F(y) for _, y in pairs], equal=([[1] * len(pairs)], [supply]), lower=0, upper=[q for q, _ in pairs]
    )
    solved = gt.solve(program, exact=True)
    if isinstance(found, NotIssued):
        assert solved.termination == "INFEASIBLE"
        return
    low, high = found.dual
    assert solved.answer.objective == found.objective
    assert low <= solved.answer.row_dual[0] and (high is None or solved.answer.row_dual[0] <= high)


@given(st.lists(st.tuples(st.integers(1, 99), st.integers(1, 50)), min_size=1, max_size=30), st.integers(1, 900))
def test_floats_agree_with_integers_wherever_they_decide(pairs, supply):
    whole = clear(OrderBook([q for q, _ in pairs], [y for _, y in pairs], supply))
    book = OrderBook([q / 100 for q, _ in pairs], [y / 8 for _, y in pairs], supply / 100)
    quick = clear_in_floats(book)
    careful = gt.solve(book)
    if isinstance(whole, NotIssued):
        assert careful.termination == "INFEASIBLE"
        assert quick is None or isinstance(quick, NotIssued)
        return
    assert careful.answer.stop_out == whole.stop_out / 8
    assert careful.certificate.ok
    assert quick is None or quick.stop_out == whole.stop_out / 8
