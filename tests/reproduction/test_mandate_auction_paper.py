"""The mandate auction: printed numbers, independent best responses for each reading, bad input, figures."""

import json
from fractions import Fraction

import numpy as np
import pytest

import gametheory as gt
from gametheory.plugins import model_class
from gametheory_cli.main import run

F = Fraction
MANDATE, WELL_POSED, BOOK = (
    model_class(name) for name in ("mandate_auction", "mandate_auction_well_posed", "order_book")
)
READINGS = [
    "report",
    "capped_report",
    "joint",
    "own_yield",
    "own_deviation",
    "private_budgets",
    "cournot",
    "schedules",
]


def solved(**parameters):
    return MANDATE(**parameters).solve(exact=True).require()


def results(**parameters):
    return solved(**parameters).results


# -- the formulas ---------------------------------------------------------------------------------


def test_the_example_of_section_4():
    found = results()
    assert found["bid"] == F(611, 8585) and 0.0711 < float(found["bid"]) < 0.0712
    assert found["xi"] == F(17, 2) and found["risk_limit"] == F(-26, 100)
    assert found["per_bidder_rule"]["risk_limit"] == F(46, 1000)
    assert not found["condition_holds"] and not found["admissible"]["ok"]
    assert len(found["admissible"]["reasons"]) == 4
    assert round(float(1 - found["demand"]), 4) == 0.2883
    assert float(found["stop_out_yield"]) == pytest.approx(-0.162, abs=5e-5)


def test_the_repaired_example():
    found = results(sensitivity="0.034")
    assert float(found["bid"]) == pytest.approx(0.105766, abs=5e-7)
    assert float(found["demand"]) == pytest.approx(1.0577, abs=5e-5)
    assert float(found["stop_out_yield"]) == pytest.approx(0.04404, abs=5e-6)
    assert found["condition_holds"] and found["admissible"] == {"ok": True, "reasons": []}
    assert not found["feasible_allocation"]["ok"]


def test_derivatives_against_differences():
    """Central differences of equation (6), typed anew: their error is of the order of the step squared."""
    at = {
        "sensitivity": F(34, 100),
        "bidders": F(10),
        "expected_yield": F(4, 100),
        "benchmark_yield": F(8, 100),
        "minimum_bid": F(1, 10),
    }

    def bid(sensitivity, bidders, expected_yield, benchmark_yield, minimum_bid):
        rho = F(68, 101)
        return minimum_bid * rho + (1 - rho) * (benchmark_yield - expected_yield) / (sensitivity * bidders)

    found, step = results(), F(1, 10**8)
    assert found["bid"] == bid(**at)
    assert set(found["derivatives"]) == set(at)
    for name, value in at.items():
        ends = [bid(**{**at, name: value + sign * step}) for sign in (1, -1)]
        assert abs((ends[0] - ends[1]) / (2 * step) - found["derivatives"][name]) < F(1, 10**12)


def test_the_relatives_of_the_bid():
    found = results(sensitivity="0.034", mean_ratio="0.8")
    B = F(4, 100) / (F(34, 1000) * 10)
    rho, lam, m, n = F(68, 101), F(1, 10), F(8, 10), 10
    assert found["bid_own_deviation"] == B + (lam - B) * rho**n
    level = (n * B - (n - 1) * lam * m) / (1 + (n - 1) * (1 - m))
    assert found["bid_private_budgets"] == level + (lam - level) * rho
    assert found["bid_cournot"] == F(4, 100) / (F(34, 1000) * 11)
    assert results()["bid_private_budgets"] is None
    assert results()["nash"]["private_budgets"] == {"equilibrium": None, "deviation": None}


# -- the readings, by brute force -----------------------------------------------------------------


