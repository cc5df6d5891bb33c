"""Answers to a mechanism problem: a mechanism, the multipliers that prove it optimal, and proofs that there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from gametheory.errors import InputError
from gametheory.mechanism.arrays import common, frozen, known_keys, reading, shaped, to_numbers
from gametheory.numbers import decode_array, is_exact_array
from gametheory.solution import Termination

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.mechanism.problem import MechanismProblem


@dataclass(frozen=True, eq=False)
class Mechanism:
    """A direct mechanism: what is decided and paid at each profile of reports. It claims feasibility only.

    Attributes
    ----------
    decisions : ndarray of shape (T1, ..., TN, D)
        Decision variables; probabilities of outcomes if the decision is a lottery.
    transfers : ndarray of shape (T1, ..., TN, K)
        Transfers.
    """

    decisions: NDArray[Any]
    transfers: NDArray[Any]

    proves: ClassVar[Termination] = Termination.SOLVED

    def __post_init__(self) -> None:
        read, _ = common({"the decisions": self.decisions, "the transfers": self.transfers})
        object.__setattr__(self, "decisions", frozen(read["the decisions"]))
        object.__setattr__(self, "transfers", frozen(read["the transfers"]))

    def variables(self, problem: MechanismProblem, *, exactly: bool) -> NDArray[Any]:
        """Return decisions and transfers side by side, shape (profiles, D + K).

        Raises
        ------
        InputError
            If the mechanism does not have the shape of the problem.
        """
        sizes = (len(problem.decisions), len(problem.transfers))
        parts = []
        for name, values, size in zip(("decisions", "transfers"), (self.decisions, self.transfers), sizes, strict=True):
            full = (*problem.shape, size)
            if not size and not values.size:
                parts.append(np.zeros((problem.profiles, 0), dtype=object if exactly else np.float64))
                continue
            fitted = shaped(values, [full], f"the mechanism's {name}")
            parts.append(to_numbers(fitted.reshape(problem.profiles, size), exactly))
        return np.concatenate(parts, axis=1)

    @classmethod
    def from_variables(cls, problem: MechanismProblem, variables: NDArray[Any]) -> Self:
        """Build the mechanism from decisions and transfers side by side, shape (profiles, D + K)."""
        d = len(problem.decisions)
        return cls(
            variables[:, :d].reshape(*problem.shape, d),
            variables[:, d:].reshape(*problem.shape, len(problem.transfers)),
        )

    @property
    def exact(self) -> bool:
        """Whether the mechanism is in fractions."""
        return is_exact_array(self.decisions)

    def utilities(self, problem: MechanismProblem) -> dict[str, dict[str, Any]]:
        """Return the interim utility of each type of each agent, by name, when all are truthful."""
        from gametheory.mechanism.incentives import interim_utilities

        posed = problem.to_exact() if self.exact else problem.to_float()
        found = interim_utilities(posed, self.variables(posed, exactly=self.exact))
        return {
            agent: dict(zip(types, values.tolist(), strict=True))
            for agent, types, values in zip(problem.agents, problem.types, found, strict=True)
        }

    def binding(self, problem: MechanismProblem, agent: str, *, tolerance: float = 0) -> list[str]:
        """Name the constraints of an agent that hold with equality: incentives as ``"s|t"``, then ``"outside|t"``.

        ``"s|t"`` is "type t does not report s"; in dominant strategies the types of the others follow. Equality is
        within `tolerance` in absolute terms.
        """
        from gametheory.mechanism.incentives import binding_incentives, participation_slack
        from gametheory.mechanism.labels import constraint_labels

        i = problem.agent(agent)
        posed = problem.to_exact() if self.exact else problem.to_float()
        variables = self.variables(posed, exactly=self.exact)
        labels = constraint_labels(posed)
        index = binding_incentives(posed, i, variables, tolerance)
        found = [labels.deviation(i, int(t), int(s), int(b)) for b, t, s in index]
        slack = participation_slack(posed, variables)[i]
        names = posed.types[i] if posed.participation[i] == "interim" else posed.profile_labels
        return found + [f"outside|{names[a]}" for a in np.flatnonzero(abs(slack) <= tolerance)]

    def to_data(self) -> dict[str, Any]:
        """Return the mechanism as a tree."""
        return {"decisions": self.decisions, "transfers": self.transfers}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the mechanism from its tree; raises `InputError` if it is malformed."""
        known_keys(data, ("decisions", "transfers"), "mechanism")
        with reading("mechanism"):
            return cls(decode_array(data["decisions"]), decode_array(data.get("transfers", [])))


