"""Intermediated markets: distributions against scipy and numpy, tiers against brute force, checks against errors."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import scipy.stats

import gametheory as gt
from gametheory.networks import IntermediatedMarket, TierEquilibrium, TypeDistribution
from gametheory.networks.verify_market import verify

HALF = Fraction(1, 2)
LEVELS = [0.001, 0.03, 0.25, 0.5, 0.9, 0.999]


def uniform(low, high):
    return TypeDistribution("uniform", {"low": low, "high": high})


def market(**changes):
    given = {"law": uniform(0, 1), "rounds": 3, "opposite": HALF, "discount": Fraction(99, 100), "dividend": 2}
    return IntermediatedMarket(**{**given, **changes})


def solved(form, exact=True):
    return gt.solve(form, exact=exact).require()


@pytest.mark.parametrize(
    ("law", "reference"),
    [
        (uniform(1, 3), scipy.stats.uniform(1, 2)),
        (TypeDistribution("beta", {"a": 2, "b": 3, "low": 1, "high": 3}), scipy.stats.beta(2, 3, 1, 2)),
        (TypeDistribution("power", {"k": 3, "low": 1, "high": 3}), scipy.stats.powerlaw(3, 1, 2)),
    ],
)
def test_laws_as_scipy_has_them(law, reference):
    for level in LEVELS:
        assert float(law.quantile(level)) == pytest.approx(reference.ppf(level), rel=1e-12)
        assert law.cdf(law.quantile(level))[0] == pytest.approx(level, rel=1e-9)
    assert law.density(1.7) == pytest.approx(reference.pdf(1.7), rel=1e-4)


@pytest.mark.parametrize(
    ("kind", "parameters", "message"),
    [
        ("truncated_lognormal", {"mu": 0, "s": 1, "low": 0, "high": "1e400"}, "'high' is too large"),
        ("truncated_lognormal", {"mu": 0, "s": "1e-400", "low": 0, "high": 1}, "'s' is too small"),
        ("beta", {"a": "1e400", "b": 1, "low": 0, "high": 1}, "'a' is too large"),
        ("power", {"k": "1e400", "low": 0, "high": 1}, "'k' is too large"),
        # 1/k is the power of a share: an exact quantile would have as many bits
        ("power", {"k": "1e-7", "low": 0, "high": 1}, "'k' is 1/10000000, below 1/1000"),
    ],
)
def test_laws_that_numbers_cannot_hold_are_refused(kind, parameters, message):
    with pytest.raises(gt.InputError, match=message):
        TypeDistribution(kind, parameters)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"dividend": "1e400"}, "dividend"),
        ({"holding": "1e400"}, "holding"),
        ({"law": uniform(0, "1e400")}, "high"),
        ({"law": TypeDistribution("empirical", {}, [1, Fraction(10) ** 400])}, "x"),
    ],
)
def test_markets_that_floats_cannot_hold_are_refused_in_floats(change, name):
    assert solved(market(**change)).solved
    with pytest.raises(gt.InputError, match=f"'{name}' is too large for a float\nchange units"):
        market(**change).to_float()


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [("power", {"k": 1e-3, "low": 1, "high": 2}), ("beta", {"a": 1e-300, "b": 1, "low": 1, "high": 2})],
)
def test_types_that_floats_cannot_tell_from_the_lowest_are_refused(kind, parameters):
    # (1/4)^1000 = 10^-602
    with pytest.raises(gt.InputError, match=r"a share of 0\.25 of this law is below every type that floats tell apart"):
        TypeDistribution(kind, parameters).quantile(0.25)


def test_cutoffs_of_many_rounds_may_round_to_the_lowest_type():
    # of a law of the order of x^2 at 1, 2^-200 is below 1 + 10^-30
    form = market(law=TypeDistribution("beta", {"a": 2, "b": 3, "low": 1, "high": 2}), rounds=200, discount=1)
    assert solved(form).answer.cutoffs[-1] == 1


@pytest.mark.parametrize(("low", "high"), [(0, 2.5), (0.5, 2.5), (20, 50), (1e-3, 1e-2)])
def test_the_truncated_lognormal_law(low, high):
    law = TypeDistribution("truncated_lognormal", {"mu": 0.3, "s": 0.8, "low": low, "high": high})
    whole = scipy.stats.lognorm(0.8, scale=np.exp(0.3))

    def between(one, other):
        # In a tail only the share on its side keeps its digits.
        return whole.sf(one) - whole.sf(other) if low > 2 else whole.cdf(other) - whole.cdf(one)

    mass = between(low, high)
    for level in LEVELS:
        x = law.quantile(level)
        assert low <= x <= high
        assert between(low, x) / mass == pytest.approx(level, rel=1e-9)
        assert law.cdf(x)[0] == pytest.approx(level, rel=1e-9)


def test_the_empirical_law_interpolates_as_numpy_does():
    points = [3.0, 0.5, 0.5, 2.0, 7.25]
    law = TypeDistribution("empirical", {}, points)
    for level in np.linspace(0, 1, 41):
        assert law.quantile(level) == pytest.approx(np.quantile(points, level), abs=1e-12)
    assert law.cdf(0.5) == (0, 0.25)
    assert law.cdf(2.0) == (0.5, 0.5)
    assert law.cdf(5.125) == (0.875, 0.875)
    assert law.cdf(9.0) == (1, 1)
    assert law.cdf(0.1) == (0, 0)


def test_rational_laws_stay_rational():
    assert uniform(Fraction(1, 3), 1).quantile(Fraction(1, 4)) == HALF
    root = TypeDistribution("power", {"k": "1/2", "low": 0, "high": 1})
    assert root.quantile(Fraction(1, 8)) == Fraction(1, 64)
    assert root.cdf(Fraction(1, 64)) == (Fraction(1, 8), Fraction(1, 8))
    above, below = root.cdf(Fraction(1, 2))
    assert below < above
    assert float(above) == pytest.approx(0.5**0.5, abs=1e-15)
    assert not TypeDistribution("power", {"k": 2, "low": 0, "high": 1}).is_rational()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"kind": "unform", "low": 0, "high": 1}, "unform"),
        ({"kind": "uniform", "low": 0}, "needs 'high'"),
        ({"kind": "uniform", "low": 0, "high": 1, "k": 2}, "has no 'k'"),
        ({"kind": "uniform", "low": 2, "high": 1}, "'low'"),
        ({"kind": "uniform", "low": 1, "high": 1}, "'low'"),
        ({"kind": "uniform", "low": -1, "high": 1}, "'low'"),
        ({"kind": "uniform", "low": float("nan"), "high": 1}, "'low'"),
        ({"kind": "beta", "a": 0, "b": 1, "low": 0, "high": 1}, "'a'"),
        ({"kind": "truncated_lognormal", "mu": 0, "s": 0.01, "low": 100, "high": 200}, "no mass"),
        ({"kind": "empirical"}, "'x'"),
        ({"kind": "empirical", "x": [1]}, "'x'"),
        ({"kind": "empirical", "x": [1, 1]}, "'x'"),
        ({"kind": "empirical", "x": [1, -1]}, "'x'"),
        ({"kind": "empirical", "x": [1, float("nan")]}, "'x'"),
        ({"kind": "uniform", "low": 0, "high": 1, "x": [1, 2]}, "'x'"),
        ("uniform", "table"),
    ],
)
def test_bad_laws_name_the_field(table, message):
    with pytest.raises(gt.InputError, match=message):
        TypeDistribution.from_data(table)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rounds": 0}, "rounds"),
        ({"rounds": True}, "rounds"),
        ({"opposite": 2}, "opposite"),
        ({"discount": 0}, "discount"),
        ({"discount": "11/10"}, "discount"),
        ({"dividend": 0}, "dividend"),
        ({"holding": -1}, "holding"),
        ({"law": {"kind": "uniform"}}, "law"),
    ],
)
def test_bad_markets_name_the_field(change, message):
    with pytest.raises(gt.InputError, match=message):
        market(**change)


def test_one_round_by_hand():
    # Half the types 0 .. 1 are served; the median type is indifferent at fee (1 - p)/2.
    answer = solved(market(rounds=1, opposite=Fraction(1, 4))).answer
    assert answer.cutoffs.tolist() == [HALF]
    assert answer.fees.tolist() == [Fraction(3, 8)]


def test_three_rounds_by_hand():
    answer = solved(market()).answer
    assert answer.cutoffs.tolist() == [HALF, Fraction(1, 4), Fraction(1, 8)]
    third = Fraction(1, 16)
    second = (Fraction(1, 100) * (2 + Fraction(1, 4)) + Fraction(99, 100) * third) / 2
    first = (Fraction(1, 100) * (2 + HALF) + Fraction(99, 100) * second) / 2
    assert answer.fees.tolist() == [first, second, third]


def test_a_market_that_is_not_of_the_paper():
    # Ticket touts: ten thousand fans with values 3 .. 11, one evening, wishes always opposite half of the time.
    solution = solved(IntermediatedMarket(uniform(3, 11), 1, HALF, 1, 20, 2))
    types = [Fraction(3) + k for k in range(9)]
    fee, cutoff = solution.answer.fees[0], solution.answer.cutoffs[0]

    def worth(s):
        return max((20 + s) * 2 - fee, 20 * 2 + fee)

    for s in types:
        for other in types:
            # Together two fans get what the keener one wants; the other is left with either outcome.
            assert worth(s) + worth(other) >= (20 + max(s, other)) * 2 + 20 * 2
    assert worth(cutoff) == (20 + cutoff) * 2 - fee == 40 + fee


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cutoffs": [HALF, Fraction(1, 4), Fraction(1, 9)]}, "below the cutoff"),
        ({"cutoffs": [HALF, Fraction(1, 4), Fraction(1, 4)]}, "round 3"),
        ({"fees": [Fraction(1, 20), Fraction(1, 20), Fraction(1, 16)]}, "not indifferent"),
        ({"participation": False, "leaver": (2, Fraction(1, 8))}, "better off staying"),
        ({"participation": False, "leaver": (1, Fraction(3, 4))}, "does not deal"),
    ],
)
def test_wrong_tiers_are_caught(exact, change, message):
    form = market()
    wrong = replace(solved(form).answer, **change)
    certificate = verify(form, wrong, exact=exact)
    assert not certificate.ok
    assert any(message in v.constraint for v in certificate.violations)


@pytest.mark.parametrize("exact", [True, False])
def test_dealers_who_would_leave_are_caught(exact):
    form = market(discount=HALF)
    answer = solved(form).answer
    assert answer.participation is False
    claimed = TierEquilibrium(answer.cutoffs, answer.fees, True)
    certificate = verify(form, claimed, exact=exact)
    assert any("leaves" in v.constraint for v in certificate.violations)


def test_indifferent_dealers_do_not_count_as_staying():
    form = market(rounds=2, discount=Fraction(2) / (2 + Fraction(1, 8)))
    answer = solved(form).answer
    assert answer.participation is False
    assert not verify(form, TierEquilibrium(answer.cutoffs, answer.fees, True), exact=True).ok


@pytest.mark.parametrize(
    ("opposite", "dividend", "high", "threshold"),
    # X / (X + (1 - p) s_2) with X = y + (2p - 1) s, s = s_2 or, if p < 1/2, the lowest type
    [("0.3", "0.7", 1, "0.8"), ("0.6", "0.7", 2, "0.8"), ("0.6", "2.2", 2, "0.92")],
)
@pytest.mark.parametrize("exact", [True, False])
def test_who_stays_is_decided_exactly_in_floats_too(opposite, dividend, high, threshold, exact):
    def stays(discount):
        numbers = {"opposite": opposite, "dividend": dividend, "discount": discount}
        form = market(law=uniform(0, high), rounds=2, **{n: Fraction(v) for n, v in numbers.items()})
        return solved(form if exact else form.to_float(), exact).answer.participation

    assert stays(threshold) is False
    assert stays(Fraction(threshold) + Fraction(1, 10**9)) is True


@pytest.mark.parametrize("exact", [True, False])
def test_without_discounting_everybody_stays_however_small_the_last_fee(exact):
    # 2^-200 is lost in a sum with the dividend
    assert solved(market(rounds=200, discount=1), exact).answer.participation is True


@pytest.mark.parametrize("unit", [1e-12, 1e-200, 1e12, 1e200])
@pytest.mark.parametrize("amount", [1e-12, 1.0, 1e12])
def test_floats_are_checked_relative_to_the_size_of_the_market(unit, amount):
    form = market(law=uniform(0.0, unit), discount=0.99, opposite=0.5, dividend=2 * unit, holding=amount)
    answer = solved(form, exact=False).answer
    assert verify(form, answer, exact=False).ok
    for change in ({"fees": answer.fees * 1.01}, {"cutoffs": answer.cutoffs * 1.01}, {"cutoffs": answer.cutoffs[::-1]}):
        assert not verify(form, replace(answer, **change), exact=False).ok


@pytest.mark.parametrize(
    "answer",
    [
        TierEquilibrium([HALF], [HALF], True),
        TierEquilibrium([HALF, HALF, HALF], [1, 1, 1], False),
        TierEquilibrium([HALF, HALF, HALF], [1, 1, 1], False, (3, HALF)),
        TierEquilibrium([HALF, HALF, HALF], [1, 1, 1], True, (1, HALF)),
    ],
)
def test_answers_of_the_wrong_shape_are_refused(answer):
    with pytest.raises(gt.InputError):
        verify(market(), answer, exact=True)


def test_atoms_may_hold_the_cutoff():
    form = market(law=TypeDistribution("empirical", {}, [1, 1, 1, 1, 2]), rounds=2)
    assert solved(form).answer.cutoffs.tolist() == [1, 1]


def test_irrational_laws_are_solved_in_floats_and_say_so():
    solution = solved(market(law=TypeDistribution("beta", {"a": 2, "b": 2, "low": 0, "high": 1})))
    assert not solution.exact
    assert "irrational" in solution.message


def test_a_limit_is_a_termination():
    assert gt.solve(market(rounds=9), iterations=3).termination == "LIMIT"


def test_many_rounds():
    assert solved(market(rounds=200, discount=1), exact=False).verified


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("discount", [Fraction(1, 2), Fraction(99, 100)])
def test_a_saved_solution_is_verified_from_its_file(tmp_path, exact, discount):
    form = market(discount=discount, law=TypeDistribution("empirical", {}, [0, 1, 2, 5]), dividend=9)
    solution = solved(form if exact else form.to_float(), exact)
    solution.save(tmp_path / "solution.json")
    assert gt.verify_file(tmp_path / "solution.json").ok
