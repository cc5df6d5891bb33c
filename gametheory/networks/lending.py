"""A network of debts, and the balance sheets in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from gametheory.errors import InputError
from gametheory.networks.arrays import amounts, decoded, decoded_indices, field, frozen, indices, same_kind
from gametheory.notebook import Displayed
from gametheory.numbers import decode, exact, exact_array, number

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: What happens to a bank whose assets equal its debts.
TIES: Final = ("solvent", "default")


@dataclass(frozen=True, eq=False)
class FinancialNetwork(Displayed):
    """Banks that owe each other, what they own besides, and what is left when one defaults.

    Bank ``debtor[k]`` owes ``amount[k]`` to ``creditor[k]``; several debts between the same two are added. A bank
    owes ``outside_debt`` to outsiders with the same rank, and owns ``outside``. A bank whose assets are less
    than its debts defaults: the fractions `recovery_outside` of what it owns and `recovery_loans` of what it is
    paid are shared among its creditors in proportion (Rogers and Veraart 2013; both 1: Eisenberg and
    Noe 2001; both 0: nothing is recovered). A bank in `forced` defaults whatever it owns, and never pays more than
    it owes.

    Attributes
    ----------
    debtor, creditor : int64 array [debts]
        Who owes whom; different banks.
    amount : array [debts]
        Face values. Float64, or an object array of fractions; one exact array makes all exact. Negative ones are
        allowed only for cascades.
    outside : array [banks]
        What each bank owns outside the network, not negative.
    outside_debt : array [banks]
        What each bank owes outsiders, not negative; empty for nothing.
    recovery_outside, recovery_loans : Fraction or float
        From 0 to 1.
    forced : int64 array
        Banks that default whatever they own.
    tie : str
        Whether a bank whose assets equal its debts is ``"solvent"`` or in ``"default"``. One that owes nothing is
        solvent unless its assets are negative. In floats, assets and debts are equal if they differ by at most
        1e-12 of the debts (in a cascade, of the larger side of the balance sheet at face value).
    labels : tuple of str
        Names of the banks; empty to number them.

    Raises
    ------
    InputError
        If shapes disagree, a bank does not exist or owes itself, or a number is NaN or out of bounds.
    """

    debtor: NDArray[Any]
    creditor: NDArray[Any]
    amount: NDArray[Any]
    outside: NDArray[Any]
    outside_debt: NDArray[Any] = ()  # type: ignore[assignment]
    recovery_outside: Any = 1
    recovery_loans: Any = 1
    forced: NDArray[Any] = ()  # type: ignore[assignment]
    tie: str = "solvent"
    labels: Sequence[str] = ()

    def __post_init__(self) -> None:
        n = len(np.atleast_1d(np.asarray(self.outside)))
        debtor = indices(self.debtor, "debtor", n)
        creditor = indices(self.creditor, "creditor", n, len(debtor))
        own = np.flatnonzero(debtor == creditor)
        if len(own):
            raise InputError(f"debt {own[0]}: bank {debtor[own[0]]} owes itself")
        amount = amounts(self.amount, "amount", len(debtor), nonnegative=False)
        outside = amounts(self.outside, "outside", n)
        given = self.outside_debt if np.size(self.outside_debt) else outside * 0
        amount, outside, outside_debt = same_kind(amount, outside, amounts(given, "outside_debt", n))
        recovery: dict[str, Any] = {}
        for name in ("recovery_outside", "recovery_loans"):
            rate = number(getattr(self, name))
            if not 0 <= rate <= 1:
                raise InputError(f"'{name}' is {rate}, outside 0 .. 1")
            recovery[name] = exact(rate) if outside.dtype == object else float(rate)
        if self.tie not in TIES:
            raise InputError(f"'tie' is {self.tie!r}, neither 'solvent' nor 'default'")
        labels = tuple(str(label) for label in self.labels)
        if labels and (len(labels) != n or len(set(labels)) != n):
            raise InputError(f"there are {len(labels)} labels, not {n} different ones")
        fields = {
            "debtor": debtor,
            "creditor": creditor,
            "amount": amount,
            "outside": outside,
            "outside_debt": outside_debt,
            **recovery,
            "forced": frozen(np.unique(indices(self.forced, "forced", n))),
            "labels": labels,
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    @property
    def banks(self) -> int:
        """Number of banks."""
        return len(self.outside)

    @property
    def is_exact(self) -> bool:
        """Whether the numbers are fractions."""
        return bool(self.outside.dtype == object)

    def label(self, bank: int) -> str:
        """Return a bank's name."""
        return self.labels[bank] if self.labels else str(bank)

    @cached_property
    def debts(self) -> NDArray[Any]:
        """What each bank owes in all, outsiders included [banks]."""
        return frozen(self.outside_debt + self._total(self.debtor))

    @cached_property
    def loans(self) -> NDArray[Any]:
        """What each bank is owed in all [banks]."""
        return frozen(self._total(self.creditor))

    def _total(self, end: NDArray[Any]) -> NDArray[Any]:
        if not self.is_exact:
            return np.bincount(end, weights=self.amount, minlength=self.banks)
        total: NDArray[Any] = self.outside * 0
        np.add.at(total, end, self.amount)
        return total

    def with_defaults(self, forced: Any) -> Self:
        """Return the network in which these banks default whatever they own."""
        return replace(self, forced=forced)

    def shocked(self, factor: Any) -> Self:
        """Return the network with what banks own outside multiplied by one factor, or one per bank."""
        return replace(self, outside=self.outside * np.asarray(factor))

    def to_exact(self) -> Self:
        """Return the network in fractions; a float stands for its shortest decimal."""
        if self.is_exact:
            return self
        return replace(self, outside=exact_array(self.outside))

    def to_float(self) -> Self:
        """Return the network in float64."""
        if not self.is_exact:
            return self
        names = ("amount", "outside", "outside_debt")
        return replace(self, **{name: getattr(self, name).astype(np.float64) for name in names})

    def to_data(self) -> dict[str, Any]:
        """Return the network as a tree."""
        names = ("debtor", "creditor", "amount", "outside", "outside_debt", "recovery_outside", "recovery_loans")
        tree = {name: getattr(self, name) for name in names}
        return {**tree, "forced": self.forced, "tie": self.tie, "labels": list(self.labels)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the network from what `to_data` returned, or from that tree read back from JSON."""
        owner = cls.__name__
        labels = data.get("labels") or ()
        if not isinstance(labels, list | tuple):
            raise InputError("'labels' is a list of names")
        return cls(
            debtor=decoded_indices(field(data, "debtor", owner), "debtor"),
            creditor=decoded_indices(field(data, "creditor", owner), "creditor"),
            amount=decoded(field(data, "amount", owner), "amount"),
            outside=decoded(field(data, "outside", owner), "outside"),
            outside_debt=decoded(data.get("outside_debt", ()), "outside_debt"),
            recovery_outside=decode(data.get("recovery_outside", 1)),
            recovery_loans=decode(data.get("recovery_loans", 1)),
            forced=decoded_indices(data.get("forced", ()), "forced"),
            tie=str(data.get("tie", "solvent")),
            labels=tuple(labels),
        )


@dataclass(frozen=True)
class BalanceSheets:
    """The two sides of every bank, and how much of a loss each bears; arrays [banks].

    Attributes
    ----------
    outside, loans, debts, equity : arrays
        Face values; equity is outside plus loans minus debts.
    loan_threshold, outside_threshold : tuples
        The smallest fraction of its loans (of its outside assets) that must be paid for the bank to remain
        solvent when the other side of its assets is worth its face value: 0 if it can lose all of it, above 1 if it
        is insolvent without any loss, None if it has none.
    """

    outside: NDArray[Any]
    loans: NDArray[Any]
    debts: NDArray[Any]
    equity: NDArray[Any]
    loan_threshold: tuple[Any, ...]
    outside_threshold: tuple[Any, ...]


def balance_sheets(network: FinancialNetwork) -> BalanceSheets:
    """Return the balance sheets of a network at face value."""

    def thresholds(other: NDArray[Any], risky: NDArray[Any]) -> tuple[Any, ...]:
        gap = (network.debts - other).tolist()
        return tuple(
            None if r == 0 else g / r if g > 0 else abs(g * 0) for g, r in zip(gap, risky.tolist(), strict=True)
        )

    return BalanceSheets(
        outside=network.outside,
        loans=network.loans,
        debts=network.debts,
        equity=network.outside + network.loans - network.debts,
        loan_threshold=thresholds(network.outside, network.loans),
        outside_threshold=thresholds(network.loans, network.outside),
    )
