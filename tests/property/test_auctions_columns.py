"""Exact columns against Python's own conversion of floats, and against sums of fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import gametheory as gt
from gametheory.mechanism.auctions.columns import Column
from gametheory.mechanism.auctions.decimals import shortest_decimals
from gametheory.mechanism.auctions.verify_book import verify

F = Fraction
finite = st.floats(allow_nan=False, allow_infinity=False)
#: Short and long decimals, neighbours of powers of ten and two, ends of the range of floats.
ODD = [
    0.1,
    0.3,
    1 / 3,
    2 / 3,
    1e22,
    1e23,
    5e-324,
    2.0**-20,
    9007199254740993.0,
    99999999999999.98,
    1.7976931348623157e308,
]
columns = st.one_of(
    st.lists(finite, min_size=1, max_size=8).map(np.array),
    st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=8).map(np.array),
    st.lists(st.integers(-(2**61), 2**61), min_size=1, max_size=8).map(lambda v: np.array(v, dtype=np.int64)),
    st.lists(st.fractions(max_denominator=50), min_size=1, max_size=8).map(lambda v: np.array(v, dtype=object)),
)


def fractions(values):
    return [gt.exact(v) for v in values.tolist()]


@given(st.lists(finite, max_size=40))
@example(ODD)
@example([np.nextafter(v, side) for v in (1.0, 10.0, 1e-5, 1e-6, 1e15, 1e16, 1e17, 0.25) for side in (0, 1e300)])
@example([-0.0, 0.0, -1.5])
def test_shortest_decimals_are_those_that_python_writes(values):
    whole, places = shortest_decimals(np.array(values, dtype=np.float64))
    found = [F(m) / F(10) ** p for m, p in zip(whole.tolist(), places.tolist(), strict=True)]
    assert found == [F(repr(float(v))) for v in values]


@pytest.mark.parametrize("low", [1e-8, 1e-3, 1.0, 1e6, 1e15])
def test_many_shortest_decimals(low):
    values = low * (1 + 9 * np.random.default_rng(8).random(20_000))
    whole, places = shortest_decimals(values)
    assert all(
        float(f"{m}e{-p}") == v for m, p, v in zip(whole.tolist(), places.tolist(), values.tolist(), strict=True)
    )
    assert [len(str(m).rstrip("0")) for m in whole.tolist()] == [
        len(repr(v).partition("e")[0].replace(".", "").strip("0")) for v in values.tolist()
    ]


@given(columns, columns)
@example(np.array(ODD), np.array(ODD[::-1]))
def test_sums_and_products_are_those_of_fractions(left, right):
    size = min(len(left), len(right))
    first, second = Column.of(left[:size]), Column.of(right[:size])
    a, b = fractions(left[:size]), fractions(right[:size])
    assert list(first.values()) == a
    assert first.floats() == pytest.approx([float(v) for v in a], rel=1e-15)
    assert first.total() == sum(a)
    assert first.inner(second) == sum(x * y for x, y in zip(a, b, strict=True))


@given(columns, st.data())
def test_comparisons_are_those_of_fractions(values, data):
    column, expected = Column.of(values), fractions(values)
    near = data.draw(st.sampled_from(expected))
    target = near + data.draw(st.sampled_from([0, F(1, 10**330), -F(1, 10**330), F(1, 10**9), 10**400, -(10**400)]))
    below, equal = column.compare(target)
    assert below.tolist() == [v < target for v in expected]
    assert equal.tolist() == [v == target for v in expected]
    assert [expected[i] for i in np.argsort(column.keys)] == sorted(expected)


@given(columns, st.fractions(0, 1, max_denominator=97))
def test_the_first_position_that_covers_an_amount(values, share):
    sizes = [abs(v) for v in fractions(values)]
    column = Column.of(np.abs(values))
    amount = share * sum(sizes)
    order = np.argsort(column.keys)[::-1]
    cumulated = [sum(sizes[j] for j in order[: i + 1]) for i in range(len(sizes))]
    assert column.first_covering(amount, order) == next(i for i, c in enumerate(cumulated) if c >= amount)


def test_sums_beyond_64_bits():
    values = np.full(3_000_000, 2**61 - 1, dtype=np.int64)
    column = Column.of(values)
    assert column.total() == len(values) * (2**61 - 1)
    assert column.inner(column) == len(values) * (2**61 - 1) ** 2
    assert column.first_covering(F(2 * 10**6 * (2**61 - 1)), np.arange(len(values))) == 2 * 10**6 - 1


def test_floats_mislead_and_exact_sums_decide():
    """After a hundred bids of 0.1 + 2e-17 each, a float sum does not move by bids of 1e-20; five hundred are needed."""
    sizes = np.array([0.10000000000000002] * 100 + [1e-20] * 1000)
    column, order = Column.of(sizes), np.arange(1100)
    assert np.cumsum(sizes)[99] == np.cumsum(sizes)[-1]
    assert column.first_covering(F(10) + 100 * F(2, 10**17), order) == 99
    assert column.first_covering(F(10) + 100 * F(2, 10**17) + F(500, 10**20), order) == 599


def test_a_book_of_long_decimals_by_hand():
    """Demand covers 1 only with the third bid: 0.1234567890123456 + 0.8765432109876543 = 1 - 1e-16."""
    book = gt.OrderBook([0.1234567890123456, 0.8765432109876543, 1e-9, 5.0], [0.01, 0.02, 1 / 3, 2 / 3], 1)
    solution = gt.solve(book, exact=True).require()
    assert solution.answer.stop_out == F("0.3333333333333333")
    assert solution.answer.margin == F(1, 10**16) / F(1, 10**9)
    assert verify(book, solution.answer, exact=True).ok
    exhausted = gt.solve(
        gt.OrderBook([0.1234567890123456, 0.8765432109876544, 1e-9], [0.01, 0.02, 1 / 3], 1), exact=True
    )
    assert exhausted.answer.dual == (F("0.02"), F("0.3333333333333333"))
