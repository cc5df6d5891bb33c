"""A sweep of the front-running game to a file, against its bare arrays: what labels, checks and chunks cost.

Run: python benchmarks/sweep.py
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

import gametheory as gt
from gametheory_plugins.front_running import FrontRunning

PAIRS, SIDE = 5, 400


def main() -> None:
    rate = np.linspace(0, 0.5, SIDE)
    gt.sweep("front_running", rho_d=[0.1], rho_u=[0.1])  # compiled here
    for suffix in (".nc", ".parquet"):
        swept, ratios = [], []
        for _ in range(PAIRS):
            with tempfile.TemporaryDirectory() as folder:
                began = time.perf_counter()
                gt.sweep("front_running", rho_d=rate, rho_u=rate, output=Path(folder) / f"out{suffix}")
                swept.append(time.perf_counter() - began)
            began = time.perf_counter()
            FrontRunning.evaluate(rho_d=rate[:, None], rho_u=rate)
            ratios.append(swept[-1] / (time.perf_counter() - began))
        print(
            f"{suffix:>9}: {statistics.median(swept):5.1f} s for {SIDE**2:,} points and all results; "
            f"{statistics.median(ratios):.1f} times the bare arrays"
        )


if __name__ == "__main__":
    main()
