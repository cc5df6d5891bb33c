from fractions import Fraction

import numpy as np
import pytest

import gametheory as gt
from gametheory.errors import InputError, UsageError
from gametheory.sweeps.axes import Range, parse_axis, parse_range, read_axis
from gametheory.sweeps.designs import drawn, grid
from gametheory.sweeps.points import read_points, table_of_points


class Shop(gt.Model):
    """A model whose parameters are of every kind."""

    name = "shop"
    price: gt.Number = gt.parameter(1, ge=0)
    visitors: int = gt.parameter(3, ge=0)
    mood: str = gt.parameter("calm")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0:0.9:91", [Fraction(k, 100) for k in range(91)]),
        ("0:1:4", [0, Fraction(1, 3), Fraction(2, 3), 1]),
        ("1/3:2/3:2", [Fraction(1, 3), Fraction(2, 3)]),
        ("1:0:3", [1, Fraction(1, 2), 0]),
        ("5:5:1", [5]),
        ("1:1000:4:log", [1, 10, 100, 1000]),
        ("0.01:1:3:log", [Fraction(1, 100), Fraction(1, 10), 1]),
        ("1/3, 0.25,2", [Fraction(1, 3), Fraction(1, 4), 2]),
        ("neutral,max_gains", ["neutral", "max_gains"]),
        ("[1, 0.5],[2, 3]", [[1, Fraction(1, 2)], [2, 3]]),
        ('"a:b","c"', ["a:b", "c"]),
        ("true,false", [True, False]),
    ],
)
def test_values_of_an_axis_are_exact(text, values):
    assert list(parse_axis("k", text)) == values


def test_logarithmic_points_agree_with_numpy():
    ours = [float(v) for v in parse_axis("k", "0.3:70:29:log")]
    assert np.allclose(ours, np.geomspace(0.3, 70, 29), rtol=1e-14, atol=0)


@pytest.mark.parametrize(
    "text", ["0:1", "0:1:2:3", "0:1:0", "0:1:1", "0:1:2.5", "a:b:3", "0:1:3:log", "1,,2", "1,1.0", "nan,1", "[1,2", ""]
)
def test_malformed_axes_name_the_parameter(text):
    with pytest.raises(InputError) as caught:
        parse_axis("rho", text)
    assert caught.value.place == "rho"


def test_axes_from_python():
    assert read_axis("k", np.array([0.1, 0.2])) == (0.1, 0.2)
    assert read_axis("k", range(3)) == (0, 1, 2)
    assert read_axis("k", 7) == (7,)
    assert read_axis("k", {"a": 1}) == ({"a": 1},)
    for bad in ([], [float("nan")], [1, 1], [0.5, Fraction(1, 2)]):
        with pytest.raises(InputError):
            read_axis("k", bad)


def test_the_last_parameter_of_a_grid_varies_fastest():
    design = grid({"price": [1, "1/3"], "mood": "x,y,z"}, Shop)
    third = Fraction(1, 3)
    assert (design.dims, design.shape, design.size) == (("price", "mood"), (2, 3), 6)
    assert design.take(1, 5) == {"price": [1, 1, third, third], "mood": ["y", "z", "x", "y"]}
    with pytest.raises(UsageError, match="too large"):
        grid({"price": "0:1:100000", "visitors": "1:100000:100000"}, Shop)
    with pytest.raises(InputError, match="twice"):
        grid({"price": ["1/2", 0.5]}, Shop)


def test_a_latin_hypercube_has_each_slice_once():
    ranges = {"price": "10:20", "visitors": "0:49", "mood": "calm,angry"}
    design = drawn("latin_hypercube", 50, ranges, Shop, seed=4)
    price = np.array(design.columns["price"])
    assert sorted(np.floor((price - 10) / 10 * 50).astype(int)) == list(range(50))
    assert sorted(design.columns["visitors"]) == list(range(50))
    assert sorted(design.columns["mood"]) == ["angry"] * 25 + ["calm"] * 25
    assert drawn("latin_hypercube", 50, ranges, Shop, seed=4) == design
    assert drawn("latin_hypercube", 50, ranges, Shop, seed=5) != design


def test_random_points_are_uniform_or_log_uniform():
    design = drawn("random", 4000, {"price": "0.01:100:log", "visitors": "1:3"}, Shop, seed=1)
    logs = np.log10(design.columns["price"])
    assert logs.min() >= -2 and logs.max() <= 2
    assert abs(logs.mean()) < 4 * (4 / 12**0.5) / 4000**0.5
    counts = np.bincount(design.columns["visitors"], minlength=4)
    assert counts[0] == 0 and counts[1:].sum() == 4000
    assert (abs(counts[1:] - 4000 / 3) < 4 * (4000 * 2 / 9) ** 0.5).all()
    assert parse_range("k", "0.01:100:log") == Range(Fraction(1, 100), Fraction(100), True)


@pytest.mark.parametrize("text", ["1:1", "2:1", "0:1:log", "a:b", "1:2:3"])
def test_malformed_ranges(text):
    with pytest.raises(InputError):
        parse_range("k", text)
    with pytest.raises(InputError, match="no integer"):
        drawn("random", 1, {"visitors": "0.1:0.9"}, Shop, seed=0)
    with pytest.raises(UsageError):
        drawn("random", 0, {"price": "0:1"}, Shop, seed=0)


def test_points_of_a_csv_file_are_exact(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("price,visitors,mood\n0.1,3,calm\n\n1/3,4,very angry\n")
    design = read_points(path, Shop)
    assert design.columns == {
        "price": (Fraction(1, 10), Fraction(1, 3)),
        "visitors": (3, 4),
        "mood": ("calm", "very angry"),
    }
    assert (design.dims, design.shape) == (("point",), (2,))


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("price,visitor\n1,2\n", ":1:2", "no parameter 'visitor'"),
        ("price,price\n1,2\n", ":1:2", "twice"),
        ("price,visitors\n1,2\n3,many\n", ":3:2", "'many' is not a number"),
        ("price,visitors\n1,\n", ":2:2", "no value"),
        ("price,visitors\n1,2,3\n", ":2", "3 entries"),
        ("price\n", "", "no point"),
        ('price\n"1\n', ":2", "malformed CSV"),
    ],
)
def test_bad_points_are_named_by_line_and_column(tmp_path, text, place, message):
    path = tmp_path / "points.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=message) as caught:
        read_points(path, Shop)
    assert caught.value.place == f"{path}{place}"


def test_points_of_a_parquet_file_and_of_a_table(tmp_path):
    pandas = pytest.importorskip("pandas")
    path = tmp_path / "points.parquet"
    frame = pandas.DataFrame({"price": [0.1, 0.25], "mood": ["calm", "angry"]})
    frame.to_parquet(path)
    assert read_points(path, Shop) == table_of_points(frame, Shop)
    assert table_of_points({"price": [1, "1/2"]}, Shop).columns == {"price": (1, Fraction(1, 2))}
    pandas.DataFrame({"price": [0.1, None]}).to_parquet(path)
    with pytest.raises(InputError, match="no value") as caught:
        read_points(path, Shop)
    assert "row 1, column 'price'" in caught.value.place
    path.write_text("nothing")
    with pytest.raises(InputError, match="not a Parquet file"):
        read_points(path, Shop)
    with pytest.raises(InputError, match="differ in length"):
        table_of_points({"price": [1, 2], "mood": ["calm"]}, Shop)
    with pytest.raises(UsageError, match="cannot read"):
        read_points(tmp_path / "none.csv", Shop)
