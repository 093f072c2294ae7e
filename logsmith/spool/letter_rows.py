"""A dead letter as a row of its table, and back; which of them are meant."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

STEPS = (
    """
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
""",
    """
ALTER TABLE letters ADD COLUMN origin TEXT;  -- where the event came from, if that is known
ALTER TABLE letters ADD COLUMN crc INTEGER;  -- CRC-32 of fields, metadata and types
CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO facts VALUES
    ('made', abs(random() % 9007199254740992) + 1),  -- tells this table from one made after it was deleted
    ('letters', (SELECT count(*) FROM letters)), ('dropped', 0), ('expired', 0);
CREATE TRIGGER letter_came AFTER INSERT ON letters
    BEGIN UPDATE facts SET value = value + 1 WHERE name = 'letters'; END;
CREATE TRIGGER letter_went AFTER DELETE ON letters
    BEGIN UPDATE facts SET value = value - 1 WHERE name = 'letters'; END;
""",
    """
ALTER TABLE letters ADD COLUMN refusal_id BLOB;     -- NULL: cannot be known again
ALTER TABLE letters ADD COLUMN refused_ns INTEGER;  -- the last time, nanoseconds since 1970
CREATE INDEX refusals ON letters (refusal_id) WHERE refusal_id IS NOT NULL;  -- not unique: see `repeats`
""",
)
_COLUMNS = (
    "entered_ns, plugin_type, plugin_id, line, reason, fields, metadata, types, origin, crc, refused_ns"
)
_NUMBERS = ("entered_ns", "line", "crc", "refused_ns")
_READABLE = ", ".join(  # texts as bytes, so that damaged ones can be read
    one if one in _NUMBERS else f"CAST({one} AS BLOB)" for one in _COLUMNS.split(", ")
)
APPEND = f"INSERT INTO letters ({_COLUMNS}, refusal_id) VALUES (?{', ?' * 11})"  # noqa: S608  constants
READ = f"SELECT id, {_READABLE} FROM letters"  # noqa: S608  constants

Row = tuple[Any, ...]  # Any: in the order of the columns


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One event and why it was refused; `fields`, `metadata` and `types` are as in `event.exact`.

    `refusal_id` is the same whenever the same output refuses this event, should it come again; it is not read back.
    `damage` says what is wrong with a letter that is no longer what was stored.
    """

    entered_ns: int
    plugin_type: str
    plugin_id: str
    line: int
    reason: str
    fields: bytes
    metadata: bytes
    types: bytes
    id: int | None = None  # None until it is stored
    origin: str | None = None
    damage: str = ""
    refusal_id: bytes | None = None
    refused_ns: int = 0  # the last time, once it is stored


@dataclass(frozen=True, slots=True)
class Choice:
    """Which letters are meant: those that meet all that is given; a plugin by its type or id, a reason by a part."""

    ids: frozenset[int] | None = None
    plugin: str | None = None
    reason: str | None = None
    since_ns: int | None = None
    until_ns: int | None = None

    def condition(self) -> tuple[str, list[object]]:
        """Return what SQL asks, and the values for its question marks."""
        parts: list[tuple[str, list[object]]] = [("1", [])]
        if self.ids is not None:
            parts.append(("id IN (SELECT value FROM json_each(?))", [json.dumps(sorted(self.ids))]))
        if self.plugin is not None:
            parts.append(("(plugin_type = ? OR plugin_id = ?)", [self.plugin, self.plugin]))
        if self.reason is not None:
            parts.append(("instr(lower(reason), lower(?))", [self.reason]))
        if self.since_ns is not None:
            parts.append(("entered_ns >= ?", [self.since_ns]))
        if self.until_ns is not None:
            parts.append(("entered_ns < ?", [self.until_ns]))
        return " AND ".join(text for text, _ in parts), [value for _, values in parts for value in values]


EVERYTHING = Choice()


def row_of(letter: DeadLetter) -> Row:
    """Return the values of a new row."""
    # A peer's text; SQLite takes valid Unicode only
    reason = letter.reason.encode("utf-8", "replace").decode()
    parts = (letter.fields, letter.metadata, letter.types)
    return (
        letter.entered_ns,
        letter.plugin_type,
        letter.plugin_id,
        letter.line,
        reason,
        *(part.decode() for part in parts),
        letter.origin,
        _crc(parts),
        letter.entered_ns,
        letter.refusal_id,
    )


def letter_of(row: Row) -> DeadLetter:
    """Return the letter of a row that was read."""
    (
        number,
        entered_ns,
        plugin_type,
        plugin_id,
        line,
        reason,
        fields,
        metadata,
        types,
        origin,
        crc,
        refused_ns,
    ) = row
    texts = (_text(plugin_type), _text(plugin_id), _text(reason))
    parts = (fields or b"", metadata or b"", types or b"")
    return DeadLetter(
        entered_ns=_number(entered_ns),
        plugin_type=texts[0],
        plugin_id=texts[1],
        line=_number(line),
        reason=texts[2],
        fields=parts[0],
        metadata=parts[1],
        types=parts[2],
        id=number,
        origin=None if origin is None else _text(origin),
        damage="" if crc is None or crc == _crc(parts) else "its checksum is wrong",
        refused_ns=_number(refused_ns or entered_ns),
    )


def lost_letter(number: int, damage: str) -> DeadLetter:
    """Return what is left of a letter that cannot be read at all."""
    return DeadLetter(0, "", "", 0, "", b"{}", b"{}", b"[]", number, None, damage)


def _crc(parts: Iterable[bytes]) -> int:
    crc = 0
    for part in parts:
        crc = zlib.crc32(part, zlib.crc32(b"\n", crc))
    return crc


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
