"""The bargaining models: what the command line reports, checked against the paper, notes of others, and by hand."""

import json
from fractions import Fraction

import numpy as np
import pytest

import gametheory as gt
from gametheory_plugins.neutral_bargaining import NeutralBargaining, NeutralBargainingGeneral

TYPES = ("lb", "hb", "lg", "hg")
SELECTS = ("max_gains", "max_trade_probability", "dealer_ex_ante", "trader_ex_ante")
PAPER_WEIGHTS = {"lb": "0.1", "hb": "0.2", "lg": "0.5", "hg": "0.2", "trader": 1}
#: An instance in which the most trade and the most gains are different mechanisms.
DISAGREE = {
    "c_b": 1,
    "c_g": 17,
    "delta": 6,
    "v_b": 3,
    "v_g": 19,
    "p_lb": "12/52",
    "p_hb": "15/52",
    "p_lg": "9/52",
    "p_hg": "16/52",
}


def results(select="max_gains", exact=True, **parameters):
    return NeutralBargaining(select=select, **parameters).solve(exact=exact).require().results


def row(*numbers):
    return dict(zip(TYPES, (Fraction(n) if n is not None else None for n in numbers), strict=True))


@pytest.mark.parametrize("select", ["max_gains", "max_trade_probability", "dealer_ex_ante"])
def test_the_example_under_three_objectives_that_agree(select):
    found = results(select)
    assert found["Q"] == row(1, 1, 1, "1/2")
    assert found["P"] == row(35, 35, 35, 40)
    assert found["expected_gains"] == Fraction(31, 2)
    assert found["trade_probability"] == Fraction(19, 20)
    assert found["U2"] == 0
    assert found["interim_incentive_efficient"] is True
    assert "outside|trader" in found["binding"]
    assert "outside|hg" in found["binding"]


def test_the_example_at_its_best_for_the_trader():
    found = results("trader_ex_ante")
    assert found["Q"] == row(1, 0, 0, 0)
    assert found["P"] == row(10, None, None, None)
    assert found["U2"] == found["expected_gains"] == 8
    assert found["interim_incentive_efficient"] is True


def test_the_weights_of_the_paper_come_back():
    found = results("weighted", weights=PAPER_WEIGHTS)
    assert found["lambda1"] == {t: Fraction(w) for t, w in list(PAPER_WEIGHTS.items())[:4]}
    assert found["lambda2"] == 1
    u = found["U1"]
    assert u["lb"] / 10 + u["hb"] / 5 + u["lg"] / 2 + u["hg"] / 5 + found["U2"] == 8
    doubled = results("weighted", weights={t: 2 * Fraction(w) for t, w in PAPER_WEIGHTS.items()})
    assert doubled["lambda1"] == found["lambda1"]
    assert doubled["virtual_cost"] == found["virtual_cost"]


def test_most_trade_and_most_gains_can_differ():
    trade, gains = results("max_trade_probability", **DISAGREE), results("max_gains", **DISAGREE)
    assert trade["Q"] == row(1, 1, "27/191", "27/191")
    assert trade["trade_probability"] == Fraction(1458, 2483)
    assert gains["Q"] == row(1, 1, "3/11", 0)
    assert gains["expected_gains"] == Fraction(801, 286)
    assert gains["P"]["hg"] is None


def conditions_of_result_1(parameters, found):
    """Check (14) to (16) and feasibility by hand: one dealer, normalised costs."""
    c, v, p = parameters
    q, y, lam, alpha = found["Q"], found["Y"], found["lambda1"], found["alpha"]
    types = list(q)
    u = {t: y[t] - c[t] * q[t] for t in types}
    pairs = [(t, s) for t in types for s in types if s != t]
    assert all(0 <= q[t] <= 1 for t in types)
    assert min(u.values()) >= 0
    assert sum(p[t] * (v[t] * q[t] - y[t]) for t in types) == found["U2"] >= 0
    assert all(u[t] >= y[s] - c[t] * q[s] for t, s in pairs)
    binding = {f"{s}|{t}" for t, s in pairs if u[t] == y[s] - c[t] * q[s]}
    binding |= {f"outside|{t}" for t in types if u[t] == 0} | ({"outside|trader"} if found["U2"] == 0 else set())
    assert set(found["binding"]) == binding
    if not found["interim_incentive_efficient"]:
        return
    assert min(lam.values()) > 0
    assert sum(lam.values()) == found["lambda2"] == 1
    assert min(alpha.values()) >= 0
    assert set(alpha) == {f"{s}|{t}" for t, s in pairs}
    assert all(alpha[f"{s}|{t}"] == 0 or f"{s}|{t}" in binding for t, s in pairs)
    for t in types:
        out = lam[t] + sum(alpha[f"{s}|{t}"] for s in types if s != t)
        into = {s: alpha[f"{t}|{s}"] for s in types if s != t}
        assert out - sum(into.values()) == p[t]
        psi = (out * c[t] - sum(a * c[s] for s, a in into.items())) / p[t]
        assert psi == found["virtual_cost"][t]
        assert (v[t] - psi) * q[t] == max(v[t] - psi, 0)


