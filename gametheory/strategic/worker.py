"""What runs in a process of its own: the solvers of other packages, which do not look at a clock.

Requests come as lines of JSON on standard input, replies go as lines of JSON to what was standard output. Numbers are
JSON numbers where they are floats, and text such as ``"1/3"`` where they are exact.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any


def nash_of_table(text: str, algorithm: str) -> Iterator[Any]:
    """Yield pygambit's equilibria of an ``.nfg`` game: probabilities [players][strategies]."""
    import pygambit

    game = pygambit.read_nfg(io.StringIO(text))
    first = game
    if algorithm in ("liap", "simpdiv"):
        first = game.mixed_strategy_profile(rational=algorithm == "simpdiv")
    for profile in getattr(pygambit.nash, f"{algorithm}_solve")(first).equilibria:
        yield [[_plain(profile[strategy]) for strategy in player.strategies] for player in game.players]


def nash_of_tree(text: str, algorithm: str) -> Iterator[Any]:
    """Yield pygambit's equilibria of an ``.efg`` game: for each information set its label and probabilities."""
    import pygambit

    game = pygambit.read_efg(io.StringIO(text))
    first = game.mixed_strategy_profile(rational=False) if algorithm == "liap" else game
    for profile in getattr(pygambit.nash, f"{algorithm}_solve")(first).equilibria:
        if hasattr(profile, "as_behavior"):
            profile = profile.as_behavior()
        yield [
            [infoset.label, [_plain(profile[action]) for action in infoset.actions]]
            for player in game.players
            for infoset in player.infosets
        ]


def logit(text: str, rationality: float) -> Iterator[Any]:
    """Yield pygambit's logit quantal response equilibrium of an ``.nfg`` game: probabilities [players][strategies]."""
    import pygambit
    from pygambit.qre import logit_solve_lambda

    game = pygambit.read_nfg(io.StringIO(text))
    profile = logit_solve_lambda(game, rationality, use_strategic=True)[0].profile
    yield [[float(profile[strategy]) for strategy in player.strategies] for player in game.players]


def nashpy(payoffs: list[Any], algorithm: str, **options: Any) -> Iterator[Any]:
    """Yield nashpy's equilibria of two payoff matrices: probabilities [players][strategies]."""
    import nashpy as package
    import numpy as np

    warnings.simplefilter("ignore")  # nashpy warns of degeneracy; the certificate says what holds
    found = getattr(package.Game(*payoffs), algorithm)(**options)
    for profile in [found] if algorithm == "lemke_howson" else found:
        yield [np.asarray(row, dtype=np.float64).tolist() for row in profile]


TASKS: dict[str, Callable[..., Iterator[Any]]] = {
    "nash_of_table": nash_of_table,
    "nash_of_tree": nash_of_tree,
    "logit": logit,
    "nashpy": nashpy,
}


def _plain(value: Any) -> str | float:
    return float(value) if isinstance(value, float) else str(value)


def _end_with_parent() -> None:
    """Ask Linux to end this process when the one that started it ends, even in the middle of compiled code."""
    if sys.platform == "linux":
        import ctypes

        set_death_signal = 1
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL)


def main() -> None:
    """Answer requests until there are no more."""
    _end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that waits, which ends this one
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a package prints is no reply

    def reply(**held: Any) -> None:
        replies.write(json.dumps(held) + "\n")
        replies.flush()

    for line in sys.stdin:
        request = json.loads(line)
        try:
            for found in TASKS[request["task"]](**request["arguments"]):
                reply(found=found)
        except BrokenPipeError:
            return
        except Exception as error:  # whatever a package raises is told to the process that waits
            said = next(iter(str(error).strip().splitlines()), "")  # some go on for pages
            known = isinstance(error, RuntimeError | ValueError) and said
            reply(failed=known or f"{type(error).__name__}: {said}")
        else:
            reply(done=True)


if __name__ == "__main__":
    main()
