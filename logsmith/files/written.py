"""Files that grow by whole sends: locked, written, fsynced; as long as before if that fails.

Several workers may write to one file, so each write holds a lock on it: what is taken back on a full disk is
never another's. A gzip file gets a member for each write and is always readable. What a killed process left
half written was acknowledged to nobody: it is ended, or in a gzip file cut, before the next write. Pipes and
devices are only written to.
"""

from __future__ import annotations

import errno
import gzip
import os
import stat
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from logsmith.durable import (
    alone_on,
    append_whole,
    make_folder,
    size_of_whole_members,
    sync_folder,
    write_all,
)

MAX_OPEN = 256
MAX_REMEMBERED = 10_000
GZIP_START = b"\x1f\x8b"
GZIP_LEVEL = 6
# What is wrong with the path itself: writing to it later will fail as well
BAD_PATH = frozenset(
    {errno.ENAMETOOLONG, errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.EINVAL, errno.EILSEQ}
)


@dataclass(frozen=True, slots=True)
class WritePlan:
    """How files are written; a mode of None is the system's."""

    is_gzip: bool = False
    overwrites: bool = False
    dir_mode: int | None = None
    file_mode: int | None = None


class WrittenFile:
    """One open file.

    `is_fresh`: written to since the last look for stale files. `checked_size`: up to where all is whole.
    """

    __slots__ = ("_descriptor", "_is_regular", "_path", "_plan", "checked_size", "is_fresh")

    def __init__(self, path: str, plan: WritePlan, checked_size: int = 0) -> None:
        """Open the file, and make it and its folders if they are missing; raises OSError."""
        self._path, self._plan = Path(path), plan
        self.is_fresh = True
        self.checked_size = checked_size
        if not self._path.parent.exists():  # a file there is a bad path, as `open` will say
            make_folder(self._path.parent, plan.dir_mode)
        is_new = not self._path.exists()
        # A pipe that nobody reads shall be an error, not a thread that waits for ever
        flags = (
            os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK | (0 if plan.overwrites else os.O_APPEND)
        )
        self._descriptor = os.open(self._path, flags, 0o666)
        os.set_blocking(self._descriptor, True)
        self._is_regular = stat.S_ISREG(os.fstat(self._descriptor).st_mode)
        if is_new and self._is_regular:
            if plan.file_mode is not None:
                os.fchmod(self._descriptor, plan.file_mode)
            sync_folder(self._path.parent)

    def is_current(self) -> bool:
        """Return whether the path still leads to this file: it may have been deleted or rotated."""
        try:
            return os.path.samestat(self._path.stat(), os.fstat(self._descriptor))
        except OSError:
            return False

    def write(self, chunk: bytes) -> None:
        """Return when the bytes are on disk; on an OSError, which is raised, none of them is in the file."""
        self.is_fresh = True
        whole = gzip.compress(chunk, GZIP_LEVEL) if self._plan.is_gzip else chunk
        if not self._is_regular:
            write_all(self._descriptor, whole)
            return
        with alone_on(self._descriptor):
            self._write_durably(whole)

    def _write_durably(self, whole: bytes) -> None:
        if self._plan.overwrites:
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
        size_before = os.fstat(self._descriptor).st_size
        if size_before not in (0, self.checked_size):
            if self._plan.is_gzip:
                size_before = _whole_size(
                    self._path, self.checked_size if self.checked_size < size_before else 0
                )
                os.ftruncate(self._descriptor, size_before)
            elif whole.endswith(b"\n") and _last_byte(self._path) != b"\n":
                whole = b"\n" + whole
        append_whole(self._descriptor, whole, size_before)
        self.checked_size = size_before + len(whole)

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


class WrittenFiles:
    """The open files of an output, the least used closed when they become too many."""

    def __init__(self, plan: WritePlan, max_open: int = MAX_OPEN) -> None:
        self._plan, self._max_open = plan, max_open
        self._files: OrderedDict[str, WrittenFile] = OrderedDict()
        self._checked_sizes: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._files)

    def write(self, path: str, chunk: bytes) -> None:
        """Write to the file at `path`, opened or made as needed; raises OSError."""
        file = self._files.pop(path, None)
        if file is not None and not file.is_current():
            file.close()
            file = None
        if file is None:
            while len(self._files) >= self._max_open:
                self._files.popitem(last=False)[1].close()
            file = WrittenFile(path, self._plan, self._checked_sizes.get(path, 0))
        self._files[path] = file
        try:
            file.write(chunk)
        except OSError:
            self._files.pop(path).close()
            raise
        if len(self._checked_sizes) >= MAX_REMEMBERED:
            self._checked_sizes.clear()
        self._checked_sizes[path] = file.checked_size

    def close_stale(self) -> None:
        """Close the files that were not written to since the last call."""
        for path, file in list(self._files.items()):
            if not file.is_fresh:
                self._files.pop(path).close()
            file.is_fresh = False

    def close(self) -> None:
        """Close all files."""
        while self._files:
            self._files.popitem()[1].close()


def _whole_size(path: Path, start: int) -> int:
    """Return how long a gzip file is without a torn last member, read from one on; what is no gzip stays."""
    whole = size_of_whole_members(path, start)
    with path.open("rb") as file:
        file.seek(whole)
        after = file.read(len(GZIP_START))
    return whole if GZIP_START.startswith(after) else path.stat().st_size


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1)
