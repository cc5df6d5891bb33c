"""From a name or a path to something that can be solved."""

from __future__ import annotations

import contextlib
import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from gametheory.errors import GameTheoryError, InputError, UsageError, nearest
from gametheory.files import read_json
from gametheory.forms import answer_from_data, form_from_data, form_type_of, form_types, read_suffixes, reader_for
from gametheory.model import Model
from gametheory.numbers import NotANumberError
from gametheory.plugins import load_file, model_class
from gametheory.saving import load_solution
from gametheory.solvers import resolve

#: Options of a solve that a scenario file may set in its ``[solve]`` table.
SCENARIO_OPTIONS = ("concept", "method", "exact", "ties", "seconds", "iterations", "seed")


@dataclass(frozen=True)
class Scenario:
    """A model's name or path, its parameters, and how to solve it, as a TOML file gives them."""

    model: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)


def load(what: str | Path, **parameters: Any) -> Any:
    """Load what can be solved or checked.

    Parameters
    ----------
    what : str or Path
        An installed model's name, a model file ``file.py`` or ``file.py:Class``, a scenario ``.toml``, a game or
        program file (``.efg``, ``.mps``, ...), or a saved solution ``.json``.
    **parameters
        Parameters of the model; for a scenario they override the file's.

    Returns
    -------
    Model, form or Solution
        A model at these parameters, a form, or a saved solution.

    Raises
    ------
    UsageError
        If there is no such thing, or parameters are given for what has none.
    InputError
        If the file is malformed (its line and column are named), or a parameter is out of bounds.
    """
    text = str(what)
    path, _ = _split_class(text)
    if path.suffix == ".json":
        _no_parameters(text, parameters)
        return load_solution(path)
    loaded, _ = load_problem(text, parameters)
    return loaded


