"""Where each event goes, an index by name or a data stream; and its document, which a data stream may change.

This is the hot path. A name is checked and made JSON once; afterwards an event costs a look-up. Daily names
are looked up by the hour, so that `@timestamp` need not be read where it is JSON still.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from msgspec import Raw

from logsmith.elasticsearch.errors import RefusedEventError
from logsmith.elasticsearch.naming import why_no_foreign_part, why_no_index, why_no_stream_part
from logsmith.event import Event, FieldRef, Sprintf, Value, encode, field_text
from logsmith.event.columns import begin_alike
from logsmith.event.json import encode_all, encode_value
from logsmith.event.made_metadata import LONGEST_KEPT
from logsmith.event.timestamp import SECOND, Timestamp

MAX_NAMES = 10_000  # remembered; names may come from events
HOUR = 3600 * SECOND  # nanoseconds
HOUR_BYTES = len('"2024-05-06T07')

# Kinds of metadata that are remembered, a connection and what its Beat says of itself; and names for each
MAX_METADATA, MAX_NAMES_OF_METADATA = 1_000, 100

_PART = re.compile(r"%\{[^}]*\}")
_METADATA_PART = re.compile(r"%\{\[@metadata\][^}]*\}")
_DATE_PART = re.compile(r"%\{\+([^}]*)\}")
_HOURLY = re.compile(r"[^%mSsnNAZzX'{]*")  # a date format that is the same within an hour

DATA_STREAM = "data_stream"
PARTS = ("type", "dataset", "namespace")


class Destination(Protocol):
    """Says where events go."""

    def place(self, event: Event) -> tuple[bytes, bytes]:
        """Return the name as JSON, and the document; raises RefusedEventError."""

    def place_all(self, events: Sequence[Event]) -> tuple[list[bytes], list[bytes]]:
        """Return the name and the document of each event; raises RefusedEventError if one is refused."""

    def name_of_all(self, events: Sequence[Event]) -> bytes | None:
        """Return the name that all events have, as JSON, if that is seen at once; raises RefusedEventError if it is refused."""

    @property
    def added(self) -> tuple[str, Raw] | None:
        """The member that the documents of all these events have besides the events' own."""


