"""The dead letters of a pipeline: events an output refused for good, with the reasons, in a SQLite table.

Several worker processes write to the same file, and commands beside them. `append` returns when its letters are on disk
(WAL, synchronous=FULL: the commit is an fsync); a process killed in the middle leaves the letters of finished calls and
nothing of the one under way. The file is made at the first letter. It never grows beyond `Bounds.max_bytes`: what does
not fit is not stored, and `append` says so, unless a policy tells it to drop something. SQLite's locks do not survive a
fork, so a connection belongs to the process that opened it; a process that forks workers closes it before.

The same event refused by the same output is one letter, as long as that letter is there (`repeats`).
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple

from logsmith.spool import SpoolError
from logsmith.spool.database import open_database
from logsmith.spool.letter_rows import (
    APPEND,
    EVERYTHING,
    READ,
    STEPS,
    Choice,
    DeadLetter,
    Row,
    letter_of,
    lost_letter,
    row_of,
)
from logsmith.spool.repeats import delete_read, is_repeat

__all__ = ["Bounds", "Choice", "DeadLetter", "DeadLetters", "DeadLettersFullError", "Refusal", "Summary"]

FILE_NAME = "dead_letters.sqlite"
BUSY_TIMEOUT_S = 5.0
LETTERS_AT_A_TIME = 500  # read or deleted in one go, so that nobody holds the table for long
OLDEST_AT_A_TIME = 32  # that make room for a new one
BYTES_OF_A_ROW = 256  # at most, beside its texts
PAGES_OF_A_ROW = 6  # at most, beside those its texts fill: splits of the tree and of the index
BYTES_OF_A_PAGE = 4000  # at least, that texts may fill
WORTH_COMPACTING = 1 << 20  # bytes

Policy = Literal["drop_newer", "drop_older"]


class DeadLettersFullError(SpoolError):
    """There is no room for more letters; the first `stored` of them are on disk, the others are not."""

    def __init__(self, message: str, stored: int) -> None:
        super().__init__(message)
        self.stored = stored


class _DamagedError(SpoolError):
    """The file is not what was written to it."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is kept (0 is no limit), what goes when it is full (None: nothing), and for how long."""

    max_bytes: int = 0
    policy: Policy | None = None
    retain_s: float | None = None


class Refusal(NamedTuple):
    """Who refused a letter, and why."""

    plugin_type: str
    plugin_id: str
    line: int
    reason: str


class Summary(NamedTuple):
    """How many letters there are and what room they take; how many were ever dropped, and how many expired."""

    letters: int = 0
    size_bytes: int = 0
    dropped: int = 0
    expired: int = 0


