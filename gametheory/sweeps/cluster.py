"""Chunks over the machines of a Dask cluster."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from gametheory.errors import GameTheoryError, MissingPackageError, UsageError
from gametheory.sweeps.reference import Reference
from gametheory.sweeps.tasks import Block, Chunk, Tick, error_row, failed, lost, run_chunk

#: Seconds to wait for a scheduler to answer.
PATIENCE = 10


@contextmanager
def client_of(cluster: Any) -> Iterator[Any]:
    """Connect to a cluster: an address such as ``tcp://host:8786``, a cluster object, or a client.

    Raises
    ------
    MissingPackageError
        If `distributed` is not installed.
    UsageError
        If nothing answers at the address.
    """
    try:
        import distributed
    except ImportError:
        raise MissingPackageError(
            "a cluster needs dask.distributed, which is not installed", remedy="pip install 'gametheory[cluster]'"
        ) from None
    if isinstance(cluster, distributed.Client):
        yield cluster
        return
    try:
        if isinstance(cluster, str):
            distributed.comm.get_address_host_port(cluster, strict=True)
        client = distributed.Client(cluster, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise UsageError(
            f"no cluster answers at {cluster}: {' '.join(str(error).split())[:100]}",
            remedy="start one with: dask scheduler; and give its address, tcp://host:8786",
        ) from None
    try:
        yield client
    finally:
        client.close()


def over_cluster(
    client: Any, reference: Reference, task: Any, chunks: Iterator[tuple[int, Chunk]], tick: Tick
) -> Iterator[tuple[int, Block]]:
    """Yield the blocks of chunks as they are done.

    The workers find the model as this process does: installed, importable, or at the same path. A chunk whose workers
    die is tried point by point, and the point that kills them is recorded as failed.
    """
    import distributed

    setup = (reference, pickle.dumps(task))
    futures = distributed.as_completed(loop=client.loop)
    waiting = 0
    limit = 2 * max(1, sum(client.nthreads().values()))
    asked: dict[Any, tuple[int, Chunk]] = {}

    def submit(index: int, chunk: Chunk) -> None:
        future = client.submit(run_remotely, setup, chunk, pure=False)
        asked[future] = (index, chunk)
        futures.add(future)

    def result() -> tuple[int, Block]:
        future = next(futures)
        index, chunk = asked.pop(future)
        try:
            block: Block = future.result()
        except GameTheoryError:
            raise
        except distributed.KilledWorker as error:
            block = _point_by_point(client, setup, chunk, error)
        bad = len(block.errors) if block.rows is None else sum(map(failed, block.rows))
        tick(block.count, bad)
        return index, block

    try:
        for index, chunk in chunks:
            submit(index, chunk)
            waiting += 1
            if waiting >= limit:
                yield result()
                waiting -= 1
        for _ in range(waiting):
            yield result()
    finally:
        client.cancel(list(asked))


def run_remotely(setup: tuple[Reference, bytes], chunk: Chunk) -> Block:
    """Solve a chunk on a worker of the cluster."""
    reference, pickled = setup
    kind = reference.load()
    return run_chunk(kind, pickle.loads(pickled), chunk, lambda done, bad: None)


def _point_by_point(client: Any, setup: Any, chunk: Chunk, error: Exception) -> Block:
    import distributed

    rows: list[dict[str, Any]] = []
    if not pickle.loads(setup[1]).vectorized and chunk.count > 1:
        for k in range(chunk.count):
            alone = {name: column[k : k + 1] for name, column in chunk.columns.items()}
            one = replace(chunk, start=chunk.start + k, count=1, columns=alone)
            try:
                rows += client.submit(run_remotely, setup, one, pure=False).result().rows
            except distributed.KilledWorker as killed:
                rows.append(error_row(_said(killed)))
        return Block(chunk.start, chunk.count, rows=rows)
    return lost(chunk, _said(error), vectorized=pickle.loads(setup[1]).vectorized)


def _said(error: Exception) -> str:
    return f"the cluster's worker process ended: {' '.join(str(error).split())[:200]}"
