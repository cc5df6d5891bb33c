"""Discovery of models by entry point or by path; one broken plugin never hurts another."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import threading
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from gametheory.errors import GameTheoryError, ModelError, UsageError, nearest
from gametheory.model import SUPPORTED_API_VERSIONS, Model, model_error

#: The entry-point group that a plugin package declares.
GROUP = "gametheory.plugins"

#: Held while a file is imported: another thread must not see half a module. A file may load another.
_importing = threading.RLock()


@dataclass(frozen=True)
class Plugin:
    """One plugin: where it came from, and its models or why it did not load.

    Attributes
    ----------
    name : str
        The entry point's name.
    origin : str
        Distribution, version and module.
    models : tuple of type
        The models it registers.
    error : str
        Empty, or why the plugin or some of its models did not load.
    """

    name: str
    origin: str
    models: tuple[type[Model], ...] = ()
    error: str = ""


@cache
def plugins() -> tuple[Plugin, ...]:
    """Load every installed plugin, once per process; a plugin that raises is listed with its error."""
    found = sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value))
    return tuple(_load(entry) for entry in found)


def models() -> dict[str, type[Model]]:
    """Return the installed models by name; a name registered twice is left out (see `model_class`)."""
    return {name: owners[0][1] for name, owners in _owners().items() if len(owners) == 1}


def duplicates() -> dict[str, list[str]]:
    """Return the names registered more than once, each with its origins."""
    return {
        name: [f"{plugin.origin}:{model.__name__}" for plugin, model in owners]
        for name, owners in _owners().items()
        if len(owners) > 1
    }


def model_class(name: str) -> type[Model]:
    """Return an installed model by name.

    Raises
    ------
    UsageError
        If there is none, or if two plugins register the name; both origins are named.
    """
    owners = _owners().get(name, [])
    if len(owners) > 1:
        origins = " and ".join(f"{plugin.origin}:{model.__name__}" for plugin, model in owners)
        raise UsageError(f"two models are named '{name}': {origins}", remedy="rename one, or give the path of its file")
    if owners:
        return owners[0][1]
    broken = [plugin for plugin in plugins() if plugin.error and (plugin.name == name or f"'{name}'" in plugin.error)]
    if broken:
        raise ModelError(f"plugin '{name}' did not load: {broken[0].error}")
    file = next((path for path in (Path(f"{name}.py"), Path(f"{name}.toml")) if path.is_file()), None)
    remedy = f"did you mean the file '{file}'?" if file is not None else nearest(name, _owners())
    raise UsageError(f"no model is named '{name}'", remedy=remedy)


def load_file(path: str | Path, class_name: str | None = None) -> type[Model]:
    """Return a model from a Python file, by class name if the file holds several.

    Raises
    ------
    UsageError
        If the file does not exist, or holds no model or several and none is named.
    ModelError
        If the file's Python raises; its line is named.
    """
    with _importing:
        module = _import_file(Path(path))
    found = {model.__name__: model for model in models_of(module)}
    for model in found.values():
        refusal = _api_refusal(model)
        if refusal:
            raise ModelError(refusal, place=str(path), remedy="install a version of gametheory that matches")
    if class_name is not None:
        if class_name not in found:
            raise UsageError(f"{path} has no model '{class_name}'", remedy=nearest(class_name, found))
        return found[class_name]
    if not found:
        raise UsageError(f"{path} defines no model", remedy="define a subclass of gametheory.Model")
    if len(found) > 1:
        raise UsageError(f"{path} defines several models", remedy=f"name one: {path}:{min(found)}")
    return next(iter(found.values()))


def models_of(module: ModuleType) -> list[type[Model]]:
    """Return the models that a module or its submodules define and the module exposes."""
    name = module.__name__
    found = []
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Model) and not vars(value).get("abstract", False):
            defined_in = value.__module__
            if (defined_in == name or defined_in.startswith(name + ".")) and value not in found:
                found.append(value)
    return found


def _api_refusal(model: type[Model]) -> str:
    """Say why a model cannot be used with this version, or nothing."""
    wanted = model.requires_api
    if wanted is None or wanted in SUPPORTED_API_VERSIONS:
        return ""
    supported = ", ".join(str(v) for v in sorted(SUPPORTED_API_VERSIONS))
    return f"model '{model.label()}' was written for API version {wanted}; this gametheory supports {supported}"


def _owners() -> dict[str, list[tuple[Plugin, type[Model]]]]:
    owners: dict[str, list[tuple[Plugin, type[Model]]]] = {}
    for plugin in plugins():
        for model in plugin.models:
            owners.setdefault(model.label(), []).append((plugin, model))
    return owners


def _load(entry: EntryPoint) -> Plugin:
    distribution = entry.dist
    owner = f"{distribution.name} {distribution.version}" if distribution else "unknown distribution"
    origin = f"{owner} ({entry.value})"
    try:
        with redirect_stdout(sys.stderr):  # what a plugin prints is no data
            loaded = entry.load()
        if isinstance(loaded, ModuleType):
            found = models_of(loaded)
        elif isinstance(loaded, type) and issubclass(loaded, Model):
            found = [loaded]
        else:
            return Plugin(entry.name, origin, error=f"{entry.value} is neither a module nor a Model")
    except GameTheoryError as error:
        return Plugin(entry.name, origin, error=" ".join(str(error).split("\n")))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a plugin may raise anything, even SystemExit; it is listed, and the others work
        return Plugin(entry.name, origin, error=_one_line(model_error(error, "import", _own_file(entry))))
    if not found:
        return Plugin(entry.name, origin, error=f"{entry.value} registers no model")
    refusals = {model: _api_refusal(model) for model in found}
    said = "; ".join(refusal for refusal in refusals.values() if refusal)
    return Plugin(entry.name, origin, tuple(model for model in found if not refusals[model]), said)


def _own_file(entry: EntryPoint) -> str | None:
    try:
        spec = importlib.util.find_spec(entry.module)
    except Exception:  # the parent package itself may be what raised
        return None
    return spec.origin if spec else None


def _one_line(error: GameTheoryError) -> str:
    return str(error).replace("\n", "; ")


def _import_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise UsageError(f"no file {path}", remedy=_similar_files(path))
    resolved = path.resolve()
    stat = resolved.stat()
    version = f"{resolved}:{stat.st_mtime_ns}:{stat.st_size}"  # an edited file is a new module
    name = f"gametheory_model_{hashlib.sha256(version.encode()).hexdigest()[:16]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, resolved)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        with redirect_stdout(sys.stderr):
            spec.loader.exec_module(module)
    except (GameTheoryError, KeyboardInterrupt):
        del sys.modules[name]
        raise
    except BaseException as error:  # whatever the file raises is the file's error, named by its line
        del sys.modules[name]
        raise model_error(error, f"loading {path.name}", str(resolved)) from error
    return module


def _similar_files(path: Path) -> str | None:
    def siblings() -> Iterator[str]:
        if path.parent.is_dir():
            yield from (p.name for p in path.parent.iterdir() if p.suffix == path.suffix)

    names = list(siblings())
    return nearest(path.name, names) if names else None
