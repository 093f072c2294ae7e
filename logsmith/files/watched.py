"""One file that is read: its descriptor, how far its lines are taken, how far they are safe."""

from __future__ import annotations

import os
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Protocol

from isal import igzip, igzip_lib

from logsmith import vectors
from logsmith.files.discover import Identity, Sight
from logsmith.files.errors import FilesError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from logsmith.event import Event

BLOCK = 256 * 1024  # of a read: some two thousand lines
LONGEST_LINE = 64 * 1024 * 1024  # what is longer is cut: a file without delimiters must not fill the memory
GZIP_SUFFIXES = (".gz", ".gzip")
INFLATE_ERROR: type[Exception] = igzip_lib.IsalError  # type: ignore[assignment]  # its types are wrong
DAMAGE = (OSError, EOFError, zlib.error, INFLATE_ERROR, FilesError)  # what reading an archive raises


class LineCodec(Protocol):
    """What makes events of lines: a codec as plugins know it."""

    def decode(self, chunk: bytes) -> Iterable[Event]:
        """Return the events that are complete with these bytes."""

    def flush(self) -> Iterable[Event]:
        """Return what was held back."""


class WatchedFile:
    """A file under its identity: the path may change, and may lead to another file by now.

    `read_at` is behind the last line that was taken, `safe_at` behind the last one whose event was delivered.
    """

    __slots__ = (
        "_descriptor",
        "codec",
        "cycles_gone",
        "identity",
        "is_deleted",
        "is_detached",
        "is_done",
        "last_read_s",
        "misses",
        "modified",
        "path",
        "read_at",
        "safe_at",
        "size",
        "tried_size",
    )

    def __init__(self, sight: Sight, position: int, codec: LineCodec) -> None:
        self.path, self.identity, self.size, self.modified = sight
        self.read_at = self.safe_at = position
        self.tried_size = -1  # the size at which no whole line was left
        self.codec = codec
        self.last_read_s = 0.0
        self.is_done = self.is_detached = self.is_deleted = False
        self.cycles_gone = self.misses = 0
        self._descriptor: int | None = None

    @property
    def is_open(self) -> bool:
        return self._descriptor is not None

    @property
    def is_gzip(self) -> bool:
        return self.path.endswith(GZIP_SUFFIXES)

    @property
    def is_ready(self) -> bool:
        """Whether there may be lines to take."""
        return self.size > self.read_at and self.size != self.tried_size

    @property
    def is_holding(self) -> bool:
        """Whether the codec holds lines back."""
        return bool(getattr(self.codec, "is_holding", False))

    def open(self) -> None:
        """Open the file unless it is; raises OSError, or FilesError if another file is at the path."""
        if self._descriptor is not None:
            return
        descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        if Identity.of(os.fstat(descriptor)) != self.identity:
            os.close(descriptor)
            raise FilesError(f"{self.path} was replaced by another file")
        self._descriptor = descriptor

    def close(self) -> None:
        """Close the file; it is opened again when it grows."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def see(self, sight: Sight | None) -> None:
        """Take note of what a look at the path found: this file, or that only its descriptor leads to it."""
        if sight is not None and sight.identity == self.identity:
            self.is_detached, self.cycles_gone = False, 0
            self.size, self.modified = sight.size, sight.modified
            return
        self.is_detached = True
        self.cycles_gone += 1
        if self._descriptor is not None:
            status = os.fstat(self._descriptor)
            self.size, self.modified, self.is_deleted = status.st_size, status.st_mtime, status.st_nlink == 0

    def attach(self, sight: Sight) -> bool:
        """Take up the new path of a renamed file; False if it may be another file with a used inode.

        An open descriptor keeps its inode from being used again; a closed file must be as it was left.
        """
        if self._descriptor is None and (sight.size, sight.modified) != (self.size, self.modified):
            return False
        self.path = sight.path
        self.see(sight)
        return True

    def rewind(self) -> None:
        """Start again at the beginning."""
        self.read_at = self.safe_at = 0
        self.tried_size = -1

    def read_block(self, delimiter: bytes) -> bytes:
        """Return whole lines from `read_at` on; nothing if none is complete. Raises OSError."""
        assert self._descriptor is not None  # noqa: S101  callers open first
        wanted = BLOCK
        while True:
            block = os.pread(self._descriptor, wanted, self.read_at)
            end = block.rfind(delimiter)
            if end >= 0:
                return block[: end + len(delimiter)]
            if len(block) < wanted:
                return b""
            if wanted >= LONGEST_LINE:
                return block
            wanted *= 4

    def read_rest(self) -> bytes:
        """Return what is behind `read_at`, up to the longest line."""
        assert self._descriptor is not None  # noqa: S101  callers open first
        return os.pread(self._descriptor, LONGEST_LINE, self.read_at)

    @contextmanager
    def gzip_blocks(self) -> Iterator[Iterator[bytes]]:
        """Open the file as gzip and yield its text in blocks; what is in DAMAGE is raised."""
        with open(self.path, "rb") as raw, _inflate(raw) as text:  # noqa: PTH123  paths stay text here
            if Identity.of(os.fstat(raw.fileno())) != self.identity:
                raise FilesError(f"{self.path} was replaced by another file")
            yield iter(lambda: _block(text), b"")


def _block(text: igzip.IGzipFile) -> bytes:
    block: bytes = text.read(BLOCK)
    vectors.rest()
    return block


def _inflate(raw: BinaryIO) -> igzip.IGzipFile:
    return igzip.IGzipFile(fileobj=raw)  # type: ignore[no-untyped-call]  # isal has no types for it
