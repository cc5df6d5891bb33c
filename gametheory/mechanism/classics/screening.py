"""A monopolist who sells several goods to a buyer of unknown tastes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gametheory.errors import InputError
from gametheory.mechanism.classics.tables import probabilities
from gametheory.mechanism.problem import MechanismProblem
from gametheory.numbers import number


def screening(
    tastes: Mapping[str, Sequence[Any]], prior: Sequence[Any] | None = None, *, costs: Sequence[Any] | None = None
) -> MechanismProblem:
    """Return the problem of selling goods, each in a share between 0 and 1, for the most profit.

    Values add up over goods; a share is a probability of getting the good. With two goods or more, distant incentive
    constraints bind and lotteries may be optimal (McAfee and McMillan 1988; Manelli and Vincent 2006).

    Parameters
    ----------
    tastes : mapping of str to sequence of number
        The value of each good to each type of buyer.
    prior : sequence of number, optional
        Probabilities of the types; uniform if left out.
    costs : sequence of number, optional
        The cost of each good; 0 if left out.
    """
    worth = {name: [number(v) for v in values] for name, values in tastes.items()}
    if not worth or len({len(v) for v in worth.values()}) != 1:
        raise InputError("every type of buyer needs a value for each good")
    goods = [f"good{g + 1}" for g in range(len(next(iter(worth.values()))))]
    spent = [0] * len(goods) if costs is None else [number(c) for c in costs]
    if len(spent) != len(goods):
        raise InputError(f"{len(spent)} costs for {len(goods)} goods")
    return MechanismProblem.build(
        agents={"buyer": list(worth)},
        prior={"buyer": probabilities(prior, len(worth), "types")},
        decisions=dict.fromkeys(goods, (0, 1)),
        utility={"buyer": {good: _worth(worth, g) for g, good in enumerate(goods)}},
        transfers={"price": {"buyer": -1}},
        designer={"price": 1, **{good: -c for good, c in zip(goods, spent, strict=True)}},
    )


def _worth(worth: Mapping[str, Sequence[Any]], good: int) -> Any:
    return lambda t: worth[t["buyer"]][good]
