"""Solvers of other packages, run in a process of their own so that a limit or Ctrl-C can stop them."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gametheory.limits import Budget

#: Seconds between two looks at the budget.
POLL = 0.02


class TaskFailed(Exception):  # noqa: N818  (it is a signal to the solver, not an error)
    """The package raised, or its process ended; `str` says what it said."""


class _Worker:
    """A process that solves, one request at a time."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "gametheory.strategic.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)},
        )
        self.owner = os.getpid()
        self.replies: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()
        atexit.register(self.end)

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.replies.put(line)
        self.replies.put(None)

    @property
    def usable(self) -> bool:
        return self.owner == os.getpid() and self.process.poll() is None

    def send(self, request: str) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):  # if the process has ended, there is no reply, which is told then
            self.process.stdin.write(request + "\n")
            self.process.stdin.flush()

    def end(self) -> None:
        atexit.unregister(self.end)
        if self.owner != os.getpid():  # a fork of the process that started this one
            return
        self.process.kill()
        self.process.wait()
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):  # what is not yet written has no reader
                self.process.stdin.close()


#: The packages that were asked, for the provenance of answers.
USED: set[str] = set()

#: One process for each thread: on Linux it ends with the thread that started it.
_held = threading.local()


def ask(task: str, budget: Budget, **arguments: Any) -> Iterator[Any]:
    """Yield what a task of `gametheory.strategic.worker` finds, as it comes.

    The process is kept for the next request, since packages take a second to load; it is ended where its task is
    not finished.

    Parameters
    ----------
    task : str
        The name of the task.
    budget : Budget
        What may be spent; looked at while waiting.
    **arguments
        What the task is told, as JSON holds it.

    Raises
    ------
    LimitReached
        If the budget is spent.
    TaskFailed
        If the package raised, or its process ended.
    """
    USED.add("nashpy" if task == "nashpy" else "pygambit")
    worker: _Worker | None = getattr(_held, "worker", None)
    if worker is None or not worker.usable:
        worker = _held.worker = _Worker()
    finished = False
    try:
        budget.check()
        worker.send(json.dumps({"task": task, "arguments": arguments}))
        while True:
            try:
                line = worker.replies.get(timeout=POLL)
            except queue.Empty:
                budget.check()
                continue
            if line is None:
                raise TaskFailed("its process ended")
            reply = json.loads(line)
            finished = "found" not in reply
            if "failed" in reply:
                raise TaskFailed(reply["failed"])
            if finished:
                return
            yield reply["found"]
            budget.check()
    finally:
        if not finished:
            _held.worker = None
            worker.end()
