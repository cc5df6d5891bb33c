"""The liquidity models from second sources: other formulas, other integrators, other simulations."""

import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

import gametheory as gt
from gametheory import equilibrium
from gametheory.errors import InputError
from gametheory.solution import Termination

Cross = gt.models()["liquidity_cross_section"]
Simulation = gt.models()["liquidity_simulation"]
Transition = gt.models()["liquidity_transition"]
Contact = gt.models()["endogenous_contact_rate"]


def results(model, **options):
    return model.solve(**options).require().results


def test_volume_of_one_asset_to_fifteen_digits():
    found = results(Cross(contact_rates=[1], psi=[1]))
    assert found["volume"] == [pytest.approx(0.55492624333254222072897812261530130282, abs=2e-16)]
    assert found["std"] == 1


def test_measures_against_integrals_over_the_density():
    model = Cross(psi=[1, "-1/2", 2], dividends=[1, 2, 3])
    found = results(model)
    law = model.market().law()
    spread = found["std"]

    def mean(function):
        return quad(lambda t: function(t) * float(law.density(t)), -30 * spread, 30 * spread, limit=400, epsabs=1e-13)[
            0
        ]

    assert mean(lambda t: t * t) == pytest.approx(float(found["moments"]["2"]), rel=1e-10)
    assert mean(lambda t: t**6) == pytest.approx(float(found["moments"]["6"]), rel=1e-8)
    # E|x - y| = 2 int F (1 - F).
    gap = 2 * quad(lambda t: float(law.distribution(t) * law.distribution(-t)), -12 * spread, 12 * spread, limit=200)[0]
    for volume, rate, psi in zip(found["volume"], model.contact_rates, model.psi, strict=True):
        assert volume == pytest.approx(float(rate) * gap / (2 * abs(float(psi))), rel=1e-8)


def test_exactly_where_it_is_rational():
    found = results(Cross(eta="1/3", positions=[1, 0, 2], counterparty=-1, dividends=[1, 2, 3]), exact=True)
    assert found["price_impact"] == [Fraction(1, 400), Fraction(1, 1600), Fraction(1, 100)]
    assert found["excess_kurtosis"] == Fraction(6, 7)
    assert found["exposure"] == Fraction(1, 3) + 1 + 4
    assert found["trade_size"] == [Fraction(-19, 6), Fraction(-19, 3), Fraction(-19, 12)]
    for name in ("value", "marginal_value", "price"):
        listed = found[name] if isinstance(found[name], list) else [found[name]]
        assert all(isinstance(v, Fraction) for v in listed)


def test_what_is_irrational_is_a_decimal_and_never_a_fraction(tmp_path):
    solution = Cross(at=[0]).solve(exact=True)
    written = solution.to_json()["results"]
    assert written["price_impact"][0] == "1/400"
    for name in ("volume", "price_dispersion", "volume_upper_bound", "density"):
        assert all("." in text and "/" not in text for text in written[name])
        assert [float(text) for text in written[name]] == solution.results[name]
    # sigma_eta^2/lambda = 2, so that sigma_q = 1/|psi| is rational, and s = sqrt(2) is not.
    found = Cross(contact_rates=[1, 1], psi=[1, "-1/2"], sigma_eta=2).solve(exact=True).require()
    assert found.results["quantity_dispersion"] == [1, 2]
    assert found.results["price_dispersion"][0] == Fraction(1, 20) * Fraction(9, 100) / Fraction(21, 20)
    assert found.results["std"] == pytest.approx(math.sqrt(2), rel=1e-15)
    assert results(Cross(contact_rates=[4], psi=[1]), exact=True)["std"] == Fraction(1, 2)


