"""Kidney exchange: disjoint trading cycles up to a length, worth as much as possible, through PuLP."""

from __future__ import annotations

import warnings
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import UsageError
from gametheory.limits import Budget, LimitReached
from gametheory.matching.answers import BranchProof, Exchange
from gametheory.matching.market import MatchingMarket
from gametheory.numbers import exact
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options

if TYPE_CHECKING:
    import pulp

#: A cycle of agents, from its lowest: each receives what the next one owns.
Cycle = tuple[int, ...]


def refuses(market: MatchingMarket, options: Options) -> str | None:
    """Say why the market is no exchange: not everyone owns one thing of its own."""
    owned = market.endowment
    if owned is None or (owned < 0).any() or np.unique(owned).size != owned.size:
        return "an exchange needs every proposer to own one thing of its own ('owns')"
    return None


def solve(market: MatchingMarket, options: Options) -> Outcome:
    """Find disjoint cycles of at most ``extra["length"]`` agents (3 if not given) of the largest worth.

    The cycle formulation: an integer program finds the exchange, then linear programs over the cycles, split
    into cases where one does not suffice, prove that none is worth more. ``extra["solver"]`` names a solver of
    PuLP ("cbc" if not given).
    """
    length = options.extra.get("length", 3)
    if isinstance(length, bool) or not isinstance(length, int) or length < 2:
        raise UsageError(f"the length of a cycle is a whole number from 2, not {length!r}")
    search = _Search(market, length, str(options.extra.get("solver", "cbc")), options.budget)
    try:
        search.find()
        proof = search.prove(frozenset(), frozenset(), Fraction(0))
    except LimitReached as reached:
        answer = None
        if search.root is not None:
            answer = Exchange(search.assignment(), length, BranchProof(prices=search.root))
        return Outcome(Termination.LIMIT, answer, exact=True, complete="unknown", message=str(reached))
    return Outcome(Termination.SOLVED, Exchange(search.assignment(), length, proof), exact=True)


def cycles_of(market: MatchingMarket, length: int, budget: Budget) -> dict[Cycle, Fraction]:
    """Return every cycle of at most `length` agents and its worth."""
    assert market.endowment is not None
    owner = {int(thing): agent for agent, thing in enumerate(market.endowment)}
    lists = market.proposers
    arcs: list[dict[int, Fraction]] = [{} for _ in range(len(lists))]
    for entry, (agent, thing) in enumerate(zip(lists.owners().tolist(), lists.targets.tolist(), strict=True)):
        giver = owner.get(thing)
        if giver is not None and giver != agent:
            arcs[agent][giver] = Fraction(1) if market.weights is None else exact(market.weights[entry])
    found: dict[Cycle, Fraction] = {}
    for start in range(len(lists)):
        budget.check()
        stack: list[tuple[Cycle, Fraction]] = [((start,), Fraction(0))]
        while stack:
            path, worth = stack.pop()
            for giver, value in arcs[path[-1]].items():
                if giver == start and len(path) > 1:
                    found[path] = worth + value
                elif giver > start and len(path) < length and giver not in path:
                    stack.append(((*path, giver), worth + value))
    return found


