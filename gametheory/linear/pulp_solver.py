"""Any solver PuLP knows, for linear programs."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gametheory.errors import InputError, RefusedError
from gametheory.limits import Budget, LimitReached
from gametheory.linear.auxiliary import certify_negative, contradiction, uncrossed
from gametheory.linear.crossover import basis_from_point
from gametheory.linear.exact import oversize, solve_exactly, solve_in_floats
from gametheory.linear.highs import checked, limited
from gametheory.linear.program import LinearProgram
from gametheory.linear.scaling import scaled_program, scaling_of
from gametheory.linear.verify import verify
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options

if TYPE_CHECKING:
    import pulp

Array = NDArray[Any]

#: What PuLP replaces in names.
REPLACED = str.maketrans("-+[] >/", "_______")
#: Solvers PuLP names otherwise than everybody does.
OTHER_NAMES = {"COIN_CMD": "cbc"}


def solve(lp: LinearProgram, options: Options) -> Outcome:
    """Solve a linear program with the PuLP solver named by the option ``solver``; CBC if there is none.

    The answer is checked before it is given, as `gametheory.linear.highs.solve` does: certificates that PuLP
    does not hand on (rays, missing duals) come from auxiliary programs, or from the exact layer.

    Raises
    ------
    RefusedError
        If PuLP does not know the solver, or it is not installed.
    """
    refusal = refuses(lp, options)
    if refusal is not None:
        raise RefusedError(refusal)
    name, budget = _solver_name(options), options.budget
    method = f"pulp:{_short(name)}"
    try:
        budget.check()
        return _with_method(_solve(lp, name, options.exact, budget), method)
    except LimitReached as reason:
        return Outcome(Termination.LIMIT, None, method=method, message=str(reason))


def refuses(lp: LinearProgram, options: Options) -> str | None:
    """Return why PuLP cannot solve under these options, or None."""
    if options.budget.limits.iterations is not None:
        return "PuLP has no limit of iterations; limit the seconds, or use method 'highs'"
    name = str(options.extra.get("solver", "cbc"))
    known = [s for s in _listed(False) if name.lower() in (s.lower(), _short(s))]
    there = ", ".join(sorted({_short(s) for s in _listed(True)})) or "none"
    if not known:
        return f"PuLP knows no solver '{name}'; installed here: {there}"
    if not set(known) & set(_listed(True)):
        return f"the solver '{name}' is not installed; installed here: {there}"
    return None


def to_pulp(lp: LinearProgram) -> pulp.LpProblem:
    """Return a program as a `pulp.LpProblem`, in floats.

    Characters that PuLP does not allow in names become ``_``; where names are then no longer distinct, rows or
    columns are numbered. A range becomes two constraints, ``name_lower`` and ``name_upper``; a free row none.
    """
    with quiet():
        problem, _, _ = _problem(lp.to_float(), _allowed(lp.column_names, "c"), _allowed(lp.row_names, "r"))
    return problem


def _solve(lp: LinearProgram, name: str, exact: bool, budget: Budget) -> Outcome:
    note = ""
    try:
        rough = lp.to_float()
    except InputError:
        if not exact:
            raise
        return solve_exactly(lp, budget=budget)
    if exact:
        note = oversize(lp)
        lp = lp if note else lp.to_exact()
    in_fractions = exact and not note
    obvious = contradiction(lp if in_fractions else rough)
    if obvious is not None and (in_fractions or verify(rough, obvious, exact=False).ok):
        return Outcome(Termination.INFEASIBLE, obvious, exact=in_fractions)
    rough = uncrossed(rough)
    status, primal, row_dual = _run(rough, name, budget)
    if status == "limit":
        return limited(lp if in_fractions else rough, row_dual, budget.spent() or "the solver reached a limit")
    hint = None
    if primal is not None:
        hint = basis_from_point(lp, primal, np.zeros(lp.rows) if row_dual is None else row_dual)
    if in_fractions:
        outcome = solve_exactly(lp, hint, budget)
        if outcome.termination is not Termination.FAILED:
            return outcome
        note = outcome.message
    answer: Any = checked(rough, primal, row_dual) if status == "optimal" else None
    if answer is None and status == "negative":
        answer = certify_negative(rough, lambda program: _optimum(program, name, budget))
    if answer is not None:
        return Outcome(answer.proves, answer, message=note)
    outcome = solve_in_floats(rough, hint, budget)
    if outcome.termination is Termination.FAILED:
        said = f"{name} says {status}, but gives no evidence that passes its check"
        return Outcome(Termination.FAILED, None, message=f"{said}; {outcome.message}")
    return outcome


@contextmanager
def files_apart(backend: pulp.LpSolver) -> Iterator[None]:
    """Let a solver that writes files do so in a folder that is gone afterwards, also if it fails or is interrupted."""
    import pulp

    if not isinstance(backend, pulp.LpSolver_CMD):
        yield
        return
    with TemporaryDirectory(prefix="gametheory-", ignore_cleanup_errors=True) as folder:
        backend.tmpDir = folder
        yield


def _optimum(lp: LinearProgram, name: str, budget: Budget) -> tuple[Array, Array] | None:
    status, primal, row_dual = _run(lp, name, budget)
    if status == "limit":
        raise LimitReached(budget.spent() or "the solver reached a limit")
    return None if status != "optimal" or primal is None or row_dual is None else (primal, row_dual)


def _run(lp: LinearProgram, name: str, budget: Budget) -> tuple[str, Array | None, Array | None]:
    """Return ``optimal``, ``negative``, ``limit`` or ``failed...``, a point and multipliers, whatever there is.

    The program handed over is a minimum, scaled and without free or empty rows, so that no solver's own
    convention for maxima or way with empty rows matters.
    """
    import pulp

    scaling = scaling_of(lp)
    scaled = scaled_program(lp, scaling)
    used = (lp.finite_row_lower | lp.finite_row_upper) & (np.diff(lp.matrix.indptr) > 0)
    numbered = [[f"{letter}{k}" for k in range(size)] for letter, size in (("c", lp.columns), ("r", lp.rows))]
    limit = budget.seconds_left
    with quiet():
        problem, variables, constraints = _problem(scaled, numbered[0], numbered[1], used)
        settings = {} if limit is None else {"timeLimit": max(limit, 0.01)}
        try:
            backend = pulp.getSolver(name, msg=False, **settings)
            with files_apart(backend):
                problem.solve(backend)
        except Exception as error:  # whatever a foreign solver raises, it has not solved the program
            return ("limit" if budget.spent() else f"failed ({error})"), None, None
    if budget.spent():
        return "limit", None, None
    if problem.status in (pulp.LpStatusInfeasible, pulp.LpStatusUnbounded, pulp.LpStatusUndefined):
        return "negative", None, None
    if problem.status != pulp.LpStatusOptimal or problem.sol_status != pulp.LpSolutionOptimal:
        return ("failed" if limit is None else "limit"), None, None
    idle = np.clip(0.0, scaled.lower, scaled.upper)
    values = [v.varValue for v in variables]
    primal = np.array([idle[j] if v is None else v for j, v in enumerate(values)], dtype=np.float64)
    sign = 1.0 if lp.sense == "min" else -1.0
    row_dual: Array | None = np.zeros(lp.rows)
    for i, part in constraints:
        if part.pi is None:
            row_dual = None
            break
        assert row_dual is not None
        row_dual[i] += part.pi
    primal = scaling.primal(primal) + 0.0
    if row_dual is None:
        return "optimal", primal, None
    row_dual = sign * scaling.dual(row_dual) + 0.0
    # Solvers differ in the sign of what they call a dual value; only one of the two is a proof.
    if checked(lp, primal, row_dual) is None and checked(lp, primal, -row_dual) is not None:
        row_dual = 0.0 - row_dual
    return "optimal", primal, row_dual


def _problem(
    lp: LinearProgram, columns: Sequence[str], rows: Sequence[str], used: Array | None = None
) -> tuple[pulp.LpProblem, list[Any], list[tuple[int, Any]]]:
    """Build a PuLP problem; return it with its variables by column and its constraints with their rows."""
    import pulp

    problem = pulp.LpProblem("program", pulp.LpMinimize if lp.sense == "min" else pulp.LpMaximize)
    make = getattr(problem, "add_variable", pulp.LpVariable)
    variables = [
        make(name, low if there_low else None, high if there_high else None)
        for name, low, high, there_low, there_high in zip(
            columns,
            lp.lower.tolist(),
            lp.upper.tolist(),
            lp.finite_lower.tolist(),
            lp.finite_upper.tolist(),
            strict=True,
        )
    ]
    costs = [(variables[j], lp.objective[j].item()) for j in np.flatnonzero(lp.objective).tolist()]
    problem.setObjective(pulp.LpAffineExpression(costs, constant=float(lp.constant)))
    constraints: list[tuple[int, Any]] = []
    starts, places, data = lp.matrix.indptr.tolist(), lp.matrix.indices.tolist(), lp.matrix.data.tolist()
    for i in range(lp.rows) if used is None else np.flatnonzero(used).tolist():
        terms = [(variables[places[k]], data[k]) for k in range(starts[i], starts[i + 1])]
        low, high = lp.row_lower[i].item(), lp.row_upper[i].item()
        if low == high:
            sides = [(pulp.LpConstraintEQ, low, rows[i])]
        else:
            both = lp.finite_row_lower[i] and lp.finite_row_upper[i]
            sides = [
                (sense, bound, f"{rows[i]}_{which}" if both else rows[i])
                for sense, bound, there, which in (
                    (pulp.LpConstraintGE, low, lp.finite_row_lower[i], "lower"),
                    (pulp.LpConstraintLE, high, lp.finite_row_upper[i], "upper"),
                )
                if there
            ]
        for sense, bound, name in sides:
            part = pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, name, bound)
            problem.addConstraint(part)
            constraints.append((i, part))
    return problem, variables, constraints


def _allowed(names: Sequence[str], prefix: str) -> list[str]:
    replaced = [name.translate(REPLACED) for name in names]
    if len(set(replaced)) == len(replaced):
        return replaced
    return [f"{prefix}{place}" for place in range(len(replaced))]


def _solver_name(options: Options) -> str:
    wanted = str(options.extra.get("solver", "cbc")).lower()
    return next(s for s in _listed(True) if wanted in (s.lower(), _short(s)))


def _short(name: str) -> str:
    if name in OTHER_NAMES:
        return OTHER_NAMES[name]
    return name.removeprefix("PULP_").removesuffix("_CMD").removesuffix("_PY").removesuffix("_DLL").lower()


def available_solvers() -> list[str]:
    """Return the short names of the solvers that PuLP finds on this machine: ``"cbc"``, ``"highs"``, ..."""
    return [_short(name) for name in _listed(True)]


def _listed(only_available: bool) -> list[str]:
    import pulp

    with quiet():
        return list(pulp.listSolvers(onlyAvailable=only_available))


def _with_method(outcome: Outcome, method: str) -> Outcome:
    return Outcome(outcome.termination, outcome.answer, outcome.exact, outcome.complete, method, outcome.message)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep PuLP's notices of its next version from the user, who can do nothing about them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield
