"""Transitions of a search market: moments as sums of exponentials, the law by collocation octave by octave.

The characteristic function at frequency z is driven by its square at z/2, so that on a geometric grid of frequencies
each octave is a linear equation in time, given the octave below; nothing is interpolated in frequency.
"""

from __future__ import annotations

from collections import defaultdict
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium.transition import (
    HIGHEST,
    LOW,
    SearchTransition,
    TransitionPath,
    chebyshev_points,
    differentiation,
    gap_from_frequencies,
)
from gametheory.limits import LimitReached
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options

Array = NDArray[Any]

#: Nodes per panel of time, and frequencies per octave: the fewest tried and the most.
NODES, FEWEST, MOST = 18, 4, 64
#: Error of the mean distance, relative, at which the frequencies are dense enough.
ENOUGH = 1e-11


def collocation(form: SearchTransition, options: Options) -> Outcome:
    """Follow the law along the transition; option `per_octave` fixes the frequencies per doubling."""
    market = form.market.to_float()
    total, noise = float(market.total_rate), float(market.need_volatility) ** 2
    known = form.start.raw_moments(HIGHEST)
    paths = exponential_moments(known, total, noise)
    moments = np.array([[_at(path, t) for path in paths] for t in form.times])
    said = "decay is irrational; followed in floats" if options.exact else ""
    if not form.start.has_law:
        return Outcome(Termination.SOLVED, TransitionPath.of_moments(moments), message=said)
    fixed = options.extra.get("per_octave")
    per_octave = int(fixed) if fixed is not None else FEWEST
    try:
        path = _path(form, options, per_octave, paths, moments)
        while fixed is None and per_octave < MOST:
            finer = _path(form, options, 2 * per_octave, paths, moments)
            gap = np.abs(finer.half_mean_gap - path.half_mean_gap)
            some = finer.half_mean_gap > 0  # all start at one point: there is no gap yet, and none to compare
            change = float(np.max(np.where(some, gap / np.where(some, finer.half_mean_gap, 1.0), gap)))
            if change <= ENOUGH:
                path = path if per_octave == FEWEST else finer
                break
            path, per_octave = finer, 2 * per_octave
        else:
            if fixed is None:
                said = "exposures change by too many orders of magnitude for the law to be followed in floats"
                if form.start.points is not None:
                    why = "the starting points are too far apart for the law to be followed to the first time"
                    said = f"{why}; ask for a later one, or give more points"
                return Outcome(Termination.FAILED, None, message=said)
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, message=str(limit))
    return Outcome(Termination.SOLVED, path, message=said)


def exponential_moments(start: list[float], total: float, noise: float) -> list[dict[float, float]]:
    """Return each raw moment as a sum of exponentials: coefficients by rate of decay.

    Moment n decays at rate ``2 total (1 - 2^(1-n))`` and is driven by lower moments and their products.
    """
    paths: list[dict[float, float]] = []
    for n, first in enumerate(start):
        if n == 0:
            paths.append({0.0: 1.0})
            continue
        rate = 2 * total * (1 - 2.0 ** (1 - n))
        drive: dict[float, float] = defaultdict(float)
        if n >= 2:
            for decay, size in paths[n - 2].items():
                drive[decay] += n * (n - 1) / 2 * noise * size
        for k in range(1, n):
            for one, a in paths[k].items():
                for other, b in paths[n - k].items():
                    drive[one + other] += 2 * total * 2.0**-n * comb(n, k) * a * b
        path = {decay: size / (rate - decay) for decay, size in drive.items() if size != 0}
        path[rate] = path.get(rate, 0.0) + first - sum(path.values())
        paths.append(path)
    return paths


def _at(path: dict[float, float], time: Any) -> Any:
    return sum(size * np.exp(-decay * time) for decay, size in path.items())


