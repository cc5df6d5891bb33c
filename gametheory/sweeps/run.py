"""A sweep from its parameters to its dataset: which points, who solves them, what is kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gametheory.engine import check_options
from gametheory.errors import GameTheoryError, UsageError, nearest
from gametheory.limits import Limits
from gametheory.model import Model
from gametheory.sweeps import designs
from gametheory.sweeps.reference import Reference, digest_of_source, locate
from gametheory.sweeps.tasks import Block, Chunk, Task, Tick, failed, run_chunk

if TYPE_CHECKING:
    import xarray

    from gametheory.sweeps.chunks import Store

#: Points per chunk of a model that solves many at once.
ARRAY_CHUNK = 65_536
#: Chunks that a sweep of points solved one by one is cut into, and the most points in one.
CHUNKS, LARGEST_CHUNK = 200, 500
#: Seconds after which the points left are shared among processes, if they would take longer than this again.
PATIENCE = 2.0

#: ``progress(done, total, failed)``, called from any thread.
Progress = Callable[[int, int, int], None]


def sweep(
    model: Any,
    design: Mapping[str, Any] | None = None,
    /,
    *,
    points: Any = None,
    random: int | None = None,
    latin_hypercube: int | None = None,
    parameters: Mapping[str, Any] | None = None,
    results: Sequence[str] | None = None,
    exact: bool = False,
    seed: int | None = None,
    concept: str | None = None,
    method: str | None = None,
    ties: str | None = None,
    seconds: float | None = None,
    iterations: int | None = None,
    options: Mapping[str, Any] | None = None,
    workers: int | None = None,
    cluster: Any = None,
    output: str | Path | None = None,
    resume: bool = False,
    overwrite: bool = False,
    chunk_size: int | None = None,
    progress: Progress | None = None,
    **swept: Any,
) -> xarray.Dataset:
    """Solve a model at many parameter points; the result is one labelled dataset.

    Parameters
    ----------
    model : Model, type or str
        An instance (its parameters are those that are not swept), a class, an installed name, ``file.py[:Class]`` or a
        scenario ``.toml``.
    design, **swept
        By parameter, what to sweep over; `design` is for parameters that are called like an option of this function.
        A sequence or array of values, one value, or text: ``"a:b:n"`` (n values, evenly spaced, exact),
        ``"a:b:n:log"`` (constant ratios), ``"v1,v2,..."``. Together they are a grid, one dimension per parameter.
    points : path, mapping or DataFrame, optional
        Instead of a grid: a ``.csv`` or ``.parquet`` file, or a table, whose columns are parameters and whose rows are
        points.
    random, latin_hypercube : int, optional
        Instead of a grid: so many points, drawn independently or as a Latin hypercube from the ranges given, each
        ``"a:b"``, ``"a:b:log"``, or values to choose from.
    parameters : mapping, optional
        Parameters that are the same at every point.
    results : sequence of str, optional
        Which results to keep; all by default.
    exact : bool
        Rational arithmetic at every point; quantities are then text such as ``"50/3"``.
    seed : int, optional
        Root of all randomness: of the points drawn, and of a seed for each point, spawned by the point's index, for
        methods that draw and for a parameter called ``seed``. Results do not depend on the number of workers.
    concept, method, ties, seconds, iterations, options
        As in `solve`, for each point; `options` holds those of the method alone.
    workers : int, optional
        Processes. By default points are solved in this process, and after two seconds by as many processes as there
        are processors, if much is left.
    cluster : str, distributed.Client or distributed cluster, optional
        A Dask cluster, or its address, instead.
    output : path, optional
        A ``.nc``, ``.parquet`` or ``.csv`` file to write, whole or not at all. Chunks are kept beside it, in
        ``FILE.chunks``, until it is written.
    resume : bool
        Finish a sweep that was begun, with the same data; does nothing to one that is complete.
    overwrite : bool
        Start again, replacing the file and the chunks there are.
    chunk_size : int, optional
        Points that are solved and kept together.
    progress : callable, optional
        ``progress(done, total, failed)``, called as points are done.

    Returns
    -------
    xarray.Dataset
        A dimension for each parameter of a grid, else one dimension ``point``; a variable for each result, and
        ``termination``, ``verified`` and ``error`` for each point, which is empty unless the point failed. Undefined
        results are NaN, or empty text. Attributes say what was swept and how it was computed.

    Raises
    ------
    UsageError
        For unknown parameters, results or options, or an output that exists already.
    InputError
        If what to sweep over is malformed. A point that is out of bounds is no error but a failed point.
    MissingPackageError
        If xarray (or, for a cluster, distributed) is not installed.
    """
    from gametheory.sweeps import files
    from gametheory.sweeps.chunks import Store, fingerprint
    from gametheory.sweeps.dataset import build, require_xarray

    require_xarray()
    kind, held, stored = locate(model)
    chosen = _solving(stored, exact, concept, method, ties, seconds, iterations, seed, options or {})
    seed = chosen.pop("seed")
    target = files.target(output)
    drawing = random is not None or latin_hypercube is not None
    if drawing and seed is None:
        seed = _fresh_seed(target, resume=resume)
    varied = {**(design or {}), **swept}
    where = _design(kind, varied, points, random, latin_hypercube, seed)
    fixed = {name: value for name, value in {**held, **(parameters or {})}.items() if name not in where.columns}
    designs.check_names(kind, where.columns, {**held, **(parameters or {})})
    twice = sorted(set(parameters or {}) & set(where.columns))
    if twice:
        raise UsageError(f"'{twice[0]}' is both fixed and swept", remedy="leave one of them out")
    for name, field in kind.model_fields.items():
        if field.is_required() and name not in fixed and name not in where.columns:
            raise UsageError(f"{kind.label()} needs parameter '{name}'", remedy=f"sweep over it, or --set {name}=VALUE")
    _check_results(kind, results)
    task = Task(
        parameters=fixed,
        results=tuple(results) if results is not None else None,
        seed=seed,
        seeds_parameter=seed is not None and "seed" in kind.model_fields and "seed" not in where.columns,
        vectorized=_at_once(kind, chosen, seed),
        **chosen,
    )
    size = _chunk_size(chunk_size, where.size, task.vectorized)
    manifest = _manifest(kind, task, where, size)
    told = {"gametheory": manifest["gametheory"], "fingerprint": fingerprint(manifest)}
    store = Store(target and target.with_name(f"{target.name}.chunks"), manifest)
    complete: xarray.Dataset | None = files.complete(target, told["fingerprint"], resume=resume, overwrite=overwrite)
    if complete is not None:
        store.remove()
        return complete
    store.open(resume=resume, overwrite=overwrite)
    try:
        # another process may have finished it since
        complete = files.complete(target, told["fingerprint"], resume=resume, overwrite=overwrite)
        if complete is not None:
            store.remove()
            return complete
        blocks = _blocks(kind, task, where, size, store, workers, cluster, progress)
        dataset: xarray.Dataset = build(kind, where, task, blocks, told)
        if target is not None:
            files.write(dataset, target, store.temporary)
            store.remove()
    except GameTheoryError:
        store.remove_if_empty()
        raise
    finally:
        store.close()
    return dataset


def _solving(
    stored: Mapping[str, Any],
    exact: bool,
    concept: str | None,
    method: str | None,
    ties: str | None,
    seconds: float | None,
    iterations: int | None,
    seed: int | None,
    options: Mapping[str, Any],
) -> dict[str, Any]:
    """Return how to solve each point: what is given here comes before what a scenario says."""
    given = {"concept": concept, "method": method, "ties": ties, "seconds": seconds, "iterations": iterations}
    given |= {"seed": seed, "exact": exact or None}
    chosen = {"ties": "first", "exact": False, **dict.fromkeys(given), **stored}
    chosen |= {name: value for name, value in given.items() if value is not None}
    chosen["ties"], chosen["exact"] = chosen["ties"] or "first", bool(chosen["exact"])
    check_options(**chosen)
    Limits(chosen["seconds"], chosen["iterations"])  # refuses what is not positive
    if chosen["seed"] is not None and chosen["seed"] < 0:
        raise UsageError(f"seed {chosen['seed']} is negative")
    return {**chosen, "options": dict(options)}


def _fresh_seed(target: Path | None, *, resume: bool) -> int:
    """Return the seed of the sweep to resume, if there is one, else a fresh one."""
    if resume and target is not None:
        from gametheory.sweeps.files import seed_begun_with

        begun = seed_begun_with(target)
        if begun is not None:
            return begun
    import secrets

    return secrets.randbits(32)


def _design(
    kind: type[Model],
    varied: Mapping[str, Any],
    points: Any,
    random: int | None,
    latin_hypercube: int | None,
    seed: int | None,
) -> designs.Design:
    asked = [
        name
        for name, given in (("points", points), ("random", random), ("latin_hypercube", latin_hypercube))
        if given is not None
    ]
    if len(asked) > 1:
        raise UsageError(f"{' and '.join(asked)} contradict each other", remedy="give one of them")
    if points is not None:
        from gametheory.sweeps.points import read_points, table_of_points

        if varied:
            raise UsageError(
                f"points are listed, and '{min(varied)}' is swept too", remedy="give it a column, or one fixed value"
            )
        return read_points(points, kind) if isinstance(points, str | Path) else table_of_points(points, kind)
    if asked and not varied:
        raise UsageError(
            "there is nothing to draw", remedy="give the range of each parameter, as --range NAME=a:b (NAME='a:b')"
        )
    designs.check_names(kind, varied, {})
    if asked:
        assert seed is not None
        count = random if latin_hypercube is None else latin_hypercube
        return designs.drawn(asked[0], count, varied, kind, seed)  # type: ignore[arg-type]
    return designs.grid(varied, kind)


def _check_results(kind: type[Model], results: Sequence[str] | None) -> None:
    if isinstance(results, str):
        raise UsageError("results are a list of names", remedy=f"write results=['{results}']")
    for name in results or ():
        if kind.result_docs and name not in kind.result_docs:
            raise UsageError(f"{kind.label()} has no result '{name}'", remedy=nearest(name, kind.result_docs))


def _at_once(kind: type[Model], chosen: Mapping[str, Any], seed: int | None) -> bool:
    """Say whether `evaluate` computes what is asked for: floats, by the model's own method, nothing drawn."""
    own = all(not chosen[name] for name in ("exact", "concept", "method", "seconds", "iterations", "options"))
    return kind.vectorized and own and chosen["ties"] == "first" and "seed" not in kind.model_fields


