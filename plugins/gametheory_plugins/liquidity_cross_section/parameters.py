"""What the models share: the market's parameters, checked with their names and positions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from gametheory import (
    Constraint,
    Engine,
    InputError,
    Model,
    Number,
    SearchMarket,
    Solution,
    UsageError,
    parameter,
)

CITATION = "Uslu and Velioglu, Liquidity in the Cross Section of OTC Assets, FTG working paper 00138-00 (2024)"


@contextmanager
def named(model: Model, within: str = "") -> Iterator[None]:
    """Let errors name the parameter of `model` that they are about, an entry of the table `within` if that is given."""
    head = f"{model.label()}, parameter '"
    try:
        yield
    except InputError as error:
        inner = (error.place or "").removeprefix(head).removesuffix("'")
        error.place = f"{head}{'.'.join(name for name in (within, inner) if name)}'"
        raise


def listed(model: Model, name: str, count: int | None = None, nonzero: bool = False, positive: bool = False) -> bool:
    """Check a list: its length, and the sign of every entry; raises `InputError` naming the position."""
    values = getattr(model, name)
    if values is None:
        return True
    with named(model):
        if count is not None and len(values) != count:
            raise InputError(
                f"{len(values)} entries, but there are {count} contact rates", place=name, remedy="one per asset"
            )
        for position, value in enumerate(values):
            place = f"{name}[{position}]"
            if positive and not value > 0:
                raise InputError(f"{value} is not positive", place=place)
            if nonzero and value == 0:
                raise InputError("an asset without systematic risk has no finite trade", place=place)
            SearchMarket.check_size(value, place)
    return True


def scalars(model: Model, *names: str) -> bool:
    """Check the size of parameters that are given; raises `InputError` naming one that is too large or too small."""
    with named(model):
        for name in names:
            if getattr(model, name) is not None:
                SearchMarket.check_size(getattr(model, name), name)
    return True


def _parameters_hold(model: Any) -> bool:
    if not model.contact_rates:
        raise InputError("at least one asset is needed", place=f"{model.label()}, parameter 'contact_rates'")
    count = len(model.contact_rates)
    return (
        scalars(model, "r", "gamma_B", "sigma", "sigma_eta")
        and listed(model, "contact_rates", positive=True)
        and listed(model, "psi", count, nonzero=True)
        and listed(model, "dividends", count)
    )


class MarketParameters(Model):
    """The economy of the paper: banks, assets, needs and meetings."""

    abstract: ClassVar[bool] = True
    citation = CITATION
    constraints = (Constraint("one psi and one dividend per contact rate", _parameters_hold),)

    r: Number = parameter("1/20", gt=0, doc="discount rate", unit="per year")
    gamma_B: Number = parameter(1, gt=0, doc="banks' risk aversion, gamma/J", unit="per unit of the numeraire")
    sigma: Number = parameter("3/10", gt=0, doc="aggregate volatility", unit="per root year")
    sigma_eta: Number = parameter(1, gt=0, doc="volatility of hedging needs", unit="exposure per root year")
    contact_rates: list[Number] = parameter(
        default_factory=lambda: ["1/2", 1, 2], doc="lambda_j: mass of meetings in each asset's market", unit="per year"
    )
    psi: list[Number] = parameter(
        default_factory=lambda: [1, "1/2", 2], doc="psi_j: systematic risk of each asset, not 0", unit="exposure"
    )
    dividends: list[Number] | None = parameter(
        None, doc="m_j: expected dividends of each asset; 0 if left out", unit="numeraire per year"
    )

    def run(self, engine: Engine) -> Solution:
        """Solve it with `engine`, for the model's own concept: its results are read from no other answer."""
        self.refuse_other_concepts(engine)
        return super().run(engine)

    def refuse_other_concepts(self, engine: Engine) -> None:
        """Raise `UsageError` if another concept is asked for."""
        if engine.concept not in (None, self.concept):
            raise UsageError(
                f"{self.label()} is solved for '{self.concept}', not '{engine.concept}'",
                remedy="liquidity_cross_section is for steady_state, liquidity_simulation for simulation, "
                "liquidity_transition for transition",
            )

    def market(self) -> SearchMarket:
        """Return the search market at these parameters."""
        return SearchMarket(
            discount_rate=self.r,
            risk_aversion=self.gamma_B,
            aggregate_volatility=self.sigma,
            need_volatility=self.sigma_eta,
            contact_rates=self.contact_rates,
            exposures=self.psi,
            dividends=self.dividends,
        )
