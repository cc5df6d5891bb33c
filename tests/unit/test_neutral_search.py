"""The parts of the search for neutral mechanisms: the chain, the gap, rounding, polishing, the relaxation."""

from fractions import Fraction

import numpy as np
import pytest

from gametheory.limits import Budget
from gametheory.mechanism.neutral import OneSidedTrade
from gametheory.mechanism.neutral.chain import Chain
from gametheory.mechanism.neutral.polish import gap, polished
from gametheory.mechanism.neutral.refine import neutral_mechanism
from gametheory.mechanism.neutral.relaxation import Relaxation
from gametheory.mechanism.neutral.rounding import nearest_solution
from gametheory.mechanism.neutral.search import search, shortfall
from gametheory.mechanism.neutral.solver import neutral_optimum
from gametheory.mechanism.neutral.verify import verify
from tests.neutral_examples import paper, random_trade, two_types, warrants_by_definition

F = Fraction

#: Trades that no single relaxed program solves: flows are divided, and some certificates are not rational with
#: multipliers between neighbours alone.
HARD = [
    ([11, 21, 33, 37, 45, 57], [12, 50, 53, 63, 41, 58], [16, 7, 15, 3, 2, 18], "1/4"),
    ([7, 23, 27, 39, 46, 50], [12, 50, 56, 42, 67, 53], [16, 7, 1, 18, 18, 1], "1"),
    ([1, 7, 21, 48, 49, 50, 51, 56], [24, 11, 36, 59, 78, 62, 56, 83], [11, 11, 13, 19, 1, 14, 9, 3], "1/2"),
    ([4, 13, 20, 33, 43, 47, 55, 58], [15, 22, 46, 58, 46, 52, 68, 65], [2, 17, 15, 16, 12, 6, 16, 7], "1"),
    ([0, 12, 16, 22, 45, 46, 49, 56], [13, 31, 36, 45, 67, 56, 64, 66], [8, 12, 3, 18, 16, 2, 7, 16], "1/4"),
]


def trade(costs, values, weights, power):
    return OneSidedTrade(costs, values, [F(w, sum(weights)) for w in weights], power=power)


@pytest.mark.parametrize("parts", HARD)
def test_hard_trades(parts):
    hard = trade(*parts)
    answer = neutral_optimum(hard, uniqueness=0)
    assert verify(hard, answer, exact=True).ok


def test_neighbours_imply_all_incentive_constraints():
    rng = np.random.default_rng(7)
    for _ in range(200):
        given = random_trade(rng, int(rng.integers(2, 7)))
        chain = Chain.of(given)
        # Random monotone quantities, utilities within what neighbours allow.
        n = given.size
        quantities = np.array(sorted((F(int(x), 12) for x in rng.integers(0, 13, n)), reverse=True), dtype=object)
        utilities = [F(0)]
        for t in range(n - 2, -1, -1):
            step = given.costs[t + 1] - given.costs[t]
            share = F(int(rng.integers(0, 5)), 4)
            rent = (1 - share) * quantities[t + 1] + share * quantities[t]
            utilities.insert(0, utilities[0] + step * rent)
        payments = np.array(utilities, dtype=object) + given.costs * quantities
        slack = given.incentive_slack(quantities, payments)
        assert all(slack[s, t] >= 0 for s, t in zip(chain.sources, chain.targets, strict=True))
        assert (slack >= 0).all()


def test_constraints_between_neighbours_and_between_all():
    given = OneSidedTrade([3, 1, 3, 2], [5] * 4, ["1/4"] * 4)
    near, full = Chain.of(given), Chain.of(given, neighbours_only=False)
    assert near.order.tolist() == [1, 3, 0, 2] and near.class_of.tolist() == [0, 1, 2, 2]
    assert sorted(zip(near.sources.tolist(), near.targets.tolist(), strict=True)) == [
        (0, 1), (1, 0), (1, 2), (1, 3), (2, 1),
    ]  # fmt: skip
    assert full.sources.size == 4 * 2
    assert near.distances.tolist() == [
        1 if full.class_of[t] > s else -1 for s, t in zip(near.sources, near.targets, strict=True)
    ]
    extended = full.extended(near, np.array([F(k) for k in range(1, 6)], dtype=object))
    assert extended.sum() == 15 and (extended != 0).sum() == 5


def test_warrants_of_the_chain_are_those_of_the_definition():
    rng = np.random.default_rng(11)
    for _ in range(30):
        given = random_trade(rng, int(rng.integers(2, 6)))
        chain = Chain.of(given, neighbours_only=False)
        alpha = np.array([F(int(x), 200) for x in rng.integers(0, 3, chain.sources.size)], dtype=object)
        weights = chain.to_weights(alpha)
        assert weights.informed.tolist() == chain.weights(alpha).tolist()
        warrants, other = chain.warrants(alpha)
        expected, expected_other = warrants_by_definition(given, weights)
        assert warrants.tolist() == expected and other == expected_other


