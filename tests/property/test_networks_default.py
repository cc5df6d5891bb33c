"""Clearing vectors and cascades of random networks: what theory says of all of them."""

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import gametheory as gt
from gametheory.networks import Cascade, ClearingVector, FinancialNetwork
from gametheory.networks.verify import verify

SHARES = st.sampled_from([Fraction(k, 4) for k in range(5)])
AMOUNTS = st.integers(0, 12).map(lambda k: Fraction(k, 2))


@st.composite
def networks(draw, recovery=None):
    banks = draw(st.integers(2, 6))
    pairs = [(i, j) for i in range(banks) for j in range(banks) if i != j]
    debts = draw(st.lists(st.sampled_from(pairs), max_size=14))
    numbers = st.lists(AMOUNTS, min_size=banks, max_size=banks)
    rates = [draw(SHARES) if recovery is None else recovery for _ in range(2)]
    return FinancialNetwork(
        [i for i, _ in debts],
        [j for _, j in debts],
        [draw(AMOUNTS) for _ in debts],
        draw(numbers),
        draw(numbers),
        rates[0],
        rates[1],
        forced=draw(st.lists(st.integers(0, banks - 1), max_size=2)),
    )


def payments(form, concept, exact=True):
    return gt.solve(form, concept=concept, exact=exact).require().answer.payments


@settings(max_examples=70, deadline=None)
@given(networks())
def test_the_least_is_below_the_greatest_and_floats_agree(form):
    greatest, least = payments(form, "greatest_clearing"), payments(form, "least_clearing")
    assert np.all(least <= greatest)
    for concept, exact in (("greatest_clearing", greatest), ("least_clearing", least)):
        assert verify(form, ClearingVector(exact), exact=True, concept="clearing").ok
        assert np.allclose(payments(form, concept, exact=False), exact.astype(float), atol=1e-9)
    if np.any(least < greatest):
        assert not verify(form, ClearingVector(least), exact=True, concept="greatest_clearing").ok
        assert not verify(form, ClearingVector(greatest), exact=True, concept="least_clearing").ok


@settings(max_examples=40, deadline=None)
@given(networks(), st.integers(0, 5))
def test_wealth_helps_everybody(form, who):
    richer = form.outside.copy()
    richer[who % form.banks] += 1
    more = FinancialNetwork(
        form.debtor,
        form.creditor,
        form.amount,
        richer,
        form.outside_debt,
        form.recovery_outside,
        form.recovery_loans,
        form.forced,
    )
    for concept in ("greatest_clearing", "least_clearing"):
        assert np.all(payments(more, concept) >= payments(form, concept))


@settings(max_examples=40, deadline=None)
@given(networks(recovery=Fraction(1)))
def test_without_costs_of_default_value_is_conserved(form):
    # What banks are left with plus what outsiders get is what there was (Eisenberg and Noe).
    paid = payments(form, "greatest_clearing")
    debts = form.debts
    total = Fraction(0)
    for i in range(form.banks):
        inflow = sum(
            (
                paid[d] * x / debts[d]
                for d, c, x in zip(form.debtor, form.creditor, form.amount, strict=True)
                if c == i and debts[d]
            ),
            Fraction(0),
        )
        total += form.outside[i] + inflow - paid[i]
        if debts[i]:
            total += paid[i] * form.outside_debt[i] / debts[i]
    assert total == sum(form.outside)


@settings(max_examples=60, deadline=None)
@given(networks(recovery=Fraction(0)))
def test_a_cascade_is_the_greatest_clearing_without_recovery(form):
    # With nobody insolvent but the forced at first, who falls is who does not pay in full.
    calm = form.with_defaults([])
    start = gt.solve(calm, concept="cascade", exact=True).require().answer
    if start.defaulted.any():
        return
    fallen = gt.solve(form, concept="cascade", exact=True).require().answer
    paid = payments(form, "greatest_clearing")
    owing = np.asarray(form.debts > 0, dtype=bool)
    assert np.array_equal(fallen.defaulted & owing, np.asarray(paid < form.debts, dtype=bool))
    floats = gt.solve(form, concept="cascade").require().answer
    assert floats.wave.tolist() == fallen.wave.tolist()


@settings(max_examples=60, deadline=None)
@given(networks(recovery=Fraction(0)), st.data())
def test_only_the_true_waves_pass(form, data):
    wave = gt.solve(form, concept="cascade", exact=True).require().answer.wave
    other = data.draw(st.lists(st.integers(-1, 4), min_size=form.banks, max_size=form.banks))
    assert verify(form, Cascade(other), exact=True, concept="cascade").ok == (other == wave.tolist())
