"""The models of network formation from the shell: scenarios, exit codes, saved files, figures."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

import gametheory as gt

GAMES = Path(__file__).parents[2] / "games"
MODELS = ("network_formation", "interbank_contagion", "trading_capacity", "network_simulation")


@pytest.mark.parametrize("scenario", ["eight_banks.toml", "two_groups.toml", "clearing_house.toml"])
def test_scenarios_are_solved_saved_and_verified(gametheory, tmp_path, scenario):
    target = tmp_path / "solution.json"
    assert gametheory("solve", GAMES / scenario, "--format", "json", "--output", target).code == 0
    assert gametheory("verify", target).code == 0


def test_an_edited_chain_is_noticed(gametheory, tmp_path):
    target = tmp_path / "solution.json"
    gametheory("solve", GAMES / "eight_banks.toml", "--format", "json", "--output", target)
    data = json.loads(target.read_text())
    data["results"]["chains"]["D"] = ["D"]
    target.write_text(json.dumps(data))
    finished = gametheory("verify", target)
    assert finished.code == 6
    assert "results.chains.D" in finished.err + finished.out


def test_below_the_threshold_the_exit_code_is_0(gametheory):
    finished = gametheory("solve", "network_formation", "--set", "intraday_discount=1/2", "--format", "json")
    assert finished.code == 0
    assert finished.json["results"]["participation"] is False


@pytest.mark.parametrize(
    ("setting", "code", "word"),
    [
        (["p=3/2"], 3, "'p'"),
        (["rounds=0"], 3, "'rounds'"),
        (['distribution={kind="uniform", low=2, high=1}'], 3, "distribution"),
        (['distribution={kind="uniform", low=nan, high=1}'], 3, "distribution"),
        (['distribution={kind="empirical", x=[1, -1]}'], 3, "distribution"),
        (['distribution={kind="gamma"}'], 3, "distribution"),
        (["p=1/2", "exposure=1/2"], 2, "exposure"),
        (["roundz=3"], 2, "rounds"),
    ],
)
def test_bad_parameters(gametheory, setting, code, word):
    arguments = [word for pair in setting for word in ("--set", pair)]
    finished = gametheory("solve", "network_formation", *arguments)
    assert finished.code == code
    assert word in finished.err
    assert finished.lines <= 2


@pytest.mark.parametrize("model", MODELS)
def test_figures_are_drawn(model):
    kind = gt.models()[model]
    small = {"trading_capacity": {"rounds": 4}, "network_simulation": {"log2_traders": 8}}
    for figure in kind.figures:
        canvas = figure.draw(kind(**small.get(model, {})))
        axes = canvas.axes
        assert axes
        assert all(a.lines or a.collections or a.patches or a.texts for a in axes)


def test_figures_2_and_3_are_the_powers_of_one_half_and_the_tiers():
    """With ten rounds a share 1/2^l has l links, and ten 1/2^9; who has l links trades l units."""
    two, three = (f.draw(gt.models()["network_formation"]()) for f in gt.models()["network_formation"].figures[2:4])
    bars = [bar.get_height() for bar in two.axes[0].patches]
    assert bars == pytest.approx([0.5**k for k in range(1, 10)] + [0.5**9])
    gross, net = (axes.patches[0].get_data() for axes in three.axes)
    assert gross.values[::-1] == pytest.approx([*range(1, 11), 10])
    assert net.values == pytest.approx(1 / gross.values)
    assert gross.edges[-3:] == pytest.approx([0.25, 0.5, 1])


def test_figure_5_shows_every_bank_and_trade():
    kind = gt.models()["interbank_contagion"]
    figure = next(f for f in kind.figures if f.name == "5")
    axes = figure.draw(kind()).axes[0]
    said = {text.get_text() for text in axes.texts}
    assert {"A-", "B-", "C+", "D+", "E-", "F+", "G-", "H+"} <= said
    assert sum(text.get_text() == "2a" for text in axes.texts) == 3
    assert sum(text.get_text() == "a" for text in axes.texts) == 4


def test_figure_4_shows_a_rise_and_a_fall():
    kind = gt.models()["network_formation"]
    figure = next(f for f in kind.figures if f.name == "4")
    drawn = figure.draw(kind())
    rising, falling, _ = (axes.lines[0].get_ydata() for axes in drawn.axes)
    assert all("(numeraire per unit)" in axes.get_ylabel() for axes in drawn.axes)
    assert all(a < b for a, b in pairwise(rising))
    assert all(a > b for a, b in pairwise(falling))
