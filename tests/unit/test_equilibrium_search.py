"""Search markets: the stationary law, equilibrium, simulation and indivisible holdings, each from a second source."""

import dataclasses
import math
from decimal import Decimal, getcontext
from fractions import Fraction
from math import comb, pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

import gametheory as gt
from gametheory.equilibrium import law
from gametheory.errors import InputError
from gametheory.solution import Termination

RATES = st.fractions("1/4", 4, max_denominator=8)


def market(**changes):
    given = {
        "discount_rate": "1/20",
        "risk_aversion": 1,
        "aggregate_volatility": "3/10",
        "need_volatility": 1,
        "contact_rates": ["1/2", 1, 2],
        "exposures": [1, -2, "1/2"],
        "dividends": [1, 2, 3],
        **changes,
    }
    return gt.SearchMarket(**given)


def product(z, factors=90):
    """The characteristic function multiplied out, in 50 digits."""
    getcontext().prec = 50
    square, total = Decimal(z) ** 2, Decimal(0)
    for k in range(factors):
        total -= 2**k * (1 + square / 4 ** (k + 1)).ln()
    return total.exp()


@pytest.mark.parametrize("z", [0.001, 0.3, 1.0, 3.7, 12.0, 30.0])
def test_the_characteristic_function_is_the_infinite_product(z):
    assert law.characteristic(np.array([z]))[0] == pytest.approx(float(product(z)), rel=1e-14)


def test_half_the_mean_gap_to_fifteen_digits():
    # The same integral by the trapezoid of Decimal products with another step: its error is exp(-4 pi / step).
    step = Decimal("0.3")
    terms = sum(product(k * step) ** 2 / (k * step) ** 2 for k in range(1, 60))
    circle = Decimal("3.14159265358979323846264338327950288419716939937510")
    value = (circle**2 / (6 * step) + step / 2 - step * terms) / circle
    assert abs(law.half_mean_gap() - float(value)) <= 2e-16
    plain, _ = quad(lambda z: (1 - law.characteristic(np.array([z]))[0] ** 2) / z**2, 1e-3, 40, limit=400)
    assert law.half_mean_gap() == pytest.approx((plain + 1e-3 + 1 / 40) / pi, abs=1e-7)


def test_moments_satisfy_the_balance_of_diffusion_and_averaging():
    found = law.moments(12)
    assert found[2] == 1
    assert found[4] - 3 == Fraction(6, 7)
    for n in range(2, 13, 2):
        averaged = sum(comb(n, k) * found[k] * found[n - k] for k in range(n + 1)) / 2**n
        assert Fraction(n * (n - 1), 2) * found[n - 2] - 2 * found[n] + 2 * averaged == 0


@pytest.mark.parametrize("t", [0.0, 0.4, 1.7, 2.9, 3.1, 4.0, 7.0, 12.0])
def test_density_and_tail_against_a_sum_in_fifty_digits(t):
    step = Decimal("0.125")
    nodes = [step * k for k in range(1, 400)]
    weights = _products(tuple(nodes))
    angle = [_cos_sin(Decimal(t) * z) for z in nodes]
    circle = Decimal("3.14159265358979323846264338327950288419716939937510")
    density = step / circle * (Decimal("0.5") + sum(w * c for w, (c, _) in zip(weights, angle, strict=True)))
    assert gt.ExposureLaw(1.0).density([t])[0] == pytest.approx(float(density), rel=1e-12)
    tail = Decimal("0.5") - step / circle * (
        Decimal(t) / 2 + sum(w * s / z for w, (_, s), z in zip(weights, angle, nodes, strict=True))
    )
    assert gt.ExposureLaw(1.0).distribution([-t])[0] == pytest.approx(float(tail), rel=1e-12)


_cache = {}


def _products(nodes):
    if nodes not in _cache:
        _cache[nodes] = [product(z) for z in nodes]
    return _cache[nodes]


