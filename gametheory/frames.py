"""Results as pandas frames, one row for each number: the tidy layout that grouping, pivoting and plotting expect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gametheory.errors import MissingPackageError

if TYPE_CHECKING:
    from gametheory.claims import ClaimReport
    from gametheory.solution import Solution

#: The columns of `claims_frame`.
CLAIM_COLUMNS = (
    *("claim", "place", "statement", "paper", "ours"),
    *("tolerance", "verdict", "recorded", "changed", "reason"),
)


def results_frame(solution: Solution) -> Any:
    """Return the results of a solution as a tidy `pandas.DataFrame`; see `Solution.to_frame`."""
    pandas = _pandas()
    axes = {} if solution.model is None else type(solution.model).result_axes
    rows = [(name, *row) for name, value in solution.results.items() for row in entries(value, _labels(axes, name))]
    depth = max((len(keys) for _, keys, _ in rows), default=0)
    columns = ["result", *(f"key_{k + 1}" for k in range(depth)), "value"]
    table = [(name, *keys, *(None,) * (depth - len(keys)), value) for name, keys, value in rows]
    frame = pandas.DataFrame(table, columns=columns)
    for k, name in enumerate(columns):
        held = [row[k] for row in table]
        if None in held and any(isinstance(value, int) for value in held):
            frame[name] = pandas.Series(held, dtype=object)  # beside an empty cell, pandas makes whole numbers floats
    return frame


def claims_frame(reports: Iterable[ClaimReport]) -> Any:
    """Return claims beside what was computed as a `pandas.DataFrame`, one row for each claim.

    Parameters
    ----------
    reports : iterable of ClaimReport
        As `evaluate` yields them.

    Returns
    -------
    pandas.DataFrame
        Columns ``claim`` (the id), ``place``, ``statement``, ``paper``, ``ours``, ``tolerance``, ``verdict``,
        ``recorded``, ``changed`` and ``reason``. The paper's values and ours stay as they are: fractions, text, lists.

    Raises
    ------
    MissingPackageError
        If pandas is not installed.
    """
    pandas = _pandas()
    rows = [
        (
            report.claim.id,
            report.claim.place,
            report.claim.statement,
            report.claim.paper,
            report.ours,
            report.claim.tolerance,
            report.verdict,
            report.recorded,
            report.changed,
            report.claim.reason,
        )
        for report in reports
    ]
    return pandas.DataFrame(rows, columns=list(CLAIM_COLUMNS))


def entries(value: Any, labels: Sequence[Sequence[Any]] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield every number or word of a result with its keys: labels of tables, positions (from 0) in lists.

    Parameters
    ----------
    value : object
        A result: a number, text, None, or lists and tables of these.
    labels : sequence of sequences, optional
        Labels along the axes of lists, outermost first, in the place of positions.
    """
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, Mapping):
        keyed: Iterable[tuple[Any, Any]] = value.items()
    elif isinstance(value, list | tuple):
        known = labels[0] if labels and len(labels[0]) == len(value) else range(len(value))
        keyed = zip(known, value, strict=True)
    else:
        yield (), value
        return
    for key, item in keyed:
        for keys, leaf in entries(item, labels[1:]):
            yield (key, *keys), leaf


def _labels(axes: Mapping[str, Mapping[str, Sequence[Any]]], result: str) -> Sequence[Sequence[Any]]:
    return list(axes.get(result, {}).values())


def _pandas() -> Any:
    try:
        import pandas
    except ImportError:
        raise MissingPackageError(
            "a frame needs pandas, which is not installed", remedy="pip install 'gametheory[sweep]'"
        ) from None
    return pandas
