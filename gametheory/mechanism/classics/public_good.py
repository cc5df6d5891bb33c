"""A public good that costs something and is worth something different to everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gametheory.mechanism.classics.tables import by_label, labels, probabilities
from gametheory.mechanism.problem import MechanismProblem


def public_good(
    values: Sequence[Sequence[Any]],
    cost: Any,
    prior: Sequence[Sequence[Any]] | None = None,
    *,
    participation: str = "none",
    balance: str = "ex_post",
) -> MechanismProblem:
    """Return the problem of providing a public good with contributions that pay for it exactly.

    Without participation constraints the efficient rule is possible (d'Aspremont and Gerard-Varet 1979: see
    `expected_externality`); with them, in general, it is not.

    Parameters
    ----------
    values : sequence of sequences of number
        What the good may be worth to each agent.
    cost : number
        What it costs.
    prior : sequence of sequences of number, optional
        Probabilities by agent, independent; uniform if left out.
    participation : str
        ``"none"``, ``"interim"`` or ``"ex_post"``: whether an agent may stay out, without the good and without paying.
    balance : str
        ``"ex_post"`` or ``"ex_ante"``: whether contributions equal the cost in every state or on average.
    """
    names = [f"agent{i + 1}" for i in range(len(values))]
    worth = dict(zip(names, (by_label(v) for v in values), strict=True))
    shares = [None] * len(values) if prior is None else list(prior)
    return MechanismProblem.build(
        agents={name: labels(v) for name, v in zip(names, values, strict=True)},
        prior={n: probabilities(p, len(v), "values") for n, p, v in zip(names, shares, values, strict=True)},
        decisions={"provide": (0, 1)},
        utility={name: {"provide": _worth(name, worth[name])} for name in names},
        transfers={f"pays:{name}": {name: -1} for name in names},
        weights=dict.fromkeys(names, "prior"),
        participation=participation,
        budgets={
            "cost": {
                "of": {"provide": _minus(cost), **{f"pays:{name}": 1 for name in names}},
                "sense": "=",
                "bound": 0,
                "timing": balance,
            }
        },
    )


def _worth(name: str, worth: Any) -> Any:
    return lambda t: worth[t[name]]


def _minus(cost: Any) -> Any:
    from gametheory.numbers import number

    return -number(cost)
