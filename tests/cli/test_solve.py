import json
import os
import subprocess
import sys
import threading
from pathlib import Path

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
    leaving = tmp_path / "leaving.py"
    leaving.write_text("import sys\n\nsys.exit(0)\n")
    late = tmp_path / "late.py"
    late.write_text(
        "import sys\nfrom gametheory import Model\n\nclass Late(Model):\n    def build(self):\n        sys.exit(0)\n"
    )
    forging = tmp_path / "forging.py"
    forging.write_text(
        "from gametheory import Certificate, Model, Solution, Termination\n\nclass Forging(Model):\n"
        "    def run(self, engine):\n"
        "        return Solution(Termination.SOLVED, 'x', 'y', certificate=Certificate('x', 1, 0, 0, True, True))\n"
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
        ([entry_file, "--set", "monopoly=1e999999999"], 3, "monopoly"),
        ([entry_file, "--set", "monopoly=1e-999999999"], 3, "monopoly"),
        ([entry_file, "--set", "monopoly=1e999999999/3"], 3, "monopoly"),
        ([entry_file, "--set", "monopoly=" + "[" * 5000], 3, "monopoly"),
        ([leaving], 7, "leaving.py:3: loading leaving.py raised SystemExit"),
        ([late], 7, "late.py:6"),
        ([forging], 7, "forging.py"),
        ([broken], 3, "broken.toml:1:9"),
        ([efg], 3, "broken.efg:2:"),
        ([syntax], 7, "syntax.py:1"),
        ([raising], 7, "raising.py:5"),
        ([foreign], 7, "foreign.py: Foreign.build returned int"),
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


def test_output_goes_through_links_and_pipes(gametheory, entry_file, tmp_path):
    real = tmp_path / "real.json"
    real.write_text("")
    real.chmod(0o600)
    link = tmp_path / "link.json"
    link.symlink_to(real)
    assert gametheory("solve", entry_file, "--output", link).code == 0
    assert link.is_symlink()
    assert json.loads(real.read_text())["termination"] == "SOLVED"
    assert real.stat().st_mode & 0o777 == 0o600
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    assert gametheory("solve", entry_file, "--output", pipe).code == 0
    reader.join(10)
    assert pipe.is_fifo()
    assert json.loads(read[0])["termination"] == "SOLVED"


@pytest.mark.parametrize(("game", "code"), [("battle_of_the_sexes.nfg", 0), ("three_roommates.toml", 4)])
def test_the_exit_code_is_the_same_when_nobody_reads_the_output(game, code):
    reading, writing = os.pipe()
    os.close(reading)
    found = next((Path(__file__).parents[2] / "games").rglob(game))
    command = [sys.executable, "-c", "from gametheory_cli.main import main; main()", "solve", str(found)]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert done.returncode == code
    assert "Traceback" not in done.stderr and "pipe" not in done.stderr


def test_a_full_disk_is_told(entry_file):
    command = [sys.executable, "-c", "from gametheory_cli.main import main; main()", "solve", str(entry_file)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "standard output" in done.stderr


def test_a_claim_that_is_not_solved_is_named(gametheory, tmp_path):
    path = tmp_path / "capped.py"
    path.write_text(
        "import gametheory as gt\n\n\nclass Capped(gt.Model):\n"
        "    floor: gt.Number = gt.parameter(1, ge=0)\n"
        "    claims = [gt.Claim('one', 'it costs 1', lambda r: r['cost'] == 1),\n"
        "              gt.Claim('three', 'it costs 3', lambda r: r['cost'] == 3, settings={'floor': 3})]\n\n"
        "    def build(self):\n"
        "        return gt.LinearProgram.build('min', [1], at_least=([[1]], [self.floor]), upper=[2])\n\n"
        "    def report(self, solution):\n"
        "        return {'cost': solution.answer.objective}\n"
    )
    done = gametheory("reproduce", path)
    assert done.code == 4
    assert "claim 'three' of Capped: optimal was not solved: INFEASIBLE" in done.err


def test_what_a_model_prints_is_no_data(gametheory, entry_file):
    entry_file.write_text(
        entry_file.read_text().replace("    def build(self):", "    def build(self):\n        print('hello')")
    )
    done = gametheory("solve", entry_file, "--format", "json")
    assert done.json["termination"] == "SOLVED"
    assert "hello" in done.err


def test_a_form_in_json_solves(gametheory, entry_file, tmp_path):
    saved, form = tmp_path / "solution.json", tmp_path / "form.json"
    gametheory("solve", entry_file, "--exact", "--output", saved)
    assert gametheory("convert", saved, form).code == 0
    assert gametheory("solve", form, "--exact", "--format", "json").json["results"]["payoffs"]["entrant"] == "1"


def test_options_of_the_wrong_type_in_a_scenario(gametheory, entry_file, tmp_path):
    for option in ("exact = 'no'", "seconds = 'yes'", "iterations = 1.5", "seed = 'x'", "method = 3", "ties = 3"):
        scenario = tmp_path / "scenario.toml"
        scenario.write_text(f'model = "entry.py"\n[solve]\n{option}\n')
        done = gametheory("solve", scenario)
        assert done.code == 2, option
        assert option.split()[0] in done.err


def test_claims_that_fix_a_parameter_say_so(gametheory):
    done = gametheory("reproduce", "neutral_bargaining", "--set", "delta=5", "--claim", "table1")
    assert done.code == 0
    assert "fix 'delta' themselves" in done.err


def test_the_other_commands(gametheory, entry_file):
    told = gametheory("show", entry_file).out
    assert "entry_deterrence" in told and f"gametheory reproduce {entry_file}" in " ".join(told.split())
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


def test_show_of_a_scenario_and_of_a_game(gametheory):
    games = Path(__file__).parents[2] / "games"
    assert gametheory("show", games / "front_running.toml").out.startswith("front_running: ")
    done = gametheory("show", games / "beer_quiche.efg")
    assert done.code == 2 and "the form ExtensiveGame" in done.err and "to be solved" in done.err


def test_units_of_results_are_shown_once(gametheory):
    shown = gametheory("show", "neutral_bargaining", "--format", "json").json["results"]
    assert shown["U1"] == "the dealer's expected gain, by type (money)"
    assert shown["P"].count("money") == 1
    shown = gametheory("show", "liquidity_cross_section", "--format", "json").json["results"]
    assert shown["std"].endswith(" (exposure)")


def test_sections_of_the_list(gametheory):
    told = gametheory("list", "models", "files", "--format", "json").json
    assert set(told) == {"version", "models", "files"}
    assert "neutral_bargaining" in {model["name"] for model in told["models"]}
    done = gametheory("list", "model")
    assert done.code == 2 and "models" in done.err


def test_claims_at_the_parameters_of_a_scenario(gametheory, entry_file, tmp_path):
    scenario = tmp_path / "poor.toml"
    scenario.write_text(f'model = "{entry_file}"\n\n[parameters]\nduopoly = -0.5\nmonopoly = 7\n')
    told = gametheory("reproduce", scenario, "--set", "monopoly=9", "--format", "json")
    assert told.code == 0
    assert told.json["parameters"] == {"monopoly": 9, "duopoly": -0.5, "war": -1}


def test_a_file_named_without_its_suffix(gametheory, entry_file, monkeypatch):
    monkeypatch.chdir(entry_file.parent)
    done = gametheory("solve", entry_file.stem)
    assert done.code == 2 and f"did you mean the file '{entry_file.name}'?" in done.err
