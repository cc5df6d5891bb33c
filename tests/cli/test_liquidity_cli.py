"""The liquidity models from the shell: exit codes, saved answers, figures of errors."""

import json

import pytest


@pytest.mark.parametrize(
    ("model", "setting", "named"),
    [
        ("liquidity_cross_section", "contact_rates=[1,-1,2]", "contact_rates[1]"),
        ("liquidity_cross_section", "psi=[1,0,2]", "psi[1]"),
        ("liquidity_cross_section", "psi=[1,2]", "psi"),
        ("liquidity_cross_section", "contact_rates=[1,2,nan]", "contact_rates[2]"),
        ("liquidity_transition", "after={sigma=-1}", "after.sigma"),
        ("liquidity_transition", "start={points=[-1,1],weights=[2,-1]}", "start.weights[1]"),
        ("liquidity_transition", "times=[0,1,1]", "times[2]"),
        ("liquidity_transition", "start={moments=[0,1,0,3,0,1]}", "start.moments[5]"),
        ("liquidity_cross_section", "eta=1e300", "eta"),
        ("liquidity_simulation", "batch_length=1", "batch_length"),
        ("liquidity_simulation", "banks=1000000000000", "banks"),
        ("endogenous_contact_rate", "marginal_cost=-1", "marginal_cost"),
    ],
)
def test_bad_input_is_exit_3_and_names_the_position(gametheory, model, setting, named):
    finished = gametheory("solve", model, "--set", setting)
    assert finished.code == 3
    assert named in finished.err
    assert finished.lines <= 2


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("liquidity_cross_section", ["--exact", "--set", "eta=1/3", "--set", "counterparty=-1", "--set", "at=[0,1]"]),
        ("liquidity_simulation", ["--seed", "3", "--set", "banks=500"]),
        ("liquidity_transition", ["--set", "after={contact_rates=[2,1,1]}"]),
        ("endogenous_contact_rate", ["--exact", "--set", "variant=paper"]),
    ],
)
def test_solve_then_verify(gametheory, tmp_path, model, options):
    path = tmp_path / "solution.json"
    assert gametheory("solve", model, *options, "--output", path).code == 0
    assert gametheory("verify", path).code == 0
    edited = json.loads(path.read_text())
    name = next(k for k, v in edited["results"].items() if isinstance(v, list | dict | str | float) and v)
    edited["results"][name] = 1
    path.write_text(json.dumps(edited))
    assert gametheory("verify", path).code == 6


def test_an_edited_answer_fails_its_check(gametheory, tmp_path):
    path = tmp_path / "solution.json"
    gametheory("solve", "liquidity_cross_section", "--exact", "--output", path)
    edited = json.loads(path.read_text())
    edited["answer"]["data"]["quadratic"] = "-1/100"
    path.write_text(json.dumps(edited))
    finished = gametheory("verify", path)
    assert finished.code == 6
    assert "Bellman" in finished.out + finished.err


def test_an_unknown_change_is_named(gametheory):
    finished = gametheory("solve", "liquidity_transition", "--set", "after={gamma=1}")
    assert finished.code == 3
    assert "gamma" in finished.err


@pytest.mark.parametrize("model", ["liquidity_transition", "liquidity_simulation"])
def test_what_cannot_be_exact_says_so(gametheory, model):
    given = [] if model == "liquidity_transition" else ["--set", "banks=500"]
    finished = gametheory("solve", model, "--exact", *given)
    assert finished.code == 0
    assert "in floats" in finished.out + finished.err
    assert json.loads(gametheory("solve", model, "--exact", *given, "--format", "json").out)["exact"] is False


@pytest.mark.parametrize(
    ("model", "other"), [("liquidity_cross_section", "simulation"), ("liquidity_simulation", "steady_state")]
)
def test_another_concept_is_sent_to_its_model(gametheory, model, other):
    finished = gametheory("solve", model, "--concept", other)
    assert finished.code == 2
    assert {"liquidity_simulation", "liquidity_cross_section"} <= set(finished.err.replace(",", "").split())


def test_a_negative_seed_is_refused(gametheory):
    finished = gametheory("solve", "liquidity_simulation", "--seed", "-1")
    assert finished.code in (2, 3)
    assert "seed" in finished.err
    assert finished.lines <= 2
