"""Prices set by Nash bargaining inside a stage, from what follows agreement and disagreement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Self

from gametheory.errors import InputError
from gametheory.numbers import exact, number


@dataclass(frozen=True)
class Bargain:
    """Two players who split what their agreement is worth, in one cell of one stage.

    The price P solves ``(1 - power) * (U_seller - D_seller) = power * (U_buyer - D_buyer)``, where U is what the
    cell is worth with P paid, continuation included, and D is what the disagreement is worth: a number, or a
    cell of the same stage with the prices paid there. (The generalised Nash solution with transferable payoffs.)
    Where agreement is worth less than disagreement the same equation shares the loss; whether such a cell is
    played is for the players' moves.

    Attributes
    ----------
    seller, buyer : str
        The players.
    power : Fraction or float
        The seller's bargaining power, between 0 and 1.
    seller_disagreement, buyer_disagreement : tuple of str, or number
        A profile of the stage, one move for each player; or a payoff.
    pays : mapping of str to number
        What each player gets for each unit of P: seller 1 and buyer -1 unless told otherwise.
    """

    seller: str
    buyer: str
    power: Fraction | float
    seller_disagreement: Any
    buyer_disagreement: Any
    pays: Mapping[str, Any] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        """Return the bargain as a tree."""

        def place(value: Any) -> Any:
            return list(value) if isinstance(value, tuple) else value

        return {
            "seller": self.seller,
            "buyer": self.buyer,
            "power": self.power,
            "seller_disagreement": place(self.seller_disagreement),
            "buyer_disagreement": place(self.buyer_disagreement),
            "pays": dict(self.pays),
        }

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Build the bargain from what `to_data` returned, or from that tree read back from JSON."""
        needed = ("seller", "buyer", "power", "seller_disagreement", "buyer_disagreement")
        if not isinstance(data, Mapping) or any(name not in data for name in needed):
            raise InputError(f"a bargain needs {', '.join(needed)}")
        pays = data.get("pays") or {}
        if not isinstance(pays, Mapping):
            raise InputError("'pays' of a bargain is a table by player")
        made = nash_bargain(
            str(data["seller"]),
            str(data["buyer"]),
            power=data["power"],
            seller_disagreement=_place(data["seller_disagreement"]),
            buyer_disagreement=_place(data["buyer_disagreement"]),
            pays={str(p): number(x) for p, x in pays.items()},
        )
        return cls(**{name: getattr(made, name) for name in (*needed, "pays")})


def _place(value: Any) -> Any:
    return tuple(str(v) for v in value) if isinstance(value, list | tuple) else value


def nash_bargain(
    seller: str,
    buyer: str,
    *,
    power: Any,
    disagreement: Any = None,
    seller_disagreement: Any = None,
    buyer_disagreement: Any = None,
    pays: Mapping[str, Any] | None = None,
) -> Bargain:
    """Return a bargain for a cell of a stage.

    Parameters
    ----------
    seller, buyer : str
        The players.
    power : number
        The seller's bargaining power, between 0 and 1.
    disagreement : profile, optional
        The cell that is played if they do not agree.
    seller_disagreement, buyer_disagreement : profile or number, optional
        In place of `disagreement`, for one of them.
    pays : mapping of str to number, optional
        What each player gets for each unit of the price; by default the seller 1 and the buyer -1.

    Raises
    ------
    InputError
        If the power is not between 0 and 1, or a disagreement is missing.

    Examples
    --------
    >>> nash_bargain("owner", "buyer", power="1/2", disagreement=("keep", "wait"))
    """
    share = number(power)
    if not 0 <= share <= 1:
        raise InputError(f"bargaining power {share} is not between 0 and 1")
    fallbacks = []
    for who, own in (("seller", seller_disagreement), ("buyer", buyer_disagreement)):
        value = disagreement if own is None else own
        if value is None:
            raise InputError(f"a bargain needs what disagreement gives the {who}")
        fallbacks.append(tuple(value) if isinstance(value, tuple | list) else number(value))
    listed = {p: number(x) for p, x in (pays or {seller: 1, buyer: -1}).items()}
    return Bargain(seller, buyer, share, fallbacks[0], fallbacks[1], listed)


#: The bargains by cell: one, or several that are struck there at the same time.
Bargains = Mapping[int, Bargain | tuple[Bargain, ...]]


def bargain_equation(
    bargain: Bargain, worth: Any, cells: Mapping[tuple[str, ...], int], cell: int, players: tuple[str, ...]
) -> tuple[dict[int, Fraction], Fraction]:
    """Return the linear equation of one bargain: coefficients of the prices by cell, and the right-hand side.

    Parameters
    ----------
    bargain : Bargain
        The bargain.
    worth : sequence [cells] of sequence [players]
        What each cell of the stage is worth before any price is paid, in fractions.
    cells : mapping of profile to int
        The cells of the stage.
    cell : int
        Where the bargain takes place.
    players : tuple of str
        Names.

    Returns
    -------
    coefficients : dict
        Keyed ``(cell, player)`` flattened as ``cell * players + player``: how much of what that player is paid there.
    right : Fraction
        So that the sum over coefficients times payments equals it.
    """
    power = exact(bargain.power)
    coefficients: dict[int, Fraction] = {}
    right = Fraction(0)
    sides = (
        (bargain.seller, bargain.seller_disagreement, 1 - power),
        (bargain.buyer, bargain.buyer_disagreement, -power),
    )
    for name, fallback, weight in sides:
        i = players.index(name)
        here = cell * len(players) + i
        coefficients[here] = coefficients.get(here, Fraction(0)) + weight
        right -= weight * worth[cell][i]
        if isinstance(fallback, tuple):
            other = cells[fallback]
            there = other * len(players) + i
            coefficients[there] = coefficients.get(there, Fraction(0)) - weight
            right += weight * worth[other][i]
        else:
            right += weight * exact(fallback)
    return coefficients, right


def struck(bargains: Bargains, cell: int) -> tuple[Bargain, ...]:
    """Return the bargains of a cell, in order."""
    held = bargains.get(cell, ())
    return held if isinstance(held, tuple) else (held,)


def several(price: Any) -> tuple[Any, ...]:
    """Return the prices of a cell, in the order of its bargains."""
    return tuple(price) if isinstance(price, tuple | list) else (price,)


def payments(bargains: Bargains, prices: Mapping[int, Any], cell: int, players: tuple[str, ...]) -> list[Any]:
    """Return what each player is paid in a cell at given prices (by cell); zero where there is no bargain."""
    paid = [Fraction(0)] * len(players)
    if cell in bargains:
        for bargain, price in zip(struck(bargains, cell), several(prices[cell]), strict=True):
            paid = [p + exact(bargain.pays.get(name, 0)) * price for p, name in zip(paid, players, strict=True)]
    return paid
