"""Search markets: meetings a second, and densities against direct quadrature of the product formula.

The simulation's loop is timed through the public solver, draws and statistics included: exposures only (one asset) and
with every bank's positions (three assets). The density is timed at the same points, once by the trapezoidal sums of
`ExposureLaw` and once by scipy's adaptive quadrature of the inverse Fourier integral, the infinite product multiplied
out until its factors are 1; both are compared with a reference in 40 digits, and the quadrature is asked for all the
accuracy it can give, which is less. All times are processor time of the one thread. Pairs of runs follow one another in
one process; medians of the pairs' ratios are printed.

    python benchmarks/search_market.py [--agents 10000] [--meetings 20000000] [--pairs 5]
"""

from __future__ import annotations

import argparse
import math
import platform
import statistics
import time
from decimal import Decimal, getcontext
from importlib.metadata import version

import numpy as np
from scipy.integrate import quad

import gametheory as gt
from gametheory.equilibrium.law import _near_nodes, _shifted_nodes

POINTS = np.linspace(-4, 4, 41)


def meetings_a_second(assets: int, portfolios: bool, agents: int, meetings: int) -> float:
    market = gt.SearchMarket("1/20", 1, "3/10", 1, [1, 2, 3][:assets], [1, "1/2", 2][:assets])
    batches = max(2, round(meetings / (5 * agents)) - 1)
    told = {"concept": "simulation", "agents": agents, "streams": 1, "portfolios": portfolios}
    gt.solve(market, batches=2, seed=1, **{**told, "agents": 30_000})  # compile
    began = time.process_time()
    solution = gt.solve(market, batches=batches, seed=1, **told).require()
    return solution.answer.meetings / (time.process_time() - began)


def product(z: float) -> float:
    total = 0.0
    for k in range(60):
        total -= 2.0**k * math.log1p(z * z / 4.0 ** (k + 1))
    return math.exp(total)


def by_quadrature(points: np.ndarray, accuracy: float) -> np.ndarray:
    found = []
    for t in points:
        weight = {} if t == 0 else {"weight": "cos", "wvar": abs(t)}
        value, _ = quad(product, 0, 16, epsabs=accuracy, epsrel=accuracy, limit=500, **weight)
        found.append(value / math.pi)
    return np.array(found)


def reference(points: np.ndarray) -> np.ndarray:
    """The same integral as a trapezoidal sum in 40 digits: its error falls as exp(-4 pi / step)."""
    getcontext().prec = 40
    step = Decimal("0.125")
    nodes = [step * k for k in range(1, 330)]
    weights = []
    for z in nodes:
        total = sum(-(2**k) * (1 + z * z / 4 ** (k + 1)).ln() for k in range(80))
        weights.append(total.exp())
    circle = Decimal("3.141592653589793238462643383279502884197")
    found = []
    for t in points:
        waves = [Decimal(math.cos(float(z) * t)) for z in nodes]
        total = sum((w * c for w, c in zip(weights, waves, strict=True)), Decimal("0.5"))
        found.append(float(total * step / circle))
    return np.array(found)


def densities(pairs: int) -> tuple[float, float, float, float, float]:
    truth = reference(POINTS)
    law = gt.ExposureLaw(1.0)
    ours, theirs, ratios = [], [], []
    for _ in range(pairs):
        _near_nodes.cache_clear()
        _shifted_nodes.cache_clear()
        began = time.process_time()
        fast = law.density(POINTS)
        middle = time.process_time()
        slow = by_quadrature(POINTS, 1e-13)
        ended = time.process_time()
        ours.append(middle - began)
        theirs.append(ended - middle)
        ratios.append((ended - middle) / (middle - began))
    errors = [float(np.max(np.abs(found / truth - 1))) for found in (fast, slow)]
    return statistics.median(ours), statistics.median(theirs), statistics.median(ratios), *errors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=10_000)
    parser.add_argument("--meetings", type=int, default=20_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    told = parser.parse_args()
    names = ("gametheory", "numpy", "scipy", "numba")
    print(platform.processor() or platform.machine(), *(f"{n} {version(n)}" for n in names), sep=", ")
    for label, assets, portfolios in (("exposures only", 1, False), ("full portfolios", 3, True)):
        rates = [meetings_a_second(assets, portfolios, told.agents, told.meetings) for _ in range(told.pairs)]
        low, middle, high = min(rates) / 1e6, statistics.median(rates) / 1e6, max(rates) / 1e6
        print(f"{label}, {assets} asset{'s' * (assets > 1)}, {told.agents} banks, one core:")
        print(f"  {middle:.1f} million meetings a second of processor time ({low:.1f} to {high:.1f})")
    ours, theirs, ratio, error, other = densities(told.pairs)
    print(f"density at {len(POINTS)} points: ours {ours * 1e3:.2f} ms, largest relative error {error:.1e}")
    print(f"  adaptive quadrature of the product {theirs * 1e3:.0f} ms, largest relative error {other:.1e}")
    print(f"  ratio {ratio:.0f}")


if __name__ == "__main__":
    main()
