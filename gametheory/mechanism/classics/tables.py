"""Tables of values and probabilities, as the constructors of this folder take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gametheory.errors import InputError
from gametheory.numbers import number, number_array, simplest_sum_to_one

if TYPE_CHECKING:
    from numpy.typing import NDArray


def labels(values: Sequence[Any]) -> list[str]:
    """Return a type's name for each value: the number itself."""
    named = [str(number(v)) for v in values]
    if len(set(named)) < len(named):
        twice = next(n for n in named if named.count(n) > 1)
        raise InputError(f"the value {twice} is listed twice", remedy="add its probabilities up and list it once")
    if not named:
        raise InputError("a list of values is empty")
    return named


def probabilities(given: Sequence[Any] | None, size: int, what: str) -> NDArray[Any]:
    """Return probabilities, uniform if not given.

    Raises
    ------
    InputError
        If there are too few or too many, one is not positive, or they do not sum to 1.
    """
    listed = [Fraction(1, size)] * size if given is None else [number(p) for p in given]
    if len(listed) != size:
        raise InputError(f"{len(listed)} probabilities for {size} {what}")
    for p in listed:
        if not p > 0:
            raise InputError(f"a probability of the {what} is {p}, not positive")
    if not simplest_sum_to_one(listed):
        raise InputError(f"the probabilities of the {what} do not sum to 1")
    return number_array(listed)


def by_label(values: Sequence[Any]) -> Mapping[str, Any]:
    """Return the numbers by the names of their types."""
    return dict(zip(labels(values), (number(v) for v in values), strict=True))
