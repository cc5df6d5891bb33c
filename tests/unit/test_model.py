from fractions import Fraction
from typing import Literal

import numpy as np
import pytest

import gametheory as gt
from gametheory import Constraint, InputError, Model, ModelError, Number, UsageError, parameter


class Sample(Model):
    """A model with every kind of parameter."""

    name = "sample"
    low: Number = parameter("0.1", ge=0, doc="lower end", unit="money")
    high: Number = parameter(1, doc="upper end")
    rule: Literal["first", "second"] = parameter("first")
    weights: dict[str, Number] = parameter(default_factory=dict)
    points: list[Number] = parameter([])
    constraints = [Constraint("low <= high", lambda m: m.low <= m.high)]


def test_parameters_are_exact_unless_floats():
    sample = Sample(weights={"a": "1/3"}, points=[1, "0.5"])
    assert sample.low == Fraction(1, 10)
    assert sample.weights == {"a": Fraction(1, 3)}
    assert sample.points == [1, Fraction(1, 2)]
    assert isinstance(Sample(low=0.1).low, float)


def test_with_makes_a_validated_copy():
    sample = Sample()
    assert sample.with_(high=2).high == 2
    assert sample.high == 1
    with pytest.raises(InputError, match="low <= high"):
        sample.with_(low=5)


@pytest.mark.parametrize(
    ("parameters", "error", "names"),
    [
        ({"low": -1}, InputError, "low"),
        ({"low": "abc"}, InputError, "low"),
        ({"low": float("nan")}, InputError, "low"),
        ({"rule": "third"}, InputError, "rule"),
        ({"weights": {"a": "b"}}, InputError, "weights.a"),
        ({"points": 3}, InputError, "points"),
        ({"hihg": 3}, UsageError, "high"),
        ({"low": 2}, InputError, "low <= high"),
    ],
)
def test_wrong_parameters_are_named(parameters, error, names):
    with pytest.raises(error, match=names) as caught:
        Sample(**parameters)
    assert caught.value.exit_code == (3 if error is InputError else 2)
    assert str(caught.value).count("\n") <= 1


def test_a_parameter_may_not_shadow_the_model():
    with pytest.raises(ModelError, match="solve"):

        class Shadow(Model):
            solve: Number = parameter(1)


def test_a_required_parameter_is_asked_for():
    class Required(Model):
        size: Number = parameter()

    with pytest.raises(UsageError, match="size"):
        Required()


def test_what_a_model_raises_names_its_line():
    class Broken(Model):
        def build(self):
            return {}["missing"]

    with pytest.raises(ModelError, match="KeyError") as caught:
        Broken().solve()
    assert __file__ in caught.value.place


def test_no_copy_escapes_validation():
    assert Sample().model_copy(update={"high": "1/3"}).high == Fraction(1, 3)
    assert Sample(high=3).model_copy() == Sample(high=3)
    for wrong in ({"high": "junk"}, {"low": 5}):
        with pytest.raises(InputError, match=r"low|high"):
            Sample().model_copy(update=wrong)


def test_parameters_stay_as_they_are():
    sample = Sample()
    with pytest.raises(UsageError, match=r"with_\(low=...\)"):
        sample.low = 0
    assert sample.low == Fraction(1, 10)


@pytest.mark.parametrize("line", ["share = parameter(1)", "share = 3"])
def test_a_parameter_without_a_type_is_named_with_its_remedy(tmp_path, line):
    path = tmp_path / "model.py"
    path.write_text(f"from gametheory import Model, parameter\n\n\nclass One(Model):\n    {line}\n")
    with pytest.raises(ModelError, match="parameter 'share' has no type\nwrite share: Number"):
        gt.load(path)


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (float("nan"), r"result 'v\[1\].a' is not a finite number"),
        (np.array([1.0, np.inf]), r"result 'v\[1\].a' is not a finite number"),
        (object(), "holds something of type object"),
        (np.array([object()]), "holds something of type object"),
    ],
)
def test_what_no_result_may_hold(held, said):
    class One(Model):
        def build(self):
            return gt.StrategicGame.from_arrays([[1]])

        def report(self, solution):
            return {"v": [1, {"a": held}]}

    with pytest.raises(ModelError, match=said):
        One().solve()


def test_a_claim_about_no_result_says_what_there_is():
    class One(Model):
        def build(self):
            return gt.StrategicGame.from_arrays([[1]])

        def report(self, solution):
            return {"price": 1}

    with pytest.raises(ModelError, match="no result 'prise'; did you mean 'price'"):
        list(gt.evaluate(One(), [gt.Claim("c", "one", lambda r: r["prise"] == 1)]))


def test_a_model_without_a_report_reports_as_its_form_does():
    """Where first choices differ, every man who proposes gets his."""

    class Marriages(Model):
        def build(self):
            men = {"alpha": ["A", "B"], "beta": ["B", "A"]}
            return gt.MatchingMarket.from_lists(men, {"A": ["beta", "alpha"], "B": ["alpha", "beta"]})

    class Counted(Marriages):
        def report(self, solution):
            return {"pairs": len(super().report(solution)["matching"])}

    assert Marriages().solve().results["matching"] == {"alpha": "A", "beta": "B"}
    assert Counted().solve().results == {"pairs": 2}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"high": "1e400"},
            r"^sample, parameter 'high': this number is too large for a float\nsolve exactly",
        ),
        ({"low": "1e-400"}, "parameter 'low': this number is too small for a float"),
        ({"points": [1, "1e400"]}, r"parameter 'points\[1\]': this number is too large"),
        ({"weights": {"a": "-1e400"}}, r"parameter 'weights.a': this number is too large"),
    ],
)
def test_numbers_that_floats_cannot_hold_are_refused_before_solving_in_floats(changes, message):
    model = Sample(**changes)
    with pytest.raises(InputError, match=message):
        model.solve()
    with pytest.raises(ModelError, match="defines neither build nor run"):
        model.solve(exact=True)
