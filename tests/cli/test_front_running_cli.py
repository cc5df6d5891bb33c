from pathlib import Path

import pytest

GAMES = Path(__file__).parents[2] / "games"


@pytest.mark.parametrize(
    ("name", "equilibria"),
    [
        ("front_running", [[-2, -2]]),
        ("front_running_published", [[0, -2], [-2, -1]]),
        ("front_running_no_pure", []),
    ],
)
def test_scenarios_are_solved_exactly_and_verify(gametheory, tmp_path, name, equilibria):
    saved = tmp_path / "solution.json"
    done = gametheory("solve", GAMES / f"{name}.toml", "--format", "json", "--output", saved)
    assert done.code == 0
    assert done.json["results"]["equilibria"] == equilibria
    assert done.json["certificate"]["kind"] == "one_shot_deviation"
    assert done.json["exact"] is True
    assert done.json["results"]["price_A"][0] == [None, None, None]
    assert isinstance(done.json["results"]["loss_D"][1][2], str)
    assert gametheory("verify", saved).code == 0


def test_the_priced_game_in_a_file_has_the_same_equilibrium(gametheory):
    done = gametheory("solve", GAMES / "front_running_sales.efg", "--exact", "--format", "json")
    assert done.code == 0
    assert done.json["results"]["path"] == ["sell 2", "sell 2"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["rho_d=0.7", "rho_u=0.4"], "rho_d + rho_u <= 1"),
        (["q_D=0.6"], "q_A > q_D"),
        (["q_A=0.5", "q_D=0.2"], "q_A"),
        (["rho_d=-0.1"], "rho_d"),
    ],
)
def test_parameters_out_of_bounds_exit_with_3_and_name_the_condition(gametheory, settings, said):
    done = gametheory("solve", "front_running", *(part for s in settings for part in ("--set", s)))
    assert done.code == 3
    assert said in done.err


def test_rows_of_a_table_are_reproduced_by_claim(gametheory):
    done = gametheory("reproduce", "front_running", "--claim", "table3", "--format", "json")
    assert done.code == 0
    assert done.json["summary"] == {"holds": 3, "differs": 3, "not_testable": 0, "changed": 0}
    done = gametheory(
        "reproduce", "front_running", "--set", "formulas=published", "--claim", "table3", "--format", "json"
    )
    assert done.code == 0
    assert done.json["summary"]["holds"] == 5


def test_the_printed_formulas_reproduce_142_rows(gametheory):
    done = gametheory("reproduce", "front_running", "--set", "formulas=published", "--format", "json")
    assert done.code == 0
    rows = [claim for claim in done.json["claims"] if claim["id"].startswith("table")]
    assert len(rows) == 144
    assert [claim["id"] for claim in rows if claim["verdict"] == "differs"] == [
        "table2.panel3.row03",
        "table3.row04",
    ]


@pytest.mark.slow
def test_first_principles_reproduce_116_rows_and_name_the_erratum_of_each_other(gametheory):
    done = gametheory("reproduce", "front_running", "--format", "json")
    assert done.code == 0
    rows = [claim for claim in done.json["claims"] if claim["id"].startswith("table")]
    differ = [claim for claim in rows if claim["verdict"] == "differs"]
    assert len(rows) - len(differ) == 116
    assert all("(A." in claim["reason"] for claim in differ)
