import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_a_new_plugin_installs_is_discovered_solves_and_passes_its_test(gametheory, tmp_path):
    made = gametheory("new", "my_paper", "--into", tmp_path)
    assert made.code == 0
    assert made.out.splitlines()[0] == f"pip install -e '{tmp_path.resolve() / 'my_paper'}[test]'"
    site = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", site, tmp_path / "my_paper"]
    subprocess.run(install, check=True)
    environment = {"PYTHONPATH": str(site), "PATH": str(Path(sys.executable).parent)}

    def run(*command):
        return subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path, check=False)

    solved = run("gametheory", "solve", "my_paper", "--exact")
    assert solved.returncode == 0, solved.stderr
    assert "SOLVED" in solved.stdout
    assert "my_paper" in run("gametheory", "list").stdout
    readme = (tmp_path / "my_paper" / "README.md").read_text()
    hints = [line.split() for line in readme.splitlines() if line.startswith("    gametheory ")]
    assert {hint[1] for hint in hints} == {"show", "solve", "reproduce", "sweep", "plot", "sensitivities"}
    for hint in hints:
        done = run(*hint)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "price.png").exists() and (tmp_path / "prices.png").exists()
    swept = run("gametheory", "sweep", "my_paper", "--grid", "value=0:4:5", "--result", "price", "--format", "csv")
    # a buyer who values the good below the low price of 1 leaves; from 2 on she pays the high one
    assert [row["price"] for row in csv.DictReader(io.StringIO(swept.stdout))] == ["", "1.0", "2.0", "2.0", "2.0"]
    tested = run(sys.executable, "-m", "pytest", "-q", "my_paper/tests")
    assert tested.returncode == 0, tested.stdout
    assert "6 passed" in tested.stdout


@pytest.mark.parametrize(
    ("name", "code"), [("My-Paper", 2), ("class", 2), ("1st", 2), ("numpy", 2), ("neutral_bargaining", 2)]
)
def test_names_that_are_no_package(gametheory, tmp_path, name, code):
    assert gametheory("new", name, "--into", tmp_path).code == code
    assert not list(tmp_path.iterdir())


def test_an_existing_folder_is_left_alone(gametheory, tmp_path):
    (tmp_path / "taken").mkdir()
    assert gametheory("new", "taken", "--into", tmp_path).code == 2
