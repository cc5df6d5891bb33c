"""Trades with known neutral mechanisms, and the paper's definitions written out term by term."""

from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat

from gametheory.mechanism.neutral import OneSidedTrade

F = Fraction


def paper(power="1/2", prior=("2/5", "3/10", "1/5", "1/10")):
    """The example of the paper on neutral prices: types lb, hb, lg, hg."""
    return OneSidedTrade([10, 20, 30, 40], [30, 30, 50, 50], prior, ("lb", "hb", "lg", "hg"), power)


def two_types(power="1/2"):
    """Costs 0 and 2, values 5 and 3, equally likely: at equal power two neutral mechanisms, worked out by hand.

    Halving the gains of each type is incentive compatible: price 5/2 for both. So is the other: with
    alpha(2|1) = 1/4 the second type's virtual cost is 2 + (1/4) 2 / (1/2) = 3, her value; omega_1 = 5/2, and
    (1/2 + 1/4) omega_2 = (1/4) omega_1 gives omega_2 = 5/6, reached by Q_2 = 5/6 at the price 3.
    """
    return OneSidedTrade([0, 2], [5, 3], ["1/2", "1/2"], power=power)


def many_payoffs():
    """Four types of the paper's class with a continuum of neutral payoffs."""
    return OneSidedTrade([14, 26, 36, 48], [45, 84, 45, 84], [F(6, 23), F(10, 23), F(6, 23), F(1, 23)])


def random_trade(rng, types):
    """A random trade with distinct integer costs.

    Costs are drawn without replacement from 0..59 and sorted; gains are 1..29, or -15..29, each with probability 1/2;
    with probability 1/2 values are sorted too. At least one gain is positive. The prior is proportional to
    integers from 1..19; the power is 0, 1/4, 1/2, 3/4, 1 with probabilities .05, .2, .5, .1, .15.
    """
    while True:
        costs = np.sort(rng.choice(60, types, replace=False))
        gains_only, monotone = rng.integers(0, 2, 2)
        values = costs + rng.integers(1 if gains_only else -15, 30, types)
        if monotone:
            values = np.sort(values)
        if (values > costs).any():
            break
    weights = rng.integers(1, 20, types).tolist()
    power = rng.choice(5, p=[0.05, 0.2, 0.5, 0.1, 0.15])
    prior = [F(w, sum(weights)) for w in weights]
    return OneSidedTrade(costs.tolist(), values.tolist(), prior, power=F(int(power), 4))


def virtual_utility(trade, weights, t, q, y):
    """Return the sum of both sides' virtual utilities at outcome (q, y) and type t: the paper's (12)."""
    n, c, alpha = trade.size, trade.costs, weights.alpha
    own = (weights.informed[t] + sum(alpha[t, s] for s in range(n))) * (y - c[t] * q)
    envied = sum(alpha[s, t] * (y - c[s] * q) for s in range(n))
    return (own - envied) / trade.prior[t] + weights.uninformed * (trade.values[t] * q - y)


def warrants_by_definition(trade, weights):
    """Solve the paper's (20) and (21), with shares power and 1 - power for halves, by exact linear algebra."""
    n, p, alpha = trade.size, trade.prior, weights.alpha
    best = [max(virtual_utility(trade, weights, t, q, 0) for q in (0, 1)) for t in range(n)]
    matrix = [[-alpha[s, t] / p[t] for s in range(n)] for t in range(n)]
    for t in range(n):
        matrix[t][t] += (weights.informed[t] + sum(alpha[t, s] for s in range(n))) / p[t]
    left = fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in matrix])
    right = fmpq_mat([[fmpq((trade.power * b).numerator, (trade.power * b).denominator)] for b in best])
    solved = left.solve(right)
    informed = [F(int(solved[t, 0].p), int(solved[t, 0].q)) for t in range(n)]
    other = (1 - trade.power) * sum(p[t] * best[t] for t in range(n)) / weights.uninformed
    return informed, other


def result_one_holds(trade, found, weights):
    """Say whether weights are positive and support the mechanism: the paper's (14)-(16), money included."""
    n, q, y = trade.size, found.quantities, found.payments
    if min(weights.informed) <= 0 or weights.uninformed <= 0:
        return False
    return supports(trade, weights, q, y, n)


def supports(trade, weights, q, y, n):
    """Say whether the mechanism maximises virtual utility type by type, without slack at positive multipliers."""
    for t in range(n):
        for s in range(n):
            slack = y[t] - trade.costs[t] * q[t] - y[s] + trade.costs[t] * q[s]
            if weights.alpha[t, s] < 0 or slack < 0 or weights.alpha[t, s] * slack != 0:
                return False
        if virtual_utility(trade, weights, t, 0, 1) != 0:  # else the maximum over payments is infinite
            return False
        best = max(virtual_utility(trade, weights, t, quantity, 0) for quantity in (0, 1))
        if virtual_utility(trade, weights, t, q[t], y[t]) != best:
            return False
    return True