def test_an_edited_decimal_is_found(tmp_path):
    path = tmp_path / "solution.json"
    Cross().solve(exact=True).save(path)
    data = json.loads(path.read_text())
    for edit, ok in ((1e-15, True), (1e-7, False)):  # what another computer may round otherwise; and what it may not
        volume = [repr(float(v) * (1 + edit)) for v in data["results"]["volume"]]
        path.write_text(json.dumps({**data, "results": {**data["results"], "volume": volume}, "digests": {}}))
        assert gt.verify_file(path).ok == ok
    path.write_text(json.dumps({**data, "results": {**data["results"], "price_impact": ["0.0025"] * 3}}))
    assert "results.price_impact[0]" in {v.constraint for v in gt.verify_file(path).violations}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(0.05, 20), min_size=1, max_size=5),
    st.floats(0.01, 1),
    st.floats(0.1, 3),
    st.floats(0.1, 3),
    st.data(),
)
def test_bounds_hold_and_measures_scale(rates, r, sigma, sigma_eta, data):
    psi = data.draw(st.lists(st.floats(0.1, 5) | st.floats(-5, -0.1), min_size=len(rates), max_size=len(rates)))
    model = Cross(contact_rates=rates, psi=psi, r=r, sigma=sigma, sigma_eta=sigma_eta)
    found = results(model)
    for j, volume in enumerate(found["volume"]):
        sharp = found["volume_bounds_sharp"]
        listed = [found["volume_lower_bound"][j], sharp["lower"][j], volume, sharp["upper"][j]]
        assert listed == sorted(listed)
        assert sharp["upper"][j] < found["volume_upper_bound"][j]
        assert found["price_dispersion"][j] / found["quantity_dispersion"][j] == pytest.approx(found["price_impact"][j])
    doubled = results(model.with_(sigma_eta=2 * sigma_eta))
    assert doubled["volume"] == pytest.approx([2 * v for v in found["volume"]])
    assert doubled["price_impact"] == pytest.approx(found["price_impact"])


def test_the_law_is_wanted_only_where_asked():
    assert results(Cross())["density"] is None
    found = results(Cross(at=[-100, 0, 100]))
    assert found["distribution"][1] == pytest.approx(0.5, abs=1e-15)
    assert found["density"][0] == pytest.approx(found["density"][2])
    assert 0 < found["density"][0] < 1e-100


@pytest.mark.parametrize(
    ("model", "parameters", "said"),
    [
        (Cross, {"contact_rates": [1, -1]}, r"contact_rates\[1\]"),
        (Cross, {"psi": [1, 0, 1]}, r"psi\[1\]"),
        (Cross, {"psi": [1, 2]}, r"psi': 2 entries"),
        (Cross, {"dividends": [1, 2]}, r"dividends': 2 entries"),
        (Cross, {"positions": [1, 2]}, r"positions': 2 entries"),
        (Cross, {"contact_rates": []}, "at least one asset"),
        (Cross, {"counterparty": 1}, "without a state"),
        (Cross, {"sigma": 0}, "sigma"),
        (Cross, {"psi": [1, "x", 1]}, r"'psi\[1\]'"),
        (Cross, {"contact_rates": [1, 1, float("nan")]}, r"'contact_rates\[2\]'"),
        (Cross, {"contact_rates": [1, "1e30", 1]}, r"'contact_rates\[1\]'.*between 1e-20 and 1e\+20"),
        (Cross, {"at": [0, "-1e21"]}, r"'at\[1\]'"),
        (Cross, {"sigma_eta": "1e-30"}, "'sigma_eta'"),
        (Simulation, {"banks": 10}, "banks"),
        (Transition, {"times": [1, 1]}, r"liquidity_transition, parameter 'times\[1\]'"),
        (Transition, {"times": [-1, 1]}, r"'times\[0\]'"),
        (Transition, {"after": {"psi": [1, 1, 1]}}, "'after.psi': psi may not change"),
        (Transition, {"after": {"contact_rate": [1, 1, 1]}}, "'after.contact_rate'"),
        (Transition, {"after": {"contact_rates": [1, -1, 1]}}, r"'after.contact_rates\[1\]'"),
        (Transition, {"after": {"contact_rates": [1, float("inf"), 1]}}, r"'after.contact_rates\[1\]'"),
        (Transition, {"after": {"contact_rates": [1, 1]}}, "'after.contact_rates': 2 entries"),
        (Transition, {"after": {"sigma": -1}}, "'after.sigma'"),
        (Transition, {"start": {"points": [1, 2]}}, "'start.points'"),
        (Transition, {"start": {"points": [-1, 1], "weights": [2, -1]}}, r"'start.weights\[1\]'"),
        (Transition, {"start": {"moments": [0, 1, 0, float("nan")]}}, r"'start.moments\[3\]'"),
        (Transition, {"start": {"point": [1]}}, "'start.point'"),
        (Transition, {"start": {}}, "'start'"),
        (Contact, {"marginal_cost": 0}, "marginal_cost"),
        (Contact, {"other_contact_rate": -1}, "other_contact_rate"),
        (Contact, {"sigma": "1e200"}, "'sigma'"),
    ],
)
def test_malformed_parameters_are_named_with_their_position(model, parameters, said):
    with pytest.raises(InputError, match=said):
        model(**parameters)


