"""Neutral optima of random trades: seconds to an exact certificate, by number of types.

There is no peer to compare with; the distribution is printed instead: of the search for a certified mechanism, of the
whole solve with the default search for other payoffs, of the exact check, and what was said of uniqueness. Trades
follow the law of `tests.neutral_examples.random_trade`: distinct integer costs from 0..59, gains positive or mixed,
values monotone in cost or not, integer priors, powers 0, 1/4, 1/2, 3/4 and 1. Times are processor time of one thread.

    python benchmarks/neutral_optimum.py [--types 2 8] [--trades 25] [--seed 1983]
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
from collections import Counter
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from gametheory.mechanism.neutral.solver import neutral_optimum
from gametheory.mechanism.neutral.verify import verify

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.neutral_examples import random_trade


def timed(action: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    result = action()
    return time.process_time() - began, result


def spread(seconds: list[float]) -> str:
    median, ninetieth, most = np.quantile(seconds, [0.5, 0.9, 1.0])
    return f"{median:7.3f} {ninetieth:7.3f} {most:7.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--types", type=int, nargs=2, default=(2, 8), metavar=("FROM", "TO"))
    parser.add_argument("--trades", type=int, default=25, help="trades for each number of types")
    parser.add_argument("--seed", type=int, default=1983)
    given = parser.parse_args()
    print(
        f"Python {platform.python_version()}, highspy {version('highspy')}, {given.trades} trades each, "
        "seconds (median, 90%, most)"
    )
    print(f"{'types':>5} | {'search':^23} | {'with uniqueness':^23} | {'exact check':^23} | unique payoffs")
    neutral_optimum(random_trade(np.random.default_rng(0), 2))  # imports
    for types in range(given.types[0], given.types[1] + 1):
        rng = np.random.default_rng([given.seed, types])
        searches, solves, checks, said = [], [], [], Counter[str]()
        for _ in range(given.trades):
            trade = random_trade(rng, types)
            searches.append(timed(lambda trade=trade: neutral_optimum(trade, uniqueness=0))[0])
            seconds, answer = timed(lambda trade=trade: neutral_optimum(trade))
            solves.append(seconds)
            seconds, certificate = timed(lambda trade=trade, answer=answer: verify(trade, answer, exact=True))
            checks.append(seconds)
            assert certificate.ok and certificate.exact, certificate.violations
            said[{True: "yes", False: "no", None: "undecided"}[answer.payoffs_unique]] += 1
        counts = ", ".join(f"{word} {said[word]}" for word in ("yes", "no", "undecided") if said[word])
        print(f"{types:5} | {spread(searches)} | {spread(solves)} | {spread(checks)} | {counts}", flush=True)


if __name__ == "__main__":
    main()
