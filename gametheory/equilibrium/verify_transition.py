"""Checks of transitions: the equation of the characteristic function between nodes, moments by another integrator."""

from __future__ import annotations

from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.checks import Checks
from gametheory.equilibrium.transition import (
    HIGHEST,
    SearchTransition,
    TransitionPath,
    barycentric_weights,
    chebyshev_points,
    gap_from_frequencies,
)
from gametheory.errors import InputError
from gametheory.solution import Certificate

Array = NDArray[Any]

#: What an error in a moment (relative), in the law or in a mean distance (relative) may be.
TOLERANCE = 1e-10
#: Terms of the Taylor series in time that checks the moments.
TERMS = 24


def verify(
    form: SearchTransition, answer: TransitionPath, *, exact: bool = False, concept: str = "transition"
) -> Certificate:
    """Check the path of a search market.

    The moments are integrated again, by Taylor series in time. The characteristic function must start at the starting
    law, continue across panels, agree at low frequencies with the moments, and satisfy its equation halfway between the
    nodes; the mean distances must be its integrals.

    Returns
    -------
    Certificate
        Of kind ``"residual"``, in floats; violations are named by time or frequency.
    """
    if concept != "transition":
        raise InputError(f"a transition has no concept '{concept}'", remedy="its concept is 'transition'")
    if not isinstance(answer, TransitionPath):
        raise InputError(f"{type(answer).__name__} is not the path of a search market")
    times = form.times
    start = form.start.raw_moments(HIGHEST)
    if answer.moments.shape != (len(times), len(start)):
        raise InputError(f"the moments have shape {answer.moments.shape}, not ({len(times)}, {len(start)})")
    market = form.market.to_float()
    total, noise = float(market.total_rate), float(market.need_volatility) ** 2
    checks = Checks(TOLERANCE, exact=False)
    moments = np.array(start)
    clock = 0.0
    sizes = np.sqrt(np.maximum(np.abs(answer.moments[:, 2]), noise / total))
    largest = max(float(np.max(sizes)), abs(start[2]) ** 0.5)
    paths = []
    for i, time in enumerate(times):
        moments = _integrated(moments, time - clock, total, noise)
        clock = float(time)
        paths.append(moments)
        for n in range(1, len(start)):
            # Moments above the fourth only start the law at low frequencies: what they were at first is their scale.
            scale = (2 * (sizes[i] if n <= 4 else largest)) ** n
            checks.at_most(abs(answer.moments[i, n] - moments[n]) / scale, f"moment {n} at time {time:g}")
    if not form.start.has_law:
        if answer.half_mean_gap.size:
            raise InputError("mean distances do not follow from moments alone", place="half_mean_gap")
        return checks.certificate("residual", "moments only: mean distances do not follow from them")
    _law(form, answer, paths, total, noise, checks)
    return checks.certificate("residual")


def _integrated(moments: Array, width: float, total: float, noise: float) -> Array:
    """Return the moments a time later, by Taylor series over steps shorter than the time between two meetings.

    Each step takes moments nearer to where they rest; once one changes nothing, the others would not either. Moments
    that start far from rest need longer, but what is left of them falls at least as fast as at the total contact rate.
    """
    excess = max(1.0, float(moments[2]) * total / noise)
    settled = (40 + HIGHEST / 2 * np.log(excess)) / total
    width = min(width, settled)
    steps = max(1, int(np.ceil(width * total * 3)))
    for _ in range(steps if width > 0 else 0):
        before, moments = moments, _taylor_step(moments, width / steps, total, noise)
        if (np.abs(moments - before) <= 1e-15 * moments[2] ** (np.arange(len(moments)) / 2)).all():
            break
    return moments


def _taylor_step(moments: Array, step: float, total: float, noise: float) -> Array:
    count = len(moments)
    series = np.zeros((count, TERMS))
    series[:, 0] = moments
    for k in range(TERMS - 1):
        for n in range(1, count):
            change = n * (n - 1) / 2 * noise * series[n - 2, k] if n >= 2 else 0.0
            averaged = sum(comb(n, i) * float(series[i, : k + 1] @ series[n - i, k::-1]) for i in range(n + 1))
            change += -2 * total * series[n, k] + 2 * total * averaged / 2**n
            series[n, k + 1] = change / (k + 1)
    return np.asarray(series @ step ** np.arange(TERMS))


