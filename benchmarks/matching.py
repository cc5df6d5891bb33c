"""Matching: deferred acceptance, the assignment game and the roommate game beside what else one could use.

Run with ``python benchmarks/matching.py [--quick]``. Ratios are medians over pairs of runs taken in turns, so that a
busy machine slows both alike. The `matching` package is used if it is installed (``pip install matching``).
Every certificate is checked, and its seconds are printed apart.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time
from pathlib import Path

import numpy as np

from gametheory.matching import AssignmentGame, MatchingMarket, RoommateGame, assignment_core, roommate_program
from gametheory.matching import deferred_acceptance as deferred
from gametheory.matching import sorted_pairs as pairs
from gametheory.matching.verify import verify
from gametheory.solvers import Options


def timed(function):
    began = time.perf_counter()
    result = function()
    return time.perf_counter() - began, result


def repeated(function, least=0.05):
    """Return mean seconds of a function that is too fast to be timed once, after a first run."""
    function()
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < least:
        function()
        count += 1
    return (time.perf_counter() - began) / count


def in_turns(runs, theirs, ours):
    """Return median seconds of both and the median of the ratios theirs / ours."""
    seconds = [(timed(theirs)[0], timed(ours)[0]) for _ in range(runs)]
    first, second = zip(*seconds, strict=True)
    return statistics.median(first), statistics.median(second), statistics.median(a / b for a, b in seconds)


def median(runs, function):
    return statistics.median(timed(function)[0] for _ in range(runs))


def certified(form, answer, concept, exact=True):
    certificate = verify(form, answer, exact=exact, concept=concept)
    assert certificate.ok, certificate
    return certificate


def line(name, *cells):
    print(f"{name:<66}" + "".join(f"{cell:>16}" for cell in cells), flush=True)


def against_matching(sizes, runs):
    here = Path(__file__).resolve().parent  # this file has the package's name
    sys.path[:] = [p for p in sys.path if Path(p).resolve() != here]
    try:
        from matching.games import StableMarriage
    except ImportError:
        line("the package `matching` is not installed: nothing to compare with")
        return
    sys.setrecursionlimit(1_000_000)  # it copies its players recursively
    line("deferred acceptance beside `matching`", "theirs s", "ours s", "ratio")
    for n in sizes:
        draws = np.random.default_rng(n)
        first, second = ([draws.permutation(n).tolist() for _ in range(n)] for _ in range(2))
        arrays = np.array(first, dtype=np.int32), np.array(second, dtype=np.int32)

        def theirs(first=first, second=second):
            return StableMarriage.create_from_dictionaries(dict(enumerate(first)), dict(enumerate(second)))

        def ours(lists):
            market = MatchingMarket.from_arrays(*lists)
            answer = deferred.solve(market, Options()).answer
            certified(market, answer, "stable")
            return answer

        found = {suitor.name: reviewer.name for suitor, reviewer in theirs().solve().items()}
        assert list(ours((first, second)).assignment) == [found[i] for i in range(n)]
        market = MatchingMarket.from_arrays(*arrays)
        whole = (
            ("the same Python lists, with form and certificate", lambda lists=(first, second): ours(lists)),
            ("only adding up all entries of those lists", lambda lists=first + second: sum(map(sum, lists))),
            ("as arrays, with form and certificate", lambda lists=arrays: ours(lists)),
        )
        seconds = {name: [] for name, _ in whole}
        alone = []
        for _ in range(runs):
            building, game = timed(theirs)
            solving, _ = timed(game.solve)
            alone.append((solving, repeated(lambda m=market: deferred.solve(m, Options()))))
            for name, function in whole:
                seconds[name].append((building + solving, repeated(function)))
        for name, pairs_of_runs in (*seconds.items(), ("solving alone", alone)):
            a, b = (statistics.median(column) for column in zip(*pairs_of_runs, strict=True))
            ratio = statistics.median(one / two for one, two in pairs_of_runs)
            line(f"  n = {n}, {name}", f"{a:.4f}", f"{b:.5f}", f"{ratio:.0f}")


def large_markets(n, students, runs):
    draws = np.random.default_rng(0)
    ranks = [np.array([draws.permutation(n) for _ in range(n)], dtype=np.int32) for _ in range(2)]

    def run(build, ranks=ranks):
        market = build(*ranks)
        certified(market, deferred.solve(market, Options()).answer, "stable")

    line("deferred acceptance alone, certificate included", "seconds")
    line(f"  n = {n} complete, from rank arrays", f"{median(runs, lambda: run(MatchingMarket.from_ranks)):.3f}")
    line(f"  n = {n} complete, from arrays of lists", f"{median(runs, lambda: run(MatchingMarket.from_arrays)):.3f}")
    lists = [matrix.tolist() for matrix in ranks]
    seconds = median(min(runs, 3), lambda lists=lists: run(MatchingMarket.from_arrays, lists))
    line(f"  n = {n} complete, from Python lists", f"{seconds:.3f}")
    del ranks, lists
    schools = max(10, students // 1000)
    listed = np.argsort(draws.random((students, min(40, schools))), axis=1)[:, :10]
    targets = ((draws.integers(0, schools, students)[:, None] + listed) % schools).astype(np.int32)
    order = np.argsort(targets.ravel(), kind="stable")
    applicants = (order // 10)[np.lexsort((draws.random(order.size), targets.ravel()[order]))]
    ends = np.concatenate([[0], np.cumsum(np.bincount(targets.ravel(), minlength=schools))])
    from gametheory.matching.preferences import PreferenceLists

    quotas = np.full(schools, int(0.9 * students / schools))

    def many():
        first = PreferenceLists.from_matrix(targets, schools)
        second = PreferenceLists(ends, applicants, None, students)
        market = MatchingMarket(first, second, quotas, priorities=True)
        built = time.perf_counter()
        answer = deferred.solve(market, Options()).answer
        solved = time.perf_counter()
        certified(market, answer, "stable")
        return built, solved, time.perf_counter()

    parts = []
    for _ in range(runs):
        began = time.perf_counter()
        built, solved, checked = many()
        parts.append((built - began, solved - built, checked - solved, checked - began))
    form, solve, check, total = (statistics.median(p) for p in zip(*parts, strict=True))
    line(
        f"  many-to-one, {students:,} students, lists of 10",
        f"{total:.3f}",
        f"form {form:.3f}",
        f"solve {solve:.3f}",
        f"check {check:.3f}",
    )


def assignment_games(sizes, runs):
    from scipy.optimize import linear_sum_assignment

    line("assignment game beside scipy's linear_sum_assignment", "theirs s", "ours s", "ours / theirs", "certificate s")
    for n in sizes:
        draws = np.random.default_rng(n)
        uniform = draws.random((n, n))
        common = draws.random(n)[:, None] + draws.random(n)[None, :] + 0.5 * draws.random((n, n))
        for name, surplus in (
            ("uniform", uniform),
            ("integers to 1000", (1000 * uniform).astype(np.int64)),
            ("common values", common),
        ):
            if name == "common values" and n > 1000:
                continue  # a minute for either side
            game = AssignmentGame(surplus)
            answer = assignment_core.solve(game, Options()).answer
            rows, columns = linear_sum_assignment(surplus, maximize=True)
            ours = surplus[answer.buyers, answer.sellers].sum()
            assert abs(ours - surplus[rows, columns].sum()) < 1e-9 * n

            def theirs(surplus=surplus):
                return linear_sum_assignment(surplus, maximize=True)

            a, b, ratio = in_turns(runs, theirs, lambda s=surplus: assignment_core.solve(AssignmentGame(s), Options()))
            exact = surplus.dtype.kind == "i"
            check = median(1, lambda g=game, x=answer, e=exact: certified(g, x, "core", e))
            line(
                f"  n = {n}, {name}, both ends of the core", f"{a:.4f}", f"{b:.4f}", f"{1 / ratio:.2f}", f"{check:.3f}"
            )


def roommate_games(traders, sizes, runs):
    draws = np.random.default_rng(1)
    types = draws.random(traders)
    warm = RoommateGame.separable(types[:200_000], 1.0, 0.2)
    certified(warm, pairs.solve_separable(warm, Options()).answer, "core", False)

    def ours():
        return pairs.solve_separable(RoommateGame.separable(types, 1.0, 0.2), Options())

    line("roommate game, separable surplus, beside numpy.sort", "sort s", "ours s", "ours / sort", "certificate s")
    a, b, ratio = in_turns(runs, lambda: np.sort(types), ours)
    game = RoommateGame.separable(types, 1.0, 0.2)
    answer = ours().answer
    check = median(1, lambda: certified(game, answer, "core", False))
    line(f"  {traders:,} traders", f"{a:.3f}", f"{b:.3f}", f"{1 / ratio:.2f}", f"{check:.3f}")
    line("  largest memory so far, GB", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f}")
    line("roommate game: sorting beside the linear program", "program s", "sorting s", "difference")
    for n in sizes:
        game = RoommateGame.separable(draws.random(n), 1.0, 0.2)
        dense = RoommateGame(game.matrix())
        slow, found = timed(lambda g=dense: roommate_program.solve(g, Options()).answer)
        fast, answer = timed(lambda g=game: pairs.solve_separable(g, Options()).answer)
        certified(dense, found, "core", False)
        gap = abs(found.payoffs.sum() - answer.payoffs.sum())
        line(f"  n = {n}", f"{slow:.3f}", f"{fast:.5f}", f"{gap:.1e}")
    odd = RoommateGame.separable(draws.random(101), 1.0, 0.2)
    for form in (odd, RoommateGame(odd.matrix())):
        solve = pairs.solve_separable if form.is_separable else roommate_program.solve
        outcome = solve(form, Options())
        certificate = certified(form, outcome.answer, "core", False)
        line(f"  n = 101 by {solve.__module__.rsplit('.', 1)[1]}", outcome.termination, certificate.kind)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, one run each")
    quick = parser.parse_args().quick
    runs = 1 if quick else 5
    # First, because the largest memory of a process never falls.
    roommate_games(200_000 if quick else 10_000_000, (40,) if quick else (100, 200, 400), runs)
    against_matching((100,) if quick else (200, 400), runs)
    large_markets(500 if quick else 5000, 20_000 if quick else 1_000_000, runs)
    assignment_games((200,) if quick else (500, 1000, 2000), runs)


if __name__ == "__main__":
    main()
