"""The origin of an event: a text of 28 characters that tells it from all other events, and comes out the same again.

A line that a Beat sent is known by the run of the Beat (its ephemeral id), the file (its path, device and inode), the offset, the
time it was read and the line itself: one that is sent again has the same origin, a new line in a file whose inode was used
before has another. What lacks any of these has a random origin, since nothing may be taken for a repetition that is none.

An origin is made when somebody asks for it: for an output that needs it, or to be stored. Until then `event.origin` is

    None        nothing identifies the event
    a tuple     the pieces of a Beat's line, as they came: filters may change the fields meanwhile
    a Branch    it was made of another event

and `settle` makes it the text, for many events at once: most of the work is the same for all of them. The text is 21 bytes
in base64url: the second (so that ids of the same time are neighbours in an index), then a hash of 128 bits. The hash is a fast
one, not one that withstands attacks: who can forge the parts of an identity can as well send the event first.
"""

from __future__ import annotations

import os
import time
from binascii import b2a_base64
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import xxhash
from msgspec import Raw

from logsmith.event.json import encode_value
from logsmith.event.timestamp import Timestamp, TimestampError
from logsmith.event.values import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from logsmith.event.event import Event

TIME_BYTES = 5  # seconds
HASH_BYTES = 16
LACKING = b""  # in the place of the hash of what is not told
WHOLE_BYTES = TIME_BYTES + HASH_BYTES
TEXT_CHARS = WHOLE_BYTES // 3 * 4
TIME_CHARS = TIME_BYTES * 4 // 3  # that nothing but the time decides
SECOND_BYTES = len('"2026-01-02T03:04:05')
QUOTE = b'"'
MAX_KNOWN = 4096  # Beats, files and seconds that are remembered
LAST_SECOND = (1 << 8 * TIME_BYTES) - 1

# The JSON of `agent` and `log`, the time, and the line: a JSON text, or all members in order where there is none
Pieces = tuple[Raw | Value, Raw | Value, Raw | Value, Raw]

_hash = xxhash.xxh3_128_digest
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_agents: dict[bytes, bytes] = {}  # a Beat's few ways to write the same object, in the order of a hash map
_files: dict[bytes, bytes] = {}
_seconds: dict[bytes, bytes] = {}


class _Agent(msgspec.Struct):
    ephemeral_id: str = ""


class _Log(msgspec.Struct, gc=False):
    file: Raw = Raw(b"{}")
    offset: Raw = Raw(b"-")


class _File(msgspec.Struct):
    """What tells files apart: on Windows the index has two halves."""

    path: str = ""
    device_id: str | int = ""
    inode: str | int = ""
    vol: str | int = ""
    idxhi: str | int = ""
    idxlo: str | int = ""
    fingerprint: str = ""


_decode = msgspec.json.Decoder(float_hook=Decimal).decode
_decode_agent = msgspec.json.Decoder(_Agent).decode
_decode_logs = msgspec.json.Decoder(list[_Log]).decode
_decode_file = msgspec.json.Decoder(_File).decode
_encode_sorted = msgspec.json.Encoder(order="sorted", enc_hook=str, decimal_format="number").encode


class Branch:
    """The origin of an event that was made of another: that one's origin, and a place among all that were made of it."""

    __slots__ = ("parent", "place", "text")

    def __init__(self, parent: object, place: str) -> None:
        """Take the parent's origin; with an empty place it is this one's too, and made but once."""
        self.parent, self.place = parent, place
        self.text: str | None = None

    def settled(self) -> str:
        """Return the text, the same each time."""
        if self.text is None:
            stem = _settled(self.parent)
            digest = bytes(TIME_BYTES) + _hash(f"{stem}\n{self.place}".encode())
            self.text = stem[:TIME_CHARS] + _texts(digest)[0][TIME_CHARS:] if self.place else stem
        return self.text


def line_origin(fields: Mapping[str, Value | Raw]) -> Pieces | None:
    """Return the pieces by which a Beat's event is known, before anything changes it; None if there are none."""
    agent, log, stamp = fields.get("agent"), fields.get("log"), fields.get("@timestamp")
    if agent is None or log is None:
        return None
    try:
        line = _as_raw(fields.get("message"))
        if bytes(line)[:1] != QUOTE:
            line = Raw(_encode_sorted({name: _read(value) for name, value in fields.items()}))
    except (ValueError, RecursionError, msgspec.MsgspecError):
        return None  # what no decoder takes
    return _as_raw(agent), _as_raw(log), _as_raw(stamp), line


def part_ways(event: Event, made: list[Event], *, keeps_state: bool) -> None:
    """Give every event that a filter made of this one an origin of its own, and this one as well.

    What a filter that keeps state makes may come of other events too, so that it cannot be known again: its origin is random.
    """
    origin = event.origin
    if len(made) == 1 and made[0] is event:
        return
    stem = Branch(origin, "") if isinstance(origin, tuple) else origin
    is_known = stem is not None and not keeps_state
    for number, one in enumerate(made):
        if one is event:
            continue
        if one.origin is not None and one.origin is not origin:  # Ruby code gave it before
            made[number] = one.clone()
        made[number].origin = Branch(stem, f"{number + 1}") if is_known else Branch(None, "")
    if is_known:
        event.origin = Branch(stem, "0")


