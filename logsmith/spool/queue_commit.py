"""A commit of the persisted queue as one statement.

A thread that runs seven of them waits seven times for the interpreter, 5 ms each beside a busy one, and that costs more than
what the statements do. So all that a commit changes is one INSERT into a view, and a trigger puts each part into its
table. View and trigger are the connection's own: nothing of them is in the file.
"""

from __future__ import annotations

import time
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from logsmith.spool.queue_rows import Batch

MOST_BATCHES = 100  # of one statement: SQLite before 3.32 takes 999 values

SET_UP = """
PRAGMA temp_store = MEMORY;
CREATE TEMP VIEW commits AS SELECT 0 AS sequence, 0 AS stored_ns, 0 AS events, 0 AS crc, x'' AS payload,
    '[[cursor, events]]' AS routes, '[[cursor, sequence, events]]' AS delivered, '[[name, value]]' AS counted;
CREATE TEMP TRIGGER commit_all INSTEAD OF INSERT ON commits BEGIN
    INSERT INTO batches
        SELECT NEW.sequence, NEW.stored_ns, NEW.events, NEW.crc, NEW.payload WHERE NEW.sequence IS NOT NULL;
    INSERT INTO routes
        SELECT json_extract(value, '$[0]'), NEW.sequence, json_extract(value, '$[1]') FROM json_each(NEW.routes);

    INSERT INTO fates  -- what was dropped, or set aside as damaged, may be delivered all the same, from memory
        SELECT fate, -min(sum(size), (SELECT value FROM fates WHERE name = fate)) FROM (
            SELECT json_extract(had.value, '$[2]') AS size,
                CASE WHEN json_extract(had.value, '$[1]') IN (SELECT sequence FROM damaged)
                    THEN 'damaged ' ELSE 'dropped ' END || cursors.name AS fate
            FROM json_each(NEW.delivered) AS had
            JOIN cursors ON cursors.number = json_extract(had.value, '$[0]')
            WHERE NOT EXISTS (SELECT 1 FROM routes WHERE routes.cursor = cursors.number
                AND routes.sequence = json_extract(had.value, '$[1]'))
        )
        GROUP BY fate
        HAVING min(sum(size), (SELECT value FROM fates WHERE name = fate)) > 0
    ON CONFLICT (name) DO UPDATE SET value = value + excluded.value;
    DELETE FROM routes WHERE (cursor, sequence) IN
        (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(NEW.delivered));
    DELETE FROM batches WHERE sequence IN (SELECT json_extract(value, '$[1]') FROM json_each(NEW.delivered))
        AND NOT EXISTS (SELECT 1 FROM routes WHERE routes.sequence = batches.sequence);

    INSERT INTO fates
        SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(NEW.counted) WHERE true
    ON CONFLICT (name) DO UPDATE SET value = value + excluded.value;
END;
"""
_NO_BATCH = (None, None, None, None, None, "[]")

_as_json = msgspec.json.Encoder().encode


def commit(
    connection: sqlite3.Connection,
    batches: Sequence[tuple[int, Batch, Sequence[tuple[int, int]]]],
    delivered: Sequence[tuple[int, int, int]] = (),
    counted: Sequence[tuple[str, int]] = (),
) -> None:
    """Store batches, at most `MOST_BATCHES`, note what outputs have and add to fates, all or nothing; raises sqlite3.Error.

    `batches` has for each its sequence number and its routes: a cursor's number and how many events; `delivered` has a
    cursor's number, a sequence number and how many events, 0 if that is not known.
    """
    now = time.time_ns()
    rows: list[tuple[object, ...]] = [
        (sequence, now, batch.events, batch.crc, batch.payload, _text(routes))
        for sequence, batch, routes in batches
    ] or [_NO_BATCH]
    values = [(*row, "[]", "[]") for row in rows]
    values[0] = (*rows[0], _text(delivered), _text(counted))
    marks = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?)"] * len(values))
    connection.execute(f"INSERT INTO commits VALUES {marks}", list(chain.from_iterable(values)))  # noqa: S608  marks only


def _text(rows: Sequence[tuple[object, ...]]) -> str:
    return _as_json(rows).decode()
