"""Backward passes over flat arrays; plain Python that also compiles."""

from __future__ import annotations

from typing import Any

#: Codes of tie rules.
FIRST, LAST, PREFER, RANDOM = 0, 1, 2, 3


def induce(  # type: ignore[no-untyped-def]  # numba compiles it as it stands
    low, high, waiting, inner, player, first, payoffs, probability, rule, order, draws, value, choice, tied
) -> Any:
    """Solve the inner nodes ``low .. high - 1`` of a tree, last first.

    In breadth-first order the children of the nodes taken backwards are the nodes taken backwards, so
    one pointer (`waiting`) finds every child that is itself an inner node; ends are read from `payoffs`.

    Parameters
    ----------
    low, high : int
        Which inner nodes; those from `high` on are solved.
    waiting : int
        The last inner node that has not been met as a child.
    inner, player, first : int arrays [inner nodes], [inner nodes], [inner nodes + 1]
        Their node, who moves, and their first edge (edge e leads to node e + 1).
    payoffs : array [nodes, players]
        Payoffs at nodes.
    probability : array [edges]
        Of chance moves; not read where players move.
    rule : int
        `FIRST`, `LAST`, `PREFER` or `RANDOM`.
    order : int array [players]
        Whom `PREFER` favours first.
    draws : float array [inner nodes]
        Uniform draws for `RANDOM`.
    value, choice : arrays [inner nodes, players], [inner nodes]
        Filled in: what the subgame is worth, and the move.
    tied : int array [1]
        Counts the nodes with several best moves.

    Returns
    -------
    int
        `waiting` for the next call.
    """
    players = payoffs.shape[1]
    for k in range(high - 1, low - 1, -1):
        mover = player[k]
        node = inner[k]
        start = first[k]
        stop = first[k + 1]
        if mover < 0:
            for i in range(players):
                value[k, i] = payoffs[node, i]
            for edge in range(stop - 1, start - 1, -1):
                weight = probability[edge]
                if inner[waiting] == edge + 1:
                    for i in range(players):
                        value[k, i] += weight * value[waiting, i]
                    waiting -= 1
                else:
                    for i in range(players):
                        value[k, i] += weight * payoffs[edge + 1, i]
            continue
        if rule == FIRST and inner[waiting] <= start:
            # Only ends below, as at most nodes of most trees: no branches, so that the machine need not guess.
            best_edge = stop - 1
            best = payoffs[stop, mover]
            ties = 1
            for edge in range(stop - 2, start - 1, -1):
                x = payoffs[edge + 1, mover]
                more = x >= best
                same = x == best
                ties = ties * same + 1 if more else ties
                best_edge = edge if more else best_edge
                best = x if more else best
            if ties > 1:
                tied[0] += 1
            choice[k] = best_edge - start
            for i in range(players):
                value[k, i] = payoffs[node, i] + payoffs[best_edge + 1, i]
            continue
        before = waiting
        best_edge = stop - 1
        if inner[waiting] == stop:
            best_inner = waiting
            best = value[waiting, mover]
            waiting -= 1
        else:
            best_inner = -1
            best = payoffs[stop, mover]
        ties = 1
        for edge in range(stop - 2, start - 1, -1):
            if inner[waiting] == edge + 1:
                here = waiting
                x = value[waiting, mover]
                waiting -= 1
            else:
                here = -1
                x = payoffs[edge + 1, mover]
            if x > best:
                take = True
                ties = 1
            elif x == best:
                ties += 1
                take = rule == FIRST
                if rule == PREFER:
                    take = True
                    for i in order:
                        old = value[best_inner, i] if best_inner >= 0 else payoffs[best_edge + 1, i]
                        new = value[here, i] if here >= 0 else payoffs[edge + 1, i]
                        if new != old:
                            take = new > old
                            break
            else:
                take = False
            if take:
                best = x
                best_edge = edge
                best_inner = here
        if ties > 1:
            tied[0] += 1
            if rule == RANDOM:
                wanted = int(draws[k] * ties)
                again = before
                for edge in range(stop - 1, start - 1, -1):
                    if inner[again] == edge + 1:
                        here = again
                        x = value[again, mover]
                        again -= 1
                    else:
                        here = -1
                        x = payoffs[edge + 1, mover]
                    if x == best:
                        if wanted == 0:
                            best_edge = edge
                            best_inner = here
                            break
                        wanted -= 1
        choice[k] = best_edge - start
        if best_inner >= 0:
            for i in range(players):
                value[k, i] = payoffs[node, i] + value[best_inner, i]
        else:
            for i in range(players):
                value[k, i] = payoffs[node, i] + payoffs[best_edge + 1, i]
    return waiting


