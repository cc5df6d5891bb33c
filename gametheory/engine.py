"""The engine: choose a solver, run it within its limits, verify what it found."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

from gametheory.errors import ModelError, OptionError, UsageError
from gametheory.forms import form_type_of
from gametheory.limits import Budget, LimitReached, Limits
from gametheory.model import Model, guarded, refuse_beyond_floats, source_file
from gametheory.solution import (
    CERTIFIED_NEGATIVE,
    Answer,
    Certificate,
    Form,
    Outcome,
    Provenance,
    Solution,
    Termination,
)
from gametheory.solvers import Options, Solver, choose, offered_anywhere, resolve, solvers
from gametheory.trees import refuse_foreign

logger = logging.getLogger("gametheory")


def solve(
    what: Model | Form,
    *,
    concept: str | None = None,
    method: str | None = None,
    exact: bool = False,
    ties: str = "first",
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int | None = None,
    **options: Any,
) -> Solution:
    """Solve a model or a form; the answer comes with a certificate checked without the solver.

    Parameters
    ----------
    what : Model or form
        What to solve.
    concept : str, optional
        What counts as a solution; by default the model's, or the form's first.
    method : str, optional
        How to find it; by default the first registered that does not refuse. ``"pulp:cbc"`` names a method and
        the solver behind it.
    exact : bool
        Whether everything is rational from end to end.
    ties : str
        The tie rule; part of the answer.
    seconds, iterations : number, optional
        Limits; reaching one gives the termination `LIMIT`.
    seed : int, optional
        Seed for methods that draw.
    **options
        Options of the method alone.

    Returns
    -------
    Solution
        Outcomes such as infeasible or unbounded are terminations, not exceptions.

    Raises
    ------
    UsageError
        For an unknown concept, method or option, or a method that does not apply.
    InputError
        If the parameters do not define a valid form.
    ModelError
        If the model's own Python raises.
    """
    check_options(concept, method, exact, ties, seconds, iterations, seed)
    engine = Engine(
        concept=concept,
        method=method,
        exact=exact,
        ties=ties,
        budget=Budget(Limits(seconds, iterations)),
        seed=seed,
        options=options,
    )
    if isinstance(what, Model):
        return engine.solve_model(what)
    solution = engine.solve(what)
    return replace(solution, results=report(solution)) if solution.solved else solution


def check_options(concept: Any, method: Any, exact: Any, ties: Any, seconds: Any, iterations: Any, seed: Any) -> None:
    """Refuse options of the wrong type or without a value: a truthy text is no boolean, an empty one no default."""
    wrong = [
        (name, value, wanted)
        for name, value, wanted, kinds in (
            ("concept", concept, "text", (str, type(None))),
            ("method", method, "text", (str, type(None))),
            ("ties", ties, "text", (str,)),
            ("exact", exact, "true or false", (bool,)),
            ("seconds", seconds, "a number", (int, float, Fraction, type(None))),
            ("iterations", iterations, "a whole number", (int, type(None))),
            ("seed", seed, "a whole number", (int, type(None))),
        )
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds)
    ]
    if wrong:
        name, value, wanted = wrong[0]
        raise UsageError(f"option '{name}' is {value!r}, not {wanted}")
    for name, value in (("concept", concept), ("method", method), ("ties", ties)):
        if value is not None and not value.strip():
            raise UsageError(f"option '{name}' is empty", remedy="leave it out for the default")


def verify(what: Any, answer: Any = None, *, exact: bool | None = None, concept: str | None = None) -> Certificate:
    """Check an answer without solving.

    Parameters
    ----------
    what : Solution or form
        A solution to re-check, or the form that `answer` is about.
    answer : Answer, optional
        Anyone's answer to the form.
    exact : bool, optional
        Whether to check in rational arithmetic with tolerance 0; by default as the solution was found, else True.
    concept : str, optional
        What counts as a solution; by default the solution's, else that of the kind of answer if it states one,
        else the form's first.

    Returns
    -------
    Certificate
        Of the solution's own form; the parts of a model's solution are checked too, and the first that fails
        is returned in its place.
    """
    if isinstance(what, Solution):
        for part in what.parts:
            certificate = verify(part, exact=exact)
            if not certificate.ok:
                return certificate
        if what.form is None or what.answer is None:
            raise UsageError("the solution holds no answer to check", remedy="solve again without a limit")
        exact = what.exact if exact is None else exact
        return check(what.form, what.answer, exact=exact, concept=what.concept)
    if answer is None:
        raise UsageError("verify needs an answer to check against the form")
    concept = concept or getattr(answer, "concept", None) or form_type_of(what).concept
    return check(what, answer, exact=True if exact is None else exact, concept=concept)


def check(form: Form, answer: Answer, *, exact: bool, concept: str) -> Certificate:
    """Run the verifier of the form's own kind."""
    verifier = resolve(form_type_of(form).verifier)
    certificate = verifier(form, answer, exact=exact, concept=concept)
    assert isinstance(certificate, Certificate)
    return certificate


