"""Textbook problems of mechanism design, with what is known of their solutions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from gametheory.mechanism import MechanismProblem

COSTS = {"lb": 10, "hb": 20, "lg": 30, "hg": 40}
VALUES = {"lb": 30, "hb": 30, "lg": 50, "hg": 50}


def bargaining(
    costs: dict[str, Any] = COSTS,
    values: dict[str, Any] = VALUES,
    prior: Sequence[Any] = ("0.4", "0.3", "0.2", "0.1"),
    weights: Any = None,
    **switches: Any,
) -> MechanismProblem:
    """One informed seller, one buyer whose value depends on the seller's type (Kim's Table 2 by default)."""
    return MechanismProblem.build(
        agents={"dealer": list(costs), "trader": None},
        prior={"dealer": list(prior)},
        decisions={"trade": (0, 1)},
        utility={
            "dealer": {"trade": lambda t: -costs[t["dealer"]]},
            "trader": {"trade": lambda t: values[t["dealer"]]},
        },
        transfers={"price": {"dealer": 1, "trader": -1}},
        weights=weights if weights is not None else {"dealer": "prior", "trader": 1},
        **switches,
    )


def auction(values: Sequence[Any], prior: Any = None, bidders: int = 2, **switches: Any) -> MechanismProblem:
    """A seller's revenue from one object; the decision is who gets it, or nobody."""
    names = [f"bidder{i + 1}" for i in range(bidders)]
    worth = {f"v{v}": v for v in values}
    return MechanismProblem.build(
        agents={n: list(worth) for n in names},
        prior=prior,
        outcomes=["nobody", *names],
        utility={n: {n: lambda t, n=n: worth[t[n]]} for n in names},
        transfers={f"payment of {n}": {n: -1} for n in names},
        designer={f"payment of {n}": 1 for n in names},
        **switches,
    )


def trade(points: int, **switches: Any) -> MechanismProblem:
    """Myerson and Satterthwaite: cost and value independent and uniform on a grid of [0, 1]."""
    grid = {f"{Fraction(j, points - 1)}": Fraction(j, points - 1) for j in range(points)}
    return MechanismProblem.build(
        agents={"seller": list(grid), "buyer": list(grid)},
        decisions={"trade": (0, 1)},
        utility={
            "seller": {"trade": lambda t: -grid[t["seller"]]},
            "buyer": {"trade": lambda t: grid[t["buyer"]]},
        },
        transfers={"price": {"seller": 1, "buyer": -1}},
        weights={"seller": "prior", "buyer": "prior"},
        **switches,
    )


def public_good(cost: Any = Fraction(3, 2), participation: str = "none") -> MechanismProblem:
    """Two people with values 0, 1 or 2 share the cost of a public good, exactly, at every profile."""
    worth = {"0": 0, "1": 1, "2": 2}
    people = ["ann", "bob"]
    return MechanismProblem.build(
        agents={n: list(worth) for n in people},
        decisions={"build": (0, 1)},
        utility={n: {"build": lambda t, n=n: worth[t[n]]} for n in people},
        transfers={f"{n} pays": {n: -1} for n in people},
        weights=dict.fromkeys(people, "prior"),
        participation=participation,
        budgets={"cost": {"of": {"ann pays": 1, "bob pays": 1, "build": -cost}, "sense": "=", "bound": 0}},
    )


def screening(side: int, rng: np.random.Generator | None = None) -> MechanismProblem:
    """A monopolist with two goods and a buyer whose values lie on a grid; distant constraints bind."""
    values = np.linspace(0.0, 1.0, side)
    first, second = (g.ravel() for g in np.meshgrid(values, values, indexing="ij"))
    weight = np.ones(side * side) if rng is None else rng.uniform(0.5, 1.5, side * side)
    return MechanismProblem(
        agents=("buyer",),
        types=(tuple(f"{i},{j}" for i in range(side) for j in range(side)),),
        prior=weight / weight.sum(),
        decisions=("first", "second"),
        utility=np.stack([first, second], axis=1)[None],
        transfers=("payment",),
        transfer_utility=[[-1.0]],
        designer_transfers=[1.0],
        polytope=_unit_square(),
    )


def _unit_square() -> Any:
    from gametheory.mechanism import DecisionPolytope

    return DecisionPolytope.box([0, 0], [1, 1])


def random_problem(
    rng: np.random.Generator,
    shape: tuple[int, ...] = (3, 2),
    decisions: int = 3,
    transfers: int = 1,
    *,
    exactly: bool = False,
    **switches: Any,
) -> MechanismProblem:
    """A random problem with interdependent values and correlated types, transfers bounded by budgets."""

    def draw(size: tuple[int, ...], low: int, high: int) -> Any:
        whole = rng.integers(low, high + 1, size)
        if not exactly:
            return whole.astype(float)
        flat = np.empty(whole.size, dtype=object)
        flat[:] = [Fraction(int(v)) for v in whole.ravel()]
        return flat.reshape(whole.shape)

    agents = len(shape)
    prior = draw(shape, 1, 9)
    from gametheory.mechanism import BudgetConstraint

    cap = draw((), 5, 9)
    budgets = [
        BudgetConstraint(f"{k}{sense}", np.eye(transfers, dtype=int)[k], None, sense, sign * cap)
        for k in range(transfers)
        for sense, sign in (("<=", 1), (">=", -1))
    ]
    return MechanismProblem(
        agents=tuple(f"agent{i}" for i in range(agents)),
        types=tuple(tuple(f"t{a}" for a in range(n)) for n in shape),
        prior=prior / prior.sum(),
        decisions=tuple(f"d{d}" for d in range(decisions)),
        utility=draw((agents, *shape, decisions), -5, 9),
        transfers=tuple(f"y{k}" for k in range(transfers)),
        transfer_utility=draw((agents, *shape, transfers), -2, 2),
        designer_decisions=draw((*shape, decisions), -3, 5),
        designer_transfers=draw((transfers,), -1, 1),
        weights=tuple(draw((n,), 0, 2) for n in shape),
        outside=tuple(draw((n,), -9, -4) for n in shape),
        budgets=tuple(budgets),
        **switches,
    )