class _Search:
    """One solve: the cycles, the best exchange known, and the proof of a bound."""

    def __init__(self, market: MatchingMarket, length: int, solver: str, budget: Budget) -> None:
        self.market, self.solver, self.budget = market, solver, budget
        self.count = len(market.proposers)
        self.chosen: list[Cycle] = []
        self.root: tuple[Fraction, ...] | None = None
        self.worth: dict[Cycle, Fraction] = cycles_of(market, length, budget)
        self.unit = Fraction(1, int(np.lcm.reduce([w.denominator for w in self.worth.values()] or [1])))

    def assignment(self) -> Any:
        """Return what each agent receives."""
        owned = self.market.endowment
        assert owned is not None
        result = owned.copy()
        for cycle in self.chosen:
            for agent, giver in zip(cycle, (*cycle[1:], cycle[0]), strict=True):
                result[agent] = owned[giver]
        return result

    def find(self) -> None:
        """Choose the best exchange by an integer program."""
        values, _ = self._program(list(self.worth), whole=True)
        self.chosen = [cycle for cycle, value in values.items() if value > 0.5]

    def prove(self, banned: frozenset[Cycle], taken: frozenset[int], worth: Fraction) -> BranchProof:
        """Return prices, or cases, that prove no exchange with these restrictions beats the chosen one."""
        self.budget.check(1)
        best = sum((self.worth[c] for c in self.chosen), Fraction(0))
        allowed = [c for c in self.worth if c not in banned and taken.isdisjoint(c)]
        values, duals = self._program(allowed, whole=False)
        prices = self._repaired(allowed, duals)
        if self.root is None:
            self.root = prices
        bound = worth + sum((p for a, p in enumerate(prices) if a not in taken), Fraction(0))
        if (bound / self.unit).__floor__() * self.unit <= best:
            return BranchProof(prices=prices)
        cycle = min(values, key=lambda c: abs(values[c] - 0.5))
        return BranchProof(
            cycle,
            self.prove(banned | {cycle}, taken, worth),
            self.prove(banned, taken | set(cycle), worth + self.worth[cycle]),
        )

    def _repaired(self, allowed: list[Cycle], duals: list[float]) -> tuple[Fraction, ...]:
        """Round prices to fractions and raise them until every cycle is paid for."""
        prices = [Fraction(max(0.0, d)).limit_denominator(10**6) for d in duals]
        for cycle in allowed:
            missing = self.worth[cycle] - sum((prices[a] for a in cycle), Fraction(0))
            if missing > 0:
                prices[cycle[0]] += missing
        return tuple(prices)

    def _program(self, cycles: list[Cycle], *, whole: bool) -> tuple[dict[Cycle, float], list[float]]:
        """Solve the packing of cycles; return their values and the agents' prices."""
        if not cycles:
            return {}, [0.0] * self.count
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # PuLP 3.3 announces the interface of 4
            return self._packed(cycles, whole)

    def _packed(self, cycles: list[Cycle], whole: bool) -> tuple[dict[Cycle, float], list[float]]:
        import pulp

        program = pulp.LpProblem("exchange", pulp.LpMaximize)
        kind = pulp.LpBinary if whole else pulp.LpContinuous
        variables = [pulp.LpVariable(f"c{k}", 0, 1 if whole else None, kind) for k in range(len(cycles))]
        program += pulp.LpAffineExpression([(v, float(self.worth[c])) for v, c in zip(variables, cycles, strict=True)])
        through: dict[int, list[Any]] = {}
        for variable, cycle in zip(variables, cycles, strict=True):
            for agent in cycle:
                through.setdefault(agent, []).append((variable, 1))
        rows = {agent: pulp.LpAffineExpression(terms) <= 1 for agent, terms in through.items()}
        for agent, row in rows.items():
            program += row, f"a{agent}"
        program.solve(self._backend())
        self.budget.check()
        if program.status != pulp.LpStatusOptimal:
            raise LimitReached(f"the integer programming solver stopped: {pulp.LpStatus[program.status]}")
        values = {c: float(v.value() or 0.0) for c, v in zip(cycles, variables, strict=True)}
        duals = [0.0] * self.count
        if not whole:
            for agent, row in rows.items():
                duals[agent] = abs(float(row.pi or 0.0))
        return values, duals

    def _backend(self) -> pulp.LpSolver:
        import pulp

        names = {name.lower(): name for name in pulp.listSolvers()}
        names["cbc"] = "PULP_CBC_CMD"
        name = names.get(self.solver.lower(), names.get(f"{self.solver.lower()}_cmd"))
        if name is None:
            raise UsageError(f"PuLP knows no solver '{self.solver}'", remedy="one of: " + ", ".join(sorted(names)))
        left = self.budget.seconds_left
        backend = pulp.getSolver(name, msg=False, timeLimit=None if left is None else max(1.0, left))
        if not backend.available():
            raise UsageError(f"the solver '{self.solver}' is not installed", remedy="use 'cbc', which comes with PuLP")
        return backend
