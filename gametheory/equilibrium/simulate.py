"""Exact event-driven simulation of a search market: seeded, in parallel streams, with standard errors."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium.kernels import compiled, meet
from gametheory.equilibrium.search import SearchMarket
from gametheory.equilibrium.simulation_answer import SearchSimulation
from gametheory.errors import InputError
from gametheory.limits import Budget, LimitReached
from gametheory.simulation import generator
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options

Array = NDArray[Any]

#: What a simulation is unless told otherwise.
DEFAULTS = {"agents": 10_000, "batches": 20, "batch_length": 5.0, "streams": 2, "portfolios": False, "workers": 1}
#: Meetings drawn at once: few enough to stay in a processor's cache.
BLOCK = 16_384
#: Agents up to whom arrays are made, and the shortest batch: shorter ones are too much alike for a standard error.
MOST_AGENTS, SHORTEST = 10**8, 5.0


def simulate(market: SearchMarket, options: Options) -> Outcome:
    """Simulate the stationary market and estimate every measure of liquidity.

    Options: `agents` (10 000), `batches` per stream (20), `batch_length` in mean times between an agent's meetings over
    two (5, and no less), `streams` (2), `portfolios` (False; whether to keep positions), `workers` (1; the answer does
    not depend on it). The engine's seed is the root of the streams; the default is 0.

    Measures are functions of totals over all batches; the jackknife over batches takes out the bias of such functions
    and gives the standard errors.
    """
    told = {**DEFAULTS, **options.extra}
    agents, batches, streams = (
        _count(told, name, least) for name, least in (("agents", 100), ("batches", 2), ("streams", 1))
    )
    length, portfolios, workers = float(told["batch_length"]), bool(told["portfolios"]), _count(told, "workers", 1)
    if agents > MOST_AGENTS:
        raise InputError(f"{agents} agents are more than {MOST_AGENTS}", place="agents")
    if not length >= SHORTEST:
        said = f"batches of length {length:g} are too much alike for standard errors"
        raise InputError(said, place="batch_length", remedy=f"at least {SHORTEST:g}; ask for fewer batches instead")
    seed = 0 if options.seed is None else options.seed
    held = market.to_float()

    def stream(index: int) -> list[Array]:
        run = Run(held, agents, generator(seed, index), portfolios, options.budget, agents * batches * length)
        run.advance(length)
        run.pause()
        return [run.batch(length) for _ in range(batches)]

    try:
        if workers == 1:
            found = [stream(index) for index in range(streams)]
        else:
            with ThreadPoolExecutor(workers) as pool:
                found = list(pool.map(stream, range(streams)))
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, message=str(limit))
    except MemoryError:
        return Outcome(Termination.LIMIT, None, message=f"there is not the memory for {agents} agents; ask for fewer")
    samples = np.array([batch for listed in found for batch in listed])
    names = SearchSimulation.names(held.assets, portfolios)
    rare = np.flatnonzero(np.sum(samples[:, : held.assets] > 0, axis=0) < 2)
    if len(rare):
        said = f"too few meetings for a standard error of volume[{rare[0]}]; ask for more agents, or longer or more"
        return Outcome(Termination.FAILED, None, message=f"{said} batches")
    estimates, errors = jackknife(samples, lambda totals: measures(held, agents, portfolios, totals))
    still = [name for name, error in zip(names, errors, strict=False) if not error > 0]
    if still:
        said = f"too few meetings for a standard error of {still[0]}; ask for more agents, or longer or more batches"
        return Outcome(Termination.FAILED, None, message=said)
    meetings = round(float(samples[:, : held.assets].sum()))
    answer = SearchSimulation(
        agents=agents,
        samples=len(samples),
        meetings=meetings,
        seed=seed,
        measures=names,
        estimates=estimates,
        errors=errors,
    )
    return Outcome(
        Termination.SOLVED, answer, complete="unknown", message="simulated in floats" if options.exact else ""
    )


def _count(told: dict[str, Any], name: str, least: int) -> int:
    value = told[name]
    if isinstance(value, bool) or int(value) != value or value < least:
        raise InputError(f"{value!r} is not a whole number of at least {least}", place=name)
    return int(value)


class Run:
    """One simulated market.

    Parameters
    ----------
    market : SearchMarket
        In floats.
    agents : int
        How many.
    draws : numpy.random.Generator
        Where all randomness comes from.
    portfolios : bool
        Whether to keep positions.
    budget : Budget
        Polled between blocks of meetings.
    work : float
        Meetings to come, roughly: decides whether loops are compiled.
    start : array [agents], optional
        First exposures; drawn from the stationary law by default.
    """

    def __init__(
        self,
        market: SearchMarket,
        agents: int,
        draws: np.random.Generator,
        portfolios: bool,
        budget: Budget,
        work: float,
        start: Array | None = None,
    ) -> None:
        self.market, self.agents, self.draws, self.budget = market, agents, draws, budget
        self.total = float(market.total_rate)
        self.rates = np.array(market.contact_rates, dtype=np.float64)
        self.cumulative = np.cumsum(self.rates) / self.total
        self.risks = np.array(market.exposures, dtype=np.float64)
        self.exposure = market.law().sample(agents, draws) if start is None else np.array(start, dtype=np.float64)
        self.seen = np.zeros(agents)
        self.clock = 0.0
        self.volatility = float(market.need_volatility)
        self.positions = np.zeros((agents if portfolios else 0, market.assets))
        self.loop = compiled(meet, int(work))
        self.waited = False

    def advance(self, length: float) -> Array:
        """Let ``length / total rate`` units of time pass, on average; return totals [assets, 4] of `meet`."""
        totals = np.zeros((len(self.rates), 4))
        left = max(1, round(self.agents * length))
        while left > 0:
            self.budget.check(1)
            count = min(left, BLOCK)
            draws = self.draws
            waits = draws.standard_exponential(count) / (self.total * self.agents)
            if self.waited:
                waits[0] = 0.0
                self.waited = False
            given = [
                waits,
                draws.integers(0, self.agents, count, dtype=np.int64),
                draws.integers(0, self.agents - 1, count, dtype=np.int64),
                draws.standard_normal((count, 2)),
                draws.random(count),
                self.cumulative,
                self.volatility,
                totals,
                self.risks,
                self.positions,
            ]
            self.clock = float(self.loop(self.exposure, self.seen, self.clock, *given))
            left -= count
        return totals

    def synchronise(self) -> None:
        """Bring every exposure up to date, and take out the mean, which drifts in a finite market."""
        self.exposure += self.volatility * np.sqrt(self.clock - self.seen) * self.draws.standard_normal(self.agents)
        self.exposure -= self.exposure.mean()
        self.seen[:] = 0.0
        self.clock = 0.0

    def pause(self) -> float:
        """Let the time to the next meeting pass and bring exposures up to date; return the time since they last were.

        What a meeting finds is stationary; right after it, exposures are closer together.
        """
        self.clock += float(self.draws.standard_exponential()) / (self.total * self.agents)
        time = self.clock
        self.synchronise()
        self.waited = True
        return time

    def batch(self, length: float) -> Array:
        """Simulate one batch after a pause and return its totals, flat, as `measures` reads them."""
        before = self.positions.var(axis=0) if len(self.positions) else np.zeros(0)
        totals = self.advance(length)
        time = self.pause()
        growth = self.positions.var(axis=0) - before if len(self.positions) else before
        state = [time, self.exposure.var(ddof=1), (self.exposure**4).mean()]
        return np.concatenate([totals.T.ravel(), state, growth])


def measures(market: SearchMarket, agents: int, portfolios: bool, totals: Array) -> Array:
    """Return what totals say of each measure, in the order of `SearchSimulation.names`.

    Parameters
    ----------
    market : SearchMarket
        In floats.
    agents : int
        How many.
    portfolios : bool
        Whether positions were kept.
    totals : array [samples, 4 * assets + 3 (+ assets)]
        Means over batches: by asset the columns of `meet`; the time, the variance and the fourth moment of exposures;
        with portfolios, by how much the variance of positions grew.

    Returns
    -------
    array [samples, measures]
    """
    assets = market.assets
    pairs, gaps, squares, sums = (totals[:, k * assets : (k + 1) * assets] for k in range(4))
    time, variance, fourth = (totals[:, 4 * assets + k, None] for k in range(3))
    risk = np.abs(np.array(market.exposures, dtype=np.float64))
    tilt = (float(market.power) - 0.5) ** 2
    sizes = np.sqrt(squares / pairs) / (2 * risk)
    prices = float(market.slope) * risk * np.sqrt((sums + tilt * squares) / pairs) / 2
    found = [gaps / (2 * risk) / (agents * time), prices, sizes, prices / sizes, 2 * pairs / (agents * time)]
    found += [variance, fourth / variance**2 - 3]
    if portfolios:
        found.append(totals[:, 4 * assets + 3 :] / time)
    return np.concatenate(found, axis=1)


def jackknife(samples: Array, function: Callable[[Array], Array]) -> tuple[Array, Array]:
    """Return a function of means of samples [samples, totals], its bias of first order taken out, and standard errors.

    `function` maps means [any, totals] to values [any, measures].
    """
    count = len(samples)
    mean = samples.mean(axis=0)
    without = mean + (mean - samples) / (count - 1)
    pseudo = count * function(mean[None, :]) - (count - 1) * function(without)
    return pseudo.mean(axis=0), pseudo.std(axis=0, ddof=1) / sqrt(count)
