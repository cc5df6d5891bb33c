"""The efficient frontier: all efficient extreme points and faces of small problems, samples of large ones."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import UnsolvedError
from gametheory.mechanism.answers import Mechanism, OptimalMechanism
from gametheory.mechanism.efficiency import Efficiency, is_interim_incentive_efficient
from gametheory.mechanism.polyhedron import extreme_points

if TYPE_CHECKING:
    from gametheory.limits import Budget
    from gametheory.mechanism.problem import MechanismProblem


@dataclass(frozen=True)
class EfficientFrontier:
    """The interim incentive efficient mechanisms of a small problem, exactly.

    Attributes
    ----------
    mechanisms : tuple of Mechanism
        Every extreme point of the feasible set.
    efficient : tuple of Efficiency
        The finding for each of them, in the same order.
    faces : tuple of tuple of int
        The maximal faces of the feasible set all of whose mechanisms are efficient, each as the places of its
        extreme points. Their union is the set of efficient mechanisms.
    """

    mechanisms: tuple[Mechanism, ...]
    efficient: tuple[Efficiency, ...]
    faces: tuple[tuple[int, ...], ...]

    @property
    def efficient_mechanisms(self) -> tuple[Mechanism, ...]:
        """The efficient extreme points."""
        return tuple(m for m, e in zip(self.mechanisms, self.efficient, strict=True) if e.efficient)


@dataclass(frozen=True)
class FrontierPoint:
    """One point of a sampled frontier: an optimal mechanism for positive weights.

    Attributes
    ----------
    weights : mapping of str to mapping of str to number
        The weight of each type of each agent.
    utilities : mapping of str to mapping of str to number
        Interim utilities.
    mechanism : Mechanism
        The mechanism.
    """

    weights: Mapping[str, Mapping[str, Any]]
    utilities: Mapping[str, Mapping[str, Any]]
    mechanism: Mechanism


def efficient_frontier(problem: MechanismProblem, budget: Budget | None = None) -> EfficientFrontier:
    """Enumerate the interim incentive efficient mechanisms of a small problem in fractions.

    A face of the feasible set consists of efficient mechanisms if and only if one point in its relative interior is
    efficient, because the weights that support that point support the whole face. So extreme points are enumerated
    and tested, and faces are grown from efficient ones by testing the means of their extreme points.

    Parameters
    ----------
    problem : MechanismProblem
        What is feasible; its objective does not matter.
    budget : Budget, optional
        What may be spent; `LimitReached` passes through.

    Raises
    ------
    RefusedError
        If the feasible set is unbounded or too large to enumerate.
    """
    from gametheory.limits import Budget

    budget = budget or Budget()
    problem = problem.to_exact()
    program = problem.program()
    points = extreme_points(program, budget)
    order = _variable_order(problem, program)
    mechanisms = tuple(Mechanism.from_variables(problem, p[order].reshape(problem.profiles, -1)) for p in points)
    findings = []
    for mechanism in mechanisms:
        budget.check(iterations=1)
        findings.append(is_interim_incentive_efficient(problem, mechanism, budget))
    active = [_active(program, p) for p in points]
    supported = [k for k, finding in enumerate(findings) if finding.efficient]
    faces = _maximal_faces(problem, mechanisms, active, supported, budget)
    return EfficientFrontier(mechanisms, tuple(findings), faces)


def sample_frontier(
    problem: MechanismProblem, points: int, *, seed: int | None = 0, exact: bool = False, budget: Budget | None = None
) -> Iterator[FrontierPoint]:
    """Yield efficient mechanisms for random positive weights, uniform on the simplex of all types' weights.

    Parameters
    ----------
    problem : MechanismProblem
        What is feasible.
    points : int
        How many.
    seed : int or None
        Point k has its own random stream, whatever else is drawn.
    exact : bool
        Whether in fractions (weights are then rounded to thousandths).
    budget : Budget, optional
        What may be spent.

    Raises
    ------
    UnsolvedError
        If a weighted problem has no solution: infeasible, or unbounded for these weights.
    """
    from gametheory.limits import Budget
    from gametheory.mechanism.lazy import solve
    from gametheory.simulation import generator
    from gametheory.solvers import Options

    budget = budget or Budget()
    problem = problem.to_exact() if exact else problem.to_float()
    sizes = problem.shape
    for k in range(points):
        drawn = generator(seed, k).dirichlet(np.ones(sum(sizes)))
        listed = [Fraction(max(1, round(1000 * w)), 1000) for w in drawn] if exact else drawn.tolist()
        cuts = np.cumsum((0, *sizes))
        arrays = tuple(
            np.array(listed[a:b], dtype=object if exact else np.float64) for a, b in itertools.pairwise(cuts)
        )
        weighted = replace(problem, weights=arrays, designer_decisions=None, designer_transfers=None)
        outcome = solve(weighted, Options(exact=exact, budget=budget))
        if not isinstance(outcome.answer, OptimalMechanism):
            raise UnsolvedError(f"the problem weighted by draw {k} is {outcome.termination}", remedy=outcome.message)
        mechanism = outcome.answer.mechanism
        weights = {a: dict(zip(t, w.tolist(), strict=True)) for a, t, w in zip(*_named(problem), arrays, strict=True)}
        yield FrontierPoint(weights, mechanism.utilities(problem), mechanism)


def _named(problem: MechanismProblem) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    return problem.agents, problem.types


def _variable_order(problem: MechanismProblem, program: Any) -> list[int]:
    """Return the program's column of each variable of a mechanism, profile by profile."""
    labels = problem.profile_labels
    names = [
        f"{kind}:{name}:{label}"
        for label in labels
        for kind, listed in (("decision", problem.decisions), ("transfer", problem.transfers))
        for name in listed
    ]
    return [program.column(name) for name in names]


