"""Figures of a sweep: a line over one parameter, lines or a heat map over two, points where they were drawn."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import InputError, UsageError, nearest
from gametheory.figures import SINGLE_COLUMN, canvas
from gametheory.numbers import exact
from gametheory.sweeps.dataset import SEED, STATE, is_boolean
from gametheory.sweeps.designs import POINT

if TYPE_CHECKING:
    import xarray

#: Up to so many values of a second parameter are lines; more are a heat map.
MOST_LINES = 7
#: The width of a letter of a legend, in inches, and the most letters along the side of a figure.
INCHES, SIDE = 0.055, 36


def figures_of(dataset: xarray.Dataset) -> dict[str, str]:
    """Return what can be drawn, with what it is."""
    names = [name for name in dataset.data_vars if name not in (*STATE, SEED)]
    return {str(n): dataset[n].attrs.get("description", "") for n in names if "format" not in dataset[n].attrs}


def draw(dataset: xarray.Dataset, name: str, at: Mapping[str, Any] | None = None) -> Any:
    """Draw one result of a sweep.

    Parameters
    ----------
    dataset : xarray.Dataset
        What `sweep` returned, or a saved sweep.
    name : str
        The result.
    at : mapping, optional
        By dimension, the value at which to draw; needed until at most two dimensions are left.

    Returns
    -------
    matplotlib.figure.Figure
        One numeric dimension is a line; a second of few values, or of words, makes it several lines; of many, a heat
        map. Points that were drawn or listed are dots over one parameter, coloured dots over two, and dots in a panel
        for each of more. Axes carry units; points that failed are left out.

    Raises
    ------
    UsageError
        If there is no such result or dimension, or too many dimensions are left.
    InputError
        If a value is not one of the dimension's.
    """
    known = figures_of(dataset)
    if name not in known:
        raise UsageError(f"the sweep has no result '{name}' to draw", remedy=nearest(name, known))
    held = dataset[name]
    for dim, value in (at or {}).items():
        if dim not in held.dims:
            raise UsageError(f"'{name}' has no dimension '{dim}'", remedy=nearest(dim, map(str, held.dims)))
        held = held.isel({dim: _position(held, dim, value)})
    held = held.squeeze(drop=True)
    if POINT in held.dims:
        return _dots(dataset, held, name)
    dims = sorted(held.dims, key=lambda dim: (not _is_numeric(held, dim), -held.sizes[dim]))
    if len(dims) == 1:
        return _lines(held, name, dims[0], None)
    if len(dims) == 2:
        few = held.sizes[dims[1]] <= MOST_LINES or not _is_numeric(held, dims[1])
        return _lines(held, name, dims[0], dims[1]) if few else _heat_map(held, name, *_in_order(held))
    left = ", ".join(f"{dim} ({held.sizes[dim]})" for dim in held.dims)
    said = f"'{name}' has {len(dims)} dimensions left: {left}" if dims else f"'{name}' has a single value"
    raise UsageError(said, remedy="fix all but one or two of them with --set NAME=VALUE" if dims else None)


def _position(held: Any, dim: str, value: Any) -> int:
    """Return where a value is along a dimension."""
    if dim not in held.coords:
        if isinstance(value, int) and 0 <= value < held.sizes[dim]:
            return value
        raise InputError(f"'{dim}' has positions 0 to {held.sizes[dim] - 1}, not {value}")
    values = held[dim].values
    if values.dtype.kind in "if":
        try:
            gaps = abs(values - float(exact(value)))
        except InputError:
            raise InputError(f"{value!r} is not a number", place=dim) from None
        k = int(gaps.argmin())
        if gaps[k] > 1e-9 * max(1.0, abs(float(values[k]))):
            raise InputError(f"{dim} was not swept at {float(exact(value)):g}", remedy=f"nearest is {values[k]:g}")
        return k
    listed = values.tolist()
    wanted = value if values.dtype.kind == "b" else str(value)
    if wanted not in listed:
        raise InputError(f"{dim} was not swept at {value!r}", remedy=nearest(str(value), map(str, listed)))
    return int(listed.index(wanted))


def _is_numeric(held: Any, dim: Any) -> bool:
    return dim not in held.coords or held[dim].dtype.kind in "if"


def _in_order(held: Any) -> tuple[Any, Any]:
    return held.dims[0], held.dims[1]


def _numbers(held: Any) -> tuple[Any, list[str]]:
    """Return values as floats, and the words they stand for if they are words."""
    values = np.asarray(held.values)
    if is_boolean(held):
        return values.astype(float), ["no", "yes"]
    if values.dtype.kind in "if":
        return values.astype(float), []
    flat = values.ravel()
    try:
        return np.array([float(exact(v)) if v else np.nan for v in flat]).reshape(values.shape), []
    except InputError:
        words = sorted({str(v) for v in flat if v})
        codes = {word: float(k) for k, word in enumerate(words)}
        return np.array([codes.get(str(v), np.nan) for v in flat]).reshape(values.shape), words


def _along(held: Any, dim: Any) -> tuple[Any, list[str]]:
    if dim not in held.coords:
        return np.arange(held.sizes[dim], dtype=float), []
    values = held[dim].values
    if values.dtype.kind in "if":
        return values.astype(float), []
    return np.arange(len(values), dtype=float), [str(v) for v in values]


def _label(name: Any, variable: Any, longest: int = 60) -> str:
    """Return a name with its units, on two lines if it is long."""
    units = variable.attrs.get("units") if variable is not None else None
    label = f"{name} ({units})" if units else str(name)
    return f"{name}\n({units})" if units and len(label) > longest else label


def _axis(axes: Any, which: str, held: Any, dim: Any) -> Any:
    """Label an axis by a dimension, give it words or a logarithmic scale where due, and return its positions."""
    positions, words = _along(held, dim)
    getattr(axes, f"set_{which}label")(_label(dim, held[dim] if dim in held.coords else None, SIDE))
    if words:
        getattr(axes, f"set_{which}ticks")(positions, words)
    elif _is_logarithmic(positions):
        getattr(axes, f"set_{which}scale")("log")
    return positions


def _is_logarithmic(values: Any) -> bool:
    """Say whether values have a constant ratio rather than a constant step."""
    if len(values) < 3 or (values <= 0).any():
        return False
    ratios = np.diff(np.log(values))
    steps = np.diff(values)
    return bool(np.allclose(ratios, ratios[0], rtol=1e-6) and not np.allclose(steps, steps[0], rtol=1e-6))


def _lines(held: Any, name: str, along: Any, by: Any) -> Any:
    labels = [] if by is None else list(held[by].values) if by in held.coords else list(range(held.sizes[by]))
    shown = [f"{label:g}" if isinstance(label, float) else str(label) for label in labels]
    columns = max(1, int((SINGLE_COLUMN - 0.2) / (0.6 + INCHES * max(map(len, shown), default=0))))
    rows = -(-len(shown) // columns)
    figure, grid = canvas(height=0.72 * SINGLE_COLUMN + (0.2 + 0.15 * rows if rows else 0))
    axes = grid[0, 0]
    positions = _axis(axes, "x", held, along)
    values, words = _numbers(held.transpose(along, *([by] if by is not None else [])))
    order = np.argsort(positions)
    few = len(positions) <= 12
    if by is None:
        axes.plot(positions[order], values[order], marker="o" if few else "")
    # The first lines are the widest, so that one that lies on another is seen.
    for k, (label, width) in enumerate(zip(shown, np.linspace(2.6, 1, max(len(shown), 1)), strict=False)):
        marker = {"marker": "o", "markersize": 2 + 1.6 * width} if few else {}
        axes.plot(positions[order], values[order, k], linewidth=width, label=label, **marker)
    if shown:
        title = fill(_label(by, held[by] if by in held.coords else None), int((SINGLE_COLUMN - 0.2) / INCHES))
        figure.legend(title=title, loc="outside lower center", ncols=columns)
    axes.set_ylabel(_label(name, held, SIDE))
    if words:
        axes.set_yticks(range(len(words)), words)
    return figure


def _heat_map(held: Any, name: str, across: Any, up: Any) -> Any:
    figure, grid = canvas()
    axes = grid[0, 0]
    x, y = _axis(axes, "x", held, across), _axis(axes, "y", held, up)
    values, words = _numbers(held.transpose(up, across))
    right, above = np.argsort(x), np.argsort(y)
    axes.set_facecolor("#dddddd")  # where points failed
    mesh = axes.pcolormesh(x[right], y[above], values[np.ix_(above, right)], shading="nearest", rasterized=True)
    _colour_bar(figure, mesh, axes, _label(name, held, SIDE), words)
    return figure


def _dots(dataset: Any, held: Any, name: str) -> Any:
    if held.dims != (POINT,):
        left = ", ".join(str(dim) for dim in held.dims if dim != POINT)
        raise UsageError(f"'{name}' has a value for each {left}", remedy=f"choose one with --set {left}=VALUE")
    swept = [
        str(n) for n, c in dataset.coords.items() if c.dims == (POINT,) and n != POINT and not str(n).endswith("_exact")
    ]
    varied = [n for n in swept if len(np.unique(dataset[n].values)) > 1]
    if not varied:
        raise UsageError("the points do not differ", remedy="sweep over a parameter")
    if len(varied) > 2:
        return _panels(dataset, held, name, varied)
    figure, grid = canvas()
    axes = grid[0, 0]
    values, words = _numbers(held)
    axes.set_xlabel(_label(varied[0], dataset[varied[0]]))
    x, x_words = _numbers(dataset[varied[0]])
    if x_words:
        axes.set_xticks(range(len(x_words)), x_words)
    if len(varied) == 1:
        axes.plot(x, values, "o")
        axes.set_ylabel(_label(name, held, SIDE))
        if words:
            axes.set_yticks(range(len(words)), words)
        return figure
    y, y_words = _numbers(dataset[varied[1]])
    axes.set_ylabel(_label(varied[1], dataset[varied[1]], SIDE))
    if y_words:
        axes.set_yticks(range(len(y_words)), y_words)
    _colour_bar(figure, axes.scatter(x, y, c=values, s=12), axes, _label(name, held, SIDE), words)
    return figure


def _panels(dataset: Any, held: Any, name: str, varied: list[str]) -> Any:
    """Draw a result against each of several parameters, one panel for each."""
    rows = -(-len(varied) // 2)
    figure, grid = canvas(rows, 2, height=0.3 + 1.3 * rows, sharey=True)
    values, words = _numbers(held)
    for axes, parameter in zip(grid.flat, varied, strict=False):
        x, x_words = _numbers(dataset[parameter])
        axes.plot(x, values, "o", markersize=2)
        axes.set_xlabel(_label(parameter, dataset[parameter], SIDE // 2))
        if x_words:
            axes.set_xticks(range(len(x_words)), x_words)
        if words:
            axes.set_yticks(range(len(words)), words)
    for axes in grid.flat[len(varied) :]:
        axes.set_visible(False)
    figure.supylabel(_label(name, held, SIDE))
    return figure


def _colour_bar(figure: Any, drawn: Any, axes: Any, label: str, words: list[str]) -> None:
    bar = figure.colorbar(drawn, ax=axes, label=label)
    if words:
        drawn.set_cmap(drawn.get_cmap().resampled(len(words)))
        drawn.set_clim(-0.5, len(words) - 0.5)
        bar.set_ticks(range(len(words)), labels=words)