@dataclass(frozen=True, eq=False)
class Multipliers:
    """Multipliers of the constraints of a mechanism problem; those of bounds on decisions are implied.

    Attributes
    ----------
    incentive_index : ndarray of int64, shape (n, 4)
        Agent, true type, report, and profile of the others (0 unless truth is a dominant strategy) of each incentive
        constraint with a multiplier that is not 0.
    incentive : ndarray of shape (n,)
        ``alpha_i(report|type)``, not negative.
    participation : tuple of N ndarrays
        Shape (Ti,) for interim participation, (profiles,) for ex post, (0,) for none; not negative.
    budgets : tuple of ndarrays
        One per budget: shape (1,) in expectation, (profiles,) ex post; not negative for ``<=``, not positive for
        ``>=``.
    decisions : ndarray of shape (profiles, R)
        Of the R limits of the decision polytope; not negative for inequalities.
    """

    incentive_index: NDArray[np.int64]
    incentive: NDArray[Any]
    participation: tuple[NDArray[Any], ...]
    budgets: tuple[NDArray[Any], ...]
    decisions: NDArray[Any]

    def __post_init__(self) -> None:
        arrays = {"incentive multipliers": self.incentive, "multipliers of decision limits": self.decisions}
        arrays |= {f"participation multipliers {i}": p for i, p in enumerate(self.participation)}
        arrays |= {f"budget multipliers {j}": b for j, b in enumerate(self.budgets)}
        read, _ = common(arrays)
        index = np.asarray(self.incentive_index)
        if index.size and index.dtype.kind not in "iu":
            raise InputError("the index of incentive multipliers holds something other than integers")
        count = read["incentive multipliers"].size
        index = index.astype(np.int64).reshape(-1, 4) if index.size in (0, 4 * count) else index
        if index.shape != (count, 4):
            raise InputError(f"{count} incentive multipliers, but an index of shape {index.shape}")
        object.__setattr__(self, "incentive_index", frozen(index))
        object.__setattr__(self, "incentive", frozen(read["incentive multipliers"].reshape(count)))
        object.__setattr__(self, "decisions", frozen(read["multipliers of decision limits"]))
        for field, word in (("participation", "participation"), ("budgets", "budget")):
            listed = (read[f"{word} multipliers {i}"].reshape(-1) for i in range(len(getattr(self, field))))
            object.__setattr__(self, field, tuple(frozen(a) for a in listed))

    @property
    def exact(self) -> bool:
        """Whether the multipliers are fractions."""
        return is_exact_array(self.incentive)

    def fitted(self, problem: MechanismProblem, *, exactly: bool) -> Self:
        """Return the multipliers in the number type asked for, their shapes checked against a problem.

        Raises
        ------
        InputError
            If a shape or an index does not fit.
        """
        from gametheory.mechanism.incentives import budget_sizes, participation_sizes

        n = len(problem.agents)
        if len(self.participation) != n or len(self.budgets) != len(problem.budgets):
            raise InputError("the multipliers are not those of this problem: agents or budgets differ in number")
        for sizes, held, what in (
            (participation_sizes(problem), self.participation, "participation"),
            (budget_sizes(problem), self.budgets, "budget"),
        ):
            for size, values in zip(sizes, held, strict=True):
                if values.size != size:
                    raise InputError(f"{values.size} {what} multipliers where the problem has {size}")
        index = self.incentive_index
        if index.size:
            dominant = problem.incentive_compatibility == "dominant_strategy"
            if problem.incentive_compatibility == "none":
                raise InputError("incentive multipliers, but the problem asks for no incentive compatibility")
            if index.min() < 0 or index[:, 0].max() >= n:
                raise InputError("the index of incentive multipliers names an agent that does not exist")
            counts = np.array(problem.shape, dtype=np.int64)[index[:, 0]]
            others = problem.profiles // counts if dominant else np.ones_like(counts)
            if (index[:, 1] >= counts).any() or (index[:, 2] >= counts).any() or (index[:, 3] >= others).any():
                raise InputError("the index of incentive multipliers names a type that does not exist")
        decisions = to_numbers(self.decisions, exactly)
        if decisions.size != problem.profiles * problem.polytope.rows:
            raise InputError(
                f"{decisions.size} multipliers of decision limits where the problem has "
                f"{problem.profiles * problem.polytope.rows}"
            )
        return type(self)(
            index,
            to_numbers(self.incentive, exactly),
            tuple(to_numbers(p, exactly) for p in self.participation),
            tuple(to_numbers(b, exactly) for b in self.budgets),
            decisions.reshape(problem.profiles, problem.polytope.rows),
        )

    def to_data(self) -> dict[str, Any]:
        """Return the multipliers as a tree."""
        return {
            "incentive_index": self.incentive_index,
            "incentive": self.incentive,
            "participation": list(self.participation),
            "budgets": list(self.budgets),
            "decisions": self.decisions,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the multipliers from their tree; raises `InputError` if it is malformed."""
        known_keys(
            data, ("incentive_index", "incentive", "participation", "budgets", "decisions"), "set of multipliers"
        )
        with reading("set of multipliers"):
            return cls(
                np.asarray(data["incentive_index"]),
                decode_array(data["incentive"]),
                tuple(decode_array(p) for p in data["participation"]),
                tuple(decode_array(b) for b in data["budgets"]),
                decode_array(data["decisions"]),
            )


@dataclass(frozen=True, eq=False)
class OptimalMechanism:
    """A mechanism and the multipliers that prove it optimal, by linear programming duality."""

    mechanism: Mechanism
    multipliers: Multipliers

    proves: ClassVar[Termination] = Termination.SOLVED

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {"mechanism": self.mechanism.to_data(), "multipliers": self.multipliers.to_data()}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the answer from its tree; raises `InputError` if it is malformed."""
        known_keys(data, ("mechanism", "multipliers"), "optimal mechanism")
        with reading("optimal mechanism"):
            return cls(Mechanism.from_data(data["mechanism"]), Multipliers.from_data(data["multipliers"]))


@dataclass(frozen=True, eq=False)
class InfeasibilityProof:
    """Multipliers under which every mechanism would add up to less than 0: no mechanism meets all constraints."""

    multipliers: Multipliers

    proves: ClassVar[Termination] = Termination.INFEASIBLE

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {"multipliers": self.multipliers.to_data()}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the answer from its tree; raises `InputError` if it is malformed."""
        known_keys(data, ("multipliers",), f"{cls.__name__}")
        with reading(cls.__name__):
            return cls(Multipliers.from_data(data["multipliers"]))


class MechanismBound(InfeasibilityProof):
    """Multipliers that prove an upper bound on what the designer can reach; what a limit left behind."""

    proves: ClassVar[Termination] = Termination.LIMIT


@dataclass(frozen=True, eq=False)
class UnboundedMechanism:
    """A feasible mechanism, and transfers that can be added to it without end, to the designer's gain.

    Attributes
    ----------
    mechanism : Mechanism
        A feasible mechanism.
    direction : ndarray of shape (T1, ..., TN, K)
        What is added to its transfers.
    """

    mechanism: Mechanism
    direction: NDArray[Any]

    proves: ClassVar[Termination] = Termination.UNBOUNDED

    def __post_init__(self) -> None:
        read, _ = common({"the direction": self.direction})
        object.__setattr__(self, "direction", frozen(read["the direction"]))

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {"mechanism": self.mechanism.to_data(), "direction": self.direction}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the answer from its tree; raises `InputError` if it is malformed."""
        known_keys(data, ("mechanism", "direction"), "unbounded mechanism")
        with reading("unbounded mechanism"):
            return cls(Mechanism.from_data(data["mechanism"]), decode_array(data["direction"]))
