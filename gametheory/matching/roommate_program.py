"""The core of a roommate game by linear programming: pairs first, then odd sets where they are needed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from gametheory import tolerances
from gametheory.limits import LimitReached
from gametheory.linear import LinearProgram, SparseMatrix
from gametheory.matching.game_data import Array
from gametheory.matching.roommate_game import RoommateGame
from gametheory.matching.transfers import CoreAllocation, EmptyCore
from gametheory.numbers import exact_array, float_array
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options

#: Agents above which a program with one column per pair is refused.
MOST_AGENTS = 1_500


def refuses(game: RoommateGame, options: Options) -> str | None:
    """Say why the program does not apply: too many pairs."""
    if len(game) > MOST_AGENTS:
        return f"one column per pair of {len(game)} agents is too many (at most {MOST_AGENTS}); use 'sorting'"
    return None


def solve(game: RoommateGame, options: Options) -> Outcome:
    """Find payoffs in the core, or evidence that it is empty.

    The program over pairs has stable payoffs as its dual; they are in the core exactly if its value is that of a
    matching. Where its optimum is fractional, odd-set constraints are added until the optimum is a matching (Edmonds
    1965): if its value is the same, the core holds the first dual's payoffs; if it is less, the core is empty.
    Masses of types always have a core.
    """
    exactly = options.exact and game.function is None
    search = _Search(game, exactly, options)
    try:
        return search.masses() if game.masses is not None else search.individuals()
    except LimitReached as reached:
        return Outcome(Termination.LIMIT, None, message=str(reached))
    except _ProgramFailedError as failure:
        return Outcome(Termination.FAILED, None, message=str(failure))


class _ProgramFailedError(Exception):
    """A linear program that is feasible and bounded was not solved."""


class _Search:
    """The columns of the program (pairs worth something), and its solutions with odd sets added."""

    def __init__(self, game: RoommateGame, exactly: bool, options: Options) -> None:
        self.game, self.options = game, options
        self.count = len(game)
        self.convert = exact_array if exactly else float_array
        surplus = self.convert(game.matrix(exactly=exactly))
        rows, columns = np.triu_indices(self.count, 0 if game.masses is not None else 1)
        worth = surplus[rows, columns]
        gainful = np.asarray(worth > 0, dtype=bool)
        self.first, self.second, self.worth = rows[gainful], columns[gainful], worth[gainful]
        self.exact = exactly

    def solve(self, limits: Array, sets: list[Array]) -> tuple[Array, Array, Any]:
        """Return amounts of the pairs, dual prices of agents then sets, and the value."""
        from gametheory.linear.highs import solve as solve_program

        size = self.first.size
        rows = [self.first, self.second]
        columns = [np.arange(size)] * 2
        for k, members in enumerate(sets):
            inside = np.flatnonzero(np.isin(self.first, members) & np.isin(self.second, members))
            rows.append(np.full(inside.size, self.count + k))
            columns.append(inside)
        row, column = np.concatenate(rows), np.concatenate(columns)
        ones = np.ones(row.size, dtype=np.int64 if self.exact else np.float64)
        matrix = SparseMatrix.from_coo(row, column, ones, (self.count + len(sets), size))
        bounds = [*limits.tolist(), *((m.size - 1) // 2 if self.exact else (m.size - 1) / 2 for m in sets)]
        program = LinearProgram.build("max", self.worth.tolist(), at_most=(matrix, bounds))
        outcome = solve_program(program, self.options)
        if outcome.termination is Termination.LIMIT:
            raise LimitReached(outcome.message)
        if outcome.termination is not Termination.SOLVED:
            raise _ProgramFailedError(outcome.message or "the linear program was not solved")
        self.exact_now = outcome.exact
        found: Any = outcome.answer
        return found.primal, found.row_dual, found.objective

    def masses(self) -> Outcome:
        """Solve with masses of types: the dual is in the core."""
        if self.first.size == 0:
            nothing = np.empty(0, dtype=np.int64)
            zero = self.convert(np.zeros(self.count, dtype=np.int64))
            return Outcome(Termination.SOLVED, CoreAllocation(nothing, nothing, zero[:0], zero), exact=self.exact)
        limits = self.convert(self.game.masses)
        amounts, prices, _ = self.solve(limits, [])
        used = np.asarray(amounts > self._small(amounts), dtype=bool)
        answer = CoreAllocation(self.first[used], self.second[used], amounts[used], prices)
        return Outcome(Termination.SOLVED, answer, exact=self.exact_now)

    def individuals(self) -> Outcome:
        """Solve with individuals: compare the program over pairs with the one over matchings."""
        ones = self.convert(np.ones(self.count, dtype=np.int64))
        if self.first.size == 0:
            nothing = np.empty(0, dtype=np.int64)
            return Outcome(Termination.SOLVED, CoreAllocation(nothing, nothing, None, ones * 0), exact=self.exact)
        amounts, payoffs, value = self.solve(ones, [])
        exactly = self.exact_now
        sets: list[Array] = []
        now, prices, best = amounts, payoffs, value
        while not self._whole(now):
            self.options.budget.check(1)
            violated = self._odd_sets(now, prices, sets)
            if not violated:
                raise _ProgramFailedError("no odd set separates a fractional matching")
            sets += violated
            now, prices, best = self.solve(ones, sets)
        slack = 0 if exactly else tolerances.GAP * max(1.0, abs(float(value)))
        if value - best <= slack:
            chosen = np.asarray(now > Fraction(1, 2), dtype=bool)
            answer: Any = CoreAllocation(self.first[chosen], self.second[chosen], None, payoffs)
            return Outcome(Termination.SOLVED, answer, exact=exactly)
        used = np.asarray(amounts > self._small(amounts), dtype=bool)
        offsets = np.concatenate([[0], np.cumsum([s.size for s in sets])])
        answer = EmptyCore(
            self.first[used],
            self.second[used],
            amounts[used],
            prices[: self.count],
            offsets,
            np.concatenate(sets),
            prices[self.count :],
        )
        # Some set has a price, or both programs would be worth the same.
        blame = min((s for s, p in zip(sets, answer.set_prices, strict=True) if p > slack), key=len, default=sets[0])
        names = ", ".join(self.game.name(int(a)) for a in blame[:10]) + (", ..." if len(blame) > 10 else "")
        said = f"fractional pairs are worth {value}, the best matching {best}; odd set: {names}"
        return Outcome(Termination.NONE_EXISTS, answer, exact=exactly and self.exact_now, message=said)

    def _small(self, amounts: Array) -> Any:
        return 0 if amounts.dtype == object else 1e-9

    def _whole(self, amounts: Array) -> bool:
        if amounts.dtype == object:
            return all(a.denominator == 1 for a in amounts)
        return bool((np.abs(amounts - np.round(amounts)) < 1e-7).all())

    def _odd_sets(self, amounts: Array, prices: Array, known: list[Array]) -> list[Array]:
        """Return odd sets within which the pairs add up to more than half the size rounded down.

        First the connected parts of the pairs that are just paid for (any of them may be in an optimum, so one set
        answers all its odd cycles at once) and of the fractional pairs; if none will do, a least odd cut (Padberg
        and Rao 1982).
        """
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        small = 1e-7
        values, levels = amounts.astype(np.float64), prices.astype(np.float64)
        slack = levels[self.first] + levels[self.second] - self.worth.astype(np.float64)
        for members, level in zip(known, levels[self.count :], strict=True):
            slack[np.isin(self.first, members) & np.isin(self.second, members)] += level
        tight = slack < small * max(1.0, float(levels.max(initial=0)))
        fractional = (values > small) & (values < 1 - small)
        held = {tuple(s.tolist()) for s in known}
        found: dict[tuple[int, ...], Array] = {}
        for chosen in (tight, fractional):
            ends = self.first[chosen], self.second[chosen]
            graph = coo_array((np.ones(ends[0].size), ends), shape=(self.count, self.count))
            _, labels = connected_components(graph, directed=False)
            for label in np.unique(labels[np.concatenate([self.first[fractional], self.second[fractional]])]):
                odd = self._violated(np.flatnonzero(labels == label).tolist(), values, held)
                if odd is not None:
                    found[tuple(odd.tolist())] = odd
        return list(found.values()) or self._least_odd_cut(values, held)

    def _violated(self, members: list[int], values: Array, held: set[tuple[int, ...]]) -> Array | None:
        if len(members) % 2 == 0 or len(members) < 3 or tuple(members) in held:
            return None
        inside = np.isin(self.first, members) & np.isin(self.second, members)
        return np.array(members) if values[inside].sum() > (len(members) - 1) / 2 + 1e-7 else None

    def _least_odd_cut(self, values: Array, held: set[tuple[int, ...]]) -> list[Array]:
        """Search the cuts of a Gomory-Hu tree, with a node for what agents leave unmatched."""
        import networkx

        graph: Any = networkx.Graph()
        rest = self.count
        load = np.zeros(self.count)
        np.add.at(load, self.first, values)
        np.add.at(load, self.second, values)
        graph.add_nodes_from(range(self.count + 1))
        for k in np.flatnonzero(values > 1e-9).tolist():
            graph.add_edge(int(self.first[k]), int(self.second[k]), capacity=float(values[k]))
        for agent in range(self.count):
            graph.add_edge(agent, rest, capacity=max(0.0, 1.0 - float(load[agent])))
        tree = networkx.gomory_hu_tree(graph)
        sets = []
        for one, two in list(tree.edges):
            pruned = tree.copy()
            pruned.remove_edge(one, two)
            side = networkx.node_connected_component(pruned, one)
            if rest in side:
                side = networkx.node_connected_component(pruned, two)
            found = self._violated(sorted(side), values, held)
            if found is not None:
                sets.append(found)
        return sets
