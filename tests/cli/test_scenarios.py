"""A scenario means the same to every command, whatever folder it is called from."""

import pytest

MODEL = """
from pathlib import Path

import gametheory as gt


class Costs(gt.Model):
    \"\"\"The least cost in a file.\"\"\"

    name = "costs"
    table: str = gt.parameter("nowhere.txt")
    tax: gt.Number = gt.parameter(0)
    claims = [gt.Claim("paper", "the least cost", paper=3, ours=lambda r: r["cost"])]

    def build(self):
        costs = [gt.number(text) + self.tax for text in Path(self.table).read_text().split()]
        return gt.LinearProgram.build("min", costs, at_least=([[1] * len(costs)], [1]))

    def report(self, solution):
        return {"cost": solution.answer.objective}
"""


@pytest.fixture
def scenario(tmp_path, monkeypatch):
    folder, elsewhere = tmp_path / "held", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    (folder / "costs.py").write_text(MODEL)
    (folder / "costs.txt").write_text("5 2 7")
    (folder / "costs.toml").write_text('model = "costs.py:Costs"\n[parameters]\ntable = "costs.txt"\ntax = 1\n')
    return "../held/costs.toml"


@pytest.mark.parametrize(
    "arguments",
    [
        ["solve"],
        ["reproduce"],
        ["sensitivities"],
        ["sweep", "--grid", "tax=1,2"],
        ["show"],
    ],
)
def test_files_beside_a_scenario_are_found(gametheory, scenario, arguments):
    command, *options = arguments
    found = gametheory(command, scenario, *options)
    assert (found.code, found.err) == (0, "")
    assert command == "show" or "3" in found.out


def test_a_scenario_of_a_form_is_no_model(gametheory, tmp_path):
    path = tmp_path / "form.toml"
    path.write_text('type = "BimatrixGame"\n')
    for command in ("reproduce", "show", "sweep"):
        found = gametheory(command, str(path))
        assert found.code in (2, 3)
        assert found.lines <= 2


def test_verify_takes_the_model_of_a_scenario(gametheory, scenario, tmp_path):
    saved = tmp_path / "saved.json"
    assert gametheory("solve", scenario, "--output", str(saved)).code == 0
    found = gametheory("verify", str(saved), "--model", scenario)
    assert found.code == 0
    assert "not recomputed" not in found.out