class IndexDestination:
    """An index whose name is a sprintf. `refuses_unfilled`: a name with `%{…}` left in it is no name."""

    added = None

    def __init__(
        self,
        index: Sprintf,
        *,
        refuses_unfilled: bool = True,
        is_fixed: bool | None = None,
        max_names: int = MAX_NAMES,
    ) -> None:
        """`is_fixed`: the whole name is written in the settings; as `index` has it, if nothing is said."""
        self._index, self._refuses_unfilled, self._max_names = index, refuses_unfilled, max_names
        self._is_fixed = index.static is not None if is_fixed is None else is_fixed
        references = index.references
        # A sign outside of places would begin another one with what is filled in behind it
        outside = _PART.sub("", index.text)
        are_metadata = 0 < len(references) == len(_METADATA_PART.findall(index.text))
        self._is_of_metadata = are_metadata and "%" not in outside
        self._by_metadata: dict[object, IndexDestination] = {}  # by what metadata is made of that nobody read
        self._by_name: dict[str, bytes] = {}
        # By hours since 1970, or as JSON begins that nobody read; with what fields the name has
        self._by_hour: dict[object, bytes] = {}
        self._is_hourly = is_hourly(index)
        self._fields = Sprintf.parse("\0".join(map(written, references))).format if references else None
        self._only = b"" if index.static is None else self._checked(index.static)

    def place(self, event: Event) -> tuple[bytes, bytes]:
        """Return the name as JSON, and the document; raises RefusedEventError."""
        return self.names((event,))[0], encode(event)

    def place_all(self, events: Sequence[Event]) -> tuple[list[bytes], list[bytes]]:
        """Return the name and the document of each event; raises RefusedEventError if one is refused."""
        return self.names(events), encode_all(events)

    def name_of_all(self, events: Sequence[Event]) -> bytes | None:
        """Return the name that all events have, as JSON, if that is seen at once; raises RefusedEventError if it is refused."""
        if self._index.static is not None:
            return self._only
        if self._is_of_metadata and (filled := self._filled(events)) is not None:
            return filled.name_of_all(events)
        if not self._is_hourly or self._fields is not None:
            return None
        hour = _hour_of_all([event.fields.get("@timestamp") for event in events])
        return None if hour is None else self._by_hour.get(hour) or self._name_hour(hour, events[0])

    def names(self, events: Sequence[Event]) -> list[bytes]:
        """Return the name for each event, as JSON; raises RefusedEventError if one is refused."""
        if self._index.static is not None:
            return [self._only] * len(events)
        if self._is_of_metadata and (filled := self._filled(events)) is not None:
            return filled.names(events)
        if not self._is_hourly:
            return [self.named(self._index.format(event)) for event in events]
        known = self._by_hour
        stamps = [event.fields.get("@timestamp") for event in events]
        hours: list[object] = [
            one.nanos // HOUR
            if one.__class__ is Timestamp
            else bytes(one)[:HOUR_BYTES]
            if one.__class__ is Raw
            else None
            for one in stamps
        ]
        if self._fields is not None:
            texts = map(self._fields, events)
            hours = [None if hour is None else (hour, text) for hour, text in zip(hours, texts, strict=True)]
        return [
            known.get(hour) or self._name_hour(hour, event) for hour, event in zip(hours, events, strict=True)
        ]

    def _filled(self, events: Sequence[Event]) -> IndexDestination | None:
        """Return this with what metadata has to say, if all these events have the same and nobody has read it."""
        written = Event.metadata_of_all(events)
        if written is None or len(written) > LONGEST_KEPT:
            return None
        make = events[0].unread_metadata
        known = self._by_metadata.get(make)
        if known is None:
            texts = [
                Sprintf.parse(place).format(events[0]) for place in _METADATA_PART.findall(self._index.text)
            ]
            if any("%" in text for text in texts):  # what is not filled, or would be filled again
                return None
            fill = iter(texts)
            text = _METADATA_PART.sub(lambda _: next(fill), self._index.text)
            known = IndexDestination(
                Sprintf(text),  # not `parse`, which keeps what it is given: this is a peer's
                refuses_unfilled=self._refuses_unfilled,
                is_fixed=False,
                max_names=MAX_NAMES_OF_METADATA,
            )
            if len(self._by_metadata) >= MAX_METADATA:
                self._by_metadata.clear()
            self._by_metadata[make] = known
        return known

    def _name_hour(self, hour: object, event: Event) -> bytes:
        name = self.named(self._index.format(event))
        if hour is not None:
            if len(self._by_hour) >= self._max_names:
                self._by_hour.clear()
            self._by_hour[hour] = name
        return name

    def named(self, name: str) -> bytes:
        """Return a name as JSON; raises RefusedEventError."""
        known = self._by_name.get(name)
        if known is None:
            known = self._checked(name)
            if len(self._by_name) >= self._max_names:
                self._by_name.clear()
            self._by_name[name] = known
        return known

    def _checked(self, name: str) -> bytes:
        if self._refuses_unfilled and "%{" in name:
            raise RefusedEventError(f"the index name {name[:MAX_SHOWN]!r} is not filled from the event")
        reason = why_no_index(name, is_fixed=self._is_fixed)
        if reason is not None:
            raise RefusedEventError(reason)
        return encode_value(name)


MAX_SHOWN = 100


def written(ref: FieldRef) -> str:
    """Return the place of a field in a sprintf."""
    return f"%{{{ref.text}}}"


def is_hourly(index: Sprintf) -> bool:
    """Return whether a name depends on nothing but fields and the event's time, and is the same for a whole hour."""
    formats = _DATE_PART.findall(index.text)
    rest = _DATE_PART.sub("", index.text)
    for place in map(written, index.references):
        rest = rest.replace(place, "")
    if not formats or "%{" in rest:
        return False
    return all(_HOURLY.fullmatch(one) for one in formats)


