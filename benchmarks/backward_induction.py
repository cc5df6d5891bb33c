"""Backward induction: how many nodes a second, beside what else one could do.

Run with ``python benchmarks/backward_induction.py [--quick]``. Times are medians over at least five turns in
which the functions are timed one after the other, and ratios are medians of the ratios within a turn; the least times
and the range of the ratios stand beside them.
OpenSpiel is walked if it is installed (``pip install open_spiel``); else the same walk over a plain Python class with
the same interface stands in for it, and the table says so.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np

from gametheory.extensive import TERMINAL, ExtensiveGame
from gametheory.extensive.backward import solve
from gametheory.extensive.verify import verify
from gametheory.solvers import Options


def timed(function):
    began = time.perf_counter()
    result = function()
    return time.perf_counter() - began, result


class Turns:
    """Seconds of functions that take turns, so that a busy machine slows them alike."""

    def __init__(self, turns, **functions):
        self.seconds = {name: [] for name in functions}
        for _ in range(turns):
            for name, function in functions.items():
                self.seconds[name].append(in_one_turn(function))

    def median(self, name):
        return statistics.median(self.seconds[name])

    def show(self, what, *names, note=""):
        """Print the time of the functions together, and how often it goes into that of the first function."""
        ours = [sum(parts) for parts in zip(*(self.seconds[name] for name in names), strict=True)]
        ratios = [a / b for a, b in zip(next(iter(self.seconds.values())), ours, strict=True)]
        print(f"  {what:<30}{statistics.median(ours):10.5f} s (least {min(ours):.5f})", end="")
        print(f"   ratio {statistics.median(ratios):6.1f} ({min(ratios):.1f} to {max(ratios):.1f}) {note}".rstrip())


def in_one_turn(function):
    """Median seconds of a function, called until a fiftieth of a second has passed."""
    seconds = []
    while sum(seconds) < 0.02:
        seconds.append(timed(function)[0])
    return statistics.median(seconds)


def regular_tree(inner, children=10, players=2, seed=0):
    """A tree in which the first `inner` nodes have children: ``inner * children + 1`` nodes."""
    nodes = inner * children + 1
    player = np.full(nodes, TERMINAL, dtype=np.int32)
    player[:inner] = np.arange(inner) % players
    counts = np.zeros(nodes, dtype=np.int64)
    counts[:inner] = children
    payoffs = np.random.default_rng(seed).random((nodes, players))
    payoffs[:inner] = 0
    first = np.concatenate([[0], np.cumsum(counts)])
    return lambda: ExtensiveGame(tuple("ab"), player, first, payoffs)


def with_lists(player, first, payoffs):
    """The same induction on Python lists, one node at a time."""
    value = [list(row) for row in payoffs]
    for node in range(len(player) - 1, -1, -1):
        if player[node] >= 0:
            who = player[node]
            best = max(range(first[node] + 1, first[node + 1] + 1), key=lambda child: value[child][who])
            value[node] = [a + b for a, b in zip(payoffs[node], value[best], strict=True)]
    return value[0]


LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]
WON = [any(all(board >> k & 1 for k in line) for line in LINES) for board in range(512)]
FREE = [[k for k in range(9) if not board >> k & 1] for board in range(512)]


class TicTacToe:
    """Rules for `ExtensiveGame.from_rules`: the squares of the one who moves and of the other, nine bits each."""

    players = ("x", "o")
    initial = (0, 0, 0)

    def player(self, state):
        mine, theirs, turn = state
        return None if WON[theirs] or mine | theirs == 511 else self.players[turn]

    def actions(self, state):
        return FREE[state[0] | state[1]]

    def next(self, state, action):
        mine, theirs, turn = state
        return theirs, mine | 1 << action, 1 - turn

    def payoffs(self, state):
        if WON[state[1]]:
            return (-1.0, 1.0) if state[2] == 0 else (1.0, -1.0)
        return None


class Walked:
    """A state with OpenSpiel's interface, for where OpenSpiel is not installed."""

    def __init__(self, board=TicTacToe.initial):
        self.board = board

    def is_terminal(self):
        return RULES.player(self.board) is None

    def current_player(self):
        return self.board[2]

    def returns(self):
        return list(RULES.payoffs(self.board) or (0.0, 0.0))

    def legal_actions(self):
        return RULES.actions(self.board)

    def child(self, action):
        return Walked(RULES.next(self.board, action))


RULES = TicTacToe()


def walk(state):
    """Backward induction over states, and how many there are."""
    if state.is_terminal():
        return state.returns(), 1
    who, best, nodes = state.current_player(), None, 1
    for action in state.legal_actions():
        value, below = walk(state.child(action))
        nodes += below
        if best is None or value[who] > best[who]:
            best = value
    return best, nodes


