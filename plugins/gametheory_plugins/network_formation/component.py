"""One connected group of 2^N traders: who meets whom, who wants what, and the trades that follow.

The meetings form a binomial tree: two traders meet in the last round, and every one of them, and of those added
before, met a trader of tier t in round t. Both in a meeting after the first round come with opposite holdings, so that
the customers they served in the round before wanted opposite things. At p = 1/2 nothing else ties the wishes
together, and independent fair signs subject to that are the law of a group.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from gametheory import TradingNetwork


@dataclass(frozen=True)
class Group:
    """A group of traders, the core trader last; tier N + 1 is the core.

    Attributes
    ----------
    tier : tuple of int
        Tier of each trader; increasing, so that those who leave first come first.
    sign : tuple of int
        +1 for a trader who wants to hold 2a, -1 for one who wants nothing.
    meetings : tuple of (int, int, int)
        Round, dealer, customer.
    """

    tier: tuple[int, ...]
    sign: tuple[int, ...]
    meetings: tuple[tuple[int, int, int], ...]

    @property
    def rounds(self) -> int:
        """The number of rounds N."""
        return self.tier[-1] - 1

    @property
    def labels(self) -> tuple[str, ...]:
        """Letters for up to 26 traders, else numbers."""
        n = len(self.tier)
        return tuple(chr(65 + i) for i in range(n)) if n <= 26 else tuple(f"bank {i + 1}" for i in range(n))

    def holdings(self) -> list[int]:
        """Return final holdings in units of 2a: 0 or 1."""
        held = [0] * len(self.tier)
        for _, dealer, customer in self.meetings:
            held[customer] = int(self.sign[customer] > 0)
            held[dealer] = 1 - held[customer]
        return held

    def network(self, bid: list[Any], ask: list[Any], a: Any) -> TradingNetwork:
        """Return the meetings as trades at these bids and asks by round; meetings without a trade have quantity 0."""
        columns: dict[str, list[Any]] = {k: [] for k in ("trader", "counterparty", "round", "quantity", "price")}
        held: dict[int, int] = {}
        for t, dealer, customer in self.meetings:
            wants = int(self.sign[customer] > 0)
            quantity = a if t == 1 else 2 * a * (held[customer] != wants)
            seller, buyer = (dealer, customer) if wants else (customer, dealer)
            price = ask[t - 1] if wants else bid[t - 1]
            for name, value in zip(columns, (seller, buyer, t, quantity, price), strict=True):
                columns[name].append(value)
            held[customer], held[dealer] = wants, 1 - wants
        return TradingNetwork(len(self.tier), **columns, labels=self.labels)


def shape(rounds: int) -> tuple[tuple[int, ...], tuple[tuple[int, int, int], ...]]:
    """Return tiers and meetings of a group of 2^rounds traders, by round."""
    # Traders are made from the core outwards, then numbered so that the core comes last.
    made = [rounds + 1]
    meetings = []
    for t in range(rounds, 0, -1):
        for dealer in range(len(made)):
            meetings.append((t, dealer, len(made)))
            made.append(t)
    n = len(made)
    order = sorted(range(n), key=lambda i: (made[i], -i))
    number = {old: new for new, old in enumerate(order)}
    renamed = sorted((t, number[d], number[c]) for t, d, c in meetings)
    return tuple(made[i] for i in order), tuple(renamed)


def free_signs(rounds: int) -> int:
    """Return how many independent signs decide a group: 2^(N - 1) + 1."""
    return 2 ** (rounds - 1) + 1


def group(rounds: int, signs: Any) -> Group:
    """Return the group with these independent signs (+1 or -1), as many as `free_signs` says."""
    tier, meetings = shape(rounds)
    given = iter(signs)
    sign = [0] * len(tier)
    served = {(t, dealer): customer for t, dealer, customer in meetings}
    for t, dealer, customer in meetings:
        if t > 1:
            # Their customers of the round before wanted opposite things.
            sign[served[t - 1, dealer]] = next(given)
            sign[served[t - 1, customer]] = -sign[served[t - 1, dealer]]
    for trader in (len(tier) - 2, len(tier) - 1):
        sign[trader] = next(given)
    return Group(tier, tuple(sign), meetings)


def every_group(rounds: int) -> Iterator[Group]:
    """Yield all equally likely groups."""
    for signs in product((1, -1), repeat=free_signs(rounds)):
        yield group(rounds, signs)


def eight_banks(core_sign: int) -> Group:
    """Return the example of Figure 5: banks A .. H, the core bank's wish as given."""
    meetings = (
        (1, 4, 0),
        (1, 5, 2),
        (1, 6, 3),
        (1, 7, 1),
        (2, 6, 4),
        (2, 7, 5),
        (3, 7, 6),
    )
    signs = {"A": -1, "B": -1, "C": 1, "D": 1, "E": -1, "F": 1, "G": -1, "H": core_sign}
    return Group((1, 1, 1, 1, 2, 2, 3, 4), tuple(signs.values()), meetings)
