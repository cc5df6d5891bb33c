"""Kidney exchange: worths, the proof by cases, and proofs that prove nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

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
