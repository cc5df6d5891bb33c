import json
from fractions import Fraction

import numpy as np
import pytest

import gametheory as gt
from gametheory_plugins.front_running import FrontRunning, batch
from gametheory_plugins.front_running.paper import CAUSES, ROWS

F = Fraction
NAMES = ("rho_d", "rho_u", "q_A", "q_D")


def random_points(count, seed, digits=2):
    """Points on a decimal grid, so that ties occur."""
    rng = np.random.default_rng(seed)
    found = []
    scale = 10**digits
    while len(found) < count:
        d, q = int(rng.integers(0, scale)), int(rng.integers(1, scale - 1))
        u = int(rng.integers(0, scale - d + 1))
        a = int(rng.integers(max(q, scale // 2) + 1, scale))
        found.append(tuple(F(x, scale) for x in (d, u, a, q)))
    return found


def test_the_two_sets_of_formulas_give_the_counts_on_record():
    counts = {}
    for formulas in ("published", "first_principles"):
        for tie_break in ("paper", "cheapest_first"):
            right = 0
            for row in ROWS:
                point = [F(row.point[n]) for n in NAMES]
                best = batch.exact_point(point, formulas=formulas, tie_break=tie_break)["equilibria"]
                right += [[-i, -j] for i, j in np.argwhere(best).tolist()] == row.equilibria
            counts[formulas, tie_break] = right
    assert len(ROWS) == 144
    assert len(CAUSES) == 28
    assert counts["published", "paper"] == counts["published", "cheapest_first"] == 142
    assert counts["first_principles", "paper"] == 116
    assert counts["first_principles", "cheapest_first"] == 115


def tables(solution):
    return {name: solution.results[name] for name in ("loss_A", "loss_D", "price_A", "price_D")}


@pytest.mark.parametrize("tie_break", ["paper", "cheapest_first"])
@pytest.mark.parametrize(
    "point",
    [
        *random_points(4, 5),
        (F(1, 5), F(0), F(3, 5), F(2, 5)),  # CTS = BP and q_A + q_D = 1
        (F(1, 2), F(1, 20), F(3, 5), F(23, 45)),  # CTS = BP
        (F(0), F(0), F(3, 5), F(1, 2)),
        (F(1), F(0), F(3, 5), F(1, 2)),
        (F(0), F(1), F(3, 5), F(1, 2)),
    ],
)
def test_the_game_in_stages_agrees_with_the_linear_map(point, tie_break):
    """Buyers choose by price in the one, sellers are ranked beforehand in the other."""
    model = FrontRunning(**dict(zip(NAMES, point, strict=True)), tie_break=tie_break)
    solution = model.solve(exact=True).require()
    assert solution.certificate.kind == "one_shot_deviation"
    assert solution.certificate.exact
    expected = batch.exact_point(point, formulas="first_principles", tie_break=tie_break)
    for name, table in tables(solution).items():
        for i in range(3):
            for j in range(3):
                sold = i if name == "price_A" else j if name == "price_D" else 1
                assert table[i][j] == (expected[name][i, j] if sold else None)
    found = [[-i, -j] for i, j in np.argwhere(expected["equilibria"]).tolist()]
    assert solution.results["equilibria"] == found
    names = {0: "none", 1: "partial", 2: "full"}
    assert solution.results["front_runs"] == [names[-a] for a, _ in found]
    assert solution.results["branch"] == ("CTS>BP" if expected["case"] == 0 else "CTS<=BP")


@pytest.mark.parametrize("formulas", ["first_principles", "published"])
def test_values_are_money(formulas):
    model = FrontRunning(formulas=formulas, dividend=3, epsilon="3/2", gross_return="11/10")
    found = model.solve(exact=True).require().results
    plain = FrontRunning(formulas=formulas).solve(exact=True).require().results
    for t in "AD":
        assert found[f"loss_{t}"] == plain[f"loss_{t}"]
        assert found[f"price_{t}"] == plain[f"price_{t}"]
        for i in range(3):
            for j in range(3):
                money = (2 * 3 - F(3, 2) * found[f"loss_{t}"][i][j]) / F(121, 100)
                assert found[f"value_{t}"][i][j] == money
                assert (found[f"price_{t}"][i][j] is None) == ((i if t == "A" else j) == 0)


@pytest.mark.parametrize("formulas", ["first_principles", "published"])
def test_floats_agree_with_fractions(formulas):
    for point in ((0.83, 0.15, 0.6, 0.55), (0.0, 0.0, 0.6, 0.55)):
        model = FrontRunning(**dict(zip(NAMES, point, strict=True)), formulas=formulas)
        near, precise = (model.solve(exact=e).require().results for e in (False, True))
        for name in ("equilibria", "front_runs", "branch"):
            assert near[name] == precise[name]
        for name in ("loss_A", "price_D", "value_D"):
            for row, other in zip(near[name], precise[name], strict=True):
                for x, y in zip(row, other, strict=True):
                    assert x is None if y is None else x == pytest.approx(float(y), abs=1e-12)


def test_without_a_pure_equilibrium_the_list_is_empty_and_the_mixed_one_is_certified():
    model = FrontRunning(rho_d="0.82", rho_u="0.05", q_A="0.68", q_D="0.65")
    solution = model.solve(exact=True).require()
    assert solution.results["equilibria"] == []
    assert solution.results["front_runs"] == []
    start = solution.answer.strategy(solution.form)["t1"]
    assert all(isinstance(moves, dict) and sum(moves.values()) == 1 for moves in start.values())


@pytest.mark.parametrize("formulas", ["first_principles", "published"])
def test_saved_solutions_verify_and_edited_ones_do_not(formulas, tmp_path):
    path = tmp_path / "solution.json"
    FrontRunning(formulas=formulas).solve(exact=True).require().save(path)
    assert gt.verify_file(path, FrontRunning).ok
    saved = json.loads(path.read_text())
    assert saved["results"]["equilibria"] == [[-2, -2]]
    if formulas == "first_principles":
        cell = next(iter(saved["answer"]["data"]["prices"]))
        saved["answer"]["data"]["prices"][cell][0] = "2/3"
    else:
        saved["answer"]["data"]["values"][0][0] = "2/3"
    path.write_text(json.dumps(saved))
    assert not gt.verify_file(path, FrontRunning).ok
    saved = json.loads(path.read_text())


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"rho_d": "0.7", "rho_u": "0.4"}, r"rho_d \+ rho_u <= 1"),
        ({"q_A": "0.6", "q_D": "0.6"}, "q_A > q_D"),
        ({"q_A": "0.5", "q_D": "0.4"}, "q_A"),
        ({"q_A": 1}, "q_A"),
        ({"q_D": 0}, "q_D"),
        ({"rho_d": "-0.1"}, "rho_d"),
        ({"rho_u": "1.1"}, "rho_u"),
        ({"epsilon": 0}, "epsilon"),
        ({"gross_return": 0}, "gross_return"),
        ({"formulas": "printed"}, "formulas"),
    ],
)
def test_parameters_out_of_bounds_are_input_errors(parameters, said):
    with pytest.raises(gt.InputError, match=said) as caught:
        FrontRunning(**parameters)
    assert caught.value.exit_code == 3


