"""What solvers of matching markets find: matchings, sets of them, partitions, lotteries, exchanges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from gametheory.errors import InputError, nearest
from gametheory.matching.preferences import IntArray, integers
from gametheory.numbers import decode, decode_array
from gametheory.solution import Termination

if TYPE_CHECKING:
    from gametheory.matching.market import MatchingMarket


def whole_matrix(values: Any, name: str) -> IntArray:
    """Read a matrix of integers, refusing anything else."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise InputError(f"'{name}' is not a matrix of integers") from None
    if array.ndim != 2 or (array.dtype.kind not in "iu" and array.size):
        raise InputError(f"'{name}' is not a matrix of integers")
    return array.astype(np.int64)


def field(data: Any, name: str) -> Any:
    """Return one entry of an answer's tree, or say that it is missing."""
    if not isinstance(data, Mapping) or name not in data:
        raise InputError(f"the answer has no '{name}'")
    return data[name]


@dataclass(frozen=True, eq=False)
class Matching:
    """Who is matched with whom.

    Attributes
    ----------
    assignment : int64 array, shape (proposers,)
        The receiver (roommate, house) of each proposer; -1 if unmatched.
    """

    proves: ClassVar[Termination] = Termination.SOLVED

    assignment: IntArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "assignment", integers(self.assignment, "assignment"))

    def to_data(self) -> dict[str, Any]:
        """Return the assignment."""
        return {"assignment": self.assignment}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned."""
        return cls(integers(field(data, "assignment"), "assignment"))


@dataclass(frozen=True)
class NamedMatching:
    """Anyone's matching as pairs of names, as a person would type it.

    Attributes
    ----------
    pairs : tuple of (proposer, receiver)
        Names; agents that are not mentioned are unmatched. A mapping from proposers to receivers, or to None, as a
        solution's results hold it, becomes such pairs.

    Raises
    ------
    InputError
        If it is neither.
    """

    proves: ClassVar[Termination] = Termination.SOLVED

    pairs: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        given: Any = self.pairs
        if isinstance(given, Mapping):
            given = [pair for pair in given.items() if pair[1] is not None]
        if not isinstance(given, list | tuple) or any(
            not isinstance(p, list | tuple) or len(p) != 2 or not all(isinstance(n, str) for n in p) for p in given
        ):
            raise InputError("'pairs' is a list of pairs of names", remedy='write pairs = [["ann", "mit"], ...]')
        object.__setattr__(self, "pairs", tuple((one, two) for one, two in given))

    def resolved(self, market: MatchingMarket) -> Matching:
        """Return the matching by indices of a market.

        Raises
        ------
        InputError
            If a name is unknown, or an agent of the proposers is in two pairs.
        """
        first = {market.proposer_name(i): i for i in range(len(market.proposers))}
        second = {market.receiver_name(j): j for j in range(len(market.receivers))}
        assignment = np.full(len(first), -1, dtype=np.int64)
        for one, two in self.pairs:
            for name, known, side in ((one, first, market.sides[0]), (two, second, market.sides[-1])):
                if name not in known:
                    raise InputError(f"'{name}' is not one of the {side}", remedy=nearest(name, known))
            ways = [(first[one], second[two])]
            if market.one_sided:
                ways.append(ways[0][::-1])
            for agent, partner in ways:
                if assignment[agent] not in (-1, partner):
                    raise InputError(f"'{market.proposer_name(agent)}' is matched twice")
                assignment[agent] = partner
        return Matching(assignment)

    def to_data(self) -> dict[str, Any]:
        """Return the pairs."""
        return {"pairs": [list(pair) for pair in self.pairs]}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned."""
        return cls(field(data, "pairs"))


@dataclass(frozen=True, eq=False)
class StableMatchings:
    """Every stable matching of a strict one-to-one market.

    Attributes
    ----------
    assignments : int64 array, shape (matchings, proposers)
        One row per matching; the proposers' best first.
    """

    proves: ClassVar[Termination] = Termination.SOLVED

    assignments: IntArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "assignments", whole_matrix(self.assignments, "assignments"))

    def to_data(self) -> dict[str, Any]:
        """Return the assignments."""
        return {"assignments": self.assignments}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned."""
        return cls(whole_matrix(field(data, "assignments"), "assignments"))


@dataclass(frozen=True, eq=False)
class SomeStableMatchings(StableMatchings):
    """Different stable matchings found before a limit; there may be more."""

    proves: ClassVar[Termination] = Termination.LIMIT


@dataclass(frozen=True, eq=False)
class MinimumRegretMatching:
    """A stable matching whose worst-off agent is as well off as possible.

    Attributes
    ----------
    assignment : int64 array, shape (proposers,)
        The matching.
    witness : int64 array, shape (proposers,)
        A stable matching of the market without the entries that an agent matched in `assignment` ranks
        as low as the worst match there. It matches other agents than `assignment` does; since every stable
        matching of a market matches the same agents, no stable matching has less regret.
    """

    proves: ClassVar[Termination] = Termination.SOLVED

    assignment: IntArray
    witness: IntArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "assignment", integers(self.assignment, "assignment"))
        object.__setattr__(self, "witness", integers(self.witness, "witness"))

    def to_data(self) -> dict[str, Any]:
        """Return both matchings."""
        return {"assignment": self.assignment, "witness": self.witness}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned."""
        return cls(*(integers(field(data, name), name) for name in ("assignment", "witness")))


