"""Do all neutral mechanisms give the same payoffs? A search for one that does not.

The relaxation, with multipliers between all pairs of classes, contains every certificate of every neutral mechanism
(for distinct costs its bounds are proved, so limits are included). It is solved for the point that gives some type,
or the other side, the most beyond what the mechanism at hand gives. An efficient mechanism with other payoffs gives
someone more; so if that is nothing, payoffs are unique. If multipliers at that point prove another mechanism
neutral, they are not. Otherwise some excess is divided into intervals, and so on.

The bound on what is gained is HiGHS', in floats, to the tolerance `SAME` relative to the size of the trade: evidence of
a search, not a symbolic proof. The other direction is exact: an alternative comes with its own certificates.

Multipliers between neighbours are not enough here. They describe the same feasible mechanisms, and suffice to find
a neutral one, but warrants depend on which types are compared: there are trades where every certificate with
neighbours alone gives the same payoffs, and one with other multipliers does not.
"""

from __future__ import annotations

import heapq
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.limits import Budget
from gametheory.mechanism.neutral.answers import NeutralMechanism
from gametheory.mechanism.neutral.chain import Chain
from gametheory.mechanism.neutral.hints import Term, UndecidedError
from gametheory.mechanism.neutral.refine import neutral_mechanism
from gametheory.mechanism.neutral.relaxation import Boxes, Point, Relaxation
from gametheory.mechanism.neutral.rounding import rational_multipliers
from gametheory.mechanism.neutral.search import NEAR, scale, shortfall

Array = NDArray[Any]
#: A gain no larger than this, relative to the size of gains from trade, counts as none.
SAME = 1e-4
#: The largest share of the smallest gain from trade that may count as none where uniqueness is claimed.
COARSE = 0.05
#: The most programs solved unless told otherwise, by number of types; above, few.
PROGRAMS = {1: 10, 2: 100, 3: 100, 4: 40, 5: 20, 6: 6}
FEW = 2
#: Above this many types nothing is looked for unless told to: one program takes minutes.
LARGEST = 10


def other_payoffs(
    chain: Chain, found: NeutralMechanism, budget: Budget, *, iterations: int | None = None
) -> tuple[bool | None, NeutralMechanism | None]:
    """Say whether neutral payoffs are unique, with another mechanism if they are not.

    Parameters
    ----------
    chain : Chain
        The trade.
    found : NeutralMechanism
        A neutral mechanism.
    budget : Budget
        Polled at each program solved.
    iterations : int, optional
        The most programs to solve; 0 for no search. By default as many as take a few seconds up to six types; above,
        a short search with multipliers between neighbours, which may find others but cannot show that there are
        none; beyond ten types, no search.

    Returns
    -------
    bool or None, NeutralMechanism or None
        True and None; False and a neutral mechanism with other payoffs; or None and None if neither was shown.
    """
    if chain.classes < chain.order.size:
        # Within a class of equal costs warrants may differ, which the relaxation does not represent.
        return None, None
    if iterations is None and chain.classes > LARGEST:
        return None, None
    partial = iterations is None and chain.classes > max(PROGRAMS)
    if iterations is None:
        iterations = FEW if partial else PROGRAMS.get(chain.classes, 1)
    searched = Chain.of(chain.trade, neighbours_only=partial)
    relaxation = Relaxation(searched)
    utilities = found.informed_utilities[searched.order].astype(np.float64)
    objective = _gain(relaxation, utilities, float(found.uninformed_utility))
    size = scale(searched)
    ticket = count()
    heap: list[tuple[float, int, Boxes]] = [(0.0, next(ticket), {})]
    for _ in range(iterations):
        if not heap:
            break
        budget.check(1)
        _, _, boxes = heapq.heappop(heap)
        try:
            point = relaxation.solve(boxes, objective, budget=budget, above=SAME * size if boxes else None, decide=True)
        except UndecidedError:
            return None, None
        if point is None:
            if not boxes:
                return None, None
            continue
        if point.objective <= SAME * size:
            continue
        other = _alternative(searched, point, found, size, budget)
        if other is not None:
            return False, other
        parts = relaxation.split(point, boxes)
        if not parts:
            return None, None
        for part in parts:
            heapq.heappush(heap, (-point.objective, next(ticket), part))
    # Where gains differ by orders of magnitude, what counts as no difference to one type is all there is to another.
    gains = [abs(gain) for gain in (searched.values - searched.costs).tolist() if gain]
    coarse = bool(gains) and SAME * size > COARSE * float(min(gains))
    return (None if heap or partial or coarse else True), None


def _gain(relaxation: Relaxation, utilities: Array, other: float) -> list[Term]:
    """Add a column for the most that some type or the other side gains on the given utilities; return it."""
    program, chain = relaxation.program, relaxation.chain
    reach = max(float(max(relaxation.most_utility)), 1.0) + max(0.0, float(max(utilities)), other)
    gain = int(program.columns(1, reach)[0])
    chosen = program.columns(utilities.size + 1, 1.0, binary=True)
    program.row([(c, 1.0) for c in chosen], 1.0, 1.0)
    for column, utility, choice in zip(relaxation.utility, utilities, chosen, strict=False):
        program.row([(gain, 1.0), (column, -1.0), (choice, 2 * reach)], high=2 * reach - utility)
    gains = (chain.prior * (chain.values - chain.costs)).astype(np.float64)
    total = [*zip(relaxation.quantity, -gains, strict=True)]
    total += zip(relaxation.utility, chain.class_prior.astype(np.float64), strict=True)
    program.row([(gain, 1.0), *total, (chosen[-1], 2 * reach)], high=2 * reach - other)
    return [(gain, 1.0)]


def _alternative(
    chain: Chain, point: Point, found: NeutralMechanism, size: float, budget: Budget
) -> NeutralMechanism | None:
    """Return a neutral mechanism with other payoffs that multipliers near the point prove, if there is one."""
    utilities = found.informed_utilities[chain.order].astype(np.float64)
    favoured = int(np.argmax(point.utility - utilities))
    for alpha in rational_multipliers(chain, point):
        if shortfall(chain, alpha) > NEAR * size:
            continue
        for favour in (None, favoured):
            other = neutral_mechanism(chain, alpha, budget, favour=favour)
            if other is None:
                break
            if not other.same_payoffs(found):
                return other
    return None
