"""Clearing an order book: sorting in integers, against the linear program in HiGHS and a bare sort in numpy floats.

The same bids three times: lots and ticks (integers), decimals (floats of few digits) and floats of all digits; each
cleared by gametheory, by default and with exact answers, its certificate included, by the linear program "place the
supply at the least total yield" handed to HiGHS as arrays, and by argsort and cumsum without any certificate. Each pair
of runs follows one another in one process; medians of the pairs' ratios are printed.

    python benchmarks/auctions_clearing.py [--bids 1000000] [--program-bids 5000] [--pairs 5]
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
from collections.abc import Callable
from importlib.metadata import version

import numpy as np

import gametheory as gt

SEED = 20211111


def books(bids: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(SEED)
    return {
        "lots and ticks": (rng.integers(1, 1000, bids), rng.integers(300, 600, bids)),
        "decimals": (rng.integers(1, 100_000, bids) / 1000, rng.integers(300_000, 600_000, bids) / 1e6),
        "all digits": (rng.random(bids), rng.random(bids)),
    }


def ours(quantities: np.ndarray, limits: np.ndarray, supply: float, exact: bool = False) -> float:
    solution = gt.solve(gt.OrderBook(quantities, limits, supply), exact=exact).require()
    return float(solution.answer.stop_out)


def bare(quantities: np.ndarray, limits: np.ndarray, supply: float) -> float:
    order = np.argsort(limits)
    return float(limits[order[np.searchsorted(np.cumsum(quantities[order]), supply)]])


def program(quantities: np.ndarray, limits: np.ndarray, supply: float) -> float:
    import highspy

    count = len(quantities)
    highs = highspy.Highs()
    highs.silent()
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = count, 1
    lp.col_cost_ = limits.astype(float)
    lp.col_lower_, lp.col_upper_ = np.zeros(count), quantities.astype(float)
    lp.row_lower_ = lp.row_upper_ = np.array([float(supply)])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.array([0, count])
    lp.a_matrix_.index_ = np.arange(count)
    lp.a_matrix_.value_ = np.ones(count)
    highs.passModel(lp)
    highs.run()
    return float(highs.getSolution().row_dual[0])


def timed(call: Callable[..., float], *book: object) -> tuple[float, float]:
    began = time.perf_counter()
    value = call(*book)
    return time.perf_counter() - began, value


def compare(name: str, bids: int, pairs: int, peer_name: str, peer: Callable[..., float]) -> None:
    quantities, limits = books(bids)[name]
    supply = (quantities.sum() / 3).item()
    book = (quantities, limits, int(supply) if quantities.dtype.kind == "i" else round(supply, 3))
    ours(*book)  # imports
    for exact in (False, True):
        times, ratios = [], []
        for _ in range(pairs):
            mine, found = timed(ours, *book, exact)
            theirs, expected = timed(peer, *book)
            assert abs(found - expected) < 1e-6 * max(1, abs(found)), (found, expected)
            times.append(mine)
            ratios.append(theirs / mine)
        mine, ratio = statistics.median(times), statistics.median(ratios)
        how = "exactly" if exact else "by default"
        print(f"{name:15} {bids:8} bids {how:10}: {mine:.3f} s, certified; {peer_name} takes {ratio:.2f} times as long")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bids", type=int, default=1_000_000)
    parser.add_argument("--program-bids", type=int, default=5_000, help="bids for the linear program")
    parser.add_argument("--pairs", type=int, default=5)
    arguments = parser.parse_args()
    versions = ", ".join(f"{name} {version(name)}" for name in ("gametheory", "numpy", "highspy"))
    print(f"{versions}; Python {platform.python_version()}, {platform.machine()}")
    for name in books(1):
        compare(name, arguments.program_bids, arguments.pairs, "HiGHS", program)
        compare(name, arguments.bids, arguments.pairs, "bare numpy", bare)


if __name__ == "__main__":
    main()
