"""Auctions of one good to bidders with finitely many values, state by state; for many bidders see `reduced_form`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gametheory.errors import InputError, UsageError
from gametheory.mechanism.classics.tables import by_label, labels, probabilities
from gametheory.mechanism.problem import MechanismProblem

if TYPE_CHECKING:
    from gametheory.mechanism.build import Value


def auction(
    values: Sequence[Sequence[Any]],
    prior: Sequence[Sequence[Any]] | None = None,
    *,
    joint: Any = None,
    reserve: Any = 0,
    incentive_compatibility: str = "bayesian",
    participation: str = "interim",
) -> MechanismProblem:
    """Return the problem of selling one good for the most revenue (Myerson 1981, with finitely many values).

    Parameters
    ----------
    values : sequence of sequences of number
        The possible values of each bidder.
    prior : sequence of sequences of number, optional
        Probabilities by bidder, independent; uniform if left out.
    joint : array of shape (T1, ..., TN), optional
        The joint prior of values that are not independent, in place of `prior` (Cremer and McLean 1988: such values
        let the seller take the whole surplus).
    reserve : number
        The seller's own value.
    incentive_compatibility, participation : str
        As in `MechanismProblem`.

    Raises
    ------
    InputError
        If a value is listed twice, or probabilities are not positive or do not sum to 1.
    UsageError
        If both `prior` and `joint` are given.
    """
    names = [f"bidder{i + 1}" for i in range(len(values))]
    worth = dict(zip(names, (by_label(v) for v in values), strict=True))
    given: Any = joint
    if joint is None:
        listed = [None] * len(values) if prior is None else list(prior)
        if len(listed) != len(values):
            raise InputError(f"probabilities of {len(listed)} bidders for {len(values)}")
        given = {n: probabilities(p, len(v), "values") for n, p, v in zip(names, listed, values, strict=True)}
    elif prior is not None:
        raise UsageError("an auction has either independent values (prior) or a joint prior (joint)")
    return MechanismProblem.build(
        agents={name: labels(v) for name, v in zip(names, values, strict=True)},
        prior=given,
        outcomes=["unsold", *names],
        utility={name: {name: _worth(name, worth[name])} for name in names},
        transfers={f"pays:{name}": {name: -1} for name in names},
        designer={"unsold": reserve, **{f"pays:{name}": 1 for name in names}},
        incentive_compatibility=incentive_compatibility,
        participation=participation,
    )


def _worth(name: str, worth: Any) -> Value:
    return lambda t: worth[t[name]]
