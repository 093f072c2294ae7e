"""From what a Beat sends to events: the line goes through the codec, the rest of the Beat's fields around it.

The order is the original input's: metadata about the peer, the line (`message`, else `line`) through the codec, the
Beat's other fields onto what the codec made, then the input's own settings, then a tag that tells what was done.
With the plain codec, which is nearly always, nothing is decoded that nobody reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from msgspec import Raw

from logsmith.event import Event, JsonError, Value, copied, to_s
from logsmith.event.json import (
    NOT_READ_PLAINLY,
    are_texts,
    decode_documents,
    decode_plainly,
    decode_texts,
    encode_value,
    normalise_members,
    normalise_plainly,
)
from logsmith.event.origin import Branch, line_origin

if TYPE_CHECKING:
    from logsmith.lumberjack import Window
    from logsmith.lumberjack.windows import Sent

RAW_EVENT_TAG = "beats_input_raw_event"
INVALID_EVENT_TAGS = ["_jsonparsefailure", "beats_invalid_event"]
QUOTE = ord('"')
_LINE_PIECES = itemgetter("agent", "log", "@timestamp", "message")
LARGE_BYTES = 1024 * 1024
# Members that stay bytes unless somebody reads them; who does gets them read for all events together
LAZY_MEMBERS = ("message", "tags")
MAX_LARGE_MEMBERS = 500_000  # of an event that is larger; each is an object


class LineCodec(Protocol):
    """What is asked of a codec here."""

    name: ClassVar[str]

    def decode(self, chunk: bytes) -> Iterable[Event]: ...
    def flush(self) -> Iterable[Event]: ...


@dataclass(slots=True, kw_only=True)
class Shaping:
    """How one connection's events are made."""

    codec: LineCodec
    is_plain: bool  # the codec makes one event of a line, and of nothing else
    keeps_original: bool  # the line is kept in [event][original]
    codec_tag: str | None
    peer_metadata: Mapping[str, Value] = field(default_factory=dict)
    reserved: tuple[tuple[str, ...], ...] = ()  # metadata that only this end may set
    decorate: Callable[[Event], None] | None = None
    hostname_field: str | None = None  # where the old `add_hostname` puts the Beat's host name
    _reads: set[str] = field(default_factory=set)  # which of LAZY_MEMBERS somebody reads

    def events_of(self, window: Window) -> list[Event]:
        """Return the events of a window, in order."""
        if not window.events:
            return []
        made = self._plain_events_of(window.events) if self.is_plain else None
        return self._other_events_of(window.events) if made is None else made

    def _other_events_of(self, documents: Sequence[Sent]) -> list[Event]:
        if max(map(len, documents)) > LARGE_BYTES:
            sent: list[Event | JsonError] = [made for one in documents for made in _guarded(one)]
        elif dict not in set(map(type, documents)):
            sent = decode_documents(documents)  # type: ignore[arg-type]  # bytes, all
        else:
            sent = list(_mixed(documents))
        events: list[Event] = [
            _invalid(documents[number], one) if one.__class__ is JsonError else one  # type: ignore[misc]
            for number, one in enumerate(sent)
        ]
        if not self.is_plain:
            return [made for event in events for made in self._shape(event)]
        for event in events:
            self._shape_plain(event)
        return events

    def note_use(self, event: Event) -> None:
        """Look at an event that filters and outputs are done with: what they read of it, others will be given read."""
        self._reads.update(name for name in LAZY_MEMBERS if event.fields.get(name).__class__ is not Raw)

    def _plain_events_of(self, documents: Sequence[Sent]) -> list[Event] | None:
        """Return the events of what nearly all Beats send, None where a document needs a closer look."""
        decoded = decode_plainly(documents, LARGE_BYTES)
        if decoded is None:
            return None
        try:
            return self._shape_lines(decoded) or self._shape_each(decoded)
        except NOT_READ_PLAINLY:
            return None

    def _shape_lines(self, decoded: list[dict[str, Any]]) -> list[Event]:
        """Do what `_shape_plain` does, most of it for all events at once; nothing unless all are lines of files."""
        if self.decorate is not None or self.hostname_field is not None:
            return []
        try:
            # What `line_origin` returns for a line that nobody read
            origins = list(map(_LINE_PIECES, decoded))
        except KeyError:
            return []
        lines = [one[-1] for one in origins]
        texts = decode_texts(lines) if "message" in self._reads else None
        if texts is None and not are_texts(lines):
            return []
        if not normalise_plainly(decoded, self.codec_tag, reads_tags="tags" in self._reads):
            return []
        metadata = [one.pop("@metadata", None) for one in decoded]
        events = list(map(Event, decoded, metadata, repeat(self._change_metadata), repeat(False), origins))
        if texts is not None:
            for members, text in zip(decoded, texts, strict=True):
                members["message"] = text
        if self.keeps_original:
            for event, line in zip(events, lines, strict=True):
                self._keep_original(event, line)  # all Raw, as they were texts
        return events

    def _shape_each(self, decoded: list[dict[str, Any]]) -> list[Event]:
        events = []
        for members in decoded:
            normalise_members(members)
            event = Event(members, members.pop("@metadata", None))
            self._shape_plain(event)
            events.append(event)
        return events

    def _shape_plain(self, event: Event) -> None:
        fields = event.fields
        self._set_metadata(event)
        line = fields.get("message")
        if line.__class__ is Raw and memoryview(line)[0] == QUOTE:
            event.origin = line_origin(fields)
            if self.keeps_original:
                self._keep_original(event, line)
            tag = self.codec_tag
        else:
            tag = self._take_odd_line(event)
        if self.decorate is not None or self.hostname_field is not None:
            self._decorate(event)
        if tag is not None:
            _add_tag(event, tag)

    def _take_odd_line(self, event: Event) -> str | None:
        """Find the line where it is no plain text; returns the tag that tells what was done."""
        event.origin = line_origin(event.fields)
        name = next((name for name in ("message", "line") if event.top(name) is not None), None)
        if name is None:
            return RAW_EVENT_TAG
        text = _line_text(event.top(name))
        if name == "line":
            del event.fields["line"]
        event.fields["message"] = text
        if self.keeps_original:
            self._keep_original(event, Raw(encode_value(text)))
        return self.codec_tag

    def _keep_original(self, event: Event, line: Raw) -> None:
        fields = event.fields
        if "event" not in fields:
            fields["event"] = Raw(b"".join((b'{"original":', line, b"}")))
            return
        known = event.top("event")
        if isinstance(known, dict):
            known.setdefault("original", event.top("message"))

    def _shape(self, event: Event) -> Iterator[Event]:
        event.origin = line_origin(event.fields)
        self._set_metadata(event)
        name = next((name for name in ("message", "line") if event.top(name) is not None), None)
        if name is None:
            self._decorate(event)
            _add_tag(event, RAW_EVENT_TAG)
            yield event
            return
        text = _line_text(event.top(name))
        del event.fields[name]
        for number, made in enumerate([*self.codec.decode(text.encode()), *self.codec.flush()]):
            _merge(made, event)
            made.origin = None if event.origin is None else Branch(event.origin, f"codec {number}")
            self._decorate(made)
            if self.codec_tag:
                _add_tag(made, self.codec_tag)
            yield made

    def _decorate(self, event: Event) -> None:
        if self.hostname_field is not None and event.top(self.hostname_field) is None:
            beat = event.top("beat")
            if isinstance(beat, dict) and isinstance(beat.get("hostname"), str):
                event.fields[self.hostname_field] = beat["hostname"]
        if self.decorate is not None:
            self.decorate(event)

    def _set_metadata(self, event: Event) -> None:
        event.change_metadata_later(self._change_metadata)

    def _change_metadata(self, metadata: dict[str, Value]) -> None:
        for path in self.reserved:
            _forget(metadata, path)
        for name, value in self.peer_metadata.items():
            known = metadata.get(name)
            metadata[name] = _joined(known, value) if isinstance(known, dict) else copied(value)


