"""Optimal mechanisms: constraints added as they are violated, against the whole program in PuLP and in HiGHS.

One informed side of T types, gains from trade as the objective: building plus solving,

- with PuLP, every incentive constraint written out, solved by HiGHS;
- with every incentive constraint as arrays handed to HiGHS;
- with gametheory, the float certificate over all pairs of types included.

Each pair of runs follows one another in one process; medians of the pairs' ratios are printed. Then gametheory alone on
larger problems, and screening with two goods, where the constraints that bind are not between neighbours.

    python benchmarks/mechanism_lp.py [--pairs 5] [--sizes 50 100 200] [--alone 500 1000 2000] [--side 20]
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from fractions import Fraction
from importlib.metadata import version

import numpy as np

import gametheory as gt
from gametheory.mechanism import DecisionPolytope

SEED = 20240229


def one_sided(types: int, seed: int = SEED) -> dict[str, np.ndarray]:
    """Draw costs, the other side's values, and a prior: fractions of one denominator each."""
    rng = np.random.default_rng(seed)
    cost = np.sort(rng.choice(100 * types, types, replace=False))
    value = cost + rng.integers(-10 * types, 40 * types, types)
    weight = rng.integers(50, 150, types)

    def over(numbers: np.ndarray, unit: int) -> np.ndarray:
        return np.array([Fraction(int(n), int(unit)) for n in numbers], dtype=object)

    return {"cost": over(cost, 100 * types), "value": over(value, 100 * types), "prior": over(weight, weight.sum())}


def problem(cost: np.ndarray, value: np.ndarray, prior: np.ndarray) -> gt.MechanismProblem:
    return gt.MechanismProblem(
        agents=("seller", "buyer"),
        types=(tuple(f"t{i}" for i in range(len(cost))), ("buyer",)),
        prior=prior[:, None],
        decisions=("trade",),
        utility=np.stack([-cost, value])[:, :, None, None],
        transfers=("price",),
        transfer_utility=[[1], [-1]],
        weights=(prior, [1]),
        polytope=DecisionPolytope.box([0], [1]),
    )


def ours(cost: np.ndarray, value: np.ndarray, prior: np.ndarray) -> float:
    solution = gt.solve(problem(cost, value, prior)).require()
    assert solution.certificate.checked > len(cost) * (len(cost) - 1)
    return float(solution.results["value"])


def with_pulp(cost: np.ndarray, value: np.ndarray, prior: np.ndarray) -> float:
    import pulp

    types = range(len(cost))
    program = pulp.LpProblem("mechanism", pulp.LpMaximize)
    q = [pulp.LpVariable(f"q{t}", 0, 1) for t in types]
    y = [pulp.LpVariable(f"y{t}") for t in types]
    program += pulp.lpSum(prior[t] * (value[t] - cost[t]) * q[t] for t in types)
    for t in types:
        program += y[t] - cost[t] * q[t] >= 0
        for s in types:
            if s != t:
                program += y[t] - cost[t] * q[t] >= y[s] - cost[t] * q[s]
    program += pulp.lpSum(prior[t] * (value[t] * q[t] - y[t]) for t in types) >= 0
    program.solve(pulp.HiGHS(msg=False))
    assert pulp.LpStatus[program.status] == "Optimal"
    return float(pulp.value(program.objective))


def with_highs(cost: np.ndarray, value: np.ndarray, prior: np.ndarray) -> float:
    """Every row, built with numpy and handed over as arrays: columns q, then y."""
    n = len(cost)
    t, s = np.nonzero(~np.eye(n, dtype=bool))
    pairs = len(t)
    entries = np.column_stack([-cost[t], np.ones(pairs), cost[t], -np.ones(pairs)]).ravel()
    columns = np.column_stack([t, n + t, s, n + s]).ravel()
    stay = np.column_stack([-cost, np.ones(n)]).ravel()
    stay_columns = np.column_stack([np.arange(n), n + np.arange(n)]).ravel()
    return _highs(
        -np.concatenate([prior * (value - cost), np.zeros(n)]),
        np.concatenate([np.zeros(n), np.full(n, -np.inf)]),
        np.concatenate([np.ones(n), np.full(n, np.inf)]),
        np.concatenate([4 * np.arange(pairs), 4 * pairs + 2 * np.arange(n + 1), [4 * pairs + 4 * n]]),
        np.concatenate([columns, stay_columns, np.arange(2 * n)]),
        np.concatenate([entries, stay, prior * value, -prior]),
    )


def _highs(costs, lower, upper, starts, columns, entries) -> float:
    import highspy

    rows = len(starts) - 1
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(costs), rows
    program.col_cost_, program.col_lower_, program.col_upper_ = costs, lower, upper
    program.row_lower_, program.row_upper_ = np.zeros(rows), np.full(rows, np.inf)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_, program.a_matrix_.index_, program.a_matrix_.value_ = starts, columns, entries
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.passModel(program)
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return -solver.getObjectiveValue()