def _cos_sin(x):
    """Cosine and sine in 50 digits, by Taylor series after reduction."""
    circle = 2 * Decimal("3.14159265358979323846264338327950288419716939937510582097494")
    x = x % circle
    cosine = sine = Decimal(0)
    term = Decimal(1)
    for n in range(70):
        if n % 2 == 0:
            cosine += term if n % 4 == 0 else -term
        else:
            sine += term if n % 4 == 1 else -term
        term *= x / (n + 1)
    return cosine, sine


@given(st.floats(0.1, 10), st.floats(-30, 30))
def test_density_is_the_slope_of_the_distribution_and_symmetric(scale, point):
    found = gt.ExposureLaw(scale)
    assert found.density(point) == pytest.approx(float(found.density(-point)), rel=1e-12)
    assert found.distribution(point) + found.distribution(-point) == pytest.approx(1, abs=1e-14)
    step = 1e-4 * scale
    slope = (found.distribution(point + step) - found.distribution(point - step)) / (2 * step)
    assert float(slope) == pytest.approx(float(found.density(point)), rel=1e-3, abs=1e-11)


def test_samples_follow_the_law():
    draws = np.sort(gt.ExposureLaw(2.0).sample(40_000, np.random.default_rng(7)))
    steps = np.arange(1, len(draws) + 1) / len(draws)
    distance = np.max(np.abs(gt.ExposureLaw(2.0).distribution(draws) - steps))
    assert distance < 1.95 / np.sqrt(len(draws))  # Kolmogorov-Smirnov at one in a thousand


@settings(max_examples=20, deadline=None)
@given(RATES, RATES, RATES, st.lists(RATES, min_size=1, max_size=4), st.data())
def test_the_equilibrium_is_exact_and_verified(r, volatility, aggregate, rates, data):
    count = len(rates)
    psi = data.draw(st.lists(RATES.map(lambda x: -x) | RATES, min_size=count, max_size=count))
    held = data.draw(st.lists(st.fractions(-2, 2, max_denominator=3), min_size=count, max_size=count))
    found = market(
        discount_rate=r,
        need_volatility=volatility,
        aggregate_volatility=aggregate,
        contact_rates=rates,
        exposures=psi,
        dividends=held,
        supply=held,
    )
    solution = gt.solve(found, exact=True).require()
    assert solution.certificate.exact
    assert solution.certificate.max_violation == 0
    floats = gt.solve(found).require()
    assert float(floats.answer.constant) == pytest.approx(float(solution.answer.constant), rel=1e-9, abs=1e-12)


def test_bargaining_solves_the_nash_product_on_a_grid():
    found = market(supply=["1/10", "1/5", "-1/3"], power="7/10")
    answer = gt.solve(found, exact=True).require().answer
    mine, theirs = (Fraction(1, 3), [Fraction(1), Fraction(0), Fraction(2)]), (Fraction(-1), [Fraction(0)] * 3)
    one, other = found.exposure(*mine), found.exposure(*theirs)
    for asset in range(3):
        quantity = answer.trade_size(found, asset, one, other)
        price = answer.price(found, asset, one, other)

        def gains(q, p, asset=asset):
            after = [a + (q if j == asset else 0) for j, a in enumerate(mine[1])]
            left = [a - (q if j == asset else 0) for j, a in enumerate(theirs[1])]
            buyer = answer.value(found, mine[0], after) - answer.value(found, *mine) - q * p
            return buyer, answer.value(found, theirs[0], left) - answer.value(found, *theirs) + q * p

        here = gains(quantity, price)
        assert here[0] * Fraction(3, 10) == here[1] * Fraction(7, 10)
        best = float(here[0]) ** 0.7 * float(here[1]) ** 0.3
        for dq in (-0.01, 0, 0.01):
            for dp in (-0.0001, 0, 0.0001):
                a, b = gains(quantity + Fraction(dq), price + Fraction(dp))
                assert max(float(a), 0) ** 0.7 * max(float(b), 0) ** 0.3 <= best + 1e-15


