import json
import os
import pty
import re
import subprocess
import sys

import pytest

xarray = pytest.importorskip("xarray")


def test_a_grid_on_standard_output_in_each_format(gametheory, entry_file):
    done = gametheory("sweep", entry_file, "--grid", "duopoly=-1/2:1/2:3", "--exact", "--format", "csv")
    assert done.code == 0
    assert done.out.splitlines() == [
        "duopoly,termination,verified,error,enters,profit",
        "-0.5,SOLVED,true,,false,0",
        "0.0,SOLVED,true,,false,0",
        "0.5,SOLVED,true,,true,1/2",
    ]
    data = gametheory("sweep", entry_file, "--grid", "duopoly=-1,1", "--set", "war=-2", "--format", "json").json
    assert data["parameters"] == {"monopoly": 4, "war": -2}
    assert [(p["duopoly"], p["enters"], p["profit"]) for p in data["points"]] == [(-1, False, 0), (1, True, 1)]
    table = gametheory("sweep", entry_file, "--grid", "duopoly=-1,1", "--result", "enters").out
    assert "profit" not in table
    assert [line.split() for line in table.strip().splitlines()[-2:]] == [["-1", "no"], ["1", "yes"]]


def test_failed_points_exit_with_nine(gametheory, entry_file):
    done = gametheory("sweep", entry_file, "--grid", "monopoly=-1,4", "--format", "csv")
    assert done.code == 9
    assert done.lines == 1
    assert "1 of 2 points failed" in done.err and "parameter 'monopoly'" in done.err
    assert [line.split(",")[-2] for line in done.out.splitlines()] == ["enters", "", "true"]
    alone = gametheory("sweep", entry_file, "--grid", "monopoly=-1")
    assert "gametheory: the point failed: entry" in alone.err and "1 point, 1 failed" in alone.out
    every = gametheory("sweep", entry_file, "--grid", "monopoly=-1,-2")
    assert every.code == 9
    assert "every one of the 2 points failed" in every.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--grid", "duoploy=1,2"], 2, "did you mean 'duopoly'"),
        (["--grid", "duopoly=1:2"], 3, "a:b:n"),
        (["--grid", "duopoly"], 2, "name=values"),
        (["--grid", "duopoly=1", "--grid", "duopoly=2"], 2, "twice"),
        ([], 2, "nothing to sweep over\ngive values of a parameter, as NAME=a:b:n; its parameters: monopoly"),
        (["--range", "duopoly=1:2"], 2, "--random"),
        (["--grid", "duopoly=1", "--random", "3"], 2, "--range"),
        (["--latin-hypercube", "5"], 2, "nothing to draw\ngive the range of each parameter, as --range NAME=a:b"),
        (["--random", "0", "--range", "duopoly=0:1"], 2, "number of points"),
        (["--grid", "duopoly=1", "--output", "x.txt"], 2, ".parquet"),
        (["--grid", "duopoly=1", "--resume"], 2, "--output"),
        (["--grid", "duopoly=1", "--set", "wra=1"], 2, "did you mean 'war'"),
        (["--grid", "duopoly=1", "--points", "none.csv"], 2, "points"),
        (["--points", "none.csv"], 2, "none.csv"),
        (["--grid", "duopoly=1", "--method", "magic", "--output", "x.nc"], 2, "no method 'magic'"),
        (["--grid", "duopoly=1,2", "--result", "enter"], 2, "did you mean 'enters'"),
        (["--grid", "duopoly=1,2", "--option", "limits=3", "--output", "x.nc"], 2, "did you mean 'limit'"),
        (["--grid", "duopoly=1,2", "--method", "sequence_form", "--option", "limit=3"], 2, "has no option 'limit'"),
        (["--grid", "duopoly=1,2", "--ties", "lasst", "--output", "x.nc"], 2, "did you mean 'last'"),
        (["--grid", "duopoly=1,2", "--seconds", "0"], 2, "0.0 seconds is not positive"),
        (["--grid", "duopoly=1,2", "--iterations", "0", "--output", "x.nc"], 2, "0 iterations is not positive"),
        (["--grid", "duopoly=1,1e400", "--output", "x.nc"], 3, "duopoly: a number here is too large for a float"),
        (["--random", "2", "--range", "duopoly=0:1e400"], 3, "duopoly: a number here is too large for a float"),
    ],
)
def test_misuse_is_two_lines_and_leaves_nothing(gametheory, entry_file, tmp_path, monkeypatch, arguments, code, said):
    monkeypatch.chdir(tmp_path)
    done = gametheory("sweep", entry_file, *arguments)
    assert done.code == code
    assert said in done.err
    assert "Traceback" not in done.err
    assert done.out == ""
    assert {path.name for path in tmp_path.iterdir()} <= {"entry.py", "__pycache__"}


