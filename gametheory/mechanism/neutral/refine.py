"""From multipliers to a neutral mechanism: one exact linear program decides, and proves efficiency.

Given exact multipliers and their warrants ``omega``, maximise expected gains over feasible mechanisms that give at
least ``omega``. If there is none, the multipliers do not show anything to be neutral. If there is one, then

    ``lambda U1 + U2 >= lambda omega1 + omega2 = sum p W >= lambda U1 + U2``

(the middle one adds up the warrant equations, the last one is weak duality), so that all hold with equality: the
multipliers satisfy the conditions of optimality at every such mechanism. The one with the greatest gains is interim
incentive efficient, because it is optimal for the weights p and 1 plus the multipliers of the rows ``U >= omega``,
which are positive.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.limits import Budget, LimitReached, Limits
from gametheory.linear.answers import PrimalDual
from gametheory.linear.program import LinearProgram
from gametheory.linear.sparse import SparseMatrix
from gametheory.mechanism.neutral.answers import NeutralMechanism
from gametheory.mechanism.neutral.chain import Chain
from gametheory.numbers import exact_array
from gametheory.solution import Termination
from gametheory.solvers import Options

Array = NDArray[Any]


def mechanisms_above(chain: Chain, warrants: Array, other: Fraction, objective: Array | None = None) -> LinearProgram:
    """Return the program over feasible mechanisms that give the classes and the other side at least what is warranted.

    Columns are the quantities of types and the utilities of classes; rows are the incentive constraints (at least
    0), then the utilities of the classes and of the other side. The objective is the expected gains unless given.
    """
    chain = Chain.of(chain.trade)
    n, k, edges = chain.order.size, chain.classes, chain.sources.size
    gains = chain.prior * (chain.values - chain.costs)
    rows, columns, values = [], [], []
    for e, (source, target) in enumerate(zip(chain.sources.tolist(), chain.targets.tolist(), strict=True)):
        rows += [e, e, e]
        columns += [n + source, n + int(chain.class_of[target]), target]
        values += [Fraction(1), Fraction(-1), -chain.distances[e]]
    rows += [*range(edges, edges + k), *([edges + k] * (n + k))]
    columns += [*range(n, n + k), *range(n + k)]
    values += [*([Fraction(1)] * k), *gains.tolist(), *(-chain.class_prior).tolist()]
    matrix = SparseMatrix.from_coo(
        np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64), exact_array(values), (edges + k + 1, n + k)
    )
    return LinearProgram(
        "max",
        exact_array([*gains.tolist(), *([0] * k)]) if objective is None else objective,
        matrix,
        exact_array([*([0] * edges), *warrants.tolist(), other]),
        np.full(edges + k + 1, np.inf),
        exact_array([0] * (n + k)),
        np.array([*([Fraction(1)] * n), *([np.inf] * k)], dtype=object),
    )


def exact_optimum(program: LinearProgram, budget: Budget) -> PrimalDual | None:
    """Return an exact optimal pair; None if there is no feasible point.

    Raises
    ------
    LimitReached
        If the budget is spent.
    """
    from gametheory.linear.highs import solve

    # Its pivots are not among the programs that the budget counts.
    left = budget.seconds_left
    inner = Budget(Limits(seconds=None if left is None else max(left, 1e-3)))
    outcome = solve(program, Options(exact=True, budget=inner))
    if outcome.termination is Termination.LIMIT:
        raise LimitReached(outcome.message)
    return outcome.answer if isinstance(outcome.answer, PrimalDual) and outcome.exact else None


def neutral_mechanism(
    chain: Chain, alpha: Array, budget: Budget, *, favour: int | None = None
) -> NeutralMechanism | None:
    """Return the neutral mechanism that exact multipliers prove, with its certificates; None if they prove none.

    Parameters
    ----------
    chain : Chain
        The trade.
    alpha : array of Fraction, shape (edges,)
        The multipliers.
    budget : Budget
        What may be spent.
    favour : int, optional
        A class whose utility counts a thousand times where several mechanisms are proved by the same multipliers.
    """
    if min(chain.weights(alpha).tolist()) < 0 or min(alpha.tolist(), default=0) < 0:
        return None
    warrants, other = chain.warrants(alpha)
    objective = None
    if favour is not None:
        gains = chain.prior * (chain.values - chain.costs)
        objective = exact_array([*gains.tolist(), *([0] * chain.classes)])
        objective[gains.size + favour] += 1000 * chain.class_prior[favour]
    pair = exact_optimum(mechanisms_above(chain, warrants, other, objective), budget)
    if pair is None:
        return None
    neighbours = Chain.of(chain.trade)
    n, edges = chain.order.size, neighbours.sources.size
    quantities, utilities = pair.primal[:n], pair.primal[n:]
    payments = utilities[chain.class_of] + chain.costs * quantities
    total = (chain.prior * (chain.values * quantities - payments)).sum()
    # Shadow prices of rows "at least" are not positive where the program is maximised.
    scale = 1 - pair.row_dual[-1]
    return NeutralMechanism(
        chain.by_type(quantities),
        chain.by_type(payments),
        chain.by_class(utilities),
        total,
        chain.to_weights(alpha),
        chain.by_class(warrants),
        other,
        neighbours.to_weights(-pair.row_dual[:edges] / scale),
    )
