"""Profiles of games in strategic form, and what is claimed of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from gametheory.errors import InputError, nearest
from gametheory.numbers import decode, decode_array, exact, exact_array, float_array
from gametheory.solution import Termination

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.strategic.form import StrategicGame


@dataclass(frozen=True, eq=False)
class Equilibria:
    """Mixed or pure profiles, each claimed to be a Nash equilibrium.

    Attributes
    ----------
    profiles : tuple
        Each a tuple with one array of probabilities [strategies] for each player, or a mapping from
        player to a strategy or to the probabilities of strategies by name.
    value : Fraction or float, optional
        What the first player gets, if the game is one of constant sum.
    """

    proves: ClassVar[Termination] = Termination.SOLVED

    profiles: tuple[Any, ...]
    value: Fraction | float | None = None

    def to_data(self) -> dict[str, Any]:
        """Return the profiles as a tree."""
        rows = [_mapping(p) if isinstance(p, Mapping) else list(p) for p in self.profiles]
        data: dict[str, Any] = {"profiles": rows}
        if self.value is not None:
            data["value"] = self.value
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the profiles from what `to_data` returned, or from that tree read back from JSON."""
        listed = _profiles(data, {"profiles", "value"})
        value = data.get("value")
        return cls(listed, None if value is None else decode(value))


@dataclass(frozen=True, eq=False)
class ApproximateEquilibrium:
    """A rational profile, and a bound on what any player gains by deviating from it.

    Attributes
    ----------
    profiles : tuple
        One profile, as in `Equilibria`.
    epsilon : Fraction or float
        The bound, in payoff units.
    """

    proves: ClassVar[Termination] = Termination.SOLVED

    profiles: tuple[Any, ...]
    epsilon: Fraction | float

    def to_data(self) -> dict[str, Any]:
        """Return the profile as a tree."""
        return {**Equilibria(self.profiles).to_data(), "epsilon": self.epsilon}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the profile from what `to_data` returned, or from that tree read back from JSON."""
        listed = _profiles(data, {"profiles", "epsilon"})
        if data.get("epsilon") is None:
            raise InputError("an approximate equilibrium needs 'epsilon'")
        return cls(listed, decode(data["epsilon"]))


@dataclass(frozen=True, eq=False)
class NoPureEquilibrium:
    """The claim that in every pure profile somebody gains by deviating; its check looks at every profile."""

    proves: ClassVar[Termination] = Termination.NONE_EXISTS

    def to_data(self) -> dict[str, Any]:
        """Return an empty tree: the claim says all there is to say."""
        return {}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the claim."""
        if not isinstance(data, Mapping) or data:
            raise InputError("the claim that there is no pure equilibrium holds no data")
        return cls()


