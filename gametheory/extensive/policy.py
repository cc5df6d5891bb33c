"""A fixed policy, apart from the payoffs it was found for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import InputError
from gametheory.extensive.arrays import as_exact, as_floats, numeric
from gametheory.extensive.profile import StrategyProfile, behaviour, edge_weights
from gametheory.extensive.structure import best_response_values, require_recall, subgame_roots
from gametheory.extensive.values import one_shot_gains
from gametheory.tolerances import REGRET

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.extensive.form import ExtensiveGame


@dataclass(frozen=True)
class Failure:
    """Where a policy is not optimal.

    Attributes
    ----------
    point : int
        The parameter point.
    place : str
        The information set of a move that should change, or the start of the subgame where it should.
    player : str
        Who gains.
    gain : Fraction or float
        By how much.
    """

    point: int
    place: str
    player: str
    gain: Fraction | float


class Policy:
    """What every player does, to be evaluated on any payoffs.

    Parameters
    ----------
    game : ExtensiveGame
        The structure.
    profile : StrategyProfile or mapping
        A profile, or a strategy by information set as in `StrategyProfile`.

    Examples
    --------
    >>> policy = Policy(game, solution.answer)
    >>> policy.values(payoffs)            # payoffs of any [points, nodes, players]
    >>> policy.optimal(payoffs)           # where it is still subgame perfect
    """

    def __init__(self, game: ExtensiveGame, profile: StrategyProfile | Mapping[str, Any]) -> None:
        self.game = game
        self.strategy = profile.strategy if isinstance(profile, StrategyProfile) else profile
        self._moves = behaviour(game, self.strategy, exact=True)

    def values(self, payoffs: Any = None, probability: Any = None) -> NDArray[Any]:
        """Return the expected payoffs.

        Parameters
        ----------
        payoffs : array [nodes, players] or [points, nodes, players], optional
            Payoffs to evaluate; by default the game's.
        probability : array [edges] or [points, edges], optional
            Chance probabilities; by default the game's.

        Returns
        -------
        array [players] or [points, players]
            Fractions if all numbers given are, else floats.
        """
        rows, single = [], True
        for amounts, weights, alone in self._points(payoffs, probability):
            value, _ = one_shot_gains(self.game, amounts, weights)
            rows.append(value[0])
            single = alone
        return rows[0] if single else np.array(rows)

    def optimal(self, payoffs: Any = None, probability: Any = None) -> Any:
        """Say whether the policy is subgame perfect, at each parameter point; the arguments are as in `values`."""
        bad = {failure.point for failure in self.failures(payoffs, probability)}
        points = [alone for _, _, alone in self._points(payoffs, probability)]
        result = np.array([k not in bad for k in range(len(points))])
        return bool(result[0]) if points[0] else result

    def failures(self, payoffs: Any = None, probability: Any = None) -> list[Failure]:
        """Say where the policy stops being optimal, and who gains how much; the arguments are as in `values`.

        With perfect information one failure for each move that should change; else one for each subgame and
        player who gains by another strategy there.
        """
        game = self.game
        roots = subgame_roots(game)
        if not game.perfect_information:
            require_recall(game)
        found = []
        for k, (amounts, weights, _) in enumerate(self._points(payoffs, probability)):
            value, gain = one_shot_gains(game, amounts, weights)
            exact = value.dtype == object
            least = 0 if exact else REGRET * max(1.0, float(amounts.max() - amounts.min()))
            if game.perfect_information:
                for v in game.decisions.tolist():
                    if gain[v] > least:
                        who = game.players[int(game.player[v])]
                        found.append(Failure(k, game.set_label(int(game.set_of[v])), who, gain[v]))
                continue
            for i, name in enumerate(game.players):
                best = best_response_values(game, i, amounts, weights, roots)
                found += [
                    Failure(k, game.node_label(v), name, best[v] - value[v, i])
                    for v in np.flatnonzero(roots).tolist()
                    if best[v] - value[v, i] > least
                ]
        return found

    def _points(self, payoffs: Any, probability: Any) -> Iterator[tuple[NDArray[Any], NDArray[Any], bool]]:
        game = self.game
        given = game.payoffs if payoffs is None else numeric(payoffs, "payoffs")
        chance = game.probability if probability is None else numeric(probability, "probability")
        if given.ndim not in (2, 3) or given.shape[-2:] != (game.nodes, len(game.players)):
            raise InputError(f"'payoffs' has shape {given.shape}; needed: {(game.nodes, len(game.players))}")
        if chance is not None and (chance.ndim not in (1, 2) or chance.shape[-1] != game.edges):
            raise InputError(f"'probability' has shape {chance.shape}; needed: {(game.edges,)}")
        sizes = {len(a) for a, n in ((given, 3), (chance, 2)) if a is not None and a.ndim == n}
        if len(sizes) > 1:
            raise InputError("payoffs and probabilities hold different numbers of parameter points")
        exact = given.dtype == object and (chance is None or chance.dtype == object)
        convert = as_exact if exact else as_floats
        moves = self._moves if exact or self._moves.dtype != object else as_floats(self._moves)
        for k in range(next(iter(sizes), 1)):
            amounts = given[k] if given.ndim == 3 else given
            weights = chance[k] if chance is not None and chance.ndim == 2 else chance
            yield (
                convert(amounts),
                edge_weights(game, moves, None if weights is None else convert(weights)),
                not sizes,
            )