def brute_force(name, *, theta, n=10, Theta=0.08, E=0.04, lam=0.1, low=0.1, at=101 / 680, high=1.0, m=0.8):
    """Payoff of the profile and the best over a grid, straight from the description of the reading."""
    B = (Theta - E) / (theta * n)

    def b6(t):
        return B + (lam - B) * low / t

    reports = np.linspace(low, at if name == "capped_report" else high, 200001)
    if name in ("report", "capped_report"):
        payoff = lambda t: t * (Theta - theta * ((n - 1) * b6(at) + b6(t)) - E)  # noqa: E731
    elif name == "joint":
        payoff = lambda t: t * (Theta - theta * n * b6(t) - E)  # noqa: E731
    elif name == "own_yield":
        payoff = lambda t: t * ((Theta - n * theta * b6(t)) - E)  # noqa: E731
    elif name == "own_deviation":
        own = lambda t: B + (lam - B) * (low / t) ** n  # noqa: E731
        payoff = lambda t: t * (Theta - theta * ((n - 1) * own(at) + own(t)) - E)  # noqa: E731
    elif name == "private_budgets":
        level = (n * B - (n - 1) * lam * m) / (1 + (n - 1) * (1 - m))
        bid = lambda ratio: level + (lam - level) * ratio  # noqa: E731
        payoff = lambda t: t * (Theta - theta * ((n - 1) * bid(m) + bid(low / t)) - E)  # noqa: E731
    elif name == "cournot":
        reports = np.linspace(0, 2, 2000001)
        payoff = lambda b: b * (Theta - theta * ((n - 1) * b6(at) + b) - E)  # noqa: E731
        return payoff(b6(at)), payoff(reports).max()
    else:
        yields = np.linspace(Theta - theta, Theta, 200001)
        residual = 1 - (n - 1) * (Theta - yields) / (theta * n)
        return (Theta - theta - E) / n, ((yields - E) * residual).max()
    return payoff(at), payoff(reports).max()


@pytest.mark.parametrize("theta", [0.34, 0.034])
@pytest.mark.parametrize("name", READINGS)
def test_verdicts_against_a_grid_of_deviations(name, theta):
    verdict = results(sensitivity=str(theta), mean_ratio="0.8")["nash"][name]
    now, best = brute_force(name, theta=theta)
    gain = 0.0 if verdict["deviation"] is None else float(verdict["deviation"]["gain"])
    assert gain == pytest.approx(best - now, abs=1e-9)
    assert verdict["equilibrium"] == (best - now < 1e-12)


def test_verdicts_of_the_replication_notes():
    example, repaired = results(mean_ratio="0.8")["nash"], results(sensitivity="0.034", mean_ratio="0.8")["nash"]
    assert [name for name in READINGS if example[name]["equilibrium"]] == [
        "joint",
        "own_yield",
        "own_deviation",
        "private_budgets",
    ]
    assert [name for name in READINGS if repaired[name]["equilibrium"]] == [
        "capped_report",
        "joint",
        "own_yield",
        "private_budgets",
    ]
    assert example["report"]["deviation"]["to"] == F(1, 10)
    assert repaired["report"]["deviation"]["to"] == 1
    assert repaired["schedules"]["deviation"] == {"to": F(8, 100), "gain": F(4, 100) - F(6, 10000)}


def test_the_example_payoffs_rise_from_minus_30_to_minus_26_thousandths():
    """At the allocation 0.1173, as the notes have it."""
    found = results(allocation="0.1173")
    assert found["payoff"] == F(-30, 1000)
    gain = found["nash"]["report"]["deviation"]["gain"]
    assert round(float(found["payoff"] + gain), 3) == -0.026


def test_every_reading_is_certified_exactly():
    solution = solved(mean_ratio="0.8")
    assert len(solution.parts) == 8
    for part in solution.parts:
        assert part.certificate.kind == "best_response" and part.certificate.exact
        assert part.certificate.note.partition(":")[0] == part.form.name
    assert {part.form.name for part in solution.parts} == set(READINGS)
    assert solution.certificate.kind == "residual"


def test_the_shell_names_the_reading_of_each_certificate(capsys):
    assert run(["solve", "mandate_auction", "--set", "mean_ratio=0.8"]) == 0
    heading = capsys.readouterr().out
    assert "report: moving from 0.148529 to 0.1 gains 0.00882178" in heading
    assert "cournot: moving from 0.0711706 to 0 gains 0.0143751" in heading
    for name in ("joint", "own_yield", "own_deviation", "private_budgets"):
        assert f"{name}: no other choice gains" in heading


