"""Checks of answers about debt networks, without a solver.

A clearing vector is checked by its residual. That it is the greatest is proved by bounds: the payment rule,
applied from full payments down, stays above every clearing vector, so whoever cannot pay in full there cannot
in any. Once these are the banks that pay in part in the answer, every clearing vector above the answer solves
one linear system with it; the system has a single solution where every bank in it owes, directly or through
others in it, somebody outside it (or loans are recovered in part). The least vector is proved likewise from below.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory import tolerances
from gametheory.errors import InputError
from gametheory.networks.answers import Cascade, ClearingBound, ClearingVector
from gametheory.numbers import exact_array
from gametheory.solution import Certificate, Violation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.networks.lending import FinancialNetwork

#: How many violations a certificate lists.
LISTED = 20
#: Applications of the payment rule after which a bound is given up.
PATIENCE = 10_000
#: Assets and debts this close, relative to the debts, are equal in floats.
EQUAL = 1e-12
#: Denominator to which exact bounds are rounded, outwards, so that they stay short.
GRAIN = 1 << 64


def verify(
    network: FinancialNetwork,
    answer: ClearingVector | ClearingBound | Cascade,
    *,
    exact: bool,
    concept: str = "greatest_clearing",
) -> Certificate:
    """Check an answer about a debt network.

    Parameters
    ----------
    network : FinancialNetwork
        The debts.
    answer : ClearingVector, ClearingBound or Cascade
        What is claimed.
    exact : bool
        Whether to check in fractions, with tolerance 0.
    concept : str
        ``"greatest_clearing"``, ``"least_clearing"``, ``"clearing"`` (any) or ``"cascade"``.

    Returns
    -------
    Certificate
        Of kind ``"clearing_residual"``, ``"clearing_bound"`` or ``"cascade"``; violations are named by bank.

    Raises
    ------
    InputError
        If the answer is not about this network or this concept.
    """
    given = network.to_exact() if exact else network.to_float()
    if concept == "cascade" and isinstance(answer, Cascade):
        return _cascade(given, answer, exact)
    known = ("greatest_clearing", "least_clearing", "clearing")
    if concept not in known or not isinstance(answer, ClearingVector | ClearingBound):
        raise InputError(f"{type(answer).__name__} is not an answer for the concept '{concept}' of a debt network")
    if len(answer.payments) != network.banks:
        raise InputError(f"there are {len(answer.payments)} payments and {network.banks} banks")
    if np.any(np.asarray(given.amount < 0, dtype=bool)):
        raise InputError("a network with negative debts has no clearing vector")
    payments = exact_array(answer.payments) if exact else answer.payments.astype(np.float64)
    if isinstance(answer, ClearingBound):
        return _bound(_Rule(given), payments, answer.upper)
    return _clearing(_Rule(given), payments, concept)


class _Rule:
    """What banks pay given what they receive; and how far that is from a claim."""

    def __init__(self, network: FinancialNetwork) -> None:
        self.network = network
        self.exact = network.is_exact
        self.debts = network.debts
        self.scale: Any = 1 if self.exact else np.maximum(1.0, self.debts)
        owed = self.debts[network.debtor]
        self.share = network.amount / np.where(np.asarray(owed > 0, dtype=bool), owed, owed * 0 + 1)
        self.forced = np.zeros(network.banks, dtype=bool)
        self.forced[network.forced] = True

    def assets(self, payments: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return what banks own, and what they have recovered if they default."""
        network = self.network
        flows = self.share * payments[network.debtor]
        if self.exact:
            received: NDArray[Any] = self.debts * 0
            np.add.at(received, network.creditor, flows)
        else:
            received = np.bincount(network.creditor, flows, minlength=network.banks)
        recovered = network.recovery_outside * network.outside + network.recovery_loans * received
        return network.outside + received, np.minimum(recovered, self.debts)

    def solvent(self, assets: NDArray[Any], slack: float = EQUAL) -> NDArray[Any]:
        reach = 0 if self.exact else slack
        if self.network.tie == "solvent":
            able = assets >= self.debts * (1 - reach)
        else:
            able = (assets > self.debts * (1 + reach)) | (self.debts == 0)
        return np.asarray(able, dtype=bool) & ~self.forced

    def __call__(self, payments: NDArray[Any]) -> NDArray[Any]:
        assets, recovered = self.assets(payments)
        result: NDArray[Any] = np.where(self.solvent(assets), self.debts, recovered)
        return result

    def residual(self, payments: NDArray[Any]) -> NDArray[Any]:
        """Return how far each payment is from the rule; in floats a bank on the edge may be on either side."""
        assets, recovered = self.assets(payments)
        full, part = np.abs(self.debts - payments), np.abs(recovered - payments)
        result: NDArray[Any] = np.where(self.solvent(assets), full, part)
        if not self.exact:
            edge = (np.abs(assets - self.debts) <= tolerances.FEASIBILITY * self.scale) & ~self.forced
            result = np.where(edge, np.minimum(full, part), result) / self.scale
        return result

    def partial(self, payments: NDArray[Any]) -> NDArray[Any]:
        reach = 0 if self.exact else EQUAL
        return np.asarray(payments < self.debts * (1 - reach), dtype=bool)


