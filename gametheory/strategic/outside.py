"""Solvers of other packages, run in a process of their own so that a limit or Ctrl-C can stop them."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from gametheory.limits import Budget

#: Whether Ctrl-C is kept from these processes from their start; elsewhere than on Linux, which ends them with the one
#: that started them, they have to be where a terminal that closes finds them.
OWN_GROUP = sys.platform == "linux"
#: Seconds between two looks at the budget.
POLL = 0.02


class TaskFailed(Exception):  # noqa: N818  (it is a signal to the solver, not an error)
    """The package raised, or its process ended; `str` says what it said."""


class _Worker:
    """A process that solves, one request at a time; it ends with this object, or with the process that started it."""

    def __init__(self) -> None:
        if not sys.executable:
            raise TaskFailed("no process can be started: it is not known where Python is")
        paths = []
        for path in sys.path:
            if isinstance(path, str):  # imports skip what is no text
                with contextlib.suppress(OSError):  # the current folder, if it is gone
                    paths.append(str(Path(path).absolute()))
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "gametheory.strategic.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="ascii",
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"},
                process_group=0 if OWN_GROUP else None,
            )
        except OSError as error:
            raise TaskFailed(f"no process can be started: {error}") from None
        self.owner = os.getpid()
        self.replies: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.end = weakref.finalize(self, _end, self.process, self.owner)
        threading.Thread(target=_read, args=(self.process.stdout, self.replies), daemon=True).start()

    @property
    def usable(self) -> bool:
        return self.owner == os.getpid() and self.process.poll() is None

    def send(self, request: str) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):  # if the process has ended, there is no reply, which is told then
            self.process.stdin.write(request + "\n")
            self.process.stdin.flush()


def _read(lines: IO[str], replies: queue.SimpleQueue[str | None]) -> None:
    """Hand on whole lines, then None."""
    with lines:
        for line in lines:
            if line.endswith("\n"):
                replies.put(line)
    replies.put(None)


def _end(process: subprocess.Popen[str], owner: int) -> None:
    if owner != os.getpid():  # a fork of the process that started this one
        return
    process.kill()
    process.wait()
    if process.stdin is not None:
        with contextlib.suppress(OSError):  # what is not yet written has no reader
            process.stdin.close()


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
        If the package raised, its process ended, or none could be started.
    """
    USED.add("nashpy" if task == "nashpy" else "pygambit")
    worker: _Worker | None = getattr(_held, "worker", None)
    _held.worker = None  # until the task is finished: a task begun meanwhile has a process of its own
    if worker is None or not worker.usable:
        worker = _Worker()
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
        if finished:
            _held.worker = worker
        else:
            worker.end()