def test_a_wrong_value_or_moment_is_refused():
    answer = gt.solve(market(), exact=True).answer
    wrong = dataclasses.replace(answer, quadratic=answer.quadratic * Fraction(1001, 1000))
    assert not gt.verify(market(), wrong).ok
    moments = answer.moments.copy()
    moments[1] *= Fraction(1001, 1000)
    refused = gt.verify(market(), dataclasses.replace(answer, moments=moments))
    assert "balance of moment 4" in {v.constraint for v in refused.violations}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"contact_rates": [1, 0, 2]}, r"contact_rates\[1\]"),
        ({"exposures": [1, 2, 0]}, r"exposures\[2\]"),
        ({"dividends": [1]}, "'dividends' has 1 entries"),
        ({"discount_rate": 0}, "discount_rate"),
        ({"need_volatility": -1}, "need_volatility"),
        ({"power": 2}, "power"),
        ({"contact_rates": [1, "x", 2]}, r"contact_rates\[1\]"),
        ({"supply": [1, 0, "1e21"]}, r"supply\[2\]"),
        ({"need_volatility": "1e-21"}, "need_volatility"),
    ],
)
def test_malformed_markets_are_refused_by_place(changes, place):
    with pytest.raises(InputError, match=place):
        market(**changes)


def test_simulation_agrees_with_theory():
    found = market(power="4/5")
    options = {"agents": 4000, "batches": 20, "streams": 2}
    solution = gt.solve(found, concept="simulation", seed=11, portfolios=True, **options).require()
    answer = solution.answer
    assert np.abs(answer.z_scores(found)).max() < answer.threshold
    relative = answer.errors / np.abs(answer.theory(found, finite=False))
    assert relative.max() < 0.05  # tight enough to notice a wrong factor
    assert solution.certificate.kind == "epsilon"
    assert not solution.certificate.exact


def test_small_markets_are_simulated_without_bias():
    # Measures are ratios and roots of totals: estimated batch by batch, they would be off by many standard errors.
    solution = gt.solve(market(), concept="simulation", seed=3, agents=100, batches=1500, portfolios=True).require()
    answer = solution.answer
    theory = answer.theory(market())
    precise = [i for i, name in enumerate(answer.measures) if not name.startswith("position_growth")]
    assert (answer.errors[precise] / theory[precise] < 0.06).all()
    printed = answer.theory(market(), finite=False)
    assert np.abs((answer.estimates - printed) / answer.errors).max() > 2 * answer.threshold


def test_moments_of_a_finite_market_against_three_agents():
    """Three agents simulated here, every exposure brought up to date at every meeting; the mean taken out."""
    answer = gt.solve(market(), concept="simulation", agents=100, batches=2, seed=1).answer
    three = dataclasses.replace(answer, agents=3, samples=10, meetings=10)  # so short that the mean does not drift
    one, both, kurtosis, _ = three._finite()
    rng = np.random.default_rng(8)
    state, squares, fourths, gaps, sums = np.zeros(3), 0.0, 0.0, 0.0, 0.0
    count = 400_000
    waits, normals, apart = (
        rng.standard_exponential(count) / 3,
        rng.standard_normal((count, 3)),
        rng.integers(3, size=count),
    )
    for wait, normal, i in zip(waits.tolist(), normals, apart, strict=True):
        state = state + math.sqrt(wait) * normal
        state -= state.mean()
        squares += state @ state / 2
        fourths += (state**4).mean()
        gaps += (state[0] - state[1]) ** 2 / 2
        sums += (state[0] + state[1]) ** 2 / 2
        state[np.arange(3) != i] = -state[i] / 2  # the other two meet
    assert squares / count == pytest.approx(one, rel=0.02)
    assert gaps / count == pytest.approx(one, rel=0.02)
    assert sums / count == pytest.approx(both, rel=0.02)
    assert fourths / count / (squares / count) ** 2 - 3 == pytest.approx(kurtosis, abs=0.05)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [("batch_length", 1, "too much alike"), ("agents", 10**9, "more than"), ("batches", 1, "whole number")],
)
def test_simulations_that_would_mislead_are_refused(option, value, said):
    with pytest.raises(InputError, match=said) as caught:
        gt.solve(market(), concept="simulation", **{option: value})
    assert option in str(caught.value.place)


