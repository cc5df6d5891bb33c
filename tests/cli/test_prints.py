"""What a model prints is no data: standard output holds the answer alone, whatever the command."""

import json

import pytest

NOISY = """
from fractions import Fraction

import gametheory as gt

print("imported")


class Noisy(gt.Model):
    \"\"\"A linear program that talks.\"\"\"

    name = "noisy"
    cost: gt.Number = gt.parameter(1)
    claims = [gt.Claim("cheap", "costs little", lambda r: print("claimed") or r["cost"] == r.model.cost)]
    constraints = [gt.Constraint("true", lambda model: print("constrained") or True)]

    def build(self):
        print("built")
        return gt.LinearProgram.build("min", [self.cost], at_least=([[1]], [1]))

    def report(self, solution):
        print("reported")
        return {"cost": solution.answer.objective}
"""


@pytest.fixture
def noisy(tmp_path):
    path = tmp_path / "noisy.py"
    path.write_text(NOISY)
    return str(path)


@pytest.mark.parametrize(
    "arguments",
    [
        ["solve", "noisy.py"],
        ["reproduce", "noisy.py"],
        ["sensitivities", "noisy.py"],
        ["sweep", "noisy.py", "--grid", "cost=1,2"],
        ["show", "noisy.py"],
        ["verify", "saved.json", "--model", "noisy.py"],
        ["verify", "--form", "noisy.py", "--answer", "saved.json"],
    ],
)
def test_json_on_standard_output_is_json_alone(gametheory, noisy, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    assert gametheory("solve", "noisy.py", "--exact", "--output", "saved.json").code == 0
    found = gametheory(*arguments, "--format", "json")
    assert found.code == 0
    assert json.loads(found.out)
    assert arguments[0] == "show" or "constrained" in found.err


@pytest.mark.parametrize("command", ["solve", "sensitivities"])
@pytest.mark.parametrize("name", ["what", "model", "progress", "results", "exact", "seconds"])
def test_no_option_of_a_method_stands_for_an_argument_of_ours(gametheory, noisy, command, name):
    found = gametheory(command, noisy, "--option", f"{name}=1")
    assert found.code == 2
    assert name in found.err
    assert "internal" not in found.err
