"""Local files that become objects: written, fsynced, rotated, and found again after a crash.

Each process writes below a folder of its own, `<temporary directory>/<uuid>/<prefix>/<name>`, and holds a lock in it. The path
below the uuid is the object's key, so whoever finds a file knows where it belongs, and an upload that is repeated
overwrites itself. A folder that nobody has locked is left over from a process that is gone: its files are uploaded.
Logstash's own leftovers look the same and are taken too.
"""

from __future__ import annotations

import gzip
import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from logsmith.durable import (
    alone_in,
    append_whole,
    make_folder,
    size_of_whole_members,
    sync_folder,
    take_lock,
)

LOCK = ".lock"
MAX_KEY_BYTES = 1024  # of S3
MAX_COMPONENT_BYTES = 255  # of a file's name on Linux

_FORBIDDEN = {ord(char): "_" for char in "^><`\\" + "".join(map(chr, (*range(32), *range(127, 160))))}


class KeyTooLongError(ValueError):
    """A prefix makes a key that S3 or the file system does not take."""


def confined_prefix(prefix: str) -> str:
    """Return a prefix that came from an event as one that stays below its folder; raises KeyTooLongError."""
    text = prefix.translate(_FORBIDDEN).encode("utf-8", "replace").decode()
    parts = [part for part in text.split("/") if part]
    safe = "/".join("_" * len(part) if part in (".", "..", LOCK) else part for part in parts)
    if len(safe.encode("utf-8", "replace")) > MAX_KEY_BYTES - 128:
        raise KeyTooLongError(
            f"a prefix of {len(prefix)} characters makes a key longer than {MAX_KEY_BYTES} bytes"
        )
    if any(len(part.encode("utf-8", "replace")) > MAX_COMPONENT_BYTES for part in parts):
        raise KeyTooLongError(f"a part of a prefix is longer than {MAX_COMPONENT_BYTES} bytes")
    return safe


@dataclass(slots=True)
class ObjectFile:
    """A local file that grows: `append` returns when the bytes are on disk."""

    path: Path
    key: str
    opened_at: float
    is_gzip: bool
    size: int = 0
    _file: BinaryIO | None = field(default=None, repr=False)

    def append(self, chunk: bytes) -> None:
        """Write and fsync; on an error the file is as long as before, and the OSError is raised."""
        if self._file is None:
            make_folder(self.path.parent)
            self._file = self.path.open("ab", buffering=0)
            sync_folder(self.path.parent)
        # A gzip member for each send: what was acknowledged is always whole, however the process ends
        whole = gzip.compress(chunk, 6) if self.is_gzip else chunk
        try:
            append_whole(self._file.fileno(), whole, self.size)
        except OSError:
            self.close()
            raise
        self.size += len(whole)

    def close(self) -> None:
        """Write no more."""
        if self._file is not None:
            self._file.close()
            self._file = None


class Workspace:
    """One process's folder below the temporary directory."""

    def __init__(self, temporary_directory: Path) -> None:
        self._parent = temporary_directory
        self.path = temporary_directory / uuid.uuid4().hex
        self._lock: int | None = None

    def open(self) -> None:
        """Make the folder and lock it; raises OSError."""
        make_folder(self._parent)
        with alone_in(self._parent):  # else who looks for leftovers takes it for one before it is locked
            make_folder(self.path)
            self._lock = take_lock(self.path / LOCK)

    def close(self) -> None:
        """Let go of the folder; what is in it will be found."""
        if not any(path.is_file() and path.name != LOCK for path in self.path.rglob("*")):
            shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def new_file(self, prefix: str, name: str, now: float, *, is_gzip: bool) -> ObjectFile:
        """Return a file that is made when it is first written to."""
        key = f"{prefix}/{name}" if prefix else name
        return ObjectFile(self.path / key, key, now, is_gzip)

    def files(self) -> list[ObjectFile]:
        """Return the files that are not uploaded yet."""
        return [_found(self.path, path) for path in sorted(self.path.rglob("*")) if _is_object(path)]

    def find_leftovers(self) -> Iterator[tuple[Path, int, list[ObjectFile]]]:
        """Yield each folder whose process is gone, the lock on it (to be closed when done) and its files."""
        for folder in sorted(self._parent.iterdir()) if self._parent.is_dir() else ():
            if not folder.is_dir() or folder == self.path:
                continue
            try:
                with alone_in(self._parent):
                    lock = take_lock(folder / LOCK)
            except OSError:
                continue  # its process lives, or another has just taken it away
            yield (
                folder,
                lock,
                [_found(folder, path) for path in sorted(folder.rglob("*")) if _is_object(path)],
            )


def _is_object(path: Path) -> bool:
    return path.name != LOCK and path.is_file() and path.stat().st_size > 0


def _found(folder: Path, path: Path) -> ObjectFile:
    status = path.stat()
    is_gzip = path.suffix == ".gz"
    if is_gzip:
        os.truncate(path, size_of_whole_members(path))  # what follows was never acknowledged
    return ObjectFile(
        path, path.relative_to(folder).as_posix(), status.st_mtime, is_gzip, path.stat().st_size
    )


def remove_object(file: ObjectFile) -> None:
    """Delete an uploaded file and the folders that are empty then, up to its workspace."""
    file.path.unlink(missing_ok=True)
    folder = file.path.parent
    for _ in range(file.key.count("/")):
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent
