"""The dead letters of a pipeline: events an output refused for good, with the reasons, in a SQLite table.

Several worker processes write to the same file. `append` returns when its letters are on disk (WAL,
synchronous=FULL: the commit is an fsync); a process killed in the middle leaves the letters of finished calls
and nothing of the one under way. The file is made at the first letter. SQLite's locks do not survive a fork,
so a connection belongs to the process that opened it, and a process that forks workers should open none.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from logsmith.spool import SpoolError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FILE_NAME = "dead_letters.sqlite"
SCHEMA_VERSION = 1
BUSY_TIMEOUT_S = 5.0
LETTERS_AT_A_TIME = 500  # read in one go, so that a reader holds no snapshot for long

_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice, so a reader may remember where it was
    entered_ns INTEGER NOT NULL,           -- nanoseconds since 1970
    plugin_type TEXT NOT NULL,
    plugin_id TEXT NOT NULL,
    line INTEGER NOT NULL,                 -- of the plugin in the configuration
    reason TEXT NOT NULL,
    fields TEXT NOT NULL,                  -- JSON
    metadata TEXT NOT NULL,                -- JSON
    types TEXT NOT NULL                    -- JSON: what the two before cannot say
);
PRAGMA user_version = {SCHEMA_VERSION};
COMMIT;
"""
_COLUMNS = "entered_ns, plugin_type, plugin_id, line, reason, fields, metadata, types"
_APPEND = f"INSERT INTO letters ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  constants
_READ = f"SELECT id, {_COLUMNS} FROM letters WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608  constants


_Row = tuple[int, int, str, str, int, str, str, str, str]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One event and why it was refused; `fields`, `metadata` and `types` are as in `event.exact`."""

    entered_ns: int
    plugin_type: str
    plugin_id: str
    line: int
    reason: str
    fields: bytes
    metadata: bytes
    types: bytes
    id: int | None = None  # None until it is stored


class DeadLetters:
    """The table of one pipeline, below `path`. Every method blocks."""

    def __init__(self, path: Path, pipeline_id: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self.path = path / pipeline_id / FILE_NAME
        self._busy_timeout_s = busy_timeout_s
        self._connection: sqlite3.Connection | None = None
        self._owner = 0  # the process that opened the connection
        self._lock = threading.Lock()

    def append(self, letters: Sequence[DeadLetter]) -> None:
        """Store letters, all or none; when it returns they are on disk. Raises SpoolError."""
        rows = [_row(letter) for letter in letters]
        with self._lock:
            try:
                connection = self._open()
                with connection:
                    connection.execute("BEGIN IMMEDIATE")
                    connection.executemany(_APPEND, rows)
            except (sqlite3.Error, OSError) as error:
                self._forget()
                raise self._explained(error) from None

    def read(self, *, after: int = 0) -> Iterator[DeadLetter]:
        """Yield the letters in the order they came, from the one after the letter with the id `after`."""
        while rows := self._read_rows(after):
            for row in rows:
                yield _letter(row)
            after = rows[-1][0]

    def count(self) -> int:
        """Return how many letters there are."""
        if not self.path.exists():
            return 0
        with self._lock:
            try:
                (number,) = self._open().execute("SELECT count(*) FROM letters").fetchone()
            except (sqlite3.Error, OSError) as error:
                self._forget()
                raise self._explained(error) from None
        return int(number)

    def size_bytes(self) -> int:
        """Return how much room the table takes on disk, without opening it."""
        total = 0
        for ending in ("", "-wal"):
            try:
                total += Path(f"{self.path}{ending}").stat().st_size
            except OSError:
                continue
        return total

    def close(self) -> None:
        """Close the file; a later call opens it again."""
        with self._lock:
            self._forget()

    def _read_rows(self, after: int) -> list[_Row]:
        if not self.path.exists():
            return []
        with self._lock:
            try:
                return self._open().execute(_READ, (after, LETTERS_AT_A_TIME)).fetchall()
            except (sqlite3.Error, OSError) as error:
                self._forget()
                raise self._explained(error) from None

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None and self._owner == os.getpid():
            return self._connection
        _make_directory(self.path.parent)
        connection = sqlite3.connect(
            self.path, timeout=self._busy_timeout_s, isolation_level=None, check_same_thread=False
        )
        try:
            with _alone_in(self.path.parent):
                _set_up(connection)
        except BaseException:
            connection.close()
            raise
        self._connection, self._owner = connection, os.getpid()
        return connection

    def _forget(self) -> None:
        if self._connection is not None and self._owner == os.getpid():
            self._connection.close()
        self._connection = None

    def _explained(self, error: Exception) -> SpoolError:
        return SpoolError(f"the dead letters at {str(self.path)!r} cannot be used: {error}")


def _set_up(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise sqlite3.DatabaseError(f"they are of version {version}, this logsmith knows {SCHEMA_VERSION}")
    if version < SCHEMA_VERSION:
        connection.executescript(_SCHEMA)


@contextmanager
def _alone_in(directory: Path) -> Iterator[None]:
    """Keep other processes from setting up at the same time: SQLite does not wait for the change to WAL."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _make_directory(path: Path) -> None:
    """Make a directory and its parents, on disk: a power cut must not take away what holds the table."""
    if path.is_dir():
        return
    _make_directory(path.parent)
    path.mkdir(exist_ok=True)
    parent = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)


def _row(letter: DeadLetter) -> tuple[int, str, str, int, str, str, str, str]:
    reason = letter.reason.encode(
        "utf-8", "replace"
    ).decode()  # a peer's text; SQLite takes valid Unicode only
    texts = (letter.fields.decode(), letter.metadata.decode(), letter.types.decode())
    return (letter.entered_ns, letter.plugin_type, letter.plugin_id, letter.line, reason, *texts)


def _letter(row: _Row) -> DeadLetter:
    number, entered_ns, plugin_type, plugin_id, line, reason, *texts = row
    fields, metadata, types = (text.encode() for text in texts)
    return DeadLetter(entered_ns, plugin_type, plugin_id, line, reason, fields, metadata, types, number)
