"""Transitions of search markets, against closed forms and an integrator of our own."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.special import erf

import gametheory as gt
from gametheory.equilibrium import law
from gametheory.equilibrium.solve_transition import exponential_moments
from gametheory.errors import InputError
from gametheory.solution import Termination

MARKET = gt.SearchMarket("1/20", 1, "3/10", 2, [1, 2], [1, -1])


def path(start, times, **options):
    return gt.solve(gt.SearchTransition(MARKET, start, times), **options).require()


def test_a_stationary_start_stays():
    answer = path(gt.StartingLaw(2 / np.sqrt(3)), [0, 0.1, 1, 5]).answer
    assert answer.half_mean_gap == pytest.approx([law.half_mean_gap() * 2 / np.sqrt(3)] * 4, rel=1e-11)
    assert answer.moments[:, 4] == pytest.approx([27 / 7 * (4 / 3) ** 2] * 4, rel=1e-12)


def test_a_long_time_later_all_is_at_rest():
    answer = path(gt.StartingLaw(points=[-1, "1/2"], weights=["1/3", "2/3"]), [1e9]).answer
    assert answer.half_mean_gap == pytest.approx([law.half_mean_gap() * 2 / np.sqrt(3)], rel=1e-11)
    assert answer.moments[0, 8] == pytest.approx(float(law.moments(8)[8]) * (4 / 3) ** 4, rel=1e-11)


def test_the_variance_decays_at_the_total_rate():
    times = np.array([0, 0.2, 0.7, 3])
    answer = path(gt.StartingLaw(3), times).answer
    assert answer.moments[:, 2] == pytest.approx(4 / 3 + (9 - 4 / 3) * np.exp(-3 * times), rel=1e-12)


def test_moments_against_a_numerical_integration():
    start = [1.0, 0.0, 2.0, 1.5, 14.0, 20.0, 150.0, 300.0, 2500.0]

    def change(_, m):
        from math import comb

        found = np.zeros(9)
        for n in range(1, 9):
            averaged = sum(comb(n, k) * m[k] * m[n - k] for k in range(n + 1)) / 2**n
            found[n] = (n * (n - 1) / 2 * 4 * m[n - 2] if n > 1 else 0) - 6 * m[n] + 6 * averaged
        return found

    solved = solve_ivp(change, (0, 0.8), start, rtol=1e-12, atol=1e-12)
    ours = [sum(c * np.exp(-d * 0.8) for d, c in p.items()) for p in exponential_moments(start, 3.0, 4.0)]
    assert ours == pytest.approx(solved.y[:, -1], rel=1e-9)


def test_two_points_at_first_spread_like_normals():
    # At once the gap is that of the points; soon after, of normals around them and of few meetings.
    start = gt.StartingLaw(points=[-1, 1])
    time = 1e-3
    answer = path(start, [0, time]).answer
    assert answer.half_mean_gap[0] == pytest.approx(0.5)
    spread = np.sqrt(2 * 4 * time)
    same = spread * np.sqrt(2 / np.pi)
    apart = spread * np.sqrt(2 / np.pi) * np.exp(-2 / spread**2) + 2 * erf(2 / (spread * np.sqrt(2)))
    # To first order in time, a share 2 * 3 * time has met: half of those are with the other point, and end at 0.
    met = 2 * 3 * time * 0.5
    first_order = (same + apart) / 2 * (1 - 2 * met) + 2 * met * 1.0
    assert answer.half_mean_gap[1] == pytest.approx(first_order / 2, abs=5e-5)


def gap_by_integration(characteristic, variance, time, per_octave=12):
    """Half the mean distance at a time: frequencies by Runge-Kutta, the integral by trapezoid; nothing is shared."""
    total, noise, octaves = 3.0, 4.0, 20  # from 2^-16 to 16
    z = 2.0**-16 * 2.0 ** (np.arange(octaves * per_octave) / per_octave)
    decay = noise * z**2 / 2

    def change(t, h):  # h = 1 - g, so that nothing cancels at low frequencies
        second = noise / total + (variance - noise / total) * np.exp(-total * t)
        below = np.concatenate([second * z[:per_octave] ** 2 / 8, h[:-per_octave]])
        return decay - (decay + 2 * total) * h + 4 * total * below - 2 * total * below**2

    begin = (1 - characteristic(z)).astype(complex)
    h = solve_ivp(change, (0, time), begin, method="DOP853", rtol=1e-12, atol=1e-15).y[:, -1]
    second = noise / total + (variance - noise / total) * np.exp(-total * time)
    ratio = 2 ** (1 / per_octave)
    inside = np.sum((2 * h.real - np.abs(h) ** 2) / z)
    return (inside + second * z[0] / (ratio - 1) + 1 / (z[-1] * (ratio - 1))) * np.log(ratio) / np.pi


@pytest.mark.parametrize(
    ("start", "characteristic", "variance"),
    [
        (gt.StartingLaw(2), lambda z: law.characteristic(2 * z), 4.0),
        (
            gt.StartingLaw(points=[-1, "1/2"], weights=["1/3", "2/3"]),
            lambda z: (np.exp(-1j * z) + 2 * np.exp(0.5j * z)) / 3,
            0.5,
        ),
        (gt.StartingLaw(points=[0]), np.ones_like, 0.0),
    ],
)
def test_the_mean_distance_to_ten_digits(start, characteristic, variance):
    times = [0.05, 0.3, 1.5]
    expected = [gap_by_integration(characteristic, variance, t) for t in times]
    assert path(start, times).answer.half_mean_gap == pytest.approx(expected, rel=1e-10)


def test_from_one_point_the_law_spreads_like_normals_at_first():
    total, noise = 3.0, 4.0
    times = np.array([0.0, 1e-5, 1e-3, 0.5])
    solution = path(gt.StartingLaw(points=[0]), times)
    assert solution.answer.moments[:, 2] == pytest.approx(noise / total * -np.expm1(-total * times), rel=1e-12)
    # Without meetings two agents are normal with variance noise t. A share 2 total t has met once, at a time uniform
    # in [0, t], which takes away half of what there was: their variance is noise (t - u/2).
    alone = np.sqrt(2 * noise * times)
    met = np.sqrt(noise * times) * 4 / 3 * (2**1.5 - 1.5**1.5)
    share = 2 * total * times * np.exp(-2 * total * times)
    found = (np.exp(-4 * total * times) * alone + 2 * share * np.exp(-2 * total * times) * met) / np.sqrt(2 * np.pi)
    assert solution.answer.half_mean_gap[0] == 0
    for i, left_out in ((1, 1e-8), (2, 1e-4)):  # both agents met, or one of them twice: of order (total t)^2
        assert solution.answer.half_mean_gap[i] == pytest.approx(found[i], rel=left_out)
    assert (np.diff(solution.answer.half_mean_gap) > 0).all()


def test_the_mean_distance_against_a_simulation():
    from gametheory.equilibrium.simulate import Run
    from gametheory.limits import Budget
    from gametheory.simulation import generator

    agents, time = 20_000, 0.4
    expected = path(gt.StartingLaw(points=["-1", "1/2"], weights=["1/3", "2/3"]), [time]).answer
    gaps, kurtoses = [], []
    for index in range(12):
        draws = generator(4, index)
        start = np.where(draws.random(agents) < 1 / 3, -1.0, 0.5)
        run = Run(MARKET.to_float(), agents, draws, False, Budget(), 2e5, start=start - start.mean())
        run.advance(time * 3)
        run.synchronise()
        ordered = np.sort(run.exposure)
        ranks = 2 * np.arange(agents) - agents + 1
        gaps.append(float(ranks @ ordered) / (agents * (agents - 1)))
        kurtoses.append(float(np.mean(run.exposure**4)))
    for found, wanted in ((gaps, expected.half_mean_gap[0]), (kurtoses, expected.moments[0, 4])):
        z = (np.mean(found) - wanted) / (np.std(found, ddof=1) / np.sqrt(len(found)))
        assert abs(z) < 5


def test_moments_alone_give_moments_alone():
    solution = path(gt.StartingLaw(moments=[0, 1, 0, 3]), [0, 1])
    assert solution.answer.half_mean_gap.size == 0
    assert solution.results["half_mean_gap"] is None
    assert solution.answer.moments[0, 4] == 3


def test_points_too_far_apart_are_a_failure_not_a_number():
    form = gt.SearchTransition(MARKET, gt.StartingLaw(points=[-30, 10, 20]), ["1/1000"])
    solution = gt.solve(form)
    assert solution.termination is Termination.FAILED
    assert "later" in solution.message


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("moments", lambda a: a * np.array([1, 1, 1 + 1e-8] + [1] * 6)),
        ("half_mean_gap", lambda a: a * (1 + 1e-8)),
        ("real", lambda a: a + 1e-7 * np.sin(np.arange(a.shape[1]))[None, :, None]),
    ],
)
def test_a_wrong_path_is_refused(field, change):
    solution = path(gt.StartingLaw(3), [0.5, 1])
    wrong = dataclasses.replace(solution.answer, **{field: change(getattr(solution.answer, field))})
    assert not gt.verify(solution.form, wrong).ok


def test_a_saved_path_is_checked_from_its_file(tmp_path):
    path(gt.StartingLaw(3), [0.5, 1]).save(tmp_path / "path.json")
    assert gt.verify_file(tmp_path / "path.json").ok


@pytest.mark.parametrize(
    ("start", "times", "place"),
    [
        ({"misallocation": 1}, [1, 1], r"times\[1\]"),
        ({"misallocation": 1}, [-1], r"times\[0\]"),
        ({"misallocation": 0}, [1], "misallocation"),
        ({"points": [1, 2]}, [1], "points"),
        ({"points": [-1, 1], "weights": [1, 1]}, [1], "weights"),
        ({"moments": [0, 1, 0, "1/2"]}, [1], "moments"),
        ({"moments": [1, 1, 0, 3]}, [1], r"moments\[0\]"),
        ({}, [1], "exactly one"),
    ],
)
def test_malformed_transitions_are_refused_by_place(start, times, place):
    with pytest.raises(InputError, match=place):
        gt.SearchTransition(MARKET, gt.StartingLaw(**start), times)


def test_exposures_that_shrink_a_thousandfold_are_followed():
    settled = gt.SearchMarket("1/20", 1, "3/10", 1, [10**6], [1])
    form = gt.SearchTransition(settled, gt.StartingLaw(misallocation=1), [0, "1/100", 1])
    found = gt.solve(form).require().answer.half_mean_gap
    assert found[0] == pytest.approx(0.5549262433325422207, rel=1e-14)
    assert found[1:] == pytest.approx([0.5549262433325422207e-3] * 2, rel=1e-10)


def test_a_law_that_floats_cannot_follow_is_a_failure():
    settled = gt.SearchMarket("1/20", 1, "3/10", 1, [10**8], [1])
    solution = gt.solve(gt.SearchTransition(settled, gt.StartingLaw(misallocation=1), ["1/100"]))
    assert solution.termination is Termination.FAILED
    assert "orders of magnitude" in solution.message


@pytest.mark.parametrize(
    ("moments", "place"),
    [([0, 1, 0, 3, 0, 1], "5"), ([0, 0, 0, 0, 0, 1], "5"), ([0, 1, 0, 3, 0, 15, 0, 60], "7"), ([0, 1, 0, "1/2"], "3")],
)
def test_moments_of_no_law_are_refused(moments, place):
    with pytest.raises(InputError) as caught:
        gt.StartingLaw(moments=moments)
    assert caught.value.place == f"moments[{place}]"


def test_moments_of_two_points_are_those_of_a_law():
    weights, points = np.array([1 / 3, 2 / 3]), np.array([2.0, -1.0])
    gt.StartingLaw(moments=[0.0, *(float(weights @ points**n) for n in range(2, 9))])


def test_moments_of_two_points_in_floats_are_those_of_a_law():
    """Their fourth moment is as low as it can be: rounding may not decide. A fourth moment lower by a millionth is."""
    for weight in range(1, 100):
        share, scale = Fraction(weight, 100), Fraction(weight**3, 700)
        points = {(1 - share) * scale: share, -share * scale: 1 - share}
        exactly = [sum(w * x**k for x, w in points.items()) for k in range(1, 9)]
        gt.StartingLaw(moments=exactly)
        gt.StartingLaw(moments=[float(m) for m in exactly])
        lower = [*exactly[:3], exactly[3] * (1 - Fraction(1, 10**6))]
        for moments in (lower, [float(m) for m in lower]):
            with pytest.raises(InputError, match="no law has these moments"):
                gt.StartingLaw(moments=moments)
