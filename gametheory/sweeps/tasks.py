"""What one worker does with one chunk of points: solve each, or all at once; a point that fails is a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gametheory import tolerances
from gametheory.engine import Engine
from gametheory.errors import (
    GameTheoryError,
    MissingPackageError,
    OptionError,
    RefusedError,
    UsageError,
    VerificationError,
    nearest,
)
from gametheory.limits import Budget, Limits
from gametheory.model import Model, guarded
from gametheory.saving import encode_results
from gametheory.solution import CERTIFIED_NEGATIVE, Solution
from gametheory.trees import differences

#: How a point ended that raised an error before it had a solution.
ERROR = "ERROR"
#: Points of a chunk of arrays that are also solved one by one.
SPOT_CHECKS = 3

#: Reports how many more points are done and how many of them failed.
Tick = Callable[[int, int], None]


@dataclass(frozen=True)
class Task:
    """What is the same at every point of a sweep.

    Attributes
    ----------
    parameters : mapping
        The parameters that are fixed; those left out have their defaults.
    results : tuple of str or None
        Which results to keep; all by default.
    exact, concept, method, ties, seconds, iterations, options
        As in `gametheory.solve`, for each point.
    seed : int or None
        The root of the seeds of the points.
    seeds_parameter : bool
        Whether the model has a parameter ``seed`` that each point's own seed is given to.
    vectorized : bool
        Whether chunks are solved by the model's `evaluate`.
    """

    parameters: Mapping[str, Any] = field(default_factory=dict)
    results: tuple[str, ...] | None = None
    exact: bool = False
    concept: str | None = None
    method: str | None = None
    ties: str = "first"
    seconds: float | None = None
    iterations: int | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    seeds_parameter: bool = False
    vectorized: bool = False


@dataclass(frozen=True)
class Chunk:
    """Consecutive points: the index of the first, how many, and each swept parameter's values, in order."""

    start: int
    count: int
    columns: Mapping[str, Any]

    def point(self, k: int) -> dict[str, Any]:
        """Return the swept parameters of the k-th point of the chunk."""
        return {name: column[k] for name, column in self.columns.items()}


@dataclass(frozen=True)
class Block:
    """What was found at the points of one chunk.

    Attributes
    ----------
    start, count : int
        As in `Chunk`.
    rows : list of dict or None
        For points solved one by one: ``termination``, ``verified``, ``error`` and ``results`` (as JSON holds them).
    arrays : dict of str to array or None
        For points solved at once: the results, points first; ``valid`` and ``checked`` (bool) say which points are
        within bounds and which were also solved one by one.
    errors : dict of int to str
        Of points solved at once: why they failed, by position in the chunk.
    """

    start: int
    count: int
    rows: list[dict[str, Any]] | None = None
    arrays: dict[str, Any] | None = None
    errors: dict[int, str] = field(default_factory=dict)


def run_chunk(kind: type[Model], task: Task, chunk: Chunk, tick: Tick) -> Block:
    """Solve the points of a chunk.

    Raises
    ------
    UsageError
        If a result was asked for that the model does not have.
    VerificationError
        If `evaluate` and `solve` disagree.
    """
    if task.vectorized:
        from gametheory.sweeps.arrays import run_arrays

        block = run_arrays(kind, task, chunk)
        tick(chunk.count, len(block.errors))
        return block
    rows = []
    for k in range(chunk.count):
        rows.append(run_point(kind, task, chunk.start + k, chunk.point(k)))
        tick(1, int(failed(rows[-1])))
    return Block(chunk.start, chunk.count, rows=rows)


def run_point(kind: type[Model], task: Task, index: int, point: Mapping[str, Any]) -> dict[str, Any]:
    """Solve one point and return its row; whatever goes wrong is in the row."""
    try:
        model = model_at(kind, task, index, point)
        try:
            solution = solve_model(model, task, index)
        except UsageError as error:
            if _concerns_all(task, error):
                raise _WholeSweepError(error.message, remedy=error.remedy) from None
            raise
        results = results_of(kind, task, solution)
    except _WholeSweepError as error:
        raise UsageError(error.message, remedy=error.remedy) from None
    except GameTheoryError as error:
        return error_row(str(error).replace("\n", "; "))
    negative = solution.termination in CERTIFIED_NEGATIVE
    message = ""
    if not solution.verified:
        message = solution.message or f"{solution.termination}: the answer is not certified"
    elif not solution.solved and not negative:
        message = solution.message or str(solution.termination)
    return {
        "termination": str(solution.termination),
        "verified": solution.verified,
        "error": message,
        "results": results,
    }


