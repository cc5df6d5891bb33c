"""Best responses where the payoff is a sum of powers: by hand, at corners, and wrong ones that fail."""

from fractions import Fraction

import pytest

import gametheory as gt
from gametheory.errors import InputError
from gametheory.mechanism.auctions import BestResponse, BestResponseProblem
from gametheory.solution import Termination

F = Fraction


def solved(form, **options):
    return gt.solve(form, **options).require()


def test_a_cournot_best_response():
    """Demand 10 - Q, cost 1, the other firm sells 2: the best quantity is 7/2."""
    problem = BestResponseProblem({1: 10 - 1 - 2, 2: -1}, 0, 10, 3, "cournot")
    answer = solved(problem, exact=True).answer
    assert answer == BestResponse(F(7, 2), F(49, 4), F(49, 4) - 12)


def test_corners_convex_payoffs_and_indifference():
    assert solved(BestResponseProblem({1: 1}, 0, 4, 1), exact=True).answer == BestResponse(F(4), F(4), F(3))
    assert solved(BestResponseProblem({2: 1}, -1, 2, 0), exact=True).answer.choice == 2
    assert solved(BestResponseProblem({0: 5}, 0, 1, "1/3"), exact=True).answer == BestResponse(F(1, 3), F(5), F(0))
    assert solved(BestResponseProblem({1: 8, 2: -1}, 0, 3, 1), exact=True).answer.choice == 3
    convex = solved(BestResponseProblem({-1: 1, 1: 1}, "1/2", 4, 1), exact=True).answer
    assert convex == BestResponse(F(4), F(17, 4), F(9, 4))


def test_an_irrational_top_is_answered_in_floats():
    problem = BestResponseProblem({-1: -2, 1: -1}, 1, 3, 1)
    assert solved(problem).answer.choice == pytest.approx(2**0.5, rel=1e-9)
    assert gt.solve(problem, exact=True).termination is Termination.FAILED


@pytest.mark.parametrize(
    "wrong",
    [BestResponse(3, 12, 0), BestResponse("7/2", 12, 0), BestResponse("7/2", "49/4", 0), BestResponse(11, 0, 0)],
)
def test_wrong_best_responses_fail(wrong):
    problem = BestResponseProblem({1: 7, 2: -1}, 0, 10, 3)
    assert not gt.verify(problem, wrong).ok
    assert not gt.verify(problem, wrong, exact=False).ok


@pytest.mark.parametrize("exact", [True, False])
def test_wrong_best_responses_among_negative_choices_fail(exact):
    """From -2 to -1 the payoff t is largest at -1; yields may be negative."""
    problem = BestResponseProblem({1: 1}, -2, -1, -2)
    assert gt.verify(problem, BestResponse(-1, -1, 1), exact=exact).ok
    assert not gt.verify(problem, BestResponse(-2, -2, 0), exact=exact).ok


def test_powers_too_large_for_a_float():
    """t - 1e290 t^2 is largest at 1/2e290, where it is 1/4e290; at the end it is -1e690."""
    problem = BestResponseProblem({1: 1, 2: "-1e290"}, 0, "1e200", 0)
    found = gt.solve(problem).require()
    assert found.answer.choice == pytest.approx(5e-291) and found.answer.payoff == pytest.approx(2.5e-291)
    assert not gt.verify(problem, BestResponse("1e200", 0, 0), exact=False).ok


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (({1: 1}, 1, 0, 0), "empty"),
        (({1: 1}, 0, 1, 2), "outside"),
        (({3: 1}, -1, 1, 0), "positive choices"),
        (({2: 1, -1: -1}, 1, 2, 1), "neither convex nor concave"),
        (({"x": 1}, 0, 1, 0), "power"),
        (([1], 0, 1, 0), "table"),
        (({10**9: 1}, 0, 1, 0), "at most 10000"),
    ],
)
def test_bad_problems_are_refused(arguments, said):
    with pytest.raises(InputError, match=said):
        BestResponseProblem(*arguments)


@pytest.mark.parametrize("slope", [-0.3, -1e-3])
def test_a_payoff_too_large_for_floats_is_refused(slope):
    """At 1/10 the payoff is -10^9999, at an end or on the way to the top."""
    problem = BestResponseProblem({-10_000: -0.1, 1: slope}, 0.1, 0.9, 0.1)
    with pytest.raises(InputError, match=r"too large for a float(.|\n)*exact"):
        gt.solve(problem)
    wide = BestResponseProblem({-10_000: -0.1, 1: slope}, 0.1, 1.5, 1)
    with pytest.raises(InputError, match=r"too large for a float(.|\n)*exact"):
        gt.solve(wide)
