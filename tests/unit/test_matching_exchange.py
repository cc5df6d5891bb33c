"""Kidney exchange: worths, the proof by cases, and proofs that prove nothing."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import gametheory as gt
from gametheory.errors import UsageError
from gametheory.matching import BranchProof, Exchange, MatchingMarket
from gametheory.matching import exchange as kidneys
from gametheory.matching.verify import verify
from gametheory.solution import Termination
from gametheory.solvers import Options


def triangle():
    """Three pairs that can all swap with each other: at most one swap, but the linear program allows 3/2."""
    return MatchingMarket.housing({"a": ["b", "c"], "b": ["a", "c"], "c": ["a", "b"]})


def solved(market, **extra):
    outcome = kidneys.solve(market, Options(extra=extra))
    assert outcome.termination is Termination.SOLVED
    certificate = verify(market, outcome.answer, exact=True, concept="maximum_exchange")
    assert certificate.ok, certificate
    return outcome.answer


def test_swaps_in_a_triangle_need_a_proof_by_cases():
    answer = solved(triangle(), length=2)
    assert sum(i != int(j) for i, j in enumerate(answer.assignment)) == 2
    assert answer.proof.without is not None


def test_a_single_leaf_does_not_prove_the_triangle():
    market = triangle()
    answer = solved(market, length=2)
    leaf = BranchProof(prices=(1, 1, 1))
    certificate = verify(market, replace(answer, proof=leaf), exact=True, concept="maximum_exchange")
    assert not certificate.ok
    assert certificate.max_violation == 1


def test_prices_that_pay_for_no_cycle_are_refused():
    market = triangle()
    answer = replace(solved(market), proof=BranchProof(prices=(1, 1, 0)))
    certificate = verify(market, answer, exact=True, concept="maximum_exchange")
    assert not certificate.ok
    assert "do not pay" in certificate.violations[0].constraint


def test_a_cycle_of_three_beats_a_swap_when_allowed():
    assert solved(triangle(), length=3).assignment.tolist() in ([1, 2, 0], [2, 0, 1])


def test_worths_decide_between_exchanges():
    data = {
        "proposers": {"lists": {"p": ["kq", "kr", "kp"], "q": ["kp", "kq"], "r": ["kp", "kr"]}},
        "receivers": {"names": ["kp", "kq", "kr"]},
        "endowment": {"p": "kp", "q": "kq", "r": "kr"},
        "weights": {"p": {"kr": "5/2"}, "r": {"kp": 2}},
    }
    market = MatchingMarket.from_data(data)
    assert solved(market).assignment.tolist() == [2, 1, 0]


def test_the_report_says_who_receives_what_and_what_it_is_worth():
    lists = {"p": ["kq", "kp"], "q": ["kp", "kq"], "r": ["kp", "kr"]}
    data = {
        "proposers": {"lists": lists},
        "receivers": {"names": ["kp", "kq", "kr"]},
        "endowment": {"p": "kp", "q": "kq", "r": "kr"},
        "weights": {"p": {"kq": "5/2"}, "q": {"kp": 2, "kq": 7}},
    }
    results = gt.solve(MatchingMarket.from_data(data), concept="maximum_exchange").require().results
    assert results["worth"] == Fraction(9, 2)
    assert results["receives"] == {"p": "kq", "q": "kp", "r": None}


def random_exchange(seed, agents=9):
    """Return pairs, a third of whom suit each other, with worths of nine decimals."""
    draws = random.Random(seed)
    names = range(agents)
    lists = {f"p{i}": [f"k{j}" for j in names if j != i and draws.random() < 1 / 3] for i in names}
    return MatchingMarket.from_data(
        {
            "proposers": {"lists": lists},
            "receivers": {"names": [f"k{j}" for j in names]},
            "endowment": {f"p{i}": f"k{i}" for i in names},
            "weights": {p: {k: f"{draws.uniform(1, 3):.9f}" for k in own} for p, own in lists.items()},
        }
    )


def best_of_all(cycles, free):
    """Return the worth of the best disjoint cycles within `free`, trying every set of them."""
    if not free:
        return 0
    agent, rest = min(free), free - {min(free)}
    containing = [(c, w) for c, w in cycles.items() if agent in c and free.issuperset(c)]
    return max([best_of_all(cycles, rest), *(w + best_of_all(cycles, free - set(c)) for c, w in containing)])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("helped", [True, False])
def test_exchanges_of_fine_worths_equal_brute_force_whatever_the_integer_program_found(seed, helped, monkeypatch):
    market = random_exchange(seed)
    if not helped:
        monkeypatch.setattr(kidneys._Search, "find", lambda search: None)
    results = gt.solve(market, concept="maximum_exchange").require().results
    worth = {}
    for length in (2, 3):
        for cycle in itertools.permutations(range(9), length):
            arcs = list(zip(cycle, (*cycle[1:], cycle[0]), strict=True))
            if cycle[0] == min(cycle) and all(j in np.concatenate(market.proposers.groups(i) or [[]]) for i, j in arcs):
                worth[cycle] = sum(weight(market, i, j) for i, j in arcs)
    assert results["worth"] == best_of_all(worth, frozenset(range(9)))


def weight(market, agent, thing):
    lists = market.proposers
    start = int(lists.offsets[agent])
    return Fraction(market.weights[start + lists.targets[start : lists.offsets[agent + 1]].tolist().index(thing)])


def test_at_a_limit_the_best_exchange_and_the_bound_are_given():
    solution = gt.solve(triangle(), concept="maximum_exchange", length=2, iterations=1)
    assert solution.termination is Termination.LIMIT
    assert "an exchange worth 2 is found, and none is worth more than 3" in solution.message
    assert sum(i != int(j) for i, j in enumerate(solution.answer.assignment)) == 2
    assert solution.certificate.max_violation == 1


def test_too_many_cycles_and_a_spent_budget_stop_the_listing(monkeypatch):
    everyone = [f"a{i}" for i in range(14)]
    market = MatchingMarket.housing(dict.fromkeys(everyone, everyone))
    monkeypatch.setattr(kidneys, "MOST_CYCLES", 5)
    stopped = gt.solve(market, concept="maximum_exchange", length=2)
    assert stopped.termination is Termination.LIMIT
    assert "more than 5 cycles of up to 2 agents" in stopped.message
    monkeypatch.undo()
    # Some 14! / 14 cycles start at the first agent alone.
    late = gt.solve(market, concept="maximum_exchange", length=14, seconds=0.05)
    assert (late.termination, late.answer) == (Termination.LIMIT, None)
    assert "time limit" in late.message


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_solvers_leave_no_files(solver, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert gt.solve(triangle(), concept="maximum_exchange", solver=solver).require().results["transplants"] == 3
    free = gt.LinearProgram.build("min", [1, 3], lower=[None, None])
    assert gt.solve(free, method="pulp:cbc").termination is Termination.UNBOUNDED
    assert list(tmp_path.iterdir()) == []


def test_round_trip_of_the_answer():
    market = triangle()
    answer = solved(market, length=2)
    again = Exchange.from_data(answer.to_data())
    assert verify(market, again, exact=True, concept="maximum_exchange").ok


def test_a_market_without_owners_is_refused_and_so_is_an_unknown_solver():
    market = MatchingMarket.from_lists({"a": ["x"]}, ["x"])
    assert "own" in kidneys.refuses(market, Options())
    with pytest.raises(UsageError, match="nosuch"):
        kidneys.solve(triangle(), Options(extra={"solver": "nosuch"}))
    with pytest.raises(UsageError, match="length"):
        kidneys.solve(triangle(), Options(extra={"length": 1}))