def test_points_drawn_without_a_seed_can_be_drawn_again(gametheory, entry_file):
    drawn = gametheory("sweep", entry_file, "--random", 3, "--range", "duopoly=-1:1")
    seed = re.search(r"drawn with seed (\d+)\n", drawn.out).group(1)
    assert gametheory("sweep", entry_file, "--random", 3, "--range", "duopoly=-1:1", "--seed", seed).out == drawn.out


def test_bad_points_are_named_by_line_and_column(gametheory, entry_file, tmp_path):
    points = tmp_path / "points.csv"
    points.write_text("duopoly,war\n1/2,-1\nhalf,-1\n")
    done = gametheory("sweep", entry_file, "--points", points)
    assert done.code == 3
    assert f"{points}:3:1: 'half' is not a number" in done.err
    points.write_text("duopoly,war\n1/2,-1\n-1/2,-1\n")
    done = gametheory("sweep", entry_file, "--points", points, "--exact", "--format", "csv")
    assert done.out.splitlines()[1:] == ["0,0.5,-1,SOLVED,true,,true,1/2", "1,-0.5,-1,SOLVED,true,,false,0"]


def test_files_are_resumed_and_never_overwritten_by_chance(gametheory, entry_file, tmp_path):
    path = tmp_path / "out.nc"
    arguments = ["sweep", entry_file, "--grid", "duopoly=-1:1:5", "--output", path]
    first = gametheory(*arguments)
    assert (first.code, first.out) == (0, "")
    assert "5 points" in first.err
    before = path.read_bytes()
    refused = gametheory(*arguments)
    assert refused.code == 2
    assert "--overwrite" in refused.err
    assert gametheory(*arguments, "--resume").code == 0
    assert path.read_bytes() == before
    assert gametheory(*arguments, "--overwrite").code == 0


def test_a_scenario_gives_the_parameters_that_are_fixed(gametheory, entry_file, tmp_path):
    scenario = tmp_path / "harsh.toml"
    scenario.write_text('model = "entry.py"\n[parameters]\nwar = -9\nduopoly = 3\n[solve]\nexact = true\n')
    data = gametheory("sweep", scenario, "--grid", "duopoly=1/3,2", "--format", "json").json
    assert data["parameters"] == {"monopoly": 4, "war": -9}
    assert [p["profit"] for p in data["points"]] == ["1/3", "2"]


def test_a_game_file_has_nothing_to_sweep_over(gametheory, tmp_path):
    game = tmp_path / "game.efg"
    game.write_text('EFG 2 R "" { "a" }\n""\nt "" 1 "" { 0 }\n')
    done = gametheory("sweep", game, "--grid", "x=1")
    assert done.code == 2
    assert "not a model" in done.err


def test_without_xarray_the_extra_is_named(gametheory, entry_file, monkeypatch):
    monkeypatch.setitem(sys.modules, "xarray", None)
    done = gametheory("sweep", entry_file, "--grid", "duopoly=1")
    assert done.code == 2
    assert "pip install 'gametheory[sweep]'" in done.err


def test_the_bar_has_a_rate_and_appears_only_on_a_terminal(tmp_path):
    model = tmp_path / "slow.py"
    model.write_text(
        "import time\nfrom gametheory import LinearProgram, Model, Number, parameter\n"
        "class Slow(Model):\n    x: Number = parameter(1)\n"
        "    def build(self):\n        time.sleep(0.05)\n"
        '        return LinearProgram.build("max", [1], at_most=([[1]], [self.x]))\n'
    )
    command = [sys.executable, "-c", "from gametheory_cli.main import main; main()", "sweep", str(model)]
    command += ["--grid", "x=1:40:40", "--format", "json", "--workers", "1"]
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the other end was closed
            break
        if not piece:
            break
        shown += piece
    out, _ = child.communicate()
    assert child.returncode == 0
    assert len(json.loads(out)["points"]) == 40
    assert b"points/s" in shown and b"/40" in shown


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        (["branch"], "heat map"),
        (["loss_A", "--set", "sold_A=2", "--set", "sold_D=2"], "heat map"),
        (["loss_A", "--set", "sold_A=2", "--set", "rho_d=0.1"], "lines"),
        (["loss_A", "--set", "sold_A=2", "--set", "rho_d=0.1", "--set", "sold_D=1"], "line"),
    ],
)
def test_a_saved_sweep_is_drawn(gametheory, tmp_path, settings, kind):
    pytest.importorskip("matplotlib")
    from gametheory.loading import parse_value
    from gametheory.sweeps import drawing, files

    path = tmp_path / "sweep.nc"
    grid = ["--grid", "rho_d=0:0.4:9", "--grid", "rho_u=0:0.4:9", "--result", "branch", "--result", "loss_A"]
    assert gametheory("sweep", "front_running", *grid, "--output", path).code == 0
    assert "loss_A: " in gametheory("plot", path).out
    assert gametheory("plot", path, *settings, "--output", tmp_path / "x.svg").code == 0
    assert (tmp_path / "x.svg").read_text().startswith("<?xml")
    dataset = files.read(path)
    at = dict(text.split("=") for text in settings[1:] if text != "--set")
    figure = drawing.draw(dataset, settings[0], {name: parse_value(value) for name, value in at.items()})
    axes = figure.axes[0]
    assert axes.get_xlabel().startswith("rho")
    if kind == "heat map":
        drawn = axes.collections[0].get_array()
        held = dataset[settings[0]]
        if settings[0] == "branch":
            assert ((held == "CTS>BP") == drawn.reshape(9, 9).T).all()
        else:
            assert (held.sel(sold_A=2, sold_D=2) == drawn.reshape(9, 9).T).all()
    else:
        lines = axes.get_lines()
        assert len(lines) == (3 if kind == "lines" else 1)
        expected = dataset.loss_A.sel(sold_A=2, sold_D=1, rho_d=0.1).values.tolist()
        assert lines[-1 if kind == "line" else 1].get_ydata().tolist() == expected
        assert axes.get_ylabel() == "loss_A (loss units)"