def random_instance(rng, n):
    c = dict(zip("abcdefgh"[:n], (Fraction(int(x)) for x in rng.choice(60, n, replace=False)), strict=True))
    v = {t: x + int(rng.integers(-10, 40)) for t, x in c.items()}
    w = rng.integers(1, 10, n)
    return c, v, {t: Fraction(int(x), int(w.sum())) for t, x in zip(c, w, strict=True)}


@pytest.mark.parametrize("seed", range(12))
def test_random_instances_satisfy_result_1_by_hand(seed):
    rng = np.random.default_rng(seed)
    c, v, p = random_instance(rng, int(rng.integers(2, 7)))
    for select in SELECTS:
        model = NeutralBargainingGeneral(
            types=list(c), costs=list(c.values()), values=list(v.values()), prior=list(p.values()), select=select
        )
        found = model.solve(exact=True).require().results
        conditions_of_result_1((c, v, p), found)
        assert select == "max_trade_probability" or select == "trader_ex_ante" or found["interim_incentive_efficient"]


def gains_left(c, v, p, found):
    """How much the gains can grow while nobody loses, by scipy, from the inequalities written out here."""
    from scipy.optimize import linprog

    types = list(c)
    n = len(types)
    costs, values, prior = (np.array([float(x[t]) for t in types]) for x in (c, v, p))
    held = np.array([float(found["U1"][t]) for t in types])
    rows, bounds = [], []
    for t in range(n):
        for s in range(n):
            rows.append(np.zeros(2 * n))
            rows[-1][t] += costs[t]
            rows[-1][n + t] -= 1
            if s != t:
                rows[-1][s] -= costs[t]
                rows[-1][n + s] += 1
            bounds.append(0.0 if s != t else -held[t])
    rows.append(np.concatenate([-prior * values, prior]))
    bounds.append(-float(found["U2"]))
    best = linprog(
        np.concatenate([-prior * (values - costs), np.zeros(n)]),
        A_ub=np.array(rows),
        b_ub=np.array(bounds) + 1e-9,
        bounds=[(0, 1)] * n + [(None, None)] * n,
    )
    assert best.status == 0
    return -best.fun - float(found["expected_gains"])


def test_efficiency_is_told_as_scipy_decides_it():
    rng = np.random.default_rng(0)
    told = []
    for _ in range(25):
        c, v, p = random_instance(rng, 4)
        for select, weights in (("max_trade_probability", None), ("weighted", {"b": 1}), ("trader_ex_ante", None)):
            model = NeutralBargainingGeneral(
                types=list(c),
                costs=list(c.values()),
                values=list(v.values()),
                prior=list(p.values()),
                select=select,
                weights=weights,
            )
            found = model.solve(exact=True).require().results
            conditions_of_result_1((c, v, p), found)
            told.append(found["interim_incentive_efficient"])
            assert told[-1] == (gains_left(c, v, p, found) < 1e-6)
    assert True in told
    assert False in told


def test_efficiency_is_decided_by_the_test_not_by_the_objective():
    from gametheory_plugins.neutral_bargaining.bargaining import Bargaining

    example = NeutralBargaining().bargaining()
    assert isinstance(example, Bargaining)
    # Never trading is feasible and dominated; the domination problem finds gains.
    better = gt.solve(example.domination(gt.Mechanism([0] * 4, [0] * 4)), exact=True).require()
    assert better.results["value"] == Fraction(31, 2)


def test_both_models_agree():
    general = NeutralBargainingGeneral(types=list(TYPES)).solve(exact=True).require().results
    assert general == results("neutral")
    assert list(NeutralBargainingGeneral().solve(exact=True).results["Q"]) == ["t1", "t2", "t3", "t4"]


