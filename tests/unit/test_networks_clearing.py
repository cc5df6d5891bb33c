"""Clearing vectors against published examples, brute force and hand calculation."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

import gametheory as gt
from gametheory.networks import Cascade, ClearingBound, ClearingVector, FinancialNetwork, balance_sheets
from gametheory.networks.verify import verify

GREATEST, LEAST = "greatest_clearing", "least_clearing"


def network(debts, outside, **terms):
    """Build a network from a table {(debtor, creditor): amount}."""
    debtor, creditor = zip(*debts, strict=True)
    return FinancialNetwork(list(debtor), list(creditor), list(debts.values()), outside, **terms)


def solve(form, concept=GREATEST, exact=True):
    return gt.solve(form, concept=concept, exact=exact).require()


def brute_force(form):
    """Return every clearing vector whose default set has one linear solution, by trying every default set."""
    n = form.banks
    debts = form.debts
    shares = np.full((n, n), Fraction(0), dtype=object)
    for i, j, x in zip(form.debtor, form.creditor, form.amount, strict=True):
        shares[j, i] += x / debts[i]
    found = []
    for failing in product([False, True], repeat=n):
        matrix = [[Fraction(int(i == j)) for j in range(n)] + [Fraction(0)] for i in range(n)]
        for i in range(n):
            if failing[i]:
                for j in range(n):
                    matrix[i][j] -= form.recovery_loans * shares[i, j]
                matrix[i][n] = form.recovery_outside * form.outside[i]
            else:
                matrix[i][n] = debts[i]
        solved = gauss(matrix)
        if solved is None:
            continue
        assets = [form.outside[i] + sum(shares[i, j] * solved[j] for j in range(n)) for i in range(n)]
        if all((assets[i] < debts[i]) == failing[i] and 0 <= solved[i] <= debts[i] for i in range(n)):
            found.append(solved)
    return found


def gauss(rows):
    n = len(rows)
    for c in range(n):
        pivot = next((r for r in range(c, n) if rows[r][c]), None)
        if pivot is None:
            return None
        rows[c], rows[pivot] = rows[pivot], rows[c]
        rows[c] = [x / rows[c][c] for x in rows[c]]
        for r in range(n):
            if r != c and rows[r][c]:
                rows[r] = [x - rows[r][c] * y for x, y in zip(rows[r], rows[c], strict=True)]
    return [row[n] for row in rows]


def test_a_chain_pays_in_proportion():
    # A owns 1/2 and owes B 1; B owes 1 to C and 1 to outsiders, owning 1.
    form = network({(0, 1): 1, (1, 2): 1}, ["1/2", 1, 0], outside_debt=[0, 1, 0])
    assert solve(form).answer.payments.tolist() == [Fraction(1, 2), Fraction(3, 2), 0]
    assert solve(form, LEAST).answer.payments.tolist() == [Fraction(1, 2), Fraction(3, 2), 0]


def test_zero_recovery_loses_everything_downstream():
    form = network({(0, 1): 1, (1, 2): 1}, ["1/2", "1/2", 0], recovery_outside=0, recovery_loans=0)
    assert solve(form).answer.payments.tolist() == [0, 0, 0]
    assert solve(form, "cascade").answer.wave.tolist() == [0, 1, -1]


def test_two_banks_that_trust_each_other_or_not():
    # Each owes the other 1 and owns nothing: everything between nothing and full payment clears.
    form = network({(0, 1): 1, (1, 0): 1}, [0, 0])
    assert solve(form).answer.payments.tolist() == [1, 1]
    assert solve(form, LEAST).answer.payments.tolist() == [0, 0]
    assert verify(form, ClearingVector([Fraction(1, 3), Fraction(1, 3)]), exact=True, concept="clearing").ok
    for concept in (GREATEST, LEAST):
        assert not verify(form, ClearingVector([Fraction(1, 3), Fraction(1, 3)]), exact=True, concept=concept).ok


def test_costs_of_default_make_greatest_and_least_differ():
    # Rogers and Veraart's point: with bankruptcy costs there may be several clearing vectors.
    form = network({(0, 1): 1, (1, 0): 1}, ["1/10", "1/10"], recovery_outside="1/2", recovery_loans="1/2")
    assert solve(form).answer.payments.tolist() == [1, 1]
    assert solve(form, LEAST).answer.payments.tolist() == [Fraction(1, 10), Fraction(1, 10)]


@pytest.mark.parametrize("seed", range(12))
def test_greatest_and_least_of_all_clearing_vectors(seed):
    rng = np.random.default_rng(seed)
    n = 4
    debts = {
        (i, j): Fraction(int(rng.integers(1, 9))) for i in range(n) for j in range(n) if i != j and rng.random() < 0.6
    }
    outside = [Fraction(int(rng.integers(0, 9)), 2) for _ in range(n)]
    outside_debt = [Fraction(int(rng.integers(1, 5)), 2) for _ in range(n)]
    rates = {
        "recovery_outside": Fraction(int(rng.integers(0, 5)), 4),
        "recovery_loans": Fraction(int(rng.integers(0, 5)), 4),
    }
    form = network(debts, outside, outside_debt=outside_debt, **rates)
    everything = brute_force(form)
    for exact in (True, False):
        for concept, best in ((GREATEST, max), (LEAST, min)):
            expected = [best(v[i] for v in everything) for i in range(n)]
            found = solve(form, concept, exact).answer.payments.tolist()
            assert found == expected if exact else np.allclose(found, np.array(expected, dtype=float), atol=1e-12)


def test_a_slow_circle_is_solved_at_once():
    # 2000 banks in a circle, each keeping one part in a million for outsiders; no outside wealth but the first's.
    n = 2000
    leak = 1e-6
    outside = np.zeros(n)
    outside[0] = 1e-3
    form = FinancialNetwork(
        np.arange(n), (np.arange(n) + 1) % n, np.full(n, 1 - leak), outside, outside_debt=np.full(n, leak)
    )
    solution = gt.solve(form, concept=GREATEST)
    keep = 1 - leak
    first = 1e-3 / (1 - keep**n)
    expected = first * keep ** np.arange(n)
    assert solution.solved
    assert np.allclose(solution.answer.payments, expected, rtol=1e-9)


def test_forced_defaults_pay_no_more_than_they_owe():
    form = network({(0, 1): 1, (1, 2): 1}, [5, 0, 0], forced=[0], recovery_outside="1/10", recovery_loans=0)
    assert solve(form).answer.payments.tolist() == [Fraction(1, 2), 0, 0]
    rich = network({(0, 1): 1, (1, 2): 1}, [50, 0, 0], forced=[0], recovery_outside="1/10", recovery_loans=0)
    assert solve(rich).answer.payments.tolist() == [1, 1, 0]


def test_ties():
    debts = {(0, 1): 1, (1, 2): 1}
    for exact in (True, False):
        terms = {"recovery_outside": 0, "recovery_loans": 0}
        assert solve(network(debts, [1, 0, 0], **terms), "cascade", exact).answer.wave.tolist() == [-1, -1, -1]
        tied = network(debts, [1, 0, 0], tie="default", **terms)
        assert solve(tied, "cascade", exact).answer.wave.tolist() == [0, 0, -1]
        assert solve(tied, GREATEST, exact).answer.payments.tolist() == [0, 0, 0]


def test_a_tie_of_decimals_is_a_tie_in_floats():
    form = network({(0, 1): 0.3, (1, 2): 0.3}, [0.1 + 0.2, 0.0, 0.0], recovery_outside=0, recovery_loans=0)
    low = network({(0, 1): 0.1 + 0.2, (1, 2): 0.3}, [0.3, 0.0, 0.0], recovery_outside=0, recovery_loans=0)
    for each in (form, low):
        assert solve(each, "cascade", exact=False).answer.wave.max() == -1


def test_shock_induced_defaults():
    terms = {"recovery_outside": 0, "recovery_loans": 0}
    form = network({(0, 1): 2, (1, 2): 2, (2, 0): 1}, [2, 1, 4], **terms)
    assert solve(form, "cascade").answer.wave.tolist() == [-1, -1, -1]
    shocked = form.shocked([Fraction(1, 4), 1, 1])
    assert solve(shocked, "cascade").answer.wave.tolist() == [0, 1, -1]
    assert solve(form.with_defaults([0]), "cascade").answer.wave.tolist() == [0, 1, -1]


def test_negative_debts_are_for_cascades_only():
    form = network({(0, 1): -1, (1, 2): 1}, [0, 3, 0], recovery_outside=0, recovery_loans=0)
    assert solve(form, "cascade").answer.wave.tolist() == [-1, -1, -1]
    with pytest.raises(gt.RefusedError, match="negative"):
        gt.solve(form)


def test_a_cascade_with_recovery_is_refused():
    with pytest.raises(gt.RefusedError, match="recovery"):
        gt.solve(network({(0, 1): 1}, [0, 0]), concept="cascade")


@pytest.mark.parametrize("wave", [[0, -1, -1], [-1, 0, -1], [0, 2, -1], [0, 1, 2], [1, 2, -1], [0, 0, -1]])
def test_wrong_cascades_are_caught(wave):
    form = network({(0, 1): 1, (1, 2): 1}, ["1/2", "1/2", 0], recovery_outside=0, recovery_loans=0)
    certificate = verify(form, Cascade(wave), exact=True, concept="cascade")
    assert not certificate.ok
    assert certificate.violations


@pytest.mark.parametrize(
    "payments",
    [[Fraction(1, 2), 1, 0], [1, Fraction(3, 2), 0], [Fraction(1, 2), Fraction(3, 2), Fraction(1)], [-1, 0, 0]],
)
@pytest.mark.parametrize("exact", [True, False])
def test_wrong_payments_are_caught(payments, exact):
    form = network({(0, 1): 1, (1, 2): 1}, ["1/2", 1, 0], outside_debt=[0, 1, 0])
    assert not verify(form, ClearingVector(payments), exact=exact, concept="clearing").ok


def test_a_limit_is_a_termination():
    # A chain in which every default is seen one step after the one before.
    n = 12
    form = FinancialNetwork(range(n), range(1, n + 1), [1] * n, ["1/2"] + [0] * n, [0] * (n + 1), "1/2", "1/2")
    least, greatest = (solve(form, concept).answer.payments for concept in (LEAST, GREATEST))
    for exact in (True, False):
        for concept in (GREATEST, LEAST):
            solution = gt.solve(form, concept=concept, exact=exact, iterations=1 if exact else 3)
            assert solution.termination == "LIMIT"
            assert solution.verified
            bound = solution.answer.payments
            upper = concept == GREATEST
            assert solution.answer.upper == upper
            assert np.all(bound >= greatest - 1e-12) if upper else np.all(bound <= least + 1e-12)
    wrong = ClearingBound(greatest * Fraction(1, 2), True)
    assert not verify(form, wrong, exact=True).ok


def test_balance_sheets():
    sheets = balance_sheets(network({(0, 1): 4, (1, 2): 3, (2, 0): 1}, [5, 1, 0]))
    assert sheets.equity.tolist() == [2, 2, 2]
    assert sheets.loan_threshold == (0, Fraction(1, 2), Fraction(1, 3))
    assert sheets.outside_threshold == (Fraction(3, 5), 0, None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"debtor": [0, 3]}, r"debtor\[1\]"),
        ({"debtor": [1, 1]}, "owes itself"),
        ({"creditor": [1]}, "has 1 entries"),
        ({"amount": [1, float("nan")]}, "amount"),
        ({"outside": [1, -1, 0]}, r"outside\[1\]"),
        ({"recovery_loans": 2}, "recovery_loans"),
        ({"tie": "maybe"}, "tie"),
        ({"forced": [7]}, "forced"),
        ({"labels": ["a", "a", "b"]}, "labels"),
        ({"debtor": [0.5, 1]}, "whole numbers"),
    ],
)
def test_bad_input_names_the_field(change, message):
    good = {"debtor": [0, 1], "creditor": [1, 2], "amount": [1, 1], "outside": [1, 1, 1]}
    with pytest.raises(gt.InputError, match=message):
        FinancialNetwork(**{**good, **change})


@pytest.mark.parametrize("missing", ["debtor", "creditor", "amount", "outside"])
def test_malformed_data(missing):
    data = network({(0, 1): 1}, [0, 0]).to_data()
    del data[missing]
    with pytest.raises(gt.InputError, match=missing):
        FinancialNetwork.from_data(data)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("concept", [GREATEST, LEAST, "clearing", "cascade"])
def test_a_saved_solution_is_verified_from_its_file(tmp_path, exact, concept):
    form = network({(0, 1): 1, (1, 2): 1}, ["1/3", 1, 0], recovery_outside=0, recovery_loans=0, labels=("a", "b", "c"))
    solution = solve(form if exact else form.to_float(), concept, exact)
    path = tmp_path / "solution.json"
    solution.save(path)
    assert gt.verify_file(path).ok


def test_a_forced_default_shows_its_own_effects_only():
    # Bank 3 is insolvent from the start; a default of bank 0 has nothing to do with it.
    debts = {(0, 1): 1, (1, 2): 1, (3, 2): 1}
    terms = {"recovery_outside": 0, "recovery_loans": 0}
    form = network(debts, [1, 0, 0, 0], **terms)
    assert solve(form, "cascade").answer.wave.tolist() == [-1, -1, -1, 0]
    assert solve(form.with_defaults([0]), "cascade").answer.wave.tolist() == [0, 1, -1, -1]