def test_the_gap_is_zero_at_the_papers_multipliers_only():
    chain = Chain.of(paper())
    alpha = np.array([F(0)] * chain.sources.size, dtype=object)
    place = {(int(s), int(t)): e for e, (s, t) in enumerate(zip(chain.sources, chain.targets, strict=True))}
    alpha[place[0, 1]], alpha[place[1, 2]], alpha[place[2, 3]] = F(3, 10), F(2, 5), F(1, 10)
    short, prices = gap(chain, alpha, Budget())
    assert short == 0 and prices.sum() == 1 and shortfall(chain, alpha) == pytest.approx(0, abs=1e-9)
    assert neutral_mechanism(chain, alpha, Budget()).quantities.tolist() == [1, F(1, 2), F(1, 6), F(1, 6)]
    alpha[place[1, 2]] = F(7, 20)
    short, _ = gap(chain, alpha, Budget())
    assert short < 0 and shortfall(chain, alpha) == pytest.approx(float(-short))
    assert neutral_mechanism(chain, alpha, Budget()) is None


def test_negative_weights_prove_nothing():
    chain = Chain.of(two_types())
    assert neutral_mechanism(chain, np.array([F(0), F(2)], dtype=object), Budget()) is None
    assert neutral_mechanism(chain, np.array([F(-1, 9), F(0)], dtype=object), Budget()) is None


def test_polishing_solves_for_the_missing_number():
    # Three types are pooled at quantity 1 and two weights are 0: the gap closes on a curve of multipliers only.
    hard = trade([7, 9, 16, 17, 24, 43, 49, 52], [26, 5, 39, 20, 11, 56, 61, 78], [11, 16, 5, 4, 13, 10, 16, 10], "1")
    found = search(Chain.of(hard), Budget(), iterations=100)
    full = Chain.of(hard, neighbours_only=False)
    alpha = np.array([found.limit.alpha[s, t] for s, t in zip(full.sources, full.targets, strict=True)], dtype=object)
    assert gap(full, alpha, Budget())[0] == 0
    repaired = 0
    for e in np.flatnonzero(alpha):
        moved = alpha.copy()
        moved[e] += F(1, 1000)
        if min(full.weights(moved)) >= 0 and gap(full, moved, Budget())[0] < 0:
            for candidate in polished(full, moved, Budget()):
                assert (candidate != moved).any() and min(candidate) >= 0
                if gap(full, candidate, Budget())[0] == 0:
                    assert neutral_mechanism(full, candidate, Budget()).informed_utilities[0] > 0
                    repaired += 1
    assert repaired


@pytest.mark.parametrize(
    ("rows", "near", "denominator", "expected"),
    [
        ([[1, 1, 1]], [0.3334, 0.6666], 12, ["1/3", "2/3"]),
        ([[2, 0, 1], [0, 3, 1]], [0.1, 0.1], 12, ["1/2", "1/3"]),
        ([], [0.124999], 10, ["1/8"]),
        ([[1, 1, 1], [2, 2, 2]], [0.25001, 0.75], 10, ["1/4", "3/4"]),
    ],
)
def test_nearest_solution(rows, near, denominator, expected):
    exact = [[F(x) for x in row] for row in rows]
    assert nearest_solution(exact, np.array(near), denominator) == [F(x) for x in expected]


def test_no_solution():
    rows = [[F(1), F(1), F(1)], [F(1), F(1), F(2)]]
    assert nearest_solution(rows, np.array([0.5, 0.5]), 10) is None


def test_the_relaxation_contains_neutral_mechanisms_of_brute_force():
    """On two types every certificate is two numbers: scan them, and see that the relaxation bounds all that pass."""
    given = OneSidedTrade([0, 2], [5, 3], ["1/2", "1/2"])
    chain = Chain.of(given)
    up = int(np.flatnonzero(chain.sources == 0)[0])
    passing = []
    for raised in range(41):
        for lowered in range(41):
            alpha = np.array([F(0), F(0)], dtype=object)
            alpha[up], alpha[1 - up] = F(raised, 80), F(lowered, 80)
            found = neutral_mechanism(chain, alpha, Budget())
            if found is not None:
                passing.append([float(u) for u in found.informed_utilities])
    assert [2.5, 0.5] in passing and [2.5, pytest.approx(5 / 6)] in passing
    relaxation = Relaxation(chain)
    for g in range(2):
        column = int(relaxation.utility[g])
        most = relaxation.solve(objective=[(column, 1.0)]).utility[g]
        least = relaxation.solve(objective=[(column, -1.0)]).utility[g]
        values = [u[g] for u in passing]
        assert least <= min(values) + 1e-7 and max(values) <= most + 1e-7


def test_splitting_covers_the_interval():
    hard = trade(*HARD[0])
    relaxation = Relaxation(Chain.of(hard))
    boxes, depth = {}, 0
    point = relaxation.solve(boxes)
    while depth < 6 and point is not None and (parts := relaxation.split(point, boxes)):
        (chosen,) = {g for part in parts for g in part if part[g] != boxes.get(g)}
        ends = sorted(part[chosen] for part in parts)
        whole = boxes.get(chosen, (0.0, relaxation.most_utility[chosen]))
        assert ends[0][0] == whole[0] and ends[0][1] == ends[1][0] and ends[1][1] == whole[1]
        boxes, depth = parts[0], depth + 1
        point = relaxation.solve(boxes)
    assert depth > 0
