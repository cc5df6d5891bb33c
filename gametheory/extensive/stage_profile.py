"""Strategy profiles of multistage games."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar, Self

from gametheory.errors import InputError
from gametheory.extensive.arrays import decoded
from gametheory.numbers import decode
from gametheory.solution import Termination

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.extensive.multistage import MultistageGame


@dataclass(frozen=True, eq=False)
class StageProfile:
    """What every player does in every state, what each state is worth, and the prices struck.

    Attributes
    ----------
    moves : array [moves of all states and players]
        The probability of every move; state after state, player after player.
    values : array [states, players]
        What each state is worth, payments included.
    prices : mapping of int to number or tuple of numbers
        The bargained price, by cell; one for each bargain where a cell has a tuple of them.
    """

    proves: ClassVar[Termination] = Termination.SOLVED

    moves: NDArray[Any]
    values: NDArray[Any]
    prices: Mapping[int, Any] = field(default_factory=dict)

    def payoffs(self, game: MultistageGame) -> dict[str, Any]:
        """Return what the game is worth to each player, in player order."""
        return dict(zip(game.players, self.values[0].tolist(), strict=True))

    def strategy(self, game: MultistageGame) -> dict[str, dict[str, Any]]:
        """Return the moves by state and player: a move, or the probability of each; idle players left out."""
        result: dict[str, dict[str, Any]] = {}
        for s, state in enumerate(game.states):
            row: dict[str, Any] = {}
            for i, name in enumerate(game.players):
                labels = game.actions[s][i]
                if len(labels) > 1:
                    first = int(game.first_move[s * len(game.players) + i])
                    odds = self.moves[first : first + len(labels)].tolist()
                    certain = [a for a, p in zip(labels, odds, strict=True) if p == 1]
                    row[name] = certain[0] if certain else dict(zip(labels, odds, strict=True))
            if row:
                result[state] = row
        return result

    def path(self, game: MultistageGame) -> tuple[str, ...]:
        """Return the cells from the start, as far as moves and chance are certain: ``"state: move, move"``."""
        found: list[str] = []
        s = 0
        while any(game.actions[s]):
            cell = int(game.first_cell[s])
            labels = []
            for i, moves in enumerate(game.actions[s]):
                first = int(game.first_move[s * len(game.players) + i])
                certain = [k for k in range(len(moves)) if self.moves[first + k] == 1]
                if len(certain) != 1:
                    return tuple(found)
                cell += certain[0] * prod(len(m) for m in game.actions[s][i + 1 :])
                if len(moves) > 1:
                    labels.append(moves[certain[0]])
            found.append(f"{game.states[s]}: {', '.join(labels)}" if labels else game.states[s])
            branches = range(int(game.first_branch[cell]), int(game.first_branch[cell + 1]))
            likely = [b for b in branches if game.probability[b] > 0]
            if len(likely) != 1:
                break
            s = int(game.next_state[likely[0]])
        return tuple(found)

    def to_data(self) -> dict[str, Any]:
        """Return the profile as a tree."""
        prices = {str(k): list(price) if isinstance(price, tuple) else price for k, price in self.prices.items()}
        return {"moves": self.moves, "values": self.values, "prices": prices}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the profile from what `to_data` returned, or from that tree read back from JSON."""
        if not isinstance(data, Mapping) or not {"moves", "values"} <= set(data):
            raise InputError("a profile of a multistage game needs 'moves' and 'values'")
        prices = data.get("prices") or {}
        if not isinstance(prices, Mapping) or not all(str(k).isdigit() for k in prices):
            raise InputError("'prices' is a table by number of the cell")
        listed = {
            int(k): tuple(decode(p) for p in price) if isinstance(price, list | tuple) else decode(price)
            for k, price in prices.items()
        }
        return cls(decoded(data["moves"], "moves"), decoded(data["values"], "values"), listed)