def _hour_of_all(stamps: Sequence[object]) -> int | bytes | None:
    """Return the hour in which all these times are; None if there are several, or none."""
    kinds = set(map(type, stamps))
    if kinds == {Timestamp}:
        nanos = [one.nanos for one in stamps]  # type: ignore[attr-defined]  # all are Timestamps
        return nanos[0] // HOUR if min(nanos) // HOUR == max(nanos) // HOUR else None
    if kinds != {Raw}:
        return None
    # A time that nobody read is as Beats write it, so that all are of one length
    text, first = b"".join(stamps), bytes(stamps[0])  # type: ignore[arg-type, call-overload]  # all are Raw
    return first[:HOUR_BYTES] if begin_alike(text, len(first), HOUR_BYTES) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamSettings:
    """The `data_stream_*` settings."""

    data_stream_type: str = "logs"
    data_stream_dataset: str = "generic"
    data_stream_namespace: str = "default"
    data_stream_auto_routing: bool = True
    data_stream_sync_fields: bool = True

    def parts(self) -> dict[str, Value]:
        return {part: getattr(self, f"data_stream_{part}") for part in PARTS}


class StreamDestination:
    """A data stream, `type-dataset-namespace`: the settings', or what the event's own `data_stream` says."""

    def __init__(self, settings: StreamSettings, warn: Callable[[str], None]) -> None:
        self._settings, self._warn = settings, warn
        self._parts = settings.parts()
        self._known: dict[tuple[Value, ...], bytes] = {}
        self._default = self._named(self._parts)
        self._ending = b',"data_stream":' + encode_value(self._parts) + b"}"
        syncs = settings.data_stream_sync_fields
        self.added = (DATA_STREAM, Raw(encode_value(self._parts))) if syncs else None

    def place(self, event: Event) -> tuple[bytes, bytes]:
        """Return the name as JSON, and the document with its data stream; raises RefusedEventError."""
        if DATA_STREAM in event.fields:
            return self._place_named(event, event.top(DATA_STREAM))
        document = encode(event)
        if not self._settings.data_stream_sync_fields:
            return self._default, document
        if document == b"{}":
            return self._default, b"{" + self._ending[1:]
        return self._default, document[:-1] + self._ending

    def place_all(self, events: Sequence[Event]) -> tuple[list[bytes], list[bytes]]:
        """Return the name and the document of each event; raises RefusedEventError if one is refused."""
        placed = [self.place(event) for event in events]
        return [name for name, _ in placed], [document for _, document in placed]

    def name_of_all(self, events: Sequence[Event]) -> bytes | None:
        """Return the name that the settings give, unless an event has something to say to it."""
        return None if any([DATA_STREAM in event.fields for event in events]) else self._default  # noqa: C419  a list is faster

    def _place_named(self, event: Event, given: Value) -> tuple[bytes, bytes]:
        named = self._settings.data_stream_auto_routing and isinstance(given, dict)
        if isinstance(given, dict):
            wanted: dict[str, Value] = {**given, **self._parts}
            if named:
                wanted |= {part: given[part] for part in PARTS if given.get(part) is not None}
        else:
            wanted = self._parts
        name = self._named(wanted) if named else self._default
        if not self._settings.data_stream_sync_fields or wanted == given:
            return name, encode(event)
        if not named:
            self._warn(
                "the field data_stream is overwritten in what is sent, since it contradicts the settings"
            )
        twin = Event({**event.fields, DATA_STREAM: wanted})  # others see the event as it was
        return name, encode(twin)

    def _named(self, parts: Mapping[str, Value]) -> bytes:
        key = tuple(field_text(parts[part]) for part in PARTS)
        known = self._known.get(key)
        if known is None:
            known = _checked_stream(key, self._parts)
            if len(self._known) >= MAX_NAMES:
                self._known.clear()
            self._known[key] = known
        return known


def _checked_stream(parts: tuple[str, ...], own: Mapping[str, Value]) -> bytes:
    """Return the name of a stream as JSON; `own` are the settings' parts, which may be what an event's may not."""
    for part, text in zip(PARTS, parts, strict=True):
        reason = why_no_stream_part(text) if text == own[part] else why_no_foreign_part(text)
        if reason is not None:
            raise RefusedEventError(f"[data_stream][{part}] {text[:MAX_SHOWN]!r} {reason}")
    name = "-".join(parts)
    reason = why_no_index(name)
    if reason is not None:
        raise RefusedEventError(reason)
    return encode_value(name)