def load_problem(what: str, parameters: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
    """Load a model or a form, and the solve options that its scenario file sets, if any."""
    path, class_name = _split_class(what)
    suffix = path.suffix
    if suffix == ".py":
        return load_file(path, class_name)(**parameters), {}
    if suffix == ".toml":
        try:
            table = read_toml(path)
        except NotANumberError:
            _let_form_say(path)
            raise
        if "type" in table:
            _no_parameters(what, parameters)
            return form_from_table(table, str(path)), {}
        kind, given, options = _of_scenario(table, path)
        return _scenario_model(kind, given, path, parameters), options
    if suffix == ".json":
        _no_parameters(what, parameters)
        return load_form(what), {}
    reader = reader_for(suffix)
    if reader is not None:
        _no_parameters(what, parameters)
        if not path.is_file():
            raise UsageError(f"no file {path}")
        return reader(path), {}
    if suffix and ("/" in what or path.exists()):
        raise UsageError(
            f"cannot solve {what}: no reader for '{suffix}' files",
            remedy="there is: " + ", ".join([".py", ".toml", *read_suffixes()]),
        )
    return model_class(what)(**parameters), {}


def find_model(what: str) -> tuple[type[Model], Mapping[str, Any], Mapping[str, Any]]:
    """Find a model without building it: an installed name, ``file.py[:Class]``, or a scenario ``.toml``.

    Returns
    -------
    model : type
        Its class.
    parameters, options : mapping
        What its scenario file sets, if it is one.

    Raises
    ------
    UsageError
        If there is no such model, or the file is of something else.
    """
    path, class_name = _split_class(what)
    if path.suffix == ".py":
        return load_file(path, class_name), {}, {}
    table = read_toml(path) if path.suffix == ".toml" else {}
    if "type" in table or (path.suffix not in ("", ".toml") and (path.exists() or "/" in what)):
        kinds = " or ".join(kind.name for kind in form_types() if path.suffix in kind.readers) or table.get("type")
        raise UsageError(
            f"{what} is not a model" + (f": it holds the form {kinds}, to be solved as it is" if kinds else ""),
            remedy="a model is a name, a file .py[:Class] or a scenario .toml",
        )
    return _of_scenario(table, path) if path.suffix == ".toml" else (model_class(what), {}, {})


def load_form(what: str) -> Any:
    """Load a form alone: from a form table (TOML or JSON), a game file, a saved solution, or what a model builds."""
    if what.endswith(".json"):
        try:
            data = read_json(what)
        except InputError as error:
            error.place = error.place or what
            raise
        if isinstance(data, dict) and "type" in data:
            return form_from_table(data, what)
        form = load_solution(what).form
    else:
        loaded, _ = load_problem(what, {})
        form = loaded.build() if isinstance(loaded, Model) else loaded
    if form is None:
        raise InputError("there is no single form in this file", place=what)
    return form


def load_answer(form: Any, path: str) -> Any:
    """Load an answer to a form: a TOML or JSON table with its ``type``, a saved solution's, or a file."""
    suffix = Path(path).suffix.lower()
    readers = form_type_of(form).answer_readers
    if suffix in readers:
        return resolve(readers[suffix])(path, form)
    if suffix == ".csv":
        known = ", ".join([".toml", ".json", *readers])
        raise UsageError(
            f"cannot read {path}: an answer to {type(form).__name__} is no '.csv' file", remedy=f"there is: {known}"
        )
    table = read_toml(path) if path.endswith(".toml") else read_json(path)
    if isinstance(table, dict) and isinstance(table.get("answer"), dict):
        table = table["answer"]
    if not isinstance(table, dict) or "type" not in table:
        known = ", ".join(form_type_of(form).answers)
        raise InputError(
            "an answer is a table with its type", place=path, remedy=f'write type = "...", one of: {known}'
        )
    data = table.get("data", {k: v for k, v in table.items() if k != "type"})
    return _placed(path, answer_from_data, form, str(table["type"]), data)


def form_from_table(table: Mapping[str, Any], place: str) -> Any:
    """Build a form from a table with its ``type`` and its data (in ``data``, or beside ``type``)."""
    data = table.get("data", {k: v for k, v in table.items() if k != "type"})
    return _placed(place, form_from_data, str(table["type"]), data)


def _let_form_say(path: Path) -> None:
    """Build the form of a file that holds NaN or infinity: its own error says whose number that is."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    if "type" in table:
        form_from_table(table, str(path))


def read_toml(path: str | Path) -> dict[str, Any]:
    """Read a TOML file; decimal literals are exact.

    Raises
    ------
    UsageError
        If there is no such file.
    InputError
        If it is malformed; line and column are named.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InputError("this is not a text file", place=str(path)) from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    try:
        if len(text) > DEEPEST and _depth(text) > DEEPEST:
            raise InputError("malformed TOML: nested too deeply", place=str(path))
        table: dict[str, Any] = _without_decimals(tomllib.loads(text, parse_float=Decimal))
    except tomllib.TOMLDecodeError as error:
        message, line, column = _toml_place(str(error), text)
        raise InputError(f"malformed TOML: {message}", place=f"{path}:{line}:{column}") from None
    except InputError as error:
        error.place = f"{path}, {error.place}" if error.place else str(path)
        raise
    except ValueError as error:  # an integer of more digits than Python reads
        raise InputError(f"malformed TOML: {error}", place=str(path)) from None
    return table


def parse_value(text: str, name: str = "") -> Any:
    """Read the value of ``--set name=value``: a TOML value, a fraction such as ``1/3``, or a bare word.

    Raises
    ------
    InputError
        If it begins like a TOML value and is malformed, or holds NaN or infinity; its place begins with `name`.
    """
    stripped = text.strip()
    if _depth(stripped) > DEEPEST:
        raise InputError("malformed value: nested too deeply")
    for candidate in (stripped, _FRACTION.sub(r'"\1"', stripped)):
        try:
            table = tomllib.loads(f"value = {candidate}", parse_float=Decimal)
        except ValueError:  # malformed, or an integer of more digits than Python reads
            continue
        if set(table) == {"value"}:
            return _without_decimals(table["value"], name)
    if stripped[:1] in tuple("[{\"'"):
        raise InputError(f"malformed value {stripped!r}", remedy='write TOML: [1, 2], {a = 1/3}, "text"')
    return stripped


#: Brackets nested more deeply than this are refused.
DEEPEST = 100


def _depth(text: str) -> int:
    """Return how deeply brackets may be nested, at most."""
    deepest = depth = 0
    for character in text:
        depth += (character in "[{") - (character in "]}")
        deepest = max(deepest, depth)
    return deepest


#: A fraction that is not inside quotes.
_FRACTION = re.compile(r"""(?<!["'\w./])([+-]?\d+(?:\.\d+)?/\d+(?:\.\d+)?)(?!["'\w./])""")


def scenario_from_table(table: Mapping[str, Any], path: Path) -> Scenario:
    """Read a scenario: ``model``, ``[parameters]`` and optionally ``[solve]``; nothing else."""
    if not any(difflib.get_close_matches("model", [key]) for key in table):
        raise InputError(
            "the file names neither a model nor the type of a form",
            place=str(path),
            remedy='write model = "neutral_bargaining", or type = "MatchingMarket"',
        )
    unknown = sorted(set(table) - {"model", "parameters", "solve"})
    if unknown:
        raise InputError(
            f"a scenario has no key '{unknown[0]}'",
            place=str(path),
            remedy=nearest(unknown[0], ["model", "parameters", "solve"]),
        )
    if not isinstance(table.get("model"), str):
        raise InputError("a scenario names its model", place=str(path), remedy='write model = "neutral_bargaining"')
    parameters, options = table.get("parameters", {}), table.get("solve", {})
    if not isinstance(parameters, dict) or not isinstance(options, dict):
        raise InputError("parameters and solve are tables", place=str(path), remedy="write [parameters]")
    for option in options:
        if option not in SCENARIO_OPTIONS:
            raise InputError(
                f"no option '{option}' in [solve]", place=str(path), remedy=nearest(option, SCENARIO_OPTIONS)
            )
    return Scenario(table["model"], parameters, options)


def _of_scenario(table: Mapping[str, Any], path: Path) -> tuple[type[Model], dict[str, Any], Mapping[str, Any]]:
    """Return the model, parameters and options of a scenario; text that names a file beside it stands for that file."""
    scenario = scenario_from_table(table, path)
    nested = Path(scenario.model)
    if nested.suffix or _split_class(scenario.model)[1]:
        kind = load_file(*_split_class(str(path.parent / nested)))
    else:
        kind = _placed(str(path), model_class, scenario.model)
    parameters = {name: _beside(path.parent, value) for name, value in scenario.parameters.items()}
    return kind, parameters, scenario.options


def _scenario_model(kind: type[Model], parameters: Mapping[str, Any], path: Path, changes: Mapping[str, Any]) -> Model:
    """Build the model of a scenario; an error that its file makes even without changes names the file."""
    try:
        return kind(**{**parameters, **changes})
    except GameTheoryError:
        _placed(str(path), lambda: kind(**parameters))
        raise


def _beside(folder: Path, value: Any) -> Any:
    """Return the path of the file in a folder that text names, or else the value itself."""
    if isinstance(value, str) and Path(value).suffix:
        with contextlib.suppress(OSError, ValueError):  # longer than a name may be
            if (folder / value).is_file():
                return str(folder / value)
    return value


def _split_class(what: str) -> tuple[Path, str | None]:
    """Split ``file.py:Class``."""
    head, separator, tail = what.rpartition(":")
    if separator and head.endswith(".py"):
        return Path(head), tail
    return Path(what), None


def _no_parameters(what: str, parameters: Mapping[str, Any]) -> None:
    if parameters:
        raise UsageError(f"{what} has no parameters to set", remedy="only models and scenarios have parameters")


def _placed(place: str, function: Any, *arguments: Any) -> Any:
    """Call a reader, adding the file to errors that do not say where."""
    try:
        return function(*arguments)
    except GameTheoryError as error:
        error.place = f"{place}, {error.place}" if error.place else place
        raise


def _without_decimals(tree: Any, where: str = "") -> Any:
    """Turn decimals into the fractions they are; raises `InputError` for NaN and infinity, naming the place."""
    from gametheory.numbers import number

    if isinstance(tree, dict):
        return {k: _without_decimals(v, f"{where}.{k}" if where else k) for k, v in tree.items()}
    if isinstance(tree, list):
        return [_without_decimals(v, f"{where}[{i}]") for i, v in enumerate(tree)]
    if not isinstance(tree, Decimal):
        return tree
    try:
        return number(tree)
    except InputError as error:
        error.place = where or None
        raise


def _toml_place(message: str, text: str) -> tuple[str, int, int]:
    """Split tomllib's message into what and where."""
    match = re.search(r"\s*\(at line (\d+), column (\d+)\)$", message)
    if match:
        return message[: match.start()], int(match[1]), int(match[2])
    lines = text.split("\n")
    return re.sub(r"\s*\(at end of document\)$", "", message), len(lines), len(lines[-1]) + 1