def test_simulation_does_not_depend_on_workers_and_depends_on_the_seed():
    options = {"concept": "simulation", "agents": 300, "batches": 3, "streams": 3}
    one = gt.solve(market(), seed=5, **options).answer
    two = gt.solve(market(), seed=5, workers=3, **options).answer
    three = gt.solve(market(), seed=6, **options).answer
    assert np.array_equal(one.estimates, two.estimates)
    assert not np.array_equal(one.estimates, three.estimates)


def test_a_simulation_without_meetings_in_a_segment_says_so():
    rare = market(contact_rates=[1, "1e-12", 1])
    solution = gt.solve(rare, concept="simulation", agents=100, batches=2, seed=1)
    assert solution.termination is Termination.FAILED
    assert "volume[1]" in solution.message


def test_the_largest_and_smallest_parameters_are_followed():
    low, high = gt.SearchMarket.SIZES
    for rates in ([low, high, high], [low, low, high]):
        for size in (low, high):
            found = gt.solve(gt.SearchMarket(high, size, size, size, rates, [high, low, size])).require()
            assert np.isfinite(found.answer.moments).all()
            assert (found.answer.moments > 0).all()
            assert np.isfinite(list(found.results["price_impact"].values())).all()


def test_a_simulation_of_another_market_is_refused():
    answer = gt.solve(market(), concept="simulation", agents=2000, seed=3).answer
    certificate = gt.verify(market(need_volatility="11/10"), answer, concept="simulation")
    assert not certificate.ok


def test_the_kernel_is_the_same_compiled_or_not():
    from gametheory.equilibrium.kernels import _jitted, meet

    rng = np.random.default_rng(2)
    draws = [
        rng.standard_exponential(200) / 50,
        rng.integers(0, 50, 200),
        rng.integers(0, 49, 200),
        rng.standard_normal((200, 2)),
        rng.random(200),
        np.array([0.25, 1.0]),
        1.5,
    ]
    found = []
    for loop in (meet, _jitted(meet)):
        state, seen, totals, positions = np.linspace(-1, 1, 50), np.zeros(50), np.zeros((2, 4)), np.zeros((50, 2))
        clock = loop(state, seen, 0.0, *draws, totals, np.array([1.0, -2.0]), positions)
        found.append((clock, state.copy(), totals.copy(), positions.copy()))
        assert totals[:, 0].sum() == 200
        assert positions.sum() == pytest.approx(0, abs=1e-12)
    for one, two in zip(*found, strict=True):
        assert np.allclose(one, two, rtol=1e-12, atol=1e-13)
    state, seen, totals = np.linspace(-1, 1, 50), np.zeros(50), np.zeros((2, 4))
    clock = _jitted(meet)(state, seen, 0.0, *draws, totals, np.array([1.0, -2.0]), np.zeros((0, 2)))  # none kept
    assert clock == found[1][0]
    assert np.array_equal(totals, found[1][2])


def dealers(**changes):
    """Duffie, Garleanu and Pedersen (2005): low and high types, unit dividend, holding cost 2 for the low type."""
    given = {
        "types": ["low", "high"],
        "income": [-1, 1],
        "switching": [[0, 1], ["1/10", 0]],
        "supply": "4/5",
        "discount_rate": "1/20",
        "contact_rates": [10],
        "powers": ["1/2"],
        "dealer_rate": 20,
        "dealer_power": "1/2",
    }
    return gt.IndivisibleMarket(**{**given, **changes})


