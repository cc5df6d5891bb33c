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
    """
    import numpy as np

    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=index))