def test_the_simulation_agrees_and_is_reproducible():
    model = Simulation(banks=2000, batches=15)
    first, second = results(model, seed=7), results(model.with_(workers=2), seed=7)
    assert first == second
    assert first["agrees"]
    assert first["volume"]["theory"] == pytest.approx(results(Cross())["volume"], rel=1e-3)
    assert results(model, seed=8)["volume"]["estimate"] != first["volume"]["estimate"]


def test_the_simulation_refuses_the_printed_dispersion_of_trade_sizes():
    found = results(Simulation(banks=2000))["quantity_dispersion"]
    printed = [2 * t for t in found["theory"]]
    z = [(e - p) / s for e, p, s in zip(found["estimate"], printed, found["standard_error"], strict=True)]
    assert max(z) < -20


def test_the_transition_ends_at_the_new_steady_state_and_starts_at_the_old():
    found = results(Transition(times=[0, 30], after={"contact_rates": [3, 1, 2], "r": "1/10"}))
    old, new = results(Cross()), results(Cross(contact_rates=[3, 1, 2], r="1/10"))
    assert found["volume"][0] == pytest.approx([old["volume"][0] * 6, *old["volume"][1:]], rel=1e-10)
    assert found["volume"][1] == pytest.approx(new["volume"], rel=1e-10)
    assert found["price_dispersion"][1] == pytest.approx(new["price_dispersion"], rel=1e-10)
    assert found["price_impact"][0] == pytest.approx([float(d) for d in new["price_impact"]])


def test_the_transition_of_two_points_against_many_banks():
    from gametheory.equilibrium.simulate import Run
    from gametheory.limits import Budget

    points, weights, times = ["-1", "1/2"], ["1/3", "2/3"], ["1/5", "3/5"]
    model = Transition(start={"points": points, "weights": weights}, times=times, after={})
    found = results(model)
    market = model.market().to_float()
    runs = []
    for index in range(10):
        draws = gt.generator(3, index)
        start = np.where(draws.random(20_000) < 1 / 3, -1.0, 0.5)
        run = Run(market, 20_000, draws, False, Budget(), 1e6, start=start - start.mean())
        measured = []
        for length in (0.2, 0.4):
            run.advance(length * float(market.total_rate))
            run.synchronise()
            ordered = np.sort(run.exposure)
            ranks = 2 * np.arange(len(ordered)) - len(ordered) + 1
            gap = 2 * float(ranks @ ordered) / (len(ordered) * (len(ordered) - 1)) / 2
            measured += [gap, float(np.mean(ordered**2)), float(np.mean(ordered**4))]
        runs.append(measured)
    theory = [found[name][t] for t in (0, 1) for name in ("half_mean_gap", "variance", "fourth_moment")]
    z = (np.mean(runs, axis=0) - theory) / (np.std(runs, axis=0, ddof=1) / math.sqrt(len(runs)))
    assert np.abs(z).max() < 5.5  # six comparisons at 9 degrees of freedom


def test_one_point_from_the_model_is_saved_and_verified(tmp_path):
    solution = Transition(start={"points": [0]}, times=[0, "1/1000", 1]).solve().require()
    assert solution.results["volume"][0] == [0, 0, 0]
    assert solution.results["excess_kurtosis"][0] is None
    solution.save(tmp_path / "path.json")
    assert gt.verify_file(tmp_path / "path.json").ok


def test_moments_alone_give_no_volume():
    found = results(Transition(start={"moments": [0, 1, 0, 3]}, times=[0, 1]))
    assert found["volume"] == [None, None]
    assert found["variance"][0] == 1
    assert found["price_dispersion"][0][0] > 0


