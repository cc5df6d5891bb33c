"""Games with transfers: published instances, second methods, and answers that must be refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import gametheory as gt
from gametheory.errors import InputError, RefusedError
from gametheory.matching import (
    AssignmentGame,
    CoreAllocation,
    CorePoint,
    DynamicPairing,
    EmptyCore,
    RoommateGame,
)
from gametheory.matching import pairing_rounds as rounds
from gametheory.matching import roommate_program as program
from gametheory.matching import sorted_pairs as pairs
from gametheory.matching.verify import verify
from gametheory.solution import Termination
from gametheory.solvers import Options

NAN = float("nan")
HOUSES = [[5, 8, 2], [7, 9, 6], [2, 3, 0]]


def test_houses_of_shapley_and_shubik():
    """Rows are sellers of houses, columns buyers, as in their table; in thousands of dollars."""
    game = AssignmentGame(np.array(HOUSES).T)
    solution = gt.solve(game, exact=True).require()
    answer = solution.answer
    assert solution.results["value"] == 16
    assert solution.results["matching"] == {"1": "3", "2": "1", "3": "2"}
    assert answer.then_sellers.tolist() == [3, 5, 0]
    assert answer.best_for_buyers.tolist() == [2, 5, 1]
    assert answer.best_for_sellers.tolist() == [5, 6, 1]
    assert answer.then_buyers.tolist() == [1, 3, 0]
    assert solution.certificate.kind == "core_prices"
    assert solution.certificate.exact


def test_any_point_between_the_ends_is_in_the_core_and_others_are_not():
    game = AssignmentGame(np.array(HOUSES).T)
    answer = gt.solve(game, exact=True).answer
    middle = [
        np.array([Fraction(int(a) + int(b), 2) for a, b in zip(*ends, strict=True)], dtype=object)
        for ends in ((answer.best_for_buyers, answer.then_buyers), (answer.then_sellers, answer.best_for_sellers))
    ]
    point = CorePoint(answer.buyers, answer.sellers, None, *middle)
    assert gt.verify(game, point).ok
    greedy = replace(point, buyer_payoffs=middle[0] + 2, seller_payoffs=middle[1] - 2)
    certificate = gt.verify(game, greedy)
    assert not certificate.ok
    unfair = replace(point, seller_payoffs=middle[1] + 1)
    assert "share more" in gt.verify(game, unfair).violations[0].constraint
    loose = replace(answer, then_sellers=middle[1], best_for_buyers=middle[0])
    assert "could be paid less" in gt.verify(game, loose).violations[0].constraint


def test_a_worse_assignment_has_no_core_prices():
    game = AssignmentGame([[4, 1], [1, 4]])
    worse = CorePoint([0, 1], [1, 0], None, [1, 1], [0, 0])
    certificate = gt.verify(game, worse)
    assert not certificate.ok
    assert certificate.max_violation == 3


def test_rational_surplus_and_numbers_beyond_machine_words_stay_exact():
    big = 10**30
    game = AssignmentGame([[Fraction(1, 3), Fraction(1, 7)], [Fraction(1, 2), big]])
    answer = gt.solve(game, exact=True).require().answer
    assert answer.best_for_buyers.tolist() == [Fraction(1, 3), big]
    assert answer.best_for_sellers.tolist() == [Fraction(1, 3), big - Fraction(1, 6)]


@pytest.mark.parametrize("most", [2**62, 2**63, 2**63 + 2**62, 2**64])
def test_whole_numbers_beyond_machine_words_stay_exact_however_given(most):
    # beside a number below zero numpy makes floats of what needs 64 bits, and alone unsigned integers
    surplus = [[most, most - 1], [most - 2, -1]]
    for given in (surplus, [[most, most - 1], [most - 2, 0]], [[most, most - 1], [most - 2, 0.5]]):
        solution = gt.solve(AssignmentGame(given), exact=True).require()
        assert solution.results["value"] == 2 * most - 3
    unsigned = np.array([[2**63 + 5, 0], [0, 1]], dtype=np.uint64)
    assert gt.solve(AssignmentGame(unsigned)).require().results["value"] == 2**63 + 6


def test_sparse_and_dense_agree_and_missing_pairs_do_not_match():
    draws = np.random.default_rng(3)
    surplus = draws.integers(-4, 20, (12, 9))
    rows, columns = np.nonzero(surplus > 0)
    sparse = gt.solve(AssignmentGame.sparse(rows, columns, surplus[rows, columns], (12, 9)), exact=True).require()
    dense = gt.solve(AssignmentGame(surplus), exact=True).require()
    for name in ("best_for_buyers", "then_sellers", "then_buyers", "best_for_sellers"):
        assert getattr(sparse.answer, name).tolist() == getattr(dense.answer, name).tolist()
    with pytest.raises(InputError, match="twice"):
        AssignmentGame.sparse([0, 0], [1, 1], [1, 2], (1, 2))


@pytest.mark.parametrize(
    "game",
    [
        AssignmentGame(np.array(HOUSES), buyer_names=("x", "y", "z")),
        AssignmentGame.sparse([0, 1], [1, 0], [2, 3], (2, 2)),
        AssignmentGame(np.array(HOUSES), buyer_masses=[1, 2, 3], seller_masses=["1/2", 1, 4]),
        RoommateGame.separable(["1/3", 1, 2], 1, "1/2", names=("a", "b", "c")),
        RoommateGame(np.ones((3, 3), dtype=int), masses=[1, 2, "5/2"]),
        DynamicPairing([1, 2], ["7/2", 3], [1, 2], 3, "9/10"),
    ],
)
@pytest.mark.parametrize("exactly", [True, False])
def test_games_survive_saving(tmp_path, game, exactly):
    from gametheory.verification import verify_file

    solution = gt.solve(game, exact=exactly)
    assert solution.verified
    solution.save(tmp_path / "s.json")
    assert verify_file(tmp_path / "s.json").ok


def test_choo_siow_against_its_matching_function_on_a_symmetric_market():
    """Two equal types of each side and no surplus: everyone is equally likely to match anyone or stay alone."""
    game = AssignmentGame([[0.0, 0.0], [0.0, 0.0]], buyer_masses=[1.0, 1.0], seller_masses=[1.0, 1.0], scale=1)
    answer = gt.solve(game, concept="choo_siow").require().answer
    np.testing.assert_allclose(answer.matches, 1 / 3)
    np.testing.assert_allclose(np.exp(answer.log_single_buyers), 1 / 3)
    wrong = replace(answer, matches=answer.matches * 1.01)
    assert not gt.verify(game, wrong, concept="choo_siow").ok
    with pytest.raises(RefusedError, match="scale"):
        gt.solve(replace(game, scale=None), concept="choo_siow")


def test_choo_siow_with_small_shocks_nears_the_core():
    surplus = np.array([[5.0, 8.0, 2.0], [7.0, 9.0, 6.0], [2.0, 3.0, 0.0]])
    masses = {"buyer_masses": np.ones(3), "seller_masses": np.ones(3)}
    answer = gt.solve(AssignmentGame(surplus, **masses, scale="0.05"), concept="choo_siow").require().answer
    assert np.argmax(answer.matches, axis=1).tolist() == [1, 2, 0]
    np.testing.assert_allclose(answer.matches.max(axis=1), 1, atol=0.02)


def test_three_agents_who_all_like_each_other_have_an_empty_core():
    game = RoommateGame([[0, 1, 1], [1, 0, 1], [1, 1, 0]])
    solution = gt.solve(game, exact=True)
    assert solution.termination is Termination.NONE_EXISTS
    assert solution.verified
    assert solution.certificate.kind == "odd_set_dual"
    assert solution.answer.amounts.tolist() == [Fraction(1, 2)] * 3
    assert solution.answer.set_members.tolist() == [0, 1, 2]


@pytest.mark.parametrize("exact", [True, False])
def test_an_empty_core_is_reported_with_the_agents_who_empty_it(exact):
    # Ann and bob are better off together than with anybody else; the other three outbid each other in turn.
    surplus = np.array([[0, 9, 0, 0, 0], [9, 0, 0, 0, 0], [0, 0, 0, 1, 1], [0, 0, 1, 0, 1], [0, 0, 1, 1, 0]])
    solution = gt.solve(RoommateGame(surplus, names=("ann", "bob", "cat", "dan", "eve")), exact=exact)
    assert solution.termination is Termination.NONE_EXISTS
    assert "odd set: cat, dan, eve" in solution.message


def test_a_half_integral_optimum_proves_nothing():
    """A triangle and a fourth agent who equalises: halves are optimal, but so is a matching."""
    surplus = np.array([[0, 2, 2, 1], [2, 0, 2, 1], [2, 2, 0, 1], [1, 1, 1, 0]])
    game = RoommateGame(surplus)
    assert gt.solve(game, exact=True).require().results["value"] == 3
    halves = EmptyCore([0, 0, 1], [1, 2, 2], np.array([Fraction(1, 2)] * 3), [1, 1, 1, 0], [0], [], np.array([]))
    certificate = gt.verify(game, halves)
    assert not certificate.ok
    assert "nothing is proved" in certificate.violations[0].constraint


def test_an_even_set_or_a_price_too_low_is_no_evidence():
    game = RoommateGame([[0, 1, 1], [1, 0, 1], [1, 1, 0]])
    answer = gt.solve(game, exact=True).answer
    even = replace(answer, set_offsets=[0, 2], set_members=[0, 1])
    assert "odd sets" in gt.verify(game, even).violations[0].constraint
    cheap = replace(answer, set_prices=np.array([Fraction(1, 2)]))
    assert "not paid for" in gt.verify(game, cheap).violations[0].constraint
    crowded = replace(answer, amounts=np.array([Fraction(1)] * 3))
    assert not gt.verify(game, crowded).ok


@pytest.mark.parametrize(("high", "low"), [(1, "2/5"), (1, "-3/5"), (1, 1)])
def test_separable_pairs_equal_the_linear_program_at_a_hundred(high, low):
    draws = np.random.default_rng(8)
    types = draws.random(100)
    game = RoommateGame.separable(types, high, low, constant="1/2")
    fast = gt.solve(game).require()
    assert fast.method == "sorting"
    slow = gt.solve(RoommateGame(game.matrix()), method="linear_program").require()
    assert fast.results["value"] == pytest.approx(slow.results["value"], abs=1e-7)
    order = np.argsort(types)
    assert fast.answer.first.tolist() == order[:50].tolist()
    assert fast.answer.second.tolist() == order[::-1][:50].tolist()
    # The core is a segment: payoffs of the upper half fall and of the lower half rise with one number.
    upper = slow.answer.payoffs - fast.answer.payoffs
    assert np.ptp(upper[order[50:]]) < 1e-7
    assert np.ptp(upper[order[:50]]) < 1e-7


def test_odd_separable_game_has_an_empty_core_unless_the_one_left_out_earns_nothing():
    types = ["1", "2", "3", "5", "8"]
    empty = gt.solve(RoommateGame.separable(types, 1, "1/2"), exact=True)
    assert empty.termination is Termination.NONE_EXISTS
    assert empty.verified
    slow = gt.solve(RoommateGame(RoommateGame.separable(types, 1, "1/2").matrix(exactly=True)), exact=True)
    assert slow.termination is Termination.NONE_EXISTS
    full = gt.solve(RoommateGame.separable(types, 1, 1), exact=True).require()
    assert full.results["value"] == (8 + 5) - (1 + 2)
    assert full.results["matching"]["3"] is None


def test_separable_masses_split_the_middle_type():
    game = RoommateGame.separable([1, 2, 3], 1, 0, masses=["1", "3", "1"])
    solution = gt.solve(game, exact=True).require()
    assert solution.results["masses"] == [
        {"first": "1", "second": "3", "pairs": 1},
        {"first": "2", "second": "2", "pairs": Fraction(3, 2)},
    ]
    assert solution.results["payoffs"] == {"1": 1, "2": 1, "3": 2}
    by_program = gt.solve(RoommateGame(game.matrix(exactly=True), masses=[1, 3, 1]), exact=True).require()
    assert by_program.results["value"] == solution.results["value"] == 6


def test_nested_recursion_on_a_submodular_function_equals_the_program():
    draws = np.random.default_rng(2)
    types = draws.random(60)

    def output(x, y):
        return np.sqrt(x + y)

    fast = gt.solve(RoommateGame.from_function(types, output)).require()
    assert fast.method == "nested_recursion"
    slow = gt.solve(RoommateGame(output(types[:, None], types[None, :]))).require()
    assert fast.results["value"] == pytest.approx(slow.results["value"], abs=1e-7)


def test_recursion_on_a_supermodular_function_is_refused_or_caught_by_the_check():
    game = RoommateGame.from_function(np.arange(6.0), lambda x, y: x * y)
    with pytest.raises(RefusedError, match="not submodular"):
        gt.solve(game, method="nested_recursion")
    # Each with the next: 5 * 4 + 3 * 2 + 1 * 0.
    assert gt.solve(game).require().results["value"] == pytest.approx(26)
    many = RoommateGame.from_function(np.linspace(0, 1, 1600), lambda x, y: x * y + 9)
    solution = gt.solve(many, method="nested_recursion")
    assert solution.termination is Termination.FAILED
    assert "can do better" in solution.message


@pytest.mark.parametrize("exact", [False, True])
def test_whoever_would_rather_stay_alone_does(exact):
    # Every pair makes 0 or less, but for those of 0 (cost 3 times the lower type).
    game = RoommateGame.separable([2, 5, 3, 5, 0, 1], 0, 3)
    solution = gt.solve(game, exact=exact).require()
    assert (solution.method, solution.results["value"]) == ("linear_program", 0)
    alike = RoommateGame.from_function(np.array([2.0, 5, 3, 5, 0, 1]), lambda x, y: -3 * np.minimum(x, y))
    assert gt.solve(alike).require().results["value"] == 0


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x, y: x - y, "'1' with '2' and '2' with '1' different sums"),
        (lambda x, y: 1.0, r"shape \(\), not numbers of shape \(4,\)"),
        (lambda x, y: np.full(np.broadcast(x, y).shape, "a"), "not numbers"),
        (lambda x, y: x * np.nan, "NaN"),
    ],
)
def test_functions_that_are_no_surplus_are_refused(function, message):
    with pytest.raises(InputError, match=message):
        RoommateGame.from_function(np.arange(4.0), function)


def test_payoffs_that_a_pair_can_better_are_refused_also_in_linear_time():
    game = RoommateGame.separable(np.linspace(1, 2, 40), 1.0, 0.3)
    answer = gt.solve(game).answer
    moved = answer.payoffs.copy()
    moved[0] -= 0.01
    moved[39] += 0.01
    assert not gt.verify(game, replace(answer, payoffs=moved), exact=False).ok
    twice = replace(answer, second=np.concatenate([answer.second[1:], answer.second[1:2]]))
    assert "two pairs" in gt.verify(game, twice, exact=False).violations[0].constraint


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: AssignmentGame([[1.0, NAN]], seller_names=("x", "y")), "the surplus of '1' with 'y' is nan"),
        (lambda: AssignmentGame([["1/2", "x"]], ["ann"]), "the surplus of 'ann' with '2': 'x' is not a finite"),
        (lambda: AssignmentGame([[1, 2], [3]]), "row 2 of 'surplus' has 1 numbers, and row 1 has 2"),
        (lambda: AssignmentGame([1.0, NAN]), "the surplus at entry 2 is nan"),
        (
            lambda: AssignmentGame.sparse([0, 1], [1, 0], [1.0, NAN], (2, 2), buyer_names=["a", "b"]),
            "the surplus of 'b' with '1' is nan",
        ),
        (lambda: AssignmentGame.sparse([0, 0], [1, 1], [1, 1], (2, 2)), "the surplus of '1' with '2' is given twice"),
        (lambda: AssignmentGame.sparse([0], [2], [1], (2, 2)), "there is no seller 2"),
        (lambda: AssignmentGame([[1]], buyer_masses=[NAN], seller_masses=[1]), "the mass of '1' is nan"),
        (lambda: AssignmentGame([[1]], buyer_masses=[1, NAN], seller_masses=[1]), "the mass of '2' is nan"),
        (lambda: AssignmentGame([[1]], buyer_masses=[-1], seller_masses=[1]), "the mass of '1' is not positive: -1"),
        (lambda: AssignmentGame([[1]], buyer_masses=[1]), "both sides"),
        (lambda: AssignmentGame([[1, 2]], seller_names=("x", "x")), "two sellers are called 'x'"),
        (lambda: RoommateGame([[0, 1], [2, 0]], names=("ann", "bob")), "'ann' with 'bob' is 1, and of 'bob'"),
        (lambda: RoommateGame([[0, float("inf")], [0, 0]]), "the surplus of '1' with '2' is inf"),
        (lambda: RoommateGame.separable([1.0, NAN], 1, 1, names=["ann", "bob"]), "the type of 'bob' is nan"),
        (lambda: RoommateGame.separable([1.0], NAN, 1), "'high': nan is not"),
        (lambda: RoommateGame.from_data({"types": [1], "low": NAN}), "one surplus"),
        (lambda: RoommateGame([[0, 1], [1, 0]], masses=[1, NAN], names=["ann", "bob"]), "the mass of 'bob' is nan"),
        (lambda: DynamicPairing([1], [NAN], [0], 1), "what leaving settled is worth to '1' is nan"),
        (lambda: RoommateGame.separable([1, 2], -2, 1), "not submodular"),
        (lambda: DynamicPairing([1], [1], [0], 0), "whole number from 1"),
        (lambda: DynamicPairing([1], [1], [0], 2, "3/2"), "at most 1"),
        (lambda: RoommateGame.from_data({"surpluss": [[0]]}), "no 'surpluss'"),
        (lambda: AssignmentGame.from_data({"rows": [0]}), "no 'columns'"),
    ],
)
def test_bad_games_name_the_agent(build, message):
    with pytest.raises(InputError, match=message) as error:
        build()
    assert error.value.exit_code == 3


def test_evidence_survives_its_data_tree():
    game = RoommateGame([[0, 1, 1], [1, 0, 1], [1, 1, 0]])
    for made, kind in (
        (gt.solve(game, exact=True).answer, EmptyCore),
        (CoreAllocation([0], [1], None, [1, 0, 0]), None),
    ):
        again = type(made).from_data(made.to_data())
        assert verify(game, again, exact=True, concept="core").ok == (kind is EmptyCore)


def test_long_lists_are_ordered_like_a_stable_argsort():
    draws = np.random.default_rng(4)
    count = pairs.PACKED + 1
    close = 1 + 1e-14 * np.round(10 * draws.random(count))
    close[:1000] = draws.normal(size=1000)
    zeros = np.where(draws.random(count) < 0.5, -0.0, 0.0)
    for types in (draws.normal(size=count), np.round(draws.normal(size=count), 2), close, zeros):
        assert (pairs.ascending(types) == np.argsort(types, kind="stable")).all()


def test_limits_are_terminations():
    game = RoommateGame([[0, 1, 1], [1, 0, 1], [1, 1, 0]])
    from gametheory.limits import Budget, Limits

    spent = Budget(Limits(iterations=1))
    spent.iterations = 1
    for solver, form in (
        (program.solve, game),
        (rounds.solve_rounds, DynamicPairing([4], [10], [6], 2)),
        (pairs.solve_separable, RoommateGame.separable([1, 2], 1, 0)),
    ):
        assert solver(form, Options(budget=spent)).termination is Termination.LIMIT


@pytest.mark.parametrize("value", [True, [[1, 2], [True, 0]], "x", [["1", "x"]]])
def test_what_is_no_number_is_no_surplus(value):
    with pytest.raises(InputError, match="is not a finite number"):
        AssignmentGame(value)
