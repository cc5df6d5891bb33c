"""Pairing over rounds: fees against the recursion of the marginal types, and the two solvers against each other."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import gametheory as gt
from gametheory.matching import DynamicPairing
from gametheory.numbers import exact_array


def paper_market(count, p, beta, periods):
    """Traders with volatility s and valuation y, as of the over-the-counter market with p and discount beta."""
    types = np.linspace(0.2, 1.0, count)
    y = 2.0
    return types, y, DynamicPairing(np.full(count, 1 / count), y + types, y + (2 * p - 1) * types, periods, beta)


@pytest.mark.parametrize("p", [0.5, 0.7])
def test_fees_of_several_rounds_follow_the_recursion_of_marginal_types(p):
    """T_N = (1 - p) s_N and T_t = ((1 - beta)(y + s_t) + beta T_{t+1}) / 2, s_t at the 2**-t quantile."""
    beta, periods = 0.99, 3
    types, y, game = paper_market(101, p, beta, periods)
    cutoffs = [types[int(np.ceil(101 * 2.0**-t)) - 1] for t in range(1, periods + 1)]
    fees = [(1 - p) * cutoffs[-1]]
    for s in cutoffs[-2::-1]:
        fees.insert(0, ((1 - beta) * (y + s) + beta * fees[0]) / 2)
    for method in ("backward_forward", "planner_program"):
        solution = gt.solve(game, method=method).require()
        assert solution.method == method
        np.testing.assert_allclose(solution.answer.fees, fees, atol=1e-9)
        np.testing.assert_allclose(solution.results["active"], [1, 1 / 2, 1 / 4], atol=1e-9)


def test_impatient_dealers_leave_and_the_planner_takes_over():
    _, _, game = paper_market(21, 0.5, 0.9, 3)
    solution = gt.solve(game).require()
    assert solution.method == "planner_program"
    assert "does not settle" in solution.message
    assert solution.results["active"][1] == pytest.approx(1 / 3)
    assert solution.results["active"][2] == pytest.approx(0)


def test_apprentices_in_exact_arithmetic():
    """Two rounds of examinations: in each pair one is examined while the other assists."""
    game = DynamicPairing([4], [10], [6], 2, "9/10", names=("apprentice",))
    solution = gt.solve(game, exact=True).require()
    # In round 2 being examined gains 4, so the fee is 2 and everyone is worth 8, that is 36/5 a round earlier;
    # in round 1 being examined gains 10 - 36/5, so the fee is 7/5 and everyone is worth 43/5.
    assert solution.answer.fees.tolist() == [Fraction(7, 5), 2]
    assert solution.results["values"] == {"apprentice": Fraction(43, 5)}
    assert solution.results["served"] == [2, 1]
    wrong = replace(solution.answer, fees=np.array([Fraction(1), Fraction(2)], dtype=object))
    assert not gt.verify(game, wrong).ok


def test_the_planner_is_exact_also_where_the_game_is_given_in_floats():
    game = DynamicPairing([1.0, 1.3, 0.7, 2.1], [1.1, 2.3, 3.7, 0.9], [0.3, 0.7, 0.1, 0.2], 3, 0.95)
    values = []
    for method in ("planner_program", "backward_forward"):
        solution = gt.solve(game, method=method, exact=True).require()
        assert solution.certificate.exact
        values.append((exact_array(game.masses) * solution.answer.unsettled_values[0]).sum())
    assert values[0] == values[1] == Fraction(2557921, 320000)


@pytest.mark.parametrize(("beta", "rounds"), [(0.8, 55), (0.5, 20)])
def test_the_planner_tells_late_rounds_apart_in_floats(beta, rounds):
    """Late rounds are worth 1e-4 to 1e-6 of the first: the exact planner has the same welfare and first fees."""
    _, _, game = paper_market(21, 0.5, beta, rounds)
    found = gt.solve(game, method="planner_program").require()
    read = Fraction(str(beta))
    exactly = DynamicPairing(
        exact_array(game.masses), exact_array(game.settled), exact_array(game.unsettled), rounds, read
    )
    other = gt.solve(exactly, method="planner_program", exact=True).require()
    assert found.results["value"] == pytest.approx(float(other.results["value"]), rel=1e-12)