def _clearing(rule: _Rule, payments: NDArray[Any], concept: str) -> Certificate:
    network = rule.network
    residual = rule.residual(payments)
    outside = np.maximum(-payments, payments - rule.debts)
    violation = np.maximum(residual, outside if rule.exact else outside / rule.scale)
    tolerance: Any = Fraction(0) if rule.exact else tolerances.FEASIBILITY
    found = _listed(network, violation, tolerance, "payment")
    checked = 2 * network.banks
    notes = []
    if concept != "clearing" and not found:
        gap, steps, proved = _extreme(rule, payments, concept == "greatest_clearing", tolerance)
        checked += network.banks
        if proved:
            notes.append(f"{concept.partition('_')[0]} by bounds after {steps} applications of the payment rule")
        else:
            found += _listed(network, gap, tolerance, f"not shown to be the {concept.partition('_')[0]}")
    worst = max(violation.tolist(), default=0)
    return Certificate(
        kind="clearing_residual",
        checked=checked,
        max_violation=max([worst, *(v.amount for v in found)]) if rule.exact else float(worst),
        tolerance=tolerance,
        exact=rule.exact,
        ok=not found,
        violations=tuple(found),
        note="; ".join(notes),
    )


def _extreme(rule: _Rule, payments: NDArray[Any], downwards: bool, tolerance: Any) -> tuple[NDArray[Any], int, bool]:
    """Bound every clearing vector; return the gap to the claim, the steps taken, and whether it is proved."""
    bound = rule.debts.copy() if downwards else rule.debts * 0
    closer = np.minimum if downwards else np.maximum
    claimed = rule.partial(payments)
    gap = bound
    for step in range(PATIENCE):
        gap = bound - payments if downwards else payments - bound
        size = gap if rule.exact else gap / rule.scale
        pinned = np.asarray(size <= tolerance, dtype=bool)
        if pinned.all():
            return size, step, True
        same = bool(np.array_equal(rule.partial(bound), claimed))
        if same and step and _has_outlets(rule, claimed & ~pinned):
            return size, step, True
        new = rule(bound)
        if rule.exact:
            rounding = math.ceil if downwards else math.floor
            new = exact_array([Fraction(rounding(v * GRAIN), GRAIN) for v in new.tolist()])
            new = np.minimum(new, rule.debts)
        new = closer(new, bound)
        if bool(np.all(new == bound)):
            break
        bound = new
    return size, PATIENCE, False


def _bound(rule: _Rule, payments: NDArray[Any], upper: bool) -> Certificate:
    """Check that the payment rule, applied from the extreme, comes within the claimed bound."""
    tolerance: Any = Fraction(0) if rule.exact else tolerances.FEASIBILITY
    bound = rule.debts.copy() if upper else rule.debts * 0
    closer = np.minimum if upper else np.maximum
    for _ in range(PATIENCE):
        gap = bound - payments if upper else payments - bound
        excess = gap if rule.exact else gap / rule.scale
        if not np.any(np.asarray(excess > tolerance, dtype=bool)):
            break
        new = closer(rule(bound), bound)
        if bool(np.all(new == bound)):
            break
        bound = new
    found = _listed(rule.network, excess, tolerance, "not shown to bound the payment")
    worst = max([0 * tolerance, *excess.tolist()])
    return Certificate("clearing_bound", len(payments), worst, tolerance, rule.exact, not found, tuple(found))


