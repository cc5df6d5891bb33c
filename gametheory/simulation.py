"""Randomness that does not depend on how many workers share it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def generator(seed: int | None, *index: int) -> np.random.Generator:
    """Return the random stream of one point or path.

    Parameters
    ----------
    seed : int or None
        The root seed; None draws fresh entropy.
    *index : int
        The position of the point or path, non-negative. The same seed and index give the same stream
        whatever else is drawn, in whatever order and process.

    Returns
    -------
    numpy.random.Generator
        Independent of the streams of all other indices.

    Raises
    ------
    InputError
        If the seed is not a whole number of at least 0.
    """
    import numpy as np

    from gametheory.errors import InputError

    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0):
        raise InputError(f"the seed {seed!r} is not a whole number of at least 0", place="seed")

    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=index))
