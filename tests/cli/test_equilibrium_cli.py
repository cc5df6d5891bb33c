"""Equilibrium forms and liquidity scenarios from files."""

from pathlib import Path

import pytest

GAMES = Path(__file__).parents[2] / "games"


@pytest.mark.parametrize("name", ["all_pay_auction", "cournot", "dealers_2005", "liquidity_fire_sale"])
def test_game_files_solve_and_verify(gametheory, tmp_path, name):
    path = tmp_path / "solution.json"
    assert gametheory("solve", GAMES / f"{name}.toml", "--output", path).code == 0
    assert gametheory("verify", path).code == 0


def test_anyones_answer_is_checked(gametheory, tmp_path):
    answer = tmp_path / "answer.toml"
    for choice, code in (("9/40", 0), ("1/4", 6)):
        answer.write_text(
            f'type = "ChoiceProfile"\nchoices = {{a = "{choice}", b = "9/40", c = "9/40"}}\nepsilon = "1/100000"\n'
        )
        assert gametheory("verify", "--form", GAMES / "cournot.toml", "--answer", answer).code == code


def test_a_formula_is_not_code(gametheory, tmp_path):
    form = tmp_path / "evil.toml"
    form.write_text('type = "EquilibriumSystem"\nunknowns = ["x"]\nresiduals = ["__import__(\'os\').getpid() - x"]\n')
    finished = gametheory("solve", form)
    assert finished.code == 3
    assert "formula" in finished.err
