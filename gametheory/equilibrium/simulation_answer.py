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
        """Return what theory says of each measure; `finite` corrects for the number of agents to first order.

        The variance of exposures around their mean is ``1 - 1/agents`` times the stationary one.

        Raises
        ------
        InputError
            If the measures are not those of the market.
        """
        portfolios = any(name.startswith("position_growth") for name in self.measures)
        if self.measures != self.names(market.assets, portfolios):
            raise InputError("the simulation's measures are not those of the market")
        held = market.to_float()
        one, three = (1 - 1 / self.agents, 1 - 3 / self.agents) if finite else (1.0, 1.0)
        spread = held.misallocation**2
        found = {name: np.array(values, dtype=np.float64) for name, values in held.liquidity().items()}
        rates = np.array(held.contact_rates, dtype=np.float64)
        listed = [
            found["volume"] * np.sqrt(one),
            found["price_dispersion"] * np.sqrt(three),
            found["quantity_dispersion"] * np.sqrt(one),
            found["price_dispersion"] / found["quantity_dispersion"] * np.sqrt(three / one),
            2 * rates,
            [spread * one, 6 / 7],
        ]
        if portfolios:
            listed.append(rates * spread / np.array(held.exposures, dtype=np.float64) ** 2)
        return np.concatenate(listed)

    def z_scores(self, market: SearchMarket) -> Array:
        """Return how many standard errors each estimate is from theory."""
        return np.asarray((self.estimates - self.theory(market)) / self.errors)

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
