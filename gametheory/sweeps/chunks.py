"""What a sweep has found so far: a folder beside the output, one file per chunk, each written whole or not at all.

A chunk is a file of JSON (points solved one by one) or an ``.npz`` (points solved at once). The manifest says which
sweep it is; a folder of another sweep is never mixed with this one.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from gametheory.errors import UsageError
from gametheory.sweeps.tasks import Block
from gametheory.trees import leaves

#: What to do when writing fails halfway.
GO_ON = "what is solved is kept; make room, and go on with --resume (resume=True)"
MANIFEST, LOCK = "manifest.json", "lock"


def fingerprint(manifest: dict[str, Any]) -> str:
    """Return a digest that two sweeps share only if they are the same."""
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()[:32]


class Store:
    """The chunks of one sweep: in a folder, or in memory if there is none.

    Parameters
    ----------
    folder : Path or None
        Where the chunks are kept.
    manifest : dict
        What tells this sweep from others, as JSON holds it.
    """

    def __init__(self, folder: Path | None, manifest: dict[str, Any]) -> None:
        self.folder = folder
        self.manifest: dict[str, Any] = json.loads(json.dumps(manifest))
        self._held: dict[int, Block] = {}
        self._lock: Any = None

    def open(self, *, resume: bool, overwrite: bool = False) -> None:
        """Make the folder, continue with the one there is, or empty it.

        Raises
        ------
        UsageError
            If another process is writing to it; if there is one and neither `resume` nor `overwrite` is asked for; if
            it belongs to another sweep (what differs is named); or if it holds anything that no sweep puts there.
        """
        if self.folder is None:
            return
        try:
            self._only_ours()
            self._only_one()
            if overwrite:
                self._empty()
            self._begin(_read_json(self.folder / MANIFEST), resume=resume)
        except OSError as error:
            self.remove_if_empty()
            raise UsageError(f"cannot write {self.folder}: {error.strerror}") from None
        except UsageError:
            self.close()
            raise

    def _only_ours(self) -> None:
        """Refuse a folder that a sweep did not make."""
        assert self.folder is not None
        if not self.folder.is_dir():
            return
        foreign = next((path.name for path in sorted(self.folder.iterdir()) if not _is_ours(path)), None)
        if foreign is not None:
            raise UsageError(
                f"{self.folder} holds '{foreign}', which no sweep put there",
                remedy="move the folder away, or give another --output",
            )

    def _begin(self, begun: Any, *, resume: bool) -> None:
        """Write the manifest, or compare it with the one there is."""
        assert self.folder is not None
        if begun is None:
            self._write(self.folder / MANIFEST, json.dumps(self.manifest, indent=1).encode())
        elif not resume:
            raise UsageError(
                f"a sweep with chunks in {self.folder} was not finished",
                remedy="finish it with --resume (resume=True), or start again with --overwrite (overwrite=True)",
            )
        elif begun != self.manifest:
            raise UsageError(
                f"{self.folder} holds another sweep: {_difference(begun, self.manifest)}",
                remedy="give what it was begun with, or start again with --overwrite (overwrite=True)",
            )

    def close(self) -> None:
        """Let other processes use the folder."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def remove(self) -> None:
        """Delete the folder, if this process holds it or no process does."""
        if self.folder is None or not self.folder.is_dir():
            return
        try:
            if self._lock is None:
                self._only_one()
            self._empty()
            (self.folder / LOCK).unlink(missing_ok=True)
            self.folder.rmdir()
        except (OSError, UsageError):  # another process is at it, or there are files of someone else's
            pass
        finally:
            self.close()

    def remove_if_empty(self) -> None:
        """Delete the folder unless it holds chunks that can be resumed from."""
        if self.folder is not None and not any(self.folder.glob("chunk-*")):
            self.remove()

    def put(self, index: int, block: Block) -> None:
        """Keep a chunk; once this returns it is on disk as a whole."""
        if self.folder is None:
            self._held[index] = block
            return
        suffix, data = _encode(block)
        try:
            self._write(self.folder / f"chunk-{index:08d}{suffix}", data)
        except OSError as error:
            kept = GO_ON if any(self.folder.glob("chunk-*")) else None
            raise UsageError(f"cannot write {self.folder}: {error.strerror}", remedy=kept) from None

    def get(self, index: int, start: int, count: int) -> Block | None:
        """Return a chunk if it is there and whole."""
        if self.folder is None:
            return self._held.get(index)
        for suffix, read in ((".json", _decode_rows), (".npz", _decode_arrays)):
            path = self.folder / f"chunk-{index:08d}{suffix}"
            if path.exists():
                return read(path, start, count)
        return None

    def temporary(self, name: str) -> Path:
        """Return where to write a file that will then take its place beside the folder."""
        assert self.folder is not None
        return self.folder / f"writing-{name}"

    def _write(self, path: Path, data: bytes) -> None:
        beside = path.with_name(f"writing-{path.name}")
        try:
            beside.write_bytes(data)
            beside.replace(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise

    def _empty(self) -> None:
        """Delete what sweeps put in the folder, except for the lock."""
        assert self.folder is not None
        for path in self.folder.iterdir():
            if path.name != LOCK and _is_ours(path):
                path.unlink(missing_ok=True)

    def _only_one(self) -> None:
        """Make the folder and hold a lock in it that the system lets go of when this process ends, however it ends."""
        assert self.folder is not None
        try:
            import fcntl
        except ImportError:  # no such locks on this system
            self.folder.mkdir(exist_ok=True)
            return
        while self._lock is None:
            self.folder.mkdir(exist_ok=True)
            try:
                self._lock = (self.folder / LOCK).open("w")
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if not os.path.samestat(os.fstat(self._lock.fileno()), (self.folder / LOCK).stat()):
                    self.close()
            except FileNotFoundError:  # the process that held it has just finished, and deleted the folder
                self.close()
            except BlockingIOError:
                self.close()
                raise UsageError(
                    f"another process is writing to {self.folder}", remedy="wait for it, or give another --output"
                ) from None


def _is_ours(path: Path) -> bool:
    return path.name in (MANIFEST, LOCK) or path.name.startswith(("chunk-", "writing-"))


def _encode(block: Block) -> tuple[str, bytes]:
    if block.arrays is None:
        return ".json", json.dumps(block.rows, allow_nan=False).encode()
    buffer = io.BytesIO()
    told = {str(k): text for k, text in block.errors.items()}
    np.savez(buffer, errors=np.frombuffer(json.dumps(told).encode(), dtype=np.uint8), **_named(block.arrays))
    return ".npz", buffer.getvalue()


def _named(arrays: dict[str, Any]) -> dict[str, Any]:
    return {f"array:{name}": values for name, values in arrays.items()}


def _decode_rows(path: Path, start: int, count: int) -> Block | None:
    rows = _read_json(path)
    whole = isinstance(rows, list) and len(rows) == count
    return Block(start, count, rows=rows) if whole else None


def _decode_arrays(path: Path, start: int, count: int) -> Block | None:
    try:
        with np.load(path, allow_pickle=False) as held:
            errors = {int(k): text for k, text in json.loads(held["errors"].tobytes()).items()}
            arrays = {name.partition(":")[2]: held[name] for name in held.files if name.startswith("array:")}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    whole = all(len(values) == count for values in arrays.values())
    return Block(start, count, arrays=arrays, errors=errors) if whole else None


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def _difference(begun: dict[str, Any], wanted: dict[str, Any]) -> str:
    """Say where two manifests differ first."""
    before, now = dict(_leaves(begun)), dict(_leaves(wanted))
    for name in [*now, *before]:
        if before.get(name) != now.get(name):
            return f"its {name} is {before.get(name, 'not given')}, and now {now.get(name, 'not given')}"
    return "its manifest differs"


def _leaves(tree: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from leaves(tree)