def test_the_boundary_is_inside():
    for d in range(0, 101, 7):
        assert FrontRunning(rho_d=d / 100, rho_u=(100 - d) / 100).rho_d == d / 100


@pytest.mark.parametrize("formulas", ["first_principles", "published"])
@pytest.mark.parametrize(
    "money", [{"epsilon": "1e-12"}, {"epsilon": "1e-300"}, {"dividend": "1e15"}, {"gross_return": "1e100"}]
)
def test_losses_in_floats_keep_their_digits_whatever_they_are_worth(formulas, money):
    point = {"rho_d": "0.3", "rho_u": "0.1", "formulas": formulas}
    wanted = FrontRunning(**point).solve(exact=True).require().results
    found = FrontRunning(**point, **money).solve().require().results
    assert found["equilibria"] == wanted["equilibria"]
    for name in ("loss_A", "loss_D", "price_A", "price_D"):
        ours, theirs = (np.array(r[name], dtype=float) for r in (found, wanted))
        assert ours == pytest.approx(theirs, rel=1e-12, nan_ok=True)
    exactly = FrontRunning(**point, **money).solve(exact=True).require().results
    for name in ("value_A", "value_D"):
        assert np.ravel(found[name]) == pytest.approx(np.ravel(exactly[name]).astype(float), rel=1e-12)


@pytest.mark.parametrize("money", [{"gross_return": "1e-200"}, {"gross_return": "1e200"}])
def test_values_that_floats_cannot_hold_are_refused(money):
    with pytest.raises(gt.InputError, match=r"gross_return\^2 is beyond floats\nsolve exactly"):
        FrontRunning(**money).solve()
    assert FrontRunning(**money).solve(exact=True).require().results["equilibria"]


def test_the_tree_is_in_money():
    model = FrontRunning(rho_d="0.3", rho_u="0.1", dividend=3, epsilon="1/2", gross_return="1.1")
    results = model.solve(exact=True).require().results
    (sold,) = results["equilibria"]
    solved = gt.solve(model.priced_tree(), exact=True).require()
    for player in ("A", "D"):
        # 2 (dividend - epsilon loss) / r^2, all units together
        worth = (2 * 3 - F(1, 2) * results[f"loss_{player}"][-sold[0]][-sold[1]]) / F("1.21")
        assert solved.results["payoffs"][player] == results[f"value_{player}"][-sold[0]][-sold[1]] == worth
