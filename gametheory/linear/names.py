"""Names of rows and columns, made only when somebody reads them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, overload

from gametheory.errors import InputError


class LazyNames(Sequence[str]):
    """A sequence of distinct names given by a function of the place.

    A program with a million rows has a million names; nobody reads most of them.

    Parameters
    ----------
    size : int
        How many names.
    function : callable
        From a place in ``range(size)`` to its name. Whoever gives it vouches that names are distinct.
    """

    def __init__(self, size: int, function: Callable[[int], str]) -> None:
        self._size = size
        self._function = function

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self._function(i) for i in range(self._size)[place]]
        return self._function(range(self._size)[place])


class NumberedNames(LazyNames):
    """The names ``r0, r1, ...`` or ``c0, c1, ...``: what is unnamed is numbered."""

    def __init__(self, prefix: str, size: int) -> None:
        super().__init__(size, lambda place: f"{prefix}{place}")
        self.prefix = prefix

    def __reduce__(self) -> tuple[Any, ...]:
        return NumberedNames, (self.prefix, len(self))


def checked_names(names: Sequence[str], size: int, prefix: str, what: str) -> Sequence[str]:
    """Return names as a form keeps them: a tuple, or a lazy sequence; numbered ones if there are none.

    Raises
    ------
    InputError
        If their number is not `size`, or one is not text, is empty or occurs twice.
    """
    if names is None or (size and isinstance(names, list | tuple) and not names):
        return NumberedNames(prefix, size)
    if isinstance(names, str):
        raise InputError(f"the names of the {what}s must be a list, not one text")
    if len(names) != size:
        raise InputError(f"{len(names)} names for {size} {what}s")
    if isinstance(names, LazyNames):
        return names
    listed = tuple(str(n) if isinstance(n, str) else n for n in names)
    seen: set[str] = set()
    for name in listed:
        if not isinstance(name, str) or not name:
            raise InputError(f"{name!r} is not a name of a {what}")
        if name in seen:
            raise InputError(f"two {what}s are named '{name}'")
        seen.add(name)
    return listed


def names_to_data(names: Sequence[str]) -> list[str] | None:
    """Return names as a tree holds them; None for numbered ones."""
    return None if isinstance(names, NumberedNames) else list(names)
