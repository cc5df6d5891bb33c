from fractions import Fraction

import numpy as np
import pytest

from gametheory.errors import ModelError
from gametheory.trees import differences, encode_parameters, encode_tree

THIRD = Fraction(1, 3)


def test_quantities_are_text_if_exact_and_counts_are_integers():
    tree = {"a": THIRD, "n": 3, "yes": True, "none": None, "list": [Fraction(1), 0.5], "array": np.array([1.5])}
    assert encode_tree(tree, exactly=True) == {
        "a": "1/3",
        "n": 3,
        "yes": True,
        "none": None,
        "list": ["1", "1/2"],
        "array": ["3/2"],
    }
    assert encode_tree(tree, exactly=False)["list"] == [1.0, 0.5]


def test_nan_and_foreign_types_are_refused_by_place():
    with pytest.raises(ModelError, match=r"a\.b\[1\]"):
        encode_tree({"a": {"b": [1.0, float("nan")]}}, exactly=False)
    with pytest.raises(ModelError, match="holds NaN"):
        encode_tree({"a": np.array([np.inf])}, exactly=False)
    with pytest.raises(ModelError, match="set"):
        encode_tree({"a": {1}}, exactly=True)


def test_parameters_lose_nothing_in_float_mode():
    given = {"a": Fraction(1, 10), "b": THIRD, "c": Fraction(4)}
    assert encode_parameters(given, exactly=False) == {"a": 0.1, "b": "1/3", "c": 4}
    assert encode_parameters(given, exactly=True) == {"a": "1/10", "b": "1/3", "c": "4"}


def test_differences_name_the_place_and_the_amount():
    one = {"a": [Fraction(1), THIRD], "b": "x"}
    other = {"a": [Fraction(1), Fraction(1, 2)], "b": "y", "c": 1}
    found = list(differences(one, other, exactly=True, tolerance=0))
    assert found == [("a[1]", Fraction(1, 6)), ("b", 1), ("c", 1)]
    assert not list(differences({"x": 1.0}, {"x": 1.0 + 1e-12}, exactly=False, tolerance=1e-9))
    assert list(differences({"x": True}, {"x": 1}, exactly=False, tolerance=1e-9))


@pytest.mark.parametrize("encode", [encode_tree, encode_parameters])
def test_two_labels_that_are_one_in_json_are_refused(encode):
    with pytest.raises(ModelError, match=r"'1'"):
        encode({"table": {1: 2, "1": 3}}, exactly=True)
