"""An event as three texts from which it is rebuilt exactly: fields, metadata, and the types that JSON loses.

The first two are plain JSON, to be read by people and by other programs. The third is a list of `[path, kind,
text]`: where a value stands that JSON cannot tell from another, what it is, and its text without loss. A path
begins with `fields` or `metadata`; its other members are keys and positions.
"""

from __future__ import annotations

import json
import math
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec import Raw

from logsmith.event.errors import EventError, JsonError
from logsmith.event.event import Event
from logsmith.event.json import encode, encode_lines, encode_plainly, encode_value
from logsmith.event.made_metadata import text_of
from logsmith.event.timestamp import Timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from logsmith.event.made_metadata import Ingredients
    from logsmith.event.values import Value

_decode_members = msgspec.json.Decoder(dict[str, Raw]).decode
_decode_object = msgspec.json.Decoder(dict[str, Any]).decode

Path = list[str | int]
PLAIN = frozenset({Raw, str, int, bool, type(None)})
LOOKED_INTO = frozenset({dict, list, float})
OWN_TIME = (["fields", "@timestamp"], "timestamp")
NOTHING_LOST, EMPTY = b"[]", b"{}"


class ExactEvents(NamedTuple):
    """Events as texts: their fields, a line each; which text of metadata each has (none: the first); types that JSON loses."""

    fields: bytes
    metadata: list[bytes]
    which: list[int]
    types: dict[int, bytes]


class ExactEvent(NamedTuple):
    """An event as texts; `types` names what the other two cannot say."""

    fields: bytes
    metadata: bytes
    types: bytes


def freeze(event: Event) -> ExactEvent:
    """Return the event as texts; members that nobody read stay the bytes they are."""
    frozen = freeze_all([event])
    return ExactEvent(frozen.fields, frozen.metadata[0], frozen.types.get(0, NOTHING_LOST))


def freeze_all(events: Sequence[Event], *, are_plain: bool = False) -> ExactEvents:
    """Return events as texts; members that nobody read stay the bytes they are.

    An event's own `@timestamp` is always a time, so it needs no mention among the types. `are_plain` says that nothing made
    fields of types that JSON loses, so that nobody need look.
    """
    lines = encode_lines(events)
    if lines is not None:
        return ExactEvents(lines, *freeze_rest(events, are_plain=are_plain))
    unwritten = {number for number, event in enumerate(events) if encode_plainly(event.fields) is None}
    lines = b"\n".join(_on_one_line(encode(event)) for event in events)
    return ExactEvents(lines, *freeze_rest(events, not_plain=unwritten))


def freeze_rest(
    events: Sequence[Event], *, are_plain: bool = False, not_plain: Collection[int] = ()
) -> tuple[list[bytes], list[int], dict[int, bytes]]:
    """Return what JSON does not say of events: texts of metadata, which of them each has, and types.

    No `which` means that all have the first text. `not_plain` are those that could not be written as they are.
    """
    lossy = set(not_plain)
    if not are_plain and not _are_plain(events):
        lossy.update(number for number, event in enumerate(events) if not _are_plain([event]))
    metadata, which, lost = _freeze_metadata(events)
    return metadata, which, {number: _lost(events[number]) for number in sorted(lossy | lost)}


def _freeze_metadata(events: Sequence[Event]) -> tuple[list[bytes], list[int], set[int]]:
    """Return texts, which of them each event has, and the events whose types JSON loses; what is the same is read once."""
    if Event.metadata_of_all(events) is not None:
        written = _written_once(events[0], events[0].unread_metadata)
        if written is not None:
            return [written], [], set()
    texts: dict[bytes, int] = {}
    known: dict[Ingredients, int] = {}
    which: list[int] = []
    lost: set[int] = set()
    read = [event.metadata for event in events if event.unread_metadata is None]
    write = encode_plainly if _is_plain([*chain.from_iterable(map(dict.values, read))]) else _written_plainly
    for number, event in enumerate(events):
        make = event.unread_metadata
        place = None if make is None else known.get(make)
        if place is None:
            written = write(event.metadata) if make is None else _written_once(event, make)
            place = texts.setdefault(written or encode_value(event.metadata), len(texts))
            if written is None:
                lost.add(number)
            elif make is not None:
                known[make] = place
        which.append(place)
    return list(texts), which if len(texts) > 1 else [], lost


