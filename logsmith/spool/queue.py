"""The persisted queue of one worker: batches of events on disk, and a cursor for each output that reads them.

A row of `batches` is what one `append` brought; a row of `routes` says that an output shall get it, and goes away
when that output has it. A batch without routes is done and is deleted. So a cursor that stands still (an output that is
away, or gone from the configuration) keeps its own batches and nobody else's. A cursor's number is never given to another,
and stays when its batches are dropped: another process may be writing under it.

Every method blocks; one thread at a time may call them. A method that changes anything returns when the change is on disk.
One process at a time may store batches, since it numbers them; others may look, drop and set aside meanwhile.
Errors tell what helps (`faults`): a file that contradicts itself can be rebuilt of what can be read.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from logsmith.spool.database import has_log, open_database, open_to_look
from logsmith.spool.faults import DamagedFileError, DiskFullError, explained, free_bytes
from logsmith.spool.queue_commit import MOST_BATCHES, SET_UP, commit
from logsmith.spool.queue_rows import (
    STEPS,
    Backlog,
    Batch,
    Damage,
    Outline,
    StoredBatch,
    keep_damaged,
    outline_of,
    read_batch,
    remains,
    stored_at,
)
from logsmith.spool.rebuild import swap_in
from logsmith.spool.reserve import Reserve

__all__ = ["Backlog", "Batch", "Damage", "PersistedQueue", "StoredBatch"]

BUSY_TIMEOUT_S = 5.0
LOG_BYTES = 8 << 20  # SQLite's log is cut to this when it begins anew
PAGE_BYTES = 4096
ROOM_LEFT_BYTES = 1 << 20  # on a disk that is full but for the reserve's room: for notes of what outputs have

_SEQUENCES = """
SELECT sequence FROM routes WHERE cursor = (SELECT number FROM cursors WHERE name = ?) AND sequence > ?
ORDER BY sequence LIMIT ?
"""
_LAST = """
SELECT max(
    coalesce((SELECT max(CAST(seq AS INTEGER)) FROM sqlite_sequence WHERE name = 'batches'), 0),
    coalesce((SELECT max(sequence) FROM batches), 0)  -- greater only if the other is damaged
)
"""


class PersistedQueue:
    """The batches in one file. Raises SpoolError when something cannot be stored or read."""

    def __init__(
        self, path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S, is_read_only: bool = False
    ) -> None:
        """`is_read_only` is for who looks: nothing is made, and only methods that change nothing can be called."""
        self.path, self._is_read_only = path, is_read_only
        self._busy_timeout_s = busy_timeout_s
        self._connection: sqlite3.Connection | None = None
        self._owner = 0  # the process that opened the connection
        self._had_log = False  # when the file was opened to look at it
        self._numbers: dict[str, int] = {}  # of cursors, by name
        self._last = -1  # sequence number; -1: not known yet
        self._version = 0  # of the file, as others changed it
        self.reserve = Reserve(path)

    def append(
        self,
        batches: Sequence[Batch],
        *,
        delivered: Mapping[str, Iterable[int]] | None = None,
        counted: Mapping[str, int] | None = None,
    ) -> list[int]:
        """Store batches, note what outputs have (`delivered`) and add to fates, all or nothing.

        `delivered` has sequence numbers, as a map also with how many events each was. Returns those of the batches.
        """
        with self._explaining():
            connection = self._open()
            if batches and self._last < 0:
                (self._last,) = connection.execute(_LAST).fetchone()
            first = self._last + 1
            rows = [
                (sequence, batch, [(self._number(name), events) for name, events in batch.routes.items()])
                for sequence, batch in enumerate(batches, first)
            ]
            had = [one for name, sequences in (delivered or {}).items() for one in self._had(name, sequences)]
            sums = list((counted or {}).items())
            if len(rows) <= MOST_BATCHES:
                commit(connection, rows, had, sums)
            else:
                with self._transaction():
                    commit(connection, (), had, sums)
                    for start in range(0, len(rows), MOST_BATCHES):
                        commit(connection, rows[start : start + MOST_BATCHES])
            self._last += len(rows)
        return list(range(first, first + len(rows)))

    def read(self, cursor: str, *, after: int = 0, limit: int = 16) -> tuple[list[StoredBatch], list[Damage]]:
        """Return what waits for an output behind a sequence number, and what of it turned out to be damaged.

        A damaged batch is set aside, for all outputs; it never comes again.
        """
        found: list[StoredBatch] = []
        damages: list[Damage] = []
        for sequence, batch in self._batches(cursor, after, limit):
            if isinstance(batch, StoredBatch):
                found.append(batch)
            else:
                damages.append(self.set_aside(sequence, batch))
        return found, damages

    def look(self, cursor: str, *, after: int = 0, limit: int = 16) -> tuple[list[StoredBatch], list[Damage]]:
        """Return what `read` would, and set nothing aside."""
        rows = self._batches(cursor, after, limit)
        with self._explaining():
            damages = [
                remains(self._open(), sequence, reason)[0]
                for sequence, reason in rows
                if isinstance(reason, str)
            ]
        return [batch for _, batch in rows if isinstance(batch, StoredBatch)], damages

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Have all that is read in the block be of one moment, whoever writes meanwhile."""
        with self._explaining():
            self._open().execute("BEGIN")
        try:
            yield
        finally:
            self.close()

    def set_aside(self, sequence: int, reason: str) -> Damage:
        """Take a batch that cannot be read out of the way, and keep what there is of it to be looked at."""
        with self._explaining():
            damage, payload = remains(self._open(), sequence, reason)
        with self._transaction() as connection:
            lost = connection.execute(
                "SELECT name, routes.events FROM routes JOIN cursors ON cursors.number = cursor WHERE sequence = ?",
                (sequence,),
            ).fetchall()
            keep_damaged(connection, damage, payload, dict(lost))
            connection.execute("DELETE FROM routes WHERE sequence = ?", (sequence,))
        try:
            with self._transaction() as connection:
                connection.execute("DELETE FROM batches WHERE sequence = ?", (sequence,))
        except DamagedFileError:
            pass  # its pages cannot be freed; nobody reads it any more
        return damage

    def drop(self, cursor: str) -> int:
        """Forget what waits for an output; returns how many events that were.

        A server that runs may have some of it in memory, and delivers it if it can; then the sums say so.
        """
        try:
            return self._drop(cursor)
        except DiskFullError:
            if not self.reserve.give_up():
                raise
            return self._drop(cursor)

    def _drop(self, cursor: str) -> int:
        with self._transaction() as connection:
            number = self._number(cursor)
            rows = connection.execute(
                "SELECT sequence, events FROM routes WHERE cursor = ?", (number,)
            ).fetchall()
            dropped: int = sum(events for _, events in rows)
            had = self._had(cursor, [sequence for sequence, _ in rows])
            commit(connection, (), had, [(f"dropped {cursor}", dropped)])
        return dropped

    def outline(self) -> list[Outline]:
        """Return every batch that an output still has to get."""
        with self._explaining():
            return outline_of(self._open())

    def was_changed_by_others(self) -> bool:
        """Return whether another process has changed the file since the last call."""
        with self._explaining():
            (version,) = self._open().execute("PRAGMA data_version").fetchone()
        before, self._version = self._version, version
        return bool(before != version)

    def backlogs(self) -> dict[str, Backlog]:
        """Return what waits, by the outputs' names; an output with nothing to get is there with zeros."""
        with self._explaining():
            connection = self._open()
            rows = connection.execute(
                "SELECT name, count(sequence), coalesce(sum(events), 0), min(sequence) FROM cursors "
                "LEFT JOIN routes ON routes.cursor = cursors.number GROUP BY cursors.number"
            ).fetchall()
            return {
                name: Backlog(batches, events, stored_at(connection, oldest))
                for name, batches, events, oldest in rows
            }

    def count(self) -> tuple[int, int, int]:
        """Return how many batches, events and bytes of payload wait."""
        with self._explaining():
            (counts,) = self._open().execute(
                "SELECT count(*), coalesce(sum(events), 0), coalesce(sum(length(payload)), 0) FROM batches"
            )
            return int(counts[0]), int(counts[1]), int(counts[2])

    def fates(self) -> dict[str, int]:
        """Return the sums that `append` was told to count."""
        with self._explaining():
            return dict(self._open().execute("SELECT name, value FROM fates"))

    def damages(self) -> list[Damage]:
        """Return what was set aside."""
        with self._explaining():
            rows = self._open().execute(
                "SELECT sequence, events, length(payload), reason FROM damaged ORDER BY sequence"
            )
            return [Damage(*row) for row in rows]

    def damaged_payloads(self) -> list[bytes]:
        """Return the bytes of what was set aside, as they are."""
        with self._explaining():
            rows = self._open().execute("SELECT CAST(payload AS BLOB) FROM damaged ORDER BY sequence")
            return [bytes(payload) for (payload,) in rows]

    def size_bytes(self) -> int:
        """Return how much room the file takes on disk, without opening it."""
        return sum(
            one.stat().st_size
            for one in (Path(f"{self.path}{ending}") for ending in ("", "-wal"))
            if one.exists()
        )

    def keep_reserve(self) -> bool:
        """Have some room kept for when the disk is full; returns whether there is enough for that."""
        with self._explaining():
            return self._make_reserve()

    def find_room(self) -> int | None:
        """Return how many bytes of payload can be stored on a disk that was full; None is no such limit.

        There is none as soon as the reserve is there, which is made if it can be. Until then what outputs have got makes
        room in the file itself: its free pages are used again, and the log, which is emptied first, needs no more than that.
        """
        with self._explaining():
            if self._make_reserve():
                return None
            connection = self._open()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if connection.execute("SELECT 1 FROM batches LIMIT 1").fetchone() is None:
                connection.execute("VACUUM")  # of an empty file: gives back what it took of the disk
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if self._make_reserve():
                return None
            free_pages: int = connection.execute("PRAGMA freelist_count").fetchone()[0]
        return max(0, min(free_pages * PAGE_BYTES, free_bytes(self.path)) - ROOM_LEFT_BYTES)

    def close(self) -> None:
        """Close the file; a later call opens it again."""
        if self._connection is not None and self._owner == os.getpid():
            self._connection.close()
        self._connection = None
        self._numbers = {}

    def _batches(self, cursor: str, after: int, limit: int) -> list[tuple[int, StoredBatch | str]]:
        with self._explaining():
            connection = self._open()
            rows = connection.execute(_SEQUENCES, (cursor, after, limit)).fetchall()
            return [(sequence, read_batch(connection, sequence)) for (sequence,) in rows]

    def _had(self, cursor: str, sequences: Iterable[int]) -> list[tuple[int, int, int]]:
        number, events = self._number(cursor), sequences if isinstance(sequences, Mapping) else {}
        return [(number, sequence, events.get(sequence, 0)) for sequence in sequences]

    def _number(self, cursor: str) -> int:
        number = self._numbers.get(cursor)
        if number is None:
            connection = self._open()
            connection.execute("INSERT OR IGNORE INTO cursors (name) VALUES (?)", (cursor,))
            (number,) = connection.execute("SELECT number FROM cursors WHERE name = ?", (cursor,)).fetchone()
            self._numbers[cursor] = number
        return int(number)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._explaining():
            connection = self._open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                self._numbers = {}  # what it learned may be rolled back
                connection.rollback()
                raise

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
            self.close()
            raise explained(self.path, error) from None

    def _open(self) -> sqlite3.Connection:
        if self._is_read_only:
            return self._open_to_look()
        if self._connection is None or self._owner != os.getpid():
            self._numbers, self._last = {}, -1
            swap_in(self.path)  # if it was rebuilt, and a kill came before it was in its place
            self._connection = open_database(self.path, STEPS, busy_timeout_s=self._busy_timeout_s)
            self._owner = os.getpid()
            self._connection.execute("PRAGMA secure_delete = FAST")  # else all is written once more, as zeros
            self._connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
            self._connection.executescript(SET_UP)
            self._limit_log(self._connection)
        return self._connection

    def _make_reserve(self) -> bool:
        is_there = self.reserve.make()
        self._limit_log(self._open())
        return is_there

    def _limit_log(self, connection: sqlite3.Connection) -> None:
        if self.reserve.size_bytes:  # else as SQLite has it: 1,000 pages
            connection.execute(f"PRAGMA wal_autocheckpoint = {self.reserve.log_bytes // PAGE_BYTES}")

    def _open_to_look(self) -> sqlite3.Connection:
        if self._connection is not None and not self._connection.in_transaction and not self._is_steady:
            self.close()  # somebody has begun to write
        if self._connection is None:
            self._had_log = has_log(self.path)
            self._connection = open_to_look(
                self.path, self._had_log, versions=len(STEPS), busy_timeout_s=self._busy_timeout_s
            )
            self._owner = os.getpid()
        return self._connection

    @property
    def _is_steady(self) -> bool:
        return self._had_log or not has_log(self.path)
