"""Files written whole or not at all, and JSON read with the place of what is wrong."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gametheory.errors import InputError, UsageError


def write_text(path: str | Path, text: str) -> None:
    """Write a text file whole or not at all.

    Raises
    ------
    UsageError
        If the folder does not exist or cannot be written.
    """
    with replacing(Path(path), "w") as file:
        file.write(text)


def write_bytes(path: str | Path, data: bytes) -> None:
    """Write a binary file whole or not at all; raises `UsageError` as `write_text` does."""
    with replacing(Path(path), "wb") as file:
        file.write(data)


def read_json(path: str | Path) -> Any:
    """Read a JSON file; raises `UsageError` if it is absent and `InputError`, with line and column, if malformed."""
    target = Path(path)
    try:
        text = target.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError("this is not a text file", place=str(path)) from error
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise InputError(f"malformed JSON: {error.msg}", place=f"{path}:{error.lineno}:{error.colno}") from None
    except RecursionError:
        raise InputError("malformed JSON: nested too deeply", place=str(path)) from None
    except ValueError as error:  # an integer of more digits than Python reads
        raise InputError(f"malformed JSON: {error}", place=str(path)) from None


def _no_constant(text: str) -> Any:
    raise InputError(f"{text} is not a number JSON may hold")


@contextmanager
def replacing(target: Path, mode: str) -> Iterator[Any]:
    """Open a temporary file beside `target` that takes its place, with its mode, when all is written.

    A link is followed; a device or pipe is written to as it is.
    """
    encoding = None if "b" in mode else "utf-8"
    if not target.name:
        raise UsageError("there is no file to write to: its name is empty")
    try:
        target = target.resolve()
        if target.exists() and not target.is_file():
            with target.open(mode, encoding=encoding) as file:
                yield file
            return
        temporary = target.with_name(f".{secrets.token_hex(8)}.writing")
        try:
            with temporary.open(mode.replace("w", "x"), encoding=encoding) as file:
                if target.exists():
                    temporary.chmod(target.stat().st_mode)
                yield file
                file.flush()
                os.fsync(file.fileno())  # else a crash of the system could leave an empty file in its place
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror}") from None
