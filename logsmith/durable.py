"""Files and folders that are there after a power cut, and locks that end with the process that took them.

A file is on disk once it is fsynced, its name once the folder is. So what is new takes two fsyncs, and what replaces a file
is fsynced before it takes the name: the name leads to the old or to the new at any moment, never to a part. The lock
of a file or folder is `flock`'s: it belongs to the open descriptor, and a process that is killed leaves none behind.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PRIVATE = 0o600  # what others must not read
BLOCK = 1024 * 1024


def make_folder(folder: Path, mode: int | None = None) -> None:
    """Make a folder and those above it that are missing, on disk; a mode of None is the system's. Raises OSError."""
    if folder.is_dir():
        return
    missing = [one for one in folder.parents if not one.exists()]
    for one in (*reversed(missing), folder):
        one.mkdir(exist_ok=True)
        if mode is not None:
            one.chmod(mode)
        sync_folder(one.parent)


def sync_folder(folder: Path) -> None:
    """Return when the names in a folder are on disk; raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Put a file in the place of another, or of none: all of it, on disk, or nothing. Raises OSError.

    After a power cut the old one may be back; who cannot have that calls `sync_folder`.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def append_whole(descriptor: int, chunk: bytes, size: int) -> None:
    """Write to the end of a file of `size` bytes and fsync; on an OSError, which is raised, it is as long as before."""
    try:
        write_all(descriptor, chunk)
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, size)
        raise


def write_all(descriptor: int, chunk: bytes) -> None:
    """Write, however many calls it takes; raises OSError."""
    unwritten = memoryview(chunk)
    while unwritten:
        unwritten = unwritten[os.write(descriptor, unwritten) :]


def size_of_whole_members(path: Path, start: int = 0) -> int:
    """Return where the last whole member of a gzip file ends, read from the member at `start` on; raises OSError."""
    whole = at = start
    inflater = zlib.decompressobj(wbits=31)
    with path.open("rb") as file:
        file.seek(start)
        while chunk := file.read(BLOCK):
            while chunk:
                try:
                    inflater.decompress(chunk)
                except zlib.error:
                    return whole
                at += len(chunk) - len(inflater.unused_data)
                chunk = inflater.unused_data
                if inflater.eof:
                    whole, inflater = at, zlib.decompressobj(wbits=31)
    return whole


@contextmanager
def alone_on(descriptor: int) -> Iterator[None]:
    """Keep others, who do the same, from an open file or folder meanwhile; waits for them. Raises OSError."""
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep others, who do the same, from a folder meanwhile; waits for them. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with alone_on(descriptor):
            yield
    finally:
        os.close(descriptor)


def take_lock(path: Path) -> int:
    """Return the lock on a file, made if it is missing, to be closed when done; raises BlockingIOError if another has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
