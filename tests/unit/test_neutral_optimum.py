"""Neutral optima against the literature, closed forms, hand computation and the definition."""

from fractions import Fraction

import numpy as np
import pytest

from gametheory.errors import InputError
from gametheory.limits import Budget, Limits
from gametheory.mechanism.neutral import NeutralOptimum, OneSidedTrade, Weights
from gametheory.mechanism.neutral.solver import neutral_optimum, solve
from gametheory.mechanism.neutral.verify import verify
from gametheory.solution import Termination
from gametheory.solvers import Options
from tests.neutral_examples import (
    many_payoffs,
    paper,
    random_trade,
    result_one_holds,
    supports,
    two_types,
    warrants_by_definition,
)

F = Fraction


def solved(trade, **options):
    """Solve and insist on the exact certificate."""
    answer = neutral_optimum(trade, **options)
    certificate = verify(trade, answer, exact=True)
    assert certificate.ok and certificate.exact and certificate.kind == "neutral", certificate.violations
    return answer


def numbers(*texts):
    return [F(t) for t in texts]


def test_the_paper():
    answer = solved(paper())
    found = answer.mechanism
    assert found.quantities.tolist() == numbers(1, "1/2", "1/6", "1/6")
    assert found.payments.tolist() == numbers(20, 15, "25/3", "25/3")
    assert list(found.unit_prices) == numbers(20, 30, 50, 50)
    assert found.informed_utilities.tolist() == numbers(10, 5, "10/3", "5/3")
    assert found.uninformed_utility == 4
    assert found.informed_warrants.tolist() == numbers(10, 5, "10/3", "5/3")
    assert found.uninformed_warrant == 4
    assert answer.payoffs_unique is True and answer.alternative is None


def test_an_independent_prior_changes_the_other_side_only():
    found = solved(paper(prior=("0.42", "0.28", "0.18", "0.12")), uniqueness=0).mechanism
    assert found.quantities.tolist() == numbers(1, "1/2", "1/6", "1/6")
    assert found.uninformed_utility == F(21, 5)


@pytest.mark.parametrize("power", ["0", "1/10", "1/3", "1/2", "3/4", "1"])
def test_power_in_the_paper(power):
    share = F(power)
    found = solved(paper(power), uniqueness=0).mechanism
    assert found.quantities.tolist() == [1, share, share / 3, share / 3]
    assert found.informed_utilities.tolist() == [2 * share * u for u in numbers(10, 5, "10/3", "5/3")]
    assert found.uninformed_utility == 8 * (1 - share)
    if share:
        assert list(found.unit_prices) == [10 + 20 * share, 30, 50, 50]
    else:
        assert found.unit_prices == (10, None, None, None)


def test_full_power_is_the_best_safe_mechanism():
    found = solved(paper("1")).mechanism
    assert list(found.unit_prices) == numbers(30, 30, 50, 50)
    assert found.quantities.tolist() == numbers(1, 1, "1/3", "1/3")
    assert found.uninformed_utility == 0


def test_one_type_shares_its_gains():
    found = solved(OneSidedTrade([10], [25], [1], power="1/3")).mechanism
    assert found.quantities.tolist() == [1] and found.payments.tolist() == [15]
    assert found.uninformed_utility == 10


@pytest.mark.parametrize("power", ["0", "1/2", "1"])
def test_without_gains_there_is_no_trade(power):
    found = solved(OneSidedTrade([3, 1, 2], [2, "1/2", -4], ["1/4", "1/4", "1/2"], power=power)).mechanism
    assert found.quantities.tolist() == [0, 0, 0] and found.payments.tolist() == [0, 0, 0]


@pytest.mark.parametrize(("prior", "power"), [(("3/4", "1/4"), "1/2"), (("4/5", "1/5"), "1"), (("3/4", "1/4"), "2/5")])
def test_chain_of_two(prior, power):
    # Costs 0, 4; values 6, 9; with these priors alpha(2|1) = p_2 (9-4)/4 < p_1 and power 6/5 Q_2 < 1.
    found = solved(OneSidedTrade([0, 4], [6, 9], prior, power=power)).mechanism
    share = F(power)
    second = 6 * share / 9
    if second > 1:
        pytest.skip("not the separating case")
    # The first price splits 6; the second type's virtual cost is her value 9, and she gets (9 - 4) Q_2 = her warrant.
    lower, upper = F(prior[0]), F(prior[1])
    alpha = upper * (9 - 4) / 4
    warrant = alpha * 6 * share / (upper + alpha)
    assert found.quantities.tolist() == [1, warrant / 5]
    assert found.informed_utilities.tolist() == [6 * share, warrant]
    assert found.uninformed_utility == lower * 6 * (1 - share)


def test_two_types_with_two_neutral_mechanisms():
    answer = solved(two_types())
    assert answer.payoffs_unique is False
    both = {tuple(m.informed_utilities.tolist()) for m in (answer.mechanism, answer.alternative)}
    assert (F(5, 2), F(1, 2)) in both or (F(5, 2), F(5, 6)) in both
    assert answer.mechanism.uninformed_utility != answer.alternative.uninformed_utility


def test_the_instance_with_many_payoffs():
    answer = solved(many_payoffs())
    assert answer.payoffs_unique is False
    for found in (answer.mechanism, answer.alternative):
        # Three types pool at quantity 1; the other side gets the same in all of them.
        assert found.quantities[:3].tolist() == [1, 1, 1]
        assert F(54) < found.unit_prices[3] < F(84)
    assert not answer.mechanism.same_payoffs(answer.alternative)


def test_a_dominated_limit_is_not_returned():
    # Here the limit conditions alone also admit mechanisms with Q_2 = 1/2, dominated by Q_2 = 1.
    trade = OneSidedTrade([-2, 9, 36, 47], [19, 19, 68, 68], [F(10, 42), F(11, 42), F(11, 42), F(10, 42)])
    answer = solved(trade)
    assert answer.mechanism.quantities[1] == 1
    assert answer.payoffs_unique is True


@pytest.mark.parametrize(
    "trade",
    [paper(), paper("1"), two_types(), two_types("3/4"), many_payoffs(), *(
        random_trade(np.random.default_rng([5, n]), n) for n in range(2, 8)
    )],
)  # fmt: skip
def test_the_definition_term_by_term(trade):
    answer = solved(trade, uniqueness=1)
    for found in filter(None, (answer.mechanism, answer.alternative)):
        assert result_one_holds(trade, found, found.efficiency)
        assert supports(trade, found.limit, found.quantities, found.payments, trade.size)
        warrants, other = warrants_by_definition(trade, found.limit)
        assert warrants == found.informed_warrants.tolist() and other == found.uninformed_warrant
        step = F(1, 10**12)
        limit, end = found.limit, found.efficiency
        near = Weights(
            (1 - step) * limit.informed + step * end.informed,
            (1 - step) * limit.uninformed + step * end.uninformed,
            (1 - step) * limit.alpha + step * end.alpha,
        )
        assert result_one_holds(trade, found, near)
        warrants, other = warrants_by_definition(trade, near)
        assert all(w <= u + F(1, 10**6) for w, u in zip(warrants, found.informed_utilities, strict=True))
        assert other <= found.uninformed_utility + F(1, 10**6)


@pytest.mark.parametrize(
    "trade",
    [
        OneSidedTrade([10, 20, 20, 40], [30, 30, 50, 50], ["0.4", "0.3", "0.2", "0.1"]),
        OneSidedTrade([20, 10, 30, 20], [18, 16, 31, 50], ["0.3", "0.4", "0.1", "0.2"]),
        OneSidedTrade([5, 5, 1, 1], [3, 9, 8, 0], ["0.1", "0.2", "0.3", "0.4"], power="3/4"),
    ],
)
def test_equal_costs_by_the_definition_with_large_multipliers_between_them(trade):
    answer = solved(trade)
    found = answer.mechanism
    assert answer.payoffs_unique is None
    for members in trade.classes:
        assert len({found.informed_utilities[t] for t in members}) == 1
    step = F(1, 10**12)
    limit, end = found.limit, found.efficiency
    alpha = (1 - step) * limit.alpha + step * end.alpha
    for members in trade.classes:
        for t in members:
            for s in members:
                if s != t:
                    alpha[t, s] += 1 / step
    near = Weights((1 - step) * limit.informed + step * end.informed, F(1), alpha)
    assert result_one_holds(trade, found, near)
    warrants, other = warrants_by_definition(trade, near)
    assert all(w <= u + F(1, 10**6) for w, u in zip(warrants, found.informed_utilities, strict=True))
    assert other <= found.uninformed_utility + F(1, 10**6)


def test_identical_types_are_one_type():
    split = solved(OneSidedTrade([10, 20, 20, 30], [30, 30, 30, 50], ["0.4", "0.1", "0.2", "0.3"])).mechanism
    whole = solved(OneSidedTrade([10, 20, 30], [30, 30, 50], ["0.4", "0.3", "0.3"])).mechanism
    assert split.informed_utilities.tolist() == whole.informed_utilities[[0, 1, 1, 2]].tolist()
    assert split.uninformed_utility == whole.uninformed_utility


def test_order_and_units_do_not_matter():
    trade = paper()
    order = [2, 0, 3, 1]
    shuffled = OneSidedTrade(
        trade.costs[order] * 7 + 3, trade.values[order] * 7 + 3, trade.prior[order], [trade.types[t] for t in order]
    )
    found = solved(shuffled, uniqueness=0).mechanism
    assert found.quantities.tolist() == numbers("1/6", 1, "1/6", "1/2")
    assert found.informed_utilities.tolist() == [7 * u for u in numbers("10/3", 10, "5/3", 5)]


def test_limits_and_failures_are_terminations():
    budget = Budget(Limits(iterations=1))
    outcome = solve(paper(), Options(exact=True, budget=budget))
    assert outcome.termination is Termination.LIMIT and outcome.answer is None
    outcome = solve(paper(), Options(exact=True, budget=Budget(Limits(iterations=2))))
    assert outcome.termination is Termination.SOLVED
    assert outcome.answer.payoffs_unique is None


def test_the_registered_solver():
    outcome = solve(two_types(), Options(exact=True, extra={"uniqueness": 0}))
    assert outcome.termination is Termination.SOLVED and outcome.exact
    assert isinstance(outcome.answer, NeutralOptimum) and outcome.answer.payoffs_unique is None
    for wrong in (-1, True, "many"):
        with pytest.raises(InputError, match="uniqueness"):
            solve(two_types(), Options(extra={"uniqueness": wrong}))


def test_a_search_that_is_stopped_has_not_failed(monkeypatch):
    def stopped(chain, budget, *, iterations):
        budget.interrupted = True

    monkeypatch.setattr("gametheory.mechanism.neutral.solver.search", stopped)
    trade = OneSidedTrade([0, 1], [2, 3], ["1/2", "1/2"], power=1)
    assert solve(trade, Options()).termination is Termination.LIMIT