def _chunk_size(asked: int | None, points: int, vectorized: bool) -> int:
    if asked is None:
        return ARRAY_CHUNK if vectorized else min(max(-(-points // CHUNKS), 1), LARGEST_CHUNK)
    if not isinstance(asked, int) or isinstance(asked, bool) or asked < 1:
        raise UsageError(f"{asked!r} is not a number of points in a chunk")
    return asked


def _manifest(kind: type[Model], task: Task, where: designs.Design, size: int) -> dict[str, Any]:
    """Return what tells this sweep from others; two with the same manifest have the same data."""
    from importlib.metadata import version

    from gametheory.trees import encode_parameters

    return {
        "version": 1,
        "gametheory": version("gametheory"),
        "model": kind.label(),
        "source": digest_of_source(kind),
        "parameters": encode_parameters(dict(task.parameters), exactly=False),
        "design": where.to_data(),
        "results": list(task.results) if task.results is not None else None,
        "exact": task.exact,
        "concept": task.concept,
        "method": task.method,
        "ties": task.ties,
        "seconds": task.seconds,
        "iterations": task.iterations,
        "options": encode_parameters(dict(task.options), exactly=False),
        "seed": task.seed,
        "chunk_size": size,
    }


def _blocks(
    kind: type[Model],
    task: Task,
    where: designs.Design,
    size: int,
    store: Store,
    workers: int | None,
    cluster: Any,
    progress: Progress | None,
) -> list[Block]:
    """Return every block in order: those kept from before, and the rest solved now and kept."""
    if workers is not None and (not isinstance(workers, int) or isinstance(workers, bool) or workers < 1):
        raise UsageError(f"{workers!r} is not a number of workers")
    if workers is not None and cluster is not None:
        raise UsageError("workers and a cluster contradict each other", remedy="the cluster has its own workers")
    starts = range(0, where.size, size)
    found: dict[int, Block] = {}
    for index, start in enumerate(starts):
        kept = store.get(index, start, min(size, where.size - start))
        if kept is not None:
            found[index] = kept
    counter = _Counter(where.size, progress)
    for block in found.values():
        counter(block.count, len(block.errors) + sum(map(failed, block.rows or ())))
    left = [index for index in range(len(starts)) if index not in found]
    chunks = ((index, _chunk(kind, task, where, starts[index], size)) for index in left)
    with ExitStack() as stack:
        for index, block in _solved(kind, task, chunks, len(left), workers, cluster, counter, stack):
            store.put(index, block)
            found[index] = block
    return [found[index] for index in range(len(starts))]


def _chunk(kind: type[Model], task: Task, where: designs.Design, start: int, size: int) -> Chunk:
    stop = min(start + size, where.size)
    if task.vectorized:
        from gametheory.sweeps.arrays import columns_of_numbers

        return Chunk(start, stop - start, columns_of_numbers(kind, where, start, stop))
    return Chunk(start, stop - start, where.take(start, stop))


def _solved(
    kind: type[Model],
    task: Task,
    chunks: Iterator[tuple[int, Chunk]],
    left: int,
    workers: int | None,
    cluster: Any,
    tick: Tick,
    stack: ExitStack,
) -> Iterator[tuple[int, Block]]:
    """Solve chunks in this process, over processes, or over a cluster; yield their blocks as they are done."""
    if not left:
        return
    reference = Reference.of(kind)
    if reference is None and (cluster is not None or (workers or 1) > 1):
        raise UsageError(
            f"{kind.__name__} is defined in {kind.__module__}, where other processes cannot find it",
            remedy="put it in a file and give its path, or sweep with one worker",
        )
    if cluster is not None:
        from gametheory.sweeps.cluster import client_of, over_cluster

        assert reference is not None
        yield from over_cluster(stack.enter_context(client_of(cluster)), reference, task, chunks, tick)
        return
    from gametheory.sweeps.workers import available, over_workers

    if workers is not None and workers > 1:
        assert reference is not None
        yield from over_workers(reference, task, chunks, min(workers, left), tick)
        return
    began = time.monotonic()
    for done, (index, chunk) in enumerate(chunks, start=1):
        yield index, run_chunk(kind, task, chunk, tick)
        spent = time.monotonic() - began
        alone = workers == 1 or reference is None or task.vectorized or available() == 1
        if not alone and spent > PATIENCE and spent / done * (left - done) > PATIENCE:
            assert reference is not None
            yield from over_workers(reference, task, chunks, min(available(), left - done), tick)


class _Counter:
    """Adds up what is done, from any thread, and reports it."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        import threading

        self._total, self._progress = total, progress
        self._done = self._failed = 0
        self._guard = threading.Lock()

    def __call__(self, done: int, failures: int) -> None:
        with self._guard:
            self._done += done
            self._failed += failures
            if self._progress is not None:
                self._progress(self._done, self._total, self._failed)
