import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from gametheory.errors import InputError
from gametheory.numbers import (
    encode,
    encode_array,
    exact,
    exact_array,
    float_array,
    number,
    number_array,
    simplest_sum_to_one,
)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (3, Fraction(3)),
        ("1/3", Fraction(1, 3)),
        ("-2/6", Fraction(-1, 3)),
        ("0.1", Fraction(1, 10)),
        ("1e-3", Fraction(1, 1000)),
        ("0.5/0.25", Fraction(2)),
        (Decimal("0.30"), Fraction(3, 10)),
        (np.int64(7), Fraction(7)),
        (Fraction(2, 4), Fraction(1, 2)),
    ],
)
def test_text_and_integers_are_exact(given, meant):
    assert number(given) == meant
    assert isinstance(number(given), Fraction)


def test_a_float_stays_a_float_but_stands_for_its_shortest_decimal():
    assert isinstance(number(0.1), float)
    assert exact(0.1) == Fraction(1, 10)
    assert exact(1e22) == 10**22


@pytest.mark.parametrize(
    "given", ["", "abc", "1/0", "1//2", "nan", "inf", math.nan, math.inf, True, None, [1], "1e999999"]
)
def test_what_is_not_a_finite_number_is_refused(given):
    with pytest.raises(InputError):
        number(given)


def test_arrays_keep_floats_and_make_everything_else_exact():
    assert number_array([0.1, 0.2]).dtype == np.float64
    mixed = number_array([[0.1, Fraction(1, 3)], [1, 2]])
    assert mixed.shape == (2, 2)
    assert mixed[0, 0] == Fraction(1, 10)
    assert exact_array([0.1])[0] == Fraction(1, 10)
    assert float_array(["1/4", 1]).tolist() == [0.25, 1.0]
    with pytest.raises(InputError):
        float_array([math.nan])


def test_integers_too_large_for_floats_stay_exact():
    # numpy reads these lists as floats, the first for want of an integer type that holds both signs.
    assert number_array([10**19 + 1, -1]).tolist() == [10**19 + 1, -1]
    assert number_array([[10**19, 10**19 + 1], [0, 1.5]]).tolist() == [[10**19, 10**19 + 1], [0, Fraction(3, 2)]]
    assert number_array([1e300, 2.0]).dtype == np.float64


def test_probabilities_sum_exactly_or_within_rounding():
    assert simplest_sum_to_one([Fraction(1, 3)] * 3)
    assert not simplest_sum_to_one([Fraction(1, 3), Fraction(1, 3), Fraction("0.3333")])
    assert simplest_sum_to_one([0.1] * 10)
    assert not simplest_sum_to_one([0.1] * 9)


def test_fractions_of_any_length_survive_as_text():
    long = Fraction(10**9000 + 1, 3**9000)
    assert number(encode(long, exactly=True)) == long
    assert number(encode_array([long, -(10**5000)], exactly=True)[1]) == -(10**5000)


@pytest.mark.parametrize("text", ["1e999999999/3", "3/1e-999999", "1e500", "1/2/3", "inf/1"])
def test_short_texts_of_huge_numbers_are_refused(text):
    with pytest.raises(InputError):
        number(text)
