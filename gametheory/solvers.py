"""The registry of solvers: (form, concept, method) to a function, with stated refusals.

A solver is a function ``solve(form, options) -> Outcome``. It never verifies: the engine does, with
the form's own verifier. Built-in solvers are named by text, so that listing them loads none.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from gametheory.errors import OptionError, RefusedError, UsageError, nearest
from gametheory.limits import Budget
from gametheory.solution import Outcome

if TYPE_CHECKING:
    import numpy as np


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
        The seed given; solvers that draw call `generator`, which makes do without one.
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

    @cached_property
    def _drawn(self) -> int:
        import secrets

        return secrets.randbits(32)

    def generator(self) -> np.random.Generator:
        """Return what a solver draws from, each time from the start; without a seed, one is drawn once and kept."""
        from gametheory.simulation import generator

        return generator(self._drawn if self.seed is None else self.seed)

    @property
    def seed_used(self) -> int | None:
        """The seed that was given, or drawn because a solver asked; None if nothing was drawn."""
        return self.seed if self.seed is not None else self.__dict__.get("_drawn")


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
        if not self.knows_tie_rule(options.ties):
            return f"method '{self.method}' knows the tie rules {', '.join(self.ties)}, not '{options.ties}'"
        unknown = sorted(set(options.extra) - set(self.options))
        if unknown:
            return f"method '{self.method}' has no option '{unknown[0]}'; {nearest(unknown[0], self.options)}"
        return None if self.refuses is None else resolve(self.refuses)(form, options)

    def knows_tie_rule(self, rule: str) -> bool:
        """Say whether a tie rule, such as ``first`` or ``prefer:left``, is one of this method's."""
        return rule in self.ties or rule.split(":")[0] in self.ties

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


@cache
def load_catalogue() -> None:
    """Register what this package can solve (`gametheory.catalogue`), once, when it is first asked for."""
    importlib.import_module("gametheory.catalogue")


def register_solver(solver: Solver) -> Solver:
    """Add a solver; the first registered for a form and concept is its default.

    Raises
    ------
    UsageError
        If (form, concept, method) is taken; both origins are named.
    """
    load_catalogue()
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
    load_catalogue()
    return [s for s in _registry.values() if form in (None, s.form) and concept in (None, s.concept)]


def choose(form: Any, concept: str, method: str | None, options: Options) -> Solver:
    """Return the solver for a form: the named method, or the first that does not refuse.

    Raises
    ------
    OptionError
        If the concept, method, tie rule or option does not exist for this kind of form; the nearest names are given.
    RefusedError
        If the named method, or every method, refuses the form.
    """
    kind = type(form).__name__
    candidates = solvers(kind, concept)
    if not candidates:
        concepts = {s.concept for s in solvers(kind)}
        raise OptionError(f"no concept '{concept}' for {kind}", option="concept", remedy=nearest(concept, concepts))
    if method is not None:
        family = method.split(":")[0]
        named = [s for s in candidates if s.method in (method, family)]
        if not named:
            elsewhere = sorted({s.concept for s in solvers(kind) if s.method in (method, family)})
            remedy = (
                f"this method finds: {', '.join(elsewhere)}; ask for it with concept"
                if elsewhere
                else nearest(method, [s.method for s in candidates])
            )
            raise OptionError(
                f"no method '{method}' for {kind} and concept '{concept}'", option="method", remedy=remedy
            )
        candidates = named
    _check_known(candidates, kind, concept, options)
    refusals = []
    for solver in candidates:
        refusal = solver.refusal(form, options)
        if refusal is None:
            return solver
        refusals.append(refusal)
    raise RefusedError(refusals[0], remedy="; ".join(refusals[1:]) or None)


def offered_anywhere(option: str, value: Any) -> bool:
    """Say whether any solver of any form has a concept, a method, a tie rule (``ties``) or an option of this name."""
    if option == "concept":
        return bool(solvers(concept=value))
    if option == "method":
        return any(s.method in (value, value.split(":")[0]) for s in solvers())
    if option == "ties":
        return any(s.knows_tie_rule(value) for s in solvers())
    return any(option in s.options for s in solvers())


def _check_known(candidates: list[Solver], kind: str, concept: str, options: Options) -> None:
    """Refuse an option or a tie rule that none of several methods knows."""
    alone = len(candidates) == 1
    none = (
        f"method '{candidates[0].method}' has no" if alone else f"no method for {kind} and concept '{concept}' has the"
    )
    options_known = {name for solver in candidates for name in solver.options}
    unknown = sorted(set(options.extra) - options_known)
    if unknown:
        raise OptionError(f"{none} option '{unknown[0]}'", option=unknown[0], remedy=nearest(unknown[0], options_known))
    if not any(solver.knows_tie_rule(options.ties) for solver in candidates):
        ties = dict.fromkeys(rule for solver in candidates for rule in solver.ties)
        raise OptionError(f"{none} tie rule '{options.ties}'", option="ties", remedy=nearest(options.ties, ties))