def test_independence_of_private_budgets_by_simulation():
    """Draw budgets, compute the mean ratio, and compare two reports' expected payoffs."""
    rng = np.random.default_rng(3)
    theta, n, Theta, E, lam, low = 0.034, 10, 0.08, 0.04, 0.1, 0.1
    allocations = low * (1 + rng.random(400_000))
    m = (low / allocations).mean()
    level = ((Theta - E) / theta - (n - 1) * lam * m) / (1 + (n - 1) * (1 - m))
    others = (n - 1) * (level + (lam - level) * low / allocations).mean()
    payoffs = [t * (Theta - theta * (others + level + (lam - level) * low / t) - E) for t in (0.1, 0.13, 0.2)]
    assert np.ptp(payoffs) < 1e-12
    mine = MANDATE(sensitivity="0.034", mean_ratio=float(m), allocation="0.13").solve().results
    assert mine["bid_private_budgets"] == pytest.approx(level + (lam - level) * low / 0.13, rel=1e-12)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("parameters", [{}, {"sensitivity": "0.034", "mean_ratio": "0.8"}, {"bidders": 300}])
def test_saved_and_verified(tmp_path, exact, parameters):
    path = tmp_path / "mandate.json"
    MANDATE(**parameters).solve(exact=exact).require().save(path)
    verification = gt.verify_file(path)
    assert verification.ok, verification.violations
    data = json.loads(path.read_text())
    data["results"]["nash"]["report"]["equilibrium"] = True
    path.write_text(json.dumps(data))
    assert not gt.verify_file(path).ok


# -- the sound version ----------------------------------------------------------------------------


def test_the_share_auction_with_the_risk_limit_as_reserve():
    solution = WELL_POSED().solve(exact=True).require()
    found = solution.results
    assert found["intercept"] == F(8, 90) and found["slope"] == 1 / (90 * F(6, 1000))
    assert found["share"] == F(1, 10) and found["payoff"] == F(6, 10000)
    assert found["stop_out"] == F(46, 1000) == found["equilibria"]["up_to"]
    assert found["intercept"] - found["slope"] * F(4, 100) == found["demand_at_zero"]
    assert solution.certificate.kind == "best_response"


@pytest.mark.parametrize("stop_out", ["0.041", "0.045", "0.05"])
def test_the_continuum_by_brute_force(stop_out):
    model = WELL_POSED(bidders=4, stop_out=stop_out, risk_limit="0.05")
    found = model.solve().require().results
    yields = np.linspace(0.04, 0.05, 100001)
    left = 1 - 3 * (found["intercept"] + found["slope"] * (yields - 0.04))
    payoff = (yields - 0.04) * np.maximum(left, 0)
    assert payoff.max() == pytest.approx(found["payoff"], rel=1e-9)


# -- from the shell -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("solve", "mandate_auction", "--set", "bidders=2"), 3, "parameter 'bidders': bidders is 2; the paper has"),
        (("solve", "mandate_auction_well_posed", "--set", "bidders=2"), 3, "linear supply functions do not"),
        (("solve", "mandate_auction", "--set", "bidders=2.5"), 3, "parameter 'bidders'"),
        (("solve", "mandate_auction", "--set", "mean_ratio=0.09"), 3, "minimum_allocation <= mean_ratio"),
        (("solve", "mandate_auction", "--set", "sensitivity=1e-300"), 3, "too large for a float"),
        (("solve", "mandate_auction", "--set", "expected_yield=0.09"), 3, "expected_yield < benchmark_yield"),
        (("solve", "mandate_auction_well_posed", "--set", "stop_out=0.03"), 3, "expected_yield < stop_out"),
    ],
)
def test_exit_codes(arguments, code, said, capsys):
    assert run(list(arguments)) == code
    errors = capsys.readouterr().err
    assert said in errors and "Traceback" not in errors


# -- claims and figures ---------------------------------------------------------------------------


