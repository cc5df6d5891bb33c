"""The registry of solvers: (form, concept, method) to a function, with stated refusals.

A solver is a function ``solve(form, options) -> Outcome``. It never verifies: the engine does, with
the form's own verifier. Built-in solvers are named by text, so that listing them loads none.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gametheory.errors import RefusedError, UsageError, nearest
from gametheory.limits import Budget
from gametheory.solution import Outcome


@dataclass(frozen=True)
class Options:
    """What a solver is told besides the form.

    Attributes
    ----------
    exact : bool
        Whether the answer must be in rational arithmetic.
    ties : str
        The tie rule.
    seed : int or None
        Seed of `numpy.random.SeedSequence` for solvers that draw.
    budget : Budget
        What may be spent; polled by the solver.
    extra : mapping
        Options of this method alone, by name.
    """

    exact: bool = False
    ties: str = "first"
    seed: int | None = None
    budget: Budget = field(default_factory=Budget)
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Solver:
    """One way to solve one kind of form.

    Attributes
    ----------
    form, concept, method : str
        The name of the form's type, what counts as a solution, and how it is found.
    function : str or callable
        ``"package.module:function"``, or ``solve(form, options) -> Outcome`` itself.
    refuses : str, callable or None
        ``"package.module:function"`` or a function of (form, options) that returns why the solver does not
        apply and what to use instead, or None if it applies.
    exact : bool
        Whether it can answer in rational arithmetic.
    ties : tuple of str
        The tie rules it knows.
    options : tuple of str
        The names of `Options.extra` it knows.
    summary : str
        One line.
    origin : str
        The distribution or file it came from.
    """

    form: str
    concept: str
    method: str
    function: str | Callable[..., Outcome]
    refuses: str | Callable[..., str | None] | None = None
    exact: bool = False
    ties: tuple[str, ...] = ("first",)
    options: tuple[str, ...] = ()
    summary: str = ""
    origin: str = "gametheory"

    def refusal(self, form: Any, options: Options) -> str | None:
        """Return why this solver does not apply to `form`, or None."""
        if options.exact and not self.exact:
            return f"method '{self.method}' works in floats only; leave out exact, or use another method"
        if options.ties not in self.ties and options.ties.split(":")[0] not in self.ties:
            return f"method '{self.method}' knows the tie rules {', '.join(self.ties)}, not '{options.ties}'"
        unknown = sorted(set(options.extra) - set(self.options))
        if unknown:
            return f"method '{self.method}' has no option '{unknown[0]}'; {nearest(unknown[0], self.options)}"
        return None if self.refuses is None else resolve(self.refuses)(form, options)

    def __call__(self, form: Any, options: Options) -> Outcome:
        """Solve, assuming `refusal` returned None."""
        outcome = resolve(self.function)(form, options)
        assert isinstance(outcome, Outcome), f"{self.function} returned {type(outcome).__name__}, not Outcome"
        return outcome


def resolve(target: str | Callable[..., Any]) -> Callable[..., Any]:
    """Import ``"package.module:function"``; return a callable as it is."""
    if not isinstance(target, str):
        return target
    module, _, attribute = target.partition(":")
    return getattr(importlib.import_module(module), attribute)  # type: ignore[no-any-return]


_registry: dict[tuple[str, str, str], Solver] = {}


def register_solver(solver: Solver) -> Solver:
    """Add a solver; the first registered for a form and concept is its default.

    Raises
    ------
    UsageError
        If (form, concept, method) is taken; both origins are named.
    """
    key = (solver.form, solver.concept, solver.method)
    held = _registry.get(key)
    if held is not None and held != solver:
        raise UsageError(
            f"two solvers for {solver.form}, concept '{solver.concept}', method '{solver.method}': "
            f"from {held.origin} and from {solver.origin}"
        )
    _registry[key] = solver
    return solver


def solvers(form: str | None = None, concept: str | None = None) -> list[Solver]:
    """List registered solvers, optionally of one form or concept, in order of registration."""
    return [s for s in _registry.values() if form in (None, s.form) and concept in (None, s.concept)]


def choose(form: Any, concept: str, method: str | None, options: Options) -> Solver:
    """Return the solver for a form: the named method, or the first that does not refuse.

    Raises
    ------
    UsageError
        If the concept or method does not exist for this form; the nearest names are given.
    RefusedError
        If the named method, or every method, refuses the form.
    """
    kind = type(form).__name__
    candidates = solvers(kind, concept)
    if not candidates:
        concepts = {s.concept for s in solvers(kind)}
        raise UsageError(f"no concept '{concept}' for {kind}", remedy=nearest(concept, concepts))
    if method is not None:
        family = method.split(":")[0]
        named = [s for s in candidates if s.method in (method, family)]
        if not named:
            remedy = nearest(method, [s.method for s in candidates])
            raise UsageError(f"no method '{method}' for {kind} and concept '{concept}'", remedy=remedy)
        candidates = named
    refusals = []
    for solver in candidates:
        refusal = solver.refusal(form, options)
        if refusal is None:
            return solver
        refusals.append(refusal)
    raise RefusedError(refusals[0], remedy="; ".join(refusals[1:]) or None)


for _solver in (
    Solver(
        "LinearProgram",
        "optimal",
        "highs",
        "gametheory.linear.highs:solve",
        exact=True,
        summary="HiGHS, then exact certification of its basis if exact",
    ),
    Solver(
        "LinearProgram",
        "optimal",
        "pulp",
        "gametheory.linear.pulp_solver:solve",
        refuses="gametheory.linear.pulp_solver:refuses",
        exact=True,
        options=("solver",),
        summary="any solver PuLP knows, as pulp:cbc; then exact certification if exact",
    ),
    Solver(
        "LinearProgram",
        "optimal",
        "exact_simplex",
        "gametheory.linear.exact:solve",
        exact=True,
        summary="pivoting in rational arithmetic, no floating-point solver",
    ),
    Solver(
        "ExtensiveGame",
        "subgame_perfect",
        "backward_induction",
        "gametheory.extensive.backward:solve",
        refuses="gametheory.extensive.backward:refuses",
        exact=True,
        ties=("first", "last", "random", "prefer", "all_payoffs"),
        summary="backward induction on perfect information and simultaneous moves",
    ),
    Solver(
        "ExtensiveGame",
        "subgame_perfect",
        "subgames",
        "gametheory.extensive.subgames:solve",
        refuses="gametheory.extensive.subgames:refuses",
        exact=True,
        ties=("first", "last", "random", "prefer", "all_payoffs"),
        summary="every minimal subgame in its strategic form, from the last to the whole",
    ),
    Solver(
        "ExtensiveGame",
        "subgame_perfect",
        "sequence_form",
        "gametheory.extensive.sequence:solve_subgames",
        refuses="gametheory.extensive.sequence:refuses",
        exact=True,
        summary="a linear program for each subgame; two players whose payoffs add up to a constant",
    ),
    Solver(
        "ExtensiveGame",
        "nash",
        "sequence_form",
        "gametheory.extensive.sequence:solve",
        refuses="gametheory.extensive.sequence:refuses",
        exact=True,
        summary="one linear program; two players whose payoffs add up to a constant",
    ),
    Solver(
        "ExtensiveGame",
        "nash",
        "pygambit",
        "gametheory.extensive.gambit:solve",
        refuses="gametheory.extensive.gambit:refuses",
        exact=True,
        options=("solver",),
        summary="pygambit's algorithms on the tree, as pygambit:logit",
    ),
    Solver(
        "ExtensiveGame",
        "nash",
        "pure_enumeration",
        "gametheory.extensive.gambit:solve_pure",
        refuses="gametheory.extensive.gambit:refuses_pure",
        exact=True,
        summary="the first pure equilibrium of the strategic form; needs no recall",
    ),
    Solver(
        "MechanismProblem",
        "optimal",
        "lazy_constraints",
        "gametheory.mechanism.lazy:solve",
        exact=True,
        summary="linear program with incentive constraints added as they are violated",
    ),
    Solver(
        "MechanismProblem",
        "optimal",
        "full_program",
        "gametheory.mechanism.lazy:solve_full",
        exact=True,
        summary="linear program with every incentive constraint",
    ),
    Solver(
        "StrategicGame",
        "nash",
        "support_enumeration",
        "gametheory.strategic.support:solve",
        refuses="gametheory.strategic.support:refuses",
        exact=True,
        summary="all extreme equilibria of two players, in rational arithmetic",
    ),
    Solver(
        "StrategicGame",
        "nash",
        "zero_sum",
        "gametheory.strategic.zero_sum:solve",
        refuses="gametheory.strategic.zero_sum:refuses",
        exact=True,
        summary="linear programming for two players whose payoffs add up to a constant",
    ),
    Solver(
        "StrategicGame",
        "nash",
        "nashpy",
        "gametheory.strategic.external:solve",
        refuses="gametheory.strategic.external:refuses",
        exact=True,
        options=("solver",),
        summary="nashpy's algorithms for two players, as nashpy:lemke_howson",
    ),
    Solver(
        "StrategicGame",
        "nash",
        "pygambit",
        "gametheory.strategic.gambit:solve",
        refuses="gametheory.strategic.gambit:refuses",
        exact=True,
        options=("solver",),
        summary="pygambit's algorithms for any number of players, as pygambit:logit",
    ),
    Solver(
        "StrategicGame",
        "nash",
        "pure_enumeration",
        "gametheory.strategic.pure:solve_nash",
        refuses="gametheory.strategic.pure:refuses",
        exact=True,
        summary="the pure ones among the equilibria",
    ),
    Solver(
        "StrategicGame",
        "pure_nash",
        "pure_enumeration",
        "gametheory.strategic.pure:solve",
        refuses="gametheory.strategic.pure:refuses",
        exact=True,
        summary="all pure equilibria, or the proof that there is none",
    ),
    Solver(
        "StrategicGame",
        "undominated",
        "iterated_dominance",
        "gametheory.strategic.dominance:solve",
        exact=True,
        options=("strict", "mixed"),
        summary="iterated elimination of dominated strategies, step by step",
    ),
    Solver(
        "StrategicGame",
        "logit",
        "pygambit",
        "gametheory.strategic.gambit:solve_logit",
        refuses="gametheory.strategic.gambit:refuses_logit",
        options=("rationality",),
        summary="logit quantal response equilibrium on the principal branch",
    ),
    Solver(
        "MatchingMarket",
        "stable",
        "deferred_acceptance",
        "gametheory.matching.deferred_acceptance:solve",
        refuses="gametheory.matching.deferred_acceptance:refuses",
        exact=True,
        ties=("first", "single_lottery", "multiple_lottery"),
        options=("proposing",),
        summary="Gale and Shapley: best for the proposers, or for the side named in 'proposing'",
    ),
    Solver(
        "MatchingMarket",
        "stable",
        "irving",
        "gametheory.matching.roommates:solve",
        refuses="gametheory.matching.roommates:refuses",
        exact=True,
        summary="roommates: a stable matching, or Tan's stable partition with an odd party",
    ),
    Solver(
        "MatchingMarket",
        "all_stable",
        "rotations",
        "gametheory.matching.rotations:solve_all",
        refuses="gametheory.matching.rotations:refuses",
        exact=True,
        options=("limit",),
        summary="every stable matching, up to the option 'limit'",
    ),
    Solver(
        "MatchingMarket",
        "egalitarian",
        "stable_program",
        "gametheory.matching.egalitarian:solve",
        refuses="gametheory.matching.rotations:refuses",
        exact=True,
        summary="the stable matching of least total rank, by linear programming",
    ),
    Solver(
        "MatchingMarket",
        "minimum_regret",
        "bisection",
        "gametheory.matching.rotations:solve_minimum_regret",
        refuses="gametheory.matching.rotations:refuses",
        exact=True,
        summary="the stable matching whose worst rank is best",
    ),
    Solver(
        "MatchingMarket",
        "pareto_efficient",
        "serial_dictatorship",
        "gametheory.matching.mechanisms:solve_serial_dictatorship",
        refuses="gametheory.matching.mechanisms:refuses_one_sided",
        exact=True,
        ties=("first", "single_lottery"),
        summary="proposers choose in turn, in the order listed or drawn",
    ),
    Solver(
        "MatchingMarket",
        "pareto_efficient",
        "top_trading_cycles",
        "gametheory.matching.trading_cycles:solve",
        refuses="gametheory.matching.mechanisms:refuses_one_sided",
        exact=True,
        ties=("first", "single_lottery", "multiple_lottery"),
        summary="top trading cycles with priorities and owners",
    ),
    Solver(
        "MatchingMarket",
        "core",
        "top_trading_cycles",
        "gametheory.matching.trading_cycles:solve",
        refuses="gametheory.matching.trading_cycles:refuses_core",
        exact=True,
        summary="Gale's top trading cycles for a housing market",
    ),
    Solver(
        "MatchingMarket",
        "immediate_acceptance",
        "boston",
        "gametheory.matching.mechanisms:solve_boston",
        refuses="gametheory.matching.mechanisms:refuses_one_sided",
        exact=True,
        ties=("first", "single_lottery", "multiple_lottery"),
        summary="the Boston mechanism",
    ),
    Solver(
        "MatchingMarket",
        "ordinally_efficient",
        "probabilistic_serial",
        "gametheory.matching.probabilistic_serial:solve",
        refuses="gametheory.matching.mechanisms:refuses_one_sided",
        exact=True,
        summary="simultaneous eating, with a Birkhoff-von Neumann lottery",
    ),
    Solver(
        "MatchingMarket",
        "maximum_exchange",
        "cycle_formulation",
        "gametheory.matching.exchange:solve",
        refuses="gametheory.matching.exchange:refuses",
        exact=True,
        options=("length", "solver"),
        summary="kidney exchange: cycles up to 'length' agents, through PuLP",
    ),
    Solver(
        "FinancialNetwork",
        "greatest_clearing",
        "payments_down",
        "gametheory.networks.clearing:solve_greatest",
        refuses="gametheory.networks.clearing:refuses",
        exact=True,
        summary="the payment rule from full payments down; linear systems in fractions",
    ),
    Solver(
        "FinancialNetwork",
        "least_clearing",
        "payments_up",
        "gametheory.networks.clearing:solve_least",
        refuses="gametheory.networks.clearing:refuses",
        exact=True,
        summary="the payment rule from no payments up; linear systems in fractions",
    ),
    Solver(
        "FinancialNetwork",
        "clearing",
        "payments_down",
        "gametheory.networks.clearing:solve_greatest",
        refuses="gametheory.networks.clearing:refuses",
        exact=True,
        summary="any clearing vector: the greatest",
    ),
    Solver(
        "FinancialNetwork",
        "cascade",
        "waves",
        "gametheory.networks.clearing:solve_cascade",
        refuses="gametheory.networks.clearing:refuses_cascade",
        exact=True,
        summary="defaults wave by wave, nothing recovered",
    ),
    Solver(
        "CommunicationProblem",
        "optimal",
        "highs",
        "gametheory.mechanism.communication.solve:solve",
        exact=True,
        summary="linear program over decisions and recommended actions, with honesty and obedience",
    ),
    Solver(
        "ReducedFormAuction",
        "optimal",
        "ironing",
        "gametheory.mechanism.reduced_form.ironing:solve",
        exact=True,
        summary="the good to the highest ironed virtual value",
    ),
    Solver(
        "EquilibriumSystem",
        "equilibrium",
        "newton",
        "gametheory.equilibrium.solve_system:newton",
        exact=True,
        summary="damped Newton, corners included; rational roots if exact",
    ),
    Solver(
        "EquilibriumSystem",
        "equilibrium",
        "scipy",
        "gametheory.equilibrium.solve_system:scipy_root",
        exact=True,
        summary="scipy's root finders and bounded least squares",
    ),
    Solver(
        "EquilibriumSystem",
        "equilibrium",
        "fixed_point",
        "gametheory.equilibrium.solve_system:fixed_point",
        exact=True,
        options=("damping",),
        summary="x - damping * residual, again and again",
    ),
    Solver(
        "ContinuousGame",
        "equilibrium",
        "first_order",
        "gametheory.equilibrium.solve_continuous:first_order",
        exact=True,
        summary="first-order conditions by Newton, corners included",
    ),
    Solver(
        "ContinuousGame",
        "equilibrium",
        "best_response",
        "gametheory.equilibrium.solve_continuous:best_response",
        exact=True,
        options=("damping",),
        summary="best responses in turn",
    ),
    Solver(
        "BiddingGame",
        "equilibrium",
        "quadrature",
        "gametheory.equilibrium.solve_bidding:quadrature",
        exact=True,
        options=("nodes", "epsilon"),
        summary="the bid at which no node gains by the next, by quadrature",
    ),
    Solver(
        "BiddingGame",
        "equilibrium",
        "differential_equation",
        "gametheory.equilibrium.solve_bidding:differential_equation",
        exact=True,
        options=("nodes", "epsilon"),
        summary="the first-order condition as a differential equation",
    ),
    Solver(
        "IntermediatedMarket",
        "tier_equilibrium",
        "closed_form",
        "gametheory.networks.tiers:solve",
        exact=True,
        summary="cutoffs at the shares 1/2, 1/4, ... and their fees; in fractions where the law allows",
    ),
    Solver(
        "OrderBook",
        "clearing",
        "sorting",
        "gametheory.mechanism.auctions.clear:solve",
        exact=True,
        summary="sort the bids, cumulate, stop where demand covers the supply; decided in integers",
    ),
    Solver(
        "MultistageGame",
        "subgame_perfect",
        "backward_induction",
        "gametheory.extensive.stages:solve",
        exact=True,
        ties=("first", "last", "random", "prefer"),
        summary="backward induction over stages, with bargained prices",
    ),
):
    register_solver(_solver)
