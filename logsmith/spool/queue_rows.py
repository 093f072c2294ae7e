"""The tables of the persisted queue, and what is read from them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from isal import isal_zlib

from logsmith import vectors
from logsmith.spool.faults import is_damage

STEPS = (
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
SELECT CAST(stored_ns AS INTEGER), CAST(events AS INTEGER), CAST(crc AS INTEGER), CAST(payload AS BLOB)
FROM batches WHERE sequence = ?
"""  # casts, since damage may change the type of what is stored


_ADD_TO_FATES = """
INSERT INTO fates VALUES {rows} ON CONFLICT (name) DO UPDATE SET value = value + excluded.value
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
    crc: int = field(init=False)

    def __post_init__(self) -> None:
        """Sum up the bytes at once, while they are in the processor's caches."""
        object.__setattr__(self, "crc", checksum(self.events, self.payload))


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


class Outline(NamedTuple):
    """A batch without its payload: its size, how many outputs still have to get it, and their events all told."""

    sequence: int
    size_bytes: int
    events: int
    routes: int
    routed_events: int


def read_batch(connection: sqlite3.Connection, sequence: int) -> StoredBatch | str:
    """Return a batch, or why it cannot be read; raises sqlite3.Error if that is not for damage."""
    try:
        row = connection.execute(_READ, (sequence,)).fetchone()
    except sqlite3.Error as error:
        if is_damage(error):
            return f"it cannot be read: {error}"
        raise
    if row is None:
        return "it is not in the file any more"
    stored_ns, events, crc, payload = row
    if payload is None or events is None or crc != checksum(events, payload):
        return "its checksum is wrong"
    return StoredBatch(sequence, stored_ns or 0, events, payload)


def keep_damaged(
    connection: sqlite3.Connection, damage: Damage, payload: bytes, routes: Mapping[str, int]
) -> None:
    """Note a batch that cannot be read, with what there is of it; outputs do not get their `routes`."""
    row = (damage.sequence, time.time_ns(), damage.events, damage.reason, payload)
    connection.execute("INSERT OR REPLACE INTO damaged VALUES (?, ?, ?, ?, ?)", row)
    count_fates(connection, {f"damaged {name}": amount for name, amount in routes.items()})


def remains(
    connection: sqlite3.Connection, sequence: int, reason: str, routed: int | None = None
) -> tuple[Damage, bytes]:
    """Return what there is of a damaged batch: the facts, and the bytes of its payload if these can be read.

    `routed` is how many events an output should get, if that is known elsewhere. Not for within a transaction that writes:
    once it has met damage, SQLite lets it write no more.
    """
    found: list[object] = []
    for column in ("CAST(events AS INTEGER)", "CAST(payload AS BLOB)"):
        sql = f"SELECT {column} FROM batches WHERE sequence = ?"  # noqa: S608  one of two columns
        try:
            row = connection.execute(sql, (sequence,)).fetchone()
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            row = None
        found.append(None if row is None else row[0])
    events, payload = found
    if not isinstance(events, int):
        events = routed
    if events is None:
        sql = "SELECT coalesce(max(events), 0) FROM routes WHERE sequence = ?"
        events = int(connection.execute(sql, (sequence,)).fetchone()[0])
    left = payload if isinstance(payload, bytes) else b""
    return Damage(sequence, events, len(left), reason), left


def outline_of(connection: sqlite3.Connection) -> list[Outline]:
    """Return every batch that an output still has to get, of those that cannot be read with no size."""
    open_routes = connection.execute(
        "SELECT sequence, count(*), sum(events) FROM routes GROUP BY sequence"
    ).fetchall()
    sizes: dict[int, tuple[int, int]] = {}
    try:
        rows = connection.execute("SELECT sequence, length(payload), events FROM batches")
        sizes = {sequence: (size or 0, events) for sequence, size, events in rows}
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        for sequence, _, _ in open_routes:
            batch = read_batch(connection, sequence)
            if not isinstance(batch, str):
                sizes[sequence] = len(batch.payload), batch.events
    found = []
    for sequence, routes, routed in open_routes:
        size, events = sizes.get(sequence, (0, routed))
        found.append(Outline(sequence, size, events, routes, routed))
    return found


def stored_at(connection: sqlite3.Connection, sequence: int | None) -> int | None:
    """Return when a batch was stored, if that can be read."""
    sql = "SELECT CAST(stored_ns AS INTEGER) FROM batches WHERE sequence = ?"
    try:
        row = connection.execute(sql, (sequence,)).fetchone()
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return None
    return None if row is None or row[0] is None else int(row[0])


def count_fates(connection: sqlite3.Connection, fates: Mapping[str, int]) -> None:
    """Add to the sums, in one statement: before each, a thread waits for its turn."""
    if fates:
        rows = ", ".join(["(?, ?)"] * len(fates))
        connection.execute(_ADD_TO_FATES.format(rows=rows), list(chain.from_iterable(fates.items())))


def checksum(events: int, payload: bytes) -> int:
    """Return what is kept beside a batch."""
    crc: int = isal_zlib.crc32(payload, events)
    vectors.rest()
    return crc