def _active(program: Any, point: Any) -> int:
    """Return as bits which inequalities hold with equality at a point."""
    values = program.matrix.dot(point)
    tight = [
        *(program.finite_row_lower & (values == program.row_lower)),
        *(program.finite_row_upper & (values == program.row_upper)),
        *(program.finite_lower & (point == program.lower)),
        *(program.finite_upper & (point == program.upper)),
    ]
    return sum(1 << k for k, holds in enumerate(tight) if holds)


def _maximal_faces(
    problem: MechanismProblem,
    mechanisms: tuple[Mechanism, ...],
    active: list[int],
    supported: list[int],
    budget: Budget,
) -> tuple[tuple[int, ...], ...]:
    """Grow efficient faces from extreme points until nothing can be added."""

    def face(places: frozenset[int]) -> frozenset[int]:
        common = ~0
        for k in places:
            common &= active[k]
        return frozenset(k for k in range(len(mechanisms)) if active[k] & common == common)

    known: dict[frozenset[int], bool] = {}

    def efficient(places: frozenset[int]) -> bool:
        if places not in known:
            budget.check(iterations=1)
            inside = places <= set(supported)
            known[places] = (
                inside and is_interim_incentive_efficient(problem, _mean(mechanisms, places), budget).efficient
            )
        return known[places]

    maximal: set[frozenset[int]] = set()
    seen: set[frozenset[int]] = set()
    waiting = [face(frozenset({k})) for k in supported]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        larger = {face(current | {k}) for k in supported if k not in current}
        grown = [wider for wider in larger if efficient(wider)]
        waiting.extend(grown)
        if not grown:
            maximal.add(current)
    return tuple(sorted(tuple(sorted(found)) for found in maximal))


def _mean(mechanisms: tuple[Mechanism, ...], places: frozenset[int]) -> Mechanism:
    chosen = [mechanisms[k] for k in sorted(places)]
    share = Fraction(1, len(chosen))
    return Mechanism(
        sum((m.decisions * share for m in chosen[1:]), chosen[0].decisions * share),
        sum((m.transfers * share for m in chosen[1:]), chosen[0].transfers * share),
    )