def test_saved_solutions_are_recomputed(tmp_path):
    for model, options in (
        (Cross(eta=1, counterparty=-1, at=[0, 1]), {"exact": True}),
        (Cross(), {}),
        (Simulation(banks=500, batches=4), {"seed": 2}),
        (Transition(), {}),
        (Contact(), {"exact": True}),
    ):
        solution = model.solve(**options)
        assert solution.termination is Termination.SOLVED
        solution.save(tmp_path / "solution.json")
        assert gt.verify_file(tmp_path / "solution.json").ok


def test_figures_hold_what_they_promise():
    (densities, axes_map) = (f.draw(Cross()) for f in Cross.figures)
    (axis,) = densities.axes
    peaks = [max(line.get_ydata()) for line in axis.get_lines()]
    assert peaks[0] == pytest.approx(2 * peaks[1]) == pytest.approx(4 * peaks[2])
    assert axis.get_xlabel()
    maps = [a for a in axes_map.axes if a.get_title()]
    assert [a.get_title().split(" (")[0] for a in maps] == ["trade volume", "price dispersion", "price impact"]
    assert len(axes_map.axes) == 6  # three maps and their scales
    paths = Transition.figures[0].draw(Transition())
    assert [a.get_title() for a in paths.axes] == ["trade volume", "price dispersion", "price impact"]
    assert all(line.get_ydata()[0] == 1 for a in paths.axes for line in a.get_lines())
    rate = Contact.figures[0].draw(Contact())
    lines = rate.axes[0].get_lines()
    assert len(lines) == 3
    assert all(line.get_ydata()[-1] == 0 for line in lines)
    assert all((np.diff(line.get_ydata()) <= 0).all() for line in lines)
    simulated = Simulation.figures[0].draw(Simulation(banks=500, batches=4))
    assert [a.get_title() for a in simulated.axes] == ["trade volume", "price dispersion", "price impact", "meetings"]
    assert all(len(a.lines[1].get_xdata()) == 3 for a in simulated.axes)  # three assets, beside the line at 1


def test_curves_of_equal_volume_are_where_the_printed_formula_has_them():
    """Equal volume: lambda_1^2 / lambda is proportional to psi_1^2, with the other contact rates 1 and 2."""
    volume = Cross.figures[1].draw(Cross()).axes[0]
    lines = volume.collections[-1]
    found = 0
    for path in lines.get_paths():
        for part in path.to_polygons(closed_only=False):
            risk, rate = np.array(part).T
            inside = (rate > 0.12) & (rate < 9) & (risk > 0.12) & (risk < 9)
            scaled = (rate**2 / (rate + 3) / risk**2)[inside]
            if len(scaled) > 10:
                assert scaled == pytest.approx(np.median(scaled), rel=0.02)
                found += 1
    assert found >= 4


def _times(function, factor):
    def changed(*given):
        found = function(*given)
        return found * (factor if isinstance(found, Fraction) else float(factor))

    return changed


@pytest.mark.parametrize(
    ("kind", "method", "noticed"),
    [
        ("SearchEquilibrium", "value", "eq1 eq3 eq8 eq12 theorem1 eq37-45 eq42"),
        ("SearchEquilibrium", "marginal_value", "eq13 theorem1 eq17"),
        ("SearchEquilibrium", "trade_size", "eq7 theorem1"),
        ("SearchEquilibrium", "price", "theorem1 eq17 text.schedule"),
        ("ExposureLaw", "density", "lemma1 lemma2.steady eq19 theorem2 figure1 eq26"),
        ("ExposureLaw", "half_mean_gap", "eq26 proposition4"),
    ],
)
def test_claims_notice_answers_that_are_one_percent_off(monkeypatch, kind, method, noticed):
    owner = getattr(equilibrium, kind)
    monkeypatch.setattr(owner, method, _times(getattr(owner, method), Fraction(101, 100)))
    claims = [claim for claim in Cross.claims if claim.id in noticed.split()]
    assert len(claims) == len(noticed.split())
    assert {report.claim.id for report in gt.evaluate(Cross(), claims) if report.changed} == set(noticed.split())