@pytest.mark.parametrize("select", SELECTS)
def test_floats_agree_with_fractions(select):
    approximate, precise = results(select, exact=False), results(select)
    assert approximate["binding"] == precise["binding"]
    assert approximate["interim_incentive_efficient"] == precise["interim_incentive_efficient"]
    for name in ("Q", "Y", "P", "U1"):
        for t in TYPES:
            if precise[name][t] is None:
                assert approximate[name][t] is None
            else:
                assert approximate[name][t] == pytest.approx(float(precise[name][t]), abs=1e-9)
    for name in ("U2", "trade_probability", "expected_gains", "lambda2"):
        assert approximate[name] == pytest.approx(float(precise[name]), abs=1e-9)


@pytest.mark.parametrize("select", SELECTS)
def test_saved_solutions_verify_and_edited_ones_do_not(select, tmp_path):
    path = tmp_path / "solution.json"
    NeutralBargaining(select=select).solve(exact=True).require().save(path)
    assert gt.verify_file(path, NeutralBargaining).ok
    saved = json.loads(path.read_text())
    saved["answer"]["data"]["mechanism"]["transfers"][0][0][0] = "11/7"
    path.write_text(json.dumps(saved))
    checked = gt.verify_file(path, NeutralBargaining)
    assert not checked.ok
    assert any("dealer" in v.constraint for v in checked.violations)


@pytest.mark.parametrize(
    ("parameters", "error", "said"),
    [
        ({"p_lb": "1/2"}, gt.InputError, "p_lb"),
        ({"p_lb": "-1/10", "p_hb": "4/5"}, gt.InputError, "p_lb"),
        ({"delta": -1}, gt.InputError, "delta"),
        ({"select": "best"}, gt.InputError, "select"),
        ({"select": "weighted"}, gt.UsageError, "needs weights"),
        ({"weights": {"lb": 1}}, gt.UsageError, "select is 'neutral'"),
        ({"select": "weighted", "weights": {"lx": 1}}, gt.UsageError, "no type in weights is named 'lx'"),
        ({"select": "weighted", "weights": {"lb": -1}}, gt.InputError, "the weight of 'lb' is -1"),
        ({"c_x": 1}, gt.UsageError, "no parameter 'c_x'"),
    ],
)
def test_wrong_parameters(parameters, error, said):
    with pytest.raises(error, match=said):
        NeutralBargaining(**parameters).solve()


@pytest.mark.parametrize(
    ("parameters", "error", "said"),
    [
        ({"costs": [1, 2]}, gt.InputError, "2 types, but 4 numbers in values"),
        ({"types": ["a", "b"]}, gt.InputError, "2 types, but 4 numbers in costs"),
        ({"types": ["a", "a", "b", "c"]}, gt.InputError, "named twice"),
        ({"types": ["a", "trader", "b", "c"]}, gt.InputError, "may not be named 'trader'"),
        ({"types": ["a", "s|t", "b", "c"]}, gt.InputError, "may not be named"),
        ({"prior": ["1/2", "1/2", "1/4", "-1/4"]}, gt.InputError, "not positive"),
        ({"prior": ["1/2", "1/4", "1/4", 0]}, gt.InputError, "not positive"),
        ({"prior": ["1/2", "1/4", "1/4", "1/8"]}, gt.InputError, "not "),
    ],
)
def test_wrong_parameters_of_the_general_model(parameters, error, said):
    with pytest.raises(error, match=said):
        NeutralBargainingGeneral(**parameters).solve()


def test_equal_costs_and_many_types_are_solved():
    equal = NeutralBargainingGeneral(costs=[10, 10, 30, 30], values=[30, 20, 50, 60]).solve(exact=True).require()
    assert equal.results["interim_incentive_efficient"]
    n = 40
    many = NeutralBargainingGeneral(
        costs=list(range(n)), values=[c + 10 for c in range(n)], prior=[Fraction(1, n)] * n, select="max_gains"
    )
    assert many.solve(exact=True).require().results["U2"] >= 0


def test_the_neutral_mechanism_of_the_example():
    found = results("neutral")
    assert found["Q"] == row(1, "1/2", "1/6", "1/6")
    assert found["Y"] == row(20, 15, "25/3", "25/3")
    assert found["P"] == row(20, 30, 50, 50)
    assert found["U1"] == row(10, 5, "10/3", "5/3")
    assert found["U2"] == 4
    assert found["payoffs_unique"] is True
    assert found["alternative"] is None


