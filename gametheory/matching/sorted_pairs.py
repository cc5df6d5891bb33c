"""Fast pairing by type: separable surplus in sort time, general submodular surplus by an O(n) recursion."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from gametheory import tolerances
from gametheory.errors import RefusedError
from gametheory.limits import LimitReached
from gametheory.matching.compiled import compiled
from gametheory.matching.game_data import Array
from gametheory.matching.roommate_game import RoommateGame
from gametheory.matching.roommate_program import MOST_AGENTS
from gametheory.matching.transfers import CoreAllocation, EmptyCore, no_pairs
from gametheory.numbers import exact, exact_array
from gametheory.solution import Outcome, Termination
from gametheory.solvers import Options

#: Agents above which sorting packs types and indices into one machine word.
PACKED = 100_000
#: Agents up to which sorting looks beforehand whether somebody would rather stay alone, and stays exact unasked.
FEW = 20_000


def refuses_separable(game: RoommateGame, options: Options) -> str | None:
    """Say why sorting does not apply: the surplus is not separable, or somebody would rather stay alone."""
    if not game.is_separable:
        return "sorting needs a surplus high * max - low * min; use 'nested_recursion' or 'linear_program'"
    if (game.masses is not None or 1 < len(game) <= FEW) and len(game) and _lowest(game) < 0:
        return "somebody would rather stay alone: give the surplus as a matrix and use 'linear_program'"
    return None


def _lowest(game: RoommateGame) -> Any:
    """Return the least payoff in the core if everybody is matched."""
    types, high, low, constant, half = _numbers(game, game.is_exact)
    lower, upper = _middle(game, types)
    fee = (high + low) * (lower + upper) * half * half
    ends = [types.min(), types.max(), lower, upper]
    return min(max(high * s - fee, fee - low * s) + constant * half for s in ends)


def _numbers(game: RoommateGame, exactly: bool) -> tuple[Any, ...]:
    """Return types, high, low, constant and one half, all exact or all floats."""
    if exactly:
        return (exact_array(game.types), *(exact(v) for v in (game.high, game.low, game.constant)), Fraction(1, 2))
    return (np.asarray(game.types, dtype=np.float64), *(float(v) for v in (game.high, game.low, game.constant)), 0.5)


def _middle(game: RoommateGame, types: Array) -> tuple[Any, Any]:
    """Return the types on either side of the middle of the distribution (twice the same if it is one type)."""
    if game.masses is None:
        count = types.size
        if types.dtype == object:
            ordered = sorted(types)
            return ordered[(count - 1) // 2], ordered[count // 2]
        parts = np.partition(types, [(count - 1) // 2, count // 2])
        return parts[(count - 1) // 2], parts[count // 2]
    order = np.argsort(types, kind="stable")
    masses = exact_array(game.masses) if types.dtype == object else np.asarray(game.masses, dtype=np.float64)
    total = np.cumsum(masses[order])
    below = np.asarray(2 * total >= total[-1], dtype=bool).argmax()
    above = np.asarray(2 * total > total[-1], dtype=bool).argmax()
    return types[order[below]], types[order[above]]


def solve_separable(game: RoommateGame, options: Options) -> Outcome:
    """Pair the i-th lowest type with the i-th highest; payoffs follow from the middle types.

    Those above the middle earn ``high * s - fee``, those below ``fee - low * s``, each plus half the constant.
    With an even number (or masses) the fee may be anything between the values at the two middle types; theirs in
    between is taken. An odd number of individuals has an empty core, unless the one left out earns nothing anyway.
    """
    exactly = options.exact or (game.is_exact and len(game) <= FEW)
    types, high, low, constant, half = _numbers(game, exactly)
    count = types.size
    if count < 2 and game.masses is None:
        return Outcome(Termination.SOLVED, CoreAllocation(no_pairs(), no_pairs(), None, types * 0), exact=exactly)
    try:
        options.budget.check(1)
        if game.masses is not None:
            first, second, amounts = _nested_masses(game, types)
            lower, upper = _middle(game, types)
        else:
            order = ascending(types)
            amounts = None
            first, second = order[: count // 2], order[::-1][: count // 2]
            lower, upper = types[order[(count - 1) // 2]], types[order[count // 2]]
        options.budget.check()
    except LimitReached as reached:
        return Outcome(Termination.LIMIT, None, message=str(reached))
    fee = (high + low) * (lower + upper) * half * half
    payoffs = np.empty(count, dtype=types.dtype)
    kernel = _earn if types.dtype == object else compiled(_earn, 4 * count)
    least = kernel(types, high, low, fee, constant * half, payoffs)
    slack = 0 if exactly else 1e-12 * max(1.0, abs(float(payoffs.max())))
    if least < -slack:
        raise RefusedError(
            "somebody would rather stay alone: sorting does not apply",
            remedy="give the surplus as a matrix and use 'linear_program'",
        )
    if game.masses is None and count % 2:
        return _odd(payoffs, order, least, slack, exactly)
    return Outcome(Termination.SOLVED, CoreAllocation(first, second, amounts, payoffs), exact=exactly)


def _earn(types: Any, high: Any, low: Any, fee: Any, share: Any, payoffs: Any) -> Any:
    """Write what every type earns in the better of the two roles; return the least."""
    least = high * types[0] - fee + share
    for k in range(types.size):
        one = high * types[k] - fee + share
        other = fee - low * types[k] + share
        payoffs[k] = one if one > other else other
        if k == 0 or payoffs[k] < least:
            least = payoffs[k]
    return least


def _odd(payoffs: Array, order: Array, least: Any, slack: Any, exactly: bool) -> Outcome:
    """Show that the core is empty, or leave out somebody who earns nothing."""
    count = payoffs.size
    if least <= slack:
        # Any pairing of the half above with the half below is worth the same, so who earns nothing can go.
        alone = int(np.flatnonzero(payoffs[order] <= slack)[0])
        rest = np.delete(order, alone)
        answer = CoreAllocation(rest[: count // 2], rest[::-1][: count // 2], None, payoffs)
        return Outcome(Termination.SOLVED, answer, exact=exactly)
    # Nested pairs but for the outermost pair and the middle agent, who form a triangle of halves; one odd set of all.
    middle, low, top = (int(order[k]) for k in (count // 2, 0, count - 1))
    first = np.concatenate([order[1 : count // 2], [low, low, middle]])
    second = np.concatenate([order[::-1][1 : count // 2], [top, middle, top]])
    one = Fraction(1) if exactly else 1.0
    amounts = np.full(first.size, one, dtype=object if exactly else np.float64)
    amounts[-3:] = one / 2
    evidence = EmptyCore(
        first,
        second,
        amounts,
        payoffs - least,
        np.array([0, count]),
        np.arange(count),
        np.array([2 * least], dtype=amounts.dtype),
    )
    said = "an odd number of agents: whoever is left out can always outbid somebody"
    return Outcome(Termination.NONE_EXISTS, evidence, exact=exactly, message=said)


def _nested_masses(game: RoommateGame, types: Array) -> tuple[Array, Array, Array]:
    """Pair masses from both ends inwards; what is left of the middle type pairs with itself."""
    order = np.argsort(types, kind="stable").tolist()
    given = exact_array(game.masses) if types.dtype == object else np.asarray(game.masses, dtype=np.float64)
    left = given.copy()
    first, second, amounts = [], [], []
    low, high = 0, len(order) - 1
    while low < high:
        i, j = order[low], order[high]
        put = min(left[i], left[j])
        if put > 0:
            first.append(i)
            second.append(j)
            amounts.append(put)
        left[i] -= put
        left[j] -= put
        if left[i] == 0:
            low += 1
        if left[j] == 0:
            high -= 1
    if low == high and left[order[low]] > 0:
        first.append(order[low])
        second.append(order[low])
        amounts.append(left[order[low]] / 2)
    made = np.empty(len(amounts), dtype=given.dtype)
    made[:] = amounts
    return np.array(first, dtype=np.int64), np.array(second, dtype=np.int64), made


def ascending(types: Array) -> Array:
    """Return the order of types, equal ones by index; int64.

    Large float arrays are sorted as machine words: the high bits of a type, mapped to keep order, over the
    index; runs that agree in the high bits are put right afterwards. Sorting words is several times faster than
    sorting indices.
    """
    count = types.size
    if types.dtype != np.float64 or count < PACKED:
        return np.argsort(types, kind="stable")
    bits = int(count - 1).bit_length()
    mask = np.uint64((1 << bits) - 1)
    keys = np.empty(count, dtype=np.uint64)
    compiled(_pack, count)(types.view(np.uint64), keys, mask)
    keys.sort()
    order = keys.view(np.int64)
    runs = compiled(_unpack, count)(keys, mask, np.uint64(bits), order, types)
    while runs < count:  # a long run of nearly equal types: sort it by itself
        start, end = int(runs), int(runs) + 1
        while end < count and order[end] < 0:
            end += 1
        part = np.sort(np.where(order[start:end] < 0, ~order[start:end], order[start:end]))
        order[start:end] = part[np.argsort(types[part], kind="stable")]
        rest = np.flatnonzero(order[end:] < 0)
        runs = count if rest.size == 0 else end + int(rest[0]) - 1
    return order


def _pack(words: Any, keys: Any, mask: Any) -> None:
    """Write each float as a word that keeps order, its low bits replaced by its index."""
    top = np.uint64(1) << np.uint64(63)
    for k in range(keys.size):
        word = words[k]
        if word == top:  # -0.0 and 0.0 are one number
            word = np.uint64(0)
        word = ~word if word & top else word | top
        keys[k] = (word & ~mask) | np.uint64(k)


def _unpack(keys: Any, mask: Any, bits: Any, order: Any, types: Any) -> int:
    """Turn sorted words into indices; sort short runs of equal high bits; mark long ones by complements.

    Returns the start of the first marked run, or the size if there is none.
    """
    count: int = keys.size
    first_long: int = count
    start = 0
    before = keys[0] >> bits
    for k in range(1, count + 1):
        if k < count:
            word = keys[k] >> bits
            if word == before:
                continue
            before = word
        if k - start > 1:
            length = k - start
            for at in range(start, k):
                order[at] = np.int64(keys[at] & mask)
            if length <= 64:
                for at in range(start + 1, k):
                    index = order[at]
                    place = at
                    while place > start and types[order[place - 1]] > types[index]:
                        order[place] = order[place - 1]
                        place -= 1
                    order[place] = index
            else:
                level = True
                for at in range(start + 1, k):
                    if types[order[at]] != types[order[start]]:
                        level = False
                if not level:
                    if first_long == count:
                        first_long = start
                    for at in range(start + 1, k):
                        order[at] = ~order[at]
        else:
            order[start] = np.int64(keys[start] & mask)
        start = k
    return first_long


def refuses_nested(game: RoommateGame, options: Options) -> str | None:
    """Say why the recursion does not apply: no types, masses, an odd number, or (of few agents) payoffs that fail."""
    if game.types is None or game.masses is not None:
        return "the recursion is for individuals with a surplus of two types; use 'linear_program'"
    if len(game) % 2:
        return "with an odd number the core may be empty; use 'linear_program'"
    if len(game) > MOST_AGENTS:
        return None
    payoffs = _nested(game)[2]
    surplus = np.asarray(game.matrix(), dtype=np.float64)
    slack = tolerances.FEASIBILITY * max(1.0, float(abs(surplus).max(initial=0)))
    surplus -= payoffs[:, None] + payoffs[None, :]
    np.fill_diagonal(surplus, 0)
    if surplus.max(initial=0) > slack:
        return "the surplus is not submodular; use 'linear_program'"
    return "somebody would rather stay alone; use 'linear_program'" if payoffs.min(initial=0) < -slack else None


def solve_nested(game: RoommateGame, options: Options) -> Outcome:
    """Pair i-th lowest with i-th highest type for a submodular surplus; payoffs by a recursion from the middle.

    From one pair to the next outwards the lower partner's payoff must change by at least what it adds to the
    inner upper partner, and at most to the outer one; the mean is taken. The innermost pair then divides its
    surplus in the middle of what the four innermost agents allow.
    """
    lower, upper, payoffs = _nested(game)
    if payoffs.min(initial=0) < -tolerances.FEASIBILITY * max(1.0, float(abs(payoffs).max(initial=0))):
        raise RefusedError("somebody would rather stay alone, or the surplus is not submodular")
    return Outcome(Termination.SOLVED, CoreAllocation(lower[::-1].copy(), upper[::-1].copy(), None, payoffs))


def _nested(game: RoommateGame) -> tuple[Array, Array, Array]:
    """Return the lower and the upper partners, the innermost pair first, and everyone's payoff."""
    types = np.asarray(game.types, dtype=np.float64)
    order = np.argsort(types, kind="stable")
    half = types.size // 2
    lower, upper = order[:half][::-1], order[half:]  # the innermost pair first
    payoffs = np.zeros(types.size)
    if half:
        made = np.asarray(game.pair_surplus(lower, upper), dtype=np.float64)
        step = np.zeros(half)
        if half > 1:
            inner = np.asarray(game.pair_surplus(lower[1:], upper[:-1]), dtype=np.float64) - made[:-1]
            outer = made[1:] - np.asarray(game.pair_surplus(lower[:-1], upper[1:]), dtype=np.float64)
            step[1:] = (inner + outer) / 2
            floor = float(game.pair_surplus(lower[1], lower[0]))
            ceiling = made[0] + made[1] - float(game.pair_surplus(upper[0], upper[1]))
            base = ((floor + ceiling) / 2 - step[1]) / 2
        else:
            base = made[0] / 2
        payoffs[lower] = base + np.cumsum(step)
        payoffs[upper] = made - payoffs[lower]
    return lower, upper, payoffs
