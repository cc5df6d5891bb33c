"""Optimal assignment by shortest augmenting paths, and the least prices of the core: kernels over flat arrays.

All work on prices: buyer i earns ``u[i]``, seller j is paid ``v[j]``, and ``u[i] + v[j] >= s[i, j]``
throughout, with equality for matched pairs. Floats and int64 run compiled; Python integers run as they are.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def dense_assignment(surplus: Any, u: Any, v: Any, seller_of: Any, buyer_of: Any, zero: Any) -> None:
    """Match every row of a matrix with nonnegative entries and at least as many columns as rows.

    Two passes in which each unmatched row takes its best column at the price that makes it indifferent to its
    second best (Jonker and Volgenant's augmenting row reduction), then a shortest path per row left.
    """
    rows, columns = surplus.shape
    free = np.arange(rows)
    count = rows
    for _ in range(3):
        left = 0
        for k in range(count):
            row = free[k]
            best = -1
            first = zero
            second = zero
            for column in range(columns):
                value = surplus[row, column] - v[column]
                if best < 0 or value > first:
                    second = first if best >= 0 else value
                    first = value
                    best = column
                elif value > second or (column == 1 and best == 0):
                    second = value
            if columns == 1:
                second = first
            u[row] = second
            v[best] += first - second
            before = buyer_of[best]
            if before >= 0 and first == second:
                u[row] = first
                free[left] = row
                left += 1
                continue
            buyer_of[best] = row
            seller_of[row] = best
            if before >= 0:
                seller_of[before] = -1
                free[left] = before
                left += 1
        count = left
    distance = v.copy()
    previous = np.empty(columns, dtype=np.int64)
    todo = np.empty(columns, dtype=np.int64)
    for k in range(count):
        source = free[k]
        for column in range(columns):
            todo[column] = column
            distance[column] = u[source] + v[column] - surplus[source, column]
            previous[column] = source
        remaining = columns
        while True:
            # The nearest column not yet reached; a free one among the nearest, if there is one.
            at = 0
            nearest = distance[todo[0]]
            for index in range(1, remaining):
                value = distance[todo[index]]
                if value < nearest or (value == nearest and buyer_of[todo[index]] < 0):
                    nearest = value
                    at = index
            column = todo[at]
            remaining -= 1
            todo[at] = todo[remaining]
            todo[remaining] = column  # reached columns collect at the end
            row = buyer_of[column]
            if row < 0:
                break
            offset = nearest + u[row]
            for index in range(remaining):
                other = todo[index]
                value = offset + v[other] - surplus[row, other]
                if value < distance[other]:
                    distance[other] = value
                    previous[other] = row
        u[source] -= nearest
        for index in range(remaining + 1, columns):
            reached = todo[index]
            step = nearest - distance[reached]
            v[reached] += step
            u[buyer_of[reached]] -= step
        while True:
            row = previous[column]
            buyer_of[column] = row
            following = seller_of[row]
            seller_of[row] = column
            if row == source:
                break
            column = following


def dense_least_prices(surplus: Any, u: Any, v: Any, seller_of: Any, buyer_of: Any, paid: Any) -> None:
    """Write the least prices `paid` of the core, given one point (u, v) of it and its matching.

    The amount by which prices can fall is a shortest distance: from prices at 0 and from what unmatched buyers
    would pay, over what the buyer of one column would pay for another.
    """
    rows, columns = surplus.shape
    for column in range(columns):
        paid[column] = v[column]
    for row in range(rows):
        if seller_of[row] < 0:
            for column in range(columns):
                slack = u[row] + v[column] - surplus[row, column]
                if slack < paid[column]:
                    paid[column] = slack
    todo = np.arange(columns)
    remaining = columns
    while remaining > 0:
        at = 0
        for index in range(1, remaining):
            if paid[todo[index]] < paid[todo[at]]:
                at = index
        column = todo[at]
        remaining -= 1
        todo[at] = todo[remaining]
        row = buyer_of[column]
        if row < 0:
            continue
        offset = paid[column] + u[row]
        for index in range(remaining):
            other = todo[index]
            value = offset + v[other] - surplus[row, other]
            if value < paid[other]:
                paid[other] = value
    for column in range(columns):
        paid[column] = v[column] - paid[column]


def sparse_assignment(
    offsets: Any, targets: Any, surplus: Any, u: Any, v: Any, seller_of: Any, buyer_of: Any, distance: Any
) -> None:
    """Match rows along listed pairs, or leave them alone at 0: a shortest path per row, with a heap.

    `distance` has one entry per column, of the kind of the surplus.
    """
    rows = offsets.size - 1
    for row in range(rows):
        best = u[row]  # 0
        for entry in range(offsets[row], offsets[row + 1]):
            value = surplus[entry] - v[targets[entry]]
            if value > best:
                best = value
        u[row] = best
    columns = v.size
    state = np.zeros(columns, dtype=np.int64)  # 0 untouched, 1 labelled, 2 reached
    previous = np.empty(columns, dtype=np.int64)
    touched = np.empty(columns, dtype=np.int64)
    heap = np.empty(targets.size + 1, dtype=np.int64)
    keys = surplus.copy() if surplus.size > 0 else distance.copy()
    nothing = u[:0].sum()
    for source in range(rows):
        size = 0
        count = 0
        end_row = source
        end = u[source]  # the distance to leaving the source alone
        base = nothing
        row = source
        column = -1
        while True:
            if base + u[row] < end:
                end = base + u[row]
                end_row = row
            for entry in range(offsets[row], offsets[row + 1]):
                other = targets[entry]
                if state[other] == 2:
                    continue
                value = base + u[row] + v[other] - surplus[entry]
                if state[other] == 0 or value < distance[other]:
                    if state[other] == 0:
                        touched[count] = other
                        count += 1
                    state[other] = 1
                    distance[other] = value
                    previous[other] = row
                    child = size  # push
                    size += 1
                    while child > 0:
                        parent = (child - 1) // 2
                        if keys[parent] <= value:
                            break
                        keys[child] = keys[parent]
                        heap[child] = heap[parent]
                        child = parent
                    keys[child] = value
                    heap[child] = other
            column = -1
            while size > 0:
                column = heap[0]
                value = keys[0]
                size -= 1  # pop
                last_key = keys[size]
                last = heap[size]
                parent = 0
                while True:
                    child = 2 * parent + 1
                    if child >= size:
                        break
                    if child + 1 < size and keys[child + 1] < keys[child]:
                        child += 1
                    if keys[child] >= last_key:
                        break
                    keys[parent] = keys[child]
                    heap[parent] = heap[child]
                    parent = child
                keys[parent] = last_key
                heap[parent] = last
                if state[column] == 1 and value == distance[column]:
                    break
                column = -1
            if column < 0 or distance[column] >= end:
                column = -1
                break
            state[column] = 2
            row = buyer_of[column]
            base = distance[column]
            if row < 0:
                end = base
                break
        u[source] -= end
        for index in range(count):
            reached = touched[index]
            if state[reached] == 2 and reached != column:
                step = end - distance[reached]
                v[reached] += step
                u[buyer_of[reached]] -= step
        for index in range(count):
            state[touched[index]] = 0
        if column < 0:
            # The row at the end of the path leaves its column; the path shifts by one.
            row = end_row
            if row == source:
                continue
            column = seller_of[row]
            seller_of[row] = -1
        while True:
            row = previous[column]
            buyer_of[column] = row
            following = seller_of[row]
            seller_of[row] = column
            if row == source:
                break
            column = following


def sparse_least_prices(
    offsets: Any, targets: Any, surplus: Any, u: Any, v: Any, seller_of: Any, buyer_of: Any, paid: Any
) -> None:
    """Write the least prices of the core of a sparse game; see `dense_least_prices`."""
    columns = v.size
    for column in range(columns):
        paid[column] = v[column]
    for row in range(offsets.size - 1):
        if seller_of[row] < 0:
            for entry in range(offsets[row], offsets[row + 1]):
                slack = u[row] + v[targets[entry]] - surplus[entry]
                if slack < paid[targets[entry]]:
                    paid[targets[entry]] = slack
    # Lower labels until none changes, first in, first out: each pass settles one more step of every path.
    queue = np.arange(columns)
    queued = np.ones(columns, dtype=np.bool_)
    head = 0
    waiting = columns
    while waiting > 0:
        column = queue[head]
        head = (head + 1) % columns
        waiting -= 1
        queued[column] = False
        row = buyer_of[column]
        if row < 0:
            continue
        for entry in range(offsets[row], offsets[row + 1]):
            other = targets[entry]
            slack = u[row] + v[other] - surplus[entry]
            if slack < 0:  # rounding: a negative step could go round for ever
                continue
            value = paid[column] + slack
            if value < paid[other]:
                paid[other] = value
                if not queued[other]:
                    queue[(head + waiting) % columns] = other
                    waiting += 1
                    queued[other] = True
    for column in range(columns):
        paid[column] = v[column] - paid[column]
