"""Chunks over processes: each worker has one chunk at a time, and the point it dies at is recorded as failed."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Any

from gametheory.errors import GameTheoryError, UsageError
from gametheory.sweeps.reference import Reference
from gametheory.sweeps.tasks import Block, Chunk, Task, Tick, error_row, lost

#: One thread for each worker: they share the processors already.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def available() -> int:
    """Return how many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def over_workers(
    reference: Reference, task: Task, chunks: Iterator[tuple[int, Chunk]], count: int, tick: Tick
) -> Iterator[tuple[int, Block]]:
    """Yield the blocks of chunks as they are done, over `count` processes.

    Raises
    ------
    GameTheoryError
        What a worker raised that is no failure of one point.
    UsageError
        If a worker does not start.
    """
    pool = _Pool(reference, task, count, tick)
    threads = ThreadPoolExecutor(count)
    running: dict[Future[Block], int] = {}
    try:
        for index, chunk in chunks:
            running[threads.submit(pool.run, chunk)] = index
            if len(running) >= 2 * count:
                yield from _finished(running)
        while running:
            yield from _finished(running)
    finally:
        pool.close()
        threads.shutdown(cancel_futures=True)


def _finished(running: dict[Future[Block], int]) -> Iterator[tuple[int, Block]]:
    done, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in done:
        yield running.pop(future), future.result()


class _Pool:
    """Worker processes, one per thread that asks."""

    def __init__(self, reference: Reference, task: Task, count: int, tick: Tick) -> None:
        try:
            self._setup = (reference, pickle.dumps(task))
        except Exception as error:
            raise UsageError(
                f"the parameters cannot be sent to other processes: {error}", remedy="sweep with one worker"
            ) from None
        self._vectorized = task.vectorized
        self._tick = tick
        self._local = threading.local()
        self._guard = threading.Lock()
        self._all: set[subprocess.Popen[bytes]] = set()
        self._closed = threading.Event()

    def run(self, chunk: Chunk) -> Block:
        """Run a chunk in this thread's worker."""
        rows: list[dict[str, Any]] = []
        while not self._closed.is_set():
            rest = _after(chunk, len(rows))
            if rest.count == 0:
                return Block(chunk.start, chunk.count, rows=rows)
            worker = self._worker()
            try:
                block = self._converse(worker, rest, rows)
            except (EOFError, BrokenPipeError, pickle.UnpicklingError):
                how = _ending(worker.wait())
                self._forget(worker)
                if self._closed.is_set():
                    break
                if len(rows) == chunk.count:
                    continue
                if self._vectorized:
                    self._tick(chunk.count, chunk.count)
                    return lost(chunk, how, vectorized=True)
                rows.append(error_row(how))
                self._tick(1, 1)
                continue
            if block is not None:
                return block
        raise UsageError("the sweep was stopped")

    def close(self) -> None:
        """End every worker at once."""
        with self._guard:
            self._closed.set()
            for worker in self._all:
                _end(worker)

    def _converse(self, worker: subprocess.Popen[bytes], chunk: Chunk, rows: list[dict[str, Any]]) -> Block | None:
        assert worker.stdin is not None and worker.stdout is not None
        pickle.dump(chunk, worker.stdin)
        worker.stdin.flush()
        for _ in range(chunk.count):
            kind, *said = pickle.load(worker.stdout)
            if kind == "error":
                raise said[0]
            if kind == "block":
                block: Block = said[0]
                self._tick(block.count, len(block.errors))
                return block
            rows.append(said[0])
            self._tick(1, int(said[1]))
        return None

    def _worker(self) -> subprocess.Popen[bytes]:
        held: subprocess.Popen[bytes] | None = getattr(self._local, "worker", None)
        if held is None:
            held = self._local.worker = self._start()
        return held

    def _start(self) -> subprocess.Popen[bytes]:
        code = f"import sys; sys.path[:] = {sys.path!r}; from gametheory.sweeps.worker import main; main()"
        environment = {**dict.fromkeys(_ONE_THREAD, "1"), **os.environ}
        with self._guard:
            if self._closed.is_set():
                raise UsageError("the sweep was stopped")
            worker = subprocess.Popen(
                [sys.executable, "-c", code],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment,
                start_new_session=True,  # Ctrl-C goes to the sweep, which ends its workers
            )
            self._all.add(worker)
        assert worker.stdin is not None and worker.stdout is not None
        try:
            pickle.dump(self._setup, worker.stdin)
            worker.stdin.flush()
            kind, *said = pickle.load(worker.stdout)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            how = _ending(worker.wait())
            raise UsageError(f"a worker process did not start: {how}", remedy="sweep with --workers 1") from None
        if kind == "error":
            error: GameTheoryError = said[0]
            raise error
        return worker

    def _forget(self, worker: subprocess.Popen[bytes]) -> None:
        with self._guard:
            self._all.discard(worker)
        self._local.worker = None
        _end(worker)


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.kill()
    worker.wait()


def _after(chunk: Chunk, done: int) -> Chunk:
    """Return what is left of a chunk when some of its points are done."""
    if not done:
        return chunk
    columns = {name: column[done:] for name, column in chunk.columns.items()}
    return replace(chunk, start=chunk.start + done, count=chunk.count - done, columns=columns)


def _ending(code: int) -> str:
    """Say how a process ended."""
    if code >= 0:
        return f"the worker process ended with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    perhaps = " (out of memory?)" if name == "SIGKILL" else ""
    return f"the worker process was ended by {name}{perhaps}"
