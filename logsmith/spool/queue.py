"""The persisted queue of one worker: batches of events on disk, and a cursor for each output that reads them.

A row of `batches` is what one `append` brought; a row of `routes` says that an output shall get it, and goes away
when that output has it. A batch without routes is done and is deleted. So a cursor that stands still (an output that is
away, or gone from the configuration) keeps its own batches and nobody else's.

Every method blocks; one thread at a time may call them. A method that changes anything returns when the change is on disk.
"""

from __future__ import annotations

import os
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from logsmith.spool import SpoolError
from logsmith.spool.database import open_database

BUSY_TIMEOUT_S = 5.0

_STEPS = (
    """
CREATE TABLE batches (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice
    stored_ns INTEGER NOT NULL,                  -- nanoseconds since 1970
    events INTEGER NOT NULL,
    crc INTEGER NOT NULL,                        -- CRC-32 of events and payload
    payload BLOB NOT NULL
);
CREATE TABLE cursors (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE                    -- of the output, the same after a restart
);
CREATE TABLE routes (                            -- what outputs still have to get
    cursor INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    events INTEGER NOT NULL,                     -- of the batch, for this output
    PRIMARY KEY (cursor, sequence)
) WITHOUT ROWID;
CREATE INDEX routes_by_sequence ON routes (sequence);
CREATE TABLE damaged (
    sequence INTEGER PRIMARY KEY,
    found_ns INTEGER NOT NULL,
    events INTEGER NOT NULL,
    reason TEXT NOT NULL,
    payload BLOB NOT NULL
);
CREATE TABLE fates (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;
""",
    "/* payloads of another form; those from before are read still */",
)
_READ = """
SELECT batches.sequence, batches.stored_ns, batches.events, batches.crc, batches.payload
FROM routes JOIN batches ON batches.sequence = routes.sequence
WHERE routes.cursor = ? AND routes.sequence > ? ORDER BY routes.sequence LIMIT ?
"""
_DELETE_DONE = """
DELETE FROM batches WHERE sequence IN ({marks})
AND NOT EXISTS (SELECT 1 FROM routes WHERE routes.sequence = batches.sequence)
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """Events as bytes, and how many of them each output shall get, by the output's name.

    `weight` is about how many bytes of memory the events take while they are objects; it is not stored.
    """

    payload: bytes
    events: int
    routes: Mapping[str, int]
    weight: int = 0


class StoredBatch(NamedTuple):
    """A batch as it was read."""

    sequence: int
    stored_ns: int
    events: int
    payload: bytes


class Damage(NamedTuple):
    """A batch that cannot be read, as it was set aside."""

    sequence: int
    events: int
    size_bytes: int
    reason: str


class Backlog(NamedTuple):
    """What waits for one output: batches and events, and when the oldest was stored (nanoseconds since 1970)."""

    batches: int
    events: int
    oldest_ns: int | None


class PersistedQueue:
    """The batches in one file. Raises SpoolError when something cannot be stored or read."""

    def __init__(self, path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self.path = path
        self._busy_timeout_s = busy_timeout_s
        self._connection: sqlite3.Connection | None = None
        self._owner = 0  # the process that opened the connection
        self._numbers: dict[str, int] = {}  # of cursors, by name

    def append(
        self,
        batches: Sequence[Batch],
        *,
        delivered: Mapping[str, Iterable[int]] | None = None,
        counted: Mapping[str, int] | None = None,
    ) -> list[int]:
        """Store batches, note what outputs have (`delivered`) and add to fates, all or nothing.

        Returns the sequence numbers of the batches.
        """
        with self._transaction() as connection:
            sequences = [self._insert(connection, batch) for batch in batches]
            for name, numbers in (delivered or {}).items():
                self._deliver(connection, name, list(numbers))
            _count(connection, counted or {})
        return sequences

    def read(self, cursor: str, *, after: int = 0, limit: int = 16) -> tuple[list[StoredBatch], list[Damage]]:
        """Return what waits for an output behind a sequence number, and what of it turned out to be damaged.

        A damaged batch is set aside, for all outputs; it never comes again.
        """
        with self._explaining():
            connection = self._open()
            rows = connection.execute(_READ, (self._number(connection, cursor), after, limit)).fetchall()
        found, damages = [], []
        for sequence, stored_ns, events, crc, payload in rows:
            if isinstance(payload, bytes) and crc == _crc(events, payload):
                found.append(StoredBatch(sequence, stored_ns, events, payload))
            else:
                damages.append(self.set_aside(sequence, "its checksum is wrong"))
        return found, damages

    def set_aside(self, sequence: int, reason: str) -> Damage:
        """Take a batch that cannot be read out of the way, and keep it to be looked at."""
        with self._transaction() as connection:
            row = connection.execute(
                "SELECT events, payload FROM batches WHERE sequence = ?", (sequence,)
            ).fetchone()
            events, payload = row or (0, b"")
            connection.execute(
                "INSERT OR REPLACE INTO damaged VALUES (?, ?, ?, ?, ?)",
                (sequence, time.time_ns(), events, reason, payload),
            )
            lost = connection.execute(
                "SELECT name, routes.events FROM routes JOIN cursors ON cursors.number = cursor WHERE sequence = ?",
                (sequence,),
            ).fetchall()
            _count(connection, {f"damaged {name}": amount for name, amount in lost})
            connection.execute("DELETE FROM routes WHERE sequence = ?", (sequence,))
            connection.execute("DELETE FROM batches WHERE sequence = ?", (sequence,))
        return Damage(sequence, events, len(payload), reason)

    def drop(self, cursor: str) -> int:
        """Forget what waits for an output, and the output; returns how many events that were."""
        with self._transaction() as connection:
            number = self._number(connection, cursor)
            rows = connection.execute(
                "SELECT sequence, events FROM routes WHERE cursor = ?", (number,)
            ).fetchall()
            self._deliver(connection, cursor, [sequence for sequence, _ in rows])
            dropped: int = sum(events for _, events in rows)
            _count(connection, {f"dropped {cursor}": dropped})
            connection.execute("DELETE FROM cursors WHERE number = ?", (number,))
            del self._numbers[cursor]
        return dropped

    def outline(self) -> list[tuple[int, int, int, int]]:
        """Return every batch: its sequence number, the size of its payload, its events and its open routes."""
        with self._explaining():
            rows = self._open().execute(
                "SELECT sequence, length(payload), events, "
                "(SELECT count(*) FROM routes WHERE routes.sequence = batches.sequence) FROM batches"
            )
            return [(int(one[0]), int(one[1]), int(one[2]), int(one[3])) for one in rows]

    def backlogs(self) -> dict[str, Backlog]:
        """Return what waits, by the outputs' names; an output with nothing to get is there with zeros."""
        with self._explaining():
            rows = self._open().execute(
                "SELECT name, count(stored_ns), coalesce(sum(routes.events), 0), min(stored_ns) FROM cursors "
                "LEFT JOIN routes ON routes.cursor = cursors.number "
                "LEFT JOIN batches ON batches.sequence = routes.sequence GROUP BY cursors.number"
            )
            return {name: Backlog(*numbers) for name, *numbers in rows}

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

    def close(self) -> None:
        """Close the file; a later call opens it again."""
        if self._connection is not None and self._owner == os.getpid():
            self._connection.close()
        self._connection = None
        self._numbers = {}

    def _insert(self, connection: sqlite3.Connection, batch: Batch) -> int:
        row = (time.time_ns(), batch.events, _crc(batch.events, batch.payload), batch.payload)
        sequence = connection.execute(
            "INSERT INTO batches (stored_ns, events, crc, payload) VALUES (?, ?, ?, ?)", row
        ).lastrowid
        assert sequence is not None  # noqa: S101  an INSERT has one
        connection.executemany(
            "INSERT INTO routes VALUES (?, ?, ?)",
            [(self._number(connection, name), sequence, events) for name, events in batch.routes.items()],
        )
        return sequence

    def _deliver(self, connection: sqlite3.Connection, cursor: str, sequences: Sequence[int]) -> None:
        number = self._number(connection, cursor)
        connection.executemany(
            "DELETE FROM routes WHERE cursor = ? AND sequence = ?", [(number, one) for one in sequences]
        )
        for start in range(0, len(sequences), 500):
            some = sequences[start : start + 500]
            connection.execute(_DELETE_DONE.format(marks=",".join("?" * len(some))), some)

    def _number(self, connection: sqlite3.Connection, cursor: str) -> int:
        number = self._numbers.get(cursor)
        if number is None:
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
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise SpoolError(f"the queue at {str(self.path)!r} cannot be used: {error}") from None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None or self._owner != os.getpid():
            self._numbers = {}
            self._connection = open_database(self.path, _STEPS, busy_timeout_s=self._busy_timeout_s)
            self._owner = os.getpid()
        return self._connection


def _count(connection: sqlite3.Connection, fates: Mapping[str, int]) -> None:
    connection.executemany(
        "INSERT INTO fates VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
        list(fates.items()),
    )


def _crc(events: int, payload: bytes) -> int:
    return zlib.crc32(payload, events)
