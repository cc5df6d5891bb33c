"""Parameters that the models of this plugin share, and the market they define."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema, model_validator

from gametheory import (
    Engine,
    GameTheoryError,
    InputError,
    IntermediatedMarket,
    Model,
    Number,
    TypeDistribution,
    UsageError,
    exact,
    parameter,
)

CITATION = 'Chang and Zhang, "Endogenous market making and network formation"'


class BadDistributionError(InputError, ValueError):
    """A distribution that does not describe one; pydantic adds the parameter's name."""


def read_distribution(value: Any) -> dict[str, Any]:
    """Return a distribution as a table of its kind and numbers."""
    try:
        table = TypeDistribution.from_data(value).to_data()
    except GameTheoryError as error:
        raise BadDistributionError(error.message, remedy=error.remedy) from None
    return {key: item.tolist() if hasattr(item, "tolist") else item for key, item in table.items()}


def as_text(table: dict[str, Any]) -> dict[str, Any]:
    """Return a table that JSON can hold and that tells any two distributions apart."""
    return {key: [str(i) for i in item] if isinstance(item, list) else str(item) for key, item in table.items()}


Distribution = Annotated[
    dict[str, Any],
    BeforeValidator(read_distribution),
    PlainSerializer(as_text, when_used="json"),
    WithJsonSchema({"type": "object", "description": "a table such as {kind = 'uniform', low = 0, high = 1}"}),
]


class MarketModel(Model):
    """What the models of this plugin have in common: the market of the paper."""

    citation = CITATION

    distribution: Distribution = parameter(
        default_factory=lambda: {"kind": "uniform", "low": 0, "high": 1},
        doc="distribution of types sigma: uniform, power, beta, truncated_lognormal or empirical",
    )
    rounds: int = parameter(3, ge=1, le=200, doc="rounds of trade N")
    p: Number | None = parameter(
        None, ge=0, le=1, doc="probability that two traders who meet have opposite shocks; 1/2"
    )
    exposure: Number | None = parameter(
        None, ge=0, le=1, doc="exposure q to the aggregate shock of two groups, instead of p: p = (1 + q^2)/2"
    )
    intraday_discount: Number = parameter(Fraction(99, 100), gt=0, le=1, doc="discount factor per round, beta")
    dividend: Number = parameter(2, gt=0, doc="expected dividend per unit, y", unit="numeraire per unit")
    holding: Number = parameter(1, gt=0, doc="endowment of every trader, a", unit="units of the asset")

    @model_validator(mode="after")
    def _one_correlation(self) -> Any:
        if self.p is not None and self.exposure is not None:
            raise UsageError(f"{self.label()}: p and exposure are both given", remedy="give one of them")
        return self

    @property
    def opposite(self) -> Any:
        """The probability p."""
        if self.exposure is not None:
            return (1 + self.exposure**2) / 2
        return Fraction(1, 2) if self.p is None else self.p

    @property
    def types(self) -> TypeDistribution:
        """The distribution of types."""
        return TypeDistribution.from_data(self.distribution)

    def market(self, exactly: bool) -> IntermediatedMarket:
        """Return the market, in fractions where that is asked for and the distribution allows it, else in floats."""
        form = IntermediatedMarket(
            self.types, self.rounds, self.opposite, self.intraday_discount, self.dividend, self.holding
        )
        return form.to_exact() if exactly and form.law.is_rational() else form.to_float()

    def solve_tiers(self, engine: Engine) -> Any:
        """Solve the market for its tiers."""
        return engine.solve(self.market(engine.exact), concept="tier_equilibrium")


def like(value: Any, exactly: bool) -> Any:
    """Return a number as the solution holds numbers: a fraction if it is exact, else a float."""
    return exact(value) if exactly else float(value)