def settle(events: Sequence[Event]) -> None:
    """Make each event's origin the text that is sent and stored; what nothing identifies gets a random one."""
    origins = [event.origin for event in events]
    kinds = set(map(type, origins))
    if kinds <= {str}:
        return
    if kinds != {tuple}:
        settle([event for event in events if isinstance(event.origin, tuple)])
        origins = [None if event.origin is None else _settled(event.origin) for event in events]
    texts = _line_texts(origins) if kinds == {tuple} else origins  # type: ignore[arg-type]  # as just looked at
    if None in texts:
        spare = iter(random_origins(texts.count(None)))
        texts = [text or next(spare) for text in texts]
    for event, text in zip(events, texts, strict=True):
        event.origin = text


def random_origins(count: int) -> list[str]:
    """Return origins that nothing else has."""
    begin, noise = _seconds_bytes(int(time.time())), os.urandom(HASH_BYTES * count)
    parts = [begin + noise[at : at + HASH_BYTES] for at in range(0, len(noise), HASH_BYTES)]
    return _texts(b"".join(parts))


def _settled(origin: object) -> str:
    if isinstance(origin, str):
        return origin
    if isinstance(origin, Branch):
        return origin.settled()
    text = _line_texts([origin])[0] if isinstance(origin, tuple) else None
    return text or random_origins(1)[0]


def _line_texts(pieces: Sequence[Pieces]) -> list[str | None]:
    """Return the origin of each line, None where it lacks something."""
    try:
        return _alike(pieces)
    except (TypeError, ValueError, RecursionError, OverflowError, msgspec.MsgspecError, TimestampError):
        return [None] if len(pieces) == 1 else [text for one in pieces for text in _line_texts([one])]


def _alike(pieces: Sequence[Pieces]) -> list[str | None]:
    """Return the origin of each line; raises one of several errors if one of them is not as Beats send them."""
    raw_agents, raw_logs, stamps, lines = zip(*pieces, strict=True)
    logs = _decode_logs(b"[" + b",".join(raw_logs) + b"]")
    offsets = [log.offset for log in logs]
    agents = _part_hashes(raw_agents, _agents, _agent_hash)
    files = _part_hashes([log.file for log in logs], _files, _file_hash)
    # One text of each: the members of a JSON array, so that no two lists of pieces make the same
    known = list(map(b",".join, zip(stamps, agents, files, offsets, lines, strict=True)))
    whole = [LACKING] * (2 * len(known))
    whole[::2] = _times([one[:SECOND_BYTES] for one in known])
    whole[1::2] = map(_hash, known)
    texts: list[str | None] = _texts(b"".join(whole))  # type: ignore[assignment]  # some are none
    if LACKING not in agents and LACKING not in files and b"".join(offsets).isdigit():
        return texts
    told = zip(texts, agents, files, offsets, strict=True)
    return [
        text if LACKING not in (agent, file) and bytes(offset).isdigit() else None
        for text, agent, file, offset in told
    ]


def _times(starts: Sequence[bytes]) -> list[bytes]:
    """Return the second that each of these texts of times begins with; raises TimestampError."""
    try:
        return list(map(_seconds.__getitem__, starts))
    except KeyError:
        if len(_seconds) >= MAX_KNOWN:
            _seconds.clear()
        _seconds.update((start, _second_bytes(start)) for start in set(starts))
    return list(map(_seconds.__getitem__, starts))


def _part_hashes(
    parts: Sequence[Raw], known: dict[bytes, bytes], read: Callable[[bytes], bytes]
) -> list[bytes]:
    """Return the hash of each part; mostly all are of one Beat, and of one file."""
    if parts.count(parts[0]) == len(parts):
        return [_part_hash(parts[0], known, read)] * len(parts)
    return [_part_hash(part, known, read) for part in parts]


def _part_hash(part: Raw, known: dict[bytes, bytes], read: Callable[[bytes], bytes]) -> bytes:
    key = bytes(part)
    found = known.get(key)
    if found is None:
        if len(known) >= MAX_KNOWN:
            known.clear()
        found = known[key] = read(key)
    return found


def _texts(whole: bytes) -> list[str]:
    text = b2a_base64(whole, newline=False).translate(_URL_SAFE).decode()
    return [text[at : at + TEXT_CHARS] for at in range(0, len(text), TEXT_CHARS)]


def _agent_hash(agent: bytes) -> bytes:
    ephemeral_id = _decode_agent(agent).ephemeral_id
    return _told(encode_value(ephemeral_id)) if ephemeral_id else LACKING


def _file_hash(file: bytes) -> bytes:
    known = _decode_file(file)
    return _told(encode_value(msgspec.structs.astuple(known))) if known.path else LACKING


def _told(part: bytes) -> bytes:
    return encode_value(_hash(part).hex())


def _second_bytes(start: bytes) -> bytes:
    return _seconds_bytes(Timestamp.parse(start[1:].decode() + "Z").seconds)


def _seconds_bytes(seconds: int) -> bytes:
    return min(max(seconds, 0), LAST_SECOND).to_bytes(TIME_BYTES, "big")


def _as_raw(value: Value | Raw) -> Raw:
    return value if isinstance(value, Raw) else Raw(encode_value(value))


def _read(value: Value | Raw) -> Value:
    return _decode(value) if isinstance(value, Raw) else value
