"""What a game file says of a game without changing it: a comment, and labels that are not needed to play."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from gametheory.errors import InputError, nearest
from gametheory.extensive.arrays import integers, texts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.extensive.form import ExtensiveGame


@dataclass(frozen=True, eq=False)
class Annotations:
    """Text that a file keeps beside a game, so that reading and writing it again loses nothing.

    No solver and no verifier reads it, and it is no part of a game's fingerprint: two files that differ in
    it alone hold the same game.

    Attributes
    ----------
    comment : str
        What the game is about.
    set_labels : tuple of str, optional
        The labels of information sets as written, which may be empty or occur twice, where they are not
        `ExtensiveGame.set_names` [sets].
    outcome : int array [nodes], optional
        Which outcome pays at each node, -1 for none; None where no outcome has a name.
    outcome_names : tuple of str
        The names of outcomes, which may be empty or occur twice.
    chance_set : int array [nodes], optional
        The information set of each node where chance moves, -1 elsewhere; None where each is one of its own
        and none has a label.
    chance_labels : tuple of str
        The labels of the information sets of chance.

    Raises
    ------
    InputError
        If an array is malformed or names what does not exist.
    """

    comment: str = ""
    set_labels: tuple[str, ...] | None = None
    outcome: NDArray[np.int64] | None = None
    outcome_names: tuple[str, ...] = ()
    chance_set: NDArray[np.int64] | None = None
    chance_labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.comment, str):
            raise InputError("'comment' is not text")
        if self.set_labels is not None:
            object.__setattr__(self, "set_labels", texts(self.set_labels, "set_labels"))
        for array, names in (("outcome", "outcome_names"), ("chance_set", "chance_labels")):
            held = texts(getattr(self, names), names)
            object.__setattr__(self, names, held)
            numbers = getattr(self, array)
            if numbers is None:
                if held:
                    raise InputError(f"'{names}' needs '{array}'")
                continue
            numbers = integers(numbers, array)
            if len(numbers) and not -1 <= numbers.min() <= numbers.max() < len(held):
                raise InputError(f"'{array}' holds a number that has no entry in '{names}'")
            numbers.flags.writeable = False
            object.__setattr__(self, array, numbers)

    def check(self, game: ExtensiveGame) -> None:
        """Raise `InputError` unless the annotations fit a game."""
        if self.set_labels is not None and len(self.set_labels) != game.sets:
            raise InputError(f"{len(self.set_labels)} 'set_labels' for {game.sets} information sets")
        for name in ("outcome", "chance_set"):
            array = getattr(self, name)
            if array is not None and len(array) != game.nodes:
                raise InputError(f"'{name}' has {len(array)} entries for {game.nodes} nodes")
        if self.chance_set is not None and ((self.chance_set >= 0) != (game.player == -1)).any():
            raise InputError("nodes where chance moves, and only they, are in a 'chance_set'")

    def to_data(self) -> dict[str, Any]:
        """Return the annotations as a tree of dicts, lists, arrays and text."""
        data: dict[str, Any] = {}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if value is not None and len(value):
                data[name] = list(value) if isinstance(value, tuple) else value
        return data

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Build the annotations from what `to_data` returned, or from that tree read back from JSON.

        Raises
        ------
        InputError
            If something is unknown or malformed.
        """
        if not isinstance(data, Mapping):
            raise InputError("'annotations' is a table")
        for name in data:
            if name not in cls.__dataclass_fields__:
                raise InputError(f"annotations have no '{name}'", remedy=nearest(str(name), cls.__dataclass_fields__))
        return cls(**data)