def screening(side: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw a buyer's values for two goods on a grid, and how many buyers there are of each."""
    grid = np.linspace(0.0, 1.0, side)
    first, second = (g.ravel() for g in np.meshgrid(grid, grid, indexing="ij"))
    weight = np.random.default_rng(SEED).uniform(0.5, 1.5, side * side)
    return np.stack([first, second], axis=1), weight / weight.sum()


def screening_ours(values: np.ndarray, prior: np.ndarray) -> gt.Solution:
    posed = gt.MechanismProblem(
        agents=("buyer",),
        types=(tuple(f"{a:.3f},{b:.3f}" for a, b in values),),
        prior=prior,
        decisions=("first", "second"),
        utility=values[None],
        transfers=("payment",),
        transfer_utility=[[-1]],
        designer_transfers=[1],
        polytope=DecisionPolytope.box([0, 0], [1, 1]),
    )
    return gt.solve(posed).require()


def screening_highs(values: np.ndarray, prior: np.ndarray) -> float:
    n = len(prior)
    t, s = np.nonzero(~np.eye(n, dtype=bool))
    pairs = len(t)
    ones = np.ones(pairs)
    entries = np.column_stack([values[t], -ones, -values[t], ones]).ravel()
    columns = np.column_stack([2 * t, 2 * t + 1, 2 * n + t, 2 * s, 2 * s + 1, 2 * n + s]).ravel()
    every = np.arange(n)
    stay = np.column_stack([values, -np.ones(n)]).ravel()
    stay_columns = np.column_stack([2 * every, 2 * every + 1, 2 * n + every]).ravel()
    return _highs(
        -np.concatenate([np.zeros(2 * n), prior]),
        np.concatenate([np.zeros(2 * n), np.full(n, -np.inf)]),
        np.concatenate([np.ones(2 * n), np.full(n, np.inf)]),
        np.concatenate([6 * np.arange(pairs), 6 * pairs + 3 * np.arange(n + 1)]),
        np.concatenate([columns, stay_columns]),
        np.concatenate([entries, stay]),
    )


def timed(run: Callable[[], object]) -> tuple[float, object]:
    began = time.perf_counter()
    result = run()
    return time.perf_counter() - began, result


def compare(name: str, peer: Callable[[], float], mine: Callable[[], float], pairs: int) -> float:
    """Time peer and ours one after the other, `pairs` times; print and return the median ratio."""
    ratios, theirs_seconds, ours_seconds = [], [], []
    for _ in range(pairs):
        theirs, expected = timed(peer)
        own, found = timed(mine)
        assert abs(found - expected) <= 1e-6 * max(1, abs(expected)), (name, found, expected)
        ratios.append(theirs / own)
        theirs_seconds.append(theirs)
        ours_seconds.append(own)
    ratio = statistics.median(ratios)
    print(
        f"{name:<44} {statistics.median(theirs_seconds):9.3f} s  ours {statistics.median(ours_seconds):7.4f} s"
        f"  ratio {ratio:7.1f}",
        flush=True,
    )
    return ratio


def exact_certificate(types: int) -> None:
    posed = problem(**one_sided(types))
    seconds, solution = timed(lambda: gt.solve(posed, exact=True))
    kind = "exact" if solution.exact else "float"
    solution = solution.require()
    checking, certificate = timed(lambda: gt.verify(posed, solution.answer, exact=solution.exact))
    assert certificate.ok
    print(f"T = {types:4d}: {kind} solve {seconds:7.3f} s, its {kind} certificate alone {checking:7.4f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="*", default=[50, 100, 200])
    parser.add_argument("--alone", type=int, nargs="*", default=[500, 1000, 2000])
    parser.add_argument("--side", type=int, default=20)
    given = parser.parse_args()
    packages = ", ".join(f"{p} {version(p)}" for p in ("gametheory", "highspy", "pulp", "numpy"))
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}; {packages}")
    print(f"medians of {given.pairs} pairs; ours includes the certificate over all pairs of types\n")

    # Once, so that no contender pays for imports.
    warm = {k: v.astype(float) for k, v in one_sided(4).items()}
    for run in (with_pulp, with_highs, ours):
        run(**warm)
    for types in given.sizes:
        arrays = {k: v.astype(float) for k, v in one_sided(types).items()}
        mine = lambda arrays=arrays: ours(**arrays)  # noqa: E731
        compare(f"T = {types}: PuLP + HiGHS", lambda arrays=arrays: with_pulp(**arrays), mine, given.pairs)
        compare(f"T = {types}: full program in HiGHS", lambda arrays=arrays: with_highs(**arrays), mine, given.pairs)
    print()
    for types in given.sizes:
        exact_certificate(types)
    print()
    for types in given.alone:
        arrays = {k: v.astype(float) for k, v in one_sided(types).items()}
        seconds = statistics.median(timed(lambda arrays=arrays: ours(**arrays))[0] for _ in range(given.pairs))
        print(f"T = {types:4d}: ours alone {seconds:7.3f} s ({types * (types - 1)} pairs certified)", flush=True)
    if given.side:
        print()
        values, prior = screening(given.side)
        solution = screening_ours(values, prior)
        index = solution.answer.multipliers.incentive_index
        steps = np.abs(values[index[:, 1]] - values[index[:, 2]]).max(axis=1) * (given.side - 1)
        name = f"two goods, {given.side} x {given.side} types: full in HiGHS"
        compare(
            name,
            lambda: screening_highs(values, prior),
            lambda: float(screening_ours(values, prior).results["value"]),
            given.pairs,
        )
        print(f"{len(index)} constraints have a multiplier, {int((steps > 1.5).sum())} of them beyond the next type")


if __name__ == "__main__":
    main()
