"""The engine: choose a solver, run it within its limits, verify what it found."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

from gametheory import tolerances
from gametheory.errors import ModelError, UsageError, VerificationError
from gametheory.forms import form_type_of
from gametheory.limits import Budget, LimitReached, Limits
from gametheory.model import Model, guarded, source_file
from gametheory.solution import Answer, Certificate, Form, Outcome, Provenance, Solution, Termination
from gametheory.solvers import Options, choose, resolve
from gametheory.trees import differences, refuse_foreign

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
    """Refuse options of the wrong type: a truthy text is no boolean."""
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
        What counts as a solution; by default the solution's, or the form's first.

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
    kind = form_type_of(what)
    return check(what, answer, exact=True if exact is None else exact, concept=concept or kind.concept)


def check(form: Form, answer: Answer, *, exact: bool, concept: str) -> Certificate:
    """Run the verifier of the form's own kind."""
    verifier = resolve(form_type_of(form).verifier)
    certificate = verifier(form, answer, exact=exact, concept=concept)
    assert isinstance(certificate, Certificate)
    return certificate


class Engine:
    """Solves forms with one set of options and one budget, and keeps what it solved.

    A model's `run` receives one and calls `solve` for every form it needs.

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

    def solve(self, form: Form, *, concept: str | None = None, method: str | None = None, **options: Any) -> Solution:
        """Solve one form and verify the answer.

        The engine's own concept and method, if the user gave any, come before the ones given here.
        """
        concept = self.concept or concept or form_type_of(form).concept
        method = self.method or method
        extra = {**options, **self.options}
        if method is not None and ":" in method:
            named = method.partition(":")[2]
            if extra.setdefault("solver", named) != named:
                raise UsageError(f"method '{method}' and option solver={extra['solver']} contradict each other")
        told = Options(exact=self.exact, ties=self.ties, seed=self.seed, budget=self.budget, extra=extra)
        solver = choose(form, concept, method, told)
        logger.info("solving %s for %s by %s", type(form).__name__, concept, solver.method)
        began = self.budget.elapsed
        with self.budget.watching_interrupt():
            outcome = solver(form, told)
        seconds = self.budget.elapsed - began
        solution = self._certified(form, outcome, concept, outcome.method or method or solver.method)
        solution = replace(solution, provenance=self._provenance(seconds, extra))
        self.parts.append(solution)
        return solution

    def certify(self, form: Form, answer: Answer, *, concept: str | None = None, method: str) -> Solution:
        """Verify an answer that a model computed itself (a closed form, say) and keep it as a part."""
        concept = self.concept or concept or form_type_of(form).concept
        outcome = Outcome(answer.proves, answer, exact=self.exact)
        solution = replace(self._certified(form, outcome, concept, method), provenance=self._provenance(0.0, {}))
        self.parts.append(solution)
        return solution

    def solve_model(self, model: Model) -> Solution:
        """Run a model and report its results; they are computed only from a verified solution."""
        kind = type(model)
        began = self.budget.elapsed
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
        if stopped and main.solved:
            main = replace(main, termination=Termination.LIMIT, message=f"a part was stopped: {stopped[0].message}")
        elif failed and main.solved:
            main = replace(main, termination=Termination.FAILED, message=f"a part is not verified: {failed[0].message}")
        if main.solved:
            main = replace(main, results=report(main))
        return main

    def _certified(self, form: Form, outcome: Outcome, concept: str, method: str) -> Solution:
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
            tie_rule=self.ties,
            message=message,
        )

    def _provenance(self, seconds: float, options: Mapping[str, Any]) -> Provenance:
        return Provenance(versions=versions(), options=dict(options), seed=self.seed, seconds=seconds)


class Replay(Engine):
    """An engine that solves nothing: it answers from a stored solution, checking that the forms agree.

    Re-running a model with it recomputes everything the model derives from its answers.
    """

    def __init__(self, stored: Solution) -> None:
        super().__init__(concept=None, exact=stored.exact, ties=stored.tie_rule, seed=stored.provenance.seed)
        self.stored = [*stored.parts, replace(stored, parts=(), model=None)]

    def solve(self, form: Form, *, concept: str | None = None, method: str | None = None, **options: Any) -> Solution:
        """Return the stored solution of this form.

        Raises
        ------
        VerificationError
            If no stored solution is about this form.
        """
        nearest_difference = ""
        for index, part in enumerate(self.stored):
            if type(part.form) is not type(form):
                continue
            tolerance = 0 if self.exact else tolerances.RESULT
            different = next(
                differences(part.form.to_data(), form.to_data(), exactly=self.exact, tolerance=tolerance), None
            )
            if different is None:
                found = self.stored.pop(index)
                self.parts.append(found)
                return found
            nearest_difference = nearest_difference or different[0]
        raise VerificationError(
            f"parameters: the model at the stored parameters builds another form (it differs at {nearest_difference})"
            if nearest_difference
            else f"parameters: the file holds no solution of the model's {type(form).__name__}"
        )

    def certify(self, form: Form, answer: Answer, *, concept: str | None = None, method: str) -> Solution:
        """Return the stored solution of this form, as `solve` does."""
        return self.solve(form, concept=concept)


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