@pytest.mark.parametrize(
    ("meet", "dealer", "power", "share"),
    [(10, 20, 0.5, 0.5), (10, 0, 0.3, 0.5), (0, 5, 0.5, 0.8), (125, 250, 0.9, 0.1)],
)
def test_masses_and_prices_of_duffie_garleanu_and_pedersen(meet, dealer, power, share):
    found = dealers(contact_rates=[meet], powers=[power], dealer_rate=dealer, dealer_power=share)
    answer = gt.solve(found).require().answer
    r, up, down, supply, cost = 0.05, 1.0, 0.1, 0.8, 2.0
    # Their proposition 1: the mass of low owners solves a quadratic (here where sellers are the short side).
    excess = up / (up + down) - supply
    if dealer == 0:
        low = np.roots([2 * meet, 2 * meet * excess + up + down, -down * supply]).max()
        assert answer.owners[0] == pytest.approx(low, rel=1e-9)
    assert answer.others[1] - answer.owners[0] == pytest.approx(excess, rel=1e-9)
    # Their theorem 1.
    low, buyers = answer.owners[0], answer.others[1]
    bottom = r + down + 2 * meet * low * (1 - power) + up + 2 * meet * buyers * power + dealer * (1 - share)
    base = down + 2 * meet * low * (1 - power)
    assert answer.price(found, 0, 0, 1) == pytest.approx(1 / r - cost / r * ((1 - power) * r + base) / bottom)
    assert answer.ask(found) == pytest.approx(1 / r - cost / r * base / bottom)
    assert answer.bid(found) == pytest.approx(1 / r - cost / r * (share * r + base) / bottom)


def test_three_types_and_two_segments():
    found = gt.IndivisibleMarket(
        ["a", "b", "c"], [0, 1, 2], [[0, 1, 1], ["1/2", 0, 1], [1, 1, 0]], "2/5", "1/20", [5, 3], ["1/2", "1/10"]
    )
    answer = gt.solve(found).require().answer
    assert (np.diff(answer.reservation) > 0).all()
    wrong = dataclasses.replace(answer, reservation=answer.reservation * 1.001)
    assert not gt.verify(found, wrong, exact=False).ok
    moved = answer.owners + np.array([0.01, 0, -0.01])
    refused = gt.verify(found, dataclasses.replace(answer, owners=moved, others=answer.others - moved + answer.owners))
    assert any("flow" in v.constraint for v in refused.violations)


@pytest.mark.parametrize(
    "changes",
    [{"supply": 1}, {"income": [1, 1]}, {"powers": [2]}, {"switching": [[0, -1], [1, 0]]}, {"contact_rates": [1, 2]}],
)
def test_malformed_indivisible_markets_are_refused(changes):
    with pytest.raises(InputError):
        dealers(**changes)


def test_saved_answers_are_checked_from_their_files(tmp_path):
    for name, form, options in (
        ("search", market(), {"exact": True}),
        ("float", market(), {}),
        ("simulation", market(), {"concept": "simulation", "agents": 300, "batches": 5}),
        ("dealers", dealers(), {}),
    ):
        solution = gt.solve(form, **options)
        assert solution.termination is Termination.SOLVED
        solution.save(tmp_path / f"{name}.json")
        assert gt.verify_file(tmp_path / f"{name}.json").ok


@pytest.mark.parametrize("seed", [-5, -(10**30)])
def test_a_seed_that_is_none_is_named(seed):
    with pytest.raises(InputError, match="seed"):
        gt.solve(market(), concept="simulation", seed=seed, agents=100, batches=2)


@pytest.mark.parametrize(("batches", "few"), [(2, True), (9, True), (10, False)])
def test_a_bound_from_few_samples_says_so(batches, few):
    """With 9 degrees of freedom Student's quantile is twice the normal one; with 1, ten thousand times."""
    found = gt.solve(market(), concept="simulation", agents=100, batches=batches, streams=1, seed=1)
    assert ("samples make the bound wide" in found.certificate.note) == few
    assert few == (found.certificate.tolerance > 10)
