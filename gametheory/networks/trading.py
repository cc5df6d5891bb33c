"""A directed network of trades on plain arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from gametheory.errors import InputError, UsageError
from gametheory.networks.arrays import amounts, decoded, decoded_indices, field, frozen, indices, same_kind

if TYPE_CHECKING:
    import networkx
    from numpy.typing import NDArray

    from gametheory.networks.lending import FinancialNetwork


@dataclass(frozen=True, eq=False)
class TradingNetwork:
    """Trades between traders: who delivered how much to whom, when, and at what price.

    Trade k says that ``trader[k]`` delivered ``quantity[k]`` units to ``counterparty[k]`` in round
    ``round[k]`` at ``price[k]`` per unit. A quantity of 0 is a meeting without a trade: it is a link, and no volume.

    Attributes
    ----------
    traders : int
        How many traders there are, with and without trades.
    trader, counterparty : int64 array [trades]
        Who delivers and who receives; nobody trades with himself.
    round : int64 array [trades]
        When; any whole numbers.
    quantity : array [trades]
        Units delivered, not negative. Float64, or an object array of fractions.
    price : array [trades]
        Per unit.
    labels : tuple of str
        Names of the traders; empty to number them.

    Raises
    ------
    InputError
        If shapes disagree, a trader does not exist or trades with himself, or a number is NaN.
    """

    traders: int
    trader: NDArray[Any]
    counterparty: NDArray[Any]
    round: NDArray[Any]
    quantity: NDArray[Any]
    price: NDArray[Any]
    labels: Sequence[str] = ()

    def __post_init__(self) -> None:
        if isinstance(self.traders, bool) or not isinstance(self.traders, int | np.integer) or self.traders < 0:
            raise InputError(f"the number of traders is a whole number, not {self.traders!r}")
        n = int(self.traders)
        trader = indices(self.trader, "trader", n)
        trades = len(trader)
        counterparty = indices(self.counterparty, "counterparty", n, trades)
        own = np.flatnonzero(trader == counterparty)
        if len(own):
            raise InputError(f"trade {own[0]}: trader {trader[own[0]]} trades with himself")
        quantity, price = same_kind(
            amounts(self.quantity, "quantity", trades), amounts(self.price, "price", trades, nonnegative=False)
        )
        labels = tuple(str(label) for label in self.labels)
        if labels and (len(labels) != n or len(set(labels)) != n):
            raise InputError(f"there are {len(labels)} labels, not {n} different ones")
        fields = {
            "traders": n,
            "trader": trader,
            "counterparty": counterparty,
            "round": indices(self.round, "round", None, trades),
            "quantity": quantity,
            "price": price,
            "labels": labels,
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    @property
    def trades(self) -> int:
        """Number of trades."""
        return len(self.trader)

    def label(self, trader: int) -> str:
        """Return a trader's name."""
        return self.labels[trader] if self.labels else str(trader)

    def _per_trader(self, weights: NDArray[Any], *ends: NDArray[Any]) -> NDArray[Any]:
        if weights.dtype == object:
            total: NDArray[Any] = np.zeros(self.traders, dtype=object)
            for end in ends:
                np.add.at(total, end, weights)
            return total
        return sum(np.bincount(end, weights=weights, minlength=self.traders) for end in ends)  # type: ignore[return-value]

    @cached_property
    def links(self) -> NDArray[Any]:
        """How many trades or meetings each trader took part in, int64 [traders]."""
        both = np.concatenate([self.trader, self.counterparty])
        return frozen(np.bincount(both, minlength=self.traders))

    @cached_property
    def pairs(self) -> NDArray[Any]:
        """The different pairs that met, as int64 [pairs, 2] with the smaller trader first, sorted."""
        low = np.minimum(self.trader, self.counterparty)
        high = np.maximum(self.trader, self.counterparty)
        keys = np.unique(low * max(self.traders, 1) + high)
        return frozen(np.stack(np.divmod(keys, max(self.traders, 1)), axis=1))

    @cached_property
    def degree(self) -> NDArray[Any]:
        """How many different partners each trader has, int64 [traders]."""
        return frozen(np.bincount(self.pairs.ravel(), minlength=self.traders))

    @cached_property
    def gross_volume(self) -> NDArray[Any]:
        """Units bought plus units sold by each trader [traders]."""
        return frozen(self._per_trader(self.quantity, self.trader, self.counterparty))

    @cached_property
    def net_volume(self) -> NDArray[Any]:
        """Units bought minus units sold by each trader [traders]."""
        bought = self._per_trader(self.quantity, self.counterparty)
        return frozen(bought - self._per_trader(self.quantity, self.trader))

    @cached_property
    def component(self) -> NDArray[Any]:
        """The connected component of each trader, numbered from 0, int64 [traders]."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        ones = np.ones(self.trades, dtype=np.int8)
        graph = coo_array((ones, (self.trader, self.counterparty)), shape=(self.traders, self.traders))
        return frozen(connected_components(graph, directed=False)[1].astype(np.int64))

    @property
    def component_sizes(self) -> NDArray[Any]:
        """Traders in each component, int64 [components]."""
        return np.bincount(self.component)

    def only_traded(self) -> Self:
        """Return the network without meetings that led to no trade."""
        kept = np.asarray(self.quantity > 0, dtype=bool)
        names = ("trader", "counterparty", "round", "quantity", "price")
        return replace(self, **{name: getattr(self, name)[kept] for name in names})

    def obligations(self, outside: Any, **terms: Any) -> FinancialNetwork:
        """Return who owes what if every delivery is a loan: the receiver owes the deliverer quantity times price.

        Parameters
        ----------
        outside : array [traders]
            What each trader owns outside the network.
        **terms
            Further fields of `FinancialNetwork`.
        """
        from gametheory.networks.lending import FinancialNetwork

        network = self.only_traded()
        face = network.quantity * network.price
        return FinancialNetwork(network.counterparty, network.trader, face, outside, labels=self.labels, **terms)

    def to_networkx(self) -> networkx.MultiDiGraph[Any]:
        """Return a networkx multigraph: nodes are labels, edges carry round, quantity and price as floats."""
        import networkx

        graph: Any = networkx.MultiDiGraph()
        graph.add_nodes_from(self.label(i) for i in range(self.traders))
        columns = (self.trader, self.counterparty, self.round, self.quantity, self.price)
        for i, j, t, quantity, price in zip(*(c.tolist() for c in columns), strict=True):
            graph.add_edge(self.label(i), self.label(j), round=t, quantity=float(quantity), price=float(price))
        return graph

    def write_graphml(self, path: str | Path) -> None:
        """Write the network as GraphML.

        Raises
        ------
        UsageError
            If the file cannot be written.
        """
        import networkx

        try:
            networkx.write_graphml(self.to_networkx(), str(path))
        except OSError as error:
            raise UsageError(f"cannot write {path}: {error.strerror}") from None

    def to_data(self) -> dict[str, Any]:
        """Return the network as a tree."""
        names = ("traders", "trader", "counterparty", "round", "quantity", "price")
        return {**{name: getattr(self, name) for name in names}, "labels": list(self.labels)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the network from what `to_data` returned, or from that tree read back from JSON."""
        whole = {n: decoded_indices(field(data, n, cls.__name__), n) for n in ("trader", "counterparty", "round")}
        numbers = {n: decoded(field(data, n, cls.__name__), n) for n in ("quantity", "price")}
        labels = data.get("labels") or ()
        if not isinstance(labels, list | tuple):
            raise InputError("'labels' is a list of names")
        return cls(traders=field(data, "traders", cls.__name__), **whole, **numbers, labels=tuple(labels))
