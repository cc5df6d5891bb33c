import json

import pytest


@pytest.fixture
def saved(gametheory, entry_file, tmp_path):
    path = tmp_path / "solution.json"
    assert gametheory("solve", entry_file, "--exact", "--format", "json", "--output", path).code == 0
    return path


def edit(path, *keys, value):
    data = json.loads(path.read_text())
    at = data
    for key in keys[:-1]:
        at = at[key]
    assert at[keys[-1]] != value
    at[keys[-1]] = value
    path.write_text(json.dumps(data))


def test_a_saved_solution_passes(gametheory, saved, entry_file):
    assert gametheory("verify", saved).code == 0
    done = gametheory("verify", saved, "--model", entry_file, "--format", "json")
    assert done.code == 0
    assert done.json["ok"] is True
    assert done.json["violations"] == []


@pytest.mark.parametrize(
    ("keys", "value", "named"),
    [
        (("results", "profit"), "2", "results"),
        (("results", "enters"), False, "results"),
        (("parameters", "duopoly"), "2", "parameters"),
        (("termination",), "INFEASIBLE", "termination"),
        (("termination",), "NONE_EXISTS", "termination"),
        (("termination",), "LIMIT", "termination"),
        (("certificate", "checked"), 7.5, "outcome"),
        (("method",), "guessing", "outcome"),
        (("complete",), "one", "outcome"),
        (("form", "data", "player", 0), 7, "form.data"),
        (("form", "data", "first_edge", 1), 9, "form.data"),
        (("certificate", "checked"), 8, "certificate.checked"),
        (("certificate", "max_violation"), "1", "certificate.max_violation"),
        (("form", "data", "payoffs", 4, 0), "2", "form.data"),
        (("answer", "data", "payoffs", "entrant"), "2", "entrant"),
        (("answer", "data", "strategy", "start"), "out", ""),
        (("answer", "data", "strategy", "in"), "fight", ""),
        (("exact",), False, "form.data"),
    ],
)
def test_an_edit_is_found_and_named(gametheory, saved, entry_file, keys, value, named):
    edit(saved, *keys, value=value)
    for arguments in (["verify", saved], ["verify", saved, "--model", entry_file]):
        done = gametheory(*arguments)
        assert done.code == 6, done
        assert named in done.err
        assert done.lines == 1


def test_results_are_named_by_key_where_the_model_is_known(gametheory, saved, entry_file):
    edit(saved, "results", "profit", value="2")
    data = gametheory("verify", saved, "--model", entry_file, "--format", "json").json
    assert {"constraint": "results.profit", "amount": "1"} in data["violations"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", ":1:1"),
        ("{", ":1:2"),
        ("[]", "not a solution"),
        ('{"a": 1}', "not a solution"),
        ('{"version": 2, "termination": "SOLVED"}', "unknown version"),
        ('{"version": 1, "termination": "SOLVED"}', "not a solution"),
        ('{"version": 1, "termination": "SOLVED", "exact": NaN}', "NaN"),
    ],
)
def test_what_is_not_a_solution(gametheory, tmp_path, text, place):
    path = tmp_path / "odd.json"
    path.write_text(text)
    done = gametheory("verify", path)
    assert done.code == 3
    assert place in done.err
    assert done.lines <= 2


@pytest.mark.parametrize(
    "keys", [("form",), ("answer",), ("form", "data", "player"), ("answer", "data"), ("exact",), ("concept",)]
)
@pytest.mark.parametrize("value", [None, 3, [], {}, "x", [["x"]]])
def test_malformed_parts_never_give_a_traceback(gametheory, saved, keys, value):
    edit(saved, *keys, value=value)
    done = gametheory("verify", saved)
    assert done.code in (3, 6)
    assert done.lines <= 2


def test_a_solve_that_reached_a_limit_is_not_verified(gametheory, tmp_path):
    path = tmp_path / "limit.json"
    done = gametheory("solve", "neutral_bargaining", "--set", "select=max_gains", "--seconds", "1e-9", "--output", path)
    assert done.code == 5
    done = gametheory("verify", path)
    assert done.code == 5
    assert "verified" not in done.out
    edit(path, "results", value={"Q": 1})
    assert gametheory("verify", path).code == 6


@pytest.mark.parametrize(
    ("key", "value"),
    [("digests", 3), ("digests", None), ("model", []), ("parameters", [1]), ("parts", 3), ("results", [])],
)
def test_sections_of_the_wrong_type(gametheory, saved, key, value):
    edit(saved, key, value=value)
    done = gametheory("verify", saved)
    assert done.code in (3, 6)
    assert done.lines <= 2


def test_options_that_do_not_go_together(gametheory, saved, entry_file):
    assert gametheory("verify", saved, "--concept", "x").code == 2
    assert gametheory("verify", saved, "--float").code == 2
    assert gametheory("verify", "--form", saved, "--answer", saved, "--model", entry_file).code == 2


def test_an_absent_file(gametheory, tmp_path):
    assert gametheory("verify", tmp_path / "absent.json").code == 2
    assert gametheory("verify").code == 2
    assert gametheory("verify", "--form", "x").code == 2


def test_anyones_answer(gametheory, saved, tmp_path):
    answer = tmp_path / "answer.toml"
    answer.write_text('type = "StrategyProfile"\n[strategy]\nstart = "in"\nin = "share"\n')
    assert gametheory("verify", "--form", saved, "--answer", answer).code == 0
    answer.write_text('type = "StrategyProfile"\n[strategy]\nstart = "out"\nin = "fight"\n')
    done = gametheory("verify", "--form", saved, "--answer", answer, "--format", "json")
    assert done.code == 6
    assert done.json["violations"]
    answer.write_text('type = "StrategyProfle"\n')
    assert gametheory("verify", "--form", saved, "--answer", answer).code == 3
    answer.write_text("x = 1\n")
    assert gametheory("verify", "--form", saved, "--answer", answer).code == 3


def test_a_mechanism_typed_in_toml_is_examined(gametheory, tmp_path):
    form = tmp_path / "bargaining.toml"
    form.write_text('model = "neutral_bargaining"\n[parameters]\nselect = "max_gains"\n')
    answer = tmp_path / "mechanism.toml"
    answer.write_text(
        'type = "Mechanism"\ndecisions = [1, "1/2", "1/6", "1/6"]\ntransfers = [20, 15, "25/3", "25/3"]\n'
    )
    done = gametheory("verify", "--form", form, "--answer", answer, "--format", "json")
    assert done.code == 0
    assert done.json["findings"]["interim_incentive_efficient"] is True
    assert set(done.json["findings"]["weights"]["dealer"]) == {"lb", "hb", "lg", "hg"}
    answer.write_text('type = "Mechanism"\ndecisions = ["1/2", 0, 0, 0]\ntransfers = ["15/2", 0, 0, 0]\n')
    done = gametheory("verify", "--form", form, "--answer", answer, "--format", "json")
    assert done.code == 0
    assert done.json["findings"]["interim_incentive_efficient"] is False
    assert done.json["findings"]["dominating"]["decisions"]
    answer.write_text('type = "Mechanism"\ndecisions = [0, 1, 0, 0]\ntransfers = [0, 25, 0, 0]\n')
    done = gametheory("verify", "--form", form, "--answer", answer)
    assert done.code == 6
    assert "incentive:dealer:lb->hb" in done.err


def test_another_model_in_a_saved_solution_is_an_edit(gametheory, saved):
    edit(saved, "model", value="nowhere_to_be_found")
    done = gametheory("verify", saved)
    assert done.code == 6 and "model: edited" in done.err and done.lines == 1
