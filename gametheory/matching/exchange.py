"""Kidney exchange: disjoint trading cycles up to a length, worth as much as possible, through PuLP."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import UsageError
from gametheory.limits import Budget, LimitReached
from gametheory.linear.pulp_solver import files_apart, quiet
from gametheory.matching.answers import BranchProof, Exchange
from gametheory.matching.market import MatchingMarket
from gametheory.numbers import exact, exact_array
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options

if TYPE_CHECKING:
    import pulp

#: Cycles above which no program is written.
MOST_CYCLES = 300_000
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
    PuLP ("highs" if not given). At a limit the outcome is the best exchange found, with what its worth is below.
    """
    length = options.extra.get("length", 3)
    if isinstance(length, bool) or not isinstance(length, int) or length < 2:
        raise UsageError(f"the length of a cycle is a whole number from 2, not {length!r}")
    name = _known(str(options.extra.get("solver", "highs")))
    try:
        search = _Search(market, length, name, options.budget)
    except LimitReached as reached:
        return Outcome(Termination.LIMIT, None, exact=True, message=str(reached))
    try:
        if not search.relax():
            search.find()
        proof = search.prove((), frozenset())
    except LimitReached as reached:
        if search.root is None:
            return Outcome(Termination.LIMIT, None, exact=True, message=str(reached))
        answer = Exchange(search.assignment(), length, BranchProof(prices=search.root))
        said = f"{reached}; an exchange worth {search.best()} is found, and none is worth more than {search.bound()}"
        return Outcome(Termination.LIMIT, answer, exact=True, complete="unknown", message=said)
    except _SolverError as failure:
        return Outcome(Termination.FAILED, None, message=str(failure))
    return Outcome(Termination.SOLVED, Exchange(search.assignment(), length, proof), exact=True)


class _SolverError(Exception):
    """The integer programming solver gave no answer."""


def cycles_of(market: MatchingMarket, length: int, budget: Budget) -> dict[Cycle, Fraction]:
    """Return every cycle of at most `length` agents and its worth.

    Raises
    ------
    LimitReached
        If the budget is spent, or there are more than `MOST_CYCLES`.
    """
    assert market.endowment is not None
    owner = {int(thing): agent for agent, thing in enumerate(market.endowment)}
    lists = market.proposers
    arcs: list[dict[int, Fraction]] = [{} for _ in range(len(lists))]
    for entry, (agent, thing) in enumerate(zip(lists.owners().tolist(), lists.targets.tolist(), strict=True)):
        giver = owner.get(thing)
        if giver is not None and giver != agent:
            arcs[agent][giver] = Fraction(1) if market.weights is None else exact(market.weights[entry])
    found: dict[Cycle, Fraction] = {}
    steps = 0
    for start in range(len(lists)):
        budget.check()
        stack: list[tuple[Cycle, Fraction]] = [((start,), Fraction(0))]
        while stack:
            path, worth = stack.pop()
            steps += 1
            if steps % 4096 == 0:
                budget.check()
            for giver, value in arcs[path[-1]].items():
                if giver == start and len(path) > 1:
                    found[path] = worth + value
                    if len(found) > MOST_CYCLES:
                        said = f"more than {MOST_CYCLES} cycles of up to {length} agents"
                        raise LimitReached(f"{said}; a smaller 'length' has fewer")
                elif giver > start and len(path) < length and giver not in path:
                    stack.append(((*path, giver), worth + value))
    return found


