"""The engine called from other code: a model loaded by name, and copies of it at other parameters."""

import pickle

import pytest

import gametheory as gt


def test_a_loaded_model_is_copied_at_other_parameters_and_stays_as_it_was():
    model = gt.load("front_running", formulas="published")
    other = model.with_(rho_d=0.3, rho_u=0.2)
    assert (model.rho_d, other.rho_d, other.formulas) == (gt.exact("1/10"), 0.3, "published")
    # the paper: t1 is a 3 by 3 game, and CTS > BP exactly if (1 - rho_u - rho_d) / (1 - rho_d) > 1 / (q_A + q_D)
    cut = 1 / (other.q_A + other.q_D)
    assert (cut < 0.5 / 0.7) is False
    assert (model.solve().require().results["branch"], other.solve().require().results["branch"]) == (
        "CTS>BP",
        "CTS<=BP",
    )


def test_a_float_stands_for_its_shortest_decimal_where_a_decision_is_exact():
    model = gt.load("front_running", formulas="published")
    exactly = model.with_(rho_d="1/10", rho_u="1/10").solve(exact=True).results
    assert model.with_(rho_d=0.1, rho_u=0.1).solve(exact=True).results == exactly


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"rho_d": 1.5}, gt.InputError, "rho_d"),
        ({"rho_d": "0.7", "rho_u": "0.7"}, gt.InputError, "rho_d \\+ rho_u <= 1"),
        ({"rho": 0.1}, gt.UsageError, "did you mean 'rho_"),
        ({"rho_d": float("nan")}, gt.InputError, "not a finite number"),
    ],
)
def test_a_copy_is_validated_anew(changes, error, said):
    with pytest.raises(error, match=said):
        gt.load("front_running").with_(**changes)


def test_models_and_solutions_travel_between_processes():
    solution = gt.load("front_running", formulas="published").solve(exact=True).require()
    again = pickle.loads(pickle.dumps(solution))
    assert again.results == solution.results and again.model == solution.model
    assert gt.verify(again).ok
