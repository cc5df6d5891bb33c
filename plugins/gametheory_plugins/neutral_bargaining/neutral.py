"""What is reported of a neutral mechanism."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from gametheory import Mechanism, NeutralMechanism, OneSidedTrade, Solution


def report_neutral(solution: Solution, binding: Sequence[str]) -> dict[str, Any]:
    """Return the results of a neutral optimum by name.

    Parameters
    ----------
    solution : Solution
        Of a `OneSidedTrade`, concept ``"neutral"``.
    binding : sequence of str
        The constraints that hold with equality under the mechanism.
    """
    trade, answer = solution.form, solution.answer
    assert isinstance(trade, OneSidedTrade)
    found = answer.mechanism
    sold = list(zip(trade.prior, found.quantities, strict=True))
    gains = trade.values - trade.costs
    reported = {
        **_mechanism(trade, found),
        "trade_probability": sum(p * q for p, q in sold),
        "expected_gains": sum(p * q * g for (p, q), g in zip(sold, gains, strict=True)),
        **_weights(trade, found.limit),
        "virtual_cost": _virtual_costs(trade, found.limit),
        "binding": list(binding),
        "interim_incentive_efficient": True,
        "payoffs_unique": answer.payoffs_unique,
        "alternative": _alternative(trade, answer.alternative),
    }
    return reported if solution.exact else _in_floats(reported)


def direct_mechanism(found: NeutralMechanism) -> Mechanism:
    """Return a neutral mechanism as one of the general mechanism problem."""
    return Mechanism(found.quantities[:, None, None], found.payments[:, None, None])


def _mechanism(trade: OneSidedTrade, found: NeutralMechanism) -> dict[str, Any]:
    return {
        "Q": _by_type(trade, found.quantities),
        "Y": _by_type(trade, found.payments),
        "P": _by_type(trade, found.unit_prices),
        "U1": _by_type(trade, found.informed_utilities),
        "U2": found.uninformed_utility,
    }


def _weights(trade: OneSidedTrade, weights: Any) -> dict[str, Any]:
    alpha = {
        f"{s}|{t}": weights.alpha[i, j] for i, t in enumerate(trade.types) for j, s in enumerate(trade.types) if i != j
    }
    return {"lambda1": _by_type(trade, weights.informed), "lambda2": weights.uninformed, "alpha": alpha}


def _virtual_costs(trade: OneSidedTrade, weights: Any) -> dict[str, Any]:
    """Return psi = M c / p with the trader's weight 1, from the weights and multipliers."""
    costs, alpha = trade.costs, weights.alpha
    found = {}
    for i, t in enumerate(trade.types):
        out = (weights.informed[i] + alpha[i].sum()) * costs[i]
        found[t] = (out - (alpha[:, i] * costs).sum()) / (trade.prior[i] * weights.uninformed)
    return found


def _alternative(trade: OneSidedTrade, other: NeutralMechanism | None) -> dict[str, Any] | None:
    if other is None:
        return None
    warrants = {
        "omega1": _by_type(trade, other.informed_warrants),
        "omega2": other.uninformed_warrant,
    }
    return {**_mechanism(trade, other), "certificate": {**_weights(trade, other.limit), **warrants}}


def _by_type(trade: OneSidedTrade, values: Any) -> dict[str, Any]:
    return dict(zip(trade.types, values, strict=True))


def _in_floats(tree: Any) -> Any:
    """Return a tree with floats for fractions."""
    if isinstance(tree, Mapping):
        return {name: _in_floats(value) for name, value in tree.items()}
    return float(tree) if isinstance(tree, Fraction) else tree