class Engine:
    """Solves forms with one set of options and one budget, and keeps what it solved.

    A model's `run` receives one and calls `solve` for every form it needs. The concept, method, tie rule and options of
    the user go to every form that offers them; the others are solved as the model says. What no form of the model
    offers is refused: at once if no solver at all does, else when the model has solved its last form.

    Attributes
    ----------
    parts : list of Solution
        Every form solved so far, in order.
    """

    def __init__(
        self,
        *,
        concept: str | None = None,
        method: str | None = None,
        exact: bool = False,
        ties: str = "first",
        budget: Budget | None = None,
        seed: int | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.concept = concept
        self.method = method
        self.exact = exact
        self.ties = ties
        self.budget = budget or Budget()
        self.seed = seed
        self.options = dict(options or {})
        self.parts: list[Solution] = []
        self._several = False
        self._taken: set[str] = set()
        self._refused: dict[str, OptionError] = {}

    def solve(self, form: Form, *, concept: str | None = None, method: str | None = None, **options: Any) -> Solution:
        """Solve one form and verify the answer.

        Parameters
        ----------
        form : Form
            What to solve.
        concept, method : str, optional
            What counts as a solution, and how to find it, where the user did not say, or the form does not offer it.
        **options
            Options of the method given here; those of the user come before them.

        Raises
        ------
        LimitReached
            If what the forms before this one spent leaves nothing: the model that asks is stopped.
        """
        if self._several and self.parts:
            self.budget.check()
        solver, told, concept, method = self._choose(form, concept, method, options)
        logger.info("solving %s for %s by %s", type(form).__name__, concept, solver.method)
        began = self.budget.elapsed
        with self.budget.watching_interrupt():
            outcome = solver(form, told)
        self.seed = told.seed_used
        seconds = self.budget.elapsed - began
        solution = self._certified(form, outcome, concept, outcome.method or method or solver.method, told.ties)
        solution = replace(solution, provenance=self._provenance(seconds, told.extra))
        self.parts.append(solution)
        return solution

    def _asked(self) -> dict[str, Any]:
        """Return what the user asked for that not every form offers, by name."""
        asked = {"concept": self.concept, "method": self.method, "ties": None if self.ties == "first" else self.ties}
        return {**{name: value for name, value in asked.items() if value is not None}, **self.options}

    def _choose(
        self, form: Form, concept: str | None, method: str | None, options: Mapping[str, Any]
    ) -> tuple[Solver, Options, str, str | None]:
        """Return the solver of a form and what to tell it, without what the user asked and this form does not offer."""
        asked = self._asked()
        default = form_type_of(form).concept
        while True:
            wanted = asked.get("concept") or concept or default
            how = asked.get("method") or method
            user = {name: value for name, value in asked.items() if name in self.options}
            extra = {**options, **user}
            if how is not None and ":" in how:
                named = how.partition(":")[2]
                if extra.setdefault("solver", named) != named:
                    raise UsageError(f"method '{how}' and option solver={extra['solver']} contradict each other")
            told = Options(
                exact=self.exact, ties=asked.get("ties", "first"), seed=self.seed, budget=self.budget, extra=extra
            )
            try:
                solver = choose(form, wanted, how, told)
            except OptionError as error:
                name = error.option
                if name in options and name not in user and how != method:
                    options = {key: value for key, value in options.items() if key != name}  # of the model's own method
                    continue
                if not self._several or name not in asked or not offered_anywhere(name, asked[name]):
                    raise
                self._refused.setdefault(name, error)
                del asked[name]
                continue
            self._taken |= asked.keys()
            return solver, told, wanted, how

    def certify(self, form: Form, answer: Answer, *, concept: str | None = None, method: str) -> Solution:
        """Verify an answer that a model computed itself (a closed form, say) and keep it as a part."""
        kind = form_type_of(form)
        if self.concept is not None and (solvers(kind.name, self.concept) or not self._several):
            concept = self.concept
            self._taken.add("concept")
        outcome = Outcome(answer.proves, answer, exact=self.exact)
        certified = self._certified(form, outcome, concept or kind.concept, method, "first")
        solution = replace(certified, provenance=self._provenance(0.0, {}))
        self.parts.append(solution)
        return solution

    def solve_model(self, model: Model) -> Solution:
        """Run a model and report its results; they are computed only from a verified solution."""
        kind = type(model)
        began = self.budget.elapsed
        self._several = kind.run is not Model.run
        if not self.exact:
            refuse_beyond_floats(model)
        try:
            with guarded(kind, "solving"):
                main = model.run(self)
        except LimitReached as reached:
            message = f"{reached}, between the forms that the model solves"
            return Solution(
                Termination.LIMIT, kind.concept, "run", parts=tuple(self.parts), model=model, message=message
            )
        if not any(part is main for part in self.parts):
            raise _wrong_return(kind, "run", "a solution of the engine it was given", main)
        parts = tuple(part for part in self.parts if part is not main)
        provenance = replace(main.provenance, seconds=self.budget.elapsed - began)
        main = replace(main, model=model, parts=parts, provenance=provenance)
        stopped = [part for part in parts if part.termination is Termination.LIMIT]
        failed = [part for part in parts if not part.verified]
        claimed = main.solved or main.termination in CERTIFIED_NEGATIVE
        if stopped and claimed:
            main = replace(main, termination=Termination.LIMIT, message=f"a part was stopped: {stopped[0].message}")
        elif failed and claimed:
            main = replace(main, termination=Termination.FAILED, message=f"a part is not verified: {failed[0].message}")
        if main.solved:
            for name, value in self._asked().items():
                if name not in self._taken:
                    nothing = OptionError(f"nothing that {kind.label()} solves has the {name} '{value}'", option=name)
                    raise self._refused.get(name, nothing)
            main = replace(main, results=report(main))
        return main

    def _certified(self, form: Form, outcome: Outcome, concept: str, method: str, ties: str) -> Solution:
        certificate = None
        termination, message = outcome.termination, outcome.message
        if outcome.answer is not None:
            certificate = check(form, outcome.answer, exact=outcome.exact, concept=concept)
            if not certificate.ok and termination is not Termination.LIMIT:
                worst = certificate.violations[0].constraint if certificate.violations else certificate.kind
                message = f"{method} answered {termination}, but the answer fails its check at {worst}"
                termination = Termination.FAILED
            elif outcome.answer.proves is not termination and termination is not Termination.LIMIT:
                message = f"{method} answered {termination} with evidence for {outcome.answer.proves}"
                termination = Termination.FAILED
        elif termination not in (Termination.LIMIT, Termination.FAILED):
            message = f"{method} answered {termination} without evidence"
            termination = Termination.FAILED
        return Solution(
            termination=termination,
            concept=concept,
            method=method,
            form=form,
            answer=outcome.answer,
            certificate=certificate,
            exact=outcome.exact,
            complete=outcome.complete if outcome.answer is not None else "unknown",
            tie_rule=ties,
            message=message,
        )

    def _provenance(self, seconds: float, options: Mapping[str, Any]) -> Provenance:
        return Provenance(versions=versions(), options=dict(options), seed=self.seed, seconds=seconds)


def report(solution: Solution) -> Mapping[str, Any]:
    """Return the results of a solution, from the model if there is one, else from the kind of form."""
    model = solution.model
    if model is None:
        return report_of_form(solution)
    with guarded(type(model), "the report"):
        results = model.report(solution)
    if not isinstance(results, Mapping):
        raise _wrong_return(type(model), "report", "a dict of results", results)
    try:
        refuse_foreign(results)
    except ModelError as error:
        raise ModelError(
            f"{model.label()}.report: {error.message}", place=source_file(type(model)), remedy=error.remedy
        ) from None
    return dict(results)


def report_of_form(solution: Solution) -> Mapping[str, Any]:
    """Return the results that a kind of form reports by itself; none where there is no single form."""
    reporter = form_type_of(solution.form).report if solution.form is not None else ""
    return dict(resolve(reporter)(solution.form, solution)) if reporter else {}


def versions() -> dict[str, str]:
    """Return the versions of this package and of what it computed with in this process and those it asked."""
    names = {"numpy": "numpy", "scipy": "scipy", "highspy": "highspy", "pulp": "pulp", "flint": "python-flint"}
    loaded = {package: _version(package) for module, package in names.items() if module in sys.modules}
    outside = sys.modules.get("gametheory.strategic.outside")
    loaded |= {package: _version(package) for package in sorted(outside.USED)} if outside is not None else {}
    return {"gametheory": _version("gametheory"), "python": sys.version.split()[0], **loaded}


@cache
def _version(package: str) -> str:
    """Return the version of an installed package; reading its metadata takes longer than a small solve."""
    from importlib.metadata import version

    return version(package)


def _wrong_return(kind: type[Model], method: str, wanted: str, got: Any) -> ModelError:
    message = f"{kind.label()}.{method} returned {type(got).__name__}, not {wanted}"
    return ModelError(message, place=source_file(kind))