@dataclass(frozen=True, eq=False)
class EgalitarianMatching:
    """A stable matching with the least sum of ranks, and prices that prove it.

    Attributes
    ----------
    assignment : int64 array, shape (proposers,)
        The matching.
    proposer_prices, receiver_prices, pair_prices : arrays
        Dual variables of the linear program over the stable matchings: for the constraints that each
        proposer and each receiver is matched at most once (at least 0), and that no entry of the
        proposers' lists blocks (at least 0).
    """

    proves: ClassVar[Termination] = Termination.SOLVED

    assignment: IntArray
    proposer_prices: NDArray[Any]
    receiver_prices: NDArray[Any]
    pair_prices: NDArray[Any]

    def __post_init__(self) -> None:
        object.__setattr__(self, "assignment", integers(self.assignment, "assignment"))

    def to_data(self) -> dict[str, Any]:
        """Return the matching and its prices."""
        return {
            "assignment": self.assignment,
            "proposer_prices": self.proposer_prices,
            "receiver_prices": self.receiver_prices,
            "pair_prices": self.pair_prices,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned."""
        prices = (decode_array(field(data, n)) for n in ("proposer_prices", "receiver_prices", "pair_prices"))
        return cls(integers(field(data, "assignment"), "assignment"), *prices)


@dataclass(frozen=True, eq=False)
class StablePartition:
    """Tan's stable partition with an odd party of three or more: no stable matching exists.

    Attributes
    ----------
    successor : int64 array, shape (agents,)
        A permutation: its cycles are the parties. Each agent prefers its successor to its predecessor,
        and no two agents both prefer each other to their predecessors. A fixed point is alone.
    """

    proves: ClassVar[Termination] = Termination.NONE_EXISTS

    successor: IntArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "successor", integers(self.successor, "successor"))

    def parties(self) -> list[list[int]]:
        """Return the cycles, each from its lowest agent."""
        seen: set[int] = set()
        found = []
        for start in range(self.successor.size):
            party = []
            agent = start
            while agent not in seen:
                seen.add(agent)
                party.append(agent)
                agent = int(self.successor[agent])
            if party:
                found.append(party)
        return found

    def to_data(self) -> dict[str, Any]:
        """Return the permutation."""
        return {"successor": self.successor}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned."""
        return cls(integers(field(data, "successor"), "successor"))


@dataclass(frozen=True, eq=False)
class RandomAssignment:
    """Probabilities of receiving each object, and a lottery over matchings that has them.

    Attributes
    ----------
    probabilities : object array of Fraction, shape (entries of proposers,)
        The probability of each entry of the proposers' lists.
    weights : object array of Fraction, shape (matchings,)
        Positive, summing to 1.
    assignments : int64 array, shape (matchings, proposers)
        The matchings of the lottery (Birkhoff and von Neumann); -1 if unmatched.
    """

    proves: ClassVar[Termination] = Termination.SOLVED

    probabilities: NDArray[Any]
    weights: NDArray[Any]
    assignments: IntArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "assignments", whole_matrix(self.assignments, "assignments"))

    def to_data(self) -> dict[str, Any]:
        """Return the probabilities and the lottery."""
        return {"probabilities": self.probabilities, "weights": self.weights, "assignments": self.assignments}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned."""
        probabilities, weights = decode_array(field(data, "probabilities")), decode_array(field(data, "weights"))
        return cls(probabilities, weights, whole_matrix(field(data, "assignments"), "assignments"))


@dataclass(frozen=True)
class BranchProof:
    """A node of a proof by cases that no exchange is worth more than a bound.

    Attributes
    ----------
    cycle : tuple of int
        The cycle the cases differ in, from its lowest agent; empty at a leaf.
    without, including : BranchProof or None
        The case without that cycle, and the case with it; None at a leaf.
    prices : tuple
        At a leaf, a price of each agent, at least 0: every cycle that the case allows costs at least its worth.
    """

    cycle: tuple[int, ...] = ()
    without: BranchProof | None = None
    including: BranchProof | None = None
    prices: tuple[Fraction | float, ...] = ()

    def to_data(self) -> dict[str, Any]:
        """Return the node and all below it."""
        if self.without is None or self.including is None:
            return {"prices": list(self.prices)}
        return {
            "cycle": list(self.cycle),
            "without": self.without.to_data(),
            "including": self.including.to_data(),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned."""
        if isinstance(data, Mapping) and "prices" in data:
            if not isinstance(data["prices"], list | tuple):
                raise InputError("the 'prices' of a leaf are a list, one per agent")
            return cls(prices=tuple(decode(p) for p in data["prices"]))
        cycle = integers(field(data, "cycle"), "cycle")
        return cls(
            tuple(int(a) for a in cycle), cls.from_data(field(data, "without")), cls.from_data(field(data, "including"))
        )


@dataclass(frozen=True, eq=False)
class Exchange:
    """Disjoint trading cycles (kidney exchange), and a proof that no others are worth more.

    Attributes
    ----------
    assignment : int64 array, shape (proposers,)
        What each proposer receives; its own endowment if it does not take part.
    length : int
        The longest cycle allowed.
    proof : BranchProof
        The upper bound, by linear-programming prices at every leaf.
    """

    proves: ClassVar[Termination] = Termination.SOLVED

    assignment: IntArray
    length: int
    proof: BranchProof

    def __post_init__(self) -> None:
        object.__setattr__(self, "assignment", integers(self.assignment, "assignment"))

    def to_data(self) -> dict[str, Any]:
        """Return the exchange and its proof."""
        return {"assignment": self.assignment, "length": self.length, "proof": self.proof.to_data()}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned."""
        length = field(data, "length")
        if not isinstance(length, int) or length < 2:
            raise InputError(f"the length of a cycle is a whole number from 2, not {length!r}")
        return cls(
            integers(field(data, "assignment"), "assignment"), length, BranchProof.from_data(field(data, "proof"))
        )
