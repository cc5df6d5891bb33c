"""Trees of data: how forms, answers and results become JSON, are fingerprinted and compared.

A tree holds dicts, lists, arrays, text, integers, booleans, None, fractions and floats.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from gametheory.errors import InputError, ModelError
from gametheory.numbers import as_text, encode_array, exact

#: Above this many numbers in forms and answers, arrays go to a file beside the JSON.
LARGE = 1_000_000


def encode_tree(tree: Any, *, exactly: bool, where: str = "") -> Any:
    """Return a tree as JSON holds it: quantities as text such as ``"1/3"`` if `exactly`, else as floats.

    Integers, booleans and text are kept. Raises `ModelError`, naming the place, for NaN, infinity and foreign types.
    """
    if isinstance(tree, Mapping):
        return {
            k: encode_tree(v, exactly=exactly, where=f"{where}.{k}" if where else k) for k, v in _labelled(tree, where)
        }
    if isinstance(tree, list | tuple):
        return [encode_tree(v, exactly=exactly, where=f"{where}[{i}]") for i, v in enumerate(tree)]
    if isinstance(tree, np.ndarray):
        return _encode_leaf_array(tree, exactly, where)
    if isinstance(tree, np.generic):
        tree = tree.item()
    if tree is None or isinstance(tree, bool | int | str):
        return tree
    if isinstance(tree, Fraction):
        return as_text(tree) if exactly else float(tree)
    if isinstance(tree, float):
        if not math.isfinite(tree):
            raise ModelError(f"'{where}' is {tree}, which JSON cannot hold", remedy="use None for what is undefined")
        return as_text(exact(tree)) if exactly else tree
    raise ModelError(f"'{where}' is a {type(tree).__name__}, which cannot be saved")


def _labelled(tree: Mapping[Any, Any], where: str) -> Iterator[tuple[str, Any]]:
    """Yield the items of a table with labels as JSON holds them, all of them text."""
    seen: set[str] = set()
    for key, value in tree.items():
        label = str(key)
        if label in seen:
            raise ModelError(
                f"two labels of {where or 'a table'} are both '{label}' as text", remedy="give labels of one type"
            )
        seen.add(label)
        yield label, value


def encode_parameters(tree: Any, *, exactly: bool) -> Any:
    """Return parameters as JSON holds them: as the user gave them, so that reading them back loses nothing.

    Unless `exactly`, a fraction that is a short decimal becomes a JSON number, and one that is not stays text.
    """
    if isinstance(tree, Mapping):
        return {k: encode_parameters(v, exactly=exactly) for k, v in _labelled(tree, "")}
    if isinstance(tree, list | tuple):
        return [encode_parameters(v, exactly=exactly) for v in tree]
    if isinstance(tree, Fraction) and not exactly:
        if tree.denominator == 1:
            return int(tree)
        return float(tree) if exact(float(tree)) == tree else as_text(tree)
    if hasattr(tree, "model_dump"):
        return encode_parameters(tree.model_dump(), exactly=exactly)
    return encode_tree(tree, exactly=exactly)


def size(tree: Any) -> int:
    """Count the leaves of a tree."""
    if isinstance(tree, Mapping):
        return sum(size(v) for v in tree.values())
    if isinstance(tree, list | tuple):
        return sum(size(v) for v in tree)
    return tree.size if isinstance(tree, np.ndarray) else 1


def fingerprint(form: Any, *, exactly: bool) -> str:
    """Return a digest of a form's type and data that survives saving and loading.

    What the form's class names in ``DESCRIPTIVE`` is left out: it does not change what is to be solved.
    """
    digest = hashlib.sha256(type(form).__name__.encode())
    descriptive: frozenset[str] = getattr(type(form), "DESCRIPTIVE", frozenset())
    for path, leaf in leaves({key: value for key, value in form.to_data().items() if key not in descriptive}):
        digest.update(f"\n{path}=".encode())
        if isinstance(leaf, np.ndarray):
            encoded = _encode_leaf_array(leaf, exactly, path)
            saved = np.asarray(encoded) if not exactly and leaf.dtype.kind in "fO" else leaf
            if saved.dtype.kind == "f" and not exactly:  # fractions are saved, and read back, as floats
                digest.update(np.ascontiguousarray(saved).tobytes())
            else:
                digest.update(json.dumps(encoded).encode())
        else:
            digest.update(json.dumps(encode_tree(leaf, exactly=exactly, where=path)).encode())
    return digest.hexdigest()[:32]


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every leaf of a tree with its path; an array is one leaf."""
    if isinstance(tree, Mapping):
        for key in tree:
            yield from leaves(tree[key], f"{path}.{key}" if path else str(key))
    elif isinstance(tree, list | tuple):
        for index, item in enumerate(tree):
            yield from leaves(item, f"{path}[{index}]")
    else:
        yield path, tree