def _line_text(value: Value) -> str:
    if isinstance(value, str):
        return value
    return encode_value(value).decode() if isinstance(value, (dict, list)) else to_s(value)


def _mixed(sent: Iterable[bytes | memoryview | dict[str, str]]) -> Iterator[Event | JsonError]:
    for one in sent:
        if isinstance(one, dict):
            yield Event.from_map(dict(one))
        else:
            yield from decode_documents([one])


def _guarded(document: bytes | memoryview | dict[str, str]) -> Iterator[Event | JsonError]:
    """Read one document, unless it is large and would become a hundred times as large."""
    if not isinstance(document, dict) and len(document) > LARGE_BYTES:
        text = bytes(document)
        if sum(map(text.count, (b'":', b"[", b"{"))) > MAX_LARGE_MEMBERS:
            words = (
                f"expected at most {MAX_LARGE_MEMBERS} members in an event of more than {LARGE_BYTES} bytes"
            )
            yield JsonError(words)
            return
    yield from _mixed([document])


def _invalid(document: object, error: JsonError) -> Event:
    text = (
        bytes(document).decode("utf-8", "replace")
        if isinstance(document, (bytes, memoryview))
        else str(document)
    )
    event = Event.from_map({"tags": list(INVALID_EVENT_TAGS), "message": text})
    event.metadata["invalid_event"] = str(error)
    return event


def _add_tag(event: Event, tag: str) -> None:
    if "tags" in event.fields:
        event.tag(tag)
    else:
        event.fields["tags"] = [tag]


def _merge(made: Event, beat: Event) -> None:
    """Put the Beat's fields onto an event of the codec: objects are joined, the Beat's members winning."""
    for name in list(beat.fields):
        if name == "@version":
            continue
        value = copied(beat.top(name))
        known = made.top(name)
        if name == "tags":
            value = _all_tags(known, value)
        made.fields[name] = (
            {**known, **value} if isinstance(known, dict) and isinstance(value, dict) else value
        )
    made.metadata.update(copied(beat.metadata))  # type: ignore[arg-type]  # a copy of a dict is one


def _all_tags(known: Value, added: Value) -> Value:
    both = [
        *(known if isinstance(known, list) else [known]),
        *(added if isinstance(added, list) else [added]),
    ]
    return [tag for tag in both if tag is not None]


def _joined(known: dict[str, Value], added: Value) -> Value:
    joined = dict(known)
    for name, value in added.items():  # type: ignore[union-attr]  # peer metadata is maps of maps
        inner = joined.get(name)
        joined[name] = (
            _joined(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else copied(value)
        )
    return joined


def _forget(metadata: dict[str, Value], path: tuple[str, ...]) -> None:
    *parents, last = path
    container: Value = metadata
    for name in parents:
        container = container.get(name) if isinstance(container, dict) else None
    if isinstance(container, dict):
        container.pop(last, None)