def test_points_that_differ_in_many_parameters_have_a_panel_for_each(gametheory, tmp_path):
    pytest.importorskip("matplotlib")
    from gametheory.sweeps import drawing, files

    path = tmp_path / "sweep.nc"
    ranges = ("--range", "rho_d=0:0.4", "--range", "q_A=0.51:0.99", "--range", "dividend=1:2")
    assert (
        gametheory("sweep", "front_running", "--latin-hypercube", 9, *ranges, "--seed", 1, "--output", path).code == 0
    )
    at = ("--set", "sold_A=0", "--set", "sold_D=2")
    assert gametheory("plot", path, "value_D", *at, "--output", tmp_path / "x.png").code == 0
    dataset = files.read(path)
    figure = drawing.draw(dataset, "value_D", {"sold_A": 0, "sold_D": 2})
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_xlabel() for axes in shown] == ["rho_d", "q_A", "dividend (money)"]
    assert figure.get_supylabel() == "value_D (money)"
    for axes, name in zip(shown, ("rho_d", "q_A", "dividend"), strict=True):
        (dots,) = axes.get_lines()
        assert dots.get_xdata().tolist() == dataset[name].values.tolist()
        assert dots.get_ydata().tolist() == dataset.value_D.sel(sold_A=0, sold_D=2).values.tolist()


def test_what_cannot_be_drawn(gametheory, tmp_path):
    pytest.importorskip("matplotlib")
    path = tmp_path / "sweep.parquet"
    gametheory("sweep", "front_running", "--grid", "rho_d=0:0.4:5", "--grid", "rho_u=0:0.4:5", "--output", path)
    for arguments, code, said in (
        (["loss_B"], 2, "did you mean"),
        (["loss_A"], 2, "--set"),
        (["branch", "--set", "rho_d=0.11"], 3, "nearest is 0.1"),
        (["branch", "--set", "rho_x=0.1"], 2, "no dimension"),
    ):
        done = gametheory("plot", path, *arguments, "--output", tmp_path / "x.png")
        assert done.code == code
        assert said in done.err
        assert done.lines <= 2
    (tmp_path / "not.nc").write_text("nothing")
    assert gametheory("plot", tmp_path / "not.nc", "x", "--output", tmp_path / "x.png").code == 3
    assert not (tmp_path / "x.png").exists()


def test_many_results_are_told_in_several_tables_that_fit_the_line(gametheory, tmp_path):
    model = tmp_path / "wide.py"
    model.write_text(
        "from gametheory import Model, Number, StrategicGame, parameter\n\n\nclass Wide(Model):\n"
        "    x: Number = parameter(1)\n\n    def build(self):\n        return StrategicGame.from_arrays([[self.x]])\n\n"
        "    def report(self, solution):\n"
        "        by = {f'agent {k}': self.x * k for k in range(9)}\n"
        "        none = None if self.x < 2 else self.x\n"
        "        return {'first': by, 'second': by, 'lists': ['a'] * int(self.x), 'none': none}\n"
    )
    done = gametheory("sweep", model, "--exact", "--grid", "x=1/3,2")
    assert done.code == 0
    heading, *shown = done.out.split("\n\n")
    assert heading.splitlines() == ["Wide: 2 points, 0 failed", "each point was solved and its certificate checked"]
    assert all(len(line) <= 120 for line in done.out.splitlines())
    found = {}
    for table in shown:
        titles, _, *rows = (re.split(r"\s{2,}", line.strip()) for line in table.strip().splitlines())
        assert titles[0] == "x" and [row[0] for row in rows] == ["1/3", "2"]
        found.update(zip(titles, zip(*rows, strict=True), strict=True))
    assert found["second[agent 8]"] == ("8/3", "16") and found["none"] == ("-", "2")
    assert found["lists"] == ("none", "a, a")
    assert len(found) == 1 + 9 + 9 + 2 and len(shown) == 4
