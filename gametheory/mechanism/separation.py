"""Which incentive constraints to start from, and which to add."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.mechanism.exact_check import violations as exact_violations
from gametheory.mechanism.incentives import block_count, block_reported, slack_chunks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.mechanism.program import MechanismProgram

#: A violation smaller than this times the size of its terms is not worth a row; the certificate allows more.
_NEGLIGIBLE = 1e-9
#: How many nearest types are neighbours where types differ in more than one direction.
_NEAREST = 4
#: Entries of the largest array of distances made at once.
_CHUNK = 1 << 22


def neighbours(program: MechanismProgram) -> NDArray[np.int64]:
    """Return incentive constraints between neighbouring types, shape (n, 4), in both directions.

    Types are compared by their average stakes. They are ordered along the direction in which they differ most, and each
    has the next ones as neighbours; where they differ in several directions, the nearest ones too.
    """
    parts = []
    for i, stakes in enumerate(program.stakes):
        blocks = block_count(program.problem, i)
        if stakes.shape[1] < 2 or not blocks:
            continue
        pairs = _neighbouring(stakes.mean(axis=0).astype(np.float64))
        index = np.empty((blocks, len(pairs), 4), dtype=np.int64)
        index[:, :, 0] = i
        index[:, :, 1:3] = pairs
        index[:, :, 3] = np.arange(blocks)[:, None]
        parts.append(index.reshape(-1, 4))
    return np.concatenate(parts) if parts else np.zeros((0, 4), dtype=np.int64)


def _neighbouring(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return ordered pairs of neighbouring points, shape (n, 2)."""
    types = len(points)
    centred = points - points.mean(axis=0)
    _, spread, directions = np.linalg.svd(centred, full_matrices=False)
    order = np.argsort(centred @ directions[0], kind="stable")
    pairs = [np.stack([order[:-1], order[1:]], axis=1)]
    if len(spread) > 1 and spread[1] > 1e-6 * spread[0]:
        near = min(_NEAREST, types - 1)
        at_once = max(1, _CHUNK // types)
        size = (centred**2).sum(axis=1)
        for first in range(0, types, at_once):
            part = slice(first, first + at_once)
            distance = size[part, None] + size - 2 * centred[part] @ centred.T
            rows = np.arange(len(distance))
            distance[rows, first + rows] = np.inf
            nearest = np.argpartition(distance, near - 1, axis=1)[:, :near]
            pairs.append(np.stack([np.repeat(first + rows, near), nearest.ravel()], axis=1))
    both = np.concatenate(pairs)
    both = np.concatenate([both, both[:, ::-1]])
    return np.unique(both, axis=0)


def violated(program: MechanismProgram, variables: NDArray[Any], *, homogeneous: bool = False) -> NDArray[np.int64]:
    """Return incentive constraints that a mechanism violates, shape (n, 4).

    The most tempting report of each type, and the type most tempted by each report, in every block.

    Parameters
    ----------
    program : MechanismProgram
        The program, in the number type of `variables`.
    variables : ndarray of shape (profiles, D + K)
        Decisions and transfers, or a direction of them.
    homogeneous : bool
        Whether `variables` is a direction, of no particular size.
    """
    parts = []
    for i, stakes in enumerate(program.stakes):
        if not block_count(program.problem, i) or stakes.shape[1] < 2:
            continue
        reported = block_reported(program.problem, i, variables)
        if variables.dtype == object:
            worst = _worst(*exact_violations(stakes, reported))
        else:
            worst = _worst_in_floats(stakes, reported, 0.0 if homogeneous else 1.0)
        parts.append(np.column_stack([np.full(len(worst), i), worst[:, [1, 2, 0]]]))
    return np.concatenate(parts).astype(np.int64) if parts else np.zeros((0, 4), dtype=np.int64)


def _worst_in_floats(stakes: NDArray[Any], reported: NDArray[Any], floor: float) -> NDArray[np.int64]:
    """Return (block, type, report) of what `_worst` keeps of the violations."""
    size = (abs(stakes) * abs(reported)).sum(axis=2)
    negligible = _NEGLIGIBLE * np.maximum(size, floor)
    found, amounts = [np.zeros((0, 3), dtype=np.int64)], [np.zeros(0)]
    for block, type_, slack, _ in slack_chunks(stakes, reported):
        blocks, types, _ = slack.shape
        slack += negligible[block : block + blocks, type_ : type_ + types, None]
        places = np.argwhere(slack < 0)
        found.append(places + np.array([block, type_, 0]))
        amounts.append(-slack[tuple(places.T)])
    return _worst(np.concatenate(found), np.concatenate(amounts))


def _worst(index: NDArray[np.int64], amounts: NDArray[Any]) -> NDArray[np.int64]:
    """Return the most tempting report of each type, and the type most tempted by each report, of violations."""
    order = np.argsort(-amounts, kind="stable")
    ranked = index[order]
    block, type_, report = ranked.T
    types = 1 + int(ranked[:, 1:].max(initial=0))
    _, by_type = np.unique(block * types + type_, return_index=True)
    _, by_report = np.unique(block * types + report, return_index=True)
    return ranked[np.union1d(by_type, by_report)]
