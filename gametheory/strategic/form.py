"""Finite games in strategic form: one payoff array for each player."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from gametheory.errors import InputError, UsageError, nearest
from gametheory.notebook import Displayed
from gametheory.numbers import decode_array, exact_array, float_array, number_array

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class StrategicGame(Displayed):
    """A finite game in strategic (normal) form.

    Attributes
    ----------
    players : tuple of str
        Names, in player order.
    strategies : tuple of tuple of str
        The strategies of each player.
    payoffs : array [players, strategies of player 1, ..., strategies of player n]
        ``payoffs[i][profile]`` is what player i gets. Float64, or an object array of fractions.
    title : str
        What the game is called.
    comment : str
        What it is about; no part of the fingerprint.
    outcome : int array [strategies of player 1, ..., strategies of player n], optional
        Which named outcome a file gives each profile, -1 for none; no part of the fingerprint.
    outcome_names : tuple of str
        The names of outcomes, which may be empty or occur twice.

    Raises
    ------
    InputError
        If names occur twice, or the shape of the payoffs or outcomes does not fit.
    """

    #: What `to_data` tells besides the game itself; left out of fingerprints.
    DESCRIPTIVE: ClassVar[frozenset[str]] = frozenset({"comment", "outcome", "outcome_names"})

    players: tuple[str, ...]
    strategies: tuple[tuple[str, ...], ...]
    payoffs: NDArray[Any]
    title: str = ""
    comment: str = ""
    outcome: NDArray[np.int64] | None = None
    outcome_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        players = _texts(self.players, "players")
        given: Any = self.strategies
        if isinstance(given, str) or not hasattr(given, "__iter__"):
            raise InputError("'strategies' is not a list of lists of text")
        strategies = tuple(_texts(s, "strategies") for s in given)
        if len(strategies) != len(players):
            raise InputError(f"{len(strategies)} lists of strategies for {len(players)} players")
        for name, listed in zip(players, strategies, strict=True):
            if not listed:
                raise InputError(f"player '{name}' has no strategy")
        try:
            payoffs = number_array(self.payoffs)
        except (ValueError, TypeError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError("'payoffs' is not a rectangular array of numbers") from None
        shape = (len(players), *(len(s) for s in strategies))
        if payoffs.shape != shape:
            raise InputError(f"'payoffs' has shape {payoffs.shape}; needed: {shape}")
        payoffs = payoffs.view()
        payoffs.flags.writeable = False
        object.__setattr__(self, "players", players)
        object.__setattr__(self, "strategies", strategies)
        object.__setattr__(self, "payoffs", payoffs)
        object.__setattr__(self, "outcome", self._checked_outcome())

    def _checked_outcome(self) -> NDArray[np.int64] | None:
        names: Any = self.outcome_names
        if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
            raise InputError("'outcome_names' is not a list of text")
        object.__setattr__(self, "outcome_names", tuple(names))
        if self.outcome is None:
            if self.outcome_names:
                raise InputError("'outcome_names' needs 'outcome'")
            return None
        try:
            outcome = np.asarray(self.outcome)
        except ValueError:  # its rows differ in length
            outcome = np.asarray(None)
        if outcome.dtype.kind not in "iu" or outcome.shape != self.payoffs.shape[1:]:
            raise InputError(f"'outcome' is not an array of integers of shape {self.payoffs.shape[1:]}")
        if outcome.min() < -1 or outcome.max() >= len(self.outcome_names):
            raise InputError("'outcome' holds a number that has no entry in 'outcome_names'")
        outcome = outcome.astype(np.int64)
        outcome.flags.writeable = False
        return outcome

    @classmethod
    def from_arrays(
        cls,
        *payoffs: Any,
        players: Sequence[str] | None = None,
        strategies: Sequence[Sequence[str]] | None = None,
        title: str = "",
    ) -> Self:
        """Build a game from one payoff array for each player, all of the same shape.

        Parameters
        ----------
        *payoffs : arrays [strategies of player 1, ..., strategies of player n]
            In player order; a single matrix is the row player's payoffs in a zero-sum game.
        players, strategies : optional
            Names; numbers where left out.
        title : str
            What the game is called.
        """
        arrays = [number_array(p) for p in payoffs]
        if len(arrays) == 1 and arrays[0].ndim == 2:
            arrays.append(-arrays[0])
        if not arrays or any(a.shape != arrays[0].shape for a in arrays) or arrays[0].ndim != len(arrays):
            raise InputError("a game of n players needs n payoff arrays with n axes, all of one shape")
        if any(a.dtype == object for a in arrays):
            arrays = [exact_array(a) for a in arrays]
        names = tuple(players) if players is not None else tuple(f"player {k + 1}" for k in range(len(arrays)))
        if strategies is None:
            strategies = [[str(k + 1) for k in range(n)] for n in arrays[0].shape]
        return cls(names, tuple(tuple(s) for s in strategies), np.stack(arrays), title)

    @classmethod
    def from_quantecon(cls, arrays: Iterable[Any], **names: Any) -> Self:
        """Build a game from QuantEcon's payoff arrays: a player's own strategies first, then the next player's."""
        given = [number_array(a) for a in arrays]
        return cls.from_arrays(
            *(np.moveaxis(a, range(a.ndim), _rotated(k, a.ndim)) for k, a in enumerate(given)), **names
        )

    def to_quantecon(self) -> list[NDArray[Any]]:
        """Return one payoff array for each player: own strategies first, then the next player's."""
        return [np.transpose(a, _rotated(k, len(self.players))) for k, a in enumerate(self.payoffs)]

    @classmethod
    def from_pygambit(cls, game: Any) -> StrategicGame:
        """Build a game from a ``pygambit.Game``, a tree by its reduced strategic form."""
        from gametheory.strategic.gambit import from_pygambit

        return from_pygambit(game)

    @classmethod
    def from_nashpy(cls, game: Any, **names: Any) -> Self:
        """Build a game from a ``nashpy.Game``; names as in `from_arrays`."""
        if not hasattr(game, "payoff_matrices"):
            raise UsageError(f"needed: a nashpy.Game; given: {type(game).__name__}")
        return cls.from_arrays(*game.payoff_matrices, **names)

    def to_pygambit(self) -> Any:
        """Return the game as a ``pygambit.Game``, with exact payoffs."""
        from gametheory.strategic.gambit import to_pygambit

        return to_pygambit(self)

    def to_nashpy(self) -> Any:
        """Return the game as a ``nashpy.Game``."""
        from gametheory.strategic.external import to_nashpy

        return to_nashpy(self)

    @property
    def shape(self) -> tuple[int, ...]:
        """How many strategies each player has."""
        return self.payoffs.shape[1:]

    @property
    def profiles(self) -> int:
        """How many pure profiles there are."""
        return math.prod(self.shape)

    @property
    def exact(self) -> bool:
        """Whether the numbers are fractions."""
        return self.payoffs.dtype == object

    def constant_sum(self) -> Any | None:
        """Return what the payoffs of two players add up to in every profile, or None; decided exactly."""
        if len(self.players) != 2:
            return None
        total = exact_array(self.payoffs).sum(axis=0)
        first = total.ravel()[0]
        return first if (total == first).all() else None

    def numbers(self, exact: bool) -> NDArray[Any]:
        """Return the payoffs as fractions, or as floats."""
        if exact:
            return self.payoffs if self.exact else exact_array(self.payoffs)
        try:
            return float_array(self.payoffs)
        except OverflowError:
            raise InputError("a payoff is too large for floats", remedy="solve exactly") from None

    def find(self, player: str, strategy: str) -> tuple[int, int]:
        """Return the positions of a player and a strategy.

        Raises
        ------
        UsageError
            If there is none.
        """
        if player not in self.players:
            raise UsageError(f"no player '{player}'", remedy=nearest(player, self.players))
        i = self.players.index(player)
        if strategy not in self.strategies[i]:
            raise UsageError(
                f"player '{player}' has no strategy '{strategy}'", remedy=nearest(strategy, self.strategies[i])
            )
        return i, self.strategies[i].index(strategy)

    def to_data(self) -> dict[str, Any]:
        """Return the game as a tree of dicts, lists, arrays and text."""
        data: dict[str, Any] = {
            "players": list(self.players),
            "strategies": [list(s) for s in self.strategies],
            "payoffs": self.payoffs,
        }
        if self.title:
            data["title"] = self.title
        if self.comment:
            data["comment"] = self.comment
        if self.outcome is not None:
            data["outcome"] = self.outcome
            data["outcome_names"] = list(self.outcome_names)
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the game from what `to_data` returned, or from that tree read back from JSON.

        Raises
        ------
        InputError
            If something is missing, unknown or malformed.
        """
        if not isinstance(data, Mapping):
            raise InputError("a game in strategic form is a table")
        known = cls.__dataclass_fields__
        for name in data:
            if name not in known:
                raise InputError(f"a game in strategic form has no '{name}'", remedy=nearest(str(name), known))
        for name in ("players", "strategies", "payoffs"):
            if name not in data:
                raise InputError(f"a game in strategic form needs '{name}'")
        try:
            payoffs = data["payoffs"] if isinstance(data["payoffs"], np.ndarray) else decode_array(data["payoffs"])
        except (ValueError, TypeError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError("'payoffs' is not a rectangular array of numbers") from None
        title, comment = (str(data.get(name) or "") for name in ("title", "comment"))
        names = data.get("outcome_names") or ()
        return cls(data["players"], data["strategies"], payoffs, title, comment, data.get("outcome"), names)


def _rotated(player: int, players: int) -> list[int]:
    return [(player + k) % players for k in range(players)]


def _texts(values: Any, name: str) -> tuple[str, ...]:
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise InputError(f"'{name}' is not a list of text")
    listed = tuple(values)
    if not listed and name == "players":
        raise InputError("a game needs a player")
    if not all(isinstance(v, str) for v in listed):
        raise InputError(f"'{name}' is not a list of text")
    if len(set(listed)) < len(listed):
        twice = next(v for k, v in enumerate(listed) if v in listed[:k])
        raise InputError(f"'{name}' holds '{twice}' twice")
    return listed
