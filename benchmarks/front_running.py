"""A million parameter points of the front-running game in one call, against one point at a time.

Run: python benchmarks/front_running.py
"""

from __future__ import annotations

import statistics
import time

import numpy as np

from gametheory_plugins.front_running import FrontRunning

PAIRS, SCALAR = 5, 4


def main() -> None:
    rng = np.random.default_rng(0)
    d = rng.random(10**6)
    u = rng.random(10**6) * (1 - d)
    wanted = ["branch", "equilibria"]
    for formulas in ("first_principles", "published"):
        FrontRunning.evaluate(rho_d=d[:2000], rho_u=u[:2000], formulas=formulas, results=wanted)  # compiled here
        batch, ratios = [], []
        for pair in range(PAIRS):
            began = time.perf_counter()
            FrontRunning.evaluate(rho_d=d, rho_u=u, formulas=formulas, results=wanted)
            batch.append(time.perf_counter() - began)
            began = time.perf_counter()
            for k in range(pair * SCALAR, (pair + 1) * SCALAR):
                FrontRunning(rho_d=float(d[k]), rho_u=float(u[k]), formulas=formulas).solve().require()
            ratios.append((time.perf_counter() - began) / SCALAR / (batch[-1] / d.size))
        print(
            f"{formulas:>16}: {statistics.median(batch):6.1f} s for 10^6 points; "
            f"one at a time takes {statistics.median(ratios):,.0f} times as long per point"
        )


if __name__ == "__main__":
    main()
