"""Backward passes over flat arrays; plain Python that also compiles.

Positions are unsigned and counters run down to zero, so that the compiler need not ask whether an index is counted
from the end; the number of players is a constant of each pass, so that it can lay out the loops over players.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

#: Codes of tie rules.
FIRST, LAST, PREFER, RANDOM = 0, 1, 2, 3


@cache
def tree_pass(players: int) -> Callable[..., int]:
    """Return the pass over a tree in which ties go to the first move, for a number of players."""

    def solve_tree(node, mover, first, probability, source, value, choice):  # type: ignore[no-untyped-def]
        """Solve inner nodes that follow each other, last first.

        Parameters
        ----------
        node, mover, first : unsigned arrays [inner nodes], [inner nodes], [inner nodes + 1]
            Their node, who moves (chance is the number of players), and their first edge (edge e leads to
            node e + 1).
        probability : array [edges]
            Of chance moves; not read where players move.
        source : array [nodes or fewer, players]
            What their children are worth.
        value, choice : arrays [nodes or fewer, players], [inner nodes]
            `value` begins as the payoffs of the inner nodes, and becomes what the subgames are worth; `choice` becomes
            the moves.

        Returns
        -------
        int
            How many nodes have several best moves.
        """
        tied = 0
        k = len(node)
        stop = first[k] + 1
        while k > 0:
            k -= 1
            here = node[k]
            who = mover[k]
            start = first[k] + 1
            if who == players:
                for child in range(start, stop):
                    for i in range(players):
                        value[here, i] += probability[child - 1] * source[child, i]
            else:
                # No branches, so that the machine need not guess.
                best = start
                most = source[start, who]
                ties = 0
                for child in range(start + 1, stop):
                    x = source[child, who]
                    ties += x == most
                    ties = 0 if x > most else ties
                    best = child if x > most else best
                    most = x if x > most else most
                tied += 1 if ties > 0 else 0
                choice[k] = best - start
                for i in range(players):
                    value[here, i] += source[best, i]
            stop = start
        return tied

    return solve_tree


@cache
def graph_pass(players: int) -> Callable[..., int]:
    """Return the pass over merged states or a tree, for every tie rule and a number of players."""

    def solve_graph(  # type: ignore[no-untyped-def]
        node, mover, first, target, probability, rule, order, draws, value, choice
    ):
        """Solve inner nodes that follow each other, last first.

        As `solve_tree`, except that `target` [edges] says where an edge leads and `value` [nodes, players] holds all.

        Parameters
        ----------
        rule : int
            `FIRST`, `LAST`, `PREFER` or `RANDOM`.
        order : int array [players]
            Whom `PREFER` favours first.
        draws : float array [inner nodes]
            Uniform draws for `RANDOM`.
        """
        tied = 0
        k = len(node)
        stop = first[k]
        while k > 0:
            k -= 1
            here = node[k]
            who = mover[k]
            start = first[k]
            if who == players:
                for edge in range(start, stop):
                    after = target[edge]
                    for i in range(players):
                        value[here, i] += probability[edge] * value[after, i]
                stop = start
                continue
            best = start
            most = value[target[start], who]
            ties = 0
            if rule == FIRST:
                for edge in range(start + 1, stop):
                    x = value[target[edge], who]
                    ties += x == most
                    ties = 0 if x > most else ties
                    best = edge if x > most else best
                    most = x if x > most else most
            else:
                for edge in range(start + 1, stop):
                    x = value[target[edge], who]
                    if x > most:
                        best = edge
                        most = x
                        ties = 0
                    elif x == most:
                        ties += 1
                        take = rule == LAST
                        if rule == PREFER:
                            old = target[best]
                            new = target[edge]
                            for i in order:
                                if value[new, i] != value[old, i]:
                                    take = value[new, i] > value[old, i]
                                    break
                        if take:
                            best = edge
            tied += 1 if ties > 0 else 0
            if ties > 0 and rule == RANDOM:
                wanted = int(draws[k] * (ties + 1))
                best = start
                while wanted > 0 or value[target[best], who] < most:
                    wanted -= 1 if value[target[best], who] == most else 0
                    best += 1
            choice[k] = best - start
            after = target[best]
            for i in range(players):
                value[here, i] += value[after, i]
            stop = start
        return tied

    return solve_graph
