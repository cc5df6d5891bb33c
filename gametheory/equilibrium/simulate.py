"""Exact event-driven simulation of a search market: seeded, in parallel streams, with standard errors."""

from __future__ import annotations

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


def simulate(market: SearchMarket, options: Options) -> Outcome:
    """Simulate the stationary market and estimate every measure of liquidity.

    Options: `agents` (10 000), `batches` per stream (20), `batch_length` in mean times between an agent's meetings over
    two (5), `streams` (2), `portfolios` (False; whether to keep positions), `workers` (1; the answer does not depend on
    it). The engine's seed is the root of the streams; the default is 0.
    """
    told = {**DEFAULTS, **options.extra}
    agents, batches, streams = (
        _count(told, name, least) for name, least in (("agents", 100), ("batches", 2), ("streams", 1))
    )
    length, portfolios, workers = float(told["batch_length"]), bool(told["portfolios"]), _count(told, "workers", 1)
    if not length > 0:
        raise InputError(f"{length} is not a positive length", place="batch_length")
    seed = 0 if options.seed is None else options.seed
    held = market.to_float()

    def stream(index: int) -> list[Array]:
        run = Run(held, agents, generator(seed, index), portfolios, options.budget, agents * batches * length)
        run.advance(length)
        return [run.batch(length) for _ in range(batches)]

    try:
        if workers == 1:
            found = [stream(index) for index in range(streams)]
        else:
            with ThreadPoolExecutor(workers) as pool:
                found = list(pool.map(stream, range(streams)))
    except LimitReached as limit:
        return Outcome(Termination.LIMIT, None, message=str(limit))
    samples = np.array([batch for listed in found for batch in listed])
    estimates = samples.mean(axis=0)
    errors = samples.std(axis=0, ddof=1) / sqrt(len(samples))
    names = SearchSimulation.names(held.assets, portfolios)
    still = [name for name, error in zip(names, errors, strict=False) if not error > 0]
    if still:
        said = f"too few meetings for a standard error of {still[0]}; ask for more agents, or longer or more batches"
        return Outcome(Termination.FAILED, None, message=said)
    meetings = round(float(np.sum([batch[-1] for listed in found for batch in listed])))
    answer = SearchSimulation(
        agents=agents,
        samples=len(samples),
        meetings=meetings,
        seed=seed,
        measures=names,
        estimates=estimates[:-1],
        errors=errors[:-1],
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

    def advance(self, length: float) -> Array:
        """Let ``length / total rate`` units of time pass, on average; return totals [assets, 4] of `meet`."""
        totals = np.zeros((len(self.rates), 4))
        left = max(1, round(self.agents * length))
        while left > 0:
            self.budget.check(1)
            count = min(left, BLOCK)
            draws = self.draws
            given = [
                draws.standard_exponential(count) / (self.total * self.agents),
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

    def batch(self, length: float) -> Array:
        """Simulate one batch and return its estimates in the order of `SearchSimulation.names`, and its meetings."""
        self.synchronise()
        before = self.positions.var(axis=0) if len(self.positions) else None
        totals = self.advance(length)
        time = self.clock
        slope = float(self.market.slope)
        volume = totals[:, 1] / (2 * np.abs(self.risks)) / (self.agents * time)
        pairs = np.maximum(totals[:, 0], 1.0)
        tilt = (float(self.market.power) - 0.5) ** 2
        mean_square = totals[:, 3] / pairs + tilt * totals[:, 2] / pairs
        prices = slope * np.abs(self.risks) * np.sqrt(mean_square) / 2
        sizes = np.sqrt(totals[:, 2] / pairs) / (2 * np.abs(self.risks))
        self.synchronise()
        variance = self.exposure.var(ddof=1)
        kurtosis = (self.exposure**4).mean() / variance**2 - 3
        impact = prices / np.where(sizes > 0, sizes, 1.0)
        parts = [volume, prices, sizes, impact, 2 * totals[:, 0] / (self.agents * time), [variance, kurtosis]]
        if before is not None:
            parts.append((self.positions.var(axis=0) - before) / time)
        return np.concatenate([*parts, [totals[:, 0].sum()]])