class _Search:
    """One solve: the cycles, the best exchange known, and the proof of a bound."""

    def __init__(self, market: MatchingMarket, length: int, solver: str, budget: Budget) -> None:
        self.market, self.solver, self.budget = market, solver, budget
        self.count = len(market.proposers)
        self.chosen: tuple[Cycle, ...] = ()
        self.root: tuple[Fraction, ...] | None = None
        self.worth: dict[Cycle, Fraction] = cycles_of(market, length, budget)
        # Worths differ by whole multiples of this.
        self.unit = Fraction(1, math.lcm(*(w.denominator for w in self.worth.values())))

    def assignment(self) -> Any:
        """Return what each agent receives."""
        owned = self.market.endowment
        assert owned is not None
        result = owned.copy()
        for cycle in self.chosen:
            for agent, giver in zip(cycle, (*cycle[1:], cycle[0]), strict=True):
                result[agent] = owned[giver]
        return result

    def best(self) -> Fraction:
        """Return the worth of the best exchange known."""
        return self._total(self.chosen)

    def bound(self) -> Fraction:
        """Return what no exchange is worth more than, by the first prices."""
        return self._rounded(sum(self.root or (), Fraction(0)))

    def relax(self) -> bool:
        """Solve the linear program over all cycles; return whether its optimum is an exchange."""
        values, duals = self._program(list(self.worth), whole=False)
        self.root = self._repaired(list(self.worth), duals)
        fractional = _fractional(values)
        if not fractional:
            self._improve(values, ())
        return not fractional

    def find(self) -> None:
        """Choose the best exchange by an integer program."""
        try:
            self._program(list(self.worth), whole=True)
        finally:
            self._improve(self.found, ())

    def prove(self, taken: tuple[Cycle, ...], banned: frozenset[Cycle]) -> BranchProof:
        """Return prices, or cases, that prove no exchange with these restrictions beats the best known.

        An exchange that is better, if the solver missed one, becomes the best known.
        """
        self.budget.check(1)
        agents = {agent for cycle in taken for agent in cycle}
        allowed = [c for c in self.worth if c not in banned and agents.isdisjoint(c)]
        values, duals = self._program(allowed, whole=False)
        fractional = _fractional(values)
        if not fractional:
            self._improve(values, taken)
        prices = self._repaired(allowed, duals)
        if not self._suffice(prices, taken, agents) and not fractional:
            prices = self._exact_prices(allowed)
        if self._suffice(prices, taken, agents):
            return BranchProof(prices=prices)
        # Exact prices of an optimum that is an exchange always suffice, so that there is a cycle to split on.
        cycle = min(fractional or values, key=lambda c: abs(values[c] - 0.5))
        without = self.prove(taken, banned | {cycle})
        return BranchProof(cycle, without, self.prove((*taken, cycle), banned))

    def _total(self, cycles: Iterable[Cycle]) -> Fraction:
        return sum((self.worth[c] for c in cycles), Fraction(0))

    def _rounded(self, bound: Fraction) -> Fraction:
        return (bound / self.unit).__floor__() * self.unit

    def _suffice(self, prices: tuple[Fraction, ...], taken: tuple[Cycle, ...], agents: set[int]) -> bool:
        """Say whether prices, besides what is taken, bound every exchange by the best known."""
        bound = self._total(taken) + sum((p for a, p in enumerate(prices) if a not in agents), Fraction(0))
        return self._rounded(bound) <= self.best()

    def _improve(self, values: Mapping[Cycle, float], taken: tuple[Cycle, ...]) -> None:
        """Keep an exchange, if it is one and better than the best known."""
        cycles = (*taken, *(cycle for cycle, value in values.items() if value > 0.5))
        agents = [agent for cycle in cycles for agent in cycle]
        if len(set(agents)) == len(agents) and self._total(cycles) > self.best():
            self.chosen = cycles

    def _repaired(self, allowed: list[Cycle], duals: list[float]) -> tuple[Fraction, ...]:
        """Round prices to fractions and raise them until every cycle is paid for."""
        prices = [Fraction(max(0.0, d)).limit_denominator(10**6) for d in duals]
        for cycle in allowed:
            missing = self.worth[cycle] - sum((prices[a] for a in cycle), Fraction(0))
            if missing > 0:
                prices[cycle[0]] += missing
        return tuple(prices)

    def _exact_prices(self, allowed: list[Cycle]) -> tuple[Fraction, ...]:
        """Return optimal prices in rational arithmetic, for worths finer than the prices of a solver."""
        from gametheory.linear import LinearProgram, SparseMatrix
        from gametheory.linear.highs import solve as solve_program

        column = [k for k, cycle in enumerate(allowed) for _ in cycle]
        row = [agent for cycle in allowed for agent in cycle]
        matrix = SparseMatrix.from_coo(row, column, np.ones(len(row), dtype=np.int64), (self.count, len(allowed)))
        costs = exact_array([self.worth[c] for c in allowed])
        nothing, one = np.full(self.count, -np.inf), np.ones(self.count)
        program = LinearProgram(
            "max", costs, matrix, nothing, one, np.zeros(len(allowed)), np.full(len(allowed), np.inf)
        )
        outcome = solve_program(program, Options(exact=True, budget=self.budget))
        if outcome.termination is not Termination.SOLVED:
            self.budget.check()
            raise _SolverError(f"a linear program over cycles was not solved: {outcome.message}")
        found: Any = outcome.answer
        return tuple(abs(exact(p)) for p in found.row_dual)

    def _program(self, cycles: list[Cycle], *, whole: bool) -> tuple[dict[Cycle, float], list[float]]:
        """Solve the packing of cycles; return their values and the agents' prices."""
        self.found: dict[Cycle, float] = {}
        if not cycles:
            return {}, [0.0] * self.count
        with quiet():
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
        backend = self._backend()
        try:
            with files_apart(backend):
                program.solve(backend)
        except pulp.PulpSolverError as error:
            self.budget.check()
            raise _SolverError(f"the solver '{self.solver}' failed: {error}") from None
        if program.status == pulp.LpStatusOptimal:  # also PuLP's word for what is found when the time is up
            self.found = {c: float(v.value() or 0.0) for c, v in zip(cycles, variables, strict=True)}
        self.budget.check()
        if program.status != pulp.LpStatusOptimal:
            raise _SolverError(f"the solver '{self.solver}' stopped: {pulp.LpStatus[program.status]}")
        duals = [0.0] * self.count
        if not whole:
            for agent, row in rows.items():
                duals[agent] = abs(float(row.pi or 0.0))
        return self.found, duals

    def _backend(self) -> pulp.LpSolver:
        import pulp

        left = self.budget.seconds_left
        settings: dict[str, Any] = {"msg": False, "timeLimit": None if left is None else max(0.01, left)}
        if self.solver == "HiGHS":
            import highspy

            def poll(kind: Any, message: str, given: Any, answer: Any, data: Any) -> None:
                answer.user_interrupt = self.budget.interrupted

            kinds = highspy.cb.HighsCallbackType
            settings["callbackTuple"] = (poll, None)
            settings["callbacksToActivate"] = [kinds.kCallbackMipInterrupt, kinds.kCallbackSimplexInterrupt]
            settings["gapRel"] = 0.0
        return pulp.getSolver(self.solver, **settings)


def _fractional(values: Mapping[Cycle, float]) -> list[Cycle]:
    return [cycle for cycle, value in values.items() if 1e-6 < value < 1 - 1e-6]


def _known(name: str) -> str:
    """Return PuLP's name of a solver.

    Raises
    ------
    UsageError
        If PuLP does not know it, or it is not installed.
    """
    import pulp

    names: dict[str, str] = {known.lower(): known for known in pulp.listSolvers()}
    names["cbc"] = "PULP_CBC_CMD"
    found = names.get(name.lower(), names.get(f"{name.lower()}_cmd"))
    there = sorted({*(k.lower() for k in pulp.listSolvers(onlyAvailable=True)), "cbc"})
    if found is None:
        raise UsageError(f"PuLP knows no solver '{name}'", remedy="installed here: " + ", ".join(there))
    with quiet():
        available = pulp.getSolver(found, msg=False).available()
    if not available:
        raise UsageError(f"the solver '{name}' is not installed", remedy="installed here: " + ", ".join(there))
    return found
