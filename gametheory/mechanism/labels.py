"""Names of a mechanism problem's constraints and variables, made when they are read."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gametheory.mechanism.problem import MechanismProblem


@dataclass(frozen=True)
class ConstraintLabels:
    """Names of the constraints of one problem."""

    problem: MechanismProblem
    others: tuple[tuple[str, ...], ...]

    def incentive(self, i: int, type_: int, report: int, block: int) -> str:
        """Name "agent i of this type does not report that one": ``incentive:seller:lb->hb``."""
        types = self.problem.types[i]
        return f"incentive:{self.problem.agents[i]}:{types[type_]}->{types[report]}{self._others(i, block)}"

    def deviation(self, i: int, type_: int, report: int, block: int) -> str:
        """Name the same as papers write multipliers: ``hb|lb``, the report first."""
        types = self.problem.types[i]
        return f"{types[report]}|{types[type_]}{self._others(i, block)}"

    def participation(self, i: int, index: int) -> str:
        """Name "the agent stays": ``participation:seller:lb``; by profile if ex post."""
        ex_post = self.problem.participation[i] == "ex_post"
        where = self.problem.profile_labels[index] if ex_post else self.problem.types[i][index]
        return f"participation:{self.problem.agents[i]}:{where}"

    def budget(self, j: int, index: int) -> str:
        """Name a row of a budget: ``budget:balance:lb,H``, or ``budget:balance`` in expectation."""
        budget = self.problem.budgets[j]
        where = f":{self.problem.profile_labels[index]}" if budget.timing == "ex_post" else ""
        return f"budget:{budget.name}{where}"

    def limit(self, row: int, profile: int) -> str:
        """Name a limit of the decision polytope at a profile: ``limit:lottery:lb,H``."""
        return f"limit:{self.problem.polytope.names[row]}:{self.problem.profile_labels[profile]}"

    def variable(self, index: int, profile: int) -> str:
        """Name a decision or transfer at a profile: ``decision:trade:lb,H`` or ``transfer:price:lb,H``."""
        d = len(self.problem.decisions)
        kind, name = (
            ("decision", self.problem.decisions[index])
            if index < d
            else ("transfer", self.problem.transfers[index - d])
        )
        return f"{kind}:{name}:{self.problem.profile_labels[profile]}"

    def _others(self, i: int, block: int) -> str:
        if self.problem.incentive_compatibility != "dominant_strategy" or not self.others[i]:
            return ""
        return f"|{self.others[i][block]}"


def constraint_labels(problem: MechanismProblem) -> ConstraintLabels:
    """Return the names of a problem's constraints."""
    others: list[tuple[str, ...]] = []
    for i in range(len(problem.agents)):
        rest = [t for j, t in enumerate(problem.types) if j != i]
        shown = [t for t in rest if len(t) > 1]
        others.append(tuple(",".join(p) for p in product(*shown)) if shown else ())
    return ConstraintLabels(problem, tuple(others))