def _path(
    form: SearchTransition, options: Options, per_octave: int, paths: list[dict[float, float]], moments: Array
) -> TransitionPath:
    market, times = form.market.to_float(), form.times
    total, noise = float(market.total_rate), float(market.need_volatility) ** 2
    lowest, octaves = _frequencies(
        form, max(form.start.raw_moments(2)[2], float(np.max(moments[:, 2])), paths[2][0.0]), total, noise
    )
    z = lowest * 2.0 ** (np.arange(octaves * per_octave) / per_octave)
    excess = max(0.0, form.start.raw_moments(2)[2] * total / noise)
    settling = (np.log1p(excess) + 5) / total
    breaks = _breaks(times, noise * z[-1] ** 2 / 2 + 2 * total, total, settling)
    points = chebyshev_points(NODES)
    widths = np.diff(breaks)
    when = breaks[:-1, None] + widths[:, None] * points  # [panels, nodes]
    below = _series(paths, when, z[:per_octave] / 2)  # [panels, nodes, frequencies]
    matrix = differentiation(NODES)
    values = np.empty((len(widths), NODES, len(z)), dtype=np.complex128)
    start = form.start.characteristic(z)
    for octave in range(octaves):
        rows = slice(octave * per_octave, (octave + 1) * per_octave)
        decay = noise * z[rows] ** 2 / 2 + 2 * total
        drive = 2 * total * below**2
        first = start[rows]
        for panel, width in enumerate(widths):
            options.budget.check(1)
            system = matrix[None, 1:, 1:] / width + decay[:, None, None] * np.eye(NODES - 1)
            right = drive[panel, 1:, :].T - matrix[None, 1:, 0] / width * first[:, None]
            values[panel, 0, rows] = first
            values[panel, 1:, rows] = np.linalg.solve(system.astype(np.complex128), right[:, :, None])[:, :, 0].T
            first = values[panel, -1, rows]
        below = values[:, :, rows]
    gaps = [_gap(form, values, breaks, t, lowest, per_octave, moments[i]) for i, t in enumerate(times)]
    if len(widths) == 0:
        values = np.zeros((0, 0, 0), dtype=np.complex128)
    return TransitionPath(moments, np.array(gaps), breaks, per_octave, lowest, values.real, values.imag)


def _gap(
    form: SearchTransition, values: Array, breaks: Array, time: float, lowest: float, per_octave: int, moments: Array
) -> float:
    if time == 0:
        return form.start.half_mean_gap()
    panel = int(np.searchsorted(breaks, time)) - 1
    return gap_from_frequencies(values[panel, -1], lowest, per_octave, moments.tolist(), form.market.misallocation)


def _frequencies(form: SearchTransition, variance: float, total: float, noise: float) -> tuple[float, int]:
    """Return the lowest frequency and the octaves, up to where the law's characteristic function is below 1e-18."""
    lowest = LOW / np.sqrt(max(variance, noise / total))
    positive = form.times[form.times > 0]
    highest = 40 * np.sqrt(total / noise)
    if form.start.misallocation is not None:
        highest = max(highest, 20 / float(form.start.misallocation))
    elif len(positive):
        highest = max(highest, np.sqrt(400 / (noise * positive[0])))
    return float(lowest), int(np.ceil(np.log2(highest / lowest)))


def _breaks(times: Array, fastest: float, total: float, settling: float) -> Array:
    """Return panels that end at the times wanted.

    The first is as short as what dies fastest, and they grow by at most doubling; until the variance has settled none
    is longer than one over the total contact rate.
    """
    listed = [0.0]
    for goal in times:
        while goal - listed[-1] > 0:
            slowest = max(1 / total, listed[-1] - settling)
            width = min(max(4 / fastest, listed[-1]), slowest)
            left = goal - listed[-1]
            listed.append(float(goal) if left <= 1.5 * width else listed[-1] + width)
    return np.array(listed)


def _series(paths: list[dict[float, float]], when: Array, z: Array) -> Array:
    """Return the characteristic function at low frequencies from the moments."""
    result = np.zeros((*when.shape, len(z)), dtype=np.complex128)
    factor = np.ones(len(z), dtype=np.complex128)
    for n, path in enumerate(paths):
        if n:
            factor = factor * 1j * z / n
        result += np.multiply.outer(_at(path, when) + np.zeros_like(when), factor)
    return result