def open_spiel_start():
    try:
        import pyspiel
    except ImportError:
        return Walked(), "Python states with OpenSpiel's interface (OpenSpiel is not installed)"
    return pyspiel.load_game("tic_tac_toe").new_initial_state(), f"OpenSpiel {getattr(pyspiel, '__version__', '')}"


class Grid:
    """A million states and three moves each, some of which meet again."""

    players = ("a", "b")
    initial = (0, 0)

    def __init__(self, size):
        self.size = size

    def player(self, state):
        return None if state[0] >= self.size else self.players[state[0] % 2]

    def actions(self, state):
        return (-1, 0, 1)

    def next(self, state, action):
        return (state[0] + 1, min(max(state[1] + action, -self.size), self.size))

    def payoffs(self, state):
        return (float(state[1]), float(-abs(state[1]))) if state[0] >= self.size else None


def large_tree(inner, turns):
    make = regular_tree(inner)
    build, game = timed(make)
    compile_seconds, _ = timed(lambda: solve(regular_tree(3000)(), Options()))
    first, outcome = timed(lambda: solve(game, Options()))
    check, certificate = timed(lambda: verify(game, outcome.answer, exact=False, concept="subgame_perfect"))
    assert certificate.ok
    payoffs = game.payoffs
    times = Turns(turns, copy=lambda: payoffs.copy(), ours=lambda: solve(game, Options()))
    print(f"\n{game.nodes:,} nodes, 2 players, 10 children each, one core")
    print(f"  build (validated)            {build:8.3f} s")
    print(f"  compile or load              {compile_seconds:8.3f} s")
    print(f"  first solve of the game      {first:8.3f} s   (finds the inner nodes)")
    speeds = [game.nodes / seconds / 1e6 for seconds in times.seconds["ours"]]
    print(f"  solve                        {times.median('ours'):8.3f} s   ", end="")
    print(f"{statistics.median(speeds):.0f} million nodes/s ({min(speeds):.0f} to {max(speeds):.0f}; target 150)")
    print(f"  verify                       {check:8.3f} s")
    ratio = times.median("ours") / times.median("copy")
    print(f"  copying the payoffs once     {times.median('copy'):8.3f} s   solve / copy = {ratio:.2f}")


def against_lists(inner, turns):
    game = regular_tree(inner)()
    player, first, payoffs = game.player.tolist(), game.first_edge.tolist(), game.payoffs.tolist()
    assert list(solve(game, Options()).answer.payoffs.values()) == with_lists(player, first, payoffs)
    times = Turns(turns, lists=lambda: with_lists(player, first, payoffs), ours=lambda: solve(game, Options()))
    print(f"\n{game.nodes:,} nodes, Python lists against ours")
    times.show("lists", "lists")
    times.show("solve", "ours")


def against_states(turns):
    solve(ExtensiveGame.from_rules(Grid(100)), Options())  # small games are solved in plain Python until this compiles
    start, who = open_spiel_start()
    game = ExtensiveGame.from_rules(RULES, merge=False)
    merged = ExtensiveGame.from_rules(RULES)
    value, nodes = walk(start)
    assert nodes == game.nodes, (nodes, game.nodes)
    assert list(solve(game, Options()).answer.payoffs.values()) == list(value)
    assert list(solve(merged, Options()).answer.payoffs.values()) == list(value)
    times = Turns(
        turns,
        states=lambda: walk(start),
        tree=lambda: solve(game, Options()),
        merged=lambda: solve(merged, Options()),
        build_tree=lambda: ExtensiveGame.from_rules(RULES, merge=False),
        build_merged=lambda: ExtensiveGame.from_rules(RULES),
        new_tree=lambda: solve(ExtensiveGame.from_rules(RULES, merge=False), Options()),
        new_merged=lambda: solve(ExtensiveGame.from_rules(RULES), Options()),
    )
    print(f"\ntic-tac-toe, {nodes:,} nodes ({merged.nodes:,} merged states), against {who}")
    times.show("states walked", "states")
    times.show("solve, every history a node", "tree", note="(target 300)")
    times.show("solve, merged, compiled", "merged", note="(target 300)")
    times.show("build from rules, tree", "build_tree")
    times.show("build from rules, merged", "build_merged")
    times.show("build and solve, tree", "new_tree", note="(target 10)")
    times.show("build and solve, merged", "new_merged", note="(target 10)")


def from_rules(size):
    seconds, game = timed(lambda: ExtensiveGame.from_rules(Grid(size)))
    print(f"\nfrom_rules: {game.nodes:,} states, {game.edges:,} moves in {seconds:.1f} s (target 15)")
    print(f"  solve                        {Turns(5, ours=lambda: solve(game, Options())).median('ours'):.4f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes, for a look")
    quick = parser.parse_args().quick
    large_tree(100_000 if quick else 1_000_000, 5)
    against_lists(10_000 if quick else 100_000, 5)
    from_rules(300 if quick else 1000)
    against_states(1 if quick else 5)


if __name__ == "__main__":
    main()