def _has_outlets(rule: _Rule, open_banks: NDArray[Any]) -> bool:
    """Say whether ``x = b + M x`` on these banks has a single solution."""
    network = rule.network
    if network.recovery_loans < 1 or not open_banks.any():
        return True
    owing = np.asarray(network.amount > 0, dtype=bool) & open_banks[network.debtor]
    debtor, creditor = network.debtor[owing], network.creditor[owing]
    outlet = ~open_banks | np.asarray(network.outside_debt > 0, dtype=bool)
    # A bank that owes nothing pays in full and is never open.
    while True:
        wider = outlet.copy()
        wider[debtor[outlet[creditor]]] = True
        if np.array_equal(wider, outlet):
            return bool(outlet.all())
        outlet = wider


def _cascade(network: FinancialNetwork, answer: Cascade, exact: bool) -> Certificate:
    """Check every bank in every wave: what the waves before it leave, against its debts."""
    wave = answer.wave
    if len(wave) != network.banks:
        raise InputError(f"there are {len(wave)} waves and {network.banks} banks")
    if network.recovery_outside or network.recovery_loans:
        raise InputError("a cascade supposes that a defaulter pays nothing; the recovery rates are not 0")
    forced = np.zeros(network.banks, dtype=bool)
    forced[network.forced] = True
    last = int(wave.max(initial=-1))
    order = np.argsort(wave[network.debtor], kind="stable")
    creditor, amount = network.creditor[order], network.amount[order]
    cut = np.searchsorted(wave[network.debtor][order], np.arange(-1, last + 2))
    assets = network.outside + network.loans
    reach = np.maximum(assets, network.debts) * (0 if network.is_exact else EQUAL)
    found: list[Violation] = []
    exposed = np.full(network.banks, not forced.any())
    for step in range(last + 2):
        if step:
            lost = slice(cut[step], cut[step + 1])
            exposed = np.zeros(network.banks, dtype=bool)
            exposed[creditor[lost]] = True
            if network.is_exact:
                np.subtract.at(assets, creditor[lost], amount[lost])
            else:
                assets = assets - np.bincount(creditor[lost], amount[lost], minlength=network.banks)
        shortfall = network.debts - assets
        fails = shortfall > reach
        if network.tie == "default":
            fails |= (shortfall >= -reach) & (network.debts != 0)
        fails = np.asarray(fails, dtype=bool) & exposed
        if step == 0:
            fails |= forced
        late, early = fails & ((wave < 0) | (wave > step)), ~fails & (wave == step)
        for wrong, what in ((late, "fails"), (early, "does not fail")):
            amounts = np.abs(shortfall)
            found += [
                Violation(
                    f"bank {network.label(i)} {what} in wave {step}", amounts[i] if amounts[i] else amounts[i] + 1
                )
                for i in np.flatnonzero(wrong)[:LISTED].tolist()
            ]
    worst = max((v.amount for v in found), default=Fraction(0) if exact else 0.0)
    return Certificate(
        kind="cascade",
        checked=network.banks * (last + 2),
        max_violation=worst,
        tolerance=Fraction(0) if exact else 0.0,
        exact=exact,
        ok=not found,
        violations=tuple(sorted(found, key=lambda v: v.amount, reverse=True)[:LISTED]),
    )


def _listed(network: FinancialNetwork, amounts: NDArray[Any], tolerance: Any, what: str) -> list[Violation]:
    beyond = np.flatnonzero(np.asarray(amounts > tolerance, dtype=bool))
    worst = beyond[np.argsort(-amounts[beyond].astype(np.float64), kind="stable")[:LISTED]]
    return [Violation(f"{what} of bank {network.label(i)}", amounts[i]) for i in worst.tolist()]
