"""Mechanism problems from names, functions and tables, for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import InputError, UsageError, nearest
from gametheory.mechanism.constraints import BudgetConstraint, DecisionPolytope
from gametheory.mechanism.problem import MechanismProblem
from gametheory.numbers import number, number_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: A number, or a function of the types: ``lambda t: value[t["trader"]]``.
Value = Any


def build(
    *,
    agents: Mapping[str, Sequence[str] | None],
    prior: Any = None,
    outcomes: Sequence[str] | None = None,
    decisions: Mapping[str, tuple[Any, Any]] | None = None,
    limits: Mapping[str, Mapping[str, Any]] | None = None,
    utility: Mapping[str, Mapping[str, Value]],
    transfers: Mapping[str, Mapping[str, Value]] | None = None,
    designer: Mapping[str, Value] | None = None,
    weights: Mapping[str, Any] | None = None,
    outside: Mapping[str, Value | Mapping[str, Any]] | None = None,
    incentive_compatibility: str = "bayesian",
    participation: str | Mapping[str, str] = "interim",
    budgets: Mapping[str, Mapping[str, Any]] | None = None,
) -> MechanismProblem:
    """Build a mechanism problem. A *value* is a number, or a function of the types, ``lambda t: cost[t["seller"]]``.

    Parameters
    ----------
    agents : mapping of str to sequence of str or None
        The types of each agent; None for an agent without private information.
    prior : mapping, array or None
        ``{agent: probabilities}`` (a list, or by type) if types are independent; else an array of shape (T1, ..., TN);
        uniform if left out.
    outcomes : sequence of str, optional
        Names of outcomes, of which the mechanism chooses a lottery. Either this or `decisions`.
    decisions : mapping of str to (number, number), optional
        Divisible decisions, each with its least and largest value.
    limits : mapping of str to mapping, optional
        Further limits on divisible decisions, by name: ``{"of": {decision: number}, "sense": "<=", "bound": 1}``.
    utility : mapping of str to mapping of str to value
        ``utility[agent][decision]``; what is left out is 0.
    transfers : mapping of str to mapping of str to value, optional
        ``transfers[name][agent]``: what each agent gains per unit of the transfer.
    designer : mapping of str to value, optional
        The designer's own value per unit of a decision or transfer.
    weights : mapping, optional
        Weights on interim utilities: by agent, ``"prior"`` (the agent's ex ante utility), a number, a list, or by type.
    outside : mapping, optional
        By agent: a value, or numbers by type.
    incentive_compatibility, participation : str
        As in `MechanismProblem`; participation may differ by agent.
    budgets : mapping of str to mapping, optional
        ``{"of": {decision or transfer: value}, "sense": "<=", "bound": value, "timing": "ex_post"}``.

    Returns
    -------
    MechanismProblem

    Raises
    ------
    UsageError
        If a name does not exist; the nearest names are given.
    InputError
        If the problem is malformed.

    Examples
    --------
    One seller with two possible costs, one buyer; the most gains from trade that can be had.

    >>> cost = {"low": 0, "high": 3}
    >>> problem = build(
    ...     agents={"seller": ["low", "high"], "buyer": None},
    ...     decisions={"trade": (0, 1)},
    ...     utility={"seller": {"trade": lambda t: -cost[t["seller"]]}, "buyer": {"trade": 4}},
    ...     transfers={"price": {"seller": 1, "buyer": -1}},
    ...     weights={"seller": "prior", "buyer": "prior"},
    ... )
    >>> problem.shape
    (2, 1)
    """
    types = {agent: [agent] if listed is None else list(listed) for agent, listed in agents.items()}
    who = list(types)
    shape = tuple(len(t) for t in types.values())
    profiles = [dict(zip(who, p, strict=True)) for p in product(*types.values())]
    if (outcomes is None) == (decisions is None):
        raise UsageError("a mechanism problem needs either outcomes or decisions")
    what = list(outcomes if outcomes is not None else decisions or {})
    paid = list(transfers or {})
    for agent in [
        *utility,
        *(weights or {}),
        *(outside or {}),
        *_agents_in(transfers),
        *_agents_in_participation(participation),
    ]:
        _known(agent, who, "agent")

    def table(value: Value) -> NDArray[Any]:
        """Return one number per profile."""
        return number_array([number(value(t) if callable(value) else value) for t in profiles]).reshape(shape)

    def row(of: Mapping[str, Value], columns: list[str]) -> NDArray[Any]:
        return np.stack([table(of.get(c, 0)) for c in columns], axis=-1) if columns else np.zeros((*shape, 0))

    for agent, by_decision in utility.items():
        for name in by_decision:
            _known(name, what, f"decision in the utility of '{agent}'")
    for name in designer or {}:
        _known(name, what + paid, "decision or transfer")
    stakes = np.stack([row(utility.get(agent, {}), what) for agent in who])
    money = [{p: (transfers or {})[p].get(agent, 0) for p in paid} for agent in who]
    joint = _prior(prior, types, shape)
    return MechanismProblem(
        agents=tuple(who),
        types=tuple(tuple(t) for t in types.values()),
        prior=joint,
        decisions=tuple(what),
        utility=stakes,
        transfers=tuple(paid),
        transfer_utility=_compact(np.stack([row(m, paid) for m in money])),
        designer_decisions=_compact(row(designer or {}, what)[None])[0],
        designer_transfers=_compact(row(designer or {}, paid)[None])[0],
        weights=[_weights((weights or {}).get(a, 0), i, types[a], joint, a) for i, a in enumerate(who)],
        outside=[_outside((outside or {}).get(a, 0), types[a], a, table) for a in who],
        incentive_compatibility=incentive_compatibility,
        participation=participation
        if isinstance(participation, str)
        else tuple(participation.get(a, "interim") for a in who),
        budgets=tuple(_budget(n, b, what, paid, table, row) for n, b in (budgets or {}).items()),
        polytope=None if decisions is None else _polytope(decisions, limits or {}),
    )


def _known(name: str, known: Sequence[str], what: str) -> None:
    if name not in known:
        raise UsageError(f"no {what} is named '{name}'", remedy=nearest(str(name), known))


def _agents_in(transfers: Mapping[str, Mapping[str, Value]] | None) -> list[str]:
    return [agent for by_agent in (transfers or {}).values() for agent in by_agent]


def _agents_in_participation(participation: str | Mapping[str, str]) -> list[str]:
    return [] if isinstance(participation, str) else list(participation)


def _listed(values: Any, types: Sequence[str], agent: str) -> list[Any]:
    """Return numbers in the order of the types, from a list or a table by type."""
    if isinstance(values, Mapping):
        for name in values:
            _known(name, types, f"type of '{agent}'")
        return [number(values.get(t, 0)) for t in types]
    listed = [number(v) for v in values]
    if len(listed) != len(types):
        raise InputError(f"{len(listed)} numbers for the {len(types)} types of '{agent}'")
    return listed


def _prior(prior: Any, types: Mapping[str, list[str]], shape: tuple[int, ...]) -> NDArray[Any]:
    if prior is not None and not isinstance(prior, Mapping):
        return number_array(prior)
    given = prior or {}
    for agent in given:
        _known(agent, list(types), "agent")
    joint = number_array(Fraction(1))
    for agent, names in types.items():
        if agent in given:
            own = number_array(_listed(given[agent], names, agent))
        else:
            own = number_array([Fraction(1, len(names))] * len(names))
        joint = joint[..., None] * own
    return number_array(joint).reshape(shape)


def _weights(value: Any, i: int, types: Sequence[str], joint: NDArray[Any], agent: str) -> NDArray[Any]:
    if isinstance(value, str) and value == "prior":
        others = tuple(j for j in range(joint.ndim) if j != i)
        return joint.sum(axis=others) if others else joint
    listed = value if isinstance(value, Mapping) or not _is_number(value) else [value] * len(types)
    return number_array(_listed(listed, types, agent))


def _is_number(value: Any) -> bool:
    return not isinstance(value, Sequence | np.ndarray) or isinstance(value, str)


def _outside(value: Any, types: Sequence[str], agent: str, table: Callable[[Value], NDArray[Any]]) -> NDArray[Any]:
    if callable(value):
        return table(value)
    listed = value if isinstance(value, Mapping) or not _is_number(value) else [value] * len(types)
    return number_array(_listed(listed, types, agent))


def _compact(values: NDArray[Any]) -> NDArray[Any]:
    """Return coefficients without the axes of the types if they do not depend on them; the first axis is kept."""
    if not values.size:
        return values.reshape(values.shape[0], 0)
    flat = values.reshape(values.shape[0], -1, values.shape[-1])
    return flat[:, 0] if (flat == flat[:, :1]).all() else values


def _polytope(decisions: Mapping[str, tuple[Any, Any]], limits: Mapping[str, Mapping[str, Any]]) -> DecisionPolytope:
    what = list(decisions)
    for name, bounds in decisions.items():
        if isinstance(bounds, str) or len(bounds) != 2:
            raise InputError(f"decision '{name}' needs its least and its largest value")
    lower, upper = (number_array([number(decisions[n][side]) for n in what]) for side in (0, 1))
    matrix, bound, equality = [], [], []
    for name, limit in limits.items():
        for decision in limit["of"]:
            _known(decision, what, f"decision in limit '{name}'")
        sense = limit.get("sense", "<=")
        if sense not in ("<=", "=", ">="):
            raise InputError(f"limit '{name}': sense {sense!r}", remedy="write '<=', '=' or '>='")
        sign = -1 if sense == ">=" else 1
        matrix.append([sign * number(limit["of"].get(n, 0)) for n in what])
        bound.append(sign * number(limit["bound"]))
        equality.append(sense == "=")
    if not limits:
        return DecisionPolytope.box(lower, upper)
    return DecisionPolytope(lower, upper, number_array(matrix), number_array(bound), np.array(equality), tuple(limits))


def _budget(
    name: str,
    given: Mapping[str, Any],
    what: list[str],
    paid: list[str],
    table: Callable[[Value], NDArray[Any]],
    row: Callable[[Mapping[str, Value], list[str]], NDArray[Any]],
) -> BudgetConstraint:
    for key in given:
        _known(key, ("of", "sense", "bound", "timing"), f"part of budget '{name}'")
    for variable in given.get("of", {}):
        _known(variable, what + paid, f"decision or transfer in budget '{name}'")
    bound = given.get("bound", 0)
    return BudgetConstraint(
        name=name,
        transfers=_compact(row(given.get("of", {}), paid)[None])[0],
        decisions=_compact(row(given.get("of", {}), what)[None])[0],
        sense=given.get("sense", "="),
        bound=table(bound) if callable(bound) else number_array(bound),
        timing=given.get("timing", "ex_post"),
    )