def induce_first(low, high, inner, player, first, probability, value, choice, tied) -> Any:  # type: ignore[no-untyped-def]
    """Solve the inner nodes ``low .. high - 1`` of a tree with few ends, last first, ties to the first move.

    As `induce`, except that `value` [nodes, players] begins as the payoffs; half the time of `induce_all`.
    """
    players = value.shape[1]
    found = 0
    for k in range(high - 1, low - 1, -1):
        mover = player[k]
        node = inner[k]
        start = first[k]
        stop = first[k + 1]
        if mover < 0:
            for edge in range(start, stop):
                for i in range(players):
                    value[node, i] += probability[edge] * value[edge + 1, i]
            continue
        pick = stop - 1
        most = value[stop, mover]
        ties = 1
        for edge in range(stop - 2, start - 1, -1):
            x = value[edge + 1, mover]
            more = x >= most
            same = x == most
            ties = ties * same + 1 if more else ties
            pick = edge if more else pick
            most = x if more else most
        found += 1 if ties > 1 else 0
        choice[k] = pick - start
        for i in range(players):
            value[node, i] += value[pick + 1, i]
    tied[0] += found
    return 0


def induce_all(  # type: ignore[no-untyped-def]
    low, high, inner, player, first, target, probability, rule, order, draws, value, choice, tied
) -> Any:
    """Solve the inner nodes ``low .. high - 1`` of merged states, or of a tree with few ends, last first.

    As `induce`, except that `target` [edges] says where an edge leads and `value` [nodes, players] begins
    as the payoffs.
    """
    players = value.shape[1]
    for k in range(high - 1, low - 1, -1):
        mover = player[k]
        node = inner[k]
        start = first[k]
        stop = first[k + 1]
        if mover < 0:
            for edge in range(start, stop):
                for i in range(players):
                    value[node, i] += probability[edge] * value[target[edge], i]
            continue
        if rule == FIRST:
            pick = stop - 1
            most = value[target[pick], mover]
            ties = 1
            for edge in range(stop - 2, start - 1, -1):
                x = value[target[edge], mover]
                more = x >= most
                same = x == most
                ties = ties * same + 1 if more else ties
                pick = edge if more else pick
                most = x if more else most
            if ties > 1:
                tied[0] += 1
            choice[k] = pick - start
            for i in range(players):
                value[node, i] += value[target[pick], i]
            continue
        best = start
        ties = 1
        for edge in range(start + 1, stop):
            new = target[edge]
            old = target[best]
            if value[new, mover] > value[old, mover]:
                best = edge
                ties = 1
            elif value[new, mover] == value[old, mover]:
                ties += 1
                take = rule == LAST
                if rule == PREFER:
                    for i in order:
                        if value[new, i] != value[old, i]:
                            take = value[new, i] > value[old, i]
                            break
                if take:
                    best = edge
        if ties > 1:
            tied[0] += 1
            if rule == RANDOM:
                wanted = int(draws[k] * ties)
                most = value[target[best], mover]
                for edge in range(start, stop):
                    if value[target[edge], mover] == most:
                        if wanted == 0:
                            best = edge
                            break
                        wanted -= 1
        choice[k] = best - start
        for i in range(players):
            value[node, i] += value[target[best], i]
    return 0