class DeadLetters:
    """The table of one pipeline, below `path`. Every method blocks, and raises SpoolError."""

    def __init__(
        self,
        path: Path,
        pipeline_id: str,
        bounds: Bounds = Bounds(),
        *,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
        clock_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self.path = path / pipeline_id / FILE_NAME
        self.bounds = bounds
        self._busy_timeout_s, self._clock_ns = busy_timeout_s, clock_ns
        self._connection: sqlite3.Connection | None = None
        self._owner = 0  # the process that opened the connection
        self._file: tuple[int, int] | None = None  # that was opened
        self._lock = threading.Lock()

    def impatient(self, busy_timeout_s: float) -> DeadLetters:
        """Return the same table for one who must not wait long for others that write."""
        folder, name = self.path.parent.parent, self.path.parent.name
        return DeadLetters(folder, name, self.bounds, busy_timeout_s=busy_timeout_s, clock_ns=self._clock_ns)

    def append(self, letters: Sequence[DeadLetter]) -> int:
        """Store letters, all or none, and return how many letters the policy dropped for that.

        When it returns they are on disk; one that was there already counts as stored. Where there is no room and no
        policy, as many as fit are stored, and DeadLettersFullError tells how many.
        """
        try:
            stored, dropped = self._store(letters)
        except _DamagedError:  # of the index, perhaps, which these need not: twice is better than not at all
            stored, dropped = self._store([replace(letter, refusal_id=None) for letter in letters])
        if stored < len(letters):
            raise DeadLettersFullError(
                f"the dead letters at {str(self.path)!r} are full: {self.bounds.max_bytes} bytes "
                "(dead_letter_queue.max_bytes)",
                stored,
            )
        return dropped

    def expire(self) -> int:
        """Delete the first of the letters that are older than they shall be kept; returns how many.

        Those are LETTERS_AT_A_TIME, or fewer if there are no more.
        """
        if self.bounds.retain_s is None or not self.path.exists():
            return 0
        oldest_kept_ns = self._clock_ns() - int(self.bounds.retain_s * 1e9)
        with self._transaction() as connection:
            first = connection.execute(
                "SELECT id FROM (SELECT id, entered_ns FROM letters ORDER BY id LIMIT ?) WHERE entered_ns < ?",
                (LETTERS_AT_A_TIME, oldest_kept_ns),
            ).fetchall()
            expired = _delete(connection, [number for (number,) in first])
            _add(connection, "expired", expired)
        return expired

    def read(
        self, *, after: int = 0, choice: Choice = EVERYTHING, newest_first: bool = False
    ) -> Iterator[DeadLetter]:
        """Yield the letters in the order they came, from the one after the letter with the id `after`.

        One that is damaged is there too and says so.
        """
        while rows := self._read_rows(after, choice, newest_first):
            for row in rows:
                yield row if isinstance(row, DeadLetter) else letter_of(row)
            last = rows[-1]
            after = (last.id or 0) if isinstance(last, DeadLetter) else last[0]

    def count(self, choice: Choice = EVERYTHING) -> int:
        """Return how many letters there are."""
        if not self.path.exists():
            return 0
        condition, values = choice.condition()
        with self._locked() as connection:
            sql = f"SELECT count(*) FROM letters WHERE {condition}"  # noqa: S608  values are parameters
            (number,) = connection.execute(sql, values).fetchone()
        return int(number)

    def remove(self, numbers: Iterable[int]) -> int:
        """Delete letters by their ids; returns how many there were."""
        if not self.path.exists():
            return 0
        with self._transaction() as connection:
            return _delete(connection, list(numbers))

    def settle(self, delivered: Mapping[int, int], refused: Mapping[int, Refusal]) -> int:
        """Delete letters that are delivered, and note by whom and why others are refused now, all or nothing.

        `delivered` has their `refused_ns` by their ids, as they were read: what was refused again since then stays.
        Returns how many were deleted.
        """
        if not self.path.exists():
            return 0
        with self._transaction() as connection:
            connection.executemany(
                "UPDATE letters SET plugin_type = ?, plugin_id = ?, line = ?, reason = ? WHERE id = ?",
                [(*one, number) for number, one in refused.items()],
            )
            return sum(delete_read(connection, *one) for one in delivered.items())

    def made(self) -> int:
        """Return the number that tells this table from one that was deleted and made anew; 0 if there is none."""
        if not self.path.exists():
            return 0
        with self._locked() as connection:
            return _fact(connection, "made")

    def summary(self) -> Summary:
        """Return what there is, over all processes that write to it; no connection stays open."""
        if not self.path.exists():
            return Summary()
        try:
            address = f"{self.path.absolute().as_uri()}?mode=rw"
            with closing(sqlite3.connect(address, uri=True, timeout=self._busy_timeout_s)) as connection:
                facts = (_fact(connection, name) for name in ("letters", "dropped", "expired"))
                letters, dropped, expired = facts
                return Summary(letters, _used_bytes(connection), dropped, expired)
        except (sqlite3.Error, OSError, ValueError) as error:
            raise self._explained(error) from None

    def size_bytes(self) -> int:
        """Return how much room the table takes on disk, without opening it."""
        total = 0
        for ending in ("", "-wal"):
            try:
                total += Path(f"{self.path}{ending}").stat().st_size
            except OSError:
                continue
        return total

    def compact(self) -> None:
        """Give the disk back what deleted letters took, if that is much."""
        if not self.path.exists():
            return
        with self._locked() as connection:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            (page_size,) = connection.execute("PRAGMA page_size").fetchone()
            used = _used_bytes(connection)
            if pages * page_size - used > max(used, WORTH_COMPACTING):
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file; a later call opens it again."""
        with self._lock:
            self._forget()

    def _store(self, letters: Sequence[DeadLetter]) -> tuple[int, int]:
        """Store letters up to one for which there is no room; returns how many are dealt with, and how many dropped."""
        rows = [(letter.refusal_id, letter.entered_ns, row_of(letter)) for letter in letters]
        with self._transaction() as connection:
            stored, dropped = self._insert(connection, rows)
            _add(connection, "dropped", dropped)
        return stored, dropped

    def _insert(
        self, connection: sqlite3.Connection, rows: Sequence[tuple[bytes | None, int, Row]]
    ) -> tuple[int, int]:
        dropped, free = 0, 0
        for number, (refusal_id, entered_ns, row) in enumerate(rows):
            if refusal_id is not None and is_repeat(connection, refusal_id, entered_ns):
                continue
            needed = _needed_bytes(row)
            if self.bounds.max_bytes and free < needed:
                free = self.bounds.max_bytes - _used_bytes(connection)
            if self.bounds.max_bytes and free < needed:
                if self.bounds.policy is None:
                    return number, dropped
                if self.bounds.policy == "drop_older":
                    gone, free = self._make_room(connection, needed)
                    dropped += gone
                if free < needed:
                    dropped += 1
                    continue
            connection.execute(APPEND, row)
            free -= needed
        return len(rows), dropped

    def _make_room(self, connection: sqlite3.Connection, needed: int) -> tuple[int, int]:
        """Delete the oldest letters until there is room, or nothing left; returns how many, and the room."""
        dropped, wanted = 0, 1
        if needed > self.bounds.max_bytes:
            return 0, 0
        while True:
            oldest = connection.execute("SELECT id FROM letters ORDER BY id LIMIT ?", (wanted,)).fetchall()
            gone = _delete(connection, [number for (number,) in oldest])
            dropped += gone
            free = self.bounds.max_bytes - _used_bytes(connection)
            if free >= needed or not gone:
                return dropped, free
            wanted = min(wanted * 2, OLDEST_AT_A_TIME)

    def _read_rows(self, after: int, choice: Choice, newest_first: bool) -> Sequence[Row | DeadLetter]:
        if not self.path.exists():
            return []
        condition, values = choice.condition()
        behind = ("? = 0 OR id < ?", "DESC") if newest_first else ("? < 0 OR id > ?", "ASC")
        where = f"({behind[0]}) AND {condition} ORDER BY id {behind[1]} LIMIT ?"
        first: tuple[object, ...] = (after, after, *values)
        with self._locked() as connection:
            try:
                return connection.execute(f"{READ} WHERE {where}", (*first, LETTERS_AT_A_TIME)).fetchall()
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError as error:  # a damaged page: one by one, up to it and past it
                one = self._read_past_damage(connection, where, first, error)
                return [one] if one is not None else []

    @staticmethod
    def _read_past_damage(
        connection: sqlite3.Connection, where: str, values: tuple[object, ...], error: Exception
    ) -> Row | DeadLetter | None:
        try:
            row: Row | None = connection.execute(f"{READ} WHERE {where}", (*values, 1)).fetchone()
        except sqlite3.DatabaseError:
            sql = f"SELECT id FROM letters WHERE {where}"  # noqa: S608  values are parameters
            found = connection.execute(sql, (*values, 1)).fetchone()
            return None if found is None else lost_letter(found[0], str(error))
        return row

    @contextmanager
    def _locked(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._open()
            except (sqlite3.Error, OSError) as error:
                self._forget()
                raise self._explained(error) from None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._locked() as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None and self._owner == os.getpid() and self._file == self._seen():
            return self._connection
        self._forget()  # the file is gone, or another: letters must not go where nobody finds them
        self._connection = open_database(self.path, STEPS, busy_timeout_s=self._busy_timeout_s)
        self._owner, self._file = os.getpid(), self._seen()
        return self._connection

    def _seen(self) -> tuple[int, int] | None:
        """Return what tells the file that is there now from one that was."""
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _forget(self) -> None:
        if self._connection is not None and self._owner == os.getpid():
            self._connection.close()
        self._connection = None

    def _explained(self, error: Exception) -> SpoolError:
        is_damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(
            error, sqlite3.OperationalError
        )
        kind = _DamagedError if is_damaged else SpoolError
        return kind(f"the dead letters at {str(self.path)!r} cannot be used: {error}")


def _delete(connection: sqlite3.Connection, numbers: Sequence[int]) -> int:
    deleted = connection.executemany("DELETE FROM letters WHERE id = ?", [(one,) for one in numbers]).rowcount
    return max(deleted, 0)  # -1 of no numbers


def _add(connection: sqlite3.Connection, name: str, amount: int) -> None:
    if amount:
        connection.execute("UPDATE facts SET value = value + ? WHERE name = ?", (amount, name))


def _fact(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
    return int(value)


def _used_bytes(connection: sqlite3.Connection) -> int:
    """Return what the table takes, without pages that wait to be used again."""
    names = ("page_count", "freelist_count", "page_size")
    pages, free, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names)
    return int((pages - free) * size)


def _needed_bytes(row: Row) -> int:
    """Return the most that a row can add to the file."""
    texts = sum(len(one.encode()) for one in row if isinstance(one, str))
    pages = (texts + BYTES_OF_A_ROW) // BYTES_OF_A_PAGE + PAGES_OF_A_ROW
    return pages * 4096