def error_row(message: str) -> dict[str, Any]:
    """Return the row of a point that has no solution."""
    return {"termination": ERROR, "verified": False, "error": message, "results": {}}


def lost(chunk: Chunk, message: str, *, vectorized: bool) -> Block:
    """Return the block of a chunk all of whose points failed for one reason."""
    if not vectorized:
        return Block(chunk.start, chunk.count, rows=[error_row(message) for _ in range(chunk.count)])
    import numpy as np

    none = np.zeros(chunk.count, dtype=bool)
    arrays = {"valid": none, "checked": none}
    return Block(chunk.start, chunk.count, arrays=arrays, errors=dict.fromkeys(range(chunk.count), message))


def failed(row: Mapping[str, Any]) -> bool:
    """Say whether a point failed: an error, a limit, or an answer without certificate; a proof of no is no failure."""
    return bool(row["error"])


def model_at(kind: type[Model], task: Task, index: int, point: Mapping[str, Any]) -> Model:
    """Return the model at one point."""
    seeded = {"seed": seed_of(task.seed, index)} if task.seeds_parameter else {}
    return kind(**{**task.parameters, **seeded, **point})


def solve_model(model: Model, task: Task, index: int) -> Solution:
    """Solve the model of one point, with the point's own seed."""
    engine = Engine(
        concept=task.concept,
        method=task.method,
        exact=task.exact,
        ties=task.ties,
        budget=Budget(Limits(task.seconds, task.iterations)),
        seed=seed_of(task.seed, index),
        options=task.options,
    )
    solution = engine.solve_model(model)
    if engine.budget.interrupted:  # Ctrl-C ends the sweep, not one of its points
        raise KeyboardInterrupt
    return solution


def results_of(kind: type[Model], task: Task, solution: Solution) -> dict[str, Any]:
    """Return the results to keep, as JSON holds them, arranged like arrays if the model solves many points at once."""
    if not solution.solved:
        return {}
    results = solution.results
    if kind.vectorized:
        with guarded(kind, "as_arrays"):
            results = kind.as_arrays(results)
    if task.results is not None:
        for name in task.results:
            if name not in results:
                raise _WholeSweepError(f"{kind.label()} has no result '{name}'", remedy=nearest(name, results))
        results = {name: results[name] for name in task.results}
    encoded: dict[str, Any] = encode_results(dict(results), exactly=task.exact)
    return encoded


def seed_of(root: int | None, index: int) -> int | None:
    """Return the seed of one point: it depends on the root seed and the point's index, never on who solves it."""
    if root is None:
        return None
    import numpy as np

    return int(np.random.SeedSequence(root, spawn_key=(index,)).generate_state(1, np.uint64)[0]) >> 1


def compare(kind: type[Model], stored: Any, solved: Any, index: int) -> None:
    """Refuse arrays that say something else than the solution of the same point."""
    for name, value in stored.items():
        if name not in solved:
            continue
        different = next(differences(value, solved[name], exactly=False, tolerance=tolerances.RESULT, where=name), None)
        if different is not None:
            raise VerificationError(
                f"{kind.label()}.evaluate and its solution disagree at point {index} in {different[0]}",
                remedy="correct the model's evaluate; or sweep with exact=True, which solves every point",
            )


class _WholeSweepError(UsageError):
    """A misuse that is no failure of one point alone."""


def _concerns_all(task: Task, error: UsageError) -> bool:
    """Say whether a solve was misused as no other point mends: an unknown method or option, a missing package."""
    asked = bool(task.concept or task.method or task.options or task.ties != "first")
    return isinstance(error, MissingPackageError | OptionError) or (asked and not isinstance(error, RefusedError))
