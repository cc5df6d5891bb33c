"""The paper's model, and the same bargaining problem with any number of dealer types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from gametheory import Constraint, Engine, Model, Number, Solution, parameter
from gametheory_plugins.neutral_bargaining.bargaining import Bargaining, sums_to_one
from gametheory_plugins.neutral_bargaining.claims import CLAIMS, STATEMENTS
from gametheory_plugins.neutral_bargaining.figures import FIGURES

Selection = Literal["neutral", "max_gains", "max_trade_probability", "dealer_ex_ante", "trader_ex_ante", "weighted"]

CITATION = "Kim, Optimal bargaining mechanisms and neutral prices in OTC markets with asymmetric information (draft)"

RESULTS = {
    "Q": "probability that each type sells",
    "Y": "expected payment to each type (money)",
    "P": "price, Y / Q; null where nothing is sold (money per unit)",
    "U1": "the dealer's expected gain, by type (money)",
    "U2": "the trader's expected gain (money)",
    "trade_probability": "ex ante probability of trade",
    "expected_gains": "ex ante expected gains from trade (money)",
    "lambda1": "welfare weight of each type, multipliers of participation included (for select=neutral, in the limit)",
    "lambda2": "welfare weight of the trader; 1, and the sum of lambda1, where that is possible",
    "alpha": "multiplier of 't does not report s', keyed s|t",
    "virtual_cost": "virtual cost of each type with lambda2 = 1 (money)",
    "binding": "incentive constraints s|t and participation outside|t that hold with equality",
    "interim_incentive_efficient": "whether no feasible mechanism is better for some type and worse for none",
    "payoffs_unique": "whether every neutral mechanism gives these payoffs; null if undecided or not neutral",
    "alternative": "a neutral mechanism with other payoffs and its own certificate; null if none was found",
}

UNITS = {**dict.fromkeys(("Y", "U1", "U2", "expected_gains", "virtual_cost"), "money"), "P": "money per unit"}
AXES = {key: {"type": ()} for key in ("Q", "Y", "P", "U1", "lambda1", "virtual_cost")}

SELECT = "which feasible mechanism: neutral, most expected gains, most trade, best ex ante for one side, or weighted"
POWER = "the dealer's bargaining share if select=neutral: 1/2 equal, 1 the dealer proposes, 0 the trader does"
WEIGHTS = "weights on utilities if select=weighted, by type and for trader; 0 where left out"


class _Bargains(Model):
    """What both models share: solving and reporting."""

    abstract: ClassVar[bool] = True
    concept = "neutral"
    citation = CITATION
    result_docs = RESULTS
    result_units = UNITS
    result_axes = AXES
    figures = FIGURES

    def bargaining(self) -> Bargaining:
        """Return the bargaining problem at these parameters."""
        raise NotImplementedError

    def build(self) -> Any:
        return self.bargaining().form()

    def run(self, engine: Engine) -> Solution:
        return self.bargaining().solve(engine)

    def report(self, solution: Solution) -> Mapping[str, Any]:
        return self.bargaining().report(solution)


class NeutralBargaining(_Bargains):
    """A dealer with private liquidity and asset quality bargains with a trader over one asset."""

    name = "neutral_bargaining"
    statements = STATEMENTS
    claims = CLAIMS
    constraints = (
        Constraint(
            "p_lb + p_hb + p_lg + p_hg == 1",
            lambda m: sums_to_one((m.p_lb, m.p_hb, m.p_lg, m.p_hg)),
            "change the probabilities together",
        ),
    )

    c_b: Number = parameter(20, doc="the dealer's cost of giving up a bad asset", unit="money")
    c_g: Number = parameter(40, doc="the dealer's cost of giving up a good asset", unit="money")
    delta: Number = parameter(10, ge=0, doc="holding cost of a low-liquidity dealer when trade fails", unit="money")
    v_b: Number = parameter(30, doc="the trader's value of a bad asset", unit="money")
    v_g: Number = parameter(50, doc="the trader's value of a good asset", unit="money")
    p_lb: Number = parameter("2/5", gt=0, doc="probability of low liquidity and a bad asset")
    p_hb: Number = parameter("3/10", gt=0, doc="probability of high liquidity and a bad asset")
    p_lg: Number = parameter("1/5", gt=0, doc="probability of low liquidity and a good asset")
    p_hg: Number = parameter("1/10", gt=0, doc="probability of high liquidity and a good asset")
    select: Selection = parameter("neutral", doc=SELECT)
    weights: dict[str, Number] | None = parameter(None, doc=WEIGHTS)
    power: Number = parameter("1/2", ge=0, le=1, doc=POWER)

    def bargaining(self) -> Bargaining:
        """Return the bargaining problem with the four types of Table 1."""
        return Bargaining(
            types=("lb", "hb", "lg", "hg"),
            costs=(self.c_b - self.delta, self.c_b, self.c_g - self.delta, self.c_g),
            values=(self.v_b, self.v_b, self.v_g, self.v_g),
            prior=(self.p_lb, self.p_hb, self.p_lg, self.p_hg),
            select=self.select,
            weights=self.weights,
            power=self.power,
        )


class NeutralBargainingGeneral(_Bargains):
    """The same bargaining with any number of dealer types: normalised costs, the trader's values, and a prior."""

    name = "neutral_bargaining_general"

    costs: list[Number] = parameter(
        default_factory=lambda: [10, 20, 30, 40], doc="normalised cost of each type", unit="money"
    )
    values: list[Number] = parameter(
        default_factory=lambda: [30, 30, 50, 50], doc="the trader's value of each type's asset", unit="money"
    )
    prior: list[Number] = parameter(
        default_factory=lambda: ["2/5", "3/10", "1/5", "1/10"], doc="probability of each type"
    )
    types: list[str] | None = parameter(None, doc="names of the types; t1, t2, ... if left out")
    select: Selection = parameter("neutral", doc=SELECT)
    weights: dict[str, Number] | None = parameter(None, doc=WEIGHTS)
    power: Number = parameter("1/2", ge=0, le=1, doc=POWER)

    def bargaining(self) -> Bargaining:
        """Return the bargaining problem with the types listed."""
        names = tuple(f"t{i + 1}" for i in range(len(self.costs))) if self.types is None else tuple(self.types)
        return Bargaining(
            types=names,
            costs=tuple(self.costs),
            values=tuple(self.values),
            prior=tuple(self.prior),
            select=self.select,
            weights=self.weights,
            power=self.power,
        )
