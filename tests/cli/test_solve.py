import json

import pytest


def test_a_model_file_solves_exactly(gametheory, entry_file):
    done = gametheory("solve", entry_file, "--set", "duopoly=1/2", "--exact", "--format", "json")
    assert done.code == 0
    assert done.json["parameters"] == {"monopoly": "4", "duopoly": "1/2", "war": "-1"}
    assert done.json["results"] == {"enters": True, "profit": "1/2"}
    assert done.json["certificate"]["ok"] is True
    assert done.json["certificate"]["exact"] is True
    assert done.json["certificate"]["max_violation"] == "0"


def test_float_mode_gives_numbers(gametheory, entry_file):
    done = gametheory("solve", f"{entry_file}:EntryDeterrence", "--set", "duopoly=1/3", "--format", "json")
    assert done.json["results"]["profit"] == 1 / 3
    assert done.json["parameters"]["duopoly"] == "1/3"
    assert done.json["exact"] is False


def test_output_holds_what_standard_output_got(gametheory, entry_file, tmp_path):
    out = tmp_path / "solution.json"
    done = gametheory("solve", entry_file, "--exact", "--format", "json", "--output", out)
    assert out.read_text() == done.out


def test_the_suffix_decides_the_format_of_the_file(gametheory, entry_file, tmp_path):
    out = tmp_path / "solution.json"
    done = gametheory("solve", entry_file, "--output", out)
    assert "certificate:" in done.out
    assert json.loads(out.read_text())["termination"] == "SOLVED"


@pytest.mark.parametrize(
    ("style", "mark"), [("csv", "enters,yes"), ("latex", r"\begin{tabular}"), ("markdown", "| enters |")]
)
def test_other_formats(gametheory, entry_file, style, mark):
    done = gametheory("solve", entry_file, "--format", style)
    assert done.code == 0
    assert mark in done.out


def test_wrong_use(gametheory, entry_file, tmp_path):
    out = tmp_path / "never.json"
    syntax = tmp_path / "syntax.py"
    syntax.write_text("class X(:\n")
    raising = tmp_path / "raising.py"
    raising.write_text(
        "from gametheory import Model\n\nclass Raising(Model):\n    def build(self):\n        return 1 / 0\n"
    )
    foreign = tmp_path / "foreign.py"
    foreign.write_text(
        "from gametheory import Model\n\nclass Foreign(Model):\n    def build(self):\n        return 3\n"
    )
    broken = tmp_path / "broken.toml"
    broken.write_text("model = \n")
    efg = tmp_path / "broken.efg"
    efg.write_text('EFG 2 R "broken" { "one" }\nt "" 1 "" { nonsense }\n')
    for arguments, code, said in [
        (["no_such_model"], 2, "no_such_model"),
        ([tmp_path / "absent.toml"], 2, "absent.toml"),
        ([tmp_path / "absent.py"], 2, "absent.py"),
        ([tmp_path / "absent.efg"], 2, "absent.efg"),
        ([entry_file, "--set", "duopolly=1"], 2, "did you mean 'duopoly'"),
        ([entry_file, "--concept", "nahs"], 2, "nahs"),
        ([entry_file, "--method", "magic"], 2, "backward_induction"),
        ([entry_file, "--ties", "whatever"], 2, "whatever"),
        ([entry_file, "--seconds", "-1"], 2, "not positive"),
        ([entry_file, "--set", "monopoly=-1"], 3, "monopoly"),
        ([entry_file, "--set", "monopoly=nan"], 3, "monopoly"),
        ([entry_file, "--set", "monopoly={a="], 3, "malformed"),
        ([broken], 3, "broken.toml:1:9"),
        ([efg], 3, "broken.efg:2:"),
        ([syntax], 7, "syntax.py:1"),
        ([raising], 7, "raising.py:5"),
        ([foreign], 2, "int"),
    ]:
        done = gametheory("solve", *arguments, "--output", out)
        assert done.code == code, (arguments, done)
        assert said in done.err, (arguments, done.err)
        assert "Traceback" not in done.err
        assert done.lines <= 2, done.err
        assert done.out == ""
        assert not out.exists()


def test_usage_errors_of_options(gametheory, entry_file):
    for arguments in (["solve"], ["solve", entry_file, "--set", "duopoly"], ["solve", entry_file, "--nope"], ["slove"]):
        done = gametheory(*arguments)
        assert done.code == 2
        assert "Traceback" not in done.err


def test_an_unwritable_output_is_named(gametheory, entry_file, tmp_path):
    done = gametheory("solve", entry_file, "--output", tmp_path / "no" / "such" / "folder.json")
    assert done.code == 2
    assert "folder.json" in done.err


def test_the_other_commands(gametheory, entry_file):
    assert "entry_deterrence" in gametheory("show", entry_file).out
    shown = gametheory("show", entry_file, "--format", "json").json
    assert shown["parameters"][0] == {
        "name": "monopoly",
        "default": 4,
        "required": False,
        "bounds": ">= 0",
        "unit": "",
        "doc": "incumbent's profit when alone",
    }
    told = gametheory("reproduce", entry_file, "--format", "json")
    assert told.code == 0
    assert told.json["summary"] == {"holds": 1, "differs": 0, "not_testable": 0, "changed": 0}
    doctor = gametheory("doctor", "--format", "json").json
    assert "pulp:cbc" in [s.lower() for s in doctor["linear_solvers"]]
    listed = gametheory("list", "--format", "json").json
    assert {"form": "LinearProgram", "suffix": ".mps", "writes": True} in [
        {k: f[k] for k in ("form", "suffix", "writes")} for f in listed["files"]
    ]


def test_a_changed_verdict_is_a_failure(gametheory, entry_file):
    text = entry_file.read_text().replace("duopoly > 0", "duopoly > 5")
    entry_file.with_name("changed.py").write_text(text)
    done = gametheory("reproduce", entry_file.with_name("changed.py"))
    assert done.code == 6
    assert "no-empty-threat" in done.err


def test_an_unknown_claim(gametheory, entry_file):
    done = gametheory("reproduce", entry_file, "--claim", "no-empty-threats")
    assert done.code == 2
    assert "no-empty-threat" in done.err
