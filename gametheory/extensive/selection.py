"""Which of several equilibria of a subgame or stage a tie rule takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gametheory.extensive import kernels
from gametheory.extensive.backward import tie_rule
from gametheory.solvers import Options

if TYPE_CHECKING:
    from gametheory.extensive.form import ExtensiveGame
    from gametheory.extensive.multistage import MultistageGame


class Selection:
    """A tie rule at work: `pick` is called for one subgame after the other.

    Parameters
    ----------
    game : ExtensiveGame or MultistageGame
        Whose players the rule may favour.
    options : Options
        With the tie rule and what it draws from.
    """

    def __init__(self, game: ExtensiveGame | MultistageGame, options: Options) -> None:
        self._rule, self._order = tie_rule(game, options.ties)
        self._draws = options.generator() if self._rule == kernels.RANDOM else None

    def pick(self, worths: Sequence[Sequence[Any]]) -> int:
        """Return the position of the one taken, given what each is worth to every player."""
        if self._draws is not None:
            return int(self._draws.integers(len(worths)))
        if self._rule == kernels.LAST:
            return len(worths) - 1
        if self._rule == kernels.PREFER:
            return max(range(len(worths)), key=lambda k: ([worths[k][i] for i in self._order], -k))
        return 0