@dataclass(frozen=True, eq=False)
class Elimination:
    """Strategies removed one after another because others dominate them.

    Attributes
    ----------
    steps : tuple of Mapping
        In order: ``player``, ``strategy`` (names), and ``by``: the dominating strategy, or the probabilities of
        a dominating mixture by strategy name.
    strict : bool
        Whether domination is strict.
    surviving : mapping of str to tuple of str
        The strategies left, by player; empty where nothing is claimed of them.
    beliefs : mapping of str to mapping of str to array, optional
        Why no mixture dominates a strategy that is left, by player and strategy: probabilities of what the others
        may do, over their strategies left, to which it is a best reply [profiles of the others, the last
        player's strategies changing fastest]; all positive where domination is weak. None where only
        pure strategies were looked at.
    """

    proves: ClassVar[Termination] = Termination.SOLVED

    steps: tuple[Mapping[str, Any], ...]
    strict: bool
    surviving: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    beliefs: Mapping[str, Mapping[str, Any]] | None = None

    def to_data(self) -> dict[str, Any]:
        """Return the steps as a tree."""
        held = {}
        if self.beliefs is not None:
            held["beliefs"] = {player: dict(named) for player, named in self.beliefs.items()}
        return {
            **held,
            "steps": [{**step, "by": dict(step["by"])} for step in self.steps],
            "strict": self.strict,
            "surviving": {player: list(names) for player, names in self.surviving.items()},
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the steps from what `to_data` returned, or from that tree read back from JSON."""
        if not isinstance(data, Mapping) or not isinstance(data.get("steps"), Sequence):
            raise InputError("an elimination is a table with a list of 'steps'")
        steps = []
        for k, step in enumerate(data["steps"]):
            if not isinstance(step, Mapping) or not {"player", "strategy", "by"} <= set(step):
                raise InputError("a step needs 'player', 'strategy' and 'by'", place=f"steps.{k}")
            by = step["by"]
            by = {by: Fraction(1)} if isinstance(by, str) else by
            if not isinstance(by, Mapping):
                raise InputError("'by' is a strategy, or probabilities by strategy", place=f"steps.{k}")
            probabilities = {str(s): decode(p) for s, p in by.items()}
            steps.append({"player": str(step["player"]), "strategy": str(step["strategy"]), "by": probabilities})
        surviving = data.get("surviving") or {}
        if not isinstance(surviving, Mapping) or any(isinstance(v, str) for v in surviving.values()):
            raise InputError("'surviving' is a table of lists by player")
        beliefs = data.get("beliefs")
        if beliefs is not None:
            if not isinstance(beliefs, Mapping) or not all(isinstance(v, Mapping) for v in beliefs.values()):
                raise InputError("'beliefs' is a table by player and strategy")
            beliefs = {
                str(player): {str(s): decode_array(belief) for s, belief in named.items()}
                for player, named in beliefs.items()
            }
        left = {str(p): tuple(v) for p, v in surviving.items()}
        return cls(tuple(steps), bool(data.get("strict", True)), left, beliefs)


@dataclass(frozen=True, eq=False)
class QuantalResponse:
    """A logit quantal response equilibrium.

    Attributes
    ----------
    profiles : tuple
        One profile, as in `Equilibria`.
    rationality : float
        The logit parameter: choice probabilities are proportional to ``exp(rationality * payoff)``.
    """

    proves: ClassVar[Termination] = Termination.SOLVED

    profiles: tuple[Any, ...]
    rationality: float

    def to_data(self) -> dict[str, Any]:
        """Return the profile as a tree."""
        return {**Equilibria(self.profiles).to_data(), "rationality": self.rationality}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the profile from what `to_data` returned, or from that tree read back from JSON."""
        listed = _profiles(data, {"profiles", "rationality"})
        if data.get("rationality") is None:
            raise InputError("a quantal response equilibrium needs 'rationality'")
        return cls(listed, float(decode(data["rationality"])))


def resolved(game: StrategicGame, profile: Any, *, exactly: bool) -> list[NDArray[Any]]:
    """Return one array of probabilities [strategies] for each player.

    Parameters
    ----------
    game : StrategicGame
        The game.
    profile : tuple of arrays, or mapping
        As in `Equilibria`.
    exactly : bool
        Whether to return fractions rather than floats.

    Raises
    ------
    InputError
        If the profile does not fit the game; whether it holds probabilities is left to the verifier.
    """
    rows: list[Any] = []
    if isinstance(profile, Mapping):
        for name in profile:
            if name not in game.players:
                raise InputError(f"no player '{name}'", remedy=nearest(str(name), game.players))
        for name, strategies in zip(game.players, game.strategies, strict=True):
            if name not in profile:
                raise InputError(f"the profile says nothing about player '{name}'")
            choice = profile[name]
            choice = {choice: Fraction(1)} if isinstance(choice, str) else choice
            if not isinstance(choice, Mapping):
                rows.append(choice)
                continue
            for strategy in choice:
                if strategy not in strategies:
                    remedy = nearest(str(strategy), strategies)
                    raise InputError(f"player '{name}' has no strategy '{strategy}'", remedy=remedy)
            rows.append([choice.get(s, Fraction(0)) for s in strategies])
    else:
        rows = list(profile)
    if len(rows) != len(game.players):
        raise InputError(f"{len(rows)} strategies in a profile of {len(game.players)} players")
    result = [exact_array(row) if exactly else float_array(row) for row in rows]
    for name, row, strategies in zip(game.players, result, game.strategies, strict=True):
        if row.shape != (len(strategies),):
            raise InputError(f"{row.size} probabilities for the {len(strategies)} strategies of player '{name}'")
    return result


def payoffs_against(payoffs: NDArray[Any], profile: Sequence[NDArray[Any]], player: int) -> NDArray[Any]:
    """Return what each strategy of a player earns against the strategies of the others.

    Parameters
    ----------
    payoffs : array [players, strategies of player 1, ..., strategies of player n]
        As in `StrategicGame`.
    profile : sequence of arrays [strategies]
        Probabilities.
    player : int
        Whose strategies.

    Returns
    -------
    array [strategies of the player]
    """
    rest = payoffs[player]
    for k in range(len(profile) - 1, -1, -1):
        if k != player:
            rest = (
                np.tensordot(rest, profile[k], axes=([k], [0]))
                if rest.dtype != object
                else rest_dot(rest, profile[k], k)
            )
    return np.asarray(rest)


def rest_dot(values: NDArray[Any], weights: NDArray[Any], axis: int) -> NDArray[Any]:
    """Return the sum over one axis of an object array, skipping zero weights."""
    total = np.full(values.shape[:axis] + values.shape[axis + 1 :], Fraction(0), dtype=object)
    for k, weight in enumerate(weights):
        if weight:
            total = total + weight * np.take(values, k, axis=axis)
    return np.asarray(total, dtype=object)


def rationalised(profile: Sequence[Any], denominator: int) -> tuple[NDArray[Any], ...]:
    """Return a rational profile near a float one, with probabilities that sum to 1 exactly."""
    result = []
    for row in profile:
        near = [max(exact(float(p)).limit_denominator(denominator), Fraction(0)) for p in row]
        total = sum(near, Fraction(0))
        result.append(exact_array([p / total for p in near]))
    return tuple(result)


def decimals(row: Sequence[Any] | NDArray[Any]) -> NDArray[np.float64]:
    """Return probabilities as floats of at most twelve decimal places, which sum to 1 exactly as decimals."""
    whole = 10**12
    parts = [max(round(exact(p) * whole), 0) for p in row]
    largest = max(range(len(parts)), key=lambda k: parts[k])
    parts[largest] += whole - sum(parts)
    return np.array([part / whole for part in parts])


def float_above(value: Fraction) -> float:
    """Return a float whose decimal is no less than a number."""
    result = float(value)
    while exact(result) < value:
        result = float(np.nextafter(result, np.inf))
    return result


def _mapping(profile: Mapping[str, Any]) -> dict[str, Any]:
    return {player: dict(v) if isinstance(v, Mapping) else v for player, v in profile.items()}


def _profiles(data: Any, known: set[str]) -> tuple[Any, ...]:
    if not isinstance(data, Mapping):
        raise InputError("an equilibrium of a game in strategic form is a table")
    for name in data:
        if name not in known:
            raise InputError(f"there is no '{name}' in these profiles", remedy=nearest(str(name), known))
    listed = data.get("profiles")
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        raise InputError("'profiles' is a list")
    result: list[Any] = []
    for k, profile in enumerate(listed):
        try:
            if isinstance(profile, Mapping):
                result.append({str(p): _choice(v) for p, v in profile.items()})
            elif isinstance(profile, Sequence) and not isinstance(profile, str):
                result.append(tuple(row if isinstance(row, np.ndarray) else decode_array(row) for row in profile))
            else:
                raise InputError("a profile is a list of lists of probabilities, or a table by player")
        except (ValueError, TypeError) as error:
            message = error.message if isinstance(error, InputError) else "the probabilities are no list of numbers"
            raise InputError(message, place=f"profiles.{k}") from None
        except InputError as error:
            raise InputError(error.message, place=f"profiles.{k}", remedy=error.remedy) from None
    return tuple(result)


def _choice(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return {str(s): decode(p) for s, p in value.items()}
    return decode_array(value)
