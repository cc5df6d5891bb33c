"""Auctions in reduced form against the state-by-state program, closed forms and Border's condition on all sets."""

from fractions import Fraction
from itertools import chain, combinations, product

import numpy as np
import pytest

import gametheory as gt
from gametheory.mechanism import classics
from gametheory.mechanism.reduced_form import ReducedFormAuction, ReducedFormMechanism
from gametheory.mechanism.reduced_form.verify import verify

F = Fraction


def solve(auction):
    return gt.solve(auction, exact=True).require()


def random_auction(rng, bidders, most):
    values, chances = [], []
    for _ in range(bidders):
        n = int(rng.integers(1, most + 1))
        values.append(np.sort(rng.choice(20, n, replace=False)))
        weights = rng.integers(1, 9, n)
        chances.append(np.array([F(int(w), int(weights.sum())) for w in weights], dtype=object))
    return ReducedFormAuction(tuple(f"b{i}" for i in range(bidders)), tuple(values), tuple(chances))


@pytest.mark.parametrize("seed", range(12))
def test_revenue_equals_the_program_over_all_states(seed):
    rng = np.random.default_rng(seed)
    auction = random_auction(rng, int(rng.integers(1, 4)), 4)
    states = classics.auction(auction.values, auction.probabilities)
    assert solve(auction).results["revenue"] == gt.solve(states, exact=True).require().results["value"]


def test_uniform_values_and_a_reserve_price():
    """Two bidders, values 1..100, alike: as in the continuous case, nobody wins below about half of the highest."""
    results = solve(ReducedFormAuction.symmetric(2, range(1, 101))).results
    winning = results["winning"]["bidder1"]
    assert all(q == 0 for v, q in winning.items() if int(v) < 50)
    assert winning["51"] > 0
    assert winning["100"] == F(99, 100) + F(1, 2) * F(1, 100)


def test_surplus_is_the_expected_highest_value():
    auction = ReducedFormAuction.symmetric(3, [1, 2, 3], revenue_weight=0)
    expected = sum(F(max(v), 27) for v in product([1, 2, 3], repeat=3))
    assert solve(auction).results["surplus"] == expected


def test_fifty_bidders_with_fifty_values_each():
    auction = ReducedFormAuction.symmetric(50, range(1, 51))
    solution = solve(auction)
    best = sum(F(k) * (F(k, 50) ** 50 - F(k - 1, 50) ** 50) for k in range(1, 51))
    assert best - 1 < solution.results["revenue"] < best
    assert solution.certificate.checked > 50 * 50 * 50


def all_sets(auction):
    """Yield every choice of a set of values for each bidder."""
    each = [
        list(chain.from_iterable(combinations(range(len(v)), k) for k in range(len(v) + 1))) for v in auction.values
    ]
    yield from product(*each)


@pytest.mark.parametrize("seed", range(30))
def test_borders_condition_on_all_sets(seed):
    """The sets that the verifier looks at decide as all sets do."""
    rng = np.random.default_rng(100 + seed)
    auction = random_auction(rng, 3, 3)
    q = [np.array([F(int(x), 20) for x in np.sort(rng.integers(0, 16, len(v)))], dtype=object) for v in auction.values]
    worst = F(0)
    for sets in all_sets(auction):
        wins, nobody = F(0), F(1)
        for f, own, chosen in zip(auction.probabilities, q, sets, strict=True):
            wins += sum((f[k] * own[k] for k in chosen), F(0))
            nobody *= 1 - sum((f[k] for k in chosen), F(0))
        worst = max(worst, wins - (1 - nobody))
    payments = tuple(own * 0 for own in q)
    certificate = verify(auction, ReducedFormMechanism(tuple(q), payments), exact=True)
    border = [v.amount for v in certificate.violations if v.constraint.startswith("border")]
    assert max(border, default=F(0)) == worst


def test_wrong_answers_fail():
    auction = ReducedFormAuction.symmetric(2, [1, 2, 4], ["1/2", "1/4", "1/4"])
    good = solve(auction).answer
    greedy = ReducedFormMechanism(good.winning, tuple(p + F(1, 100) for p in good.payments), good.ironed)
    assert verify(auction, greedy, exact=True).violations[0].constraint.startswith(("participation", "duality"))
    low = ReducedFormMechanism(good.winning, tuple(p * 0 for p in good.payments), good.ironed)
    assert {v.constraint.split(":")[0] for v in verify(auction, low, exact=True).violations} >= {"duality gap"}
    dear = ReducedFormMechanism(good.winning, good.payments, tuple(i - 1 for i in good.ironed))
    assert any(v.constraint.startswith("ironing") for v in verify(auction, dear, exact=True).violations)


def test_floats_agree_with_fractions():
    auction = random_auction(np.random.default_rng(5), 4, 6)
    exact, rounded = solve(auction), gt.solve(auction).require()
    assert rounded.results["revenue"] == pytest.approx(float(exact.results["revenue"]), rel=1e-12)


def test_saving(tmp_path):
    path = tmp_path / "auction.json"
    gt.solve(ReducedFormAuction.symmetric(2, [1, 2]), exact=True).save(path)
    assert gt.verify_file(path).ok


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((2, [2, 1]), "do not increase"),
        ((2, [1, 2], ["1/2", "1/3"]), "sum to"),
        ((2, [1, 2], [0, 1]), "not positive"),
        ((0, [1, 2]), "at least one bidder"),
    ],
)
def test_bad_auctions(arguments, said):
    with pytest.raises(gt.InputError, match=said):
        ReducedFormAuction.symmetric(*arguments)