def _law(
    form: SearchTransition, answer: TransitionPath, paths: list[Array], total: float, noise: float, checks: Checks
) -> None:
    times, breaks = form.times, answer.breaks
    values = answer.real + 1j * answer.imaginary
    panels = max(0, len(breaks) - 1)
    if len(answer.half_mean_gap) != len(times):
        raise InputError(f"'half_mean_gap' has {len(answer.half_mean_gap)} entries; {len(times)} are needed")
    if values.shape[0] != panels or (panels and values.shape[1] < 3):
        raise InputError("the panels of the path do not match its breaks", place="breaks")
    if len(breaks) == 0 or breaks[0] != 0 or (np.diff(breaks) <= 0).any() or not np.isin(times, breaks).all():
        raise InputError("the breaks do not run from 0 through the times wanted", place="breaks")
    z = answer.frequencies
    if panels:
        octave = answer.per_octave
        if len(z) <= octave:
            raise InputError("the frequencies cover less than an octave", place="real")
        begun = np.max(np.abs(values[0, 0] - form.start.characteristic(z)))
        checks.at_most(begun, "the law at time 0")
        joined = np.abs(values[1:, 0] - values[:-1, -1])
        checks.at_most(np.max(joined, initial=0.0), "the law across panels")
        _equation(values, breaks, z, octave, total, noise, checks)
        ends = np.searchsorted(breaks, times)
        for i, time in enumerate(times):
            if time > 0:
                at = values[ends[i] - 1, -1, :octave]
                checks.at_most(np.max(np.abs(at - _series(paths[i], z[:octave]))), f"low frequencies at time {time:g}")
                above = float(np.max(np.abs(values[ends[i] - 1, -1, -octave:])))
                checks.at_most(above**2, f"high frequencies at time {time:g}")
    for i, time in enumerate(times):
        if time == 0:
            found = form.start.half_mean_gap()
        else:
            last = values[int(np.searchsorted(breaks, time)) - 1, -1]
            known, rest = paths[i].tolist(), form.market.misallocation
            found = gap_from_frequencies(last, answer.lowest, answer.per_octave, known, rest)
            if answer.per_octave % 2 == 0:
                # The sum converges geometrically: twice the frequencies square the error.
                half = gap_from_frequencies(last[::2], answer.lowest, answer.per_octave // 2, known, rest)
                checks.at_most(((found - half) / found) ** 2, f"density of frequencies at time {time:g}")
        checks.at_most(abs(found - answer.half_mean_gap[i]) / max(found, 1e-300), f"mean distance at time {time:g}")


def _series(moments: Array, z: Array) -> Array:
    total = np.zeros(len(z), dtype=np.complex128)
    factor = np.ones(len(z), dtype=np.complex128)
    for n, moment in enumerate(moments):
        if n:
            factor = factor * 1j * z / n
        total += moment * factor
    return total


def _equation(values: Array, breaks: Array, z: Array, octave: int, total: float, noise: float, checks: Checks) -> None:
    """Check the equation between nodes: the residual times how long it acts is the error it can cause."""
    count = values.shape[1]
    nodes, weights = chebyshev_points(count), barycentric_weights(count)
    between = (nodes[1:] + nodes[:-1]) / 2
    kernel = weights / np.subtract.outer(between, nodes)
    plain = kernel / kernel.sum(axis=1, keepdims=True)
    inverse = 1 / np.subtract.outer(between, nodes)
    # Derivative of the barycentric form p(x): sum of w_j (p(x) - f_j) / (x - x_j)^2 over sum of w_j / (x - x_j).
    squared = weights * inverse**2
    slope = (squared.sum(axis=1, keepdims=True) * plain - squared) / kernel.sum(axis=1, keepdims=True)
    decay = noise * z**2 / 2 + 2 * total
    at = np.einsum("bn,pnz->pbz", plain, values)
    change = np.einsum("bn,pnz->pbz", slope, values) / np.diff(breaks)[:, None, None]
    residual = change[:, :, octave:] + decay[octave:] * at[:, :, octave:] - 2 * total * at[:, :, :-octave] ** 2
    acts = np.minimum(1 / decay[octave:], np.diff(breaks)[:, None, None])
    errors = np.max(np.abs(residual) * acts, axis=(0, 1))
    for k in range(0, len(errors), octave):
        worst = float(np.max(errors[k : k + octave]))
        checks.at_most(worst, f"equation of the law from frequency {z[octave + k]:.4g}")
