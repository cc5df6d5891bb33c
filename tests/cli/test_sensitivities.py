from __future__ import annotations

import csv
import io

MODEL = """
from gametheory import LinearProgram, Model, Number, parameter


class Harvest(Model):
    name = "harvest"
    price: Number = parameter(3, gt=0, doc="price")
    land: Number = parameter(5, ge=0, doc="what grows")
    barn: Number = parameter(7, ge=0, doc="what can be stored")

    def build(self):
        return LinearProgram.build("max", [self.price], at_most=([[1], [1]], [self.land, self.barn]))

    def report(self, solution):
        return {"revenue": solution.answer.objective}
"""


def test_exact_slopes_are_text_in_json(gametheory, tmp_path):
    (tmp_path / "harvest.py").write_text(MODEL)
    done = gametheory("sensitivities", tmp_path / "harvest.py", "--exact", "--format", "json", "--set", "land=7/2")
    assert done.code == 0
    told = {s["parameter"]: s for s in done.json["sensitivities"]}
    assert told["land"]["derivative"] == "3" and told["land"]["elasticity"] == "1" and told["land"]["error"] == "0"
    assert told["price"]["derivative"] == "7/2" and told["barn"]["derivative"] == "0"
    assert done.json["parameters"]["land"] == "7/2" and done.json["exact"] is True


def test_a_kink_is_said_in_the_table_and_null_in_json(gametheory, tmp_path):
    (tmp_path / "harvest.py").write_text(MODEL)
    at = [tmp_path / "harvest.py", "--set", "land=7", "--parameter", "barn", "--exact"]
    assert "a kink: 3 to the left, 0 to the right" in " ".join(gametheory("sensitivities", *at).out.split())
    (told,) = gametheory("sensitivities", *at, "--format", "json").json["sensitivities"]
    assert (told["derivative"], told["left"], told["right"]) == (None, "3", "0")


def test_a_table_for_a_spreadsheet(gametheory, tmp_path):
    (tmp_path / "harvest.py").write_text(MODEL)
    done = gametheory("sensitivities", tmp_path / "harvest.py", "--format", "csv", "--exact")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [(r["parameter"], r["elasticity"]) for r in rows] == [("price", "1"), ("land", "1"), ("barn", "0")]


def test_what_cannot_be_asked(gametheory, tmp_path):
    (tmp_path / "harvest.py").write_text(MODEL)
    done = gametheory("sensitivities", tmp_path / "harvest.py", "--parameter", "lend")
    assert done.code == 2 and "land" in done.err and done.lines <= 2
    done = gametheory("sensitivities", "games/matching/nowhere.csv")
    assert done.code == 2 and done.lines <= 2
    done = gametheory("sensitivities", tmp_path / "harvest.py", "--set", "land=-1")
    assert done.code == 3 and "land" in done.err


def test_nothing_to_differentiate_is_said(gametheory, entry_file, tmp_path):
    text = entry_file.read_text()
    begins = text.index("    def report")
    (tmp_path / "counts.py").write_text(
        text[:begins] + "    def report(self, solution):\n        return {'moves': len(solution.answer.path)}\n"
    )
    done = gametheory("sensitivities", tmp_path / "counts.py")
    assert done.code == 2 and "no result that is a quantity" in done.err
    (tmp_path / "bare.py").write_text(
        "from gametheory import Model, StrategicGame\n\n\nclass Bare(Model):\n"
        "    def build(self):\n        return StrategicGame.from_arrays([[1]])\n"
    )
    done = gametheory("sensitivities", tmp_path / "bare.py")
    assert done.code == 2 and "no parameter that is a number" in done.err
