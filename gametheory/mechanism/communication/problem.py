"""The form of a mediated game: states, types, decisions of the mediator, actions of the agents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from gametheory.errors import InputError
from gametheory.mechanism.arrays import common, frozen, known_keys, names, reading, shaped, to_numbers
from gametheory.notebook import Displayed
from gametheory.numbers import decode_array, is_exact_array, simplest_sum_to_one

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.linear import LinearProgram

#: Who tells the mediator the agents' types: they do and may lie, or the mediator knows them.
REPORTING = ("reported", "known")
#: When an agent may think of another action: having heard the recommendation, or before.
OBEDIENCE = ("after_recommendation", "before_recommendation", "none")

_FIELDS = (
    "agents",
    "types",
    "states",
    "decisions",
    "actions",
    "prior",
    "utility",
    "objective",
    "outside",
    "types_are",
    "obedience",
    "decision_is_seen",
)


@dataclass(frozen=True, eq=False)
class CommunicationProblem(Displayed):
    """A finite mediated game, solved by linear programming.

    Nature draws a state w and types t with probability p(w, t). The mediator knows w, hears (or knows) the types, and
    draws a decision d and an action for every agent with probability ``x(d, a | w, t)``. Agent i is told a_i alone (and
    d, if `decision_is_seen`) and then acts. The mechanism must make honesty and obedience optimal for everyone:

    ``sum p(w,t) x(d,a|w,t) u_i(w,t,d,a) >= sum p(w,t) x(d,a|w,(s,t_-i)) u_i(w,t,d,(delta(message),a_-i))``

    for every type of i, every report s, and every rule delta from messages to actions. Among such mechanisms the
    mediator maximises the expectation of `objective`.

    In the arrays below S, Ti, D and Ai are the numbers of states, of types of agent i, of decisions and of
    actions of agent i; the axes are (state, types of agent 1, ..., types of agent N, decision, action of agent 1, ...,
    action of agent N).

    Attributes
    ----------
    agents : tuple of str
        N names.
    actions : tuple of tuple of str
        The actions of each agent; a single one for an agent who does not act.
    utility : ndarray of shape (N, S, T1, ..., TN, D, A1, ..., AN)
        What each agent gets.
    objective : ndarray of shape (S, T1, ..., TN, D, A1, ..., AN)
        What the mediator maximises.
    types : tuple of tuple of str
        The types of each agent; one each if left out.
    states : tuple of str
        What the mediator knows besides; a single one if left out.
    decisions : tuple of str
        What the mediator decides besides recommending; a single one if left out.
    prior : ndarray of shape (S, T1, ..., TN)
        Probabilities; uniform if left out.
    outside : tuple of N ndarrays of shape (Ti,), or None
        What each type has without the mechanism (interim participation); None for no such choice.
    types_are : str
        ``"reported"`` by agents who may lie, or ``"known"`` to the mediator.
    obedience : str
        Deviations ``"after_recommendation"`` (the usual case), ``"before_recommendation"`` (coarse correlated
        equilibrium: one other action, whatever would have been recommended), or ``"none"``.
    decision_is_seen : bool
        Whether agents see d before they act.

    Raises
    ------
    InputError
        If shapes disagree, a probability is negative, or the prior does not sum to 1.
    """

    agents: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    utility: NDArray[Any]
    objective: NDArray[Any]
    types: tuple[tuple[str, ...], ...] | Any = None
    states: tuple[str, ...] = ("only",)
    decisions: tuple[str, ...] = ("only",)
    prior: NDArray[Any] | Any = None
    outside: tuple[NDArray[Any], ...] | None = None
    types_are: str = "reported"
    obedience: str = "after_recommendation"
    decision_is_seen: bool = True

    def __post_init__(self) -> None:
        agents = names(self.agents, "the agents")
        n = len(agents)
        if not n:
            raise InputError("a mediated game needs at least one agent")
        given = ((a,) for a in agents) if self.types is None else self.types
        types = _listed(given, agents, "types")
        actions = _listed(self.actions, agents, "actions")
        self._set(agents=agents, types=types, actions=actions)
        self._set(states=names(self.states, "the states"), decisions=names(self.decisions, "the decisions"))
        for value, known, what in ((self.types_are, REPORTING, "types_are"), (self.obedience, OBEDIENCE, "obedience")):
            if value not in known:
                raise InputError(f"{what} is {value!r}", remedy=f"one of {', '.join(known)}")
        if not isinstance(self.decision_is_seen, bool):
            raise InputError(f"decision_is_seen is {self.decision_is_seen!r}, not true or false")
        if not self.states or not self.decisions:
            raise InputError("a mediated game has at least one state and one decision")
        where, outcome = self.information_shape, self.outcome_shape
        if self.outside is not None and len(self.outside) != n:
            raise InputError(f"{n} agents, but outside options of {len(self.outside)}")
        read, _ = common(
            {
                "the prior": _uniform(where) if self.prior is None else self.prior,
                "the utility": self.utility,
                "the objective": self.objective,
                **{f"the outside option of '{a}'": o for a, o in zip(agents, self.outside or (), strict=False)},
            }
        )
        prior = shaped(read["the prior"], [where], "the prior")
        if (prior < 0).any():
            raise InputError("a probability of the prior is negative")
        if not simplest_sum_to_one(prior.ravel()):
            raise InputError(f"the prior sums to {prior.sum()}, not to 1")
        self._set(
            prior=frozen(prior),
            utility=frozen(shaped(read["the utility"], [(n, *where, *outcome)], "the utility")),
            objective=frozen(shaped(read["the objective"], [(*where, *outcome)], "the objective")),
        )
        if self.outside is not None:
            shapes = [(len(t),) for t in types]
            options = [read[f"the outside option of '{a}'"] for a in agents]
            self._set(
                outside=tuple(
                    frozen(shaped(o, [s], f"the outside option of '{a}'"))
                    for a, o, s in zip(agents, options, shapes, strict=True)
                )
            )

    def _set(self, **values: Any) -> None:
        for field, value in values.items():
            object.__setattr__(self, field, value)

    @property
    def exact(self) -> bool:
        """Whether the arrays hold fractions."""
        return is_exact_array(self.prior)

    @property
    def information_shape(self) -> tuple[int, ...]:
        """Shape (S, T1, ..., TN) of what may be known."""
        return (len(self.states), *(len(t) for t in self.types))

    @property
    def outcome_shape(self) -> tuple[int, ...]:
        """Shape (D, A1, ..., AN) of what may happen."""
        return (len(self.decisions), *(len(a) for a in self.actions))

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Shape (S, T1, ..., TN, D, A1, ..., AN) of a mechanism."""
        return (*self.information_shape, *self.outcome_shape)

    @cached_property
    def variables(self) -> NDArray[np.int64]:
        """The place of each probability x(d, a | w, t) among the variables, of shape `shape`."""
        return np.arange(int(np.prod(self.shape)), dtype=np.int64).reshape(self.shape)

    def type_axis(self, i: int) -> int:
        """Return the axis of agent i's type."""
        return 1 + i

    def action_axis(self, i: int) -> int:
        """Return the axis of agent i's action."""
        return len(self.agents) + 2 + i

    @property
    def decision_axis(self) -> int:
        """The axis of the decision."""
        return len(self.agents) + 1

    def weighted(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return an array of shape `shape` times the prior."""
        prior: NDArray[Any] = self.prior.reshape(self.information_shape + (1,) * len(self.outcome_shape))
        product: NDArray[Any] = values * prior
        return product

    def information_label(self, at: tuple[int, ...]) -> str:
        """Return a state and type profile as people write it; what has a single value is left out."""
        return self._label([self.states, *self.types], at)

    def variable_labels(self) -> list[str]:
        """Return a name for each probability: state and types, then decision and actions."""
        outcomes = [self.decisions, *self.actions]
        informed = len(self.information_shape)
        return [
            f"x:{self.information_label(at[:informed])}:{self._label(outcomes, at[informed:])}"
            for at in np.ndindex(*self.shape)
        ]

    @staticmethod
    def _label(lists: Sequence[Sequence[str]], at: tuple[int, ...]) -> str:
        shown = [listed[k] for listed, k in zip(lists, at, strict=True) if len(listed) > 1]
        return ",".join(shown) or lists[0][at[0]]

    def program(self) -> LinearProgram:
        """Return the linear program, with named rows; see `gametheory.mechanism.communication.program`."""
        from gametheory.mechanism.communication.program import communication_program

        return communication_program(self)

    def to_exact(self) -> Self:
        """Return the problem in fractions; floats stand for their shortest decimals."""
        return self if self.exact else self._converted(True)

    def to_float(self) -> Self:
        """Return the problem in floats."""
        return self._converted(False) if self.exact else self

    def _converted(self, exactly: bool) -> Self:
        arrays: dict[str, Any] = {f: to_numbers(getattr(self, f), exactly) for f in ("prior", "utility", "objective")}
        if self.outside is not None:
            arrays["outside"] = tuple(to_numbers(o, exactly) for o in self.outside)
        return replace(self, **arrays)

    def to_data(self) -> dict[str, Any]:
        """Return the problem as a tree."""
        lists = {f: [list(v) for v in getattr(self, f)] for f in ("types", "actions")}
        plain = {f: list(getattr(self, f)) for f in ("agents", "states", "decisions")}
        return {
            **plain,
            **lists,
            "prior": self.prior,
            "utility": self.utility,
            "objective": self.objective,
            "outside": None if self.outside is None else list(self.outside),
            "types_are": self.types_are,
            "obedience": self.obedience,
            "decision_is_seen": self.decision_is_seen,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the problem from what `to_data` returned, or from that tree read back from JSON."""
        known_keys(data, _FIELDS, "mediated game")
        with reading("mediated game"):
            given: dict[str, Any] = {f: data[f] for f in _FIELDS if f in data}
            for field in ("agents", "states", "decisions"):
                given[field] = tuple(given[field])
            for field in ("types", "actions"):
                given[field] = tuple(tuple(v) for v in given[field])
            for field in ("prior", "utility", "objective"):
                given[field] = decode_array(given[field])
            if given.get("outside") is not None:
                given["outside"] = tuple(decode_array(o) for o in given["outside"])
            return cls(**given)


def _listed(given: Any, agents: Sequence[str], what: str) -> tuple[tuple[str, ...], ...]:
    listed = tuple(tuple(v) if not isinstance(v, str) else v for v in given)
    if len(listed) != len(agents):
        raise InputError(f"{len(agents)} agents, but {what} of {len(listed)}")
    read = tuple(names(v, f"the {what} of '{a}'") for a, v in zip(agents, listed, strict=True))
    for agent, own in zip(agents, read, strict=True):
        if not own:
            raise InputError(f"agent '{agent}' has no {what}")
    return read


def _uniform(shape: tuple[int, ...]) -> NDArray[Any]:
    from fractions import Fraction

    size = int(np.prod(shape))
    values = np.empty(size, dtype=object)
    values[:] = [Fraction(1, size)] * size
    return values.reshape(shape)
