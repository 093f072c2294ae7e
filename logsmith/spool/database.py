"""A SQLite file that is safe when its method returns: WAL, synchronous=FULL, so that a commit is an fsync.

SQLite's locks do not survive a fork: a connection belongs to the process that opened it. The version of the tables is
in `user_version`; a file of an older version is brought up to date step by step, one of a newer version is refused.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from logsmith.durable import PRIVATE, alone_in, make_folder


def open_database(path: Path, steps: Sequence[str], *, busy_timeout_s: float) -> sqlite3.Connection:
    """Open a file, made and brought to the newest version if need be; raises sqlite3.Error or OSError.

    `steps[n]` is the script that makes version n + 1 of version n.
    """
    make_folder(path.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE))  # events may hold what others must not read
    connection = sqlite3.connect(path, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False)
    try:
        with alone_in(path.parent):  # SQLite does not wait for the change to WAL
            _bring_up_to_date(connection, steps)
    except BaseException:
        connection.close()
        raise
    return connection


def has_log(path: Path) -> bool:
    """Return whether a file has a write-ahead log: somebody writes to it, or was killed while he did."""
    return Path(f"{path}-wal").exists()


def open_to_look(path: Path, with_log: bool, *, versions: int, busy_timeout_s: float) -> sqlite3.Connection:
    """Open a file as it is, and leave nothing beside it that its owner could not open; raises sqlite3.Error.

    SQLite makes the files of the write-ahead log even for a reader. So where there is none the file is read as one that
    does not change, for as long as that is so.
    """
    address = f"{path.absolute().as_uri()}?mode=ro" + ("" if with_log else "&immutable=1")
    connection = sqlite3.connect(address, uri=True, timeout=busy_timeout_s, isolation_level=None)
    try:
        _check_version(connection, versions)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_version(connection: sqlite3.Connection, versions: int) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if not 0 < version <= versions:
        raise sqlite3.DatabaseError(f"it is of version {version}, this logsmith knows 1 to {versions}")


def _bring_up_to_date(connection: sqlite3.Connection, steps: Sequence[str]) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(steps):
        raise sqlite3.DatabaseError(f"it is of version {version}, this logsmith knows {len(steps)}")
    for number, step in enumerate(steps[version:], version + 1):
        connection.executescript(f"BEGIN IMMEDIATE; {step} PRAGMA user_version = {number}; COMMIT;")
