"""The bargaining problem of one informed dealer and one trader, and what is reported of a mechanism for it.

A dealer of type t sells one asset, divisible or by lottery. Her normalised cost is ``c_t``, the trader's value ``v_t``.
A mechanism is a quantity ``Q(t)`` and a payment ``Y(t)`` from the trader for each report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from gametheory import (
    Duality,
    Engine,
    InputError,
    Mechanism,
    MechanismProblem,
    Number,
    OneSidedTrade,
    OptimalMechanism,
    Solution,
    UsageError,
    exact,
    nearest,
)
from gametheory_plugins.neutral_bargaining.neutral import direct_mechanism, report_neutral

DEALER, TRADER = "dealer", "trader"
#: Relative to the size of what is compared: what counts as equal in floats.
EQUAL = 1e-7
#: How far from 1 float probabilities may sum.
ROUNDING = Fraction(1, 10**9)


@dataclass(frozen=True)
class Bargaining:
    """Types with their costs, values and probabilities, and which of the feasible mechanisms to select.

    `power` is the dealer's bargaining share under ``select="neutral"`` and matters nowhere else.
    """

    types: tuple[str, ...]
    costs: tuple[Number, ...]
    values: tuple[Number, ...]
    prior: tuple[Number, ...]
    select: str = "neutral"
    weights: Mapping[str, Number] | None = None
    power: Number = Fraction(1, 2)

    def __post_init__(self) -> None:
        for name in self.types:
            if "|" in name or name in (TRADER, "outside"):
                raise InputError(f"a type may not be named '{name}'", remedy=f"'|', '{TRADER}' and 'outside' are taken")
            if not name.strip() or not name.isprintable():
                raise InputError(f"a type may not be named {name!r}", remedy="use letters that can be seen")
        for what in ("costs", "values", "prior"):
            if len(getattr(self, what)) != len(self.types):
                raise InputError(f"{len(self.types)} types, but {len(getattr(self, what))} numbers in {what}")
        if any(isinstance(p, float) for p in self.prior):
            object.__setattr__(self, "prior", _rounded_to_one(self.prior))

    def form(self) -> MechanismProblem | OneSidedTrade:
        """Return what is solved for the selected mechanism."""
        if self.select != "neutral":
            return self.problem()
        self._check_weights()
        return OneSidedTrade(self.costs, self.values, self.prior, self.types, self.power)

    def problem(self, **changes: Any) -> MechanismProblem:
        """Return the mechanism problem whose optimum is selected; `changes` replace parts of it.

        Under ``select="neutral"`` nothing is maximised; the problem still says which mechanisms are feasible.
        """
        costs, values = dict(zip(self.types, self.costs, strict=True)), dict(zip(self.types, self.values, strict=True))
        parts: dict[str, Any] = {
            "agents": {DEALER: self.types, TRADER: None},
            "prior": {DEALER: self.prior},
            "decisions": {"Q": (0, 1)},
            "utility": {
                DEALER: {"Q": lambda t: -costs[t[DEALER]]},
                TRADER: {"Q": lambda t: values[t[DEALER]]},
            },
            "transfers": {"Y": {DEALER: 1, TRADER: -1}},
            **self._objective(),
        }
        return MechanismProblem.build(**{**parts, **changes})

    def _objective(self) -> dict[str, Any]:
        self._check_weights()
        if self.select == "neutral":
            return {}
        if self.select == "max_trade_probability":
            return {"designer": {"Q": 1}}
        if self.select != "weighted":
            # Payments cancel in the sum of utilities: its ex ante expectation is the expected gains from trade.
            sides = {"max_gains": (DEALER, TRADER), "dealer_ex_ante": (DEALER,), "trader_ex_ante": (TRADER,)}
            return {"weights": dict.fromkeys(sides[self.select], "prior")}
        if not self.weights:
            raise UsageError("select=weighted needs weights", remedy=f"give weights={{{self.types[0]}=1, {TRADER}=1}}")
        for name, weight in self.weights.items():
            if name not in (*self.types, TRADER):
                raise UsageError(f"no type in weights is named '{name}'", remedy=nearest(name, (*self.types, TRADER)))
            if weight < 0:
                raise InputError(f"the weight of '{name}' is {weight}, which is negative")
        if not any(self.weights.values()):
            raise InputError("all weights are 0", remedy=f"give {self.types[0]} or {TRADER} a positive weight")
        dealer = {name: weight for name, weight in self.weights.items() if name != TRADER}
        return {"weights": {DEALER: dealer, TRADER: self.weights.get(TRADER, 0)}}

    def _check_weights(self) -> None:
        if self.weights is not None and self.select != "weighted":
            raise UsageError(f"weights are given, but select is '{self.select}'", remedy="write select=weighted")
        if self.power != Fraction(1, 2) and self.select != "neutral":
            raise UsageError(f"power is given, but select is '{self.select}'", remedy="power matters to select=neutral")

    def solve(self, engine: Engine) -> Solution:
        """Solve for the selected mechanism; where its own multipliers do not show it efficient, test that too.

        The test gives every type at least what she has and maximises gains from trade: its optimum is what the
        mechanism already yields if and only if nothing dominates it, and its multipliers are then positive weights that
        support the mechanism.
        """
        if self.select == "neutral":
            return engine.solve(self.form(), concept="neutral")
        solution = engine.solve(self.problem(), concept="optimal")
        if solution.solved and not self._supports(solution):
            engine.solve(self.domination(solution.answer.mechanism), concept="optimal")
        return solution

    def domination(self, mechanism: Mechanism) -> MechanismProblem:
        """Return the problem of the most gains from trade that leaves nobody worse off than a mechanism does."""
        everybody = replace(self, select="max_gains", weights=None)
        return everybody.problem(outside=mechanism.utilities(self.problem()))

    def _supports(self, solution: Solution) -> bool:
        """Say whether the multipliers of the selected mechanism are positive weights on utilities alone."""
        if self.select == "max_trade_probability":
            return False
        duality = Duality.of(solution.form, solution.answer)
        weights = [*duality.weights(DEALER).values(), *duality.weights(TRADER).values()]
        return bool(min(weights) > (0 if solution.exact else EQUAL))

    def report(self, solution: Solution) -> dict[str, Any]:
        """Return the results of a solution by name."""
        if self.select == "neutral":
            feasible = direct_mechanism(solution.answer.mechanism)
            return report_neutral(solution, self._binding(feasible, self.problem(), self._tolerance(solution)))
        mechanism = solution.answer.mechanism
        quantity, payment = (self._by_type(a) for a in (mechanism.decisions, mechanism.transfers))
        utilities = mechanism.utilities(solution.form)
        tolerance = self._tolerance(solution)
        efficient, supporting = self._support(solution, tolerance)
        traded = {t: abs(q) > (0 if solution.exact else EQUAL) for t, q in quantity.items()}
        prior = self._numbers(self.prior, solution.exact)
        gains = [
            v - c
            for c, v in zip(
                self._numbers(self.costs, solution.exact), self._numbers(self.values, solution.exact), strict=True
            )
        ]
        sold = list(quantity.values())
        return {
            "Q": quantity,
            "Y": payment,
            "P": {t: payment[t] / quantity[t] if traded[t] else None for t in self.types},
            "U1": utilities[DEALER],
            "U2": utilities[TRADER][TRADER],
            "trade_probability": sum(p * q for p, q in zip(prior, sold, strict=True)),
            "expected_gains": sum(p * g * q for p, g, q in zip(prior, gains, sold, strict=True)),
            **self._multipliers(supporting),
            "binding": self._binding(mechanism, solution.form, tolerance),
            "interim_incentive_efficient": efficient,
            "payoffs_unique": None,
            "alternative": None,
        }

    def _tolerance(self, solution: Solution) -> float:
        """Return what counts as equal: nothing less in fractions, a share of the largest number in floats."""
        return 0 if solution.exact else EQUAL * float(max(abs(number) for number in (*self.costs, *self.values, 1)))

    @staticmethod
    def _binding(mechanism: Mechanism, problem: Any, tolerance: float) -> list[str]:
        return [
            constraint
            for side in (DEALER, TRADER)
            for constraint in mechanism.binding(problem, side, tolerance=tolerance)
        ]

    def _support(self, solution: Solution, tolerance: float) -> tuple[bool | None, Duality]:
        """Return whether a mechanism is efficient (None if that was not decided), and multipliers that show it."""
        if self._supports(solution):
            return True, Duality.of(solution.form, solution.answer)
        test = solution.parts[-1]
        if not test.solved:
            return None, Duality.of(solution.form, solution.answer)
        best = Duality.of(test.form, test.answer)
        held = OptimalMechanism(solution.answer.mechanism, test.answer.multipliers)
        if best.value - Duality.of(test.form, held).value <= tolerance:
            return True, best
        return False, Duality.of(solution.form, solution.answer)

    def _multipliers(self, duality: Duality) -> dict[str, Any]:
        """Return weights, multipliers and virtual costs, scaled to a trader's weight of 1 where it is not 0."""
        trader = duality.weights(TRADER)[TRADER]
        scale = trader if trader > 0 else trader + 1
        held = duality.alpha(DEALER)
        nothing = 0 * scale
        alpha = {f"{s}|{t}": held.get(f"{s}|{t}", nothing) / scale for t in self.types for s in self.types if s != t}
        lambda1 = {t: _plain(weight / scale) for t, weight in duality.weights(DEALER).items()}
        psi = dict.fromkeys(self.types)
        if trader > 0:
            per_unit = duality.virtual_utility(DEALER)[:, 0, 0] / scale
            psi = {t: _plain(-cost) for t, cost in zip(self.types, per_unit, strict=True)}
        return {
            "lambda1": lambda1,
            "lambda2": _plain(trader / scale),
            "alpha": {pair: _plain(value) for pair, value in alpha.items()},
            "virtual_cost": psi,
        }

    def _by_type(self, values: Any) -> dict[str, Any]:
        return {t: _plain(value) for t, value in zip(self.types, values.ravel(), strict=True)}

    @staticmethod
    def _numbers(values: Sequence[Number], exactly: bool) -> list[Any]:
        return (
            [Fraction(repr(v)) if isinstance(v, float) else v for v in values]
            if exactly
            else [float(v) for v in values]
        )


def sums_to_one(prior: Sequence[Number]) -> bool:
    """Say whether probabilities sum to 1: exactly if all are fractions, but for rounding if any is a float."""
    return abs(sum(exact(p) for p in prior) - 1) <= (ROUNDING if any(isinstance(p, float) for p in prior) else 0)


def _rounded_to_one(prior: Sequence[Number]) -> tuple[Fraction, ...]:
    """Return probabilities that sum to 1 but for the rounding of floats as fractions that sum to 1."""
    listed = [exact(p) for p in prior]
    total = sum(listed)
    return tuple(p / total if sums_to_one(prior) else p for p in listed)


def _plain(value: Any) -> Any:
    """Return a Python number; minus zero is zero."""
    return value if isinstance(value, Fraction) else float(value) + 0.0
