"""One worker process: reads chunks from its standard input, writes rows and blocks to its standard output.

It is a process of its own rather than one of `multiprocessing` so that the caller's script is not run again in it, and
so that its death names the point it was at and stops nothing else.
"""

from __future__ import annotations

import os
import pickle
import sys
from typing import Any

from gametheory.errors import GameTheoryError
from gametheory.sweeps.tasks import failed, run_chunk, run_point


def main() -> None:
    """Serve until the standard input ends."""
    source = os.fdopen(os.dup(0), "rb")
    target = os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_RDONLY)
    os.dup2(quiet, 0)
    os.dup2(2, 1)  # what a model prints is no data
    sys.stdout = sys.stderr

    def say(*message: Any) -> None:
        pickle.dump(message, target)
        target.flush()

    try:
        _serve(source, say)
    except (EOFError, BrokenPipeError, KeyboardInterrupt):  # the sweep has ended, or was killed
        os._exit(0)


def _serve(source: Any, say: Any) -> None:
    reference, pickled = pickle.load(source)
    try:
        kind = reference.load()
        task = pickle.loads(pickled)  # after the model is loaded: its own types may be among the parameters
    except GameTheoryError as error:
        say("error", error)
        return
    say("ready")
    while True:
        chunk = pickle.load(source)
        try:
            if task.vectorized:
                say("block", run_chunk(kind, task, chunk, lambda done, bad: None))
                continue
            for k in range(chunk.count):
                row = run_point(kind, task, chunk.start + k, chunk.point(k))
                say("row", row, failed(row))
        except GameTheoryError as error:
            say("error", error)


if __name__ == "__main__":
    main()