@pytest.mark.parametrize("power", ["0", "1/4", "1/2", "9/10", "1"])
def test_bargaining_power_moves_the_example_along_a_line(power):
    """With share b of the surplus: Q = (1, b, b/3, b/3), P = (10 + 20 b, 30, 50, 50), U1 = 2 b (10, 5, 10/3, 5/3)."""
    b = Fraction(power)
    found = results("neutral", power=power)
    assert list(found["Q"].values()) == [1, b, b / 3, b / 3]
    assert found["P"] == row(10 + 20 * b, *([30, 50, 50] if b else [None] * 3))
    assert list(found["U1"].values()) == [2 * b * u for u in (10, 5, Fraction(10, 3), Fraction(5, 3))]
    assert found["U2"] == 8 * (1 - b)


def warrants_by_hand(parameters, found, power):
    """Solve (M omega)_t = power p_t W_t for the multipliers found, and return omega1 and omega2."""
    c, v, p = parameters
    types = list(c)
    lam2 = found["lambda2"]
    m = [
        [
            found["lambda1"][t] + sum(found["alpha"][f"{r}|{t}"] for r in types if r != t)
            if s == t
            else -found["alpha"][f"{t}|{s}"]
            for s in types
        ]
        for t in types
    ]
    psi = [sum(row[j] * c[s] for j, s in enumerate(types)) / (p[t] * lam2) for row, t in zip(m, types, strict=True)]
    for row, t in zip(m, types, strict=True):
        assert sum(row) == p[t] * lam2
    surplus = [max(0, v[t] - x) for t, x in zip(types, psi, strict=True)]
    rows = [[*row, power * p[t] * lam2 * w] for row, t, w in zip(m, types, surplus, strict=True)]
    n = len(types)
    for i in range(n):
        for k in range(n):
            if k != i:
                factor = rows[k][i] / rows[i][i]
                rows[k] = [b - factor * a for a, b in zip(rows[i], rows[k], strict=True)]
    omega1 = {t: rows[i][n] / rows[i][i] for i, t in enumerate(types)}
    return omega1, (1 - power) * sum(p[t] * w for t, w in zip(types, surplus, strict=True))


@pytest.mark.parametrize("seed", range(8))
def test_random_neutral_mechanisms_give_what_is_warranted(seed):
    rng = np.random.default_rng(40 + seed)
    c, v, p = random_instance(rng, int(rng.integers(2, 6)))
    power = Fraction(int(rng.integers(0, 5)), 4)
    model = NeutralBargainingGeneral(
        types=list(c), costs=list(c.values()), values=list(v.values()), prior=list(p.values()), power=power
    )
    found = model.solve(exact=True).require().results
    omega1, omega2 = warrants_by_hand((c, v, p), found, power)
    assert all(found["U1"][t] >= omega1[t] for t in c)
    assert found["U2"] >= omega2
    for t in c:
        assert found["U1"][t] == found["Y"][t] - c[t] * found["Q"][t] >= 0
        assert all(found["U1"][t] >= found["Y"][s] - c[t] * found["Q"][s] for s in c)
    if found["alternative"]:
        other = {**found["alternative"], **found["alternative"]["certificate"]}
        warranted, rest = warrants_by_hand((c, v, p), other, power)
        assert all(other["U1"][t] >= warranted[t] for t in c)
        assert other["U2"] >= rest
        assert (other["U1"], other["U2"]) != (found["U1"], found["U2"])


def test_an_instance_with_several_neutral_mechanisms():
    found = results(
        "neutral", c_b=36, c_g=48, delta=22, v_b=45, v_g=84, p_lb="6/23", p_hb="6/23", p_lg="10/23", p_hg="1/23"
    )
    assert found["payoffs_unique"] is False
    assert found["alternative"]["U1"] != found["U1"]
    assert set(found["alternative"]) == {"Q", "Y", "P", "U1", "U2", "certificate"}


def test_floats_that_sum_to_one_but_for_rounding():
    found = NeutralBargaining(select="max_gains", p_lb=0.1 + 0.2, p_hb=0.4).solve().require().results
    precise = results("max_gains", p_lb="3/10", p_hb="4/10")
    assert found["expected_gains"] == pytest.approx(float(precise["expected_gains"]))
    with pytest.raises(gt.InputError, match="p_lb"):
        NeutralBargaining(p_lb="0.4000000001")


@pytest.mark.parametrize("iterations", range(1, 24))
def test_a_limit_is_a_limit_wherever_it_falls(iterations):
    solution = NeutralBargaining(select="max_trade_probability").solve(iterations=iterations)
    assert solution.termination in (gt.Termination.LIMIT, gt.Termination.SOLVED)
