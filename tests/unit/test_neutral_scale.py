"""Neutral mechanisms do not depend on the unit of money, nor on what is added to costs and values alike."""

from fractions import Fraction

import pytest

import gametheory as gt

F = Fraction
PAPER = ([10, 20, 30, 40], [30, 30, 50, 50], ["2/5", "3/10", "1/5", "1/10"])
SEVERAL = ([14, 36, 26, 48], [45, 45, 84, 84], ["6/23", "6/23", "10/23", "1/23"])


def solve(costs, values, prior, **more):
    return gt.solve(gt.OneSidedTrade(costs, values, prior, **more), exact=True).require().answer


@pytest.mark.parametrize("unit", [F(1, 10**10), F(1, 10**3), F(10**6), F(10**12)])
@pytest.mark.parametrize("origin", [F(0), F(10**5)])
def test_the_example_in_other_units(unit, origin):
    costs, values, prior = PAPER
    found = solve([c * unit + origin for c in costs], [v * unit + origin for v in values], prior)
    assert found.mechanism.quantities.tolist() == [1, F(1, 2), F(1, 6), F(1, 6)]
    assert list(found.mechanism.unit_prices) == [p * unit + origin for p in (20, 30, 50, 50)]
    assert found.mechanism.uninformed_utility == 4 * unit
    assert found.payoffs_unique is True


@pytest.mark.parametrize("unit", [F(1, 10**8), F(1), F(10**7)])
def test_several_mechanisms_are_several_in_every_unit(unit):
    costs, values, prior = SEVERAL
    found = solve([c * unit for c in costs], [v * unit for v in values], prior)
    assert found.payoffs_unique is False


def test_uniqueness_is_not_claimed_where_gains_differ_by_orders_of_magnitude():
    costs, values, prior = SEVERAL
    shares = [F(p) * F(9, 10) for p in prior]
    found = solve([*costs, 10**5], [*values, 2 * 10**5], [*shares, F(1, 10)])
    assert found.payoffs_unique is not True


def test_float_checks_are_relative_to_the_gains():
    costs, values, prior = PAPER
    small = F(1, 10**8)
    trade = gt.OneSidedTrade([c * small for c in costs], [v * small for v in values], prior)
    answer = gt.solve(trade).require().answer
    data = answer.to_data()
    data["mechanism"]["payments"] = data["mechanism"]["payments"] * 0.5
    assert not gt.verify(trade, type(answer).from_data(data), exact=False).ok


def test_two_sided_problems_are_refused_clearly():
    from gametheory.mechanism import classics

    with pytest.raises(gt.RefusedError, match="one side alone"):
        gt.solve(classics.bilateral_trade([0, 3], [2, 5]), concept="neutral")


@pytest.mark.filterwarnings("error")
def test_costs_beyond_every_float_end_in_failure_without_a_warning():
    solution = gt.solve(gt.OneSidedTrade([10, 20, 30, 10**400], *PAPER[1:]), exact=True)
    assert solution.termination is gt.Termination.FAILED
    assert solution.results is None or not solution.results
