"""The mandate auction at random parameters: identities of the formulas, and the sign of every verdict."""

from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gametheory.plugins import model_class

MANDATE = model_class("mandate_auction")
shares = st.fractions(Fraction(1, 50), Fraction(49, 50), max_denominator=60)


@st.composite
def models(draw):
    expected = draw(st.fractions(0, Fraction(1, 10), max_denominator=200))
    low, at, high = sorted(draw(st.lists(shares, min_size=3, max_size=3, unique=True)))
    return MANDATE(
        bidders=draw(st.integers(3, 12)),
        benchmark_yield=expected + draw(st.fractions(Fraction(1, 500), Fraction(1, 10), max_denominator=500)),
        expected_yield=expected,
        sensitivity=draw(st.fractions(Fraction(1, 200), 1, max_denominator=200)),
        minimum_bid=draw(shares),
        minimum_allocation=low,
        allocation=at,
        maximum_allocation=high,
        mean_ratio=low / high + draw(shares) * (1 - low / high),
    )


@settings(max_examples=60, deadline=None)
@given(models())
def test_identities_and_verdicts(model):
    found = model.solve(exact=True).require().results
    above = found["risk_limit"] - model.expected_yield
    rho = model.minimum_allocation / model.allocation
    assert found["stop_out_yield"] - model.expected_yield == above * rho
    assert found["payoff"] == model.minimum_allocation * above
    assert found["condition_holds"] == (above > 0)
    nash = found["nash"]
    assert nash["joint"]["equilibrium"] and nash["own_yield"]["equilibrium"] and nash["private_budgets"]["equilibrium"]
    assert not nash["schedules"]["equilibrium"]
    assert nash["capped_report"]["equilibrium"] == (above >= 0)
    assert nash["own_deviation"]["equilibrium"] == (above <= 0)
    assert nash["report"]["equilibrium"] == (above == 0)
    assert nash["cournot"]["equilibrium"] == (found["bid"] == found["bid_cournot"])
    if above:
        slope = rho * (model.bidders - 1) / model.bidders * above
        to = model.maximum_allocation if above > 0 else model.minimum_allocation
        assert nash["report"]["deviation"] == {"to": to, "gain": slope * (to - model.allocation)}


@settings(max_examples=40, deadline=None)
@given(models(), st.sampled_from(["sensitivity", "expected_yield", "benchmark_yield", "minimum_bid"]))
def test_derivatives_have_the_sign_of_small_changes(model, name):
    step = Fraction(1, 10**6)
    value = getattr(model, name) + step
    assume(name != "expected_yield" or value < model.benchmark_yield)
    before, after = (m.solve(exact=True).results["bid"] for m in (model, model.with_(**{name: value})))
    slope = model.solve(exact=True).results["derivatives"][name]
    assert (after - before > 0) == (slope > 0)
