"""The kinds of form, by name: class, verifier, answer types, report, and the files that hold one.

Everything is named by text, so that knowing what exists loads none of it. The kinds of this package are listed in
`gametheory.catalogue`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gametheory.errors import InputError, UsageError, nearest
from gametheory.solvers import load_catalogue, resolve


@dataclass(frozen=True)
class FormType:
    """What the engine knows of one kind of form.

    Attributes
    ----------
    name : str
        The name of the class.
    target : str or callable
        ``"package.module:Class"`` or the class itself.
    concept : str
        What counts as a solution unless told otherwise.
    verifier : str or callable
        ``verify(form, answer, *, exact, concept) -> Certificate``.
    answers : mapping of str to (str or type)
        Answer types by name.
    report : str, callable or None
        ``report(form, solution) -> dict``: what a solve of the bare form reports.
    readers, writers : mapping of str to (str or callable)
        By file suffix: ``read(path) -> form`` and ``write(form, path)``.
    answer_readers : mapping of str to (str or callable)
        By file suffix: ``read(path, form) -> answer``, for answers that people write otherwise than as a table.
    recognises : str, callable or None
        ``recognises(path) -> bool``: whether a file holds this kind, where another kind's files end alike.
    figures : mapping of str to (str or callable)
        By name: ``draw(form, answer) -> matplotlib figure``, drawn of any form of this kind.
    examiner : str, callable or None
        ``examine(form, answer) -> dict``: what else can be said of an answer that passed its check.
    """

    name: str
    target: str | Callable[..., Any]
    concept: str
    verifier: str | Callable[..., Any]
    answers: Mapping[str, str | Callable[..., Any]] = field(default_factory=dict)
    report: str | Callable[..., Any] | None = None
    readers: Mapping[str, str | Callable[..., Any]] = field(default_factory=dict)
    writers: Mapping[str, str | Callable[..., Any]] = field(default_factory=dict)
    answer_readers: Mapping[str, str | Callable[..., Any]] = field(default_factory=dict)
    recognises: str | Callable[..., bool] | None = None
    figures: Mapping[str, str | Callable[..., Any]] = field(default_factory=dict)
    examiner: str | Callable[..., Any] | None = None


_registry: dict[str, FormType] = {}


def register_form(form_type: FormType) -> FormType:
    """Add a kind of form.

    Raises
    ------
    UsageError
        If the name is taken by another kind.
    """
    held = _registry.get(form_type.name)
    if held is not None and held != form_type:
        raise UsageError(f"two kinds of form are named {form_type.name}: {held.target} and {form_type.target}")
    _registry[form_type.name] = form_type
    return form_type


def form_types() -> list[FormType]:
    """List the kinds of form, in order of registration."""
    load_catalogue()
    return list(_registry.values())


def form_type(name: str) -> FormType:
    """Return a kind of form by name.

    Raises
    ------
    InputError
        If there is none; the nearest names are given.
    """
    load_catalogue()
    if name not in _registry:
        raise InputError(f"no kind of form is named '{name}'", remedy=nearest(name, _registry))
    return _registry[name]


def form_type_of(form: Any) -> FormType:
    """Return the kind of a form.

    Raises
    ------
    UsageError
        If the object is not a form the engine knows.
    """
    load_catalogue()
    name = type(form).__name__
    if name not in _registry:
        raise UsageError(f"{name} is not a form the engine can solve", remedy=nearest(name, _registry))
    kind = _registry[name]
    known = resolve(kind.target)
    if type(form) is not known:
        given = f"{type(form).__module__}.{name}"
        raise UsageError(f"{given} is not the form of that name, {known.__module__}.{known.__qualname__}")
    return kind


def form_from_data(name: str, data: Mapping[str, Any]) -> Any:
    """Build a form of the named kind from its data tree; raises `InputError` on malformed data."""
    return _from_data(resolve(form_type(name).target), name, data)


def answer_from_data(form: Any, name: str, data: Mapping[str, Any]) -> Any:
    """Build an answer of the named type for a form; raises `InputError` on malformed data."""
    answers = form_type_of(form).answers
    if name not in answers:
        kind = type(form).__name__
        raise InputError(f"no answer of type '{name}' for {kind}", remedy=nearest(name, answers))
    return _from_data(resolve(answers[name]), name, data)


def reader_for(suffix: str) -> Callable[..., Any] | None:
    """Return the function that reads files with this suffix into a form, or None.

    Where several kinds of form share a suffix, those that say what they recognise are asked about the file first.
    """
    kinds = sorted((k for k in form_types() if suffix in k.readers), key=lambda k: k.recognises is None)
    if len(kinds) < 2:
        return resolve(kinds[0].readers[suffix]) if kinds else None

    def read(path: Any) -> Any:
        if not Path(path).read_bytes().strip():
            names = " or ".join(kind.name for kind in kinds)
            raise InputError("this file is empty", place=str(path), remedy=f"what it may hold: {names}")
        own = next((k for k in kinds if k.recognises is None or resolve(k.recognises)(path)), kinds[0])
        return resolve(own.readers[suffix])(path)

    return read


def read_suffixes() -> list[str]:
    """List the suffixes of files that hold a form."""
    return sorted({suffix for kind in form_types() for suffix in kind.readers})


def _from_data(target: Any, name: str, data: Any) -> Any:
    if not isinstance(data, Mapping):
        raise InputError(f"the data of {name} is a {type(data).__name__}, not a table of named fields")
    return target.from_data(data)
