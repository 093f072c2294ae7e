"""A new file for the persisted queue out of what can be read of a damaged one; the damaged one is kept, under another name.

Sequence numbers and cursors stay what they were, so that who holds batches in memory need not know. What the damage hides of
one table is taken from another, as far as possible: outputs that still have to get a batch from the index, or from the
batch itself, so that an event may come twice, and none is lost that can be read.

The new file is complete and on disk before the old one is touched. A kill between leaves it to the next `swap_in`.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from logsmith.durable import alone_in, sync_folder
from logsmith.spool import SpoolError
from logsmith.spool.database import open_database
from logsmith.spool.faults import ForeignFileError, explained, is_damage
from logsmith.spool.queue_rows import (
    STEPS,
    Damage,
    StoredBatch,
    checksum,
    count_fates,
    keep_damaged,
    read_batch,
    remains,
)

BUSY_TIMEOUT_S = 5.0
AT_A_TIME = 64  # batches
HEADER_BYTES, MAGIC = 100, b"SQLite format 3\0"
MOST_LENGTHENED_BYTES = 1 << 40  # of nothing, which takes no room; more is no length but damage
MOST_TRIED = 10_000  # numbers one by one, where the damage hides which batches there are

RoutesOf = Callable[[bytes], Mapping[str, int]]


class Rebuilt(NamedTuple):
    """What became of a damaged file: where it is, what was taken over, and which batches cannot be read."""

    aside: Path
    batches: int
    events: int
    lost: Sequence[Damage]
    is_exact: bool  # else batches may come twice, and some may be missing that nobody can name


_Routes = dict[int, dict[str, int | None]]  # how many events, by sequence number and output


@dataclass(slots=True)
class _Tables:
    """What can be read of the small tables."""

    cursors: dict[str, int] = field(default_factory=dict)
    routes: _Routes | None = None  # None: they cannot be told
    fates: dict[str, int] = field(default_factory=dict)
    damaged: list[tuple[Any, ...]] = field(default_factory=list)  # Any: SQLite's values
    last: int = 0  # sequence number


def rebuild(path: Path, routes_of: RoutesOf, least: int) -> Rebuilt:
    """Put a new file in the place of a damaged one, with all that can be read of it.

    `routes_of` tells from a payload what each output shall get, for when the tables do not; sequence numbers go on behind
    `least`. Nobody must have the file open. Raises SpoolError if that cannot be done, and then nothing has changed.
    """
    try:
        return _rebuild(path, routes_of, least)
    except (sqlite3.Error, OSError) as error:
        if is_damage(error):
            raise ForeignFileError(f"the queue at {str(path)!r} cannot be used: {error}") from None
        raise explained(path, error) from None


def _rebuild(path: Path, routes_of: RoutesOf, least: int) -> Rebuilt:
    draft = Path(f"{path}.draft")
    _remove(draft)
    _lengthen(path)
    try:
        with (
            closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)) as old,
            closing(open_database(draft, STEPS, busy_timeout_s=BUSY_TIMEOUT_S)) as new,
        ):
            new.execute("PRAGMA synchronous=NORMAL")  # it is synced as a whole
            report = _copy(old, new, routes_of, least)
            new.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        _sync(draft)
        draft.replace(_rebuilt(path))
    except BaseException:
        _remove(draft)
        raise
    aside = swap_in(path)
    return report._replace(aside=aside or path)


def swap_in(path: Path) -> Path | None:
    """Put what was rebuilt in its place, if it is there, and return where the damaged file is then; raises OSError."""
    if not _rebuilt(path).exists():
        return None
    with alone_in(path.parent):
        if not _rebuilt(path).exists():
            return None  # another process was faster
        stamp = time.strftime("%Y%m%d-%H%M%S")
        aside = Path(f"{path}.damaged-{stamp}")
        for ending in ("-wal", ""):  # SQLite would play the old log into the new file
            if Path(f"{path}{ending}").exists():
                Path(f"{path}{ending}").replace(f"{aside}{ending}")
        Path(f"{path}-shm").unlink(missing_ok=True)
        _rebuilt(path).replace(path)
        sync_folder(path.parent)
    return aside


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, routes_of: RoutesOf, least: int) -> Rebuilt:
    old.execute("SELECT count(*) FROM sqlite_master").fetchone()  # else there is nothing to be had
    tables = _read_tables(old)
    batches = events = 0
    lost: list[Damage] = []
    new.execute("BEGIN")
    new.executemany("INSERT INTO cursors VALUES (?, ?)", [(n, name) for name, n in tables.cursors.items()])
    new.executemany("INSERT OR REPLACE INTO damaged VALUES (?, ?, ?, ?, ?)", tables.damaged)
    count_fates(new, tables.fates)
    last = max(tables.last, least)
    for place, sequence in enumerate(_sequences(old, tables, last)):
        last = max(last, sequence)
        batch = read_batch(old, sequence)
        routes = _routes(batch, sequence, tables, routes_of)
        if isinstance(batch, str):
            damage, payload = remains(old, sequence, batch, max(routes.values(), default=0))
            keep_damaged(new, damage, payload, routes)
            lost.append(damage)
        else:
            _insert(new, batch, routes)
            batches, events = batches + 1, events + batch.events
        if place % AT_A_TIME == AT_A_TIME - 1:
            new.execute("COMMIT")
            new.execute("BEGIN")
    new.execute("DELETE FROM sqlite_sequence WHERE name = 'batches'")
    new.execute("INSERT INTO sqlite_sequence VALUES ('batches', ?)", (last,))
    new.execute("COMMIT")
    return Rebuilt(Path(), batches, events, lost, is_exact=tables.routes is not None)


def _routes(batch: StoredBatch | str, sequence: int, tables: _Tables, routes_of: RoutesOf) -> dict[str, int]:
    """Return how many events each output still has to get of a batch, by name."""
    known = None if tables.routes is None else tables.routes[sequence]
    if known is not None and None not in known.values():
        return {name: events or 0 for name, events in known.items()}
    try:
        told = {} if isinstance(batch, str) else routes_of(batch.payload)
    except SpoolError:
        told = {}  # it is set aside when it is read
    return {name: told.get(name, 1) for name in (told if known is None else known)}


def _insert(new: sqlite3.Connection, batch: StoredBatch, routes: Mapping[str, int]) -> None:
    row = (
        batch.sequence,
        batch.stored_ns,
        batch.events,
        checksum(batch.events, batch.payload),
        batch.payload,
    )
    new.execute("INSERT INTO batches VALUES (?, ?, ?, ?, ?)", row)
    for name, events in routes.items():
        new.execute("INSERT OR IGNORE INTO cursors (name) VALUES (?)", (name,))
        sql = "INSERT INTO routes SELECT number, ?, ? FROM cursors WHERE name = ?"
        new.execute(sql, (batch.sequence, events, name))


def _read_tables(old: sqlite3.Connection) -> _Tables:
    found = _Tables()
    rows, is_whole = _readable(old, "SELECT number, name FROM cursors")
    found.cursors = {str(name): int(number) for number, name in rows}
    if is_whole:
        found.routes = _read_routes(old, {number: name for name, number in found.cursors.items()})
    rows, _ = _readable(old, "SELECT name, value FROM fates")
    found.fates = {str(name): int(value) for name, value in rows}
    found.damaged, _ = _readable(old, "SELECT sequence, found_ns, events, reason, payload FROM damaged")
    for sql in (
        "SELECT seq FROM sqlite_sequence WHERE name = 'batches'",
        "SELECT coalesce(max(sequence), 0) FROM batches",
    ):
        rows, _ = _readable(old, sql)
        found.last = max([found.last, *(int(one) for (one,) in rows)])
    return found


def _read_routes(old: sqlite3.Connection, names: Mapping[int, str]) -> _Routes | None:
    """Return the open routes from their table or, without how many events they have, from its index."""
    for sql in (
        "SELECT sequence, cursor, events FROM routes",
        "SELECT sequence, cursor, NULL FROM routes INDEXED BY routes_by_sequence",
    ):
        rows, is_whole = _readable(old, sql)
        if is_whole:
            routes: _Routes = {}
            for sequence, cursor, events in rows:
                if cursor in names:
                    routes.setdefault(sequence, {})[names[cursor]] = events
            return routes
    return None


def _readable(
    old: sqlite3.Connection, sql: str, *values: int
) -> tuple[list[tuple[Any, ...]], bool]:  # Any: SQLite's values
    """Return the rows up to the first that is damaged, and whether those are all."""
    rows: list[tuple[Any, ...]] = []
    try:
        for row in old.execute(sql, values):
            rows.append(row)  # noqa: PERF402  what came before the damage shall stay
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return rows, False
    return rows, True


def _sequences(old: sqlite3.Connection, tables: _Tables, last: int) -> Iterator[int]:
    """Yield the batches that outputs still have to get; if that cannot be told, all that there are."""
    if tables.routes is not None:
        yield from sorted(tables.routes)
        return
    sql = "SELECT sequence FROM batches WHERE sequence >= ? ORDER BY sequence LIMIT 1"
    at, tried = 0, 0
    while at <= last:
        rows, is_whole = _readable(old, sql, at)
        if rows:
            yield rows[0][0]
            at, tried = rows[0][0] + 1, 0
        elif is_whole:
            return
        else:  # past the damage, by larger steps if it is large
            tried += 1
            at += max(1, tried - MOST_TRIED)


def _lengthen(path: Path) -> None:
    """Give a file that was cut short its length again: of one that is shorter than it says, SQLite reads nothing."""
    with path.open("rb") as file:
        header = file.read(HEADER_BYTES)
    page_bytes, pages = int.from_bytes(header[16:18], "big"), int.from_bytes(header[28:32], "big")
    if header.startswith(MAGIC) and path.stat().st_size < pages * page_bytes <= MOST_LENGTHENED_BYTES:
        os.truncate(path, pages * page_bytes)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _rebuilt(path: Path) -> Path:
    return Path(f"{path}.rebuilt")


def _remove(draft: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{draft}{ending}").unlink(missing_ok=True)
