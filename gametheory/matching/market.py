"""Matching markets described by preferences: two-sided, roommates, housing, kidney exchange."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from gametheory.errors import InputError
from gametheory.matching.labels import check_names, names_data, read_names, with_names
from gametheory.matching.preferences import IntArray, PreferenceLists, integers, mates
from gametheory.notebook import Displayed
from gametheory.numbers import decode_array, is_exact_array, number_array

#: One agent's list: names, best first; a nested list, tuple or set is a tie.
NamedList = Sequence[Any]


@dataclass(frozen=True, eq=False, repr=False)
class MatchingMarket(Displayed):
    """A matching market without transfers, one-to-one or many-to-one.

    Build it with `from_lists` (names), `from_arrays` (integers), `from_ranks` (complete markets),
    `roommates` or `housing`.

    Attributes
    ----------
    proposers, receivers : PreferenceLists
        The lists of the two sides; the same object for a one-sided (roommates) market. Acceptance is
        mutual: an agent is in a list exactly if it lists back.
    quotas : int64 array, shape (receivers,)
        How many proposers each receiver may be matched with, at least 0. Proposers are matched once.
    proposer_names, receiver_names : tuple of str, or None
        Labels, unique within a side; None stands for "1", "2", ...
    sides : tuple of str
        What the two sides are called; one name for a one-sided market.
    priorities : bool
        Whether the receivers' lists are priorities only (their welfare does not count).
    endowment : int64 array, shape (proposers,), or None
        The receiver (house, kidney) each proposer owns, -1 for none: a housing market.
    weights : array, shape (entries of proposers,), or None
        What the match in each entry is worth, for kidney exchange; None means 1 each.

    Raises
    ------
    InputError
        On lists that are not mutual, repeated or unknown agents, negative quotas, houses owned twice.
    """

    proposers: PreferenceLists
    receivers: PreferenceLists
    quotas: IntArray
    proposer_names: tuple[str, ...] | None = None
    receiver_names: tuple[str, ...] | None = None
    sides: tuple[str, ...] = ("proposers", "receivers")
    priorities: bool = False
    endowment: IntArray | None = None
    weights: NDArray[Any] | None = None

    def __post_init__(self) -> None:
        one_sided = self.proposers is self.receivers
        if len(self.sides) != (1 if one_sided else 2) or len(set(self.sides)) != len(self.sides):
            raise InputError(f"sides {self.sides} must be {'one name' if one_sided else 'two different names'}")
        if self.proposers.others != len(self.receivers) or self.receivers.others != len(self.proposers):
            raise InputError("the lists of the two sides speak of different numbers of agents")
        check_names(self.proposer_names, len(self.proposers), self.sides[0])
        check_names(self.receiver_names, len(self.receivers), self.sides[-1])
        self._check_quotas()
        self._check_mutual()
        self._check_endowment()
        if self.weights is not None:
            weights = number_array(self.weights)
            if weights.shape != self.proposers.targets.shape:
                raise InputError(f"{weights.size} weights for {self.proposers.targets.size} entries of lists")
            object.__setattr__(self, "weights", weights)

    def _check_quotas(self) -> None:
        quotas = integers(self.quotas, "quotas")
        if quotas.size != len(self.receivers):
            raise InputError(f"{quotas.size} quotas for {len(self.receivers)} {self.sides[-1]}")
        negative = np.flatnonzero(quotas < 0)
        if negative.size:
            name, quota = self.receiver_name(int(negative[0])), int(quotas[negative[0]])
            raise InputError(f"the quota of '{name}' is negative: {quota}", remedy="a quota is 0, 1, 2, ...")
        if self.one_sided and (quotas != 1).any():
            raise InputError("in a one-sided market every quota is 1")
        quotas.setflags(write=False)
        object.__setattr__(self, "quotas", quotas)

    def _check_mutual(self) -> None:
        if self.one_sided:
            own = np.flatnonzero(self.proposers.owners() == self.proposers.targets)
            if own.size:
                agent = int(self.proposers.targets[own[0]])
                raise InputError(f"'{self.proposer_name(agent)}' lists itself", remedy="leave an agent out of its list")
        if self.proposers.complete and self.receivers.complete:
            object.__setattr__(self, "_partner_entries", None)
            return
        partner = mates(self.proposers, self.receivers)
        at = np.flatnonzero(partner < 0)
        if at.size:
            self._refuse_unrequited(self.proposers, int(at[0]), self.proposer_name, self.receiver_name)
        if self.proposers.targets.size != self.receivers.targets.size:
            back = mates(self.receivers, self.proposers)
            self._refuse_unrequited(
                self.receivers, int(np.flatnonzero(back < 0)[0]), self.receiver_name, self.proposer_name
            )
        object.__setattr__(self, "_partner_entries", partner)

    def _refuse_unrequited(self, lists: PreferenceLists, entry: int, name: Any, other: Any) -> None:
        agent = int(np.searchsorted(lists.offsets, entry, side="right")) - 1
        lister, listed = name(agent), other(int(lists.targets[entry]))
        raise InputError(
            f"'{lister}' lists '{listed}', but '{listed}' does not list '{lister}'",
            remedy="add the missing entry, or build the market with keep_mutual_only",
        )

    def _check_endowment(self) -> None:
        if self.endowment is None:
            return
        owned = integers(self.endowment, "endowment")
        if owned.size != len(self.proposers) or self.one_sided:
            raise InputError(f"an endowment gives one entry for each of {len(self.proposers)} {self.sides[0]}")
        wrong = np.flatnonzero((owned < -1) | (owned >= len(self.receivers)))
        if wrong.size:
            raise InputError(f"'{self.proposer_name(int(wrong[0]))}' owns an unknown one of the {self.sides[1]}")
        held = np.bincount(owned[owned >= 0], minlength=len(self.receivers))
        twice = np.flatnonzero(held > self.quotas)
        if twice.size:
            owners = [self.proposer_name(int(a)) for a in np.flatnonzero(owned == twice[0])[:5]]
            raise InputError(
                f"'{self.receiver_name(int(twice[0]))}' has more owners than its quota: {', '.join(owners)}"
                + (", ..." if held[twice[0]] > len(owners) else "")
            )
        owned.setflags(write=False)
        object.__setattr__(self, "endowment", owned)

    @property
    def one_sided(self) -> bool:
        """Whether agents match among themselves (roommates)."""
        return self.proposers is self.receivers

    @property
    def strict(self) -> bool:
        """Whether no list of either side has a tie."""
        return self.proposers.strict and self.receivers.strict

    @property
    def partner_entries(self) -> IntArray | None:
        """For each entry of the proposers' lists, the receivers' entry that lists back; None if complete."""
        return self._partner_entries  # type: ignore[attr-defined,no-any-return]

    def proposer_name(self, agent: int) -> str:
        """Return the label of a proposer."""
        return str(agent + 1) if self.proposer_names is None else self.proposer_names[agent]

    def receiver_name(self, agent: int) -> str:
        """Return the label of a receiver."""
        return str(agent + 1) if self.receiver_names is None else self.receiver_names[agent]

    def swapped(self) -> MatchingMarket:
        """Return the one-to-one market in which the receivers propose.

        Raises
        ------
        InputError
            If a quota differs from 1, or the market is one-sided or has endowments.
        """
        if self.one_sided or self.endowment is not None or (self.quotas != 1).any():
            raise InputError("only a one-to-one market of two sides can be swapped")
        return MatchingMarket(
            self.receivers,
            self.proposers,
            np.ones(len(self.proposers), dtype=np.int64),
            self.receiver_names,
            self.proposer_names,
            self.sides[::-1],
        )

    def to_data(self) -> dict[str, Any]:
        """Return the market as a tree; one-sided markets have no 'receivers'."""
        data: dict[str, Any] = {"sides": list(self.sides), "proposers": self.proposers.to_data()}
        data["proposers"]["names"] = names_data(self.proposer_names, len(self.proposers))
        if not self.one_sided:
            data["receivers"] = self.receivers.to_data()
            data["receivers"]["names"] = names_data(self.receiver_names, len(self.receivers))
            data["quotas"] = self.quotas
            data["priorities"] = self.priorities
        if self.endowment is not None:
            data["endowment"] = self.endowment
        if self.weights is not None:
            data["weights"] = self.weights
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned, or that tree from JSON; or lists of names.

        A person writes ``proposers.lists`` and ``receivers.lists`` (tables of agent to list, a nested list being
        a tie) or ``receivers.names``, and if needed ``quotas``, ``endowment``, ``weights`` (by name), ``forbidden``
        (pairs of names), ``priorities``, ``keep_mutual_only`` and ``sides``. Without receivers agents match
        among themselves.
        """
        if not isinstance(data, Mapping) or not isinstance(data.get("proposers"), Mapping):
            raise InputError("a MatchingMarket has an object 'proposers'")
        if "lists" in data["proposers"]:
            from gametheory.matching.naming import build_named

            return cls(**build_named(data))
        sides = data.get("sides", ["proposers", "receivers"])
        if not isinstance(sides, list | tuple) or not all(isinstance(s, str) for s in sides):
            raise InputError("'sides' is a list of one or two names")
        first, second = data["proposers"], data.get("receivers")
        first_names, first_count = read_names(first)
        if second is None:
            if len(sides) != 1:
                raise InputError("a market of two sides has an object 'receivers'")
            second_names, second_count = first_names, first_count
        elif isinstance(second, Mapping):
            second_names, second_count = read_names(second)
        else:
            raise InputError("'receivers' is not an object")
        label = tuple(sides)
        proposers = with_names(lambda: PreferenceLists.from_data(first, second_count), first_names, second_names)
        receivers = proposers
        if second is not None:
            receivers = with_names(lambda: PreferenceLists.from_data(second, first_count), second_names, first_names)
        quotas = data.get("quotas")
        weights = data.get("weights")
        return cls(
            proposers,
            receivers,
            np.ones(second_count, dtype=np.int64) if quotas is None else integers(quotas, "quotas"),
            first_names,
            second_names,
            label,
            bool(data.get("priorities", False)),
            None if data.get("endowment") is None else integers(data["endowment"], "endowment"),
            None if weights is None else decode_array(weights),
        )

    @classmethod
    def from_lists(
        cls,
        proposers: Mapping[str, NamedList],
        receivers: Mapping[str, NamedList] | Sequence[str],
        *,
        quotas: Mapping[str, int] | int | None = None,
        forbidden: Sequence[tuple[str, str]] = (),
        priorities: bool = False,
        owns: Mapping[str, str] | None = None,
        sides: tuple[str, str] = ("proposers", "receivers"),
        keep_mutual_only: bool = False,
    ) -> Self:
        """Build a two-sided market from lists of names.

        Parameters
        ----------
        proposers : mapping of name to list of names
            Each proposer's list, best first; a nested list is a tie.
        receivers : mapping of name to list of names, or sequence of names
            Each receiver's list; names alone if receivers (objects) rank nobody: then all who list them tie.
        quotas : mapping of name to int, or int, optional
            How many each receiver takes; 1 where not given.
        forbidden : sequence of (proposer, receiver), optional
            Pairs that may not match; taken out of both lists.
        priorities : bool, optional
            Whether the receivers' lists are priorities only.
        owns : mapping of proposer to receiver, optional
            Who owns what, for housing markets.
        sides : tuple of str, optional
            What the sides are called.
        keep_mutual_only : bool, optional
            Whether to drop entries that are not returned, instead of refusing them.

        Raises
        ------
        InputError
            On unknown or repeated names, entries not returned, negative quotas.
        """
        from gametheory.matching.naming import build_two_sided

        return cls(
            **build_two_sided(proposers, receivers, quotas, forbidden, priorities, owns, sides, keep_mutual_only)
        )

    @classmethod
    def roommates(
        cls,
        lists: Mapping[str, NamedList],
        *,
        forbidden: Sequence[tuple[str, str]] = (),
        side: str = "agents",
        keep_mutual_only: bool = False,
    ) -> Self:
        """Build a one-sided market from each agent's list of names."""
        from gametheory.matching.naming import build_one_sided

        return cls(**build_one_sided(lists, forbidden, side, keep_mutual_only))

    @classmethod
    def housing(cls, lists: Mapping[str, NamedList], owns: Mapping[str, str] | None = None) -> Self:
        """Build a housing market: lists over houses, each agent owning one.

        Parameters
        ----------
        lists : mapping of agent to list of houses
            Best first. An agent's own house ends its list if it is not in it.
        owns : mapping of agent to house, optional
            Each agent owns the house of its own name if not given.
        """
        houses = {a: (owns[a] if owns is not None and a in owns else a) for a in lists}
        full = {a: list(own) if _mentions(own, houses[a]) else [*own, houses[a]] for a, own in lists.items()}
        return cls.from_lists(
            full, list(dict.fromkeys(houses.values())), owns=houses, priorities=True, sides=("agents", "houses")
        )

    @classmethod
    def from_arrays(
        cls, proposers: Any, receivers: Any, quotas: Any = None, *, priorities: bool = False, names: Any = None
    ) -> Self:
        """Build a two-sided market of strict lists of integers from 0.

        Parameters
        ----------
        proposers, receivers : integer matrices, or lists of lists of integers
            Row i is agent i's list, best first; rows may differ in length.
        quotas : list of int, optional
            1 each if not given.
        priorities : bool, optional
            Whether the receivers' lists are priorities only.
        names : pair of sequences of str, optional
            Labels of the two sides.
        """
        from gametheory.matching.read_lists import lists_of_integers

        for given in (proposers, receivers):
            if not isinstance(given, Sequence | np.ndarray):
                raise InputError(f"preference lists are lists of integers, one list per agent, not {given!r}")
        count = len(proposers), len(receivers)
        labels = (None, None) if names is None else (tuple(names[0]), tuple(names[1]))
        first = with_names(lambda: lists_of_integers(proposers, count[1]), *labels)
        second = with_names(lambda: lists_of_integers(receivers, count[0]), *labels[::-1])
        taken = np.ones(count[1], dtype=np.int64) if quotas is None else integers(quotas, "quotas")
        return cls(first, second, taken, labels[0], labels[1], priorities=priorities)

    @classmethod
    def from_ranks(cls, proposers: Any, receivers: Any, quotas: Any = None) -> Self:
        """Build a complete strict market from rank matrices: ``ranks[i, j]`` is the place of j in i's list, from 0."""
        first = with_names(lambda: PreferenceLists.from_ranks(proposers), None, None)
        second = with_names(lambda: PreferenceLists.from_ranks(receivers), None, None)
        taken = np.ones(len(second), dtype=np.int64) if quotas is None else integers(quotas, "quotas")
        market = cls(first, second, taken)
        inverse = np.ascontiguousarray(receivers, dtype=np.int32)
        object.__setattr__(market, "_receiver_ranks", inverse)
        return market

    @property
    def exact_weights(self) -> bool:
        """Whether the weights, if any, are fractions."""
        return self.weights is None or is_exact_array(self.weights)


def _mentions(items: Any, name: str) -> bool:
    return any(name == i or (not isinstance(i, str) and name in i) for i in items)
