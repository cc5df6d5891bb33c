"""How another process finds a model: models loaded from a path, for one, do not pickle."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gametheory.errors import UsageError
from gametheory.model import Model, source_file
from gametheory.plugins import load_file, model_class, models

#: What the modules of model files are called; see `gametheory.plugins.load_file`.
_FROM_PATH = "gametheory_model_"


@dataclass(frozen=True)
class Reference:
    """A model class by where it is.

    Attributes
    ----------
    kind : str
        ``installed`` (by name), ``file`` (a path) or ``module`` (importable).
    where : str
        The installed name, the absolute path, or the module.
    name : str
        The class, by its name in the file or module.
    """

    kind: str
    where: str
    name: str

    @classmethod
    def of(cls, model: type[Model]) -> Reference | None:
        """Return where a class is, or None if another process cannot find it (a notebook, a function's body)."""
        module, name = model.__module__, model.__qualname__
        if "<locals>" in name or module == "__main__":
            return None
        if module.startswith(_FROM_PATH):
            path = source_file(model)
            return cls("file", str(Path(path).resolve()), name) if path else None
        if models().get(model.label()) is model:
            return cls("installed", model.label(), model.__name__)
        held: Any = sys.modules.get(module)
        for part in name.split("."):
            held = getattr(held, part, None)
        return cls("module", module, name) if held is model else None

    def load(self) -> type[Model]:
        """Return the class, in whatever process this is."""
        if self.kind == "installed":
            return model_class(self.where)
        if self.kind == "file":
            return load_file(self.where, self.name)
        import importlib

        held: Any = importlib.import_module(self.where)
        for part in self.name.split("."):
            held = getattr(held, part)
        return held  # type: ignore[no-any-return]


def digest_of_source(model: type[Model]) -> str:
    """Return a digest of the file that defines a model, and of its package if it is in one; empty if there is none.

    An edited model is another model.
    """
    path = source_file(model)
    if not path:
        return ""
    file = Path(path)
    package = sorted(file.parent.glob("*.py")) if (file.parent / "__init__.py").exists() else [file]
    try:
        return hashlib.sha256(b"\0".join(part.read_bytes() for part in package)).hexdigest()[:32]
    except OSError:
        return ""


def locate(what: Any) -> tuple[type[Model], Mapping[str, Any], Mapping[str, Any]]:
    """Return a model's class, the parameters given with it, and the options its scenario file sets.

    Parameters
    ----------
    what : Model, type, str or Path
        An instance (all its parameters are kept), a class, an installed name, ``file.py[:Class]``, or a scenario
        ``.toml``.

    Raises
    ------
    UsageError
        If it is no model.
    """
    if isinstance(what, Model):
        return type(what), what.parameters(), {}
    if isinstance(what, type) and issubclass(what, Model):
        return what, {}, {}
    if not isinstance(what, str | Path):
        raise UsageError(f"a {type(what).__name__} is not a model", remedy="only models have parameters to sweep over")
    from gametheory.loading import find_model

    return find_model(str(what))
