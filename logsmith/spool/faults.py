"""What is wrong with a file of the persisted queue, as far as that decides what helps."""

from __future__ import annotations

import errno
import os
import sqlite3
from typing import TYPE_CHECKING

from logsmith.spool import SpoolError

if TYPE_CHECKING:
    from pathlib import Path

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
LEAST_FREE_BYTES = (
    256 << 10
)  # with less, SQLite's other complaints mean the same: it makes files beside its own
_FULL, _CORRUPT, _NO_DATABASE, _TOO_BIG = 13, 11, 26, 18  # SQLite's result codes
_MAYBE_FULL = frozenset({10, 14})  # an I/O error, a file that cannot be opened


class DiskFullError(SpoolError):
    """There is no room for what shall be written."""

    hint = "make room on the disk; inputs go on by themselves then, and outputs get what waits meanwhile"


class DamagedFileError(SpoolError):
    """The file is a database whose pages contradict each other: nothing must be written to it."""

    def __init__(self, text: str, path: Path) -> None:
        super().__init__(text)
        self.path = path


class ForeignFileError(SpoolError):
    """Nothing in the file can be read."""

    hint = (
        "nothing in this file can be read by this program, and nothing is taken in meanwhile; "
        "move it away, and it goes on with a new one"
    )


def is_damage(error: Exception) -> bool:
    """Return whether SQLite says that what it reads contradicts itself."""
    return _code(error) in (_CORRUPT, _TOO_BIG)


def explained(path: Path, error: Exception) -> SpoolError:
    """Return an error of SQLite or the system as what it means for the queue in a file."""
    text, code = f"the queue at {str(path)!r} cannot be used: {error}", _code(error)
    if code == _NO_DATABASE or isinstance(error, UnicodeDecodeError):  # of what SQLite says of a damaged name
        return ForeignFileError(text)
    if is_damage(error):
        return DamagedFileError(text, path)
    if code == _FULL or (isinstance(error, OSError) and error.errno in NO_ROOM):
        return DiskFullError(text)
    if code in _MAYBE_FULL and free_bytes(path) < LEAST_FREE_BYTES:
        return DiskFullError(text)
    return SpoolError(text)


def full_disk(path: Path) -> DiskFullError:
    """Return what to say of a disk that is full still."""
    return DiskFullError(f"the queue at {str(path)!r} cannot be used: database or disk is full")


def free_bytes(path: Path) -> int:
    """Return how much room there is for this user where a file is; raises no error: what cannot be told is plenty."""
    try:
        told = os.statvfs(path.parent)
    except OSError:
        return LEAST_FREE_BYTES
    return told.f_bavail * told.f_frsize


def _code(error: Exception) -> int:
    if not isinstance(error, sqlite3.Error):
        return 0
    return getattr(error, "sqlite_errorcode", 0) & 0xFF  # Python's own errors have none
