"""A progress bar on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: Seconds before a progress bar appears.
QUIET = 1.0


@contextmanager
def progress_bar(title: str, things: str = "points") -> Iterator[Callable[[int, int, int], None] | None]:
    """Show a bar with the rate and the time left, on a terminal, once a second has passed.

    Parameters
    ----------
    title : str
        What stands before the bar.
    things : str
        What is counted.

    Yields
    ------
    callable or None
        ``report(done, total, failed)``; None where there is no terminal.
    """
    if not sys.stderr.isatty():
        yield None
        return
    import time

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]}"),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,  # it is redirected already, and would be put back wrongly
        redirect_stderr=False,
    )
    began = time.monotonic()
    task = bar.add_task(title, total=None, rate="", failed="")
    shown = False

    def report(done: int, total: int, failed: int) -> None:
        nonlocal shown
        spent = time.monotonic() - began
        if spent < QUIET:
            return
        if not shown:
            bar.start()
            shown = True
        lost = f"{failed} failed" if failed else ""
        bar.update(task, completed=done, total=total, rate=f"{done / spent:,.3g} {things}/s", failed=lost)

    try:
        yield report
    finally:
        if shown:
            bar.stop()
