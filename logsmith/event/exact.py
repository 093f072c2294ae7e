"""An event as three texts from which it is rebuilt exactly: fields, metadata, and the types that JSON loses.

The first two are plain JSON, to be read by people and by other programs. The third is a list of `[path, kind,
text]`: where a value stands that JSON cannot tell from another, what it is, and its text without loss. A path
begins with `fields` or `metadata`; its other members are keys and positions.
"""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec import Raw

from logsmith.event.errors import JsonError
from logsmith.event.event import Event
from logsmith.event.json import encode, encode_value
from logsmith.event.timestamp import Timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from logsmith.event.values import Value

_decode = msgspec.json.Decoder().decode
_decode_members = msgspec.json.Decoder(dict[str, Raw]).decode

Path = list[str | int]
ALWAYS_PLAIN = frozenset({Raw, int, bool, type(None)})
OWN_TIME = (["fields", "@timestamp"], "timestamp")
NOTHING_LOST, EMPTY = b"[]", b"{}"


class ExactEvent(NamedTuple):
    """An event as texts; `types` names what the other two cannot say."""

    fields: bytes
    metadata: bytes
    types: bytes


def freeze(event: Event) -> ExactEvent:
    """Return the event as texts; members that nobody read stay the bytes they are.

    An event's own `@timestamp` is always a time, so it needs no mention among the types.
    """
    fields, metadata = encode(event), event.metadata
    lost = NOTHING_LOST
    values = [value for name, value in event.fields.items() if name != "@timestamp"]
    if not (_is_plain(values) and _is_plain(metadata.values())):
        found = [
            one
            for one in (*_find_lost(event.fields, ["fields"]), *_find_lost(metadata, ["metadata"]))
            if one[:2] != OWN_TIME
        ]
        # Escaped, since a text that is not valid Unicode is one of the things to keep
        lost = json.dumps(found).encode()
    return ExactEvent(fields, encode_value(metadata) if metadata else EMPTY, lost)


def thaw(frozen: ExactEvent) -> Event:
    """Return the event that `freeze` took; raises JsonError if the texts are not what it writes."""
    try:
        event = Event(_read_fields(frozen.fields), _decode(frozen.metadata))
        when = event.top("@timestamp")
        if when is not None:
            event.fields["@timestamp"] = Timestamp.parse(str(when))
        for path, kind, text in json.loads(frozen.types):
            _put(event, path, _READERS[kind](text))
    except (
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
        members: dict[str, Any] = _decode(text)
        return members
    return _decode_members(text)


def _is_plain(values: Iterable[object]) -> bool:
    """Return whether JSON says all there is to these values; False only means to look closely."""
    for value in values:
        kind = value.__class__
        if kind in ALWAYS_PLAIN:
            continue
        look = _LOOKS.get(kind)
        if look is None or not look(value):
            return False
    return True


_LOOKS: dict[type, Callable[[Any], bool]] = {  # Any: of the type it stands for
    str: str.isascii,
    float: math.isfinite,
    list: _is_plain,
    dict: lambda value: _is_plain(value.values()),
}


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
