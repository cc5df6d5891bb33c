from fractions import Fraction

import numpy as np
import pytest

import gametheory as gt
from gametheory_plugins.front_running import FrontRunning, batch

NAMES = ("rho_d", "rho_u", "q_A", "q_D")
FORMULAS = [("first_principles", "paper"), ("first_principles", "cheapest_first"), ("published", "paper")]


def decimal_points(count, seed):
    """Points on coarse decimal grids: many have equal prices, equal values or rates of zero."""
    rng = np.random.default_rng(seed)
    d = rng.integers(0, 21, count) * 5
    u = (rng.integers(0, 21, count) * 5 * (rng.random(count) < 0.7)).astype(int)
    q = rng.integers(1, 20, count) * 5
    a = 50 + rng.integers(1, 10, count) * 5
    inside = (d + u <= 100) & (a > q)
    return [column[inside] / 100 for column in (d, u, a, q)]


@pytest.mark.parametrize(("formulas", "tie_break"), FORMULAS)
def test_many_points_agree_with_each_alone_ties_included(formulas, tie_break):
    columns = decimal_points(2400, 3)
    given = dict(zip(NAMES, columns, strict=True))
    found = FrontRunning.evaluate(**given, formulas=formulas, tie_break=tie_break)
    ties = 0
    for k, point in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        one = batch.exact_point(point, formulas=formulas, tie_break=tie_break)
        assert found["branch"][k] == ("CTS>BP" if one["case"] == 0 else "CTS<=BP")
        assert (found["equilibria"][k] == one["equilibria"]).all()
        ties += one["equilibria"].sum() > 1
        if k % 10 == 0:
            for name in ("loss_A", "loss_D", "price_A", "price_D"):
                table = np.array(one[name], dtype=np.float64)
                assert np.allclose(found[name][k], table, rtol=0, atol=1e-11, equal_nan=True)
    assert ties > 5


def test_equal_chances_and_powers_are_decided_exactly():
    # (1 - u - d)(q_A + q_D) = 1 - d on the line u = (1 - d)/11 where q_A + q_D = 1.1; and everywhere at u = 0 with 1.
    d = np.arange(1, 90) / 100
    u = [Fraction(100 - k, 1100) for k in range(1, 90)]
    exactly = FrontRunning.evaluate(rho_d=d, rho_u=u, q_A=0.6, q_D=0.5, results=["branch"])
    assert (exactly["branch"] == "CTS<=BP").all()
    below = [x - Fraction(1, 10**17) for x in u]
    closely = FrontRunning.evaluate(rho_d=d, rho_u=below, q_A=0.6, q_D=0.5, results=["branch"])
    assert (closely["branch"] == "CTS>BP").all()
    level = FrontRunning.evaluate(rho_d=d, rho_u=0, q_A=0.7, q_D=0.3, results=["branch"])
    assert (level["branch"] == "CTS<=BP").all()
    # Floats stand for their decimals: 0.8 * 1.1 = 0.88.
    tied = FrontRunning.evaluate(rho_d=0.12, rho_u=0.08, q_A=0.6, q_D=0.5, results=["branch"])
    assert tied["branch"] == "CTS<=BP"


def test_axes_of_points_come_first_and_everything_broadcasts():
    found = FrontRunning.evaluate(rho_d=np.linspace(0, 0.5, 4)[:, None], rho_u=np.linspace(0, 0.5, 3), dividend=2)
    assert found["branch"].shape == (4, 3)
    assert found["equilibria"].shape == (4, 3, 3, 3)
    assert found["value_A"].shape == (4, 3, 3, 3)
    money = 2 * 2 - found["loss_A"]
    assert np.allclose(found["value_A"], money)
    assert np.isnan(found["price_A"][..., 0, :]).all()
    assert not np.isnan(found["price_A"][..., 1:, :]).any()
    alone = FrontRunning.evaluate()
    assert alone["equilibria"].shape == (3, 3)
    assert np.argwhere(alone["equilibria"]).tolist() == [[2, 2]]


def test_points_out_of_bounds_are_named_or_masked():
    with pytest.raises(gt.InputError, match=r"rho_d \+ rho_u <= 1 at point 1"):
        FrontRunning.evaluate(rho_d=[0.1, 0.8], rho_u=0.5)
    with pytest.raises(gt.InputError, match="q_A > q_D"):
        FrontRunning.evaluate(q_D=[0.1, 0.8])
    with pytest.raises(gt.InputError, match="0 <= rho_u <= 1"):
        FrontRunning.evaluate(rho_u=float("nan"))
    found = FrontRunning.evaluate(rho_d=[0.1, 0.8], rho_u=0.5, invalid="mask")
    assert found["valid"].tolist() == [True, False]
    assert not found["equilibria"][1].any()
    assert np.isnan(found["loss_A"][1]).all()
    assert found["branch"].tolist()[1] == ""
    with pytest.raises(gt.UsageError, match="no parameter 'rho'"):
        FrontRunning.evaluate(rho=0.1)
    with pytest.raises(gt.UsageError, match="no result 'price'"):
        FrontRunning.evaluate(results=["price"])
    with pytest.raises(gt.UsageError, match="'raise' or 'mask'"):
        FrontRunning.evaluate(invalid="skip")
    with pytest.raises(gt.InputError, match="array of numbers"):
        FrontRunning.evaluate(rho_d=np.array([True]))


def test_only_what_is_asked_for_is_returned():
    assert set(FrontRunning.evaluate(results=["equilibria"])) == {"equilibria"}
    assert FrontRunning.vectorized


@pytest.mark.slow
@pytest.mark.parametrize("formulas", ["first_principles", "published"])
def test_a_million_points(formulas):
    rng = np.random.default_rng(0)
    d = rng.random(10**6)
    u = rng.random(10**6) * (1 - d)
    found = FrontRunning.evaluate(rho_d=d, rho_u=u, formulas=formulas, results=["branch", "equilibria"])
    assert found["equilibria"].any(axis=(1, 2)).mean() > 0.99


@pytest.mark.slow
def test_a_thousand_games_solved_in_stages_agree_with_one_call():
    columns = decimal_points(2400, 11)
    found = FrontRunning.evaluate(**dict(zip(NAMES, columns, strict=True)), results=["equilibria", "branch"])
    for k, point in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        alone = FrontRunning(**dict(zip(NAMES, point, strict=True))).solve(exact=True).require().results
        assert alone["equilibria"] == [[-i, -j] for i, j in np.argwhere(found["equilibria"][k]).tolist()]
        assert alone["branch"] == found["branch"][k]
