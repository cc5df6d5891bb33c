from fractions import Fraction

import pytest

import gametheory as gt
from gametheory.errors import GameTheoryError, InputError, UsageError
from gametheory.loading import load_problem, parse_value, read_toml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/3", "1/3"),
        ("0.1", Fraction(1, 10)),
        ("3", 3),
        ("word", "word"),
        ("two words", "two words"),
        ('"quoted"', "quoted"),
        ("true", True),
        ("[1, 2/3, 0.5]", [1, "2/3", Fraction(1, 2)]),
        ("{lb = 1/4, trader = 2}", {"lb": "1/4", "trader": 2}),
        ("{lb=1/4}", {"lb": "1/4"}),
        ("path/to/file", "path/to/file"),
        ("-1/3", "-1/3"),
        ("", ""),
    ],
)
def test_values_of_set(text, value):
    assert parse_value(text) == value


@pytest.mark.parametrize("text", ["[1, 2", "{a=}", '"open'])
def test_malformed_values(text):
    with pytest.raises(InputError, match="malformed"):
        parse_value(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [("[1, nan, 2]", "rates[1]"), ("{start = [0, [1, -inf]]}", "rates.start[1][1]"), ("nan", "rates")],
)
def test_what_is_not_a_number_is_named_by_position(text, place):
    with pytest.raises(InputError) as caught:
        parse_value(text, "rates")
    assert caught.value.place == place


def test_toml_errors_have_line_and_column(tmp_path):
    path = tmp_path / "broken.toml"
    path.write_text('model = "x"\n[parameters]\na = = 1\n')
    with pytest.raises(InputError) as caught:
        read_toml(path)
    assert caught.value.place == f"{path}:3:5"
    path.write_text("a = [1,")
    with pytest.raises(InputError) as caught:
        read_toml(path)
    assert caught.value.place == f"{path}:1:8"


def test_toml_decimals_are_exact(tmp_path):
    path = tmp_path / "exact.toml"
    path.write_text("a = 0.1\nb = [1e-3]\n")
    assert read_toml(path) == {"a": Fraction(1, 10), "b": [Fraction(1, 1000)]}


@pytest.mark.parametrize("number", ["inf", "nan", "-inf"])
def test_toml_infinity_is_refused(tmp_path, number):
    path = tmp_path / "infinite.toml"
    path.write_text(f"a = {number}\n")
    with pytest.raises(InputError, match="finite"):
        read_toml(path)


def test_a_scenario_names_a_model_file_beside_it(tmp_path, entry_file):
    scenario = tmp_path / "scenario.toml"
    scenario.write_text('model = "entry.py"\n[parameters]\nduopoly = 0.5\n[solve]\nexact = true\n')
    model, options = load_problem(str(scenario), {"war": -2})
    assert (model.duopoly, model.war, dict(options)) == (Fraction(1, 2), -2, {"exact": True})


@pytest.mark.parametrize(
    "text",
    ['modle = "x"', "model = 3", 'model = "entry.py"\n[solve]\nexat = true', 'model = "entry.py"\nparameters = 1'],
)
def test_malformed_scenarios(tmp_path, entry_file, text):
    scenario = tmp_path / "scenario.toml"
    scenario.write_text(text)
    with pytest.raises(InputError, match=r"scenario\.toml"):
        load_problem(str(scenario), {})


def test_a_table_of_neither_a_model_nor_a_form_says_what_is_missing(tmp_path):
    file = tmp_path / "market.toml"
    for text in ("", '[proposers.lists]\nann = ["x"]\n'):
        file.write_text(text)
        with pytest.raises(InputError, match="neither a model nor the type of a form") as error:
            gt.load(file)
        assert "MatchingMarket" in error.value.remedy


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("wra = -1", "has no parameter 'wra'\ndid you mean 'war'"),
        ("monopoly = -1", "parameter 'monopoly'"),
        ('duopoly = "one"', "parameter 'duopoly'"),
    ],
)
def test_wrong_parameters_of_a_scenario_name_its_file(tmp_path, entry_file, lines, said):
    scenario = tmp_path / "scenario.toml"
    scenario.write_text(f'model = "entry.py"\n[parameters]\n{lines}\n')
    for changes in ({}, {"duopoly": 2} if "duopoly" not in lines else {"war": -2}):
        with pytest.raises(GameTheoryError, match=said) as caught:
            load_problem(str(scenario), changes)
        assert str(caught.value).startswith(str(scenario))
    scenario.write_text('model = "entry.py"\n[parameters]\nwar = -1\n')
    with pytest.raises(InputError, match="monopoly") as caught:
        load_problem(str(scenario), {"monopoly": -1})
    assert "scenario.toml" not in str(caught.value)
    scenario.write_text('model = "no_such_model"\n')
    with pytest.raises(UsageError, match=r"scenario\.toml.*no_such_model"):
        load_problem(str(scenario), {})


def test_what_cannot_be_found(tmp_path):
    for what in ("nothing", str(tmp_path / "no.py"), str(tmp_path / "no.toml"), str(tmp_path / "no.efg")):
        with pytest.raises(UsageError):
            load_problem(what, {})


def test_load_gives_a_model_at_its_parameters(entry_file):
    assert gt.load(entry_file, duopoly="1/2").duopoly == Fraction(1, 2)
    with pytest.raises(UsageError, match="duopoly"):
        gt.load(entry_file, duopolly=1)
