"""Limits on a solve: seconds, iterations, and Ctrl-C.

A solver polls its `Budget` and, when it is spent, returns `LIMIT` with the best bound it has proved.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from gametheory.errors import UsageError

logger = logging.getLogger("gametheory")


@dataclass(frozen=True)
class Limits:
    """What one solve may spend.

    Attributes
    ----------
    seconds : float or None
        Wall-clock seconds, positive; None for no limit.
    iterations : int or None
        Iterations of the solver's own kind (pivots, rounds, nodes), positive; None for no limit.
    """

    seconds: float | None = None
    iterations: int | None = None

    def __post_init__(self) -> None:
        if self.seconds is not None and not self.seconds > 0:
            raise UsageError(f"a limit of {self.seconds} seconds is not positive")
        try:
            object.__setattr__(self, "seconds", None if self.seconds is None else float(self.seconds))
        except OverflowError:
            raise UsageError("the limit of seconds is too large a number", remedy="leave it out") from None
        if self.iterations is not None and self.iterations < 1:
            raise UsageError(f"a limit of {self.iterations} iterations is not positive")


class LimitReached(Exception):  # noqa: N818  (it is a signal to the solver, not an error)
    """The budget is spent; `str` says which part of it."""


class Budget:
    """What is left of the limits of one solve; polled by its solver."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.iterations = 0
        self.interrupted = False
        self._start = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since the solve began."""
        return time.monotonic() - self._start

    @property
    def seconds_left(self) -> float | None:
        """Seconds left, never negative; None for no limit."""
        return None if self.limits.seconds is None else max(0.0, self.limits.seconds - self.elapsed)

    @property
    def iterations_left(self) -> int | None:
        """Iterations left, never negative; None for no limit."""
        return None if self.limits.iterations is None else max(0, self.limits.iterations - self.iterations)

    def spent(self) -> str | None:
        """Say which limit is reached, or None."""
        if self.interrupted:
            return "interrupted"
        if self.limits.seconds is not None and self.elapsed >= self.limits.seconds:
            return f"time limit of {self.limits.seconds:g} seconds"
        if self.limits.iterations is not None and self.iterations >= self.limits.iterations:
            return f"limit of {self.limits.iterations} iterations"
        return None

    def check(self, iterations: int = 0) -> None:
        """Count iterations and raise `LimitReached` if a limit is reached."""
        self.iterations += iterations
        reason = self.spent()
        if reason is not None:
            raise LimitReached(reason)

    @contextmanager
    def watching_interrupt(self) -> Iterator[None]:
        """Turn the first Ctrl-C into a spent budget; a second one interrupts at once.

        Does nothing outside the main thread, where Python delivers no signals.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def on_interrupt(signum: int, frame: FrameType | None) -> None:
            if self.interrupted:
                raise KeyboardInterrupt
            self.interrupted = True
            logger.warning("stopping at the next safe point; interrupt again to stop at once")

        before = signal.signal(signal.SIGINT, on_interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