@pytest.mark.parametrize("model", [MANDATE, WELL_POSED, BOOK], ids=lambda m: m.label())
def test_no_claim_has_changed(model):
    reports = list(gt.evaluate(model(), model.claims))
    assert not [report.claim.id for report in reports if report.changed]


@pytest.mark.parametrize(
    ("model", "parameters"),
    [
        (MANDATE, {"sensitivity": "0.034"}),
        (MANDATE, {"bidders": 12, "allocation": "0.1", "maximum_allocation": "0.2"}),
        (MANDATE, {"minimum_bid": "0.9", "expected_yield": "0.079", "mean_ratio": "0.5"}),
        (WELL_POSED, {"bidders": 4, "expected_yield": "0.03", "risk_limit": "0.05"}),
        (BOOK, {"supply": 30, "rule": "spread", "payment": "discriminatory", "reserve": "0.035"}),
    ],
    ids=lambda given: given.label() if isinstance(given, type) else "",
)
def test_verdicts_do_not_change_with_the_parameters(model, parameters):
    """A claim is about the parameters it names, or about all of them."""
    assert not [report.claim.id for report in gt.evaluate(model(**parameters), model.claims) if report.changed]


def test_every_erratum_has_a_claim():
    ids = {claim.id for claim in MANDATE.claims}
    for number in range(1, 10):
        assert any(name.startswith(f"erratum{number}.") for name in ids)


@pytest.mark.parametrize(
    ("model", "name", "panels"),
    [
        (MANDATE, "1", 1),
        (MANDATE, "budget", 2),
        (MANDATE, "deviation", 8),
        (WELL_POSED, "schedules", 2),
        (BOOK, "book", 1),
    ],
)
def test_figures(model, name, panels):
    figure = next(figure for figure in model.figures if figure.name == name)
    drawn = figure.draw(model())
    assert len(drawn.axes) == panels
    below = drawn.axes[-1] if name in ("budget", "schedules") else None  # panels above it share its axis
    assert all(axes.get_xlabel() or axes is not below for axes in drawn.axes)
    assert all(axes.get_ylabel() or drawn.get_supylabel() for axes in drawn.axes)


def test_deviations_of_each_reading_are_marked_where_they_are_reported():
    model = MANDATE()
    drawn = next(figure for figure in model.figures if figure.name == "deviation").draw(model)
    for axes, (name, verdict) in zip(drawn.axes, model.solve().results["nash"].items(), strict=True):
        marked = {line.get_label(): line.get_xydata()[0] for line in axes.lines if line.get_marker() in ("o", "^")}
        assert ("best deviation" in marked) == bool(verdict["deviation"])
        if verdict["deviation"]:
            at = float(verdict["deviation"]["to"]) * (100 if name == "schedules" else 1)
            gain = marked["best deviation"][1] - marked["profile"][1]
            assert (marked["best deviation"][0], gain) == pytest.approx((at, 100 * verdict["deviation"]["gain"]))


def test_bids_over_the_budget_are_equation_6():
    drawn = next(figure for figure in MANDATE.figures if figure.name == "budget").draw(MANDATE())
    bid, stop_out = drawn.axes
    for line, yields, lowest in zip(bid.lines, stop_out.lines, (0.06, 0.1, 0.14), strict=False):
        allocation, bids = line.get_xydata().T
        # xi n (alpha b - alpha_l lambda) = alpha - alpha_l, with xi = 0.34/0.04 and n = 10
        assert 85 * (allocation * bids - 0.1 * lowest) == pytest.approx(allocation - 0.1)
        assert yields.get_ydata() == pytest.approx(100 * (0.08 - 3.4 * bids))


def test_figure_1_passes_through_the_risk_limit():
    drawn = MANDATE.figures[0].draw(MANDATE(sensitivity="0.034"))
    marked = {tuple(map(float, line.get_xydata()[0])) for line in drawn.axes[0].lines if line.get_marker() in "os"}
    assert (pytest.approx(0.1), pytest.approx(4.6)) in [tuple(point) for point in marked]
