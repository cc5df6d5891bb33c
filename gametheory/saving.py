"""Solutions as JSON, version 1: written, read back, and refused where malformed."""

from __future__ import annotations

import glob
import hashlib
import json
import math
import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from gametheory.errors import GameTheoryError, InputError, VerificationError
from gametheory.files import read_json, replacing, write_text
from gametheory.forms import answer_from_data, form_from_data
from gametheory.numbers import decode
from gametheory.solution import Certificate, Provenance, Solution, Termination, Violation
from gametheory.trees import LARGE, encode_parameters, encode_tree, fingerprint, size

_TYPES: dict[str, tuple[type, ...]] = {
    "arrays": (str,),
    "model": (str, type(None)),
    "parameters": (dict,),
    "results": (dict,),
    "parts": (list,),
    "digests": (dict,),
    "provenance": (dict,),
    "termination": (str,),
}

#: The version of the JSON this package writes. It only grows; a reader refuses versions it does not know.
VERSION = 1


def solution_to_json(solution: Solution, arrays: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a solution as a JSON object.

    Parameters
    ----------
    solution : Solution
        What to write.
    arrays : dict, optional
        Where to put arrays that are too large for JSON, by key; left out, everything stays in the object.
    """
    model = solution.model
    main = _part_to_json(solution, arrays, "main")
    parts = [_part_to_json(part, arrays, f"part{i}") for i, part in enumerate(solution.parts)]
    parameters = encode_parameters(model.parameters(), exactly=solution.exact) if model is not None else {}
    told = {
        "model": model.label() if model is not None else None,
        "parameters": parameters,
        **main,
        "parts": parts,
    }
    return {
        "version": VERSION,
        **told,
        "digests": digests(told),
        "provenance": {
            **solution.provenance.versions,
            "options": encode_tree(dict(solution.provenance.options), exactly=False),
            "seed": solution.provenance.seed,
            "seconds": solution.provenance.seconds,
        },
    }


#: The keys of a saved solution that say what was found, and how.
_OUTCOME = ("termination", "concept", "method", "exact", "complete", "tie_rule", "message", "certificate")


def digests(data: Mapping[str, Any]) -> dict[str, str]:
    """Return a digest of each section of a saved solution.

    They show an edit of what no recomputation reaches, and name its section.
    """
    sections = {name: data.get(name) for name in ("model", "parameters", "results", "form", "answer", "parts")}
    return {name: _digest(held) for name, held in sections.items()} | {
        "outcome": _digest({name: data.get(name) for name in _OUTCOME})
    }


def _digest(data: Any) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True, allow_nan=False).encode()).hexdigest()[:32]


def encode_results(tree: Any, *, exactly: bool) -> Any:
    """Return results as JSON holds them; if `exactly`, a float is an irrational quantity and becomes a decimal.

    A fraction is text such as ``"1/3"`` or ``"2"``, and exact; text with a point or an exponent, such as
    ``"0.5549262433325422"``, is a float's shortest decimal.
    """
    return encode_tree(_in_decimals(tree) if exactly else tree, exactly=exactly, where="results")


def _in_decimals(tree: Any) -> Any:
    if isinstance(tree, Mapping):
        return {k: _in_decimals(v) for k, v in tree.items()}
    if isinstance(tree, list | tuple):
        return [_in_decimals(v) for v in tree]
    if isinstance(tree, np.ndarray | np.generic) and tree.dtype.kind in "fO":
        return _in_decimals(tree.tolist())
    return repr(tree) if isinstance(tree, float) and math.isfinite(tree) else tree


def decimals_as_floats(tree: Any) -> Any:
    """Return encoded results with decimals read back as floats; all else, exact text included, is kept."""
    if isinstance(tree, dict):
        return {k: decimals_as_floats(v) for k, v in tree.items()}
    if isinstance(tree, list):
        return [decimals_as_floats(v) for v in tree]
    return float(tree) if isinstance(tree, str) and _DECIMAL.fullmatch(tree) else tree


#: What `repr` writes for a float, and never for an integer.
_DECIMAL = re.compile(r"-?\d+(\.\d+(e[+-]\d+)?|e[+-]\d+)")


def certificate_to_json(certificate: Certificate | None) -> dict[str, Any] | None:
    """Return a certificate as a JSON object, without its violations (see `violations_to_json`)."""
    if certificate is None:
        return None
    exactly = certificate.exact
    data = {
        "kind": certificate.kind,
        "ok": certificate.ok,
        "max_violation": encode_tree(_quantity(certificate.max_violation), exactly=exactly),
        "tolerance": encode_tree(_quantity(certificate.tolerance), exactly=exactly),
        "checked": certificate.checked,
        "exact": certificate.exact,
    }
    return {**data, "note": certificate.note} if certificate.note else data


def violations_to_json(violations: tuple[Violation, ...]) -> list[dict[str, Any]]:
    """Return violations as a JSON list: exact amounts as text, floats as numbers."""
    return [
        {
            "constraint": v.constraint,
            "amount": encode_tree(_quantity(v.amount), exactly=isinstance(v.amount, Fraction | int)),
        }
        for v in violations
    ]


def save_solution(solution: Solution, path: str | Path) -> None:
    """Write a solution as JSON, whole or not at all.

    Large arrays go beside it, to ``NAME.DIGEST.npz``, which the JSON names. Those of a solution that is replaced stay
    until the new one is written; no other file is touched.
    """
    target = Path(path)
    total = sum(size(part.form.to_data()) + size(part.answer.to_data()) for part in _with_data(solution))
    arrays: dict[str, Any] | None = {} if total > LARGE else None
    data = solution_to_json(solution, arrays)
    before = set(target.parent.glob(f"{glob.escape(target.name)}.{'[0-9a-f]' * 16}.npz"))
    if arrays:
        data["arrays"] = f"{target.name}.{_digest_of_arrays(arrays)}.npz"
        with replacing(target.with_name(data["arrays"]), "wb") as file:
            np.savez_compressed(file, **arrays)
    write_text(target, json.dumps(data, indent=None if total > LARGE else 1, allow_nan=False) + "\n")
    for beside in before - {target.with_name(data.get("arrays", target.name))}:
        beside.unlink(missing_ok=True)


def _digest_of_arrays(arrays: Mapping[str, Any]) -> str:
    digest = hashlib.sha256()
    for key, array in arrays.items():
        digest.update(f"{key}:{array.dtype}:{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:16]


def load_solution(path: str | Path) -> Solution:
    """Read a solution that `save_solution` or the command line wrote.

    Raises
    ------
    UsageError
        If there is no such file.
    InputError
        If it is not JSON (line and column are named), not a solution, or of an unknown version.
    VerificationError
        If a form in it does not match its fingerprint.
    """
    problems: list[str] = []
    solution = solution_from_json(read_json(path), Path(path), problems)
    if problems:
        raise VerificationError(f"{problems[0]} does not match its fingerprint: the file was edited", place=str(path))
    return solution


def solution_from_json(data: Any, path: Path | None, problems: list[str]) -> Solution:
    """Build a solution from its JSON object; the stored certificate is kept but never trusted by `verify`.

    Forms that do not match their fingerprint are appended to `problems` by place.
    """
    place = str(path) if path else None
    if not isinstance(data, Mapping) or "termination" not in data or "version" not in data:
        raise InputError("this is not a solution", place=place, remedy="solve writes one with --format json --output F")
    for key, kinds in _TYPES.items():
        if key in data and not isinstance(data[key], kinds):
            raise InputError(f"this is not a solution: '{key}' is a {type(data[key]).__name__}", place=place)
    if data["version"] != VERSION or isinstance(data["version"], bool):
        raise InputError(
            f"unknown version {data['version']!r} of a solution; this program reads {VERSION}", place=place
        )
    try:
        arrays = _Arrays(path, data.get("arrays"))
        parts = [
            Solution(**_part_from_json(part, arrays, f"parts[{i}].", problems))
            for i, part in enumerate(data.get("parts", []))
        ]
        return Solution(
            **_part_from_json(data, arrays, "", problems),
            parts=tuple(parts),
            model=_model_from_json(data),
            provenance=_provenance_from_json(data.get("provenance", {})),
        )
    except GameTheoryError as error:
        error.place = error.place or place
        raise
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        raise InputError(f"this is not a solution: {type(error).__name__}: {error}", place=place) from None


def _part_to_json(part: Solution, arrays: dict[str, Any] | None, key: str) -> dict[str, Any]:
    exactly = part.exact
    form, answer = part.form, part.answer
    return {
        "termination": str(part.termination),
        "concept": part.concept,
        "method": part.method,
        "exact": part.exact,
        "complete": part.complete,
        "tie_rule": part.tie_rule,
        "message": part.message,
        "results": encode_results(dict(part.results), exactly=exactly),
        "certificate": certificate_to_json(part.certificate),
        "form": None
        if form is None
        else {
            "type": type(form).__name__,
            "fingerprint": fingerprint(form, exactly=exactly),
            "data": _encode_with_arrays(form.to_data(), exactly, arrays, f"{key}.form"),
        },
        "answer": None
        if answer is None
        else {
            "type": type(answer).__name__,
            "data": _encode_with_arrays(answer.to_data(), exactly, arrays, f"{key}.answer"),
        },
    }


def _part_from_json(data: Mapping[str, Any], arrays: _Arrays, where: str, problems: list[str]) -> dict[str, Any]:
    form, answer = None, None
    exactly = _boolean(data, "exact")
    if data.get("form") is not None:
        form = form_from_data(data["form"]["type"], arrays.restore(data["form"]["data"]))
        if data["form"].get("fingerprint") != fingerprint(form, exactly=exactly):
            problems.append(f"{where}form.data")
        if data.get("answer") is not None:
            answer = answer_from_data(form, data["answer"]["type"], arrays.restore(data["answer"]["data"]))
    if data["termination"] not in Termination.__members__:
        raise InputError(f"unknown termination {data['termination']!r}")
    return {
        "termination": Termination(data["termination"]),
        "concept": str(data["concept"]),
        "method": str(data["method"]),
        "form": form,
        "answer": answer,
        "certificate": _certificate_from_json(data.get("certificate")),
        "exact": exactly,
        "complete": str(data.get("complete", "unknown")),
        "tie_rule": str(data.get("tie_rule", "first")),
        "results": dict(data.get("results", {})),
        "message": str(data.get("message", "")),
    }


def _certificate_from_json(data: Any) -> Certificate | None:
    if data is None:
        return None
    return Certificate(
        kind=str(data["kind"]),
        checked=int(data["checked"]),
        max_violation=decode(data["max_violation"]),
        tolerance=decode(data["tolerance"]),
        exact=_boolean(data, "exact"),
        ok=_boolean(data, "ok"),
        note=str(data.get("note", "")),
    )


def _model_from_json(data: Mapping[str, Any]) -> Any:
    """Return the model at the stored parameters if it is installed; a model given by path is never imported."""
    from gametheory.plugins import models

    kind = models().get(data.get("model") or "")
    return None if kind is None else kind(**parameters_from_json(data.get("parameters", {})))


def parameters_from_json(tree: Any) -> Any:
    """Read parameters back: a JSON number stands for its shortest decimal."""
    if isinstance(tree, Mapping):
        return {k: parameters_from_json(v) for k, v in tree.items()}
    if isinstance(tree, list):
        return [parameters_from_json(v) for v in tree]
    return Fraction(repr(tree)) if isinstance(tree, float) else tree


def _provenance_from_json(data: Mapping[str, Any]) -> Provenance:
    own = ("options", "seed", "seconds")
    versions = {k: str(v) for k, v in data.items() if k not in own}
    return Provenance(versions, dict(data.get("options", {})), data.get("seed"), float(data.get("seconds", 0.0)))


def _boolean(data: Mapping[str, Any], key: str) -> bool:
    if not isinstance(data[key], bool):
        raise InputError(f"'{key}' is {data[key]!r}, not true or false")
    return bool(data[key])


def _quantity(value: Any) -> Any:
    return Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _with_data(solution: Solution) -> list[Any]:
    return [p for p in (solution, *solution.parts) if p.form is not None and p.answer is not None]


def _encode_with_arrays(tree: Any, exactly: bool, arrays: dict[str, Any] | None, key: str) -> Any:
    """Encode a tree, moving its arrays to `arrays` (as text where exact) and leaving ``{"npz": key}`` behind."""
    if arrays is None:
        return encode_tree(tree, exactly=exactly, where=key)
    if isinstance(tree, Mapping):
        return {str(k): _encode_with_arrays(v, exactly, arrays, f"{key}.{k}") for k, v in tree.items()}
    if isinstance(tree, np.ndarray) and tree.size:
        encoded = np.array(encode_tree(tree, exactly=exactly, where=key))
        if encoded.dtype != object:
            arrays[key] = encoded
            return {"npz": key}
    return encode_tree(tree, exactly=exactly, where=key)


class _Arrays:
    """Puts arrays from the ``.npz`` that a file names, beside it, back in their places; there may be none."""

    def __init__(self, path: Path | None, name: str | None) -> None:
        if name is not None and Path(name).name != name:
            raise InputError(f"the arrays of a solution are beside it, not at {name!r}")
        self._name = name
        self._path = path.with_name(name) if path and name else None
        self._held: Any = None

    def restore(self, tree: Any) -> Any:
        if self._name is not None and isinstance(tree, Mapping):
            if set(tree) == {"npz"}:
                return self._open()[tree["npz"]]
            return {k: self.restore(v) for k, v in tree.items()}
        return tree

    def _open(self) -> Any:
        if self._held is None:
            if self._path is None or not self._path.is_file():
                raise InputError(f"the arrays of this solution are missing: no file {self._path or self._name}")
            try:
                self._held = np.load(self._path, allow_pickle=False)
            except (ValueError, OSError, EOFError):
                raise InputError("this is not the .npz file of a solution", place=str(self._path)) from None
        return self._held