def _written_once(event: Event, make: Ingredients | None) -> bytes | None:
    """Return `_written_plainly` of an event's metadata, made once for all that is made of the same; None: somebody read it."""
    written = None if make is None else text_of(make)
    return _written_plainly(event.metadata) if written is None else written


def _on_one_line(text: bytes) -> bytes:
    """Return JSON that a peer wrote over several lines on one."""
    return text.replace(b"\n", b" ").replace(b"\r", b" ")  # it can only stand between values


def _lost(event: Event) -> bytes:
    found = [
        one
        for one in (*_find_lost(event.fields, ["fields"]), *_find_lost(event.metadata, ["metadata"]))
        if one[:2] != OWN_TIME
    ]
    return json.dumps(
        found
    ).encode()  # escaped, since a text that is not valid Unicode is one of the things to keep


def _written_plainly(metadata: dict[str, Value]) -> bytes | None:
    if not metadata:
        return EMPTY
    return encode_plainly(metadata) if _is_plain(metadata.values()) else None


def thaw(frozen: ExactEvent) -> Event:
    """Return the event that `freeze` took; raises JsonError if the texts are not what it writes."""
    try:
        event = Event(_read_fields(frozen.fields), _decode_object(frozen.metadata))
        when = event.top("@timestamp")
        if when is not None:
            event.fields["@timestamp"] = Timestamp.parse(str(when))
        for path, kind, text in json.loads(frozen.types):
            _put(event, path, _READERS[kind](text))
    except (
        EventError,  # a time that is none
        msgspec.MsgspecError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        ArithmeticError,
        RecursionError,
    ) as error:
        raise JsonError(f"not a stored event: {error}") from None
    return event


def _read_fields(text: bytes) -> dict[str, Any]:  # Any: values and Raw
    if b"\n" in text or b"\r" in text:  # not from `freeze`; a raw newline must not reach a bulk request
        return _decode_object(text)
    return _decode_members(text)


def _are_plain(events: Sequence[Event]) -> bool:
    """Return whether JSON says all there is to the fields of these events; False only means to look closely."""
    values = list(chain.from_iterable([event.fields.values() for event in events]))
    own = [event.fields.get("@timestamp") for event in events]
    if list(map(type, values)).count(Timestamp) != list(map(type, own)).count(Timestamp):
        return False
    return _is_plain(values, PLAIN | {Timestamp})


def _is_plain(values: Collection[Any], plain: frozenset[Any] = PLAIN) -> bool:  # Any: values of fields, types
    """Return whether JSON says all there is to these values, if their texts can be written as they are.

    It goes down level by level: what C does for a whole level is much faster than what Python does for each value.
    """
    while values:
        kinds = list(map(type, values))
        others = set(kinds) - plain
        if not others <= LOOKED_INTO:
            return False
        found = [(value, kind) for value, kind in zip(values, kinds, strict=True) if kind in others]
        if not all(math.isfinite(value) for value, kind in found if kind is float):
            return False
        lists = [value for value, kind in found if kind is list]
        lists += [value.values() for value, kind in found if kind is dict]
        values = list(chain(*lists))
        plain = PLAIN
    return True


def _find_lost(value: object, path: Path) -> Iterator[tuple[Path, str, str]]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _find_lost(member, [*path, key])
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _find_lost(item, [*path, position])
    elif isinstance(value, Timestamp):
        yield path, "timestamp", str(value.nanos)
    elif isinstance(value, Decimal):
        yield path, "decimal", str(value)
    elif isinstance(value, float) and not math.isfinite(value):
        yield path, "float", str(value)
    elif isinstance(value, str) and not value.isascii() and not _is_unicode(value):
        yield path, "text", value


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


_READERS: dict[str, Callable[[str], Any]] = {  # Any: of the kind named
    "timestamp": lambda text: Timestamp(int(text)),
    "decimal": Decimal,
    "float": float,
    "text": str,
}


def _put(event: Event, path: Path, value: Value) -> None:
    part, first, *deeper = path
    if not deeper:
        (event.metadata if part == "metadata" else event.fields)[str(first)] = value
        return
    container: Any = event.metadata[str(first)] if part == "metadata" else event.top(str(first))
    for key in deeper[:-1]:
        container = container[key]
    container[deeper[-1]] = value
