"""Clearing and cascades at scale: ours alone, and beside a dense textbook iteration where that fits in memory.

Run ``python benchmarks/networks.py [banks] [loans]``; the default is 1,000,000 banks and 5,000,000 loans.
"""

import sys
import time

import numpy as np

import gametheory as gt
from gametheory.networks import FinancialNetwork


def random_network(banks, loans, seed=0):
    rng = np.random.default_rng(seed)
    debtor = rng.integers(0, banks, loans)
    creditor = (debtor + rng.integers(1, banks, loans)) % banks
    amount = rng.exponential(1.0, loans)
    owed = np.bincount(debtor, amount, minlength=banks)
    owned = np.bincount(creditor, amount, minlength=banks)
    # A bank's own wealth covers its net debt with a thin cushion; every hundredth has lost it.
    outside = np.maximum(owed - owned, 0) + 0.1 * rng.random(banks) * owed
    outside[::100] *= 0.2
    return FinancialNetwork(debtor, creditor, amount, outside, recovery_outside=0.9, recovery_loans=0.9)


def dense(network, sweeps=10_000):
    """Iterate p = min(L, rule) with a full matrix, as textbooks do."""
    n = network.banks
    shares = np.zeros((n, n))
    debts = network.debts
    np.add.at(shares, (network.creditor, network.debtor), network.amount / debts[network.debtor])
    payments = debts.copy()
    for _ in range(sweeps):
        inflow = shares @ payments
        solvent = network.outside + inflow >= debts * (1 - 1e-12)
        new = np.where(solvent, debts, 0.9 * network.outside + 0.9 * inflow)
        if np.abs(new - payments).max() <= 1e-15 * debts.max():
            break
        payments = new
    return payments


def timed(function):
    began = time.perf_counter()
    value = function()
    return time.perf_counter() - began, value


def main(banks=1_000_000, loans=5_000_000):
    small = random_network(3000, 15_000)
    gt.solve(small).require()
    pairs = []
    for _ in range(5):
        theirs, expected = timed(lambda: dense(small))
        ours, solution = timed(lambda: gt.solve(small).require())
        assert np.allclose(solution.answer.payments, expected, atol=1e-9)
        pairs.append(theirs / ours)
    print(f"3,000 banks: dense iteration / ours with certificate = {np.median(pairs):.1f} (median of 5 pairs)")
    built, network = timed(lambda: random_network(banks, loans))
    print(f"{banks:,} banks, {loans:,} loans (built in {built:.1f} s)")
    for concept in ("greatest_clearing", "least_clearing"):
        seconds, solution = timed(lambda concept=concept: gt.solve(network, concept=concept).require())
        found = solution.provenance.seconds
        defaults = solution.results["defaults"]
        print(f"  {concept}: {found:.2f} s, with certificate {seconds:.2f} s, {defaults:,} defaults")
        print(f"    {solution.certificate.note}; residual {solution.certificate.max_violation:.1e}")
    cascade = FinancialNetwork(network.debtor, network.creditor, network.amount, network.outside, (), 0, 0)
    seconds, solution = timed(lambda: gt.solve(cascade, concept="cascade").require())
    print(f"  cascade: {solution.provenance.seconds:.2f} s, with certificate {seconds:.2f} s, {solution.results}")


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:]))
