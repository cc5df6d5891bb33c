"""The engine called from other code, in a loop: what one solve costs, and what a point of a million costs.

Everything runs in one process, in turns with its peer, after one call of each that imports and compiles:

- `front_running`, a million points in one call of `FrontRunning.evaluate` (really made), beside the same model one
  point at a time: by `model.with_(...).solve().require()`, which builds the game, solves it in fractions and certifies
  it; by `evaluate` of one point; and, for the printed formulas, by those formulas alone in plain Python floats;
- a random 3 by 3 bimatrix game, all equilibria with their regrets; peer: nashpy, which certifies nothing;
- the linear program of `neutral_bargaining` with its dual; peer: HiGHS alone on the program, built beforehand;
- the model of the README; peer: its backward induction written out by hand.

    python benchmarks/embedding.py [--solves 200] [--points 1000000] [--pairs 5]

Medians over the pairs, in milliseconds for each solve, and medians of the pairs' ratios. Nothing is extrapolated: the
slower ways are timed at some of the million points only, and their times are for one solve.
"""

from __future__ import annotations

import argparse
import platform
import re
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import highspy
import nashpy
import numpy as np

import gametheory as gt
from gametheory.plugins import load_file
from gametheory_plugins.front_running import FrontRunning, published

ROOT = Path(__file__).parent.parent
SEED = 2006
FORMULAS = (published._sold_by_a, published._sold_by_d, published._loss_of_a, published._loss_of_d)


def timed(call: Callable[[int], object], solves: range) -> float:
    """Return milliseconds for each solve."""
    began = time.perf_counter()
    for k in solves:
        call(k)
    return (time.perf_counter() - began) / len(solves) * 1e3


def compare(
    name: str, ours: Callable[[int], object], peer_name: str, peer: Callable[[int], object], solves: int, pairs: int
) -> None:
    ours(0)
    peer(0)
    mine, theirs = [], []
    for pair in range(pairs):
        turn = range(pair * solves, (pair + 1) * solves)
        mine.append(timed(ours, turn))
        theirs.append(timed(peer, turn))
    ratio = statistics.median(m / t for m, t in zip(mine, theirs, strict=True))
    theirs_each = f"{peer_name} ({statistics.median(theirs):.4f} ms)"
    print(f"{name:44} {statistics.median(mine):9.3f} ms   {ratio:8.2f} times {theirs_each}", flush=True)


def highs_alone(model: gt.Model) -> Callable[[int], object]:
    """Return a call that solves the model's linear program with HiGHS and nothing else."""
    program = model.build().program().to_float()
    matrix = program.matrix.to_scipy().tocsr()
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = program.columns, program.rows
    lp.sense_ = highspy.ObjSense.kMaximize if program.sense == "max" else highspy.ObjSense.kMinimize
    lp.col_cost_ = program.objective
    lp.col_lower_, lp.col_upper_ = program.lower, program.upper
    lp.row_lower_, lp.row_upper_ = program.row_lower, program.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data

    def run(k: int) -> object:
        solver = highspy.Highs()
        solver.silent()
        solver.passModel(lp)
        solver.run()
        return solver.getSolution().col_value

    return run


def front_running(d: np.ndarray, u: np.ndarray, formulas: str, solves: int, pairs: int) -> None:
    """Time all points in one call, then some of them one by one."""
    model = gt.load("front_running", formulas=formulas)
    FrontRunning.evaluate(rho_d=d[:5000], rho_u=u[:5000], formulas=formulas)
    batch = []
    for _ in range(pairs):
        began = time.perf_counter()
        FrontRunning.evaluate(rho_d=d, rho_u=u, formulas=formulas)
        batch.append((time.perf_counter() - began) / d.size * 1e3)
    each = statistics.median(batch)
    print(f"front_running, {formulas}: {d.size} points in one call take {each * d.size / 1e3:.2f} s")

    def certified(k: int) -> object:
        return model.with_(rho_d=float(d[k]), rho_u=float(u[k])).solve().require()

    def point(k: int) -> object:
        return FrontRunning.evaluate(rho_d=float(d[k]), rho_u=float(u[k]), formulas=formulas)

    def plain(k: int) -> object:
        a, q = 0.6, 0.55
        at = float(d[k]), float(u[k]), a, q, (1 - float(u[k]) - float(d[k])) / (1 - float(d[k])) > 1 / (a + q)
        return [[f(*at) for f in cells.values()] for cells in FORMULAS]

    ways = {"with_(...).solve().require()": certified, "evaluate, one point a call": point}
    if formulas == "published":
        ways["the printed formulas alone, plain Python"] = plain
    took: dict[str, list[float]] = {name: [] for name in ways}
    for pair in range(pairs):
        for name, call in ways.items():
            took[name].append(timed(call, range(pair * solves, (pair + 1) * solves)))
    for name, times in took.items():
        median = statistics.median(times)
        print(f"  {name:42} {median:9.3f} ms   {median / each:8.0f} times a point of the one call", flush=True)


def entry_by_hand(monopoly: float, duopoly: float, war: float) -> tuple[str, ...]:
    """Return the path of the README's game."""
    reply, entrant = ("share", duopoly) if duopoly > war else ("fight", war)
    return ("in", reply) if entrant > 0 else ("out",)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--solves", type=int, default=200, help="solves in each run; a tenth of it for the game in stages"
    )
    parser.add_argument("--points", type=int, default=1_000_000, help="points of the one call that solves many")
    parser.add_argument("--pairs", type=int, default=5)
    told = parser.parse_args()
    packages = ", ".join(f"{name} {version(name)}" for name in ("gametheory", "numpy", "nashpy", "highspy"))
    print(f"{packages}; Python {platform.python_version()}, {platform.machine()}")

    warnings.simplefilter("ignore", RuntimeWarning)  # nashpy's, about numbers of equilibria that it finds even
    rng = np.random.default_rng(SEED)
    d = rng.random(told.points)
    u = rng.random(told.points) * (1 - d)
    for formulas, solves in (("first_principles", max(1, told.solves // 10)), ("published", told.solves)):
        front_running(d, u, formulas, solves, told.pairs)

    games = [rng.random((2, 3, 3)) for _ in range(told.pairs * told.solves + 1)]
    compare(
        "3 by 3 bimatrix, all equilibria",
        lambda k: gt.solve(gt.StrategicGame.from_arrays(*games[k])).require(),
        "nashpy",
        lambda k: list(nashpy.Game(*games[k]).support_enumeration()),
        told.solves,
        told.pairs,
    )
    bargaining = gt.load("neutral_bargaining", select="max_gains")
    compare(
        "neutral_bargaining, select=max_gains",
        lambda k: bargaining.with_(delta=1 + k % 7).solve().require(),
        "HiGHS alone",
        highs_alone(bargaining),
        told.solves,
        told.pairs,
    )
    entry = re.search(r"^cat > entry.py <<'EOF'\n(.*?)^EOF", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    assert entry is not None
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "entry.py").write_text(entry[1])
        deterrence = load_file(Path(folder) / "entry.py")()
    compare(
        "entry.py of the README, subgame perfect",
        lambda k: deterrence.with_(monopoly=4 + k % 7).solve().require(),
        "three lines of Python",
        lambda k: entry_by_hand(4 + k % 7, 1, -1),
        told.solves,
        told.pairs,
    )


if __name__ == "__main__":
    main()
