"""What the models share: the market's parameters, checked with their names and positions."""

from __future__ import annotations

from typing import Any, ClassVar

from gametheory import Constraint, InputError, Model, Number, SearchMarket, parameter

CITATION = "Uslu and Velioglu, Liquidity in the Cross Section of OTC Assets, FTG working paper 00138-00 (2024)"


def listed(model: Model, name: str, count: int | None = None, nonzero: bool = False, positive: bool = False) -> bool:
    """Check a list: its length, and the sign of every entry; raises `InputError` naming the position."""
    values = getattr(model, name)
    if values is None:
        return True
    place = f"{model.label()}, parameter '{name}"
    if count is not None and len(values) != count:
        raise InputError(
            f"{len(values)} entries, but there are {count} contact rates", place=f"{place}'", remedy="one per asset"
        )
    for position, value in enumerate(values):
        if positive and not value > 0:
            raise InputError(f"{value} is not positive", place=f"{place}[{position}]'")
        if nonzero and value == 0:
            raise InputError("an asset without systematic risk has no finite trade", place=f"{place}[{position}]'")
    return True


def _lists_hold(model: Any) -> bool:
    if not model.contact_rates:
        raise InputError("at least one asset is needed", place=f"{model.label()}, parameter 'contact_rates'")
    count = len(model.contact_rates)
    return (
        listed(model, "contact_rates", positive=True)
        and listed(model, "psi", count, nonzero=True)
        and listed(model, "dividends", count)
    )


class MarketParameters(Model):
    """The economy of the paper: banks, assets, needs and meetings."""

    abstract: ClassVar[bool] = True
    citation = CITATION
    constraints = (Constraint("one psi and one dividend per contact rate", _lists_hold),)

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
