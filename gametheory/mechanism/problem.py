"""The form of mechanism design with finitely many types: what can be decided, who knows what, who wants what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from gametheory.errors import InputError, UsageError, nearest
from gametheory.mechanism.arrays import (
    common,
    frozen,
    known_keys,
    names,
    reading,
    shaped,
    to_numbers,
    whole,
)
from gametheory.mechanism.constraints import BudgetConstraint, DecisionPolytope, budget_names
from gametheory.notebook import Displayed
from gametheory.numbers import is_exact_array, simplest_sum_to_one

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.linear import LinearProgram

#: What may be asked of reports.
INCENTIVES = ("bayesian", "dominant_strategy", "none")
#: When an agent may leave.
PARTICIPATION = ("interim", "ex_post", "none")


@dataclass(frozen=True, eq=False)
class MechanismProblem(Displayed):
    """A finite problem of mechanism design, linear in decisions and transfers.

    N agents report types; a mechanism answers each profile of reports ``t`` with decisions ``x(t)`` in a polytope and
    K transfers ``y(t)``. Agent i of type ``a`` who reports ``s`` has utility
    ``U_i(s|a) = sum over t_-i of P_i(t_-i|a) (u_i(a,t_-i) . x(s,t_-i) + e_i(a,t_-i) . y(s,t_-i))``.
    The designer maximises ``sum_t p(t) (g(t) . x(t) + h(t) . y(t)) + sum_i sum_a lambda_i(a) U_i(a|a)``.

    All arrays hold floats, or all hold fractions. A type of probability zero is refused unless `beliefs` says what it
    believes; a type *profile* of probability zero is allowed (a misreport may lead there).

    Attributes
    ----------
    agents : tuple of str
        N names.
    types : tuple of tuple of str
        The types of each agent.
    prior : ndarray of shape (T1, ..., TN)
        Probability of each type profile; it may be correlated.
    decisions : tuple of str
        D names of decision variables; of outcomes if the decision is a lottery.
    utility : ndarray of shape (N, T1, ..., TN, D)
        Utility of each agent per unit of each decision variable; it may depend on everybody's type.
    transfers : tuple of str
        K names.
    transfer_utility : ndarray of shape (N, K) or (N, T1, ..., TN, K)
        Utility of each agent per unit of each transfer.
    designer_decisions : ndarray of shape (D,) or (T1, ..., TN, D)
        The designer's own value of decisions; 0 if left out.
    designer_transfers : ndarray of shape (K,) or (T1, ..., TN, K)
        The designer's own value of transfers; 0 if left out.
    weights : tuple of N ndarrays of shape (Ti,)
        The designer's weight on the interim utility of each type; 0 if left out.
    outside : tuple of N ndarrays of shape (Ti,) or (T1, ..., TN)
        What an agent has without the mechanism, by own type or by profile; 0 if left out.
    incentive_compatibility : str
        ``"bayesian"``, ``"dominant_strategy"`` or ``"none"``.
    participation : tuple of N str
        ``"interim"``, ``"ex_post"`` or ``"none"`` for each agent; one text for all.
    budgets : tuple of BudgetConstraint
        Conditions on transfers and decisions.
    polytope : DecisionPolytope
        What can be decided at a profile; lotteries over the decisions if left out.
    beliefs : tuple of N ndarrays of shape (T1, ..., TN), or None
        Probability an agent of each type gives to the others' types; from the prior if left out.
    """

    agents: tuple[str, ...]
    types: tuple[tuple[str, ...], ...]
    prior: NDArray[Any]
    decisions: tuple[str, ...]
    utility: NDArray[Any]
    transfers: tuple[str, ...] = ()
    transfer_utility: NDArray[Any] | Any = None
    designer_decisions: NDArray[Any] | Any = None
    designer_transfers: NDArray[Any] | Any = None
    weights: tuple[NDArray[Any], ...] | Any = None
    outside: tuple[NDArray[Any], ...] | Any = None
    incentive_compatibility: str = "bayesian"
    participation: tuple[str, ...] | str = "interim"
    budgets: tuple[BudgetConstraint, ...] = ()
    polytope: DecisionPolytope | Any = None
    beliefs: tuple[NDArray[Any], ...] | None = None

    def __post_init__(self) -> None:
        self._read_names()
        self._read_switches()
        self._read_arrays()
        self._check_probabilities()

    def _read_names(self) -> None:
        agents = names(self.agents, "the agents")
        if not agents:
            raise InputError("a mechanism problem needs at least one agent")
        if len(self.types) != len(agents):
            raise InputError(f"{len(agents)} agents, but types of {len(self.types)}")
        types = tuple(names(t, f"the types of {a}") for a, t in zip(agents, self.types, strict=True))
        for agent, listed in zip(agents, types, strict=True):
            if not listed:
                raise InputError(f"agent '{agent}' has no type")
        decisions = names(self.decisions, "the decisions")
        if not decisions:
            raise InputError("a mechanism problem needs at least one decision")
        self._set(agents=agents, types=types, decisions=decisions, transfers=names(self.transfers, "the transfers"))

    def _read_switches(self) -> None:
        if self.incentive_compatibility not in INCENTIVES:
            raise InputError(
                f"incentive_compatibility is {self.incentive_compatibility!r}", remedy=f"one of {', '.join(INCENTIVES)}"
            )
        given = self.participation
        participation = (given,) * len(self.agents) if isinstance(given, str) else tuple(given)
        if len(participation) != len(self.agents):
            raise InputError(f"{len(self.agents)} agents, but participation of {len(participation)}")
        for agent, when in zip(self.agents, participation, strict=True):
            if when not in PARTICIPATION:
                raise InputError(
                    f"participation of agent '{agent}' is {when!r}", remedy=f"one of {', '.join(PARTICIPATION)}"
                )
        self._set(participation=participation)

    def _read_arrays(self) -> None:
        shape, d, k, n = self.shape, len(self.decisions), len(self.transfers), len(self.agents)
        polytope = DecisionPolytope.lottery(d) if self.polytope is None else self.polytope
        if polytope.lower.size != d:
            raise InputError(f"{d} decisions, but a decision polytope of {polytope.lower.size}")
        budgets = tuple(b.fitted(shape, k, d) for b in self.budgets)
        budget_names(budgets)
        per_agent: dict[str, Any] = {}
        for field in ("weights", "outside", "beliefs"):
            given = getattr(self, field)
            if given is None:
                continue
            if len(given) != n:
                raise InputError(f"{n} agents, but {field} of {len(given)}")
            per_agent.update({f"{field} of agent '{a}'": g for a, g in zip(self.agents, given, strict=True)})
        arrays: dict[str, Any] = {
            "the prior": self.prior,
            "the utility": self.utility,
            "the utility of transfers": _default(self.transfer_utility, (n, k)),
            "the designer's value of decisions": _default(self.designer_decisions, (d,)),
            "the designer's value of transfers": _default(self.designer_transfers, (k,)),
            **per_agent,
        }
        for budget in budgets:
            for part in ("transfers", "decisions", "bound"):
                arrays[f"budget '{budget.name}', {part}"] = getattr(budget, part)
        # The lottery's 0s and 1s say nothing about the number type; a polytope of fractions does.
        polytope_arrays = {
            part: getattr(polytope, part) for part in ("lower", "upper", "matrix", "bound") if self.polytope is not None
        }
        arrays.update({part: whole(a) for part, a in polytope_arrays.items()})
        read, exactly = common(arrays)
        wanted: dict[str, tuple[str, list[tuple[int, ...]]]] = {
            "prior": ("the prior", [shape]),
            "utility": ("the utility", [(n, *shape, d)]),
            "transfer_utility": ("the utility of transfers", [(n, k), (n, *shape, k)]),
            "designer_decisions": ("the designer's value of decisions", [(d,), (*shape, d)]),
            "designer_transfers": ("the designer's value of transfers", [(k,), (*shape, k)]),
        }
        for field, (name, shapes) in wanted.items():
            self._set(**{field: frozen(shaped(read[name], shapes, name))})
        for field, shapes_of in (
            ("weights", lambda i: [(shape[i],)]),
            ("outside", lambda i: [(shape[i],), shape]),
            ("beliefs", lambda i: [shape]),
        ):
            listed = []
            for i, agent in enumerate(self.agents):
                name = f"{field} of agent '{agent}'"
                values = read.get(name, to_numbers(np.zeros(shape[i], dtype=np.int64), exactly))
                listed.append(frozen(shaped(values, shapes_of(i), name) if name in read else values))
            self._set(**{field: None if field == "beliefs" and self.beliefs is None else tuple(listed)})
        fitted = []
        for budget in budgets:
            y, x, bound = (frozen(read[f"budget '{budget.name}', {part}"]) for part in _BUDGET_ARRAYS)
            fitted.append(replace(budget, transfers=y, decisions=x, bound=bound))
        self._set(polytope=polytope.converted(exactly), budgets=tuple(fitted))

    def _check_probabilities(self) -> None:
        flat = self.prior.ravel()
        negative = np.flatnonzero(flat < 0)
        if negative.size:
            at = self.profile_label(int(negative[0]))
            raise InputError(f"the prior of type profile {at} is {flat[negative[0]]}, which is negative")
        if not simplest_sum_to_one(flat):
            total = flat.sum()
            raise InputError(
                f"the prior sums to {total}, not to 1",
                remedy="give fractions such as '1/3' where decimals cannot sum to 1" if self.exact else None,
            )
        for i, agent in enumerate(self.agents):
            if self.beliefs is None:
                for a in np.flatnonzero(self.marginals[i] == 0):
                    raise InputError(
                        f"type '{self.types[i][a]}' of agent '{agent}' has probability 0",
                        remedy="leave the type out, or say in beliefs what it thinks of the others",
                    )
                continue
            held = self.belief(i)
            for t, row in enumerate(held):
                if (row < 0).any() or not simplest_sum_to_one(row):
                    who = f"type '{self.types[i][t]}' of agent '{agent}'"
                    raise InputError(f"the beliefs of {who} are not probabilities that sum to 1")

    def _set(self, **values: Any) -> None:
        for field, value in values.items():
            object.__setattr__(self, field, value)

    # Sizes -----------------------------------------------------------------------------------------------------

    @property
    def exact(self) -> bool:
        """Whether the arrays hold fractions."""
        return is_exact_array(self.prior)

    @property
    def shape(self) -> tuple[int, ...]:
        """How many types each agent has."""
        return tuple(len(t) for t in self.types)

    @cached_property
    def profiles(self) -> int:
        """How many type profiles there are."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def width(self) -> int:
        """How many variables a mechanism has at each profile: D decisions, then K transfers."""
        return len(self.decisions) + len(self.transfers)

    def agent(self, name: str) -> int:
        """Return the place of an agent; raises `UsageError` with the nearest names."""
        if name not in self.agents:
            raise UsageError(f"no agent is named '{name}'", remedy=nearest(name, self.agents))
        return self.agents.index(name)

    # Arrays that everything is computed from ---------------------------------------------------------------------

    @cached_property
    def marginals(self) -> tuple[NDArray[Any], ...]:
        """Probability of each type of each agent, shape (Ti,)."""
        return tuple(self.prior.ravel()[self.profiles_of(i)].sum(axis=1) for i in range(len(self.agents)))

    def profiles_of(self, i: int) -> NDArray[np.int64]:
        """Return the flat index of the profile (a, t_-i) of agent i, shape (Ti, number of profiles of the others)."""
        return self._profiles_of[i]

    @cached_property
    def _profiles_of(self) -> tuple[NDArray[np.int64], ...]:
        index = np.arange(self.profiles, dtype=np.int64).reshape(self.shape)
        return tuple(np.moveaxis(index, i, 0).reshape(n, -1) for i, n in enumerate(self.shape))

    def belief(self, i: int) -> NDArray[Any]:
        """Return what each type of agent i believes of the others, shape (Ti, number of profiles of the others)."""
        if self.beliefs is not None:
            return self.beliefs[i].ravel()[self.profiles_of(i)]
        joint = self.prior.ravel()[self.profiles_of(i)]
        return joint / self.marginals[i][:, None]  # type: ignore[no-any-return]

    def stakes(self, i: int) -> NDArray[Any]:
        """Return agent i's utility per unit of each variable, by true profile: shape (profiles, D + K)."""
        u = self.utility[i].reshape(self.profiles, -1)
        e = np.broadcast_to(self._per_profile(self.transfer_utility[i]), (self.profiles, len(self.transfers)))
        return np.concatenate([u, e], axis=1)

    def designer(self) -> NDArray[Any]:
        """Return the designer's own value per unit of each variable, by profile: shape (profiles, D + K)."""
        sizes = (len(self.decisions), len(self.transfers))
        parts = [
            np.broadcast_to(self._per_profile(a), (self.profiles, n))
            for a, n in zip((self.designer_decisions, self.designer_transfers), sizes, strict=True)
        ]
        return np.concatenate(parts, axis=1)

    def outside_option(self, i: int) -> NDArray[Any]:
        """Return what agent i has without the mechanism: shape (Ti,) if interim, (profiles,) if ex post."""
        given = self.outside[i]
        own = given.shape == (self.shape[i],)
        index = self.profiles_of(i)
        if self.participation[i] != "ex_post":
            return given if own else (self.belief(i) * given.ravel()[index]).sum(axis=1)
        if not own:
            return given.ravel()
        flat = np.empty(self.profiles, dtype=given.dtype)
        flat[index] = given[:, None]
        return flat

    def budget_row(self, budget: BudgetConstraint) -> NDArray[Any]:
        """Return the coefficients of a budget by profile, shape (profiles, D + K)."""
        sizes = (len(self.decisions), len(self.transfers))
        parts = [
            np.broadcast_to(self._per_profile(a), (self.profiles, n))
            for a, n in zip((np.asarray(budget.decisions), budget.transfers), sizes, strict=True)
        ]
        return np.concatenate(parts, axis=1)

    def _per_profile(self, values: NDArray[Any]) -> NDArray[Any]:
        return values if values.ndim == 1 else values.reshape(self.profiles, -1)

    # Labels ----------------------------------------------------------------------------------------------------

    def profile_label(self, profile: int) -> str:
        """Return a profile as people write it; agents with a single type are left out."""
        return self.profile_labels[profile]

    @cached_property
    def profile_labels(self) -> tuple[str, ...]:
        """Every type profile as text, in the order of the flattened prior."""
        shown = [t for t in self.types if len(t) > 1] or [self.types[0]]
        return tuple(",".join(p) for p in product(*shown))

    # Numbers and trees -----------------------------------------------------------------------------------------

    def to_exact(self) -> Self:
        """Return the problem in fractions; floats stand for their shortest decimals."""
        return self if self.exact else self._other

    def to_float(self) -> Self:
        """Return the problem in floats."""
        return self._other if self.exact else self

    @cached_property
    def _other(self) -> Self:
        """The problem in the other kind of number; the solver, the verifier and the report all ask for it."""
        return self._converted(not self.exact)

    def _converted(self, exactly: bool) -> Self:
        def convert(value: Any) -> Any:
            if isinstance(value, np.ndarray):
                return to_numbers(value, exactly)
            return tuple(convert(v) for v in value)

        budgets = tuple(
            replace(b, transfers=convert(b.transfers), decisions=convert(b.decisions), bound=convert(b.bound))
            for b in self.budgets
        )
        arrays = {name: convert(getattr(self, name)) for name in _ARRAYS if getattr(self, name) is not None}
        return replace(self, **arrays, budgets=budgets, polytope=self.polytope.converted(exactly))

    def to_data(self) -> dict[str, Any]:
        """Return the problem as a tree."""
        data = {field.name: _tree(getattr(self, field.name)) for field in fields(self)}
        data["polytope"] = self.polytope.to_data()
        data["budgets"] = [b.to_data() for b in self.budgets]
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the problem from its tree; whatever the constructor lets out may be left out.

        Raises
        ------
        InputError
            If the tree is malformed, or the problem is.
        """
        known_keys(data, [field.name for field in fields(cls)], "mechanism problem")
        with reading("mechanism problem"):
            given = dict(data)
            for required in ("agents", "types", "prior", "decisions", "utility"):
                if required not in given:
                    raise KeyError(required)
            given["budgets"] = tuple(BudgetConstraint.from_data(b) for b in given.get("budgets") or ())
            if given.get("polytope") is not None:
                given["polytope"] = DecisionPolytope.from_data(given["polytope"])
            return cls(**given)

    def program(self) -> LinearProgram:
        """Return the linear program with every incentive constraint; rows and columns are named."""
        from gametheory.mechanism.program import MechanismProgram

        return MechanismProgram(self).full()

    @classmethod
    def build(cls, **parts: Any) -> MechanismProblem:
        """Build a problem from names, functions and tables; see `gametheory.mechanism.build.build`."""
        from gametheory.mechanism.build import build

        return build(**parts)


_BUDGET_ARRAYS = ("transfers", "decisions", "bound")
_ARRAYS = (
    "prior",
    "utility",
    "transfer_utility",
    "designer_decisions",
    "designer_transfers",
    "weights",
    "outside",
    "beliefs",
)


def _default(values: Any, shape: tuple[int, ...]) -> Any:
    return np.zeros(shape, dtype=np.int64) if values is None else values


def _tree(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_tree(v) for v in value]
    return value
