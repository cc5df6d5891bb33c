"""Trade of one good between a seller and a buyer who both have private information."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gametheory.mechanism.classics.tables import by_label, labels, probabilities
from gametheory.mechanism.problem import MechanismProblem


def bilateral_trade(
    costs: Sequence[Any],
    values: Sequence[Any],
    cost_prior: Sequence[Any] | None = None,
    value_prior: Sequence[Any] | None = None,
    *,
    objective: str = "gains",
) -> MechanismProblem:
    """Return the problem of Myerson and Satterthwaite (1983) on grids of costs and values.

    The buyer's payment goes to the seller, so that the budget balances in every state.

    Parameters
    ----------
    costs, values : sequences of number
        The seller's possible costs and the buyer's possible values.
    cost_prior, value_prior : sequences of number, optional
        Their probabilities; uniform if left out.
    objective : str
        ``"gains"`` from trade, expected; or ``"volume"``, the probability of trade.
    """
    cost, value = by_label(costs), by_label(values)
    gains = objective == "gains"
    return MechanismProblem.build(
        agents={"seller": labels(costs), "buyer": labels(values)},
        prior={
            "seller": probabilities(cost_prior, len(costs), "costs"),
            "buyer": probabilities(value_prior, len(values), "values"),
        },
        decisions={"trade": (0, 1)},
        utility={
            "seller": {"trade": lambda t: -cost[t["seller"]]},
            "buyer": {"trade": lambda t: value[t["buyer"]]},
        },
        transfers={"price": {"seller": 1, "buyer": -1}},
        weights={"seller": "prior", "buyer": "prior"} if gains else None,
        designer=None if gains else {"trade": 1},
    )


def first_best_gains(
    costs: Sequence[Any],
    values: Sequence[Any],
    cost_prior: Sequence[Any] | None = None,
    value_prior: Sequence[Any] | None = None,
) -> Any:
    """Return the expected gains from trade if everybody knew everything: ``E max(value - cost, 0)``."""
    p = probabilities(cost_prior, len(costs), "costs")
    q = probabilities(value_prior, len(values), "values")
    cost, value = list(by_label(costs).values()), list(by_label(values).values())
    return sum(a * b * max(v - c, 0) for c, a in zip(cost, p, strict=True) for v, b in zip(value, q, strict=True))
