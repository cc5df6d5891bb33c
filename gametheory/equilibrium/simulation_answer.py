"""What a simulation of a search market found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium.reading import array_of, text_list
from gametheory.equilibrium.search import SearchMarket
from gametheory.errors import InputError
from gametheory.numbers import float_array
from gametheory.solution import Termination

Array = NDArray[Any]

#: Measures per asset; with portfolios also ``position_growth``, the rate at which the variance of positions grows.
PER_ASSET = ("volume", "price_dispersion", "quantity_dispersion", "price_impact", "meeting_rate")
#: What the correction of volume for the number of agents leaves out, relative and times that number: 0.07, measured.
LEFT_OUT = 0.1
#: The chance that a correct simulation is refused, over all its measures together.
FALSE_ALARM = 1e-4


@dataclass(frozen=True, eq=False)
class SearchSimulation:
    """Estimates with standard errors from independent samples.

    Attributes
    ----------
    agents, samples, meetings, seed : int
        How many agents; how many batches the errors are from; meetings over all batches; the root seed.
    measures : tuple of str
        ``"volume[0]"``, ..., ``"variance"``, ``"excess_kurtosis"``.
    estimates, errors : array [measures]
        The means over batches, and their standard errors.
    """

    agents: int
    samples: int
    meetings: int
    seed: int
    measures: tuple[str, ...]
    estimates: Array
    errors: Array
    proves: ClassVar[Termination] = Termination.SOLVED

    def __post_init__(self) -> None:
        for name, least in (("agents", 2), ("samples", 2), ("meetings", 0), ("seed", 0)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise InputError(f"{value!r} is not a whole number of at least {least}", place=name)
        object.__setattr__(self, "measures", text_list(self.measures, "measures"))
        for name in ("estimates", "errors"):
            found = float_array(array_of(getattr(self, name), name, 1))
            if len(found) != len(self.measures):
                raise InputError(f"'{name}' has {len(found)} entries; {len(self.measures)} are needed")
            object.__setattr__(self, name, found)
        if (self.errors <= 0).any():
            raise InputError("a standard error is not positive", place=f"errors[{int(np.argmin(self.errors))}]")

    @staticmethod
    def names(assets: int, portfolios: bool) -> tuple[str, ...]:
        """Return the measures of a market, in order."""
        per_asset = [f"{name}[{j}]" for name in PER_ASSET for j in range(assets)]
        growth = [f"position_growth[{j}]" for j in range(assets)] if portfolios else []
        return (*per_asset, "variance", "excess_kurtosis", *growth)

    def theory(self, market: SearchMarket, *, finite: bool = True) -> Array:
        """Return what theory says of each measure; `finite` corrects for the number of agents.

        Variances, dispersions and the kurtosis are then exact. For the mean distance, hence volume, the correction is
        that of the variance and, to first order, of the kurtosis of distances.

        Raises
        ------
        InputError
            If the measures are not those of the market.
        """
        portfolios = any(name.startswith("position_growth") for name in self.measures)
        if self.measures != self.names(market.assets, portfolios):
            raise InputError("the simulation's measures are not those of the market")
        held = market.to_float()
        spread, tilt = held.misallocation**2, (float(held.power) - 0.5) ** 2
        found = {name: np.array(values, dtype=np.float64) for name, values in held.liquidity().items()}
        rates = np.array(held.contact_rates, dtype=np.float64)
        one, both, kurtosis, distance = self._finite() if finite else (1.0, 1.0, 6 / 7, 1.0)
        prices = np.sqrt((both + tilt * one) / (1 + tilt))
        listed = [
            found["volume"] * distance,
            found["price_dispersion"] * prices,
            found["quantity_dispersion"] * np.sqrt(one),
            found["price_dispersion"] / found["quantity_dispersion"] * prices / np.sqrt(one),
            2 * rates,
            [spread * one, kurtosis],
        ]
        if portfolios:
            listed.append(rates * spread * one / np.array(held.exposures, dtype=np.float64) ** 2)
        return np.concatenate(listed)

    def _finite(self) -> tuple[float, float, float, float]:
        """Return mean squares of distances and of sums of two exposures, the excess kurtosis, and mean distances.

        All but the kurtosis are over the continuum's. Exposures are measured from their mean, except that the mean
        drifts within a batch and moves prices. In units of the misallocation and of one over the total rate,
        stationarity of the sum of fourth powers and of the squared sum of squares are two linear equations in their
        expectations.
        """
        n = self.agents
        one = 1 - 1 / n
        length = self.meetings / (self.samples * n)
        both = one * (1 - 2 / n) + (length - 1 / n) / n
        # Unknowns: a = E[theta^4] and b = E[(mean of theta^2)^2]. Of two agents, E[x^3 y] = -a/(n - 1) and
        # E[x^2 y^2] = (n b - a)/(n - 1); hence the change of each sum in a meeting, as coefficients of a and b.
        cubes, squares = np.array([-1.0, 0.0]) / (n - 1), np.array([-1.0, n]) / (n - 1)
        itself = np.array([1.0, 0.0])
        fourths = (2 * itself + 8 * cubes + 6 * squares) / 8 - 2 * itself
        gap = 2 * itself - 8 * cubes + 6 * squares
        totals = -2 / (n - 1) * np.array([0.0, n * n]) + gap / 4
        square = one * one
        a, b = np.linalg.solve([fourths, totals], [-6 * one * square, -(2 * n + 2) * square])
        kurtosis = float(a) / one**2 - 3
        gaps = float(gap @ [a, b]) / (2 * one) ** 2 - 3
        distance = np.sqrt(one) * (1 - (gaps - 3 / 7) / 24)
        return one, both, kurtosis, float(distance)

    def z_scores(self, market: SearchMarket) -> Array:
        """Return how many standard errors each estimate is from theory; from all it may be, where that is a range."""
        theory = self.theory(market)
        off = self.estimates - theory
        volumes = np.array([name.startswith("volume") for name in self.measures])
        known = np.where(volumes, LEFT_OUT / self.agents * np.abs(theory), 0.0)
        return np.asarray(np.sign(off) * np.maximum(np.abs(off) - known, 0.0) / self.errors)

    @property
    def threshold(self) -> float:
        """The standard errors that the furthest of all measures exceeds with the chance of a false alarm."""
        from scipy.special import stdtrit

        return float(-stdtrit(self.samples - 1, FALSE_ALARM / (2 * len(self.measures))))

    def to_data(self) -> dict[str, Any]:
        """Return the simulation as a tree."""
        return {
            "agents": self.agents,
            "samples": self.samples,
            "meetings": self.meetings,
            "seed": self.seed,
            "measures": list(self.measures),
            "estimates": self.estimates,
            "errors": self.errors,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the simulation from its tree; raises `InputError` on malformed data."""
        return cls(
            **{name: data.get(name, -1) for name in ("agents", "samples", "meetings", "seed")},
            measures=text_list(data.get("measures"), "measures"),
            estimates=array_of(data.get("estimates"), "estimates", 1),
            errors=array_of(data.get("errors"), "errors", 1),
        )