def refuse_foreign(tree: Any) -> None:
    """Refuse what no result may hold, naming its path.

    Raises
    ------
    ModelError
        For NaN, infinity, and anything but text, numbers, booleans, None, and arrays, lists and tables of these.
    """
    for path, leaf in leaves(tree):
        if isinstance(leaf, np.ndarray | np.generic):
            held: list[Any] = leaf.ravel().tolist() if leaf.dtype == object else []
            finite = leaf.dtype.kind not in "fc" or bool(np.isfinite(leaf).all())
        else:
            held, finite = [leaf], True
        if not finite or any(isinstance(value, float) and not math.isfinite(value) for value in held):
            raise ModelError(f"result '{path}' is not a finite number", remedy="use None for what is undefined")
        foreign = [value for value in held if not (value is None or isinstance(value, str | int | float | Fraction))]
        if foreign:
            kind = type(foreign[0]).__name__
            remedy = "report numbers, text, and lists and tables of these"
            raise ModelError(f"result '{path}' holds something of type {kind}", remedy=remedy)


def differences(
    stored: Any, computed: Any, *, exactly: bool, tolerance: Fraction | float, where: str = ""
) -> Iterator[tuple[str, Fraction | float]]:
    """Yield the places where two trees differ, and by how much (1 where it is not a matter of size).

    Both are compared as JSON holds them; floats agree within `tolerance` relative to max(1, size).
    """
    left = encode_tree(stored, exactly=exactly, where=where)
    right = encode_tree(computed, exactly=exactly, where=where)
    yield from _differences(left, right, tolerance, where)


def _differences(
    left: Any, right: Any, tolerance: Fraction | float, where: str
) -> Iterator[tuple[str, Fraction | float]]:
    if isinstance(left, dict) and isinstance(right, dict):
        for key in [*left, *(k for k in right if k not in left)]:
            place = f"{where}.{key}" if where else str(key)
            if key in left and key in right:
                yield from _differences(left[key], right[key], tolerance, place)
            else:
                yield place, 1
    elif isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            yield where, 1
            return
        for index, (one, other) in enumerate(zip(left, right, strict=True)):
            yield from _differences(one, other, tolerance, f"{where}[{index}]")
    elif _is_number(left) and _is_number(right):
        amount = abs(left - right)
        if amount > tolerance * max(1, abs(left), abs(right)):
            yield where, amount
    elif left != right or type(left) is not type(right):
        yield where, _text_distance(left, right)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text_distance(left: Any, right: Any) -> Fraction | float:
    """Return the distance of two exact numbers written as text; 1 for anything else."""
    if isinstance(left, str) and isinstance(right, str):
        try:
            return abs(exact(left) - exact(right))
        except InputError:
            return 1
    return 1


def _encode_leaf_array(leaf: np.ndarray[Any, Any], exactly: bool, where: str) -> Any:
    if leaf.dtype.kind in "biuU":
        return leaf.tolist()
    if leaf.dtype == object:
        flat = [
            encode_tree(v, exactly=exactly, where=where) if v is None or isinstance(v, str) else v for v in leaf.ravel()
        ]
        if any(v is None or isinstance(v, str) for v in flat):
            return encode_tree(leaf.tolist(), exactly=exactly, where=where)
    elif not np.isfinite(leaf).all():
        raise ModelError(f"'{where}' holds NaN or infinity, which JSON cannot hold")
    return encode_array(leaf, exactly=exactly)
