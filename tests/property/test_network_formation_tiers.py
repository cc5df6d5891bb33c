"""Tiers of random markets: the check from the definition agrees with the closed form everywhere."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

import gametheory as gt
from gametheory_plugins.network_formation import NetworkFormation
from gametheory_plugins.network_formation.theory import Tiers

RATES = st.integers(0, 20).map(lambda k: Fraction(k, 20))


@st.composite
def laws(draw):
    points = draw(st.lists(st.integers(0, 40).map(lambda k: Fraction(k, 10)), min_size=2, max_size=6, unique=True))
    if draw(st.booleans()):
        return {"kind": "uniform", "low": min(points), "high": max(points)}
    return {"kind": "empirical", "x": points}


@st.composite
def models(draw):
    return NetworkFormation(
        distribution=draw(laws()),
        rounds=draw(st.integers(1, 6)),
        p=draw(RATES),
        intraday_discount=Fraction(draw(st.integers(60, 100)), 100),
        dividend=Fraction(draw(st.integers(1, 60)), 10),
        holding=Fraction(draw(st.integers(1, 5))),
    )


@settings(max_examples=100, deadline=None)
@given(models())
def test_the_corrected_threshold_is_necessary_and_sufficient(model):
    # The solver says by the threshold whether dealers stay; the check decides it from roles and exits.
    solution = model.solve(exact=True).require()
    threshold = solution.results["participation_threshold"]
    expected = threshold is None or model.intraday_discount > threshold
    assert solution.results["participation"] == expected
    assert model.solve().require().results["mean_links"] == float(solution.results["mean_links"])


@settings(max_examples=40, deadline=None)
@given(models(), st.integers(2, 7))
def test_units_do_not_matter(model, factor):
    one = model.solve(exact=True).require().results
    double = model.with_(holding=model.holding * factor).solve(exact=True).require().results
    assert double["transfers"] == [factor * t for t in one["transfers"]]
    assert double["spread"] == one["spread"]
    assert double["max_debt"] == one["max_debt"]
    assert double["participation_threshold"] == one["participation_threshold"]


@settings(max_examples=40, deadline=None)
@given(models())
def test_payoffs_rise_with_the_type_and_fall_short_of_the_frictionless_total(model):
    solution = model.with_(p=max(model.p, Fraction(1, 2))).solve(exact=True).require()
    if not solution.results["participation"]:
        return
    worth, first = solution.results["payoff"], solution.results["first_best"]
    assert worth == sorted(worth)
    tiers = Tiers.of(solution)
    # Everyone who is served at all falls short by the discounting and the fees he pays net of those he earns.
    for s, w, f in zip(solution.results["at"], worth, first, strict=True):
        if tiers.tier(s) == 1:
            assert w == tiers.market.discount * (f - tiers.fees[0])


@settings(max_examples=40, deadline=None)
@given(models())
def test_solving_the_bare_market_gives_the_same_tiers(model):
    bare = gt.solve(model.market(exactly=True), exact=True).require().results
    full = model.solve(exact=True).require().results
    assert bare == {
        "cutoffs": full["cutoffs"],
        "fees": full["transfers"],
        "participation": full["participation"],
    }
